/*
 * Quoting as in the system's shell, without its expansions: there is nothing to
 * expand, and a $ in a file's name is a $.
 *
 * A backslash takes the next character as it is, within double quotes as well;
 * within single quotes it is itself. An empty pair of quotes is an empty word.
 * A # is no comment.
 */
#include "shell/words.h"

#include <ctype.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/buf.h"

/* One word from the front of *line, which moves behind it. */
static int
take_word(struct span *line, struct buf *word, struct error *err)
{
	uint8_t quote = 0;

	while (line->len && (quote || !isspace(line->p[0]))) {
		uint8_t c = line->p[0];

		*line = span_from(*line, 1);
		if (quote == 0 && (c == '"' || c == '\'')) {
			quote = c;
		} else if (quote && c == quote) {
			quote = 0;
		} else if (c == '\\' && quote != '\'' && line->len) {
			buf_add_byte(word, line->p[0]);
			*line = span_from(*line, 1);
		} else {
			buf_add_byte(word, c);
		}
	}
	if (quote)
		return FAIL(err, ERR_USAGE, "the quote %c is not closed",
		    quote);
	return 0;
}

/* At most one word for each byte, and NULL behind the last. */
int
words_split(struct span line, struct words *out, struct error *err)
{
	struct words w = { xcalloc(line.len + 1, sizeof(char *)), 0 };

	for (;;) {
		struct buf word = BUF_INIT;

		while (line.len && isspace(line.p[0]))
			line = span_from(line, 1);
		if (line.len == 0)
			break;
		if (take_word(&line, &word, err) < 0) {
			buf_release(&word);
			words_release(&w);
			return -1;
		}
		w.list[w.count++] = xstrdup(buf_text(&word));
		buf_release(&word);
	}
	*out = w;
	return 0;
}

void
words_release(struct words *w)
{
	for (int i = 0; i < w->count; i++)
		free(w->list[i]);
	free(w->list);
}
