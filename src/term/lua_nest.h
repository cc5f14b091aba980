/*
 * lua_nest - what is open at a place of Lua text, and which words belong
 * together: brackets, blocks, long strings.
 *
 * It goes by the words alone, for prompts and colours. Whether a text is
 * complete is the compiler's to say.
 */
#ifndef TERM_LUA_NEST_H
#define TERM_LUA_NEST_H

#include "term/lua_lexer.h"

enum {
	LUA_NEST_MAX = 200 /* what is open below is not looked at */
};

#define LUA_NEST_NONE SIZE_MAX

struct lua_nest {
	struct lua_lexer lexer;
	/* what is open, innermost last: offset and length of its word */
	size_t open[LUA_NEST_MAX];
	size_t length[LUA_NEST_MAX];
	size_t depth; /* may be above LUA_NEST_MAX */
	/* of the token that was given last: */
	size_t opener; /* where what it closes begins, or LUA_NEST_NONE */
	bool stray;    /* it closes something, and that is not open */
};

/*
 * The next token of `text` from *at on, which moves behind it; what it opens or
 * closes is then noted. Start with all zeroes and *at 0.
 */
struct token lua_nest_next(struct lua_nest *n, struct span text, size_t *at);

/* The innermost word that is open: "function", "(", "[["; empty: none. */
struct span lua_nest_top(const struct lua_nest *n, struct span text);

/* Called at each line feed of a text with what is open there; borrowed. */
typedef void (*lua_open_fn)(void *arg, struct span word);
void lua_open_lines(struct span text, lua_open_fn fn, void *arg);

#endif
