/*
 * A hint says what is missing, not what is there: arguments that were given are
 * left out, and members of a table whose names stand in it.
 *
 * Calls that are open are kept in a stack beside that of lua_nest, which says
 * what each bracket closes.
 */
#include "shell/hint.h"

#include <ctype.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "term/lua_nest.h"
#include "shell/api.h"
#include "shell/command.h"
#include "shell/setting.h"

enum {
	NAME_LEAST = 3 /* letters of a name that is hinted at without a "(" */
};

/* --- dot commands --- */

static struct span
skip_blanks(struct span s)
{
	while (s.p && s.len && isspace(s.p[0]))
		s = span_from(s, 1);
	return s;
}

static struct span
take_word(struct span *s)
{
	size_t n = 0;
	struct span word;

	while (s->p && n < s->len && !isspace(s->p[n]))
		n++;
	word = span_first(*s, n);
	*s = skip_blanks(span_from(*s, n));
	return word;
}

/* Brackets that opened in what was left out do not close. */
static void
add_balanced(struct span s, struct buf *out)
{
	int depth = 0;

	for (size_t i = 0; i < s.len; i++) {
		depth += s.p[i] == '[';
		if (s.p[i] == ']' && depth-- == 0)
			depth = 0;
		else
			buf_add_byte(out, s.p[i]);
	}
}

/* The usage without its first words, unless they may come again. */
static void
add_usage(const struct command *c, size_t given, struct buf *out)
{
	struct span usage = span_text(c->usage);

	for (; given > 0 && usage.len; given--) {
		struct span rest = usage;
		struct span word = take_word(&rest);

		if (memmem(word.p, word.len, "...", 3))
			break;
		usage = rest;
	}
	add_balanced(usage, out);
}

/* Behind the name of a setting its values. */
static bool
add_values(struct span word, struct buf *out)
{
	const struct setting *s = settings;

	while (s->name && !span_is(word, s->name))
		s++;
	if (s->name)
		buf_add_text(out, s->values);
	return s->name != NULL;
}

static void
hint_dot(struct span line, struct buf *out)
{
	struct span rest = span_from(line, 1);
	struct span word = take_word(&rest);
	const struct command *c = command_find(dot_commands, word);
	bool blank = isspace(line.p[line.len - 1]);
	struct span last = word;
	size_t given = 0;

	if (!c || !*c->usage)
		return;
	for (; rest.len; given++)
		last = take_word(&rest);
	/* in the middle of an argument nothing is known of the next */
	if (given && !blank)
		return;
	if (!blank)
		buf_add_byte(out, ' ');
	if (c->complete != COMPLETE_SETTINGS || given != 1 ||
	    !add_values(last, out))
		add_usage(c, given, out);
}

/* --- Lua --- */

/* A bracket that is open, and what stands before it. */
struct frame {
	struct span name; /* "Handlers.add"; empty: no name */
	size_t from;      /* behind the bracket, in the text */
	size_t commas;
};

struct reading {
	struct lua_nest nest;
	struct frame frames[LUA_NEST_MAX];
	struct span text;
	struct token last;
	size_t name_from; /* of the path that ends with the last token */
	bool in_name;     /* there is one */
};

/* "a", ".", "b" is one path. */
static void
note_name(struct reading *r, const struct token *t, size_t start)
{
	bool dot = t->kind == TOKEN_SYMBOL &&
	    (span_is(t->text, ".") || span_is(t->text, ":"));
	bool after_dot = r->last.kind == TOKEN_SYMBOL &&
	    (span_is(r->last.text, ".") || span_is(r->last.text, ":"));

	if (t->kind == TOKEN_NAME) {
		if (!after_dot)
			r->name_from = start;
		/* of what a call gives nothing is known */
		r->in_name = !after_dot || r->in_name;
	} else if (!dot || r->last.kind != TOKEN_NAME) {
		r->in_name = false;
	}
}

static struct span
path(const struct reading *r, size_t end)
{
	return r->in_name
	    ? span_of(r->text.p + r->name_from, end - r->name_from)
	    : span_of(NULL, 0);
}

/* All of the text; false: it ends in a string or a comment. */
static bool
read_all(struct reading *r)
{
	size_t at = 0;

	for (;;) {
		size_t depth = r->nest.depth;
		struct token t = lua_nest_next(&r->nest, r->text, &at);
		size_t start = at - t.text.len;

		if (t.kind == TOKEN_END)
			break;
		if (t.kind == TOKEN_STRING || t.kind == TOKEN_COMMENT) {
			bool closed = t.kind == TOKEN_STRING &&
			    t.text.len > 1 &&
			    (t.text.p[t.text.len - 1] == t.text.p[0] ||
				t.text.p[0] == '[');

			if (!closed && at == r->text.len)
				return false;
		}
		if (r->nest.depth > LUA_NEST_MAX)
			return false;
		if (r->nest.depth > depth)
			r->frames[depth] =
			    (struct frame){ path(r, start), at, 0 };
		else if (span_is(t.text, ",") && depth > 0)
			r->frames[depth - 1].commas++;
		note_name(r, &t, start);
		r->last = t;
	}
	return !r->nest.lexer.in_long;
}

/* The part of "a, { b, c }, d" at the front, which *args then is behind. */
static struct span
take_argument(struct span *args)
{
	size_t n = 0;
	int depth = 0;
	struct span one;

	while (n < args->len && (depth > 0 || args->p[n] != ',')) {
		depth += args->p[n] == '{';
		depth -= args->p[n] == '}';
		n++;
	}
	one = span_first(*args, n);
	*args = skip_blanks(span_from(*args, n + 1));
	return one;
}

static struct span
argument(const struct api *a, size_t n)
{
	struct span args = span_text(a->args);
	struct span one = take_argument(&args);

	while (n-- > 0)
		one = take_argument(&args);
	return one;
}

/* Whether "name =" stands in what was typed of a table. */
static bool
has_member(struct span typed, struct span name)
{
	struct lua_lexer lexer = { 0 };
	bool named = false;

	for (;;) {
		struct token t = lua_lexer_next(&lexer, &typed);

		if (t.kind == TOKEN_END)
			return false;
		if (named && span_is(t.text, "="))
			return true;
		named = t.kind == TOKEN_NAME && span_equal(t.text, name);
	}
}

static void
add_separated(struct span part, bool *first, struct buf *out)
{
	if (!*first)
		buf_add_text(out, ", ");
	*first = false;
	buf_add_span(out, part);
}

/* Members that are missing, of "{ Target = id, Data = text }". */
static void
add_members(struct span members, struct span typed, bool *first,
    struct buf *out)
{
	members = span_first(span_from(members, 2), members.len - 4);
	while (members.len) {
		struct span one = take_argument(&members);
		struct span name = one;

		if (!has_member(typed, take_word(&name)))
			add_separated(one, first, out);
	}
}

static bool
is_table(struct span argument)
{
	return argument.len > 4 && argument.p[0] == '{';
}

/* Arguments from the n-th on. */
static void
add_arguments(const struct api *a, size_t n, bool *first, struct buf *out)
{
	struct span args = span_text(a->args);

	for (; n > 0 && args.len; n--)
		(void)take_argument(&args);
	while (args.len)
		add_separated(take_argument(&args), first, out);
}

/* The bracket that is open is a call's. */
static void
hint_call(const struct reading *r, const struct frame *f, struct buf *out)
{
	const struct api *a = api_find(f->name);
	bool begun = !span_is(r->last.text, "(") && !span_is(r->last.text, ",");
	bool first = !begun;

	if (!a || !a->args)
		return;
	if (r->text.p[r->text.len - 1] == ',')
		buf_add_byte(out, ' ');
	add_arguments(a, f->commas + begun, &first, out);
	buf_add_byte(out, ')');
}

/* It is a table's, which is an argument: of f(… {, or of f{. */
static void
hint_table(const struct reading *r, size_t depth, struct buf *out)
{
	const struct frame *f = &r->frames[depth - 1];
	bool called = f->name.len == 0 && depth > 1 &&
	    r->text.p[r->nest.open[depth - 2]] == '(';
	const struct frame *call = called ? f - 1 : f;
	const struct api *a = api_find(call->name);
	struct span members;
	bool begun = !span_is(r->last.text, "{") && !span_is(r->last.text, ",");
	bool blank = isspace(r->text.p[r->text.len - 1]);
	bool first = !begun;

	if (!a || !a->args)
		return;
	members = argument(a, called ? call->commas : 0);
	if (!is_table(members))
		return;
	if (!begun && !blank)
		buf_add_byte(out, ' ');
	add_members(members, span_from(r->text, f->from), &first, out);
	buf_add_text(out, " }");
	if (!called)
		return;
	first = false;
	add_arguments(a, call->commas + 1, &first, out);
	buf_add_byte(out, ')');
}

static void
hint_lua(struct reading *r, struct buf *out)
{
	size_t depth;
	struct span name;
	const struct api *a;

	if (!read_all(r))
		return;
	/* a whole name asks for its arguments */
	name = path(r, r->text.len);
	a = name.len >= NAME_LEAST ? api_find(name) : NULL;
	if (a && a->args && r->last.kind == TOKEN_NAME) {
		buf_printf(out, "(%s)", a->args);
		return;
	}
	depth = r->nest.depth;
	if (depth == 0 || r->last.kind == TOKEN_KEYWORD)
		return;
	if (r->text.p[r->nest.open[depth - 1]] == '(')
		hint_call(r, &r->frames[depth - 1], out);
	else if (r->text.p[r->nest.open[depth - 1]] == '{')
		hint_table(r, depth, out);
}

void
hint_make(struct span before, struct span line, struct buf *out)
{
	struct buf text = BUF_INIT;
	struct reading *r;

	if (line.len == 0)
		return;
	if (before.len == 0 && line.len > 1 && line.p[0] == '.' &&
	    isalpha(line.p[1])) {
		hint_dot(line, out);
		return;
	}
	buf_add_span(&text, before);
	if (before.len)
		buf_add_byte(&text, '\n');
	buf_add_span(&text, line);
	r = xcalloc(1, sizeof(*r));
	r->text = buf_span(&text);
	hint_lua(r, out);
	free(r);
	buf_release(&text);
}

void
hint_in_editor(struct span line, struct buf *out)
{
	struct span rest = span_from(line, 1);

	if (line.len && line.p[0] == '.' &&
	    command_find(dot_commands, take_word(&rest)))
		buf_add_text(out, "  text; .done sends");
}
