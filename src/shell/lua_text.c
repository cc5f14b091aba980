#include "shell/lua_text.h"

#include <ctype.h>

void
lua_text_quoted(const char *text, struct buf *out)
{
	buf_add_byte(out, '"');
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (c == '"' || c == '\\')
			buf_printf(out, "\\%c", c);
		else if (iscntrl(c))
			buf_printf(out, "\\%03u", c);
		else
			buf_add_byte(out, c);
	}
	buf_add_byte(out, '"');
}

/* How many = it takes that no bracket in `text` is a closing one. */
static int
bracket_level(struct span text)
{
	int level = 0;
	int run = -1; /* of = behind a bracket; -1: there is none */

	for (size_t i = 0; i < text.len; i++) {
		if (text.p[i] == ']') {
			if (run >= level)
				level = run + 1;
			run = 0;
		} else if (text.p[i] == '=' && run >= 0) {
			run++;
		} else {
			run = -1;
		}
	}
	return level;
}

static void
add_equals(int level, struct buf *out)
{
	while (level-- > 0)
		buf_add_byte(out, '=');
}

/* A line feed behind the opening bracket is no part of a text. */
void
lua_text_long(const char *head, struct span text, struct buf *out)
{
	int level = bracket_level(text);

	buf_add_byte(out, '[');
	add_equals(level, out);
	buf_printf(out, "[\n%s", head);
	buf_add_span(out, text);
	buf_add_text(out, "\n]");
	add_equals(level, out);
	buf_add_byte(out, ']');
}
