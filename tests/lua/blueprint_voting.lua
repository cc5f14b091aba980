-- Votes, weighed by stakes.

return function(t)
	local test, is, has = t.test, t.is, t.has
	local blueprint = require("blueprint")(t)
	local value = blueprint.value

	local function at(height, who)
		return { From = who or "x", Owner = who or "x",
			["Block-Height"] = height }
	end

	-- ann has a stake of 60, bob one of 50, since height 100.
	local function open()
		local p = blueprint.process("token", "staking", "voting")
		p:eval("Balances = { ann = '100', bob = '150', eve = '100' }")
		p:send({ Action = "Stake", Quantity = "60" }, at(100, "ann"))
		p:send({ Action = "Stake", Quantity = "50" }, at(100, "bob"))
		return p
	end

	local function vote(p, who, side, height, more)
		local tags = { Action = "Vote", Target = "plan", Side = side,
			Deadline = "10" }
		for k, v in pairs(more or {}) do
			tags[k] = v or nil
		end
		return p:send(tags, at(height or 200, who))
	end

	local function count(p)
		return value(p, "Votes.plan.yay .. ' ' .. Votes.plan.nay .. ' '"
			.. " .. Votes.plan.deadline")
	end

	test("voting: needs staking", function()
		local ok, err = pcall(blueprint.process, "token", "voting")
		is(ok, false)
		has(err, "load the blueprint 'staking' first")
	end)

	test("voting: a plan that passes", function()
		local p = open()
		is(#vote(p, "ann", "yay").Messages, 0)
		is(count(p), "60 0 210")
		-- later votes do not move the deadline
		vote(p, "bob", "nay", 205, { Deadline = "500" })
		is(count(p), "60 50 210")
		has(p:send({}, at(209)).Output.data, "New Message")
		is(count(p), "60 50 210")
		has(p:send({}, at(210)).Output.data, "Vote passed: plan")
		is(value(p, "Votes.plan"), "nil")
		-- the same plan may be voted on anew
		vote(p, "bob", "nay", 300)
		is(count(p), "0 50 310")
	end)

	test("voting: a plan that does not", function()
		local p = open()
		vote(p, "ann", "nay")
		vote(p, "bob", "yay")
		is(p:send({}, at(210)).Output.data:find("passed"), nil)
		is(value(p, "Votes.plan"), "nil")
		p:eval("Stakers.bob.amount = '60'")
		vote(p, "ann", "nay", 300)
		vote(p, "bob", "yay", 300)
		is(p:send({}, at(310)).Output.data:find("passed"), nil)
	end)

	test("voting: the last vote of each counts, once", function()
		local p = open()
		vote(p, "ann", "yay")
		vote(p, "ann", "yay")
		is(count(p), "60 0 210")
		vote(p, "ann", "nay")
		is(count(p), "0 60 210")
	end)

	test("voting: tokens vote for one account at a time", function()
		local p = open()
		vote(p, "ann", "yay", 200, { Deadline = "2000" })
		p:send({ Action = "Unstake", Quantity = "60" }, at(900, "ann"))
		p:send({ Action = "Transfer", Recipient = "eve",
			Quantity = "100" }, at(901, "ann"))
		p:send({ Action = "Stake", Quantity = "200" }, at(902, "eve"))
		vote(p, "eve", "yay", 903)
		is(count(p), "200 0 2200")
		-- who stakes more afterwards has to say so
		p:send({ Action = "Stake", Quantity = "50" }, at(904, "bob"))
		vote(p, "eve", "yay", 905)
		is(count(p), "200 0 2200")
		vote(p, "bob", "nay", 906)
		is(count(p), "200 100 2200")
		p:send({ Action = "Stake", Quantity = "50" }, at(907, "bob"))
		vote(p, "eve", "nay", 908)
		is(count(p), "0 300 2200")
	end)

	test("voting: a vote after the deadline does not count", function()
		local p = open()
		vote(p, "bob", "nay")
		vote(p, "ann", "yay", 210)
		is(count(p), "60 0 220")
	end)

	test("voting: stakes beyond 64 bits", function()
		local p = open()
		local much = "1" .. ("0"):rep(40)
		p:eval("Stakers.ann.amount = '" .. much .. "'")
		vote(p, "ann", "yay")
		vote(p, "bob", "yay")
		is(count(p), "1" .. ("0"):rep(38) .. "50 0 210")
	end)

	test("voting: what is refused", function()
		local p = open()
		has(vote(p, "eve", "yay").Error, "no stake, no vote")
		p:eval("Stakers.eve = { amount = '0', unstake_at = 1 }")
		has(vote(p, "eve", "yay").Error, "no stake, no vote")
		has(vote(p, "ann", "maybe").Error, "Side must be")
		has(vote(p, "ann", nil).Error, "Side must be")
		has(vote(p, "ann", "yay", 200, { Target = false }).Error,
			"Target is required")
		for _, wrong in ipairs({ false, "0", "-1", "1.5", "x", "0x10",
			"1e3", ("9"):rep(30) }) do
			has(vote(p, "ann", "yay", 200, { Deadline = wrong }).Error,
				"Deadline must be")
		end
		has(vote(p, "ann", "yay", 200, { ["Block-Height"] = "1" }).Error,
			"Block-Height")
		is(value(p, "next(Votes)"), "nil")
		vote(p, "ann", "yay")
		-- a forged height ends nothing
		p:send({ ["Block-Height"] = "9999" }, at(201))
		is(count(p), "60 0 210")
	end)

	test("voting: records of an older version", function()
		local p = open()
		p:eval("Votes = { old = { yay = 5, nay = 3, deadline = 210 },"
			.. " bad = { yay = 3, nay = 3, deadline = 210 } }")
		local shown = p:send({}, at(210)).Output.data
		has(shown, "Vote passed: old, yay 5, nay 3")
		is(shown:find("bad"), nil)
	end)

	test("voting: loading it again keeps the votes", function()
		local p = open()
		vote(p, "ann", "yay")
		local handlers = value(p, "#Handlers.list")
		blueprint.load(p, "voting")
		is(count(p), "60 0 210")
		is(value(p, "#Handlers.list"), handlers)
	end)
end
