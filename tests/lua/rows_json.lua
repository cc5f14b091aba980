-- Row 58: the module json.

return function(t)
	local test = t.test

	test("row 58: round trips", function()
		t.process():check([==[
			for _, text in ipairs({ "1", "-7", "0.5", "true", "false",
				'"x"', '""', "[]", "[1,2,[3]]", '{"a":1,"b":{"c":[]}}',
				'"\\"\\\\/\\b\\f\\n\\r\\t\\u0001"', '"\\u007f"',
				"1e+17", "9007199254740993" }) do
				local again = json.encode(json.decode(text))
				is(json.encode(json.decode(again)), again)
			end
			is(json.encode(json.decode('[1,2.5,"a",{"b":[true,false]}]')),
				'[1,2.5,"a",{"b":[true,false]}]')]==])
	end)

	test("row 58: encoding", function()
		t.process():check([==[
			is(json.encode(nil), "null")
			is(json.encode(10 / 2), "5")
			is(json.encode(123456789012345678), "1.2345678901235e+17")
			is(json.encode(-0.0), "-0")
			is(json.encode(0.1), "0.1")
			is(json.encode({}), "[]")
			is(json.encode({ b = 1, a = 2, c = print }), '{"a":2,"b":1}')
			is(json.encode({ 1, { x = {} } }), '[1,{"x":[]}]')
			is(json.encode("/\\\"\n\0\31\127\xc3\xa9"),
				'"/\\\\\\"\\n\\u0000\\u001f\127\xc3\xa9"')]==])
	end)

	test("row 58: decoding", function()
		t.process():check([==[
			is(json.decode("5"), 5)
			is(json.decode("5.0"), 5.0)
			is(json.decode("5e0"), 5.0)
			is(json.decode(" [1 , 2 ] ")[2], 2)
			is(json.decode("null"), nil)
			is(next(json.decode('{"a":null}')), nil)
			local holed = json.decode("[1,null,3]")
			is(holed[2], nil)
			is(holed[3], 3)
			is(#json.decode("[1,2,]"), 2)
			is(json.decode('{"a":1,}').a, 1)
			is(json.decode('"\\u00e9\\ud83d\\ude00\\/"'),
				"\u{e9}\u{1f600}/")
			is(json.decode("0x10"), 16)]==])
	end)

	test("row 58: errors of encoding", function()
		t.process():check([==[
			local circle = {}
			circle[1] = circle
			for _, case in ipairs({
				{ { 1, a = 2 }, "invalid table: mixed or invalid key types" },
				{ { [1.5] = 2 }, "invalid table: mixed or invalid key types" },
				{ { [true] = 2 }, "invalid table: mixed or invalid key types" },
				{ { 1, [3] = 2 }, "invalid table: sparse array" },
				{ circle, "circular reference" },
				{ print, "unexpected type 'function'" },
				{ { print }, "unexpected type 'function'" },
				{ coroutine.create(print), "unexpected type 'thread'" },
				{ 1 / 0, "unexpected number value 'inf'" },
				{ -1 / 0, "unexpected number value '-inf'" },
			}) do
				raises(case[2], json.encode, case[1])
			end
			local ok, err = pcall(json.encode, 0 / 0)
			is(err:match("unexpected number value '%-?nan'$") ~= nil, true)]==])
	end)

	test("row 58: errors of decoding, with their places", function()
		t.process():check([==[
			for _, case in ipairs({
				{ "", "unexpected character '' at line 1 col 1" },
				{ "?", "unexpected character '?' at line 1 col 1" },
				{ "[1\n?", "expected ']' or ',' at line 2 col 2" },
				{ '{"a":1 "b"', "expected '}' or ',' at line 1 col 9" },
				{ "{1:2}", "expected string for key at line 1 col 2" },
				{ '{"a" 1}', "expected ':' after key at line 1 col 6" },
				{ '"abc', "expected closing quote for string at line 1 col 1" },
				{ '"a\tb"', "control character in string at line 1 col 3" },
				{ '"\\x"', "invalid escape char 'x' in string at line 1 col 2" },
				{ '"\\u12"', "invalid unicode escape in string at line 1 col 2" },
				{ "1.2.3", "invalid number '1.2.3' at line 1 col 1" },
				{ "nul", "invalid literal 'nul' at line 1 col 1" },
				{ "[] []", "trailing garbage at line 1 col 4" },
			}) do
				raises(case[2], json.decode, case[1])
			end
			raises("expected argument of type string, got nil", json.decode)
			raises("expected argument of type string, got table",
				json.decode, {})]==])
	end)
end
