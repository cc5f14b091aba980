-- Rows 41 and 42: how messages match.

return function(t)
	local test, is = t.test, t.is

	-- Whether a handler with this spec takes the message.
	local function takes(spec, tags, fields)
		local p = t.process()
		p:show("Handlers.add('h', " .. spec .. ", function() took = true end)")
		p:send(tags, fields)
		return p.world.took == true
	end

	test("row 41: specs of a handler", function()
		local m = { Action = "Greet", Name = "Bob", N = "7" }
		for _, spec in ipairs({ "'Greet'", "{ Action = 'greet' }",
			"{ Name = '_' }", "{ Name = '^b.b$' }",
			"{ Name = { 'Al', 'BOB' } }", "{ Name = { x = { 'bob' } } }",
			"{ N = '%d' }", "{ N = '7', Action = '_' }", "{ From = 'you' }",
			"{ Name = function(v, m) return v == m.Name end }",
			"function(m) return m.Name == 'Bob' end" }) do
			is(takes(spec, m), true)
		end
		for _, spec in ipairs({ "'greet'", "{ Name = 'Bo' }",
			"{ Missing = '_' }", "{ Name = {} }", "{ Name = true }",
			"{ N = 7 }", "{ name = 'Bob' }", "{ Name = false }",
			"{ Name = 'Bob', Action = 'x' }",
			"function() return false end" }) do
			is(takes(spec, m), false)
		end
	end)

	test("row 41: matchesSpec", function()
		t.process():check([[
			local matches = Utils.matchesSpec
			local m = { Action = "Greet", Name = "Bob", N = 7, No = false,
				Tags = { Type = "Message" } }
			for spec, want in pairs({ Greet = true, greet = false,
				Gree = false }) do
				is(matches(m, spec), want)
			end
			for _, spec in ipairs({ {}, { Action = "greet" },
				{ Name = "_" }, { Name = "^b.b$" },
				{ Name = { "Al", "BOB" } }, { Name = { x = { "bob" } } },
				{ N = "7" }, { N = "%d" },
				{ Name = function(v, o) return v == "Bob" and o == m end },
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
			is(matches(m, function() return "as it is" end), "as it is")]])
	end)

	test("row 41: matchesPattern", function()
		t.process():check([[
			for i, case in ipairs({ { nil, "x", false },
				{ false, "x", false }, { "_", nil, true },
				{ "a-b", "A-B", true }, { "a-b", "ab", false },
				{ "a.", nil, false }, { ".*", nil, true },
				{ "x", nil, false }, { "1.5", 1.5, true },
				{ "%S", "  ", true }, { "x", {}, false },
				{ "x.", true, false }, { 5, 5, false },
				{ true, true, false }, { {}, "x", false },
				{ { "a", { "b", { "x" } } }, "X", true } }) do
				is(i .. tostring(Utils.matchesPattern(case[1], case[2], {})),
					i .. tostring(case[3]))
			end]])
	end)

	test("row 42: tags that are not at the root", function()
		local spec = "{ ['Data-Protocol'] = 'x' }"
		is(takes(spec, { ["Data-Protocol"] = "x" }), true)
		is(takes(spec, { ["Data-Protocol"] = "y" }), false)
		is(takes(spec, {}), false)
		is(takes("{ Type = 'thing', Variant = '_' }",
			{ Type = "Thing", Variant = "1" }), true)
		is(takes("{ ['From-Process'] = 'p' }", { ["From-Process"] = "P" }),
			true)
	end)
end
