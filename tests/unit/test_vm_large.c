/* States that have a backing. */
#include <dirent.h>
#include <stdio.h>
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

/* So many objects in so many pages that the collector's writing to all of them
 * shows in how they are kept. */
static const char grow_much[] = "T = {} U = {} for i = 1, 70000 do U[i] = {i} "
				"end";

/* The state behind the log; disturbed by what must not show, or not. */
static struct buf
run_log(const char *first, bool disturbed, struct buf *results)
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
	bench_run(&b, first);
	for (unsigned i = 0; i < MESSAGES; i++) {
		uint64_t slot = b.assignment.slot;

		if (disturbed && i % 5 == 1)
			bench_dry(&b, "for i = 1, #U do U[i] = {} end");
		if (disturbed && i % 7 == 4)
			bench_dry(&b, "collectgarbage()");
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

static void
check_disturbed(const char *first)
{
	struct buf results[2] = { BUF_INIT, BUF_INIT };
	struct buf images[2];

	for (int i = 0; i < 2; i++)
		images[i] = run_log(first, i == 1, &results[i]);
	CHECK_TEXT(buf_text(&results[1]), buf_text(&results[0]));
	CHECK(span_equal(buf_span(&images[0]), buf_span(&images[1])));
	for (int i = 0; i < 2; i++) {
		buf_release(&results[i]);
		buf_release(&images[i]);
	}
}

TEST(vm_large, what_lies_between_does_not_show)
{
	check_disturbed(grow);
}

TEST(vm_large, nor_where_the_collector_has_written_to_everything)
{
	check_disturbed(grow_much);
}

/* KiB of the program's memory that are no file's. */
static long
anonymous_kib(void)
{
	FILE *f = fopen("/proc/self/smaps_rollup", "r");
	char line[256];
	long kib = -1;

	CHECK(f != NULL);
	while (kib < 0 && fgets(line, sizeof(line), f))
		if (sscanf(line, "Anonymous: %ld kB", &kib) != 1)
			kib = -1;
	fclose(f);
	CHECK(kib >= 0);
	return kib;
}

/* What the window has beside the backing is counted, goes when nothing of it
 * changes any more, and with the process. */
TEST(vm_large, pages_of_its_own_are_counted_and_given_back)
{
	struct bench b;
	size_t rest;
	size_t own;
	long kib;

	bench_open(&b, LANE);
	bench_run(&b, grow_much);
	for (int i = 0; i < 40; i++)
		bench_dry(&b, "return #U");
	rest = b.vm->ops->memory(b.vm);
	bench_run(&b, "collectgarbage() return #U");
	bench_run(&b, "collectgarbage() return #U");
	own = b.vm->ops->memory(b.vm);
	CHECK(own > rest + rest / 2);
	for (int i = 0; i < 40; i++)
		bench_dry(&b, "return #U");
	CHECK(b.vm->ops->memory(b.vm) < rest + rest / 2);
	bench_run(&b, "collectgarbage() return #U");
	bench_run(&b, "collectgarbage() return #U");
	kib = anonymous_kib();
	bench_close(&b);
	CHECK(anonymous_kib() < kib - (long)(rest / 2 / 1024));
}

/* That sanitizer notes each access in memory of its own. */
#ifndef __SANITIZE_THREAD__
/* Bytes of this program that no file backs. */
static uint64_t
private_bytes(void)
{
	unsigned long long kib = 0;
	char line[256];
	FILE *f = fopen("/proc/self/status", "re");

	CHECK(f);
	while (fgets(line, sizeof(line), f))
		(void)sscanf(line, "RssAnon: %llu kB", &kib);
	(void)fclose(f);
	return kib << 10;
}

/* Nobody may come into its lane again for long. */
TEST(vm_large, what_a_failure_needed_is_given_back)
{
	struct bench b;
	uint64_t before;

	bench_open_with(&b, plain_module(), LANE, &vm_default_limits);
	bench_run(&b, "n = 1");
	before = private_bytes();
	bench_ends(&b,
	    "local t = {} for i = 1, 60 do t[i] = ('x'):rep(1000000) .. i end "
	    "error('no')",
	    VERDICT_ERROR);
	CHECK(private_bytes() < before + (10 << 20));
	bench_dry(&b,
	    "t = {} for i = 1, 60 do t[i] = ('x'):rep(1000000) .. i "
	    "end");
	CHECK(private_bytes() < before + (10 << 20));
	CHECK(strstr(bench_run(&b, "return tostring(n) .. tostring(t)"),
	    "\"1nil\""));
	bench_close(&b);
}
#endif

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
