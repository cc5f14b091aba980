/*
 * What a piece of text is to the compiler: lua.c's way, which is to try it as
 * an expression first and to take an error at the end for unfinished text.
 *
 * Both tries see the text with a line end behind it. An error at the end of
 * either means that more text could cure it.
 */
#include "vm/lua/compiler.h"
#include "vm/vm.h"

/* The text with what goes before and behind it. */
struct pieces {
	struct span rest[3];
};

/* A lua_Reader: prefix, text, line end, without joining them first. */
static const char *
read_piece(lua_State *L, void *arg, size_t *len)
{
	struct pieces *p = arg;

	(void)L;
	for (int i = 0; i < 3; i++) {
		struct span s = p->rest[i];

		p->rest[i] = (struct span){ NULL, 0 };
		if (s.len) {
			*len = s.len;
			return (const char *)s.p;
		}
	}
	*len = 0;
	return NULL;
}

/* Compile; leaves the function or the error. The line is ended, as it is when
 * more text follows: an open 'text' can then not be finished. */
static bool
compiles(lua_State *L, const char *prefix, struct span text)
{
	struct pieces p = { { span_text(prefix), text, span_text("\n") } };

	return lua_load(L, read_piece, &p, "=_", "t") == LUA_OK;
}

/* Does the error end as one does that more text could cure? */
static bool
is_unfinished(struct span error)
{
	static const char mark[] = "<eof>";
	size_t n = sizeof(mark) - 1;

	return error.len >= n && memcmp(error.p + error.len - n, mark, n) == 0;
}

/* The error on top of the stack, without the name of the chunk. */
static struct span
error_text(lua_State *L)
{
	size_t len;
	const char *s = lua_tolstring(L, -1, &len);
	struct span text = s ? span_of(s, len) : span_text("1: not text");

	return span_starts_with(text, "_:") ? span_from(text, 2) : text;
}

enum vm_syntax
vm_check_syntax(struct span text, struct error *err)
{
	enum vm_syntax is = SYNTAX_COMPLETE;
	struct compiler c;
	lua_State *L;
	bool unfinished;

	if (compiler_open(&c, text.len) < 0) {
		error_set(err, ERR_LIMIT, "1: no memory to check the text");
		return SYNTAX_WRONG;
	}
	L = c.lua;
	if (!compiles(L, "return ", text)) {
		unfinished = is_unfinished(error_text(L));
		if (!compiles(L, "", text)) {
			unfinished |= is_unfinished(error_text(L));
			is = unfinished ? SYNTAX_UNFINISHED : SYNTAX_WRONG;
			error_set(err, ERR_FORMAT, "%.*s",
			    SPAN_ARG(error_text(L)));
		}
	}
	compiler_close(&c);
	return is;
}
