-- The token for hyper-aos. Its messages are made here, in both forms in which
-- its library hands them on: flat, and as an assignment with a body.

return function(t)
	local test, is, has = t.test, t.is, t.has
	local blueprint = require("blueprint")(t)
	local value = blueprint.value

	local UNITS = "10000" .. ("0"):rep(12)

	-- A process that has what the blueprint finds on hyper-aos: id, send,
	-- and messages with names in lower case.
	local function open()
		local p = t.process()
		p:eval([[
			id, Sent = "HID", {}
			function send(m) table.insert(Sent, m) end
			function give(m)
				Sent = {}
				for _, o in ipairs(Handlers.list) do
					if o.name:sub(1, 1) ~= "_" and o.pattern(m) then
						return o.handle(m)
					end
				end
				Sent = nil
			end
			function asked(who, fields)
				fields.from = who
				give(fields)
			end
			function list()
				local out = {}
				for i, m in ipairs(Sent) do
					out[i] = (m.target or "-") .. " "
						.. (m.action or "-")
				end
				return table.concat(out, ", ")
			end]])
		blueprint.load(p, "htoken", "Name = nil ")
		return p
	end

	local function ask(p, who, fields)
		local r = p:eval("asked('" .. who .. "', " .. fields .. ")")
		return r.Error or value(p, "list()")
	end

	local function total(p)
		return value(p, "(function() local s = require('.bint')(256)(0)"
			.. " for _, b in pairs(Balances) do s = s + b end"
			.. " return s end)()")
	end

	test("htoken: what it is", function()
		local p = open()
		is(ask(p, "ann", "{ action = 'Info', reference = '4' }"), "ann -")
		is(value(p, "Sent[1].name .. Sent[1].ticker .. Sent[1].supply"
			.. " .. Sent[1].denomination .. Sent[1]['x-reference']"),
			"Hyper Test CoinHYPER" .. UNITS .. "124")
		is(value(p, "#Sent[1].logo"), "43")
	end)

	test("htoken: actions in any case", function()
		local p = open()
		for _, action in ipairs({ "balance", "Balance", "BALANCE" }) do
			ask(p, "HID", "{ action = '" .. action .. "' }")
			is(value(p, "Sent[1].balance .. Sent[1].ticker"
				.. " .. Sent[1].account .. Sent[1].data"),
				UNITS .. "HYPERHID" .. UNITS)
		end
		ask(p, "HID", "{ action = 'balance', recipient = 'ann' }")
		is(value(p, "Sent[1].data .. Sent[1].account"), "0ann")
		ask(p, "HID", "{ action = 'balances' }")
		is(value(p, "Sent[1].data"), '{"HID":"' .. UNITS .. '"}')
		p:eval("asked('ann', { action = 'none' })")
		is(value(p, "Sent"), "nil")
	end)

	test("htoken: a transfer and its notices", function()
		local p = open()
		is(ask(p, "HID", "{ action = 'Transfer', recipient = 'ann',"
			.. " quantity = '0250', ['x-memo'] = 'm' }"),
			"HID Debit-Notice, ann Credit-Notice")
		is(value(p, "Sent[1].recipient .. Sent[1].quantity"
			.. " .. Sent[1]['x-memo']"), "ann250m")
		is(value(p, "Sent[2].sender .. Sent[2].quantity"
			.. " .. Sent[2]['x-memo']"), "HID250m")
		is(ask(p, "ann", "{ action = 'transfer', recipient = 'bob',"
			.. " quantity = '50', cast = 'true' }"), "")
		is(value(p, "Balances.ann .. Balances.bob"), "20050")
		is(ask(p, "ann", "{ action = 'transfer', recipient = 'ann',"
			.. " quantity = '201' }"), "ann Transfer-Error")
		is(value(p, "Sent[1].error"), "Insufficient Balance!")
		ask(p, "ann", "{ action = 'transfer', recipient = 'ann',"
			.. " quantity = '200' }")
		is(value(p, "Balances.ann"), "200")
		is(total(p), UNITS)
	end)

	test("htoken: what is refused", function()
		local p = open()
		for _, case in ipairs(blueprint.wrong_quantities) do
			local q = type(case[1]) == "string"
				and ("%q"):format(case[1]) or type(case[1]) == "table"
				and "{}" or tostring(case[1])
			for _, action in ipairs({ "transfer", "mint" }) do
				has(ask(p, "HID", "{ action = '" .. action .. "',"
					.. " recipient = 'ann', quantity = " .. q .. " }"),
					(case[2]:gsub("^Q", "q")))
			end
		end
		for _, to in ipairs({ "nil", "''", "5", "{}" }) do
			has(ask(p, "HID", "{ action = 'transfer', quantity = '1',"
				.. " recipient = " .. to .. " }"), "recipient is required!")
		end
		is(total(p), UNITS)
	end)

	test("htoken: minting is for the process", function()
		local p = open()
		is(ask(p, "ann", "{ action = 'mint', quantity = '5' }"),
			"ann Mint-Error")
		has(value(p, "Sent[1].error"), "HYPER")
		is(ask(p, "HID", "{ action = 'Mint', quantity = '5' }"), "HID -")
		is(value(p, "TotalSupply"), UNITS:sub(1, -2) .. "5")
		is(total(p), UNITS:sub(1, -2) .. "5")
		is(ask(p, "ann", "{ action = 'Total-Supply' }"), "ann Total-Supply")
		is(value(p, "Sent[1].data .. Sent[1].ticker"),
			UNITS:sub(1, -2) .. "5HYPER")
		has(ask(p, "HID", "{ action = 'total-supply' }"),
			"cannot be asked by the process itself")
	end)

	test("htoken: who speaks, when the message is a body", function()
		local p = open()
		local function give(body)
			local r = p:eval("give({ body = " .. body .. " })")
			return r.Error or value(p, "list()")
		end
		local signed = "commitments = { b = { alg = 'rsa-pss-sha512',"
			.. " committer = 'ann' }, a = { alg = 'hmac-sha256' } }"
		is(give("{ action = 'Info', " .. signed .. " }"), "ann -")
		is(give("{ action = 'Info', commitments = { x = { type ="
			.. " 'ed25519', committer = 'bob' } } }"), "bob -")
		is(give("{ action = 'Info', ['from-process'] = 'P', " .. signed
			.. " }"), "P -")
		-- a field of the body says nothing about its sender
		is(give("{ action = 'Transfer', recipient = 'ann', quantity = '1',"
			.. " from = 'HID', " .. signed .. " }"), "ann Transfer-Error")
		has(give("{ action = 'Info', from = 'HID' }"),
			"does not tell who sent it")
	end)

	test("htoken: loading it again keeps what is there", function()
		local p = open()
		ask(p, "HID", "{ action = 'transfer', recipient = 'ann',"
			.. " quantity = '7' }")
		local handlers = value(p, "#Handlers.list")
		blueprint.load(p, "htoken")
		is(value(p, "Balances.ann .. TotalSupply"), "7" .. UNITS)
		is(value(p, "#Handlers.list"), handlers)
	end)
end
