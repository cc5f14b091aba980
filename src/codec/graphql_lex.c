/*
 * The whole document is known to be UTF-8 before the first token is read, and a
 * string's escapes to be right when it is one: so whoever has a token need not
 * look again.
 */
#include "codec/graphql_lex.h"

#include <ctype.h>

#include "codec/utf8.h"

enum {
	LAST_CHARACTER = 0x10ffff,
	HEX_DIGITS_MAX = 8, /* between braces; more are nonsense */
};

static const char byte_order_mark[] = "\xef\xbb\xbf";

bool
graphql_lex_begin(struct graphql_lexer *l, struct span text, size_t *bad)
{
	bool valid = true;

	*l = (struct graphql_lexer){ .text = text };
	for (size_t i = 0; i < text.len;) {
		size_t n = utf8_next(span_from(text, i), &valid);

		if (!valid) {
			*bad = i;
			return false;
		}
		i += n;
	}
	if (span_starts_with(text, byte_order_mark))
		l->at = sizeof(byte_order_mark) - 1;
	return true;
}

/* The byte so far ahead; -1 behind the end. */
static int
ahead(const struct graphql_lexer *l, size_t n)
{
	return l->at + n < l->text.len ? l->text.p[l->at + n] : -1;
}

static bool
is_name_start(int c)
{
	return c == '_' || (c >= 0 && c < 0x80 && isalpha(c));
}

static bool
is_digit(int c)
{
	return c >= '0' && c <= '9';
}

/* A comment ends with its line. */
static void
skip_ignored(struct graphql_lexer *l)
{
	bool comment = false;
	int c;

	for (; (c = ahead(l, 0)) >= 0; l->at++) {
		if (c == '\n' || c == '\r')
			comment = false;
		else if (c == '#')
			comment = true;
		else if (!comment && (!c || !strchr(" \t,", c)))
			return;
	}
}

/* The token is what lies between its start and here. */
static bool
end_token(struct graphql_lexer *l, enum graphql_token_kind kind)
{
	l->token.kind = kind;
	l->token.text =
	    span_first(span_from(l->text, l->token.at), l->at - l->token.at);
	return true;
}

static bool
lex_name(struct graphql_lexer *l)
{
	while (is_name_start(ahead(l, 0)) || is_digit(ahead(l, 0)))
		l->at++;
	return end_token(l, TOKEN_NAME);
}

/* At least one digit. */
static bool
skip_digits(struct graphql_lexer *l)
{
	if (!is_digit(ahead(l, 0)))
		return false;
	while (is_digit(ahead(l, 0)))
		l->at++;
	return true;
}

/* What may follow the whole part. False: it is cut off. */
static bool
skip_fraction(struct graphql_lexer *l, bool *is_float)
{
	*is_float = false;
	if (ahead(l, 0) == '.') {
		*is_float = true;
		l->at++;
		if (!skip_digits(l))
			return false;
	}
	if (ahead(l, 0) == 'e' || ahead(l, 0) == 'E') {
		*is_float = true;
		l->at++;
		if (ahead(l, 0) == '+' || ahead(l, 0) == '-')
			l->at++;
		return skip_digits(l);
	}
	return true;
}

static bool
lex_number(struct graphql_lexer *l, const char **why)
{
	bool is_float;

	*why = "a malformed number";
	if (ahead(l, 0) == '-')
		l->at++;
	if ((ahead(l, 0) == '0' && is_digit(ahead(l, 1))) || !skip_digits(l) ||
	    !skip_fraction(l, &is_float) || is_name_start(ahead(l, 0)) ||
	    ahead(l, 0) == '.')
		return false;
	return end_token(l, is_float ? TOKEN_FLOAT : TOKEN_INT);
}

static int
hex_value(int c)
{
	if (is_digit(c))
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Four hexadecimal digits, or some in braces, behind "\u". */
static bool
take_hex(struct span *in, uint32_t *out)
{
	bool braces = in->len > 0 && in->p[0] == '{';
	size_t most = braces ? HEX_DIGITS_MAX : 4;
	uint32_t c = 0;
	size_t n = 0;

	if (braces)
		*in = span_from(*in, 1);
	for (; n < most && n < in->len && hex_value(in->p[n]) >= 0; n++)
		c = c << 4 | (uint32_t)hex_value(in->p[n]);
	*in = span_from(*in, n);
	*out = c;
	if (!braces)
		return n == 4;
	if (n == 0 || in->len == 0 || in->p[0] != '}' || c > LAST_CHARACTER ||
	    (c >= 0xd800 && c <= 0xdfff))
		return false;
	*in = span_from(*in, 1);
	return true;
}

/* "\uD83D\uDE00" is one character. */
static bool
take_unicode(struct span *in, uint32_t *out)
{
	uint32_t low;

	if (!take_hex(in, out) || (*out >= 0xdc00 && *out <= 0xdfff))
		return false;
	if (*out < 0xd800 || *out > 0xdbff)
		return true;
	if (!span_starts_with(*in, "\\u"))
		return false;
	*in = span_from(*in, 2);
	if (!take_hex(in, &low) || low < 0xdc00 || low > 0xdfff)
		return false;
	*out = 0x10000 + ((*out - 0xd800) << 10) + (low - 0xdc00);
	return true;
}

bool
graphql_escape(struct span *in, uint32_t *out)
{
	static const char names[] = "\"\\/bfnrt";
	static const char values[] = "\"\\/\b\f\n\r\t";
	const char *at;
	uint8_t c;

	if (in->len < 2)
		return false;
	c = in->p[1];
	*in = span_from(*in, 2);
	if (c == 'u')
		return take_unicode(in, out);
	at = c ? strchr(names, c) : NULL;
	if (!at)
		return false;
	*out = (uint8_t)values[at - names];
	return true;
}

/* Where a token goes wrong is what its failure tells. */
static bool
fail_here(struct graphql_lexer *l, const char *what, const char **why)
{
	l->token.at = l->at;
	*why = what;
	return false;
}

/* Text between two places; the quotes lie outside. */
static bool
end_string(struct graphql_lexer *l, size_t start, size_t quotes)
{
	l->token.kind = quotes == 1 ? TOKEN_STRING : TOKEN_BLOCK_STRING;
	l->token.text = span_first(span_from(l->text, start), l->at - start);
	l->at += quotes;
	return true;
}

/* Past an escape and what it stands for. */
static bool
skip_escape(struct graphql_lexer *l)
{
	struct span rest = span_from(l->text, l->at);
	uint32_t ignored;

	if (!graphql_escape(&rest, &ignored))
		return false;
	l->at = l->text.len - rest.len;
	return true;
}

static bool
lex_string(struct graphql_lexer *l, const char **why)
{
	size_t start = ++l->at;

	while (ahead(l, 0) != '"') {
		int c = ahead(l, 0);

		if (c < 0 || c == '\n' || c == '\r')
			return fail_here(l, "a string that does not end", why);
		if (c < ' ' && c != '\t')
			return fail_here(l, "a control character in a string",
			    why);
		if (c != '\\')
			l->at++;
		else if (!skip_escape(l))
			return fail_here(l, "a bad escape", why);
	}
	return end_string(l, start, 1);
}

static bool
lex_block(struct graphql_lexer *l, const char **why)
{
	size_t start = l->at += 3;

	for (;; l->at++) {
		struct span rest = span_from(l->text, l->at);

		if (rest.len == 0)
			return fail_here(l, "a string that does not end", why);
		if (span_starts_with(rest, "\"\"\""))
			return end_string(l, start, 3);
		if (span_starts_with(rest, "\\\"\"\""))
			l->at += 3;
		else if (rest.p[0] < ' ' &&
		    (!rest.p[0] || !strchr("\t\r\n", rest.p[0])))
			return fail_here(l, "a control character in a string",
			    why);
	}
}

bool
graphql_lex(struct graphql_lexer *l, const char **why)
{
	struct span rest;
	int c;

	skip_ignored(l);
	rest = span_from(l->text, l->at);
	l->token.at = l->at;
	c = ahead(l, 0);
	if (c < 0)
		return end_token(l, TOKEN_END);
	if (is_name_start(c))
		return lex_name(l);
	if (is_digit(c) || c == '-')
		return lex_number(l, why);
	if (span_starts_with(rest, "\"\"\""))
		return lex_block(l, why);
	if (c == '"')
		return lex_string(l, why);
	if (span_starts_with(rest, "...")) {
		l->at += 3;
		return end_token(l, TOKEN_DOTS);
	}
	if (!c || !strchr("!$&():=@[]{|}", c))
		return fail_here(l, "a character that belongs to nothing", why);
	l->at++;
	return end_token(l, TOKEN_PUNCT);
}
