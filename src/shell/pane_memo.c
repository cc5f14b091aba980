#include "shell/pane_memo.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/file.h"
#include "shell/paths.h"
#include "shell/signals.h"

/* The word before the first blank, which goes, too. */
static struct span
take_word(struct span *line)
{
	const uint8_t *blank =
	    line->len ? memchr(line->p, ' ', line->len) : NULL;
	size_t len = blank ? (size_t)(blank - line->p) : line->len;
	struct span word = span_first(*line, len);

	*line = span_from(*line, len + 1);
	return word;
}

static void
parse_line(struct span line, struct memo *m)
{
	struct span word = take_word(&line);
	struct position at;

	if (span_is(word, "read") && position_parse(line, &at))
		m->read = at;
	for (int i = 0; i < MEMO_VIEWS; i++)
		if (span_is(word, memo_view_names[i]) &&
		    line.len < FILTER_TEXT_MAX &&
		    !(line.len && memchr(line.p, 0, line.len)))
			snprintf(m->filters[i], FILTER_TEXT_MAX, "%.*s",
			    SPAN_ARG(line));
}

void
memo_parse(struct span text, struct memo *m)
{
	*m = (struct memo){ .read = position_of_slot(0) };
	while (text.len) {
		const uint8_t *end = memchr(text.p, '\n', text.len);
		size_t len = end ? (size_t)(end - text.p) : text.len;

		parse_line(span_first(text, len), m);
		text = span_from(text, len + 1);
	}
}

void
memo_format(const struct memo *m, struct buf *out)
{
	buf_printf(out, "read %s\n", position_text(m->read).text);
	for (int i = 0; i < MEMO_VIEWS; i++)
		if (*m->filters[i])
			buf_printf(out, "%s %s\n", memo_view_names[i],
			    m->filters[i]);
}

/* Owned; NULL: there is no place for it. */
static char *
memo_path(const struct id *process)
{
	struct buf path = BUF_INIT;
	struct error ignored;
	char *text = NULL;

	if (history_dir_make(&path, &ignored) == 0)
		text = xasprintf("%s/%s.pane", buf_text(&path),
		    id_encode(process).text);
	buf_release(&path);
	return text;
}

void
memo_recall(const struct id *process, struct memo *m)
{
	char *path = memo_path(process);
	struct buf text = BUF_INIT;
	struct error ignored;

	if (path && access(path, R_OK) == 0)
		(void)file_read(path, &text, &ignored);
	memo_parse(buf_span(&text), m);
	buf_release(&text);
	free(path);
}

void
memo_remember(const struct id *process, const struct memo *m)
{
	char *path = memo_path(process);
	struct buf text = BUF_INIT;

	memo_format(m, &text);
	if (path)
		(void)file_replace(path, buf_span(&text));
	buf_release(&text);
	free(path);
}

void
pane_config_of(struct shell *sh, const struct id *ids, size_t count,
    struct pane_config *out)
{
	*out = (struct pane_config){ .node = sh->client.node,
		.ids = ids,
		.count = count,
		.history = sh->client.network ? PANE_HISTORY_FAR : PANE_HISTORY,
		.color = sh->out.color,
		.recall = sh->ephemeral ? NULL : memo_recall,
		.remember = sh->ephemeral ? NULL : memo_remember,
		.cancel_fd = signals_cancel_fd(),
		.terminal_fd = signals_terminal_fd(),
		.take_cancel = signals_take_cancel,
		.take_terminal = signals_take_terminal,
		.stop = signals_stop_here };
}
