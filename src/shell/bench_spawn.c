/*
 * Many processes: made by many senders, there again after a restart, and new
 * ones that answer. They are signed and verified as a client's would be; each
 * sender waits until its spawn is durable.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "shell/bench_run.h"

enum {
	ANSWERS = 2000, /* of new processes */
	LOOKS = 200,    /* at old ones */
};

static int
make_one(struct bench *b, uint64_t i, struct error *err)
{
	struct id *ids = b->subject;
	struct receipt r;
	int rc = bench_spawn_one(b, i, &r, err);

	ids[i] = r.process;
	return rc;
}

static int
make_all(struct bench *b, struct error *err)
{
	char more[128];
	long before;
	long grown;

	if (bench_open_node(b, err) < 0)
		return -1;
	before = bench_private_kib();
	bench_begin(b);
	if (bench_parallel(b, make_one, err) < 0 || bench_settle(b, err) < 0)
		return -1;
	grown = bench_private_kib() - before;
	snprintf(more, sizeof(more),
	    ",\"what\":\"made\",\"threads\":%u,\"privateBytesEach\":%.1f",
	    b->threads, (double)grown * 1024 / (double)b->n);
	bench_tell(b, b->n, more);
	return 0;
}

/* The program ends and starts; then some of them, all over, are asked. */
static int
start_again(struct bench *b, struct error *err)
{
	const struct id *ids = b->subject;
	uint64_t step = b->n / LOOKS + 1;
	uint64_t *ns = xcalloc(LOOKS, sizeof(*ns));
	uint64_t count = 0;
	int rc;

	bench_close_node(b);
	bench_begin(b);
	rc = bench_open_node(b, err);
	if (rc == 0)
		bench_tell(b, b->n, ",\"what\":\"opened again\"");
	bench_begin(b);
	for (uint64_t i = 0; rc == 0 && i < b->n; i += step, count++) {
		uint64_t begin = clock_now_ns();

		rc = bench_dry_run(b, &ids[i], "1 + 1", err);
		ns[count] = clock_now_ns() - begin;
	}
	if (rc == 0)
		bench_tell_times(b, ns, count, ",\"what\":\"asked\"");
	free(ns);
	return rc;
}

static int
answer_one(struct bench *b, uint64_t i, struct error *err)
{
	static const struct bench_content what = { "Eval", "return 1 + 1" };
	const uint64_t n = UINT64_MAX / 2 + 2 * i; /* items of their own */
	struct receipt r;

	if (bench_spawn_one(b, n, &r, err) < 0)
		return -1;
	return bench_message(b, &r.process, &what, n + 1, &r, err);
}

static int
make_answering(struct bench *b, struct error *err)
{
	b->n = b->n < ANSWERS ? b->n : ANSWERS;
	bench_begin(b);
	if (bench_parallel(b, answer_one, err) < 0 || bench_settle(b, err) < 0)
		return -1;
	bench_tell(b, b->n, ",\"what\":\"with a first answer\"");
	return 0;
}

int
bench_spawn(struct bench *b, struct error *err)
{
	int rc;

	b->subject = xcalloc(b->n, sizeof(struct id));
	rc = make_all(b, err) < 0 || start_again(b, err) < 0 ||
		make_answering(b, err) < 0
	    ? -1
	    : 0;
	bench_close_node(b);
	free(b->subject);
	return rc;
}
