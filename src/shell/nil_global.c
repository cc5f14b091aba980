/*
 * Lua names the variable in its message: "attempt to call a nil value (global
 * 'Sned')". A name alone gives nil and no message; that is noticed at a prompt
 * only, since a script may well ask whether there is such a global.
 */
#include "shell/nil_global.h"

#include <ctype.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "ao/result_text.h"
#include "shell/ask.h"
#include "shell/show.h"
#include "shell/suggest.h"

enum {
	NAME_LEAST = 3, /* in shorter ones a letter is much */
	NAME_MOST = 60
};

static const char names_code[] =
    "local names = {}\n"
    "for name in pairs(_G) do\n"
    "\tif type(name) == 'string' then names[#names + 1] = name end\n"
    "end\n"
    "return table.concat(names, '\\n')";

/* The length of the name that begins there. */
static size_t
name_length(struct span s)
{
	size_t n = 0;

	if (s.len && isdigit(s.p[0]))
		return 0;
	while (n < s.len && (isalnum(s.p[n]) || s.p[n] == '_'))
		n++;
	return n;
}

/* The global that an error is about. */
static struct span
name_in_error(struct span error)
{
	static const char before[] = "a nil value (global '";
	size_t len = sizeof(before) - 1;
	const uint8_t *at =
	    error.len ? memmem(error.p, error.len, before, len) : NULL;
	struct span name;

	if (!at)
		return span_of(NULL, 0);
	name = span_from(error, (size_t)(at - error.p) + len);
	return span_first(name, name_length(name));
}

/* The name that the code is, with blanks around it. */
static struct span
name_alone(struct span code)
{
	size_t n;

	while (code.len && isspace(code.p[0]))
		code = span_from(code, 1);
	while (code.len && code.p && isspace(code.p[code.len - 1]))
		code.len--;
	n = name_length(code);
	return n == code.len ? code : span_of(NULL, 0);
}

/* What is missed; empty: nothing. */
static struct span
missed_name(const struct shell *sh, const struct source *source,
    const json_t *result, struct buf *text)
{
	struct span name;

	if (error_text(result, text))
		return name_in_error(buf_span(text));
	output_text(result, text);
	if (text->len > 0 || !sh->interactive)
		return span_of(NULL, 0);
	name = name_alone(source->text);
	return span_is(name, "nil") || span_is(name, "false") ? span_of(NULL, 0)
							      : name;
}

/* The one of `names`, a line each, that is a letter away; owned. NULL. */
static char *
find_near(struct span names, const char *name)
{
	while (names.len) {
		struct span line = line_of(names, 1);
		char *other = xasprintf("%.*s", SPAN_ARG(line));

		if (name_length(line) == line.len && line.len <= NAME_MOST &&
		    edit_distance(name, other) == 1)
			return other;
		free(other);
		names = span_from(names, line.len + 1);
	}
	return NULL;
}

static void
tell(struct shell *sh, const char *name, const char *near)
{
	struct output *notes = shell_notes(sh);
	char *text = xasprintf("'%s' is nil; did you mean '%s'?", name, near);

	output_attr(notes, ATTR_DIM, text);
	output_printf(notes, "\n");
	free(text);
}

void
nil_global_hint(struct shell *sh, const struct source *source,
    const struct result *result)
{
	json_t *root = result_parse(buf_span(&result->json));
	struct buf names = BUF_INIT;
	struct buf text = BUF_INIT;
	struct span missed = missed_name(sh, source, root, &text);
	char *name = xasprintf("%.*s", SPAN_ARG(missed));
	char *near = NULL;

	if (missed.len >= NAME_LEAST && missed.len <= NAME_MOST &&
	    (!sh->client.network || sh->interactive) &&
	    ask_session(sh, span_text(names_code), &names))
		near = find_near(buf_span(&names), name);
	if (near)
		tell(sh, name, near);
	free(near);
	free(name);
	buf_release(&names);
	buf_release(&text);
	json_decref(root);
}
