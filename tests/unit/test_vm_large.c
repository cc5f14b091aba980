/* States that have a backing. */
#include <dirent.h>
#include <sys/resource.h>

#include "machine.h"

enum {
	LANE = 9,
/* each mapping costs that sanitizer dear */
#ifdef __SANITIZE_THREAD__
	MESSAGES = 40,
	MANY = 40
#else
	MESSAGES = 300,
	MANY = 300
#endif
};

static const char grow[] = "T = {} for i = 1, 500 do T[i] = ('x'):rep(6000 "
			   "+ i) end U = {} for i = 1, 9000 do U[i] = {i} end";

/* Written here and there, more and less, much at once and given back. */
static const char *const good[] = {
	"n = (n or 0) + 1 for i = 1, 500, 7 do U[i][1] = n end "
	"return n .. tostring({})",
	"T[#T + 1] = ('y'):rep(30000) return #T",
	"T[n] = {n, #T} return collectgarbage('count')",
	"co = co or coroutine.wrap(function() for i = 1, 1e6 do T[i] = i "
	"coroutine.yield(i) end end) return co()",
	"local t = ('z'):rep(3000000) return #t",
	"collectgarbage() return collectgarbage('count')",
	"V = {} for i = 1, 40 do V[i] = ('v'):rep(100000) end return n",
	"V = nil collectgarbage() return 1",
};

enum {
	GOOD = sizeof(good) / sizeof(*good)
};

/* The state behind the log; disturbed by what must not show, or not. */
static struct buf
run_log(bool disturbed, struct buf *results)
{
	struct vm_limits limits = vm_default_limits;
	struct bench b;
	struct bench other;
	struct buf image;

	/* so that nothing is run twice: counting leaves in Lua's own fields
	 * where it counted last, which nothing reads without it */
	limits.instructions = UINT64_MAX / 4;
	bench_open_with(&b, plain_module(), LANE, &limits);
	bench_open_with(&other, plain_module(), LANE, &limits);
	bench_run(&b, grow);
	for (unsigned i = 0; i < MESSAGES; i++) {
		uint64_t slot = b.assignment.slot;

		if (disturbed && i % 5 == 1)
			bench_dry(&b, "for i = 1, #U do U[i] = {} end");
		if (disturbed && i % 9 == 2)
			bench_ends(&b, "T = nil U[3] = 4 error('no')",
			    VERDICT_ERROR);
		if (disturbed && i % 37 == 3)
			bench_run(&other, "y = ('z'):rep(900000)");
		b.assignment.slot = slot;
		buf_add_text(results, bench_run(&b, good[i * 3 % GOOD]));
		CHECK_INT(b.result.verdict, VERDICT_OK);
		if (!disturbed && i % 4 == 0) {
			image = bench_image(&b);
			buf_release(&image);
		}
	}
	image = bench_image(&b);
	bench_close(&b);
	bench_close(&other);
	return image;
}

TEST(vm_large, what_lies_between_does_not_show)
{
	struct buf results[2] = { BUF_INIT, BUF_INIT };
	struct buf images[2];

	for (int i = 0; i < 2; i++)
		images[i] = run_log(i == 1, &results[i]);
	CHECK_TEXT(buf_text(&results[1]), buf_text(&results[0]));
	CHECK(span_equal(buf_span(&images[0]), buf_span(&images[1])));
	for (int i = 0; i < 2; i++) {
		buf_release(&results[i]);
		buf_release(&images[i]);
	}
}

TEST(vm_large, it_is_saved_and_restored)
{
	struct bench a;
	struct bench b;
	struct buf image;
	struct error err;

	bench_open(&a, LANE);
	bench_run(&a, grow);
	for (int i = 0; i < GOOD; i++)
		bench_run(&a, good[i]);
	image = bench_image(&a);
	bench_open(&b, LANE);
	CHECK_OK(b.vm->ops->restore(b.vm, buf_span(&image), &err), err);
	b.assignment = a.assignment;
	for (int i = 0; i < GOOD; i++) {
		bench_run(&a, good[i]);
		bench_dry(&b, "U = nil T = nil");
		CHECK_TEXT(bench_run(&b, good[i]), buf_text(&a.result.json));
	}
	buf_release(&image);
	bench_close(&a);
	bench_close(&b);
}

TEST(vm_large, it_may_become_small_and_large_again)
{
	struct bench b;

	bench_open(&b, LANE);
	for (int i = 0; i < 6; i++) {
		bench_run(&b, grow);
		CHECK(b.vm->ops->memory(b.vm) > 3000000);
		GIVES(&b, "U[1][1] = 'kept' return #T .. #U", "5009000");
		bench_ends(&b, "T = nil error()", VERDICT_ERROR);
		bench_run(&b,
		    "W = U[1][1] T = nil U = nil "
		    "collectgarbage() collectgarbage()");
		CHECK(b.vm->ops->memory(b.vm) < 300000);
		GIVES(&b, "return W .. tostring(T)", "keptnil");
	}
	bench_close(&b);
}

static unsigned
descriptors(void)
{
	DIR *dir = opendir("/proc/self/fd");
	unsigned n = 0;

	CHECK(dir != NULL);
	while (readdir(dir))
		n++;
	closedir(dir);
	return n;
}

TEST(vm_large, many_have_few_descriptors)
{
	struct bench *b = calloc(MANY, sizeof(*b));
	unsigned before = descriptors();
	char text[32];

	for (unsigned i = 0; i < MANY; i++) {
		bench_open(&b[i], i % 64);
		bench_run(&b[i], "s = ('x'):rep(600000) n = M.Nonce");
		CHECK(b[i].vm->ops->memory(b[i].vm) > 600000);
	}
	for (unsigned i = 0; i < MANY; i++) {
		snprintf(text, sizeof(text), "n = n + %u return n", i);
		bench_run(&b[i], text);
		snprintf(text, sizeof(text), "%u", i);
		GIVES(&b[i], "return n", text);
	}
	CHECK(descriptors() < before + 12);
	for (unsigned i = 0; i < MANY; i++)
		bench_close(&b[i]);
	free(b);
}

/* In a program of its own, where no file is open yet. */
TEST(vm_large, without_descriptors_it_is_merely_slow)
{
	struct rlimit before;
	struct rlimit none;
	struct bench b;

	bench_open(&b, LANE);
	bench_run(&b, "return 1");
	getrlimit(RLIMIT_NOFILE, &before);
	none = before;
	none.rlim_cur = 0;
	setrlimit(RLIMIT_NOFILE, &none);
	bench_run(&b, grow);
	GIVES(&b, "U[1][1] = 'kept' return #T .. #U", "5009000");
	bench_dry(&b, "U = nil");
	bench_ends(&b, "T = nil error()", VERDICT_ERROR);
	GIVES(&b, "return U[1][1] .. #T .. #U", "kept5009000");
	setrlimit(RLIMIT_NOFILE, &before);
	bench_run(&b, "U[2][1] = 'too'");
	GIVES(&b, "return U[1][1] .. U[2][1]", "kepttoo");
	bench_close(&b);
}
