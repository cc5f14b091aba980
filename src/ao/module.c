/*
 * Programs and items are told apart by trying: an item with that id is meant,
 * whatever the hash of its bytes.
 */
#include "ao/module.h"

#include "ao/protocol.h"

/* What the item says of its data; the reference is taken. */
static int
describe(struct message *item, struct module *out, struct error *err)
{
	enum item_type ignored;
	struct span type = span_of(NULL, 0);
	struct error malformed;

	*out = (struct module){ .item = item, .program = item->data };
	if (protocol_type(item, &ignored, err) == 0 &&
	    protocol_tag(item, "Type", &type) && span_is(type, "Module")) {
		(void)protocol_tag(item, "Module-Format", &out->format);
		(void)limits_read(item, &out->limits, &malformed);
		return 0;
	}
	(void)FAIL(err, ERR_FORMAT, "item '%s' is no module",
	    id_encode(&item->id).text);
	module_release(out);
	return -1;
}

/* By the hash of the bytes. */
static int
check_hash(const struct id *id, struct span bytes, struct error *err)
{
	struct sha256_digest d = sha256(bytes);

	if (memcmp(d.bytes, id->bytes, ID_BYTES) == 0)
		return 0;
	return FAIL(err, ERR_SIGNATURE,
	    "module '%s' has other bytes than its id says", id_encode(id).text);
}

/* Whether the bytes are an item of that id. */
static bool
is_item(const struct id *id, struct span bytes)
{
	struct data_item item;
	struct error ignored;
	struct id actual;

	if (ans104_decode(bytes, &item, &ignored) < 0)
		return false;
	actual = ans104_id(&item);
	return id_equal(&actual, id);
}

static int
decode(const struct id *id, struct span bytes, bool own, struct module *out,
    struct error *err)
{
	struct message *item;

	if (!is_item(id, bytes)) {
		if (check_hash(id, bytes, err) < 0)
			return -1;
		*out = (struct module){ .program = bytes,
			.format = span_text(MODULE_FORMAT) };
		return 0;
	}
	if ((own ? message_decode(bytes, &item, err)
		 : message_verify(bytes, &item, err)) < 0)
		return FAIL_IN(err, "module '%s'", id_encode(id).text);
	return describe(item, out, err);
}

int
module_decode(const struct id *id, struct span bytes, struct module *out,
    struct error *err)
{
	return decode(id, bytes, false, out, err);
}

int
module_decode_own(const struct id *id, struct span bytes, struct module *out,
    struct error *err)
{
	return decode(id, bytes, true, out, err);
}

void
module_release(struct module *m)
{
	message_unref(m->item);
	*m = (struct module){ 0 };
}
