#include "vm/lua/deferred.h"

#include <stdlib.h>

#include "base/alloc.h"

enum {
	FIRST_ROOM = 4
};

/* To count a reference changes nothing that others see of a message. */
static struct message *
counted(const struct message *m)
{
	/* NOLINTNEXTLINE(performance-no-int-to-ptr) */
	return (struct message *)(uintptr_t)m;
}

/* One more, all zero but what it counts for. */
static struct entry *
add(struct deferred *d, size_t bytes, uint64_t ns)
{
	struct entry *entry;

	if (d->count == d->room) {
		d->room = d->room ? 2 * d->room : FIRST_ROOM;
		d->entries =
		    xrealloc(d->entries, d->room * sizeof(*d->entries));
	}
	entry = &d->entries[d->count++];
	*entry = (struct entry){ 0 };
	d->bytes += bytes;
	d->ns += ns;
	return entry;
}

void
deferred_add_eval(struct deferred *d, const struct evaluation *e, uint64_t ns)
{
	const struct message *m = e->message;
	struct entry *entry = add(d, m->bytes.room + m->data.len, ns);

	entry->e = *e;
	entry->assignment = *e->assignment;
	message_ref(counted(m));
}

void
deferred_add_call(struct deferred *d, const struct vm_call *c, uint64_t ns)
{
	struct buf call = BUF_INIT;
	struct entry *entry;

	buf_add_byte(&call, (uint8_t)c->entry);
	for (size_t i = 0; i < VM_ARGS; i++)
		buf_add_block(&call, c->args[i]);
	entry = add(d, call.room, ns);
	entry->is_call = true;
	entry->call = call;
}

struct vm_call
entry_call(const struct entry *entry)
{
	struct vm_call c = { 0 };
	struct span in = buf_span(&entry->call);
	uint8_t byte = 0;
	bool whole = take_u8(&in, &byte);

	c.entry = (enum vm_entry)byte;
	for (size_t i = 0; i < VM_ARGS; i++)
		whole &= take_block(&in, &c.args[i]);
	ASSERT(whole);
	return c;
}

void
deferred_clear(struct deferred *d)
{
	for (size_t i = 0; i < d->count; i++) {
		struct entry *entry = &d->entries[i];

		if (entry->is_call)
			buf_release(&entry->call);
		else
			message_unref(counted(entry->e.message));
	}
	d->count = 0;
	d->bytes = 0;
	d->ns = 0;
}

size_t
deferred_memory(const struct deferred *d)
{
	return d->room * sizeof(*d->entries) + d->bytes;
}

void
deferred_release(struct deferred *d)
{
	deferred_clear(d);
	free(d->entries);
	*d = (struct deferred){ 0 };
}
