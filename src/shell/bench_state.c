/*
 * What the state of a process costs: at rest, saved and restored, rolled back,
 * and when there are more of them than any cache holds. Times are those of the
 * processor.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "shell/bench_run.h"
#include "shell/bench_talk.h"

enum {
	LANE = 1,
	KIB = 1024,
	HOT = 2000, /* messages to a process that stays in its window */
	SAVES = 500,
	MANY = 20000,
	TRIES = 2000,
};

/* Of pages: grows by so many, writes to so many, or writes and fails. */
static const char pages_program[] =
    "local T, n = {}, 0\n"
    "local does = {}\n"
    "function does.grow(count)\n"
    "  for i = 1, count do local t = {} T[i] = t\n"
    "    for j = 1, 250 do t[j] = j end end\n"
    "end\n"
    "function does.touch(count)\n"
    "  n = n + 1\n"
    "  for i = 1, count do T[i * #T // count][1] = n end\n"
    "end\n"
    "function does.fail(count) does.touch(count) error('no') end\n"
    "return { handle = function(msg)\n"
    "  local what, count = msg.Data:match('(%a+) (%d+)')\n"
    "  does[what](tonumber(count))\n"
    "  return { Output = n }\n"
    "end }\n";

static const char counter[] =
    "Count = 0 Handlers.add('count', 'Count', function(msg)"
    " Count = Count + 1 msg.reply({Data = tostring(Count)}) end)";

static double
us_since(uint64_t start, uint64_t n)
{
	return (double)(clock_cpu_ns() - start) / 1e3 / (double)n;
}

/* A process of the library that counts. */
static int
open_counter(struct talk *t, unsigned lane, struct error *err)
{
	if (talk_open(t, vm_builtin_module(LIBRARY_CLASSIC), lane, err) < 0)
		return -1;
	if (talk_say(t, "Process", "", "", err) == 0 &&
	    talk_say(t, "Message", "Eval", counter, err) == 0)
		return 0;
	talk_close(t);
	return -1;
}

/* Restore it SAVES times, the last time for good. */
static int
measure_restore(struct span image, double *restore_us, double *wake_us,
    struct error *err)
{
	uint64_t restored = 0;
	uint64_t woken = 0;

	for (int i = 0; i < SAVES; i++) {
		uint64_t start = clock_cpu_ns();
		struct talk t;
		int rc;

		if (talk_open(&t, vm_builtin_module(LIBRARY_CLASSIC), LANE,
			err) < 0)
			return -1;
		rc = t.vm->ops->restore(t.vm, image, err);
		restored += clock_cpu_ns() - start;
		t.assignment.slot = 100000;
		if (rc == 0)
			rc = talk_say(&t, "Message", "Count", "", err);
		woken += clock_cpu_ns() - start;
		talk_close(&t);
		if (rc < 0)
			return -1;
	}
	*restore_us = (double)restored / 1e3 / SAVES;
	*wake_us = (double)woken / 1e3 / SAVES;
	return 0;
}

/* Save and restore a counter that has counted for a while. */
static int
measure_save(struct buf *more, struct error *err)
{
	struct buf image = BUF_INIT;
	struct talk t;
	uint64_t start;
	double save_us;
	double restore_us;
	double wake_us;
	int rc = 0;

	if (open_counter(&t, LANE, err) < 0)
		return -1;
	for (int i = 0; rc == 0 && i < HOT; i++)
		rc = talk_say(&t, "Message", "Count", "", err);
	start = clock_cpu_ns();
	for (int i = 0; rc == 0 && i < SAVES; i++) {
		buf_clear(&image);
		rc = t.vm->ops->save(t.vm, &image, err);
	}
	save_us = us_since(start, SAVES);
	if (rc == 0)
		rc = measure_restore(buf_span(&image), &restore_us, &wake_us,
		    err);
	if (rc == 0)
		buf_printf(more,
		    ",\"restKiB\":%zu,\"imageKiB\":%zu,\"saveUs\":%.1f"
		    ",\"restoreUs\":%.1f,\"wakeUs\":%.1f",
		    t.vm->ops->memory(t.vm) / KIB, image.len / KIB, save_us,
		    restore_us, wake_us);
	talk_close(&t);
	buf_release(&image);
	return rc;
}

/* The same message again and again, each. */
static int
measure_tries(struct talk *t, const char *what, unsigned pages, bool read_only,
    double *us, struct error *err)
{
	char data[32];
	uint64_t start = clock_cpu_ns();

	snprintf(data, sizeof(data), "%s %u", what, pages);
	for (int i = 0; i < TRIES; i++)
		if (talk_try(t, data, read_only, err) < 0)
			return -1;
	*us = us_since(start, TRIES);
	return 0;
}

/* What going back costs a state of so many pages when some were written to. */
static int
measure_pages(struct talk *t, unsigned pages, unsigned written,
    struct buf *more, struct error *err)
{
	char data[32];
	double eval_us;
	double dry_us;
	double fail_us;

	snprintf(data, sizeof(data), "grow %u", pages);
	if (talk_try(t, data, false, err) < 0 ||
	    measure_tries(t, "touch", written, false, &eval_us, err) < 0 ||
	    measure_tries(t, "touch", written, true, &dry_us, err) < 0 ||
	    measure_tries(t, "fail", written, false, &fail_us, err) < 0)
		return -1;
	buf_printf(more,
	    ",\"eval%uMiBUs\":%.1f,\"dry%uMiBUs\":%.1f"
	    ",\"rollback%uMiBUs\":%.1f",
	    pages / 256, eval_us, pages / 256, dry_us, pages / 256, fail_us);
	return 0;
}

static int
measure_going_back(unsigned pages, unsigned written, struct buf *more,
    struct error *err)
{
	struct buf module = BUF_INIT;
	struct talk t;
	int rc;

	buf_printf(&module, ".process %zu\n%s", sizeof(pages_program) - 1,
	    pages_program);
	rc = talk_open(&t, buf_span(&module), LANE, err);
	if (rc == 0) {
		rc = measure_pages(&t, pages, written, more, err);
		talk_close(&t);
	}
	buf_release(&module);
	return rc;
}

/* n messages, each to one of the processes by chance. */
static int
say_at_random(struct talk *talks, uint64_t n, struct error *err)
{
	uint64_t seed = 1;

	for (uint64_t i = 0; i < n; i++) {
		seed = seed * 6364136223846793005U + 1442695040888963407U;
		if (talk_say(&talks[(seed >> 33) % MANY], "Message", "Count",
			"", err) < 0)
			return -1;
	}
	return 0;
}

static int
measure_many(uint64_t n, struct buf *more, struct error *err)
{
	struct talk *talks = xcalloc(MANY, sizeof(*talks));
	size_t memory = 0;
	unsigned made = 0;
	int rc = 0;

	while (rc == 0 && made < MANY) {
		rc = open_counter(&talks[made], made % VM_LANES, err);
		made += rc == 0;
	}
	if (rc == 0) {
		uint64_t start = clock_cpu_ns();

		rc = say_at_random(talks, n, err);
		for (unsigned i = 0; i < made; i++)
			memory += talks[i].vm->ops->memory(talks[i].vm);
		buf_printf(more, ",\"manyUs\":%.2f,\"manyKiB\":%.1f",
		    us_since(start, n), (double)memory / KIB / MANY);
	}
	while (made > 0)
		talk_close(&talks[--made]);
	free(talks);
	return rc;
}

int
bench_state(struct bench *b, struct error *err)
{
	struct buf more = BUF_INIT;
	int rc = -1;

	bench_begin(b);
	if (measure_save(&more, err) == 0 &&
	    measure_going_back(256, 10, &more, err) == 0 &&
	    measure_going_back(4096, 50, &more, err) == 0 &&
	    measure_many(b->n, &more, err) == 0) {
		bench_tell(b, b->n, buf_text(&more));
		rc = 0;
	}
	buf_release(&more);
	return rc;
}
