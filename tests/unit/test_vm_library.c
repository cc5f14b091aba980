#include "vm/lua/calendar.h"
#include "machine.h"

/* One state for programs that do not disturb each other. */
static void
gives(const char *text, const char *output)
{
	struct bench b;

	bench_open(&b, 30);
	bench_gives(&b, text, output, 0);
	bench_close(&b);
}

TEST(library, modules_are_found)
{
	gives("return require('.extra').name", ".extra");
	gives("return tostring(pcall(require, 'extra'))", "false");
	gives("package.loaded.m = {x = 7} return require('m').x", "7");
	gives("package.loaded['.extra'] = 'mine' return require('.extra')",
	    "mine");
	gives("package.preload.p = function(n) return n .. '!' end "
	      "return require('p')",
	    "p!");
	gives("return (select(2, pcall(require, 'nope')):match('^[^\\n]*'))",
	    "module 'nope' not found:");
	gives("return package.path .. package.cpath .. '|' .. "
	      "tostring(package.loadlib('x', 'y'))",
	    "|nil");
	gives("return type(require('json')) .. type(require('bit32'))",
	    "tabletable");
	gives("return tostring(require('string') == string)", "true");
	gives("local j = require('json') package.loaded.json = nil "
	      "return tostring(require('json') == j)",
	    "true");
}

TEST(library, an_iterator_goes_on_in_a_later_message)
{
	struct bench b;

	bench_open(&b, 30);
	GIVES(&b, "it = ('one two three'):gmatch('%a+') return it()", "one");
	/* another process in the lane: this one comes back from its image */
	gives("return 1", "1");
	GIVES(&b, "collectgarbage() return it()", "two");
	bench_ends(&b, "it() error('x')", VERDICT_ERROR);
	GIVES(&b, "return it()", "three");
	GIVES(&b, "return tostring((it()))", "nil");
	bench_close(&b);
}

TEST(library, replacing_the_process_takes_effect)
{
	struct bench b;

	bench_open(&b, 30);
	bench_run(&b,
	    "package.loaded['.process'] = {handle = function() "
	    "return {Output = 'new'} end}");
	GIVES(&b, "whatever", "new");
	bench_close(&b);
}

TEST(library, a_broken_module_is_refused)
{
	static const char *const broken[] = { "", "x", ".process 5\nabc",
		".process x\n", ".process 3\nabc", ".other 0\n",
		".process 9\nerror('x')", ".process 13\nrequire('no')\n" };
	struct vm *vm;
	struct error err;

	for (size_t i = 0; i < sizeof(broken) / sizeof(*broken); i++) {
		CHECK_INT(machine_ops.open(span_text(broken[i]), 30,
			      &vm_default_limits, &vm, &err),
		    -1);
		CHECK_INT(err.code, ERR_FORMAT);
	}
}

TEST(library, a_module_that_never_loads_is_refused)
{
	struct vm *vm;
	struct error err;

	CHECK_INT(machine_ops.open(
		      span_text(".process 41\n"
				"local t = {} while true do t[#t+1]={} end"),
		      30, &vm_default_limits, &vm, &err),
	    -1);
	CHECK_INT(err.code, ERR_LIMIT);
}

TEST(library, a_small_limit_is_refused)
{
	struct vm_limits limits = vm_default_limits;
	struct vm *vm;
	struct error err;

	limits.memory = 4096;
	CHECK_INT(machine_ops.open(plain_module(), 30, &limits, &vm, &err), -1);
	CHECK_INT(err.code, ERR_LIMIT);
	limits.memory = (size_t)3 << 30;
	CHECK_INT(machine_ops.open(plain_module(), 30, &limits, &vm, &err), -1);
	CHECK_INT(err.code, ERR_LIMIT);
}

TEST(library, errors_of_the_library_have_no_place)
{
	struct buf m = make_module(".bad",
	    "local M = {}\nfunction M.f() error('x') end\nreturn M");
	struct bench b;

	bench_open_with(&b, buf_span(&m), 30, &vm_default_limits);
	CHECK_TEXT(bench_run(&b, "require('.bad').f()"), "{\"Error\":\"x\"}");
	bench_close(&b);
	buf_release(&m);
}

TEST(library, reaches_nothing_outside)
{
	gives("return select(2, io.open('/etc/passwd'))",
	    "/etc/passwd: No such file or directory");
	gives("return tostring(io.popen('ls')) .. tostring(os.execute('ls')) "
	      ".. tostring(os.getenv('HOME')) .. tostring(os.remove('x'))",
	    "nilnilnilnil");
	gives("io.write('x') io.stdout:write('y') return io.type(io.stdout)",
	    "file");
	gives("return select(2, pcall(os.exit))", "a process cannot exit");
	gives("return select(2, loadfile('x'))", "cannot open x");
	gives("return tostring(pcall(dofile, 'x'))", "false");
	gives("return tostring(warn)", "nil");
	gives("return tostring(debug.getregistry) .. tostring(debug.sethook) "
	      ".. tostring(debug.getlocal) .. "
	      "tostring(require('debug').getregistry)",
	    "nilnilnilnil");
	gives("local n = 0 for i = 0, 20 do local d = debug.getinfo(i, 'f') "
	      "if d and d.func and d.func ~= debug.getinfo and "
	      "string.find(debug.getinfo(d.func, 'S').what, 'C') then "
	      "n = n + 1 end end return n",
	    "0");
}

TEST(library, takes_no_bytecode)
{
	gives("return select(2, pcall(string.dump, function() end))",
	    "unable to dump given function");
	gives("return select(2, load('\\27Lua', 'x', 'b'))",
	    "attempt to load a binary chunk (mode is 't')");
	gives("return load('return 5', 'x', 'b')()", "5");
	gives("return load('return x', 'x', 't', {x = 6})()", "6");
	gives("return tostring(load('return x', 'x', 't', nil) ~= nil)",
	    "true");
	gives("local n = 0 return load(function() n = n + 1 "
	      "return ({'return', ' 7'})[n] end)()",
	    "7");
}

TEST(library, info_of_functions)
{
	gives("return debug.getinfo(function(a, b) end).nparams", "2");
	gives("local function f() return debug.getinfo(1, 'l').currentline "
	      "end return f()",
	    "1");
	gives("return tostring(debug.getinfo(99))", "nil");
	gives("return tostring(debug.getinfo(-1)) .. "
	      "tostring(debug.getinfo(1 << 40))",
	    "nilnil");
	gives("local function f() return debug.getinfo('1', 'l').currentline "
	      "end return f()",
	    "1");
	gives("return (debug.traceback('x'):match('^x\\nstack'):sub(1, 1))",
	    "x");
}

TEST(library, coroutines_are_real)
{
	gives("local co = coroutine.create(function(a, b) "
	      "local c = coroutine.yield(a + b) return c * 2 end) "
	      "local s = '' for i = 1, 3 do local ok, v = "
	      "coroutine.resume(co, i, 5) s = s .. tostring(ok) .. "
	      "tostring(v) .. coroutine.status(co) end return s",
	    "true6suspendedtrue4deadfalsecannot resume dead coroutinedead");
	gives("return select(2, coroutine.resume(coroutine.running()))",
	    "cannot resume non-suspended coroutine");
	gives("return select(2, pcall(coroutine.wrap(function() "
	      "error('x', 0) end)))",
	    "x");
	gives("return select(2, pcall(coroutine.wrap(function() "
	      "error({7}, 0) end)))[1]",
	    "7");
	gives("local c = 0 local co = coroutine.create(function() "
	      "local t <close> = setmetatable({}, {__close = function() "
	      "c = 1 end}) coroutine.yield() end) coroutine.resume(co) "
	      "return tostring(coroutine.close(co)) .. c .. "
	      "coroutine.status(co)",
	    "true1dead");
	gives("return select(2, pcall(coroutine.close, coroutine.running()))",
	    "cannot close a running coroutine");
	gives("return select(2, pcall(coroutine.create, 1))",
	    "bad argument #1 to 'coroutine.create' (function expected, got number)");
	gives("local ok, e = pcall(coroutine.resume, 1) return e",
	    "bad argument #1 to 'coroutine.resume' (coroutine expected, got number)");
	gives("local f = coroutine.wrap(function(...) local n = select('#', "
	      "...) while true do n = n + select('#', coroutine.yield(n)) "
	      "end end) f(1, 2) return f(1, 2, 3)",
	    "5");
	gives("local f = coroutine.wrap(function() for k in "
	      "pairs(setmetatable({}, {__pairs = function() "
	      "coroutine.yield('in') return next, {} end})) do end "
	      "return 'out' end) return f() .. f()",
	    "inout");
}

TEST(library, iterators_walk)
{
	gives("local s = '' for i, v in ipairs({'a', 'b', nil, 'd'}) do "
	      "s = s .. i .. v end return s",
	    "1a2b");
	gives("local s = '' for p, c in utf8.codes('a\\u{e9}b') do "
	      "s = s .. p .. ':' .. c .. ' ' end return s",
	    "1:97 2:233 4:98 ");
	gives("local s = '' for w in ('one two'):gmatch('%a+') do "
	      "s = s .. w .. '.' end return s",
	    "one.two.");
	gives("return select(2, pcall(ipairs)):match('expected')", "expected");
}

TEST(library, time_is_the_message_s)
{
	gives("return os.time()", "1700000000123");
	gives("return os.date('%Y-%m-%d %H:%M:%S')", "2023-11-14 22:13:20");
	gives("return os.date('!%c', 0)", "Thu Jan  1 00:00:00 1970");
	gives("return os.time({year = 2000, month = 2, day = 30, hour = 12})",
	    "951912000");
	gives("local d = os.date('*t', 951912000) return d.month .. '/' .. "
	      "d.day .. ' ' .. d.yday .. ' ' .. d.wday",
	    "3/1 61 4");
	gives("return os.clock() .. ' ' .. os.date('%Z')", "0 UTC");
}

TEST(library, calendar_agrees_with_libc)
{
	for (int64_t t = -70000000000; t < 70000000000; t += 987654321) {
		time_t seconds = (time_t)t;
		struct tm want;
		struct tm got;

		gmtime_r(&seconds, &want);
		CHECK(calendar_split(t, &got));
		CHECK_INT(got.tm_year, want.tm_year);
		CHECK_INT(got.tm_mon, want.tm_mon);
		CHECK_INT(got.tm_mday, want.tm_mday);
		CHECK_INT(got.tm_hour, want.tm_hour);
		CHECK_INT(got.tm_min, want.tm_min);
		CHECK_INT(got.tm_sec, want.tm_sec);
		CHECK_INT(got.tm_wday, want.tm_wday);
		CHECK_INT(got.tm_yday, want.tm_yday);
		CHECK(calendar_join(&got) == t);
	}
	CHECK(!calendar_split(INT64_MAX, &(struct tm){ 0 }));
	CHECK(!calendar_split(INT64_MIN, &(struct tm){ 0 }));
}

TEST(library, random_is_fixed)
{
	gives("math.randomseed(5) return math.random() .. math.random(3)",
	    "0.52");
	gives("return math.random(math.mininteger, math.maxinteger)", "0");
	gives("return select(2, pcall(math.random, 0))",
	    "bad argument #1 to 'math.random' (interval is empty)");
}
