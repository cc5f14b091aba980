/*
 * Most messages are small, and the state may be large: to make an image behind
 * each would cost more than the messages. So what counts is noted, and the
 * image made behind a batch. Who needs the state from the image, since a
 * message was left or taken back or another state came into the window, runs
 * the batch again.
 *
 * That gives the same state since an evaluation depends on nothing else; a run
 * that ended by itself ends by itself again, so no limit but memory is set.
 *
 * A batch doubles when it came to its end and halves when it had to be run
 * again; it ends early when running it again would take some times as long as
 * making the image took. A state that was just laid out shares its window with
 * others and will not lie there the next time either: its image is made at
 * once.
 */
#include "base/clock.h"
#include "vm/lua/booted.h"
#include "vm/lua/call.h"
#include "vm/lua/handle.h"
#include "vm/lua/machine_run.h"

enum {
	/* running a batch again may take so many times the image … */
	IMAGES = 8,
	/* … but, unless that is as long, no longer than this */
	DEFERRED_MAX_NS = 20 * 1000 * 1000,
	BATCH_MAX = 1024,
	/* bytes of messages that are kept, whatever the state */
	BYTES_MIN = 1 << 16,
};

/* True when the image should be made. */
static bool
is_due(const struct machine *m, const struct window *w)
{
	const struct deferred *d = &m->deferred;
	uint64_t live = arena_live(w->base);
	/* what a state needs no more is given back at once, and what it takes
	 * is known to whoever asks */
	bool other_size = live < m->live / 2 || live / 2 > m->live;

	return other_size || d->count >= m->batch ||
	    d->ns > IMAGES * m->image_ns ||
	    (d->ns > DEFERRED_MAX_NS && d->ns > m->image_ns) ||
	    d->bytes > BYTES_MIN + w->base->top / 4;
}

/* One of the batch, once more. */
static enum leave
run_entry(struct run *run, const struct entry *entry)
{
	struct evaluation e = entry->e;
	struct vm_call c;
	struct calling calling = { .call = &c };
	struct input in;
	struct handling h = { .in = &in };
	enum leave why;

	if (entry->is_call) {
		c = entry_call(entry);
		return limit_run(run, call, &calling);
	}
	e.assignment = &entry->assignment;
	run->now_ms = e.assignment->timestamp_ms;
	input_init(&in, &e);
	why = limit_run(run, handle, &h);
	input_release(&in);
	return why;
}

/* The batch, once more, and its image: whoever had to do this may well have to
 * again. */
static int
run_again(struct machine *m, const struct run *of, enum leave *why,
    struct error *err)
{
	struct vm_limits limits = m->limits;
	struct run run = { .limits = &limits,
		.window = of->window,
		.interrupted = of->interrupted,
		.deadline = UINT64_MAX,
		.code = of->code };

	limits.instructions = UINT64_MAX;
	machine_allow(&limits);
	m->batch = m->batch > 1 ? m->batch / 2 : 1;
	for (size_t i = 0; i < m->deferred.count; i++) {
		*why = run_entry(&run, &m->deferred.entries[i]);
		if (*why != LEAVE_NONE)
			window_spoil(run.window);
		if (*why == LEAVE_INTERRUPTED)
			return 0;
		if (*why != LEAVE_NONE)
			return FAIL(err, ERR_EVAL,
			    "an evaluation ended in two ways");
		machine_settle(run.window);
	}
	machine_keep(m, run.window);
	return 0;
}

int
machine_lay(struct machine *m, struct run *run, enum leave *why,
    struct error *err)
{
	bool there = run->window->owner == m->number;

	*why = LEAVE_NONE;
	if (machine_enter(m, run->window, err) < 0)
		return -1;
	if (there || !m->deferred.count)
		return 0;
	return run_again(m, run, why, err);
}

int
machine_commit(struct machine *m, struct run *run, enum leave *why,
    struct error *err)
{
	*why = LEAVE_NONE;
	if (!m->deferred.count)
		return 0;
	if (machine_lay(m, run, why, err) < 0)
		return -1;
	if (*why == LEAVE_NONE && m->deferred.count)
		machine_keep(m, run->window);
	return 0;
}

void
machine_count(struct machine *m, struct window *w, bool there)
{
	bool whole = m->deferred.count >= m->batch;

	if (there && !is_due(m, w))
		return;
	machine_keep(m, w);
	if (whole && m->batch < BATCH_MAX)
		m->batch *= 2;
}
