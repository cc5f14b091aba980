-- The entry: state and message in, state with results out.

local ao = require(".ao")
local handlers = require(".handlers")
local state = require(".state")
local stringify = require(".stringify")
local utils = require(".utils")

local gsub = string.gsub

local process = { _version = "2.0.7" }

local colors = {
	red = "\27[31m", green = "\27[32m", blue = "\27[34m", gray = "\27[90m",
	reset = "\27[0m",
}

-- Globals. State that a live process has is left as it is.
Colors, Bell = colors, "\7"
Handlers, Utils, Tab = handlers, utils, utils.Tab
Dump, base64, json = require(".dump"), require(".base64"), require(".json")
Send, Spawn, Assign = ao.send, ao.spawn, ao.assign
-- Not needed here, but programs look into package.loaded.
require(".pretty")
require(".chance")
require(".string-ext").install()

-- There are no coroutines to wait in.
function Receive()
	return "not implemented"
end

-- The handlers are those of aos, with one that waits.
handlers.receive = Receive

function Prompt()
	return "aos> "
end

-- A program may replace Prompt(), and badly.
local function prompt()
	local ok, text = pcall(Prompt)
	return ok and type(text) == "string" and text or "aos> "
end

-- What the program printed, as text: it may have put anything into the list.
local function logs()
	local out = {}
	local list = HandlerPrintLogs
	for i, line in ipairs(type(list) == "table" and list or {}) do
		out[i] = tostring(line)
	end
	return table.concat(out, "\n")
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

function print(a)
	local text = shown(a)
	if type(HandlerPrintLogs) ~= "table" then
		return text
	end
	table.insert(HandlerPrintLogs, text)
end

local print = print

function Version()
	print("version: " .. process._version)
end

-- Time is the block's.
local now

local function time()
	return now
end

local evaluate = require(".eval")(ao)
local boot = require(".boot")(ao)
local default = require(".default")(state.insertInbox)

-- Whom a message claims to be from is a word of its signer: that of a stranger
-- makes nobody the owner, although isTrusted() lets it in.
local function is_of_owner(req)
	local signer = ao.signer(req.body)
	return Owner ~= nil and ao.sender(req.body) == Owner
		and (signer == Owner or ao.isAuthority(signer))
end

-- Who may run code, or have it run at the start: the owner alone.
local function is_eval(req)
	return req.body.action == "Eval" and is_of_owner(req)
end

local function is_boot(req)
	return req.body["on-boot"] ~= nil and is_of_owner(req)
end

local function always()
	return true
end

-- In front of the program's own, so that none of them can lock the owner out.
local function add_builtins(req)
	local kind = req.body.type
	if type(kind) == "string" and string.lower(kind) == "process" then
		handlers.prepend("_boot", is_boot, boot, 1)
	end
	handlers.prepend("_eval", is_eval, evaluate)
	handlers.append("_default", always, default)
end

-- Gone again behind the message: they are no part of the program's list.
local function remove_builtins()
	if type(handlers.list) ~= "table" then
		handlers.list = {}
	end
	for _, name in ipairs({ "_boot", "_eval", "_default" }) do
		handlers.remove(name)
	end
end

-- Functions of the request for whoever handles it.
local function attach_answers(req)
	local body = req.body
	function req.reply(r)
		if type(r) ~= "table" then
			error("msg should be a table", 0)
		end
		r.target = r.target or body["reply-to"] or ao.sender(body)
		-- one that was forwarded is answered for the first of the chain
		r["x-reference"] = body["reply-to"] and body["x-reference"]
			or body.reference
		r["x-origin"] = body["x-origin"]
		return ao.send(r)
	end
	function req.forward(target, extra)
		local copy = ao.sanitize(body)
		for k, v in pairs(extra or {}) do
			copy[k] = v
		end
		copy.target = target
		copy["reply-to"] = body["reply-to"] or ao.sender(body)
		copy["x-reference"] = body["x-reference"] or body.reference
		copy["x-origin"] = body["x-origin"] or ao.sender(body)
		ao.send(copy)
	end
end

-- The library's code knows no lines: a place in it says nothing.
local function text_of(err)
	if type(err) == "string" then
		return (gsub(err, "^%?:%-1: ", ""))
	end
	local ok, text = pcall(type(err) == "table" and stringify.format
		or tostring, err)
	return ok and type(text) == "string" and text or type(err)
end

-- A failed Eval is an error; of any other message the text is all that is left.
local function failed(req, err)
	local c = colors
	local text = text_of(err)
	if req.body.action == "Eval" then
		Errors = type(Errors) == "table" and Errors or {}
		table.insert(Errors, text)
		return { Error = logs() .. "\n" .. c.red .. "error: " .. text
			.. c.reset }
	end
	local action = req.body.action
		and "with Action = " .. tostring(req.body.action) or ""
	print(c.red .. "Error" .. c.gray .. " handling message " .. action
		.. c.reset)
	print(c.green .. text .. c.reset)
	return { Output = { data = logs(), prompt = prompt(), print = true } }
end

local function succeeded(req)
	local output = { data = logs(), prompt = prompt() }
	if req.body.action ~= "Eval" then
		output.print = true
	end
	return ao.result({ Output = output })
end

function process.handle(req)
	if not ao.isTrusted(req) then
		return { Output = { data = "Message is not trusted." } }
	end
	attach_answers(req)
	add_builtins(req)
	local ok, err = pcall(handlers.evaluate, req, ao.env)
	remove_builtins()
	if ok then
		return succeeded(req)
	end
	return failed(req, err)
end

-- A map with texts for keys, as the device has messages.
local function outbox(result)
	local box = {}
	for i, msg in ipairs(result.Messages or {}) do
		box[tostring(i)] = msg
	end
	return box
end

local function check_table(value, what)
	if type(value) ~= "table" then
		error("compute: " .. what .. " should be a table, got "
			.. type(value), 0)
	end
end

-- The device's, if there is one; it can spoil nothing.
local function tell(what)
	if type(ao.event) == "function" then
		pcall(ao.event, what)
	end
end

-- What the device calls. The state is `base`, changed and given back; errors in
-- it are the caller's and are raised.
function process.compute(base, req)
	check_table(base, "base")
	check_table(base.process, "base.process")
	check_table(req, "req")
	check_table(req.body, "req.body")
	tell(base.process)
	tell(req.body)
	ao.init(base)
	state.init(base.process)
	now = tonumber(req["block-timestamp"])
	os.time = time
	req.from = ao.sender(req.body)
	local result = process.handle(req)
	base.results = { info = "hyper-aos", outbox = outbox(result),
		output = result.Output, error = result.Error }
	return base
end

compute = process.compute

return process
