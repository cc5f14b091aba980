/*
 * A state machine with a bit for each open bracket; nothing recurses. What is
 * wrong inside a string does not hide where the string ends, so it is noted and
 * the scan goes on: an answer can then still say which request was wrong.
 *
 * A name is looked up where it stands, so members need no memory. Of equal
 * names the last counts because it is the last to be filled in.
 */
#include "codec/json_scan.h"

#include "codec/utf8.h"

enum {
	NAME_MAX_BYTES = 32,
	/* "\u0061" for each byte of a name, and the quotes */
	ESCAPED_NAME_MAX = 6 * NAME_MAX_BYTES + 2,
};

struct scanner {
	struct span text;
	size_t at;
	int depth;
	uint8_t is_object[JSON_SCAN_DEPTH / 8];
	struct json_member *members;
	size_t count;
	struct json_member *member; /* whose value is being read, or NULL */
	size_t value_at;
	bool flawed;        /* something in it is wrong */
	struct error *flaw; /* the first in a string; code ERR_NONE: none */
};

/* The byte here; -1 at the end. */
static int
here(const struct scanner *s)
{
	return s->at < s->text.len ? s->text.p[s->at] : -1;
}

static void
skip_blanks(struct scanner *s)
{
	while (here(s) == ' ' || here(s) == '\t' || here(s) == '\r' ||
	    here(s) == '\n')
		s->at++;
}

static void
note(struct scanner *s, size_t at, const char *what)
{
	s->flawed = true;
	if (s->flaw->code == ERR_NONE)
		(void)FAIL(s->flaw, ERR_FORMAT, "byte %zu: %s", at, what);
}

/* The scan ends here; a flaw before is told in its place. */
static int
stop(struct scanner *s, const char *what)
{
	note(s, s->at, s->at < s->text.len ? what : "the text ends early");
	return -1;
}

static bool
is_hex(int c)
{
	return (c >= '0' && c <= '9') ||
	    ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
}

/* Four hexadecimal digits from here; stops at what is none. */
static bool
skip_hex(struct scanner *s)
{
	int n = 0;

	while (n < 4 && is_hex(here(s))) {
		s->at++;
		n++;
	}
	return n == 4;
}

/* The escape whose backslash is here; of a bad one only its beginning. */
static void
scan_escape(struct scanner *s)
{
	static const char simple[] = "\"\\/bfnrt";
	size_t start = s->at++;
	int c = here(s);

	if (c >= 0 && memchr(simple, c, sizeof(simple) - 1)) {
		s->at++;
		return;
	}
	if (c == 'u') {
		s->at++;
		if (skip_hex(s))
			return;
	}
	note(s, start, "a bad escape");
}

/* Past the bytes of a string that need no look: printable ASCII but for two. */
static void
skip_plain(struct scanner *s)
{
	const uint8_t *p = s->text.p;
	size_t at = s->at;

	while (at < s->text.len && p[at] >= ' ' && p[at] < 0x80 &&
	    p[at] != '"' && p[at] != '\\')
		at++;
	s->at = at;
}

/* The string whose quote is here. */
static int
scan_string(struct scanner *s)
{
	s->at++;
	for (;;) {
		bool valid;
		size_t n;
		int c;

		skip_plain(s);
		c = here(s);
		if (c < 0)
			return stop(s, "");
		if (c == '"') {
			s->at++;
			return 0;
		}
		if (c == '\\') {
			scan_escape(s);
			continue;
		}
		n = utf8_next(span_from(s->text, s->at), &valid);
		if (c < ' ')
			note(s, s->at, "a control character in a string");
		else if (!valid)
			note(s, s->at, "not UTF-8");
		s->at += n;
	}
}

/* At least one digit. */
static bool
skip_digits(struct scanner *s)
{
	size_t start = s->at;

	while (here(s) >= '0' && here(s) <= '9')
		s->at++;
	return s->at > start;
}

static int
scan_number(struct scanner *s)
{
	bool good;

	if (here(s) == '-')
		s->at++;
	if (here(s) == '0') {
		s->at++;
		good = true;
	} else {
		good = skip_digits(s);
	}
	if (good && here(s) == '.') {
		s->at++;
		good = skip_digits(s);
	}
	if (good && (here(s) | 0x20) == 'e') {
		s->at++;
		if (here(s) == '+' || here(s) == '-')
			s->at++;
		good = skip_digits(s);
	}
	return good ? 0 : stop(s, "no number");
}

static int
scan_word(struct scanner *s, const char *word)
{
	if (!span_starts_with(span_from(s->text, s->at), word))
		return stop(s, "no value");
	s->at += strlen(word);
	return 0;
}

static int
open_bracket(struct scanner *s, bool is_object)
{
	uint8_t bit = (uint8_t)(1U << (s->depth & 7));

	if (s->depth == JSON_SCAN_DEPTH) {
		note(s, s->at, "nested too deeply");
		s->flaw->code = ERR_LIMIT;
		return -1;
	}
	if (is_object)
		s->is_object[s->depth / 8] |= bit;
	else
		s->is_object[s->depth / 8] &= (uint8_t)~bit;
	s->depth++;
	s->at++;
	return 0;
}

static bool
in_object(const struct scanner *s)
{
	int i = s->depth - 1;

	return s->is_object[i / 8] >> (i & 7) & 1;
}

/* The member of that name, if it is one of the outermost object. */
static void
find_member(struct scanner *s, struct span name)
{
	if (s->depth != 1)
		return;
	s->member = NULL;
	for (size_t i = 0; i < s->count; i++)
		if (json_string_is(name, s->members[i].name))
			s->member = &s->members[i];
}

/* In an object, where a member stands: up to its value. */
static int
scan_name(struct scanner *s)
{
	size_t start = s->at;

	if (here(s) != '"')
		return stop(s, "no name of a member");
	if (scan_string(s) < 0)
		return -1;
	find_member(s, span_of(s->text.p + start, s->at - start));
	skip_blanks(s);
	if (here(s) != ':')
		return stop(s, "no ':' behind a name");
	s->at++;
	skip_blanks(s);
	if (s->depth == 1) {
		s->value_at = s->at;
		s->flawed = false;
	}
	return 0;
}

/* A value that is whole; 1: an opening bracket. */
static int
scan_value(struct scanner *s)
{
	switch (here(s)) {
	case '{':
		return open_bracket(s, true) < 0 ? -1 : 1;
	case '[':
		return open_bracket(s, false) < 0 ? -1 : 1;
	case '"':
		return scan_string(s);
	case 't':
		return scan_word(s, "true");
	case 'f':
		return scan_word(s, "false");
	case 'n':
		return scan_word(s, "null");
	default:
		if (here(s) == '-' || (here(s) >= '0' && here(s) <= '9'))
			return scan_number(s);
		return stop(s, "no value");
	}
}

/* The innermost bracket closes here; false: it does not. */
static bool
close_bracket(struct scanner *s)
{
	if (here(s) != (in_object(s) ? '}' : ']'))
		return false;
	s->at++;
	s->depth--;
	return true;
}

/* The value that ends here, which somebody may repeat: none when it is wrong. */
static struct span
value_here(const struct scanner *s)
{
	if (s->flawed)
		return (struct span){ 0 };
	return span_of(s->text.p + s->value_at, s->at - s->value_at);
}

/* Behind a value: 1: another stands here; 0: the text is at its end. */
static int
scan_behind(struct scanner *s)
{
	for (;;) {
		if (s->depth == 1 && s->member) {
			s->member->value = value_here(s);
			s->member = NULL;
		}
		skip_blanks(s);
		if (s->depth == 0)
			return here(s) < 0 ? 0 : stop(s, "more than an object");
		if (close_bracket(s))
			continue;
		if (here(s) != ',')
			return stop(s,
			    in_object(s) ? "no ',' or '}'" : "no ',' or ']'");
		s->at++;
		skip_blanks(s);
		return !in_object(s) || scan_name(s) == 0 ? 1 : -1;
	}
}

/* Behind an opening bracket: 1: a value stands here; 0: it is empty. */
static int
scan_first(struct scanner *s)
{
	skip_blanks(s);
	if (close_bracket(s))
		return 0;
	return !in_object(s) || scan_name(s) == 0 ? 1 : -1;
}

static int
scan_all(struct scanner *s)
{
	int rc;

	skip_blanks(s);
	if (here(s) != '{')
		return stop(s, "not a JSON object");
	do {
		rc = scan_value(s);
		if (rc == 1)
			rc = scan_first(s);
		if (rc == 0)
			rc = scan_behind(s);
	} while (rc == 1);
	return rc;
}

int
json_scan(struct span text, struct json_member *members, size_t count,
    struct error *err)
{
	struct error flaw = { ERR_NONE, "" };
	struct scanner s = { .text = text,
		.members = members,
		.count = count,
		.flaw = &flaw };

	for (size_t i = 0; i < count; i++)
		members[i].value = (struct span){ NULL, 0 };
	if (scan_all(&s) == 0 && flaw.code == ERR_NONE)
		return 0;
	*err = flaw;
	return -1;
}

static unsigned
hex_value(const uint8_t *p)
{
	unsigned n = 0;

	for (int i = 0; i < 4; i++)
		n = n * 16 +
		    (p[i] <= '9' ? p[i] - '0' : (p[i] | 0x20) - 'a' + 10);
	return n;
}

/* What stands first in *s: a byte, or what an escape means; 0 for an escape
 * that means nothing printable. */
static unsigned
next_unit(struct span *s)
{
	unsigned c = s->p[0];
	size_t n = 1;

	if (c == '\\' && s->len >= 6 && s->p[1] == 'u') {
		c = hex_value(s->p + 2);
		n = 6;
	} else if (c == '\\' && s->len >= 2) {
		c = strchr("\"\\/", s->p[1]) ? s->p[1] : 0;
		n = 2;
	}
	*s = span_from(*s, n);
	return c;
}

bool
json_string_is(struct span string, const char *text)
{
	struct span s;

	if (string.len < 2 || string.len > ESCAPED_NAME_MAX ||
	    string.p[0] != '"')
		return false;
	s = span_of(string.p + 1, string.len - 2);
	if (!memchr(s.p, '\\', s.len))
		return span_is(s, text);
	for (; s.len > 0; text++)
		if (!*text || next_unit(&s) != (unsigned char)*text)
			return false;
	return !*text;
}

bool
json_has_no_lone_surrogate(struct span value)
{
	bool high = false; /* the one before, which waits for a low one */

	while (value.len > 0) {
		unsigned c = next_unit(&value);

		if (((c & 0xfc00) == 0xdc00) != high)
			return false;
		high = (c & 0xfc00) == 0xd800;
	}
	return !high;
}
