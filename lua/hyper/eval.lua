-- What is typed at the prompt.

local stringify = require(".stringify")

-- The code stands in the data, or in the body of a body.
local function code_of(body)
	local inner = type(body.body) == "table" and body.body.body
	local code = body.data
	if code == nil and inner then
		code = inner
	end
	if type(code) ~= "string" then
		error("Eval: data should be text, got " .. type(code), 0)
	end
	return code
end

return function(ao)
	return function(req)
		local code = code_of(req.body)
		-- an expression shows its value; all else is taken as it is
		local fn = load("return " .. code, "aos", "t")
		local err
		if not fn then
			fn, err = load(code, "aos", "t")
		end
		local output
		if fn then
			output, err = fn()
		end
		if err then
			ao.outbox.Error = err
		elseif output then
			HandlerPrintLogs = HandlerPrintLogs or {}
			table.insert(HandlerPrintLogs,
				type(output) == "table"
					and stringify.format(output)
					or tostring(output))
		end
	end
end
