/*
 * The order of what a user sees is the order of slots. A result is shown
 * behind everything that the slots before it printed, and the cursor then
 * stands behind it; the feed goes on from there. So nothing is shown twice and
 * nothing left out, whoever sent it and however late it was evaluated.
 *
 * A failed evaluation is a result like others: it has its slot, is shown, and
 * the session goes on. Only what kept the message from being evaluated at all,
 * or its result from being seen, is an error (-1).
 */
#include "shell/session.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "ao/result_text.h"
#include "vm/vm.h"
#include "shell/birth.h"
#include "shell/draft.h"
#include "shell/name_lock.h"
#include "shell/nil_global.h"
#include "shell/paths.h"
#include "shell/prompt_ask.h"
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

	if (client_dry_run_soon(&sh->client, id, &r, &result, err) < 0)
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
	    info->owner.text,
	    sh->client.nobody ? "who has no wallet" : self->text);
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
	draft_drop(sh);
	sh->process = *id;
	sh->connected = true;
	sh->cursor = info.told;
	sh->read = position_of_slot(0);
	snprintf(sh->name, sizeof(sh->name), "%.*s", PROCESS_NAME_MAX,
	    info.name[0] ? info.name : name);
	buf_clear(&sh->prompt);
	prompt_ask_drop(sh);
	if (sh->interactive)
		session_begin_prompt(sh);
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
	const struct birth *birth = sh->birth;
	struct receipt receipt;

	if (birth)
		birth_apply(birth, &r);
	note_name(sh, name);
	if (client_spawn(&sh->client, &r, &receipt, err) < 0)
		return FAIL_IN(err, "cannot spawn '%s'", name);
	*id = receipt.process;
	output_printf(shell_notes(sh), "aosh: new process '%s', %s\n", name,
	    id_encode(id).text);
	sh->birth = NULL;
	return birth && birth->cron.count ? cron_monitor_new(sh, id, name, err)
					  : 0;
}

/* Unless somebody else on this data has spawned it meanwhile. */
static int
spawn_once(struct shell *sh, const char *name, struct id *id, struct error *err)
{
	int locked;
	int rc;

	if (name_lock(sh->client.data_dir, &locked, err) < 0)
		return -1;
	rc = client_find(&sh->client, span_text(name), false, id, err);
	if (rc < 0 && err->code == ERR_NOT_FOUND)
		rc = spawn(sh, name, id, err);
	name_unlock(locked);
	return rc;
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
		rc = spawn_once(sh, name, &id, err);
	return rc < 0 ? rc : enter(sh, &id, name, err);
}

/* --- evaluating --- */

/* For .last, and the prompt that came with it. */
static void
remember(struct shell *sh, const struct result *r)
{
	json_t *result = result_parse(buf_span(&r->json));

	buf_clear(&sh->last);
	buf_add_span(&sh->last, buf_span(&r->json));
	session_adopt_prompt(sh, result);
	json_decref(result);
}

/* What failed may have done so in an earlier piece of the script. */
static int
show_evaluated(struct shell *sh, const struct outcome *o,
    const struct source *source, bool dry)
{
	struct source of = o->result.verdict == VERDICT_OK
	    ? *source
	    : pieces_source(sh, source, o);

	return show_outcome(sh, o, &of, dry);
}

int
session_eval(struct shell *sh, const struct source *source, struct error *err)
{
	struct request r = { .action = "Eval", .data = source->text };
	struct position own;
	struct outcome o;
	int rc;

	if (sh->draft)
		return draft_eval(sh, source, err);
	if (sh->dry)
		return session_dry_run(sh, source, err);
	if (sh->foreign && session_may_eval(sh, &sh->process, err) < 0)
		return -1;
	if (client_ask(&sh->client, &sh->process, &r, &o, err) < 0)
		return -1;
	/* what came before this message is shown before its result */
	own = position_of_slot(o.receipt.slot);
	session_feed(sh, own);
	/* in a pause what others said before is shown later */
	if (!sh->paused && !position_before(own, sh->cursor))
		sh->cursor = position_behind(own);
	remember(sh, &o.result);
	rc = show_evaluated(sh, &o, source, false);
	if (rc == 0 && sh->in_script)
		pieces_add(&sh->pieces, source);
	if (!sh->json && !sh->quiet)
		nil_global_hint(sh, source, &o.result);
	if (sh->timer)
		show_times(sh, &o);
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
	rc = show_evaluated(sh, &o, source, true);
	result_release(&o.result);
	return rc;
}

static int dot(struct shell *sh, struct span line, struct sink_use *use,
    struct error *err);

/* session_unit() with its results on their way. */
static int
run_unit(struct shell *sh, enum reader_state state, const char *name,
    const char *message, struct sink_use *use, struct error *err)
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
		return dot(sh, source.text, use, err);
	case READER_WRONG:
		return show_syntax_error(sh, &source, message);
	default:
		return 0;
	}
}

int
session_unit(struct shell *sh, enum reader_state state, const char *name,
    const char *message, struct error *err)
{
	struct sink_use use;
	int rc;

	sink_begin(sh, &use);
	rc = run_unit(sh, state, name, message, &use, err);
	return sink_end(sh, &use, rc, err);
}

/* --- dot commands --- */

const struct option_spec dot_options[] = {
	{ "json", NULL, 0, OPTION_SWITCH, false, NULL,
	    "print one JSON object per line" },
	{ .name = NULL },
};

/* The same parser as for the program itself refuses bad arguments. */
static int
run_dot(struct shell *sh, const struct command *c, const struct words *w,
    struct error *err)
{
	const struct option_spec *lists[3] = { c->options ? c->options
							  : dot_options,
		dot_options, NULL };
	struct option_scope scope = { lists };
	struct options o;
	struct buf usage = BUF_INIT;
	bool json = sh->json;
	int rc;

	if (options_parse(&scope, w->count, w->list, &o, err) < 0)
		return FAIL_IN(err, ".%s", c->name);
	command_usage(c, true, &usage);
	rc = options_check_args(&o, c->min, c->max, buf_text(&usage), err);
	buf_release(&usage);
	if (rc == 0 && options_has(&o, "json")) {
		sh->json = true;
		rc = c->exec(sh, &o, err);
		sh->json = json;
	} else if (rc == 0) {
		rc = c->exec(sh, &o, err);
	}
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
 * Where "| COMMAND" begins: a bar behind a blank and outside of quotes. The
 * line's length: nowhere.
 */
static size_t
find_pipe(struct span line)
{
	uint8_t quote = 0;
	size_t i = 0;

	while (i < line.len) {
		uint8_t c = line.p[i];

		if (c == '|' && !quote &&
		    (i == 0 || strchr(" \t", line.p[i - 1])))
			return i;
		if (c == '\\' && quote != '\'')
			i++;
		else if (quote ? c == quote : c == '"' || c == '\'')
			quote = quote ? 0 : c;
		i++;
	}
	return line.len;
}

/* The rest is one argument; "--" keeps one with a dash from being an option. */
static void
one_word(struct span rest, struct words *w)
{
	*w = (struct words){ xcalloc(3, sizeof(char *)), 0 };
	w->list[w->count++] = xstrdup("--");
	if (rest.len)
		w->list[w->count++] = xasprintf("%.*s", SPAN_ARG(rest));
}

/* The words of a line, and where their results go. */
static int
split(struct shell *sh, const struct command *c, struct span rest,
    struct words *w, struct sink_use *use, struct error *err)
{
	size_t bar = find_pipe(rest);
	struct span pipe = trim(span_from(rest, bar + 1));

	if (c->flags & COMMAND_RAW) {
		one_word(rest, w);
		return 0;
	}
	if (bar < rest.len && pipe.len == 0)
		return FAIL(err, ERR_USAGE,
		    ".%s: there is no command behind '|'", c->name);
	if (words_split(trim(span_first(rest, bar)), w, err) < 0)
		return FAIL_IN(err, ".%s", c->name);
	if (pipe.len == 0)
		return 0;
	if (c->flags & COMMAND_PIPE) {
		w->list =
		    xrealloc(w->list, ((size_t)w->count + 2) * sizeof(char *));
		w->list[w->count++] = xasprintf("|%.*s", SPAN_ARG(pipe));
		w->list[w->count] = NULL;
	} else {
		sink_pipe(sh, use, xasprintf("%.*s", SPAN_ARG(pipe)));
	}
	return 0;
}

static int
dot(struct shell *sh, struct span line, struct sink_use *use, struct error *err)
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
	if (split(sh, c, rest, &w, use, err) < 0)
		return -1;
	rc = run_dot(sh, c, &w, err);
	words_release(&w);
	return rc;
}

int
session_dot(struct shell *sh, struct span line, struct error *err)
{
	struct sink_use use;
	int rc;

	sink_begin(sh, &use);
	rc = dot(sh, line, &use, err);
	return sink_end(sh, &use, rc, err);
}

/* --- feed --- */

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
	struct output *screen = sink_screen(f->sh);
	struct buf text = BUF_INIT;
	/* what is typed in another window is shown there */
	bool mine = entry->tick == 0 && is_own_eval(f->sh, entry->message);
	bool failed = !mine && error_text(result, &text);

	if (!mine && !failed && json_is_true(json_object_get(output, "print")))
		output_text(result, &text);
	if (failed)
		past_errors_add(&f->sh->errors,
		    position_text(log_entry_at(entry)).text, buf_span(&text));
	if (text.len > 0) {
		output_foreign(screen, buf_span(&text));
		output_printf(screen, "\n");
	}
	session_adopt_prompt(f->sh, result);
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

	if (sh->paused)
		return false;
	walk_feed(&f);
	return f.found;
}

void
session_feed(struct shell *sh, struct position end)
{
	struct feed f = { .sh = sh, .end = end };

	if (sh->interactive && !sh->paused)
		walk_feed(&f);
}
