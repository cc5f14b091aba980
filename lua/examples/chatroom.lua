-- A chat room: who registers hears what anyone broadcasts.
--
--   aos> .load lua/examples/chatroom.lua
--   other> Send({ Target = room, Action = "Register" })
--   other> Send({ Target = room, Action = "Broadcast", Data = "Hello!" })
--
-- Loading it again changes the handlers and keeps the members.

Members = Members or {}

local function place_of(address)
	for i, member in ipairs(Members) do
		if member == address then
			return i
		end
	end
end

Handlers.add("register", { Action = "Register" }, function(msg)
	if place_of(msg.From) then
		msg.reply({ Data = "Already registered." })
		return
	end
	table.insert(Members, msg.From)
	msg.reply({ Data = "Registered." })
end)

Handlers.add("unregister", { Action = "Unregister" }, function(msg)
	local place = place_of(msg.From)
	if not place then
		msg.reply({ Data = "Not registered" })
		return
	end
	table.remove(Members, place)
	msg.reply({ Data = "Unregistered" })
end)

Handlers.add("broadcast", { Action = "Broadcast" }, function(msg)
	for _, member in ipairs(Members) do
		Send({
			Target = member,
			Action = "Broadcast-Notice",
			Broadcaster = msg.From,
			Data = msg.Data,
		})
	end
	msg.reply({ Data = "Broadcasted." })
end)
