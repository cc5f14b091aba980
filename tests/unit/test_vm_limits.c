#include "base/thread.h"
#include "machine.h"

static const struct vm_limits few = {
	.instructions = 1000000,
	.time_ns = 30000000000,
	.memory = 8 << 20,
	.output = 1 << 20,
	.outbox = 100,
};

/* The state must be as it was, whatever `text` did. */
static void
ends_without_trace(const struct vm_limits *limits, const char *text,
    enum verdict verdict)
{
	struct bench b;

	bench_open_with(&b, plain_module(), 2, limits);
	GIVES(&b,
	    "n = 0 t = setmetatable({}, {__gc = function() n = -1 end}) "
	    "co = coroutine.wrap(function() while true do n = n + 1 "
	    "coroutine.yield(n) end end) return co()",
	    "1");
	for (int i = 2; i < 4; i++) {
		char want[8];

		bench_ends(&b, text, verdict);
		snprintf(want, sizeof(want), "%d", i);
		GIVES(&b, "return co()", want);
	}
	bench_close(&b);
}

TEST(limits, endless_programs_meet_the_instruction_limit)
{
	static const char *const programs[] = {
		"n = 9 while true do end",
		"while true do pcall(function() while true do end end) end",
		"xpcall(function() while true do end end, "
		"function() while true do end end)",
		"while true do pcall(coroutine.wrap(function() "
		"while true do end end)) end",
		"while true do coroutine.wrap(function() n = n + 1 end)() end",
		"local function f() return f() end f()",
		"co = coroutine.wrap(function() while true do "
		"coroutine.yield() end end) while true do co() end",
		"local t <close> = setmetatable({}, {__close = function() "
		"while true do end end})",
		"local co = coroutine.create(function() local t <close> = "
		"setmetatable({}, {__close = function() while true do end "
		"end}) coroutine.yield() end) coroutine.resume(co) "
		"coroutine.close(co)",
		"table.sort({3, 2, 1}, function() while true do end end)",
		"while true do pcall(coroutine.resume, coroutine.running()) "
		"end",
		"return ('x'):rep(100):gsub('x', function() while true do end "
		"end)",
		"load(function() while true do end end)",
	};

	for (size_t i = 0; i < sizeof(programs) / sizeof(*programs); i++)
		ends_without_trace(&few, programs[i], VERDICT_INSTRUCTIONS);
}

TEST(limits, instructions_are_counted_the_same_each_time)
{
	struct bench b;
	int least = 0;
	int most = 1000000;
	char text[80];

	/* find the longest loop that is allowed, twice */
	bench_open_with(&b, plain_module(), 2, &few);
	while (most - least > 1) {
		int middle = (least + most) / 2;

		snprintf(text, sizeof(text), "for i = 1, %d do n = i end",
		    middle);
		bench_run(&b, text);
		if (b.result.verdict == VERDICT_OK)
			least = middle;
		else
			most = middle;
	}
	bench_close(&b);
	CHECK(least > 300000);
	/* what a message costs beside depends on those before it */
	least -= 1000;
	most += 1000;
	for (unsigned lane = 3; lane < 6; lane++) {
		bench_open_with(&b, plain_module(), lane, &few);
		snprintf(text, sizeof(text), "for i = 1, %d do n = i end",
		    least);
		bench_ends(&b, text, VERDICT_OK);
		snprintf(text, sizeof(text), "for i = 1, %d do n = i end",
		    most);
		bench_ends(&b, text, VERDICT_INSTRUCTIONS);
		CHECK_TEXT(buf_text(&b.result.json),
		    "{\"Error\":\"too many instructions: the limit is "
		    "1000000\",\"verdict\":\"instructions\"}");
		bench_close(&b);
	}
}

TEST(limits, a_long_message_is_counted_and_goes_on)
{
	struct vm_limits limits = few;
	struct bench b;

	/* runs free for 5 ms, then again from its start */
	limits.instructions = 20000000;
	bench_open_with(&b, plain_module(), 2, &limits);
	GIVES(&b, "n = 0 return n", "0");
	GIVES(&b, "n = n + 1 for i = 1, 9000000 do end return n", "1");
	GIVES(&b, "n = n + 1 return n", "2");
	bench_ends(&b, "while true do end", VERDICT_INSTRUCTIONS);
	GIVES(&b, "return n", "2");
	bench_close(&b);
}

TEST(limits, hungry_programs_meet_the_memory_limit)
{
	static const char *const programs[] = {
		"local t = {} while true do t[#t + 1] = {} end",
		"local t = {} while true do pcall(function() "
		"t[#t + 1] = ('x'):rep(100000) .. #t end) end",
		"local s = 'x' while true do s = s .. s end",
		"return ('x'):rep(100000000)",
		"coroutine.wrap(function() local t = {} "
		"while true do t[#t + 1] = {} end end)()",
		"local t = {} while true do t[#t + 1] = "
		"coroutine.create(function() end) end",
		"return table.concat({('x'):rep(5000000), "
		"('x'):rep(3000000)})",
		"local t = {} for i = 1, 1e9 do t[i] = i end",
		"return ('x'):rep(1000000):gsub('x', 'yyyyyyyyyyyy')",
	};
	struct vm_limits limits = few;

	limits.instructions = 1000000000;
	for (size_t i = 0; i < sizeof(programs) / sizeof(*programs); i++)
		ends_without_trace(&limits, programs[i], VERDICT_MEMORY);
}

TEST(limits, memory_limit_is_named)
{
	struct bench b;

	bench_open_with(&b, plain_module(), 2, &few);
	CHECK_TEXT(bench_run(&b, "return ('x'):rep(1e8)"),
	    "{\"Error\":\"out of memory: the limit is 8 MiB\","
	    "\"verdict\":\"memory\"}");
	bench_close(&b);
}

TEST(limits, garbage_is_collected_before_memory_is_refused)
{
	struct vm_limits limits = few;
	struct bench b;

	limits.instructions = 20000000;
	bench_open_with(&b, plain_module(), 2, &limits);
	GIVES(&b,
	    "collectgarbage('stop') for i = 1, 40 do "
	    "local s = ('x'):rep(1000000 + i) end return 'fine'",
	    "fine");
	bench_close(&b);
}

TEST(limits, stack_overflow_is_an_error_of_the_program)
{
	struct vm_limits limits = vm_default_limits;
	struct bench b;

	bench_open_with(&b, plain_module(), 2, &limits);
	GIVES(&b,
	    "local function f() return 1 + f() end "
	    "local ok, e = pcall(f) return e:match('stack overflow')",
	    "stack overflow");
	GIVES(&b,
	    "local function f() return coroutine.wrap(f)() end "
	    "local ok, e = pcall(f) return e:match('C stack overflow')",
	    "C stack overflow");
	GIVES(&b,
	    "return (select(2, load(('('):rep(10000))):match('overflow') "
	    "or select(2, load(('('):rep(10000))):match('too many'))",
	    "overflow");
	bench_close(&b);
}

/* Lua bounds calls of C within calls, but each may be a large one, and
 * a coroutine that is closed begins to count anew. */
TEST(limits, no_recursion_overruns_the_c_stack)
{
	static const char *const programs[] = {
		"local f = require('json').encode "
		"xpcall(f, function(m) f({{m, f}}) end, f)",
		"local f = require('json').decode "
		"xpcall(f, function() f('{') end, '{')",
		"local t = {} for i = 1, 20000 do "
		"t[i] = coroutine.create(function() "
		"local c <close> = setmetatable({}, {__close = function() "
		"coroutine.close(t[i + 1]) end}) coroutine.yield() end) "
		"coroutine.resume(t[i]) end coroutine.close(t[1])",
		"local t = {} for i = 1, 20000 do "
		"t[i] = coroutine.wrap(function() "
		"local c <close> = setmetatable({}, {__close = function() "
		"t[i + 1]() end}) coroutine.yield() error('x') end) t[i]() end "
		"pcall(t[1])",
		"local d = require('json').decode "
		"local t = {} for i = 1, 99 do t[i] = coroutine.create(function() "
		"local c <close> = setmetatable({}, {__close = function() "
		"local n = 0 xpcall(d, function() n = n + 1 if n > 180 then "
		"coroutine.close(t[i + 1]) end d('{') end, '{') end}) "
		"coroutine.yield() end) "
		"coroutine.resume(t[i]) end coroutine.close(t[1])",
	};
	struct bench b;

	for (size_t i = 0; i < sizeof(programs) / sizeof(*programs); i++) {
		bench_open(&b, 2);
		bench_ends(&b, programs[i], VERDICT_OK);
		bench_close(&b);
	}
}

TEST(limits, a_few_coroutines_may_close_each_other)
{
	struct bench b;

	bench_open(&b, 2);
	GIVES(&b,
	    "n = 0 local function nest(i) if i == 0 then return end "
	    "local co = coroutine.create(function() "
	    "local c <close> = setmetatable({}, {__close = function() "
	    "n = n + 1 nest(i - 1) end}) coroutine.yield() end) "
	    "coroutine.resume(co) assert(coroutine.close(co)) end "
	    "nest(4) return n .. select(2, pcall(nest, 5)):match('C stack.*')",
	    "4C stack overflow");
	bench_close(&b);
}

TEST(limits, long_calls_meet_the_instruction_limit)
{
	static const char *const programs[] = {
		/* matching */
		"return ('a'):rep(40):find(('a*'):rep(30) .. 'b')",
		"return ('x'):rep(1e5):find('.-.-.-y')",
		"return ('x'):rep(1e5):match('(x*)*y')",
		"return ('('):rep(1e5):find('%b()')",
		"return ('x'):rep(1e5):gsub('.-y', '')",
		"return ('x'):rep(1e5):gsub(('x*'):rep(9) .. 'y', '')",
		"for w in ('x'):rep(1e5):gmatch('.-y') do end",
		"local s = ('ab'):rep(1e5) while true do "
		"s:find(('ab'):rep(100) .. 'c', 1, true) end",
		/* lengths that are only told */
		"return table.move({}, 1, 1 << 60, 2)",
		"local t = setmetatable({}, {__len = function() "
		"return 1 << 60 end}) table.insert(t, 1, 0)",
		"local t = setmetatable({}, {__len = function() "
		"return 1 << 60 end}) table.remove(t, 1)",
		"local t = setmetatable({}, {__len = function() "
		"return 1 << 60 end, __index = function() return '' end}) "
		"return table.concat(t)",
		/* many values at once */
		"while true do table.unpack({}, 1, 1e5) end",
		"local s = ('x'):rep(1e5) while true do s:byte(1, -1) end",
		"local function f(...) while true do local n = select('#', "
		"...) end end f(table.unpack({}, 1, 2e4))",
		"local t = {} for i = 1, 1e4 do t[i] = i end "
		"while true do pairs(t) end",
		"local t = {} for i = 1, 1e4 do t[i] = -i end "
		"while true do table.sort(t) end",
		/* long texts */
		"local s = ('x'):rep(1e6) while true do local t = s:upper() "
		"end",
		"local s = ('x'):rep(1e6) while true do s:reverse() end",
		"local s = ('x'):rep(1e5) while true do ('%q'):format(s) end",
		"while true do string.pack('c1000000', '') end",
		"local s = ('x'):rep(1e6) while true do utf8.len(s) end",
		"local s = ('x'):rep(1e6) while true do utf8.offset(s, 1e6) "
		"end",
		"local s = 'x' .. ('\\x80'):rep(1e6) while true do "
		"utf8.offset(s, 2) end",
		"local s = 'x' .. ('\\x80'):rep(1e6) local f = utf8.codes(s) "
		"while true do pcall(f, s, 1) end",
		"local s = ('1'):rep(1e5) while true do local n = s + 0 end",
		"local s = ('1'):rep(1e5) while true do tonumber(s, 10) end",
		"local s = ('a = 1 '):rep(1e4) while true do load(s) end",
		"local t = {} for i = 1, 9000 do t[i] = '::l' .. i .. '::' "
		"end return load(table.concat(t))",
		"while true do load(function() return ('a '):rep(1e4) end) end",
		"local j = require('json') local s = j.encode({('x'):rep(1e5)})"
		" while true do j.decode(s) end",
		"local j = require('json') local t = {('x'):rep(1e5)} "
		"while true do j.encode(t) end",
		/* the collector */
		"while true do collectgarbage() end",
		"while true do collectgarbage('step') end",
		"while true do collectgarbage('generational') "
		"collectgarbage('incremental') end",
		"collectgarbage('incremental', 1, 1000, 1) "
		"while true do local t = {} end",
		"collectgarbage('setpause', 0) while true do local t = {} end",
		"collectgarbage('incremental', 1 << 31, 1 << 31) "
		"while true do local t = {} end",
		"collectgarbage('generational', 1, 1) "
		"while true do local t = {} end",
		"while true do debug.traceback() end",
		"while true do pcall(error, {}) end",
		"while true do local x = math.tan(1e300) ^ 1.37 end",
		"setmetatable({}, {__gc = function() while true do end end}) "
		"collectgarbage()",
		"setmetatable({}, {__gc = function() while true do pcall("
		"function() while true do end end) end end}) collectgarbage()",
		"while true do setmetatable({}, {__gc = function(o) "
		"setmetatable(o, getmetatable(o)) error(o) end}) end",
		"setmetatable({}, {__gc = function() return ('a'):rep(40):find("
		"('a*'):rep(30) .. 'b') end}) collectgarbage()",
		/* what looks like one step */
		"local t = {} for i = 1, 1900 do t = setmetatable({}, "
		"{__index = t}) end while true do local x = t.x end",
		"local t = setmetatable({}, {__tostring = function() "
		"while true do end end}) error(t)",
		"while true do pcall(error, setmetatable({}, {__index = "
		"error, __tostring = error, __name = {}})) end",
		"while true do xpcall(error, function(m) error(m) end) end",
		"local t = {} setmetatable(t, {__call = t}) t()",
		"while true do string.format('%.99f', 1e308) end",
		"local a, b = 1e308, 3e-308 while true do local c = a % b "
		"c = math.fmod(a, b) end",
	};

	for (size_t i = 0; i < sizeof(programs) / sizeof(*programs); i++)
		ends_without_trace(&few, programs[i], VERDICT_INSTRUCTIONS);
}

TEST(limits, finalizers_are_as_in_stock)
{
	struct bench b;

	bench_open(&b, 2);
	GIVES(&b,
	    "local m = {__gc = function(o) n = o.n end} "
	    "setmetatable({n = 5}, m) collectgarbage() "
	    "return n .. tostring(m.__gc == getmetatable("
	    "setmetatable({}, m)).__gc)",
	    "5true");
	/* the one that is there when it is due, whatever that is */
	GIVES(&b,
	    "local m = {__gc = true} do setmetatable({}, m) end "
	    "m.__gc = function() k = 6 end collectgarbage() return k",
	    "6");
	GIVES(&b, "setmetatable({}, {__gc = 5}) collectgarbage() return 'fine'",
	    "fine");
	GIVES(&b,
	    "setmetatable({}, {__gc = function() error('x') end}) "
	    "setmetatable({}, {__gc = function() coroutine.yield() end}) "
	    "setmetatable({}, {__gc = function() k = tostring(collectgarbage()) end}) "
	    "collectgarbage() return k",
	    "nil");
	/* what it leaves open is closed */
	GIVES(&b,
	    "setmetatable({}, {__gc = function() local c <close> = "
	    "setmetatable({}, {__close = function() n = 'closed' end}) "
	    "error('x') end}) collectgarbage() return n",
	    "closed");
	/* many at once take no memory each */
	GIVES(&b,
	    "n = 0 local m = {__gc = function() n = n + 1 end} "
	    "for i = 1, 200000 do setmetatable({}, m) end "
	    "collectgarbage() return n",
	    "200000");
	GIVES(&b,
	    "setmetatable({}, {__gc = function() n = 'again' end}) "
	    "collectgarbage() return n",
	    "again");
	/* also when it is due in a coroutine */
	GIVES(&b,
	    "return coroutine.wrap(function() setmetatable({}, {__gc = "
	    "function() n = 'run' end}) collectgarbage() "
	    "return n end)()",
	    "run");
	bench_close(&b);
}

TEST(limits, what_no_call_charges_meets_the_time_limit)
{
	struct vm_limits limits = vm_default_limits;

	limits.instructions = UINT64_MAX;
	limits.time_ns = 20000000;
	ends_without_trace(&limits, "while true do end", VERDICT_TIME);
	ends_without_trace(&limits,
	    "return ('a'):rep(40):find(('a*'):rep(30) .. 'b')", VERDICT_TIME);
}

TEST(limits, a_replay_takes_the_time_that_it_needs)
{
	static const char text[] =
	    "local s = ('x'):rep(500) return tostring(s:find('.-.-y'))";
	struct vm_limits limits = vm_default_limits;
	struct bench b;

	limits.time_ns = 1000000;
	bench_open_with(&b, plain_module(), 2, &limits);
	bench_ends(&b, text, VERDICT_TIME);
	bench_evaluate(&b, span_text(text),
	    (struct evaluation){ .replay = true });
	CHECK_INT(b.result.verdict, VERDICT_OK);
	bench_close(&b);
}

TEST(limits, impossible_sizes_are_refused)
{
	struct bench b;

	bench_open(&b, 2);
	GIVES(&b, "return select(2, pcall(string.rep, 'x', 1 << 62))",
	    "resulting string too large");
	GIVES(&b, "return #(''):rep(1 << 62)", "0");
	GIVES(&b, "return (select('#', pcall(table.unpack, {}, 1, 1e8)))", "2");
	bench_close(&b);
}

TEST(limits, output_is_limited)
{
	struct vm_limits limits = few;
	struct bench b;

	limits.memory = vm_default_limits.memory;
	bench_open_with(&b, plain_module(), 2, &limits);
	GIVES(&b, "n = 1 return n", "1");
	CHECK_TEXT(bench_run(&b, "n = 2 return ('x'):rep(1500000)"),
	    "{\"Error\":\"result too large: the limit is 1 MiB\","
	    "\"verdict\":\"output\"}");
	CHECK_INT(b.result.verdict, VERDICT_OUTPUT);
	GIVES(&b, "return n", "1");
	bench_close(&b);
}

TEST(limits, entries_of_a_result_are_limited)
{
	static const char text[] =
	    "{\"Error\":\"too many messages, spawns and assignments: the "
	    "limit is 100\",\"verdict\":\"output\"}";
	struct bench b;

	bench_open_with(&b, plain_module(), 2, &few);
	bench_run(&b, "n = 1 L = {} for i = 1, 51 do L[i] = {} end");
	CHECK_TEXT(
	    bench_run(&b,
		"n = 2 return { answer = { Messages = L, Spawns = L } }"),
	    text);
	CHECK_INT(b.result.verdict, VERDICT_OUTPUT);
	CHECK_TEXT(bench_dry(&b,
		       "return { answer = { Assignments = L, "
		       "Spawns = L } }"),
	    text);
	bench_run(&b,
	    "L[51] = nil return { answer = { Messages = L, Spawns = L } }");
	CHECK_INT(b.result.verdict, VERDICT_OK);
	GIVES(&b, "return n", "1");
	bench_close(&b);
}

TEST(limits, a_module_that_needs_more_than_there_is_is_refused)
{
	struct vm_limits limits = few;
	struct error err;
	struct vm *vm;

	limits.memory = 10000;
	CHECK_INT(machine_ops.open(plain_module(), 2, &limits, &vm, &err), -1);
	CHECK_INT(err.code, ERR_LIMIT);
	CHECK(strstr(err.text, "memory limit is 10000"));
}

/* Interrupts the vm until it is told that this has done its work. */
struct hand {
	struct vm *vm;
	atomic_bool done;
};

static void *
interrupt_until_done(void *arg)
{
	struct hand *h = arg;

	while (!atomic_load(&h->done)) {
		h->vm->ops->interrupt(h->vm);
		sched_yield();
	}
	return NULL;
}

TEST(limits, another_thread_interrupts)
{
	static const char *const programs[] = {
		"n = 5 while true do end",
		"n = 5 while true do pcall(string.rep, 'x', 10) end",
		"n = 5 while true do local x = math.sin(1) ^ 3.3 end",
		"n = 5 local t = {} while true do t = {t} t = {} end",
	};
	struct bench b;

	for (size_t i = 0; i < sizeof(programs) / sizeof(*programs); i++) {
		struct hand h = { 0 };
		pthread_t thread;
		struct error err;

		bench_open(&b, 2);
		GIVES(&b, "n = 1 return n", "1");
		h.vm = b.vm;
		CHECK_OK(thread_start(&thread, "interrupts",
			     interrupt_until_done, &h, &err),
		    err);
		bench_ends(&b, programs[i], VERDICT_INTERRUPTED);
		atomic_store(&h.done, true);
		thread_join(thread);
		CHECK_TEXT(buf_text(&b.result.json),
		    "{\"Error\":\"interrupted\","
		    "\"verdict\":\"interrupted\"}");
		GIVES(&b, "return n", "1");
		bench_close(&b);
	}
}

TEST(limits, a_late_interrupt_hits_nothing)
{
	struct bench b;

	bench_open(&b, 2);
	b.vm->ops->interrupt(b.vm);
	GIVES(&b, "return 1", "1");
	b.vm->ops->interrupt(b.vm);
	GIVES(&b, "return 2", "2");
	bench_close(&b);
}

/* Evaluates in its own lane in a thread of its own. */
static void *
count_in_lane(void *arg)
{
	struct bench *b = arg;

	for (int i = 0; i < 50; i++) {
		bench_run(b, "n = (n or 0) + 1 x = math.sin(n) ^ 1.5 return n");
		bench_run(b, "n = 0 while true do end");
	}
	bench_run(b, "return n");
	return NULL;
}

TEST(limits, threads_do_not_meet)
{
	struct vm_limits limits = few;
	struct bench b[3];
	pthread_t threads[3];
	struct error err;

	limits.instructions = 5000000;
	for (unsigned i = 0; i < 3; i++)
		bench_open_with(&b[i], plain_module(), 10 + i, &limits);
	for (unsigned i = 0; i < 3; i++)
		CHECK_OK(thread_start(&threads[i], "lane", count_in_lane, &b[i],
			     &err),
		    err);
	for (unsigned i = 0; i < 3; i++) {
		thread_join(threads[i]);
		CHECK_TEXT(buf_text(&b[i].result.json),
		    "{\"Assignments\":[],\"Messages\":[],\"Output\":\"50\","
		    "\"Spawns\":[]}");
		bench_close(&b[i]);
	}
}

/* What a run gives must not tell whether its instructions were counted. */
TEST(limits, counting_does_not_show)
{
	static const char *const programs[] = {
		/* to the end of Lua's stack, most of it taken beforehand */
		"local n = 0 local function f() n = n + 1 return 1 + f() end "
		"local function g(...) pcall(f) return n end "
		"return g(('x'):rep(998000):byte(1, -1))",
		"local n = 0 local function f() n = n + 1 return pcall(f) end "
		"f() return n",
		"local t = {} for i = 1, 200 do t[i] = coroutine.wrap(function() "
		"local function f(d) if d > 0 then return 1 + f(d - 1) end "
		"coroutine.yield() return 0 end return f(i) end) t[i]() end "
		"return collectgarbage('count')",
		"local n = 0 for i = 1, 300 do setmetatable({}, {__gc = "
		"function() for j = 1, 5 do n = n + 1 end end}) end "
		"return n .. ' ' .. collectgarbage('count')",
		"return debug.traceback() .. collectgarbage('count')",
	};
	struct vm_limits counted = vm_default_limits;
	struct bench a;
	struct bench b;

	/* so few are counted from the start */
	counted.instructions = 7900000;
	bench_open_with(&a, plain_module(), 2, &counted);
	bench_open_with(&b, plain_module(), 3, &vm_default_limits);
	for (size_t i = 0; i < sizeof(programs) / sizeof(*programs); i++) {
		bench_ends(&a, programs[i], VERDICT_OK);
		bench_ends(&b, programs[i], VERDICT_OK);
		CHECK_TEXT(buf_text(&a.result.json), buf_text(&b.result.json));
	}
	bench_close(&a);
	bench_close(&b);
}

TEST(limits, instructions_are_counted_exactly)
{
	static const char loop[] = "for i = 1, %d do end";
	struct bench b;
	char text[80];
	int least = 0;
	int most = 10000000;

	/* each round is one instruction */
	bench_open_with(&b, plain_module(), 2, &few);
	while (most - least > 1) {
		int middle = (least + most) / 2;

		snprintf(text, sizeof(text), loop, middle);
		bench_close(&b);
		bench_open_with(&b, plain_module(), 2, &few);
		bench_run(&b, text);
		if (b.result.verdict == VERDICT_OK)
			least = middle;
		else
			most = middle;
	}
	bench_close(&b);
	CHECK(least > 990000 && least < 1000000);
	for (unsigned lane = 3; lane < 6; lane++) {
		bench_open_with(&b, plain_module(), lane, &few);
		snprintf(text, sizeof(text), loop, most);
		bench_ends(&b, text, VERDICT_INSTRUCTIONS);
		snprintf(text, sizeof(text), loop, least);
		bench_ends(&b, text, VERDICT_OK);
		bench_close(&b);
	}
}

TEST(limits, a_node_allows_less_than_the_process_may)
{
	struct vm_limits limits = few;
	struct bench b;

	limits.node_instructions = 100000;
	limits.node_memory = 4 << 20;
	ends_without_trace(&limits, "while true do end", VERDICT_COMPUTE);
	ends_without_trace(&limits, "return table.move({}, 1, 1 << 60, 2)",
	    VERDICT_COMPUTE);
	/* what is written costs instructions, too */
	limits.node_instructions = 0;
	ends_without_trace(&limits, "return ('x'):rep(5 << 20)",
	    VERDICT_MEMORY);
	bench_open_with(&b, plain_module(), 2, &limits);
	CHECK_TEXT(bench_run(&b, "return ('x'):rep(5 << 20)"),
	    "{\"Error\":\"out of memory: this node's limit is 4 MiB\","
	    "\"verdict\":\"memory\"}");
	bench_close(&b);
	limits.node_instructions = 100000;
	bench_open_with(&b, plain_module(), 2, &limits);
	CHECK_TEXT(bench_run(&b, "while true do end"),
	    "{\"Error\":\"too many instructions: this node's limit is "
	    "100000\",\"verdict\":\"compute\"}");
	bench_close(&b);
}

TEST(limits, the_lower_one_is_named)
{
	struct vm_limits limits = few;
	struct bench b;

	limits.node_instructions = 2000000;
	limits.node_memory = 16 << 20;
	bench_open_with(&b, plain_module(), 2, &limits);
	bench_ends(&b, "while true do end", VERDICT_INSTRUCTIONS);
	CHECK_TEXT(bench_run(&b, "return ('x'):rep(1e8)"),
	    "{\"Error\":\"out of memory: the limit is 8 MiB\","
	    "\"verdict\":\"memory\"}");
	bench_close(&b);
}

/* Once more, as slots are whose log says that they ended well. */
static void
replay(struct bench *b, const char *text)
{
	bench_evaluate(b, span_text(text),
	    (struct evaluation){ .replay = true });
	b->assignment.slot++;
}

/* Also where garbage is collected since the process's own memory ends. */
TEST(limits, what_a_node_allows_changes_no_replay)
{
	static const char *const texts[] = {
		"n = 0 m = {__gc = function() n = n + 1 end} return n",
		"collectgarbage('stop') for i = 1, 40 do "
		"setmetatable({}, m) local s = ('x'):rep(1000000 + i) end "
		"return n > 0 and n",
		"for i = 1, 100000 do t = i end return n",
		"return ('x'):rep(200000)",
		"return { answer = { Messages = {{}, {}}, Spawns = {}, "
		"Assignments = {} } }",
		"collectgarbage('restart') return n .. ' ' "
		".. collectgarbage('count')",
	};
	struct vm_limits limits = few;
	struct vm_limits least;
	struct bench first;
	struct bench again;

	limits.instructions = 50000000;
	least = limits;
	least.node_instructions = 1000;
	least.node_memory = 1;
	least.time_ns = 1;
	least.output = 10;
	least.outbox = 1;
	bench_open_with(&first, plain_module(), 2, &limits);
	bench_open_with(&again, plain_module(), 3, &least);
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		bench_ends(&first, texts[i], VERDICT_OK);
		replay(&again, texts[i]);
		CHECK_INT(again.result.verdict, VERDICT_OK);
		CHECK_TEXT(buf_text(&again.result.json),
		    buf_text(&first.result.json));
	}
	/* its own limits are an end in either */
	bench_ends(&first, "while true do end", VERDICT_INSTRUCTIONS);
	replay(&again, "while true do end");
	CHECK_INT(again.result.verdict, VERDICT_INSTRUCTIONS);
	/* what was replayed is there when it is laid out once more */
	bench_ends(&first, texts[5], VERDICT_OK);
	replay(&again, texts[5]);
	CHECK_TEXT(buf_text(&again.result.json), buf_text(&first.result.json));
	bench_close(&first);
	bench_close(&again);
}

/* What the machine's texts are told by; its seed is no secret. */
static unsigned
text_hash(const char *text)
{
	size_t len = strlen(text);
	unsigned h = 0x616f2d31 ^ (unsigned)len;

	while (len-- > 0)
		h ^= (h << 5) + (h >> 2) + (uint8_t)text[len];
	return h;
}

/* "{"…":1,…}" of n keys that are in one chain, in two lengths of text. */
static struct buf
colliding_json(unsigned n)
{
	static const char *const forms[] = { "%u", "key-%u" };
	struct buf b = BUF_INIT;

	buf_add_text(&b, "{");
	for (unsigned i = 0, found = 0; found < n; i++) {
		char key[24];

		snprintf(key, sizeof(key), forms[i % 2], 100000000 + i);
		if (text_hash(key) & 0x7fff)
			continue;
		buf_printf(&b, "%s\"%s\":1", found ? "," : "", key);
		found++;
	}
	buf_add_text(&b, "}");
	return b;
}

TEST(limits, keys_that_were_made_to_collide_end_soon)
{
	struct buf json = colliding_json(300);
	struct buf text = BUF_INIT;
	struct bench b;

	buf_printf(&text, "require('json').decode('%s')", buf_text(&json));
	ends_without_trace(&vm_default_limits, buf_text(&text),
	    VERDICT_INSTRUCTIONS);
	/* by chance there are as many and more: they are nothing */
	bench_open_with(&b, plain_module(), 2, &vm_default_limits);
	GIVES(&b,
	    "t = {} for i = 1, 100000 do t['key' .. i] = i t[i .. ''] = i "
	    "t[('%08x'):format(i * 4099)] = i t[i / 7 .. ''] = i end "
	    "return require('json').decode(require('json').encode("
	    "{[t] = nil, a = 1})).a",
	    "1");
	bench_close(&b);
	buf_release(&json);
	buf_release(&text);
}

TEST(limits, numbers_that_share_a_chain_are_charged)
{
	struct vm_limits limits = few;
	struct bench b;

	limits.instructions = 20000000;
	bench_open_with(&b, plain_module(), 2, &limits);
	GIVES(&b, "t = {} for i = 1, 500 do t[i * 1023] = i end return #t",
	    "0");
	bench_ends(&b,
	    "t = {} for i = 1, 16000 do t[i * 0x7fff * 0x3fff * 0x1fff] = i end",
	    VERDICT_INSTRUCTIONS);
	bench_close(&b);
}

TEST(limits, a_walk_is_charged_by_what_it_passes)
{
	struct vm_limits limits = few;
	struct bench b;

	limits.instructions = 4000000;
	bench_open_with(&b, plain_module(), 2, &limits);
	GIVES(&b,
	    "t = {} for i = 1, 20000 do t['k' .. i] = 1 end "
	    "for k in next, t do t[k] = nil end return next(t)",
	    "nil");
	GIVES(&b, "return next(t) or next(t)", "nil");
	bench_ends(&b, "for i = 1, 500 do next(t) end", VERDICT_INSTRUCTIONS);
	bench_ends(&b, "for i = 1, 500 do pairs(t) end", VERDICT_INSTRUCTIONS);
	bench_ends(&b,
	    "local json = require('json') for i = 1, 500 do json.encode(t) end",
	    VERDICT_INSTRUCTIONS);
	/* a list, too, and a walk that clears what it comes to */
	GIVES(&b,
	    "t = {} for i = 1, 30000 do t[i] = i end "
	    "for i = 1, 30000 do t[i] = nil end return next(t)",
	    "nil");
	bench_ends(&b, "for i = 1, 500 do next(t) end", VERDICT_INSTRUCTIONS);
	GIVES(&b,
	    "t = {} for i = 1, 20000 do t[i .. ''] = {} end "
	    "return next(t) ~= nil",
	    "true");
	GIVES(&b,
	    "for k in next, t do t[k] = nil local x = {{}, {}} end "
	    "return next(t)",
	    "nil");
	bench_close(&b);
}

TEST(limits, what_is_searched_for_names_is_charged)
{
	static const char *const programs[] = {
		"r = r or string.rep string.rep = nil "
		"for i = 1, 500 do pcall(r) end",
		"for i = 1, 500 do debug.traceback() end",
	};
	struct vm_limits limits = few;
	struct bench b;

	limits.instructions = 20000000;
	bench_open_with(&b, plain_module(), 2, &limits);
	bench_ends(&b, "f = load(('\\nx=1'):rep(30000))", VERDICT_OK);
	bench_ends(&b, "for i = 1, 20 do debug.getinfo(f, 'L') end",
	    VERDICT_OK);
	bench_ends(&b, "for i = 1, 1000 do debug.getinfo(f, 'L') end",
	    VERDICT_INSTRUCTIONS);
	for (size_t i = 0; i < 2; i++)
		bench_ends(&b, programs[i], VERDICT_OK);
	bench_ends(&b,
	    "local x = {} for i = 1, 20000 do x[i .. ''] = i end "
	    "package.loaded['a'] = x",
	    VERDICT_OK);
	for (size_t i = 0; i < 2; i++)
		bench_ends(&b, programs[i], VERDICT_INSTRUCTIONS);
	bench_close(&b);
}

TEST(limits, a_module_is_charged_by_what_is_searched_and_read)
{
	struct buf module = make_module(".large", "");
	struct bench b;

	for (int i = 0; i < 2000; i++)
		buf_printf(&module, ".f%d 0\n", i);
	bench_open_with(&b, buf_span(&module), 2, &few);
	GIVES(&b, "return pcall(require, 'nobody')", "false");
	bench_ends(&b, "for i = 1, 50 do pcall(require, 'nobody') end",
	    VERDICT_INSTRUCTIONS);
	bench_close(&b);
	buf_release(&module);
}

/* Opens what never ends loading. */
struct opener {
	atomic_bool begun;
	atomic_bool done;
	int status;
	struct error err;
};

static const char endless_module[] = ".process 17\nwhile true do end";

static void *
open_endless(void *arg)
{
	struct opener *o = arg;
	struct vm *vm;

	atomic_store(&o->begun, true);
	o->status = machine_ops.open(span_text(endless_module), 3,
	    &vm_default_limits, &vm, &o->err);
	atomic_store(&o->done, true);
	return NULL;
}

TEST(limits, a_module_that_never_ends_loading_is_in_nobodys_way)
{
	struct buf module = make_module(".another", "return { 1, {}, 'x' }");
	struct opener o = { .status = 0 };
	struct buf beside;
	struct buf alone;
	pthread_t thread;
	struct bench another;
	struct bench b;
	struct error err;

	bench_open_with(&b, plain_module(), 2, &few);
	CHECK_OK(thread_start(&thread, "opens", open_endless, &o, &err), err);
	while (!atomic_load(&o.begun))
		sched_yield();
	for (int i = 0; i < 20; i++) {
		struct bench other;

		bench_open_with(&other, plain_module(), 4, &few);
		GIVES(&other, "return 1", "1");
		bench_close(&other);
	}
	/* one that nobody has made yet, beside it in other lanes */
	bench_open_with(&another, buf_span(&module), 4, &few);
	beside = bench_image(&another);
	bench_close(&another);
	CHECK(!atomic_load(&o.done));
	thread_join(thread);
	CHECK_INT(o.status, -1);
	CHECK_INT(o.err.code, ERR_LIMIT);
	bench_close(&b);
	/* where it was made does not show */
	bench_open_with(&another, buf_span(&module), 4, &few);
	alone = bench_image(&another);
	bench_close(&another);
	CHECK(span_equal(buf_span(&alone), buf_span(&beside)));
	buf_release(&alone);
	buf_release(&beside);
	buf_release(&module);
}

TEST(limits, opening_is_given_up_when_it_is_told_to)
{
	atomic_bool stop = true;
	struct vm_limits limits = vm_default_limits;
	struct error err;
	struct vm *vm;

	limits.stop = &stop;
	/* of what it says then no process is broken */
	CHECK_INT(
	    machine_ops.open(span_text(endless_module), 3, &limits, &vm, &err),
	    -1);
	CHECK_INT(err.code, ERR_INTERRUPTED);
	CHECK(!vm_fails_for_good(&err));
	/* with nobody to tell it is the module's own fault */
	limits.stop = NULL;
	CHECK_INT(
	    machine_ops.open(span_text(endless_module), 3, &limits, &vm, &err),
	    -1);
	CHECK_INT(err.code, ERR_LIMIT);
}
