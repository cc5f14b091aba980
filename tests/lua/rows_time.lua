-- Rows 52 and 53: time and chance.

return function(t)
	local test, is, has = t.test, t.is, t.has

	test("row 52: time is the message's", function()
		local p = t.process()
		is(p:eval("return os.time()", { Timestamp = 77 }).Output.data,
			"77")
		is(p:eval("return tostring(os.time())", { Timestamp = false })
			.Output.data, "nil")
		local ms = { Timestamp = 1700000000123 }
		is(p:eval("return os.time()", ms).Output.data, "1700000000123")
		is(p:eval("return os.date('!%Y-%m-%d %H:%M:%S')", ms).Output.data,
			"2023-11-14 22:13:20")
		is(p:eval("return os.date('%H:%M')", ms).Output.data, "22:13")
		is(p:eval("return os.date('!%Y', 0)", ms).Output.data, "1970")
		is(p:show("os.clock()"), p:show("os.clock()"))
	end)

	test("row 53: chance from the first message", function()
		local p = t.raw()
		p:boot(nil, { ["Block-Height"] = "100" })
		-- of the process's message: OWNER, MOD, PID
		is(p.world.Seeded, true)
		is(p:show("math.random()"), "0.95106811425649")
		is(p:show("math.random(10)"), "3")
		is(p:show("math.random(5, 6)"), "6")
		has(p:eval("math.random(3, 1)").Error,
			"max must bigger than min")
	end)

	test("row 53: a height may be a number, and nothing else seeds", function()
		local p = t.raw()
		p:boot(nil, { ["Block-Height"] = 100 })
		p:eval("math.randomseed(7)", { ["Block-Height"] = 200 })
		p:eval("", { Id = "PID" })
		is(p:show("math.random()"), "0.95106811425649")
		is(p:show("math.random(1, 2, 3) < 1"), "true")
	end)

	test("row 53: .chance", function()
		local p = t.process()
		-- MT19937: 1608637542, 3421126067, 4083286876, over 2^32
		is(p:show("local c = require('.chance') c.seed(42)"
			.. " return c.random() .. ' ' .. c.random() .. ' ' .. c.random()"),
			"0.37454011430964 0.79654298420064 0.95071431156248")
		p:check([[
			local c = require(".chance")
			c.seed(42)
			is(c.integer(1, 10), 4)
			is(c.integer(5, 5), 5)
			raises("max must bigger than min", c.integer, 2, 1)
			c.seed(42 + (1 << 32))
			is(c.random() < 0.3746, true)]])
	end)

	test("row 53: a first message without the fields", function()
		local p = t.raw()
		p:send({}, { Id = false, Module = false,
			["Block-Height"] = false })
		p:boot()
		is(p.world.Seeded, true)
	end)

	test("row 53: chance before the first message", function()
		local name = os.tmpname()
		local file = assert(io.open(name, "w"))
		file:write("First = { math.random(), math.random(), Seeded,",
			" require('.chance').random() }")
		file:close()
		t.with_program("--load " .. name, function(program)
			local p = t.process(nil, program)
			-- the generator itself: 3499211612 over 2^32
			t.same(p.world.First, { 0.5, 0.5, false, 0.81472369190305 })
		end)
		os.remove(name)
	end)
end
