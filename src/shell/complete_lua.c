/*
 * Where the word stands says what it may be: in quotes behind "Action =" an
 * action, behind require( a module, behind ":" a method. What is not understood
 * is a name.
 *
 * Of paths only the next step is offered: "Handlers" first, what is in there
 * behind its dot.
 */
#include "shell/complete_lua.h"

#include <ctype.h>
#include <stdlib.h>

#include "base/base64url.h"
#include "term/lua_lexer.h"
#include "shell/api.h"
#include "shell/names.h"
#include "shell/shell.h"

enum {
	LOCAL_LEAST =
	    3 /* letters of a word of the line that is offered again */
};

/* --- names of the process --- */

/* Asked for at the first Tab; a shell that does without is still one. */
static struct names *
living_names(struct shell *sh)
{
	struct client *c = &sh->client;
	struct error ignored;

	if (!sh->connected || sh->foreign || !c->known)
		return NULL;
	if (!sh->names &&
	    names_new(c->node, c->network, &sh->names, &ignored) < 0)
		return NULL;
	names_ask(sh->names, &sh->process, &c->address);
	return sh->names;
}

static void
each_name(struct shell *sh, enum name_kind kind, names_fn fn, void *arg)
{
	struct names *n = living_names(sh);

	if (n)
		names_each(n, kind, fn, arg);
}

/* --- paths --- */

struct path {
	struct offers *o;
	struct span base; /* "Handlers." before ":", else empty */
	bool methods;     /* functions alone, without the base */
	size_t step;      /* where the last part of the text begins */
};

static bool
is_one_step(struct span name, size_t from)
{
	name = span_from(name, from);
	return name.len && name.p && !memchr(name.p, '.', name.len);
}

static void
add_path(struct path *p, struct span name, bool function, const char *note)
{
	if (!p->methods) {
		if (is_one_step(name, p->step))
			offers_add(p->o, name, note);
		return;
	}
	if (function && span_equal(span_first(name, p->base.len), p->base) &&
	    is_one_step(name, p->base.len))
		offers_add(p->o, span_from(name, p->base.len), note);
}

static void
add_living(void *arg, struct span name, struct span type)
{
	const struct api *a = api_find(name);
	char note[32];

	snprintf(note, sizeof(note), "%.*s", SPAN_ARG(type));
	add_path(arg, name, span_is(type, "function"), a ? a->summary : note);
}

static void
add_paths(struct shell *sh, struct path *p)
{
	for (const struct api *a = api_table; a->name; a++)
		add_path(p, span_text(a->name), a->args != NULL, a->summary);
	each_name(sh, NAME_VALUE, add_living, p);
}

/* The path at the end of a text: "x = a.b" gives "a.b". */
static struct span
last_path(struct span text)
{
	size_t n = text.len;

	while (n > 0 &&
	    (isalnum(text.p[n - 1]) || text.p[n - 1] == '_' ||
		text.p[n - 1] == '.'))
		n--;
	return span_from(text, n);
}

/* Whether the process has a text of that name. */
struct kind_query {
	struct span name;
	bool text;
	bool known;
};

static void
look_kind(void *arg, struct span name, struct span type)
{
	struct kind_query *q = arg;

	if (!span_equal(name, q->name))
		return;
	q->known = true;
	q->text = span_is(type, "string");
}

/* Behind a ":"; of what is no known table, those of texts. */
static void
complete_methods(struct shell *sh, struct span before, struct offers *o)
{
	struct kind_query q = { .name = last_path(before) };
	struct buf base = BUF_INIT;
	struct path p = { .o = o, .methods = true };

	each_name(sh, NAME_VALUE, look_kind, &q);
	if (q.known && !q.text)
		buf_printf(&base, "%.*s.", SPAN_ARG(q.name));
	else
		buf_add_text(&base, "string.");
	p.base = buf_span(&base);
	add_paths(sh, &p);
	buf_release(&base);
}

/* --- words of what is being typed --- */

static void
add_locals(struct span text, struct offers *o)
{
	struct lua_lexer lexer = { 0 };

	for (;;) {
		struct token t = lua_lexer_next(&lexer, &text);

		if (t.kind == TOKEN_END)
			return;
		if (t.kind == TOKEN_NAME && t.text.len >= LOCAL_LEAST)
			offers_add(o, t.text, NULL);
	}
}

/* --- texts in quotes --- */

static void
add_word(void *arg, struct span name, struct span type)
{
	(void)type;
	offers_add(arg, name, NULL);
}

static bool
add_process(void *arg, const struct process_info *info)
{
	struct id_text id = id_encode(&info->id);

	/* one is meant by its name, or by its id */
	offers_add_other(arg, span_text(info->name), span_text(id.text),
	    info->name);
	offers_add(arg, span_text(id.text), info->name);
	return true;
}

static bool
ends_with(struct span text, const char *end)
{
	size_t n = strlen(end);

	return text.len >= n && memcmp(text.p + text.len - n, end, n) == 0;
}

/* Without blanks, "=", "(" and "," at its end; *mark: the last of these. */
static struct span
word_before(struct span line, char *mark)
{
	*mark = 0;
	while (line.len && strchr(" \t=(,[", line.p[line.len - 1])) {
		if (!*mark && !isspace(line.p[line.len - 1]))
			*mark = (char)line.p[line.len - 1];
		line.len--;
	}
	return line;
}

static bool
is_of_handlers(struct span line)
{
	static const char word[] = "Handlers.";

	return line.len && memmem(line.p, line.len, word, strlen(word)) != NULL;
}

/* `line` ends before the quote. */
static void
complete_text(struct shell *sh, struct span line, struct offers *o)
{
	struct node *n = sh->client.node;
	struct error ignored;
	char mark;
	struct span word = word_before(line, &mark);

	if (ends_with(word, "require") && mark != '=') {
		each_name(sh, NAME_MODULE, add_word, o);
	} else if ((mark == '=' && ends_with(word, "Action")) ||
	    (mark == ',' && is_of_handlers(word))) {
		each_name(sh, NAME_ACTION, add_word, o);
	} else if (mark == '=' &&
	    (ends_with(word, "Target") || ends_with(word, "From"))) {
		if (!sh->client.network)
			n->ops->list(n, add_process, o, &ignored);
	} else if (is_of_handlers(word) && mark == '(') {
		each_name(sh, NAME_HANDLER, add_word, o);
	}
}

void
complete_lua(struct shell *sh, struct span unit, struct span line, bool quoted,
    struct offers *o)
{
	struct path p = { .o = o };

	if (quoted) {
		complete_text(sh,
		    line.len ? span_first(line, line.len - 1) : line, o);
		return;
	}
	if (line.len && line.p[line.len - 1] == ':') {
		complete_methods(sh, span_first(line, line.len - 1), o);
		return;
	}
	for (size_t i = 0; i < o->text.len; i++)
		if (o->text.p[i] == '.')
			p.step = i + 1;
	add_paths(sh, &p);
	if (p.step)
		return;
	for (const char *const *w = lua_keywords; *w; w++)
		offers_add(o, span_text(*w), NULL);
	add_locals(unit, o);
	add_locals(line, o);
}
