/*
 * `round` is held by whoever reads from the network, be it the thread or a
 * call; the log's own lock by whoever looks at entries, never over a request.
 * Readers copy an entry before they show it, so that they hold up nobody.
 *
 * An eventfd is written with `lock` held: unwatch() takes it, and so knows that
 * nothing is written behind it.
 */
#include "net/legacy_feed.h"

#include <poll.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "net/legacy_log.h"
#include "net/legacy_units.h"

enum {
	NS_PER_MS = 1000 * 1000,
	/* evaluated entries that are kept for readers, and that are too many */
	KEEP = 2000,
	KEEP_MAX = 4000,
	/* how long a request for a result may stay open */
	RESULT_MS = 30 * 1000,
	/* the same where somebody waits for something else, and for all that
	 * the compute unit is asked then */
	LOOK_MS = 2 * 1000,
	LOOK_ALL_MS = 3 * 1000,
	/* from the shortest time between two looks to the longest, which is
	 * what users of other shells are used to: 2 s */
	SLOWER = 4,
	/* the same while the network fails */
	SLOWER_FAILING = 32,
	/* a unit that does not know what another one does: so many times */
	UNKNOWN_MAX = 5
};

struct watcher {
	struct watcher *next;
	int fd;
};

struct legacy_feed {
	struct legacy *l;
	struct legacy_process *process;
	struct legacy_log log;

	/* held where the thread is started and stopped, before all others */
	pthread_mutex_t switching;
	pthread_mutex_t round; /* the network is read; with it: */
	bool open;

	pthread_mutex_t lock; /* all below */
	struct watcher *watchers;
	bool running;
	uint64_t looked_ns; /* when the scheduler answered last; 0: look anew */
	bool failing;
	struct error why; /* when failing */
	pthread_t thread;
	int stop_fd; /* -1 when it does not run */
	int kick_fd;
};

static struct legacy_feed *
feed_new(struct legacy *l, struct legacy_process *p)
{
	struct legacy_feed *f = xcalloc(1, sizeof(*f));

	f->l = l;
	f->process = p;
	f->stop_fd = f->kick_fd = -1;
	pthread_mutex_init(&f->switching, NULL);
	pthread_mutex_init(&f->round, NULL);
	pthread_mutex_init(&f->lock, NULL);
	legacy_log_init(&f->log, p, 0);
	return f;
}

struct legacy_feed *
legacy_feed_of(struct legacy *l, struct legacy_process *p)
{
	struct legacy_feed *f;

	lock(&l->lock);
	if (!p->feed)
		p->feed = feed_new(l, p);
	f = p->feed;
	unlock(&l->lock);
	return f;
}

/* --- the state of the network --- */

static void
tell_watchers(struct legacy_feed *f)
{
	lock(&f->lock);
	for (struct watcher *w = f->watchers; w; w = w->next)
		(void)eventfd_write(w->fd, 1);
	unlock(&f->lock);
}

/* What people are told once, when it begins and when it ends; true: they are. */
static bool
note_state(struct legacy *l, const struct error *why)
{
	bool changed;

	lock(&l->lock);
	changed = l->failing != (why != NULL);
	if (changed) {
		l->failing = why != NULL;
		buf_clear(&l->notice);
		if (why)
			buf_printf(&l->notice,
			    "the network does not answer: %s", why->text);
		else
			buf_add_text(&l->notice, "the network answers again");
	}
	unlock(&l->lock);
	return changed;
}

static void
set_failing(struct legacy_feed *f, const struct error *why)
{
	bool changed;

	lock(&f->lock);
	changed = f->failing != (why != NULL);
	f->failing = why != NULL;
	if (why)
		f->why = *why;
	unlock(&f->lock);
	/* a feed may have begun anew since people were told */
	if (note_state(f->l, why) || changed)
		tell_watchers(f);
}

/* --- reading --- */

/* The newest slot is where a feed begins; `round` is held. */
static int
open_feed(const struct legacy_call *c, struct legacy_feed *f, struct error *err)
{
	struct legacy_slot latest;
	char *url;
	int rc;

	if (f->open)
		return 0;
	if (legacy_locate(c, f->process, &url, err) < 0)
		return -1;
	rc = su_latest(c, url, &f->process->id, &latest, err);
	free(url);
	if (rc == 0) {
		f->log.next = latest.nonce;
		legacy_slot_release(&latest);
	} else if (err->code == ERR_NOT_FOUND) {
		/* a process that is there, and has no message yet */
		rc = 0;
	}
	f->open = rc == 0;
	return rc;
}

void
legacy_feed_begin(struct legacy_feed *f)
{
	lock(&f->round);
	f->open = true;
	unlock(&f->round);
}

/* Old entries go when there are many. */
static void
forget_old(struct legacy_log *log)
{
	size_t n = 0;

	lock(&log->lock);
	if (log->count > KEEP_MAX)
		while (n < log->count - KEEP && log->entries[n].evaluated)
			n++;
	unlock(&log->lock);
	if (n > 0)
		legacy_log_drop(log, n);
}

/* What a round has found. */
struct looked {
	bool news;
	bool listed; /* the scheduler, at least, has answered */
	bool more;   /* and has more already */
};

static int
read_once(const struct legacy_call *c, struct legacy_feed *f,
    struct legacy_patience p, struct looked *out, struct error *err)
{
	uint64_t before;
	int rc;

	lock(&f->round);
	before = f->log.changes;
	*out = (struct looked){ .news = false };
	rc = open_feed(c, f, err);
	if (rc == 0) {
		rc = legacy_log_round(c, &f->log, p, err);
		out->listed = f->log.listed;
		out->more = rc == 0 && f->log.more;
	}
	forget_old(&f->log);
	out->news = f->log.changes != before;
	lock(&f->lock);
	f->looked_ns = out->listed ? clock_now_ns() : 0;
	unlock(&f->lock);
	unlock(&f->round);
	return rc;
}

static bool
is_running(struct legacy_feed *f)
{
	bool running;

	lock(&f->lock);
	running = f->running;
	unlock(&f->lock);
	return running;
}

/* Whether it is as new as what a thread that looks on would have. */
static bool
is_fresh(struct legacy_feed *f)
{
	const uint64_t poll_ns = f->l->config.poll_ms * NS_PER_MS;
	bool fresh;

	lock(&f->lock);
	fresh = f->running ||
	    (f->looked_ns && clock_now_ns() < f->looked_ns + poll_ns);
	unlock(&f->lock);
	return fresh;
}

static void
measure(struct legacy_log *log, struct legacy_progress *out)
{
	size_t n = 0;

	*out = (struct legacy_progress){ 0 };
	lock(&log->lock);
	while (n < log->count && log->entries[n].evaluated)
		n++;
	for (size_t i = 0; i < log->count; i++)
		out->ticks += log->entries[i].at.tick > 0;
	out->slots = log->next;
	out->evaluated = n < log->count ? log->entries[n].at.slot : log->next;
	if (n > 0)
		out->told = position_behind(log->entries[n - 1].at);
	else
		out->told = position_of_slot(out->evaluated);
	unlock(&log->lock);
}

int
legacy_feed_progress(const struct legacy_call *c, struct legacy_feed *f,
    struct legacy_progress *out, struct error *err)
{
	const struct legacy_patience p = { LOOK_MS, LOOK_ALL_MS };
	struct looked looked;

	if (!is_fresh(f) && read_once(c, f, p, &looked, err) < 0 &&
	    (err->code == ERR_INTERRUPTED || !looked.listed))
		return -1;
	measure(&f->log, out);
	return 0;
}

/* --- the thread --- */

/* Until there is reason to look again; false: to end. */
static bool
rest(struct legacy_feed *f, int stop_fd, uint64_t *pause_ms)
{
	struct pollfd fds[2] = { { stop_fd, POLLIN, 0 },
		{ f->kick_fd, POLLIN, 0 } };
	eventfd_t count;

	(void)poll(fds, 2, (int)*pause_ms);
	if (fds[1].revents) {
		(void)eventfd_read(f->kick_fd, &count);
		*pause_ms = f->l->config.poll_ms;
	}
	return !fds[0].revents;
}

/*
 * A failure counts at once, since each request has been made several times;
 * only what one unit has not heard of yet from another is given some rounds.
 */
static void
take_failure(struct legacy_feed *f, const struct error *why, unsigned *unknown)
{
	if (why->code != ERR_NOT_FOUND || ++*unknown > UNKNOWN_MAX)
		set_failing(f, why);
}

/* What was refused for now, perhaps for long, is not asked for at once. */
static uint64_t
next_pause(struct legacy_feed *f, uint64_t pause_ms, bool failed, bool news)
{
	const uint64_t shortest = f->l->config.poll_ms;

	if (!failed && (news || legacy_log_waits(&f->log)))
		return shortest;
	if (pause_ms < shortest * (failed ? SLOWER_FAILING : SLOWER))
		return pause_ms * 2;
	return failed ? pause_ms : shortest * SLOWER;
}

static void *
feed_main(void *arg)
{
	struct legacy_feed *f = arg;
	const struct legacy_call c = { f->l, f->stop_fd, 0 };
	const struct legacy_patience p = { .wait_ms = RESULT_MS };
	uint64_t pause_ms = f->l->config.poll_ms;
	unsigned unknown = 0;
	struct looked looked;
	struct error err;

	do {
		int rc = read_once(&c, f, p, &looked, &err);

		if (rc < 0 && err.code == ERR_INTERRUPTED)
			break;
		if (looked.news)
			tell_watchers(f);
		if (rc < 0) {
			take_failure(f, &err, &unknown);
		} else {
			unknown = 0;
			set_failing(f, NULL);
		}
		pause_ms = next_pause(f, pause_ms, rc < 0, looked.news);
	} while (looked.more || rest(f, c.cancel_fd, &pause_ms));
	return NULL;
}

/* The lock is held. */
static int
start_thread(struct legacy_feed *f, struct error *err)
{
	f->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	f->kick_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (f->stop_fd < 0 || f->kick_fd < 0)
		return FAIL_ERRNO(err, ERR_SYSTEM, "cannot make an eventfd");
	if (thread_start(&f->thread, "feed", feed_main, f, err) < 0)
		return -1;
	f->running = true;
	return 0;
}

static void
close_fds(struct legacy_feed *f)
{
	if (f->stop_fd >= 0)
		(void)close(f->stop_fd);
	if (f->kick_fd >= 0)
		(void)close(f->kick_fd);
	f->stop_fd = f->kick_fd = -1;
}

/* `switching` is held. */
static void
stop_thread(struct legacy_feed *f)
{
	bool running;

	lock(&f->lock);
	running = f->running;
	f->running = false;
	unlock(&f->lock);
	if (running) {
		(void)eventfd_write(f->stop_fd, 1);
		thread_join(f->thread);
	}
	lock(&f->lock);
	close_fds(f);
	f->failing = false;
	unlock(&f->lock);
}

/* --- who watches --- */

/* `switching` is held. */
static int
add_watcher(struct legacy_feed *f, int fd, struct error *err)
{
	struct watcher *w = xmalloc(sizeof(*w));
	int rc = 0;

	lock(&f->lock);
	*w = (struct watcher){ f->watchers, fd };
	f->watchers = w;
	if (!f->running)
		rc = start_thread(f, err);
	unlock(&f->lock);
	return rc;
}

/* The same; the thread ends with the last one. */
static void
remove_watcher(struct legacy_feed *f, int fd)
{
	struct watcher **at;
	bool last;

	lock(&f->lock);
	for (at = &f->watchers; *at; at = &(*at)->next)
		if ((*at)->fd == fd) {
			struct watcher *gone = *at;

			*at = gone->next;
			free(gone);
			break;
		}
	last = !f->watchers;
	unlock(&f->lock);
	if (last)
		stop_thread(f);
}

int
legacy_feed_watch(const struct legacy_call *c, struct legacy_feed *f, int fd,
    struct error *err)
{
	int rc;

	/* who is watched is open, and its thread may be reading for long */
	if (!is_running(f)) {
		lock(&f->round);
		rc = open_feed(c, f, err);
		unlock(&f->round);
		if (rc < 0)
			return -1;
	}
	lock(&f->switching);
	rc = add_watcher(f, fd, err);
	if (rc < 0)
		remove_watcher(f, fd);
	unlock(&f->switching);
	return rc;
}

void
legacy_feed_unwatch(struct legacy_feed *f, int fd)
{
	lock(&f->switching);
	remove_watcher(f, fd);
	unlock(&f->switching);
}

void
legacy_feed_kick(struct legacy_feed *f)
{
	lock(&f->lock);
	/* the next look decides anew */
	f->failing = false;
	f->looked_ns = 0;
	if (f->running)
		(void)eventfd_write(f->kick_fd, 1);
	unlock(&f->lock);
}

void
legacy_feed_free(struct legacy_feed *f)
{
	while (f->watchers)
		legacy_feed_unwatch(f, f->watchers->fd);
	legacy_log_release(&f->log);
	pthread_mutex_destroy(&f->switching);
	pthread_mutex_destroy(&f->round);
	pthread_mutex_destroy(&f->lock);
	free(f);
}

/* --- who reads --- */

/* A copy of the first entry at or behind `at`; false: there is none. */
static bool
copy_entry(struct legacy_log *log, struct position at, struct legacy_entry *out)
{
	bool found;
	size_t i;

	lock(&log->lock);
	i = legacy_log_find(log, at);
	found = i < log->count;
	if (found) {
		*out = log->entries[i];
		out->message = message_ref(out->message);
		out->result.json = (struct buf)BUF_INIT;
		buf_add_span(&out->result.json,
		    buf_span(&log->entries[i].result.json));
		if (out->facts) {
			out->facts = xmalloc(sizeof(*out->facts));
			*out->facts = *log->entries[i].facts;
		}
	}
	unlock(&log->lock);
	return found;
}

/* Whether the feed has all from there on. */
static bool
goes_back_to(struct legacy_feed *f, struct position at)
{
	bool covers;

	lock(&f->log.lock);
	covers = f->log.count > 0 ? !position_before(at, f->log.entries[0].at)
				  : f->log.next <= at.slot;
	unlock(&f->log.lock);
	return covers;
}

static int
failure_of(struct legacy_feed *f, struct error *err)
{
	int rc = 0;

	lock(&f->lock);
	if (f->failing) {
		*err = f->why;
		rc = -1;
	}
	unlock(&f->lock);
	return rc;
}

int
legacy_feed_log(struct legacy_feed *f, struct position from, node_log_fn fn,
    void *arg, struct error *err)
{
	struct legacy_entry e;
	bool waits = true;
	bool go_on = true;

	if (!is_running(f) || !goes_back_to(f, from))
		return 1;
	while (go_on && copy_entry(&f->log, from, &e)) {
		go_on = legacy_entry_tell(&e, fn, arg);
		from = position_behind(e.at);
		waits = !e.evaluated;
		message_unref(e.message);
		result_release(&e.result);
		free(e.facts);
	}
	return waits ? failure_of(f, err) : 0;
}
