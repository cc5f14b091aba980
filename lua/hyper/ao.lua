-- The process towards the network: identity, trust, what is sent.
--
-- A device that loads this library puts functions of its own into the global
-- table `ao`, so it is always the same table, also when loaded once more.

local handlers = require(".handlers")

ao = type(ao) == "table" and ao or {}

local ao = ao

ao._version = "0.0.6"
ao.id = ao.id or ""
ao._module = ao._module or ""
ao.authorities = ao.authorities or {}
ao.reference = ao.reference or 0
ao.outbox = ao.outbox
	or { Output = {}, Messages = {}, Spawns = {}, Assignments = {} }
-- What does not travel with a message that is forwarded.
ao.nonForwardableTags = {
	"anchor", "commitments", "data-protocol", "epoch", "forwarded-by",
	"from", "from-module", "from-process", "hash-chain", "id", "nonce",
	"owner", "pushed-for", "read-only", "reference", "reply-to",
	"signature", "slot", "tags", "target", "timestamp", "type", "variant",
}

-- As the device's functions answer when they fail.
local function absent()
	return nil, "not available here"
end

-- Where there is no device, nobody listens.
ao.event = ao.event or function() end
ao.resolve = ao.resolve or absent
ao.set = ao.set or absent

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

-- A copy without functions.
local function plain(v, seen)
	if type(v) ~= "table" then
		return v
	elseif seen[v] then
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

function ao.clone(v)
	return plain(v, {})
end

-- The two kinds by which the networks tell who a process is of.
local function is_signature(c)
	local alg = c.alg or c.type
	return alg == "rsa-pss-sha512"
		or (alg == "signed"
			and c["commitment-device"] == "ans104")
end

-- The commitment that says who a message is of, with its key. Other kinds of
-- signature count when there is none of those that the networks use.
local function commitment(msg)
	local all = type(msg) == "table" and msg.commitments
	local id, other
	for key, c in pairs(type(all) == "table" and all or {}) do
		if type(c) == "table" and type(c.committer) == "string" then
			if is_signature(c) then
				return key, c
			end
			id, other = id or key, other or c
		end
	end
	return id, other
end

-- Who signed a message; nil: nobody.
function ao.signer(msg)
	local _, c = commitment(msg)
	return c and c.committer
end

-- On whose behalf a message is: the sender. Only as good as the signer's word.
function ao.sender(msg)
	local from = type(msg) == "table" and msg["from-process"]
	return type(from) == "string" and from or ao.signer(msg)
end

local function add_authorities(text)
	for address in string.gmatch(text, "[^,]+") do
		address = string.match(address, "^%s*(.-)%s*$")
		if address ~= "" and not contains(ao.authorities, address) then
			table.insert(ao.authorities, address)
		end
	end
end

-- What is in it belongs to one message.
function ao.clearOutbox()
	ao.outbox = { Output = {}, Messages = {}, Spawns = {},
		Assignments = {} }
end

-- A list of authorities, or a text of several.
function ao.init(base)
	local process = base.process
	local authority = process.authority
	if type(authority) == "string" then
		add_authorities(authority)
	end
	for _, text in pairs(type(authority) == "table" and authority or {}) do
		if type(text) == "string" then
			add_authorities(text)
		end
	end
	ao.id = commitment(process) or ao.id
	if ao._module == "" and type(process.module) == "string" then
		ao._module = process.module
	end
	ao.clearOutbox()
	ao.env = { process = process }
end

-- The output may be a text, or a list of them, as programs have made it.
function ao.log(txt)
	if type(ao.outbox.Output) == "string" then
		ao.outbox.Output = { ao.outbox.Output }
	end
	table.insert(ao.outbox.Output, txt)
end

function ao.isAuthority(address)
	return contains(ao.authorities, address)
end

-- The signer speaks for himself, or he or whom he speaks for is an authority.
function ao.isTrusted(req)
	local signer, from = ao.signer(req.body), req.body["from-process"]
	if signer == nil then
		return false
	end
	return from == nil or from == signer or ao.isAuthority(from)
		or ao.isAuthority(signer)
end

-- An error takes the place of all that was sent.
function ao.result(r)
	local box = ao.outbox
	if r.Error or box.Error then
		return { Error = r.Error or box.Error }
	end
	return { Output = r.Output or box.Output, Messages = box.Messages,
		Spawns = box.Spawns, Assignments = box.Assignments }
end

-- A text, since it is compared with what comes back.
local function next_reference()
	ao.reference = ao.reference + 1
	return string.format("%d", ao.reference)
end

-- Programs for aos call this: they are told, not stopped.
local function no_waiting()
	return "not implemented"
end

-- References come back as texts or as numbers.
local function is_reference(value, reference)
	return value ~= nil and tostring(value) == reference
end

-- Keys are the caller's: nothing is put into title case, no tags are added.
-- Into the outbox goes a copy, for the caller may change what he gets back.
function ao.send(msg)
	check(type(msg) == "table", "msg should be a table")
	local reference, target = next_reference(), msg.target
	msg.reference = reference
	table.insert(ao.outbox.Messages, ao.clone(msg))
	msg.receive = no_waiting
	if target == nil then
		return msg
	end
	function msg.onReply(from, handler)
		if handler == nil then
			from, handler = target, from
		end
		handlers.once(function(req)
			return is_reference(req.body["x-reference"], reference)
				and ao.sender(req.body) == from
		end, handler)
	end
	return msg
end

-- The network answers with a message "Spawned" in this process's own name.
function ao.spawn(module, msg)
	check(type(module) == "string", "Module source id is required!")
	check(type(msg) == "table", "Message must be a table")
	local reference = next_reference()
	msg.reference, msg.module = reference, module
	table.insert(ao.outbox.Spawns, ao.clone(msg))
	msg.receive = no_waiting
	function msg.onReply(handler)
		handlers.once(function(req)
			return req.body.action == "Spawned"
				and ao.sender(req.body) == ao.id
				and is_reference(req.body.reference, reference)
		end, handler)
	end
	return msg
end

-- It is listed but not passed on: the device has no assignments.
function ao.assign(a)
	check(type(a) == "table", "assignment should be a table")
	check(type(a.Processes) == "table", "Processes should be a table")
	check(type(a.Message) == "string", "Message should be a string")
	table.insert(ao.outbox.Assignments, a)
end

-- A copy that may go on to somebody else.
function ao.sanitize(msg)
	local copy = ao.clone(msg)
	for _, name in ipairs(ao.nonForwardableTags) do
		copy[name] = nil
	end
	return copy
end

return ao
