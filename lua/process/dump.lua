-- A value as the Lua text that would make it.

local is_word = {}
for word in ([[and break do else elseif end false for function goto if in
	local nil not or repeat return then true until while]]):gmatch("%a+") do
	is_word[word] = true
end

-- Numbers, booleans, strings, then the rest in the order of the walk.
local rank = { number = 1, boolean = 2, string = 3 }

-- The same text for the same table, whatever way it was filled.
local function sorted_keys(t)
	local keys, place = {}, {}
	for k in pairs(t) do
		keys[#keys + 1] = k
		place[k] = #keys
	end
	table.sort(keys, function(a, b)
		local x, y = rank[type(a)] or 4, rank[type(b)] or 4
		if x ~= y then
			return x < y
		elseif x == 1 or x == 3 then
			return a < b
		end
		return place[a] < place[b]
	end)
	return keys
end

-- Tables hold values and values tables. `ctx` is what all of one dump share.
local dump_table

local function quoted(v)
	return string.format("%q", tostring(v))
end

local function dump_value(v, depth, ctx)
	local kind = type(v)
	if kind == "table" then
		return dump_table(v, depth, ctx)
	elseif kind == "number" or kind == "boolean" then
		return tostring(v)
	end
	return quoted(v)
end

-- The filter may replace a value, drop it (nil), or say that it is to stand
-- as it is (second result true).
local function filtered(v, depth, use, key, ctx)
	if not ctx.filter then
		return v
	end
	return ctx.filter(v, depth, type(v), use, key, ctx.udata)
end

-- As in source: a word stands bare, all else in brackets.
local function dump_key(k, depth, ctx)
	local kind = type(k)
	if kind == "string" and k:find("^[%a_][%w_]*$") and not is_word[k] then
		return k
	end
	return "[" .. dump_value(k, depth, ctx) .. "]"
end

-- nil: the filter has dropped it.
local function dump_entry(k, v, depth, ctx)
	local key, raw = filtered(k, depth, "key", nil, ctx)
	if key == nil then
		return nil
	end
	key = raw and tostring(key) or dump_key(key, depth, ctx)
	v, raw = filtered(v, depth, "val", k, ctx)
	if v == nil then
		return nil
	end
	return key .. " = "
		.. (raw and tostring(v) or dump_value(v, depth, ctx))
end

-- `open` has the tables that are being written: one inside itself has no end.
function dump_table(t, depth, ctx)
	if ctx.open[t] then
		local v, raw = "<Circular " .. tostring(t) .. ">", nil
		if ctx.filter then
			v, raw = filtered(t, depth, "circular", nil, ctx)
			if v == t then
				v = "<Circular " .. tostring(t) .. ">"
			end
		end
		return raw and tostring(v) or dump_value(v, depth, ctx)
	end
	ctx.open[t] = true
	local pad = string.rep(" ", ctx.padding + depth * ctx.indent)
	local out = {}
	for _, k in ipairs(sorted_keys(t)) do
		local text = dump_entry(k, t[k], depth + 1, ctx)
		if text then
			out[#out + 1] = ctx.lead
				and pad .. ctx.lead .. text or text
		end
	end
	ctx.open[t] = nil
	if #out == 0 then
		return "{}"
	elseif not ctx.lead then
		return "{ " .. table.concat(out, ", ") .. " }"
	end
	return "{\n" .. table.concat(out, ",\n") .. "\n" .. pad .. "}"
end

local function is_unsigned(n)
	return type(n) == "number" and math.tointeger(n) and n >= 0
end

return function(value, indent, padding, filter, udata)
	indent, padding = indent or 4, padding or 0
	if not is_unsigned(indent) then
		error("indent must be unsigned integer", 2)
	elseif not is_unsigned(padding) then
		error("padding must be unsigned integer", 2)
	elseif filter ~= nil and type(filter) ~= "function" then
		error("filter must be function", 2)
	elseif type(value) ~= "table" then
		return quoted(value)
	end
	return dump_table(value, 0, {
		indent = indent, padding = padding, filter = filter,
		udata = udata, open = {},
		-- without indentation everything stands on one line
		lead = indent > 0 and string.rep(" ", indent) or nil,
	})
end
