#include "engine/actor.h"
#include "node_kit.h"

/* A message at that place, with so many bytes of data. */
static struct recent *
entry(uint64_t slot, size_t bytes)
{
	struct message_draft draft = { .data = { NULL, 0 } };
	struct recent *r = calloc(1, sizeof(*r));
	struct buf item = BUF_INIT;
	char *data = calloc(1, bytes + 1);
	struct error err;

	memset(data, 'x', bytes);
	draft.data = span_of(data, bytes);
	CHECK(r);
	CHECK_OK(message_sign(&draft, kit_key, &item, &err), err);
	CHECK_OK(message_decode(buf_span(&item), &r->message, &err), err);
	r->from = position_of_slot(slot);
	r->at = position_of_slot(slot);
	buf_release(&item);
	free(data);
	return r;
}

TEST(actor, keeps_messages_up_to_so_many_and_so_many_bytes)
{
	static const struct id id = { { 1 } };
	atomic_size_t all = 0;
	struct actor *a = actor_new(&id, &all);
	uint64_t slot = 0;

	for (; slot < RECENT_MAX + 10; slot++)
		actor_remember(a, entry(slot, 1));
	CHECK_INT(a->recent_count, RECENT_MAX);
	CHECK_INT(a->scheduled.slot, RECENT_MAX + 9);
	actor_forget_all(a);
	CHECK(!a->recent);
	CHECK_INT(all, 0);

	/* too large alone, and then only what fits */
	actor_remember(a, entry(slot++, RECENT_BYTES));
	CHECK(!a->recent);
	for (int i = 0; i < 10; i++)
		actor_remember(a, entry(slot++, RECENT_BYTES / 4));
	CHECK_INT(a->recent_count, 3);
	CHECK(all <= RECENT_BYTES && all == a->recent_bytes);
	/* what is evaluated makes room */
	actor_forget(a, a->recent->at);
	CHECK_INT(a->recent_count, 3);
	actor_forget(a, position_behind(a->recent->at));
	CHECK_INT(a->recent_count, 2);
	actor_remember(a, entry(slot, RECENT_BYTES / 4));
	CHECK_INT(a->recent_count, 3);
	actor_free(a);
	CHECK_INT(all, 0);
}

TEST(actor, one_that_is_stopped_keeps_nothing)
{
	static const struct id id = { { 1 } };
	atomic_size_t all = 0;
	struct actor *a = actor_new(&id, &all);

	a->halted = true;
	actor_remember(a, entry(0, 1));
	CHECK(!a->recent);
	CHECK(position_compare(a->scheduled,
		  position_behind(position_of_slot(0))) == 0);
	actor_free(a);
}

TEST(actor, all_together_keep_so_many_bytes)
{
	static const struct id id = { { 1 } };
	atomic_size_t all = RECENT_BYTES_ALL - RECENT_BYTES / 2;
	struct actor *a = actor_new(&id, &all);

	actor_remember(a, entry(0, RECENT_BYTES / 4));
	actor_remember(a, entry(1, RECENT_BYTES / 4));
	CHECK_INT(a->recent_count, 1);
	CHECK(all <= RECENT_BYTES_ALL);
	actor_free(a);
	CHECK_INT(all, RECENT_BYTES_ALL - RECENT_BYTES / 2);
}
