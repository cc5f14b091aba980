-- Rows 13 to 26: the first message, trust, assignments, names of tags.

return function(t)
	local test, is, has = t.test, t.is, t.has

	test("row 13: the name of the process", function()
		is(t.process({ Name = "demo" }).world.Name, "demo")
		is(t.process().world.Name, "aos")
		local p = t.process({ Name = "demo" })
		p:eval("Name = 'other'")
		p:eval("1")
		is(p.world.Name, "other")
	end)

	test("row 14: a process spawned by a process is its parent's", function()
		local p = t.raw({ ["From-Process"] = "PARENT" })
		p:boot(nil, { From = "OWNER", Owner = "OWNER" })
		has(p:eval("1").Output.data, "New Message From ")
		p.owner = "PARENT"
		is(p.world.Owner, "PARENT")
	end)

	test("row 15: only the process's own message makes an owner", function()
		local p = t.raw()
		p:send({ Action = "Hello" })
		-- nobody is its owner: code is a message like any other
		for _, who in ipairs({ "OWNER", "YOU" }) do
			has(p:eval("1 + 1", { From = who, Owner = who }).Output.data,
				"New Message From ")
		end
		has(p:send({ Action = "Eval" }, { From = false, Owner = false,
			Data = "Owner = 'YOU' return 'ran'" }).Output.data, "ran")
	end)

	test("row 15: the owner is settled once", function()
		local p = t.raw()
		p:send({ Action = "Hello" })
		p:boot()
		is(p.world.Owner, "OWNER")
		p:send({}, { Id = "PID", From = "X", Owner = "X" })
		is(p.world.Owner, "OWNER")
	end)

	test("row 16: who is not trusted", function()
		local p = t.process()
		local r = p:send({ Action = "Hi" }, { From = "F", Owner = "O" })
		is(r.Output.data,
			"Message is not trusted! From: F - Owner: O")
		is(r.Output.print, true)
		has(r.Output.prompt, "@")
		is(#p.world.Inbox, 1)
		is(#r.Messages, 0)
		-- no handler sees it, whatever it matches
		p:eval("Handlers.prepend('all', function(m)"
			.. " return m.Owner ~= 'OWNER' end,"
			.. " function() seen = true end)")
		p:send({ Action = "Hi" }, { From = "F", Owner = "O" })
		is(p:send({ Action = "Eval" }, { From = "OWNER", Owner = "O",
			Data = "seen = true" }).Output.data,
			"Message is not trusted! From: OWNER - Owner: O")
		is(p.world.seen, nil)
	end)

	test("row 17: authorities", function()
		for _, authority in ipairs({ "AUTH", "X,AUTH", "AUTH,,Y" }) do
			local p = t.process({ Authority = authority })
			p:send({}, { From = "F", Owner = "AUTH" })
			is(#p.world.Inbox, 2)
			p:send({}, { From = "AUTH", Owner = "O" })
			is(#p.world.Inbox, 3)
			has(p:send({}, { From = "F", Owner = "AUT" }).Output.data,
				"Message is not trusted!")
			is(#p.world.Inbox, 3)
		end
	end)

	test("row 17: what an authority hands on may be code", function()
		local p = t.process({ Authority = "AUTH" })
		is(p:eval("6 * 7", { Owner = "AUTH" }).Output.data, "42")
		is(p:get("ao.isTrusted({ From = 'F', Owner = 'AUTH' })"), true)
		is(p:get("ao.isTrusted({ From = 'F', Owner = 'O' })"), false)
	end)

	test("row 18: each authority once", function()
		local p = t.process({ { "Authority", "A" }, { "Authority", "B,A" } })
		p:eval("1")
		t.same(p:get('ao.authorities'), { "A", "B" })
		p.env.Process.Tags = { { name = "Authority", value = "C" } }
		p:eval("1")
		t.same(p:get('ao.authorities'), { "A", "B", "C" })
	end)

	test("row 19: a message for another process is refused", function()
		local p = t.process()
		local r = p:send({ Action = "Hi" }, { Target = "OTHER" })
		is(r.Output.data,
			"Assignment is not trusted! From: YOU - Owner: YOU")
		is(#r.Messages, 1)
		is(r.Messages[1].Target, "YOU")
		is(r.Messages[1].Data,
			"Assignment is not trusted by this process!")
		is(#p.world.Inbox, 1)
	end)

	test("row 20: from the process itself, only the notice", function()
		local p = t.process()
		local r = p:send({}, { Target = "OTHER", From = "PID",
			Owner = "PID" })
		is(#r.Messages, 0)
		has(r.Output.data, "Assignment is not trusted!")
	end)

	test("row 21: assignables", function()
		local p = t.process()
		local function taken(action)
			local before = #p.world.Inbox
			p:send({ Action = action }, { Target = "OTHER" })
			return #p.world.Inbox > before
		end
		p:eval("ao.addAssignable(function(m) return m.Action == 'A' end)")
		p:eval("ao.addAssignable({ Action = 'B' })")
		p:eval("ao.addAssignable('c', 'C')")
		is(taken("A") and taken("B") and taken("C"), true)
		is(taken("D"), false)
		p:eval("ao.addAssignable('c', 'D')")
		is(taken("C"), false)
		is(taken("D"), true)
		p:eval("ao.removeAssignable('c')")
		is(taken("D"), false)
		p:eval("ao.removeAssignable(1) ao.removeAssignable(9)"
			.. " ao.removeAssignable('none')")
		is(taken("A"), false)
		is(taken("B"), true)
		p:check("raises('MatchSpec name MUST be a string',"
			.. " ao.addAssignable, 5, 'x')"
			.. " raises('index MUST be a number',"
			.. " ao.removeAssignable, {})")
	end)

	test("row 21: what an assignable may be", function()
		local p = t.process()
		p:check([[
			local m = { Target = "OTHER", Action = "Act", Tags = {} }
			is(ao.isAssignment(m), true)
			is(ao.isAssignment({ Target = ao.id, Tags = {} }), false)
			is(ao.isAssignable(m), false)
			for _, spec in ipairs({ "Act", { Action = "act" },
				{ Action = { "x", "^a" } }, {},
				function(o) return o == m end }) do
				ao.addAssignable(spec)
				is(ao.isAssignable(m), true)
				ao.removeAssignable(1)
				is(ao.isAssignable(m), false)
			end
			ao.addAssignable("a", "Act")
			ao.addAssignable("b", "Act")
			ao.removeAssignable("a")
			is(#ao.assignables, 1)
			is(ao.assignables[1].name, "b")
			ao.removeAssignable(1)
			same(ao.assignables, {})]])
	end)

	test("row 22: names of tags in title case", function()
		local p = t.process()
		p:send({ foo_bar = "1", ["x-y1z"] = "2", FOO = "3" })
		local m = p.world.Inbox[2]
		is(m["Foo-Bar"], "1")
		is(m.Tags["Foo-Bar"], "1")
		is(m["X-Y1z"], "2")
		is(m.Foo, "3")
		is(#m.TagArray, 3)
		p:send({ ["FOO-BAR"] = "4" })
		is(p.world.Inbox[3]["Foo-Bar"], "4")
	end)

	test("row 23: of equal tags the map has the first, the root the last",
		function()
			local p = t.process()
			p:send({ { "X", "1" }, { "x", "2" } })
			is(p.world.Inbox[2].Tags.X, "1")
			is(p.world.Inbox[2].X, "2")
		end)

	test("row 24: tags that never reach the root", function()
		local p = t.process()
		p:send({ From = "a", Owner = "b", Target = "c", Data = "d",
			Type = "e", ["Read-Only"] = "f", Variant = "g",
			Timestamp = "h" }, { Data = "real" })
		local m = p.world.Inbox[2]
		t.same({ m.From, m.Owner, m.Target, m.Data },
			{ "YOU", "YOU", "PID", "real" })
		is(m.Type, nil)
		is(m["Read-Only"], nil)
		is(m.Variant, nil)
		is(m.Tags.Type, "e")
		is(m.Timestamp, "h")
	end)

	test("row 25: root fields in lower case", function()
		local p = t.process()
		p:handle({ id = "x", target = "PID", from = "YOU", owner = "YOU",
			block_height = 1, data = "d",
			tags = { { name = "action", value = "Hi" } } })
		local m = p.world.Inbox[2]
		t.same({ m.Id, m.From, m["Block-Height"], m.Data, m.Action },
			{ "x", "YOU", 1, "d", "Hi" })
		p.env.Process.Tags = nil
		p:send({}, { Tags = false })
		is(#p.world.Inbox, 3)
		-- many, odd and doubled ones: none gets lost, none fails
		local msg = { From = "YOU", Owner = "YOU", Target = "PID",
			tags = {}, FROM = "other", [""] = "empty", ["-"] = "dash" }
		for i = 1, 100 do
			msg[("field_no_%d"):format(i)] = i
		end
		p:handle(msg)
		m = p.world.Inbox[4]
		for i = 1, 100 do
			is(m["Field-No-" .. i], i)
		end
		is(m.From, "YOU")
	end)

	test("row 26: JSON data", function()
		local p = t.process()
		p:send({ ["content-type"] = "application/json" },
			{ Data = '{"a":[1,2]}' })
		t.same(p.world.Inbox[2].Data, { a = { 1, 2 } })
		p:send({ ["CONTENT_TYPE"] = "application/json" })
		t.same(p.world.Inbox[3].Data, {})
		t.raises("unexpected character '?' at line 1 col 1", p.send, p,
			{ ["Content-Type"] = "application/json" }, { Data = "?" })
		p:send({ ["Content-Type"] = "text/plain" }, { Data = "{}" })
		is(p.world.Inbox[4].Data, "{}")
	end)

	test("1.1: the environment in either form", function()
		local p = t.process()
		p.env = { env = p.env }
		is(p:eval("6 * 7").Output.data, "42")
	end)

	test("1.1: a replaced .process takes effect", function()
		local p = t.process()
		p:eval("package.loaded['.process'] = { handle = function()"
			.. " return { Output = 'mine' } end }")
		is(p:eval("1").Output, "mine")
	end)
end
