-- Small functions on tables and texts, and the matching of messages.

local message = require(".message")

local pairs, tostring, type = pairs, tostring, type
local find, lower, sub, upper =
	string.find, string.lower, string.sub, string.upper

-- In an update the table that programs hold.
local live = select(3, ...)
local utils = type(live) == "table" and live or {}
utils._version = "0.0.5"

-- The name of a tag or field in title case: foo_BAR is Foo-Bar.
utils.normalize = message.title

function utils.capitalize(s)
	if type(s) ~= "string" then
		return s
	end
	return upper(sub(s, 1, 1)) .. lower(sub(s, 2))
end

-- "_" is anything, a text with magic a pattern of Lua, a table any of its
-- values; without case. Most of that is told by the machine.
function utils.matchesPattern(pattern, value, msg)
	local kind = type(pattern)
	if kind == "function" then
		return pattern(value, msg) and true or false
	end
	local known = message.equals(pattern, value)
	if known ~= nil then
		return known
	elseif kind == "table" then
		for _, p in pairs(pattern) do
			if utils.matchesPattern(p, value, msg) then
				return true
			end
		end
		return false
	end
	-- what is left is a text with magic
	if value == nil then
		value = ""
	elseif type(value) == "number" then
		value = tostring(value)
	end
	return type(value) == "string"
		and find(lower(value), lower(pattern)) ~= nil
end

-- A spec in a table: each of its fields has to match; a text is the action.
function utils.matchesSpec(msg, spec)
	local kind = type(spec)
	if kind == "function" then
		return spec(msg)
	elseif kind == "string" then
		return msg.Action == spec
	elseif kind ~= "table" then
		return false
	end
	local known = message.matches(msg, spec)
	if known ~= nil then
		return known
	end
	-- tags such as Type never reach the root, so look there as well
	local tags = type(msg.Tags) == "table" and msg.Tags or {}
	for key, pattern in pairs(spec) do
		local value = msg[key]
		if value == nil then
			value = tags[key]
		end
		if not value
			or not utils.matchesPattern(pattern, value, msg) then
			return false
		end
	end
	return true
end

-- The functions on lists come into the table when one of them is asked for.
return require(".later")(".lists", utils)
