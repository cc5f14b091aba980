/*
 * aosh log --import FILE - a process that another node kept.
 *
 * The file is judged as a whole before anything is written (verify.h), so a log
 * that is not right leaves nothing. Then it is read once more, and its slots go
 * to the node with their results. If that breaks off, the process is there with
 * the first part of its log, which is right as far as it goes, and the same
 * import goes on with it, and says where. Killed in between it is the same.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "ao/module.h"
#include "shell/item_file.h"
#include "shell/log_command.h"
#include "shell/log_file.h"
#include "shell/show.h"
#include "shell/signals.h"

enum {
	BATCH_ENTRIES = 256,
	BATCH_BYTES = 4 << 20,
};

/* Entries on their way to the node; their bytes are blocks, in `bytes`. */
struct import {
	struct node *node;
	const struct id *process;
	struct import_entry entries[BATCH_ENTRIES];
	size_t count;
	struct buf bytes;
	struct position given; /* behind the last that the node has */
};

/* The bytes have their place now: spans into them. */
static void
set_spans(struct import *im)
{
	struct span rest = buf_span(&im->bytes);

	for (size_t i = 0; i < im->count; i++) {
		struct import_entry *e = &im->entries[i];

		if (!take_block(&rest, &e->assignment) ||
		    !take_block(&rest, &e->message) ||
		    !take_block(&rest, &e->result_json))
			return;
	}
}

static int
give(struct import *im, struct error *err)
{
	if (im->count == 0)
		return 0;
	set_spans(im);
	if (im->node->ops->import(im->node, im->process, im->entries, im->count,
		err) < 0)
		return -1;
	im->given = position_behind(im->entries[im->count - 1].at);
	im->count = 0;
	buf_clear(&im->bytes);
	return 0;
}

static int
add(struct import *im, const struct log_entry *e, struct error *err)
{
	struct import_entry *to = &im->entries[im->count++];

	*to = (struct import_entry){ .at = log_entry_at(e),
		.timestamp_ms = e->timestamp_ms,
		.height = e->height,
		.schedule = e->schedule,
		.verdict = e->verdict };
	memcpy(to->chain, e->chain, SHA256_BYTES);
	buf_add_block(&im->bytes, e->assignment_item);
	buf_add_block(&im->bytes,
	    e->message ? buf_span(&e->message->bytes) : span_of(NULL, 0));
	buf_add_block(&im->bytes, e->result_json);
	if (im->count < BATCH_ENTRIES && im->bytes.len < BATCH_BYTES)
		return 0;
	return give(im, err);
}

/* All entries, in order. Ctrl-C ends it between two of them. */
static int
give_all(struct import *im, struct log_file *f, struct error *err)
{
	struct log_entry entry;
	int rc;

	while ((rc = log_file_next(f, &entry, err)) > 0) {
		if (signals_take_cancel())
			return FAIL(err, ERR_INTERRUPTED, "interrupted");
		if (add(im, &entry, err) < 0)
			return -1;
	}
	return rc < 0 ? -1 : give(im, err);
}

/* Say what is left behind by an import that broke off. */
static int
fail_half(const struct import *im, struct error *err)
{
	struct error why = *err;

	if (im->given.tick == 0)
		return -1;
	return FAIL(err, why.code,
	    "%.150s; slots 0 to %s are here: the same import goes on", why.text,
	    position_text(
		(struct position){ im->given.slot, im->given.tick - 1 })
		.text);
}

/* Where the log ends that is here already, if there is one. */
static void
say_where(struct shell *sh, const struct id *id)
{
	struct node *n = sh->client.node;
	struct process_info info;
	struct error none;

	if (n->ops->process(n, id, &info, &none) < 0 || info.told.tick == 0)
		return;
	output_printf(shell_notes(sh), "aosh: slots 0 to %s are here already\n",
	    position_text(position_last(info.told)).text);
}

/*
 * A module that is an item comes along: the process goes on here with it. What
 * is no module has been seen in the judgement, as far as it matters.
 */
static int
keep_module(struct node *n, const struct log_head *head, struct error *err)
{
	struct module m = { 0 };
	struct error ignored;
	uint64_t ms;
	struct id id;
	int rc = 0;

	if (module_decode(&head->module, head->bytes, &m, &ignored) < 0)
		return 0;
	if (m.item)
		rc = n->ops->keep(n, buf_span(&m.item->bytes), &id, &ms, err);
	module_release(&m);
	return rc < 0 ? FAIL_IN(err, "module") : 0;
}

static int
write_log(struct shell *sh, struct item_file *file, struct log_file *f,
    struct error *err)
{
	struct import *im = xcalloc(1, sizeof(*im));
	int rc;

	im->node = sh->client.node;
	im->process = &f->head.process;
	rc = log_file_open(item_file_source(file), file->size, f, err);
	if (rc == 0) {
		say_where(sh, im->process);
		rc = keep_module(im->node, &f->head, err);
	}
	if (rc == 0)
		rc = give_all(im, f, err);
	if (rc < 0)
		rc = fail_half(im, err);
	buf_release(&im->bytes);
	free(im);
	return rc;
}

/* What the judgement gave, out of the callback. */
struct judged {
	struct shell *sh;
	struct verify_outcome outcome;
	int code;
};

static bool
take_outcome(void *arg, const struct verify_job *job)
{
	struct judged *j = arg;

	j->outcome = *job->outcome;
	if (j->outcome.failed || j->outcome.differs)
		j->code = log_outcome_show(j->sh, job);
	return true;
}

static int
judge(struct shell *sh, const struct options *o, struct item_file *file,
    struct judged *j, struct error *err)
{
	struct verify_job job = { .path = file->name, .file = file };
	struct verify v = { .jobs = &job,
		.count = 1,
		.threads = log_threads(o) };

	*j = (struct judged){ .sh = sh };
	return verify_run(&v, sh->quiet ? &sh->nowhere : &sh->err, take_outcome,
	    j, err);
}

static void
imported_json(struct shell *sh, const struct verify_outcome *v, uint64_t slots)
{
	json_t *to = json_object();

	json_object_set_new(to, "ok", json_true());
	json_object_set_new(to, "process", json_string(id_encode(&v->id).text));
	json_object_set_new(to, "slots", json_integer((json_int_t)slots));
	json_object_set_new(to, "ticks",
	    json_integer((json_int_t)(v->slots - slots)));
	json_object_set_new(to, "scheduler", json_string(v->scheduler.text));
	json_object_set_new(to, "chain",
	    json_string(log_chain_text(v->chain).text));
	show_json(sh, to);
}

/* Who goes on with the log, if that is another, and what becomes of its cron. */
static void
show_imported(struct shell *sh, const struct verify_outcome *v)
{
	bool ours =
	    strcmp(v->scheduler.text, sh->client.info.address.text) == 0;
	uint64_t slots = position_slots(position_behind(v->last));
	uint64_t ticks = v->slots - slots;
	char more[40] = "";

	if (sh->json) {
		imported_json(sh, v, slots);
		return;
	}
	output_printf(&sh->out, "%s\n", id_encode(&v->id).text);
	if (ticks)
		snprintf(more, sizeof(more), ", %" PRIu64 " ticks", ticks);
	if (!ours)
		output_printf(shell_notes(sh),
		    "aosh: %" PRIu64
		    " slots%s; scheduler %s goes on with this log, "
		    "nothing can be sent to it here\n",
		    slots, more, v->scheduler.text);
	else if (ticks)
		output_printf(shell_notes(sh),
		    "aosh: its cron rests until 'aosh monitor'\n");
}

/*
 * The file stays open over both rounds: what was judged is what is written. A
 * pipe is kept in a temporary file, and read from there twice.
 */
static int
import_file(struct shell *sh, const struct options *o, struct item_file *file,
    struct error *err)
{
	struct log_file *f = xcalloc(1, sizeof(*f));
	struct judged j;
	int rc;

	rc = judge(sh, o, file, &j, err);
	if (rc == 0)
		rc = j.code;
	if (rc == 0 && item_file_unchanged(file, err) < 0)
		rc = item_file_fail(file, err);
	if (rc == 0)
		rc = write_log(sh, file, f, err);
	if (rc == 0)
		show_imported(sh, &j.outcome);
	log_file_release(f);
	free(f);
	return rc;
}

int
log_import(struct shell *sh, const struct options *o, const char *path,
    struct error *err)
{
	struct item_file file;
	int rc;

	if (item_file_open(path, true, &file, err) < 0)
		return -1;
	rc = import_file(sh, o, &file, err);
	item_file_close(&file);
	return rc;
}
