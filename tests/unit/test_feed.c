#include <pthread.h>

#include "engine/engine.h"
#include "pane/feed.h"
#include "node_kit.h"

enum {
	TEXT_MAX = 1000,
	FLOOD = 400 /* messages to each of two processes */
};

static struct node *
open_node(void)
{
	static const struct engine_config config = { .workers = 2 };
	struct node *n;
	struct error err;

	CHECK_OK(engine_open(&config, &n, &err), err);
	return n;
}

static struct feed *
open_feed(struct node *n, const struct id *id, struct position from)
{
	const struct feed_source s = { *id, from };
	struct feed *f;
	struct error err;

	CHECK_OK(feed_open(n, &s, 1, TEXT_MAX, &f, &err), err);
	return f;
}

/* "PLACE KIND ACTION: TEXT\n" */
static void
add_line(struct buf *out, const struct event *e)
{
	buf_printf(out, "%s %s %.*s: %.*s\n", position_text(e->at).text,
	    event_kind_name(e->kind), SPAN_ARG(e->action), SPAN_ARG(e->text));
}

/* Take what there is, at most so many; how many it was. */
static size_t
take(struct feed *f, size_t max, struct buf *out)
{
	struct event *e;
	size_t n = 0;

	while (n < max && (e = feed_next(f)) != NULL) {
		add_line(out, e);
		free(e);
		n++;
	}
	return n;
}

/* A process with some of everything. */
static struct id
lively(struct node *n)
{
	struct id id = kit_spawn(n, "lively");
	const struct tag ping[] = {
		{ span_text("Action"), span_text("Ping") },
		{ span_text("Data-Protocol"), span_text("ao") },
		{ span_text("Type"), span_text("Message") },
		{ span_text("X"), span_text("y") },
	};
	struct buf item;

	CHECK_EVAL(n, &id,
	    "Handlers.add('p', 'Ping', function(m) print('got ' .. m.Data) "
	    "Send({Target = ao.id, Action = 'Pong', Data = 'back'}) end) "
	    "Handlers.add('q', 'Pong', function() end) return 'ready'",
	    "ready");
	free(kit_eval(n, &id, "error('no', 0)"));
	item = kit_item(&id, ping, 4, "hello");
	(void)kit_send(n, &item);
	buf_release(&item);
	kit_settle(n);
	return id;
}

static const char lively_lines[] = "1 result : ready\n"
				   "2 eval Eval: error('no', 0)\n";

TEST(feed, shows_all_that_an_entry_gave)
{
	struct node *n = open_node();
	struct id id = lively(n);
	struct feed *f = open_feed(n, &id, position_of_slot(0));
	struct buf all = BUF_INIT;
	const char *text;

	(void)take(f, SIZE_MAX, &all);
	text = buf_text(&all);
	CHECK(strncmp(text, "0 start Process: \n1 eval Eval: Hand", 35) == 0);
	CHECK(strstr(text, lively_lines) != NULL);
	CHECK(strstr(text, "\n2 error : ") != NULL);
	CHECK(strstr(text,
		  "\n3 inbox Ping: hello\n3 print : got hello\n"
		  "3 push Pong: back\n4 inbox Pong: back\n") != NULL);
	CHECK_INT(position_slots(feed_cursor(f, 0)), 5);
	CHECK(!feed_is_held(f, 0));
	CHECK(feed_failure(f) == NULL);
	feed_close(f);
	buf_release(&all);
	n->ops->close(n);
}

TEST(feed, goes_on_from_any_cursor)
{
	struct node *n = open_node();
	struct id id = lively(n);
	struct position from = position_of_slot(0);
	struct buf all = BUF_INIT;
	struct buf parts = BUF_INIT;
	struct feed *f = open_feed(n, &id, from);
	size_t count = take(f, SIZE_MAX, &all);
	size_t seen = 0;

	feed_close(f);
	CHECK(count >= 8);
	/* a reader that ends behind each entry, and another that goes on */
	while (seen < count) {
		struct position before = from;

		f = open_feed(n, &id, from);
		while (position_compare(feed_cursor(f, 0), before) == 0) {
			CHECK_INT(take(f, 1, &parts), 1);
			seen++;
		}
		from = feed_cursor(f, 0);
		feed_close(f);
	}
	CHECK_TEXT(buf_text(&parts), buf_text(&all));
	f = open_feed(n, &id, from);
	CHECK_INT(take(f, 1, &parts), 0);
	feed_close(f);
	buf_release(&all);
	buf_release(&parts);
	n->ops->close(n);
}

TEST(feed, a_stopped_process_is_seen_to_wait)
{
	struct node *n = open_node();
	struct id id = kit_spawn(n, "a");
	struct buf item = kit_item(&id, kit_eval_tags, 3, "return 1");
	struct buf out = BUF_INIT;
	struct feed *f;
	struct error err;

	kit_settle(n);
	CHECK_OK(n->ops->stop(n, &id, true, &err), err);
	(void)kit_send(n, &item);
	f = open_feed(n, &id, position_of_slot(1));
	CHECK_INT(take(f, SIZE_MAX, &out), 0);
	CHECK(feed_is_held(f, 0));
	CHECK_OK(n->ops->stop(n, &id, false, &err), err);
	kit_settle(n);
	CHECK_INT(take(f, SIZE_MAX, &out), 2);
	CHECK(!feed_is_held(f, 0));
	feed_close(f);
	buf_release(&item);
	buf_release(&out);
	n->ops->close(n);
}

TEST(feed, an_unknown_process_is_an_error)
{
	struct node *n = open_node();
	const struct feed_source s = { .id = { { 1 } } };
	struct feed *f;
	struct error err;

	CHECK_INT(feed_open(n, &s, 1, TEXT_MAX, &f, &err), -1);
	CHECK_INT(err.code, ERR_NOT_FOUND);
	n->ops->close(n);
}

/* --- a flood --- */

struct flood {
	struct node *n;
	struct id ids[2];
};

static void *
send_flood(void *arg)
{
	struct flood *x = arg;

	for (int i = 0; i < FLOOD; i++)
		for (int k = 0; k < 2; k++) {
			struct buf item =
			    kit_item(&x->ids[k], kit_eval_tags, 3, "return 1");

			(void)kit_send(x->n, &item);
			buf_release(&item);
		}
	return NULL;
}

/* Until the flood is over; each slot must be the one behind the last. */
static void
follow(struct feed *f, uint64_t next[2])
{
	while (next[0] < FLOOD || next[1] < FLOOD) {
		struct pollfd p = { feed_fd(f), POLLIN, 0 };
		struct event *e = feed_next(f);

		if (!e) {
			CHECK(poll(&p, 1, KIT_WAIT_MS) != 0);
			continue;
		}
		if (e->kind == EVENT_EVAL)
			CHECK_INT(e->at.slot, ++next[e->source]);
		else if (e->kind != EVENT_START)
			CHECK_INT(e->kind, EVENT_RESULT);
		CHECK(e->at.slot == next[e->source]);
		free(e);
	}
}

TEST(feed, leaves_out_nothing_of_a_flood)
{
	struct flood x = { .n = open_node() };
	struct feed_source s[2] = { 0 };
	uint64_t next[2] = { 0 };
	struct feed *f;
	struct error err;
	pthread_t t;

	for (int k = 0; k < 2; k++)
		s[k].id = x.ids[k] = kit_spawn(x.n, k ? "b" : "a");
	CHECK_OK(feed_open(x.n, s, 2, TEXT_MAX, &f, &err), err);
	CHECK_INT(pthread_create(&t, NULL, send_flood, &x), 0);
	follow(f, next);
	pthread_join(t, NULL);
	feed_close(f);
	x.n->ops->close(x.n);
}

/* --- a node that fails --- */

/* Gives on what it is asked, unless it is to fail. */
struct broken {
	struct node node; /* first */
	struct node *inner;
	bool fails;
	bool wakes;
	int watches;
};

static int
broken_process(struct node *n, const struct id *id, struct process_info *out,
    struct error *err)
{
	struct broken *b = (struct broken *)n;

	return b->inner->ops->process(b->inner, id, out, err);
}

static int
broken_log(struct node *n, const struct id *id, struct position from,
    node_log_fn fn, void *arg, struct error *err)
{
	struct broken *b = (struct broken *)n;

	if (b->fails)
		return FAIL(err, ERR_GONE, "it went away");
	return b->inner->ops->log(b->inner, id, from, fn, arg, err);
}

static int
broken_watch(struct node *n, const struct id *id, int fd, struct error *err)
{
	struct broken *b = (struct broken *)n;

	if (!b->wakes)
		return FAIL(err, ERR_UNSUPPORTED, "it wakes nobody");
	b->watches++;
	return b->inner->ops->watch(b->inner, id, fd, err);
}

static void
broken_unwatch(struct node *n, const struct id *id, int fd)
{
	struct broken *b = (struct broken *)n;

	b->watches--;
	b->inner->ops->unwatch(b->inner, id, fd);
}

static const struct node_ops broken_ops = {
	.process = broken_process,
	.log = broken_log,
	.watch = broken_watch,
	.unwatch = broken_unwatch,
};

/* The next event, waiting as a user of the feed does. */
static void
await_line(struct feed *f, struct buf *out)
{
	size_t len = out->len;

	while (take(f, 1, out) == 0) {
		struct pollfd p = { feed_fd(f), POLLIN, 0 };

		CHECK(poll(&p, 1, feed_wait_ms(f)) >= 0);
	}
	CHECK(out->len > len);
}

TEST(feed, tells_once_that_a_node_fails_and_that_it_is_back)
{
	struct broken b = { .node = { &broken_ops },
		.inner = open_node(),
		.wakes = true };
	struct id id = kit_spawn(b.inner, "a");
	struct buf out = BUF_INIT;
	struct feed *f;

	kit_settle(b.inner);
	f = open_feed(&b.node, &id, position_of_slot(0));
	await_line(f, &out);
	b.fails = true;
	free(kit_eval(b.inner, &id, "return 1"));
	await_line(f, &out);
	CHECK_INT(take(f, SIZE_MAX, &out), 0);
	CHECK(feed_failure(f) != NULL);
	CHECK(feed_wait_ms(f) >= 0);
	free(kit_eval(b.inner, &id, "return 2"));
	CHECK_INT(take(f, SIZE_MAX, &out), 0);
	b.fails = false;
	for (int i = 0; i < 5; i++)
		await_line(f, &out);
	CHECK_TEXT(buf_text(&out),
	    "0 start Process: \n"
	    "0 status : the node fails: it went away\n"
	    "0 status : the node is back\n"
	    "1 eval Eval: return 1\n1 result : 1\n"
	    "2 eval Eval: return 2\n2 result : 2\n");
	CHECK(feed_failure(f) == NULL);
	CHECK_INT(b.watches, 1);
	feed_close(f);
	CHECK_INT(b.watches, 0);
	buf_release(&out);
	b.inner->ops->close(b.inner);
}

TEST(feed, asks_a_node_that_wakes_nobody)
{
	struct broken b = { .node = { &broken_ops }, .inner = open_node() };
	struct id id = kit_spawn(b.inner, "a");
	struct buf out = BUF_INIT;
	struct feed *f;

	kit_settle(b.inner);
	f = open_feed(&b.node, &id, position_of_slot(0));
	await_line(f, &out);
	CHECK_INT(take(f, SIZE_MAX, &out), 0);
	CHECK(feed_wait_ms(f) >= 0);
	free(kit_eval(b.inner, &id, "return 1"));
	await_line(f, &out);
	await_line(f, &out);
	CHECK_TEXT(buf_text(&out),
	    "0 start Process: \n1 eval Eval: return 1\n1 result : 1\n");
	feed_close(f);
	buf_release(&out);
	b.inner->ops->close(b.inner);
}
