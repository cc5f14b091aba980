#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ao/outbox.h"
#include "test.h"

#define ID_A "8MGp9kOU4JYxAlPT1AyL7O3cedd97y-w8X4ciBsf_Xo"
#define ID_B "us90N_KmuhxSGm-r2R-VqlKb0xnUOAJALxkPtW4ldgg"
#define ANCHOR "00000000000000000000000000000042"

/* A node key and a parent process, as the messenger has them. */
struct scene {
	struct keypair *kp;
	struct process parent;
	struct message *cause;
	struct outbox outbox;
};

static struct message *
sign_texts(const struct keypair *kp, const char *const *texts)
{
	struct tag tags[16];
	struct message_draft draft = { .tags = tags };
	struct buf bytes = BUF_INIT;
	struct message *m;
	struct error err;

	for (; *texts; texts += 2)
		tags[draft.tag_count++] =
		    (struct tag){ span_text(texts[0]), span_text(texts[1]) };
	CHECK_OK(message_sign(&draft, kp, &bytes, &err), err);
	CHECK_OK(message_verify(buf_span(&bytes), &m, &err), err);
	buf_release(&bytes);
	return m;
}

static void
setup(struct scene *s, const char *result)
{
	static const char *const spawn[] = { "Data-Protocol", "ao", "Type",
		"Process", "Module", ID_A, "Scheduler", "the-scheduler",
		"Authority", "one", "Authority", "two", NULL };
	static const char *const cause[] = { "Action", "Eval", NULL };
	struct message *m;
	struct error err;

	s->kp = keypair_new();
	m = sign_texts(s->kp, spawn);
	CHECK_OK(process_init(&s->parent, m, &err), err);
	message_unref(m);
	s->cause = sign_texts(s->kp, cause);
	CHECK_OK(outbox_init(&s->outbox, span_text(result), &err), err);
}

static void
teardown(struct scene *s)
{
	outbox_release(&s->outbox);
	message_unref(s->cause);
	process_release(&s->parent);
	keypair_free(s->kp);
}

/* Verify an item and give its tags as "name=value" lines. */
static struct message *
read_item(struct buf *item, struct buf *tags)
{
	struct message *m;
	struct error err;

	CHECK_OK(message_verify(buf_span(item), &m, &err), err);
	buf_clear(tags);
	for (size_t i = 0; i < m->tag_count; i++)
		buf_printf(tags, "%.*s=%.*s\n", SPAN_ARG(m->tags[i].name),
		    SPAN_ARG(m->tags[i].value));
	buf_clear(item);
	return m;
}

#define MESSAGE                                                 \
	"{\"Anchor\":\"" ANCHOR "\",\"Data\":\"hi\",\"Tags\":[" \
	"{\"name\":\"Data-Protocol\",\"value\":\"ao\"},"        \
	"{\"name\":\"Variant\",\"value\":\"ao.TN.1\"},"         \
	"{\"name\":\"Type\",\"value\":\"Message\"},"            \
	"{\"name\":\"From-Process\",\"value\":\"forged\"},"     \
	"{\"name\":\"From-Module\",\"value\":\"forged\"},"      \
	"{\"name\":\"Assignments\",\"value\":\"x\"},"           \
	"{\"name\":\"Action\",\"value\":\"Greet\"}],\"Target\":\"" ID_B "\"}"
#define SPAWN                                                       \
	"{\"Anchor\":\"" ANCHOR "\",\"Data\":\"NODATA\",\"Tags\":[" \
	"{\"name\":\"Data-Protocol\",\"value\":\"ao\"},"            \
	"{\"name\":\"Variant\",\"value\":\"ao.TN.1\"},"             \
	"{\"name\":\"Type\",\"value\":\"Process\"},"                \
	"{\"name\":\"From-Module\",\"value\":\"forged\"},"          \
	"{\"name\":\"Module\",\"value\":\"" ID_B "\"},"             \
	"{\"name\":\"Reference\",\"value\":\"5\"}]}"
#define ASSIGNMENT \
	"{\"Message\":\"" ID_A "\",\"Processes\":[\"" ID_B "\",\"" ID_A "\"]}"
#define RESULT(messages, spawns, assignments)                        \
	"{\"Assignments\":[" assignments "],\"Messages\":[" messages \
	"],\"Output\":\"\",\"Spawns\":[" spawns "]}"

TEST(outbox, entries_are_numbered_messages_spawns_assignments)
{
	static const enum outbox_kind kinds[] = { OUTBOX_MESSAGE,
		OUTBOX_MESSAGE, OUTBOX_SPAWN, OUTBOX_ASSIGNMENT };
	struct outbox_entry entry;
	struct scene s;
	struct error err;

	setup(&s, RESULT(MESSAGE "," MESSAGE, SPAWN, ASSIGNMENT));
	CHECK_INT(s.outbox.count, 4);
	for (size_t i = 0; i < s.outbox.count; i++) {
		CHECK_OK(outbox_get(&s.outbox, i, &entry, &err), err);
		CHECK_INT(entry.kind, kinds[i]);
		outbox_entry_release(&entry);
	}
	teardown(&s);
}

TEST(outbox, a_result_with_an_error_pushes_nothing)
{
	struct outbox o;
	struct error err;

	CHECK_OK(outbox_init(&o,
		     span_text("{\"Error\":\"x\",\"Messages\":[" MESSAGE "]}"),
		     &err),
	    err);
	CHECK_INT(o.count, 0);
	outbox_release(&o);
	CHECK_INT(outbox_init(&o, span_text("[]"), &err), -1);
	CHECK_INT(err.code, ERR_FORMAT);
	CHECK_INT(outbox_init(&o, span_text("{\"Messages\":\"x\"}"), &err), -1);
	CHECK_TEXT(err.text, "the result's 'Messages' is not a list");
	CHECK_OK(outbox_init(&o, span_text("{\"Messages\":{}}"), &err), err);
	CHECK_INT(o.count, 0);
	outbox_release(&o);
}

TEST(outbox, a_message_gets_the_tags_of_the_network)
{
	struct buf item = BUF_INIT;
	struct buf tags = BUF_INIT;
	struct buf wanted = BUF_INIT;
	struct outbox_entry entry;
	struct message *m;
	struct scene s;
	struct error err;

	setup(&s, RESULT(MESSAGE, "", ""));
	CHECK_OK(outbox_get(&s.outbox, 0, &entry, &err), err);
	CHECK_OK(
	    outbox_message_item(&entry, &s.parent, s.cause, s.kp, &item, &err),
	    err);
	m = read_item(&item, &tags);
	CHECK(m->has_target);
	CHECK_TEXT(id_encode(&m->target).text, ID_B);
	CHECK_SPAN(m->anchor, ANCHOR);
	CHECK_SPAN(m->data, "hi");
	buf_printf(&wanted,
	    "Variant=ao.TN.1\nAction=Greet\nData-Protocol=ao\nType=Message\n"
	    "From-Process=%s\nFrom-Module=" ID_A "\nPushed-For=%s\n",
	    s.parent.id_text.text, id_encode(&s.cause->id).text);
	CHECK_TEXT(buf_text(&tags), buf_text(&wanted));
	message_unref(s.cause);
	/* further down the chain the first message stays named */
	s.cause = m;
	CHECK_OK(
	    outbox_message_item(&entry, &s.parent, s.cause, s.kp, &item, &err),
	    err);
	m = read_item(&item, &tags);
	CHECK_TEXT(buf_text(&tags), buf_text(&wanted));
	message_unref(m);
	/* a tick has no message that it goes back to */
	CHECK_OK(
	    outbox_message_item(&entry, &s.parent, NULL, s.kp, &item, &err),
	    err);
	m = read_item(&item, &tags);
	CHECK(!strstr(buf_text(&tags), "Pushed-For"));
	message_unref(m);
	outbox_entry_release(&entry);
	buf_release(&item);
	buf_release(&tags);
	buf_release(&wanted);
	teardown(&s);
}

TEST(outbox, made_again_an_item_is_the_same)
{
	struct buf items[2] = { BUF_INIT, BUF_INIT };
	struct outbox_entry entry;
	struct scene s;
	struct error err;

	setup(&s, RESULT(MESSAGE, "", ""));
	for (int i = 0; i < 2; i++) {
		CHECK_OK(outbox_get(&s.outbox, 0, &entry, &err), err);
		CHECK_OK(outbox_message_item(&entry, &s.parent, s.cause, s.kp,
			     &items[i], &err),
		    err);
		outbox_entry_release(&entry);
	}
	CHECK(span_equal(buf_span(&items[0]), buf_span(&items[1])));
	buf_release(&items[0]);
	buf_release(&items[1]);
	teardown(&s);
}

TEST(outbox, a_spawn_is_a_process_item_and_a_notice)
{
	struct buf item = BUF_INIT;
	struct buf tags = BUF_INIT;
	struct buf wanted = BUF_INIT;
	struct outbox_entry entry;
	struct process child;
	struct message *m;
	struct scene s;
	struct error err;

	setup(&s, RESULT("", SPAWN, ""));
	CHECK_OK(outbox_get(&s.outbox, 0, &entry, &err), err);
	CHECK_OK(
	    outbox_spawn_item(&entry, &s.parent, s.cause, s.kp, &item, &err),
	    err);
	m = read_item(&item, &tags);
	CHECK(!m->has_target && m->anchor.len == 0);
	CHECK_SPAN(m->data, "NODATA");
	buf_printf(&wanted,
	    "Variant=ao.TN.1\nModule=" ID_B "\nReference=5\nVariant=ao.TN.1\n"
	    "Data-Protocol=ao\nType=Process\nFrom-Process=%s\n"
	    "From-Module=" ID_A "\nPushed-For=%s\nScheduler=the-scheduler\n"
	    "Authority=one\nAuthority=two\n",
	    s.parent.id_text.text, id_encode(&s.cause->id).text);
	CHECK_TEXT(buf_text(&tags), buf_text(&wanted));
	CHECK_OK(process_init(&child, m, &err), err);
	CHECK_SPAN(child.owner, s.parent.id_text.text);
	message_unref(m);

	CHECK_OK(outbox_spawned_item(&entry, &s.parent, &child.id, s.kp, &item,
		     &err),
	    err);
	m = read_item(&item, &tags);
	CHECK(m->has_target && id_equal(&m->target, &s.parent.id));
	CHECK_SPAN(m->data, " ");
	buf_clear(&wanted);
	buf_printf(&wanted,
	    "From-Module=forged\nModule=" ID_B "\nReference=5\n"
	    "Data-Protocol=ao\nType=Message\nProcess=%s\nAction=Spawned\n"
	    "Variant=ao.TN.1\n",
	    child.id_text.text);
	CHECK_TEXT(buf_text(&tags), buf_text(&wanted));
	message_unref(m);
	process_release(&child);
	outbox_entry_release(&entry);
	buf_release(&item);
	buf_release(&tags);
	buf_release(&wanted);
	teardown(&s);
}

TEST(outbox, a_spawn_keeps_what_it_says_itself)
{
	struct buf item = BUF_INIT;
	struct buf tags = BUF_INIT;
	struct outbox_entry entry;
	struct message *m;
	struct scene s;
	struct error err;

	setup(&s,
	    RESULT("",
		"{\"Tags\":[{\"name\":\"Module\",\"value\":\"" ID_B
		"\"},{\"name\":\"Authority\",\"value\":\"own\"},"
		"{\"name\":\"Scheduler\",\"value\":\"own\"}]}",
		""));
	CHECK_OK(outbox_get(&s.outbox, 0, &entry, &err), err);
	CHECK_OK(
	    outbox_spawn_item(&entry, &s.parent, s.cause, s.kp, &item, &err),
	    err);
	m = read_item(&item, &tags);
	CHECK_INT(m->data.len, 0);
	CHECK(!strstr(buf_text(&tags), "Authority=one"));
	CHECK(!strstr(buf_text(&tags), "the-scheduler"));
	message_unref(m);
	outbox_entry_release(&entry);
	buf_release(&item);
	buf_release(&tags);
	teardown(&s);
}

TEST(outbox, an_assignment_names_a_message_and_processes)
{
	struct outbox_entry entry;
	struct scene s;
	struct error err;
	struct id id;

	setup(&s, RESULT("", "", ASSIGNMENT));
	CHECK_OK(outbox_get(&s.outbox, 0, &entry, &err), err);
	CHECK_TEXT(id_encode(&entry.message).text, ID_A);
	CHECK_INT(entry.processes.len, 2 * ID_BYTES);
	memcpy(id.bytes, entry.processes.p, ID_BYTES);
	CHECK_TEXT(id_encode(&id).text, ID_B);
	outbox_entry_release(&entry);
	teardown(&s);
}

/* A message with this Data member ("" for none) has that data when pushed. */
static void
check_data(const char *member, const char *data)
{
	struct buf result = BUF_INIT;
	struct outbox_entry entry;
	struct outbox o;
	struct error err;

	buf_printf(&result,
	    "{\"Messages\":[{\"Anchor\":\"" ANCHOR
	    "\",%s\"Tags\":[],\"Target\":\"" ID_A "\"}]}",
	    member);
	CHECK_OK(outbox_init(&o, buf_span(&result), &err), err);
	CHECK_OK(outbox_get(&o, 0, &entry, &err), err);
	CHECK_SPAN(buf_span(&entry.data), data);
	outbox_entry_release(&entry);
	outbox_release(&o);
	buf_release(&result);
}

TEST(outbox, data_of_any_kind_becomes_text)
{
	check_data("", " ");
	check_data("\"Data\":\"\",", " ");
	check_data("\"Data\":null,", " ");
	check_data("\"Data\":\"text\",", "text");
	check_data("\"Data\":42,", "42");
	check_data("\"Data\":-0.1,", "-0.1");
	check_data("\"Data\":0.30000000000000004,", "0.30000000000000004");
	check_data("\"Data\":1.0,", "1.0");
	check_data("\"Data\":true,", "true");
	check_data("\"Data\":false,", "false");
	check_data("\"Data\":{},", "{}");
	check_data("\"Data\":{\"a\":[1,2.5,\"\\u0000\"],\"b\":null},",
	    "{\"a\":[1,2.5,\"\\u0000\"],\"b\":null}");
}

/* Entry 0 of that list is unfit, for that reason. */
static void
check_unfit(const char *list, const char *entry_json, const char *why)
{
	struct buf result = BUF_INIT;
	struct outbox_entry entry;
	struct outbox o;
	struct error err;

	buf_printf(&result, "{\"%s\":[%s]}", list, entry_json);
	CHECK_OK(outbox_init(&o, buf_span(&result), &err), err);
	CHECK_INT(outbox_get(&o, 0, &entry, &err), -1);
	CHECK_TEXT(err.text, why);
	outbox_release(&o);
	buf_release(&result);
}

#define TARGET "\"Target\":\"" ID_A "\""
#define ANCHORED TARGET ",\"Anchor\":\"" ANCHOR "\""
#define TAGGED(tag) "{" ANCHORED ",\"Tags\":[" tag "]}"

TEST(outbox, unfit_messages_say_why)
{
	check_unfit("Messages", "1", "message 1: it is not an object");
	check_unfit("Messages", "{}", "message 1: 'Target' is not a text");
	check_unfit("Messages", "{\"Target\":\"wallet\"}",
	    "message 1: 'Target': an id has 43 characters, not 6");
	check_unfit("Messages", "{" TARGET "}",
	    "message 1: 'Anchor' is not a text");
	check_unfit("Messages", "{" TARGET ",\"Anchor\":\"42\"}",
	    "message 1: 'Anchor' has 2 bytes, not 32");
	check_unfit("Messages", "{" ANCHORED "}",
	    "message 1: 'Tags' is not a list");
	check_unfit("Messages", TAGGED("1"),
	    "message 1: tag 1: its name is not a text");
	check_unfit("Messages", TAGGED("{\"name\":\"Quantity\",\"value\":1}"),
	    "message 1: tag 1: the value of 'Quantity' is not a text");
	check_unfit("Messages", TAGGED("{\"name\":\"\",\"value\":\"\"}"),
	    "message 1: tag 1: the name is empty");
}

TEST(outbox, unfit_spawns_and_assignments_say_why)
{
	check_unfit("Spawns", "{\"Tags\":[]}",
	    "spawn 1: tag 'Module' is missing");
	check_unfit("Spawns",
	    "{\"Tags\":[{\"name\":\"Module\",\"value\":\"x\"}]}",
	    "spawn 1: tag 'Module': an id has 43 characters, not 1");
	check_unfit("Assignments", "{}",
	    "assignment 1: 'Message' is not a text");
	check_unfit("Assignments", "{\"Message\":\"" ID_A "\"}",
	    "assignment 1: 'Processes' is not a list");
	check_unfit("Assignments",
	    "{\"Message\":\"" ID_A "\",\"Processes\":[\"" ID_A "\",1]}",
	    "assignment 1: process 2 is not a text");
	check_unfit("Assignments",
	    "{\"Message\":\"" ID_A "\",\"Processes\":[\"x\"]}",
	    "assignment 1: process 1: an id has 43 characters, not 1");
}

/* The set that an assignment excludes with that. */
static int
excluded(const char *exclude)
{
	struct outbox_entry entry;
	struct buf result = BUF_INIT;
	struct outbox o;
	struct error err;
	int set;

	buf_printf(&result,
	    "{\"Assignments\":[{\"Message\":\"" ID_A "\",\"Processes\":[\"" ID_A
	    "\"],\"Exclude\":%s}]}",
	    exclude);
	CHECK_OK(outbox_init(&o, buf_span(&result), &err), err);
	CHECK_OK(outbox_get(&o, 0, &entry, &err), err);
	set = entry.exclude;
	outbox_entry_release(&entry);
	outbox_release(&o);
	buf_release(&result);
	return set;
}

#define EXCLUDING(what)                                    \
	"{\"Message\":\"" ID_A "\",\"Processes\":[\"" ID_A \
	"\"],\"Exclude\":" what "}"

TEST(outbox, an_assignment_names_the_fields_to_exclude)
{
	CHECK_INT(excluded("null"), 0);
	CHECK_INT(excluded("[]"), 0);
	CHECK_INT(excluded("{}"), 0);
	CHECK_INT(excluded("[\"Data\"]"), FIELD_DATA);
	CHECK_INT(excluded("[\"Signature\",\"Tags\",\"Anchor\",\"Tags\"]"),
	    FIELD_SIGNATURE | FIELD_TAGS | FIELD_ANCHOR);
	check_unfit("Assignments", EXCLUDING("\"Data\""),
	    "assignment 1: 'Exclude' is not a list");
	check_unfit("Assignments", EXCLUDING("[1]"),
	    "assignment 1: 'Exclude': name 1 is not a text");
	check_unfit("Assignments", EXCLUDING("[\"Owner\"]"),
	    "assignment 1: 'Exclude': 'Owner' cannot be excluded, only Data, "
	    "Tags, Anchor and Signature");
}

/* A message of `count` tags "n" with values of `size` letters. */
static struct buf
many_tags(size_t count, size_t size)
{
	struct buf b = BUF_INIT;

	buf_add_text(&b, "{\"Messages\":[{" ANCHORED ",\"Tags\":[");
	for (size_t i = 0; i < count; i++) {
		buf_printf(&b, "%s{\"name\":\"n\",\"value\":\"", i ? "," : "");
		for (size_t k = 0; k < size; k++)
			buf_add_byte(&b, 'v');
		buf_add_text(&b, "\"}");
	}
	buf_add_text(&b, "]}]}");
	return b;
}

TEST(outbox, the_limits_of_items_hold_for_entries)
{
	struct buf result = many_tags(TAGS_MAX + 1, 1);
	struct buf item = BUF_INIT;
	struct outbox_entry entry;
	struct outbox o;
	struct scene s;
	struct error err;

	CHECK_OK(outbox_init(&o, buf_span(&result), &err), err);
	CHECK_INT(outbox_get(&o, 0, &entry, &err), -1);
	CHECK_TEXT(err.text, "message 1: 129 tags, at most 128 fit");
	outbox_release(&o);
	buf_release(&result);

	result = many_tags(1, TAG_VALUE_MAX + 1);
	CHECK_OK(outbox_init(&o, buf_span(&result), &err), err);
	CHECK_INT(outbox_get(&o, 0, &entry, &err), -1);
	CHECK_INT(err.code, ERR_LIMIT);
	outbox_release(&o);
	buf_release(&result);

	/* fit as they are, too many with what the network adds */
	result = many_tags(TAGS_MAX, 1);
	setup(&s, buf_text(&result));
	CHECK_OK(outbox_get(&s.outbox, 0, &entry, &err), err);
	CHECK_INT(
	    outbox_message_item(&entry, &s.parent, s.cause, s.kp, &item, &err),
	    -1);
	CHECK_INT(err.code, ERR_LIMIT);
	CHECK_INT(item.len, 0);
	outbox_entry_release(&entry);
	teardown(&s);
	buf_release(&result);
}

TEST(outbox, texts_are_what_their_escapes_mean)
{
	struct buf result = BUF_INIT;
	struct outbox_entry entry;
	struct outbox o;
	struct error err;

	buf_add_text(&result,
	    "{\"Messages\":[{" TARGET ",\"Anchor\":\"" ANCHOR "\","
	    "\"Data\":\"a\\u0000\\ud83d\\ude00\","
	    "\"Tags\":[{\"name\":\"\\u0041\\n\",\"value\":\"\\\"\"},"
	    "{\"value\":\"plain\",\"n\\u0061me\":\"\\\\\"}]}]}");
	CHECK_OK(outbox_init(&o, buf_span(&result), &err), err);
	CHECK_OK(outbox_get(&o, 0, &entry, &err), err);
	CHECK_INT(entry.tag_count, 2);
	CHECK_SPAN(entry.tags[0].name, "A\n");
	CHECK_SPAN(entry.tags[0].value, "\"");
	CHECK_SPAN(entry.tags[1].name, "\\");
	CHECK_SPAN(entry.tags[1].value, "plain");
	CHECK(span_equal(buf_span(&entry.data),
	    span_of("a\0\xf0\x9f\x98\x80", 6)));
	outbox_entry_release(&entry);
	outbox_release(&o);
	buf_release(&result);
}

/* Sanitizers have memory of their own for what is used, or was. */
#if !defined(__SANITIZE_THREAD__) && !defined(__SANITIZE_ADDRESS__)

/* A message whose data is a list of that many times `item`. */
static struct buf
large_result(const char *item, size_t count)
{
	struct buf b = BUF_INIT;

	buf_add_text(&b, "{\"Messages\":[{" ANCHORED ",\"Tags\":[],\"Data\":[");
	for (size_t i = 0; i < count; i++) {
		buf_add_text(&b, i ? "," : "");
		buf_add_text(&b, item);
	}
	buf_add_text(&b, "]}]}");
	return b;
}

/* Read it in a program of its own, whose memory can be told: its most bytes. */
static size_t
peak_of(const struct buf *result, size_t data)
{
	struct outbox_entry entry;
	struct rusage usage;
	struct outbox o;
	struct error err;
	int status;
	pid_t pid = fork();

	CHECK(pid >= 0);
	if (pid == 0) {
		if (outbox_init(&o, buf_span(result), &err) < 0 ||
		    outbox_get(&o, 0, &entry, &err) < 0 ||
		    entry.data.len != data)
			_exit(1);
		_exit(0);
	}
	CHECK_INT(wait4(pid, &status, 0, &usage), pid);
	CHECK_INT(status, 0);
	return (size_t)usage.ru_maxrss * 1024;
}

/* A tree of values would take fifty bytes for each byte of such a list. */
static void
check_memory(const char *item, const char *written)
{
	enum {
		COUNT = 2000000
	};
	struct buf small = large_result(item, 1);
	struct buf large = large_result(item, COUNT);
	size_t base = peak_of(&small, strlen(written) + 2);
	size_t peak = peak_of(&large, COUNT * (strlen(written) + 1) + 1);

	if (peak > base + 10 * large.len)
		fail_msg("%s: %zu bytes took %zu", item, large.len,
		    peak - base);
	buf_release(&small);
	buf_release(&large);
}

TEST(outbox, takes_a_small_multiple_of_the_bytes_of_a_result)
{
	check_memory("[]", "[]");
	check_memory("0.1", "0.1");
	check_memory("{\"a\":1,\"a\":{}}", "{\"a\":{}}");
}

#endif
