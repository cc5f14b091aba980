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
actor_new(const struct id *id, atomic_size_t *recent_bytes)
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
	a->recent_bytes_all = recent_bytes;
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

/* What it takes; a tick's message is its schedule's, whoever keeps that. */
static size_t
bytes_of(const struct recent *r)
{
	const struct message *m = r->message;

	if (r->at.tick)
		return sizeof(*r);
	return sizeof(*r) + sizeof(*m) + m->bytes.room +
	    m->tag_count * sizeof(*m->tags);
}

/* With the lock: count it in, if there is room for it. */
static bool
make_room(struct actor *a, size_t bytes)
{
	if (a->halted || a->recent_count == RECENT_MAX ||
	    bytes > RECENT_BYTES - a->recent_bytes)
		return false;
	if (atomic_fetch_add(a->recent_bytes_all, bytes) >
	    RECENT_BYTES_ALL - bytes) {
		atomic_fetch_sub(a->recent_bytes_all, bytes);
		return false;
	}
	a->recent_bytes += bytes;
	a->recent_count++;
	return true;
}

/* With the lock, all that is kept; the caller frees it. */
static struct recent *
take_all_recent(struct actor *a)
{
	struct recent *all = a->recent;

	atomic_fetch_sub(a->recent_bytes_all, a->recent_bytes);
	a->recent = NULL;
	a->recent_end = &a->recent;
	a->recent_count = 0;
	a->recent_bytes = 0;
	return all;
}

static void
free_all_recent(struct recent *all)
{
	while (all) {
		struct recent *next = all->next;

		recent_free(all);
		all = next;
	}
}

void
actor_free(struct actor *a)
{
	while (a->arrivals) {
		struct arrival *next = a->arrivals->next;

		arrival_free(a->arrivals);
		a->arrivals = next;
	}
	free_all_recent(take_all_recent(a));
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
	if (make_room(a, bytes_of(recent))) {
		*a->recent_end = recent;
		a->recent_end = &recent->next;
		dropped = NULL;
	}
	unlock(&a->lock);
	if (dropped)
		recent_free(dropped);
}

void
actor_forget(struct actor *a, struct position evaluated)
{
	struct recent *r;
	size_t bytes;

	lock(&a->lock);
	r = a->recent;
	if (r && !position_before(r->at, evaluated))
		r = NULL;
	if (r) {
		bytes = bytes_of(r);
		a->recent = r->next;
		a->recent_count--;
		a->recent_bytes -= bytes;
		atomic_fetch_sub(a->recent_bytes_all, bytes);
		if (!a->recent)
			a->recent_end = &a->recent;
	}
	unlock(&a->lock);
	if (r)
		recent_free(r);
}

void
actor_forget_all(struct actor *a)
{
	struct recent *all;

	lock(&a->lock);
	all = take_all_recent(a);
	unlock(&a->lock);
	free_all_recent(all);
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
