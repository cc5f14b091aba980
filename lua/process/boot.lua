-- The process's own first message: its tag On-Boot may name code to run.

local eval = require(".eval")

return function(ao)
	local run = eval(ao)
	return function(msg)
		if #Inbox == 0 then
			table.insert(Inbox, msg)
		end
		local from = msg.Tags["On-Boot"]
		if from == nil then
			return
		elseif from == "Data" then
			return run(msg)
		end
		local file, err = io.open("/data/" .. from)
		if not file then
			error("On-Boot: " .. tostring(err), 0)
		end
		local code = file:read("a")
		file:close()
		run({ Data = code })
	end
end
