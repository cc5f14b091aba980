/*
 * `open` counts what waits: one for each message until its result is told, and
 * one for each slot whose pushes an earlier run left open. settle() waits for
 * it to become 0; the eventfd is only a wake-up, the number is looked at under
 * its lock.
 *
 * A journal that refuses a batch has refused it for good. The engine then fails
 * as a whole: what is asked of it gives that error, evaluation stops, and
 * whoever waits is woken to hear of it.
 */
#include "engine/state.h"

#include <stdlib.h>
#include <sys/eventfd.h>

#include "base/alloc.h"

/* NULL: nobody has used that process since the start. */
struct actor *
engine_awake(struct engine *e, const struct id *id)
{
	struct actor *a;

	lock(&e->table_lock);
	a = map_get(&e->actors, id_span(id));
	unlock(&e->table_lock);
	return a;
}

/* Put a new actor into the table, unless somebody was faster. */
static struct actor *
table_add(struct engine *e, struct actor *a)
{
	struct actor *first;

	lock(&e->table_lock);
	first = map_get(&e->actors, id_span(&a->id));
	if (!first)
		map_put(&e->actors, id_span(&a->id), a);
	unlock(&e->table_lock);
	if (!first)
		return a;
	actor_free(a);
	return first;
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

int
engine_actor(struct engine *e, const struct id *id, struct actor **out,
    struct error *err)
{
	struct journal_process p;
	struct actor *a = engine_awake(e, id);

	if (!a) {
		if (engine_find(e, id, &p, err) < 0)
			return -1;
		a = table_add(e, actor_new(&p));
	}
	*out = a;
	return 0;
}

int
engine_actor_for_spawn(struct engine *e, const struct id *id,
    struct actor **out, struct error *err)
{
	struct journal_process p = { .id = *id };

	if (engine_actor(e, id, out, err) == 0)
		return 0;
	/* one that is there and cannot be read must not begin once more */
	if (err->code != ERR_NOT_FOUND)
		return -1;
	p.number = journal_next_number(e->journal);
	*out = table_add(e, actor_new(&p));
	return 0;
}

/* NULL: not used since the start. */
static struct buf *
module_get(struct engine *e, const struct id *id)
{
	struct buf *bytes;

	lock(&e->table_lock);
	bytes = map_get(&e->modules, id_span(id));
	unlock(&e->table_lock);
	return bytes;
}

/* Keep the bytes of a module, unless somebody was faster; gives what stays. */
static struct buf *
module_add(struct engine *e, const struct id *id, struct buf *bytes)
{
	struct buf *first;

	lock(&e->table_lock);
	first = map_get(&e->modules, id_span(id));
	if (!first)
		map_put(&e->modules, id_span(id), bytes);
	unlock(&e->table_lock);
	if (!first)
		return bytes;
	buf_release(bytes);
	free(bytes);
	return first;
}

int
engine_module(struct engine *e, const struct id *id, struct span *out,
    struct error *err)
{
	struct buf *bytes;

	if (id_equal(id, vm_builtin_module_id())) {
		*out = vm_builtin_module(LIBRARY_CLASSIC);
		return 0;
	}
	bytes = module_get(e, id);
	if (!bytes) {
		bytes = xcalloc(1, sizeof(*bytes));
		if (journal_read_module(e->journal, id, bytes, err) < 0) {
			free(bytes);
			if (err->code == ERR_NOT_FOUND)
				error_set(err, ERR_NOT_FOUND,
				    "no module '%s' in this store",
				    id_encode(id).text);
			return -1;
		}
		bytes = module_add(e, id, bytes);
	}
	*out = buf_span(bytes);
	return 0;
}

void
engine_wake(struct engine *e, struct actor *a)
{
	if (actor_claim(a))
		workers_queue(e->workers, a);
}

void
engine_open_count(struct engine *e, int change)
{
	lock(&e->open_lock);
	e->open += (uint64_t)(int64_t)change;
	if (e->open == 0)
		(void)eventfd_write(e->settle_fd, 1);
	unlock(&e->open_lock);
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
