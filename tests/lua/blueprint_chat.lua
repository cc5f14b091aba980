-- The client for chat rooms.

return function(t)
	local test, is, has, tag = t.test, t.is, t.has, t.tag
	local blueprint = require("blueprint")(t)
	local value = blueprint.value

	local ROUTER = "8MGp9kOU4JYxAlPT1AyL7O3cedd97y-w8X4ciBsf_Xo"
	local ROOM = "6I1JBBc9SOMtqFxlX7OoYgsMh7QeZk2fFwUCHTUqshg"

	local function open()
		return blueprint.process("chat")
	end

	-- What a call sends, as "Target Action" and these tags.
	local function sends(p, code, ...)
		local r = p:eval(code)
		if r.Error then
			error(r.Error, 2)
		end
		is(#r.Messages, 1)
		local m, out = r.Messages[1], {}
		out[1] = m.Target .. " " .. tag(m, "Action")
		for i, name in ipairs({ ... }) do
			out[i + 1] = name == "Data" and m.Data or tag(m, name)
		end
		return table.concat(out, " ")
	end

	local function said(p, room, who, nick, text)
		return p:send({ Action = "Broadcasted", Broadcaster = who,
			Nickname = nick }, { From = room, Owner = room,
			Data = text }).Output.data:gsub("\27%[%d+m", "")
	end

	local function list(p, from)
		return p:send({ { "Action", "Room-List" }, { "Room-Den", "DEN" },
			{ "Room-Hall", "HALL" } }, { From = from, Owner = from })
	end

	test("chat: the first load joins a room and shows help", function()
		local p = t.process()
		local help = blueprint.load(p, "chat")
		is(blueprint.sent(p.last), ROOM .. " Register")
		is(tag(p.last.Messages[1], "Nickname"), "PID")
		for _, name in ipairs({ "List()", "Join(", "Say(", "Tip(",
			"Replay(", "Leave(", "help()" }) do
			has(help, name)
		end
		is(value(p, "help()"), help)
		is(value(p, "DevChat.Router .. ' ' .. DevChat.InitRoom"),
			ROUTER .. " " .. ROOM)
		is(value(p, "DevChat.Confirmations"), "true")
		p:eval("DevChat.Confirmations = false DevChat.Rooms.X = 'Y'")
		blueprint.load(p, "chat")
		is(#p.last.Messages, 0)
		is(value(p, "DevChat.Rooms.X"), "Y")
		is(value(p, "DevChat.Confirmations"), "false")
	end)

	test("chat: what each call sends", function()
		local p = open()
		is(sends(p, "List()"), ROUTER .. " Get-List")
		is(sends(p, "Join('R')", "Nickname"), "R Register PID")
		is(sends(p, "Join('R', 'me')", "Nickname"), "R Register me")
		is(sends(p, "Say('hi')", "Data"), ROOM .. " Broadcast hi")
		is(sends(p, "Say('hi', 'R')", "Data"), "R Broadcast hi")
		is(sends(p, "Say(5)", "Data"), "R Broadcast 5")
		is(sends(p, "Replay()", "Depth"), ROOM .. " Replay 3")
		is(sends(p, "Replay(9, 'R')", "Depth"), "R Replay 9")
		is(sends(p, "Leave('R')"), "R Unregister")
		is(sends(p, "Tip('ann')", "Recipient", "Quantity"),
			ROOM .. " Transfer ann 1")
		is(sends(p, "Tip('ann', 'R', '" .. ("9"):rep(30) .. "')",
			"Recipient", "Quantity"), "R Transfer ann " .. ("9"):rep(30))
		is(sends(p, "DevChat.add('Den')", "Name", "Address"),
			ROUTER .. " Register Den PID")
		is(sends(p, "DevChat.add('Den', 'DEN')", "Name", "Address"),
			ROUTER .. " Register Den DEN")
	end)

	test("chat: calls that are wrong", function()
		local p = open()
		has(p:eval("Tip()").Error, "nobody to tip")
		has(p:eval("Say()").Error, "nothing to say")
		has(p:eval("Join()").Error, "a room is named")
		has(p:eval("Join('')").Error, "a room is named")
		has(p:eval("Leave(5)").Error, "a room is named")
		has(p:eval("DevChat.add()").Error, "a room needs a name")
		for _, wrong in ipairs({ "0", "-1", "1.5", "1e3", "'x'" }) do
			has(p:eval("Tip('ann', 'R', " .. wrong .. ")").Error,
				"whole number")
		end
	end)

	test("chat: the list of rooms is the router's", function()
		local p = open()
		list(p, "eve")
		is(value(p, "DevChat.Rooms.DEN"), "nil")
		local r = list(p, ROUTER)
		has(r.Output.data, "Den")
		has(r.Output.data, "HALL")
		is(value(p, "DevChat.Rooms.DEN .. DevChat.Rooms.HALL"), "DenHall")
		is(value(p, "DevChat.Rooms['" .. ROOM .. "']"), "nil")
		is(sends(p, "Say('x', 'Hall')"), "HALL Broadcast")
		is(sends(p, "Leave('HALL')"), "HALL Unregister")
	end)

	test("chat: what is said", function()
		local p = open()
		list(p, ROUTER)
		is(said(p, "DEN", "ann-0123456789", "ann", "hello"),
			"[ann#ann@Den]> hello")
		is(said(p, "DEN", "bob", "a-very-long-nickname", "x"),
			"[a-very-lon#bob@Den]> x")
		is(said(p, "DEN", "bob", "bob", "y"), "[bob@Den]> y")
		is(said(p, "elsewhere", "bob", nil, nil),
			"[bob@elsewh...]> ")
		is(said(p, "DEN", "ann", "ann", "z"), "[ann@Den]> z")
		-- the answers go there by themselves
		is(sends(p, "Tip()", "Recipient"), "DEN Transfer ann")
		is(sends(p, "Replay()"), "DEN Replay")
		-- what one says oneself is confirmed
		is(said(p, "DEN", "PID", "me", "mine"), "Sent to Den.")
		p:eval("DevChat.Confirmations = false")
		is(said(p, "DEN", "PID", "me", "mine"), "")
		-- an anonymous broadcast is the room's
		is(said(p, "DEN", nil, nil, "?"), "[DEN@Den]> ?")
	end)
end
