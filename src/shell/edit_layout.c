/*
 * Everything is laid out anew after each key, which is cheap: the lexer reads
 * the text once for its colours, once for the hint, and once for what is open.
 */
#include "shell/edit_layout.h"

#include <stdlib.h>

#include <readline/readline.h>

#include "base/alloc.h"
#include "term/edit_rows.h"
#include "term/highlight.h"
#include "term/lua_nest.h"
#include "term/width.h"
#include "shell/hint.h"
#include "shell/prompt.h"
#include "shell/shell.h"

enum {
	/* beyond that only the text is drawn: it was not typed */
	DECORATED_MAX = 64 << 10,
};

/* What is open at the beginning of each line but the first. */
struct opens {
	const struct shell *sh;
	struct buf text; /* what was typed before, and the line */
	struct span *words;
	size_t count;
	size_t skip; /* lines that are not on the screen any more */
	size_t columns;
	size_t mode_cells; /* before the first line's prompt */
};

static void
add_open(void *arg, struct span word)
{
	struct opens *o = arg;

	o->words = xrealloc(o->words, (o->count + 1) * sizeof(*o->words));
	o->words[o->count++] = word;
}

static void
opens_find(struct opens *o, struct span before, struct span line)
{
	buf_add_span(&o->text, before);
	if (before.len)
		buf_add_byte(&o->text, '\n');
	for (size_t i = 0; i < o->text.len; i++)
		o->skip += o->text.p[i] == '\n';
	buf_add_span(&o->text, line);
	lua_open_lines(buf_span(&o->text), add_open, o);
}

static void
opens_release(struct opens *o)
{
	buf_release(&o->text);
	free(o->words);
}

static void
more(void *arg, size_t line, struct buf *out)
{
	const struct opens *o = arg;
	size_t i = o->skip + line - 1;

	buf_printf(out, "%*s", (int)o->mode_cells, "");
	prompt_more(o->sh, i < o->count ? o->words[i] : span_of(NULL, 0),
	    o->columns, out);
}

/* In vi mode, and where the user wants it, the mode stands in front. */
static const char *
mode_text(void)
{
	const char *shown = rl_variable_value("show-mode-in-prompt");
	const char *name = "emacs-mode-string";
	const char *text;

	if (!shown || strcmp(shown, "on") != 0 ||
	    rl_display_prompt != rl_prompt)
		return "";
	if (rl_editing_mode == 0)
		name = rl_get_keymap() == vi_movement_keymap
		    ? "vi-cmd-mode-string"
		    : "vi-ins-mode-string";
	text = rl_variable_value(name);
	return text ? text : "";
}

/*
 * Readline's marks stand around what takes no cells: colours, and what else is
 * for the terminal alone.
 */
static void
add_marked(const char *text, struct buf *shown, struct buf *unseen)
{
	bool marked = false;

	while (*text) {
		size_t sgr = sgr_length(span_text(text));

		if (*text == RL_PROMPT_START_IGNORE)
			marked = true;
		else if (*text == RL_PROMPT_END_IGNORE)
			marked = false;
		else
			buf_add(sgr || !marked ? shown : unseen, text,
			    sgr ? sgr : 1);
		text += sgr ? sgr : 1;
	}
}

static void
add_prompt(struct buf *out, size_t *mode_cells)
{
	struct buf unseen = BUF_INIT;

	add_marked(mode_text(), out, &unseen);
	*mode_cells = text_width(buf_span(out));
	add_marked(rl_display_prompt ? rl_display_prompt : "", out, &unseen);
	buf_release(&unseen);
}

void
edit_layout_mode(struct buf *out)
{
	struct buf shown = BUF_INIT;

	add_marked(mode_text(), &shown, out);
	buf_release(&shown);
}

/* Typed before, of the same piece of Lua. */
static struct span
text_before(const struct shell *sh)
{
	const struct reader *r = &sh->reader;

	return reader_is_open(r) ? buf_span(&r->text) : span_of(NULL, 0);
}

static void
paint(const struct shell *sh, struct span line, bool final, uint8_t *inks)
{
	const struct reader *r = &sh->reader;
	struct highlight h = { .first = text_before(sh).len == 0,
		.point = final ? SIZE_MAX : (size_t)rl_point };

	if (!h.first)
		h.lexer = r->lexer;
	highlight(&h, line, inks);
}

/* At the end of the line alone, and not while the history is searched. */
static void
add_hint(const struct shell *sh, struct span line, struct buf *out)
{
	struct span before = text_before(sh);

	if (sh->no_hints || !sh->out.color || rl_point != rl_end ||
	    rl_display_prompt != rl_prompt)
		return;
	if (sh->reader.editor)
		hint_in_editor(line, out);
	else if (before.len < DECORATED_MAX)
		hint_make(before, line, out);
}

/* The line as it stands; of one that is over readline may have lost the length. */
static struct span
current_line(bool final)
{
	return final ? span_text(rl_line_buffer)
		     : span_of(rl_line_buffer, (size_t)rl_end);
}

/* Rows of `width` on a screen that has so many columns. */
static void
lay_out(const struct shell *sh, size_t width, size_t columns, unsigned flags,
    struct style_rows *out)
{
	bool final = flags & EDIT_FINAL;
	struct span line = current_line(final);
	struct buf prompt = BUF_INIT;
	struct buf hint = BUF_INIT;
	struct opens opens = { .sh = sh, .columns = columns };
	struct edit_text e = { .text = line,
		.point = final ? line.len : (size_t)rl_point };
	uint8_t *inks = NULL;

	add_prompt(&prompt, &opens.mode_cells);
	e.prompt = buf_span(&prompt);
	if (line.len < DECORATED_MAX) {
		if (sh->out.color && !sh->plain_input)
			inks = xcalloc(line.len + 1, 1);
		if (inks)
			paint(sh, line, final, inks);
		if (!(flags & (EDIT_FINAL | EDIT_NO_HINT)))
			add_hint(sh, line, &hint);
	}
	if (line.len < DECORATED_MAX && !sh->reader.editor &&
	    memchr(line.p, '\n', line.len)) {
		opens_find(&opens, text_before(sh), line);
		e.more = more;
		e.arg = &opens;
	}
	e.inks = inks;
	e.hint = buf_span(&hint);
	edit_rows_make(&e, width, out);
	opens_release(&opens);
	free(inks);
	buf_release(&prompt);
	buf_release(&hint);
}

void
edit_layout(const struct shell *sh, size_t width, unsigned flags,
    struct style_rows *out)
{
	lay_out(sh, width, width, flags, out);
}

void
edit_layout_text(const struct shell *sh, size_t columns, struct buf *out)
{
	struct style_rows rows;

	lay_out(sh, SIZE_MAX, columns, EDIT_FINAL, &rows);
	for (size_t i = 0; i < rows.count; i++) {
		style_rows_write(&rows, i, out);
		buf_add_byte(out, '\n');
	}
	style_rows_release(&rows);
}
