/* What units of a legacy network answer, well formed and not. */
#include <stdlib.h>
#include <unistd.h>

#include "net/legacy_graphql.h"
#include "net/legacy_json.h"
#include "net/legacy_schedule.h"
#include "net/legacy_spawns.h"
#include "net/serve_inner.h"
#include "test.h"

#define ID "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
#define OTHER "BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBA"

static void
result_is(const char *body, const char *json)
{
	struct result r;
	struct error err = { 0 };

	CHECK_OK(legacy_read_result(span_text(body), &r, &err), err);
	CHECK_SPAN(buf_span(&r.json), json);
	result_release(&r);
}

static void
no_result(const char *body, const char *why)
{
	struct result r;
	struct error err = { 0 };

	CHECK_INT(legacy_read_result(span_text(body), &r, &err), -1);
	CHECK_INT(err.code, ERR_FORMAT);
	CHECK_TEXT(err.text, why);
}

TEST(legacy_json, a_result_becomes_canonical)
{
	result_is(
	    "{\"Messages\":[{\"b\":1,\"a\":2}],\"GasUsed\":7,\"Output\":{\"z\":"
	    "0,\"data\":\"x\"},\"Spawns\":[],\"Assignments\":null}",
	    "{\"Assignments\":[],\"Messages\":[{\"a\":2,\"b\":1}],"
	    "\"Output\":{\"data\":\"x\",\"z\":0},\"Spawns\":[]}");
	result_is("{\"Messages\":[]}",
	    "{\"Assignments\":[],\"Messages\":[],\"Output\":\"\","
	    "\"Spawns\":[]}");
}

TEST(legacy_json, an_error_is_all_of_a_result)
{
	result_is("{\"Error\":\"no\\u0000\\n\",\"Output\":\"x\"}",
	    "{\"Error\":\"no\\u0000\\n\"}");
	result_is("{\"Error\":{\"b\":1,\"a\":[]},\"Output\":\"x\"}",
	    "{\"Error\":\"{\\\"a\\\":[],\\\"b\\\":1}\"}");
	result_is("{\"error\":\"refused\"}", "{\"Error\":\"refused\"}");
}

TEST(legacy_json, an_error_that_says_nothing_is_none)
{
	const char *const none[] = { "\"\"", "null", "false" };

	for (size_t i = 0; i < 3; i++) {
		struct buf body = BUF_INIT;

		buf_printf(&body, "{\"Error\":%s,\"Output\":\"x\"}", none[i]);
		result_is(buf_text(&body),
		    "{\"Assignments\":[],\"Messages\":[],\"Output\":\"x\","
		    "\"Spawns\":[]}");
		buf_release(&body);
	}
}

TEST(legacy_json, numbers_over_64_bits_are_taken)
{
	result_is("{\"Output\":{\"n\":123456789012345678901234567890}}",
	    "{\"Assignments\":[],\"Messages\":[],\"Output\":{\"n\":"
	    "1.2345678901234568e29},\"Spawns\":[]}");
}

TEST(legacy_json, what_is_no_result_is_told)
{
	no_result("<html>", "no JSON ('[' or '{' expected near '<')");
	no_result("[]", "no JSON object");
	no_result("{}", "no result in the answer");
	no_result("{\"Output\":1,\"Messages\":{}}",
	    "'Messages' of a result is no list");
}

TEST(legacy_json, values_are_counted_before_they_are_made)
{
	struct buf body = BUF_INIT;
	struct error err;
	json_t *root;

	buf_add_text(&body, "{\"a\":\"");
	for (size_t i = 0; i < LEGACY_VALUES_MAX; i++)
		buf_add_byte(&body, ',');
	buf_add_text(&body, "\"}");
	/* commas in a text are none */
	CHECK_OK(legacy_parse(buf_span(&body), &root, &err), err);
	json_decref(root);
	body.p[5] = '[';
	body.p[body.len - 2] = ']';
	CHECK_INT(legacy_parse(buf_span(&body), &root, &err), -1);
	CHECK_INT(err.code, ERR_LIMIT);
	buf_release(&body);
}

TEST(legacy_json, a_cursor_says_where_a_result_stands)
{
	struct legacy_cursor c;

	/* of spec/ao-network.md 6.8 */
	CHECK(legacy_cursor_parse(
	    span_text("eyJ0aW1lc3RhbXAiOjE3OTUxOTU0MTQ2NjcsIm9yZGluYXRlIjoiMSIs"
		      "ImNyb24iOm51bGwsInNvcnQiOiJBU0MifQ=="),
	    &c));
	CHECK_INT(c.timestamp_ms, 1795195414667);
	CHECK_INT(c.ordinate, 1);
	CHECK(!c.tick);
	CHECK(legacy_cursor_parse(
	    span_text("eyJ0aW1lc3RhbXAiOjIsIm9yZGluYXRlIjoiMyIsImNyb24iOiIwLTUt"
		      "bWludXRlcyIsInNvcnQiOiJBU0MifQ=="),
	    &c));
	CHECK(c.tick);
	CHECK_TEXT(c.schedule, "0-5-minutes");
}

TEST(legacy_json, what_is_no_cursor_is_none)
{
	const char *const none[] = { "", "1795195414667", "e30=", "!!!!",
		/* {"timestamp":-1,"ordinate":"1"} */
		"eyJ0aW1lc3RhbXAiOi0xLCJvcmRpbmF0ZSI6IjEifQ==",
		/* {"timestamp":1,"ordinate":"1","cron":7} */
		"eyJ0aW1lc3RhbXAiOjEsIm9yZGluYXRlIjoiMSIsImNyb24iOjd9" };
	struct legacy_cursor c;

	for (size_t i = 0; i < sizeof(none) / sizeof(*none); i++)
		CHECK(!legacy_cursor_parse(span_text(none[i]), &c));
}

#define CURSOR                                                       \
	"\"eyJ0aW1lc3RhbXAiOjE3OTUxOTU0MTQ2NjcsIm9yZGluYXRlIjoiMSIs" \
	"ImNyb24iOm51bGwsInNvcnQiOiJBU0MifQ==\""

TEST(legacy_json, a_page_of_results)
{
	struct legacy_results r;
	struct error err;

	CHECK_OK(legacy_read_results(
		     span_text("{\"pageInfo\":{\"hasNextPage\":true},\"edges\":"
			       "[{\"cursor\":" CURSOR
			       ",\"node\":{\"Output\":\"x\"}}]}"),
		     &r, &err),
	    err);
	CHECK_INT(r.count, 1);
	CHECK(r.more);
	CHECK_INT(r.edges[0].at.ordinate, 1);
	legacy_results_release(&r);
	/* without pageInfo an empty page is the last */
	CHECK_OK(legacy_read_results(span_text("{\"edges\":[]}"), &r, &err),
	    err);
	CHECK(!r.more);
	legacy_results_release(&r);
}

TEST(legacy_json, a_bad_edge_spoils_its_page)
{
	const char *const bad[] = { "{}", "{\"edges\":{}}",
		"{\"edges\":[{\"cursor\":\"x\",\"node\":{\"Output\":1}}]}",
		"{\"edges\":[{\"cursor\":" CURSOR ",\"node\":[]}]}",
		"{\"edges\":[{\"cursor\":" CURSOR
		",\"node\":{\"Output\":1}},7]}" };
	struct legacy_results r = { .count = 9 };
	struct error err;

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		CHECK_INT(legacy_read_results(span_text(bad[i]), &r, &err), -1);
		CHECK_INT(err.code, ERR_FORMAT);
	}
	CHECK_INT(r.count, 9);
}

static void
error_is(const char *body, const char *text)
{
	struct buf out = BUF_INIT;

	legacy_error_text(span_text(body), &out);
	CHECK_SPAN(buf_span(&out), text);
	buf_release(&out);
}

TEST(legacy_json, what_a_unit_says_of_a_failure)
{
	error_is("{\"error\":\"Process not found\"}", "Process not found");
	error_is("{\"message\":\"Route not found\",\"error\":\"Not Found\","
		 "\"statusCode\":404}",
	    "Route not found");
	error_is("no such thing", "no such thing");
	error_is("<html>Bad Gateway</html>", "");
	error_is("", "");
}

TEST(legacy_json, the_id_of_a_receipt)
{
	struct error err;
	struct id id;

	CHECK_OK(
	    legacy_read_receipt(span_text("{\"id\":\"" ID "\"}"), &id, &err),
	    err);
	CHECK_TEXT(id_encode(&id).text, ID);
	CHECK_OK(
	    legacy_read_receipt(
		span_text("{\"id\":\"" ID "\",\"processId\":\"" OTHER "\"}"),
		&id, &err),
	    err);
	CHECK_TEXT(id_encode(&id).text, OTHER);
	CHECK_INT(
	    legacy_read_receipt(span_text("{\"id\":\"short\"}"), &id, &err),
	    -1);
}

/* --- schedulers --- */

#define OWNER "\"owner\":{\"address\":\"" ID "\",\"key\":\"\"}"
#define ASSIGNMENT(nonce)                                         \
	"\"assignment\":{\"id\":\"" OTHER "\"," OWNER             \
	",\"tags\":[{\"name\":\"Nonce\",\"value\":\"" nonce       \
	"\"},{\"name\":\"Timestamp\",\"value\":\"5\"},{\"name\":" \
	"\"Block-Height\",\"value\":\"000001500000\"},{\"name\":" \
	"\"Message\",\"value\":\"" ID "\"}]}"
#define MESSAGE(data)                                            \
	"\"message\":{\"id\":\"" ID "\"," OWNER                  \
	",\"tags\":[{\"name\":\"Action\",\"value\":\"Eval\"}],"  \
	"\"signature\":\"\",\"anchor\":null,\"target\":\"" OTHER \
	"\",\"data\":" data "}"
#define NODE(nonce) "{\"node\":{" MESSAGE("\"x\"") "," ASSIGNMENT(nonce) "}}"

TEST(legacy_schedule, a_page_comes_into_order)
{
	struct legacy_page page;
	struct error err;

	CHECK_OK(legacy_read_page(
		     span_text("{\"page_info\":{\"has_next_page\":true},"
			       "\"edges\":[" NODE("7") "," NODE("5") "," NODE(
				   "6") "," NODE("5") "]}"),
		     &page, &err),
	    err);
	CHECK_INT(page.count, 3);
	CHECK(page.more);
	for (size_t i = 0; i < 3; i++)
		CHECK_INT(page.slots[i].nonce, 5 + i);
	CHECK_INT(page.slots[0].height, 1500000);
	CHECK_TEXT(id_encode(&page.slots[0].message->id).text, ID);
	CHECK_SPAN(message_tag_or_empty(page.slots[0].message, "Action"),
	    "Eval");
	/* nobody can verify it, so it has no bytes */
	CHECK_INT(page.slots[0].message->bytes.len, 0);
	legacy_page_release(&page);
}

/* An assignment as a scheduler tells it that shows anchors, with that time. */
static void
tell_assignment(uint64_t timestamp_ms, uint64_t told_ms, bool anchors,
    struct legacy_slot *slot)
{
	struct assignment as = { .message = { { 2 } },
		.slot = 7,
		.timestamp_ms = timestamp_ms,
		.height = 1500000 };
	struct message spawn = { .has_target = false };
	struct log_entry e = { .slot = 7, .message = &spawn };
	struct keypair *kp = keypair_new();
	struct buf item = BUF_INIT;
	struct buf text = BUF_INIT;
	struct error err;
	char from[32];
	char *at;

	spawn.id = as.message;
	CHECK_OK(assignment_sign(&as, kp, &item, &e.assignment, &err), err);
	e.assignment_item = buf_span(&item);
	CHECK_OK(json_message(&text, &(struct id){ { 1 } }, &e, anchors, &err),
	    err);
	snprintf(from, sizeof(from), "%" PRIu64, timestamp_ms);
	at = strstr(buf_text(&text), from);
	CHECK(at);
	snprintf(from, sizeof(from), "%" PRIu64, told_ms);
	memcpy(at, from, strlen(from));
	CHECK_OK(legacy_read_slot(buf_span(&text), slot, &err), err);
	CHECK_INT(slot->timestamp_ms, told_ms);
	if (slot->assignment_item.len)
		CHECK(span_equal(buf_span(&slot->assignment_item),
		    buf_span(&item)));
	buf_release(&text);
	buf_release(&item);
	keypair_free(kp);
}

TEST(legacy_schedule, an_assignment_is_verified_where_all_of_it_is_told)
{
	struct legacy_slot slot;

	tell_assignment(1795195414667, 1795195414667, true, &slot);
	CHECK(slot.assignment_item.len > 0);
	legacy_slot_release(&slot);
	/* without its anchor nobody can, and a changed one is none */
	tell_assignment(1795195414667, 1795195414667, false, &slot);
	CHECK_INT(slot.assignment_item.len, 0);
	legacy_slot_release(&slot);
	tell_assignment(1795195414667, 1795195414668, true, &slot);
	CHECK_INT(slot.assignment_item.len, 0);
	legacy_slot_release(&slot);
}

TEST(legacy_schedule, an_assignment_may_be_of_a_message_elsewhere)
{
	struct legacy_slot slot;
	struct error err;

	CHECK_OK(legacy_read_slot(
		     span_text("{\"message\":null," ASSIGNMENT("3") "}"), &slot,
		     &err),
	    err);
	CHECK_INT(slot.nonce, 3);
	CHECK_TEXT(id_encode(&slot.message->id).text, ID);
	legacy_slot_release(&slot);
}

TEST(legacy_schedule, what_is_malformed_is_refused)
{
	const char *const bad[] = { "{}", "{\"edges\":[{}]}",
		"{\"edges\":[{\"node\":{" MESSAGE("\"x\"") "}}]}",
		"{\"edges\":[" NODE("x") "]}", "{\"edges\":[" NODE("-1") "]}",
		"{\"edges\":[" NODE("99999999999999999999") "]}",
		"{\"edges\":[{\"node\":{\"message\":7," ASSIGNMENT(
		    "1") "}}]}" };
	struct legacy_page page;
	struct error err;

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		CHECK_INT(legacy_read_page(span_text(bad[i]), &page, &err), -1);
		CHECK_INT(err.code, ERR_FORMAT);
	}
}

/* A signed item as a scheduler tells it; `change` is put behind its data. */
static struct message *
told(const struct message *m, const char *change)
{
	struct legacy_item item = { .id = m->id,
		.anchor_known = true,
		.anchor = m->anchor,
		.data_known = true,
		.tags = m->tags,
		.tag_count = m->tag_count };
	struct id_text target = id_encode(&m->target);
	struct buf signature = BUF_INIT;
	struct buf key = BUF_INIT;
	struct buf data = BUF_INIT;
	struct message *out;

	base64url_encode(m->signature, &signature);
	base64url_encode(m->owner_key, &key);
	buf_add_span(&data, m->data);
	buf_add_text(&data, change);
	item.signature = buf_span(&signature);
	item.key = buf_span(&key);
	item.address = span_text(m->owner.text);
	item.target = span_text(target.text);
	item.data = buf_span(&data);
	out = legacy_item_message(&item);
	buf_release(&signature);
	buf_release(&key);
	buf_release(&data);
	return out;
}

TEST(legacy_item, an_item_is_put_together_again_and_verified)
{
	const unsigned types[] = { SIGNATURE_ED25519, SIGNATURE_SOLANA,
		SIGNATURE_ETHEREUM };
	const struct tag tags[] = { { span_text("Action"),
	    span_text("Eval") } };
	struct id target = { { 7 } };
	const struct message_draft draft = { .target = &target,
		.anchor = span_text("0123456789abcdef0123456789abcdef"),
		.data = span_text("1 + 1"),
		.tags = tags,
		.tag_count = 1 };

	for (size_t i = 0; i < 3; i++) {
		struct buf bytes = BUF_INIT;
		struct keypair *kp;
		struct message *m;
		struct message *same;
		struct message *other;
		struct error err;

		CHECK_OK(keypair_generate(types[i], &kp, &err), err);
		CHECK_OK(message_sign(&draft, kp, &bytes, &err), err);
		CHECK_OK(message_verify(buf_span(&bytes), &m, &err), err);
		same = told(m, "");
		CHECK(span_equal(buf_span(&same->bytes), buf_span(&bytes)));
		/* one that was changed has no bytes, and only says its id */
		other = told(m, "!");
		CHECK_INT(other->bytes.len, 0);
		CHECK(id_equal(&other->id, &m->id));
		CHECK_TEXT(other->owner.text, m->owner.text);
		message_unref(m);
		message_unref(same);
		message_unref(other);
		buf_release(&bytes);
		keypair_free(kp);
	}
}

/* --- gateways --- */

#define TRANSACTION                                                          \
	"{\"cursor\":\"c1\",\"node\":{\"id\":\"" ID "\"," OWNER              \
	",\"tags\":[{\"name\":\"Name\",\"value\":\"n\"}],\"recipient\":\"\"" \
	",\"block\":{\"timestamp\":5,\"height\":1}}}"

TEST(legacy_graphql, a_page_of_transactions)
{
	struct gateway_page page;
	struct gateway_node node;
	struct error err;

	CHECK_OK(gateway_page_read(
		     span_text("{\"data\":{\"transactions\":{\"pageInfo\":"
			       "{\"hasNextPage\":true},\"edges\":[" TRANSACTION
			       "]}}}"),
		     &page, &err),
	    err);
	CHECK_INT(gateway_page_count(&page), 1);
	CHECK(page.more);
	CHECK_TEXT(page.cursor, "c1");
	CHECK_OK(gateway_page_get(&page, 0, &node, &err), err);
	CHECK_INT(node.block_ms, 5000);
	CHECK_SPAN(node.item.tags[0].value, "n");
	legacy_item_release(&node.item);
	gateway_page_release(&page);
}

TEST(legacy_graphql, complaints_are_told)
{
	struct gateway_page page;
	struct error err;

	CHECK_INT(gateway_page_read(
		      span_text("{\"errors\":[{\"message\":\"bad query\"}],"
				"\"data\":null}"),
		      &page, &err),
	    -1);
	CHECK_INT(err.code, ERR_GONE);
	CHECK_TEXT(err.text, "it cannot answer: bad query");
	CHECK_INT(gateway_page_read(span_text("{\"data\":{}}"), &page, &err),
	    -1);
	CHECK_INT(err.code, ERR_FORMAT);
}

/* --- the file of spawns --- */

static bool
count_spawns(void *arg, const struct legacy_spawn *s)
{
	CHECK_SPAN(s->owner, "me");
	CHECK_SPAN(s->name, "a name of words");
	CHECK_TEXT(id_encode(&s->id).text, ID);
	++*(int *)arg;
	return true;
}

TEST(legacy_spawns, lines_are_read_back_by_network)
{
	char path[] = "/tmp/aosh-spawns-XXXXXX";
	int fd = mkstemp(path);
	struct legacy_spawn s = { .network = span_text("http://a"),
		.owner = span_text("me"),
		.scheduler = span_text("they"),
		.name = span_text("a name of words") };
	struct error err;
	int n = 0;

	CHECK(fd >= 0);
	CHECK_INT(write(fd, "nonsense\n\nhttp://a me x y z\n", 28), 28);
	CHECK_OK(id_decode(span_text(ID), &s.id, &err), err);
	CHECK_OK(legacy_spawns_add(path, &s, &err), err);
	s.network = span_text("http://b");
	CHECK_OK(legacy_spawns_add(path, &s, &err), err);
	/* a line that is still being written */
	CHECK_INT(lseek(fd, 0, SEEK_END) > 0, 1);
	CHECK_INT(write(fd, "http://a me " ID " they a", 61), 61);
	legacy_spawns_each(path, "http://a", count_spawns, &n);
	CHECK_INT(n, 1);
	close(fd);
	unlink(path);
	legacy_spawns_each(path, "http://a", count_spawns, &n);
	CHECK_INT(n, 1);
}
