/*
 * Numbers of a sequence stand between semicolons; those behind a colon say more
 * of the one before. A colour has its arguments either way.
 */
#include "term/style.h"

enum {
	NUMBERS_MAX = 32,
	NUMBER_MAX = 9999, /* beyond, a number means nothing anyway */
	SGR_COLOR = 38,
	SGR_BACKGROUND = 48,
	SGR_UNDERLINE_COLOR = 58, /* has arguments, which must not count */
	FORM_RGB = 2,
	FORM_PALETTE = 5,
	BRIGHT_STEP = 60, /* from the number of a colour to its bright one's */
	BRIGHT = 8,       /* the first of the palette's bright colours */
	CUBE = 16,        /* the first of the palette's 6 x 6 x 6 */
	CUBE_SIDE = 6
};

struct numbers {
	unsigned list[NUMBERS_MAX];
	bool joined[NUMBERS_MAX]; /* stands behind a colon */
	size_t count;
};

static const struct {
	unsigned flag;
	unsigned on;
	unsigned off;
} attributes[] = {
	{ STYLE_BOLD, 1, 22 },
	{ STYLE_DIM, 2, 22 },
	{ STYLE_ITALIC, 3, 23 },
	{ STYLE_UNDERLINE, 4, 24 },
	{ STYLE_BLINK, 5, 25 },
	{ STYLE_REVERSE, 7, 27 },
	{ STYLE_STRIKE, 9, 29 },
};

enum {
	ATTRIBUTES = sizeof(attributes) / sizeof(*attributes)
};

/* The ranges of sixteen colours: which number is the first, of which colour. */
static const struct {
	unsigned first;
	unsigned color;
	bool background;
} ranges[] = {
	{ 30, 0, false },
	{ 40, 0, true },
	{ 90, BRIGHT, false },
	{ 100, BRIGHT, true },
};

bool
style_equal(struct style a, struct style b)
{
	return a.flags == b.flags && a.color == b.color &&
	    a.background == b.background;
}

/* A number that is left out is 0. */
static void
read_numbers(struct span sgr, struct numbers *out)
{
	bool joined = false;
	unsigned n = 0;

	out->count = 0;
	for (size_t i = 2; i < sgr.len && out->count < NUMBERS_MAX; i++) {
		uint8_t c = sgr.p[i];

		if (c >= '0' && c <= '9') {
			n = n < NUMBER_MAX ? 10 * n + (c - '0') : n;
			continue;
		}
		out->list[out->count] = n;
		out->joined[out->count++] = joined;
		joined = c == ':';
		n = 0;
	}
}

static unsigned
rgb(const unsigned *n)
{
	return STYLE_RGB | (n[0] & 0xff) << 16 | (n[1] & 0xff) << 8 |
	    (n[2] & 0xff);
}

/* The colour whose arguments begin at `at`; gives the place behind them. */
static size_t
take_color(const struct numbers *n, size_t at, unsigned *color)
{
	size_t joined = 0;
	size_t left;

	while (at + joined < n->count && n->joined[at + joined])
		joined++;
	left = joined ? joined : n->count - at;
	if (left >= 2 && n->list[at] == FORM_PALETTE) {
		*color = (n->list[at + 1] & 0xff) + 1;
		return joined ? at + joined : at + 2;
	}
	if (left >= 4 && n->list[at] == FORM_RGB) {
		/* behind colons there may be the name of a colour space */
		*color = rgb(&n->list[at + (joined > 4 ? 2 : 1)]);
		return joined ? at + joined : at + 4;
	}
	return at + left;
}

static void
apply_number(struct style *s, unsigned n, bool none)
{
	if (n == 0)
		*s = (struct style){ 0 };
	for (size_t i = 0; i < ATTRIBUTES; i++) {
		if (n == attributes[i].off || (n == attributes[i].on && none))
			s->flags &= ~attributes[i].flag;
		else if (n == attributes[i].on)
			s->flags |= attributes[i].flag;
	}
	for (size_t i = 0; i < sizeof(ranges) / sizeof(*ranges); i++) {
		unsigned *color =
		    ranges[i].background ? &s->background : &s->color;

		if (n >= ranges[i].first && n < ranges[i].first + BRIGHT)
			*color = ranges[i].color + n - ranges[i].first + 1;
	}
	if (n == SGR_COLOR + 1)
		s->color = 0;
	if (n == SGR_BACKGROUND + 1)
		s->background = 0;
}

void
style_apply(struct style *s, struct span sgr)
{
	struct numbers n;
	unsigned ignored;
	size_t at = 0;

	read_numbers(sgr, &n);
	while (at < n.count) {
		unsigned code = n.list[at++];

		if (code == SGR_COLOR) {
			at = take_color(&n, at, &s->color);
		} else if (code == SGR_BACKGROUND) {
			at = take_color(&n, at, &s->background);
		} else if (code == SGR_UNDERLINE_COLOR) {
			at = take_color(&n, at, &ignored);
		} else {
			bool more = at < n.count && n.joined[at];

			apply_number(s, code, more && n.list[at] == 0);
			while (at < n.count && n.joined[at])
				at++;
		}
	}
}

/* `plain` is the number of the first of eight colours: 30 or 40. */
static void
write_color(unsigned color, unsigned plain, struct buf *out)
{
	if (color & STYLE_RGB)
		buf_printf(out, "\x1b[%u;%d;%u;%u;%um", plain + BRIGHT,
		    FORM_RGB, color >> 16 & 0xff, color >> 8 & 0xff,
		    color & 0xff);
	else if (color > CUBE)
		buf_printf(out, "\x1b[%u;%d;%um", plain + BRIGHT, FORM_PALETTE,
		    color - 1);
	else if (color > BRIGHT)
		buf_printf(out, "\x1b[%um",
		    plain + BRIGHT_STEP + color - 1 - BRIGHT);
	else if (color)
		buf_printf(out, "\x1b[%um", plain + color - 1);
}

/* None so long that sgr_length() would not take it. */
void
style_write(struct style s, struct buf *out)
{
	const char *before = "\x1b[";

	for (size_t i = 0; i < ATTRIBUTES; i++) {
		if (!(s.flags & attributes[i].flag))
			continue;
		buf_printf(out, "%s%u", before, attributes[i].on);
		before = ";";
	}
	if (s.flags)
		buf_add_byte(out, 'm');
	write_color(s.color, ranges[0].first, out);
	write_color(s.background, ranges[1].first, out);
}

int
style_palette(unsigned color)
{
	unsigned index = 0;

	if (!(color & STYLE_RGB))
		return (int)color - 1;
	for (unsigned shift = 24; shift > 0; shift -= 8)
		index = CUBE_SIDE * index +
		    (color >> (shift - 8) & 0xff) * CUBE_SIDE / 256;
	return (int)(CUBE + index);
}
