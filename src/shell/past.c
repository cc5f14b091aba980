/*
 * A replay that stops where it is told and is asked there, by a dry run of the
 * same machine.
 */
#include "shell/past.h"

#include <inttypes.h>
#include <stdio.h>

#include "shell/guard.h"
#include "shell/signals.h"
#include "shell/state_diff.h"

int
past_place(const char *text, struct position *out, struct error *err)
{
	if (position_parse(span_text(text), out))
		return 0;
	return FAIL(err, ERR_USAGE,
	    "'%s' is no slot: a number, or 7+1 for a cron tick", text);
}

int
past_init(struct past *p, struct shell *sh, const struct id *id,
    struct error *err)
{
	struct node *n = sh->client.node;
	struct process_info info;

	if (n->ops->process(n, id, &info, err) < 0)
		return -1;
	*p = (struct past){ .sh = sh, .owner = info.owner };
	replay_init(&p->replay, id, 0, replay_node_module, n);
	p->replay.judge = false;
	progress_init(&p->progress, sh->quiet ? &sh->nowhere : &sh->err,
	    "slots", info.evaluated + info.ticks);
	return 0;
}

void
past_release(struct past *p)
{
	replay_release(&p->replay);
}

/* A replay_step_fn: up to the end that is wanted. */
static int
step(void *arg, const struct log_entry *e, struct error *err)
{
	struct past *p = arg;

	if (position_before(p->end, log_entry_at(e)))
		return 1;
	if (signals_take_cancel())
		return FAIL(err, ERR_INTERRUPTED, "interrupted");
	progress_draw(&p->progress, p->replay.count);
	return 0;
}

/* As far as there are results, at most to that place. */
static int
walk(struct past *p, struct position at, struct error *err)
{
	struct guard guard;
	int rc;

	p->end = at;
	guard_begin(&guard, &p->replay);
	rc = replay_walk(&p->replay, p->sh->client.node, step, p, err);
	progress_end(&p->progress);
	return guard_end(&guard, rc, err);
}

int
past_go_far(struct past *p, struct error *why, struct error *err)
{
	why->code = ERR_NONE;
	p->replay.stand_in = true;
	p->replay.trusting = true;
	if (walk(p, position_of_slot(UINT64_MAX), why) < 0 &&
	    (why->code == ERR_INTERRUPTED || !p->replay.opened)) {
		*err = *why;
		return -1;
	}
	if (!p->replay.opened)
		return FAIL(err, ERR_NOT_FOUND, "its log cannot be had");
	return 0;
}

int
past_go(struct past *p, struct position at, struct error *err)
{
	if (walk(p, at, err) < 0)
		return -1;
	if (position_compare(p->replay.next, position_behind(at)) != 0)
		return FAIL(err, ERR_NOT_FOUND,
		    "the log has no result of slot %s; the last one is of %s",
		    position_text(at).text,
		    p->replay.count
			? position_text(position_last(p->replay.next)).text
			: "none");
	return 0;
}

int
past_eval(struct past *p, struct span code, struct result *out,
    struct error *err)
{
	const struct tag tags[] = {
		{ span_text("Action"), span_text("Eval") },
		{ span_text("Data-Protocol"), span_text("ao") },
		{ span_text("Variant"), span_text("ao.TN.1") },
		{ span_text("Type"), span_text("Message") },
	};
	const struct message_draft draft = { .target = &p->replay.id,
		.data = code,
		.tags = tags,
		.tag_count = sizeof(tags) / sizeof(*tags) };
	struct message *m = message_from_draft(&draft, &p->owner);
	struct guard guard;
	int rc;

	guard_begin(&guard, &p->replay);
	rc = replay_dry_run(&p->replay, m, out, err);
	message_unref(m);
	return guard_end(&guard, rc, err);
}

/* The state there; NULL: `err`. */
static json_t *
state_at(struct past *past, struct position at, struct error *err)
{
	struct result result = RESULT_INIT;
	json_t *state = NULL;

	if (past_go(past, at, err) == 0 &&
	    past_eval(past, span_text(state_code), &result, err) == 0)
		state = state_read(&result, err);
	result_release(&result);
	return state;
}

/* In the order of the log; told in the order that was asked for. */
static int
diff(struct shell *sh, struct past *past, struct position a, struct position b,
    struct error *err)
{
	bool swapped = position_before(b, a);
	json_t *first = state_at(past, swapped ? b : a, err);
	json_t *second = first ? state_at(past, swapped ? a : b, err) : NULL;

	if (second &&
	    state_diff_show(sh, swapped ? second : first,
		swapped ? first : second) == 0)
		output_printf(shell_notes(sh), "aosh: nothing differs\n");
	json_decref(first);
	json_decref(second);
	return second ? 0 : -1;
}

int
past_diff(struct shell *sh, const struct id *id, struct position a,
    struct position b, struct error *err)
{
	struct past past;
	int rc;

	if (past_init(&past, sh, id, err) < 0)
		return -1;
	rc = diff(sh, &past, a, b, err);
	past_release(&past);
	return rc;
}
