/* Items of a node: kept ones, and walks over all. */
#include "base/clock.h"
#include "engine/engine.h"
#include "node_kit.h"

static struct node *
open_node(const char *dir)
{
	const struct engine_config config = { .dir = dir, .workers = 1 };
	struct error err;
	struct node *n;

	CHECK_OK(engine_open(&config, &n, &err), err);
	return n;
}

/* What a walk gave. */
struct seen {
	struct id ids[256];
	uint64_t places[256];
	uint64_t times[256];
	size_t count;
	size_t most; /* then it has enough */
};

static bool
see(void *arg, const struct item_entry *entry)
{
	struct seen *s = arg;
	struct data_item item;
	struct error err;

	CHECK_OK(ans104_decode(entry->head, &item, &err), err);
	CHECK(entry->size >= entry->head.len);
	CHECK(entry->place > 0);
	CHECK(s->count < 256);
	s->ids[s->count] = ans104_id(&item);
	s->places[s->count] = entry->place;
	s->times[s->count++] = entry->timestamp_ms;
	return s->count < s->most;
}

static struct seen
walk(struct node *n, struct item_query q, size_t most)
{
	struct seen s = { .most = most };
	struct error err;

	CHECK_OK(n->ops->items(n, &q, see, &s, &err), err);
	return s;
}

/*
 * The whole walk; it must be the same backwards, and in pages of any size, each
 * behind the last place of the one before.
 */
static struct seen
walk_pages(struct node *n, struct item_query q)
{
	struct seen all = walk(n, q, 256);

	for (int order = 0; order < 2; order++) {
		q.oldest_first = order != 0;
		for (size_t size = 1; size < 4; size++) {
			size_t count = 0;
			struct seen page;

			q.behind = 0;
			do {
				page = walk(n, q, size);
				for (size_t i = 0; i < page.count; i++, count++)
					CHECK(id_equal(&page.ids[i],
					    &all.ids[order
						    ? all.count - 1 - count
						    : count]));
				if (page.count)
					q.behind = page.places[page.count - 1];
			} while (page.count);
			CHECK_INT(count, all.count);
		}
	}
	return all;
}

static bool
has(const struct seen *s, const struct id *id)
{
	size_t count = 0;

	for (size_t i = 0; i < s->count; i++)
		count += id_equal(&s->ids[i], id);
	CHECK(count < 2);
	return count == 1;
}

static struct id
keep(struct node *n, const struct buf *item, uint64_t *ms)
{
	struct error err;
	struct id id;

	CHECK_OK(n->ops->keep(n, buf_span(item), &id, ms, &err), err);
	return id;
}

/* An item of a type. */
static struct buf
typed_item(const char *type, const char *data)
{
	const struct tag tags[] = { { span_text("Data-Protocol"),
					span_text("ao") },
		{ span_text("Type"), span_text(type) } };

	return kit_item(NULL, tags, 2, data);
}

TEST(items, one_that_is_kept_is_there_once_and_stays)
{
	struct buf item = typed_item("Module", "a program");
	struct buf back = BUF_INIT;
	struct error err;
	uint64_t again;
	char dir[64];
	struct seen s;
	struct node *n;
	struct id id;
	uint64_t ms;

	kit_make_dir(dir);
	n = open_node(dir);
	clock_set_virtual(1795195414667);
	id = keep(n, &item, &ms);
	CHECK_INT(ms, 1795195414667);
	clock_set_virtual(1795195414999);
	(void)keep(n, &item, &again);
	CHECK_INT(again, ms);
	n->ops->close(n);
	n = open_node(dir);
	(void)keep(n, &item, &again);
	CHECK_INT(again, ms);
	clock_set_virtual(0);
	CHECK_OK(n->ops->item(n, &id, &back, &err), err);
	CHECK(span_equal(buf_span(&back), buf_span(&item)));
	s = walk_pages(n, (struct item_query){ .scope = ITEMS_ALL });
	CHECK_INT(s.count, 1);
	CHECK(has(&s, &id));
	s = walk_pages(n,
	    (struct item_query){ .scope = ITEMS_TYPED,
		.word = span_text("Module") });
	CHECK_INT(s.count, 1);
	CHECK_INT(s.times[0], ms);
	n->ops->close(n);
	buf_release(&item);
	buf_release(&back);
	kit_remove_dir(dir);
}

TEST(items, what_is_not_signed_is_not_kept)
{
	struct buf item = typed_item("Module", "a program");
	struct node *n = open_node(NULL);
	struct error err;
	struct id id;
	uint64_t ms;

	item.p[item.len - 1] ^= 1;
	CHECK_INT(n->ops->keep(n, buf_span(&item), &id, &ms, &err), -1);
	CHECK_INT(err.code, ERR_SIGNATURE);
	CHECK_INT(n->ops->keep(n, span_text("x"), &id, &ms, &err), -1);
	CHECK_INT(err.code, ERR_SHORT);
	CHECK_INT(walk(n, (struct item_query){ .scope = ITEMS_ALL }, 9).count,
	    0);
	n->ops->close(n);
	buf_release(&item);
}

TEST(items, kept_ones_are_found_by_their_type)
{
	struct node *n = open_node(NULL);
	struct id ids[5];
	struct seen s;
	uint64_t ms;

	for (int i = 0; i < 5; i++) {
		struct buf item =
		    typed_item(i % 2 ? "Module" : "Checkpoint", "data");

		ids[i] = keep(n, &item, &ms);
		buf_release(&item);
	}
	s = walk_pages(n,
	    (struct item_query){ .scope = ITEMS_TYPED,
		.word = span_text("Checkpoint") });
	CHECK_INT(s.count, 3);
	CHECK(id_equal(&s.ids[0], &ids[4]) && id_equal(&s.ids[2], &ids[0]));
	s = walk(n,
	    (struct item_query){ .scope = ITEMS_TYPED,
		.word = span_text("Other") },
	    9);
	CHECK_INT(s.count, 0);
	n->ops->close(n);
}

TEST(items, processes_are_found_by_name_and_all_together)
{
	struct node *n = open_node(NULL);
	struct id a = kit_spawn(n, "a");
	struct id b = kit_spawn(n, "b");
	struct id c = kit_spawn(n, "a");
	struct seen s;

	CHECK_EVAL(n, &b, "return 1", "1");
	s = walk_pages(n, (struct item_query){ .scope = ITEMS_PROCESSES });
	CHECK_INT(s.count, 3);
	CHECK(id_equal(&s.ids[0], &c) && id_equal(&s.ids[1], &b) &&
	    id_equal(&s.ids[2], &a));
	CHECK(s.times[2] > 0 && s.times[0] >= s.times[2]);
	s = walk_pages(n,
	    (struct item_query){ .scope = ITEMS_NAMED,
		.word = span_text("a") });
	CHECK_INT(s.count, 2);
	CHECK(id_equal(&s.ids[0], &c) && id_equal(&s.ids[1], &a));
	n->ops->close(n);
}

TEST(items, the_messages_of_a_log_are_its_slots)
{
	struct node *n = open_node(NULL);
	struct id a = kit_spawn(n, "a");
	const struct id nobody = { { 9 } };
	struct item_query q = { .scope = ITEMS_OF_LOG,
		.ids = &a,
		.id_count = 1 };
	struct error err;
	struct seen s;

	for (int i = 0; i < 4; i++)
		CHECK_EVAL(n, &a, "return 1", "1");
	s = walk_pages(n, q);
	CHECK_INT(s.count, 5);
	CHECK(id_equal(&s.ids[4], &a));
	CHECK_INT(s.places[4], 1);
	q.ids = &nobody;
	CHECK_INT(n->ops->items(n, &q, see, &s, &err), -1);
	CHECK_INT(err.code, ERR_NOT_FOUND);
	n->ops->close(n);
}

/* Messages and assignments of three slots, one to a wallet, a kept one. */
TEST(items, a_walk_over_all_has_each_item_once)
{
	struct node *n = open_node(NULL);
	struct id a = kit_spawn(n, "a");
	struct id b = kit_spawn(n, "b");
	struct buf item = typed_item("Message", "kept, then sent nowhere");
	struct item_query by_id = { .scope = ITEMS_BY_ID };
	struct id id;
	struct seen all;
	struct seen s;
	uint64_t ms;

	id = keep(n, &item, &ms);
	CHECK_EVAL(n, &a,
	    "Send({Target = 'vgl_qYc6YxIMHTEHfMB3HqS1k2RDmNGkNHF8QnEoEXY'}) "
	    "return",
	    "");
	/* slot 1 of a gets a slot of b, too */
	{
		struct kit_slot slot;
		struct item_query q = { .scope = ITEMS_OF_LOG,
			.ids = &a,
			.id_count = 1 };
		struct id_text first;
		struct buf code = BUF_INIT;

		s = walk(n, q, 9);
		first = id_encode(&s.ids[0]);
		buf_printf(&code, "Assign({Processes={'%s'},Message='%s'})",
		    id_encode(&b).text, first.text);
		free(kit_eval(n, &a, buf_text(&code)));
		slot = kit_result(n, &b, 1);
		buf_release(&slot.json);
		buf_release(&code);
	}
	kit_settle(n);
	all = walk_pages(n, (struct item_query){ .scope = ITEMS_ALL });
	/* 5 slots: their assignments, 4 messages; what both have sent to the
	 * wallet; the kept one */
	CHECK_INT(all.count, 5 + 4 + 2 + 1);
	CHECK(has(&all, &a) && has(&all, &b) && has(&all, &id));
	/* by id they have the same places and times */
	by_id.ids = all.ids;
	by_id.id_count = all.count;
	s = walk(n, by_id, 256);
	CHECK_INT(s.count, all.count);
	for (size_t i = 0; i < all.count; i++) {
		CHECK(has(&all, &all.ids[i]));
		CHECK_INT(s.places[i], all.places[i]);
		CHECK(s.times[i] > 0);
	}
	n->ops->close(n);
	buf_release(&item);
}

TEST(items, one_that_was_kept_and_then_sent_is_told_where_it_came_first)
{
	struct node *n = open_node(NULL);
	struct id a = kit_spawn(n, "a");
	struct buf item = kit_item(&a, kit_eval_tags, 3, "return 1");
	struct seen all;
	uint64_t ms;
	struct id id = keep(n, &item, &ms);

	(void)kit_send(n, &item);
	kit_settle(n);
	all = walk_pages(n, (struct item_query){ .scope = ITEMS_ALL });
	CHECK_INT(all.count, 4); /* a, its assignment, the item, and its */
	CHECK(has(&all, &id));
	n->ops->close(n);
	buf_release(&item);
}

TEST(items, ids_that_are_not_here_are_passed_over)
{
	struct node *n = open_node(NULL);
	struct id ids[3] = { { { 1 } }, kit_spawn(n, "a"), { { 2 } } };
	struct seen s = walk(n,
	    (struct item_query){ .scope = ITEMS_BY_ID,
		.ids = ids,
		.id_count = 3 },
	    9);

	CHECK_INT(s.count, 1);
	CHECK(id_equal(&s.ids[0], &ids[1]));
	n->ops->close(n);
}
