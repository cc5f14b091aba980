-- Which messages of other processes may be assigned to this one.

local utils = require(".utils")

-- nil: no spec has that name.
local function index_of(list, name)
	for i, entry in ipairs(list) do
		if entry.name == name then
			return i
		end
	end
end

-- Called for a table that is new, or in an update, which puts back what the
-- program has replaced.
local function init(ao)
	ao.assignables = ao.assignables or {}

	-- (spec) or (name, spec), which replaces the spec of that name.
	function ao.addAssignable(...)
		local name, spec = ...
		if select("#", ...) < 2 then
			name, spec = nil, name
		elseif type(name) ~= "string" then
			error("MatchSpec name MUST be a string", 0)
		end
		local i = name and index_of(ao.assignables, name)
		if i then
			ao.assignables[i].pattern = spec
		else
			table.insert(ao.assignables,
				{ pattern = spec, name = name })
		end
	end

	-- By name or by place; what is not there needs no removing.
	function ao.removeAssignable(which)
		local i = which
		if type(which) == "string" then
			i = index_of(ao.assignables, which)
		elseif type(which) ~= "number" then
			error("index MUST be a number", 0)
		end
		if i and ao.assignables[i] then
			table.remove(ao.assignables, i)
		end
	end

	-- It was sent to somebody else.
	function ao.isAssignment(msg)
		return msg.Target ~= ao.id
	end

	function ao.isAssignable(msg)
		for _, entry in ipairs(ao.assignables) do
			if utils.matchesSpec(msg, entry.pattern) then
				return true
			end
		end
		return false
	end
end

return { _version = "0.1.0", init = init }
