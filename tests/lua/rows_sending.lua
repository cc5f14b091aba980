-- Rows 29 to 38: what a process sends, spawns and assigns.

return function(t)
	local test, is, has, tag = t.test, t.is, t.has, t.tag

	local function tags_text(out)
		local parts = {}
		for i, one in ipairs(out.Tags) do
			parts[i] = one.name .. "=" .. tostring(one.value)
		end
		return table.concat(parts, " ")
	end

	local STANDARD = "Data-Protocol=ao Variant=ao.TN.1 Type=Message "

	local function sent(p, code)
		local r = p:eval(code)
		if r.Error then
			error(r.Error, 2)
		end
		return r.Messages[1], r
	end

	test("row 29: Send with nothing but a target", function()
		local m, r = sent(t.process(), "return Send({ Target = 'T' })")
		is(m.Target, "T")
		is(m.Data, nil)
		is(m.Anchor, ("0"):rep(31) .. "1")
		is(tags_text(m), STANDARD .. "Reference=1")
		has(r.Output.data, "Message added to outbox")
	end)

	test("row 29: Send with tags at the root", function()
		local m = sent(t.process(), "Send({ Target = 'T', Data = 'd',"
			.. " zeta = 'z', Alpha = 1, From = 'f', Anchor = 'a' })")
		is(tags_text(m), STANDARD .. "Reference=1 Alpha=1 zeta=z")
		is(math.type(tag(m, "Alpha")), "integer")
		is(m.Data, "d")
		is(m.From, nil)
	end)

	test("row 29: Send with a map and with a list of tags", function()
		local p = t.process()
		local m = sent(p, "Send({ Target = 'T', A = 'root',"
			.. " Tags = { B = 'b', A = 'map' } })")
		is(tags_text(m), STANDARD .. "Reference=1 A=root A=map B=b")
		m = sent(p, "Send({ Target = 'T', Tags = {"
			.. " { name = 'B', value = '1' }, { name = 'A', value = '2' },"
			.. " { name = 'B', value = '3' } } })")
		is(tags_text(m), STANDARD .. "Reference=2 B=1 A=2 B=3")
	end)

	test("row 29: functions do not travel, tables do", function()
		local m = sent(t.process(), "Send({ Target = 'T', f = print,"
			.. " t = { a = 1, f = print }, b = true })")
		is(tag(m, "f"), nil)
		is(tag(m, "b"), true)
		t.same(tag(m, "t"), { a = 1 })
		is(tag(m, "t").f, nil)
	end)

	test("row 29: what is sent can no longer be changed", function()
		local m = sent(t.process(), "local m = ao.send({ Target = 'T',"
			.. " t = { 1 } }) m.Target = 'X' m.Tags[1].value = 'x'"
			.. " m.Tags[5].value[1] = 2")
		is(m.Target, "T")
		is(m.Tags[1].value, "ao")
		t.same(tag(m, "t"), { 1 })
	end)

	test("row 30: table data becomes JSON", function()
		local p = t.process()
		local m = sent(p, "kept = { Target = 'T', Data = { a = { 1 } } }"
			.. " Send(kept)")
		is(m.Data, '{"a":[1]}')
		is(tag(m, "Content-Type"), "application/json")
		is(p.world.kept.Data, '{"a":[1]}')
		is(p.world.kept["Content-Type"], "application/json")
	end)

	test("row 31: Send without a target warns and sends", function()
		local m, r = sent(t.process(), "local _ = Send({ Data = 'x' })")
		is(r.Output.data, "WARN: No target specified for message. Data"
			.. " will be stored, but no process will receive it.")
		is(m.Target, nil)
		is(m.Data, "x")
	end)

	test("row 32: one counter for messages and spawns", function()
		local p = t.process()
		local r = p:eval("Send({ Target = 'a' }) Spawn('M', {})"
			.. " Send({ Target = 'b' })")
		is(tag(r.Messages[1], "Reference"), "1")
		is(tag(r.Spawns[1], "Reference"), "2")
		is(tag(r.Messages[2], "Reference"), "3")
		is(r.Messages[2].Anchor, ("0"):rep(31) .. "3")
		is(#r.Spawns[1].Anchor, 32)
	end)

	test("row 33: Spawn", function()
		local p = t.process({ Module = "MYMOD" })
		local r = p:eval("Spawn('OTHER', { Data = 'd', Name = 'child' })")
		local s = r.Spawns[1]
		is(s.Data, "d")
		is(s.Target, nil)
		is(tags_text(s), "Data-Protocol=ao Variant=ao.TN.1 Type=Process"
			.. " From-Process=PID From-Module=MYMOD Module=OTHER"
			.. " Reference=1 Name=child")
		s = p:eval("Spawn({ Tags = { Name = 'x' } })").Spawns[1]
		is(tag(s, "Module"), "MYMOD")
		is(s.Data, "NODATA")
		is(tag(s, "Name"), "x")
		r = p:eval("return Spawn('OTHER', {})")
		is(r.Spawns[1].Data, "NODATA")
		has(r.Output.data, "Spawn process request added to outbox")
	end)

	test("row 34: wrong arguments", function()
		t.process():check([[
			raises("msg should be a table", Send, "text")
			raises("msg should be a table", ao.send, nil)
			raises("Module source id is required!", ao.spawn, 5, {})
			raises("Module source id is required!", Spawn, nil, {})
			raises("Message must be a table", ao.spawn, "M", 5)
			is(pcall(Assign, {}), false)
			is(pcall(Assign, { Processes = "x", Message = "m" }), false)
			is(pcall(Assign, { Processes = {}, Message = 5 }), false)
			is(pcall(Assign, nil), false)
			is(ao.reference, 0)
			same(ao.outbox.Messages, {})]])
	end)

	test("row 35: Assign", function()
		local r = t.process():eval("return Assign({ Processes = { 'P1' },"
			.. " Message = 'M1', BaseLayer = true })")
		t.same(r.Assignments, { { Processes = { "P1" }, Message = "M1",
			BaseLayer = true } })
		is(r.Output.data, "Assignment added to outbox.\n"
			.. "Assignment added to outbox.")
	end)

	test("row 36: a handler that fails after it sent", function()
		local p = t.process()
		p:eval("Handlers.add('bad', 'Bad', function(m)"
			.. " Send({ Target = 'T' }) print('hi') error('no') end)")
		local r = p:send({ Action = "Bad" })
		is(r.Messages, nil)
		is(r.Output, nil)
		local c = t.colors
		local head = "hi\n" .. c.red .. "Error" .. c.gray
			.. " handling message with Action = Bad" .. c.reset .. "\n"
			.. c.green .. '[string "aos"]:1: no' .. c.reset .. "\n\n"
			.. c.gray .. "stack traceback:"
		is(r.Error:sub(1, #head), head)
		t.ends(r.Error, c.reset .. "\n\n" .. c.red .. "error:\n" .. c.reset
			.. '[string "aos"]:1: no')
		is(r.Error:find("lua/process", 1, true), nil)
		is(#p.world.Errors, 0)
		local m = p:eval("Send({ Target = 'T' })").Messages
		is(#m, 1)
		is(tag(m[1], "Reference"), "2")
	end)

	test("row 36: a failing pattern, without an action", function()
		local p = t.process()
		p:eval("Handlers.prepend('bad', function(m)"
			.. " return m.From == 'YOU' and error({ code = 7 }) end,"
			.. " print)")
		local r = p:send({})
		has(r.Error, "Error" .. t.colors.gray .. " handling message "
			.. t.colors.reset)
		has(r.Error, "code")
	end)

	local function answer(p, code, tags, fields)
		p:eval("Handlers.add('ask', 'Ask', function(msg) " .. code
			.. " end)")
		tags.Action = "Ask"
		local r = p:send(tags, fields)
		if r.Error then
			error(r.Error, 2)
		end
		return r.Messages[1]
	end

	test("row 37: replies", function()
		local p = t.process()
		local m = answer(p, "msg.reply({ Data = 'a' })",
			{ Reference = "9" })
		is(m.Target, "YOU")
		is(m.Data, "a")
		is(tag(m, "X-Reference"), "9")
		is(tag(m, "X-Origin"), nil)
		m = answer(p, "msg.reply({ Target = 'MINE' })",
			{ Reference = "9", ["X-Reference"] = "1", ["X-Origin"] = "O" })
		is(m.Target, "MINE")
		is(tag(m, "X-Reference"), "1")
		is(tag(m, "X-Origin"), "O")
		m = answer(p, "print(msg.reply({ Data = 'a' }).Anchor)", {})
		has(p.last.Output.data, m.Anchor)
		m = answer(p, "msg.reply({ Target = 'MINE' })",
			{ ["Reply-To"] = "BACK" })
		is(m.Target, "BACK")
		is(tag(m, "X-Reference"), nil)
	end)

	test("row 38: forwards", function()
		local p = t.process()
		local m = answer(p, "msg.forward('NEXT')", { Reference = "9",
			Color = "red", ["Data-Protocol"] = "ao" }, { Data = "d" })
		is(m.Target, "NEXT")
		is(m.Data, "d")
		is(tags_text(m), STANDARD .. "Reference=1 Action=Ask Color=red"
			.. " Module=MOD Reply-To=YOU X-Origin=YOU X-Reference=9")
		m = answer(p, "msg.forward('NEXT', { Color = 'blue' })",
			{ Color = "red", ["Reply-To"] = "BACK", ["X-Origin"] = "O",
				["X-Reference"] = "3" })
		is(tag(m, "Color"), "blue")
		is(tag(m, "Reply-To"), "BACK")
		is(tag(m, "X-Origin"), "O")
		is(tag(m, "X-Reference"), "3")
	end)

	test("row 38: forwards in a chain, nothing returned", function()
		local p = t.process()
		-- what an earlier process forwarded stands in Reply-To and X-…
		local m = answer(p, "print(msg.forward('NEXT'))", {
			["Reply-To"] = "FIRST", ["X-Reference"] = "3",
			["X-Origin"] = "FIRST", Reference = "9" })
		is(tag(m, "Reply-To"), "FIRST")
		is(tag(m, "X-Reference"), "3")
		is(tag(m, "X-Origin"), "FIRST")
		is(tag(m, "Reference"), "1")
		has(p.last.Output.data, "nil")
		-- the message itself is as it was, and may be forwarded again
		p:eval("Handlers.add('twice', 'Twice', function(m)"
			.. " m.forward('A', { Data = 'new' }) m.forward('B') end)")
		local r = p:send({ Action = "Twice" }, { Data = "old" })
		is(r.Messages[1].Target, "A")
		is(r.Messages[1].Data, "new")
		is(r.Messages[2].Target, "B")
		is(r.Messages[2].Data, "old")
	end)

	test("4.7: hints", function()
		t.process():check([[
			local function hint(text)
				ao.registerHint({ Tags = { ["From-Process"] = text } })
			end
			hint("P1&hint=http://a&ttl=5")
			hint("P2")
			same(ao._hints, { P1 = { hint = "http://a", ttl = "5" } })
			for i = 1, 1000 do
				hint("N" .. i .. "&hint=u&ttl=" .. 5 + i)
			end
			is(ao._hints.P1, nil)
			is(ao._hints.N1.ttl, "6")]])
	end)

	test("4.7: normalize", function()
		t.process():check([[
			local m = { Tags = { { name = "A", value = "1" },
				{ name = "A", value = "2" }, { name = "Type", value = "x" },
				{ name = "Owner", value = "x" } } }
			is(ao.normalize(m), m)
			is(m.A, "2")
			is(m.Type, nil)
			is(m.Owner, nil)]])
	end)

	test("4.7: clone and sanitize", function()
		local p = t.process()
		is(p:show("local a = { 1 } a.self = a local b = ao.clone(a)"
			.. " return b.self == b and b ~= a and b[1] == 1"), "true")
		is(p:show("local s = ao.sanitize({ From = 1, Id = 2, Data = 3,"
			.. " X = 4, Owner = 5, Cron = 6 })"
			.. " return Dump(s, 0)"), "{ Data = 3, X = 4 }")
	end)
end
