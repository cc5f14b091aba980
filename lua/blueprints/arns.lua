-- A client for the name registry: ARNS.resolve, ARNS.data, ARNS.owner, ARNS.id.
--
--   ARNS.resolve("name")          asks; the answer comes with a later message
--   ARNS.data("under_name")       then gives the transaction of that name
--
-- Answers are kept for a day. They count only from the process that was asked.
-- Loading it again keeps what is known.

local json = require("json")

-- The registry knows which process keeps a name. Names of the old kind are in
-- contracts, which an oracle reads and a feed sends.
local REGISTRY = "TyduW6spZTr3gkdIsdktduJhgtilaR_ex5JukK8gI9o"
local ORACLE = "BaMK1dfayo75s3q1ow6AO64UDpD9SEFbeE8xYrY2fyQ"
local FEED = "8aE3_6NJ_MU_q3fbhz2S6dA8PKQOSCe95Gt7suQ3j7U"
local CONTRACTS = "https://api.arns.app/v1/contract/"
local KEPT_MS = 24 * 60 * 60 * 1000

ARNS = ARNS or {}
-- root name -> { process, contract, records, owner, at }
ARNS.cache = ARNS.cache or {}
ARNS.now = ARNS.now or 0

-- "a_b_c" is "a_b" under "c"; what stands for itself has the record "@".
local function split(name)
	assert(type(name) == "string" and name ~= "", "a name is a text")
	name = name:lower()
	local under, root = name:match("^(.+)_([^_]+)$")
	return root or name, under or "@"
end

-- What is known of a name and not too old.
local function known(root)
	local entry = ARNS.cache[root]
	if entry and ARNS.now - entry.at < KEPT_MS then
		return entry
	end
end

-- The registry knows roots alone.
function ARNS.resolve(name)
	local root = split(name)
	ao.send({ Target = REGISTRY, Action = "Get-Record", Name = root })
	return "Asking for '" .. root .. "'"
end

-- A value of what is known; when nothing is, it is asked for.
local function lookup(name, value)
	local root, under = split(name)
	local entry = known(root)
	if not entry then
		print("Nothing is known of '" .. root .. "' yet: asking.")
		ARNS.resolve(name)
		return nil
	end
	return value(entry, under)
end

-- A record may be the id of a transaction, or say it beside other things.
function ARNS.data(name)
	return lookup(name, function(entry, under)
		local record = entry.records and entry.records[under]
		return type(record) == "table" and record.transactionId
			or record
	end)
end

function ARNS.owner(name)
	return lookup(name, function(entry)
		return entry.owner
	end)
end

-- The process that keeps the name, or the old contract.
function ARNS.id(name)
	return lookup(name, function(entry)
		return entry.process or entry.contract
	end)
end

-- Also what is not too old: for when a name has just been moved.
function ARNS.clear()
	ARNS.cache = {}
	return "Forgot all names"
end

-- Data as a table: JSON text, or decoded by the library already.
local function decoded(msg)
	local data = msg.Data
	if type(data) == "string" then
		data = json.decode(data)
	end
	assert(type(data) == "table", "the answer holds no JSON object")
	return data
end

-- nil for what is no text: answers are data of others.
local function text(value)
	return type(value) == "string" and value ~= "" and value or nil
end

-- Handlers for an action of one process alone.
local function on(name, action, is_from, handle)
	Handlers.add(name, function(msg)
		return msg.Action == action and is_from(msg.From)
	end, handle)
end

local function is_registry(from)
	return from == REGISTRY
end

-- A fresh entry has no records yet: they are asked for here.
on("ArNS-Record-Resolved", "Record-Resolved", is_registry, function(msg)
	local name, record = text(msg.Name), decoded(msg)
	assert(name, "the answer does not tell the Name")
	local entry = {
		process = text(record.processId),
		contract = text(record.contractTxId),
		at = ARNS.now,
	}
	ARNS.cache[name:lower()] = entry
	if entry.process then
		ao.send({ Target = entry.process, Action = "Info" })
	elseif entry.contract then
		ao.send({
			Target = ORACLE,
			Action = "Get-Real-Data",
			Url = CONTRACTS .. entry.contract,
		})
	end
end)

-- Each name that is kept there; one process may keep several.
local function entries_of(field, id)
	local found = {}
	for _, entry in pairs(ARNS.cache) do
		if entry[field] == id then
			found[#found + 1] = entry
		end
	end
	return found
end

local function is_asked(from)
	return from ~= nil and #entries_of("process", from) > 0
end

-- Fill in what the keeper of the names says.
local function learn(entries, records, owner)
	for _, entry in ipairs(entries) do
		entry.records = type(records) == "table" and records or {}
		entry.owner = text(owner)
		entry.at = ARNS.now
	end
	print("Names are up to date.")
end

-- Older processes write the field with a capital.
on("ArNS-Info-Notice", "Info-Notice", is_asked, function(msg)
	local info = decoded(msg)
	learn(entries_of("process", msg.From), info.records or info.Records,
		msg.Processowner)
end)

local function is_feed(from)
	return from == FEED
end

on("ArNS-Feed", "Receive-data-feed", is_feed, function(msg)
	local feed = decoded(msg)
	local contract = text(feed.contractTxId)
	local state = type(feed.state) == "table" and feed.state or {}
	assert(contract, "the feed does not tell the contractTxId")
	learn(entries_of("contract", contract), state.records, state.owner)
end)

local function always()
	return "continue"
end

-- There is no other clock than the messages' own.
Handlers.prepend("ArNS-Timers", always, function(msg)
	ARNS.now = tonumber(msg.Timestamp) or ARNS.now
end)
