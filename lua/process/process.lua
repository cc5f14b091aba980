-- The entry: one message in, one result out.

json = require("json")
require(".seldom")

local json = json
local utils = require(".utils")
local handlers = require(".handlers")
local chance = require(".chance")
local stringify = require(".stringify")
local lib = require("ao")
local message = require(".message")

-- A program may give its own globals any name, also one of these.
local coroutine, debug, math, os, table = coroutine, debug, math, os, table
local error, getmetatable, ipairs, next, pairs, pcall, rawget =
	error, getmetatable, ipairs, next, pairs, pcall, rawget
local select, setmetatable, tonumber, tostring, type =
	select, setmetatable, tonumber, tostring, type
local byte, concat, gsub = string.byte, table.concat, string.gsub

-- Old messages go: a state must not grow without end.
local INBOX_MAX = 10000

-- Without it a tag could name the sender.
local KEPT_FROM_ROOT = lib.nonExtractableTags

-- In an update it is the table that was there.
local live = select(3, ...)
local process = type(live) == "table" and live or {}
process._version = "2.0.4"

-- As a program may have changed them, but none is missing.
local colors = type(Colors) == "table" and Colors or {}
for name, sequence in next, {
	red = "\27[31m", green = "\27[32m", blue = "\27[34m", gray = "\27[90m",
	reset = "\27[0m",
} do
	colors[name] = colors[name] or sequence
end

-- Globals. State that a live process has is left as it is.
Colors, Bell = colors, "\7"
ao, Handlers, Utils = lib, handlers, utils
Dump, base64 = require(".dump"), require(".base64")
-- Before the built-in handlers: its own come first in the list.
apm = require(".apm")
Seeded = Seeded or false

-- What the program printed, as text: it may have put anything into the list.
local function logs()
	local list = HANDLER_PRINT_LOGS
	if type(list) ~= "table" or #list == 0 then
		return ""
	end
	local ok, text = pcall(table.concat, list, "\n")
	if ok then
		return text
	end
	local out = {}
	for i = 1, #list do
		out[i] = tostring(list[i])
	end
	return table.concat(out, "\n")
end

function Prompt()
	local c = Colors
	return c.green .. Name .. c.gray .. "@" .. c.blue .. "aos-"
		.. process._version .. c.gray .. "[Inbox:" .. c.red .. #Inbox
		.. c.gray .. "]" .. c.reset .. "> "
end

-- A program may replace Prompt(), and badly.
local function prompt()
	local ok, text = pcall(Prompt)
	return ok and type(text) == "string" and text or "aos> "
end

-- ao.outbox.Output of a message that prints. Its text and the prompt are made
-- when somebody looks: joining at each line would cost the square of them.
local function printed(lines)
	-- with what the program has written over it
	local function settle(output)
		local all = { data = concat(lines, "\n"), prompt = prompt() }
		for k, v in next, output do
			all[k] = v
		end
		return all
	end
	return setmetatable({ print = true }, {
		lines = lines,
		settle = settle,
		__index = function(output, key)
			return settle(output)[key]
		end,
		__pairs = function(output)
			return pairs(settle(output))
		end,
	})
end

-- The lines to go on with: none where the program has put its own text.
local function lines_of(output)
	local meta = type(output) == "table" and getmetatable(output)
	return type(meta) == "table" and rawget(output, "data") == nil
		and meta.lines
end

-- Coloured, as the prompts of aos show values.
local function shown(a)
	local kind = type(a)
	if kind == "table" then
		return stringify.format(a)
	elseif kind == "boolean" then
		return colors.blue .. tostring(a) .. colors.reset
	elseif kind == "nil" then
		return colors.red .. "nil" .. colors.reset
	elseif kind == "number" then
		return colors.green .. tostring(a) .. colors.reset
	end
	return tostring(a)
end

-- Into the output, and into the list that programs read and write.
function print(a)
	local text = shown(a)
	local output = lib.outbox.Output
	local lines = lines_of(output)
	if not lines then
		-- what the program has put there itself comes first
		local data = type(output) == "table" and output.data
		lines = data and { tostring(data) } or {}
		lib.outbox.Output = printed(lines)
	end
	lines[#lines + 1] = text
	if type(HANDLER_PRINT_LOGS) ~= "table" then
		return text
	end
	table.insert(HANDLER_PRINT_LOGS, text)
end

local print = print

function Version()
	print("version: " .. process._version)
end

function Tab(msg)
	return message.tag_map(msg.Tags)
end

function Send(msg)
	local sent = lib.send(msg)
	if not msg.Target then
		print("WARN: No target specified for message. Data will be "
			.. "stored, but no process will receive it.")
	end
	return { output = "Message added to outbox", receive = sent.receive,
		onReply = sent.onReply }
end

function Spawn(module, msg)
	if msg == nil then
		module, msg = lib._module, module
	end
	local spawned = lib.spawn(module, msg)
	return { output = "Spawn process request added to outbox",
		receive = spawned.receive, onReply = spawned.onReply,
		after = spawned.onReply }
end

function Assign(a)
	lib.assign(a)
	print("Assignment added to outbox.")
	return "Assignment added to outbox."
end

function Receive(match)
	return handlers.receive(match)
end

-- Time is the message's. Whoever has kept this function has the time of now, also
-- behind an update: it is in the table that stays.
local function time()
	return process.now
end

-- Chance comes from the first message; the host fixes it until then.
local function random(...)
	local m, n = ...
	local count = select("#", ...)
	if count == 1 then
		return chance.integer(1, m)
	elseif count == 2 then
		return chance.integer(m, n)
	end
	return chance.random()
end

local function seed(msg)
	local sum = 0
	for _, field in ipairs({ "Owner", "Module", "Id" }) do
		for i = 1, #tostring(msg[field] or "") do
			sum = sum + byte(tostring(msg[field]), i)
		end
	end
	chance.seed(tonumber((msg["Block-Height"] or "") .. sum))
	Seeded = true
	math.random = random
end

-- Fields and tags as programs know them: names in title case.
local function normalize(msg)
	for _, key in ipairs(message.odd_keys(msg) or {}) do
		local name, value = message.title(key), msg[key]
		msg[key] = nil
		-- a field that is spelled right wins over one that is not
		if msg[name] == nil then
			msg[name] = value
		end
	end
	local kept = lib.nonExtractableTags
	message.open(msg, type(kept) == "table" and kept or KEPT_FROM_ROOT)
end

-- What the first message settles for good.
local function settle_identity(msg, self)
	if not Seeded then
		seed(msg)
	end
	Errors = Errors or {}
	Inbox = Inbox or {}
	if Owner and Name then
		return
	end
	local tags = message.tag_map(self.Tags)
	if Owner == nil and msg.Id ~= nil and msg.Id == self.Id then
		Owner = tags["From-Process"] or msg.From
	end
	Name = Name or tags.Name or "aos"
end

-- What is no JSON though it says so is an error of the message.
local function decode_data(msg)
	if msg.Tags["Content-Type"] ~= "application/json" then
		return
	end
	local data = msg.Data
	if data == nil or type(data) == "string" then
		msg.Data = json.decode(data or "{}")
	end
end

-- The result for a message that may not come in; nil when it may.
local function refuse(msg)
	local what
	if msg.From ~= msg.Owner and not lib.isTrusted(msg) then
		what = "Message"
	elseif lib.isAssignment(msg) and not lib.isAssignable(msg) then
		what = "Assignment"
		if msg.From ~= lib.id then
			lib.send({ Target = msg.From, Data = "Assignment is "
				.. "not trusted by this process!" })
		end
	else
		return nil
	end
	print(what .. " is not trusted! From: " .. tostring(msg.From)
		.. " - Owner: " .. tostring(msg.Owner))
	return lib.result({})
end

local function insert_inbox(msg)
	table.insert(Inbox, msg)
	while #Inbox > INBOX_MAX do
		table.remove(Inbox, 1)
	end
end

local add, once = handlers.add, handlers.once
local evaluate = require(".eval")(lib)
local boot = require(".boot")(lib)
local default = require(".default")(insert_inbox)

-- Who may run code, or have it run at the start: the owner alone.
local function is_eval(msg)
	return msg.Action == "Eval" and Owner == msg.From
end

local function is_own(msg)
	return msg.Tags.Type == "Process" and Owner == msg.From
end

local function always()
	return true
end

-- add(), but mostly the handler is there and nothing has to be made.
local function ensure(name, pattern, handle)
	for _, o in ipairs(handlers.list) do
		if o.name == name then
			o.pattern, o.handle, o.maxRuns = pattern, handle, nil
			return
		end
	end
	add(name, pattern, handle)
end

local function register_builtins(msg, self)
	handlers.list = handlers.list or {}
	ensure("_eval", is_eval, evaluate)
	if msg.Id == self.Id then
		once("_boot", is_own, boot)
	end
	ensure("_default", always, default)
end

-- Functions of the message for whoever handles it.
local function attach_answers(msg)
	function msg.reply(r)
		if type(r) ~= "table" then
			error("msg should be a table", 0)
		end
		r.Target = msg["Reply-To"] or r.Target or msg.From
		r["X-Reference"] = msg["X-Reference"] or msg.Reference
		r["X-Origin"] = msg["X-Origin"] or r["X-Origin"]
		return lib.send(r)
	end
	function msg.forward(target, extra)
		local copy = lib.sanitize(msg)
		for k, v in pairs(extra or {}) do
			copy[k] = v
		end
		copy.Target = target
		copy["Reply-To"] = msg["Reply-To"] or msg.From
		copy["X-Reference"] = msg["X-Reference"] or msg.Reference
		copy["X-Origin"] = msg["X-Origin"] or msg.From
		lib.send(copy)
	end
end

-- Code that waits for a message must not be collected; what has ended goes.
local function remember(co)
	local kept = 0
	local list = handlers.coroutines or {}
	handlers.coroutines = list
	if coroutine.status(co) == "suspended" then
		list[#list + 1] = co
	end
	for i = 1, #list do
		local one = list[i]
		list[i] = nil
		if coroutine.status(one) == "suspended" then
			kept = kept + 1
			list[kept] = one
		end
	end
end

-- The library's code has no name: a place in it says nothing.
local function text_of(err)
	if type(err) == "string" then
		return (gsub(err, "^%?:%-?%d+: ", ""))
	end
	local ok, text = pcall(type(err) == "table" and stringify.format
		or tostring, err)
	return ok and type(text) == "string" and text or type(err)
end

local function failed(msg, err, trace)
	local c = colors
	local text = text_of(err)
	if msg.Action == "Eval" then
		Errors = type(Errors) == "table" and Errors or {}
		table.insert(Errors, text)
	else
		local action = msg.Action
			and "with Action = " .. tostring(msg.Action) or ""
		print(c.red .. "Error" .. c.gray .. " handling message "
			.. action .. c.reset)
		print(c.green .. text .. c.reset)
		print("\n" .. c.gray .. trace .. c.reset)
	end
	return { Error = logs() .. "\n\n" .. c.red .. "error:\n" .. c.reset
		.. text }
end

local function succeeded(msg)
	lib.Nonce = msg.Nonce
	local output = { data = logs(), prompt = prompt() }
	if msg.Action ~= "Eval" then
		output.print = true
	end
	return lib.result({ Output = output })
end

-- The order of these steps shows to programs (spec/aos-process.md 1.4).
function process.handle(msg, env)
	env = env.env or env
	local self = env.Process
	self.Tags = type(self.Tags) == "table" and self.Tags or {}
	lib.init(env)
	normalize(msg)
	lib.id = self.Id
	settle_identity(msg, self)
	HANDLER_PRINT_LOGS = {}
	process.now = msg.Timestamp
	os.time = time
	self.TagArray, self.Tags = self.Tags, message.tag_map(self.Tags)
	decode_data(msg)

	local refused = refuse(msg)
	if refused then
		return refused
	end
	register_builtins(msg, self)
	attach_answers(msg)
	local co = coroutine.create(handlers.evaluate)
	local ok, err = coroutine.resume(co, msg, env)
	if ok then
		remember(co)
		return succeeded(msg)
	end
	local trace = debug.traceback(co)
	coroutine.close(co)
	remember(co)
	return failed(msg, err, trace)
end

return process
