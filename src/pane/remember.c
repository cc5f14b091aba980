/*
 * A filter is kept for the process that a view shows alone; how far a feed was
 * read for every process of it.
 */
#include <stdio.h>
#include <string.h>

#include "pane/pane_inner.h"

const char *const memo_view_names[MEMO_VIEWS] = {
	[MEMO_FEED] = "feed",
	[MEMO_INBOX] = "inbox",
	[MEMO_RESULTS] = "results",
};

/* The feed of another process is its feed, too. */
static int
memo_view_of(const struct view *v)
{
	if (strcmp(v->name, "process") == 0)
		return MEMO_FEED;
	for (int i = 0; i < MEMO_VIEWS; i++)
		if (strcmp(v->name, memo_view_names[i]) == 0)
			return i;
	return -1;
}

/* One that no longer can be read is as good as none. */
static void
recall_filter(struct view *v, const struct memo *m)
{
	int i = memo_view_of(v);
	struct error ignored;

	if (i < 0 || !*m->filters[i] ||
	    v->ops->filter(v, span_text(m->filters[i]), &ignored) < 0)
		return;
	snprintf(v->filter_text, sizeof(v->filter_text), "%s", m->filters[i]);
}

void
pane_recall(struct pane *p)
{
	const struct pane_config *c = p->config;
	struct memo m;

	for (size_t i = 0; c->recall && i < c->count; i++) {
		c->recall(&c->ids[i], &m);
		tape_mark(p->scene.tape, i, m.read);
		for (size_t k = 0; c->count == 1 && k < TABS; k++)
			recall_filter(p->tabs[k], &m);
	}
}

void
pane_recall_process(struct pane *p, struct view *v)
{
	struct tape *tape = view_tape(v);
	struct memo m;

	if (!p->config->recall)
		return;
	p->config->recall(&feed_process(tape_feed(tape), 0)->id, &m);
	tape_mark(tape, 0, m.read);
	recall_filter(v, &m);
}

void
pane_keep_filter(struct pane *p)
{
	const struct pane_config *c = p->config;
	const struct view *v = p->view;
	struct tape *own = view_tape(p->view);
	const struct id *process =
	    own ? &feed_process(tape_feed(own), 0)->id : c->ids;
	int i = memo_view_of(v);
	struct memo m;

	if (!c->recall || i < 0 || (!own && c->count != 1))
		return;
	c->recall(process, &m);
	memcpy(m.filters[i], v->filter_text, FILTER_TEXT_MAX);
	c->remember(process, &m);
}

void
pane_keep_read(const struct pane_config *c, const struct tape *t)
{
	const struct feed *f = tape_feed(t);
	struct memo m;

	for (size_t i = 0; c->recall && i < feed_count(f); i++) {
		const struct id *id = &feed_process(f, i)->id;
		struct position read = feed_cursor(f, i);

		c->recall(id, &m);
		/* somebody may have read on elsewhere */
		if (!position_before(m.read, read))
			continue;
		m.read = read;
		c->remember(id, &m);
	}
}
