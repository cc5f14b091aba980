/*
 * For each process a queue of events that were read and not yet taken. When it
 * is empty and the process may have more, a few entries are read into it; so
 * memory is bounded, and no read lasts long.
 *
 * The eventfd is emptied before the logs are read: what comes between is seen
 * twice, never missed. Where a node cannot wake us, we look every second.
 */
#include "pane/feed.h"

#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"

enum {
	/* of one read of a log: */
	READ_ENTRIES = 256,
	READ_BYTES = 1 << 20,
	LOOK_EACH = 64, /* events, where some are there to be given anyway */
	POLL_MS = 1000  /* between looks, without news and when it fails */
};

#define NS_PER_MS UINT64_C(1000000)

struct source {
	struct process_info info;
	struct position taken; /* behind what was taken */
	struct position read;  /* behind what is in the queue */
	struct event **queue;
	size_t head;
	size_t count; /* in all, those before head are gone */
	size_t room;
	bool maybe_more;
	bool held;
	bool watched;
};

struct feed {
	struct node *node;
	struct source *sources;
	size_t count;
	size_t text_max;
	int fd;
	bool polled; /* the node wakes nobody */
	bool failed;
	struct error why;
	unsigned given;       /* since we looked whether there is news */
	uint64_t look_ns;     /* when to ask again without being woken */
	struct event *status; /* to be given next; owned */
};

/* --- reading --- */

/* One read of one log. */
struct reading {
	struct source *s;
	struct event_sink sink;
	size_t entries;
	size_t bytes;
	bool more; /* it was cut short */
};

static void
queue_event(void *arg, struct event *e)
{
	struct reading *r = arg;
	struct source *s = r->s;

	if (s->count == s->room) {
		s->room = s->room ? 2 * s->room : 64;
		s->queue = xrealloc(s->queue, s->room * sizeof(struct event *));
	}
	s->queue[s->count++] = e;
	r->bytes += sizeof(*e) + e->text.len + e->tags.len;
}

/* In order: behind one that is not done nothing is read. */
static bool
read_entry(void *arg, const struct log_entry *e)
{
	struct reading *r = arg;

	r->s->held = !e->evaluated && e->stopped;
	if (!e->evaluated)
		return false;
	if (r->entries == READ_ENTRIES || r->bytes >= READ_BYTES) {
		r->more = true;
		return false;
	}
	event_of_entry(&r->sink, e);
	r->s->read = position_behind(log_entry_at(e));
	r->entries++;
	return true;
}

static void
tell_status(void *arg, struct event *e)
{
	struct feed *f = arg;

	free(f->status);
	f->status = e;
}

/* One line when it fails, one when it is back. */
static void
set_failed(struct feed *f, const struct error *err)
{
	const struct event_sink sink = { .fn = tell_status,
		.arg = f,
		.text_max = sizeof(err->text) + 32 };
	char *text;

	if (err && !f->failed) {
		f->why = *err;
		text = xasprintf("the node fails: %s", err->text);
		event_of_status(&sink, text, clock_wall_ms());
		free(text);
	} else if (!err && f->failed) {
		event_of_status(&sink, "the node is back", clock_wall_ms());
	}
	f->failed = err != NULL;
}

/* Read on into an empty queue. -1: the node failed. */
static int
refill(struct feed *f, struct source *s)
{
	struct reading r = { .s = s,
		.sink = { .fn = queue_event,
		    .source = (unsigned)(s - f->sources),
		    .owner = &s->info.owner,
		    .text_max = f->text_max } };
	struct error err;
	int rc;

	r.sink.arg = &r;
	s->head = s->count = 0;
	rc = f->node->ops->log(f->node, &s->info.id, s->read, read_entry, &r,
	    &err);
	if (rc < 0) {
		set_failed(f, &err);
		return -1;
	}
	s->maybe_more = r.more;
	return 0;
}

/* --- being woken --- */

/* Where it is refused, looking has to do. */
static void
watch_all(struct feed *f)
{
	struct error ignored;

	for (size_t i = 0; i < f->count; i++) {
		struct source *s = &f->sources[i];

		if (!s->watched)
			s->watched = f->node->ops->watch(f->node, &s->info.id,
					 f->fd, &ignored) == 0;
		f->polled |= !s->watched;
	}
}

/* A node that was away may have forgotten who watches. */
static void
watch_again(struct feed *f)
{
	f->polled = false;
	for (size_t i = 0; i < f->count; i++) {
		struct source *s = &f->sources[i];

		if (s->watched)
			f->node->ops->unwatch(f->node, &s->info.id, f->fd);
		s->watched = false;
	}
	watch_all(f);
}

/* Look at what is new since the last time, if anything is. */
static void
take_news(struct feed *f)
{
	bool due = f->look_ns && clock_now_ns() >= f->look_ns;
	uint64_t n;

	f->given = 0;
	if (read(f->fd, &n, sizeof(n)) < 0 && !due)
		return;
	for (size_t i = 0; i < f->count; i++)
		f->sources[i].maybe_more = true;
	f->look_ns = 0;
}

static bool
wants_read(const struct feed *f)
{
	for (size_t i = 0; i < f->count; i++) {
		const struct source *s = &f->sources[i];

		if (s->maybe_more && s->head == s->count)
			return true;
	}
	return false;
}

/* All that there was is in the queues. */
static bool
is_at_end(const struct feed *f)
{
	for (size_t i = 0; i < f->count; i++)
		if (f->sources[i].maybe_more)
			return false;
	return true;
}

static void
read_all(struct feed *f)
{
	bool was_failed = f->failed;

	if (f->look_ns || !wants_read(f))
		return;
	for (size_t i = 0; i < f->count; i++) {
		struct source *s = &f->sources[i];

		if (s->maybe_more && s->head == s->count && refill(f, s) < 0)
			break;
		if (i + 1 == f->count) {
			set_failed(f, NULL);
			if (was_failed)
				watch_again(f);
		}
	}
	if (f->failed || (f->polled && is_at_end(f)))
		f->look_ns = clock_now_ns() + POLL_MS * NS_PER_MS;
}

/* --- the feed --- */

int
feed_open(struct node *node, const struct feed_source *sources, size_t count,
    size_t text_max, struct feed **out, struct error *err)
{
	struct feed *f = xcalloc(1, sizeof(*f));

	f->node = node;
	f->text_max = text_max;
	f->sources = xcalloc(count, sizeof(*f->sources));
	f->fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (f->fd < 0) {
		feed_close(f);
		return FAIL_ERRNO(err, ERR_SYSTEM, "cannot make an eventfd");
	}
	for (size_t i = 0; i < count; i++) {
		struct source *s = &f->sources[i];

		if (node->ops->process(node, &sources[i].id, &s->info, err) <
		    0) {
			feed_close(f);
			return -1;
		}
		s->read = s->taken = sources[i].from;
		s->maybe_more = true;
		f->count++;
	}
	watch_all(f);
	*out = f;
	return 0;
}

static void
source_release(struct source *s)
{
	for (size_t i = s->head; i < s->count; i++)
		free(s->queue[i]);
	free(s->queue);
}

void
feed_close(struct feed *f)
{
	if (!f)
		return;
	for (size_t i = 0; i < f->count; i++) {
		struct source *s = &f->sources[i];

		if (s->watched)
			f->node->ops->unwatch(f->node, &s->info.id, f->fd);
		source_release(s);
	}
	if (f->fd >= 0)
		(void)close(f->fd);
	free(f->status);
	free(f->sources);
	free(f);
}

/* The one whose next event is the oldest; NULL: none has any. */
static struct source *
oldest(struct feed *f)
{
	struct source *best = NULL;

	for (size_t i = 0; i < f->count; i++) {
		struct source *s = &f->sources[i];

		if (s->head < s->count &&
		    (!best ||
			s->queue[s->head]->timestamp_ms <
			    best->queue[best->head]->timestamp_ms))
			best = s;
	}
	return best;
}

/* The cursor moves with the last event of an entry. */
static struct event *
take(struct source *s)
{
	struct event *e = s->queue[s->head++];

	if (s->head == s->count)
		s->taken = s->read;
	else if (position_before(e->at, s->queue[s->head]->at))
		s->taken = position_behind(e->at);
	return e;
}

struct event *
feed_next(struct feed *f)
{
	struct event *e;
	struct source *s;

	if (++f->given >= LOOK_EACH || !oldest(f))
		take_news(f);
	read_all(f);
	if (f->status) {
		e = f->status;
		f->status = NULL;
		return e;
	}
	s = oldest(f);
	return s ? take(s) : NULL;
}

int
feed_fd(const struct feed *f)
{
	return f->fd;
}

int
feed_wait_ms(const struct feed *f)
{
	uint64_t now = clock_now_ns();

	if (!f->look_ns)
		return -1;
	return f->look_ns <= now ? 0
				 : (int)((f->look_ns - now) / NS_PER_MS) + 1;
}

const struct process_info *
feed_process(const struct feed *f, size_t source)
{
	return &f->sources[source].info;
}

size_t
feed_count(const struct feed *f)
{
	return f->count;
}

struct position
feed_cursor(const struct feed *f, size_t source)
{
	return f->sources[source].taken;
}

bool
feed_is_held(const struct feed *f, size_t source)
{
	return f->sources[source].held;
}

const struct error *
feed_failure(const struct feed *f)
{
	return f->failed ? &f->why : NULL;
}
