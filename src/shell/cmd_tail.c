/*
 * aosh tail NAME..., .tail - what happens in processes, line by line.
 *
 * Without -f it ends when everything has been shown that was in the logs when
 * it began; what is still being evaluated is waited for, unless its process is
 * stopped. With -f it goes on until SIGINT or SIGTERM, or until nobody reads it.
 *
 * The newest N lines are searched backwards: from so many entries before the
 * end first, then from further and further away, since a filter may leave any
 * number of them out.
 */
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "pane/filter.h"
#include "shell/commands.h"
#include "shell/signals.h"
#include "shell/tail_cursor.h"
#include "shell/tail_show.h"

enum {
	TEXT_MAX = 64 << 10, /* bytes of a text that are shown */
	DOT_DEFAULT = 20,
	NEWEST_MAX = 1000000,
	FURTHER = 8,     /* times as far back with each search */
	LOOK_EACH = 1024 /* events between looks whether to end */
};

#define NS_PER_MS UINT64_C(1000000)

enum part {
	PART_INBOX = 1 << 0,
	PART_CRON = 1 << 1,
	PART_RESULTS = 1 << 2
};

struct tail {
	struct shell *sh;
	struct node *node;
	struct feed_source *sources;
	uint64_t *slots; /* of each, when we began */
	size_t count;
	struct feed *feed;
	struct filter *filter;
	unsigned parts; /* 0: all */
	bool follow;
	uint64_t newest; /* only so many, UINT64_MAX: all */
	struct event **ring;
	size_t ring_count; /* that were put in */
	struct tail_cursor cursor;
};

/* --- which events --- */

static bool
in_parts(unsigned parts, const struct event *e)
{
	switch (e->kind) {
	case EVENT_INBOX:
	case EVENT_START:
		return parts & PART_INBOX;
	case EVENT_RESULT:
	case EVENT_PRINT:
	case EVENT_ERROR:
		return parts & PART_RESULTS ||
		    (e->by_tick && parts & PART_CRON);
	default:
		return e->by_tick && parts & PART_CRON;
	}
}

/* A node that fails ends us unless we follow: its error says so then. */
static bool
is_wanted(const struct tail *t, const struct event *e)
{
	if (e->kind == EVENT_STATUS)
		return t->follow;
	return (t->parts == 0 || in_parts(t->parts, e)) &&
	    filter_fits(t->filter, e);
}

/* --- waiting --- */

/* Everything that was in the logs when we began has been shown. */
static bool
is_done(const struct tail *t)
{
	for (size_t i = 0; i < t->count; i++)
		if (position_slots(feed_cursor(t->feed, i)) < t->slots[i] &&
		    !feed_is_held(t->feed, i))
			return false;
	return true;
}

/* Until news; a positive exit code: it is time to end. */
static int
wait_for_news(struct tail *t, uint64_t deadline, struct error *err)
{
	struct pollfd fds[] = {
		{ .fd = feed_fd(t->feed), .events = POLLIN },
		{ .fd = signals_cancel_fd(), .events = POLLIN },
		/* a pipe that nobody reads any more says so by itself */
		{ .fd = t->sh->out.fd, .events = 0 },
	};
	uint64_t now = clock_now_ns();
	int wait = feed_wait_ms(t->feed);
	int number;

	if (deadline && now >= deadline)
		return FAIL(err, ERR_TIMEOUT,
		    "not all that was in the log had its result in time");
	if (deadline &&
	    (wait < 0 || (deadline - now) / NS_PER_MS < (unsigned)wait))
		wait = (int)((deadline - now) / NS_PER_MS) + 1;
	if (poll(fds, 3, wait) < 0 && errno != EINTR)
		return FAIL_ERRNO(err, ERR_SYSTEM, "cannot wait");
	number = signals_take_cancel();
	if (number)
		return 128 + number;
	return fds[2].revents & (POLLERR | POLLNVAL) ? EXIT_EVAL : 0;
}

/* --- the newest ones --- */

static void
drop_ring(struct tail *t)
{
	for (size_t i = 0; i < t->newest && i < t->ring_count; i++)
		free(t->ring[i]);
	t->ring_count = 0;
}

static void
keep(struct tail *t, struct event *e)
{
	size_t at = t->ring_count++ % t->newest;

	if (t->ring_count > t->newest)
		free(t->ring[at]);
	t->ring[at] = e;
}

static void
show_ring(struct tail *t)
{
	size_t n = t->ring_count < t->newest ? t->ring_count : t->newest;

	for (size_t i = t->ring_count - n; i < t->ring_count; i++)
		tail_show(t->sh, t->feed, t->ring[i % t->newest]);
	drop_ring(t);
}

/* --- the feed --- */

static int
open_feed(struct tail *t, uint64_t back, struct error *err)
{
	feed_close(t->feed);
	t->feed = NULL;
	for (size_t i = 0; back != UINT64_MAX && i < t->count; i++)
		t->sources[i].from = position_of_slot(
		    t->slots[i] > back ? t->slots[i] - back : 0);
	return feed_open(t->node, t->sources, t->count, TEXT_MAX, &t->feed,
	    err);
}

/* What was shown is written before the file says that it was. */
static int
flush(struct tail *t, struct error *err)
{
	int rc = shell_flush(t->sh);

	if (rc == 0 && t->cursor.path)
		return tail_cursor_save(&t->cursor, t->feed, err);
	return rc;
}

static void
take(struct tail *t, struct event *e, bool to_ring)
{
	if (is_wanted(t, e) && to_ring && e->kind != EVENT_STATUS) {
		keep(t, e);
		return;
	}
	if (is_wanted(t, e))
		tail_show(t->sh, t->feed, e);
	free(e);
}

/* All that there is for now. A positive exit code: it is time to end. */
static int
take_all(struct tail *t, bool to_ring, struct error *err)
{
	struct event *e;
	unsigned n = 0;

	while ((e = feed_next(t->feed)) != NULL) {
		int number;
		int rc;

		take(t, e, to_ring);
		if (t->sh->out.failed)
			return EXIT_EVAL;
		if (++n % LOOK_EACH)
			continue;
		rc = flush(t, err);
		number = signals_take_cancel();
		if (rc != 0 || number)
			return rc ? rc : 128 + number;
	}
	return flush(t, err);
}

static int
read_on(struct tail *t, bool to_ring, struct error *err)
{
	uint64_t ms = t->follow ? 0 : t->sh->client.timeout_ms;
	uint64_t deadline = ms ? clock_now_ns() + ms * NS_PER_MS : 0;
	int rc;

	for (;;) {
		rc = take_all(t, to_ring, err);
		if (rc != 0)
			return rc;
		if (!t->follow && feed_failure(t->feed)) {
			*err = *feed_failure(t->feed);
			return -1;
		}
		if (is_done(t) && (to_ring || !t->follow))
			return 0;
		rc = wait_for_news(t, deadline, err);
		if (rc != 0)
			return rc;
	}
}

static bool
is_from_start(const struct tail *t)
{
	for (size_t i = 0; i < t->count; i++)
		if (t->sources[i].from.slot)
			return false;
	return true;
}

static int
run(struct tail *t, struct error *err)
{
	uint64_t back = t->newest;
	int rc = open_feed(t, t->newest, err);

	while (rc == 0 && t->ring) {
		rc = read_on(t, true, err);
		if (rc != 0 || t->ring_count >= t->newest || is_from_start(t))
			break;
		drop_ring(t);
		back *= FURTHER;
		rc = open_feed(t, back, err);
	}
	if (rc == 0 && t->ring) {
		show_ring(t);
		rc = flush(t, err);
	}
	return rc == 0 && (t->follow || !t->ring) ? read_on(t, false, err) : rc;
}

static void
release(struct tail *t)
{
	drop_ring(t);
	free(t->ring);
	feed_close(t->feed);
	filter_free(t->filter);
	tail_cursor_release(&t->cursor);
	free(t->sources);
	free(t->slots);
}

/* --- the command --- */

static const struct option_spec tail_options[] = {
	{ "follow", NULL, 'f', OPTION_SWITCH, false, NULL,
	    "go on with what comes" },
	{ "count", NULL, 'n', OPTION_NUMBER, false, "N",
	    "begin with the newest N lines" },
	{ "from", NULL, 0, OPTION_NUMBER, false, "SLOT", "begin at that slot" },
	{ "cursor", NULL, 0, OPTION_FILE, false, "FILE",
	    "begin where the last run with that file ended" },
	{ "inbox", NULL, 0, OPTION_SWITCH, false, NULL,
	    "only messages that came" },
	{ "cron", NULL, 0, OPTION_SWITCH, false, NULL,
	    "only cron ticks and what they caused" },
	{ "results", NULL, 0, OPTION_SWITCH, false, NULL,
	    "only results: output, prints and errors" },
	{ "filter", NULL, 0, OPTION_TEXT, false, "WORDS",
	    "only lines that all words fit, like 'action=Ping !from=ID'" },
	{ .name = NULL },
};

/* The same process under two names is one. */
static void
add_source(struct tail *t, const struct id *id, uint64_t slots, uint64_t from)
{
	for (size_t i = 0; i < t->count; i++)
		if (id_equal(&t->sources[i].id, id))
			return;
	t->sources[t->count].id = *id;
	t->sources[t->count].from = position_of_slot(from);
	t->slots[t->count++] = slots;
}

static int
find_sources(struct tail *t, const struct options *o, struct error *err)
{
	struct process_info info;
	struct id id;

	t->sources = xcalloc(o->arg_count, sizeof(*t->sources));
	t->slots = xcalloc(o->arg_count, sizeof(*t->slots));
	for (size_t i = 0; i < o->arg_count; i++) {
		if (client_find(&t->sh->client, span_text(o->args[i]), true,
			&id, err) < 0 ||
		    t->node->ops->process(t->node, &id, &info, err) < 0)
			return -1;
		add_source(t, &id, info.slots, options_number(o, "from", 0));
	}
	return 0;
}

static int
set_newest(struct tail *t, uint64_t n, struct error *err)
{
	if (n > NEWEST_MAX)
		return FAIL(err, ERR_USAGE, "at most %d lines", NEWEST_MAX);
	t->newest = n;
	if (n)
		t->ring = xcalloc((size_t)n, sizeof(struct event *));
	return 0;
}

static int
read_options(struct tail *t, const struct options *o, struct error *err)
{
	const char *cursor = options_text(o, "cursor", NULL);

	if (options_has(o, "count") + options_has(o, "from") + !!cursor > 1)
		return FAIL(err, ERR_USAGE,
		    "'--count', '--from' and '--cursor' exclude each other");
	if (options_has(o, "inbox"))
		t->parts |= PART_INBOX;
	if (options_has(o, "cron"))
		t->parts |= PART_CRON;
	if (options_has(o, "results"))
		t->parts |= PART_RESULTS;
	t->follow = options_has(o, "follow");
	if (filter_new(span_text(options_text(o, "filter", "")), &t->filter,
		err) < 0 ||
	    find_sources(t, o, err) < 0)
		return -1;
	if (cursor)
		return tail_cursor_open(&t->cursor, cursor, t->sources,
		    t->count, err);
	return options_has(o, "count")
	    ? set_newest(t, options_number(o, "count", 0), err)
	    : 0;
}

static int
exec_tail(struct shell *sh, const struct options *o, struct error *err)
{
	struct tail t = { .sh = sh,
		.node = sh->client.node,
		.newest = UINT64_MAX };
	int rc = read_options(&t, o, err);

	signals_service();
	if (rc == 0)
		rc = run(&t, err);
	release(&t);
	return rc;
}

const struct command command_tail = {
	.name = "tail",
	.usage = "NAME|ID...",
	.summary = "show what happens in processes, line by line",
	.options = tail_options,
	.min = 1,
	.max = 1000,
	.complete = COMPLETE_PROCESSES,
	.flags = COMMAND_NODE,
	.exec = exec_tail,
};

/* Of the connected process, what there is. */
static int
exec_dot_tail(struct shell *sh, const struct options *o, struct error *err)
{
	struct tail t = { .sh = sh,
		.node = sh->client.node,
		.newest = UINT64_MAX };
	const char *text = options_arg(o, 0);
	struct process_info info;
	char *end = NULL;
	uint64_t n = DOT_DEFAULT;
	int rc;

	if (text)
		n = strtoull(text, &end, 10);
	if (text && (end == text || *end || text[0] == '-'))
		return FAIL(err, ERR_USAGE, ".tail takes a number, not '%s'",
		    text);
	if (t.node->ops->process(t.node, &sh->process, &info, err) < 0)
		return -1;
	t.sources = xcalloc(1, sizeof(*t.sources));
	t.slots = xcalloc(1, sizeof(*t.slots));
	add_source(&t, &sh->process, info.slots, 0);
	rc = set_newest(&t, n, err);
	if (rc == 0)
		rc = run(&t, err);
	release(&t);
	return rc;
}

const struct command dot_tail = {
	.name = "tail",
	.usage = "[N]",
	.summary = "show the newest N lines of what happened",
	.min = 0,
	.max = 1,
	.exec = exec_dot_tail,
};
