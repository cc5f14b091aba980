-- Patterns and handlers made to order. Tags are fields of the message here.

local utils = require(".utils")

local hutils = { _version = "0.0.2" }

-- Wrong arguments are told when a pattern is made, not when it is tried.
local function check(ok, text)
	return ok or error("invalid arguments: " .. text, 0)
end

-- Patterns: functions of a request for Handlers.add().
function hutils.hasMatchingTag(name, value)
	check(type(name) == "string" and type(value) == "string",
		"(name: string, value: string)")
	return function(req)
		return utils.field(req, name) == value
	end
end

function hutils.hasMatchingTagOf(name, values)
	check(type(name) == "string" and type(values) == "table",
		"(name: string, values: table)")
	return function(req)
		for _, value in pairs(values) do
			if utils.field(req, name) == value then
				return true
			end
		end
		return 0
	end
end

function hutils.hasMatchingData(value)
	check(type(value) == "string", "(value: string)")
	return function(req)
		return req.body.data == value
	end
end

-- A handler that always answers the same.
function hutils.reply(x)
	check(type(x) == "string" or type(x) == "table",
		"(reply: string or table)")
	return function(req)
		req.reply(type(x) == "string" and { data = x } or x)
	end
end

-- A pattern that goes on to the next handler when this one has run.
hutils["continue"] = function(pattern)
	return function(req)
		local answer = utils.matchesSpec(req, pattern)
		if not answer or answer == 0 or answer == "skip" then
			return answer
		end
		return 1
	end
end

return hutils
