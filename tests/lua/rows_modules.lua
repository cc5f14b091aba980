-- Rows 56, 57, 59, 66 and 68: the modules, and the library as a whole.

return function(t)
	local test, is, has = t.test, t.is, t.has

	test("row 56: modules and what is the same", function()
		local p = t.process()
		for _, name in ipairs({ "json", "ao", ".ao", ".apm",
			".assignment", ".base64", ".boot", ".chance", ".default",
			".dump", ".eval", ".handlers", ".handlers-utils", ".pretty",
			".process", ".stringify", ".utils" }) do
			is(p:show("package.loaded['" .. name .. "'] ~= nil and "
				.. "require('" .. name .. "') ~= nil"), "true")
		end
		is(p:show("ao == require('ao') and ao == require('.ao')"
			.. " and Handlers == require('.handlers')"
			.. " and Utils == require('.utils') and json == require('json')"
			.. " and Dump == require('.dump')"
			.. " and base64 == require('.base64')"
			.. " and apm == require('.apm')"
			.. " and Handlers.utils == require('.handlers-utils')"), "true")
		is(p:show("_G == _ENV and getmetatable(_G) == nil"), "true")
		is(p:show("require('.process')._version .. ao._version"
			.. " .. Handlers._version .. Utils._version"),
			"2.0.40.0.60.0.50.0.5")
		is(p:show("Version()"), "version: 2.0.4")
		is(p:show("Tab({ Tags = { { name = 'A', value = '1' },"
			.. " { name = 'A', value = '2' } } }).A"), "1")
		is(p:show("Bell"), "\7")
	end)

	test("row 57: currying", function()
		local u = t.process().world.Utils
		local f = u.curry(function(a, b, c) return a .. b .. c end)
		is(f(1, 2, 3), "123")
		is(f(1)(2)(3), "123")
		is(f(1, 2)(3), "123")
		is(f(1)(2, 3), "123")
		local one = f(1)
		is(one(2)(3) .. one(4)(5), "123145")
		local g = function(a) return a end
		is(u.curry(g), g)
		is(u.curry(function(...) return select("#", ...) end, 2)(1)(2), 2)
		t.raises("function is required as first argument", u.curry, 5)
	end)

	test("row 57: functions on lists", function()
		local u = t.process().world.Utils
		local function add(a, b) return a + b end
		t.same(u.concat({ 1 })({ 2 }), { 1, 2 })
		t.same(u.concat({}, { 2 }), { 2 })
		is(u.reduce(add)(10)({ 1, 2 }), 13)
		is(u.reduce(add, nil, { 1, 2 }), 3)
		is(u.reduce(add)(nil)({}), nil)
		t.same(u.map(function(v, k) return v * k end, { 5, 6 }), { 5, 12 })
		t.same(u.filter(function(v) return v > 1 end)({ 1, 2, 3 }), { 2, 3 })
		is(u.find(function(v) return v > 1 end, { 1, 2, 3 }), 2)
		is(select("#", u.find(function() end, {})), 0)
		is(u.find(u.propEq("a", "x"), { { a = "y" }, { a = "x", b = 1 } }).b,
			1)
		is(u.propEq("a")("x")({ a = "x" }), true)
		is(u.prop("a")({ a = 5 }), 5)
		t.same(u.reverse({ 1, 2, 3 }), { 3, 2, 1 })
		is(u.includes("b")({ "a", "b" }), true)
		is(u.includes("c", { "a", "b" }), false)
		t.same(u.keys({ b = 1, a = 2 }), { "a", "b" })
		t.same(u.values({ b = 1, a = 2 }), { 2, 1 })
		is(u.compose(function(v) return v .. "f" end,
			function(v) return v .. "g" end)("x"), "xgf")
		is(u.compose(string.upper)(string.reverse)("ab"), "BA")
		is(u.capitalize("hELLO"), "Hello")
		is(u.capitalize(""), "")
		is(u.capitalize(5), 5)
		is(u.normalize("foo_BAR"), "Foo-Bar")
		is(u.normalize("x-y1z"), "X-Y1z")
		is(u.normalize(5), 5)
	end)

	test("row 57: errors", function()
		local u = t.process().world.Utils
		local list = { x = 1 }
		local function f() end
		for _, case in ipairs({
			{ u.concat, { 1, {} }, "first argument should be a table that "
				.. "is an array" },
			{ u.concat, { {}, 1 }, "second argument should be a table that "
				.. "is an array" },
			{ u.concat, { list, {} }, "first argument should be a table" },
			{ u.concat, { {}, list }, "second argument should be a table" },
			{ u.reduce, { 1, 1, {} }, "first argument should be a function "
				.. "that accepts (result, value, key)" },
			{ u.reduce, { f, 1, list }, "third argument should be a table "
				.. "that is an array" },
			{ u.map, { 1, {} }, "first argument should be a unary function" },
			{ u.map, { f, list }, "second argument should be an Array" },
			{ u.filter, { 1, {} }, "first argument should be a unary "
				.. "function" },
			{ u.filter, { f, 5 }, "second argument should be an Array" },
			{ u.find, { f, 5 }, "second argument should be a table that is "
				.. "an array" },
			{ u.propEq, { 1, "x", {} }, "first argument should be a string" },
			{ u.propEq, { "x", 1, {} }, "second argument should be a "
				.. "string" },
			{ u.propEq, { "x", "x", 1 }, "third argument should be a "
				.. "table<object>" },
			{ u.reverse, { list }, "argument needs to be a table that is an "
				.. "array" },
			{ u.includes, { 1, 5 }, "argument needs to be a table" },
			{ u.includes, { 1, list }, "argument should be a table that is "
				.. "an array" },
			{ u.keys, { 5 }, "argument needs to be a table" },
			{ u.values, { 5 }, "argument needs to be a table" },
		}) do
			t.raises(case[3], case[1], table.unpack(case[2]))
		end
	end)

	test("row 59: Dump", function()
		local dump = t.process().world.Dump
		is(dump(1), '"1"')
		is(dump("a\"b"), '"a\\"b"')
		is(dump({}), "{}")
		is(dump({ a = 1 }, 0), "{ a = 1 }")
		is(dump({ 1, "x", a = true, ["end"] = 2, [true] = 3, [1.5] = 4,
			["a b"] = { b = {} } }, 0), '{ [1] = 1, [1.5] = 4, [2] = "x", '
			.. '[true] = 3, a = true, ["a b"] = { b = {} }, ["end"] = 2 }')
		is(dump({ a = { b = 1 } }),
			"{\n    a = {\n        b = 1\n    }\n}")
		is(dump({ a = { b = 1 } }, 2, 3),
			"{\n     a = {\n       b = 1\n     }\n   }")
		is(dump({ [{ 1 }] = 2 }, 0), "{ [{ [1] = 1 }] = 2 }")
		has(dump({ print }, 0), '{ [1] = "function: ')
		local a = {}
		a.a = a
		has(dump(a, 0), '{ a = "<Circular table: 0x')
		local twice = { 1 }
		is(dump({ twice, twice }, 0),
			"{ [1] = { [1] = 1 }, [2] = { [1] = 1 } }")
		is(dump({ a = 1, b = 2, c = 3 }, 0, 0,
			function(v, depth, kind, use, key, data)
				is(data, "data")
				if use == "key" then
					return v
				elseif key == "a" then
					return nil
				end
				return kind .. depth, key == "b"
			end, "data"), '{ b = number1, c = "number1" }')
		t.raises("indent must be unsigned integer", dump, {}, -1)
		t.raises("padding must be unsigned integer", dump, {}, 1, "x")
		t.raises("filter must be function", dump, {}, 1, 1, 5)
	end)

	test("row 59: pretty", function()
		local p = t.process()
		is(p:show("require('.pretty').tprint({ a = 1, b = { c = 'x' } })"),
			"a: 1\nb: \n c: x\n")
		is(p:show("require('.pretty').tprint({ 5 }, 2)"), "  1: 5\n")
	end)

	test("row 59: stringify", function()
		local s = t.process().world.require(".stringify")
		is(s.isSimpleArray({}), true)
		is(s.isSimpleArray({ 1, "a" }), true)
		is(s.isSimpleArray({ 1, true }), false)
		is(s.isSimpleArray({ 1, nil, 3 }), false)
		is(s.isSimpleArray({ a = 1 }), false)
	end)

	test("row 59: base64", function()
		local b = t.process().world.base64
		for _, case in ipairs({ { "", "" }, { "f", "Zg==" },
			{ "fo", "Zm8=" }, { "foo", "Zm9v" }, { "foob", "Zm9vYg==" },
			{ "\0\255\254", "AP/+" } }) do
			is(b.encode(case[1]), case[2])
			is(b.decode(case[2]), case[1])
			is(b.decode((case[2]:gsub("=", ""))), case[1])
		end
		is(b.decode("Zm\n9v Yg=="), "foob")
		local e, d = b.makeencoder("-", "_"), b.makedecoder("-", "_")
		is(b.encode("\0\255\254", e), "AP_-")
		is(b.decode("AP_-", d), "\0\255\254")
		is(e[64], ("="):byte())
		is(d[("="):byte()], 64)
		local all = {}
		for i = 0, 255 do
			all[i + 1] = string.char(i)
		end
		all = table.concat(all):rep(3)
		is(b.decode(b.encode(all)), all)
	end)

	test("row 66: the same messages twice, in turns", function()
		local function run(p, i)
			local r = i % 3 == 0 and p:eval("return math.random() .. ''")
				or i % 3 == 1 and p:send({ Action = "X" .. i })
				or p:eval("Send({ Target = 'T', z = 1, a = { b = 2, c = 3 },"
					.. " Data = { y = 1, x = { 2 } } }) return Inbox[1].Id")
			return t.json.encode(r)
		end
		local p, q = t.process(), t.process()
		for i = 1, 30 do
			is(run(p, i), run(q, i))
		end
	end)

	test("row 68: loading the library again keeps the state", function()
		local p = t.process({ Authority = "AUTH", Name = "demo",
			Module = "MYMOD" })
		p:eval("Handlers.add('mine', 'Mine', function() print('kept') end)"
			.. " Send({ Target = 'T' }) ao.addAssignable({ Action = 'A' })")
		p:eval("Receive({ Action = 'Wake' }) print('woke')")
		p:eval("Errors = { 'e' } for name in pairs(package.loaded) do"
			.. " if name:sub(1, 1) == '.' or name == 'ao' then"
			.. " package.loaded[name] = nil end end"
			.. " before = ao require('.process')")
		local w = p.world
		is(w.before ~= w.ao, true)
		is(w.ao == w.require("ao"), true)
		t.same({ w.ao.id, w.ao._module, w.ao.authorities, w.ao.reference,
			#w.ao.assignables, w.Owner, w.Name, w.Seeded, #w.Inbox,
			w.Errors[1], #w.Handlers.coroutines },
			{ "PID", "MYMOD", { "AUTH" }, 1, 1, "OWNER", "demo", true, 1,
				"e", 1 })
		is(p:send({ Action = "Mine" }).Output.data, "kept")
		is(p:send({ Action = "Wake" }).Output.data, "woke")
		is(p:show("1 + 1"), "2")
	end)
end
