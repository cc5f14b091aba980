#include "base/clock.h"
#include "machine.h"

TEST(vm, keeps_its_state)
{
	struct bench b;

	bench_open(&b, 0);
	GIVES(&b, "n = 1 return n", "1");
	GIVES(&b, "n = n + 1 return n", "2");
	GIVES(&b, "n = n + 1 return n", "3");
	bench_close(&b);
}

TEST(vm, forgets_failed_messages_and_dry_runs)
{
	struct bench b;

	bench_open(&b, 0);
	GIVES(&b, "n = 1 return n", "1");
	bench_ends(&b, "n = 5 error('x', 0)", VERDICT_ERROR);
	CHECK_TEXT(buf_text(&b.result.json), "{\"Error\":\"x\"}");
	GIVES(&b, "return n", "1");
	bench_ends(&b, "n = 6 return { answer = { Error = 'y' } }",
	    VERDICT_ERROR);
	CHECK_TEXT(buf_text(&b.result.json), "{\"Error\":\"y\"}");
	bench_dry(&b, "n = 7 return n");
	CHECK_INT(b.result.verdict, VERDICT_OK);
	GIVES(&b, "return n", "1");
	bench_close(&b);
}

/* As a message from the owner to the built-in library. */
static void
bench_open_builtin(struct bench *b, unsigned lane)
{
	bench_open_with(b, vm_builtin_module(), lane, &vm_default_limits);
	b->tags[0] = (struct tag){ span_text("Action"), span_text("Eval") };
	b->message.tag_count = 1;
	b->message.id = b->process.id;
	bench_run(b, "return 0");
	memset(b->message.id.bytes, 4, ID_BYTES);
}

TEST(vm, times)
{
	struct bench b;
	struct bench c;
	uint64_t t = clock_now_ns(), u;

	bench_open_builtin(&b, 1);
	u = clock_now_ns();
	printf("# boot %lu us, image %zu\n", (u - t) / 1000,
	    b.vm->ops->memory(b.vm));
	bench_close(&b);
	t = clock_now_ns();
	for (int i = 0; i < 100; i++) {
		bench_open_with(&b, vm_builtin_module(), 1, &vm_default_limits);
		b.vm->ops->close(b.vm);
	}
	printf("# open %lu ns\n", (clock_now_ns() - t) / 100);
	bench_open_builtin(&b, 1);
	printf("# %s\n", bench_run(&b, "return 1"));
	t = clock_cpu_ns();
	for (int i = 0; i < 10000; i++)
		bench_run(&b, "return 1");
	printf("# eval %lu ns, %zu bytes\n", (clock_cpu_ns() - t) / 10000,
	    b.vm->ops->memory(b.vm));
	t = clock_cpu_ns();
	for (int i = 0; i < 10000; i++)
		bench_dry(&b, "return 1");
	printf("# dry %lu ns, %zu bytes\n", (clock_cpu_ns() - t) / 10000,
	    b.vm->ops->memory(b.vm));
	bench_open_builtin(&c, 1);
	t = clock_cpu_ns();
	for (int i = 0; i < 10000; i++)
		bench_run(i % 2 ? &b : &c, "return 1");
	printf("# alternating %lu ns, %zu bytes\n", (clock_cpu_ns() - t) / 10000,
	    b.vm->ops->memory(b.vm));
	bench_close(&b);
	bench_close(&c);
}
