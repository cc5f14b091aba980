-- The library of a newer program, put into a process that runs: what .update
-- sends, with the library's id and its files, { name, text } each.
--
-- Code that was there goes on: suspended coroutines, handlers, functions that a
-- program has kept. All of it holds tables of the library, so these stay, and
-- get the new functions; a message that waits answers into the same outbox.
-- What a program has put in the place of a function of the library stays, too:
-- the library's own code is known by its source, which has no name.
--
-- Whatever fails here fails the message, and then nothing of this happened.

local id, files = ...

local loaded, preload = package.loaded, package.preload
local _G, getinfo = loaded._G, loaded.debug.getinfo
local find, format = loaded.string.find, loaded.string.format

-- Taken by the files when they are loaded: what a program has in their place
-- must not get into the library.
local functions = {
	"assert", "error", "getmetatable", "ipairs", "load", "next", "pairs",
	"pcall", "rawget", "rawset", "require", "select", "setmetatable",
	"tonumber", "tostring", "type",
}
local tables = { "coroutine", "debug", "math", "os", "string", "table" }
-- What the machine itself has to bring.
local natives = { "json", "bit32", ".message", ".crypto.native", ".later" }

for i = 1, #functions do
	local f = _G[functions[i]]
	-- type() itself may be one of them
	if not find(format("%s", f), "^function")
		or getinfo(f, "S").what ~= "C" then
		return nil, "the program has replaced '" .. functions[i]
			.. "', which the library needs as it was"
	end
end
for _, name in ipairs(natives) do
	if not pcall(require, name) then
		return nil, "the machine of this process has no '" .. name
			.. "', which the library needs"
	end
end

-- Every name of the library, and what it is at the moment.
local string = loaded.string
local names, live = { "ao" }, {}
for _, file in ipairs(files) do
	names[#names + 1] = file.name
	-- require() finds "X.init" as "X", too
	names[#names + 1] = string.match(file.name, "^(.*)%.init$")
end
local own = {}
for _, name in ipairs(names) do
	live[name] = loaded[name]
	if type(live[name]) == "table" or type(live[name]) == "function" then
		own[live[name]] = true
	end
end

local function is_own(v)
	return own[v] or type(v) == "function"
		and getinfo(v, "S").source == "=?"
end

-- A table that would fill itself, from the library that the process began with.
local function is_unfilled(t)
	local meta = getmetatable(t)
	local walk = type(meta) == "table" and meta.__pairs
	return type(walk) == "function" and getinfo(walk, "S").what == "C"
end

-- What the program has put into a table of the library.
local function changes(t)
	local list = {}
	if type(t) ~= "table" then
		return list
	end
	if is_unfilled(t) then
		setmetatable(t, nil)
	end
	for k, v in next, t do
		if type(v) == "function" and not is_own(v)
			and getinfo(v, "S").what ~= "C" then
			list[k] = v
		end
	end
	return list
end

-- The new fields in the table that everybody has.
local function merge(was, now, mine)
	if type(was) == "table" and type(now) == "table" and was ~= now then
		for k, v in next, now do
			rawset(was, k, v)
		end
		now = setmetatable(was, getmetatable(now))
	end
	for k, v in next, mine do
		rawset(now, k, v)
	end
	return now
end

-- They stay: what is asked for later, or once more, is of this library, too. A
-- file is told what was there before it, the first time.
for _, file in ipairs(files) do
	local name = file.name
	local chunk, err = load(file.text, "=?", "t")
	if not chunk then
		return nil, err
	end
	preload[name] = function(_, genuine)
		local was = live[name]
		local mine = changes(was)
		live[name] = nil
		return merge(was, chunk(name, genuine, was), mine)
	end
	local short = string.match(name, "^(.*)%.init$")
	if short then
		preload[short] = function(_, genuine)
			return genuine(name)
		end
	end
end
function preload.ao(_, genuine)
	return genuine(".ao")
end

-- The native one loads from the library that the process began with.
local function later(name, what)
	local now = require(name)
	if type(what) ~= "table" then
		return now
	end
	for k, v in next, now do
		if rawget(what, k) == nil then
			rawset(what, k, v)
		end
	end
	return what
end
preload[".later"] = function()
	return later
end

-- What is to be as it was.
local was_loaded = {}
for _, name in ipairs(names) do
	was_loaded[name], loaded[name] = live[name] ~= nil, nil
end
loaded[".later"] = later
local globals, entries = {}, {}
for name, value in next, _G do
	globals[name] = value
end
local handlers = live[".handlers"] or Handlers
for _, o in ipairs(type(handlers) == "table"
	and type(handlers.list) == "table" and handlers.list or {}) do
	if type(o) == "table" and not is_own(o.handle) then
		entries[o] = { o.pattern, o.handle, o.maxRuns }
	end
end

local programs = {}
for _, name in ipairs(tables) do
	programs[name], _G[name] = _G[name], loaded[name]
end
local process = require(".process")
for _, name in ipairs(names) do
	if was_loaded[name] then
		require(name)
	end
end
for _, name in ipairs(tables) do
	_G[name] = programs[name]
end
for name, value in next, globals do
	if _G[name] ~= value and not is_own(value) then
		_G[name] = value
	end
end
for o, fields in next, entries do
	o.pattern, o.handle, o.maxRuns = fields[1], fields[2], fields[3]
end
-- Their functions are known to what stays in package.preload.
live, own = {}, {}

process.library = id
return "library " .. id
