/*
 * Any bytes as an exported log: a verdict, and slots that are taken are dense
 * and of the process that the head names.
 */
#include "shell/log_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

static void
read_slots(struct log_file *f)
{
	struct log_entry entry;
	struct error err;
	uint64_t next = 0;
	int rc;

	while ((rc = log_file_next(f, &entry, &err)) > 0) {
		ASSERT(entry.slot == next++ && entry.evaluated);
		ASSERT(entry.message != NULL);
	}
	ASSERT(rc == 0 || item_is_verdict(err.code));
	ASSERT(next <= f->head.slots);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	struct span in = span_of(p, len);
	struct log_file f;
	struct error err;

	if (log_file_open(byte_source_of(&in), len, &f, &err) == 0) {
		read_slots(&f);
		if (log_file_rewind(&f, &err) == 0)
			read_slots(&f);
	} else {
		ASSERT(item_is_verdict(err.code));
	}
	log_file_release(&f);
	return 0;
}
