-- The client for the name registry.

return function(t)
	local test, is, has, tag = t.test, t.is, t.has, t.tag
	local blueprint = require("blueprint")(t)

	local REGISTRY = "TyduW6spZTr3gkdIsdktduJhgtilaR_ex5JukK8gI9o"
	local ORACLE = "BaMK1dfayo75s3q1ow6AO64UDpD9SEFbeE8xYrY2fyQ"
	local FEED = "8aE3_6NJ_MU_q3fbhz2S6dA8PKQOSCe95Gt7suQ3j7U"
	local DAY = 24 * 60 * 60 * 1000

	local function open()
		return blueprint.process("arns")
	end

	local function value(p, expression, time)
		return blueprint.value(p, expression, { Timestamp = time or 1000 })
	end

	local function answer(p, who, tags, data, time)
		return p:send(tags, { From = who, Owner = who, Data = data,
			Timestamp = time or 1000 })
	end

	local function resolved(p, name, data, who)
		return answer(p, who or REGISTRY, { Action = "Record-Resolved",
			Name = name }, data)
	end

	-- A name that is kept by the process ANT.
	local function known()
		local p = open()
		resolved(p, "name", '{"processId":"ANT"}')
		answer(p, "ANT", { Action = "Info-Notice", ProcessOwner = "ann" },
			'{"records":{"@":{"transactionId":"TX"},'
			.. '"under":{"transactionId":"TX2"},"a_b":"TX3"}}')
		return p
	end

	test("arns: a name is asked for, in lower case, by its root", function()
		local p = open()
		for call, root in pairs({ ["'NAME'"] = "name",
			["'under_name'"] = "name", ["'a_b_name'"] = "name",
			["'_name'"] = "_name", ["'name_'"] = "name_" }) do
			local r = p:eval("ARNS.resolve(" .. call .. ")")
			is(blueprint.sent(r), REGISTRY .. " Get-Record")
			is(tag(r.Messages[1], "Name"), root)
		end
		for _, wrong in ipairs({ "", "''", "5" }) do
			has(p:eval("ARNS.resolve(" .. wrong .. ")").Error,
				"a name is a text")
		end
	end)

	test("arns: a name of a process", function()
		local p = open()
		local r = resolved(p, "Name", '{"processId":"ANT"}')
		is(blueprint.sent(r), "ANT Info")
		is(value(p, "ARNS.id('name')"), "ANT")
		p = known()
		is(value(p, "ARNS.data('NAME')"), "TX")
		is(value(p, "ARNS.data('under_name')"), "TX2")
		is(value(p, "ARNS.data('a_b_name')"), "TX3")
		is(value(p, "ARNS.data('none_name')"), "nil")
		is(value(p, "ARNS.owner('name')"), "ann")
		is(#p.last.Messages, 0)
	end)

	test("arns: a name of an old contract", function()
		local p = open()
		local r = resolved(p, "old", '{"contractTxId":"C"}')
		is(blueprint.sent(r), ORACLE .. " Get-Real-Data")
		has(tag(r.Messages[1], "Url"), "/C")
		is(value(p, "ARNS.id('old')"), "C")
		local feed = '{"contractTxId":"C","state":{"owner":"bob",'
			.. '"records":{"@":{"transactionId":"TX"}}}}'
		answer(p, "eve", { Action = "Receive-data-feed" }, feed)
		is(value(p, "ARNS.data('old')"), "nil")
		answer(p, FEED, { Action = "Receive-data-feed" }, feed)
		is(value(p, "ARNS.data('old')"), "TX")
		is(value(p, "ARNS.owner('old')"), "bob")
	end)

	test("arns: what is not known is asked for", function()
		local p = open()
		for _, call in ipairs({ "data", "owner", "id" }) do
			local r = p:eval("ARNS." .. call .. "('who')")
			is(blueprint.sent(r), REGISTRY .. " Get-Record")
			has(r.Output.data, "Nothing is known of 'who'")
		end
	end)

	test("arns: answers are kept for a day", function()
		local p = known()
		is(value(p, "ARNS.data('name')", 1000 + DAY - 1), "TX")
		value(p, "ARNS.data('name')", 1000 + DAY)
		is(blueprint.sent(p.last), REGISTRY .. " Get-Record")
		is(value(p, "ARNS.data('name')"), "TX")
		p:eval("ARNS.clear()")
		value(p, "ARNS.data('name')")
		is(blueprint.sent(p.last), REGISTRY .. " Get-Record")
	end)

	test("arns: answers of others are not taken", function()
		local p = known()
		local inbox = value(p, "#Inbox")
		resolved(p, "name", '{"processId":"EVIL"}', "eve")
		answer(p, "eve", { Action = "Info-Notice", ProcessOwner = "eve" },
			'{"records":{}}')
		is(value(p, "ARNS.id('name') .. ARNS.owner('name')"), "ANTann")
		-- they are messages like any other
		is(value(p, "#Inbox - " .. inbox), "2")
	end)

	test("arns: broken answers change nothing", function()
		local p = known()
		for _, data in ipairs({ "?", "5", '"x"' }) do
			is(resolved(p, "name", data).Messages, nil)
			is(answer(p, "ANT", { Action = "Info-Notice" }, data)
				.Messages, nil)
		end
		has(resolved(p, nil, "{}").Error, "does not tell the Name")
		has(answer(p, FEED, { Action = "Receive-data-feed" }, "{}").Error,
			"contractTxId")
		is(value(p, "ARNS.data('name')"), "TX")
		is(#resolved(p, "none", '{"processId":7}').Messages, 0)
		is(value(p, "ARNS.id('none')"), "nil")
	end)

	test("arns: loading it again keeps what is known", function()
		local p = known()
		local handlers = value(p, "#Handlers.list")
		blueprint.load(p, "arns")
		is(value(p, "ARNS.data('name')"), "TX")
		is(value(p, "#Handlers.list"), handlers)
		is(value(p, "Handlers.list[1].name"), "ArNS-Timers")
	end)
end
