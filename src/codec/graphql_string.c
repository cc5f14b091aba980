/*
 * What strings stand for, and where bytes lie. A block string loses the
 * indentation that all its lines share and the blank lines at its ends.
 * Source: GraphQL, October 2021, section 2.9.4.
 */
#include "codec/graphql.h"
#include "codec/graphql_lex.h"

void
graphql_place(struct span text, size_t at, unsigned *line, unsigned *column)
{
	*line = *column = 1;
	for (size_t i = 0; i < at && i < text.len; i++) {
		if (text.p[i] == '\n' ||
		    (text.p[i] == '\r' &&
			(i + 1 == text.len || text.p[i + 1] != '\n'))) {
			++*line;
			*column = 1;
		} else if ((text.p[i] & 0xc0) != 0x80) {
			++*column;
		}
	}
}

static void
add_character(struct buf *out, uint32_t c)
{
	if (c < 0x80) {
		buf_add_byte(out, (uint8_t)c);
		return;
	}
	if (c < 0x800) {
		buf_add_byte(out, (uint8_t)(0xc0 | c >> 6));
	} else {
		if (c < 0x10000) {
			buf_add_byte(out, (uint8_t)(0xe0 | c >> 12));
		} else {
			buf_add_byte(out, (uint8_t)(0xf0 | c >> 18));
			buf_add_byte(out, (uint8_t)(0x80 | (c >> 12 & 0x3f)));
		}
		buf_add_byte(out, (uint8_t)(0x80 | (c >> 6 & 0x3f)));
	}
	buf_add_byte(out, (uint8_t)(0x80 | (c & 0x3f)));
}

/* The next line of a block, without its end. False: there is none. */
static bool
take_line(struct span *in, struct span *line)
{
	size_t n = 0;

	if (!in->p)
		return false;
	while (n < in->len && in->p[n] != '\n' && in->p[n] != '\r')
		n++;
	*line = span_first(*in, n);
	if (n == in->len) {
		*in = span_of(NULL, 0);
		return true;
	}
	n += n + 1 < in->len && in->p[n] == '\r' && in->p[n + 1] == '\n';
	*in = span_from(*in, n + 1);
	return true;
}

/* Blanks in front. */
static size_t
indent_of(struct span line)
{
	size_t n = 0;

	while (n < line.len && (line.p[n] == ' ' || line.p[n] == '\t'))
		n++;
	return n;
}

/*
 * What all lines but the first share; which of the lines, counted from 0, are
 * the first and the last that are not blank (none: *first > *last).
 */
static size_t
measure(struct span text, size_t *first, size_t *last)
{
	size_t common = SIZE_MAX;
	struct span line;
	size_t n = 0;

	*first = SIZE_MAX;
	*last = 0;
	for (; take_line(&text, &line); n++) {
		size_t indent = indent_of(line);

		if (indent == line.len)
			continue;
		if (*first == SIZE_MAX)
			*first = n;
		*last = n;
		if (n > 0 && indent < common)
			common = indent;
	}
	return common == SIZE_MAX ? 0 : common;
}

/* A line of a block, whose one escape is that of its quotes. */
static void
add_line(struct span line, struct buf *out)
{
	for (size_t i = 0; i < line.len; i++)
		if (line.p[i] != '\\' ||
		    !span_starts_with(span_from(line, i), "\\\"\"\""))
			buf_add_byte(out, line.p[i]);
}

static void
add_block(struct span text, struct buf *out)
{
	struct span line;
	size_t first;
	size_t last;
	size_t common = measure(text, &first, &last);

	for (size_t n = 0; take_line(&text, &line); n++) {
		if (n < first || n > last)
			continue;
		if (n > first)
			buf_add_byte(out, '\n');
		add_line(n > 0 ? span_from(line, common) : line, out);
	}
}

void
graphql_string(const struct graphql_node *n, struct buf *out)
{
	struct span rest = n->text;
	uint32_t c;

	if (n->kind == GRAPHQL_BLOCK_STRING) {
		add_block(rest, out);
		return;
	}
	while (rest.len > 0) {
		if (rest.p[0] != '\\') {
			buf_add_byte(out, rest.p[0]);
			rest = span_from(rest, 1);
		} else if (graphql_escape(&rest, &c)) {
			add_character(out, c);
		}
	}
}
