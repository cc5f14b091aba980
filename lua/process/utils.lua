-- Small functions on tables and texts, and the matching of messages.

local find, gsub, lower, sub, upper =
	string.find, string.gsub, string.lower, string.sub, string.upper

-- The same table: a copy would take room in every process.
local utils = require(".lists")

utils._version = "0.0.5"

-- The name of a tag or field in title case: foo_BAR is Foo-Bar.
function utils.normalize(s)
	if type(s) ~= "string" then
		return s
	end
	s = gsub(lower(s), "_", "-")
	return (gsub(gsub(s, "^%l", upper), "%-%l", upper))
end

function utils.capitalize(s)
	if type(s) ~= "string" then
		return s
	end
	return upper(sub(s, 1, 1)) .. lower(sub(s, 2))
end

function utils.matchesPattern(pattern, value, msg)
	local kind = type(pattern)
	if pattern == "_" then
		return true
	elseif kind == "function" then
		return pattern(value, msg) and true or false
	elseif kind == "table" then
		for _, p in pairs(pattern) do
			if utils.matchesPattern(p, value, msg) then
				return true
			end
		end
		return false
	elseif kind ~= "string" then
		return false
	end
	local magic = find(pattern, "[%^%$%(%)%%%.%[%]%*%+%?]")
	if value == nil and magic then
		value = ""
	elseif type(value) == "number" then
		value = tostring(value)
	elseif type(value) ~= "string" then
		return false
	end
	if magic then
		return find(lower(value), lower(pattern)) ~= nil
	end
	return value == pattern or lower(value) == lower(pattern)
end

function utils.matchesSpec(msg, spec)
	local kind = type(spec)
	if kind == "function" then
		return spec(msg)
	elseif kind == "string" then
		return msg.Action == spec
	elseif kind ~= "table" then
		return false
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

return utils
