/*
 * The switch is thrown by the writer thread, in the order of the journal, so
 * that of two who throw it at once memory and disk believe the same one.
 *
 * An evaluation that runs is made to give way, as for another process that
 * waits for the lane, and so leaves no trace. That may hit nothing when it is
 * just entering the machine; so it is done until none runs.
 */
#include "engine/stop.h"

#include <time.h>

#include "base/clock.h"
#include "engine/compute.h"
#include "engine/scheduler.h"

enum {
	AGAIN_NS = 1000 * 1000, /* how often it is told to give way */
};

/* On the caller's stack. */
struct switching {
	struct engine *engine;
	struct actor *actor;
	bool on;
};

static void
switched(void *arg)
{
	struct switching *s = arg;
	struct engine *e = s->engine;
	struct actor *a = s->actor;
	int64_t open;
	bool changed;

	lock(&a->lock);
	changed = a->halted != s->on;
	a->halted = s->on;
	open = (int64_t)a->open;
	if (changed && !s->on)
		a->started_ms = clock_wall_ms();
	unlock(&a->lock);
	if (!changed)
		return;
	/* that it stays stopped may be for ever; its log is on the disk */
	if (s->on)
		actor_forget_all(a);
	engine_open_move(e, s->on ? -open : open, s->on ? open : -open);
	lock(&e->open_lock);
	e->halted += s->on ? 1 : UINT64_MAX;
	unlock(&e->open_lock);
	/* dry runs that waited for what is not evaluated now have their turn */
	engine_wake(e, a);
	watch_notify(&e->watches, &a->id);
}

int
stop_switch(struct engine *e, struct actor *a, bool on, struct error *err)
{
	const struct timespec again = { .tv_nsec = AGAIN_NS };
	struct switching s = { e, a, on };
	struct batch *b;

	if (engine_check(e, err) < 0)
		return -1;
	b = batch_new();
	batch_add_stop(b, a->number, on);
	if (engine_write(e, b, switched, &s, err) < 0)
		return -1;
	if (!on)
		return scheduler_tick(e, &a->id, false, err);
	while (compute_hold(a))
		(void)nanosleep(&again, NULL);
	return 0;
}

void
stop_resume(struct engine *e, uint64_t open)
{
	lock(&e->open_lock);
	e->held += open;
	e->halted++;
	unlock(&e->open_lock);
}
