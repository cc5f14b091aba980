/*
 * Tokens are found by their first characters alone and nothing is looked up,
 * so the lexer is as fast on broken text as on good. A long bracket is the
 * only thing that it remembers from one text to the next.
 *
 * Nesting is an estimate, for saving work: brackets and blocks are counted by
 * their words alone. "]" and ")" are not matched with what they close, and a
 * text that is wrong may come out below zero. Whoever needs to know asks the
 * compiler.
 */
#include "term/lua_lexer.h"

#include <ctype.h>

const char *const lua_keywords[] = { "and", "break", "do", "else", "elseif",
	"end", "false", "for", "function", "goto", "if", "in", "local", "nil",
	"not", "or", "repeat", "return", "then", "true", "until", "while",
	NULL };

/* What opens a block that `end` or `until` closes; `while` has its `do`. */
static const char *const openers[] = { "do", "function", "if", "repeat", "(",
	"{", "[", NULL };
static const char *const closers[] = { "end", "until", ")", "}", "]", NULL };

/* The lists are short; a hash would not be quicker. */
static bool
is_among(struct span word, const char *const *list)
{
	for (; *list; list++) {
		if (span_is(word, *list))
			return true;
	}
	return false;
}

/* Bytes of UTF-8 are letters here, so that a word stays one token. */
static bool
is_name_byte(uint8_t c)
{
	return isalnum(c) || c == '_' || c >= 0x80;
}

/* Length of "[==[" at the front, 0 when it is none; *level: its =. */
static size_t
long_open(struct span s, size_t *level)
{
	size_t n = 1;

	if (s.len < 2 || !s.p || s.p[0] != '[')
		return 0;
	while (n < s.len && s.p[n] == '=')
		n++;
	if (n == s.len || s.p[n] != '[')
		return 0;
	*level = n - 1;
	return n + 1;
}

/* Length of "]==]" at the front of that level, or 0. */
static size_t
long_close(struct span s, size_t level)
{
	if (s.len < level + 2 || !s.p || s.p[0] != ']' || s.p[level + 1] != ']')
		return 0;
	for (size_t i = 1; i <= level; i++) {
		if (s.p[i] != '=')
			return 0;
	}
	return level + 2;
}

/* Bytes up to and with the end of the open long bracket. */
static size_t
long_rest(struct lua_lexer *lexer, struct span s, size_t from)
{
	for (size_t n = from; n < s.len; n++) {
		size_t close = long_close(span_from(s, n), lexer->level);

		if (close) {
			lexer->in_long = false;
			return n + close;
		}
	}
	return s.len;
}

/* With both quotes; up to the end of the line when one is missing. */
static size_t
string_length(struct span s)
{
	size_t n = 1;

	while (n < s.len && s.p[n] != s.p[0] && s.p[n] != '\n')
		n += s.p[n] == '\\' && n + 1 < s.len ? 2 : 1;
	return n < s.len && s.p[n] == s.p[0] ? n + 1 : n;
}

/* Generous: 1x is one token too, and the compiler will say so. */
static size_t
number_length(struct span s)
{
	bool hex = s.len > 1 && s.p[0] == '0' && tolower(s.p[1]) == 'x';
	size_t n = 1;

	while (n < s.len) {
		int before = tolower(s.p[n - 1]);
		bool sign = (s.p[n] == '+' || s.p[n] == '-') &&
		    before == (hex ? 'p' : 'e');

		if (!isalnum(s.p[n]) && s.p[n] != '.' && !sign)
			break;
		n++;
	}
	return n;
}

static size_t
name_length(struct span s)
{
	size_t n = 1;

	while (n < s.len && is_name_byte(s.p[n]))
		n++;
	return n;
}

/* Up to the line feed, which is not counted. */
static size_t
line_length(struct span s)
{
	const uint8_t *end = memchr(s.p, '\n', s.len);

	return end ? (size_t)(end - s.p) : s.len;
}

/* A comment, or a long bracket, if one starts here; its length, else 0. */
static size_t
long_or_comment(struct lua_lexer *lexer, struct span s, enum token_kind *kind)
{
	bool comment = s.len >= 2 && s.p[0] == '-' && s.p[1] == '-';
	size_t skip = comment ? 2 : 0;
	size_t open = long_open(span_from(s, skip), &lexer->level);

	*kind = comment ? TOKEN_COMMENT : TOKEN_STRING;
	if (open) {
		lexer->in_long = true;
		lexer->is_comment = comment;
		return long_rest(lexer, s, skip + open);
	}
	return comment ? line_length(s) : 0;
}

/* Anything that is neither a comment nor in a long bracket. */
static size_t
plain_token(struct span s, enum token_kind *kind)
{
	size_t n;

	if (s.p[0] == '"' || s.p[0] == '\'') {
		*kind = TOKEN_STRING;
		return string_length(s);
	}
	if (isdigit(s.p[0]) ||
	    (s.p[0] == '.' && s.len > 1 && isdigit(s.p[1]))) {
		*kind = TOKEN_NUMBER;
		return number_length(s);
	}
	if (is_name_byte(s.p[0])) {
		n = name_length(s);
		*kind = is_among(span_first(s, n), lua_keywords) ? TOKEN_KEYWORD
								 : TOKEN_NAME;
		return n;
	}
	*kind = TOKEN_SYMBOL;
	return 1;
}

struct token
lua_lexer_next(struct lua_lexer *lexer, struct span *text)
{
	struct token token = { TOKEN_END, { NULL, 0 } };
	size_t n = 0;

	if (text->len && lexer->in_long) {
		token.kind = lexer->is_comment ? TOKEN_COMMENT : TOKEN_STRING;
		n = long_rest(lexer, *text, 0);
	} else {
		while (text->len && isspace(text->p[0]))
			*text = span_from(*text, 1);
		if (text->len == 0)
			return token;
		n = long_or_comment(lexer, *text, &token.kind);
		if (n == 0)
			n = plain_token(*text, &token.kind);
	}
	token.text = span_first(*text, n);
	*text = span_from(*text, n);
	return token;
}

/*
 * An open long bracket counts as one, so that it closes what it opened when the
 * next text ends it.
 */
long
lua_nesting(struct lua_lexer *lexer, struct span text, size_t *tokens)
{
	long depth = lexer->in_long ? -1 : 0;

	for (;;) {
		struct token t = lua_lexer_next(lexer, &text);

		if (t.kind == TOKEN_END)
			return depth + (lexer->in_long ? 1 : 0);
		if (t.kind == TOKEN_COMMENT)
			continue;
		++*tokens;
		if (t.kind != TOKEN_KEYWORD && t.kind != TOKEN_SYMBOL)
			continue;
		depth += is_among(t.text, openers);
		depth -= is_among(t.text, closers);
	}
}
