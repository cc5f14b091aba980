-- A host for the process library in plain Lua: what the C machine gives it,
-- small and slow, so that the library can be tested without the machine.

local host = {}

-- Where the files of each library are, the first that has a name is it.
local FOLDERS = {
	classic = { "lua/process/" },
	hyper = { "lua/hyper/", "lua/process/" },
}
local LIBRARIES = { "coroutine", "debug", "io", "math", "os", "string",
	"table", "utf8" }
local FUNCTIONS = { "assert", "collectgarbage", "error", "getmetatable",
	"ipairs", "load", "next", "pcall", "rawequal", "rawget", "rawlen",
	"rawset", "select", "setmetatable", "tonumber", "tostring", "type",
	"xpcall" }

local rank = { number = 1, string = 2 }

local function sorted_keys(t)
	local keys = {}
	for k in next, t do
		keys[#keys + 1] = k
	end
	table.sort(keys, function(a, b)
		local x, y = rank[type(a)] or 3, rank[type(b)] or 3
		if x ~= y then
			return x < y
		elseif x == 3 then
			return tostring(a) < tostring(b)
		end
		return a < b
	end)
	return keys
end

function host.pairs(t)
	local keys, i = sorted_keys(t), 0
	local function walk()
		i = i + 1
		local k = keys[i]
		if k == nil then
			return nil
		elseif t[k] == nil then
			return walk()
		end
		return k, t[k]
	end
	return walk, t, nil
end

-- JSON: enough of it for these tests; the real one is tested in C.

local escapes = { ['"'] = '\\"', ["\\"] = "\\\\", ["\n"] = "\\n" }

local function encode(v)
	if type(v) == "string" then
		return '"' .. v:gsub('[%c"\\]', function(c)
			return escapes[c] or ("\\u%04x"):format(c:byte())
		end) .. '"'
	elseif type(v) == "number" then
		return ("%.14g"):format(v)
	elseif type(v) ~= "table" then
		return tostring(v == nil and "null" or v)
	end
	local out = {}
	if v[1] ~= nil or next(v) == nil then
		for i, x in ipairs(v) do
			out[i] = encode(x)
		end
		return "[" .. table.concat(out, ",") .. "]"
	end
	for k, x in host.pairs(v) do
		if type(k) ~= "string" then
			error("invalid table: mixed or invalid key types", 0)
		elseif type(x) ~= "function" then
			out[#out + 1] = encode(k) .. ":" .. encode(x)
		end
	end
	return "{" .. table.concat(out, ",") .. "}"
end

local decode_value

local function decode_items(s, i, close, item)
	local out = {}
	i = s:match("^%s*()", i)
	while s:sub(i, i) ~= close do
		i = s:match("^%s*,?%s*()", item(out, i))
	end
	return out, i + 1
end

function decode_value(s, i)
	i = s:match("^%s*()", i)
	local c = s:sub(i, i)
	if c == "{" then
		return decode_items(s, i + 1, "}", function(out, at)
			local key, after = decode_value(s, at)
			after = s:match("^%s*:()", after)
			out[key], after = decode_value(s, after)
			return after
		end)
	elseif c == "[" then
		return decode_items(s, i + 1, "]", function(out, at)
			out[#out + 1], at = decode_value(s, at)
			return at
		end)
	elseif c == '"' then
		local text, after = s:match('^"([^"\\]*)"()', i)
		return text, after
	end
	local word, after = s:match("^([%w.+-]+)()", i)
	if not word then
		error("unexpected character '" .. c .. "' at line 1 col " .. i, 0)
	elseif word == "null" then
		return nil, after
	elseif word == "true" or word == "false" then
		return word == "true", after
	end
	return tonumber(word), after
end

local json = {
	_version = "0.2.0",
	encode = encode,
	decode = function(s)
		return (decode_value(s, 1))
	end,
}

-- Modules of the process library, by name.

local sources = {}

local function read(path)
	if sources[path] == nil then
		local file = io.open(path)
		sources[path] = file and file:read("a") or false
		if file then
			file:close()
		end
	end
	return sources[path]
end

local function source(folders, name)
	for _, folder in ipairs(folders) do
		local path = name:sub(2):gsub("%.", "/")
		local text = read(folder .. path .. ".lua")
		if text then
			return text
		end
	end
end

local function make_require(G, folders)
	local loaded = G.package.loaded
	return function(name)
		if loaded[name] ~= nil then
			return loaded[name]
		end
		local short = name == "ao" and ".ao" or name
		local text = source(folders, short)
		if not text then
			short = name .. ".init"
			text = source(folders, short)
		end
		if not text then
			error("module '" .. name .. "' not found:", 2)
		end
		local value = loaded[short]
		if value == nil then
			value = assert(load(text, short, "t", G))()
		end
		loaded[short], loaded[name] = value, value
		return value
	end
end

-- A fresh world with a library in it, classic unless said otherwise; its
-- globals are the result.
function host.open(library)
	local G = { _VERSION = _VERSION, pairs = host.pairs, print = print }
	G._G = G
	for _, name in ipairs(FUNCTIONS) do
		G[name] = _G[name]
	end
	local loaded = { _G = G, json = { encode = json.encode,
		decode = json.decode, _version = json._version } }
	for _, name in ipairs(LIBRARIES) do
		G[name] = {}
		for k, v in next, _G[name] do
			G[name][k] = v
		end
		loaded[name] = G[name]
	end
	G.package = { loaded = loaded, path = "", cpath = "" }
	loaded.package = G.package
	G.require = make_require(G, FOLDERS[library or "classic"])
	function G.load(chunk, name, mode, ...)
		local env = select("#", ...) > 0 and (...) or G
		return load(chunk, name, mode, env)
	end
	G.require(".process")
	return G
end

host.json = json

return host
