-- Row 69: the hyper variant, one compute() after the other.

local json = require("json_text")

return function(t)
	local test, is, has, same, c = t.test, t.is, t.has, t.same, t.colors

	local function signed(by, fields)
		local out = { commitments = { ["id-" .. by] = {
			alg = "rsa-pss-sha512", committer = by } } }
		for k, v in pairs(fields or {}) do
			out[k] = v
		end
		return out
	end

	local function copy(from)
		local out = {}
		for k, v in pairs(from or {}) do
			out[k] = v
		end
		return out
	end

	-- A process of ANN, or of another; AUTH speaks for others.
	local function open(process, owner)
		local p = { program = t.program("--variant hyper"),
			owner = owner or "ANN" }
		p.program:reset()
		p.base = { process = process or signed("ANN",
			{ name = "demo", authority = { "AUTH" } }) }
		-- The base returned; what compute() raises is an error here.
		function p.compute(body, req, more)
			local request = copy(more)
			request.op, request.base = "compute", p.base
			request.req = copy(req)
			request.req.body = body
			return p.program:result(request)
		end
		function p.send(body, req)
			p.base = p.compute(body, req)
			is(p.base.results.info, "hyper-aos")
			return p.base.results
		end
		local function code(text)
			return signed(p.owner, { action = "Eval", data = text })
		end
		function p.eval(text)
			return p.send(code(text))
		end
		-- globals of the process, to look at and to set
		p.world = setmetatable({}, {
			__index = function(_, name)
				local r = p.compute(code("require('.json').encode({ v = "
					.. name .. " })"), nil, { keep = false }).results
				return json.decode(r.output.data).v
			end,
			__newindex = function(_, name, value)
				p.eval(name .. " = require('.json').decode('["
					.. json.encode(value) .. "]')[1]")
			end,
		})
		return p
	end

	test("row 69: an expression, statements, and no value", function()
		local p = open()
		same(p.eval("1 + 1"), { info = "hyper-aos", outbox = {},
			output = { data = "2", prompt = "aos> " } })
		is(p.eval("x = 6").output.data, "")
		is(p.eval("print('a') print(x) return x").output.data,
			"a\n" .. c.green .. "6" .. c.reset .. "\n6")
		is(p.send(signed("ANN", { action = "Eval",
			body = { body = "x * 7" } })).output.data, "42")
		same(p.eval("{ 1, 2 }").output.data, "{ " .. c.blue .. "1"
			.. c.reset .. ", " .. c.blue .. "2" .. c.reset .. " }")
	end)

	test("row 69: who the process is, and whose", function()
		local p = open()
		is(p.eval("ao.id").output.data, "id-ANN")
		is(p.eval("Owner .. Name").output.data, "ANNdemo")
		is(p.eval("_G == _ENV and compute == require('.process').compute")
			.output.data, "true")
		is(p.eval("Version()").output.data, "version: 2.0.7")
		local ans104 = { committer = "BOB", type = "signed",
			["commitment-device"] = "ans104" }
		p = open({ commitments = { aa = { alg = "hmac-sha256" },
			zz = ans104, mm = { alg = "other", committer = "EVE" } } },
			"BOB")
		p.send(signed("BOB", { data = "" }))
		is(p.world.ao.id, "zz")
		is(p.world.Owner, "BOB")
		is(p.world.Name, "aos")
		-- another kind of key counts when there is none of those
		p = open({ commitments = { aa = { alg = "hmac-sha256" },
			mm = { type = "ed25519", committer = "EVE" } } }, "EVE")
		p.send(signed("EVE", {}))
		is(p.world.ao.id .. p.world.Owner, "mmEVE")
		p = open(signed("ANN", { ["from-process"] = "PARENT" }), "PARENT")
		p.send(signed("ANN", {}))
		is(p.world.Owner, "PARENT")
	end)

	test("row 69: the owner alone evaluates", function()
		local p = open()
		p.eval("secret = 1")
		local code = { action = "Eval", data = "hacked = true" }
		local r = p.send(signed("EVE", code))
		is(r.output.data, "New Message")
		is(r.output.print, nil)
		is(#p.world.Inbox, 1)
		code["from-process"] = "ANN"
		same(p.send(signed("EVE", code)).output,
			{ data = "Message is not trusted." })
		-- not even where the owner is an authority
		p.eval("table.insert(ao.authorities, 'ANN')")
		is(p.send(signed("EVE", code)).output.data, "New Message")
		is(p.world.hacked, nil)
		p.send(signed("AUTH", code))
		is(p.world.hacked, true)
	end)

	test("row 69: trust", function()
		local function answer(p, by, from)
			return p.send(signed(by, { ["from-process"] = from })).output.data
		end
		local p = open()
		is(answer(p, "EVE"), "New Message")
		is(answer(p, "EVE", "EVE"), "New Message")
		is(answer(p, "EVE", "OTHER"), "Message is not trusted.")
		is(answer(p, "AUTH", "OTHER"), "New Message")
		is(answer(p, "EVE", "AUTH"), "New Message")
		is(p.send({ data = "x" }).output.data, "Message is not trusted.")
		is(#p.world.Inbox, 4)
		same(p.base.results.outbox, {})
		p = open(signed("ANN", { authority = "A1, A2,,A1" }))
		is(answer(p, "A2", "OTHER"), "New Message")
		same(p.world.ao.authorities, { "A1", "A2" })
		p = open(signed("ANN", { authority = { ["1"] = "A3,A4", ["2"] = 5 } }))
		is(answer(p, "A4", "OTHER"), "New Message")
		is(#p.world.ao.authorities, 2)
	end)

	test("row 69: handlers, with fields of the request and the message",
	    function()
		local p = open()
		p.eval([[
			Handlers.add("ping", "Ping", function(m)
				m.reply({ data = "pong" }) end)
			Handlers.add("slot", { slot = "^7$", color = { "red", "blue" } },
				function(m) print("slot " .. m.body.color) end)
			Handlers.add("case", { action = "Exact" }, function(m)
				print("exact from " .. m.from) end)]])
		local r = p.send(signed("BOB", { action = "Ping", reference = "9",
			["x-origin"] = "ORIGIN" }))
		same(r.outbox, { ["1"] = { data = "pong", target = "BOB",
			reference = "1", ["x-reference"] = "9",
			["x-origin"] = "ORIGIN" } })
		same(r.output, { data = "", print = true, prompt = "aos> " })
		is(p.send(signed("BOB", { color = "blue" }), { slot = 7 })
			.output.data, "slot blue")
		is(p.send(signed("BOB", { color = "Blue" }), { slot = 7 })
			.output.data, "New Message")
		is(p.send(signed("BOB", { action = "Exact" })).output.data,
			"exact from BOB")
		is(p.send(signed("BOB", { action = "exact" })).output.data,
			"New Message")
		is(p.send(signed("BOB"), { action = "Ping" }).outbox["1"].target,
			"BOB")
	end)

	test("row 69: what is sent, in order, as it is", function()
		local p = open()
		local r = p.eval([[
			local a = Send({ target = "T", data = { n = { 1, "2" } },
				f = print })
			local b = Send({ device = "patch@1.0", cache = { k = "v" } })
			local s = Spawn("MOD", { ["on-boot"] = "data" })
			return tostring(a.onReply ~= nil) .. tostring(b.onReply)
				.. a.reference .. b.reference .. s.reference .. s.module
				.. a.receive()]])
		is(r.output.data, "truenil123MODnot implemented")
		same(r.outbox, {
			["1"] = { target = "T", data = { n = { 1, "2" } },
				reference = "1" },
			["2"] = { device = "patch@1.0", cache = { k = "v" },
				reference = "2" },
		})
		same(p.eval("1").outbox, {})
		is(p.eval("Send(7)").error, "\n" .. c.red
			.. "error: msg should be a table" .. c.reset)
		has(p.eval("Spawn(7)").error, "Module source id is required!")
		has(p.eval("Spawn('M')").error, "Message must be a table")
		is(p.eval("Receive({ action = 'x' })").output.data,
			"not implemented")
		is(p.eval("Handlers.receive('x')").output.data, "not implemented")
	end)

	test("row 69: answers to what was sent", function()
		local p = open()
		p.eval("Send({ target = 'T' }).onReply(function(m)"
			.. " print('got ' .. m.body.data) end)")
		local answer = { data = "it", ["x-reference"] = "1" }
		is(p.send(signed("U", answer)).output.data, "New Message")
		is(p.send(signed("T", answer)).output.data, "got it")
		is(p.send(signed("T", answer)).output.data, "New Message")
		p.eval("Send({ target = 'T' }).onReply('U', function(m)"
			.. " print('from U') end)")
		answer["x-reference"] = 2
		is(p.send(signed("U", answer)).output.data, "from U")
		p.eval("Handlers.add('fwd', 'Fwd', function(m)"
			.. " m.forward('T', { extra = 'e' }) end)")
		same(p.send(signed("BOB", { action = "Fwd", reference = "5",
			color = "red" })).outbox["1"], { action = "Fwd", color = "red",
			extra = "e", reference = "3", ["reply-to"] = "BOB",
			target = "T", ["x-origin"] = "BOB", ["x-reference"] = "5" })
	end)

	test("row 69: errors", function()
		local p = open()
		local r = p.eval("print('so far') Send({ target = 'T' }) error('no')")
		is(r.error, "so far\n" .. c.red
			.. 'error: [string "aos"]:1: no' .. c.reset)
		is(r.output, nil)
		same(r.outbox, {})
		is(#p.world.Errors, 1)
		is(p.eval("x = = 1").error,
			"[string \"aos\"]:1: unexpected symbol near '='")
		same(p.eval("return nil, { 7 }").error, { 7 })
		has(p.eval("error({ 1 })").error, "{ ")
		p.eval("Handlers.add('bad', 'Bad', function(m)"
			.. " Send({ target = 'T' }) error('broken') end)")
		r = p.send(signed("BOB", { action = "Bad" }))
		is(r.error, nil)
		has(r.output.data, "Error" .. c.gray
			.. " handling message with Action = Bad")
		has(r.output.data, '[string "aos"]:1: broken')
		is(r.output.prompt, "aos> ")
		is(r.output.print, true)
		same(r.outbox, {})
		is(p.eval("1 + 1").output.data, "2")
	end)

	test("row 69: built-ins come and go, and cannot be pushed aside",
	    function()
		local p = open()
		-- called before anything else, so it sees what is left behind
		p.eval("function ao.event() left = #Handlers.list end")
		p.eval("Handlers.add('all', function() return true end,"
			.. " function() print('mine') end)")
		is(p.world.left, 1)
		is(p.send(signed("BOB")).output.data, "mine")
		is(p.eval("#Handlers.list").output.data, "3")
		is(p.eval("error('x')").output, nil)
		is(p.world.left, 1)
		p.eval("Handlers.list = nil")
		is(p.eval("'still here'").output.data, "still here")
	end)

	test("row 69: on-boot", function()
		local spawn = signed("ANN", { type = "Process",
			["on-boot"] = "data", data = "booted = 7" })
		local p = open(spawn)
		p.send(spawn)
		is(p.world.booted, 7)
		is(#p.world.Inbox, 1)
		p.eval("function ao.event() left = #Handlers.list end")
		is(p.world.left, 0)
		p.eval("booted = nil")
		spawn.commitments = signed("EVE").commitments
		p.send(spawn)
		is(p.world.booted, nil)
		p = open()
		is(p.send(signed("ANN", { type = "Process" })).output.data,
			"New Message")
	end)

	test("row 69: time, the device's functions, the prompt", function()
		local p = open()
		is(p.eval("select('#', ao.event()) .. tostring(ao.resolve())")
			.output.data, "0nil")
		p.eval("heard, old = {}, ao function ao.event(what)"
			.. " table.insert(heard, what) error('deaf') end")
		p.eval("heard = {}")
		local body = signed("ANN", { action = "Eval",
			data = "tostring(os.time())" })
		is(p.send(body, { ["block-timestamp"] = "1234" }).output.data,
			"1234")
		local heard = p.world.heard
		same({ heard[1], heard[2] }, { p.base.process, body })
		is(p.send(body).output.data, "nil")
		is(p.eval("ao == old").output.data, "true")
		is(p.eval("Prompt = function() return '>' end").output.prompt, ">")
		is(p.eval("Prompt = error").output.prompt, "aos> ")
	end)

	test("row 69: the library once more over a live process", function()
		local p = open()
		p.eval("Send({ target = 'T' }) Handlers.add('a', 'A', print)")
		p.send(signed("BOB"))
		p.eval("old = ao"
			.. " for k in pairs(package.loaded) do if k:sub(1, 1) == '.' then"
			.. " package.loaded[k] = nil end end require('.process')")
		is(p.eval("ao == old").output.data, "true")
		is(p.eval("#Handlers.list .. #Inbox .. Send({}).reference")
			.output.data, "312")
	end)

	test("row 69: input of any shape gives an error or an answer", function()
		local p = open()
		for code, text in pairs({
			["compute()"] = "compute: base should be a table, got nil",
			["compute({ process = ao.env.process }, 'x')"] =
				"compute: req should be a table, got string",
		}) do
			has(p.eval(code).error, text)
		end
		t.raises("compute: req.body should be a table, got nil", p.send,
			nil, { slot = 1 })
		p.base = { process = 5 }
		t.raises("compute: base.process should be a table, got number",
			p.send, {})
		for _, commitments in ipairs({ 5, "x", {}, { 7 }, { a = {} },
			{ a = { committer = {} } } }) do
			p = open({ commitments = commitments, authority = 7,
				name = {} })
			is(p.send({ commitments = commitments, action = "Eval",
				data = "hacked = 1", ["from-process"] = commitments })
				.output.data, "Message is not trusted.")
		end
		p = open()
		has(p.send(signed("ANN", { action = "Eval", data = 5 })).error
			or "", "Eval: data should be text, got number")
		is(p.send(signed("BOB", { action = { 1 }, data = { 2 } }))
			.output.data, "New Message")
	end)

	test("row 69: modules", function()
		local p = open()
		for _, name in ipairs({ ".json", ".string-ext", ".stringify", ".eval",
			".utils", ".handlers-utils", ".handlers", ".dump", ".pretty",
			".chance", ".boot", ".default", ".ao", ".base64", ".state",
			".process" }) do
			is(p.eval("package.loaded['" .. name .. "'] ~= nil and"
				.. " require('" .. name .. "') ~= nil").output.data, "true")
		end
		is(p.eval("ao == require('.ao') and ao == require('ao')"
			.. " and Handlers == require('.handlers')"
			.. " and Utils == require('.utils')"
			.. " and Send == ao.send and Spawn == ao.spawn"
			.. " and Handlers.utils == require('.handlers-utils')")
			.output.data, "true")
		is(p.eval("tostring(Utils.normalize) .. tostring(Utils.capitalize)"
			.. " .. Utils.Tab({ Tags = { { name = 'A', value = '1' },"
			.. " { name = 'A', value = '2' } } }).A").output.data,
			"nilnil1")
		is(p.eval("require('.json').encode({ a = { 1 } })").output.data,
			'{"a":[1]}')
		is(p.eval("Utils.map(function(v) return v + 1 end)({ 1 })[1]")
			.output.data, "2")
	end)

	test("row 69: patterns made to order", function()
		local p = open()
		p.eval([[
			local u = Handlers.utils
			Handlers.add("d", u.hasMatchingData("x"), u.reply("got x"))
			Handlers.add("t", u.hasMatchingTag("color", "red"),
				u.reply({ data = "red" }))
			Handlers.add("c", u.continue("Go"), function() print("on") end)
			Handlers.add("of", u.hasMatchingTagOf("color", { "a", "b" }),
				function() print("of") end)]])
		is(p.send(signed("B", { data = "x" })).outbox["1"].data, "got x")
		is(p.send(signed("B", { color = "red" })).outbox["1"].data, "red")
		is(p.send(signed("B", { action = "Go", color = "b" })).output.data,
			"on\nof")
	end)
end
