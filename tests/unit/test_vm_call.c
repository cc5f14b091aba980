/* Calls with JSON: what they give, and what stays of them. */
#include "machine.h"

struct caller {
	struct vm *vm;
	struct vm_answer answer;
};

static void
caller_open(struct caller *c, uint64_t instructions)
{
	struct vm_limits limits = vm_default_limits;
	struct error err;

	limits.instructions = instructions;
	limits.memory = 16 << 20;
	memset(c, 0, sizeof(*c));
	CHECK_OK(machine_ops.open(plain_module(), 3, &limits, &c->vm, &err),
	    err);
}

static void
caller_close(struct caller *c)
{
	c->vm->ops->close(c->vm);
	buf_release(&c->answer.text);
}

/* Run Lua text, in which there is nothing to be escaped in JSON. */
static const char *
run_with(struct caller *c, const char *text, struct vm_call call)
{
	struct buf msg = BUF_INIT;
	struct error err;

	buf_printf(&msg, "{\"Data\":\"%s\",\"Timestamp\":86400000}", text);
	call.args[0] = buf_span(&msg);
	call.args[1] = span_text("{\"Process\":{\"Id\":\"P\"}}");
	CHECK_OK(c->vm->ops->call(c->vm, &call, &c->answer, &err), err);
	buf_release(&msg);
	return buf_text(&c->answer.text);
}

static const char *
run(struct caller *c, const char *text)
{
	return run_with(c, text, (struct vm_call){ VM_HANDLE });
}

/* The Output of a text. */
#define SAYS(c, text, output) \
	CHECK_TEXT(run((c), (text)), "{\"Output\":\"" output "\"}")

TEST(vm_call, arguments_are_json_and_the_answer_is_as_it_was_given)
{
	struct caller c;

	caller_open(&c, 1000000000);
	SAYS(&c, "return E.Process.Id .. M.Timestamp", "P86400000");
	CHECK_TEXT(run(&c, "return { answer = { B = {}, A = { 1, 2 } } }"),
	    "{\"A\":[1,2],\"B\":[]}");
	CHECK_INT(c.answer.verdict, VERDICT_OK);
	CHECK(!c.answer.failed);
	CHECK_TEXT(run(&c, "return string.char(97, 255)"),
	    "{\"Output\":\"a\xef\xbf\xbd\"}");
	SAYS(&c, "return os.date('%d')", "02");
	caller_close(&c);
}

TEST(vm_call, an_error_that_was_raised_is_told_and_its_traces_stay)
{
	struct caller c;

	caller_open(&c, 1000000000);
	CHECK_TEXT(run(&c, "x = 1 error('no', 0)"), "no");
	CHECK_INT(c.answer.verdict, VERDICT_ERROR);
	CHECK(c.answer.failed);
	SAYS(&c, "return x", "1");
	run_with(&c, "x = 2 error('no')", (struct vm_call){ .rollback = true });
	SAYS(&c, "return x", "1");
	CHECK_TEXT(run(&c, "x = 3 return { answer = { 1, 2, a = 1 } }"),
	    "invalid table: mixed or invalid key types");
	CHECK_INT(c.answer.verdict, VERDICT_ERROR);
	SAYS(&c, "return x", "3");
	caller_close(&c);
}

TEST(vm_call, an_answer_may_tell_of_an_error)
{
	static const char fails[] = "x = 1 return { answer = { Error = 'e' } }";
	struct caller c;

	caller_open(&c, 1000000000);
	CHECK_TEXT(run_with(&c, fails, (struct vm_call){ .rollback = true }),
	    "{\"Error\":\"e\"}");
	CHECK_INT(c.answer.verdict, VERDICT_OK);
	CHECK(c.answer.failed);
	SAYS(&c, "return x", "nil");
	run(&c, fails);
	SAYS(&c, "return x", "1");
	caller_close(&c);
}

TEST(vm_call, a_call_can_be_dropped)
{
	struct caller c;

	caller_open(&c, 1000000000);
	run(&c, "x = 1");
	for (int i = 0; i < 3; i++)
		CHECK_TEXT(run_with(&c, "x = x + 1 return x",
			       (struct vm_call){ .drop = true }),
		    "{\"Output\":\"2\"}");
	SAYS(&c, "return x", "1");
	caller_close(&c);
}

/* The calls before have not been copied out yet. */
TEST(vm_call, a_limit_puts_back_that_call_alone)
{
	struct caller c;

	caller_open(&c, 1000000);
	for (int i = 0; i < 50; i++)
		run(&c, "x = (x or 0) + 1");
	CHECK_TEXT(run(&c, "x = 0 while true do end"),
	    "too many instructions: the limit is 1000000");
	CHECK_INT(c.answer.verdict, VERDICT_INSTRUCTIONS);
	SAYS(&c, "return x", "50");
	CHECK_TEXT(run(&c, "x = 0 return ('x'):rep(1 << 25)"),
	    "out of memory: the limit is 16 MiB");
	SAYS(&c, "return x", "50");
	caller_close(&c);
}

TEST(vm_call, a_run_that_is_counted_after_all_starts_behind_the_last_call)
{
	struct caller c;

	caller_open(&c, 100000000);
	for (int i = 0; i < 20; i++)
		run(&c, "x = (x or 0) + 1");
	SAYS(&c, "for i = 1, 20000000 do end x = x + 1 return x", "21");
	SAYS(&c, "return x", "21");
	caller_close(&c);
}

TEST(vm_call, another_state_in_the_same_lane_disturbs_nothing)
{
	struct caller a;
	struct caller b;

	caller_open(&a, 1000000000);
	caller_open(&b, 1000000000);
	for (int i = 0; i < 30; i++) {
		run(&a, "x = (x or 0) + 1");
		if (i % 3 == 0)
			run(&b, "x = (x or 0) + 1");
	}
	SAYS(&a, "return x", "30");
	SAYS(&b, "return x", "10");
	caller_close(&a);
	caller_close(&b);
}

/* The image, once it is taken, is the one of a machine that took it always. */
TEST(vm_call, what_is_deferred_gives_the_same_state)
{
	static const char text[] = "t = t or {} t[#t + 1] = { #t, tostring(t) }"
				   " return tostring(t[#t])";
	struct buf first = BUF_INIT;

	for (int round = 0; round < 2; round++) {
		struct caller c;

		caller_open(&c, 1000000000);
		for (int i = 0; i < 40; i++) {
			run(&c, text);
			if (round == 1)
				run_with(&c, "t = nil",
				    (struct vm_call){ .drop = true });
		}
		run(&c, text);
		if (round == 0)
			buf_add_span(&first, buf_span(&c.answer.text));
		else
			CHECK_TEXT(buf_text(&c.answer.text), buf_text(&first));
		caller_close(&c);
	}
	buf_release(&first);
}

TEST(vm_call, evaluations_and_calls_see_one_state)
{
	struct caller c = { 0 };
	struct bench b;

	bench_open(&b, 3);
	c.vm = b.vm;
	run(&c, "x = 1");
	bench_run(&b, "x = x + 1");
	run(&c, "x = x + 1");
	bench_dry(&b, "x = 9");
	GIVES(&b, "return x", "3");
	SAYS(&c, "return x", "3");
	buf_release(&c.answer.text);
	bench_close(&b);
}

TEST(vm_call, a_chunk_may_be_a_module)
{
	struct vm_call call = { VM_CHUNK,
		{ span_text("return { n = 7 }"), span_text("lib/m.lua"),
		    span_text("m") } };
	struct error err;
	struct caller c;

	caller_open(&c, 1000000000);
	CHECK_OK(c.vm->ops->call(c.vm, &call, &c.answer, &err), err);
	CHECK_INT(c.answer.verdict, VERDICT_OK);
	SAYS(&c, "return require('m').n", "7");
	call.args[0] = span_text("\nerror('no')");
	CHECK_OK(c.vm->ops->call(c.vm, &call, &c.answer, &err), err);
	CHECK_INT(c.answer.verdict, VERDICT_ERROR);
	CHECK_TEXT(buf_text(&c.answer.text), "[string \"lib/m.lua\"]:2: no");
	call.args[0] = span_text("x = = 1");
	CHECK_OK(c.vm->ops->call(c.vm, &call, &c.answer, &err), err);
	CHECK_TEXT(buf_text(&c.answer.text),
	    "[string \"lib/m.lua\"]:1: unexpected symbol near '='");
	caller_close(&c);
}

TEST(vm_call, what_is_no_json_is_an_error_of_the_call)
{
	struct vm_call call = { VM_HANDLE,
		{ span_text("{\"Data\":"), span_text("{}") } };
	struct error err;
	struct caller c;

	caller_open(&c, 1000000000);
	CHECK_OK(c.vm->ops->call(c.vm, &call, &c.answer, &err), err);
	CHECK_INT(c.answer.verdict, VERDICT_ERROR);
	CHECK_TEXT(buf_text(&c.answer.text),
	    "unexpected character '' at line 1 col 9");
	call.entry = VM_COMPUTE;
	call.args[0] = span_text("{}");
	CHECK_OK(c.vm->ops->call(c.vm, &call, &c.answer, &err), err);
	CHECK_TEXT(buf_text(&c.answer.text), "attempt to call a nil value");
	caller_close(&c);
}
