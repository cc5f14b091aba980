-- A chat room: who registers hears what anyone broadcasts.
--
--   Send({ Target = room, Action = "Register" })
--   Send({ Target = room, Action = "Broadcast", Data = "Hello!" })
--
-- Loading it again changes the handlers and keeps the members.

Members = Members or {}

-- Its index; nil when it is no member.
local function place_of(address)
	for i, member in ipairs(Members) do
		if member == address then
			return i
		end
	end
end

-- Where messages have no reply of their own, an answer is a plain message.
local function answer(msg, text)
	if msg.reply then
		return msg.reply({ Data = text })
	end
	return ao.send({ Target = msg.From, Data = text })
end

Handlers.add("register", { Action = "Register" }, function(msg)
	if place_of(msg.From) then
		return answer(msg, "Already registered.")
	end
	table.insert(Members, msg.From)
	answer(msg, "Registered.")
end)

Handlers.add("unregister", { Action = "Unregister" }, function(msg)
	local place = place_of(msg.From)
	if not place then
		return answer(msg, "Not registered")
	end
	table.remove(Members, place)
	answer(msg, "Unregistered")
end)

-- A member may stand in the list twice in a room that was made otherwise.
Handlers.add("broadcast", { Action = "Broadcast" }, function(msg)
	local told = {}
	for _, member in ipairs(Members) do
		if not told[member] then
			told[member] = true
			ao.send({
				Target = member,
				Action = "Broadcast-Notice",
				Broadcaster = msg.From,
				Data = msg.Data,
			})
		end
	end
	answer(msg, "Broadcasted.")
end)
