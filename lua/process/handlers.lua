-- The list of handlers, and the walk of a message along it.

local utils = require(".utils")

local coroutine, error, ipairs, pairs, select, table, type =
	coroutine, error, ipairs, pairs, select, table, type

-- A library loaded over a live process goes on with the list that is there; in
-- an update with the very table.
local live = select(3, ...)
local old = type(live) == "table" and live
	or type(Handlers) == "table" and Handlers or {}
local handlers = old == live and live or {}

handlers._version = "0.0.5"
handlers.list = old.list or {}
handlers.coroutines = old.coroutines or {}
handlers.onceNonce = old.onceNonce or 0
handlers.utils = require(".handlers-utils")

local is_pattern = { ["function"] = true, table = true, string = true }

-- Lists are short, and a map would have to be kept true while programs change
-- the list themselves.
local function index_of(name)
	for i, o in ipairs(handlers.list) do
		if o.name == name then
			return i
		end
	end
end

-- A handler from a table of spec and function: the first that matches.
function handlers.generateResolver(h)
	if type(h) ~= "table" then
		return function(msg)
			return h(msg)
		end
	end
	return function(msg)
		for spec, fn in pairs(h) do
			if utils.matchesSpec(msg, spec) then
				return fn(msg)
			end
		end
	end
end

-- An entry from (name, handle) or (name, pattern, handle, maxRuns).
local function entry(n, name, pattern, handle, runs)
	if n == 2 then
		pattern, handle = name, pattern
	end
	if type(name) ~= "string" or not is_pattern[type(pattern)] then
		error("Invalid arguments given. Expected (name: string, "
			.. "pattern: function, table or string, "
			.. "handle: function or table)", 0)
	end
	-- evaluate() gives a handler the message alone: no need of a wrapper
	if type(handle) ~= "function" then
		handle = handlers.generateResolver(handle)
	end
	return { name = name, pattern = pattern, handle = handle,
		maxRuns = runs }
end

-- What bears the name already keeps its place.
local function put(at, o)
	local list, i = handlers.list, index_of(o.name)
	if i then
		local was = list[i]
		was.pattern, was.handle, was.maxRuns =
			o.pattern, o.handle, o.maxRuns
	else
		table.insert(list, at or #list + 1, o)
	end
end

function handlers.add(...)
	put(nil, entry(select("#", ...), ...))
	return #handlers.list
end

function handlers.append(...)
	put(nil, entry(select("#", ...), ...))
end

function handlers.prepend(...)
	put(1, entry(select("#", ...), ...))
end

-- In front: an answer that is waited for is for no standing handler.
function handlers.once(name, pattern, handle)
	if handle == nil then
		name, pattern, handle =
			"_once_" .. handlers.onceNonce, name, pattern
		handlers.onceNonce = handlers.onceNonce + 1
	end
	put(1, entry(4, name, pattern, handle, 1))
end

-- What is put beside a handler that is not there is dropped.
local function beside(name, step)
	if type(name) ~= "string" then
		error("Handler name MUST be a string", 0)
	end
	return {
		add = function(...)
			local o = entry(select("#", ...), ...)
			local i = index_of(name)
			if i then
				table.insert(handlers.list, i + step, o)
			end
		end,
	}
end

function handlers.before(name)
	return beside(name, 0)
end

function handlers.after(name)
	return beside(name, 1)
end

function handlers.remove(name)
	if type(name) ~= "string" then
		error("name MUST be string", 0)
	end
	local i = index_of(name)
	if i then
		table.remove(handlers.list, i)
	end
end

-- Suspend the running code until a message matches.
function handlers.receive(match)
	-- the error comes before anything waits, as in a function for table.sort()
	if not coroutine.isyieldable() then
		coroutine.yield()
	end
	local sleeper = coroutine.running()
	local name = "_once_" .. handlers.onceNonce
	handlers.once(match, function(msg)
		local ok, err = coroutine.resume(sleeper, msg)
		if not ok then
			-- what fails keeps its turn, but nobody waits any more
			handlers.remove(name)
			coroutine.close(sleeper)
			error(err, 0)
		end
	end)
	return coroutine.yield()
end

-- True: run and stop; false: run and go on; nil: skip.
local function decision(answer)
	local kind = type(answer)
	if answer == true or answer == "break" then
		return true
	elseif answer == "continue" then
		return false
	elseif kind == "number" then
		if answer < 0 then
			return true
		elseif answer > 0 then
			return false
		end
	elseif answer ~= false and kind ~= "string" then
		error("Pattern result is not valid, it MUST be string, number, "
			.. "or boolean", 0)
	end
end

-- Where that very entry stands; mostly where it did.
local function place_of(o, hint)
	local list = handlers.list
	if list[hint] == o then
		return hint
	end
	for i, other in ipairs(list) do
		if other == o then
			return i
		end
	end
end

-- Counted down behind the call: a handler that fails has not run.
local function run(o, msg, i)
	o.handle(msg)
	if type(o.maxRuns) == "number" then
		o.maxRuns = o.maxRuns - 1
		local at = o.maxRuns == 0 and place_of(o, i)
		if at then
			table.remove(handlers.list, at)
		end
	end
end

-- Take up what was put behind the last handler while the walk went on.
local function take_new(walk)
	local list, known = handlers.list, {}
	for _, o in ipairs(walk) do
		known[o] = true
	end
	local i = #list
	while i > 0 and not known[list[i]] do
		i = i - 1
	end
	table.move(list, i + 1, #list, #walk + 1, walk)
end

-- The walk goes along a copy, since handlers add and remove handlers; one that
-- is gone when its turn comes is passed over.
function handlers.evaluate(msg, env)
	local walk = table.move(handlers.list, 1, #handlers.list, 1, {})
	local i = 1
	while true do
		local last = handlers.list[#handlers.list]
		if not walk[i] and last and last ~= walk[#walk] then
			take_new(walk)
		end
		local o = walk[i]
		if not o then
			break
		end
		if o.name ~= "_default"
			and (handlers.list[i] == o or place_of(o, i)) then
			-- most patterns are functions, and say no: one call
			local pattern, answer, stop = o.pattern, nil, nil
			if type(pattern) == "function" then
				answer = pattern(msg)
			else
				answer = utils.matchesSpec(msg, pattern)
			end
			if answer ~= false then
				stop = decision(answer)
			end
			if stop ~= nil then
				run(o, msg, i)
			end
			if stop then
				return
			end
		end
		i = i + 1
	end
	local default = index_of("_default")
	if default then
		handlers.list[default].handle(msg)
	end
end

return handlers
