/*
 * The table is short and looked through from the front. What is in it by name
 * alone is told to stand in some process; whether it does in this one, names.c
 * finds out.
 */
#include "shell/api.h"

#include "shell/suggest.h"

enum {
	COLUMN = 30 /* of summaries, in a list */
};

/* A method is the same function as the field: "s:upper" is "s.upper". */
static bool
is_name(struct span word, const char *name)
{
	size_t len = strlen(name);

	if (word.len != len)
		return false;
	for (size_t i = 0; i < len; i++) {
		char c = (char)word.p[i];

		if ((c == ':' ? '.' : c) != name[i])
			return false;
	}
	return true;
}

const struct api *
api_find(struct span name)
{
	for (const struct api *a = api_table; a->name; a++)
		if (is_name(name, a->name))
			return a;
	return NULL;
}

const char *
api_suggest(const char *word)
{
	struct suggestion near = { NULL, 0 };

	for (const struct api *a = api_table; a->name; a++)
		suggest(&near, word, a->name);
	return near.word;
}

void
api_usage(const struct api *a, struct buf *out)
{
	buf_add_text(out, a->name);
	if (a->args)
		buf_printf(out, "(%s)", a->args);
}

/* Below `name`: "Handlers.add" is below "Handlers". */
static bool
is_below(const struct api *a, struct span name)
{
	return strlen(a->name) > name.len && a->name[name.len] == '.' &&
	    memcmp(a->name, name.p, name.len) == 0;
}

static void
add_line(const struct api *a, struct buf *out)
{
	struct buf usage = BUF_INIT;

	buf_add_text(&usage, a->name);
	if (a->args && *a->args != '{')
		buf_printf(&usage, "(%s)", a->args);
	buf_printf(out, "  %-*s %s\n", COLUMN, buf_text(&usage), a->summary);
	buf_release(&usage);
}

bool
api_help(struct span name, struct buf *out)
{
	const struct api *own = name.len ? api_find(name) : NULL;
	bool any = false;

	if (own) {
		api_usage(own, out);
		buf_printf(out, "\n%s\n", own->summary);
		if (own->text)
			buf_printf(out, "\n%s", own->text);
	}
	for (const struct api *a = api_table; name.len && a->name; a++) {
		if (!is_below(a, name))
			continue;
		if (!any && own)
			buf_add_byte(out, '\n');
		any = true;
		add_line(a, out);
	}
	return own || any;
}
