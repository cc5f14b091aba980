/*
 * aosh log --export FILE NAME - the log of a process as a file.
 *
 * Sizes and ids of all items stand in front of the first, so the log is read
 * twice: for the head, and for the items. What is in a log does not change, and
 * the node signs the same attestation to the same bytes, so both give the same.
 *
 * The node may not be called while it tells its log, so a few entries at a time
 * are copied, and then attested. Of a cron tick the attestation is all.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "shell/log_command.h"
#include "shell/log_file.h"
#include "shell/out_file.h"
#include "shell/show.h"
#include "shell/signals.h"

enum {
	CHUNK_ENTRIES = 64,
	CHUNK_BYTES = 1 << 20,
};

struct export
{
	struct node *node;
	struct out_file *out;
	struct log_head head;
	struct buf head_item;
	struct position end; /* of what is exported */
	struct progress progress;
	uint64_t done; /* entries, of both rounds */
	bool items;    /* the second round: items, not their heads */
	uint64_t size; /* written */

	/* entries that were copied: assignment and message of slots, blocks */
	struct buf chunk;
	struct position places[CHUNK_ENTRIES];
	size_t count;
	struct position from; /* behind them */
};

/* An item, or its entry in the head, as the round is. */
static int
put_item(struct export *x, struct span item, struct error *err)
{
	struct buf entry = BUF_INIT;
	struct bundle_entry e = { .size = item.len };
	struct data_item decoded;
	int rc;

	if (x->items) {
		x->size += item.len;
		return out_file_write(x->out, item, err);
	}
	if (ans104_decode(item, &decoded, err) < 0)
		return -1;
	e.id = ans104_id(&decoded);
	item_bundle_add_entry(&e, &entry);
	x->size += entry.len;
	rc = out_file_write(x->out, buf_span(&entry), err);
	buf_release(&entry);
	return rc;
}

static bool
copy_entry(void *arg, const struct log_entry *e)
{
	struct export *x = arg;
	struct position at = log_entry_at(e);

	if (!position_before(at, x->end))
		return false;
	if (!e->tick) {
		buf_add_block(&x->chunk, e->assignment_item);
		buf_add_block(&x->chunk, buf_span(&e->message->bytes));
	}
	x->places[x->count++] = at;
	x->from = position_behind(at);
	return x->count < CHUNK_ENTRIES && x->chunk.len < CHUNK_BYTES;
}

/* Assignment and message of a slot that was copied. */
static int
put_copied(struct export *x, struct span *rest, struct error *err)
{
	struct span assignment;
	struct span message;

	if (!take_block(rest, &assignment) || !take_block(rest, &message) ||
	    assignment.len == 0)
		return FAIL(err, ERR_UNSUPPORTED,
		    "the node does not tell its assignments");
	if (put_item(x, assignment, err) < 0)
		return -1;
	return put_item(x, message, err);
}

/* One of the entries that were copied, with the node's word for its result. */
static int
put_entry(struct export *x, struct position at, struct span *rest,
    struct error *err)
{
	struct buf result = BUF_INIT;
	int rc;

	if (at.tick == 0 && put_copied(x, rest, err) < 0)
		return -1;
	rc = x->node->ops->attest(x->node, &x->head.process, at, true, &result,
	    err);
	if (rc == 0)
		rc = put_item(x, buf_span(&result), err);
	buf_release(&result);
	return rc;
}

static int
put_chunk(struct export *x, struct error *err)
{
	struct position from = x->from;
	struct span rest;

	buf_clear(&x->chunk);
	x->count = 0;
	if (x->node->ops->log(x->node, &x->head.process, from, copy_entry, x,
		err) < 0)
		return -1;
	rest = buf_span(&x->chunk);
	for (size_t i = 0; i < x->count; i++)
		if (put_entry(x, x->places[i], &rest, err) < 0)
			return FAIL_IN(err, "slot %s",
			    position_text(x->places[i]).text);
	if (x->count == 0)
		return FAIL(err, ERR_STORE, "slot %s is missing",
		    position_text(from).text);
	x->done += x->count;
	if (signals_take_cancel())
		return FAIL(err, ERR_INTERRUPTED, "interrupted");
	progress_draw(&x->progress, x->done);
	return 0;
}

/* The head's item, then all entries. */
static int
put_round(struct export *x, bool items, struct error *err)
{
	x->items = items;
	x->from = position_of_slot(0);
	if (put_item(x, buf_span(&x->head_item), err) < 0)
		return -1;
	while (position_before(x->from, x->end))
		if (put_chunk(x, err) < 0)
			return -1;
	return 0;
}

static int
put_count(struct export *x, struct error *err)
{
	struct buf count = BUF_INIT;
	int rc;

	item_bundle_add_count(
	    1 + LOG_ITEMS_PER_SLOT * x->head.slots + x->head.ticks, &count);
	x->size += count.len;
	rc = out_file_write(x->out, buf_span(&count), err);
	buf_release(&count);
	return rc;
}

/* A module that the node has not is left out: the log fails without it, too. */
static int
make_head(struct export *x, struct error *err)
{
	struct buf module = BUF_INIT;
	int rc;

	rc = x->node->ops->module(x->node, &x->head.module, &module, err);
	if (rc < 0 && err->code == ERR_NOT_FOUND)
		rc = 0;
	x->head.bytes = buf_span(&module);
	if (rc == 0)
		rc = log_head_item(&x->head, &x->head_item, err);
	buf_release(&module);
	return rc;
}

static int
export_to(struct shell *sh, struct export *x, struct error *err)
{
	int rc;

	progress_init(&x->progress, sh->quiet ? &sh->nowhere : &sh->err,
	    "entries", 2 * (x->head.slots + x->head.ticks));
	rc = make_head(x, err);
	if (rc == 0)
		rc = put_count(x, err);
	if (rc == 0)
		rc = put_round(x, false, err);
	if (rc == 0)
		rc = put_round(x, true, err);
	if (rc == 0)
		rc = out_file_finish(x->out, err);
	progress_end(&x->progress);
	buf_release(&x->head_item);
	buf_release(&x->chunk);
	return rc;
}

static void
show_exported(struct shell *sh, const char *path, const struct export *x)
{
	json_t *to = json_object();

	json_object_set_new(to, "ok", json_true());
	json_object_set_new(to, "process",
	    json_string(id_encode(&x->head.process).text));
	json_object_set_new(to, "slots",
	    json_integer((json_int_t)x->head.slots));
	json_object_set_new(to, "ticks",
	    json_integer((json_int_t)x->head.ticks));
	json_object_set_new(to, "size", json_integer((json_int_t)x->size));
	json_object_set_new(to, "file", show_path(path));
	show_json(sh, to);
}

static bool
count_tick(void *arg, const struct log_entry *e)
{
	struct export *x = arg;

	if (!position_before(log_entry_at(e), x->end))
		return false;
	x->head.ticks += e->tick > 0;
	return true;
}

/*
 * Entries without a result are left out: nobody attests them yet. How many of
 * the ticks have one only the log itself says.
 */
static int
find_log(struct shell *sh, const char *name, struct export *x,
    struct error *err)
{
	struct node *n = sh->client.node;
	struct process_info info;
	struct id id;

	if (client_find(&sh->client, span_text(name), true, &id, err) < 0 ||
	    n->ops->process(n, &id, &info, err) < 0)
		return -1;
	x->head = (struct log_head){ .process = id,
		.module = info.runs,
		.slots = info.evaluated };
	x->end = info.told;
	if (info.evaluated == 0)
		return FAIL(err, ERR_NOT_FOUND,
		    "process '%s' has no result yet", name);
	if (info.ticks > 0 &&
	    n->ops->log(n, &id, position_of_slot(0), count_tick, x, err) < 0)
		return -1;
	if (info.slots > info.evaluated)
		output_printf(shell_notes(sh),
		    "aosh: %" PRIu64
		    " slots have no result yet and are left out\n",
		    info.slots - info.evaluated);
	return 0;
}

int
log_export(struct shell *sh, const struct options *o, const char *path,
    struct error *err)
{
	struct out_file out = { .fd = -1 };
	struct export x = { .node = sh->client.node, .out = &out };
	int rc;

	if (sh->client.network)
		return FAIL(err, ERR_UNSUPPORTED,
		    "a network gives no signed word for its results, which such "
		    "a file is made of; 'aosh verify' checks its log in place");
	if (find_log(sh, o->args[0], &x, err) < 0 ||
	    out_file_open_path(path, sh->json, &out, err) < 0)
		return -1;
	rc = export_to(sh, &x, err);
	if (rc == 0 && sh->json)
		show_exported(sh, path, &x);
	rc = out_file_result(&out, rc);
	out_file_release(&out);
	return rc;
}
