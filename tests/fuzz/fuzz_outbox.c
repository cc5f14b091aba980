/* Any bytes as a result: entries are pushed as valid items, or dropped. */
#include "ao/outbox.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

static void
check_entry(const struct outbox_entry *entry)
{
	static const uint8_t seed[SEED_BYTES] = { 7 };
	static const struct process from = { .module = { { 1 } } };
	static const struct message cause = { .id = { { 2 } } };
	static struct message spawn;
	static struct keypair *kp; /* made once: signing is slow enough */
	struct process parent = from;
	struct buf out = BUF_INIT;
	struct message *m;
	struct error err;
	int rc = -1;

	ASSERT(entry->exclude <= FIELD_ALL);
	if (!kp)
		kp = keypair_from_seed(seed);
	parent.spawn = &spawn;
	parent.id_text = id_encode(&parent.id);
	parent.module_text = id_encode(&parent.module);
	if (entry->kind == OUTBOX_MESSAGE)
		rc =
		    outbox_message_item(entry, &parent, &cause, kp, &out, &err);
	else if (entry->kind == OUTBOX_SPAWN)
		rc = outbox_spawn_item(entry, &parent, &cause, kp, &out, &err);
	if (rc == 0) {
		ASSERT(message_verify(buf_span(&out), &m, &err) == 0);
		message_unref(m);
	}
	buf_release(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	struct outbox_entry entry;
	struct outbox o;
	struct error err;

	if (outbox_init(&o, span_of(p, len), &err) < 0)
		return 0;
	for (size_t i = 0; i < o.count; i++) {
		if (outbox_get(&o, i, &entry, &err) < 0)
			continue;
		check_entry(&entry);
		outbox_entry_release(&entry);
	}
	outbox_release(&o);
	return 0;
}
