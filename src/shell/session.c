/*
 * The order of what a user sees is the order of slots. A result is shown
 * behind everything that the slots before it printed, and the cursor then
 * stands behind it; the feed goes on from there. So nothing is shown twice and
 * nothing left out, whoever sent it and however late it was evaluated.
 *
 * A prompt is a dry run of nothing: looking at a process must not change it.
 *
 * A failed evaluation is a result like others: it has its slot, is shown, and
 * the session goes on. Only what kept the message from being evaluated at all,
 * or its result from being seen, is an error (-1).
 */
#include "shell/session.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "vm/vm.h"
#include "shell/cron_tags.h"
#include "shell/paths.h"
#include "shell/show.h"
#include "shell/words.h"

/* --- going to a process --- */

/*
 * Whether a process evaluates what we say: 1, 0; -1: Ctrl-C. Its spawn need not
 * say so for ever, since an owner may give it away, so it is asked by a dry
 * run, of which nothing stays. Where that cannot be told, sending tells.
 */
static int
evaluates(struct shell *sh, const struct id *id, struct error *err)
{
	static const char code[] = "return 'evaluated' .. ' for ' .. 'you'";
	static const char answer[] = "evaluated for you";
	struct request r = { .action = "Eval", .data = span_text(code) };
	struct result result;
	bool found;

	if (client_dry_run(&sh->client, id, &r, &result, err) < 0)
		return err->code == ERR_INTERRUPTED ? -1 : 1;
	found = result.json.len > 0 &&
	    memmem(result.json.p, result.json.len, answer,
		sizeof(answer) - 1) != NULL;
	result_release(&result);
	return found;
}

/* session_may_eval() of a process that was looked up. */
static int
check_owner(struct shell *sh, const struct process_info *info,
    struct error *err)
{
	const struct address *self = &sh->client.address;
	int rc;

	if (strcmp(info->owner.text, self->text) == 0)
		return 0;
	rc = evaluates(sh, &info->id, err);
	if (rc != 0)
		return rc < 0 ? -1 : 0;
	return FAIL(err, ERR_DENIED,
	    "the process evaluates for its owner, %s, and not for %s",
	    info->owner.text, self->text);
}

int
session_may_eval(struct shell *sh, const struct id *id, struct error *err)
{
	struct node *n = sh->client.node;
	struct process_info info;

	if (client_identity(&sh->client, err) < 0 ||
	    n->ops->process(n, id, &info, err) < 0)
		return -1;
	return check_owner(sh, &info, err);
}

/*
 * Others may look at a process and write to it, but not evaluate: their code
 * would only be a message in its inbox.
 */
static int
note_owner(struct shell *sh, const struct process_info *info, struct error *err)
{
	struct error why;

	sh->foreign = false;
	if (check_owner(sh, info, &why) == 0)
		return 0;
	if (why.code != ERR_DENIED) {
		*err = why;
		return -1;
	}
	sh->foreign = true;
	if (sh->interactive)
		output_printf(shell_notes(sh), "aosh: %s\n", why.text);
	return 0;
}

/* Nothing is written to the process by going there. */
static int
enter(struct shell *sh, const struct id *id, const char *name,
    struct error *err)
{
	struct process_info info;
	struct node *n = sh->client.node;

	if (client_wallet(&sh->client, err) < 0 ||
	    n->ops->process(n, id, &info, err) < 0 ||
	    client_watch(&sh->client, id, err) < 0 ||
	    note_owner(sh, &info, err) < 0)
		return -1;
	sh->process = *id;
	sh->connected = true;
	sh->cursor = info.told;
	snprintf(sh->name, sizeof(sh->name), "%.*s", PROCESS_NAME_MAX,
	    info.name[0] ? info.name : name);
	buf_clear(&sh->prompt);
	if (sh->interactive)
		session_ask_prompt(sh);
	return 0;
}

/* A name that looks like something else was perhaps meant to be that. */
static void
note_name(struct shell *sh, const char *name)
{
	struct error no_file;

	if (command_find(subcommands, span_text(name)))
		output_printf(shell_notes(sh),
		    "aosh: warning: '%s' is also a command; 'aosh -- %s' "
		    "opens the process\n",
		    name, name);
	else if (file_check(name, &no_file) == 0)
		output_printf(shell_notes(sh),
		    "aosh: warning: '%s' is also a file; 'aosh NAME %s' "
		    "runs it in a process\n",
		    name, name);
}

/* A new process; what slot 0 prints is shown by the feed. */
static int
spawn(struct shell *sh, const char *name, struct id *id, struct error *err)
{
	struct spawn_request r = { .name = span_text(name) };
	const struct cron_tags *cron = sh->cron;
	struct receipt receipt;

	if (cron) {
		r.tags = cron->tags;
		r.tag_count = cron->count;
	}
	note_name(sh, name);
	if (client_spawn(&sh->client, &r, &receipt, err) < 0)
		return FAIL_IN(err, "cannot spawn '%s'", name);
	*id = receipt.process;
	output_printf(shell_notes(sh), "aosh: new process '%s', %s\n", name,
	    id_encode(id).text);
	sh->cron = NULL;
	return cron ? cron_monitor_new(sh, id, name, err) : 0;
}

/*
 * With `create` only the user's own processes count: a foreign one of that name
 * would be found, but could not be typed at.
 */
int
session_open(struct shell *sh, const char *name, bool create, struct error *err)
{
	struct error ignored;
	struct id id;
	int rc = client_find(&sh->client, span_text(name), !create, &id, err);

	if (rc < 0 && create && err->code == ERR_NOT_FOUND &&
	    id_decode(span_text(name), &id, &ignored) < 0)
		rc = spawn(sh, name, &id, err);
	return rc < 0 ? rc : enter(sh, &id, name, err);
}

/* --- evaluating --- */

/* A result without a prompt leaves the one there is. */
static void
adopt_prompt(struct shell *sh, const json_t *result)
{
	const char *prompt = output_prompt(result);

	if (!prompt || !*prompt)
		return;
	buf_clear(&sh->prompt);
	buf_add_text(&sh->prompt, prompt);
}

/* For .last, and the prompt that came with it. */
static void
remember(struct shell *sh, const struct result *r)
{
	json_t *result = result_parse(buf_span(&r->json));

	buf_clear(&sh->last);
	buf_add_span(&sh->last, buf_span(&r->json));
	adopt_prompt(sh, result);
	json_decref(result);
}

int
session_eval(struct shell *sh, const struct source *source, struct error *err)
{
	struct request r = { .action = "Eval", .data = source->text };
	struct position own;
	struct outcome o;
	int rc;

	if (sh->foreign && session_may_eval(sh, &sh->process, err) < 0)
		return -1;
	if (client_ask(&sh->client, &sh->process, &r, &o, err) < 0)
		return -1;
	/* what came before this message is shown before its result */
	own = position_of_slot(o.receipt.slot);
	session_feed(sh, own);
	if (!position_before(own, sh->cursor))
		sh->cursor = position_behind(own);
	remember(sh, &o.result);
	rc = show_outcome(sh, &o, source, false);
	result_release(&o.result);
	return rc;
}

/* Neither .last nor the prompt change: it never happened. */
int
session_dry_run(struct shell *sh, const struct source *source,
    struct error *err)
{
	struct request r = { .action = "Eval", .data = source->text };
	struct outcome o = { .receipt.process = sh->process };
	int rc;

	if (sh->foreign && session_may_eval(sh, &sh->process, err) < 0)
		return -1;
	if (client_dry_run(&sh->client, &sh->process, &r, &o.result, err) < 0)
		return -1;
	rc = show_outcome(sh, &o, source, true);
	result_release(&o.result);
	return rc;
}

/* Check a whole text as a script's end would be, then evaluate it. */
static int
eval_checked(struct shell *sh, const struct source *source, struct error *err)
{
	if (text_check(source->name, 1, source->text, err) < 0)
		return -1;
	if (vm_check_syntax(source->text, err) != SYNTAX_COMPLETE)
		return show_syntax_error(sh, source, err->text);
	return session_eval(sh, source, err);
}

int
session_load(struct shell *sh, const char *path, struct error *err)
{
	struct buf text = BUF_INIT;
	struct source source = { path, 1, { NULL, 0 } };
	int rc = file_read(path, &text, err);

	if (rc == 0) {
		source.text = text_without_mark(buf_span(&text));
		/* as a comment the line keeps the numbers of the others */
		if (span_starts_with(source.text, "#!"))
			memcpy(text.p + text.len - source.text.len, "--", 2);
		rc = eval_checked(sh, &source, err);
	}
	buf_release(&text);
	return rc;
}

int
session_unit(struct shell *sh, enum reader_state state, const char *name,
    const char *message, struct error *err)
{
	struct source source = { name, sh->reader.first_line,
		buf_span(&sh->reader.text) };

	if (!name)
		source.first_line = 1;
	if (text_check(name ? name : "input", source.first_line, source.text,
		err) < 0)
		return -1;
	switch (state) {
	case READER_LUA:
		return session_eval(sh, &source, err);
	case READER_DOT:
		return session_dot(sh, source.text, err);
	case READER_WRONG:
		return show_syntax_error(sh, &source, message);
	default:
		return 0;
	}
}

/* --- dot commands --- */

/* The same parser as for the program itself refuses bad arguments. */
static int
run_dot(struct shell *sh, const struct command *c, const struct words *w,
    struct error *err)
{
	const struct option_spec *lists[2] = { c->options, NULL };
	struct option_scope scope = { lists };
	struct options o;
	struct buf usage = BUF_INIT;
	int rc;

	if (options_parse(&scope, w->count, w->list, &o, err) < 0)
		return FAIL_IN(err, ".%s", c->name);
	command_usage(c, true, &usage);
	rc = options_check_args(&o, c->min, c->max, buf_text(&usage), err);
	buf_release(&usage);
	if (rc == 0)
		rc = c->exec(sh, &o, err);
	options_release(&o);
	return rc;
}

/* Names the nearest one, in the words of a prompt. */
static int
fail_unknown_dot(struct span word, struct error *err)
{
	char *name = xasprintf("%.*s", SPAN_ARG(word));
	const char *near = command_suggest(dot_commands, name);

	if (near)
		error_set(err, ERR_USAGE,
		    "unknown command '.%s'; did you mean '.%s'?", name, near);
	else
		error_set(err, ERR_USAGE,
		    "unknown command '.%s'; '.help' lists them", name);
	free(name);
	return -1;
}

static struct span
trim(struct span s)
{
	while (s.len && strchr(" \t", s.p[0]))
		s = span_from(s, 1);
	while (s.len && s.p && strchr(" \t", s.p[s.len - 1]))
		s.len--;
	return s;
}

/*
 * With COMMAND_RAW the rest is one argument: "--" in front keeps an expression
 * that begins with a dash from being an option.
 */
int
session_dot(struct shell *sh, struct span line, struct error *err)
{
	struct span word = span_from(trim(line), 1);
	struct span rest;
	struct words w;
	const struct command *c;
	size_t n = 0;
	int rc;

	while (n < word.len && word.p && !strchr(" \t", word.p[n]))
		n++;
	rest = trim(span_from(word, n));
	word.len = n;
	c = command_find(dot_commands, word);
	if (!c)
		return fail_unknown_dot(word, err);
	if (c->flags & COMMAND_RAW) {
		w = (struct words){ xcalloc(3, sizeof(char *)), 0 };
		w.list[w.count++] = xstrdup("--");
		if (rest.len)
			w.list[w.count++] = xasprintf("%.*s", SPAN_ARG(rest));
	} else if (words_split(rest, &w, err) < 0) {
		return FAIL_IN(err, ".%s", c->name);
	}
	rc = run_dot(sh, c, &w, err);
	words_release(&w);
	return rc;
}

/* --- prompt and feed --- */

void
session_ask_prompt(struct shell *sh)
{
	struct request r = { .action = "Eval", .data = span_text("") };
	struct result result;
	struct error ignored;
	json_t *root;

	if (client_dry_run(&sh->client, &sh->process, &r, &result, &ignored) <
	    0)
		return;
	root = result_parse(buf_span(&result.json));
	adopt_prompt(sh, root);
	json_decref(root);
	result_release(&result);
}

/* A walk over what has come in since the cursor. */
struct feed {
	struct shell *sh;
	struct position end;
	bool look_only; /* do not show, stop at the first */
	bool found;
};

/* True for what this user typed, wherever that was. */
static bool
is_own_eval(struct shell *sh, const struct message *m)
{
	return span_is(message_tag_or_empty(m, "Action"), "Eval") &&
	    strcmp(m->owner.text, sh->client.address.text) == 0;
}

/* Only what is marked to be printed, and what went wrong. */
static void
show_entry(struct feed *f, const struct log_entry *entry)
{
	json_t *result = result_parse(entry->result_json);
	json_t *output = json_object_get(result, "Output");
	struct buf text = BUF_INIT;
	/* what is typed in another window is shown there */
	bool mine = entry->tick == 0 && is_own_eval(f->sh, entry->message);
	bool failed = !mine && error_text(result, &text);

	if (!mine && !failed && json_is_true(json_object_get(output, "print")))
		output_text(result, &text);
	if (text.len > 0) {
		output_foreign(&f->sh->out, buf_span(&text));
		output_printf(&f->sh->out, "\n");
	}
	adopt_prompt(f->sh, result);
	buf_release(&text);
	json_decref(result);
}

/* The cursor moves with what was shown, so that nothing comes twice. */
static bool
feed_entry(void *arg, const struct log_entry *entry)
{
	struct feed *f = arg;

	/* in order: behind one that is not done nothing is shown */
	if (!entry->evaluated || !position_before(log_entry_at(entry), f->end))
		return false;
	if (f->look_only) {
		f->found = true;
		return false;
	}
	show_entry(f, entry);
	f->sh->cursor = position_behind(log_entry_at(entry));
	return true;
}

/* A log that cannot be read now will be when there is news again. */
static void
walk_feed(struct feed *f)
{
	struct node *n = f->sh->client.node;
	struct error ignored;

	n->ops->log(n, &f->sh->process, f->sh->cursor, feed_entry, f, &ignored);
}

bool
session_has_news(struct shell *sh)
{
	struct feed f = { .sh = sh,
		.end = position_of_slot(UINT64_MAX),
		.look_only = true };

	walk_feed(&f);
	return f.found;
}

void
session_feed(struct shell *sh, struct position end)
{
	struct feed f = { .sh = sh, .end = end };

	if (sh->interactive)
		walk_feed(&f);
}
