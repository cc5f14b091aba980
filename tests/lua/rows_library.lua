-- Rows 66 and 68, and chapters 1 and 4: the library as a whole.

return function(t)
	local test, is = t.test, t.is

	test("row 66: the same messages twice, in turns", function()
		local function run(p, i)
			local r = i % 3 == 0 and p:eval("return math.random() .. ''")
				or i % 3 == 1 and p:send({ Action = "X" .. i })
				or p:eval("Send({ Target = 'T', z = 1, a = { b = 2, c = 3 },"
					.. " Data = { y = 1, x = { 2 } } }) return Inbox[1].Id")
			return t.json.encode(r)
		end
		t.with_program(nil, function(other)
			local p, q = t.process(), t.process(nil, other)
			for i = 1, 30 do
				is(run(p, i), run(q, i))
			end
			is(p:show("tostring({}) .. tostring(print)"),
				q:show("tostring({}) .. tostring(print)"))
		end)
	end)

	test("row 66: no state of one process is seen by another", function()
		t.with_program(nil, function(other)
			local p, q = t.process(), t.process(nil, other)
			p:show("secret = 1 string.x = 2 Handlers.x = 3"
				.. " package.loaded.m = 4")
			t.same({ q.world.secret, q:get("string.x"),
				q:get("Handlers.x"), q:get("package.loaded.m") }, {})
		end)
		local p = t.process()
		is(p.world.secret, nil)
	end)

	test("row 68: loading the library again keeps the state", function()
		local p = t.process({ Authority = "AUTH", Name = "demo",
			Module = "MYMOD" })
		p:eval("Handlers.add('mine', 'Mine', function() print('kept') end)"
			.. " Send({ Target = 'T' }) ao.addAssignable({ Action = 'A' })")
		p:eval("Receive({ Action = 'Wake' }) print('woke')")
		p:eval("Errors = { 'e' } for name in pairs(package.loaded) do"
			.. " if name:sub(1, 1) == '.' or name == 'ao' then"
			.. " package.loaded[name] = nil end end"
			.. " before = ao require('.process')")
		p:check([[
			is(before ~= ao, true)
			is(ao, require("ao"))
			same({ ao.id, ao._module, ao.authorities, ao.reference,
				#ao.assignables, Owner, Name, Seeded, #Inbox, Errors[1],
				#Handlers.coroutines },
				{ "PID", "MYMOD", { "AUTH" }, 1, 1, "OWNER", "demo", true,
					1, "e", 1 })]])
		is(p:send({ Action = "Mine" }).Output.data, "kept")
		is(p:send({ Action = "Wake" }).Output.data, "woke")
		is(p:show("1 + 1"), "2")
		-- a name that the process has not set is not set anew
		is(p.world.Nonce, nil)
	end)

	test("1.8: whatever cannot be JSON fails the message", function()
		local p = t.process()
		t.ends(select(2, pcall(p.eval, p, "Send({ Target = 'T',"
			.. " Tags = { x = 0/0 } })")), "unexpected number value 'nan'")
		is(p:show("1"), "1")
		t.ends(select(2, pcall(p.eval, p, "return nil,"
			.. " { coroutine.create(print) }")),
			"unexpected type 'thread'")
	end)

	test("1.8: an error that the program puts into the outbox", function()
		local p = t.process()
		t.same(p:eval("ao.outbox.Error = 'mine' Send({ Target = 'T' })"),
			{ Error = "mine" })
		is(#p:eval("1").Messages, 0)
	end)

	test("1.4: the number of the last message that went well", function()
		local p = t.process()
		p:eval("")
		is(p:get("ao.Nonce"), 2)
		p:eval("error()")
		is(p:get("ao.Nonce"), 2)
	end)

	test("1.9: what print leaves in the outbox", function()
		t.process():check([[
			is(select("#", print("a")), 0)
			print("b")
			same(ao.outbox.Output.data, "a\nb")
			is(ao.outbox.Output.print, true)
			is(ao.outbox.Output.prompt, Prompt())]])
	end)

	test("2: what the functions of the prompt give", function()
		t.process():check([[
			local sent = Send({ Target = "T" })
			is(sent.output, "Message added to outbox")
			is(type(sent.receive), "function")
			is(type(sent.onReply), "function")
			local spawned = Spawn("M", {})
			is(spawned.output, "Spawn process request added to outbox")
			is(type(spawned.receive), "function")
			is(spawned.after, spawned.onReply)
			local a = { Processes = {}, Message = "m" }
			is(Assign(a), "Assignment added to outbox.")
			is(ao.outbox.Assignments[1], a)
			is(ao.send({ Target = "T" }).Target, "T")
			is(getmetatable(_G), nil)
			is(Nonce, nil)]])
	end)

	test("4.2: log and result", function()
		t.process():check([[
			ao.clearOutbox()
			ao.log("a")
			ao.log("b")
			same(ao.outbox.Output, { "a", "b" })
			ao.outbox.Output = "text"
			ao.log("c")
			same(ao.outbox.Output, { "text", "c" })
			same(ao.result({ Error = "e" }), { Error = "e" })
			same(ao.result({ Output = 1, Other = 2 }), { Output = 1,
				Messages = {}, Spawns = {}, Assignments = {} })
			same(ao.nonExtractableTags, { "Data-Protocol", "Variant",
				"From-Process", "From-Module", "Type", "From", "Owner",
				"Anchor", "Target", "Data", "Tags", "Read-Only" })]])
	end)

	test("1.9: print goes on behind what the program has put there", function()
		t.process():check([[
			ao.outbox.Output = { data = "mine" }
			print("a")
			is(ao.outbox.Output.data, "mine\na")
			ao.outbox.Output.data = "again"
			print("c")
			is(ao.outbox.Output.data, "again\nc")
			same(Utils.keys(ao.outbox.Output), { "data", "print", "prompt" })
			is(ao.result({}).Output.data, "again\nc")
			ao.outbox.Output = "text"
			print("b")
			is(ao.outbox.Output.data, "b")]])
	end)

	test("2: a program takes names of the standard library for its own",
		function()
		local p = t.process()
		p:eval([[for _, name in ipairs({ "type", "pairs", "ipairs", "next",
			"error", "pcall", "select", "tostring", "tonumber", "table",
			"string", "math", "os", "debug", "coroutine", "load",
			"setmetatable", "getmetatable" }) do
				_G[name] = "mine"
			end
			getmetatable = nil
			Handlers.add("ask", { Action = "^ask" }, function(msg)
				msg.reply({ Data = { 1 } })
				msg.forward("F")
			end)]])
		is(#p:send({ Action = "Ask" }).Messages, 2)
		p:eval("got = Receive({ Action = 'Go' }).Data")
		p:send({ Action = "Go" }, { Data = "on" })
		p:eval("print({ got, type, { x = 1 } }) return undefined.x")
		t.ends(p.last.Error, "(global 'undefined')")
		t.has(p.last.Error, '"on"')
		t.has(p:send({}, { Data = "x" }).Output.data, "New Message From")
	end)

	test("1.5: without its list no tag names the sender either", function()
		local p = t.process()
		p:eval("ao.nonExtractableTags = nil")
		p:send({ From = "FORGED", Other = "o" })
		is(p:get("Inbox[2].From"), "YOU")
		is(p:get("Inbox[2].Other"), "o")
	end)

	test("2: lists that a program takes away are empty", function()
		local p = t.process()
		p:eval("Handlers.list, Handlers.coroutines = nil, nil")
		p:eval("ao.authorities, ao.assignables = nil, nil")
		is(p:show("#Handlers.list + #ao.authorities + #ao.assignables"),
			"2")
		p:send({}, { Target = "OTHER" })
		t.has(p.last.Output.data, "Assignment is not trusted!")
	end)

	test("8.2: the notice without the metatable of texts", function()
		local p = t.process()
		p:eval("getmetatable('').__index = nil")
		t.has(p:send({ Action = "Hi" }).Output.data, "New Message From")
	end)
end
