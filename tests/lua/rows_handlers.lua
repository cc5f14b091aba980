-- Rows 39, 40 and 43 to 46: the list of handlers.

return function(t)
	local test, is, has = t.test, t.is, t.has

	-- A process that writes down in `ran` what its handlers do.
	local function logged(code)
		local p = t.process()
		p:eval("ran = '' function note(x) return function(m)"
			.. " ran = ran .. x end end " .. code)
		return p
	end

	local function ran(p, tags, fields)
		p.world.ran = ""
		local r = p:send(tags or { Action = "X" }, fields)
		if r.Error then
			error(r.Error, 2)
		end
		return p.world.ran
	end

	-- The list, the four handlers of apm as one word.
	local function names(p)
		local out = {}
		for i, o in ipairs(p.world.Handlers.list) do
			out[i] = o.name
		end
		return (table.concat(out, " "):gsub("APM.DownloadResponse "
			.. "APM.SearchResponse APM.InfoResponse APM.UpdateResponse",
			"apm"))
	end

	test("row 39: answers of patterns", function()
		local p = logged("answer = nil Handlers.add('p', function(m)"
			.. " if m.Action == 'Eval' then return false end"
			.. " return answer end, note('p'))"
			.. " Handlers.add('q', function(m)"
			.. " return m.Action ~= 'Eval' end, note('q'))")
		local function with(answer)
			p.world.answer = answer
			return ran(p)
		end
		for _, answer in ipairs({ -1, -7, true, "break", -0.5 }) do
			is(with(answer), "p")
		end
		for _, answer in ipairs({ 1, 5, 0.5, "continue" }) do
			is(with(answer), "pq")
		end
		for _, answer in ipairs({ 0, 0.0, false, "skip", "other" }) do
			is(with(answer), "q")
		end
		for _, answer in ipairs({ "nil", "{}", "print" }) do
			p:show("answer = " .. answer)
			p.world.ran = ""
			t.ends(p:send({ Action = "X" }).Error, "Pattern result is not"
				.. " valid, it MUST be string, number, or boolean")
			is(p.world.ran, "")
		end
	end)

	test("row 39: a pattern that raises an error", function()
		local p = logged("Handlers.add('p', function(m)"
			.. " if m.Action == 'X' then error('bad pattern') end"
			.. " return false end, note('p'))"
			.. " Handlers.add('q', 'X', note('q'))")
		t.ends(p:send({ Action = "X" }).Error, ": bad pattern")
		is(p.world.ran, "")
		is(#p.world.Inbox, 1)
	end)

	test("row 40: only continuing handlers: the default runs too", function()
		local p = logged("Handlers.add('p', function(m)"
			.. " return m.Action ~= 'Eval' and 1 or 0 end, note('p'))")
		is(ran(p), "p")
		is(#p.world.Inbox, 2)
		p:eval("Handlers.add('q', 'X', note('q'))")
		is(ran(p), "pq")
		is(#p.world.Inbox, 2)
	end)

	test("row 43: two arguments", function()
		local p = logged("Handlers.add('X', note('p'))")
		is(ran(p), "p")
		is(ran(p, { Action = "x" }), "")
	end)

	test("row 43: resolver tables", function()
		local p = logged("Handlers.add('X', { [{ Kind = 'a' }] = note('a'),"
			.. " [function(m) return m.Kind == 'b' end] = note('b') })")
		is(ran(p, { Action = "X", Kind = "a" }), "a")
		is(ran(p, { Action = "X", Kind = "b" }), "b")
		is(ran(p, { Action = "X", Kind = "c" }), "")
		is(#p.world.Inbox, 1)
		p:check([[
			local got
			local function take(...) got = table.pack(...) return "x" end
			local m = { Action = "A", Tags = {} }
			Handlers.generateResolver(take)(m)
			is(got[1], m)
			is(got.n, 1)
			Handlers.generateResolver({ [{ Action = "_" }] = take })(m)
			is(got[1], m)
			Handlers.generateResolver({ A = function() got = "A" end })(m)
			is(got, "A")]])
	end)

	test("row 43: a handler gets the message alone", function()
		local p = logged("Handlers.add('X', function(...)"
			.. " ran = ran .. select('#', ...) end)")
		is(ran(p), "1")
	end)

	test("row 44: places in the list", function()
		local p = logged("len = Handlers.add('b', 'B', note('b'))")
		is(p:get("len == #Handlers.list"), true)
		p:eval("r = table.pack(Handlers.append('c', 'C', note('c')))"
			.. " Handlers.prepend('a', 'A', note('a'))")
		is(p.world.r.n, 0)
		is(names(p), "a apm _eval _default b c")
		p:eval("Handlers.before('b').add('b1', 'X', note('b1'))"
			.. " Handlers.after('b').add('b2', 'X', note('b2'))"
			.. " Handlers.after('none').add('x', 'X', note('x'))"
			.. " Handlers.before('c').add('a', 'X', note('a2'))")
		is(names(p), "a apm _eval _default b1 b b2 a c")
		p:eval("old = #Handlers.list"
			.. " len = Handlers.add('b', 'X', note('new'), 2)"
			.. " Handlers.prepend('c', 'X', note('c'))"
			.. " Handlers.remove('b1') Handlers.remove('b2')"
			.. " Handlers.remove('a') Handlers.remove('a')"
			.. " Handlers.remove('none')")
		is(p:get("len == old"), true)
		is(names(p), "apm _eval _default b c")
		is(ran(p), "new")
	end)

	test("row 44: wrong arguments", function()
		t.process():check([[
			local h = Handlers
			for _, f in ipairs({ h.add, h.append, h.prepend, h.once }) do
				for _, case in ipairs({ { 5, "x", print },
					{ "x", 5, print }, { nil, "x", print } }) do
					local ok, err = pcall(f, table.unpack(case, 1, 3))
					is(ok, false)
					is(err:sub(1, 24), "Invalid arguments given.")
				end
			end
			is(pcall(h.add, "x", nil, print), false)
			raises("name MUST be string", h.remove, 5)
			raises("Handler name MUST be a string", h.before, nil)
			raises("Handler name MUST be a string", h.after, 5)]])
	end)

	test("row 45: a number of runs", function()
		local p = logged("Handlers.add('two', 'X', note('2'), 2)"
			.. " Handlers.add('inf', 'X', note('i'), 'inf')")
		is(ran(p) .. ran(p) .. ran(p) .. ran(p), "22ii")
		is(names(p), "apm _eval _default inf")
		-- replacing gives new runs
		p:eval("Handlers.prepend('two', 'X', note('a'), 1)"
			.. " Handlers.prepend('two', 'X', note('b'), 2)")
		is(ran(p) .. ran(p) .. ran(p), "bbi")
	end)

	test("row 45: once, with and without a name", function()
		local p = logged("Handlers.once('one', 'X', note('1'))"
			.. " Handlers.once('X', note('u'))"
			.. " Handlers.once({ Action = 'Y' }, note('y'))")
		is(names(p), "_once_1 _once_0 one apm _eval _default")
		is(ran(p) .. ran(p) .. ran(p), "u1")
		is(ran(p, { Action = "Y" }) .. ran(p, { Action = "Y" }), "y")
		is(p.world.Handlers.onceNonce, 2)
		p:eval("Handlers.once('one', 'X', { [{ Kind = 'a' }] = note('r') })")
		is(ran(p, { Action = "X", Kind = "a" }), "r")
		is(names(p), "apm _eval _default")
	end)

	test("row 46: a handler that goes does not hide the next", function()
		local p = logged("Handlers.add('b', 'X', note('b'))"
			.. " Handlers.once('a', function(m) return m.Action == 'X'"
			.. " and 'continue' or 'skip' end, note('a'))")
		is(ran(p), "ab")
		p = logged("Handlers.add('self', function(m)"
			.. " return m.Action == 'X' and 1 or 0 end, function()"
			.. " ran = ran .. 's' Handlers.remove('self')"
			.. " Handlers.remove('gone')"
			.. " Handlers.append('late', 'X', note('l')) end)"
			.. " Handlers.add('gone', 'X', note('g'))"
			.. " Handlers.add('next', function(m)"
			.. " return m.Action == 'X' and 1 or 0 end, note('n'))")
		is(ran(p), "snl")
	end)

	test("row 46: handlers added in front while walking", function()
		local p = logged("Handlers.add('a', function(m)"
			.. " return m.Action == 'X' and 1 or 0 end, function()"
			.. " ran = ran .. 'a' Handlers.once('X', note('o')) end)")
		is(ran(p), "a")
		is(ran(p), "o")
	end)

	test("1.7: built-in handlers come back, in their place", function()
		local p = t.process()
		is(names(p), "apm _eval _default")
		p:eval("Handlers.add('z', 'Z', print) Handlers.remove('_default')"
			.. " Handlers.list[5].handle = print")
		is(p:eval("1 + 1").Output.data, "2")
		is(names(p), "apm _eval z _default")
		p:eval("Handlers.list = {}")
		is(p:eval("1 + 1").Output.data, "2")
	end)

	test("6.5: utils", function()
		t.process():check([[
			local h = Handlers.utils
			local m = { Data = "d", Tags = { A = "1" }, Action = "X" }
			is(h._version, "0.0.2")
			is(h.hasMatchingTag("A", "1")(m), true)
			is(h.hasMatchingTag("A", "2")(m), false)
			is(h.hasMatchingTagOf("A", { "0", "1" })(m), true)
			is(h.hasMatchingTagOf("A", { "0" })(m), 0)
			is(h.hasMatchingData("d")(m), true)
			is(h.hasMatchingData("e")(m), false)
			is(h.continue("X")(m), 1)
			is(h.continue("Y")(m), false)
			is(h.continue({ Action = "x" })(m), 1)
			is(h.continue(function() return "skip" end)(m), "skip")
			is(h.continue(function() return 0 end)(m), 0)
			is(h.continue(function() return nil end)(m), nil)
			local got
			m.reply = function(r) got = r end
			h.reply("text")(m)
			same(got, { Data = "text" })
			h.reply({ Action = "A" })(m)
			same(got, { Action = "A" })
			for _, name in ipairs({ "hasMatchingTag", "hasMatchingTagOf",
				"hasMatchingData", "reply" }) do
				local ok, err = pcall(h[name], 5)
				is(ok, false)
				is(err:find("invalid arguments: ", 1, true) ~= nil, true)
			end]])
	end)
end
