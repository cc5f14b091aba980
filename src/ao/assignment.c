/*
 * An assignment is an item like others, signed with the node's key; clients of
 * the networks read its tags, and the hash chain is made of its id. So it is
 * kept as its bytes and decoded when a slot is read.
 *
 * Ours are always the same tags in the same order, and those that only some have
 * behind them. Decoding insists on that: anything else in the store was not
 * written by us.
 */
#include "ao/assignment.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/number.h"

enum {
	FIELDS = 4,
	ASSIGNMENT_TAGS = 10, /* with Message, which slot 0 has not */
	ASSIGNMENT_TAGS_MAX = ASSIGNMENT_TAGS + FIELDS
};

/* The order of the tags on the wire. */
enum {
	TAG_PROCESS,
	TAG_EPOCH,
	TAG_NONCE,
	TAG_HASH_CHAIN,
	TAG_BLOCK_HEIGHT,
	TAG_TIMESTAMP,
	TAG_DATA_PROTOCOL,
	TAG_TYPE,
	TAG_VARIANT,
	TAG_MESSAGE,
};

static const char *const tag_names[ASSIGNMENT_TAGS] = {
	[TAG_PROCESS] = "Process",
	[TAG_EPOCH] = "Epoch",
	[TAG_NONCE] = "Nonce",
	[TAG_HASH_CHAIN] = "Hash-Chain",
	[TAG_BLOCK_HEIGHT] = "Block-Height",
	[TAG_TIMESTAMP] = "Timestamp",
	[TAG_DATA_PROTOCOL] = "Data-Protocol",
	[TAG_TYPE] = "Type",
	[TAG_VARIANT] = "Variant",
	[TAG_MESSAGE] = "Message",
};

/* Of slot 0, in this order, in place of Message. */
static const char runs_module[] = "Runs-Module";
static const char authority_alias[] = "Authority-Alias";

/* By their bits, which is also the order of their tags. */
static const char *const field_names[FIELDS] = { "Data", "Tags", "Anchor",
	"Signature" };

void
assignment_chain_first(const struct id *process, uint8_t out[SHA256_BYTES])
{
	struct sha256_digest d = sha256(id_span(process));

	memcpy(out, d.bytes, SHA256_BYTES);
}

void
assignment_chain_next(const struct id *previous_id,
    const uint8_t previous[SHA256_BYTES], uint8_t out[SHA256_BYTES])
{
	struct span parts[] = { id_span(previous_id),
		span_of(previous, SHA256_BYTES) };
	struct sha256_digest d = sha256_parts(parts, 2);

	memcpy(out, d.bytes, SHA256_BYTES);
}

/* A hash chain is 32 bytes, and so is written as an id is. */
static struct id_text
encode_bytes(const uint8_t bytes[32])
{
	struct id id;

	memcpy(id.bytes, bytes, ID_BYTES);
	return id_encode(&id);
}

/*
 * The networks take a random anchor; ours follows from process and slot, so
 * that an assignment signed again is the same item.
 */
static struct sha256_digest
anchor_of(const struct assignment *a)
{
	uint8_t slot[8];
	struct span parts[] = { span_text("anchor"), id_span(&a->process),
		span_of(slot, sizeof(slot)) };

	for (size_t i = 0; i < sizeof(slot); i++)
		slot[i] = (uint8_t)(a->slot >> (8 * i));
	return sha256_parts(parts, 3);
}

static void
add_tag(struct data_item *draft, const char *name, struct span value)
{
	draft->tags[draft->tag_count++] =
	    (struct tag){ span_text(name), value };
}

/* What comes behind the tags that all have; `runs` is room for an id. */
static void
add_more_tags(struct data_item *draft, const struct assignment *a,
    struct id_text *runs)
{
	const struct process_facts *facts = &a->facts;

	if (a->slot == 0 && facts->has_runs) {
		*runs = id_encode(&facts->runs);
		add_tag(draft, runs_module, span_text(runs->text));
	}
	if (a->slot == 0 && facts->authority.text[0])
		add_tag(draft, authority_alias,
		    span_text(facts->authority.text));
	for (int i = 0; i < FIELDS; i++)
		if (a->slot > 0 && a->exclude & (1 << i))
			add_tag(draft, "Exclude", span_text(field_names[i]));
}

int
assignment_sign(const struct assignment *a, const struct keypair *kp,
    struct buf *item, struct id *id, struct error *err)
{
	struct id_text process = id_encode(&a->process);
	struct id_text message = id_encode(&a->message);
	struct id_text chain = encode_bytes(a->hash_chain);
	struct sha256_digest anchor = anchor_of(a);
	struct id_text runs;
	char nonce[24];
	char height[24];
	char timestamp[24];
	const char *const values[ASSIGNMENT_TAGS] = { process.text, "0", nonce,
		chain.text, height, timestamp, "ao", "Assignment", "ao.TN.1",
		message.text };
	struct data_item draft;
	size_t start = item->len;

	snprintf(nonce, sizeof(nonce), "%" PRIu64, a->slot);
	snprintf(height, sizeof(height), "%012" PRIu64, a->height);
	snprintf(timestamp, sizeof(timestamp), "%" PRIu64, a->timestamp_ms);
	draft.target = span_of(NULL, 0);
	draft.anchor = span_of(anchor.bytes, sizeof(anchor.bytes));
	draft.data = span_of(NULL, 0);
	draft.tag_count = 0;
	for (size_t i = 0; i < ASSIGNMENT_TAGS - (size_t)(a->slot == 0); i++)
		add_tag(&draft, tag_names[i], span_text(values[i]));
	add_more_tags(&draft, a, &runs);
	if (ans104_sign(&draft, kp, item, err) < 0 ||
	    ans104_decode(span_from(buf_span(item), start), &draft, err) < 0)
		return FAIL_IN(err, "assignment of slot %" PRIu64, a->slot);
	*id = ans104_id(&draft);
	return 0;
}

/* The values that say something, in their places. */
static int
read_values(const struct tag *tags, struct assignment *a, struct error *err)
{
	struct id chain;

	if (!parse_decimal(tags[TAG_NONCE].value, UINT64_MAX, &a->slot) ||
	    !parse_decimal(tags[TAG_BLOCK_HEIGHT].value, UINT64_MAX,
		&a->height) ||
	    !parse_decimal(tags[TAG_TIMESTAMP].value, UINT64_MAX,
		&a->timestamp_ms))
		return FAIL(err, ERR_FORMAT, "a tag is not a number");
	if (id_decode(tags[TAG_PROCESS].value, &a->process, err) < 0)
		return FAIL_IN(err, "tag 'Process'");
	if (id_decode(tags[TAG_HASH_CHAIN].value, &chain, err) < 0)
		return FAIL_IN(err, "tag 'Hash-Chain'");
	memcpy(a->hash_chain, chain.bytes, SHA256_BYTES);
	return 0;
}

/* An address is one word, of any network. */
static bool
is_address(struct span text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.p[i] <= ' ' || text.p[i] >= 0x7f)
			return false;
	return text.len > 0 && text.len <= ADDRESS_CHARS;
}

/* The tags of slot 0 that only some have; gives how many there are. */
static int
read_facts(const struct data_item *item, struct process_facts *out,
    struct error *err)
{
	size_t i = TAG_MESSAGE;

	*out = (struct process_facts){ .has_runs = false };
	if (i < item->tag_count && span_is(item->tags[i].name, runs_module)) {
		if (id_decode(item->tags[i++].value, &out->runs, err) < 0)
			return FAIL_IN(err, "tag '%s'", runs_module);
		out->has_runs = true;
	}
	if (i < item->tag_count &&
	    span_is(item->tags[i].name, authority_alias)) {
		struct span text = item->tags[i++].value;

		if (!is_address(text))
			return FAIL(err, ERR_FORMAT, "tag '%s' is no address",
			    authority_alias);
		memcpy(out->authority.text, text.p, text.len);
		out->scheduler = owner_address(item->owner);
	}
	return (int)(i - TAG_MESSAGE);
}

/* The bit of a field; 0: there is none of that name. */
static uint8_t
field_of(struct span name)
{
	for (int i = 0; i < FIELDS; i++)
		if (span_is(name, field_names[i]))
			return (uint8_t)(1 << i);
	return 0;
}

/* Those of any other slot; each field once, in order. */
static int
read_exclude(const struct data_item *item, uint8_t *out, struct error *err)
{
	uint8_t set = 0;
	size_t i;

	for (i = ASSIGNMENT_TAGS; i < item->tag_count; i++) {
		uint8_t field = span_is(item->tags[i].name, "Exclude")
		    ? field_of(item->tags[i].value)
		    : 0;

		if (field <= set)
			return FAIL(err, ERR_FORMAT,
			    "tag %zu is no field to exclude, or out of order",
			    i + 1);
		set |= field;
	}
	*out = set;
	return (int)(i - ASSIGNMENT_TAGS);
}

void
assignment_read_tags(const struct tag *tags, size_t count,
    const struct address *scheduler, uint8_t *exclude,
    struct process_facts *facts)
{
	struct error ignored;

	*exclude = 0;
	*facts = (struct process_facts){ .has_runs = false };
	for (size_t i = 0; i < count; i++) {
		struct span value = tags[i].value;

		if (span_is(tags[i].name, "Exclude")) {
			*exclude |= field_of(value);
		} else if (span_is(tags[i].name, runs_module)) {
			facts->has_runs =
			    id_decode(value, &facts->runs, &ignored) == 0;
		} else if (span_is(tags[i].name, authority_alias) &&
		    is_address(value)) {
			facts->authority = (struct address){ "" };
			memcpy(facts->authority.text, value.p, value.len);
			facts->scheduler = *scheduler;
		}
	}
}

/* Slot 0 is of the process's own message, which has its id. */
static int
read_more(const struct data_item *item, struct assignment *a, struct error *err)
{
	size_t usual = a->slot == 0 ? TAG_MESSAGE : ASSIGNMENT_TAGS;
	int more;

	a->message = a->process;
	a->exclude = 0;
	a->facts = (struct process_facts){ .has_runs = false };
	if (a->slot > 0 &&
	    (item->tag_count < usual ||
		!span_is(item->tags[TAG_MESSAGE].name, tag_names[TAG_MESSAGE])))
		return FAIL(err, ERR_FORMAT, "tag %d is not 'Message'",
		    TAG_MESSAGE + 1);
	if (a->slot > 0 &&
	    id_decode(item->tags[TAG_MESSAGE].value, &a->message, err) < 0)
		return FAIL_IN(err, "tag 'Message'");
	more = a->slot == 0 ? read_facts(item, &a->facts, err)
			    : read_exclude(item, &a->exclude, err);
	if (more < 0)
		return -1;
	if (item->tag_count != usual + (size_t)more)
		return FAIL(err, ERR_FORMAT, "slot %" PRIu64 " with %zu tags",
		    a->slot, item->tag_count);
	return 0;
}

int
assignment_decode(struct span item, struct assignment *a, struct id *id,
    struct error *err)
{
	struct data_item decoded;
	struct assignment read;

	if (ans104_decode(item, &decoded, err) < 0)
		return FAIL_IN(err, "assignment");
	if (decoded.tag_count < TAG_MESSAGE ||
	    decoded.tag_count > ASSIGNMENT_TAGS_MAX)
		return FAIL(err, ERR_FORMAT, "assignment: it has %zu tags",
		    decoded.tag_count);
	for (size_t i = 0; i < TAG_MESSAGE; i++)
		if (!span_is(decoded.tags[i].name, tag_names[i]))
			return FAIL(err, ERR_FORMAT,
			    "assignment: tag %zu is not '%s'", i + 1,
			    tag_names[i]);
	if (read_values(decoded.tags, &read, err) < 0 ||
	    read_more(&decoded, &read, err) < 0)
		return FAIL_IN(err, "assignment");
	*a = read;
	*id = ans104_id(&decoded);
	return 0;
}

/* The next name off a list; false: it has ended. */
static bool
take_name(struct span *list, struct span *name)
{
	const uint8_t *comma;

	if (list->len == 0)
		return false;
	comma = memchr(list->p, ',', list->len);
	*name =
	    span_first(*list, comma ? (size_t)(comma - list->p) : list->len);
	*list = span_from(*list, name->len + (comma != NULL));
	return true;
}

int
assignment_fields(struct span names, uint8_t *out, struct error *err)
{
	struct span name;
	uint8_t set = 0;

	while (take_name(&names, &name)) {
		uint8_t field = field_of(name);

		if (name.len && !field)
			return FAIL(err, ERR_FORMAT,
			    "'%.*s' cannot be excluded, only Data, Tags, "
			    "Anchor and Signature",
			    SPAN_ARG(span_first(name, 60)));
		set |= field;
	}
	*out = set;
	return 0;
}

struct fields_text
assignment_fields_text(uint8_t set)
{
	struct fields_text t = { "" };
	size_t len = 0;

	for (int i = 0; i < FIELDS; i++)
		if (set & (1 << i))
			len +=
			    (size_t)snprintf(t.text + len, sizeof(t.text) - len,
				"%s%s", len ? "," : "", field_names[i]);
	return t;
}

int
assignment_signer(struct span item, struct address *out, struct error *err)
{
	struct data_item decoded;

	if (ans104_decode(item, &decoded, err) < 0)
		return FAIL_IN(err, "assignment");
	*out = owner_address(decoded.owner);
	return 0;
}

int
assignment_verify(struct span item, struct error *err)
{
	struct data_item decoded;

	if (ans104_decode(item, &decoded, err) < 0 ||
	    ans104_verify(&decoded, err) < 0)
		return FAIL_IN(err, "assignment");
	return 0;
}
