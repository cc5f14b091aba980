-- Row 57: the functions of .utils.

return function(t)
	local test = t.test

	test("row 57: currying", function()
		t.process():check([[
			local u = Utils
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
			raises("function is required as first argument", u.curry, 5)]])
	end)

	test("row 57: functions on lists", function()
		t.process():check([[
			local u = Utils
			local function add(a, b) return a + b end
			same(u.concat({ 1 })({ 2 }), { 1, 2 })
			same(u.concat({}, { 2 }), { 2 })
			is(u.reduce(add)(10)({ 1, 2 }), 13)
			is(u.reduce(add, nil, { 1, 2 }), 3)
			is(u.reduce(add)(nil)({}), nil)
			same(u.map(function(v, k) return v * k end, { 5, 6 }), { 5, 12 })
			same(u.filter(function(v) return v > 1 end)({ 1, 2, 3 }), { 2, 3 })
			is(u.find(function(v) return v > 1 end, { 1, 2, 3 }), 2)
			is(select("#", u.find(function() end, {})), 0)
			is(u.find(u.propEq("a", "x"), { { a = "y" }, { a = "x", b = 1 } }).b,
				1)
			is(u.propEq("a")("x")({ a = "x" }), true)
			is(u.prop("a")({ a = 5 }), 5)
			same(u.reverse({ 1, 2, 3 }), { 3, 2, 1 })
			is(u.includes("b")({ "a", "b" }), true)
			is(u.includes("c", { "a", "b" }), false)
			same(u.keys({ b = 1, a = 2 }), { "a", "b" })
			same(u.values({ b = 1, a = 2 }), { 2, 1 })
			is(u.compose(function(v) return v .. "f" end,
				function(v) return v .. "g" end)("x"), "xgf")
			is(u.compose(string.upper)(string.reverse)("ab"), "BA")
			is(u.capitalize("hELLO"), "Hello")
			is(u.capitalize(""), "")
			is(u.capitalize(5), 5)
			is(u.normalize("foo_BAR"), "Foo-Bar")
			is(u.normalize("x-y1z"), "X-Y1z")
			is(u.normalize(5), 5)]])
	end)

	test("row 57: errors", function()
		t.process():check([[
			local u = Utils
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
				raises(case[3], case[1], table.unpack(case[2]))
			end]])
	end)
end
