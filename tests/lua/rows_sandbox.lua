-- Rows 65 and 67: programs for Lua 5.3, and what they cannot reach.

return function(t)
	local test, is, has = t.test, t.is, t.has

	test("row 65: numbers in texts", function()
		t.process():check([[
			is("10" + 1, 11.0)
			is("10" // 3, 3.0)
			is(-"2", -2.0)
			is("2" * "3", 6.0)
			is(2 ^ "3", 8.0)
			is("7" % 4, 3.0)
			is("10" | 0, 10)
			is("6" & 3, 2)
			is(~"0", -1)
			is("1" << 4, 16)
			is("10" .. 1, "101")
			for _, code in ipairs({ "return 'a' + 1", "return 1 - 'a'",
				"return -'a'" }) do
				raises("attempt to perform arithmetic on a string value",
					load(code))
			end
			local meta = { __add = function(a, b) return "mine" end }
			is("7" + setmetatable({}, meta), "mine")
			is("a" + setmetatable({}, meta), "mine")
			local bint = require(".bint")(256)
			is(tostring("7" + bint(5)), "12")
			is(tostring(bint(5) - "7"), "-2")
			is(tostring(bint("9") * "9"), "81")]])
	end)

	test("row 65: bit32 and old functions of math", function()
		t.process():check([[
			is(bit32, require("bit32"))
			is(bit32.band(0xff, "15"), 15)
			is(bit32.bnot(0), 0xffffffff)
			is(bit32.arshift(-8, 1), 0xfffffffc)
			is(bit32.extract(0xabcd, 4, 8), 0xbc)
			is(bit32.replace(0, 5, 4, 4), 0x50)
			is(bit32.lrotate(0x80000001, 1), 3)
			is(bit32.btest(1, 2), false)
			is(math.pow(2, 10), 1024.0)
			is(math.log10(1000), 3.0)
			is(math.ldexp(1, 4), 16.0)
			is(select(2, math.frexp(8)), 4)
			is(math.cosh(0), 1.0)
			is(unpack, nil)
			is(loadstring, nil)
			is(table.getn, nil)
			is(warn, nil)]])
	end)

	test("row 65: texts of errors", function()
		local p = t.process()
		t.ends(p:eval("X.y = 1").Error,
			"attempt to index a nil value (global 'X')")
		t.ends(p:eval("return 1 .. {}").Error,
			"attempt to concatenate a table value")
		for _, code in ipairs({ "'1.5' | 1", "1 | '1.5'", "~'1.5'" }) do
			t.ends(p:eval("return " .. code).Error, '[string "aos"]:1: '
				.. "number has no integer representation")
		end
	end)

	test("row 67: files", function()
		t.process():check([[
			local f, text, code = io.open("/etc/passwd")
			is(f, nil)
			is(text, "/etc/passwd: No such file or directory")
			is(code, 2)
			is(io.open("/data/none"), nil)
			is(io.open("x", "w"), nil)
			is(pcall(io.lines, "/etc/passwd"), false)
			is(io.popen == nil or not pcall(io.popen, "ls")
				or io.popen("ls") == nil, true)
			is(io.tmpfile == nil or not pcall(io.tmpfile)
				or io.tmpfile() == nil, true)
			is(loadfile == nil or loadfile("/etc/passwd") == nil, true)
			is(dofile == nil or pcall(dofile, "/etc/passwd") == false, true)
			is(pcall(require, "/etc/passwd"), false)
			io.write("nowhere")
			io.stdout:write("nowhere")
			is(package.loadlib == nil
				or package.loadlib("libc.so.6", "*") == nil, true)]])
	end)

	test("row 67: the system", function()
		local p = t.process()
		p:check([[
			is(os.execute == nil or not pcall(os.execute)
				or not os.execute("true"), true)
			is(os.getenv == nil or os.getenv("PATH") == nil, true)
			for _, name in ipairs({ "remove", "rename", "tmpname" }) do
				is(os[name] == nil or not pcall(os[name], "x", "y")
					or not os[name]("x", "y"), true)
			end
			is(debug.sethook == nil, true)
			is(debug.getregistry == nil, true)
			is(debug.getinfo(function(a, b) end).nparams, 2)
			is(type(debug.traceback()), "string")]])
		has(p:eval("x = 1 os.exit(0) return 'on'").Error, "exit")
		is(p:show("'alive'"), "alive")
	end)

	test("row 67: bytecode", function()
		t.process():check([[
			is(pcall(string.dump, print), false)
			is(pcall(string.dump, function() end), false)
			is(load("\27Lua"), nil)
			is(load("\27Lua", "x", "b"), nil)
			-- whatever mode is asked for, text is text
			is(load("return 1", "x", "b")(), 1)]])
		has(t.process():eval("\27Lua\r\n").Error,
			"attempt to load a binary chunk")
	end)

	test("row 67: endless loops", function()
		t.with_program("--limit-ms 300", function(other)
			local p = t.process(nil, other)
			p:eval("x = 1")
			for _, code in ipairs({ "while true do end",
				"while true do pcall(function() while true do end end) end",
				"local co = coroutine.wrap(function() while true do"
					.. " coroutine.yield() end end) while true do co() end",
				"return ('x'):rep(1e6):find(('x*'):rep(100) .. 'y')",
				"setmetatable({}, { __gc = function() while true do end end })"
					.. " collectgarbage()" }) do
				t.raises("out of time: the limit is 0.3 s", p.eval, p,
					"x = 2 " .. code)
			end
			is(p.world.x, 1)
		end)
	end)

	test("row 67: memory", function()
		t.with_program("--limit-mb 16", function(other)
			local p = t.process(nil, other)
			p:eval("x = 1")
			for _, code in ipairs({ "('x'):rep(1 << 30)",
				"local t = {} while true do t[#t + 1] = {} end",
				"local s = 'x' while true do s = s .. s end",
				"while true do pcall(function() local t = {}"
					.. " while true do t[#t + 1] = t end end) end",
				"local function f() return f() + 1 end"
					.. " local t = {} while true do t[#t + 1] ="
					.. " coroutine.wrap(function() t = t coroutine.yield()"
					.. " end) t[#t]() end" }) do
				t.raises("out of memory: the limit is 16 MiB", p.eval, p,
					"x = 2 " .. code)
			end
			is(p.world.x, 1)
		end)
	end)

	test("row 67: depth", function()
		local p = t.process()
		has(p:eval("local function f() return 1 + f() end f()").Error,
			"stack overflow")
		has(p:eval("local s = string.rep('(', 1000) load(s) error('on')")
			.Error, ": on")
		has(p:eval("local t = {} for i = 1, 100000 do t = { t } end"
			.. " json.encode(t)").Error, "nested too deeply")
		has(p:eval("json.decode(('['):rep(100000))").Error,
			"nested too deeply")
		p:eval("local t = {} for i = 1, 100000 do t = { t } end deep = t")
		-- each line is indented more than the one before
		t.raises("out of memory: the limit is 256 MiB", p.eval, p, "deep")
		is(p:show("'alive'"), "alive")
	end)
end
