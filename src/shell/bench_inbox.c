/*
 * A process with a full Inbox: what its messages cost when the state is large
 * and the collector has much to go through. As in bench_vm.c there is the
 * machine alone.
 */
#include "base/clock.h"
#include "shell/bench_run.h"
#include "shell/bench_talk.h"

enum {
	LANE = 1,
	INBOX = 10000, /* as many as the library keeps */
	KIB = 1024,
	LOOKS = 100, /* dry runs, one after the other and between messages */
};

/* n messages that no handler takes, or dry runs of them; the processor time of
 * each. */
static int
say_many(struct talk *t, uint64_t n, bool read_only, double *us,
    struct error *err)
{
	uint64_t start = clock_cpu_ns();

	for (uint64_t i = 0; i < n; i++)
		if (talk_try(t, "nobody takes this one", read_only, err) < 0)
			return -1;
	*us = (double)(clock_cpu_ns() - start) / 1e3 / (double)n;
	return 0;
}

/* A message, then somebody looks, as a prompt does: the dry run of each pair. */
static int
say_and_look(struct talk *t, double *us, struct error *err)
{
	double sum = 0;
	double one;

	for (int i = 0; i < LOOKS; i++) {
		if (say_many(t, 1, false, &one, err) < 0)
			return -1;
		sum += one;
		if (say_many(t, 1, true, &one, err) < 0)
			return -1;
		sum += one;
	}
	*us = sum / LOOKS;
	return 0;
}

int
bench_inbox(struct bench *b, struct error *err)
{
	struct buf more = BUF_INIT;
	struct talk t;
	double fill;
	double each;
	double dry;
	double pair;
	int rc = -1;

	if (talk_open(&t, vm_builtin_module(LIBRARY_CLASSIC), LANE, err) < 0)
		return -1;
	bench_begin(b);
	if (talk_say(&t, "Process", "", "", err) == 0 &&
	    say_many(&t, INBOX, false, &fill, err) == 0 &&
	    say_many(&t, b->n, false, &each, err) == 0 &&
	    say_many(&t, LOOKS, true, &dry, err) == 0 &&
	    say_and_look(&t, &pair, err) == 0) {
		buf_printf(&more,
		    ",\"restKiB\":%zu,\"fillUs\":%.1f,\"fullUs\":%.1f"
		    ",\"dryUs\":%.1f,\"messageAndDryUs\":%.1f",
		    t.vm->ops->memory(t.vm) / KIB, fill, each, dry, pair);
		bench_tell(b, b->n, buf_text(&more));
		rc = 0;
	}
	buf_release(&more);
	talk_close(&t);
	return rc;
}
