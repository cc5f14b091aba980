/*
 * The shell sends a piece of a file as a message of its own, so the line in an
 * error counts from the start of that piece. A function defined by an earlier
 * message gives lines of its text then, which nobody has any more: such a line
 * is only believed when the piece at hand has as many.
 *
 * What the process gives is text with places in it, put there by Lua at each
 * level that an error went through: '[string "aos"]:3: [string ".process"]:88:
 * text'. All places are taken out of the text that a person reads; the last one
 * that can be the user's is kept as a line number.
 *
 * A file that was loaded is a chunk of its own name, so its places are right
 * whenever it was loaded, and go before all others.
 *
 * For the caret the compiler only names a token. Which of several it means is
 * found by compiling prefixes of the code: the first that is wrong ends with
 * it.
 */
#include "shell/failure.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "vm/vm.h"

enum {
	CARET_TRIES = 32 /* occurrences of a token that are looked at */
};

/* what the process library writes between output and error */
static const char marker[] = "\x1b[31merror:\n\x1b[0m";
/* the chunk's name under which Eval compiles its Data */
static const char own_chunk[] = "aos";

struct span
line_of(struct span text, size_t number)
{
	const uint8_t *end;

	for (; number > 1 && text.len; number--) {
		end = memchr(text.p, '\n', text.len);
		if (!end)
			return span_from(text, text.len);
		text = span_from(text, (size_t)(end - text.p) + 1);
	}
	end = text.len ? memchr(text.p, '\n', text.len) : NULL;
	return end ? span_first(text, (size_t)(end - text.p)) : text;
}

size_t
line_count(struct span text)
{
	size_t lines = 1;

	for (size_t i = 0; i + 1 < text.len; i++)
		lines += text.p[i] == '\n';
	return lines;
}

/* The last red "error:"; what is before it was printed. */
static void
split_printed(struct span *error, struct span *printed)
{
	size_t len = sizeof(marker) - 1;
	size_t at = error->len;

	*printed = span_first(*error, 0);
	while (at >= len) {
		if (memcmp(error->p + at - len, marker, len) == 0) {
			*printed = span_first(*error, at - len);
			*error = span_from(*error, at);
			break;
		}
		at--;
	}
	while (printed->len && printed->p[printed->len - 1] == '\n')
		printed->len--;
}

/*
 * Length of [string "NAME"]:DIGITS: at the front, with the blank behind it;
 * 0: none. *own: NAME is the one of evaluated code; *line: the digits.
 */
static size_t
place_length(struct span s, bool *own, size_t *line)
{
	static const char start[] = "[string \"";
	size_t n = sizeof(start) - 1;
	size_t name = n;

	if (!span_starts_with(s, start))
		return 0;
	while (n < s.len && (isalnum(s.p[n]) || strchr("_.-", s.p[n])))
		n++;
	*own = span_is(span_first(span_from(s, name), n - name), own_chunk);
	if (!span_starts_with(span_from(s, n), "\"]:"))
		return 0;
	n += 3;
	*line = 0;
	for (name = n; n < s.len && isdigit(s.p[n]) && n - name < 9; n++)
		*line = *line * 10 + (size_t)(s.p[n] - '0');
	if (n == name || n == s.len || s.p[n] != ':')
		return 0;
	n++;
	return n < s.len && s.p[n] == ' ' ? n + 1 : n;
}

/*
 * Length of "NAME.lua:" or of `chunk` and a colon at the front; 0: none. Lua
 * cuts a long name at its front, so that its end can always be looked at.
 */
static size_t
file_name_length(struct span s, const char *chunk)
{
	static const char end[] = ".lua:";
	const uint8_t *at;
	size_t n = chunk ? strlen(chunk) : 0;

	if (n && n < s.len && span_is(span_first(s, n), chunk) && s.p[n] == ':')
		return n + 1;
	at = s.len ? memmem(s.p, s.len, end, sizeof(end) - 1) : NULL;
	return at ? (size_t)(at - s.p) + sizeof(end) - 1 : 0;
}

/* Length of "FILE:DIGITS: " at the front; 0: none. */
static size_t
file_place_length(struct span s, const char *chunk, struct span *name,
    size_t *line)
{
	size_t digits;
	size_t n;

	s = line_of(s, 1);
	n = file_name_length(s, chunk);
	if (n == 0)
		return 0;
	*name = span_first(s, n - 1);
	*line = 0;
	for (digits = n; n < s.len && isdigit(s.p[n]) && n - digits < 9; n++)
		*line = *line * 10 + (size_t)(s.p[n] - '0');
	if (n == digits || !span_starts_with(span_from(s, n), ": "))
		return 0;
	return n + 2;
}

/* The places of files in front of the text; the last is where it began. */
static void
take_file_places(struct failure *f, const char *chunk)
{
	struct span rest = buf_span(&f->text);
	struct buf text = BUF_INIT;
	struct span name;
	size_t line;
	size_t n;

	while ((n = file_place_length(rest, chunk, &name, &line)) > 0) {
		buf_clear(&f->file);
		buf_add_span(&f->file, name);
		f->line = line;
		rest = span_from(rest, n);
	}
	buf_add_span(&text, rest);
	buf_release(&f->text);
	f->text = text;
}

/* A line behind the end of the piece is not from this piece: see the top. */
void
failure_parse(struct span error, const struct source *source,
    struct failure *out)
{
	size_t lines = line_count(source->text);

	*out = (struct failure){ 0 };
	split_printed(&error, &out->printed);
	while (error.len && error.p) {
		bool own = false;
		size_t line = 0;
		size_t n = place_length(error, &own, &line);

		if (n && own && !source->chunk && line >= 1 && line <= lines)
			out->line = line;
		if (n == 0)
			buf_add_byte(&out->text, error.p[0]);
		error = span_from(error, n ? n : 1);
	}
	take_file_places(out, source->chunk);
}

void
failure_release(struct failure *f)
{
	buf_release(&f->text);
	buf_release(&f->file);
}

/* strtoul() also takes blanks and signs; the compiler writes neither. */
size_t
syntax_line(const char *message, const char **text)
{
	char *end;
	unsigned long line = strtoul(message, &end, 10);

	*text = message;
	if (end == message || *end != ':')
		return 1;
	*text = end + 1 + (end[1] == ' ');
	return line ? line : 1;
}

/* What stands between the last "near '" and the quote at the end. */
static struct span
near_token(const char *message)
{
	const char *near = strstr(message, "near '");
	size_t len;

	if (!near)
		return span_of(NULL, 0);
	near += strlen("near '");
	len = strlen(near);
	return span_of(near, len ? len - 1 : 0);
}

/*
 * The token may stand on its line several times: the one meant is the first
 * behind which the compiler gives up.
 */
size_t
syntax_column(struct span code, size_t line, const char *message)
{
	struct span token = near_token(message);
	struct span row = line_of(code, line);
	size_t before = row.p ? (size_t)(row.p - code.p) : 0;
	const uint8_t *at = row.p;
	size_t tries = 0;

	if (token.len == 0 || row.len == 0 || !row.p)
		return row.len;
	while (tries++ < CARET_TRIES) {
		size_t column = (size_t)(at - row.p);
		struct span rest = span_from(row, column);
		struct error ignored;

		if (!rest.p)
			break;
		at = memmem(rest.p, rest.len, token.p, token.len);
		if (!at)
			break;
		column = (size_t)(at - row.p);
		if (vm_check_syntax(
			span_first(code, before + column + token.len),
			&ignored) == SYNTAX_WRONG)
			return column;
		at++;
	}
	return row.len;
}
