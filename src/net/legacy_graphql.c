/*
 * Two rounds over the gateways: one try each, so that a dead one costs little
 * where another lives, and then as many as requests have. An answer without a
 * transaction is kept, and is the answer when no other gateway has more.
 */
#include "net/legacy_graphql.h"

#include <stdlib.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/number.h"
#include "net/legacy_json.h"
#include "net/legacy_units.h"

#define NODE                                               \
	"edges{cursor node{id anchor signature recipient " \
	"owner{address key} tags{name value} block{id height timestamp}}}"

enum {
	PAGE = 100,
	MS_PER_S = 1000,
	/* of an address that does not say how long it holds */
	LOCATION_MS = 60 * 60 * 1000
};

static const char by_id[] =
    "query($ids:[ID!]!){transactions(ids:$ids){" NODE "}}";

static const char by_owner[] =
    "query($owners:[String!]!,$first:Int!,$after:String){"
    "transactions(owners:$owners,first:$first,after:$after,sort:HEIGHT_DESC,"
    "tags:[{name:\"Data-Protocol\",values:[\"ao\"]},"
    "{name:\"Type\",values:[\"Process\"]}]){pageInfo{hasNextPage}" NODE "}}";

static const char by_name[] =
    "query($owners:[String!]!,$names:[String!]!,$first:Int!,$after:String){"
    "transactions(owners:$owners,first:$first,after:$after,sort:HEIGHT_DESC,"
    "tags:[{name:\"Data-Protocol\",values:[\"ao\"]},"
    "{name:\"Type\",values:[\"Process\"]},"
    "{name:\"Name\",values:$names}]){pageInfo{hasNextPage}" NODE "}}";

static const char modules[] = "query($names:[String!]!,$first:Int!){"
			      "transactions(first:$first,sort:HEIGHT_DESC,"
			      "tags:[{name:\"Type\",values:[\"Module\"]},"
			      "{name:\"Data-Protocol\",values:[\"ao\"]},"
			      "{name:\"Name\",values:$names}]){" NODE "}}";

static const char locations[] =
    "query($owners:[String!]!){"
    "transactions(owners:$owners,first:1,sort:HEIGHT_DESC,"
    "tags:[{name:\"Data-Protocol\",values:[\"ao\"]},"
    "{name:\"Type\",values:[\"Scheduler-Location\"]}]){" NODE "}}";

/* --- answers --- */

/* The first of the gateway's complaints. */
static int
fail_errors(const json_t *errors, struct error *err)
{
	struct span text = legacy_text(json_array_get(errors, 0), "message");

	return FAIL(err, ERR_GONE, "it cannot answer: %.100s",
	    text.len ? (const char *)text.p : "it does not say why");
}

int
gateway_page_read(struct span body, struct gateway_page *out, struct error *err)
{
	struct gateway_page page = { 0 };
	const json_t *list;
	const json_t *errors;
	struct span cursor;

	if (legacy_parse(body, &page.root, err) < 0)
		return -1;
	list =
	    json_object_get(json_object_get(page.root, "data"), "transactions");
	page.edges = json_object_get(list, "edges");
	errors = json_object_get(page.root, "errors");
	if (!json_is_array(page.edges)) {
		if (json_array_size(errors) > 0)
			(void)fail_errors(errors, err);
		else
			(void)FAIL(err, ERR_FORMAT, "no list of transactions");
		gateway_page_release(&page);
		return -1;
	}
	page.more = json_is_true(
	    json_object_get(json_object_get(list, "pageInfo"), "hasNextPage"));
	cursor = legacy_text(
	    json_array_get(page.edges, json_array_size(page.edges) - 1),
	    "cursor");
	if (cursor.len > 0 && cursor.len <= GATEWAY_CURSOR_MAX)
		memcpy(page.cursor, cursor.p, cursor.len);
	*out = page;
	return 0;
}

void
gateway_page_release(struct gateway_page *page)
{
	json_decref(page->root);
	*page = (struct gateway_page){ 0 };
}

size_t
gateway_page_count(const struct gateway_page *page)
{
	return json_array_size(page->edges);
}

/* Gateways show the anchor in base64url, and no data. */
int
gateway_page_get(const struct gateway_page *page, size_t i,
    struct gateway_node *out, struct error *err)
{
	const json_t *node =
	    json_object_get(json_array_get(page->edges, i), "node");
	uint64_t s = 0;

	if (legacy_item_read(node, &out->item, err) < 0)
		return -1;
	out->item.target = legacy_text(node, "recipient");
	(void)legacy_number(
	    json_object_get(json_object_get(node, "block"), "timestamp"), &s);
	out->block_ms = s < UINT64_MAX / MS_PER_S ? s * MS_PER_S : 0;
	return 0;
}

/* --- questions --- */

/* One gateway's answer; ERR_NOT_FOUND: it knows none. */
static int
ask_one(const struct legacy_call *c, const char *url, struct span body,
    unsigned tries, struct gateway_page *out, struct error *err)
{
	const struct legacy_request r = { .unit = LEGACY_GATEWAY,
		.method = "POST",
		.base = url,
		.path = "",
		.type = "application/json",
		.body = body,
		.repeat = HTTP_SAFE,
		.tries = tries,
		.limit = LEGACY_LIST_MAX };
	struct legacy_answer a;
	int rc;

	if (legacy_ask_well(c, &r, &a, err) < 0) {
		/* of an address, and not of what was asked for */
		if (err->code == ERR_NOT_FOUND || err->code == ERR_LIMIT)
			err->code = ERR_GONE;
		return -1;
	}
	rc = gateway_page_read(buf_span(&a.reply.body), out, err);
	if (rc < 0)
		rc = legacy_fail_answer(&a, err);
	legacy_answer_release(&a);
	return rc;
}

static bool
is_given_up(const struct error *err)
{
	return err->code == ERR_INTERRUPTED || err->code == ERR_UNSUPPORTED;
}

/* A round over all gateways. 1: found; 0: none knows any; -1: none answered. */
static int
ask_round(const struct legacy_call *c, struct span body, unsigned tries,
    struct gateway_page *out, struct error *err)
{
	bool answered = false;

	for (char **url = c->l->graphql_urls; *url; url++) {
		struct gateway_page page;

		if (ask_one(c, *url, body, tries, &page, err) < 0) {
			if (is_given_up(err))
				return -1;
			continue;
		}
		if (answered)
			gateway_page_release(out);
		*out = page;
		answered = true;
		if (gateway_page_count(&page) > 0)
			return 1;
	}
	return answered ? 0 : -1;
}

/* 1: found; 0: there is none; -1. Takes the variables. */
static int
ask(const struct legacy_call *c, const char *query, json_t *variables,
    struct gateway_page *out, struct error *err)
{
	json_t *root =
	    json_pack("{s:s,s:o}", "query", query, "variables", variables);
	char *text = json_dumps(root, JSON_COMPACT);
	struct span body = span_text(text);
	bool several = c->l->graphql_urls[1] != NULL;
	int rc = -1;

	json_decref(root);
	if (!text)
		return FAIL(err, ERR_FORMAT, "a question that is no text");
	if (several)
		rc = ask_round(c, body, 1, out, err);
	if (rc < 0 && !(several && is_given_up(err)))
		rc = ask_round(c, body, 0, out, err);
	free(text);
	return rc;
}

static json_t *
text_value(struct span text)
{
	return json_stringn(text.len ? (const char *)text.p : "", text.len);
}

/* --- what is asked for --- */

static int
page_by_id(const struct legacy_call *c, const struct id *id,
    struct gateway_page *out, struct error *err)
{
	int rc = ask(c, by_id, json_pack("{s:[s]}", "ids", id_encode(id).text),
	    out, err);

	if (rc == 0) {
		gateway_page_release(out);
		return FAIL(err, ERR_NOT_FOUND, "no gateway knows %s",
		    id_encode(id).text);
	}
	return rc < 0 ? -1 : 0;
}

int
gateway_process(const struct legacy_call *c, const struct id *id,
    struct message **out, struct error *err)
{
	struct gateway_page page;
	struct gateway_node node;
	int rc;

	if (page_by_id(c, id, &page, err) < 0)
		return -1;
	rc = gateway_page_get(&page, 0, &node, err);
	if (rc == 0 && !id_equal(&node.item.id, id))
		rc = FAIL(err, ERR_FORMAT, "a gateway tells of another item");
	if (rc == 0)
		*out = legacy_item_message(&node.item);
	if (rc == 0)
		legacy_item_release(&node.item);
	gateway_page_release(&page);
	return rc;
}

int
gateway_processes(const struct legacy_call *c, const struct address *owner,
    struct span name, const char *after, struct gateway_page *out,
    struct error *err)
{
	json_t *variables = json_pack("{s:[s],s:i,s:o}", "owners", owner->text,
	    "first", PAGE, "after", *after ? json_string(after) : json_null());

	if (name.p)
		(void)json_object_set_new(variables, "names",
		    json_pack("[o]", text_value(name)));
	return ask(c, name.p ? by_name : by_owner, variables, out, err) < 0 ? -1
									    : 0;
}

int
gateway_module(const struct legacy_call *c, struct span name, struct id *out,
    struct error *err)
{
	struct gateway_page page;
	struct gateway_node node;
	int rc = ask(c, modules,
	    json_pack("{s:[o],s:i}", "names", text_value(name), "first", 1),
	    &page, err);

	if (rc < 0)
		return -1;
	if (rc == 0)
		rc = FAIL(err, ERR_NOT_FOUND,
		    "no gateway knows a module '%.*s'", SPAN_ARG(name));
	else
		rc = gateway_page_get(&page, 0, &node, err);
	if (rc == 0) {
		*out = node.item.id;
		legacy_item_release(&node.item);
	}
	gateway_page_release(&page);
	return rc;
}

/* Without regard to case, as other clients look these two up. */
static struct span
tag_of(const struct legacy_item *item, const char *name)
{
	for (size_t i = 0; i < item->tag_count; i++) {
		struct span tag = item->tags[i].name;

		if (tag.len == strlen(name) &&
		    strncasecmp((const char *)tag.p, name, tag.len) == 0)
			return item->tags[i].value;
	}
	return span_of(NULL, 0);
}

static int
read_location(const struct legacy_item *item, char **url, uint64_t *ms,
    struct error *err)
{
	struct span text = tag_of(item, "Url");

	while (text.len > 0 && text.p[text.len - 1] == '/')
		text.len--;
	if (text.len == 0 || memchr(text.p, 0, text.len))
		return FAIL(err, ERR_FORMAT,
		    "the scheduler's record has no address");
	*url = xasprintf("%.*s", SPAN_ARG(text));
	if (!parse_decimal(tag_of(item, "Time-To-Live"), INT64_MAX, ms))
		*ms = LOCATION_MS;
	return 0;
}

int
gateway_scheduler(const struct legacy_call *c, const struct address *owner,
    char **url, uint64_t *ms, struct error *err)
{
	struct gateway_page page;
	struct gateway_node node;
	int rc = ask(c, locations, json_pack("{s:[s]}", "owners", owner->text),
	    &page, err);

	if (rc < 0)
		return -1;
	if (rc == 0)
		rc = FAIL(err, ERR_NOT_FOUND,
		    "no gateway knows where scheduler %s is; --su-url says it",
		    owner->text);
	else
		rc = gateway_page_get(&page, 0, &node, err);
	if (rc == 0) {
		rc = legacy_item_is(&node.item, span_text(owner->text), "Type",
			 span_text("Scheduler-Location"))
		    ? read_location(&node.item, url, ms, err)
		    : FAIL(err, ERR_GONE,
			  "a gateway tells of another scheduler than %s",
			  owner->text);
		legacy_item_release(&node.item);
	}
	gateway_page_release(&page);
	return rc;
}

/* Where what is found first is good: the same id is the same bytes. */
int
gateway_data(const struct legacy_call *c, const struct id *id, struct buf *out,
    struct error *err)
{
	char *path = xasprintf("/raw/%s", id_encode(id).text);
	struct legacy_request r = { .unit = LEGACY_GATEWAY,
		.method = "GET",
		.path = path,
		.repeat = HTTP_SAFE };
	struct legacy_answer a;
	int rc = -1;

	for (char **url = c->l->gateway_urls; *url && rc < 0; url++) {
		r.base = *url;
		rc = legacy_ask_well(c, &r, &a, err);
		if (rc < 0 && is_given_up(err))
			break;
	}
	free(path);
	if (rc < 0)
		return -1;
	buf_add_span(out, buf_span(&a.reply.body));
	legacy_answer_release(&a);
	return 0;
}

int
gateway_item(const struct legacy_call *c, const struct id *id, struct buf *out,
    struct error *err)
{
	struct gateway_page page;
	struct gateway_node node;
	struct buf anchor = BUF_INIT;
	struct buf data = BUF_INIT;
	int rc;

	if (page_by_id(c, id, &page, err) < 0)
		return -1;
	rc = gateway_page_get(&page, 0, &node, err);
	if (rc < 0) {
		gateway_page_release(&page);
		return -1;
	}
	rc = base64url_decode(
	    legacy_text(json_object_get(json_array_get(page.edges, 0), "node"),
		"anchor"),
	    &anchor, err);
	if (rc == 0)
		rc = gateway_data(c, id, &data, err);
	node.item.anchor_known = node.item.data_known = rc == 0;
	node.item.anchor = buf_span(&anchor);
	node.item.data = buf_span(&data);
	if (rc == 0)
		rc = legacy_item_bytes(&node.item, out, err);
	legacy_item_release(&node.item);
	gateway_page_release(&page);
	buf_release(&anchor);
	buf_release(&data);
	return rc;
}
