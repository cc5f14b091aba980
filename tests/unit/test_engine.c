#include "base/fault.h"
#include "base/thread.h"
#include "engine/engine.h"
#include "node_kit.h"

static struct node *
open_engine(const char *dir)
{
	const struct engine_config config = { .dir = dir };
	struct error err;
	struct node *n;

	CHECK_OK(engine_open(&config, &n, &err), err);
	return n;
}

TEST(engine, a_process_keeps_its_state_from_message_to_message)
{
	struct node *n = open_engine(NULL);
	struct id p = kit_spawn(n, "counter");

	CHECK_EVAL(n, &p, "Count = 41", "");
	CHECK_EVAL(n, &p, "Count = Count + 1", "");
	CHECK_EVAL(n, &p, "Count", "42");
	CHECK_EVAL(n, &p, "Name", "counter");
	n->ops->close(n);
}

TEST(engine, a_failed_evaluation_leaves_the_state_as_it_was)
{
	struct node *n = open_engine(NULL);
	struct id p = kit_spawn(n, "p");
	struct buf item = kit_item(&p, kit_eval_tags, 3, "X = 2; error('no')");
	struct receipt r;
	struct kit_slot s;

	CHECK_EVAL(n, &p, "X = 1", "");
	r = kit_send(n, &item);
	s = kit_result(n, &p, r.slot);
	CHECK_INT(s.verdict, VERDICT_ERROR);
	CHECK_EVAL(n, &p, "X", "1");
	buf_release(&s.json);
	buf_release(&item);
	n->ops->close(n);
}

TEST(engine, a_dry_run_sees_all_and_keeps_nothing)
{
	struct node *n = open_engine(NULL);
	struct id p = kit_spawn(n, "p");
	struct process_info info;
	struct error err;

	CHECK_EVAL(n, &p, "X = 1", "");
	CHECK_DRY(n, &p, "X = X + 1; return X", "2");
	CHECK_DRY(n, &p, "X", "1");
	CHECK_OK(n->ops->process(n, &p, &info, &err), err);
	CHECK_INT(info.slots, 2);
	n->ops->close(n);
}

TEST(engine, what_a_process_shows_follows_from_its_log)
{
	static const char patch[] = "Send({device = 'patch@1.0', cache = %s})";
	const struct id nobody = { { 9 } };
	struct buf code = BUF_INIT;
	struct error err;
	char dir[64];
	struct node *n;
	struct id p;
	char *text;

	kit_make_dir(dir);
	n = open_engine(dir);
	p = kit_spawn(n, "p");
	CHECK_CACHE(n, &p, "", "{}");
	buf_printf(&code, patch, "{a = 1, t = {x = 1}}");
	text = kit_eval(n, &p, buf_text(&code));
	free(text);
	CHECK_CACHE(n, &p, "", "{\"a\":1,\"t\":{\"x\":1}}");
	/* neither what failed nor what was only tried */
	buf_clear(&code);
	buf_printf(&code, patch, "{a = 2}");
	text = kit_dry(n, &p, buf_text(&code));
	free(text);
	buf_add_text(&code, " error('no')");
	text = kit_eval(n, &p, buf_text(&code));
	free(text);
	CHECK_CACHE(n, &p, "a", "1");
	CHECK_CACHE(n, &p, "b", "");
	n->ops->close(n);
	n = open_engine(dir);
	CHECK_CACHE(n, &p, "A", "1");
	buf_clear(&code);
	buf_printf(&code, patch, "{t = {y = 2}}");
	text = kit_eval(n, &p, buf_text(&code));
	free(text);
	CHECK_CACHE(n, &p, "t", "{\"x\":1,\"y\":2}");
	CHECK_INT(n->ops->cache(n, &nobody, span_text(""), &code, &err), -1);
	CHECK_INT(err.code, ERR_NOT_FOUND);
	n->ops->close(n);
	buf_release(&code);
	kit_remove_dir(dir);
}

TEST(engine, the_same_item_again_gets_the_same_slot)
{
	struct node *n = open_engine(NULL);
	struct id p = kit_spawn(n, "p");
	struct buf item = kit_item(&p, kit_eval_tags, 3, "X = (X or 0) + 1");
	struct receipt first = kit_send(n, &item);
	struct receipt again = kit_send(n, &item);

	CHECK_INT(first.slot, 1);
	CHECK_INT(again.slot, 1);
	CHECK_INT(again.timestamp_ms, first.timestamp_ms);
	CHECK_EVAL(n, &p, "X", "1");
	buf_release(&item);
	n->ops->close(n);
}

TEST(engine, nothing_unverified_gets_a_slot)
{
	struct node *n = open_engine(NULL);
	struct id p = kit_spawn(n, "p");
	struct buf item = kit_item(&p, kit_eval_tags, 3, "1 + 1");
	struct process_info info;
	struct receipt r;
	struct error err;

	item.p[item.len - 1] ^= 1;
	CHECK_INT(n->ops->send(n, buf_span(&item), &r, &err), -1);
	CHECK_INT(err.code, ERR_SIGNATURE);
	CHECK_INT(n->ops->send(n, span_first(buf_span(&item), 20), &r, &err),
	    -1);
	CHECK_INT(err.code, ERR_SHORT);
	buf_release(&item);

	memset(p.bytes, 0x55, ID_BYTES);
	item = kit_item(&p, kit_eval_tags, 3, "1 + 1");
	CHECK_INT(n->ops->send(n, buf_span(&item), &r, &err), -1);
	CHECK_INT(err.code, ERR_NOT_FOUND);
	CHECK_INT(n->ops->process(n, &p, &info, &err), -1);
	CHECK_INT(err.code, ERR_NOT_FOUND);
	buf_release(&item);

	{
		struct id_text module = id_encode(&p);
		const struct tag tags[] = {
			{ span_text("Data-Protocol"), span_text("ao") },
			{ span_text("Type"), span_text("Process") },
			{ span_text("Module"), span_text(module.text) },
		};

		item = kit_item(NULL, tags, 3, "");
	}
	CHECK_INT(n->ops->send(n, buf_span(&item), &r, &err), -1);
	CHECK_INT(err.code, ERR_FORMAT);
	CHECK_TEXT(err.text, "tag 'Scheduler' is missing");
	buf_release(&item);

	item = kit_item(&p, kit_eval_tags, 1, "no protocol");
	CHECK_INT(n->ops->send(n, buf_span(&item), &r, &err), -1);
	CHECK_INT(err.code, ERR_FORMAT);
	buf_release(&item);
	n->ops->close(n);
}

/* Slots of a log whose items are to be had by id, as they are in it. */
struct kept {
	struct id ids[16];
	struct buf messages[16];
	size_t count;
	struct id assignments[16];
};

static bool
keep_entry(void *arg, const struct log_entry *entry)
{
	struct kept *k = arg;

	k->ids[k->count] = entry->message->id;
	k->assignments[k->count] = entry->assignment;
	buf_add_span(&k->messages[k->count], buf_span(&entry->message->bytes));
	k->count++;
	return true;
}

/* An item that a node gives, verified by itself; its signer's address. */
static struct address
check_item(struct node *n, const struct id *id, const struct buf *wanted)
{
	struct buf bytes = BUF_INIT;
	struct address signer;
	struct message *m;
	struct error err;

	CHECK_OK(n->ops->item(n, id, &bytes, &err), err);
	CHECK_OK(message_verify(buf_span(&bytes), &m, &err), err);
	CHECK(id_equal(&m->id, id));
	if (wanted)
		CHECK(span_equal(buf_span(&bytes), buf_span(wanted)));
	signer = m->owner;
	message_unref(m);
	buf_release(&bytes);
	return signer;
}

TEST(engine, every_item_can_be_fetched_and_verified)
{
	struct node *n = open_engine(NULL);
	struct id p = kit_spawn(n, "p");
	struct buf nothing = BUF_INIT;
	struct kept k = { .count = 0 };
	struct node_info info;
	struct error err;

	CHECK_OK(n->ops->info(n, &info, &err), err);
	CHECK_EVAL(n, &p, "Send({Target = ao.id, Data = 'x'}) return 1", "1");
	kit_settle(n);
	CHECK_OK(n->ops->log(n, &p, position_of_slot(0), keep_entry, &k, &err),
	    err);
	CHECK_INT(k.count, 3);
	for (size_t i = 0; i < k.count; i++) {
		struct address by = check_item(n, &k.ids[i], &k.messages[i]);
		struct address slot = check_item(n, &k.assignments[i], NULL);

		/* what the process sent is signed with the node's key */
		CHECK_INT(!strcmp(by.text, info.address.text), i == 2);
		CHECK_TEXT(slot.text, info.address.text);
		buf_release(&k.messages[i]);
	}
	CHECK_INT(n->ops->item(n, &(struct id){ { 9 } }, &nothing, &err), -1);
	CHECK_INT(err.code, ERR_NOT_FOUND);
	CHECK_INT(nothing.len, 0);
	n->ops->close(n);
}

TEST(engine, processes_answer_each_other)
{
	struct node *n = open_engine(NULL);
	struct id a = kit_spawn(n, "a");
	struct id b = kit_spawn(n, "b");
	char code[256];

	CHECK_EVAL(n, &b,
	    "Handlers.add('ping', 'Ping', function(m)"
	    " m.reply({Action = 'Pong', Data = m.Data .. '!'}) end) return 1",
	    "1");
	snprintf(code, sizeof(code),
	    "Send({Target = '%s', Action = 'Ping', Data = 'hi'}) return 'sent'",
	    id_encode(&b).text);
	CHECK_EVAL(n, &a, code, "sent");
	kit_settle(n);
	CHECK_EVAL(n, &a, "#Inbox .. Inbox[2].Action .. Inbox[2].Data",
	    "2Ponghi!");
	CHECK_EVAL(n, &a, "Inbox[2].From == Inbox[2]['From-Process']", "");
	n->ops->close(n);
}

TEST(engine, what_a_told_result_sent_comes_before_a_later_message)
{
	struct node *n = open_engine(NULL);
	struct id p = kit_spawn(n, "p");
	char expected[16];

	for (int i = 1; i <= 20; i++) {
		CHECK_EVAL(n, &p, "Send({Target = ao.id, Data = 'x'}) return",
		    "");
		/* the spawn message is in the inbox, too */
		snprintf(expected, sizeof(expected), "%d", i + 1);
		CHECK_EVAL(n, &p, "#Inbox", expected);
	}
	n->ops->close(n);
}

TEST(engine, a_spawn_from_a_process_is_answered_with_its_id)
{
	struct node *n = open_engine(NULL);
	struct id p = kit_spawn(n, "parent");
	struct process_info info;
	struct error err;
	struct id child;
	char *text;

	CHECK_EVAL(n, &p, "Spawn(ao._module, {Name = 'child'}) return", "");
	kit_settle(n);
	text = kit_eval(n, &p, "Inbox[#Inbox].Action .. Inbox[#Inbox].Process");
	CHECK(!strncmp(text, "Spawned", 7));
	CHECK_OK(id_decode(span_text(text + 7), &child, &err), err);
	free(text);
	CHECK_OK(n->ops->process(n, &child, &info, &err), err);
	CHECK_TEXT(info.name, "child");
	CHECK_TEXT(info.owner.text, id_encode(&p).text);
	n->ops->close(n);
}

TEST(engine, a_message_for_a_wallet_is_no_failure)
{
	struct node *n = open_engine(NULL);
	struct id p = kit_spawn(n, "p");

	CHECK_EVAL(n, &p,
	    "Send({Target = 'fcoN_xJeisVsPXA-trzVAuIiqO3ydLQxM-L4XbrQKzY'})"
	    " return 1",
	    "1");
	kit_settle(n);
	CHECK_EVAL(n, &p, "#Inbox", "1");
	n->ops->close(n);
}

TEST(engine, goes_on_where_it_ended)
{
	char dir[64];
	struct address me = keypair_address(kit_key);
	struct error err;
	struct node *n;
	struct id found;
	struct id p;

	kit_make_dir(dir);
	n = open_engine(dir);
	p = kit_spawn(n, "durable");
	CHECK_EVAL(n, &p, "X = {1, 2, 3}", "");
	CHECK_EVAL(n, &p, "X[4] = 4; error('not this')",
	    "\n\n\x1b[31merror:\n\x1b[0m[string \"aos\"]:1: not this");
	n->ops->close(n);

	n = open_engine(dir);
	CHECK_OK(n->ops->find(n, span_text("durable"), &me, &found, &err), err);
	CHECK(id_equal(&found, &p));
	CHECK_EVAL(n, &p, "X[4] = #X; return X[4]", "3");
	n->ops->close(n);

	n = open_engine(dir);
	CHECK_DRY(n, &p, "#X", "4");
	n->ops->close(n);
	kit_remove_dir(dir);
}

TEST(engine, a_dry_run_that_does_not_end_can_be_given_up)
{
	struct node *n = open_engine(NULL);
	struct id p = kit_spawn(n, "p");
	struct message_draft draft = { .target = &p,
		.data = span_text("while true do end"),
		.tags = kit_eval_tags,
		.tag_count = 3 };
	struct address owner = keypair_address(kit_key);
	struct result result = RESULT_INIT;
	struct error err;
	int ends[2];
	int rc;

	CHECK_INT(pipe(ends), 0);
	CHECK_INT(write(ends[1], "x", 1), 1);
	rc = n->ops->dry_run(n, &draft, &owner, ends[0], &result, &err);
	if (rc == 0)
		CHECK_INT(result.verdict, VERDICT_INTERRUPTED);
	else
		CHECK_INT(err.code, ERR_INTERRUPTED);
	result_release(&result);
	CHECK_DRY(n, &p, "1 + 1", "2");
	close(ends[0]);
	close(ends[1]);
	n->ops->close(n);
}

TEST(engine, settling_ends_when_its_time_is_over)
{
	struct node *n = open_engine(NULL);
	struct id p = kit_spawn(n, "p");
	struct error err;

	CHECK_EVAL(n, &p,
	    "Handlers.add('again', 'Again', function(m)"
	    " Send({Target = ao.id, Action = 'Again'}) end)"
	    " Send({Target = ao.id, Action = 'Again'}) return",
	    "");
	CHECK_INT(n->ops->settle(n, 50, -1, &err), -1);
	CHECK_INT(err.code, ERR_TIMEOUT);
	n->ops->close(n);
}

struct listing {
	int count;
	char names[256];
};

static bool
list_one(void *arg, const struct process_info *info)
{
	struct listing *l = arg;

	l->count++;
	strcat(l->names, info->name);
	return true;
}

TEST(engine, lists_processes_oldest_first)
{
	struct node *n = open_engine(NULL);
	struct listing l = { 0 };
	struct error err;

	kit_spawn(n, "x");
	kit_spawn(n, "y");
	kit_spawn(n, "z");
	CHECK_OK(n->ops->list(n, list_one, &l, &err), err);
	CHECK_INT(l.count, 3);
	CHECK_TEXT(l.names, "xyz");
	n->ops->close(n);
}

TEST(engine, many_processes_at_once_lose_nothing)
{
	enum {
		PROCESSES = 40,
		MESSAGES = 25
	};
	struct node *n = open_engine(NULL);
	struct id sink = kit_spawn(n, "sink");
	struct id p[PROCESSES];
	char code[256];
	char expected[16];

	CHECK_EVAL(n, &sink,
	    "N = 0 Handlers.add('n', 'N', function() N = N + 1 end) return 0",
	    "0");
	snprintf(code, sizeof(code),
	    "for i = 1, %d do Send({Target = '%s', Action = 'N'}) end",
	    MESSAGES, id_encode(&sink).text);
	for (int i = 0; i < PROCESSES; i++) {
		struct buf item;

		p[i] = kit_spawn(n, "p");
		item = kit_item(&p[i], kit_eval_tags, 3, code);
		kit_send(n, &item);
		buf_release(&item);
	}
	kit_settle(n);
	snprintf(expected, sizeof(expected), "%d", PROCESSES * MESSAGES);
	CHECK_EVAL(n, &sink, "N", expected);
	n->ops->close(n);
}

struct flood {
	struct node *node;
	const struct id *process;
	int count;
};

static void *
flood_main(void *arg)
{
	const struct flood *f = arg;

	for (int i = 0; i < f->count; i++) {
		uint8_t anchor[ANCHOR_BYTES];
		const struct message_draft draft = { .target = f->process,
			.anchor = span_of(anchor, sizeof(anchor)),
			.data = span_text("N = (N or 0) + 1"),
			.tags = kit_eval_tags,
			.tag_count = 3 };
		struct buf item = BUF_INIT;
		struct receipt r;
		struct error err;

		memset(anchor, i, sizeof(anchor));
		memcpy(anchor, &f, sizeof(f));
		if (message_sign(&draft, kit_key, &item, &err) < 0 ||
		    f->node->ops->send(f->node, buf_span(&item), &r, &err) < 0)
			abort();
		buf_release(&item);
	}
	return NULL;
}

static bool
count_evaluated(void *arg, const struct log_entry *entry)
{
	*(int *)arg += entry->evaluated && entry->verdict == VERDICT_OK;
	return true;
}

TEST(engine, a_flood_from_many_threads_is_whole_in_the_log)
{
	enum {
		THREADS = 4,
		EACH = 200
	};
	pthread_t threads[THREADS];
	struct flood floods[THREADS];
	struct error err;
	struct node *n;
	struct id p;
	char dir[64];
	int count = 0;

	kit_make_dir(dir);
	n = open_engine(dir);
	p = kit_spawn(n, "p");
	for (int i = 0; i < THREADS; i++) {
		floods[i] = (struct flood){ n, &p, EACH };
		CHECK_OK(thread_start(&threads[i], "flood", flood_main,
			     &floods[i], &err),
		    err);
	}
	for (int i = 0; i < THREADS; i++)
		thread_join(threads[i]);
	kit_settle(n);
	n->ops->close(n);

	n = open_engine(dir);
	CHECK_OK(n->ops->log(n, &p, position_of_slot(0), count_evaluated,
		     &count, &err),
	    err);
	CHECK_INT(count, THREADS * EACH + 1);
	CHECK_DRY(n, &p, "N", "800");
	n->ops->close(n);
	kit_remove_dir(dir);
}

/* The disk is full from now on, or (again) for a very long time not. */
static void
set_disk_full(bool full)
{
	CHECK_INT(setenv("AOSH_FAULT",
		      full ? "JOURNAL_FULL" : "JOURNAL_FULL:1000000000", 1),
	    0);
	fault_init();
}

TEST(engine, that_failed_says_why_to_dry_runs_too)
{
	struct node *n = open_engine(NULL);
	struct id p = kit_spawn(n, "p");
	struct buf item = kit_item(&p, kit_eval_tags, 3, "X = 2");
	struct message_draft draft = { .target = &p,
		.data = span_text("X"),
		.tags = kit_eval_tags,
		.tag_count = 3 };
	struct address owner = keypair_address(kit_key);
	struct result result;
	struct receipt r;
	struct error err;

	CHECK_EVAL(n, &p, "X = 1", "");
	set_disk_full(true);
	CHECK_INT(n->ops->send(n, buf_span(&item), &r, &err), -1);
	CHECK_INT(err.code, ERR_FULL);
	CHECK_INT(n->ops->dry_run(n, &draft, &owner, -1, &result, &err), -1);
	CHECK_INT(err.code, ERR_FULL);
	set_disk_full(false);
	buf_release(&item);
	n->ops->close(n);
}

TEST(engine, an_assignment_reaches_all_that_are_there)
{
	struct node *n = open_engine(NULL);
	struct id a = kit_spawn(n, "a");
	struct id b = kit_spawn(n, "b");
	struct id c = kit_spawn(n, "c");
	struct id nobody = { { 0x55 } };
	struct process_info info;
	struct error err;
	char code[400];

	snprintf(code, sizeof(code),
	    "Assign({Processes = {'%s', '%s', '%s'}, Message = '%s'}) return 1",
	    id_encode(&b).text, id_encode(&nobody).text, id_encode(&c).text,
	    id_encode(&a).text);
	CHECK_EVAL(n, &a, code, "Assignment added to outbox.\n1");
	kit_settle(n);
	CHECK_OK(n->ops->process(n, &b, &info, &err), err);
	CHECK_INT(info.slots, 2);
	CHECK_OK(n->ops->process(n, &c, &info, &err), err);
	CHECK_INT(info.slots, 2);
	n->ops->close(n);
}

/* A large result's outbox is read back from the log: all of it, and once. */
TEST(engine, a_large_outbox_is_delivered_whole)
{
	struct node *n = open_engine(NULL);
	struct id from = kit_spawn(n, "from");
	struct id to = kit_spawn(n, "to");
	char code[400];

	CHECK_EVAL(n, &to,
	    "Seen = '' Handlers.add('hi', 'Hi', function(m) "
	    "Seen = Seen .. #m.Data .. ' ' end)",
	    "");
	snprintf(code, sizeof(code),
	    "for i = 1, 3 do Send({Target = '%s', Action = 'Hi', "
	    "Data = ('x'):rep(i * 20000)}) end return 1",
	    id_encode(&to).text);
	CHECK_EVAL(n, &from, code, "1");
	CHECK_EVAL(n, &from, "return 2", "2");
	kit_settle(n);
	CHECK_DRY(n, &to, "Seen", "20000 40000 60000 ");
	n->ops->close(n);
}
