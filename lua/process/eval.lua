-- What is typed at the prompt.

local stringify = require(".stringify")

local error, load, table, tostring, type = error, load, table, tostring, type

return function(ao)
	return function(msg)
		local code = msg.Data
		if type(code) ~= "string" then
			error("Eval: Data should be text, got "
				.. type(code), 0)
		end
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
			HANDLER_PRINT_LOGS = HANDLER_PRINT_LOGS or {}
			table.insert(HANDLER_PRINT_LOGS,
				type(output) == "table"
					and stringify.format(output)
					or tostring(output))
		end
	end
end
