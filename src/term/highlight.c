/*
 * Of the sixteen colours only, and of them those that can be read on light and
 * dark alike; the match is told by its weight, not by a colour.
 */
#include "term/highlight.h"

#include <ctype.h>

#include "term/lua_nest.h"

/* Of the terminal's sixteen colours, as style.h counts them. */
static const struct style styles[INKS] = {
	[INK_KEYWORD] = { .color = 6 }, /* magenta */
	[INK_STRING] = { .color = 3 },  /* green */
	[INK_NUMBER] = { .color = 7 },  /* cyan */
	[INK_COMMENT] = { .flags = STYLE_DIM },
	[INK_COMMAND] = { .flags = STYLE_BOLD },
	[INK_MATCH] = { .flags = STYLE_BOLD | STYLE_UNDERLINE },
	[INK_STRAY] = { .color = 2 }, /* red */
	[INK_HINT] = { .flags = STYLE_DIM },
};

static const enum ink token_inks[] = {
	[TOKEN_END] = INK_NONE,
	[TOKEN_NAME] = INK_NONE,
	[TOKEN_KEYWORD] = INK_KEYWORD,
	[TOKEN_NUMBER] = INK_NUMBER,
	[TOKEN_STRING] = INK_STRING,
	[TOKEN_COMMENT] = INK_COMMENT,
	[TOKEN_SYMBOL] = INK_NONE,
};

struct style
ink_style(enum ink ink)
{
	return styles[ink];
}

static void
fill(uint8_t *inks, size_t at, size_t len, enum ink ink)
{
	memset(inks + at, ink, len);
}

/* The cursor is on a word, or directly behind it. */
static bool
is_at(size_t point, size_t start, size_t len)
{
	return point >= start && point <= start + len;
}

static size_t
word_length(struct span text, size_t at)
{
	size_t n = 1;

	while (
	    at + n < text.len && isalpha(text.p[at + n]) && isalpha(text.p[at]))
		n++;
	return n;
}

static void
highlight_lua(const struct highlight *h, struct span text, uint8_t *inks)
{
	struct lua_nest nest = { .lexer = h->lexer };
	size_t at = 0;

	for (;;) {
		struct token t = lua_nest_next(&nest, text, &at);
		size_t start = at - t.text.len;
		size_t other = nest.opener;
		size_t other_len;

		if (t.kind == TOKEN_END)
			return;
		fill(inks, start, t.text.len, token_inks[t.kind]);
		/* what it closes may be on a line before */
		if (nest.stray && h->first)
			fill(inks, start, t.text.len, INK_STRAY);
		if (other == LUA_NEST_NONE)
			continue;
		other_len = word_length(text, other);
		if (is_at(h->point, start, t.text.len) ||
		    is_at(h->point, other, other_len)) {
			fill(inks, start, t.text.len, INK_MATCH);
			fill(inks, other, other_len, INK_MATCH);
		}
	}
}

static void
highlight_dot(struct span text, uint8_t *inks)
{
	size_t n = 0;

	while (n < text.len && !isspace(text.p[n]))
		n++;
	fill(inks, 0, n, INK_COMMAND);
}

void
highlight(const struct highlight *h, struct span text, uint8_t *inks)
{
	if (text.len == 0)
		return;
	fill(inks, 0, text.len, INK_NONE);
	if (h->first && text.len > 1 && text.p[0] == '.' && isalpha(text.p[1]))
		highlight_dot(text, inks);
	else
		highlight_lua(h, text, inks);
}
