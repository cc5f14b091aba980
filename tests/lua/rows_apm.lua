-- 8.10: the package client, each call and each answer.

return function(t)
	local test, is, has, tag = t.test, t.is, t.has, t.tag

	local ID = "DKF8oXtPvh3q8s0fJFIeHFyHNM6oKrwMCUrPxEMroak"

	local function hex(text)
		return (text:gsub(".", function(c)
			return ("%02x"):format(c:byte())
		end))
	end

	-- What the registry says, or another.
	local function answer(p, name, tags, data, from)
		local all = { Action = "APM." .. name .. "Response",
			Result = "success" }
		for k, v in pairs(tags or {}) do
			all[k] = v
		end
		local r = p:send(all, { From = from or ID, Owner = from or ID,
			Data = data })
		return r.Output.data, r.Messages
	end

	local function download(p, name, source, tags)
		local all = { Name = name, Version = "1.0.0" }
		for k, v in pairs(tags or {}) do
			all[k] = v
		end
		return answer(p, "Download", all, hex(source))
	end

	local function asked(p, code)
		local r = p:eval(code)
		if r.Error then
			return r.Error
		end
		local m = r.Messages[1]
		is(#r.Messages, 1)
		is(m.Target, ID)
		return tag(m, "Action"), m.Data, r.Output.data
	end

	test("apm: its handlers stand in front, behind _boot", function()
		local p = t.raw()
		p:boot({ ["On-Boot"] = "Data" }, { Data = "list = '' for _, h in"
			.. " ipairs(Handlers.list) do list = list .. h.name .. ' ' end" })
		is(p.world.list, "_boot APM.DownloadResponse APM.SearchResponse "
			.. "APM.InfoResponse APM.UpdateResponse _eval _default ")
		is(p:show("apm._version .. apm.ID"), "2.0.6" .. ID)
		is(p:show("package.loaded['.apm.client']"), "")
	end)

	test("apm: what is asked of the registry", function()
		local p = t.process()
		local function install(name)
			local action, data, said = asked(p,
				"apm.install('" .. name .. "')")
			is(action, "APM.Download")
			is(said, "apm: asked for " .. data)
			return data
		end
		is(install("x"), "@apm/x")
		is(install("@v_1/pack-age@1.20.3"), "@v_1/pack-age@1.20.3")
		is(install("x@" .. ID), "@apm/x@" .. ID)
		local action, data, said = asked(p, "apm.search('some text')")
		is(action .. data .. said,
			"APM.Searchsome textapm: searching for 'some text'")
		action, data = asked(p, "apm.info('@v/x')")
		is(action .. data, "APM.Info@v/x")
		action, data = asked(p, "apm.update()")
		is(action, "APM.Update")
		is(data, nil)
	end)

	test("apm: names that are none", function()
		local p = t.process()
		for _, name in ipairs({ "''", "'@v/'", "'v/x'", "'@v/x@1.2'",
			"'x@'", "'.process'", "'x y'", "'@@/x'", "'x@1.2.3.4'", "nil",
			"5", "{}", "'x@' .. ('a'):rep(42)", "'@v/x/y'" }) do
			has(p:eval("apm.install(" .. name .. ")").Error,
				"is no package name")
			has(p:eval("apm.uninstall(" .. name .. ")").Error,
				"is no package name")
		end
		has(p:eval("apm.search()").Error, "a text to look for is needed")
		has(p:eval("apm.info({})").Error, "a text to look for is needed")
	end)

	test("apm: a package is run and can be required", function()
		local p = t.process()
		is(download(p, "@apm/one", "ran = (ran or 0) + 1 return { n = 7 }"),
			"apm: installed one 1.0.0")
		is(p:show("require('one').n .. apm.installed.one .. ran"), "71.0.01")
		is(download(p, "@v/two", "local name = ... return 2",
			{ Version = "2.0.0" }), "apm: installed @v/two 2.0.0")
		is(p:show("require('@v/two') .. apm.installed['@v/two']"), "22.0.0")
		download(p, "nothing", "local x = 1")
		is(p:show("require('nothing')"), "true")
		-- again, another version
		download(p, "one", "return { n = 8 }", { Version = "1.1.0" })
		is(p:show("require('one').n .. apm.installed.one"), "81.1.0")
		is(p:show("apm.uninstall('@apm/one')"), "apm: one is uninstalled")
		is(p:show("package.loaded.one"), "")
		is(p:show("apm.installed.one"), "")
		is(p:show("apm.uninstall('one')"), "apm: one is not installed")
		is(p:show("apm.uninstall('json')"), "apm: json is not installed")
		is(p:show("require('json').encode(1)"), "1")
	end)

	test("apm: upper case and white space in hex", function()
		local p = t.process()
		is(answer(p, "Download", { Name = "x", Version = "1.0.0" },
			"72657475726E\n 2031"), "apm: installed x 1.0.0")
		is(p:show("require('x')"), "1")
	end)

	test("apm: what cannot be installed changes nothing", function()
		local p = t.process()
		local head = "apm: @apm/bad is not installed: "
		local function fails(data, why)
			local said, out = answer(p, "Download", { Name = "bad",
				Version = "1.0.0", Dependencies = "{" }, data)
			has(said, head .. why)
			is(#out, 0)
			is(p:show("package.loaded.bad"), "")
			is(p:show("next(apm.installed)"), "")
		end
		fails("xyz", "the source is not in hex")
		fails("726", "the source is not in hex")
		fails("", "the source is not in hex")
		fails(nil, "the source is not in hex")
		fails(hex("return = 1"), '[string "bad"]:1: unexpected symbol')
		fails(hex("\27Lua"), "attempt to load a binary chunk")
		fails(hex("error('at the start')"), '[string "bad"]:1: at the start')
		fails(hex("error()"), "nil")
		is(download(p, "json", "return 1"), "apm: @apm/json is not "
			.. "installed: there is a module 'json' already")
		is(download(p, "../x", "ran = 1"),
			"apm: '../x' is no package name")
		is(answer(p, "Download", {}, hex("ran = 1")),
			"apm: 'nil' is no package name")
		is(answer(p, "Download", { Name = "x", Result = "error" },
			"no\nsuch package"), "apm: download failed: no such package")
		is(p.world.ran, nil)
	end)

	test("apm: strangers are not listened to", function()
		local p = t.process()
		for _, name in ipairs({ "Download", "Search", "Info", "Update" }) do
			local said, out = answer(p, name, { Name = "evil",
				Version = "9.9.9" }, hex("hacked = true"), "EVE")
			has(said, "New Message From ")
			is(#out, 0)
		end
		is(p.world.hacked, nil)
		is(#p.world.Inbox, 5)
		p:eval("apm.ID = 'EVE'")
		is(answer(p, "Download", { Name = "mine", Version = "0.1.0" },
			hex("return 1"), "EVE"), "apm: installed mine 0.1.0")
		has(download(p, "x", "return 1"), "New Message From ")
	end)

	test("apm: dependencies are asked for, unless they are there", function()
		local p = t.process()
		download(p, "old", "return 1")
		download(p, "new", "return 1", { Version = "1.10.0" })
		local said, out = download(p, "main", "return 1", { Dependencies =
			'{"old":{"version":"1.0.1"},"new":{"version":"1.9.0"},'
			.. '"@v/other":{"version":"2.0.0"},"any":{},"../x":{}}' })
		is(said, "apm: '../x' is no package name\n"
			.. "apm: asked for @v/other@2.0.0\napm: asked for @apm/any\n"
			.. "apm: asked for @apm/old@1.0.1\n"
			.. "apm: installed main 1.0.0")
		is(#out, 3)
		is(out[1].Data, "@v/other@2.0.0")
		is(tag(out[1], "Action"), "APM.Download")
		said, out = download(p, "main", "return 1",
			{ Dependencies = "no JSON" })
		is(said, "apm: installed main 1.0.0")
		is(#out, 0)
	end)

	test("apm: a package waits for what it requires", function()
		local p = t.process()
		local said = download(p, "top", "return require('mid') .. 'c'",
			{ Dependencies = '{"mid":{"version":"1.0.0"}}' })
		is(said, "apm: asked for @apm/mid@1.0.0\n"
			.. "apm: @apm/top waits for what it needs")
		is(p:show("apm.installed.top"), "")
		download(p, "mid", "return require('low') .. 'b'",
			{ Dependencies = '{"low":{"version":"1.0.0"}}' })
		is(download(p, "low", "return 'a'"), "apm: installed low 1.0.0\n"
			.. "apm: installed mid 1.0.0\napm: installed top 1.0.0")
		is(p:show("require('top')"), "abc")
		-- what is given up does not come by itself any more
		download(p, "late", "return require('never')",
			{ Dependencies = '{"never":{}}' })
		p:eval("apm.uninstall('late')")
		is(download(p, "never", "return 1"), "apm: installed never 1.0.0")
	end)

	test("apm: warnings, and a newer client", function()
		local p = t.process()
		is(download(p, "x", "return 1", { Warnings = '["a","b"]',
			["LatestClientVersion"] = "2.0.10" }),
			"apm: client 2.0.10 is out, this is 2.0.6: apm.update()\n"
			.. "apm: warning: a\napm: warning: b\napm: installed x 1.0.0")
		for _, version in ipairs({ "2.0.6", "1.9.9", "new", "" }) do
			is(download(p, "x", "return 1", { Warnings = "pl\tain",
				["LatestClientVersion"] = version }),
				"apm: warning: pl ain\napm: installed x 1.0.0")
		end
	end)

	test("apm: what a search found, and what a package is", function()
		local p = t.process()
		is(answer(p, "Search", {}, '[{"Vendor":"@v","Name":"x",'
			.. '"Description":"does x"},{"Vendor":"@apm","Name":"y"},7]'),
			"apm: 3 found\n  @v/x  does x\n  @apm/y  ")
		is(answer(p, "Search", { ["Content-Type"] = "application/json" },
			"[]"), "apm: 0 found")
		is(answer(p, "Search", {}, "["), "apm: the answer to a search is "
			.. "no list")
		is(answer(p, "Search", { Result = "error" }),
			"apm: search failed: error")
		is(answer(p, "Info", {}, '{"Vendor":"@v","Name":"x","Version":"1.0.0"'
			.. ',"Description":"does x","TotalInstalls":7,"PkgID":"p",'
			.. '"Repository":"r"}'),
			"apm: @v/x\n  Description: does x\n  Version: 1.0.0\n"
			.. "  TotalInstalls: 7\n  PkgID: p\n  Repository: r")
		is(answer(p, "Info", {}, "7"),
			"apm: the answer about a package is no object")
	end)

	test("apm: an update runs when it is one", function()
		local p = t.process()
		local function update(version, source)
			return answer(p, "Update", { Version = version }, hex(source))
		end
		is(update("2.0.6", "ran = 1"), "apm: client 2.0.6 is the newest")
		is(update(nil, "ran = 1"), "apm: client 2.0.6 is the newest")
		is(p.world.ran, nil)
		has(update("2.1.0", "ran ="), "apm: the client is not updated: ")
		has(update("2.1.0", "error('no')"),
			"apm: the client is not updated: ")
		is(update("2.1.0", "apm._version = '2.1.0'"),
			"apm: the client is updated to 2.1.0")
		is(p:show("apm._version"), "2.1.0")
	end)

	test("apm: what is installed outlives the library", function()
		local p = t.process()
		download(p, "x", "return 1")
		p:eval("apm.ID = 'OTHER' for name in pairs(package.loaded) do"
			.. " if name:sub(1, 1) == '.' then package.loaded[name] = nil"
			.. " end end require('.process')")
		is(p:show("apm.installed.x .. apm.ID .. #Handlers.list"),
			"1.0.0OTHER6")
	end)
end
