-- Rows 39 to 46: the list of handlers and how messages match.

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
		for _, answer in ipairs({ {}, print }) do
			p.world.answer = answer
			has(p:send({ Action = "X" }).Error, "Pattern result is not"
				.. " valid, it MUST be string, number, or boolean")
		end
		p.world.answer = nil
		has(p:send({ Action = "X" }).Error, "Pattern result is not valid")
		p:eval("function answer() end")
	end)

	test("row 40: only continuing handlers: the default runs too", function()
		local p = logged("Handlers.add('p', function(m)"
			.. " return m.Action ~= 'Eval' and 1 or 0 end, note('p'))")
		is(ran(p), "p")
		is(#p.world.Inbox, 2)
	end)

	test("row 41: specs", function()
		local p = t.process()
		local matches = p.world.Utils.matchesSpec
		local m = { Action = "Greet", Name = "Bob", N = 7, No = false,
			Tags = { Type = "Message" } }
		for spec, want in pairs({ Greet = true, greet = false }) do
			is(matches(m, spec), want)
		end
		for _, spec in ipairs({ {}, { Action = "greet" }, { Name = "_" },
			{ Name = "^b.b$" }, { Name = { "Al", "BOB" } },
			{ Name = { x = { "bob" } } }, { N = "7" }, { N = "%d" },
			{ Name = function(v, msg) return v == "Bob" and msg == m end },
			{ Type = "message" } }) do
			is(matches(m, spec), true)
		end
		for _, spec in ipairs({ { Action = "Greet", Name = "Al" },
			{ Missing = "_" }, { No = "_" }, { Name = true },
			{ N = 7 }, { Name = {} }, { Name = false },
			{ Tags = "x" }, { name = "Bob" } }) do
			is(matches(m, spec), false)
		end
		is(matches(m, 5), false)
		is(matches(m, nil), false)
		is(matches(m, true), false)
		is(matches(m, function() return "as it is" end), "as it is")
	end)

	test("row 41: patterns", function()
		local matches = t.process().world.Utils.matchesPattern
		for _, case in ipairs({ { nil, "x", false }, { false, "x", false },
			{ "_", nil, true }, { "a-b", "A-B", true }, { "a.", nil, false },
			{ ".*", nil, true }, { "x", nil, false }, { "1.5", 1.5, true },
			{ "%S", "  ", true }, { "x", {}, false }, { "x.", true, false },
			{ 5, 5, false }, { true, true, false } }) do
			is(matches(case[1], case[2], {}), case[3])
		end
	end)

	test("row 42: tags that are not at the root", function()
		local p = logged("Handlers.add('p', { ['Data-Protocol'] = 'x' },"
			.. " note('p'))")
		is(ran(p, { ["Data-Protocol"] = "x" }), "p")
		is(ran(p, { ["Data-Protocol"] = "y" }), "")
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
	end)

	test("row 43: a handler gets the message alone", function()
		local p = logged("Handlers.add('X', function(...)"
			.. " ran = ran .. select('#', ...) end)")
		is(ran(p), "1")
	end)

	test("row 44: places in the list", function()
		local p = logged("len = Handlers.add('b', 'B', note('b'))")
		is(p.world.len, 7)
		p:eval("r = table.pack(Handlers.append('c', 'C', note('c')))"
			.. " Handlers.prepend('a', 'A', note('a'))")
		is(p.world.r.n, 0)
		is(names(p), "a apm _eval _default b c")
		p:eval("Handlers.before('b').add('b1', 'X', note('b1'))"
			.. " Handlers.after('b').add('b2', 'X', note('b2'))"
			.. " Handlers.after('none').add('x', 'X', note('x'))"
			.. " Handlers.before('c').add('a', 'X', note('a2'))")
		is(names(p), "a apm _eval _default b1 b b2 a c")
		p:eval("len = Handlers.add('b', 'X', note('new'), 2)"
			.. " Handlers.prepend('c', 'X', note('c'))"
			.. " Handlers.remove('b1') Handlers.remove('b2')"
			.. " Handlers.remove('a') Handlers.remove('a')"
			.. " Handlers.remove('none')")
		is(p.world.len, 12)
		is(names(p), "apm _eval _default b c")
		is(ran(p), "new")
	end)

	test("row 44: wrong arguments", function()
		local h = t.process().world.Handlers
		for _, case in ipairs({ { 5, "x", print }, { "x", 5, print },
			{ "x", nil, print }, { nil, "x", print } }) do
			local ok, err = pcall(h.add, table.unpack(case, 1, 3))
			is(ok, false)
			is(err:sub(1, 24), "Invalid arguments given.")
		end
		t.raises("name MUST be string", h.remove, 5)
		t.raises("Handler name MUST be a string", h.before, nil)
		t.raises("Handler name MUST be a string", h.after, 5)
	end)

	test("row 45: a number of runs", function()
		local p = logged("Handlers.add('two', 'X', note('2'), 2)"
			.. " Handlers.add('inf', 'X', note('i'), 'inf')")
		is(ran(p) .. ran(p) .. ran(p) .. ran(p), "22ii")
		is(names(p), "apm _eval _default inf")
	end)

	test("row 45: once, with and without a name", function()
		local p = logged("Handlers.once('one', 'X', note('1'))"
			.. " Handlers.once('X', note('u')) Handlers.once({}, print)")
		is(names(p), "_once_1 _once_0 one apm _eval _default")
		p:eval("")
		is(ran(p) .. ran(p) .. ran(p), "u1")
		is(p.world.Handlers.onceNonce, 2)
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
		local p = t.process()
		local h = p.world.Handlers.utils
		local m = { Data = "d", Tags = { A = "1" }, Action = "X" }
		is(h.hasMatchingTag("A", "1")(m), true)
		is(h.hasMatchingTag("A", "2")(m), false)
		is(h.hasMatchingTagOf("A", { "0", "1" })(m), true)
		is(h.hasMatchingTagOf("A", { "0" })(m), 0)
		is(h.hasMatchingData("d")(m), true)
		is(h.continue("X")(m), 1)
		is(h.continue("Y")(m), false)
		is(h.continue(function() return "skip" end)(m), "skip")
		is(h.continue(function() return 0 end)(m), 0)
		local got
		m.reply = function(r) got = r end
		h.reply("text")(m)
		t.same(got, { Data = "text" })
		h.reply({ Action = "A" })(m)
		t.same(got, { Action = "A" })
		for _, name in ipairs({ "hasMatchingTag", "hasMatchingTagOf",
			"hasMatchingData", "reply" }) do
			local ok, err = pcall(h[name], 5)
			is(ok, false)
			has(err, "invalid arguments: ")
		end
	end)
end
