/*
 * A lexer that looks one token ahead, and a parser with stacks of its own in the
 * two places where the grammar recurses: selections and values.
 *
 * Fragments may be used before they stand in the text, so spreads are joined to
 * them at the end. Then each fragment gets a depth, the longest way through
 * those that it spreads, by going over all spreads until nothing changes: one
 * that still changes after as many rounds as there are fragments holds itself.
 */
#include "codec/graphql.h"

#include <ctype.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "codec/graphql_lex.h"

/* A document that is being read. */
struct parser {
	struct graphql *g;
	struct graphql_lexer lex;
	struct error *err;
};

static void error_at(struct parser *p, size_t at, enum error_code code,
    const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/* error_set(), with the place in front. */
static void
error_at(struct parser *p, size_t at, enum error_code code, const char *fmt,
    ...)
{
	unsigned column;
	unsigned line;
	va_list ap;
	char *text;

	va_start(ap, fmt);
	text = xvasprintf(fmt, ap);
	va_end(ap);
	graphql_place(p->g->text, at, &line, &column);
	error_set(p->err, code, "line %u, column %u: %s", line, column, text);
	free(text);
}

#define FAIL_AT(p, at, code, ...) (error_at(p, at, code, __VA_ARGS__), -1)

/* The token at hand is not what belongs here. */
static int
unexpected(struct parser *p, const char *wanted)
{
	const struct graphql_token *t = &p->lex.token;

	if (t->kind == TOKEN_END)
		return FAIL_AT(p, t->at, ERR_FORMAT,
		    "%s expected, the text ends here", wanted);
	return FAIL_AT(p, t->at, ERR_FORMAT, "%s expected, not '%.*s'", wanted,
	    SPAN_ARG(span_first(t->text, 40)));
}

/* On to the next token. */
static int
advance(struct parser *p)
{
	const char *why;

	if (graphql_lex(&p->lex, &why))
		return 0;
	return FAIL_AT(p, p->lex.token.at, ERR_FORMAT, "%s", why);
}

static bool
is_punct(const struct parser *p, char c)
{
	const struct graphql_token *t = &p->lex.token;

	return t->kind == TOKEN_PUNCT && t->text.p[0] == (uint8_t)c;
}

/* A punctuator that must come now. */
static int
take_punct(struct parser *p, char c)
{
	const char wanted[] = { '\'', c, '\'', 0 };

	return is_punct(p, c) ? advance(p) : unexpected(p, wanted);
}

static int
take_name(struct parser *p, struct span *name)
{
	if (p->lex.token.kind != TOKEN_NAME)
		return unexpected(p, "a name");
	*name = p->lex.token.text;
	return advance(p);
}

/* A new node that begins with the token at hand. -1: too many. */
static int
add_node(struct parser *p, enum graphql_kind kind, uint32_t *out)
{
	struct graphql *g = p->g;

	if (g->count == GRAPHQL_NODES_MAX)
		return FAIL_AT(p, p->lex.token.at, ERR_LIMIT,
		    "the query has more than %d parts", GRAPHQL_NODES_MAX);
	if (g->count == g->room) {
		g->room = g->room ? g->room * 2 : 64;
		g->nodes = xrealloc(g->nodes, g->room * sizeof(*g->nodes));
	}
	if (g->count == 0)
		g->nodes[g->count++] = (struct graphql_node){ 0 };
	*out = g->count++;
	g->nodes[*out] =
	    (struct graphql_node){ .kind = kind, .at = p->lex.token.at };
	return 0;
}

/* Behind what `parent` has inside already. */
static void
append_inside(struct parser *p, uint32_t parent, uint32_t child)
{
	struct graphql_node *n = &p->g->nodes[parent];

	if (n->last)
		p->g->nodes[n->last].next = child;
	else
		n->inside = child;
	n->last = child;
}

/* Behind the others of a list that begins at *first. */
static void
append_to(struct parser *p, uint32_t *first, uint32_t *last, uint32_t child)
{
	if (*last)
		p->g->nodes[*last].next = child;
	else
		*first = child;
	*last = child;
}

/* --- values --- */

static enum graphql_kind
kind_of_name(struct span name)
{
	if (span_is(name, "true") || span_is(name, "false"))
		return GRAPHQL_BOOLEAN;
	return span_is(name, "null") ? GRAPHQL_NULL : GRAPHQL_ENUM;
}

/* Of the token at hand; 0: it begins no value. */
static enum graphql_kind
kind_of_value(const struct parser *p)
{
	switch (p->lex.token.kind) {
	case TOKEN_NAME:
		return kind_of_name(p->lex.token.text);
	case TOKEN_INT:
		return GRAPHQL_INT;
	case TOKEN_FLOAT:
		return GRAPHQL_FLOAT;
	case TOKEN_STRING:
		return GRAPHQL_STRING;
	case TOKEN_BLOCK_STRING:
		return GRAPHQL_BLOCK_STRING;
	default:
		break;
	}
	if (is_punct(p, '$'))
		return GRAPHQL_VARIABLE;
	if (is_punct(p, '['))
		return GRAPHQL_LIST;
	return is_punct(p, '{') ? GRAPHQL_OBJECT : 0;
}

/* A value, or how a list or object begins. */
static int
begin_value(struct parser *p, bool constant, uint32_t into, uint32_t *out)
{
	enum graphql_kind kind = kind_of_value(p);

	if (!kind || (constant && kind == GRAPHQL_VARIABLE))
		return unexpected(p, constant ? "a constant value" : "a value");
	if (add_node(p, kind, out) < 0)
		return -1;
	append_inside(p, into, *out);
	p->g->nodes[*out].text = p->lex.token.text;
	if (advance(p) < 0)
		return -1;
	if (kind == GRAPHQL_VARIABLE)
		return take_name(p, &p->g->nodes[*out].name);
	return 0;
}

/* Lists and objects that are open while a value is read. */
struct open_values {
	uint32_t stack[GRAPHQL_DEPTH_MAX];
	unsigned depth;
};

static int
open_value(struct parser *p, struct open_values *o, uint32_t value)
{
	enum graphql_kind kind = p->g->nodes[value].kind;

	if (kind != GRAPHQL_LIST && kind != GRAPHQL_OBJECT)
		return 0;
	if (o->depth == GRAPHQL_DEPTH_MAX)
		return FAIL_AT(p, p->g->nodes[value].at, ERR_LIMIT,
		    "values are nested more than %d deep", GRAPHQL_DEPTH_MAX);
	o->stack[o->depth++] = value;
	return 0;
}

/* Close what ends here. */
static int
close_values(struct parser *p, struct open_values *o)
{
	while (o->depth > 0) {
		uint32_t top = o->stack[o->depth - 1];
		bool list = p->g->nodes[top].kind == GRAPHQL_LIST;

		if (!is_punct(p, list ? ']' : '}'))
			return 0;
		if (advance(p) < 0)
			return -1;
		o->depth--;
	}
	return 0;
}

/* Where the next value goes: into the list, or a new member of the object. */
static int
next_place(struct parser *p, const struct open_values *o, uint32_t *into)
{
	uint32_t top = o->stack[o->depth - 1];

	*into = top;
	if (p->g->nodes[top].kind == GRAPHQL_LIST)
		return 0;
	if (add_node(p, GRAPHQL_MEMBER, into) < 0)
		return -1;
	append_inside(p, top, *into);
	if (take_name(p, &p->g->nodes[*into].name) < 0)
		return -1;
	return take_punct(p, ':');
}

/* One whole value, as what `into` has inside. */
static int
parse_value(struct parser *p, bool constant, uint32_t into)
{
	struct open_values open = { .depth = 0 };
	uint32_t value = 0;

	do {
		if (open.depth > 0 && next_place(p, &open, &into) < 0)
			return -1;
		if (begin_value(p, constant, into, &value) < 0 ||
		    open_value(p, &open, value) < 0 ||
		    close_values(p, &open) < 0)
			return -1;
	} while (open.depth > 0);
	return 0;
}

/* --- arguments and directives --- */

/* "(name: value …)" of a field or directive, if it is there. */
static int
parse_arguments(struct parser *p, uint32_t owner)
{
	uint32_t first = 0;
	uint32_t last = 0;
	uint32_t arg;

	if (!is_punct(p, '('))
		return 0;
	if (advance(p) < 0)
		return -1;
	do {
		if (add_node(p, GRAPHQL_ARGUMENT, &arg) < 0)
			return -1;
		append_to(p, &first, &last, arg);
		if (take_name(p, &p->g->nodes[arg].name) < 0 ||
		    take_punct(p, ':') < 0 || parse_value(p, false, arg) < 0)
			return -1;
	} while (!is_punct(p, ')'));
	p->g->nodes[owner].arguments = first;
	return advance(p);
}

static int
parse_directives(struct parser *p, uint32_t owner)
{
	uint32_t first = 0;
	uint32_t last = 0;
	uint32_t directive;

	while (is_punct(p, '@')) {
		if (add_node(p, GRAPHQL_DIRECTIVE, &directive) < 0)
			return -1;
		append_to(p, &first, &last, directive);
		if (advance(p) < 0 ||
		    take_name(p, &p->g->nodes[directive].name) < 0 ||
		    parse_arguments(p, directive) < 0)
			return -1;
	}
	p->g->nodes[owner].directives = first;
	return 0;
}

/* --- selections --- */

/* "name" or "alias: name"; without an alias the name is that, too. */
static int
parse_field(struct parser *p, uint32_t *out)
{
	struct span name;
	struct span alias;

	if (add_node(p, GRAPHQL_FIELD, out) < 0 || take_name(p, &alias) < 0)
		return -1;
	name = alias;
	if (is_punct(p, ':') && (advance(p) < 0 || take_name(p, &name) < 0))
		return -1;
	p->g->nodes[*out].name = name;
	p->g->nodes[*out].text = alias;
	if (parse_arguments(p, *out) < 0)
		return -1;
	return parse_directives(p, *out);
}

/* Behind the three dots: a fragment's name, or a type, or neither. */
static int
parse_spread(struct parser *p, uint32_t *out)
{
	struct span name;

	if (add_node(p, GRAPHQL_INLINE, out) < 0 || advance(p) < 0)
		return -1;
	if (p->lex.token.kind == TOKEN_NAME) {
		if (take_name(p, &name) < 0)
			return -1;
		if (span_is(name, "on")) {
			if (take_name(p, &p->g->nodes[*out].text) < 0)
				return -1;
		} else {
			p->g->nodes[*out].kind = GRAPHQL_SPREAD;
			p->g->nodes[*out].name = name;
		}
	}
	if (parse_directives(p, *out) < 0)
		return -1;
	if (p->g->nodes[*out].kind == GRAPHQL_INLINE && !is_punct(p, '{'))
		return unexpected(p, "'{'");
	return 0;
}

/*
 * The selection set whose brace is the token at hand, with all sets in it, as
 * what `owner` has inside.
 */
static int
parse_selections(struct parser *p, uint32_t owner)
{
	uint32_t stack[GRAPHQL_DEPTH_MAX] = { owner };
	unsigned depth = 1;
	uint32_t child;
	int rc;

	if (take_punct(p, '{') < 0)
		return -1;
	while (depth > 0) {
		uint32_t top = stack[depth - 1];

		if (is_punct(p, '}') && p->g->nodes[top].inside) {
			depth--;
			if (advance(p) < 0)
				return -1;
			continue;
		}
		rc = p->lex.token.kind == TOKEN_DOTS ? parse_spread(p, &child)
						     : parse_field(p, &child);
		if (rc < 0)
			return -1;
		append_inside(p, top, child);
		if (!is_punct(p, '{') ||
		    p->g->nodes[child].kind == GRAPHQL_SPREAD)
			continue;
		if (depth == GRAPHQL_DEPTH_MAX)
			return FAIL_AT(p, p->lex.token.at, ERR_LIMIT,
			    "selections are nested more than %d deep",
			    GRAPHQL_DEPTH_MAX);
		stack[depth++] = child;
		if (advance(p) < 0)
			return -1;
	}
	return 0;
}

/* --- definitions --- */

/* "[ID!]!": where it begins and ends; its brackets match. */
static int
parse_type(struct parser *p, uint32_t definition)
{
	size_t start = p->lex.token.at;
	unsigned lists = 0;
	size_t end;

	for (; is_punct(p, '['); lists++)
		if (advance(p) < 0)
			return -1;
	end = p->lex.token.at + p->lex.token.text.len;
	if (take_name(p, &p->g->nodes[definition].text) < 0)
		return -1;
	for (;;) {
		bool close = is_punct(p, ']') && lists > 0;
		bool bang =
		    is_punct(p, '!') && p->g->text.p[end - 1] != (uint8_t)'!';

		if (!close && !bang)
			break;
		lists -= close;
		end = p->lex.token.at + 1;
		if (advance(p) < 0)
			return -1;
	}
	if (lists > 0)
		return unexpected(p, "']'");
	p->g->nodes[definition].text =
	    span_first(span_from(p->g->text, start), end - start);
	return 0;
}

/* "($name: Type = value …)" of the operation, if it is there. */
static int
parse_variables(struct parser *p)
{
	uint32_t last = 0;
	uint32_t def;

	if (!is_punct(p, '('))
		return 0;
	if (advance(p) < 0)
		return -1;
	do {
		if (add_node(p, GRAPHQL_DEFINITION, &def) < 0)
			return -1;
		append_to(p, &p->g->variables, &last, def);
		if (take_punct(p, '$') < 0 ||
		    take_name(p, &p->g->nodes[def].name) < 0 ||
		    take_punct(p, ':') < 0 || parse_type(p, def) < 0)
			return -1;
		if (is_punct(p, '=') &&
		    (advance(p) < 0 || parse_value(p, true, def) < 0))
			return -1;
		if (parse_directives(p, def) < 0)
			return -1;
	} while (!is_punct(p, ')'));
	return advance(p);
}

/* "query Name(…) {…}", or the braces alone. */
static int
parse_operation(struct parser *p)
{
	struct span word = p->lex.token.text;
	uint32_t op;

	if (p->g->operation)
		return FAIL_AT(p, p->lex.token.at, ERR_UNSUPPORTED,
		    "only one operation is taken");
	if (!is_punct(p, '{') && !span_is(word, "query"))
		return FAIL_AT(p, p->lex.token.at, ERR_UNSUPPORTED,
		    "only queries are answered, no %.*s", SPAN_ARG(word));
	if (add_node(p, GRAPHQL_OPERATION, &op) < 0)
		return -1;
	p->g->operation = op;
	if (p->lex.token.kind == TOKEN_NAME) {
		if (advance(p) < 0)
			return -1;
		if (p->lex.token.kind == TOKEN_NAME &&
		    take_name(p, &p->g->nodes[op].name) < 0)
			return -1;
		if (parse_variables(p) < 0 || parse_directives(p, op) < 0)
			return -1;
	}
	return parse_selections(p, op);
}

/* "fragment Name on Type {…}" */
static int
parse_fragment(struct parser *p, uint32_t *last)
{
	struct span on;
	uint32_t f;

	if (add_node(p, GRAPHQL_FRAGMENT, &f) < 0 || advance(p) < 0)
		return -1;
	append_to(p, &p->g->fragments, last, f);
	if (take_name(p, &p->g->nodes[f].name) < 0)
		return -1;
	if (!span_is(p->lex.token.text, "on"))
		return unexpected(p, "'on'");
	if (take_name(p, &on) < 0 || take_name(p, &p->g->nodes[f].text) < 0 ||
	    parse_directives(p, f) < 0)
		return -1;
	return parse_selections(p, f);
}

static int
parse_document(struct parser *p)
{
	uint32_t last = 0;
	int rc = advance(p);

	while (rc == 0 && p->lex.token.kind != TOKEN_END) {
		if (span_is(p->lex.token.text, "fragment"))
			rc = parse_fragment(p, &last);
		else if (is_punct(p, '{') || p->lex.token.kind == TOKEN_NAME)
			rc = parse_operation(p);
		else
			rc = unexpected(p, "a query");
	}
	if (rc == 0 && !p->g->operation)
		rc = unexpected(p, "a query");
	return rc;
}

/* --- what must be there --- */

/* A node of a list by its name; 0: none. */
static uint32_t
find_named(const struct graphql *g, uint32_t first, struct span name)
{
	while (first && !span_equal(g->nodes[first].name, name))
		first = g->nodes[first].next;
	return first;
}

/* Names that come twice, or a list that is too long. */
static int
check_names(struct parser *p, uint32_t first, unsigned most, const char *what)
{
	const struct graphql *g = p->g;
	unsigned count = 0;

	for (uint32_t n = first; n; n = g->nodes[n].next) {
		if (find_named(g, first, g->nodes[n].name) != n)
			return FAIL_AT(p, g->nodes[n].at, ERR_FORMAT,
			    "%s '%.*s' stands there twice", what,
			    SPAN_ARG(g->nodes[n].name));
		if (++count > most)
			return FAIL_AT(p, g->nodes[n].at, ERR_LIMIT,
			    "more than %u %ss", most, what);
	}
	return 0;
}

/* Each variable that is used is defined, each spread has its fragment. */
static int
join(struct parser *p)
{
	struct graphql *g = p->g;

	for (uint32_t i = 1; i < g->count; i++) {
		struct graphql_node *n = &g->nodes[i];
		uint32_t f;

		if (n->kind == GRAPHQL_VARIABLE &&
		    !find_named(g, g->variables, n->name))
			return FAIL_AT(p, n->at, ERR_FORMAT,
			    "variable '$%.*s' is not defined",
			    SPAN_ARG(n->name));
		if (n->kind != GRAPHQL_SPREAD)
			continue;
		f = find_named(g, g->fragments, n->name);
		if (!f)
			return FAIL_AT(p, n->at, ERR_FORMAT,
			    "there is no fragment '%.*s'", SPAN_ARG(n->name));
		n->inside = g->nodes[f].inside;
	}
	return 0;
}

/* A spread: whose it is (0: the operation's), and which it takes. */
struct edge {
	unsigned from, to; /* fragments from 1 */
	size_t at;
};

/* Fragments in the order of the text, from 1. */
static unsigned
ordinal(const struct graphql *g, struct span name)
{
	unsigned i = 1;

	for (uint32_t f = g->fragments; !span_equal(g->nodes[f].name, name);
	     f = g->nodes[f].next)
		i++;
	return i;
}

/* All spreads; gives how many. A definition's nodes lie behind it. */
static size_t
list_edges(const struct graphql *g, struct edge *out)
{
	unsigned here = 0;
	unsigned seen = 0;
	size_t count = 0;

	for (uint32_t i = 1; i < g->count; i++) {
		const struct graphql_node *n = &g->nodes[i];

		if (n->kind == GRAPHQL_FRAGMENT)
			here = ++seen;
		else if (n->kind == GRAPHQL_OPERATION)
			here = 0;
		else if (n->kind == GRAPHQL_SPREAD)
			out[count++] =
			    (struct edge){ here, ordinal(g, n->name), n->at };
	}
	return count;
}

/* No fragment holds itself, and no chain of them is too long. */
static int
check_fragments(struct parser *p, const struct edge *edges, size_t count)
{
	unsigned depth[GRAPHQL_FRAGMENTS_MAX + 1] = { 0 };
	bool changed = true;

	while (changed) {
		changed = false;
		for (size_t i = 0; i < count; i++) {
			const struct edge *e = &edges[i];

			if (e->from && e->from == e->to)
				return FAIL_AT(p, e->at, ERR_FORMAT,
				    "the fragment holds itself");
			if (depth[e->from] > depth[e->to])
				continue;
			depth[e->from] = depth[e->to] + 1;
			changed = true;
			if (depth[e->from] > GRAPHQL_CHAIN_MAX)
				return FAIL_AT(p, e->at, ERR_LIMIT,
				    "fragments hold themselves, or more than "
				    "%d each other",
				    GRAPHQL_CHAIN_MAX);
		}
	}
	return 0;
}

static int
check_document(struct parser *p)
{
	struct edge *edges;
	int rc;

	if (check_names(p, p->g->variables, GRAPHQL_VARIABLES_MAX, "variable") <
		0 ||
	    check_names(p, p->g->fragments, GRAPHQL_FRAGMENTS_MAX, "fragment") <
		0 ||
	    join(p) < 0)
		return -1;
	edges = xcalloc(p->g->count, sizeof(*edges));
	rc = check_fragments(p, edges, list_edges(p->g, edges));
	free(edges);
	return rc;
}

int
graphql_parse(struct span text, struct graphql *out, struct error *err)
{
	struct graphql g = { .text = text };
	struct parser p = { .g = &g, .err = err };
	size_t bad;
	int rc;

	if (text.len > GRAPHQL_TEXT_MAX)
		return FAIL(err, ERR_LIMIT,
		    "the query has %zu bytes, the limit is %d", text.len,
		    GRAPHQL_TEXT_MAX);
	if (!graphql_lex_begin(&p.lex, text, &bad))
		return FAIL_AT(&p, bad, ERR_FORMAT, "not UTF-8");
	rc = parse_document(&p);
	if (rc == 0)
		rc = check_document(&p);
	if (rc < 0)
		graphql_release(&g);
	else
		*out = g;
	return rc;
}

void
graphql_release(struct graphql *g)
{
	free(g->nodes);
	*g = (struct graphql){ .count = 0 };
}

/* --- walking --- */

void
graphql_walk_begin(struct graphql_walk *w, const struct graphql *g,
    uint32_t first)
{
	w->g = g;
	w->stack[0] = first;
	w->depth = 1;
}

/*
 * The stack has room for as many inline fragments as selections may be nested,
 * in each fragment of the longest chain.
 */
const struct graphql_node *
graphql_walk_next(struct graphql_walk *w)
{
	while (w->depth > 0) {
		uint32_t *top = &w->stack[w->depth - 1];
		const struct graphql_node *n;

		if (!*top) {
			w->depth--;
			continue;
		}
		n = graphql_at(w->g, *top);
		*top = n->next;
		if (w->wanted && !w->wanted(w->arg, n))
			continue;
		if (n->kind == GRAPHQL_FIELD)
			return n;
		ASSERT(w->depth < sizeof(w->stack) / sizeof(*w->stack));
		w->stack[w->depth++] = n->inside;
	}
	return NULL;
}
