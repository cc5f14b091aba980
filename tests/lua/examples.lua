-- The examples: a chat room and a token, driven by messages.

return function(t)
	local test, is, has, tag = t.test, t.is, t.has, t.tag

	local function load_example(p, name)
		local file = assert(io.open("lua/examples/" .. name .. ".lua"))
		local r = p:eval(file:read("a"))
		file:close()
		if r.Error then
			error(r.Error, 2)
		end
		return p
	end

	local function from(who, data)
		return { From = who, Owner = who, Data = data }
	end

	test("chatroom: register, broadcast, unregister", function()
		local p = load_example(t.process(), "chatroom")
		local function ask(who, action, data)
			return p:send({ Action = action, Reference = "1" },
				from(who, data)).Messages
		end
		is(ask("ann", "Register")[1].Data, "Registered.")
		is(ask("bob", "Register")[1].Data, "Registered.")
		is(ask("bob", "Register")[1].Data, "Already registered.")
		local out = ask("eve", "Broadcast", "hello")
		is(#out, 3)
		is(out[1].Target, "ann")
		is(out[1].Data, "hello")
		is(tag(out[1], "Action"), "Broadcast-Notice")
		is(tag(out[1], "Broadcaster"), "eve")
		is(out[3].Target, "eve")
		is(out[3].Data, "Broadcasted.")
		load_example(p, "chatroom")
		is(ask("ann", "Unregister")[1].Data, "Unregistered")
		is(ask("ann", "Unregister")[1].Data, "Not registered")
		t.same(p.world.Members, { "bob" })
	end)

	local UNITS = "10000" .. ("0"):rep(12)

	local function token()
		return load_example(t.process({ Name = "coin" }), "token")
	end

	local function transfer(p, who, to, quantity, more)
		local tags = { Action = "Transfer", Recipient = to,
			Quantity = quantity, Reference = "8", ["X-Memo"] = "m" }
		for k, v in pairs(more or {}) do
			tags[k] = v
		end
		return p:send(tags, from(who))
	end

	test("token: who has what", function()
		local p = token()
		local m = p:send({ Action = "Info" }).Messages[1]
		is(tag(m, "name"), "coin")
		is(tag(m, "ticker"), "PNTS")
		is(tag(m, "denomination"), "12")
		is(tag(m, "supply"), UNITS)
		m = p:send({ Action = "Balance" }).Messages[1]
		is(m.Data, "0")
		is(tag(m, "Account"), "YOU")
		m = p:send({ Action = "Balance", Target = "PID" }).Messages[1]
		is(m.Data, UNITS)
		m = p:send({ Action = "Balance", Recipient = "PID" }).Messages[1]
		is(tag(m, "Balance"), UNITS)
		is(tag(m, "Account"), "PID")
		m = p:send({ Action = "Balances" }).Messages[1]
		is(m.Data, '{"PID":"' .. UNITS .. '"}')
		m = p:send({ Action = "Total-Supply" }).Messages[1]
		is(m.Data, UNITS)
		has(p:send({ Action = "Total-Supply" }, from("PID")).Error, "ask")
	end)

	test("token: a transfer and its notices", function()
		local p = token()
		local out = transfer(p, "PID", "ann", "0250").Messages
		is(#out, 3)
		t.same({ out[1].Target, tag(out[1], "Action"),
			tag(out[1], "Recipient"), tag(out[1], "Quantity"),
			tag(out[1], "X-Memo"), tag(out[1], "X-Reference") },
			{ "PID", "Debit-Notice", "ann", "250", "m", "8" })
		t.same({ out[2].Target, tag(out[2], "Action"),
			tag(out[2], "Sender"), tag(out[2], "Quantity"),
			tag(out[2], "X-Memo") },
			{ "ann", "Credit-Notice", "PID", "250", "m" })
		is(out[3].Target, nil)
		is(tag(out[3], "device"), "patch@1.0")
		t.same(tag(out[3], "balances"),
			{ ann = "250", PID = "9999999999999750" })
		is(#transfer(p, "ann", "bob", "1", { Cast = "true" }).Messages, 1)
		is(p.world.Balances.ann, "249")
		transfer(p, "ann", "ann", "249")
		is(p.world.Balances.ann, "249")
		load_example(p, "token")
		is(p.world.Balances.bob, "1")
	end)

	test("token: transfers that are refused", function()
		local p = token()
		local m = transfer(p, "ann", "bob", "1").Messages[1]
		is(tag(m, "Action"), "Transfer-Error")
		is(tag(m, "Error"), "Insufficient Balance!")
		is(tag(m, "Message-Id"), "m3")
		for _, wrong in ipairs({ "0", "000", "-5", "1.5", "x", "", "1e3" }) do
			is(transfer(p, "PID", "bob", wrong).Messages, nil)
		end
		has(p:send({ Action = "Transfer", Recipient = "bob" },
			from("PID")).Error, "Quantity is required!")
		has(p:send({ Action = "Transfer", Quantity = "1" },
			from("PID")).Error, "Recipient is required!")
		is(p.world.Balances.PID, UNITS)
	end)

	test("token: minting, far beyond 64 bits", function()
		local p = token()
		local m = p:send({ Action = "Mint", Quantity = "5" }).Messages[1]
		is(tag(m, "Action"), "Mint-Error")
		has(tag(m, "Error"), "PNTS")
		local much = ("9"):rep(60)
		p:send({ Action = "Mint", Quantity = much }, from("PID"))
		-- 10^60 - 1 more than 10^16
		is(p.world.TotalSupply, "1" .. ("0"):rep(44 - 1) .. "0"
			.. ("9"):rep(16))
		is(p.world.TotalSupply, p.world.Balances.PID)
		transfer(p, "PID", "ann", much)
		is(p.world.Balances.ann, much)
		is(p.world.Balances.PID, UNITS)
	end)
end
