/*
 * Any bytes as an exported log: a verdict, and entries that are taken are dense
 * and as many as the head says.
 */
#include "shell/log_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

static void
read_entries(struct log_file *f)
{
	struct position end = position_of_slot(0);
	struct log_entry entry;
	struct error err;
	uint64_t ticks = 0;
	int rc;

	while ((rc = log_file_next(f, &entry, &err)) > 0) {
		ASSERT(position_follows(log_entry_at(&entry), end));
		ASSERT(entry.evaluated);
		ASSERT((entry.message == NULL) == (entry.tick > 0));
		end = position_behind(log_entry_at(&entry));
		ticks += entry.tick > 0;
	}
	ASSERT(rc == 0 || item_is_verdict(err.code));
	ASSERT(position_slots(end) <= f->head.slots && ticks <= f->head.ticks);
	ASSERT(rc < 0 ||
	    (position_slots(end) == f->head.slots && ticks == f->head.ticks));
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	struct span in = span_of(p, len);
	struct log_file f;
	struct error err;

	if (log_file_open(byte_source_of(&in), len, &f, &err) == 0) {
		read_entries(&f);
		if (log_file_rewind(&f, &err) == 0)
			read_entries(&f);
	} else {
		ASSERT(item_is_verdict(err.code));
	}
	log_file_release(&f);
	return 0;
}
