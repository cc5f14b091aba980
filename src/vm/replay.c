/*
 * A difference is told by the first thing that is not as it should be, and that
 * ends the judgement: what comes behind it follows from something else.
 *
 * A chain that breaks although the result is the same has two causes. With slot
 * 0 the first link may have been made by another Lua release; that is seen by
 * making the log's own link with ours. Later on somebody has changed it.
 */
#include "vm/replay.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "ao/module.h"

enum {
	QUOTED = 60 /* bytes of a value in a text */
};

void
replay_init(struct replay *r, const struct id *id, unsigned lane,
    replay_module_fn module, void *arg)
{
	ASSERT(lane < VM_TOOL_LANES);
	*r = (struct replay){ .id = *id,
		.lane = VM_LANES + lane,
		.module = module,
		.arg = arg,
		.judge = true };
	pthread_mutex_init(&r->lock, NULL);
	result_chain_first(id, vm_release(), r->chain);
}

int
replay_node_module(void *arg, const struct id *id, struct buf *out,
    struct error *err)
{
	struct node *n = arg;

	return n->ops->module(n, id, out, err);
}

void
replay_release(struct replay *r)
{
	if (r->vm)
		r->vm->ops->close(r->vm);
	if (r->process.spawn)
		process_release(&r->process);
	crons_release(&r->crons);
	pthread_mutex_destroy(&r->lock);
}

void
replay_interrupt(struct replay *r)
{
	lock(&r->lock);
	r->stopped = true;
	if (r->running)
		r->running->ops->interrupt(r->running);
	unlock(&r->lock);
}

void
replay_resume(struct replay *r)
{
	lock(&r->lock);
	r->stopped = false;
	unlock(&r->lock);
}

/* --- differences --- */

static void differ(struct replay_finding *f, const char *what, const char *fmt,
    ...) __attribute__((format(printf, 3, 4)));

static void
differ(struct replay_finding *f, const char *what, const char *fmt, ...)
{
	va_list ap;

	f->differs = what;
	va_start(ap, fmt);
	vsnprintf(f->text, sizeof(f->text), fmt, ap);
	va_end(ap);
}

/* The link of an entry; `json` is its result. */
static void
link_next(const uint8_t previous[SHA256_BYTES], const struct log_entry *e,
    struct span json, uint8_t out[SHA256_BYTES])
{
	uint8_t key[CRON_KEY_BYTES];

	if (!e->tick) {
		result_chain_next(previous, &e->message->id, json, out);
		return;
	}
	cron_key(e->slot, e->timestamp_ms, e->schedule, key);
	result_chain_tick(previous, span_of(key, sizeof(key)), json, out);
}

static bool
same_bytes(const uint8_t *a, const uint8_t *b)
{
	return memcmp(a, b, SHA256_BYTES) == 0;
}

/* As its scheduler numbered it. */
static void
judge_place(struct replay *r, const struct log_entry *e,
    const struct assignment *as, const struct address *by,
    struct replay_finding *f)
{
	uint8_t chain[SHA256_BYTES];

	if (as->slot == 0)
		assignment_chain_first(&r->id, chain);
	else
		assignment_chain_next(&r->last_id, r->last.hash_chain, chain);
	if (as->slot != e->slot || !id_equal(&as->process, &r->id))
		differ(f, "assignment", "it is of another place");
	else if (!id_equal(&as->message, &e->message->id))
		differ(f, "assignment", "it is of another message");
	else if (as->slot > 0 && strcmp(by->text, r->scheduler.text) != 0)
		differ(f, "assignment",
		    "it is signed by %s, those before by %s", by->text,
		    r->scheduler.text);
	else if (!same_bytes(chain, as->hash_chain))
		differ(f, "assignment",
		    "its hash chain does not go on from "
		    "the one before");
	else if (as->timestamp_ms < r->last.timestamp_ms)
		differ(f, "assignment", "its time goes back");
	else if (as->timestamp_ms != e->timestamp_ms || as->height != e->height)
		differ(f, "assignment", "the node tells another time");
}

/* Nodes that tell nothing of their assignments are taken at their word. */
static void
judge_assignment(struct replay *r, const struct log_entry *e,
    struct assignment *as, struct replay_finding *f)
{
	struct address by;
	struct error err;
	struct id id;

	if (e->assignment_item.len == 0) {
		r->believed++;
		return;
	}
	if (assignment_decode(e->assignment_item, as, &id, &err) < 0 ||
	    (!r->trusting && assignment_verify(e->assignment_item, &err) < 0) ||
	    assignment_signer(e->assignment_item, &by, &err) < 0) {
		differ(f, "assignment", "%s", err.text);
		return;
	}
	judge_place(r, e, as, &by, f);
	r->scheduler = by;
	r->last = *as;
	r->last_id = id;
}

static void
judge_signature(const struct log_entry *e, struct replay_finding *f)
{
	struct data_item item;
	struct error err;

	if (e->unchained && e->message->bytes.len == 0)
		differ(f, "message",
		    "the network does not tell all of it, so that nobody can "
		    "verify it");
	else if (ans104_decode(buf_span(&e->message->bytes), &item, &err) < 0 ||
	    ans104_verify(&item, &err) < 0)
		differ(f, "message", "%s", err.text);
}

/* Networks tell no height of a tick; our own program simulates it. */
static uint64_t
height_of(const struct log_entry *e)
{
	return e->tick && e->unchained ? cron_height(e->timestamp_ms)
				       : e->height;
}

/*
 * A tick has no signature: that it was due is known from the process's own
 * tags, and when it came stands in its key, which is in the chain.
 */
static void
judge_tick(const struct replay *r, const struct log_entry *e,
    struct replay_finding *f)
{
	const struct cron_tick t = { e->timestamp_ms, e->schedule };
	struct error err;

	if (cron_check(&r->crons, r->origin_ms, r->last_tick, t, height_of(e),
		&err) < 0)
		differ(f, "message", "%s", err.text);
}

/* Whatever comes next must be what is next. */
static void
judge_entry(struct replay *r, const struct log_entry *e, struct assignment *as,
    struct replay_finding *f)
{
	if (e->tick) {
		judge_tick(r, e, f);
		r->last.timestamp_ms = e->timestamp_ms;
		r->last_tick =
		    (struct cron_tick){ e->timestamp_ms, e->schedule };
		return;
	}
	if (!r->trusting)
		judge_signature(e, f);
	if (!f->differs)
		judge_assignment(r, e, as, f);
	r->last_tick = cron_behind(e->timestamp_ms);
}

/* What the assignment says, judged or not. */
static int
read_entry(struct replay *r, const struct log_entry *e, struct assignment *as,
    struct replay_finding *f, struct error *err)
{
	struct id unused;

	if (r->judge)
		judge_entry(r, e, as, f);
	else if (!e->tick && e->assignment_item.len)
		return assignment_decode(e->assignment_item, as, &unused, err);
	return 0;
}

/* A value of a result for a person, cut. */
static void
quote(const json_t *value, struct buf *out)
{
	char *text =
	    value ? json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT) : NULL;
	struct span all = span_text(text ? text : "nothing");

	buf_add_span(out, span_first(all, QUOTED));
	if (all.len > QUOTED)
		buf_add_text(out, "...");
	free(text);
}

/* The first member that two results do not share. */
static void
judge_members(const struct log_entry *e, struct span here,
    struct replay_finding *f)
{
	static const char *const members[] = { "Error", "Output", "Messages",
		"Spawns", "Assignments" };
	json_t *a = result_parse(e->result_json);
	json_t *b = result_parse(here);
	struct buf logged = BUF_INIT;
	struct buf found = BUF_INIT;

	/* where nothing else is told than these, they are all */
	if (!e->unchained)
		differ(f, "result", "its text is another");
	for (size_t i = 0; i < sizeof(members) / sizeof(*members); i++) {
		json_t *in_log = json_object_get(a, members[i]);
		json_t *in_ours = json_object_get(b, members[i]);

		if (in_log == in_ours || json_equal(in_log, in_ours))
			continue;
		quote(in_log, &logged);
		quote(in_ours, &found);
		differ(f, members[i], "the log says %s, here it is %s",
		    buf_text(&logged), buf_text(&found));
		break;
	}
	buf_release(&logged);
	buf_release(&found);
	json_decref(a);
	json_decref(b);
}

/* A limit that is taken from the log must be told there as one is told. */
static bool
is_told_as_fact(const struct log_entry *e)
{
	json_t *root = result_parse(e->result_json);
	struct result made = RESULT_INIT;
	const json_t *text = json_object_get(root, "Error");
	bool same = false;

	if (json_is_string(text)) {
		result_fail(&made, e->verdict,
		    span_of(json_string_value(text), json_string_length(text)));
		same = span_equal(buf_span(&made.json), e->result_json);
	}
	result_release(&made);
	json_decref(root);
	return same;
}

static void
judge_result(const struct replay *r, const struct log_entry *e,
    struct replay_finding *f)
{
	struct span here = buf_span(&f->result.json);
	uint8_t chain[SHA256_BYTES];

	if (e->unchained) {
		judge_members(e, here, f);
		return;
	}
	link_next(r->chain, e, e->result_json, chain);
	if (!same_bytes(chain, e->chain) && e->slot == 0 && !e->tick)
		differ(f, "release",
		    "the log is of another Lua release than this program's "
		    "(%s), or its chain was changed",
		    vm_release());
	else if (!same_bytes(chain, e->chain))
		differ(f, "chain",
		    "it does not follow from the log's own result");
	else if (f->taken && !is_told_as_fact(e))
		differ(f, "verdict", "the log says %s, its result does not",
		    verdict_name(e->verdict));
	else if (f->result.verdict != e->verdict)
		differ(f, "verdict", "the log says %s, here it is %s: %.100s",
		    verdict_name(e->verdict), verdict_name(f->result.verdict),
		    buf_text(&f->result.json));
	else if (!span_equal(here, e->result_json))
		judge_members(e, here, f);
}

/* --- evaluating --- */

/* Its own text for a module that is not there, as the engine has it. */
static int
read_module(struct replay *r, const struct id *id, struct buf *bytes,
    struct module *out, struct error *err)
{
	if (id_equal(id, vm_builtin_module_id())) {
		*out = (struct module){ .program =
					    vm_builtin_module(LIBRARY_CLASSIC),
			.format = span_text(MODULE_FORMAT) };
		return 0;
	}
	if (r->module(r->arg, id, bytes, err) < 0)
		return -1;
	return module_decode(id, buf_span(bytes), out, err);
}

static int
open_module(struct replay *r, struct error *err)
{
	struct buf bytes = BUF_INIT;
	const struct vm_ops *ops;
	struct vm_limits limits;
	struct module module = { 0 };
	int rc;

	rc = read_module(r, &r->process.runs, &bytes, &module, err);
	if (rc == 0) {
		if (module.item)
			process_publish(&r->process, module.item);
		limits = vm_own_limits(r->process.spawn, &module.limits);
		rc = vm_machine(module.format, &ops, err);
		if (rc == 0)
			rc = ops->open(module.program, r->lane, &limits, &r->vm,
			    err);
		module_release(&module);
	}
	buf_release(&bytes);
	return rc;
}

/* The engine's rule: what is no module fails each slot with that text. A node's
 * own limits show as facts. */
static int
open_machine(struct replay *r, struct error *err)
{
	if (r->stand_in)
		r->process.runs = *vm_builtin_module_id();
	/* networks name modules by their items, and most are no Lua */
	if (r->elsewhere && !id_equal(&r->process.runs, vm_builtin_module_id()))
		return FAIL(err, ERR_UNSUPPORTED,
		    "it runs module %s, which this program does not evaluate",
		    r->process.module_text.text);
	if (open_module(r, err) == 0)
		return 0;
	if (!vm_fails_for_good(err))
		return -1;
	r->broken = true;
	r->why = *err;
	return 0;
}

/* The first slot says what the process is. */
static int
open_process(struct replay *r, const struct log_entry *e,
    const struct assignment *as, struct replay_finding *f, struct error *err)
{
	int rc;

	if (!id_equal(&e->message->id, &r->id)) {
		differ(f, "message", "slot 0 is not the process's own message");
		return 0;
	}
	rc = process_init(&r->process, e->message, err);
	if (rc == 0)
		process_follow(&r->process, &as->facts);
	if (rc == 0)
		rc = crons_parse(r->process.spawn->tags,
		    r->process.spawn->tag_count, &r->crons, err);
	if (rc < 0) {
		differ(f, "message", "%s", err->text);
		return 0;
	}
	r->opened = true;
	r->elsewhere = e->unchained;
	r->origin_ms = e->timestamp_ms;
	return open_machine(r, err);
}

static int
run(struct replay *r, const struct evaluation *ev, struct result *out,
    struct error *err)
{
	bool stopped;
	int rc;

	lock(&r->lock);
	r->running = r->vm;
	stopped = r->stopped;
	unlock(&r->lock);
	rc = stopped ? 0 : r->vm->ops->eval(r->vm, ev, out, err);
	lock(&r->lock);
	r->running = NULL;
	stopped = r->stopped;
	unlock(&r->lock);
	return stopped ? FAIL(err, ERR_INTERRUPTED, "interrupted") : rc;
}

/* The message of a slot, or of a tick as the process's own tags say it; one
 * reference. NULL: its bytes are not told, or there is no such schedule. */
static struct message *
message_of(const struct replay *r, const struct log_entry *e)
{
	if (e->tick && e->schedule < r->crons.count)
		return cron_message(&r->process, &r->crons.list[e->schedule]);
	if (e->tick || (!r->stand_in && e->message->bytes.len == 0))
		return NULL;
	return message_ref(e->message);
}

/* What the entry gives here. */
static int
evaluate(struct replay *r, const struct log_entry *e,
    const struct assignment *as, struct replay_finding *f, struct error *err)
{
	struct evaluation ev = { .process = &r->process,
		.assignment = as,
		.cron = e->tick > 0,
		.replay = true };
	struct message *m;
	int rc;

	if (verdict_is_fact(e->verdict)) {
		f->taken = true;
		f->result.verdict = e->verdict;
		buf_add_span(&f->result.json, e->result_json);
		r->taken++;
		return 0;
	}
	if (r->broken) {
		result_fail(&f->result, VERDICT_ERROR, span_text(r->why.text));
		return 0;
	}
	m = message_of(r, e);
	if (!m)
		return FAIL(err, ERR_FORMAT, "there is no such message");
	ev.message = m;
	rc = run(r, &ev, &f->result, err);
	message_unref(m);
	return rc;
}

int
replay_slot(struct replay *r, const struct log_entry *e,
    struct replay_finding *f, struct error *err)
{
	struct assignment as = { .process = r->id,
		.slot = e->slot,
		.timestamp_ms = e->timestamp_ms,
		.height = height_of(e),
		.exclude = e->exclude };

	if (e->facts)
		as.facts = *e->facts;
	*f = (struct replay_finding){ .at = log_entry_at(e) };
	if (!e->tick)
		as.message = e->message->id;
	if (!position_follows(f->at, r->next))
		differ(f, "slot", "slot %s is missing",
		    position_text(e->tick
			    ? r->next
			    : position_of_slot(position_slots(r->next)))
			.text);
	if (!f->differs && read_entry(r, e, &as, f, err) < 0)
		return FAIL_IN(err, "slot %s", position_text(f->at).text);
	if (!f->differs && !r->opened && open_process(r, e, &as, f, err) < 0)
		return -1;
	if (f->differs)
		return 0;
	if (evaluate(r, e, &as, f, err) < 0) {
		result_release(&f->result);
		return FAIL_IN(err, "slot %s", position_text(f->at).text);
	}
	if (r->judge)
		judge_result(r, e, f);
	link_next(r->chain, e, buf_span(&f->result.json), r->chain);
	r->next = position_behind(f->at);
	r->now_ms = as.timestamp_ms;
	r->now_height = as.height;
	r->count++;
	return 0;
}

struct walk {
	struct replay *replay;
	replay_step_fn step;
	void *arg;
	struct error *err;
	int status;
};

static bool
walk_entry(void *arg, const struct log_entry *e)
{
	struct walk *w = arg;
	struct replay_finding f;

	if (!e->evaluated)
		return false;
	w->status = w->step(w->arg, e, w->err);
	if (w->status != 0)
		return false;
	w->status = replay_slot(w->replay, e, &f, w->err);
	if (w->status < 0)
		return false;
	if (f.differs)
		w->status = FAIL(w->err, ERR_STORE, "slot %s: %s",
		    position_text(f.at).text, f.text);
	result_release(&f.result);
	return w->status == 0;
}

int
replay_walk(struct replay *r, struct node *n, replay_step_fn step, void *arg,
    struct error *err)
{
	struct walk w = { r, step, arg, err, 0 };

	if (n->ops->log(n, &r->id, r->next, walk_entry, &w, err) < 0)
		return -1;
	return w.status < 0 ? -1 : 0;
}

int
replay_dry_run(struct replay *r, struct message *m, struct result *out,
    struct error *err)
{
	const struct assignment as = { .process = r->id,
		.timestamp_ms = r->now_ms,
		.height = r->now_height };
	const struct evaluation ev = { .process = &r->process,
		.message = m,
		.assignment = &as,
		.read_only = true };

	if (r->broken)
		return FAIL(err, ERR_EVAL, "%s", r->why.text);
	ASSERT(r->vm);
	return run(r, &ev, out, err);
}

int
replay_add(struct replay *r, struct message *m, uint64_t now_ms,
    struct result *out, struct error *err)
{
	struct assignment as = { .process = r->id,
		.message = m->id,
		.slot = position_slots(r->next),
		.timestamp_ms = now_ms > r->now_ms ? now_ms : r->now_ms,
		.height = r->now_height };
	const struct evaluation ev = { .process = &r->process,
		.message = m,
		.assignment = &as };

	if (r->broken)
		return FAIL(err, ERR_EVAL, "%s", r->why.text);
	ASSERT(r->vm);
	if (run(r, &ev, out, err) < 0)
		return -1;
	r->next = position_behind(position_of_slot(as.slot));
	r->now_ms = as.timestamp_ms;
	r->count++;
	return 0;
}
