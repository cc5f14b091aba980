/*
 * Lists are short, some thousand names of a process at most, of which few go on
 * from what is typed; they are looked through.
 */
#include "shell/offers.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "term/attr.h"
#include "term/escape.h"
#include "term/width.h"

enum {
	GAP = 2 /* cells between columns */
};

void
offers_begin(struct offers *o, const char *text)
{
	offers_release(o);
	o->text = span_text(text);
}

void
offers_release(struct offers *o)
{
	for (size_t i = 0; i < o->count; i++) {
		free(o->list[i].word);
		free(o->list[i].note);
	}
	free(o->list);
	*o = (struct offers){ 0 };
}

static bool
is_there(const struct offers *o, struct span word)
{
	for (size_t i = 0; i < o->count; i++)
		if (span_is(word, o->list[i].word))
			return true;
	return false;
}

void
offers_add_other(struct offers *o, struct span word, struct span instead,
    const char *note)
{
	if (!span_equal(span_first(word, o->text.len), o->text) ||
	    is_there(o, instead))
		return;
	if (o->count == o->room) {
		o->room = o->room ? 2 * o->room : 16;
		o->list = xrealloc(o->list, o->room * sizeof(*o->list));
	}
	o->list[o->count++] =
	    (struct offer){ xasprintf("%.*s", SPAN_ARG(instead)),
		    note && *note ? xstrdup(note) : NULL };
}

void
offers_add(struct offers *o, struct span word, const char *note)
{
	offers_add_other(o, word, word, note);
}

void
offers_add_behind(struct offers *o, const char *before, const char *word,
    const char *note)
{
	char *whole = xasprintf("%s%s", before, word);

	offers_add(o, span_text(whole), note);
	free(whole);
}

const char *
offers_note(const struct offers *o, const char *word)
{
	for (size_t i = 0; i < o->count; i++)
		if (strcmp(o->list[i].word, word) == 0)
			return o->list[i].note;
	return NULL;
}

static size_t
common_length(const struct offers *o)
{
	size_t common = strlen(o->list[0].word);

	for (size_t i = 1; i < o->count; i++) {
		const char *word = o->list[i].word;
		size_t n = 0;

		while (n < common && o->list[0].word[n] == word[n])
			n++;
		common = n;
	}
	return common;
}

/* What all have in common replaces the text: one word alone is all of it. */
char **
offers_matches(const struct offers *o)
{
	char **list;
	size_t common;

	if (o->count == 0)
		return NULL;
	common = common_length(o);
	list = xcalloc(o->count + 2, sizeof(*list));
	/* of words that stand for others, nothing that is typed goes */
	if (o->count > 1 && common < o->text.len)
		list[0] = xasprintf("%.*s", SPAN_ARG(o->text));
	else
		list[0] = xasprintf("%.*s", (int)common, o->list[0].word);
	for (size_t i = 0; o->count > 1 && i < o->count; i++)
		list[i + 1] = xstrdup(o->list[i].word);
	return list;
}

/* --- showing them --- */

/* A word as it may stand on a terminal, in that many cells. */
static void
add_cell(struct span text, size_t cells, struct buf *out)
{
	struct buf shown = BUF_INIT;
	struct span fit;
	size_t width;

	escape_text(text, ESCAPE_ONE_LINE, &shown);
	fit = span_first(buf_span(&shown), text_fit(buf_span(&shown), cells));
	width = text_width(fit);
	buf_add_span(out, fit);
	buf_printf(out, "%*s", (int)(cells - width), "");
	buf_release(&shown);
}

static void
trim_blanks(struct buf *out)
{
	while (out->len && out->p[out->len - 1] == ' ')
		out->len--;
}

/* "word  note"; the note takes what is left. */
static void
show_noted(const char *word, const char *note, size_t widest,
    const struct offers_view *v, struct buf *out)
{
	size_t columns = v->columns;
	size_t left =
	    columns > widest + GAP + GAP ? columns - widest - GAP - GAP : 0;

	buf_printf(out, "%*s", columns > GAP ? GAP : 0, "");
	add_cell(span_text(word), widest < columns ? widest : columns - 1, out);
	if (note && left > 1) {
		buf_printf(out, "%*s%s", GAP, "", attr_on(v->color, ATTR_DIM));
		add_cell(span_text(note), left - 1, out);
		trim_blanks(out);
		buf_add_text(out, attr_off(v->color));
	} else {
		trim_blanks(out);
	}
	buf_add_byte(out, '\n');
}

static void
show_columns(char **words, size_t count, size_t widest, size_t columns,
    struct buf *out)
{
	size_t cell = widest + GAP;
	size_t across = columns / cell ? columns / cell : 1;
	size_t down = (count + across - 1) / across;

	for (size_t row = 0; row < down; row++) {
		for (size_t i = row; i < count; i += down)
			add_cell(span_text(words[i]),
			    cell < columns ? cell : columns - 1, out);
		trim_blanks(out);
		buf_add_byte(out, '\n');
	}
}

static size_t
widest_of(char **words, size_t count)
{
	size_t widest = 1;

	for (size_t i = 0; i < count; i++) {
		size_t width = text_width(span_text(words[i]));

		if (width > widest)
			widest = width;
	}
	return widest;
}

static bool
any_note(const struct offers *o, char **words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (offers_note(o, words[i]))
			return true;
	return false;
}

void
offers_show(const struct offers *o, char **words, size_t count,
    const struct offers_view *v, struct buf *out)
{
	size_t widest = widest_of(words, count);
	bool noted = any_note(o, words, count);
	size_t across = noted || v->columns / (widest + GAP) == 0
	    ? 1
	    : v->columns / (widest + GAP);
	size_t rows = v->rows < 2 ? 2 : v->rows;
	size_t shown = count;

	if (v->columns < 2)
		return;
	if ((count + across - 1) / across > rows)
		shown = (rows - 1) * across;
	if (noted) {
		/* a long word may not take the room of all notes */
		if (widest > v->columns / 2)
			widest = v->columns / 2;
		for (size_t i = 0; i < shown; i++)
			show_noted(words[i], offers_note(o, words[i]), widest,
			    v, out);
	} else {
		show_columns(words, shown, widest, v->columns, out);
	}
	if (shown < count)
		buf_printf(out, "%s… and %zu more\n",
		    v->columns > 24 ? "  " : "", count - shown);
}
