/*
 * lua_lexer - the words of Lua text, for splitting, hints and colours.
 *
 * It accepts anything: what is no Lua comes out as symbols. A lexer fed one
 * text after the other stays inside a long string or comment that goes on.
 */
#ifndef TERM_LUA_LEXER_H
#define TERM_LUA_LEXER_H

#include "base/span.h"

enum token_kind {
	TOKEN_END, /* of the text */
	TOKEN_NAME,
	TOKEN_KEYWORD,
	TOKEN_NUMBER,
	TOKEN_STRING, /* with its quotes; perhaps unfinished */
	TOKEN_COMMENT,
	TOKEN_SYMBOL
};

struct token {
	enum token_kind kind;
	struct span text;
};

/* All zeroes at the start of a text. */
struct lua_lexer {
	bool in_long;    /* a long bracket is open … */
	bool is_comment; /* … and is a comment */
	size_t level;    /* … with that many = */
};

/* The next token of *text, which moves behind it. Blanks are skipped. */
struct token lua_lexer_next(struct lua_lexer *lexer, struct span *text);

/* All keywords, in order, NULL behind the last. */
extern const char *const lua_keywords[];

/*
 * How many constructs (brackets, blocks, a long string) `text` leaves open,
 * continuing from `lexer`; *tokens counts what is no comment.
 */
long lua_nesting(struct lua_lexer *lexer, struct span text, size_t *tokens);

#endif
