-- Row 59: values as text.

return function(t)
	local test, is = t.test, t.is

	test("row 59: Dump", function()
		t.process():check([=[
			local dump = Dump
			local function has(text, part)
				is(text:find(part, 1, true) ~= nil, true)
			end
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
			raises("indent must be unsigned integer", dump, {}, -1)
			raises("padding must be unsigned integer", dump, {}, 1, "x")
			raises("filter must be function", dump, {}, 1, 1, 5)]=])
	end)

	test("row 59: pretty", function()
		local p = t.process()
		is(p:show("require('.pretty').tprint({ a = 1, b = { c = 'x' } })"),
			"a: 1\nb: \n c: x\n")
		is(p:show("require('.pretty').tprint({ 5 }, 2)"), "  1: 5\n")
	end)

	test("row 59: stringify", function()
		t.process():check([[
			local s = require(".stringify")
			is(s.isSimpleArray({}), true)
			is(s.isSimpleArray({ 1, "a" }), true)
			is(s.isSimpleArray({ 1, true }), false)
			is(s.isSimpleArray({ 1, nil, 3 }), false)
			is(s.isSimpleArray({ a = 1 }), false)
			is(s.format({}), "{  }")]])
	end)

	test("row 59: base64", function()
		t.process():check([[
			local b = base64
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
			is(b.encode(all, nil, true), b.encode(all))]])
	end)
end
