-- Small functions on tables and texts that know nothing of messages: the part
-- of `.utils` that is seldom used.

local utils = {}

-- A list: the keys are exactly 1 … n.
local function is_list(t)
	local n = 0
	for _ in next, t do
		n = n + 1
	end
	for i = 1, n do
		if t[i] == nil then
			return false
		end
	end
	return true
end

local function check(ok, text)
	return ok or error(text, 0)
end

-- Programs match the texts of these errors, so each function brings its own.
local function check_list(t, text)
	check(type(t) == "table" and is_list(t), text)
end

-- Arguments may come together or one after another, in any grouping.
local function gather(fn, arity, have, ...)
	local n = have.n
	local args = table.move(have, 1, n, 1, {})
	-- a call without arguments gives one nil, or nothing would ever end
	local more = math.max(select("#", ...), 1)
	args.n = n + more
	for i = 1, more do
		args[n + i] = (select(i, ...))
	end
	if args.n >= arity then
		return fn(table.unpack(args, 1, args.n))
	end
	return function(...)
		return gather(fn, arity, args, ...)
	end
end

-- A function of more than one argument that may be given fewer at first.
function utils.curry(fn, arity)
	check(type(fn) == "function", "function is required as first argument")
	arity = arity or debug.getinfo(fn, "u").nparams
	if arity < 2 then
		return fn
	end
	return function(...)
		if select("#", ...) >= arity then
			return fn(...)
		end
		return gather(fn, arity, { n = 0 }, ...)
	end
end

local curry = utils.curry

-- Lists are never changed: each function makes a new one.
utils.concat = curry(function(a, b)
	check(type(a) == "table",
		"first argument should be a table that is an array")
	check(type(b) == "table",
		"second argument should be a table that is an array")
	check(is_list(a), "first argument should be a table")
	check(is_list(b), "second argument should be a table")
	local out = table.move(a, 1, #a, 1, {})
	return table.move(b, 1, #b, #out + 1, out)
end, 2)

-- Without an initial value the first element is that.
utils.reduce = curry(function(fn, initial, list)
	check(type(fn) == "function", "first argument should be a function "
		.. "that accepts (result, value, key)")
	check_list(list, "third argument should be a table that is an array")
	local result = initial
	for k, v in ipairs(list) do
		if result == nil then
			result = v
		else
			result = fn(result, v, k)
		end
	end
	return result
end, 3)

utils.map = curry(function(fn, list)
	check(type(fn) == "function",
		"first argument should be a unary function")
	check_list(list, "second argument should be an Array")
	local out = {}
	for k, v in ipairs(list) do
		out[k] = fn(v, k)
	end
	return out
end, 2)

utils.filter = curry(function(fn, list)
	check(type(fn) == "function",
		"first argument should be a unary function")
	check_list(list, "second argument should be an Array")
	local out = {}
	for _, v in ipairs(list) do
		if fn(v) then
			out[#out + 1] = v
		end
	end
	return out
end, 2)

-- The first value that fn says yes to, in the order of pairs().
utils.find = curry(function(fn, t)
	check(type(fn) == "function",
		"first argument should be a unary function")
	check(type(t) == "table",
		"second argument should be a table that is an array")
	for _, v in pairs(t) do
		if fn(v) then
			return v
		end
	end
end, 2)

utils.propEq = curry(function(name, value, object)
	check(type(name) == "string", "first argument should be a string")
	check(type(value) == "string", "second argument should be a string")
	check(type(object) == "table",
		"third argument should be a table<object>")
	return object[name] == value
end, 3)

utils.prop = curry(function(name, object)
	return object[name]
end, 2)

function utils.reverse(list)
	check_list(list, "argument needs to be a table that is an array")
	local out, n = {}, #list
	for i = 1, n do
		out[i] = list[n + 1 - i]
	end
	return out
end

utils.includes = curry(function(value, list)
	check(type(list) == "table", "argument needs to be a table")
	check(is_list(list), "argument should be a table that is an array")
	for _, v in ipairs(list) do
		if v == value then
			return true
		end
	end
	return false
end, 2)

function utils.keys(t)
	check(type(t) == "table", "argument needs to be a table")
	local out = {}
	for k in pairs(t) do
		out[#out + 1] = k
	end
	return out
end

function utils.values(t)
	check(type(t) == "table", "argument needs to be a table")
	local out = {}
	for _, v in pairs(t) do
		out[#out + 1] = v
	end
	return out
end

-- The last function comes first.
utils.compose = curry(function(...)
	local fns, n = { ... }, select("#", ...)
	return function(v)
		for i = n, 1, -1 do
			v = fns[i](v)
		end
		return v
	end
end, 2)

return utils
