/*
 * What makes states of two lanes differ where their programs do not are the
 * addresses, and those differ in their high half alone. So the template, moved
 * to a lane, is the template with one value of high halves replaced by another,
 * wherever that stands; should it stand where no address is, that word differs
 * from what the state has, and is in the image like any other.
 *
 * Both directions go over the whole template, which lies in the processor's
 * caches, being the same for all: four words at a time, by the compiler's
 * vectors.
 */
#include "vm/lua/image.h"

#include <string.h>

enum {
	WORD = 8,
	WORDS = IMAGE_LINE / WORD,
	QUADS = IMAGE_LINE / 16,
	ALL = 0xff,
	/* of a line: skipped lines in 5 bytes, bits, words */
	SLACK = 6 + IMAGE_LINE + 1,
	HEAD = 8,
	FAR = 255, /* the number of skipped lines follows */
};

typedef uint32_t quad __attribute__((vector_size(16)));

/* How the template's addresses become those of a lane. */
struct shift {
	quad from;
	quad by;
};

static struct shift
shift_to(const struct image_base *base, uint32_t place)
{
	uint32_t by = place - base->place;

	return (struct shift){ { 0, base->place, 0, base->place },
		{ 0, by, 0, by } };
}

/* Where `from` has no address, `by` is zero: low halves stay. */
static inline quad
shifted(quad v, const struct shift *s)
{
	return v + ((quad)(v == s->from) & s->by);
}

/* A line in registers, where compilers keep what is written out one by one. */
struct line {
	quad a, b, c, d;
};

/* A line of the template, moved. */
static inline struct line
shifted_line(const quad *from, const struct shift *s)
{
	return (struct line){ shifted(from[0], s), shifted(from[1], s),
		shifted(from[2], s), shifted(from[3], s) };
}

/* In what a line differs. */
static inline struct line
changes(const quad *now, const struct line *was)
{
	return (struct line){ now[0] ^ was->a, now[1] ^ was->b, now[2] ^ was->c,
		now[3] ^ was->d };
}

/* One bit for each word of two that is not zero. */
static inline unsigned
bits_of(quad v)
{
	union {
		quad v;
		uint64_t words[2];
	} u = { v };

	return (unsigned)(u.words[0] != 0) | (unsigned)(u.words[1] != 0) << 1;
}

/* The bits of the words in which a line has changes. */
static inline unsigned
changed_bits(const struct line *x)
{
	union {
		quad v;
		uint64_t words[2];
	} any = { x->a | x->b | x->c | x->d };

	if (!(any.words[0] | any.words[1]))
		return 0;
	return bits_of(x->a) | bits_of(x->b) << 2 | bits_of(x->c) << 4 |
	    bits_of(x->d) << 6;
}

/* Write what says of one line that it differs. */
static uint8_t *
put_line(uint8_t *to, uint32_t skip, unsigned bits, const void *line)
{
	const uint64_t *words = line;

	if (skip >= FAR) {
		*to++ = FAR;
		memcpy(to, &skip, sizeof(skip));
		to += sizeof(skip);
	} else {
		*to++ = (uint8_t)skip;
	}
	*to++ = (uint8_t)bits;
	if (bits == ALL) {
		memcpy(to, line, IMAGE_LINE);
		return to + IMAGE_LINE;
	}
	for (; bits; bits &= bits - 1) {
		memcpy(to, &words[__builtin_ctz(bits)], WORD);
		to += WORD;
	}
	return to;
}

/* Lines up to the top. */
static uint32_t
lines_of(uint64_t top)
{
	return (uint32_t)((top + IMAGE_LINE - 1) / IMAGE_LINE);
}

void
image_make(const struct image_base *base, const struct arena *a,
    struct buf *out)
{
	struct shift s = shift_to(base, image_place(a));
	const quad *now = (const quad *)(const void *)a;
	const quad *from = (const quad *)(const void *)base->p;
	uint32_t lines = lines_of(a->top);
	uint32_t known = (uint32_t)(base->len / IMAGE_LINE);
	uint32_t next = 0;
	uint8_t *to;

	buf_add_u64(out, a->top);
	to = buf_reserve(out, SLACK);
	for (uint32_t i = 0; i < lines; i++, now += QUADS) {
		struct line was = { 0 };
		struct line x;
		unsigned bits;

		if (i < known)
			was = shifted_line(from + (size_t)i * QUADS, &s);
		x = changes(now, &was);
		bits = changed_bits(&x);
		if (!bits)
			continue;
		to = put_line(to, i - next, bits, now);
		next = i + 1;
		out->len = (size_t)(to - out->p);
		if (out->room - out->len < SLACK)
			to = buf_reserve(out, SLACK);
	}
	/* and the zero behind it */
	buf_add(out, NULL, 0);
}

/* Take what stands in front of a line's words; false: it is cut off. */
static inline bool
take_line(struct span *in, uint32_t *skip, unsigned *bits)
{
	size_t head = 2;

	if (!in->p || in->len < head)
		return false;
	*skip = in->p[0];
	if (*skip == FAR) {
		head += sizeof(*skip);
		if (in->len < head)
			return false;
		memcpy(skip, in->p + 1, sizeof(*skip));
	}
	*bits = in->p[head - 1];
	in->p += head;
	in->len -= head;
	return true;
}

/* Bytes of a line's words. */
static size_t
words_len(unsigned bits)
{
	size_t n = 0;

	for (; bits; bits &= bits - 1)
		n += WORD;
	return n;
}

/* Take words that are there, to where they belong in a line. */
static inline void
take_words(struct span *in, unsigned bits, char *line)
{
	const uint8_t *p = in->p;

	if (bits == ALL) {
		memcpy(line, p, IMAGE_LINE);
		p += IMAGE_LINE;
	} else {
		for (; bits; bits &= bits - 1, p += WORD)
			memcpy(line + (size_t)__builtin_ctz(bits) * WORD, p,
			    WORD);
	}
	in->len -= (size_t)(p - in->p);
	in->p = p;
}

/* The start of the first line as it will lie there: the arena's header. */
static void
peek_header(const struct image_base *base, struct span image, uint32_t place,
    struct arena *head)
{
	struct shift s = shift_to(base, place);
	struct line line =
	    shifted_line((const quad *)(const void *)base->p, &s);
	uint32_t skip;
	unsigned bits;

	if (take_line(&image, &skip, &bits) && skip == 0)
		take_words(&image, bits, (char *)&line);
	memcpy(head, &line, IMAGE_LINE);
}

int
image_check(const struct image_base *base, struct span image, uint32_t place,
    uint64_t max, struct error *err)
{
	struct arena head;
	struct span in;
	uint64_t top;
	uint64_t line = 0;

	if (!take_u64(&image, &top) || top > max || top < sizeof(head) ||
	    top % 16 != 0)
		return FAIL(err, ERR_FORMAT, "image has no size that may be");
	for (in = image; in.len > 0; line++) {
		uint32_t skip;
		unsigned bits;

		if (!take_line(&in, &skip, &bits) || in.len < words_len(bits))
			return FAIL(err, ERR_FORMAT, "image is cut off");
		line += skip;
		if (line >= lines_of(top))
			return FAIL(err, ERR_FORMAT, "image passes its size");
		in = span_from(in, words_len(bits));
	}
	peek_header(base, image, place, &head);
	if (head.top != top || head.peak != top ||
	    image_place(head.lua) != place ||
	    (uint32_t)(uintptr_t)head.lua >= top)
		return FAIL(err, ERR_FORMAT, "image has no header of a state");
	return 0;
}

uint64_t
image_top(struct span image)
{
	uint64_t top = 0;

	take_u64(&image, &top);
	return top;
}

/* The template, moved, and zeroes behind it. */
static void
lay_base(const struct image_base *base, struct arena *a, uint64_t end,
    uint64_t touched)
{
	struct shift s = shift_to(base, image_place(a));
	const quad *from = (const quad *)(const void *)base->p;
	quad *to = (quad *)(void *)a;
	uint64_t len = base->len < end ? base->len : end;

	for (uint64_t i = 0; i < len / IMAGE_LINE; i++) {
		*to++ = shifted(*from++, &s);
		*to++ = shifted(*from++, &s);
		*to++ = shifted(*from++, &s);
		*to++ = shifted(*from++, &s);
	}
	if (touched > end)
		touched = end;
	if (touched > len)
		memset((char *)a + len, 0, touched - len);
}

void
image_lay(const struct image_base *base, struct span image, struct arena *a,
    uint64_t touched)
{
	uint64_t top = image_top(image);
	uint64_t end = (uint64_t)lines_of(top) * IMAGE_LINE;
	struct span in = span_from(image, HEAD);
	char *to = (char *)a;
	uint32_t skip;
	unsigned bits;

	lay_base(base, a, end, touched);
	for (; in.len > 0 && take_line(&in, &skip, &bits); to += IMAGE_LINE) {
		to += (size_t)skip * IMAGE_LINE;
		take_words(&in, bits, to);
	}
	memset((char *)a + top, 0, end - top);
}
