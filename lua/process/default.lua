-- What becomes of a message that no handler took.

local json = require("json")

-- No methods: a program may do without the metatable of texts.
local sub = string.sub
local pcall, tostring, type = pcall, tostring, type

local SHOWN = 20 -- bytes of action or data in the notice

-- Data may have been decoded from JSON by now.
local function text_of(data)
	if type(data) == "table" then
		local ok, text = pcall(json.encode, data)
		return ok and text or tostring(data)
	end
	return data == nil and "" or tostring(data)
end

return function(insertInbox)
	return function(msg)
		insertInbox(msg)
		local from = "unknown"
		if msg.From then
			from = tostring(msg.From)
			from = sub(from, 1, 3) .. "..." .. sub(from, -3)
		end
		local what, text = "Data = ", msg.Action
		if text then
			what, text = "Action = ", tostring(text)
		else
			text = text_of(msg.Data)
		end
		print(Colors.gray .. "New Message From " .. Colors.green .. from
			.. Colors.gray .. ": " .. Colors.gray .. what
			.. Colors.blue .. sub(text, 1, SHOWN) .. Colors.reset)
	end
end
