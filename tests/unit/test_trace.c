#include "base/clock.h"
#include "engine/engine.h"
#include "node_kit.h"

static struct node *
open_node(void)
{
	static const struct engine_config config = { .workers = 2 };
	struct node *n;
	struct error err;

	CHECK_OK(engine_open(&config, &n, &err), err);
	return n;
}

enum {
	SEEN_MAX = 64
};

/* Entries as lines: "DEPTH KIND NAME SLOT ACTION VERDICT". */
struct seen {
	struct buf text;
	size_t count;
	size_t limit;
	uint64_t last_ms;
};

static bool
see(void *arg, const struct trace_entry *e)
{
	static const char *const kinds[] = { "message", "spawn", "assign",
		"tick", "wallet", "missing" };
	struct seen *s = arg;

	buf_printf(&s->text, "%u %s %.*s %s %.*s %s%s\n", e->depth,
	    kinds[e->kind], SPAN_ARG(e->name), position_text(e->at).text,
	    SPAN_ARG(e->action), e->evaluated ? verdict_name(e->verdict) : "-",
	    e->more ? " more" : "");
	s->last_ms = e->timestamp_ms;
	return ++s->count < s->limit;
}

static void
check_trace(struct node *n, const struct trace_query *q, const char *expected)
{
	struct seen s = { .limit = SEEN_MAX };
	struct error err;

	CHECK_OK(n->ops->trace(n, q, see, &s, &err), err);
	CHECK_TEXT(buf_text(&s.text), expected);
	buf_release(&s.text);
}

static char *
id_of(const struct id *id)
{
	return strdup(id_encode(id).text);
}

/* Send an Eval; its id. */
static struct id
say(struct node *n, const struct id *process, const char *code)
{
	struct buf item = kit_item(process, kit_eval_tags, 3, code);
	struct receipt r = kit_send(n, &item);

	buf_release(&item);
	kit_settle(n);
	return r.message;
}

/* alice asks bob, bob asks carol and spawns; carol tells a wallet. */
TEST(trace, follows_a_conversation_over_three_processes_and_a_spawn)
{
	struct node *n = open_node();
	struct id alice = kit_spawn(n, "alice");
	struct id bob = kit_spawn(n, "bob");
	struct id carol = kit_spawn(n, "carol");
	struct trace_query q = { .depth = 100 };
	char *to_bob = id_of(&bob);
	char *to_carol = id_of(&carol);
	struct node_info info;
	struct error err;
	char code[1024];

	CHECK_OK(n->ops->info(n, &info, &err), err);
	snprintf(code, sizeof(code),
	    "Handlers.add('ask', 'Ask', function(m) "
	    "Send({Target = '%s', Action = 'Further'}) "
	    "Spawn('%s', {Name = 'kid'}) end)",
	    to_carol, id_encode(&info.module).text);
	say(n, &bob, code);
	snprintf(code, sizeof(code),
	    "Handlers.add('further', 'Further', function(m) "
	    "Send({Target = '%s', Action = 'Tell', Data = 'x'}) end)",
	    keypair_address(kit_key).text);
	say(n, &carol, code);
	snprintf(code, sizeof(code), "Send({Target = '%s', Action = 'Ask'})",
	    to_bob);
	q.message = say(n, &alice, code);
	/* what is for a wallet is on disk before whatever comes later */
	say(n, &alice, "return");
	check_trace(n, &q,
	    "0 message alice 1 Eval ok\n"
	    "1 message bob 2 Ask ok\n"
	    "2 message carol 2 Further ok\n"
	    "3 wallet  0 Tell -\n"
	    "2 spawn kid 0  -\n"
	    "2 message bob 3 Spawned ok\n");
	q.depth = 1;
	check_trace(n, &q,
	    "0 message alice 1 Eval ok\n"
	    "1 message bob 2 Ask ok more\n");
	q = (struct trace_query){ .by_place = true,
		.message = carol,
		.at = { 2, 0 },
		.depth = 9 };
	check_trace(n, &q,
	    "0 message carol 2 Further ok\n"
	    "1 wallet  0 Tell -\n");
	free(to_bob);
	free(to_carol);
	n->ops->close(n);
}

/* Two processes that answer each other for a while. */
TEST(trace, ends_where_the_reader_or_the_depth_ends_it)
{
	struct node *n = open_node();
	struct id p = kit_spawn(n, "p");
	struct trace_query q = { .depth = 5 };
	struct seen s = { .limit = 3 };
	struct error err;

	say(n, &p,
	    "N = 0 Handlers.add('again', 'Again', function(m) N = N + 1 "
	    "if N < 20 then Send({Target = ao.id, Action = 'Again'}) end "
	    "end)");
	q.message = say(n, &p, "Send({Target = ao.id, Action = 'Again'})");
	CHECK_OK(n->ops->trace(n, &q, see, &s, &err), err);
	CHECK_INT(s.count, 3);
	buf_clear(&s.text);
	s.count = 0;
	s.limit = SEEN_MAX;
	CHECK_OK(n->ops->trace(n, &q, see, &s, &err), err);
	CHECK_INT(s.count, 6);
	q.depth = 1000;
	s.count = 0;
	CHECK_OK(n->ops->trace(n, &q, see, &s, &err), err);
	CHECK_INT(s.count, 21);
	buf_release(&s.text);
	n->ops->close(n);
}

/* The same message in a second log, which sends it back to the first. */
TEST(trace, an_assigned_message_is_not_followed_in_a_circle)
{
	struct node *n = open_node();
	struct id a = kit_spawn(n, "a");
	struct id b = kit_spawn(n, "b");
	char *to_a = id_of(&a);
	char *to_b = id_of(&b);
	struct trace_query q = { .depth = 100 };
	char code[512];

	snprintf(code, sizeof(code),
	    "Handlers.prepend('x', 'Round', function(m) "
	    "Assign({Processes = {'%s'}, Message = m.Id}) end)",
	    to_b);
	say(n, &a, code);
	snprintf(code, sizeof(code),
	    "ao.addAssignable('x', function() return true end) "
	    "Handlers.prepend('x', 'Round', function(m) "
	    "Assign({Processes = {'%s'}, Message = m.Id}) end)",
	    to_a);
	say(n, &b, code);
	q.message =
	    say(n, &a, "return Send({Target = ao.id, Action = 'Round'})");
	check_trace(n, &q,
	    "0 message a 2 Eval ok\n"
	    "1 message a 3 Round ok\n"
	    "2 assign b 2 Round ok\n"
	    "3 assign a 3 Round ok more\n");
	free(to_a);
	free(to_b);
	n->ops->close(n);
}

/* What a tick sends is pushed while its process is monitored. */
TEST(trace, begins_at_a_tick)
{
	static const uint64_t start = 1795195414667;
	const struct tag cron[] = {
		{ span_text("Cron-Interval"), span_text("1-second") },
		{ span_text("Cron-Tag-Action"), span_text("Cron") },
	};
	struct node *n = open_node();
	struct trace_query q = { .by_place = true, .at = { 1, 1 }, .depth = 9 };
	struct seen s = { .limit = SEEN_MAX };
	struct error err;

	clock_set_virtual(start);
	q.message = kit_spawn_with(n, "p", cron, 2);
	say(n, &q.message,
	    "Handlers.add('c', 'Cron', function(m) "
	    "Send({Target = ao.id, Action = 'Told'}) end)");
	clock_set_virtual(start + 1000);
	say(n, &q.message, "return");
	CHECK_OK(n->ops->monitor(n, &q.message, true, &err), err);
	clock_set_virtual(start + 2000);
	say(n, &q.message, "return");
	check_trace(n, &q,
	    "0 tick p 1+1 Cron ok\n"
	    "1 missing  0 Told -\n");
	q.at = (struct position){ 2, 1 };
	/* before or behind the message that was sent at that time */
	CHECK_OK(n->ops->trace(n, &q, see, &s, &err), err);
	CHECK(strcmp(buf_text(&s.text),
		  "0 tick p 2+1 Cron ok\n1 message p 3 Told ok\n") == 0 ||
	    strcmp(buf_text(&s.text),
		"0 tick p 2+1 Cron ok\n1 message p 4 Told ok\n") == 0);
	buf_release(&s.text);
	q.depth = 0;
	check_trace(n, &q, "0 tick p 2+1 Cron ok more\n");
	n->ops->close(n);
	clock_set_virtual(0);
}

TEST(trace, of_what_is_not_there_says_so)
{
	struct node *n = open_node();
	struct trace_query q = { .message = { { 9 } }, .depth = 3 };
	struct seen s = { .limit = SEEN_MAX };
	struct error err;

	CHECK_INT(n->ops->trace(n, &q, see, &s, &err), -1);
	CHECK_INT(err.code, ERR_NOT_FOUND);
	q.by_place = true;
	CHECK_INT(n->ops->trace(n, &q, see, &s, &err), -1);
	CHECK_INT(err.code, ERR_NOT_FOUND);
	q.message = kit_spawn(n, "p");
	q.at.slot = 1;
	CHECK_INT(n->ops->trace(n, &q, see, &s, &err), -1);
	CHECK_INT(err.code, ERR_NOT_FOUND);
	/* not the next one that there is, either */
	q.at = (struct position){ 0, 1 };
	CHECK_EVAL(n, &q.message, "1", "1");
	CHECK_INT(n->ops->trace(n, &q, see, &s, &err), -1);
	CHECK_INT(err.code, ERR_NOT_FOUND);
	CHECK_TEXT(err.text, "no slot 0+1");
	CHECK_INT(s.count, 0);
	n->ops->close(n);
}
