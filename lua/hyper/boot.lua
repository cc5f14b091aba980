-- The process's own first message: its field on-boot may name code to run.

local eval = require(".eval")

return function(ao)
	local run = eval(ao)
	return function(req)
		-- the first message is kept: the inbox shows who spawned
		if #Inbox == 0 then
			table.insert(Inbox, req)
		end
		local from = req.body["on-boot"]
		if from == nil then
			return
		elseif from == "Data" or from == "data" then
			return run(req)
		end
		local file, err = io.open("/data/" .. tostring(from))
		if not file then
			error("on-boot: " .. tostring(err), 0)
		end
		local code = file:read("a")
		file:close()
		run({ body = { data = code } })
	end
end
