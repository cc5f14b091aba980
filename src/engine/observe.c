/*
 * An attestation is made anew each time it is asked for: the journal has all
 * that it says, and the same words give the same item.
 *
 * The release in the chain's first link is that of the program that evaluated
 * slot 0. Whether that was this one's is seen by making the first link again;
 * of another nothing is said.
 */
#include "engine/observe.h"

#include "base/clock.h"
#include "ao/attestation.h"

enum {
	NS_PER_MS = 1000 * 1000
};

/* The first slot: which module, and whether the chain began with our release.
 */
static int
read_first(struct engine *e, uint64_t number, struct attestation *a,
    struct error *err)
{
	uint8_t chain[SHA256_BYTES];
	struct slot_record record;
	struct message *spawn = NULL;
	struct assignment as;
	struct process p;
	struct id unused;
	int rc;

	if (journal_read_slot(e->journal, number, 0, &record, err) < 0)
		return -1;
	rc = assignment_decode(buf_span(&record.assignment), &as, &unused, err);
	if (rc == 0)
		rc = message_decode(buf_span(&record.message), &spawn, err);
	if (rc == 0)
		rc = process_init(&p, spawn, err);
	if (rc == 0) {
		process_follow(&p, &as.facts);
		a->module = p.runs;
		result_chain_first(&a->process, vm_release(), chain);
		result_chain_next(chain, &spawn->id,
		    buf_span(&record.result.json), chain);
		if (memcmp(chain, record.chain, sizeof(chain)) == 0)
			a->release = span_text(vm_release());
		process_release(&p);
	}
	message_unref(spawn);
	slot_record_release(&record);
	return rc;
}

/* Of an entry whose result is durable; the record outlives the attestation. */
static int
read_result(struct engine *e, uint64_t number, const struct slot_record *record,
    struct attestation *a, struct error *err)
{
	struct assignment as;
	struct id unused;

	if (!record->evaluated)
		return FAIL(err, ERR_NOT_FOUND, "slot %s has no result",
		    position_text(record->at).text);
	if (record->at.tick) {
		a->schedule = record->tick.schedule;
		a->timestamp_ms = record->tick.timestamp_ms;
		a->height = record->tick.height;
	} else if (assignment_decode(buf_span(&record->assignment), &as,
		       &unused, err) < 0) {
		return -1;
	} else {
		a->message = as.message;
	}
	a->verdict = record->result.verdict;
	memcpy(a->chain, record->chain, sizeof(a->chain));
	return read_first(e, number, a, err);
}

int
observe_attest(struct engine *e, const struct id *id, struct position at,
    bool whole, struct buf *item, struct error *err)
{
	struct attestation a = { .process = *id,
		.slot = at.slot,
		.tick = at.tick };
	struct journal_process p;
	struct slot_record record;
	int rc;

	if (engine_find(e, id, &p, err) < 0)
		return -1;
	rc = engine_entry(e, p.number, at, &record, err);
	if (rc == 0) {
		rc = read_result(e, p.number, &record, &a, err);
		if (whole)
			a.result = buf_span(&record.result.json);
		if (rc == 0)
			rc = attestation_sign(&a, e->key, item, err);
		slot_record_release(&record);
	}
	return rc < 0 ? FAIL_IN(err, "process '%s'", id_encode(id).text) : 0;
}

void
observe_status(struct engine *e, struct node_status *out)
{
	struct worker_stats w;
	struct journal_stats j;

	journal_stats(e->journal, &j);
	workers_stats(e->workers, &w);
	*out = (struct node_status){
		.uptime_ms = (clock_now_ns() - e->start_ns) / NS_PER_MS,
		.processes = j.processes,
		.awake = atomic_load(&e->awake),
		.memory = atomic_load(&e->state_bytes),
		.messages = j.slots,
		.scheduled = atomic_load(&e->scheduled),
		.evaluated = atomic_load(&e->evaluated),
		.pushes = j.pushes,
		.run_queue = w.queued,
		.workers = w.threads,
		.records = j.records,
		.commits = j.commits,
		.commits_10s = j.commits_10s,
		.sync_mean_us = j.sync_mean_us,
		.sync_max_us = j.sync_max_us,
		.store_bytes = j.bytes,
	};
	lock(&e->open_lock);
	out->waiting = e->open;
	out->stopped = e->halted;
	out->held = e->held;
	unlock(&e->open_lock);
}
