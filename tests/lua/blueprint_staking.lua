-- Staking: tokens are set aside and come back, and none are lost or made.

return function(t)
	local test, is, has = t.test, t.is, t.has
	local blueprint = require("blueprint")(t)
	local value = blueprint.value

	-- ann has 1000.
	local function open()
		local p = blueprint.process("token", "staking")
		p:eval("Balances = { PID = '5', ann = '1000' } TotalSupply = '1005'")
		return p
	end

	local function at(height, who)
		return { From = who or "ann", Owner = who or "ann",
			["Block-Height"] = height }
	end

	local function stake(p, quantity, height, who)
		return p:send({ Action = "Stake", Quantity = quantity },
			at(height, who))
	end

	local function unstake(p, quantity, height, who)
		return p:send({ Action = "Unstake", Quantity = quantity },
			at(height, who))
	end

	-- "balance stake unstaking" of ann.
	local function state(p)
		return value(p, "Balances.ann .. ' '"
			.. " .. (Stakers.ann or {amount='-'}).amount .. ' '"
			.. " .. (Unstaking.ann or {amount='-'}).amount")
	end

	-- Everything that there is, wherever it is.
	local function total(p)
		return value(p, "(function() local s = require('.bint')(256)(0)"
			.. " for _, b in pairs(Balances) do s = s + b end"
			.. " for _, b in pairs(Stakers) do s = s + b.amount end"
			.. " for _, b in pairs(Unstaking) do s = s + b.amount end"
			.. " return s end)()")
	end

	test("staking: needs a token", function()
		local p = t.process()
		local ok, err = pcall(blueprint.load, p, "staking")
		is(ok, false)
		has(err, "load the blueprint 'token' first")
	end)

	test("staking: there and back", function()
		local p = open()
		is(value(p, "Variant .. UnstakeDelay"), "0.0.4670")
		local r = stake(p, "600", 1000)
		is(r.Messages[1].Target, "ann")
		is(r.Messages[1].Data, "Successfully Staked 600")
		is(state(p), "400 600 -")
		is(value(p, "Stakers.ann.unstake_at"), "1670")
		r = unstake(p, "600", 1200)
		is(r.Messages[1].Data, "Successfully unstaked 600")
		is(state(p), "400 0 600")
		is(value(p, "Unstaking.ann.release_at"), "1670")
		p:send({ Action = "Any" }, at(1669, "bob"))
		is(state(p), "400 0 600")
		local inbox = value(p, "#Inbox")
		p:send({ Action = "Any" }, at(1670, "bob"))
		is(state(p), "1000 0 -")
		-- the message went on to where it was going
		is(value(p, "#Inbox"), tostring(inbox + 1))
		is(total(p), "1005")
	end)

	test("staking: heights as text, or not at all", function()
		local p = open()
		stake(p, "1", "1000")
		unstake(p, "1", "1000")
		p:send({ Action = "Any" }, { ["Block-Height"] = false })
		is(state(p), "999 0 1")
		p:send({ Action = "Any" }, at("1670"))
		is(state(p), "1000 0 -")
		has(stake(p, "1", false).Error, "Block-Height")
	end)

	test("staking: a height in a tag is only what the sender says", function()
		local p = open()
		local forged = { Action = "Stake", Quantity = "5",
			["Block-Height"] = "1" }
		has(p:send(forged, at(1000)).Error, "Block-Height")
		stake(p, "5", 1000)
		unstake(p, "5", 1000)
		p:send({ ["block-height"] = "999999" }, at(1001))
		is(state(p), "995 0 5")
	end)

	test("staking: again before the first is released", function()
		local p = open()
		stake(p, "600", 1000)
		unstake(p, "200", 1010)
		stake(p, "100", 1020)
		unstake(p, "300", 1030)
		is(state(p), "300 200 500")
		is(value(p, "Unstaking.ann.release_at"), "1690")
		is(total(p), "1005")
		p:send({}, at(1689))
		is(state(p), "300 200 500")
		p:send({}, at(1690))
		is(state(p), "800 200 -")
		is(total(p), "1005")
	end)

	test("staking: a shorter delay frees nothing early", function()
		local p = open()
		stake(p, "10", 1000)
		unstake(p, "5", 1000)
		p:eval("UnstakeDelay = 10")
		stake(p, "1", 1001)
		unstake(p, "6", 1001)
		is(value(p, "Unstaking.ann.release_at"), "1670")
		is(total(p), "1005")
	end)

	test("staking: what cannot be done", function()
		local p = open()
		has(stake(p, "1001", 1000).Error, "Insufficient balance")
		has(stake(p, "1", 1000, "bob").Error, "Insufficient balance")
		has(unstake(p, "1", 1000).Error, "Insufficient stake")
		stake(p, "10", 1000)
		has(unstake(p, "11", 1000).Error, "Insufficient stake")
		has(unstake(p, "1", 1000, "bob").Error, "Insufficient stake")
		for _, case in ipairs(blueprint.wrong_quantities) do
			has(stake(p, case[1], 1000).Error, case[2])
			has(unstake(p, case[1], 1000).Error, case[2])
		end
		is(state(p), "990 10 -")
		is(total(p), "1005")
	end)

	test("staking: the list of stakers", function()
		local p = open()
		is(p:send({ Action = "Stakers" }).Messages[1].Data, "{}")
		stake(p, "10", 1000)
		is(p:send({ Action = "Stakers" }).Messages[1].Data,
			'{"ann":{"amount":"10","unstake_at":1670}}')
	end)

	test("staking: first in the list, and loaded again", function()
		local p = open()
		stake(p, "10", 1000)
		unstake(p, "4", 1000)
		is(value(p, "Handlers.list[1].name"), "staking.finalize")
		local count = value(p, "#Handlers.list")
		blueprint.load(p, "token")
		blueprint.load(p, "staking")
		is(state(p), "990 6 4")
		is(value(p, "#Handlers.list"), count)
	end)
end
