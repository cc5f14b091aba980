-- Rows 27, 28 and 51: what nobody handled, and boot.

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
		is(p:get("#Inbox"), 10000)
		is(p:get("Inbox[1].Id"), "oldest")
		p:send({ Action = "Newest" })
		is(p:get("#Inbox"), 10000)
		is(p:get("Inbox[1].Id"), 2)
		is(p:get("Inbox[10000].Action"), "Newest")
		p:eval("for i = 1, 50 do Inbox[#Inbox + 1] = { Id = i } end")
		p:send({})
		is(p:get("#Inbox"), 10000)
	end)

	test("row 27: 10001 messages", function()
		local p = t.process()
		-- with the process's own there are 10002
		for i = 1, 10001 do
			p:send({ Number = tostring(i) })
		end
		is(p:get("#Inbox"), 10000)
		is(p:get("Inbox[1].Number"), "2")
		is(p:get("Inbox[10000].Number"), "10001")
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
		has(notice(p, {}, { From = false, Owner = false }),
			c.green .. "unknown" .. c.gray)
		-- bytes, not characters: what is cut in two is told as U+FFFD
		is(notice(p, { Action = ("é"):rep(11) .. "x" }, from), head
			.. "Action = " .. c.blue .. ("é"):rep(10) .. c.reset)
		is(notice(p, { Action = "x" .. ("é"):rep(11) }, from), head
			.. "Action = " .. c.blue .. "x" .. ("é"):rep(9) .. "\u{fffd}"
			.. c.reset)
	end)

	test("row 28: what is in the inbox", function()
		local p = t.process()
		p:send({ Action = "Hi", Color = "red" }, { Data = "d" })
		local m = p.world.Inbox[2]
		t.same({ m.Id, m.From, m.Action, m.Color, m.Data, m.Tags, m.TagArray },
			{ "m2", "YOU", "Hi", "red", "d",
				{ Action = "Hi", Color = "red" },
				{ { name = "Action", value = "Hi" },
					{ name = "Color", value = "red" } } })
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
		p = t.raw()
		r = p:boot({ ["On-Boot"] = "Data" }, { Data = "error('at boot')" })
		t.ends(r.Error, '[string "aos"]:1: at boot')
	end)

	test("row 51: a second process message", function()
		local p = t.raw()
		local on_boot = { ["On-Boot"] = "Data" }
		p:boot(on_boot, { Data = "n = (n or 0) + 1" })
		-- with the process's id it boots again, and stays out of the inbox
		p:boot(on_boot, { Data = "n = (n or 0) + 1" })
		is(p.world.n, 2)
		is(#p.world.Inbox, 1)
		-- with another id it is a message like any other
		p:boot(on_boot, { Id = "another", Data = "n = (n or 0) + 1" })
		is(p.world.n, 2)
		is(#p.world.Inbox, 2)
		is(p:show("for _, o in ipairs(Handlers.list) do"
			.. " if o.name == '_boot' then return 'there' end end"), "")
	end)

	test("row 51: a stranger's process message does not boot", function()
		local p = t.process()
		p:send({ Type = "Process", ["On-Boot"] = "Data" },
			{ Data = "bad = true" })
		is(p.world.bad, nil)
		is(#p.world.Inbox, 2)
	end)
end
