/*
 * A line is a line: whatever a text holds, its line feeds are shown, in a pipe
 * as on a terminal, so that programs can count on it. Those that want the bytes
 * take --json.
 */
#include "shell/tail_show.h"

#include "term/escape.h"
#include "term/width.h"
#include "pane/event_json.h"
#include "shell/show.h"

enum {
	NAME_COLUMNS = 12,
	KIND_COLUMNS = 6,
	PEER_COLUMNS = 15, /* of a short id */
	PLACE_COLUMNS = 5
};

/* The keys are listed in the manual. */
static void
show_json_line(struct shell *sh, const struct feed *f, const struct event *e)
{
	struct buf out = BUF_INIT;

	event_json(feed_process(f, e->source), e, &out);
	output_span(&sh->out, buf_span(&out));
	buf_release(&out);
}

static enum attr
kind_attr(enum event_kind k)
{
	if (k == EVENT_ERROR)
		return ATTR_ERROR;
	return k == EVENT_INBOX || k == EVENT_CRON ? ATTR_TITLE : ATTR_ID;
}

/*
 * Made harmless and one line; what is not the last is at least as wide as
 * `columns` and has a gap behind it.
 */
static void
show_cell(struct output *to, struct span text, size_t columns, bool last)
{
	struct buf clean = BUF_INIT;
	size_t width;

	escape_text(text, ESCAPE_ONE_LINE, &clean);
	width = text_width(buf_span(&clean));
	output_span(to, buf_span(&clean));
	if (!last)
		output_printf(to, "%*s",
		    (int)(width < columns ? columns - width : 0) + 2, "");
	buf_release(&clean);
}

/* A colour that was left on would run into what follows. */
static void
show_text(struct output *to, const struct event *e)
{
	struct buf clean = BUF_INIT;

	escape_text(event_trimmed(e->text),
	    ESCAPE_ONE_LINE | (to->color ? ESCAPE_COLOR : 0), &clean);
	output_span(to, buf_span(&clean));
	if (to->color && clean.len && memchr(clean.p, 0x1b, clean.len))
		output_printf(to, "%s", attr_off(true));
	if (e->size > e->text.len)
		output_printf(to, " [%zu bytes more]", e->size - e->text.len);
	buf_release(&clean);
}

/* Cells that stand behind the kind; the last is not padded. */
static void
show_cells(struct output *to, const struct event *e)
{
	struct buf peer = BUF_INIT;

	event_short_id(e->peer, &peer);
	if (peer.len)
		show_cell(to, buf_span(&peer), PEER_COLUMNS,
		    e->action.len + e->text.len == 0);
	if (e->action.len)
		show_cell(to, e->action, 0, e->text.len == 0);
	show_text(to, e);
	buf_release(&peer);
}

static void
event_line(struct shell *sh, const struct feed *f, const struct event *e)
{
	struct output *to = &sh->out;
	const char *kind = event_kind_name(e->kind);

	output_attr(to, ATTR_DIM, time_text(e->timestamp_ms).text);
	output_printf(to, "  ");
	if (feed_count(f) > 1)
		show_cell(to, span_text(feed_process(f, e->source)->name),
		    NAME_COLUMNS, false);
	output_printf(to, "%*s  ", PLACE_COLUMNS, position_text(e->at).text);
	output_attr(to, kind_attr(e->kind), kind);
	output_printf(to, "%*s", KIND_COLUMNS + 2 - (int)strlen(kind), "");
	show_cells(to, e);
	output_printf(to, "\n");
}

void
tail_show(struct shell *sh, const struct feed *f, const struct event *e)
{
	if (e->kind == EVENT_STATUS)
		output_printf(shell_notes(sh), "aosh: %.*s\n",
		    SPAN_ARG(e->text));
	else if (sh->json)
		show_json_line(sh, f, e);
	else
		event_line(sh, f, e);
}
