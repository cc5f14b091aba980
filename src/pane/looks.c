#include "pane/looks.h"

#include "pane/curses_load.h"

enum {
	PLAIN_COLORS = 8,
	BRIGHT_COLORS = 16,
	ALL_COLORS = 256
};

enum {
	STYLE_PAIRS = LOOKS, /* the first pair of colours for styles */
	PAIRS_MAX = 256
};

/* Of the one screen that there is. */
static bool in_color;
/* Colours that styles had, by pair; the oldest goes when there is no room. */
static struct {
	int color;
	int background;
} pairs[PAIRS_MAX];
static int pair_next;
static int pair_count;

/* The colours of names, from the same six hues, as many as there are. */
static short
name_color(int n)
{
	static const short plain[] = { COLOR_CYAN, COLOR_YELLOW, COLOR_MAGENTA,
		COLOR_GREEN, COLOR_BLUE, COLOR_RED };
	static const short all[] = { 80, 179, 176, 114, 75, 209 };

	if (*nc.COLORS >= ALL_COLORS)
		return all[n];
	return *nc.COLORS >= BRIGHT_COLORS ? (short)(plain[n] + PLAIN_COLORS)
					   : plain[n];
}

void
looks_start(bool color)
{
	static const short colors[LOOKS] = {
		[LOOK_TITLE] = COLOR_GREEN,
		[LOOK_ERROR] = COLOR_RED,
		[LOOK_GOOD] = COLOR_GREEN,
		[LOOK_ID] = COLOR_CYAN,
		[LOOK_WARN] = COLOR_YELLOW,
	};

	in_color = color && nc.has_colors() && nc.start_color() == OK &&
	    *nc.COLORS >= PLAIN_COLORS && nc.use_default_colors() == OK;
	pair_next = pair_count = STYLE_PAIRS;
	if (!in_color)
		return;
	for (int i = 0; i < LOOKS; i++)
		if (colors[i])
			nc.init_pair((short)i, colors[i], -1);
	for (int i = LOOK_NAME; i <= LOOK_NAME_LAST; i++)
		nc.init_pair((short)i, name_color(i - LOOK_NAME), -1);
}

/* Without colours attributes tell the looks apart. */
static attr_t
attributes(enum look look)
{
	static const attr_t plain[LOOKS] = { [LOOK_DIM] = A_DIM,
		[LOOK_TITLE] = A_BOLD,
		[LOOK_ERROR] = A_BOLD,
		[LOOK_WARN] = A_UNDERLINE,
		[LOOK_BAR] = A_REVERSE };
	static const attr_t colored[LOOKS] = { [LOOK_DIM] = A_DIM,
		[LOOK_TITLE] = A_BOLD,
		[LOOK_ERROR] = A_BOLD,
		[LOOK_BAR] = A_REVERSE };

	return in_color ? colored[look] : plain[look];
}

void
looks_set(enum look look, bool chosen)
{
	bool has_pair = in_color && look != LOOK_PLAIN && look != LOOK_DIM &&
	    look != LOOK_BAR;
	attr_t a = attributes(look);

	if (chosen)
		a |= A_REVERSE;
	(void)nc.wattr_set(*nc.stdscr, a, has_pair ? (short)look : 0, NULL);
}

/* --- styles --- */

static int
most_pairs(void)
{
	return *nc.COLOR_PAIRS < PAIRS_MAX ? *nc.COLOR_PAIRS : PAIRS_MAX;
}

/* The number of a pair; 0: there is none, or it is the terminal's own. */
static short
pair_of(int color, int background)
{
	int n;

	if ((color < 0 && background < 0) || most_pairs() <= STYLE_PAIRS)
		return 0;
	for (n = STYLE_PAIRS; n < pair_count; n++)
		if (pairs[n].color == color &&
		    pairs[n].background == background)
			return (short)n;
	n = pair_next;
	pair_next = n + 1 < most_pairs() ? n + 1 : STYLE_PAIRS;
	if (pair_count <= n)
		pair_count = n + 1;
	pairs[n].color = color;
	pairs[n].background = background;
	nc.init_pair((short)n, (short)color, (short)background);
	return (short)n;
}

/* A bright colour is a plain one in bold where there are no more; gray, which
 * would be black, is dim. */
static int
color_of(unsigned color, attr_t *a)
{
	int n = style_palette(color);

	if (n < *nc.COLORS)
		return n;
	if (n >= BRIGHT_COLORS)
		return -1;
	*a |= n == PLAIN_COLORS ? A_DIM : A_BOLD;
	return n == PLAIN_COLORS ? -1 : n - PLAIN_COLORS;
}

void
looks_set_style(struct style s)
{
	static const struct {
		unsigned flag;
		attr_t attribute;
	} known[] = { { STYLE_BOLD, A_BOLD }, { STYLE_DIM, A_DIM },
		{ STYLE_ITALIC, A_ITALIC }, { STYLE_UNDERLINE, A_UNDERLINE },
		{ STYLE_BLINK, A_BLINK }, { STYLE_REVERSE, A_REVERSE } };
	attr_t a = 0;
	short pair = 0;

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (s.flags & known[i].flag)
			a |= known[i].attribute;
	if (in_color) {
		attr_t ignored = 0;
		int color = color_of(s.color, &a);

		pair = pair_of(color, color_of(s.background, &ignored));
	}
	(void)nc.wattr_set(*nc.stdscr, a, pair, NULL);
}
