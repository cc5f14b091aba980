/*
 * Of an item that cannot be decoded nothing is known but why; of one whose
 * signature does not hold, everything. All of it was written by others, so it
 * reaches a terminal as foreign text alone.
 */
#include "shell/item_show.h"

#include <inttypes.h>

#include "codec/utf8.h"
#include "shell/show.h"
#include "shell/table.h"

enum {
	/* of the data, for people; at least, so as not to end in a character */
	DATA_SHOWN = 200,
};

/* --- for programs --- */

/* Empty is null: target and anchor are 32 bytes or absent. */
static json_t *
json_base64url(struct span bytes)
{
	struct buf text = BUF_INIT;
	json_t *value;

	if (bytes.len == 0)
		return json_null();
	base64url_encode(bytes, &text);
	value = json_string(buf_text(&text));
	buf_release(&text);
	return value;
}

static json_t *
json_text(struct span text)
{
	return json_stringn(text.p ? (const char *)text.p : "", text.len);
}

static json_t *
json_tags(const struct data_item *item)
{
	json_t *list = json_array();

	for (size_t i = 0; i < item->tag_count; i++) {
		json_t *entry = json_object();

		json_object_set_new(entry, "name",
		    json_text(item->tags[i].name));
		json_object_set_new(entry, "value",
		    json_text(item->tags[i].value));
		json_array_append_new(list, entry);
	}
	return list;
}

/* The same members in the same order, whatever is known. */
static void
set_nothing(json_t *to)
{
	static const char *const before[] = { "id", "signatureType", "owner",
		"address", "target", "anchor", NULL };
	static const char *const behind[] = { "dataSize", "dataSha256",
		"deepHash", NULL };

	for (size_t i = 0; before[i]; i++)
		json_object_set_new(to, before[i], json_null());
	json_object_set_new(to, "tags", json_array());
	for (size_t i = 0; behind[i]; i++)
		json_object_set_new(to, behind[i], json_null());
}

static void
set_members(json_t *to, const struct item_view *v)
{
	const struct data_item *item = &v->item;

	json_object_set_new(to, "id", json_string(id_encode(&v->id).text));
	json_object_set_new(to, "signatureType",
	    json_integer(item->signature_type));
	json_object_set_new(to, "owner", json_base64url(item->owner));
	json_object_set_new(to, "address",
	    json_string(owner_address(item->owner).text));
	json_object_set_new(to, "target", json_base64url(item->target));
	json_object_set_new(to, "anchor", json_base64url(item->anchor));
	json_object_set_new(to, "tags", json_tags(item));
	json_object_set_new(to, "dataSize",
	    json_integer((json_int_t)v->data_size));
	json_object_set_new(to, "dataSha256",
	    json_base64url(span_of(v->data_sha256.bytes, SHA256_BYTES)));
	json_object_set_new(to, "deepHash",
	    json_base64url(span_of(v->deep_hash.bytes, SHA384_BYTES)));
}

static void
show_object(struct shell *sh, const struct item_view *v, const char *reason)
{
	json_t *to = json_object();

	json_object_set_new(to, "valid", json_boolean(!reason));
	json_object_set_new(to, "reason",
	    reason ? json_string(reason) : json_null());
	if (v->decoded)
		set_members(to, v);
	else
		set_nothing(to);
	show_json(sh, to);
}

/* --- for people --- */

/* Of text only those that make its lines and columns. */
static bool
is_control(uint8_t c)
{
	return c < ' ' && c != '\t' && c != '\r' && c != '\n';
}

/* Characters only, as many whole ones as there are. */
static struct span
whole_characters(struct span text, size_t at_most)
{
	size_t n = 0;

	while (n < text.len && n < at_most) {
		bool valid;
		size_t step = utf8_next(span_from(text, n), &valid);

		/* a character that goes on behind what is held */
		if (!valid && text.len - n < 4 && n > 0)
			break;
		if (!valid || is_control(text.p[n]))
			return span_of(NULL, 0);
		n += step;
	}
	return span_first(text, n);
}

/* The beginning of the data when it is text, else its size alone. */
static void
show_data(struct shell *sh, const struct item_view *v)
{
	struct span text = whole_characters(v->item.data, DATA_SHOWN);
	bool more = text.len < v->data_size;

	output_printf(&sh->out, "data       %" PRIu64 " bytes%s\n",
	    v->data_size, text.len && more ? ", of which the first are" : "");
	if (text.len == 0)
		return;
	output_foreign(&sh->out, text);
	if (text.p[text.len - 1] != '\n')
		output_printf(&sh->out, "\n");
}

static void
show_tags(struct shell *sh, const struct item_view *v)
{
	static const char *const titles[] = { "TAG", "VALUE", NULL };
	struct table table;

	table_init(&table, titles);
	for (size_t i = 0; i < v->item.tag_count; i++) {
		table_add(&table, v->item.tags[i].name);
		table_add(&table, v->item.tags[i].value);
	}
	table_show(&table, &sh->out, screen_columns(&sh->out));
	table_release(&table);
}

/* By custom 32 characters; else their base64url. */
static void
show_bytes(struct shell *sh, const char *label, struct span bytes)
{
	struct span text = whole_characters(bytes, bytes.len);
	struct buf encoded = BUF_INIT;

	output_printf(&sh->out, "%-11s", label);
	base64url_encode(bytes, &encoded);
	if (bytes.len == 0)
		output_printf(&sh->out, "none");
	else if (text.len == bytes.len &&
	    memchr(text.p, '\n', text.len) == NULL)
		output_foreign(&sh->out, text);
	else
		output_span(&sh->out, buf_span(&encoded));
	output_printf(&sh->out, "\n");
	buf_release(&encoded);
}

/* The verdict first: the rest is what the item says of itself. */
static void
show_block(struct shell *sh, const struct item_view *v, const char *reason)
{
	struct buf target = BUF_INIT;

	if (reason) {
		output_attr(&sh->out, ATTR_ERROR, "invalid    ");
		output_foreign(&sh->out, span_text(reason));
		output_printf(&sh->out, "\n");
	}
	if (!v->decoded)
		return;
	base64url_encode(v->item.target, &target);
	output_printf(&sh->out,
	    "%s%s\n"
	    "type       %s (%u)\n"
	    "owner      %s\n"
	    "target     %s\n",
	    reason ? "id         " : "valid      ", id_encode(&v->id).text,
	    signature_ops_find(v->item.signature_type)->name,
	    v->item.signature_type, owner_address(v->item.owner).text,
	    target.len ? buf_text(&target) : "none");
	buf_release(&target);
	show_bytes(sh, "anchor", v->item.anchor);
	show_tags(sh, v);
	show_data(sh, v);
}

void
item_show(struct shell *sh, const struct item_view *view, const char *reason)
{
	if (sh->json)
		show_object(sh, view, reason);
	else
		show_block(sh, view, reason);
}
