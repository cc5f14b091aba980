/*
 * The gateway: data and heads of what is here by its id, uploads, and the chain
 * that is simulated.
 *
 * The tags of an item become fields of the reply's head, which the networks'
 * messengers read; those that would say something of the reply itself are left
 * out. Data are whatever somebody signed: browsers are told to run none of it.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <strings.h>

#include "ao/protocol.h"
#include "net/blocks.h"
#include "net/serve_inner.h"

static enum http_next
not_found(struct http_reply *out)
{
	out->status = 404;
	out->content_type = "text/plain";
	buf_clear(&out->body);
	buf_add_text(&out->body, "Not Found");
	return HTTP_REPLY;
}

/* --- heads --- */

/* Fields that say how a reply is to be read; and whole families of them. */
static const char *const own_fields[] = { "age", "alt-svc", "cache-control",
	"clear-site-data", "connection", "content-disposition",
	"content-encoding", "content-length", "content-location",
	"content-range", "content-security-policy",
	"content-security-policy-report-only", "content-type", "date", "etag",
	"expires", "keep-alive", "last-modified", "link", "location", "nel",
	"origin-agent-cluster", "permissions-policy", "pragma",
	"referrer-policy", "refresh", "report-to", "reporting-endpoints",
	"retry-after", "server", "service-worker-allowed", "set-cookie",
	"sourcemap", "strict-transport-security", "te", "timing-allow-origin",
	"trailer", "transfer-encoding", "upgrade", "vary", "via", "warning",
	"www-authenticate" };
static const char *const own_prefixes[] = { "access-control-", "cross-origin-",
	"proxy-", "sec-", "x-content-type-", "x-frame-", "x-xss-" };

static bool
is_own_field(const char *name)
{
	for (size_t i = 0; i < sizeof(own_fields) / sizeof(*own_fields); i++)
		if (strcasecmp(name, own_fields[i]) == 0)
			return true;
	for (size_t i = 0; i < sizeof(own_prefixes) / sizeof(*own_prefixes);
	     i++)
		if (strncasecmp(name, own_prefixes[i],
			strlen(own_prefixes[i])) == 0)
			return true;
	return false;
}

/* What comes out of a head as it went in. */
static bool
is_plain(struct span value)
{
	for (size_t i = 0; i < value.len; i++)
		if (value.p[i] < 0x20 || value.p[i] > 0x7e)
			return false;
	return value.len == 0 ||
	    (value.p[0] != ' ' && value.p[value.len - 1] != ' ');
}

static void
add_tag(struct http_reply *out, const struct tag *tag)
{
	char name[TAG_NAME_MAX + 1];

	if (tag->name.len == 0 || tag->name.len > TAG_NAME_MAX ||
	    !is_plain(tag->name) || !is_plain(tag->value))
		return;
	for (size_t i = 0; i < tag->name.len; i++) {
		uint8_t c = tag->name.p[i];

		name[i] = (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
	}
	name[tag->name.len] = '\0';
	if (!is_own_field(name))
		(void)http_reply_field(out, span_text(name), tag->value);
}

static bool
is_of_protocol(const struct tag *tag)
{
	static const char *const names[] = { "Data-Protocol", "Type", "Variant",
		"Module", "Scheduler", "Authority", "Name" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (span_is(tag->name, names[i]))
			return true;
	return false;
}

/* A head has room for so many: first those that others cannot do without. */
static void
add_tags(struct http_reply *out, const struct data_item *item)
{
	for (int pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < item->tag_count; i++)
			if (is_of_protocol(&item->tags[i]) == (pass == 0))
				add_tag(out, &item->tags[i]);
}

static void
add_media_type(struct http_reply *out, const struct data_item *item)
{
	static const char key[] = "Content-Type";
	struct span type = span_text("application/octet-stream");

	for (size_t i = 0; i < item->tag_count; i++)
		if (span_is(item->tags[i].name, key) &&
		    item->tags[i].value.len && is_plain(item->tags[i].value))
			type = item->tags[i].value;
	(void)http_reply_field(out, span_text(key), type);
}

/* What the data must not do in a browser; and that they never change. */
static void
add_guards(struct http_reply *out)
{
	(void)http_reply_field(out, span_text("Content-Security-Policy"),
	    span_text("sandbox; default-src 'none'"));
	(void)http_reply_field(out, span_text("X-Content-Type-Options"),
	    span_text("nosniff"));
	(void)http_reply_field(out, span_text("Cache-Control"),
	    span_text("public, max-age=31536000, immutable"));
}

/* --- data --- */

static enum http_next
reply_module(struct serve *s, const struct id *id, struct http_reply *out)
{
	struct error err;

	if (s->node->ops->module(s->node, id, &out->body, &err) < 0)
		return not_found(out);
	out->content_type = "application/octet-stream";
	add_guards(out);
	return HTTP_REPLY;
}

static enum http_next
reply_item(struct serve *s, const struct id *id, bool tags,
    struct http_reply *out)
{
	struct buf bytes = BUF_INIT;
	struct data_item item;
	struct error err;

	if (s->node->ops->item(s->node, id, &bytes, &err) < 0) {
		buf_release(&bytes);
		return err.code == ERR_NOT_FOUND ? reply_module(s, id, out)
						 : serve_fail(out, &err);
	}
	if (ans104_decode(buf_span(&bytes), &item, &err) < 0) {
		buf_release(&bytes);
		return serve_fail(out, &err);
	}
	add_media_type(out, &item);
	add_guards(out);
	if (tags)
		add_tags(out, &item);
	buf_add_span(&out->body, item.data);
	buf_release(&bytes);
	return HTTP_REPLY;
}

/* The part of a path behind `prefix`, as an id. */
static bool
id_behind(const struct http_request *r, const char *prefix, struct id *id)
{
	struct span text = span_from(r->path, strlen(prefix));
	struct error ignored;

	return id_decode(span_first(text, ID_CHARS), id, &ignored) == 0;
}

enum http_next
serve_data(struct serve *s, struct http_request *r, struct http_reply *out)
{
	struct id id;

	if (r->path.len != 1 + ID_CHARS || !id_behind(r, "/", &id))
		return not_found(out);
	return reply_item(s, &id, true, out);
}

enum http_next
serve_raw(struct serve *s, struct http_request *r, struct http_reply *out)
{
	struct id id;

	if (!id_behind(r, "/raw/", &id))
		return not_found(out);
	return reply_item(s, &id, false, out);
}

/* --- transactions --- */

static void
add_bytes(struct buf *out, const char *key, struct span bytes)
{
	buf_printf(out, ",\"%s\":\"", key);
	base64url_encode(bytes, out);
	buf_add_byte(out, '"');
}

static void
add_transaction(struct buf *out, const struct id *id,
    const struct data_item *item)
{
	buf_printf(out, "{\"format\":2,\"id\":\"%s\"", id_encode(id).text);
	add_bytes(out, "last_tx", item->anchor);
	add_bytes(out, "owner", item->owner);
	buf_add_text(out, ",\"tags\":[");
	for (size_t i = 0; i < item->tag_count; i++) {
		buf_add_text(out, i ? ",{\"name\":\"" : "{\"name\":\"");
		base64url_encode(item->tags[i].name, out);
		buf_add_text(out, "\",\"value\":\"");
		base64url_encode(item->tags[i].value, out);
		buf_add_text(out, "\"}");
	}
	buf_add_byte(out, ']');
	add_bytes(out, "target", item->target);
	buf_printf(out,
	    ",\"quantity\":\"0\",\"data\":\"\",\"data_size\":\"%zu\","
	    "\"data_tree\":[],\"data_root\":\"\",\"reward\":\"0\"",
	    item->data.len);
	add_bytes(out, "signature", item->signature);
	buf_add_byte(out, '}');
}

enum http_next
serve_transaction(struct serve *s, struct http_request *r,
    struct http_reply *out)
{
	struct buf bytes = BUF_INIT;
	struct data_item item;
	enum http_next next = HTTP_REPLY;
	struct error err;
	struct id id;

	if (!id_behind(r, "/tx/", &id))
		return not_found(out);
	if (s->node->ops->item(s->node, &id, &bytes, &err) < 0)
		next = err.code == ERR_NOT_FOUND ? not_found(out)
						 : serve_fail(out, &err);
	else if (ans104_decode(buf_span(&bytes), &item, &err) < 0)
		next = serve_fail(out, &err);
	else
		add_transaction(serve_json(out), &id, &item);
	buf_release(&bytes);
	return next;
}

static bool
take_height(void *arg, const struct item_entry *e)
{
	*(uint64_t *)arg = e->height;
	return false;
}

int
serve_depth(struct serve *s, const struct id *id, struct depth *out,
    struct error *err)
{
	const struct item_query q = { .scope = ITEMS_BY_ID,
		.ids = id,
		.id_count = 1 };
	uint64_t now = block_newest();

	*out = (struct depth){ .height = 0 };
	if (s->node->ops->items(s->node, &q, take_height, &out->height, err) <
	    0)
		return -1;
	if (!out->height)
		return FAIL(err, ERR_NOT_FOUND, "'%s' is not here",
		    id_encode(id).text);
	if (now >= out->height)
		out->confirmations = now - out->height + 1;
	return 0;
}

enum http_next
serve_confirmations(struct serve *s, struct http_request *r,
    struct http_reply *out)
{
	struct depth d;
	struct error err;
	struct id id;

	if (!id_behind(r, "/tx/", &id))
		return not_found(out);
	if (serve_depth(s, &id, &d, &err) < 0)
		return err.code == ERR_NOT_FOUND ? not_found(out)
						 : serve_fail(out, &err);
	buf_printf(serve_json(out),
	    "{\"block_height\":%" PRIu64 ",\"block_indep_hash\":\"%s\","
	    "\"number_of_confirmations\":%" PRIu64 "}",
	    d.height, block_id(d.height).text, d.confirmations);
	return HTTP_REPLY;
}

enum http_next
serve_info(struct serve *s, struct http_request *r, struct http_reply *out)
{
	uint64_t height = block_newest();

	(void)s;
	(void)r;
	buf_printf(serve_json(out),
	    "{\"network\":\"aosh.local\",\"version\":5,\"release\":1,"
	    "\"height\":%" PRIu64 ",\"current\":\"%s\",\"blocks\":%" PRIu64
	    ",\"peers\":0,\"queue_length\":0,\"node_state_latency\":0}",
	    height, block_id(height).text, height + 1);
	return HTTP_REPLY;
}

/* --- uploads --- */

/*
 * An item is kept under its id. One that is a message or a process gets no slot
 * by this: that is for the messenger.
 */
enum http_next
serve_upload(struct serve *s, struct http_request *r, struct http_reply *out)
{
	struct error err;
	uint64_t ms;
	struct id id;

	if (s->node->ops->keep(s->node, r->body, &id, &ms, &err) < 0) {
		if (err.code == ERR_SIGNATURE)
			http_reply_error(out, 400,
			    "the item's signature does not hold: %s", err.text);
		else
			(void)serve_fail(out, &err);
		return HTTP_REPLY;
	}
	buf_printf(serve_json(out),
	    "{\"id\":\"%s\",\"timestamp\":%" PRIu64
	    ",\"version\":\"1.0.0\",\"public\":\"\",\"signature\":\"\","
	    "\"deadlineHeight\":%" PRIu64 ",\"block\":%" PRIu64
	    ",\"winc\":\"0\",\"owner\":\"%s\",\"dataCaches\":[],"
	    "\"fastFinalityIndexes\":[]}",
	    id_encode(&id).text, ms, block_newest(), block_newest(),
	    s->info.address.text);
	return HTTP_REPLY;
}
