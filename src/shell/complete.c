/*
 * Only words that are sure to be there are offered: commands, what the library
 * defines, names that the node lists or the process has.
 *
 * One function, attempt(), is asked for each Tab. Which list it offers is
 * decided by where the word stands: at the front behind a dot a command, behind
 * a command what its table entry says, anywhere else Lua. Readline's own guess,
 * names of files, is asked for only where a command takes files.
 */
#include "shell/complete.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <readline/readline.h>

#include "base/alloc.h"
#include "shell/api.h"
#include "shell/blueprint.h"
#include "shell/command.h"
#include "shell/complete_lua.h"
#include "shell/edit_line.h"
#include "shell/setting.h"
#include "shell/shell.h"

/* Readline's callbacks carry no argument. */
static struct {
	struct shell *sh;
	struct offers offers; /* of the last Tab */
} completing;

static struct offers *
offers(void)
{
	return &completing.offers;
}

/* --- dot commands and what they take --- */

static bool
offer_process(void *arg, const struct process_info *info)
{
	struct id_text id = id_encode(&info->id);

	/* one without a name can only be meant by id */
	if (info->name[0])
		offers_add(arg, span_text(info->name), id.text);
	else
		offers_add(arg, span_text(id.text), NULL);
	return true;
}

/* A node that cannot answer now offers nothing, nor does one that is far. */
static void
offer_processes(void)
{
	struct node *n = completing.sh->client.node;
	struct error ignored;

	if (!completing.sh->client.network)
		n->ops->list(n, offer_process, offers(), &ignored);
}

/* `before` is "." where the dot is part of the word. */
static void
offer_dots(const char *before)
{
	for (const struct command *const *c = dot_commands; *c; c++)
		offers_add_behind(offers(), before, (*c)->name, (*c)->summary);
}

/* What .help explains. */
static void
offer_topics(const char *text)
{
	bool dot = *text == '.';

	offer_dots(dot ? "." : "");
	for (const struct api *a = api_table; a->name && !dot; a++)
		offers_add(offers(), span_text(a->name), a->summary);
}

static void
offer_blueprints(void)
{
	struct blueprint b;

	for (size_t i = 0; blueprint_at(i, &b); i++)
		offers_add(offers(), span_text(b.name), NULL);
}

/* Those that brackets and bars split. */
static void
offer_choices(const char *words)
{
	while (*words) {
		size_t len = strcspn(words, "[|]");

		if (len)
			offers_add(offers(), span_of(words, len), NULL);
		words += len + (words[len] != 0);
	}
}

static struct span
trim(struct span s)
{
	while (s.len && s.p[0] == ' ')
		s = span_from(s, 1);
	while (s.len && s.p[s.len - 1] == ' ')
		s.len--;
	return s;
}

/* `behind` is what stands between the command and the word. */
static void
offer_settings(struct span behind)
{
	const struct setting *s = settings;

	behind = trim(behind);
	if (behind.len == 0) {
		for (; s->name; s++)
			offers_add(offers(), span_text(s->name), s->summary);
		return;
	}
	while (s->name && !span_is(behind, s->name))
		s++;
	if (s->name && s->set && strchr(s->values, '|'))
		offer_choices(s->values);
}

static void
offer_options(const struct command *c)
{
	for (const struct option_spec *s = c->options; s && s->name; s++)
		offers_add_behind(offers(), "--", s->name, s->summary);
}

/* By what the command says its arguments are. */
static char **
complete_argument(const struct command *c, const char *text, struct span line,
    struct span behind)
{
	if (c && *text == '-' && !(c->flags & COMMAND_RAW)) {
		offer_options(c);
		return offers_matches(offers());
	}
	switch (c ? c->complete : COMPLETE_NOTHING) {
	case COMPLETE_FILES:
		rl_filename_completion_desired = 1;
		return rl_completion_matches(text,
		    rl_filename_completion_function);
	case COMPLETE_PROCESSES:
		offer_processes();
		break;
	case COMPLETE_COMMANDS:
		offer_topics(text);
		break;
	case COMPLETE_BLUEPRINTS:
		offer_blueprints();
		break;
	case COMPLETE_CHOICES:
		offer_choices(c->usage);
		break;
	case COMPLETE_SETTINGS:
		offer_settings(behind);
		break;
	case COMPLETE_LUA:
		rl_completion_suppress_append = 1;
		complete_lua(completing.sh, span_of(NULL, 0), line,
		    rl_completion_quote_character != 0, offers());
		break;
	default:
		break;
	}
	return offers_matches(offers());
}

static char **
complete_code(struct span line)
{
	const struct reader *r = &completing.sh->reader;
	bool quoted = rl_completion_quote_character != 0;

	/* a name is mostly followed by something else than a blank */
	rl_completion_suppress_append = !quoted;
	if (quoted)
		rl_completion_append_character = 0;
	complete_lua(completing.sh,
	    reader_is_open(r) ? buf_span(&r->text) : span_of(NULL, 0), line,
	    quoted, offers());
	return offers_matches(offers());
}

static char **
find(const char *text, int start)
{
	struct span line = span_of(rl_line_buffer, (size_t)start);
	struct span word;
	size_t n = 0;

	offers_begin(offers(), text);
	if (rl_line_buffer[0] != '.' || reader_is_open(&completing.sh->reader))
		return complete_code(line);
	if (start == 0) {
		offer_dots(".");
		return offers_matches(offers());
	}
	word = span_from(line, 1);
	while (n < word.len && word.p[n] != ' ')
		n++;
	return complete_argument(
	    command_find(dot_commands, span_first(word, n)), text, line,
	    span_from(word, n));
}

/* Readline's question: what may stand at start … end of the line? */
static char **
attempt(const char *text, int start, int end)
{
	char **matches = find(text, start);

	(void)end;
	/* never readline's own guess, a file name */
	rl_attempted_completion_over = 1;
	/* a list of one word it would write itself, over our line; of two it
	 * does not look whether they are the same */
	if (edit_line_is_drawn() && rl_completion_type == '?' && matches &&
	    !matches[1]) {
		matches = xrealloc(matches, 3 * sizeof(*matches));
		matches[1] = xstrdup(matches[0]);
		matches[2] = NULL;
		rl_ignore_completion_duplicates = 0;
	}
	return matches;
}

/* --- showing what there is --- */

/* Of a path the last part, a folder with a slash behind it; owned. */
static char *
file_word(const char *path)
{
	const char *slash = strrchr(path, '/');
	struct stat st;
	bool folder = stat(path, &st) == 0 && S_ISDIR(st.st_mode);

	return xasprintf("%s%s", slash && slash[1] ? slash + 1 : path,
	    folder ? "/" : "");
}

/* Readline's list begins at 1. The line comes again below what is shown. */
static void
show_matches(char **matches, int count, int longest)
{
	struct buf out = BUF_INIT;
	struct offers_view view = { .color = completing.sh->out.color };
	char **words = xcalloc((size_t)count, sizeof(*words));
	int rows;
	int columns;

	(void)longest;
	rl_get_screen_size(&rows, &columns);
	for (int i = 0; i < count; i++)
		words[i] = rl_filename_completion_desired
		    ? file_word(matches[i + 1])
		    : xstrdup(matches[i + 1]);
	view.columns = (size_t)columns;
	view.rows = edit_line_rows_above();
	offers_show(offers(), words, (size_t)count, &view, &out);
	edit_line_print(buf_span(&out));
	for (int i = 0; i < count; i++)
		free(words[i]);
	free(words);
	buf_release(&out);
}

void
complete_draw(void)
{
	rl_completion_display_matches_hook =
	    edit_line_is_drawn() ? show_matches : NULL;
}

void
complete_release(void)
{
	offers_release(offers());
}

void
complete_init(struct shell *sh)
{
	completing.sh = sh;
	rl_attempted_completion_function = attempt;
	complete_draw();
	/* a dot belongs to the word: .load, Handlers.add */
	rl_completer_word_break_characters = " \t\n\"'`@$><=;|&{(+*%^#~,[]:)}";
	rl_completer_quote_characters = "\"'";
}
