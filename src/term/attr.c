/*
 * Colours are words here and sequences nowhere else, so that a theme is one
 * table.
 *
 * NO_COLOR wins over CLICOLOR_FORCE, and an option over both: who says
 * --color=always has looked.
 */
#include "term/attr.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const mode_words[] = {
	[COLOR_AUTO] = "auto",
	[COLOR_ALWAYS] = "always",
	[COLOR_NEVER] = "never",
};

/* Of the sixteen colours only, which every theme makes readable. */
static const char *const attr_sequences[] = {
	[ATTR_NONE] = "",
	[ATTR_ERROR] = "\x1b[31m",
	[ATTR_DIM] = "\x1b[2m",
	[ATTR_ID] = "\x1b[32m",
	[ATTR_TITLE] = "\x1b[1m",
};

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
