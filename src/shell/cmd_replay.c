/*
 * aosh replay NAME - the log evaluated again, and what each slot gives.
 *
 * Nothing is compared and no signature looked at: verify does that. Slots are
 * shown as they are evaluated, so a log of any length is shown in little
 * memory.
 */
#include <inttypes.h>

#include "base/clock.h"
#include "ao/result_text.h"
#include "term/escape.h"
#include "shell/commands.h"
#include "shell/log_command.h"
#include "shell/shell.h"
#include "shell/show.h"
#include "shell/signals.h"

enum {
	NS_PER_MS = 1000 * 1000
};

static const struct option_spec replay_options[] = {
	{ "from", NULL, 0, OPTION_NUMBER, false, "SLOT",
	    "the first slot to show" },
	{ "to", NULL, 0, OPTION_NUMBER, false, "SLOT",
	    "the last slot to show" },
	{ .name = NULL },
};

struct replaying {
	struct shell *sh;
	struct replay replay;
	struct progress progress;
	uint64_t from;
	uint64_t to;
	struct error *err;
	int status;
};

static void
slot_json(struct replaying *p, const struct log_entry *e,
    const struct replay_finding *f)
{
	json_t *to = json_object();

	json_object_set_new(to, "slot", json_integer((json_int_t)e->slot));
	if (e->tick)
		json_object_set_new(to, "tick", json_integer(e->tick));
	json_object_set_new(to, "id",
	    e->tick ? json_null()
		    : json_string(id_encode(&e->message->id).text));
	json_object_set_new(to, "verdict",
	    json_string(verdict_name(f->result.verdict)));
	json_object_set_new(to, "taken", json_boolean(f->taken));
	json_object_set_new(to, "chain",
	    json_string(log_chain_text(p->replay.chain).text));
	json_object_set_new(to, "result",
	    result_parse(buf_span(&f->result.json)));
	show_json(p->sh, to);
}

/* "7  ok  what it printed", on one line. */
static void
slot_text(struct replaying *p, const struct replay_finding *f)
{
	json_t *root = result_parse(buf_span(&f->result.json));
	struct buf text = BUF_INIT;
	struct buf line = BUF_INIT;

	if (!error_text(root, &text))
		output_text(root, &text);
	escape_text(buf_span(&text), ESCAPE_ONE_LINE, &line);
	output_printf(&p->sh->out, "%s  %s%s", position_text(f->at).text,
	    verdict_name(f->result.verdict), line.len ? "  " : "");
	output_span(&p->sh->out, buf_span(&line));
	output_printf(&p->sh->out, "\n");
	buf_release(&text);
	buf_release(&line);
	json_decref(root);
}

/* The bar goes before something is written where it may stand. */
static void
show_slot(struct replaying *p, const struct log_entry *e,
    const struct replay_finding *f)
{
	if (e->slot < p->from)
		return;
	progress_end(&p->progress);
	if (p->sh->json)
		slot_json(p, e, f);
	else
		slot_text(p, f);
}

/* Flushed now and then, so that whoever watches sees that it goes on. */
static bool
replay_one(void *arg, const struct log_entry *e)
{
	struct replaying *p = arg;
	struct replay_finding f;

	if (e->slot > p->to || !e->evaluated)
		return false;
	if (signals_take_cancel())
		p->status = FAIL(p->err, ERR_INTERRUPTED, "interrupted");
	else
		p->status = replay_slot(&p->replay, e, &f, p->err);
	if (p->status < 0)
		return false;
	if (f.differs)
		p->status = FAIL(p->err, ERR_STORE, "slot %s: %s",
		    position_text(f.at).text, f.text);
	else
		show_slot(p, e, &f);
	result_release(&f.result);
	progress_draw(&p->progress, p->replay.count);
	return p->status == 0 && shell_flush(p->sh) == 0;
}

/* How long it took; with --json the last line. */
static void
show_summary(struct replaying *p, uint64_t ms)
{
	uint64_t slots = p->replay.count;
	double rate = progress_rate(&p->progress, slots);
	json_t *to;

	if (!p->sh->json) {
		output_printf(shell_notes(p->sh),
		    "aosh: replayed %" PRIu64 " slots in %" PRIu64 ".%03" PRIu64
		    " s, %.0f a second\n",
		    slots, ms / 1000, ms % 1000, rate);
		return;
	}
	to = json_object();
	json_object_set_new(to, "process",
	    json_string(id_encode(&p->replay.id).text));
	json_object_set_new(to, "slots", json_integer((json_int_t)slots));
	json_object_set_new(to, "taken",
	    json_integer((json_int_t)p->replay.taken));
	json_object_set_new(to, "chain",
	    json_string(log_chain_text(p->replay.chain).text));
	json_object_set_new(to, "ms", json_integer((json_int_t)ms));
	json_object_set_new(to, "slots_per_second", json_real(rate));
	show_json(p->sh, to);
}

static int
exec_replay(struct shell *sh, const struct options *o, struct error *err)
{
	struct node *n = sh->client.node;
	struct replaying p = { .sh = sh,
		.from = options_number(o, "from", 0),
		.to = options_number(o, "to", UINT64_MAX),
		.err = err };
	uint64_t start = clock_now_ns();
	struct process_info info;
	struct id id;
	int rc;

	if (client_find(&sh->client, span_text(o->args[0]), true, &id, err) <
		0 ||
	    n->ops->process(n, &id, &info, err) < 0)
		return -1;
	replay_init(&p.replay, &id, 0, replay_node_module, n);
	p.replay.judge = false;
	progress_init(&p.progress, sh->quiet ? &sh->nowhere : &sh->err, "slots",
	    info.evaluated + info.ticks);
	rc = n->ops->log(n, &id, position_of_slot(0), replay_one, &p, err);
	progress_end(&p.progress);
	if (rc == 0)
		rc = p.status;
	if (rc == 0)
		show_summary(&p, (clock_now_ns() - start) / NS_PER_MS);
	replay_release(&p.replay);
	return rc;
}

const struct command command_replay = {
	.name = "replay",
	.usage = "NAME|ID",
	.summary = "evaluate a log again and show what each slot gives",
	.options = replay_options,
	.min = 1,
	.max = 1,
	.complete = COMPLETE_PROCESSES,
	.flags = COMMAND_NODE,
	.exec = exec_replay,
};
