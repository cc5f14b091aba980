/*
 * Lists are singly linked with a pointer to their end, so that adding is one
 * store under the lock. Two flags are the turns: `scheduling` (somebody numbers
 * what has arrived) and `queued` (the run queue or a worker has the actor).
 * Whoever sets one from false to true has got the turn and must take it, or
 * pass it on. A turn is held together with a reference.
 */
#include "engine/actor.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "engine/tick.h"

struct actor *
actor_new(const struct id *id)
{
	struct actor *a = xcalloc(1, sizeof(*a));

	a->id = *id;
	atomic_init(&a->refs, 1);
	atomic_init(&a->loaded, false);
	atomic_init(&a->patience_ns, PATIENCE_NS);
	pthread_mutex_init(&a->lock, NULL);
	pthread_mutex_init(&a->read_lock, NULL);
	a->arrivals_end = &a->arrivals;
	a->recent_end = &a->recent;
	a->outgoing_end = &a->outgoing;
	return a;
}

/* All entries that the journal shows are durable, results count as told. */
void
actor_load(struct actor *a, const struct journal_process *p)
{
	a->number = p->number;
	a->lane = (unsigned)(p->number % VM_LANES);
	a->scheduled = p->end;
	a->next_slot = p->slots;
	a->next_tick = p->slots ? p->end.tick - 1 : 0;
	a->ticks = p->ticks;
	a->durable = p->end;
	a->told = p->done;
	a->evaluated = p->done;
	a->dormant = journal_is_dormant(p);
	a->has_cron = p->crons > 0;
	a->has_ticks = p->crons > 0 || p->ticks > 0;
	a->monitored = p->monitored;
	a->halted = p->stopped;
	a->open =
	    a->dormant ? 0 : p->slots - p->evaluated + p->ticks - p->ticks_done;
	atomic_store(&a->loaded, true);
}

void
actor_free(struct actor *a)
{
	while (a->arrivals) {
		struct arrival *next = a->arrivals->next;

		arrival_free(a->arrivals);
		a->arrivals = next;
	}
	while (a->recent) {
		struct recent *next = a->recent->next;

		recent_free(a->recent);
		a->recent = next;
	}
	while (a->outgoing) {
		struct outgoing *next = a->outgoing->next;

		outgoing_free(a->outgoing);
		a->outgoing = next;
	}
	if (a->vm)
		a->vm->ops->close(a->vm);
	if (a->process_read)
		process_release(&a->process);
	tick_cron_free(a->cron);
	patch_cache_release(&a->cache);
	pthread_mutex_destroy(&a->read_lock);
	pthread_mutex_destroy(&a->lock);
	free(a);
}

struct actor *
actor_ref(struct actor *a)
{
	atomic_fetch_add(&a->refs, 1);
	return a;
}

/*
 * What it has of its log is on disk then: batches on their way count, and so do
 * turns, which empty the mailbox, unless the store could not be read.
 */
bool
actor_may_go(const struct actor *a)
{
	return a->outgoing == NULL;
}

bool
actor_arrive(struct actor *a, struct arrival *arrival)
{
	bool mine;

	arrival->next = NULL;
	lock(&a->lock);
	*a->arrivals_end = arrival;
	a->arrivals_end = &arrival->next;
	mine = !a->scheduling;
	a->scheduling = true;
	unlock(&a->lock);
	return mine;
}

bool
actor_tick(struct actor *a, bool unplanned)
{
	bool mine;

	lock(&a->lock);
	a->tick_due = true;
	a->unplanned |= unplanned;
	mine = !a->scheduling;
	a->scheduling = true;
	unlock(&a->lock);
	return mine;
}

void
actor_remember(struct actor *a, struct recent *recent)
{
	struct recent *dropped = recent;

	recent->next = NULL;
	lock(&a->lock);
	a->scheduled = position_behind(recent->at);
	if (a->recent_count < RECENT_MAX) {
		*a->recent_end = recent;
		a->recent_end = &recent->next;
		a->recent_count++;
		dropped = NULL;
	}
	unlock(&a->lock);
	if (dropped)
		recent_free(dropped);
}

bool
actor_claim(struct actor *a)
{
	bool mine;

	lock(&a->lock);
	mine = !a->queued;
	a->queued = true;
	unlock(&a->lock);
	return mine;
}

void
arrival_free(struct arrival *arrival)
{
	message_unref(arrival->message);
	free(arrival);
}

void
recent_free(struct recent *recent)
{
	message_unref(recent->message);
	free(recent);
}

void
outgoing_free(struct outgoing *outgoing)
{
	if (outgoing->has_outbox)
		outbox_release(&outgoing->outbox);
	message_unref(outgoing->cause);
	free(outgoing->entries);
	free(outgoing);
}
