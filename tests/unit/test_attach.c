
#include "engine/engine.h"
#include "net/attach_client.h"
#include "net/attach_server.h"
#include "node_kit.h"

/* An engine that serves, and a client of it. */
struct pair {
	char dir[64];
	struct node *engine;
	struct attach_server *server;
	struct node *client;
};

static struct pair
open_pair(void)
{
	struct pair p;
	struct error err;
	struct engine_config config = { .workers = 1 };

	kit_make_dir(p.dir);
	config.dir = p.dir;
	CHECK_OK(engine_open(&config, &p.engine, &err), err);
	CHECK_OK(attach_server_start(p.engine, p.dir, &p.server, &err), err);
	CHECK_OK(attach_connect(p.dir, &p.client, &err), err);
	return p;
}

static void
close_pair(struct pair *p)
{
	p->client->ops->close(p->client);
	attach_server_stop(p->server);
	p->engine->ops->close(p->engine);
	kit_remove_dir(p->dir);
}

TEST(attach, a_client_does_what_the_owner_does)
{
	struct pair p = open_pair();
	struct node_info info;
	struct process_info process;
	struct buf none = BUF_INIT;
	struct buf item = BUF_INIT;
	struct message *m;
	struct error err;
	struct id found;
	struct id id;

	CHECK_OK(p.client->ops->info(p.client, &info, &err), err);
	CHECK(info.attached);
	id = kit_spawn(p.client, "far");
	CHECK_EVAL(p.client, &id, "X = 5", "");
	CHECK_EVAL(p.engine, &id, "X", "5");
	CHECK_DRY(p.client, &id, "X + 1", "6");
	CHECK_EVAL(p.engine, &id,
	    "ao.send({device = 'patch@1.0', cache = {x = X}}) return 'sent'",
	    "sent");
	CHECK_CACHE(p.client, &id, "", "{\"x\":5}");
	CHECK_CACHE(p.client, &id, "X", "5");
	CHECK_CACHE(p.client, &id, "y", "");
	CHECK_OK(p.client->ops->item(p.client, &id, &item, &err), err);
	CHECK_OK(message_verify(buf_span(&item), &m, &err), err);
	CHECK(id_equal(&m->id, &id));
	message_unref(m);
	buf_release(&item);
	CHECK_INT(
	    p.client->ops->item(p.client, &(struct id){ { 9 } }, &none, &err),
	    -1);
	CHECK_INT(err.code, ERR_NOT_FOUND);
	CHECK_INT(p.client->ops->cache(p.client, &(struct id){ { 9 } },
		      span_text(""), &none, &err),
	    -1);
	CHECK_INT(err.code, ERR_NOT_FOUND);
	CHECK_INT(none.len, 0);
	CHECK_OK(
	    p.client->ops->find(p.client, span_text("far"), NULL, &found, &err),
	    err);
	CHECK(id_equal(&found, &id));
	CHECK_OK(p.client->ops->process(p.client, &id, &process, &err), err);
	CHECK_INT(process.slots, 4);
	kit_settle(p.client);
	close_pair(&p);
}

/* How many there are, and the last one's place; `most` are enough. */
struct items {
	size_t count;
	size_t most;
	uint64_t place;
};

static bool
count_item(void *arg, const struct item_entry *entry)
{
	struct items *s = arg;

	s->place = entry->place;
	return ++s->count < s->most;
}

TEST(attach, items_are_kept_and_found_from_afar)
{
	struct item_query q = { .scope = ITEMS_ALL };
	struct pair p = open_pair();
	struct id process = kit_spawn(p.client, "far");
	struct buf item = kit_item(NULL, kit_eval_tags, 3, "kept");
	struct items s = { .most = 9 };
	struct error err;
	uint64_t ms;
	struct id id;

	CHECK_OK(p.client->ops->keep(p.client, buf_span(&item), &id, &ms, &err),
	    err);
	CHECK(ms > 0);
	CHECK_OK(p.client->ops->items(p.client, &q, count_item, &s, &err), err);
	CHECK_INT(s.count, 3);
	/* who has enough leaves the rest, and can go on there */
	s = (struct items){ .most = 2 };
	CHECK_OK(p.client->ops->items(p.client, &q, count_item, &s, &err), err);
	q.behind = s.place;
	s = (struct items){ .most = 9 };
	CHECK_OK(p.client->ops->items(p.client, &q, count_item, &s, &err), err);
	CHECK_INT(s.count, 1);
	q = (struct item_query){ .scope = ITEMS_BY_ID,
		.ids = &process,
		.id_count = 1 };
	s = (struct items){ .most = 9 };
	CHECK_OK(p.client->ops->items(p.client, &q, count_item, &s, &err), err);
	CHECK_INT(s.count, 1);
	item.p[item.len - 1] ^= 1;
	CHECK_INT(
	    p.client->ops->keep(p.client, buf_span(&item), &id, &ms, &err), -1);
	CHECK_INT(err.code, ERR_SIGNATURE);
	buf_release(&item);
	close_pair(&p);
}

TEST(attach, errors_come_over_with_their_codes)
{
	struct pair p = open_pair();
	struct process_info process;
	struct receipt r;
	struct error err;
	struct id id;

	memset(id.bytes, 9, ID_BYTES);
	CHECK_INT(p.client->ops->process(p.client, &id, &process, &err), -1);
	CHECK_INT(err.code, ERR_NOT_FOUND);
	CHECK_INT(p.client->ops->send(p.client, span_text("junk"), &r, &err),
	    -1);
	CHECK(err.code != ERR_GONE);
	close_pair(&p);
}

TEST(attach, a_client_that_gives_up_leaves_the_owner_in_order)
{
	struct pair p = open_pair();
	struct id id = kit_spawn(p.client, "p");
	struct message_draft draft = { .target = &id,
		.data = span_text("while true do end"),
		.tags = kit_eval_tags,
		.tag_count = 3 };
	struct address owner = keypair_address(kit_key);
	struct result result;
	struct error err;
	int ends[2];

	CHECK_INT(pipe(ends), 0);
	CHECK_INT(write(ends[1], "x", 1), 1);
	CHECK_INT(p.client->ops->dry_run(p.client, &draft, &owner, ends[0],
		      &result, &err),
	    -1);
	CHECK_INT(err.code, ERR_INTERRUPTED);
	CHECK_EVAL(p.client, &id, "1 + 1", "2");
	close(ends[0]);
	close(ends[1]);
	close_pair(&p);
}

TEST(attach, calls_on_an_owner_that_went_say_so)
{
	struct pair p = open_pair();
	struct node_info info;
	struct error err;

	attach_server_stop(p.server);
	CHECK_INT(p.client->ops->info(p.client, &info, &err), -1);
	CHECK_INT(err.code, ERR_GONE);
	p.client->ops->close(p.client);
	p.engine->ops->close(p.engine);
	CHECK_INT(attach_connect(p.dir, &p.client, &err), -1);
	CHECK_INT(err.code, ERR_GONE);
	kit_remove_dir(p.dir);
}

static bool
count_trace(void *arg, const struct trace_entry *e)
{
	size_t *count = arg;

	CHECK(e->kind == TRACE_MESSAGE);
	CHECK(e->depth == *count);
	CHECK_SPAN(e->name, "far");
	++*count;
	return true;
}

static bool
keep_slot(void *arg, const struct log_entry *e)
{
	struct import_entry *s = arg;
	static struct buf bytes[3];

	for (int i = 0; i < 3; i++)
		buf_clear(&bytes[i]);
	buf_add_span(&bytes[0], e->assignment_item);
	buf_add_span(&bytes[1], buf_span(&e->message->bytes));
	buf_add_span(&bytes[2], e->result_json);
	*s = (struct import_entry){ .at = log_entry_at(e),
		.assignment = buf_span(&bytes[0]),
		.message = buf_span(&bytes[1]),
		.verdict = e->verdict,
		.result_json = buf_span(&bytes[2]) };
	memcpy(s->chain, e->chain, SHA256_BYTES);
	return false;
}

TEST(attach, what_is_observed_comes_over)
{
	struct pair p = open_pair();
	struct id id = kit_spawn(p.client, "far");
	struct trace_query q = { .by_place = true, .at = { 1, 0 }, .depth = 9 };
	struct node_status status;
	struct node_info info;
	struct import_entry slot;
	struct buf here = BUF_INIT;
	struct buf there = BUF_INIT;
	size_t count = 0;
	struct error err;

	CHECK_EVAL(p.client, &id, "Send({Target = ao.id}) return 1", "1");
	kit_settle(p.client);
	q.message = id;
	CHECK_OK(p.client->ops->trace(p.client, &q, count_trace, &count, &err),
	    err);
	CHECK_INT(count, 2);
	CHECK_OK(p.client->ops->status(p.client, &status, &err), err);
	CHECK_INT(status.processes, 1);
	CHECK_INT(status.messages, 3);
	CHECK_INT(status.evaluated, 3);
	CHECK_INT(status.awake, 1);
	CHECK_INT(status.waiting, 0);
	CHECK_INT(status.pushes, 0);
	CHECK_INT(status.workers, 1);
	CHECK(status.memory > 0 && status.commits > 0 && status.records > 6);
	CHECK_OK(p.client->ops->attest(p.client, &id, position_of_slot(2), true,
		     &there, &err),
	    err);
	CHECK_OK(p.engine->ops->attest(p.engine, &id, position_of_slot(2), true,
		     &here, &err),
	    err);
	CHECK(span_equal(buf_span(&here), buf_span(&there)));
	buf_clear(&there);
	CHECK_OK(p.client->ops->info(p.client, &info, &err), err);
	CHECK_OK(p.client->ops->module(p.client, &info.module, &there, &err),
	    err);
	CHECK(there.len > 1000);
	CHECK_INT(p.client->ops->module(p.client, &id, &there, &err), -1);
	CHECK_INT(err.code, ERR_NOT_FOUND);
	CHECK_OK(p.client->ops->log(p.client, &id, position_of_slot(1),
		     keep_slot, &slot, &err),
	    err);
	CHECK_OK(p.client->ops->import(p.client, &id, &slot, 1, &err), err);
	slot.chain[0] ^= 1;
	CHECK_INT(p.client->ops->import(p.client, &id, &slot, 1, &err), -1);
	CHECK_INT(err.code, ERR_EXISTS);
	buf_release(&here);
	buf_release(&there);
	close_pair(&p);
}
