/*
 * graphql_lex - the tokens of a GraphQL document; for graphql*.c alone.
 *
 * Source: GraphQL, October 2021, section 2.1.
 */
#ifndef CODEC_GRAPHQL_LEX_H
#define CODEC_GRAPHQL_LEX_H

#include "base/span.h"

enum graphql_token_kind {
	TOKEN_END,
	TOKEN_PUNCT, /* one of ! $ & ( ) : = @ [ ] { | } */
	TOKEN_DOTS,  /* ... */
	TOKEN_NAME,
	TOKEN_INT,
	TOKEN_FLOAT,
	TOKEN_STRING, /* text: what is between the quotes, as it stands there */
	TOKEN_BLOCK_STRING,
};

struct graphql_token {
	enum graphql_token_kind kind;
	size_t at;        /* where it begins */
	struct span text; /* borrowed from the document */
};

struct graphql_lexer {
	struct span text;
	size_t at; /* behind the token */
	struct graphql_token token;
};

/* Before the first token. False: not UTF-8 at byte *bad. */
bool graphql_lex_begin(struct graphql_lexer *l, struct span text, size_t *bad);
/*
 * On to the next token, past blanks, commas and comments. False: there is none;
 * token.at is the place and *why of static storage.
 */
bool graphql_lex(struct graphql_lexer *l, const char **why);
/*
 * Take an escape from the front of `in`, which begins with its backslash, and
 * give its character. False: it is none.
 */
bool graphql_escape(struct span *in, uint32_t *out);

#endif
