/*
 * A message for the copy is signed and decoded like any other, and then said to
 * be of whom the real one would be: the owner for what is typed, the node for
 * what the process sends itself. So its checks of trust see what they would.
 *
 * In the source each piece is a function of its own, called at once: a local
 * ends with its piece and a return leaves nothing out, as with evaluations.
 */
#include "shell/draft.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "ao/outbox.h"
#include "ao/result_text.h"
#include "vm/vm.h"
#include "shell/guard.h"
#include "shell/nil_global.h"
#include "shell/past.h"
#include "shell/session.h"
#include "shell/show.h"
#include "shell/signals.h"
#include "shell/state_diff.h"

enum {
	DELIVERED_MAX = 1000 /* messages to itself, for one piece */
};

struct draft {
	struct past past;
	json_t *base; /* its state when it was opened */
	struct position opened;
	struct buf source;
};

/* --- messages --- */

static struct message *
decode_as(struct span item, const struct address *owner, struct error *err)
{
	struct message *m;

	if (message_decode(item, &m, err) < 0)
		return NULL;
	m->owner = *owner;
	return m;
}

/* What the owner types. */
static struct message *
typed_message(struct shell *sh, struct span code, struct error *err)
{
	const struct tag tags[] = {
		{ span_text("Action"), span_text("Eval") },
		{ span_text("Data-Protocol"), span_text("ao") },
		{ span_text("Variant"), span_text("ao.TN.1") },
		{ span_text("Type"), span_text("Message") },
	};
	const struct message_draft draft = { .target = &sh->process,
		.data = code,
		.tags = tags,
		.tag_count = sizeof(tags) / sizeof(*tags) };
	struct buf item = BUF_INIT;
	struct message *m = NULL;

	if (message_sign(&draft, sh->client.wallet, &item, err) == 0)
		m = decode_as(buf_span(&item), &sh->draft->past.owner, err);
	buf_release(&item);
	return m;
}

/* The next slot of the copy. The message is the caller's. */
static int
evaluate(struct shell *sh, struct message *m, struct result *out,
    struct error *err)
{
	struct replay *r = &sh->draft->past.replay;
	struct guard guard;
	int rc;

	guard_begin(&guard, r);
	rc = replay_add(r, m, clock_wall_ms(), out, err);
	return guard_end(&guard, rc, err);
}

/* Who pushes what the process sends: whom it trusts for that. */
static struct address
pusher(const struct shell *sh)
{
	struct address address = sh->client.info.address;
	struct span named;

	if (sh->client.network &&
	    message_tag(sh->draft->past.replay.process.spawn, "Authority",
		&named))
		(void)snprintf(address.text, sizeof(address.text), "%.*s",
		    SPAN_ARG(named));
	return address;
}

/* What becomes of a piece: messages in the order in which they arrive. */
struct mail {
	struct message *list[DELIVERED_MAX];
	size_t count;
	size_t read;
	size_t elsewhere; /* sent to others, or of other kinds */
};

static void
mail_release(struct mail *mail)
{
	while (mail->count > 0)
		message_unref(mail->list[--mail->count]);
	free(mail);
}

/* A message to itself, as the node would push it; NULL: to others. */
static struct message *
own_message(struct shell *sh, const struct outbox *box, size_t i,
    const struct message *cause)
{
	struct outbox_entry entry;
	struct address address = pusher(sh);
	struct buf item = BUF_INIT;
	struct message *m = NULL;
	struct error ignored;

	if (outbox_get(box, i, &entry, &ignored) < 0)
		return NULL;
	if (entry.kind == OUTBOX_MESSAGE &&
	    id_equal(&entry.target, &sh->process) &&
	    outbox_message_item(&entry, &sh->draft->past.replay.process, cause,
		sh->client.wallet, &item, &ignored) == 0)
		m = decode_as(buf_span(&item), &address, &ignored);
	buf_release(&item);
	outbox_entry_release(&entry);
	return m;
}

static void
gather(struct shell *sh, const struct result *r, const struct message *cause,
    struct mail *mail)
{
	struct error ignored;
	struct outbox box;

	if (outbox_init(&box, buf_span(&r->json), &ignored) < 0)
		return;
	for (size_t i = 0; i < box.count; i++) {
		struct message *m = own_message(sh, &box, i, cause);

		if (m && mail->count < DELIVERED_MAX) {
			mail->list[mail->count++] = m;
			continue;
		}
		message_unref(m);
		mail->elsewhere++;
	}
	outbox_release(&box);
}

/* What a message to itself made it print, or how it failed. */
static void
show_reply(struct shell *sh, const struct result *r)
{
	const struct source source = { "draft", 1, { NULL, 0 } };
	json_t *result = result_parse(buf_span(&r->json));
	struct buf text = BUF_INIT;

	if (error_text(result, &text)) {
		show_error(sh, buf_span(&text), &source);
	} else {
		output_text(result, &text);
		if (text.len) {
			output_foreign(&sh->out, buf_span(&text));
			output_printf(&sh->out, "\n");
		}
	}
	buf_release(&text);
	json_decref(result);
}

static int
deliver(struct shell *sh, struct mail *mail, struct error *err)
{
	while (mail->read < mail->count) {
		struct message *m = mail->list[mail->read++];
		struct result result = RESULT_INIT;

		/* a flood is for as long as the user wants */
		if (signals_take_cancel())
			return FAIL(err, ERR_INTERRUPTED, "interrupted");
		if (evaluate(sh, m, &result, err) < 0)
			return -1;
		show_reply(sh, &result);
		gather(sh, &result, m, mail);
		result_release(&result);
	}
	if (mail->elsewhere)
		output_printf(shell_notes(sh),
		    "aosh: %zu message%s went nowhere: this is a draft\n",
		    mail->elsewhere, mail->elsewhere == 1 ? "" : "s");
	return 0;
}

/* --- evaluating --- */

/* A piece that is no statement, such as "x", changes nothing and is left out. */
static void
keep_source(struct draft *d, struct span text)
{
	struct buf piece = BUF_INIT;
	struct error ignored;

	buf_printf(&piece, ";(function(...)\n%.*s\nend)()\n", SPAN_ARG(text));
	if (vm_check_syntax(buf_span(&piece), &ignored) == SYNTAX_COMPLETE)
		buf_add_span(&d->source, buf_span(&piece));
	buf_release(&piece);
}

int
draft_eval(struct shell *sh, const struct source *source, struct error *err)
{
	struct message *m = typed_message(sh, source->text, err);
	struct outcome out = { .receipt.process = sh->process };
	struct mail *mail;
	int rc;

	if (!m)
		return -1;
	mail = xcalloc(1, sizeof(*mail));
	rc = evaluate(sh, m, &out.result, err);
	if (rc == 0) {
		rc = show_outcome(sh, &out, source, true);
		if (!sh->json && !sh->quiet)
			nil_global_hint(sh, source, &out.result);
		if (rc == 0)
			keep_source(sh->draft, source->text);
		gather(sh, &out.result, m, mail);
		if (deliver(sh, mail, err) < 0)
			rc = -1;
	}
	result_release(&out.result);
	message_unref(m);
	mail_release(mail);
	return rc;
}

int
draft_ask(struct shell *sh, struct span code, struct result *out,
    struct error *err)
{
	return past_eval(&sh->draft->past, code, out, err);
}

/* --- its life --- */

static json_t *
state_now(struct draft *d, struct error *err)
{
	struct result result = RESULT_INIT;
	json_t *state = NULL;

	if (past_eval(&d->past, span_text(state_code), &result, err) == 0)
		state = state_read(&result, err);
	result_release(&result);
	return state;
}

static void
release(struct draft *d)
{
	past_release(&d->past);
	json_decref(d->base);
	buf_release(&d->source);
	free(d);
}

/* A new process is evaluated when it is asked something. */
static int
await_birth(struct shell *sh, struct error *err)
{
	struct outcome born;

	if (sh->client.network)
		return 0;
	session_ask_prompt(sh);
	if (client_watch(&sh->client, &sh->process, err) < 0 ||
	    client_await_entry(&sh->client, &sh->process, position_of_slot(0),
		&born, err) < 0)
		return -1;
	result_release(&born.result);
	return 0;
}

/*
 * Of a process of this computer an exact copy; of one elsewhere what this
 * program makes of as much of its log as there is.
 */
static int
copy_process(struct shell *sh, struct draft *d, struct error *err)
{
	struct error why;

	if (!sh->client.network)
		return past_go(&d->past, position_last(d->opened), err);
	if (past_go_far(&d->past, &why, err) < 0)
		return -1;
	output_printf(shell_notes(sh),
	    "aosh: the draft is what this program's library makes of the "
	    "process's log\n");
	if (why.code != ERR_NONE)
		output_printf(shell_notes(sh),
		    "aosh: warning: its log could be had up to slot %s: %s\n",
		    position_text(position_last(d->past.replay.next)).text,
		    why.text);
	return 0;
}

int
draft_open(struct shell *sh, struct error *err)
{
	struct node *n = sh->client.node;
	struct process_info info;
	struct draft *d;

	if (sh->draft)
		return FAIL(err, ERR_USAGE,
		    "there is a draft; .publish or .discard ends it");
	if (client_wallet(&sh->client, err) < 0 || await_birth(sh, err) < 0 ||
	    n->ops->process(n, &sh->process, &info, err) < 0)
		return -1;
	d = xcalloc(1, sizeof(*d));
	if (past_init(&d->past, sh, &sh->process, err) < 0) {
		free(d);
		return -1;
	}
	d->opened = info.told;
	if (copy_process(sh, d, err) == 0)
		d->base = state_now(d, err);
	if (!d->base) {
		release(d);
		return -1;
	}
	sh->draft = d;
	return 0;
}

void
draft_close(struct shell *sh)
{
	if (sh->draft)
		release(sh->draft);
	sh->draft = NULL;
}

static bool
is_unpublished(const struct shell *sh)
{
	return sh->draft && sh->draft->source.len > 0;
}

void
draft_drop(struct shell *sh)
{
	if (!sh->interactive && is_unpublished(sh))
		output_printf(shell_notes(sh),
		    "aosh: the draft was not published, and is dropped\n");
	draft_close(sh);
}

bool
draft_may_go(struct shell *sh, const char *again)
{
	if (!sh->interactive || !is_unpublished(sh) || sh->told)
		return true;
	output_printf(shell_notes(sh),
	    "aosh: the draft is not published: .publish or .discard it; %s\n",
	    again);
	sh->warned = true;
	return false;
}

struct span
draft_source(const struct shell *sh)
{
	return buf_span(&sh->draft->source);
}

int
draft_diff(struct shell *sh, struct error *err)
{
	json_t *now = state_now(sh->draft, err);

	if (!now)
		return -1;
	if (state_diff_show(sh, sh->draft->base, now) == 0)
		output_printf(shell_notes(sh), "aosh: nothing differs\n");
	json_decref(now);
	return 0;
}

int
draft_age(struct shell *sh, uint64_t *count, struct error *err)
{
	struct node *n = sh->client.node;
	struct process_info info;

	if (n->ops->process(n, &sh->process, &info, err) < 0)
		return -1;
	*count = position_slots(info.told) - position_slots(sh->draft->opened);
	return 0;
}
