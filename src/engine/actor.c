/*
 * Lists are singly linked with a pointer to their end, so that adding is one
 * store under the lock. Two flags are the turns: `scheduling` (somebody numbers
 * what has arrived) and `queued` (the run queue or a worker has the actor).
 * Whoever sets one from false to true has got the turn and must take it, or
 * pass it on.
 *
 * An actor that was made is kept until the engine closes: there is one for each
 * process that was used, and its machine is the large part of it.
 */
#include "engine/actor.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "engine/tick.h"

/*
 * All entries of a log are durable when an actor is made of it, and its results
 * count as told.
 */
struct actor *
actor_new(const struct journal_process *p)
{
	struct actor *a = xcalloc(1, sizeof(*a));

	a->id = p->id;
	a->number = p->number;
	a->lane = (unsigned)(p->number % VM_LANES);
	pthread_mutex_init(&a->lock, NULL);
	pthread_mutex_init(&a->cache_lock, NULL);
	a->arrivals_end = &a->arrivals;
	a->recent_end = &a->recent;
	a->outgoing_end = &a->outgoing;
	a->scheduled = p->end;
	a->next_slot = p->slots;
	a->next_tick = p->slots ? p->end.tick - 1 : 0;
	a->ticks = p->ticks;
	a->durable = p->end;
	a->told = p->done;
	a->evaluated = p->done;
	a->has_cron = p->crons > 0;
	a->monitored = p->monitored;
	return a;
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
	pthread_mutex_destroy(&a->cache_lock);
	pthread_mutex_destroy(&a->lock);
	free(a);
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
