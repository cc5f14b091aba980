-- The package client: above all, whose answers it takes.

return function(t)
	local test, is, has, tag = t.test, t.is, t.has, t.tag
	local blueprint = require("blueprint")(t)
	local value = blueprint.value

	local REGISTRY = "DKF8oXtPvh3q8s0fJFIeHFyHNM6oKrwMCUrPxEMroak"
	local BOOTSTRAP = "RLvG3tclmALLBCrwc17NqzNFqZCrUf3-RKZ5v8VRHiU"

	local function open()
		return blueprint.process("apm")
	end

	local function hex(text)
		return (text:gsub(".", function(c)
			return ("%02x"):format(c:byte())
		end))
	end

	-- What a call asks the registry.
	local function asks(p, code)
		local r = p:eval(code)
		if r.Error then
			error(r.Error, 2)
		end
		is(#r.Messages, 1)
		is(r.Messages[1].Target, REGISTRY)
		return tag(r.Messages[1], "Action") .. " "
			.. (r.Messages[1].Data or "-")
	end

	local function answer(p, action, tags, data, from)
		tags.Action = action
		from = from or REGISTRY
		return p:send(tags, { From = from, Owner = from, Data = data })
	end

	local function download(p, name, source, more, from)
		local tags = { Result = "success", Name = name, Version = "1.0.0" }
		for k, v in pairs(more or {}) do
			tags[k] = v or nil
		end
		return answer(p, "APM.DownloadResponse", tags, hex(source), from)
	end

	test("apm: what each call asks", function()
		local p = open()
		is(value(p, "apm.ID .. apm._version"), REGISTRY .. "2.0.6")
		is(asks(p, "apm.install('x')"), "APM.Download @apm/x")
		is(asks(p, "apm.install('@v/x')"), "APM.Download @v/x")
		is(asks(p, "apm.install('@v/x-y@1.2.3')"),
			"APM.Download @v/x-y@1.2.3")
		is(asks(p, "apm.install('x@" .. REGISTRY .. "')"),
			"APM.Download @apm/x@" .. REGISTRY)
		is(asks(p, "apm.search('chess')"), "APM.Search chess")
		is(asks(p, "apm.info('@v/x')"), "APM.Info @v/x")
		is(asks(p, "apm.update()"), "APM.Update -")
	end)

	test("apm: names that are none", function()
		local p = open()
		for _, wrong in ipairs({ "nil", "''", "5", "'@v/'", "'a b'", "'@v'",
			"'x@1.2'", "'x@'", "'x@1.2.3.4'", "'@v/x/y'", "'x@y@1.2.3'",
			"'x@" .. REGISTRY .. "z'" }) do
			local r = p:eval("apm.install(" .. wrong .. ")")
			is(r.Messages, nil)
			has(r.Error, "aos")
		end
		has(p:eval("apm.search()").Error, "nothing to search")
		has(p:eval("apm.uninstall('x')").Error, "@apm/x is not installed")
	end)

	test("apm: a package is run and can be required", function()
		local p = open()
		local r = download(p, "@apm/x", "return { n = 7 }",
			{ Warnings = "old" })
		has(r.Output.data, "Installed @apm/x@1.0.0")
		has(r.Output.data, "old")
		is(value(p, "require('x').n"), "7")
		is(value(p, "apm.installed['@apm/x']"), "1.0.0")
		download(p, "@v/x", "return { n = 8 }", { Version = "2.0.0" })
		is(value(p, "require('@v/x').n + require('x').n"), "15")
		p:eval("apm.uninstall('@v/x')")
		is(value(p, "apm.installed['@v/x']"), "nil")
		is(value(p, "pcall(require, '@v/x')"), "false")
	end)

	test("apm: what a package needs is asked for, once", function()
		local p = open()
		download(p, "@apm/have", "return {}")
		local r = download(p, "@apm/x", "return {}", { Dependencies =
			'{"@v/a":{"version":"1.0.0"},"have":{"version":"1.0.0"},'
			.. '"b":{}}' })
		is(#r.Messages, 2)
		is(r.Messages[1].Data, "@v/a@1.0.0")
		is(r.Messages[2].Data, "@apm/b")
		is(#download(p, "@apm/y", "return {}", { Dependencies = "[]" })
			.Messages, 0)
		is(#download(p, "@apm/y", "return {}", { Dependencies = "" })
			.Messages, 0)
	end)

	test("apm: code of strangers is not run", function()
		local p = open()
		for _, who in ipairs({ "eve", BOOTSTRAP, REGISTRY:lower() }) do
			download(p, "@apm/x", "Hacked = true", nil, who)
			is(value(p, "Inbox[#Inbox].From"), who)
		end
		for _, who in ipairs({ "eve", REGISTRY:lower(), BOOTSTRAP:lower() }) do
			answer(p, "APM.UpdateResponse", { Result = "success" },
				hex("Hacked = true"), who)
			answer(p, "APM.SearchResponse", {}, "[]", who)
			answer(p, "APM.InfoResponse", {}, "{}", who)
		end
		is(value(p, "Hacked"), "nil")
	end)

	test("apm: what is no success is not run", function()
		local p = open()
		local r = download(p, "@apm/x", "Hacked = true",
			{ Result = "error" })
		has(r.Output.data, "The registry refused")
		has(download(p, "@apm/x", "Hacked = true", { Result = false })
			.Error, "success")
		answer(p, "APM.UpdateResponse", { Result = "failed" },
			hex("Hacked = true"))
		answer(p, "APM.UpdateResponse", { Result = "failed" },
			hex("Hacked = true"), BOOTSTRAP)
		is(value(p, "Hacked"), "nil")
		is(value(p, "next(apm.installed)"), "nil")
	end)

	test("apm: broken answers of the registry", function()
		local p = open()
		local function broken(data)
			return answer(p, "APM.DownloadResponse", { Result = "success",
				Name = "@apm/x", Version = "1.0.0" }, data).Error
		end
		has(broken("zz"), "not in hex")
		has(broken("abc"), "not in hex")
		has(broken(nil), "not in hex")
		has(broken(hex("x = = 1")), "unexpected symbol")
		has(broken(hex("\27Lua")), "binary")
		has(broken(hex("error('at start')")), "at start")
		has(download(p, "a b", "return 1").Error, "not of the form")
		is(value(p, "next(apm.installed)"), "nil")
		has(answer(p, "APM.SearchResponse", {}, "5").Error, "no list")
	end)

	test("apm: what is found", function()
		local p = open()
		has(answer(p, "APM.SearchResponse", {}, '[{"Vendor":"@v",'
			.. '"Name":"x","Description":"a thing"}]').Output.data,
			"@v/x - a thing")
		has(answer(p, "APM.SearchResponse", {}, "[]").Output.data,
			"Nothing was found")
		local shown = answer(p, "APM.InfoResponse", {}, '{"Vendor":"@v",'
			.. '"Name":"x","Version":"1.0.0","TotalInstalls":3}')
			.Output.data
		has(shown, "Vendor: @v")
		has(shown, "TotalInstalls: 3")
	end)

	test("apm: a newer client is mentioned", function()
		local p = open()
		local function says(version)
			return answer(p, "APM.SearchResponse",
				{ LatestClientVersion = version }, "[]").Output.data
				:find("newer client", 1, true) ~= nil
		end
		is(says("2.0.7"), true)
		is(says("2.1.0"), true)
		is(says("10.0.0"), true)
		is(says("2.0.6"), false)
		is(says("1.9.9"), false)
		is(says("new"), false)
	end)

	test("apm: an update, from the registry", function()
		local p = open()
		answer(p, "APM.UpdateResponse", { Result = "success" },
			hex("apm._version = '3.0.0'"))
		is(value(p, "apm._version"), "3.0.0")
	end)

	test("apm: loading asks for the first client, which comes once", function()
		local p = t.process()
		p:eval("apm = { installed = { ['@apm/x'] = '1.0.0' } } Old = apm")
		blueprint.load(p, "apm")
		is(blueprint.sent(p.last), BOOTSTRAP .. " APM.Update")
		is(value(p, "apm == Old and apm.installed['@apm/x']"), "1.0.0")
		for _ = 1, 2 do
			answer(p, "APM.UpdateResponse", { Result = "success" },
				hex("Count = (Count or 0) + 1"), BOOTSTRAP)
		end
		is(value(p, "Count"), "1")
		local handlers = value(p, "#Handlers.list")
		blueprint.load(p, "apm")
		-- the one that waits for the bootstrap, again
		is(value(p, "#Handlers.list"), tostring(handlers + 1))
	end)
end
