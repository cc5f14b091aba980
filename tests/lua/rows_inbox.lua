-- Rows 27, 28 and 51 to 55: what nobody handled, boot, time and chance.

return function(t)
	local test, is, has = t.test, t.is, t.has
	local c = t.colors

	local function notice(p, tags, fields)
		return p:send(tags, fields).Output.data
	end

	test("row 27: the inbox keeps the newest 10000", function()
		local p = t.process()
		p:eval("for i = #Inbox + 1, 9999 do Inbox[i] = { Id = i } end"
			.. " Inbox[1].Id = 'oldest'")
		p:send({})
		is(#p.world.Inbox, 10000)
		is(p.world.Inbox[1].Id, "oldest")
		p:send({ Action = "Newest" })
		is(#p.world.Inbox, 10000)
		is(p.world.Inbox[1].Id, 2)
		is(p.world.Inbox[10000].Action, "Newest")
	end)

	test("row 28: the notice", function()
		local p = t.process()
		local head = c.gray .. "New Message From " .. c.green
			.. "ABC...XYZ" .. c.gray .. ": " .. c.gray
		local from = { From = "ABC-XYZ", Owner = "ABC-XYZ" }
		is(notice(p, { Action = ("a"):rep(30) }, from), head
			.. "Action = " .. c.blue .. ("a"):rep(20) .. c.reset)
		from.Data = ("d"):rep(30)
		is(notice(p, {}, from), head .. "Data = " .. c.blue
			.. ("d"):rep(20) .. c.reset)
		from.Data = nil
		is(notice(p, {}, from), head .. "Data = " .. c.blue .. c.reset)
		from.Data = '{"a":1}'
		is(notice(p, { ["Content-Type"] = "application/json" }, from), head
			.. "Data = " .. c.blue .. '{"a":1}' .. c.reset)
		has(notice(p, {}, { From = "ab", Owner = "ab" }), "ab...ab")
		is(p.last.Output.print, true)
	end)

	test("row 51: boot without On-Boot", function()
		local p = t.raw()
		local r = p:boot()
		is(#p.world.Inbox, 1)
		is(r.Output.data, "")
		is(r.Output.print, true)
		is(#p.world.Handlers.list, 6)
	end)

	test("row 51: boot evaluates the data", function()
		local p = t.raw()
		p:boot({ ["On-Boot"] = "Data" },
			{ Data = "booted = true print('hello')" })
		is(p.world.booted, true)
		is(p.last.Output.data, "hello")
		p:boot({ ["On-Boot"] = "Data" }, { Data = "booted = 'twice'" })
		is(#p.world.Inbox, 1)
	end)

	test("row 51: boot with bad code or a file that is not there", function()
		local p = t.raw()
		local r = p:boot({ ["On-Boot"] = "Data" }, { Data = "x = = 1" })
		has(r.Error, "unexpected symbol")
		p = t.raw()
		r = p:boot({ ["On-Boot"] = "some-file-id" })
		has(r.Error, "some-file-id")
	end)

	test("row 51: a stranger's process message does not boot", function()
		local p = t.process()
		p:send({ Type = "Process", ["On-Boot"] = "Data" },
			{ Data = "bad = true" })
		is(p.world.bad, nil)
		is(#p.world.Inbox, 2)
	end)

	test("row 52: time is the message's", function()
		local p = t.process()
		is(p:eval("return os.time()", { Timestamp = 77 }).Output.data,
			"77")
		is(p:eval("return tostring(os.time())", { Timestamp = false })
			.Output.data, "nil")
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
		-- MT19937: 1608637542, 3421126067, 4083286876, over 2^32
		is(p:show("local c = require('.chance') c.seed(42)"
			.. " return c.random() .. ' ' .. c.random() .. ' ' .. c.random()"),
			"0.37454011430964 0.79654298420064 0.95071431156248")
	end)

	test("row 53: a first message without the fields", function()
		local p = t.raw()
		p:send({}, { Id = false, Module = false,
			["Block-Height"] = false })
		is(p.world.Seeded, true)
	end)

	test("row 55: modules that programs store", function()
		local p = t.process()
		p:eval("package.loaded['m'] = { x = 5 }")
		is(p:show("require('m').x"), "5")
		p:eval("package.loaded['.utils'] = { mine = true }")
		is(p:show("require('.utils').mine"), "true")
		has(p:eval("require('nowhere')").Error,
			"module 'nowhere' not found:")
	end)
end
