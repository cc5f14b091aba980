/*
 * An assignment is an item like others, signed with the node's key; clients of
 * the networks read its tags, and the hash chain is made of its id. So it is
 * kept as its bytes and decoded when a slot is read.
 *
 * Ours are always the same tags in the same order. Decoding insists on that:
 * anything else in the store was not written by us.
 */
#include "ao/assignment.h"

#include <inttypes.h>
#include <stdio.h>

enum {
	ASSIGNMENT_TAGS = 10 /* with Message, which slot 0 has not */
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

int
assignment_sign(const struct assignment *a, const struct keypair *kp,
    struct buf *item, struct id *id, struct error *err)
{
	struct id_text process = id_encode(&a->process);
	struct id_text message = id_encode(&a->message);
	struct id_text chain = encode_bytes(a->hash_chain);
	struct sha256_digest anchor = anchor_of(a);
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
	draft.tag_count = ASSIGNMENT_TAGS - (a->slot == 0);
	for (size_t i = 0; i < draft.tag_count; i++)
		draft.tags[i] = (struct tag){ span_text(tag_names[i]),
			span_text(values[i]) };
	if (ans104_sign(&draft, kp, item, err) < 0 ||
	    ans104_decode(span_from(buf_span(item), start), &draft, err) < 0)
		return FAIL_IN(err, "assignment of slot %" PRIu64, a->slot);
	*id = ans104_id(&draft);
	return 0;
}

/* Decimal digits and nothing else, as long as they fit. */
static bool
parse_number(struct span text, uint64_t *v)
{
	uint64_t n = 0;

	if (text.len == 0)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		uint64_t digit = (uint64_t)text.p[i] - '0';

		if (digit > 9 || n > (UINT64_MAX - digit) / 10)
			return false;
		n = n * 10 + digit;
	}
	*v = n;
	return true;
}

/* The values that say something, in their places. */
static int
read_values(const struct tag *tags, struct assignment *a, struct error *err)
{
	struct id chain;

	if (!parse_number(tags[TAG_NONCE].value, &a->slot) ||
	    !parse_number(tags[TAG_BLOCK_HEIGHT].value, &a->height) ||
	    !parse_number(tags[TAG_TIMESTAMP].value, &a->timestamp_ms))
		return FAIL(err, ERR_FORMAT, "a tag is not a number");
	if (id_decode(tags[TAG_PROCESS].value, &a->process, err) < 0)
		return FAIL_IN(err, "tag 'Process'");
	if (id_decode(tags[TAG_HASH_CHAIN].value, &chain, err) < 0)
		return FAIL_IN(err, "tag 'Hash-Chain'");
	memcpy(a->hash_chain, chain.bytes, SHA256_BYTES);
	return 0;
}

/* Slot 0 is of the process's own message, which has its id. */
static int
read_message(const struct data_item *item, struct assignment *a,
    struct error *err)
{
	if (item->tag_count != ASSIGNMENT_TAGS - (size_t)(a->slot == 0))
		return FAIL(err, ERR_FORMAT, "slot %" PRIu64 " with %zu tags",
		    a->slot, item->tag_count);
	a->message = a->process;
	if (a->slot > 0 &&
	    id_decode(item->tags[TAG_MESSAGE].value, &a->message, err) < 0)
		return FAIL_IN(err, "tag 'Message'");
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
	if (decoded.tag_count < ASSIGNMENT_TAGS - 1 ||
	    decoded.tag_count > ASSIGNMENT_TAGS)
		return FAIL(err, ERR_FORMAT, "assignment: it has %zu tags",
		    decoded.tag_count);
	for (size_t i = 0; i < decoded.tag_count; i++)
		if (!span_is(decoded.tags[i].name, tag_names[i]))
			return FAIL(err, ERR_FORMAT,
			    "assignment: tag %zu is not '%s'", i + 1,
			    tag_names[i]);
	if (read_values(decoded.tags, &read, err) < 0 ||
	    read_message(&decoded, &read, err) < 0)
		return FAIL_IN(err, "assignment");
	*a = read;
	*id = ans104_id(&decoded);
	return 0;
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
