/*
 * A stack of openers. `for` and `while` open at once and their `do` is taken
 * for part of them, so that a prompt can name what the user wrote. A closer
 * that does not fit closes nothing.
 */
#include "term/lua_nest.h"

static const struct {
	const char *opener;
	const char *closer;
} pairs[] = {
	{ "(", ")" },
	{ "{", "}" },
	{ "[", "]" },
	{ "function", "end" },
	{ "if", "end" },
	{ "do", "end" },
	{ "for", "end" },
	{ "while", "end" },
	{ "repeat", "until" },
};

enum {
	PAIRS = sizeof(pairs) / sizeof(*pairs)
};

static void
push(struct lua_nest *n, size_t at, size_t len)
{
	if (n->depth < LUA_NEST_MAX) {
		n->open[n->depth] = at;
		n->length[n->depth] = len;
	}
	n->depth++;
}

struct span
lua_nest_top(const struct lua_nest *n, struct span text)
{
	if (n->depth == 0 || n->depth > LUA_NEST_MAX || !text.p)
		return span_of(NULL, 0);
	return span_first(span_from(text, n->open[n->depth - 1]),
	    n->length[n->depth - 1]);
}

static bool
opens(struct span word)
{
	for (size_t i = 0; i < PAIRS; i++)
		if (span_is(word, pairs[i].opener))
			return true;
	return false;
}

static bool
closes(struct span word)
{
	for (size_t i = 0; i < PAIRS; i++)
		if (span_is(word, pairs[i].closer))
			return true;
	return false;
}

static bool
fits(struct span opener, struct span closer)
{
	for (size_t i = 0; i < PAIRS; i++)
		if (span_is(opener, pairs[i].opener) &&
		    span_is(closer, pairs[i].closer))
			return true;
	return false;
}

/* Too deep to know the opener: it is taken to fit. */
static void
close_one(struct lua_nest *n, struct span text, struct span closer)
{
	if (n->depth > LUA_NEST_MAX) {
		n->depth--;
	} else if (n->depth > 0 && fits(lua_nest_top(n, text), closer)) {
		n->opener = n->open[--n->depth];
	} else {
		n->stray = true;
	}
}

/* The `do` that belongs to a loop's head. */
static bool
is_loop_body(const struct lua_nest *n, struct span text, struct span word)
{
	struct span top = lua_nest_top(n, text);

	return span_is(word, "do") &&
	    (span_is(top, "for") || span_is(top, "while"));
}

/* Length of "[==[" or "--[==[" at the front. */
static size_t
long_word(struct span s)
{
	size_t n = s.p && s.len && s.p[0] == '-' ? 2 : 0;

	if (!s.p)
		return 0;
	while (n < s.len && s.p[n] != '[')
		n++;
	n++;
	while (n < s.len && s.p[n] == '=')
		n++;
	return n + 1 < s.len ? n + 1 : s.len;
}

struct token
lua_nest_next(struct lua_nest *n, struct span text, size_t *at)
{
	struct span rest = span_from(text, *at);
	bool was_long = n->lexer.in_long;
	struct token t = lua_lexer_next(&n->lexer, &rest);
	size_t start;

	*at = text.len - rest.len;
	start = *at - t.text.len;
	n->opener = LUA_NEST_NONE;
	n->stray = false;
	if (t.kind == TOKEN_KEYWORD || t.kind == TOKEN_SYMBOL) {
		if (closes(t.text))
			close_one(n, text, t.text);
		else if (opens(t.text) && !is_loop_body(n, text, t.text))
			push(n, start, t.text.len);
	} else if (n->lexer.in_long && !was_long && t.kind != TOKEN_END) {
		push(n, start, long_word(t.text));
	}
	return t;
}

/* Line feeds of a part of the text. */
static void
tell_lines(struct span part, struct span word, lua_open_fn fn, void *arg)
{
	for (size_t i = 0; part.p && i < part.len; i++)
		if (part.p[i] == '\n')
			fn(arg, word);
}

/* What a token of several lines says is open: its bracket, or its quote. */
static struct span
token_word(const struct token *t)
{
	bool quoted = t->text.p && t->text.len &&
	    (t->text.p[0] == '"' || t->text.p[0] == '\'');

	return span_first(t->text, quoted ? 1 : long_word(t->text));
}

/* A line feed in a long string or comment stands in that. */
void
lua_open_lines(struct span text, lua_open_fn fn, void *arg)
{
	struct lua_nest n = { .depth = 0 };
	size_t at = 0;

	for (;;) {
		struct span word = lua_nest_top(&n, text);
		size_t from = at;
		struct token t = lua_nest_next(&n, text, &at);

		tell_lines(
		    span_first(span_from(text, from), at - t.text.len - from),
		    word, fn, arg);
		if (t.kind == TOKEN_END)
			return;
		tell_lines(t.text, token_word(&t), fn, arg);
	}
}
