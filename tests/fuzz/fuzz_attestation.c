/*
 * Any item as an attestation: a verdict, and what is taken is signed to the
 * same tags again.
 */
#include "ao/attestation.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

static void
check_again(const struct attestation *a)
{
	static struct keypair *key;
	struct buf item = BUF_INIT;
	struct attestation back;
	struct message *m;
	struct error err;
	int rc;

	if (!key)
		key = keypair_new();
	rc = attestation_sign(a, key, &item, &err);
	ASSERT(rc == 0);
	rc = message_decode(buf_span(&item), &m, &err);
	ASSERT(rc == 0);
	rc = attestation_decode(m, &back, &err);
	ASSERT(rc == 0 && id_equal(&a->process, &back.process));
	ASSERT(a->slot == back.slot && a->tick == back.tick);
	ASSERT(a->schedule == back.schedule && a->height == back.height);
	ASSERT(a->timestamp_ms == back.timestamp_ms);
	ASSERT(a->verdict == back.verdict);
	ASSERT(span_equal(a->release, back.release));
	ASSERT(span_equal(a->result, back.result));
	message_unref(m);
	buf_release(&item);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	struct attestation a;
	struct message *m;
	struct error err;

	if (message_decode(span_of(p, len), &m, &err) < 0)
		return 0;
	if (attestation_decode(m, &a, &err) == 0)
		check_again(&a);
	message_unref(m);
	return 0;
}
