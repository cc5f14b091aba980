/*
 * The draft of a message that a dry run is asked for with. Source: spec 11.
 */
#include "net/serve_dry.h"

#include <stdlib.h>

#include "base/alloc.h"

void
dry_release(struct dry *d)
{
	free(d->tags);
	free(d->data);
	json_decref(d->root);
}

static struct span
text_of(const json_t *value)
{
	return span_of(json_string_value(value), json_string_length(value));
}

static int
read_dry_tags(struct dry *d, struct error *err)
{
	const json_t *list = json_object_get(d->root, "Tags");
	size_t count = json_array_size(list);

	if (list && !json_is_array(list))
		return FAIL(err, ERR_FORMAT,
		    "'Tags': Expected array, received another.");
	if (count > TAGS_MAX)
		return FAIL(err, ERR_LIMIT, "'Tags': %zu, at most %d.", count,
		    TAGS_MAX);
	d->tags = xcalloc(count + 1, sizeof(*d->tags));
	for (size_t i = 0; i < count; i++) {
		const json_t *tag = json_array_get(list, i);
		const json_t *name = json_object_get(tag, "name");
		const json_t *value = json_object_get(tag, "value");

		if (!json_is_string(name) || !json_is_string(value))
			return FAIL(err, ERR_FORMAT,
			    "'Tags.%zu': name and value must be texts.", i);
		d->tags[i] = (struct tag){ text_of(name), text_of(value) };
	}
	d->draft.tags = d->tags;
	d->draft.tag_count = count;
	return 0;
}

/* Text as it is, anything else as its JSON. */
static void
read_dry_data(struct dry *d)
{
	const json_t *data = json_object_get(d->root, "Data");

	if (json_is_string(data)) {
		d->draft.data = text_of(data);
	} else if (data && !json_is_null(data)) {
		d->data = json_dumps(data, JSON_COMPACT | JSON_ENCODE_ANY);
		d->draft.data = span_text(d->data ? d->data : "");
	}
}

/* Clients send "0" for none. */
static void
read_dry_anchor(struct dry *d)
{
	struct span anchor = text_of(json_object_get(d->root, "Anchor"));

	if (anchor.len != ANCHOR_BYTES)
		return;
	memcpy(d->anchor, anchor.p, ANCHOR_BYTES);
	d->draft.anchor = span_of(d->anchor, ANCHOR_BYTES);
}

int
dry_read(struct span body, struct dry *d, struct error *err)
{
	json_error_t why;
	struct span owner;

	*d = (struct dry){ .root = NULL };
	if (body.len > DRY_BODY_MAX)
		return FAIL(err, ERR_LIMIT,
		    "the draft has %zu bytes: the limit is %d", body.len,
		    DRY_BODY_MAX);
	d->root = json_loadb(body.len ? (const char *)body.p : "", body.len,
	    JSON_REJECT_DUPLICATES, &why);
	if (!d->root)
		return FAIL(err, ERR_FORMAT, "line %d: %s", why.line, why.text);
	if (!json_is_object(d->root))
		return FAIL(err, ERR_FORMAT,
		    "Expected object, received another.");
	owner = text_of(json_object_get(d->root, "Owner"));
	if (owner.len == 0)
		return FAIL(err, ERR_FORMAT,
		    "'Owner': Required. | 'From': Required.");
	if (owner.len >= sizeof(d->owner.text))
		return FAIL(err, ERR_LIMIT, "'Owner': at most %zu bytes.",
		    sizeof(d->owner.text) - 1);
	memcpy(d->owner.text, owner.p, owner.len);
	read_dry_data(d);
	read_dry_anchor(d);
	return read_dry_tags(d, err);
}
