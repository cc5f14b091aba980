/*
 * `open` counts what waits: one for each message until its result is told, and
 * one for each slot whose pushes an earlier run left open. settle() waits for
 * it to become 0; the eventfd is only a wake-up, the number is looked at under
 * its lock. What waits in a process that is stopped is counted as held in its
 * place, or nobody could settle any more; each actor knows how much it has, so
 * that it can be moved from one to the other.
 *
 * A journal that refuses a batch has refused it for good. The engine then fails
 * as a whole: what is asked of it gives that error, evaluation stops, and
 * whoever waits is woken to hear of it.
 */
#include "engine/state.h"

#include <stdlib.h>
#include <sys/eventfd.h>

#include "base/alloc.h"

struct actor *
engine_lookup(struct engine *e, const struct id *id)
{
	struct actor *a = roster_get(&e->actors, id);

	if (!a || atomic_load(&a->loaded))
		return a;
	roster_unref(&e->actors, a);
	return NULL;
}

void
engine_unref(struct engine *e, struct actor *a)
{
	roster_unref(&e->actors, a);
}

/* journal_find(), with the id in the text when it is not there. */
int
engine_find(struct engine *e, const struct id *id, struct journal_process *p,
    struct error *err)
{
	if (journal_find(e->journal, id, p, err) == 0)
		return 0;
	if (err->code == ERR_NOT_FOUND)
		error_set(err, ERR_NOT_FOUND, "no process '%s'",
		    id_encode(id).text);
	return -1;
}

/*
 * Once for each actor, when it is in the roster already: read before, it could be
 * older than what an actor of the same process, that is gone by now, has done.
 */
static int
load(struct engine *e, struct actor *a, bool spawn, struct error *err)
{
	struct journal_process p = { .number = 0 };
	int rc = 0;

	if (atomic_load(&a->loaded))
		return 0;
	lock(&a->read_lock);
	if (!atomic_load(&a->loaded)) {
		rc = engine_find(e, &a->id, &p, err);
		/* one that is there and cannot be read must not begin again */
		if (rc < 0 && spawn && err->code == ERR_NOT_FOUND) {
			p.number = journal_next_number(e->journal);
			rc = 0;
		}
		if (rc == 0)
			actor_load(a, &p);
	}
	unlock(&a->read_lock);
	return rc;
}

/* In memory, or made of what the journal has of it. */
static int
find_actor(struct engine *e, const struct id *id, bool spawn,
    struct actor **out, struct error *err)
{
	struct actor *a = roster_get(&e->actors, id);

	if (!a)
		a = roster_add(&e->actors, actor_new(id, &e->recent_bytes));
	if (load(e, a, spawn, err) < 0) {
		engine_unref(e, a);
		return -1;
	}
	*out = a;
	return 0;
}

int
engine_actor(struct engine *e, const struct id *id, struct actor **out,
    struct error *err)
{
	return find_actor(e, id, false, out, err);
}

int
engine_actor_for_spawn(struct engine *e, const struct id *id,
    struct actor **out, struct error *err)
{
	return find_actor(e, id, true, out, err);
}

int
engine_spawn(struct engine *e, uint64_t number, struct message **spawn,
    struct assignment *as, struct error *err)
{
	struct slot_record record;
	struct id id;
	int rc;

	if (journal_read_slot(e->journal, number, 0, &record, err) < 0)
		return -1;
	rc = assignment_decode(buf_span(&record.assignment), as, &id, err);
	if (rc == 0)
		rc = message_decode(buf_span(&record.message), spawn, err);
	slot_record_release(&record);
	return rc;
}

int
engine_entry(struct engine *e, uint64_t number, struct position at,
    struct slot_record *record, struct error *err)
{
	struct position found = at;

	if (journal_read_entry(e->journal, number, &found, record, err) == 0) {
		if (position_compare(found, at) == 0)
			return 0;
		slot_record_release(record);
	} else if (err->code != ERR_NOT_FOUND) {
		return -1;
	}
	return FAIL(err, ERR_NOT_FOUND, "no slot %s", position_text(at).text);
}

void
engine_wake(struct engine *e, struct actor *a)
{
	if (actor_claim(a))
		workers_queue(e->workers, actor_ref(a));
}

void
engine_rouse(struct engine *e, struct actor *a)
{
	bool dormant;

	lock(&a->lock);
	dormant = a->dormant;
	unlock(&a->lock);
	if (dormant)
		engine_wake(e, a);
}

void
engine_open_move(struct engine *e, int64_t open, int64_t held)
{
	lock(&e->open_lock);
	e->open += (uint64_t)open;
	e->held += (uint64_t)held;
	if (e->open == 0)
		(void)eventfd_write(e->settle_fd, 1);
	unlock(&e->open_lock);
}

/*
 * More is counted as open before the actor has it, less only when the actor has
 * it no more: whoever stops the process in between moves too little, never too
 * much, and so nobody settles too early.
 */
void
engine_open_count(struct engine *e, struct actor *a, int change)
{
	bool halted;

	if (change > 0)
		engine_open_move(e, change, 0);
	lock(&a->lock);
	a->open += (uint64_t)(int64_t)change;
	halted = a->halted;
	unlock(&a->lock);
	if (change > 0 && halted)
		engine_open_move(e, -change, change);
	else if (change < 0)
		engine_open_move(e, halted ? 0 : change, halted ? change : 0);
}

/* On the stack of whoever calls engine_write(). */
struct writing {
	void (*fn)(void *);
	void *arg;
	sem_t done;
	int status;
	struct error err;
};

/* The last touch of it is the post. */
static void
written(void *arg, int status, const struct error *err)
{
	struct writing *w = arg;

	w->status = status;
	if (status < 0)
		w->err = *err;
	else
		w->fn(w->arg);
	sem_post(&w->done);
}

int
engine_write(struct engine *e, struct batch *b, void (*fn)(void *), void *arg,
    struct error *err)
{
	struct writing w = { .fn = fn, .arg = arg };

	sem_init(&w.done, 0, 0);
	journal_submit(e->journal, b, written, &w);
	while (sem_wait(&w.done) < 0)
		continue;
	sem_destroy(&w.done);
	if (w.status < 0)
		*err = w.err;
	return w.status;
}

void
engine_fail(struct engine *e, const struct error *why)
{
	lock(&e->open_lock);
	if (!atomic_load(&e->failed)) {
		e->failure = *why;
		atomic_store(&e->failed, true);
	}
	(void)eventfd_write(e->settle_fd, 1);
	unlock(&e->open_lock);
	watch_notify_all(&e->watches);
}

int
engine_check(struct engine *e, struct error *err)
{
	if (!atomic_load(&e->failed))
		return 0;
	*err = e->failure;
	return -1;
}
