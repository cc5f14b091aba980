/*
 * Colours are words here and sequences nowhere else, so that a theme is one
 * table.
 *
 * NO_COLOR wins over CLICOLOR_FORCE, and an option over both: who says
 * --color=always has looked.
 */
#include "term/attr.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const mode_words[] = {
	[COLOR_AUTO] = "auto",
	[COLOR_ALWAYS] = "always",
	[COLOR_NEVER] = "never",
};

enum {
	ATTR_COUNT = ATTR_TITLE + 1,
	SEQUENCE_MAX = 48,
	BRIGHT = 60, /* what a bright colour has on top of the plain one's */
	FOREGROUND = 30
};

/*
 * Of the sixteen colours only, which every terminal makes readable. The user's
 * theme is put in their place at the start.
 */
static char attr_sequences[ATTR_COUNT][SEQUENCE_MAX] = {
	[ATTR_ERROR] = "\x1b[31m",
	[ATTR_DIM] = "\x1b[2m",
	[ATTR_ID] = "\x1b[32m",
	[ATTR_TITLE] = "\x1b[1m",
};

static const char *const attr_names[ATTR_COUNT] = {
	[ATTR_ERROR] = "error",
	[ATTR_DIM] = "dim",
	[ATTR_ID] = "id",
	[ATTR_TITLE] = "title",
};

/* In the order of their numbers. */
static const char *const color_names[] = { "black", "red", "green", "yellow",
	"blue", "magenta", "cyan", "white", NULL };

static const struct style {
	const char *name;
	int number; /* of SGR */
} styles[] = { { "bold", 1 }, { "dim", 2 }, { "underline", 4 },
	{ "reverse", 7 }, { "gray", 90 }, { NULL, 0 } };

bool
color_mode_parse(const char *word, enum color_mode *mode)
{
	for (size_t i = 0; i < sizeof(mode_words) / sizeof(*mode_words); i++) {
		if (strcmp(word, mode_words[i]) == 0) {
			*mode = (enum color_mode)i;
			return true;
		}
	}
	return false;
}

/* Set and not empty, as no-color.org has it. */
static bool
env_is_set(const char *name)
{
	/* the environment is read before any thread starts */
	const char *value = getenv(name); /* NOLINT(concurrency-mt-unsafe) */

	return value && *value;
}

bool
color_wanted(enum color_mode mode, int fd)
{
	const char *term;

	if (mode != COLOR_AUTO)
		return mode == COLOR_ALWAYS;
	if (env_is_set("NO_COLOR"))
		return false;
	if (env_is_set("CLICOLOR_FORCE"))
		return true;
	term = getenv("TERM"); /* NOLINT(concurrency-mt-unsafe) */
	return isatty(fd) && term && strcmp(term, "dumb") != 0;
}

/* --- the user's own --- */

/* Up to the next of `ends`, which is left out; *text moves behind it. */
static struct span
take_until(struct span *text, char end)
{
	const uint8_t *at = text->len ? memchr(text->p, end, text->len) : NULL;
	size_t n = at ? (size_t)(at - text->p) : text->len;
	struct span word = span_first(*text, n);

	*text = span_from(*text, n + (at != NULL));
	return word;
}

/* 0 … 255, else -1. */
static int
palette_number(struct span word)
{
	int n = 0;

	if (word.len == 0 || word.len > 3)
		return -1;
	for (size_t i = 0; i < word.len; i++) {
		if (word.p[i] < '0' || word.p[i] > '9')
			return -1;
		n = n * 10 + (word.p[i] - '0');
	}
	return n <= 255 ? n : -1;
}

/* Append the numbers of one word: ";1", ";31", ";38;5;208". */
static bool
add_style(struct span word, struct buf *out)
{
	static const char bright[] = "bright-";
	bool is_bright = span_starts_with(word, bright);
	struct span color =
	    is_bright ? span_from(word, sizeof(bright) - 1) : word;
	int number = palette_number(word);

	if (number >= 0) {
		buf_printf(out, ";38;5;%d", number);
		return true;
	}
	for (int i = 0; color_names[i]; i++)
		if (span_is(color, color_names[i])) {
			buf_printf(out, ";%d",
			    FOREGROUND + (is_bright ? BRIGHT : 0) + i);
			return true;
		}
	for (const struct style *s = styles; s->name; s++)
		if (span_is(word, s->name)) {
			buf_printf(out, ";%d", s->number);
			return true;
		}
	return false;
}

/* "bold+red" into a sequence; what would be too long is none. */
static bool
read_style(struct span text, struct buf *out)
{
	bool ok = text.len > 0 && text.p[text.len - 1] != '+';

	buf_clear(out);
	if (span_is(text, "none"))
		return true;
	while (ok && text.len)
		ok = add_style(take_until(&text, '+'), out);
	if (!ok || out->len + sizeof("\x1b[m") > SEQUENCE_MAX)
		return false;
	/* the first of the semicolons is the bracket */
	out->p[0] = '[';
	buf_add_byte(out, 'm');
	return true;
}

/* "error=bold+red"; with `apply` it holds from now on. */
static bool
take_attr(struct span word, bool apply)
{
	struct span name = take_until(&word, '=');
	struct buf style = BUF_INIT;
	bool found = false;

	for (size_t i = 0; i < ATTR_COUNT; i++) {
		if (!attr_names[i] || !span_is(name, attr_names[i]))
			continue;
		found = read_style(word, &style);
		if (found && apply)
			snprintf(attr_sequences[i], SEQUENCE_MAX, "%s%s",
			    style.len ? "\x1b" : "", buf_text(&style));
	}
	buf_release(&style);
	return found;
}

static bool
take_theme(struct span theme, bool apply)
{
	while (theme.len) {
		struct span word = take_until(&theme, ' ');

		if (word.len && !take_attr(word, apply))
			return false;
	}
	return true;
}

bool
attr_theme_check(struct span theme)
{
	return theme.len > 0 && take_theme(theme, false);
}

bool
attr_theme_set(struct span theme)
{
	return attr_theme_check(theme) && take_theme(theme, true);
}

const char *
attr_on(bool color, enum attr a)
{
	return color ? attr_sequences[a] : "";
}

const char *
attr_off(bool color)
{
	return color ? "\x1b[0m" : "";
}
