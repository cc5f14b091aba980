-- The arena: rounds by the clock, and that what is paid in is paid out.

return function(t)
	local test, is, has, tag = t.test, t.is, t.has, t.tag
	local blueprint = require("blueprint")(t)
	local sent = blueprint.sent

	-- Time is told by every message; the arena opens at 10 s.
	local now

	local function value(p, expression)
		return blueprint.value(p, expression, { Timestamp = now })
	end

	local function send(p, who, tags)
		return p:send(tags, { From = who, Owner = who, Timestamp = now })
	end

	local function pay(p, player, quantity, more)
		local tags = { Action = "Credit-Notice", Sender = player,
			Quantity = quantity or "100" }
		for k, v in pairs(more or {}) do
			tags[k] = v
		end
		return send(p, "TOKEN", tags)
	end

	local function tick(p, time)
		now = time
		return send(p, "OWNER", { Action = "Tick" })
	end

	local function run(p, code)
		local r = p:eval(code, { Timestamp = now })
		if r.Error then
			error(r.Error, 2)
		end
		return r
	end

	-- A fresh arena that nobody has sent anything to.
	local function open()
		now = 10000
		local p = t.process()
		run(p, "PaymentToken, PaymentQty = 'TOKEN', '100'")
		blueprint.load(p, "arena")
		return p
	end

	-- ann, bob and eve play, since 130 s.
	local function playing()
		local p = open()
		tick(p, 10000)
		for _, who in ipairs({ "ann", "bob", "eve" }) do
			send(p, who, { Action = "Register" })
			pay(p, who)
		end
		tick(p, 130000)
		is(value(p, "GameMode"), "Playing")
		return p
	end

	-- The rewards among what was sent: "recipient quantity reason".
	local function rewards(r)
		local out = {}
		for _, m in ipairs(r.Messages) do
			if m.Target == "TOKEN" then
				is(tag(m, "Action"), "Transfer")
				out[#out + 1] = tag(m, "Recipient") .. " "
					.. tag(m, "Quantity") .. " " .. tag(m, "Reason")
			end
		end
		return table.concat(out, ", ")
	end

	-- The announcements among it, to `who`: their events.
	local function events(r, who)
		local out = {}
		for _, m in ipairs(r.Messages) do
			if tag(m, "Action") == "Announcement" and m.Target == who then
				out[#out + 1] = tag(m, "Event")
			end
		end
		return table.concat(out, ", ")
	end

	test("arena: what it begins with", function()
		local p = open()
		is(value(p, "WaitTime .. ' ' .. GameTime .. ' ' .. BonusQty .. ' '"
			.. " .. MinimumPlayers"), "120000 1200000 0 2")
		local fresh = blueprint.process("arena")
		is(blueprint.value(fresh, "PaymentToken .. PaymentQty"), "PID1")
	end)

	test("arena: register, listen, unregister", function()
		local p = open()
		tick(p, 10000)
		local r = send(p, "ann", { Action = "Register" })
		is(sent(r), "ann Registered, ann Announcement")
		is(events(r, "ann"), "New Player Registered")
		r = send(p, "bob", { Action = "Register", Mode = "Listen" })
		is(events(r, "ann"), "New Player Registered")
		is(value(p, "Waiting.ann"), "false")
		is(value(p, "Waiting.bob"), "nil")
		send(p, "ann", { Action = "Register" })
		is(value(p, "#Listeners"), "2")
		is(sent(send(p, "ann", { Action = "Unregister" })),
			"ann Unregistered")
		is(sent(send(p, "ann", { Action = "Unregister" })),
			"ann Unregistered")
		is(value(p, "Waiting.ann"), "nil")
		is(value(p, "table.concat(Listeners)"), "bob")
	end)

	test("arena: a payment makes a player ready", function()
		local p = open()
		tick(p, 10000)
		send(p, "bob", { Action = "Register", Mode = "Listen" })
		local r = pay(p, "ann")
		is(sent(r), "ann Payment-Received, bob Announcement")
		is(events(r, "bob"), "Player-Ready")
		is(value(p, "Waiting.ann"), "true")
		-- registering does not undo it, paying again is no use
		send(p, "ann", { Action = "Register" })
		is(value(p, "Waiting.ann"), "true")
		is(rewards(pay(p, "ann", "150")), "ann 150 Refund")
		is(rewards(pay(p, "eve", "150")), "eve 50 Refund")
		is(rewards(send(p, "eve", { Action = "Unregister" })),
			"eve 100 Refund")
		is(rewards(send(p, "eve", { Action = "Unregister" })), "")
	end)

	test("arena: payments that are none", function()
		local p = open()
		tick(p, 10000)
		for _, wrong in ipairs({ "99", "0", "-100", "1e3", "0x100", " 100",
			"100.5", "", ("9"):rep(90), 100, { "100" } }) do
			is(sent(pay(p, "ann", wrong)), "")
		end
		send(p, "eve", { Action = "Credit-Notice", Sender = "ann",
			Quantity = "100" })
		send(p, "TOKEN", { Action = "Debit-Notice", Sender = "ann",
			Quantity = "100" })
		has(send(p, "TOKEN", { Action = "Credit-Notice",
			Quantity = "100" }).Error, "Sender")
		is(value(p, "next(Waiting)"), "nil")
	end)

	test("arena: from waiting to playing and back", function()
		local p = open()
		now = 10000
		send(p, "bob", { Action = "Register", Mode = "Listen" })
		is(value(p, "GameMode .. StateChangeTime"), "Waiting130000")
		is(events(tick(p, 129999), "bob"), "Tick")
		local r = tick(p, 130000)
		is(events(r, "bob"),
			"Not-Enough-Players, Started-Waiting-Period, Tick")
		is(value(p, "StateChangeTime"), "250000")
		pay(p, "ann")
		pay(p, "eve")
		send(p, "late", { Action = "Register" })
		r = tick(p, 250000)
		is(events(r, "bob"), "Started-Game, Tick")
		is(sent(r):match("^[^,]*"), "late Ejected")
		is(tag(r.Messages[1], "Reason"), "Did-Not-Pay")
		is(value(p, "next(Waiting)"), "nil")
		is(value(p, "#Listeners"), "1")
		r = tick(p, 1450000)
		is(events(r, "bob"), "Game-Ended, Started-Waiting-Period, Tick")
		is(rewards(r), "ann 100 Win, eve 100 Win")
		is(value(p, "GameMode .. tostring(next(Players))"), "Waitingnil")
		is(value(p, "Waiting.ann"), "false")
	end)

	test("arena: a time in a tag is no clock", function()
		local p = playing()
		is(rewards(send(p, "eve", { Timestamp = "9999999999" })), "")
		is(value(p, "GameMode"), "Playing")
		is(rewards(p:send({}, { Timestamp = false })), "")
	end)

	test("arena: who is eliminated pays who did it", function()
		local p = playing()
		local r = run(p, "eliminatePlayer('ann', 'bob')")
		is(rewards(r), "bob 100 Eliminated-Player")
		is(events(r, "ann"), "Player-Eliminated")
		has(sent(r), "ann Eliminated")
		is(value(p, "tostring(Players.ann) .. tostring(Waiting.ann)"),
			"nilfalse")
		has(p:eval("eliminatePlayer('ann', 'bob')",
			{ Timestamp = now }).Error, "ann is not playing")
		r = run(p, "eliminatePlayer('eve', 'bob')")
		is(rewards(r), "bob 100 Eliminated-Player, bob 100 Win")
		is(events(r, "bob"),
			"Player-Eliminated, Game-Ended, Started-Waiting-Period")
	end)

	test("arena: nobody's payment is lost", function()
		local p = playing()
		-- into the bonus: by nobody, by oneself
		is(rewards(run(p, "eliminatePlayer('ann', 'the lava')")), "")
		is(value(p, "BonusQty"), "100")
		is(rewards(run(p, "eliminatePlayer('bob', 'bob')")), "eve 300 Win")
		is(value(p, "BonusQty"), "0")
		p = playing()
		is(rewards(send(p, "ann", { Action = "Unregister" })), "")
		is(value(p, "BonusQty"), "100")
		is(rewards(send(p, "bob", { Action = "Unregister" })), "eve 300 Win")
		p = playing()
		run(p, "MinimumPlayers = 0 eliminatePlayer('ann')"
			.. " eliminatePlayer('bob') eliminatePlayer('eve') endGame()")
		is(value(p, "BonusQty"), "300")
	end)

	test("arena: the bonus is shared, the rest stays", function()
		local p = playing()
		run(p, "BonusQty = '11'")
		is(rewards(run(p, "endGame()")),
			"ann 103 Win, bob 103 Win, eve 103 Win")
		is(value(p, "BonusQty"), "2")
	end)

	test("arena: a bonus only by those who have it", function()
		local p = open()
		tick(p, 10000)
		send(p, "bob", { Action = "Register", Mode = "Listen" })
		local bet = { Reason = "AddBet", Quantity = "7" }
		for _, who in ipairs({ "OWNER", "PID" }) do
			is(events(send(p, who, bet), "bob"), "Bet-Added")
		end
		is(value(p, "BonusQty"), "14")
		is(events(pay(p, "ann", "1000", { ["X-Reason"] = "AddBet" }),
			"bob"), "Bet-Added")
		pay(p, "ann", "1000", { Reason = "AddBet" })
		is(value(p, "BonusQty"), "2014")
		is(value(p, "Waiting.ann"), "nil")
		send(p, "eve", bet)
		send(p, "TOKEN", bet)
		send(p, "eve", { Action = "Credit-Notice", Reason = "AddBet",
			Quantity = "7" })
		is(value(p, "BonusQty"), "2014")
		-- notices to where the sender wants them are no payments
		run(p, "PaymentToken = 'PID'")
		send(p, "PID", { Action = "Debit-Notice", Quantity = "7",
			["X-Reason"] = "AddBet" })
		is(value(p, "BonusQty"), "2014")
		for _, wrong in ipairs({ "-7", "0", "1e3", "" }) do
			has(send(p, "OWNER", { Reason = "AddBet", Quantity = wrong })
				.Error, "whole number")
		end
		is(value(p, "BonusQty"), "2014")
	end)

	test("arena: the state of the game", function()
		local p = playing()
		run(p, "Players = { ann = { x = 1 } }")
		now = 131000
		local m = send(p, "eve", { Action = "GetGameState" }).Messages[1]
		is(tag(m, "Action"), "GameState")
		is(m.Data, '{"GameMode":"Playing","Players":{"ann":{"x":1}},'
			.. '"TimeRemaining":1199000}')
	end)

	test("arena: ticks tell the seconds", function()
		local p = playing()
		local r = tick(p, 131500)
		is(events(r, "ann"), "Tick")
		has(r.Messages[1].Data, "1198 seconds")
	end)

	test("arena: tokens to begin with", function()
		local m = send(open(), "ann", { Action = "RequestTokens" })
			.Messages[1]
		-- the first message to it began the first wait; nobody listens
		t.same({ m.Target, tag(m, "Action"), tag(m, "Quantity"),
			tag(m, "Recipient") },
			{ "PID", "Transfer", "10000000", "ann" })
	end)

	test("arena: the hooks of a game", function()
		local p = open()
		run(p, "function PlayerInitState() return { energy = 5 } end"
			.. " Ticks = 0 function onTick() Ticks = Ticks + 1 end")
		pay(p, "ann")
		pay(p, "bob")
		tick(p, 130000)
		is(value(p, "Players.ann.energy + Players.bob.energy"), "10")
		local before = tonumber(value(p, "Ticks"))
		send(p, "eve", { Action = "Any" })
		is(value(p, "Ticks"), tostring(before + 2))
		-- a tick may end the game
		run(p, "function onTick() endGame() end")
		is(rewards(tick(p, 1330000)), "ann 100 Win, bob 100 Win")
	end)

	test("arena: announcements and rewards for games", function()
		local p = playing()
		local r = run(p, "announce('Boo', 'text')")
		is(#r.Messages, 3)
		is(events(r, "eve"), "Boo")
		is(r.Messages[1].Data, "text")
		is(rewards(run(p, "sendReward('ann', 5, 'Win')")), "ann 5 Win")
		is(rewards(run(p, "sendReward('ann', '0', 'Win')")), "")
		has(p:eval("sendReward('ann', -5, 'Win')").Error, "negative")
		has(p:eval("sendReward('ann', 'x', 'Win')").Error, "bint")
	end)

	test("arena: loading it again goes on with the round", function()
		local p = playing()
		run(p, "BonusQty, Players.ann.x = '9', 1")
		local handlers = value(p, "#Handlers.list")
		local file = assert(io.open("lua/blueprints/arena.lua"))
		run(p, file:read("a"))
		file:close()
		is(value(p, "GameMode .. BonusQty .. Players.ann.x"), "Playing91")
		is(value(p, "#Handlers.list"), handlers)
		is(value(p, "Handlers.list[1].name"), "Game-State-Timers")
	end)
end
