-- Rows 1 to 12 and 54: what is typed at the prompt, and what comes back.

return function(t)
	local test, is, has, ends = t.test, t.is, t.has, t.ends
	local c = t.colors

	test("row 1: an expression gives its value and no print field", function()
		local p = t.process()
		local r = p:eval("1 + 1")
		is(r.Output.data, "2")
		is(r.Output.print, nil)
		is(r.Error, nil)
		t.same({ r.Messages, r.Spawns, r.Assignments }, { {}, {}, {} })
	end)

	test("row 2: nil, false, statements and no text give nothing", function()
		local p = t.process()
		for _, code in ipairs({ "nil", "false", "local x = 1", "" }) do
			is(p:eval(code).Output.data, "")
		end
	end)

	test("row 3: a second value is an error, whatever it is", function()
		local p = t.process()
		t.same(p:eval('return nil, "bad"'), { Error = "bad" })
		t.same(p:eval("return 1, { 7 }"), { Error = { 7 } })
		is(p:eval("return 1, false").Output.data, "1")
	end)

	test("row 4: a syntax error is the whole error", function()
		local r = t.process():eval("x = = 1")
		t.same(r, { Error =
			"[string \"aos\"]:1: unexpected symbol near '='" })
	end)

	test("row 5: an error while running, with what was printed", function()
		local p = t.process()
		local r = p:eval('print("so far") error("boom")')
		is(r.Error, "so far\n\n" .. c.red .. "error:\n" .. c.reset
			.. '[string "aos"]:1: boom')
		is(r.Output, nil)
		is(#p.world.Errors, 1)
		is(p.world.Errors[1], '[string "aos"]:1: boom')
	end)

	test("row 5: errors that are no texts", function()
		local p = t.process()
		has(p:eval("error({ 1, 2 })").Error, "{ ")
		ends(p:eval("error(nil)").Error, "nil")
		ends(p:eval("error(true)").Error, "true")
		has(p:eval("error(setmetatable({}, { __pairs = error }))").Error,
			"error:")
		is(#p.world.Errors, 4)
	end)

	test("row 5: code that is no text", function()
		has(t.process():eval("", { Data = { 1 } }).Error, "error:")
		has(t.process():eval("", { Data = false }).Error, "error:")
	end)

	test("8.1: code sees the globals, whatever the program did to _G", function()
		local p = t.process()
		p:eval("x = 6 _G = nil")
		is(p:eval("x + 1").Output.data, "7")
		p:eval("_G = { x = 1 }")
		is(p:eval("x + 1").Output.data, "7")
	end)

	test("row 6: comparing a number with nil", function()
		has(t.process():eval("100 < undefined").Error,
			"attempt to compare number with nil")
	end)

	test("row 7: prints and the value, line by line", function()
		local r = t.process():eval(
			'print("a") print("b") return "c"')
		is(r.Output.data, "a\nb\nc")
	end)

	test("row 8: colours of printed values", function()
		local p = t.process()
		is(p:eval("print(1)").Output.data, c.green .. "1" .. c.reset)
		is(p:eval("print(true)").Output.data,
			c.blue .. "true" .. c.reset)
		is(p:eval("print(nil)").Output.data, c.red .. "nil" .. c.reset)
		is(p:eval('print("a", "b")').Output.data, "a")
		has(p:eval("print(print)").Output.data, "function: ")
		is(p:eval("HANDLER_PRINT_LOGS = nil return print('x')")
			.Output.data, "x")
	end)

	test("row 9: a stranger's code is a message like any other", function()
		local p = t.process()
		local r = p:send({ Action = "Eval" }, { Data = "hacked = true" })
		is(p.world.hacked, nil)
		is(#p.world.Inbox, 2)
		has(r.Output.data, "New Message From ")
		is(r.Output.print, nil)
		-- a handler of the program may take it
		p:eval("Handlers.add('all', { From = 'YOU' }, function(m)"
			.. " print('took ' .. m.Data) end)")
		is(p:send({ Action = "Eval" }, { Data = "x" }).Output.data,
			"took x")
	end)

	test("row 10: the name of the tag in any case", function()
		local p = t.process()
		for _, name in ipairs({ "Action", "action", "aCTION", "ACTION" }) do
			local r = p:send({ [name] = "Eval" },
				{ From = "OWNER", Owner = "OWNER", Data = "6 * 7" })
			is(r.Output.data, "42")
		end
		local r = p:send({ Action = "eval" },
			{ From = "OWNER", Owner = "OWNER", Data = "6 * 7" })
		has(r.Output.data, "New Message From ")
	end)

	test("row 11: the line of an error", function()
		has(t.process():eval("local a = 1\nlocal b = 2\nerror('x')").Error,
			":3:")
	end)

	test("row 12: how tables look", function()
		local p = t.process()
		local s, n = c.green .. '"%s"' .. c.reset, c.blue .. "%s" .. c.reset
		local k = c.red .. "%s" .. c.reset
		local function shows(code, text)
			is(p:eval(code).Output.data, text)
		end
		shows("{ 1, 'a' }", "{ " .. n:format(1) .. ", "
			.. s:format("a") .. " }")
		shows("{}", "{  }")
		shows("{ 1, true, {} }", "{\n  " .. n:format(1) .. ",\n  "
			.. n:format(true) .. ",\n  {  }\n }")
		shows("{ a = { b = 'c' } }", "{\n   " .. k:format("a")
			.. " = {\n     " .. k:format("b") .. " = "
			.. s:format("c") .. "\n  }\n}")
		is(p:show("{ 1, 2, x = 1, [true] = 2 }"),
			"{\n   1 = 1,\n   2 = 2,\n   x = 1,\n   true = 2\n}")
		is(p:show("local a = {} a[1] = a return a"),
			"{\n  <circular reference>\n }")
		is(p:show("local a = { 1 } return { a, a }"),
			"{\n  { 1 },\n  { 1 }\n }")
	end)

	test("row 54: the prompt", function()
		local p = t.process({ Name = "demo" })
		is(p:eval("1").Output.prompt, c.green .. "demo" .. c.gray .. "@"
			.. c.blue .. "aos-2.0.4" .. c.gray .. "[Inbox:" .. c.red
			.. "1" .. c.gray .. "]" .. c.reset .. "> ")
		is(p:eval("Prompt = function() return '>' end").Output.prompt, ">")
		is(p:eval("Prompt = function() error() end").Output.prompt,
			"aos> ")
		is(p:eval("Prompt = function() return 7 end").Output.prompt,
			"aos> ")
		is(p:eval("Prompt = nil").Output.prompt, "aos> ")
	end)

	test("row 54: many prints cost no more than their text", function()
		local p = t.process()
		local r = p:eval("for i = 1, 20000 do print(('x'):rep(50)) end")
		is(#r.Output.data, 20000 * 51 - 1)
	end)
end
