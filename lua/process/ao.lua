-- The process towards the network: identity, trust, what is sent.

local json = require("json")
local handlers = require(".handlers")
local compose = require(".message").compose

-- A library loaded over a live process keeps what the process has become; in an
-- update that very table, which programs hold.
local live = select(3, ...)
local old = type(live) == "table" and live or type(ao) == "table" and ao or {}
local ao = old == live and live or {}

for name, value in pairs({
	_version = "0.0.6",
	id = old.id or "",
	_module = old._module or "",
	authorities = old.authorities or {},
	reference = old.reference or 0,
	outbox = old.outbox or { Output = {}, Messages = {}, Spawns = {},
		Assignments = {} },
	env = old.env,
	assignables = old.assignables or {},
	Nonce = old.Nonce,
	_hints = old._hints or {},
	-- Tags that do not become fields: a sender must not write over those.
	nonExtractableTags = {
		"Data-Protocol", "Variant", "From-Process", "From-Module",
		"Type", "From", "Owner", "Anchor", "Target", "Data", "Tags",
		"Read-Only",
	},
	-- What does not travel with a message that is forwarded.
	nonForwardableTags = {
		"Data-Protocol", "Variant", "From-Process", "From-Module",
		"Type", "From", "Owner", "Anchor", "Target", "Tags", "TagArray",
		"Hash-Chain", "Timestamp", "Nonce", "Epoch", "Signature",
		"Forwarded-By", "Pushed-For", "Read-Only", "Cron",
		"Block-Height", "Reference", "Id", "Reply-To",
	},
}) do
	ao[name] = value
end

-- They come with messages of anyone, and must not fill the state.
local HINTS_MAX = 1000

-- A program may give its own globals any name, also one of these, and may do
-- without the metatable of texts.
local error, getmetatable, ipairs, next, pairs, setmetatable =
	error, getmetatable, ipairs, next, pairs, setmetatable
local table, tonumber, tostring, type = table, tonumber, tostring, type
local format, gmatch, match = string.format, string.gmatch, string.match

local function check(ok, text)
	return ok or error(text, 0)
end

local function contains(list, value)
	for i = 1, #list do
		if list[i] == value then
			return true
		end
	end
	return false
end

-- `seen` has what was copied before: tables may hold themselves.
local function clone(v, seen)
	if type(v) ~= "table" then
		return v
	elseif seen[v] then
		return seen[v]
	end
	local copy = {}
	seen[v] = copy
	for k, x in next, v do
		copy[clone(k, seen)] = clone(x, seen)
	end
	return setmetatable(copy, getmetatable(v))
end

function ao.clone(v)
	return clone(v, {})
end

function ao.normalize(msg)
	for _, tag in ipairs(msg.Tags) do
		if not contains(ao.nonExtractableTags, tag.name) then
			msg[tag.name] = tag.value
		end
	end
	return msg
end

-- A copy that may go on to somebody else.
function ao.sanitize(msg)
	local copy = ao.clone(msg)
	for _, name in ipairs(ao.nonForwardableTags) do
		copy[name] = nil
	end
	return copy
end

-- What is in it belongs to one message.
function ao.clearOutbox()
	ao.outbox = { Output = {}, Messages = {}, Spawns = {},
		Assignments = {} }
end

-- Before each message. Authorities are added, never taken away: a program may
-- have added its own.
function ao.init(env)
	-- a program may empty them by taking them away
	ao.authorities = ao.authorities or {}
	ao.assignables = ao.assignables or {}
	for _, tag in ipairs(env.Process.Tags or {}) do
		if tag.name == "Module" and ao._module == "" then
			ao._module = tag.value
		elseif tag.name == "Authority"
			and not contains(ao.authorities, tag.value) then
			for address in gmatch(tostring(tag.value), "[^,]+") do
				if not contains(ao.authorities, address) then
					table.insert(ao.authorities, address)
				end
			end
		end
	end
	if ao.id == "" then
		ao.id = env.Process.Id
	end
	ao.clearOutbox()
	ao.env = env
end

-- The output may be a text, or a list of them, as programs have made it.
function ao.log(txt)
	if type(ao.outbox.Output) == "string" then
		ao.outbox.Output = { ao.outbox.Output }
	end
	table.insert(ao.outbox.Output, txt)
end

function ao.isTrusted(msg)
	return contains(ao.authorities, msg.From)
		or contains(ao.authorities, msg.Owner)
end

-- An error takes the place of all that was sent.
function ao.result(r)
	local box = ao.outbox
	if r.Error or box.Error then
		return { Error = r.Error or box.Error }
	end
	local output = r.Output or box.Output
	local settle = type(output) == "table" and getmetatable(output)
	if type(settle) == "table" and settle.settle then
		output = settle.settle(output)
	end
	return { Output = output, Messages = box.Messages,
		Spawns = box.Spawns, Assignments = box.Assignments }
end

-- A copy without functions.
local function plain(v, seen)
	if type(v) ~= "table" then
		return v
	end
	seen = seen or {}
	if seen[v] then
		return seen[v]
	end
	local copy = {}
	seen[v] = copy
	for k, x in next, v do
		if type(x) ~= "function" then
			copy[k] = plain(x, seen)
		end
	end
	return copy
end

-- The reference is told twice: as a tag for people and as the anchor.
local function next_reference()
	ao.reference = ao.reference + 1
	return format("%d", ao.reference),
		format("%032d", ao.reference)
end

-- The data to send; what is a table is written as JSON into `msg` as well.
local function data_of(msg)
	local data = msg.Data
	if type(data) == "table" then
		data = json.encode(data)
		msg["Content-Type"], msg.Data = "application/json", data
	elseif type(data) == "function" then
		return nil
	end
	return data
end

-- Into the outbox goes a copy: the caller may change what he got.
local function put(list, out, tags)
	list[#list + 1] = { Target = out.Target, Data = out.Data,
		Anchor = out.Anchor, Tags = tags }
end

function ao.send(msg)
	check(type(msg) == "table", "msg should be a table")
	local reference, anchor = next_reference()
	local data = data_of(msg)
	local tags, copy = compose(plain, msg,
		"Data-Protocol", "ao",
		"Variant", "ao.TN.1",
		"Type", "Message",
		"Reference", reference)
	local out = { Target = msg.Target, Data = data, Anchor = anchor,
		Tags = tags }
	put(ao.outbox.Messages, out, copy)

	-- what an answer to this message looks like
	local function answer(from)
		return { From = from or out.Target,
			["X-Reference"] = reference }
	end
	function out.receive(from)
		return handlers.receive(answer(from))
	end
	function out.onReply(from, handler)
		if handler == nil then
			from, handler = nil, from
		end
		handlers.once(answer(from), handler)
	end
	return out
end

function ao.spawn(module, msg)
	check(type(module) == "string", "Module source id is required!")
	check(type(msg) == "table", "Message must be a table")
	local reference, anchor = next_reference()
	local data = data_of(msg)
	if data == nil then
		data = "NODATA"
	end
	local tags, copy = compose(plain, msg,
		"Data-Protocol", "ao",
		"Variant", "ao.TN.1",
		"Type", "Process",
		"From-Process", ao.id,
		"From-Module", ao._module,
		"Module", module,
		"Reference", reference)
	local out = { Data = data, Anchor = anchor, Tags = tags }
	put(ao.outbox.Spawns, out, copy)

	-- the network answers in this process's own name
	local spawned = { Action = "Spawned", From = ao.id,
		Reference = reference }
	function out.receive()
		return handlers.receive(spawned)
	end
	function out.onReply(handler)
		handlers.once(spawned, handler)
	end
	return out
end

function ao.assign(a)
	check(type(a) == "table", "assignment should be a table")
	check(type(a.Processes) == "table", "Processes should be a table")
	check(type(a.Message) == "string", "Message should be a string")
	table.insert(ao.outbox.Assignments, a)
end

-- Where a process can be found, as its messenger says.
function ao.registerHint(msg)
	local from = msg.Tags and msg.Tags["From-Process"]
	from = type(from) == "string" and from or ""
	local process = match(from, "^[^&]+")
	local hint = match(from, "&hint=([^&]*)")
	if not process or not hint then
		return
	end
	local hints, count = ao._hints, 0
	hints[process] = { hint = hint, ttl = match(from, "&ttl=([^&]*)") }
	local first, least
	for name, entry in pairs(hints) do
		local ttl = tonumber(entry.ttl) or 0
		count = count + 1
		if name ~= process and (not least or ttl < least) then
			first, least = name, ttl
		end
	end
	if count > HINTS_MAX then
		hints[first] = nil
	end
end

require(".assignment").init(ao)

return ao
