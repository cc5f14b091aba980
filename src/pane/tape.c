#include "pane/tape.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/clock.h"

enum {
	LOOK_EACH = 64 /* events between looks at the clock */
};

struct tape {
	struct feed *feed;
	uint64_t opened_ms;
	struct position *read; /* of each process; 0: nothing is new */
	struct event **ring;   /* event n at n % TAPE_EVENTS */
	uint64_t first;
	uint64_t end;
	size_t bytes;
};

int
tape_open(struct node *node, const struct id *ids, size_t count,
    uint64_t history, struct tape **out, struct error *err)
{
	struct feed_source *sources = xcalloc(count, sizeof(*sources));
	struct tape *t;
	struct feed *feed = NULL;
	int rc = 0;

	for (size_t i = 0; i < count && rc == 0; i++) {
		struct process_info info;

		rc = node->ops->process(node, &ids[i], &info, err);
		if (rc < 0)
			break;
		sources[i].id = ids[i];
		if (info.slots > history)
			sources[i].from =
			    position_of_slot(info.slots - history);
	}
	if (rc == 0)
		rc = feed_open(node, sources, count, TAPE_TEXT_MAX, &feed, err);
	free(sources);
	if (rc < 0)
		return -1;
	t = xcalloc(1, sizeof(*t));
	t->feed = feed;
	t->opened_ms = clock_wall_ms();
	t->read = xcalloc(count, sizeof(*t->read));
	t->ring = xcalloc(TAPE_EVENTS, sizeof(struct event *));
	*out = t;
	return 0;
}

static size_t
size_of(const struct event *e)
{
	return sizeof(*e) + e->peer.len + e->action.len + e->text.len +
	    e->tags.len;
}

static void
drop_oldest(struct tape *t)
{
	struct event *e = t->ring[t->first++ % TAPE_EVENTS];

	t->bytes -= size_of(e);
	free(e);
}

void
tape_close(struct tape *t)
{
	if (!t)
		return;
	while (t->first < t->end)
		drop_oldest(t);
	feed_close(t->feed);
	free(t->read);
	free(t->ring);
	free(t);
}

struct feed *
tape_feed(const struct tape *t)
{
	return t->feed;
}

void
tape_mark(struct tape *t, size_t source, struct position read)
{
	t->read[source] = read;
}

bool
tape_is_new(const struct tape *t, const struct event *e)
{
	struct position read = t->read[e->source];

	return e->kind != EVENT_STATUS && e->timestamp_ms < t->opened_ms &&
	    position_before(position_of_slot(0), read) &&
	    !position_before(e->at, read);
}

bool
tape_pump(struct tape *t, uint64_t deadline_ns)
{
	struct event *e;
	unsigned n = 0;

	while ((e = feed_next(t->feed)) != NULL) {
		t->bytes += size_of(e);
		while (t->first < t->end &&
		    (t->end - t->first == TAPE_EVENTS || t->bytes > TAPE_BYTES))
			drop_oldest(t);
		t->ring[t->end++ % TAPE_EVENTS] = e;
		if (++n % LOOK_EACH == 0 && clock_now_ns() >= deadline_ns)
			return false;
	}
	return true;
}

uint64_t
tape_first(const struct tape *t)
{
	return t->first;
}

uint64_t
tape_end(const struct tape *t)
{
	return t->end;
}

const struct event *
tape_at(const struct tape *t, uint64_t number)
{
	ASSERT(number >= t->first && number < t->end);
	return t->ring[number % TAPE_EVENTS];
}
