/*
 * The type of the signature is not told, but lengths of key and signature leave
 * at most two, and verifying tells which.
 */
#include "net/legacy_item.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "net/legacy_json.h"

static const unsigned types[] = { SIGNATURE_ARWEAVE, SIGNATURE_ED25519,
	SIGNATURE_ETHEREUM, SIGNATURE_SOLANA, SIGNATURE_TYPED_ETHEREUM };

static int
read_tags(const json_t *list, struct legacy_item *out, struct error *err)
{
	size_t count = json_array_size(list);

	if (!json_is_array(list))
		return FAIL(err, ERR_FORMAT, "an item without a list of tags");
	out->tags = xcalloc(count + 1, sizeof(*out->tags));
	for (size_t i = 0; i < count; i++) {
		const json_t *tag = json_array_get(list, i);
		struct span name = legacy_text(tag, "name");
		struct span value = legacy_text(tag, "value");

		if (!name.p || !value.p)
			return FAIL(err, ERR_FORMAT, "a tag that is none");
		out->tags[out->tag_count++] = (struct tag){ name, value };
	}
	return 0;
}

int
legacy_item_read(const json_t *object, struct legacy_item *out,
    struct error *err)
{
	const json_t *owner = json_object_get(object, "owner");
	struct legacy_item item = {
		.address = legacy_text(owner, "address"),
		.key = legacy_text(owner, "key"),
		.signature = legacy_text(object, "signature"),
	};

	if (!legacy_id(object, "id", &item.id) &&
	    !legacy_id(object, "process_id", &item.id))
		return FAIL(err, ERR_FORMAT, "an item without an id");
	if (item.address.len == 0 || item.address.len > ADDRESS_CHARS)
		return FAIL(err, ERR_FORMAT, "an item without an owner");
	if (read_tags(json_object_get(object, "tags"), &item, err) < 0) {
		legacy_item_release(&item);
		return -1;
	}
	*out = item;
	return 0;
}

void
legacy_item_release(struct legacy_item *item)
{
	free(item->tags);
	item->tags = NULL;
	item->tag_count = 0;
}

bool
legacy_item_is(const struct legacy_item *item, struct span owner,
    const char *name, struct span value)
{
	bool tagged = false;

	for (size_t i = 0; i < item->tag_count && !tagged; i++)
		tagged = span_is(item->tags[i].name, name) &&
		    span_equal(item->tags[i].value, value);
	return tagged && span_equal(item->address, owner);
}

static void
add_optional(struct buf *out, struct span bytes)
{
	buf_add_byte(out, bytes.len > 0);
	buf_add_span(out, bytes);
}

/* Behind the owner: target, anchor, tags, data. */
static int
add_content(const struct legacy_item *item, struct buf *out, struct error *err)
{
	struct buf tags = BUF_INIT;
	struct span target = span_of(NULL, 0);
	struct id id;
	int rc = 0;

	if (item->target.len > 0) {
		rc = id_decode(item->target, &id, err);
		target = id_span(&id);
	}
	if (rc == 0)
		rc = avro_tags_encode(item->tags, item->tag_count, &tags, err);
	if (rc == 0) {
		add_optional(out, target);
		add_optional(out, item->anchor);
		buf_add_u64(out, item->tag_count);
		buf_add_u64(out, tags.len);
		buf_add_span(out, buf_span(&tags));
		buf_add_span(out, item->data);
	}
	buf_release(&tags);
	return rc;
}

/* Whether what stands in `bytes` is the item. */
static bool
is_item(const struct legacy_item *item, struct span bytes)
{
	struct data_item read;
	struct error ignored;
	struct id id;

	if (ans104_decode(bytes, &read, &ignored) < 0)
		return false;
	id = ans104_id(&read);
	return id_equal(&id, &item->id) && ans104_verify(&read, &ignored) == 0;
}

/* The item as one of a type that its lengths allow. */
static bool
try_type(const struct legacy_item *item, unsigned type, struct span signature,
    struct span key, struct buf *out)
{
	const struct signature_ops *ops = signature_ops_find(type);
	struct error ignored;
	size_t before = out->len;

	if (ops->signature_bytes != signature.len ||
	    ops->owner_bytes != key.len)
		return false;
	buf_add_u16(out, (uint16_t)type);
	buf_add_span(out, signature);
	buf_add_span(out, key);
	if (add_content(item, out, &ignored) == 0 &&
	    is_item(item, span_from(buf_span(out), before)))
		return true;
	out->len = before;
	return false;
}

int
legacy_item_bytes(const struct legacy_item *item, struct buf *out,
    struct error *err)
{
	struct buf signature = BUF_INIT;
	struct buf key = BUF_INIT;
	bool found = false;
	int rc = 0;

	if (!item->anchor_known || !item->data_known ||
	    item->signature.len == 0 || item->key.len == 0)
		return FAIL(err, ERR_UNSUPPORTED,
		    "the network does not tell all of item %s",
		    id_encode(&item->id).text);
	if (base64url_decode(item->signature, &signature, err) < 0 ||
	    base64url_decode(item->key, &key, err) < 0)
		rc = FAIL_IN(err, "item %s", id_encode(&item->id).text);
	for (size_t i = 0;
	     rc == 0 && !found && i < sizeof(types) / sizeof(*types); i++)
		found = try_type(item, types[i], buf_span(&signature),
		    buf_span(&key), out);
	if (rc == 0 && !found)
		rc = FAIL(err, ERR_SIGNATURE,
		    "item %s is another than its id says",
		    id_encode(&item->id).text);
	buf_release(&signature);
	buf_release(&key);
	return rc;
}

/* The unit's word for an owner, as programs would see it. */
static struct address
owner_of(const struct legacy_item *item)
{
	struct buf key = BUF_INIT;
	struct address address = { "" };
	struct error ignored;

	if (item->key.len > 0 &&
	    base64url_decode(item->key, &key, &ignored) == 0)
		address = owner_address(buf_span(&key));
	else
		snprintf(address.text, sizeof(address.text), "%.*s",
		    SPAN_ARG(item->address));
	buf_release(&key);
	return address;
}

struct message *
legacy_item_message(const struct legacy_item *item)
{
	struct message_draft draft = { .data = item->data,
		.anchor = item->anchor,
		.tags = item->tags,
		.tag_count = item->tag_count };
	struct buf bytes = BUF_INIT;
	struct message *m = NULL;
	struct address owner;
	struct error ignored;
	struct id target;

	if (legacy_item_bytes(item, &bytes, &ignored) < 0 ||
	    message_decode(buf_span(&bytes), &m, &ignored) < 0) {
		owner = owner_of(item);
		if (id_decode(item->target, &target, &ignored) == 0)
			draft.target = &target;
		m = message_from_draft(&draft, &owner);
		m->id = item->id;
	}
	buf_release(&bytes);
	return m;
}
