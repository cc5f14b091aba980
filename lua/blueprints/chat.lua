-- A client for DevChat rooms: List, Join, Say, Tip, Replay, Leave, help.
--
-- Loading it for the first time joins the first room. Loading it again keeps
-- the rooms that are known.

-- The process that lists rooms, and the room that is joined first.
local ROUTER = "8MGp9kOU4JYxAlPT1AyL7O3cedd97y-w8X4ciBsf_Xo"
local INIT_ROOM = "6I1JBBc9SOMtqFxlX7OoYgsMh7QeZk2fFwUCHTUqshg"
-- Longer ones would break the lines of the chat.
local NICK_LENGTH = 10

local first_load = DevChat == nil

-- Only what is missing is set: people put rooms of their own here.
DevChat = DevChat or {}
DevChat.Router = DevChat.Router or ROUTER
DevChat.InitRoom = DevChat.InitRoom or INIT_ROOM
DevChat.Rooms = DevChat.Rooms or { [DevChat.InitRoom] = "DevChat-Main" }
DevChat.LastReceive = DevChat.LastReceive
	or { Room = DevChat.InitRoom, Sender = nil }
DevChat.LastSend = DevChat.LastSend or DevChat.InitRoom
if DevChat.Confirmations == nil then
	DevChat.Confirmations = true
end

local function colored(color, text)
	return Colors[color] .. text .. Colors.reset
end

-- A room by its address or by the name that it has in the list. What is neither
-- is taken for the address of a room that nobody listed.
local function room_address(room)
	assert(type(room) == "string" and room ~= "",
		"a room is named by its address or its name")
	if DevChat.Rooms[room] then
		return room
	end
	for address, name in pairs(DevChat.Rooms) do
		if name == room then
			return address
		end
	end
	return room
end

-- For people; of a room that is not listed, the beginning of its address.
local function room_name(address)
	return DevChat.Rooms[address] or address:sub(1, 6) .. "..."
end

-- What is done about a room.
local function told(text, address)
	return colored("gray", text) .. colored("blue", room_name(address))
		.. colored("gray", ".")
end

-- Each of these sends a message and returns what the prompt shows. Without a
-- room it is the one where something was last said, or heard.
function List()
	ao.send({ Target = DevChat.Router, Action = "Get-List" })
	return colored("gray", "Asking for the list of rooms.")
end

function Join(room, nick)
	local address = room_address(room)
	ao.send({
		Target = address,
		Action = "Register",
		Nickname = nick or ao.id,
	})
	return told("Joining ", address)
end

function Say(text, room)
	assert(text ~= nil, "nothing to say")
	local address = room and room_address(room) or DevChat.LastSend
	DevChat.LastSend = address
	ao.send({
		Target = address,
		Action = "Broadcast",
		Data = tostring(text),
	})
	return told("Saying it in ", address)
end

-- One token, or that many; texts, since numbers have an end.
local function tip_quantity(quantity)
	local text = tostring(quantity or 1)
	assert(text:find("^%d+$") and not text:find("^0+$"),
		"a tip is a whole number greater than 0, not '" .. text .. "'")
	return text
end

function Tip(recipient, room, quantity)
	local address = room and room_address(room) or DevChat.LastReceive.Room
	local to = recipient or DevChat.LastReceive.Sender
	assert(type(to) == "string" and to ~= "",
		"nobody to tip: nobody has said anything yet")
	local amount = tip_quantity(quantity)
	ao.send({
		Target = address,
		Action = "Transfer",
		Recipient = to,
		Quantity = amount,
	})
	return colored("gray", "Tipping " .. amount .. " to ")
		.. colored("red", to) .. colored("gray", ".")
end

function Replay(depth, room)
	local address = room and room_address(room) or DevChat.LastReceive.Room
	ao.send({
		Target = address,
		Action = "Replay",
		Depth = tostring(depth or 3),
	})
	return told("Asking for what was said in ", address)
end

function Leave(room)
	local address = room_address(room)
	ao.send({ Target = address, Action = "Unregister" })
	return told("Leaving ", address)
end

-- List a room of one's own; without an address, this process.
function DevChat.add(name, address)
	assert(type(name) == "string" and name ~= "", "a room needs a name")
	ao.send({
		Target = DevChat.Router,
		Action = "Register",
		Name = name,
		Address = address or ao.id,
	})
	return colored("gray", "Listing ") .. colored("blue", name)
		.. colored("gray", ".")
end

-- Fits the functions above; square brackets are what may be left out.
local HELP = {
	{ "List()", "ask for the list of rooms" },
	{ 'Join("room"[, "nick"])', "enter a room" },
	{ 'Say("text"[, "room"])', "say something, where you last did" },
	{ 'Tip(["recipient"[, "room"[, quantity]]])',
		"give a token, to who spoke last" },
	{ 'Replay([depth[, "room"]])', "show what was said" },
	{ 'Leave("room")', "leave a room" },
	{ "help()", "show this" },
}

-- Global, and lower case, as people type it.
function help()
	local lines = { "DevChat: rooms are named by address or by name." }
	for i, entry in ipairs(HELP) do
		lines[i + 1] = "  " .. colored("green", entry[1]) .. "  "
			.. entry[2]
	end
	return table.concat(lines, "\n")
end

-- A nickname may be anybody's; with three characters of the id it is less so.
local function nick_of(msg, sender)
	local nick = type(msg.Nickname) == "string" and msg.Nickname or sender
	local short = nick:sub(1, NICK_LENGTH)
	return nick == sender and short or short .. "#" .. sender:sub(1, 3)
end

-- A room repeats what oneself says, too: that is the confirmation.
Handlers.add("DevChat-Broadcasted", { Action = "Broadcasted" }, function(msg)
	local sender = type(msg.Broadcaster) == "string" and msg.Broadcaster
		or msg.From
	local room = room_name(msg.From)
	DevChat.LastReceive.Room = msg.From
	DevChat.LastReceive.Sender = sender
	if sender == ao.id then
		if DevChat.Confirmations then
			print(told("Sent to ", msg.From))
		end
		return
	end
	print(colored("gray", "[") .. colored("red", nick_of(msg, sender))
		.. colored("gray", "@") .. colored("blue", room)
		.. colored("gray", "]> ")
		.. colored("green", tostring(msg.Data or "")))
end)

-- The list comes from the router alone; rooms are its tags Room-<name>.
local function is_list(msg)
	return msg.Action == "Room-List" and msg.From == DevChat.Router
end

Handlers.add("DevChat-List", is_list, function(msg)
	local rooms, lines = {}, {}
	for _, tag in ipairs(msg.TagArray or {}) do
		local name = tag.name:match("^Room%-(.+)$")
		if name and type(tag.value) == "string" then
			rooms[tag.value] = name
			lines[#lines + 1] = "  " .. colored("blue", name)
				.. "  " .. tag.value
		end
	end
	DevChat.Rooms = rooms
	table.insert(lines, 1, "Rooms:")
	print(table.concat(lines, "\n"))
end)

if first_load then
	Join(DevChat.InitRoom)
end

return help()
