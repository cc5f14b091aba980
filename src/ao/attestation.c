/*
 * Like an assignment, an attestation is always the same tags in the same order,
 * and decoding insists on that; unlike one, it comes from strangers. A value is
 * read strictly, so that what was read encodes to the same tags.
 */
#include "ao/attestation.h"

#include <inttypes.h>
#include <stdio.h>

enum {
	TAG_PROTOCOL,
	TAG_TYPE,
	TAG_VARIANT,
	TAG_PROCESS,
	TAG_SLOT,
	TAG_MESSAGE,
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

/* A chain is 32 bytes, and so is written as an id is. */
static struct id_text
encode_bytes(const uint8_t bytes[32])
{
	struct id id;

	memcpy(id.bytes, bytes, ID_BYTES);
	return id_encode(&id);
}

struct slot_text {
	char text[40];
};

/* "7", and "7+1" for the first tick behind slot 7. */
static struct slot_text
slot_text(const struct attestation *a)
{
	struct slot_text t;

	if (a->tick)
		snprintf(t.text, sizeof(t.text), "%" PRIu64 "+%" PRIu32,
		    a->slot, a->tick);
	else
		snprintf(t.text, sizeof(t.text), "%" PRIu64, a->slot);
	return t;
}

static struct sha256_digest
anchor_of(const struct attestation *a, struct span slot)
{
	struct span parts[] = { span_text("attestation"), id_span(&a->process),
		slot };

	return sha256_parts(parts, 3);
}

int
attestation_sign(const struct attestation *a, const struct keypair *kp,
    struct buf *item, struct error *err)
{
	struct id_text process = id_encode(&a->process);
	struct id_text message = id_encode(&a->message);
	struct id_text chain = encode_bytes(a->chain);
	struct id_text module = id_encode(&a->module);
	struct slot_text slot = slot_text(a);
	struct sha256_digest anchor = anchor_of(a, span_text(slot.text));
	const struct span values[TAG_COUNT] = { span_text("ao"),
		span_text("Attestation"), span_text("ao.TN.1"),
		span_text(process.text), span_text(slot.text),
		span_text(message.text), span_text(chain.text),
		span_text(verdict_name(a->verdict)), span_text(module.text),
		span_text("aosh " AOSH_VERSION), a->release };
	struct data_item draft = { .data = a->result,
		.anchor = span_of(anchor.bytes, sizeof(anchor.bytes)) };

	draft.tag_count = a->release.len ? TAG_COUNT : TAG_RELEASE;
	for (size_t i = 0; i < draft.tag_count; i++)
		draft.tags[i] =
		    (struct tag){ span_text(tag_names[i]), values[i] };
	if (ans104_sign(&draft, kp, item, err) < 0)
		return FAIL_IN(err, "attestation of slot %s", slot.text);
	return 0;
}

/* Decimal digits without a zero in front, up to `max`. */
static bool
take_number(struct span *in, uint64_t max, uint64_t *v)
{
	size_t i = 0;
	uint64_t n = 0;

	for (; i < in->len && in->p[i] >= '0' && in->p[i] <= '9'; i++) {
		uint64_t digit = (uint64_t)in->p[i] - '0';

		if (n > (max - digit) / 10)
			return false;
		n = n * 10 + digit;
	}
	if (i == 0 || (i > 1 && in->p[0] == '0'))
		return false;
	*in = span_from(*in, i);
	*v = n;
	return true;
}

static bool
read_slot(struct span text, struct attestation *a)
{
	uint64_t tick = 0;

	if (!take_number(&text, UINT64_MAX, &a->slot))
		return false;
	if (text.len && text.p[0] == '+') {
		text = span_from(text, 1);
		if (!take_number(&text, UINT32_MAX, &tick) || tick == 0)
			return false;
	}
	a->tick = (uint32_t)tick;
	return text.len == 0;
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
read_id(const struct message *m, int tag, struct id *id, struct error *err)
{
	if (id_decode(m->tags[tag].value, id, err) < 0)
		return FAIL_IN(err, "tag '%s'", tag_names[tag]);
	return 0;
}

/* The same tags in the same places as ours. */
static int
check_names(const struct message *m, struct error *err)
{
	if (m->tag_count < TAG_RELEASE || m->tag_count > TAG_COUNT)
		return FAIL(err, ERR_FORMAT, "it has %zu tags", m->tag_count);
	for (size_t i = 0; i < m->tag_count; i++)
		if (!span_is(m->tags[i].name, tag_names[i]))
			return FAIL(err, ERR_FORMAT, "tag %zu is not '%s'",
			    i + 1, tag_names[i]);
	for (size_t i = 0; i < sizeof(fixed) / sizeof(*fixed); i++)
		if (!span_is(m->tags[fixed[i].tag].value, fixed[i].value))
			return FAIL(err, ERR_FORMAT, "tag '%s' is not '%s'",
			    tag_names[fixed[i].tag], fixed[i].value);
	return 0;
}

static int
read_tags(const struct message *m, struct attestation *a, struct error *err)
{
	struct id chain;

	if (check_names(m, err) < 0 ||
	    read_id(m, TAG_PROCESS, &a->process, err) < 0 ||
	    read_id(m, TAG_MESSAGE, &a->message, err) < 0 ||
	    read_id(m, TAG_CHAIN, &chain, err) < 0 ||
	    read_id(m, TAG_MODULE, &a->module, err) < 0)
		return -1;
	memcpy(a->chain, chain.bytes, SHA256_BYTES);
	if (!read_slot(m->tags[TAG_SLOT].value, a))
		return FAIL(err, ERR_FORMAT, "tag 'Slot' is no slot");
	if (!read_verdict(m->tags[TAG_VERDICT].value, &a->verdict))
		return FAIL(err, ERR_FORMAT, "tag 'Verdict' is no verdict");
	if (m->tag_count > TAG_RELEASE)
		a->release = m->tags[TAG_RELEASE].value;
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
