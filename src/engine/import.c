/*
 * Entries come with their results, and both go into one batch: so the process is
 * whole at every instant, a crash leaves a log that is only shorter, and the
 * same import goes on with it. Results have no pushes to be delivered: what
 * they asked for has happened where they came from.
 *
 * What can be seen without evaluating is looked at here: signatures, dense
 * slots and ticks, one scheduler, both chains, that ticks were due. Who imports
 * has evaluated it all before; and the process is evaluated once more when it
 * is first woken.
 *
 * Ticks that come this way are only read: the process is not told to have a
 * cron (batch_add_cron()), since a log to which ticks were added while a part of
 * it is still to come would be another log.
 */
#include "engine/import.h"

#include <inttypes.h>
#include <stdlib.h>
#include <time.h>

#include "base/fault.h"
#include "ao/protocol.h"
#include "engine/awake.h"
#include "engine/scheduler.h"
#include "engine/tick.h"

enum {
	/* a turn of somebody else's is waited for, so often and so long */
	MOMENTS = 2000,
	MOMENT_NS = 1000 * 1000,
};

/* Where the log is, while entries are added to it. */
struct import {
	struct engine *engine;
	struct actor *actor;
	struct batch *batch;
	uint64_t added;
	struct position end;
	uint64_t ticks;
	struct cron_tick last; /* the last entry, as ticks go on from it */
	struct id last_id;     /* of the last slot */
	uint8_t hash_chain[SHA256_BYTES];
	uint8_t chain[SHA256_BYTES];
	struct address scheduler;

	/* for ticks, when there are some */
	struct actor_cron *cron;
	struct journal_schedule *state; /* of each schedule; owned */
	/* with slot 0 among what is added: the process's message, one
	 * reference, its time, and the schedules read from it */
	struct message *spawn;
	uint64_t origin_ms;
	struct actor_cron *read;
};

/* A slot that came in, taken apart. */
struct incoming {
	const struct import_entry *entry;
	struct assignment assignment;
	struct id id;
	struct address scheduler;
	struct message *message; /* verified; one reference */
};

static int
check_incoming(const struct import *im, const struct incoming *in,
    struct error *err)
{
	const struct assignment *as = &in->assignment;

	if (!id_equal(&as->process, &im->actor->id))
		return FAIL(err, ERR_FORMAT, "it is of another process");
	if (as->slot != in->entry->at.slot)
		return FAIL(err, ERR_FORMAT,
		    "the assignment is of slot %" PRIu64, as->slot);
	if (!id_equal(&in->message->id, &as->message))
		return FAIL(err, ERR_FORMAT,
		    "the assignment is of another message");
	return 0;
}

static int
read_incoming(const struct import *im, const struct import_entry *entry,
    struct incoming *in, struct error *err)
{
	*in = (struct incoming){ .entry = entry };
	if (assignment_decode(entry->assignment, &in->assignment, &in->id,
		err) < 0 ||
	    assignment_verify(entry->assignment, err) < 0 ||
	    assignment_signer(entry->assignment, &in->scheduler, err) < 0)
		return -1;
	if (message_verify(entry->message, &in->message, err) < 0)
		return FAIL_IN(err, "message");
	if (check_incoming(im, in, err) == 0)
		return 0;
	message_unref(in->message);
	return -1;
}

static bool
is_same(const struct slot_record *r, const struct import_entry *e)
{
	if (position_compare(r->at, e->at) != 0 || !r->evaluated ||
	    memcmp(r->chain, e->chain, SHA256_BYTES) != 0)
		return false;
	if (e->at.tick == 0)
		return span_equal(buf_span(&r->assignment), e->assignment);
	return r->tick.schedule == e->schedule && r->tick.height == e->height &&
	    r->tick.timestamp_ms == e->timestamp_ms;
}

/* An entry that is there already must be the same one. */
static int
compare(struct import *im, const struct import_entry *entry, struct error *err)
{
	struct position at = entry->at;
	struct slot_record record;
	bool same;

	if (journal_read_entry(im->engine->journal, im->actor->number, &at,
		&record, err) < 0)
		return -1;
	same = is_same(&record, entry);
	slot_record_release(&record);
	if (!same)
		return FAIL(err, ERR_EXISTS,
		    "the process is here, and that slot of it is another");
	return 0;
}

/* What the next slot must be. */
static int
check_next(const struct import *im, const struct incoming *in,
    struct error *err)
{
	const struct assignment *as = &in->assignment;
	uint8_t expected[SHA256_BYTES];
	enum item_type type;

	if (as->slot == 0)
		assignment_chain_first(&as->process, expected);
	else
		assignment_chain_next(&im->last_id, im->hash_chain, expected);
	if (memcmp(expected, as->hash_chain, SHA256_BYTES) != 0)
		return FAIL(err, ERR_FORMAT,
		    "the assignment breaks the hash chain");
	if (as->timestamp_ms < im->last.ms)
		return FAIL(err, ERR_FORMAT, "its time goes back");
	if (as->slot > 0 && strcmp(in->scheduler.text, im->scheduler.text) != 0)
		return FAIL(err, ERR_FORMAT,
		    "the assignment is by another scheduler");
	if (as->slot == 0 &&
	    (protocol_type(in->message, &type, err) < 0 ||
		type != ITEM_PROCESS))
		return FAIL(err, ERR_FORMAT, "slot 0 is no process");
	return 0;
}

/* An entry whose link in the chain of results is that one is in the batch. */
static int
move_on(struct import *im, const struct import_entry *entry,
    const uint8_t chain[SHA256_BYTES], struct error *err)
{
	if (memcmp(chain, entry->chain, SHA256_BYTES) != 0)
		return FAIL(err, ERR_FORMAT, "the result breaks the chain%s",
		    position_slots(im->end) ? ""
					    : ", or is of another Lua release");
	memcpy(im->chain, chain, SHA256_BYTES);
	im->end = position_behind(entry->at);
	im->added++;
	return 0;
}

/* --- slots --- */

/* Slot and result into the batch; the import moves on. */
static void
append_slot(struct import *im, const struct incoming *in)
{
	const struct assignment *as = &in->assignment;
	const struct import_entry *e = in->entry;
	struct result result = { .verdict = e->verdict };
	struct batch_slot slot = { .number = im->actor->number,
		.assignment = as,
		.id = in->id,
		.assignment_item = e->assignment,
		.message_item = e->message };

	if (as->slot == 0) {
		slot.owner =
		    process_name_owner(in->message, &im->engine->address);
		slot.name = message_tag_or_empty(in->message, "Name");
		im->spawn = message_ref(in->message);
		im->origin_ms = as->timestamp_ms;
	}
	batch_add_slot(im->batch, &slot);
	buf_add_span(&result.json, e->result_json);
	batch_add_result(im->batch, im->actor->number, as->slot, &result,
	    e->chain, 0);
	result_release(&result);
	im->last = cron_behind(as->timestamp_ms);
	im->last_id = in->id;
	im->scheduler = in->scheduler;
	memcpy(im->hash_chain, as->hash_chain, SHA256_BYTES);
}

/* The result chain begins with our release. */
static int
add_slot(struct import *im, const struct import_entry *entry, struct error *err)
{
	uint8_t chain[SHA256_BYTES];
	struct incoming in;
	int rc;

	if (read_incoming(im, entry, &in, err) < 0)
		return -1;
	rc = check_next(im, &in, err);
	if (rc == 0) {
		memcpy(chain, im->chain, sizeof(chain));
		if (entry->at.slot == 0)
			result_chain_first(&im->actor->id, vm_release(), chain);
		result_chain_next(chain, &in.message->id, entry->result_json,
		    chain);
		rc = move_on(im, entry, chain, err);
	}
	if (rc == 0)
		append_slot(im, &in);
	message_unref(in.message);
	return rc;
}

/* --- ticks --- */

/* The process's schedules, and what is known of them by the last ticks. */
static int
know_cron(struct import *im, struct error *err)
{
	int rc;

	if (im->state)
		return 0;
	if (im->spawn) {
		rc = tick_cron_new(im->spawn, im->origin_ms, &im->read, err);
		im->cron = im->read;
	} else {
		rc = tick_cron(im->engine, im->actor, &im->cron, err);
	}
	if (rc < 0)
		return -1;
	return tick_read_state(im->engine, im->actor, &im->cron->crons,
	    &im->state, err);
}

/* Tick and result into the batch; the import moves on. */
static void
append_tick(struct import *im, const struct import_entry *e)
{
	struct journal_schedule *state = &im->state[e->schedule];
	struct result result = { .verdict = e->verdict };
	const struct journal_tick tick = { .number = im->actor->number,
		.at = e->at,
		.timestamp_ms = e->timestamp_ms,
		.height = e->height,
		.schedule = e->schedule,
		.interval = im->cron->crons.list[e->schedule].interval,
		.ticks = ++im->ticks,
		.count = ++state->count,
		.late = state->late };
	const struct batch_tick_result given = { .number = im->actor->number,
		.at = e->at,
		.ticks = im->ticks,
		.result = &result,
		.chain = e->chain };

	batch_add_tick(im->batch, &tick);
	buf_add_span(&result.json, e->result_json);
	batch_add_tick_result(im->batch, &given);
	result_release(&result);
	im->last = (struct cron_tick){ e->timestamp_ms, e->schedule };
}

static int
add_tick(struct import *im, const struct import_entry *e, struct error *err)
{
	const struct cron_tick t = { e->timestamp_ms, e->schedule };
	uint8_t chain[SHA256_BYTES];
	uint8_t key[CRON_KEY_BYTES];

	if (know_cron(im, err) < 0 ||
	    cron_check(&im->cron->crons, im->cron->origin_ms, im->last, t,
		e->height, err) < 0)
		return -1;
	cron_key(e->at.slot, e->timestamp_ms, e->schedule, key);
	result_chain_tick(im->chain, span_of(key, sizeof(key)), e->result_json,
	    chain);
	if (move_on(im, e, chain, err) < 0)
		return -1;
	append_tick(im, e);
	return 0;
}

static int
add_entry(struct import *im, const struct import_entry *e, struct error *err)
{
	int rc;

	if (position_before(e->at, im->end))
		rc = compare(im, e, err);
	else if (!position_follows(e->at, im->end))
		rc = FAIL(err, ERR_FORMAT, "slot %s is missing",
		    position_text(e->at.tick
			    ? im->end
			    : position_of_slot(position_slots(im->end)))
			.text);
	else
		rc = e->at.tick ? add_tick(im, e, err) : add_slot(im, e, err);
	return rc < 0 ? FAIL_IN(err, "slot %s", position_text(e->at).text) : 0;
}

/* --- the process --- */

/* Both turns: nobody numbers or evaluates meanwhile. */
static int
take_turns(struct actor *a, struct error *err)
{
	bool free;

	lock(&a->lock);
	free = !a->scheduling && !a->queued && !a->outgoing &&
	    position_compare(a->evaluated, a->scheduled) == 0 &&
	    position_compare(a->told, a->scheduled) == 0;
	if (free)
		a->scheduling = a->queued = true;
	unlock(&a->lock);
	if (free)
		return 0;
	return FAIL(err, ERR_BUSY, "process '%s' is in use just now",
	    id_encode(&a->id).text);
}

/* One that is busy for longer is not waited for. */
static int
wait_for_turns(struct actor *a, struct error *err)
{
	const struct timespec moment = { .tv_nsec = MOMENT_NS };
	int tries = 0;

	while (take_turns(a, err) < 0) {
		if (++tries > MOMENTS)
			return -1;
		(void)nanosleep(&moment, NULL);
	}
	return 0;
}

/* What came in meanwhile has its turn now. */
static void
give_turns(struct engine *e, struct actor *a)
{
	bool again;

	lock(&a->lock);
	again = a->dry_jobs || a->outgoing;
	a->queued = again;
	unlock(&a->lock);
	if (again)
		workers_queue(e->workers, actor_ref(a));
	scheduler_turn(e, a);
}

/* The last entry of the log that is here. */
static int
read_last(struct import *im, struct error *err)
{
	struct actor *a = im->actor;
	struct position at = { a->next_slot - 1, a->next_tick };
	struct slot_record record;

	if (journal_read_entry(im->engine->journal, a->number, &at, &record,
		err) < 0)
		return -1;
	memcpy(im->chain, record.chain, SHA256_BYTES);
	if (at.tick)
		im->last.schedule = record.tick.schedule;
	slot_record_release(&record);
	return 0;
}

/* Where the log ends that is here. */
static int
begin(struct import *im, struct error *err)
{
	struct actor *a = im->actor;
	bool has_cron;

	if (scheduler_read(im->engine, a, err) < 0)
		return -1;
	lock(&a->lock);
	has_cron = a->has_cron;
	unlock(&a->lock);
	if (has_cron)
		return FAIL(err, ERR_EXISTS,
		    "process '%s' is here, and has its cron here",
		    id_encode(&a->id).text);
	im->end = position_end(a->next_slot, a->next_tick);
	im->ticks = a->ticks;
	im->last = cron_behind(a->last_ms);
	im->last_id = a->last_id;
	im->scheduler = a->scheduler;
	memcpy(im->hash_chain, a->hash_chain, SHA256_BYTES);
	return a->next_slot ? read_last(im, err) : 0;
}

/* The entries are durable: the actor is where the log is. */
static void
finish(struct import *im)
{
	struct engine *e = im->engine;
	struct actor *a = im->actor;

	if (a->vm)
		awake_sleep(e, a);
	a->broken = false;
	a->last_ms = im->last.ms;
	a->last_id = im->last_id;
	a->scheduler = im->scheduler;
	memcpy(a->hash_chain, im->hash_chain, SHA256_BYTES);
	lock(&a->lock);
	a->next_slot = position_slots(im->end);
	a->next_tick = im->end.tick - 1;
	a->ticks = im->ticks;
	a->has_ticks |= im->ticks > 0;
	a->scheduled = a->durable = im->end;
	a->evaluated = a->told = a->scheduled;
	unlock(&a->lock);
	atomic_fetch_add(&e->scheduled, im->added);
	watch_notify(&e->watches, &a->id);
}

static int
write_entries(struct import *im, const struct import_entry *entries,
    size_t count, struct error *err)
{
	int rc = begin(im, err);

	for (size_t i = 0; i < count && rc == 0; i++)
		rc = add_entry(im, &entries[i], err);
	if (rc < 0 || im->added == 0) {
		batch_free(im->batch);
		return rc;
	}
	rc = journal_write(im->engine->journal, im->batch, err);
	if (rc < 0) {
		engine_fail(im->engine, err);
		return -1;
	}
	fault_die(FAULT_IMPORT_DIES_BETWEEN);
	finish(im);
	return 0;
}

static void
import_release(struct import *im)
{
	message_unref(im->spawn);
	tick_cron_free(im->read);
	free(im->state);
}

int
import_entries(struct engine *e, const struct id *id,
    const struct import_entry *entries, size_t count, struct error *err)
{
	struct import im = { .engine = e };
	int rc;

	if (count == 0)
		return 0;
	if (engine_check(e, err) < 0)
		return -1;
	rc = position_slots(entries[0].at) == 0
	    ? engine_actor_for_spawn(e, id, &im.actor, err)
	    : engine_actor(e, id, &im.actor, err);
	if (rc < 0)
		return -1;
	rc = wait_for_turns(im.actor, err);
	if (rc == 0) {
		im.batch = batch_new();
		rc = write_entries(&im, entries, count, err);
		give_turns(e, im.actor);
	}
	import_release(&im);
	engine_unref(e, im.actor);
	return rc;
}
