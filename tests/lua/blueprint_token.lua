-- The token: every handler, whatever is wrong with a request, and that no
-- transfer changes how much there is.

return function(t)
	local test, is, has, tag = t.test, t.is, t.has, t.tag
	local blueprint = require("blueprint")(t)
	local from, value = blueprint.from, blueprint.value

	local UNITS = "10000" .. ("0"):rep(12)

	local function token()
		return blueprint.process("token")
	end

	local function transfer(p, who, to, quantity, more)
		local tags = { Action = "Transfer", Recipient = to,
			Quantity = quantity, Reference = "8", ["X-Memo"] = "m" }
		for k, v in pairs(more or {}) do
			tags[k] = v
		end
		return p:send(tags, from(who))
	end

	local function balance(p, who)
		return value(p, "Balances['" .. who .. "']")
	end

	-- What all accounts hold together.
	local function total(p)
		return value(p, "(function() local s = require('.bint')(256)(0)"
			.. " for _, b in pairs(Balances) do s = s + b end"
			.. " return s end)()")
	end

	test("token: what it is", function()
		local p = token()
		local r = p:send({ Action = "Info", Reference = "3" })
		is(#r.Messages, 1)
		local m = r.Messages[1]
		is(m.Target, "YOU")
		is(m.Data, nil)
		t.same({ tag(m, "name"), tag(m, "ticker"), tag(m, "denomination"),
			tag(m, "supply"), tag(m, "X-Reference"), #tag(m, "logo") },
			{ "coin", "PNTS", "12", UNITS, "3", 43 })
		is(value(p, "Variant"), "0.0.3")
	end)

	test("token: balances", function()
		local p = token()
		local function ask(tags)
			tags.Action = "Balance"
			local m = p:send(tags).Messages[1]
			is(tag(m, "Balance"), m.Data)
			is(tag(m, "Ticker"), "PNTS")
			return m.Data .. " " .. tag(m, "Account")
		end
		is(ask({}), "0 YOU")
		is(ask({ Recipient = "PID" }), UNITS .. " PID")
		is(ask({ Recipient = "nobody" }), "0 nobody")
		is(ask({ Target = "PID" }), UNITS .. " YOU")
		is(ask({ Target = "nobody" }), "0 YOU")
		is(ask({ Target = "PID", Recipient = "nobody" }), "0 nobody")
		is(p:send({ Action = "Balances" }).Messages[1].Data,
			'{"PID":"' .. UNITS .. '"}')
		p:eval("Balances = {}")
		is(p:send({ Action = "Balances" }).Messages[1].Data, "{}")
	end)

	test("token: the supply, for others", function()
		local p = token()
		local m = p:send({ Action = "Total-Supply" }).Messages[1]
		t.same({ m.Data, tag(m, "Action"), tag(m, "Ticker") },
			{ UNITS, "Total-Supply", "PNTS" })
		has(p:send({ Action = "Total-Supply" }, from("PID")).Error,
			"cannot be asked by the process itself")
	end)

	test("token: a transfer and its notices", function()
		local p = token()
		local out = transfer(p, "PID", "ann", "0250").Messages
		is(#out, 3)
		t.same({ out[1].Target, tag(out[1], "Action"),
			tag(out[1], "Recipient"), tag(out[1], "Quantity"),
			tag(out[1], "X-Memo"), tag(out[1], "X-Reference") },
			{ "PID", "Debit-Notice", "ann", "250", "m", "8" })
		has(out[1].Data, "250")
		t.same({ out[2].Target, tag(out[2], "Action"),
			tag(out[2], "Sender"), tag(out[2], "Quantity"),
			tag(out[2], "X-Memo") },
			{ "ann", "Credit-Notice", "PID", "250", "m" })
		has(out[2].Data, "250")
		is(out[3].Target, nil)
		is(tag(out[3], "device"), "patch@1.0")
		t.same(tag(out[3], "balances"),
			{ ann = "250", PID = "9999999999999750" })
		local info = tag(out[3], "token-info")
		t.same({ info.name, info.ticker, info.denomination, info.supply },
			{ "coin", "PNTS", "12", UNITS })
		is(total(p), UNITS)
	end)

	test("token: a transfer without notices", function()
		local p = token()
		for _, cast in ipairs({ "true", "false", "" }) do
			local r = transfer(p, "PID", "ann", "2", { Cast = cast })
			is(blueprint.sent(r), "- -")
		end
		is(balance(p, "ann"), "6")
	end)

	test("token: all that one has, and to oneself", function()
		local p = token()
		transfer(p, "PID", "ann", "249")
		is(#transfer(p, "ann", "ann", "249").Messages, 3)
		is(balance(p, "ann"), "249")
		transfer(p, "ann", "bob", "249")
		is(balance(p, "ann") .. balance(p, "bob"), "0249")
		is(total(p), UNITS)
	end)

	test("token: too little", function()
		local p = token()
		transfer(p, "PID", "ann", "10")
		for _, case in ipairs({ { "ann", "11" }, { "bob", "1" },
			{ "ann", ("9"):rep(76) } }) do
			local r = transfer(p, case[1], "bob", case[2])
			is(blueprint.sent(r), case[1] .. " Transfer-Error")
			local m = r.Messages[1]
			is(tag(m, "Error"), "Insufficient Balance!")
			is(tag(m, "Message-Id"):sub(1, 1), "m")
		end
		is(transfer(p, "bob", "bob", "1").Messages[2], nil)
		is(total(p), UNITS)
		is(balance(p, "bob"), "nil")
	end)

	test("token: quantities that are none", function()
		local p = token()
		for _, action in ipairs({ "Transfer", "Mint" }) do
			for _, case in ipairs(blueprint.wrong_quantities) do
				local r = p:send({ Action = action,
					Recipient = "ann", Quantity = case[1] },
					from("PID"))
				is(r.Messages, nil)
				has(r.Error, case[2])
			end
		end
		is(balance(p, "PID"), UNITS)
		is(value(p, "TotalSupply"), UNITS)
	end)

	test("token: recipients that are none", function()
		local p = token()
		for _, to in ipairs({ false, "", 5, { "ann" } }) do
			has(transfer(p, "PID", to or nil, "1").Error,
				"Recipient is required!")
		end
		is(balance(p, "PID"), UNITS)
	end)

	test("token: minting is for the process, far beyond 64 bits", function()
		local p = token()
		for _, who in ipairs({ "YOU", "OWNER" }) do
			local m = p:send({ Action = "Mint", Quantity = "5" },
				from(who)).Messages[1]
			is(tag(m, "Action"), "Mint-Error")
			has(tag(m, "Error"), "PNTS")
			is(tag(m, "Message-Id"):sub(1, 1), "m")
		end
		local much = ("9"):rep(60)
		local r = p:send({ Action = "Mint", Quantity = much }, from("PID"))
		is(blueprint.sent(r), "PID -, - -")
		has(r.Messages[1].Data, much)
		-- 10^60 - 1 more than 10^16
		local sum = "1" .. ("0"):rep(44) .. ("9"):rep(16)
		is(value(p, "TotalSupply"), sum)
		is(balance(p, "PID"), sum)
		t.same(tag(r.Messages[2], "balances"), { PID = sum })
		is(tag(r.Messages[2], "token-info").supply, sum)
		transfer(p, "PID", "ann", much)
		is(balance(p, "ann"), much)
		is(balance(p, "PID"), UNITS)
		is(total(p), sum)
	end)

	test("token: no more than 255 bits hold", function()
		local p = token()
		local max = "5789604461865809771178549250434395392663499233282"
			.. "0282019728792003956564819967"
		has(p:send({ Action = "Mint", Quantity = max }, from("PID")).Error,
			"the total supply would be too large")
		p:eval("Balances, TotalSupply = {}, '0'")
		p:send({ Action = "Mint", Quantity = max }, from("PID"))
		is(value(p, "TotalSupply"), max)
		has(p:send({ Action = "Mint", Quantity = "1" }, from("PID")).Error,
			"too large")
		is(total(p), max)
	end)

	test("token: burning is not there", function()
		local r = token():send({ Action = "Burn", Quantity = "1" })
		is(#r.Messages, 0)
		has(r.Output.data, "not implemented")
	end)

	test("token: loading it again keeps what is there", function()
		local p = token()
		transfer(p, "PID", "ann", "7")
		p:send({ Action = "Mint", Quantity = "1" }, from("PID"))
		p:eval("Ticker, Denomination = 'OWN', 3")
		local handlers = value(p, "#Handlers.list")
		blueprint.load(p, "token")
		is(balance(p, "ann"), "7")
		is(value(p, "TotalSupply"), UNITS:sub(1, -2) .. "1")
		is(value(p, "Ticker .. Denomination"), "OWN3")
		is(value(p, "#Handlers.list"), handlers)
		p:eval("TotalSupply = nil")
		blueprint.load(p, "token")
		is(value(p, "TotalSupply"), UNITS:sub(1, -2) .. "1")
	end)

	test("token: other denominations", function()
		local function fresh(denomination)
			local p = t.process()
			p:eval("Denomination = " .. denomination)
			return p
		end
		local p = fresh("0")
		blueprint.load(p, "token")
		is(value(p, "TotalSupply"), "10000")
		p = fresh("'72'")
		blueprint.load(p, "token")
		is(value(p, "TotalSupply"), "1" .. ("0"):rep(76))
		for _, wrong in ipairs({ "73", "-1", "1.5", "'x'" }) do
			is(pcall(blueprint.load, fresh(wrong), "token"), false)
		end
	end)

	test("token: notices go with messages without reply, too", function()
		local p = token()
		p:eval("Handlers.prepend('old', function() return 'continue' end,"
			.. " function(m) m.reply = nil end)")
		is(blueprint.sent(transfer(p, "PID", "ann", "1")),
			"PID Debit-Notice, ann Credit-Notice, - -")
		is(blueprint.sent(transfer(p, "bob", "ann", "1")),
			"bob Transfer-Error")
	end)
end
