/*
 * offers - words that Tab may put in, each with a line on what it is.
 */
#ifndef SHELL_OFFERS_H
#define SHELL_OFFERS_H

#include "base/buf.h"

struct offer {
	char *word;
	char *note; /* NULL: none */
};

struct offers {
	struct span
	    text; /* only words that go on from it are taken; borrowed */
	struct offer *list;
	size_t count;
	size_t room;
};

/* Empty it, for words that go on from `text`. */
void offers_begin(struct offers *o, const char *text);
/* Free all; all zeroes may be released, too. */
void offers_release(struct offers *o);
/* Take a word, if it goes on from the text and is not there yet. */
void offers_add(struct offers *o, struct span word, const char *note);
/* The same of two parts: `before` is "." or "--". */
void offers_add_behind(struct offers *o, const char *before, const char *word,
    const char *note);
/* A word for one that goes on from the text: an id for a name. */
void offers_add_other(struct offers *o, struct span word, struct span instead,
    const char *note);
/* What was said of a word, or NULL; borrowed. */
const char *offers_note(const struct offers *o, const char *word);
/* As readline wants them: what all begin with, each, NULL; NULL: none. */
char **offers_matches(const struct offers *o);

/* What a list may take of the screen. */
struct offers_view {
	size_t columns;
	size_t rows;
	bool color;
};

/*
 * Append them as a list for people: with notes a line for each, else in columns.
 * `words` are those of readline.
 */
void offers_show(const struct offers *o, char **words, size_t count,
    const struct offers_view *v, struct buf *out);

#endif
