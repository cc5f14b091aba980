-- Small functions on tables and texts, and the matching of messages: here with
-- case, and of a request whose fields stand in req or in req.body.

local find = string.find

local utils = { _version = "0.0.6" }

-- The first of equal names, of a list of { name, value }.
function utils.Tab(msg)
	local map = {}
	for _, tag in ipairs(type(msg.Tags) == "table" and msg.Tags or {}) do
		if type(tag) == "table" and tag.name ~= nil
			and map[tag.name] == nil then
			map[tag.name] = tag.value
		end
	end
	return map
end

-- A field of a request; that of the request itself comes first.
function utils.field(req, key)
	local value = req[key]
	if value == nil and type(req.body) == "table" then
		value = req.body[key]
	end
	return value
end

-- Whether a value is what the pattern says: "_" is anything, a text with magic
-- a pattern of Lua, a table any of its values.
function utils.matchesPattern(pattern, value, req)
	local kind = type(pattern)
	if pattern == "_" then
		return true
	elseif kind == "function" then
		return pattern(value, req) and true or false
	elseif kind == "table" then
		for _, p in pairs(pattern) do
			if utils.matchesPattern(p, value, req) then
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
	return value == pattern or (magic and find(value, pattern) ~= nil)
		or false
end

-- A spec in a table: each of its fields has to match; a text is the action.
function utils.matchesSpec(req, spec)
	local kind = type(spec)
	if kind == "function" then
		return spec(req)
	elseif kind == "string" then
		return req.action == spec
			or (type(req.body) == "table"
				and req.body.action == spec)
	elseif kind ~= "table" then
		return false
	end
	for key, pattern in pairs(spec) do
		local value = utils.field(req, key)
		if not value
			or not utils.matchesPattern(pattern, value, req) then
			return false
		end
	end
	return true
end

-- The functions on lists come into the table when one of them is asked for.
return require(".later")(".lists", utils)
