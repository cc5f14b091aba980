/*
 * Like an assignment, an attestation is always the same tags in the same order,
 * and decoding insists on that; unlike one, it comes from strangers. A value is
 * read strictly, so that what was read encodes to the same tags.
 */
#include "ao/attestation.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/number.h"

enum {
	TAG_PROTOCOL,
	TAG_TYPE,
	TAG_VARIANT,
	TAG_PROCESS,
	TAG_SLOT,
	TAG_MESSAGE,   /* of a slot */
	TAG_SCHEDULE,  /* of a tick */
	TAG_TIMESTAMP, /* the same */
	TAG_HEIGHT,    /* the same */
	TAG_CHAIN,
	TAG_VERDICT,
	TAG_MODULE,
	TAG_PROGRAM,
	TAG_RELEASE, /* may be missing */
	TAG_COUNT,
};

static const char *const tag_names[TAG_COUNT] = {
	[TAG_PROTOCOL] = "Data-Protocol",
	[TAG_TYPE] = "Type",
	[TAG_VARIANT] = "Variant",
	[TAG_PROCESS] = "Process",
	[TAG_SLOT] = "Slot",
	[TAG_MESSAGE] = "Message",
	[TAG_SCHEDULE] = "Schedule",
	[TAG_TIMESTAMP] = "Timestamp",
	[TAG_HEIGHT] = "Block-Height",
	[TAG_CHAIN] = "Chain",
	[TAG_VERDICT] = "Verdict",
	[TAG_MODULE] = "Module",
	[TAG_PROGRAM] = "Program",
	[TAG_RELEASE] = "Release",
};

enum {
	RELEASE_MAX = 128, /* bytes of a release; ours have 25 */
};

/* The tags that every attestation has with the same value. */
static const struct {
	int tag;
	const char *value;
} fixed[] = {
	{ TAG_PROTOCOL, "ao" },
	{ TAG_TYPE, "Attestation" },
	{ TAG_VARIANT, "ao.TN.1" },
};

/* Whether an attestation of a tick, or of a slot, has that tag. */
static bool
has_tag(int tag, bool is_tick)
{
	if (tag == TAG_MESSAGE)
		return !is_tick;
	if (tag >= TAG_SCHEDULE && tag <= TAG_HEIGHT)
		return is_tick;
	return true;
}

/* A chain is 32 bytes, and so is written as an id is. */
static struct id_text
encode_bytes(const uint8_t bytes[32])
{
	struct id id;

	memcpy(id.bytes, bytes, ID_BYTES);
	return id_encode(&id);
}

static struct sha256_digest
anchor_of(const struct attestation *a, struct span slot)
{
	struct span parts[] = { span_text("attestation"), id_span(&a->process),
		slot };

	return sha256_parts(parts, 3);
}

struct number_text {
	char text[24];
};

static struct number_text
number_text(uint64_t v)
{
	struct number_text t;

	snprintf(t.text, sizeof(t.text), "%" PRIu64, v);
	return t;
}

/* Sign the tags that such an attestation has, of all values. */
static int
sign_values(const struct attestation *a, const struct span values[TAG_COUNT],
    const struct keypair *kp, struct buf *item, struct error *err)
{
	struct sha256_digest anchor = anchor_of(a, values[TAG_SLOT]);
	struct data_item draft = { .data = a->result,
		.anchor = span_of(anchor.bytes, sizeof(anchor.bytes)) };

	for (int i = 0; i < TAG_COUNT; i++)
		if (has_tag(i, a->tick > 0) &&
		    (i != TAG_RELEASE || a->release.len))
			draft.tags[draft.tag_count++] =
			    (struct tag){ span_text(tag_names[i]), values[i] };
	return ans104_sign(&draft, kp, item, err);
}

int
attestation_sign(const struct attestation *a, const struct keypair *kp,
    struct buf *item, struct error *err)
{
	struct id_text process = id_encode(&a->process);
	struct id_text message = id_encode(&a->message);
	struct id_text chain = encode_bytes(a->chain);
	struct id_text module = id_encode(&a->module);
	struct position_text slot = position_text(attestation_at(a));
	struct number_text schedule = number_text(a->schedule);
	struct number_text timestamp = number_text(a->timestamp_ms);
	struct number_text height = number_text(a->height);
	const struct span values[TAG_COUNT] = { span_text("ao"),
		span_text("Attestation"), span_text("ao.TN.1"),
		span_text(process.text), span_text(slot.text),
		span_text(message.text), span_text(schedule.text),
		span_text(timestamp.text), span_text(height.text),
		span_text(chain.text), span_text(verdict_name(a->verdict)),
		span_text(module.text), span_text("aosh " AOSH_VERSION),
		a->release };

	if (sign_values(a, values, kp, item, err) < 0)
		return FAIL_IN(err, "attestation of slot %s", slot.text);
	return 0;
}

/* Decimal digits without a zero in front, up to `max`. */
static bool
read_number(struct span in, uint64_t max, uint64_t *v)
{
	if (in.len > 1 && in.p[0] == '0')
		return false;
	return parse_decimal(in, max, v);
}

/* As it is written, and not otherwise. */
static bool
read_slot(struct span text, struct attestation *a)
{
	struct position at;

	if (!position_parse(text, &at) ||
	    !span_is(text, position_text(at).text))
		return false;
	a->slot = at.slot;
	a->tick = at.tick;
	return true;
}

static bool
read_verdict(struct span text, enum verdict *v)
{
	for (int i = VERDICT_OK; i <= VERDICT_COMPUTE; i++)
		if (span_is(text, verdict_name((enum verdict)i))) {
			*v = (enum verdict)i;
			return true;
		}
	return false;
}

static int
read_id(const struct span values[TAG_COUNT], int tag, struct id *id,
    struct error *err)
{
	if (id_decode(values[tag], id, err) < 0)
		return FAIL_IN(err, "tag '%s'", tag_names[tag]);
	return 0;
}

/* The same tags in the same places as ours; what each says goes to its place in
 * `values`. */
static int
read_values(const struct message *m, bool is_tick,
    struct span values[TAG_COUNT], struct error *err)
{
	size_t next = 0;

	for (int i = 0; i < TAG_COUNT; i++) {
		if (!has_tag(i, is_tick) ||
		    (i == TAG_RELEASE && next == m->tag_count))
			continue;
		if (next == m->tag_count)
			return FAIL(err, ERR_FORMAT, "tag '%s' is missing",
			    tag_names[i]);
		if (!span_is(m->tags[next].name, tag_names[i]))
			return FAIL(err, ERR_FORMAT, "tag %zu is not '%s'",
			    next + 1, tag_names[i]);
		values[i] = m->tags[next++].value;
	}
	if (next < m->tag_count)
		return FAIL(err, ERR_FORMAT, "it has %zu tags", m->tag_count);
	for (size_t i = 0; i < sizeof(fixed) / sizeof(*fixed); i++)
		if (!span_is(values[fixed[i].tag], fixed[i].value))
			return FAIL(err, ERR_FORMAT, "tag '%s' is not '%s'",
			    tag_names[fixed[i].tag], fixed[i].value);
	return 0;
}

/* What stands in the place of a message's id. */
static int
read_tick(const struct span values[TAG_COUNT], struct attestation *a,
    struct error *err)
{
	uint64_t schedule;

	if (!read_number(values[TAG_SCHEDULE], UINT32_MAX, &schedule) ||
	    !read_number(values[TAG_TIMESTAMP], UINT64_MAX, &a->timestamp_ms) ||
	    !read_number(values[TAG_HEIGHT], UINT64_MAX, &a->height))
		return FAIL(err, ERR_FORMAT, "a tag of a tick is no number");
	a->schedule = (uint32_t)schedule;
	return 0;
}

static int
read_tags(const struct message *m, struct attestation *a, struct error *err)
{
	struct span values[TAG_COUNT] = { { NULL, 0 } };
	struct id chain;

	if (m->tag_count <= TAG_SLOT || !read_slot(m->tags[TAG_SLOT].value, a))
		return FAIL(err, ERR_FORMAT, "tag 'Slot' is no slot");
	if (read_values(m, a->tick > 0, values, err) < 0 ||
	    read_id(values, TAG_PROCESS, &a->process, err) < 0 ||
	    read_id(values, TAG_CHAIN, &chain, err) < 0 ||
	    read_id(values, TAG_MODULE, &a->module, err) < 0 ||
	    (a->tick ? read_tick(values, a, err)
		     : read_id(values, TAG_MESSAGE, &a->message, err)) < 0)
		return -1;
	memcpy(a->chain, chain.bytes, SHA256_BYTES);
	if (!read_verdict(values[TAG_VERDICT], &a->verdict))
		return FAIL(err, ERR_FORMAT, "tag 'Verdict' is no verdict");
	a->release = values[TAG_RELEASE];
	if (a->release.len > RELEASE_MAX)
		return FAIL(err, ERR_LIMIT, "tag 'Release' is over %d bytes",
		    RELEASE_MAX);
	return 0;
}

int
attestation_decode(const struct message *m, struct attestation *a,
    struct error *err)
{
	struct attestation read = { .result = m->data };

	if (read_tags(m, &read, err) < 0)
		return FAIL_IN(err, "attestation");
	*a = read;
	return 0;
}

bool
attestation_is(const struct message *m)
{
	return span_is(message_tag_or_empty(m, "Type"), "Attestation");
}
