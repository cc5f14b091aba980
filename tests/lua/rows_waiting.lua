-- Rows 47 to 50: code that waits for a message.

return function(t)
	local test, is, has, tag = t.test, t.is, t.has, t.tag

	test("row 47: Receive in evaluated code", function()
		local p = t.process()
		local before = p:get("#Handlers.list")
		local r = p:eval("print('before') local m = Receive({ Action = 'Go' })"
			.. " print('after') Send({ Target = m.From }) return m.Data")
		is(r.Output.data, "before")
		is(#r.Messages, 0)
		r = p:send({ Action = "No" })
		is(#r.Messages, 0)
		r = p:send({ Action = "Go" }, { Data = "gift" })
		is(r.Output.data, "after\ngift")
		is(r.Output.print, true)
		is(#r.Messages, 1)
		is(#p.world.Inbox, 2)
		is(p:get("#Handlers.list"), before)
		is(p:get("#Handlers.coroutines"), 0)
	end)

	test("row 47: Receive in a handler, two in a row", function()
		local p = t.process()
		p:eval("Handlers.add('h', 'Start', function(msg)"
			.. " local a = Receive({ Action = 'A' })"
			.. " local b = Receive({ Action = 'B' })"
			.. " msg.reply({ Data = a.Data .. b.Data }) end)")
		p:send({ Action = "Start", Reference = "5" }, { From = "ASKER",
			Owner = "ASKER" })
		is(p:get("#Handlers.coroutines"), 1)
		p:send({ Action = "B" }, { Data = "early" })
		is(#p:send({ Action = "A" }, { Data = "a" }).Messages, 0)
		local r = p:send({ Action = "B" }, { Data = "b" })
		is(r.Messages[1].Data, "ab")
		is(r.Messages[1].Target, "ASKER")
		is(tag(r.Messages[1], "X-Reference"), "5")
		is(#p.world.Inbox, 2)
	end)

	test("row 47: two waiting, the newest is asked first", function()
		local p = t.process()
		p:eval("Receive({ Action = 'A' }) print('first')")
		p:eval("Receive({ Action = 'A' }) print('second')")
		is(p:get("#Handlers.coroutines"), 2)
		is(p:send({ Action = "A" }).Output.data, "second")
		is(p:send({ Action = "A" }).Output.data, "first")
		is(p:get("#Handlers.coroutines"), 0)
		has(p:send({ Action = "A" }).Output.data, "New Message From")
	end)

	test("row 47: an error after waking", function()
		local p = t.process()
		p:eval("Receive({ Action = 'A' }) error('late')")
		local r = p:send({ Action = "A" })
		t.ends(r.Error, '[string "aos"]:1: late')
		has(r.Error, "handling message with Action = A")
		is(p:get("#Handlers.coroutines"), 0)
		-- nobody waits any more
		p:send({ Action = "A" })
		is(p:get("#Inbox"), 2)
	end)

	test("row 47: where nothing can be suspended, nothing waits", function()
		local p = t.process()
		p:eval([[pcall(table.sort, { 2, 1 }, function()
			Receive({ Action = "A" })
		end)
		got = Receive({ Action = "B" }).Action]])
		p:send({ Action = "A" })
		is(p:get("got"), nil)
		is(p:get("#Inbox"), 2)
		p:send({ Action = "B" })
		is(p:get("got"), "B")
	end)

	test("row 47: inside a coroutine of the program", function()
		local p = t.process()
		is(p:show("co = coroutine.create(function(x)"
			.. " local m = Receive({ Action = 'A' }) got = m.Data .. x"
			.. " local n = coroutine.yield() end)"
			.. " print(coroutine.resume(co, '!')) return 'went on'"),
			"true\nwent on")
		is(p:send({ Action = "A" }, { Data = "d" }).Output.data, "")
		is(p.world.got, "d!")
	end)

	test("row 47: values and pcall around a Receive", function()
		local p = t.process()
		p:eval("local ok, err = pcall(function()"
			.. " local m = Receive(function(m) return m.Action == 'A' end)"
			.. " error({ m.Action }) end) print(ok) return err[1]")
		is(p:send({ Action = "A" }).Output.data,
			t.colors.blue .. "false" .. t.colors.reset .. "\nA")
	end)

	test("row 47: a second value after waking is an error", function()
		local p = t.process()
		p:eval("Receive({ Action = 'A' }) return nil, 'bad'")
		t.same(p:send({ Action = "A" }), { Error = "bad" })
	end)

	test("row 48: Send().receive()", function()
		local p = t.process()
		local r = p:eval("local m = Send({ Target = 'T' }).receive()"
			.. " return m.Data")
		local ref = tag(r.Messages[1], "Reference")
		local from = { From = "T", Owner = "T", Data = "answer" }
		p:send({ ["X-Reference"] = "99" }, from)
		p:send({ ["X-Reference"] = ref }, { Data = "a stranger" })
		is(p:send({ ["X-Reference"] = ref }, from).Output.data, "answer")
		is(#p.world.Inbox, 3)
	end)

	test("row 48: an answer from another sender", function()
		local p = t.process()
		local r = p:eval("return ao.send({ Target = 'T' })"
			.. ".receive('OTHER').Data")
		local ref = tag(r.Messages[1], "Reference")
		p:send({ ["X-Reference"] = ref }, { From = "T", Owner = "T" })
		is(p:send({ ["X-Reference"] = ref }, { From = "OTHER",
			Owner = "OTHER", Data = "d" }).Output.data, "d")
	end)

	test("row 49: onReply, once", function()
		local p = t.process()
		local r = p:eval("Send({ Target = 'T' }).onReply(function(m)"
			.. " print('one ' .. m.Data) end)"
			.. " Send({ Target = 'T' }).onReply('OTHER', function(m)"
			.. " print('two ' .. m.Data) end)")
		local from = { From = "T", Owner = "T", Data = "d" }
		local reply = { ["X-Reference"] = tag(r.Messages[1], "Reference") }
		is(p:send(reply, from).Output.data, "one d")
		has(p:send(reply, from).Output.data, "New Message")
		reply = { ["X-Reference"] = tag(r.Messages[2], "Reference") }
		has(p:send(reply, from).Output.data, "New Message")
		from.From, from.Owner = "OTHER", "OTHER"
		is(p:send(reply, from).Output.data, "two d")
	end)

	test("row 49: onReply with a resolver table", function()
		local p = t.process()
		local r = p:eval("Send({ Target = 'T' }).onReply({"
			.. " [{ Status = 'ok' }] = function() print('fine') end,"
			.. " [{ Status = 'bad' }] = function() print('oh') end })")
		is(p:send({ ["X-Reference"] = tag(r.Messages[1], "Reference"),
			Status = "bad" }, { From = "T", Owner = "T" }).Output.data,
			"oh")
	end)

	test("row 50: Spawn().receive()", function()
		local p = t.process({ Authority = "AUTH" })
		local r = p:eval("return Spawn('M', {}).receive().Process")
		local ref = tag(r.Spawns[1], "Reference")
		local own = { From = "PID", Owner = "AUTH" }
		p:send({ Action = "Spawned", Reference = "77" }, own)
		r = p:send({ Action = "Spawned", Reference = ref,
			Process = "CHILD" }, own)
		is(r.Output.data, "CHILD")
	end)

	test("row 50: onReply and after of a spawn", function()
		for _, name in ipairs({ "onReply", "after" }) do
			local p = t.process({ Authority = "AUTH" })
			local r = p:eval("Spawn('M', {})." .. name
				.. "(function(m) print(m.Process) end)")
			r = p:send({ Action = "Spawned", Process = "CHILD",
				Reference = tag(r.Spawns[1], "Reference") },
				{ From = "PID", Owner = "AUTH" })
			is(r.Output.data, "CHILD")
		end
	end)
end
