/*
 * Slots come with their results, and both go into one batch: so the process is
 * whole at every instant, a crash leaves a log that is only shorter, and the
 * same import goes on with it. Results have no pushes to be delivered: what
 * they asked for has happened where they came from.
 *
 * What can be seen without evaluating is looked at here: signatures, dense
 * slots, one scheduler, both chains. Who imports has evaluated it all before;
 * and the process is evaluated once more when it is first woken.
 */
#include "engine/import.h"

#include <inttypes.h>
#include <time.h>

#include "ao/protocol.h"
#include "engine/awake.h"
#include "engine/scheduler.h"

enum {
	/* a turn of somebody else's is waited for, so often and so long */
	MOMENTS = 2000,
	MOMENT_NS = 1000 * 1000,
};

/* Where the log is, while slots are added to it. */
struct import {
	struct engine *engine;
	struct actor *actor;
	struct batch *batch;
	uint64_t added;
	/* of the last slot */
	uint64_t next;
	uint64_t last_ms;
	struct id last_id;
	uint8_t hash_chain[SHA256_BYTES];
	uint8_t chain[SHA256_BYTES];
	struct address scheduler;
};

/* A slot that came in, taken apart. */
struct incoming {
	const struct import_slot *slot;
	struct assignment assignment;
	struct id id;
	struct address scheduler;
	struct message *message; /* verified; one reference */
};

static int
read_incoming(const struct import_slot *slot, struct incoming *in,
    struct error *err)
{
	*in = (struct incoming){ .slot = slot };
	if (assignment_decode(slot->assignment, &in->assignment, &in->id, err) <
		0 ||
	    assignment_verify(slot->assignment, err) < 0 ||
	    assignment_signer(slot->assignment, &in->scheduler, err) < 0)
		return -1;
	if (message_verify(slot->message, &in->message, err) < 0)
		return FAIL_IN(err, "message");
	if (id_equal(&in->message->id, &in->assignment.message))
		return 0;
	message_unref(in->message);
	return FAIL(err, ERR_FORMAT, "the assignment is of another message");
}

/* A slot that is there already must be the same one. */
static int
compare(struct import *im, const struct incoming *in, struct error *err)
{
	struct slot_record record;
	bool same;

	if (journal_read_slot(im->engine->journal, im->actor->number,
		in->assignment.slot, &record, err) < 0)
		return -1;
	same = span_equal(buf_span(&record.assignment), in->slot->assignment) &&
	    record.evaluated &&
	    memcmp(record.chain, in->slot->chain, SHA256_BYTES) == 0;
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

	if (as->slot != im->next)
		return FAIL(err, ERR_FORMAT, "slot %" PRIu64 " is missing",
		    im->next);
	if (as->slot == 0)
		assignment_chain_first(&as->process, expected);
	else
		assignment_chain_next(&im->last_id, im->hash_chain, expected);
	if (memcmp(expected, as->hash_chain, SHA256_BYTES) != 0)
		return FAIL(err, ERR_FORMAT,
		    "the assignment breaks the hash chain");
	if (as->timestamp_ms < im->last_ms)
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

/* The result chain goes on from the last slot's, or begins with our release. */
static int
check_chain(struct import *im, const struct incoming *in, struct error *err)
{
	uint8_t chain[SHA256_BYTES];

	memcpy(chain, im->chain, sizeof(chain));
	if (in->assignment.slot == 0)
		result_chain_first(&in->assignment.process, vm_release(),
		    chain);
	result_chain_next(chain, &in->message->id, in->slot->result_json,
	    chain);
	if (memcmp(chain, in->slot->chain, sizeof(chain)) != 0)
		return FAIL(err, ERR_FORMAT, "the result breaks the chain%s",
		    in->assignment.slot ? ""
					: ", or is of another Lua release");
	return 0;
}

/* Slot and result into the batch; the import moves on. */
static void
append(struct import *im, const struct incoming *in)
{
	const struct assignment *as = &in->assignment;
	const struct import_slot *s = in->slot;
	struct result result = { .verdict = s->verdict };
	struct batch_slot slot = { .number = im->actor->number,
		.assignment = as,
		.id = in->id,
		.assignment_item = s->assignment,
		.message_item = s->message };

	if (as->slot == 0) {
		slot.owner = message_from(in->message);
		slot.name = message_tag_or_empty(in->message, "Name");
	}
	batch_add_slot(im->batch, &slot);
	buf_add_span(&result.json, s->result_json);
	batch_add_result(im->batch, im->actor->number, as->slot, &result,
	    s->chain, 0);
	result_release(&result);
	im->added++;
	im->next++;
	im->last_ms = as->timestamp_ms;
	im->last_id = in->id;
	im->scheduler = in->scheduler;
	memcpy(im->hash_chain, as->hash_chain, SHA256_BYTES);
	memcpy(im->chain, s->chain, SHA256_BYTES);
}

static int
add_slot(struct import *im, const struct import_slot *slot, struct error *err)
{
	struct incoming in;
	int rc;

	if (read_incoming(slot, &in, err) < 0)
		return -1;
	if (!id_equal(&in.assignment.process, &im->actor->id))
		rc = FAIL(err, ERR_FORMAT, "it is of another process");
	else if (in.assignment.slot < im->next)
		rc = compare(im, &in, err);
	else
		rc = check_next(im, &in, err) < 0 ? -1
						  : check_chain(im, &in, err);
	if (rc == 0 && in.assignment.slot == im->next)
		append(im, &in);
	message_unref(in.message);
	return rc < 0 ? FAIL_IN(err, "slot %" PRIu64, in.assignment.slot) : 0;
}

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

/* Where the log ends that is here. */
static int
begin(struct import *im, struct error *err)
{
	struct actor *a = im->actor;
	struct slot_record record;

	if (scheduler_read(im->engine, a, err) < 0)
		return -1;
	if (a->has_cron)
		return FAIL(err, ERR_EXISTS,
		    "process '%s' is here, and has cron ticks",
		    id_encode(&a->id).text);
	im->next = a->next_slot;
	im->last_ms = a->last_ms;
	im->last_id = a->last_id;
	im->scheduler = a->scheduler;
	memcpy(im->hash_chain, a->hash_chain, SHA256_BYTES);
	if (im->next == 0)
		return 0;
	if (journal_read_slot(im->engine->journal, a->number, im->next - 1,
		&record, err) < 0)
		return -1;
	memcpy(im->chain, record.chain, SHA256_BYTES);
	slot_record_release(&record);
	return 0;
}

/* The slots are durable: the actor is where the log is. */
static void
finish(struct import *im)
{
	struct engine *e = im->engine;
	struct actor *a = im->actor;

	if (a->vm)
		awake_sleep(e, a);
	a->broken = false;
	a->last_ms = im->last_ms;
	a->last_id = im->last_id;
	a->scheduler = im->scheduler;
	memcpy(a->hash_chain, im->hash_chain, SHA256_BYTES);
	lock(&a->lock);
	a->next_slot = im->next;
	a->scheduled = a->durable = position_end(im->next, 0);
	a->evaluated = a->told = a->scheduled;
	unlock(&a->lock);
	atomic_fetch_add(&e->scheduled, im->added);
	watch_notify(&e->watches, &a->id);
}

static int
write_slots(struct import *im, const struct import_slot *slots, size_t count,
    struct error *err)
{
	int rc = begin(im, err);

	for (size_t i = 0; i < count && rc == 0; i++)
		rc = add_slot(im, &slots[i], err);
	if (rc < 0 || im->added == 0) {
		batch_free(im->batch);
		return rc;
	}
	rc = journal_write(im->engine->journal, im->batch, err);
	if (rc == 0)
		finish(im);
	else
		engine_fail(im->engine, err);
	return rc;
}

int
import_slots(struct engine *e, const struct import_slot *slots, size_t count,
    struct error *err)
{
	struct import im = { .engine = e };
	struct incoming first;
	int rc;

	if (count == 0)
		return 0;
	if (engine_check(e, err) < 0 ||
	    read_incoming(&slots[0], &first, err) < 0)
		return -1;
	message_unref(first.message);
	rc = first.assignment.slot == 0
	    ? engine_actor_for_spawn(e, &first.assignment.process, &im.actor,
		  err)
	    : engine_actor(e, &first.assignment.process, &im.actor, err);
	if (rc < 0)
		return -1;
	rc = wait_for_turns(im.actor, err);
	if (rc == 0) {
		im.batch = batch_new();
		rc = write_slots(&im, slots, count, err);
		give_turns(e, im.actor);
	}
	engine_unref(e, im.actor);
	return rc;
}
