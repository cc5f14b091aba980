/*
 * A wait is a look at the log, then a poll, then another look: the eventfd only
 * says that something happened, never what, so no wake-up can be lost. The
 * watch is set before the message is sent for the same reason.
 *
 * Ctrl-C is for the message that is waited for. When that is the one being
 * evaluated, the evaluation is ended and its verdict still comes; when it
 * stands behind others, they are not ours to end, and only the waiting stops.
 */
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <unistd.h>

#include "base/clock.h"
#include "term/escape.h"
#include "shell/client.h"
#include "shell/keys_hold.h"
#include "shell/progress.h"
#include "shell/signals.h"

enum {
	/* how long an interrupted evaluation may take to end */
	GRACE_MS = 3000,
	/* how often a terminal is shown what is waited for */
	LOOK_MS = 250,
	NS_PER_MS = 1000 * 1000
};

/* The new watch only when the old one is off: both are the same eventfd. */
int
client_watch(struct client *c, const struct id *process, struct error *err)
{
	if (c->watching && id_equal(&c->watched, process))
		return 0;
	if (c->watching)
		c->node->ops->unwatch(c->node, &c->watched, c->wake_fd);
	c->watching = false;
	if (c->node->ops->watch(c->node, process, c->wake_fd, err) < 0)
		return -1;
	c->watching = true;
	c->watched = *process;
	return 0;
}

/* What take_result() looks for, and where it goes. */
struct taken {
	struct position at;
	bool done;
	bool stopped; /* there will be none, for now */
	struct result *out;
};

/* The first entry is the one itself; no other is looked at. */
static bool
take_result(void *arg, const struct log_entry *entry)
{
	struct taken *t = arg;

	if (position_compare(log_entry_at(entry), t->at) != 0)
		return false;
	t->stopped = entry->stopped;
	if (entry->evaluated) {
		t->out->verdict = entry->verdict;
		buf_clear(&t->out->json);
		buf_add_span(&t->out->json, entry->result_json);
		t->done = true;
	}
	return false;
}

/* What is waited for; `receipt` has no message when it is a tick. */
struct waiting {
	struct receipt receipt;
	struct position at;
};

/* True when the entry is the one that runs now. */
static bool
is_running(struct client *c, const struct waiting *w)
{
	struct process_info info;
	struct error ignored;

	/* where it cannot be ended it is not waited for either */
	if (!c->node->ops->interrupt ||
	    c->node->ops->process(c->node, &w->receipt.process, &info,
		&ignored) < 0)
		return false;
	/* nothing lies between what is told and a slot that has no ticks
	 * before it */
	if (w->at.tick == 0)
		return info.evaluated == w->at.slot;
	return position_compare(info.told, w->at) == 0;
}

/* Giving up a wait takes nothing back: name the message, for `result`. */
static int
fail_waiting(const struct waiting *w, enum error_code code, const char *why,
    struct error *err)
{
	if (w->at.tick)
		return FAIL(err, code, "%s; tick %s may still run", why,
		    position_text(w->at).text);
	return FAIL(err, code,
	    "%s; message %s (slot %" PRIu64 ") may still run", why,
	    id_encode(&w->receipt.message).text, w->at.slot);
}

/* The same of one that waits in a stopped process. */
static int
fail_stopped(const struct waiting *w, struct error *err)
{
	struct id_text process = id_encode(&w->receipt.process);

	if (w->at.tick)
		return FAIL(err, ERR_EVAL,
		    "process %s is stopped; tick %s waits until it is started",
		    process.text, position_text(w->at).text);
	return FAIL(err, ERR_EVAL,
	    "process %s is stopped; slot %" PRIu64
	    " waits in its log until it is started",
	    process.text, w->at.slot);
}

static uint64_t
deadline_in(uint64_t ms)
{
	return clock_now_ns() + ms * NS_PER_MS;
}

/* On a terminal: how far a process is that is replayed before it answers. */
static void
show_waking(struct client *c, const struct waiting *w, struct progress *p)
{
	struct process_info info;
	struct error ignored;

	if (!p->to || c->network ||
	    c->node->ops->process(c->node, &w->receipt.process, &info,
		&ignored) < 0 ||
	    !info.waking)
		return;
	p->total = info.evaluated;
	progress_draw(p, info.waking);
}

/* It quotes units: what they say may not steer a terminal. */
void
client_take_notice(struct client *c, struct buf *out)
{
	struct buf text = BUF_INIT;

	if (c->node->ops->notice)
		c->node->ops->notice(c->node, &text);
	if (text.len > 0) {
		buf_add_text(out, "aosh: ");
		escape_text(buf_span(&text), ESCAPE_ONE_LINE, out);
		buf_add_byte(out, '\n');
	}
	buf_release(&text);
}

/* The result is not to be had, but the message is on its way. */
static int
fail_unanswered(struct client *c, const struct waiting *w, struct error *err)
{
	struct buf same = BUF_INIT;

	/* the error says it, once is enough */
	client_take_notice(c, &same);
	buf_release(&same);
	if (w->at.tick || err->code == ERR_NOT_FOUND)
		return -1;
	return FAIL_IN(err,
	    "message %s (slot %" PRIu64 ") is sent, its result is not known",
	    id_encode(&w->receipt.message).text, w->at.slot);
}

/*
 * Wait with poll(), so long at most. What the terminal wants is done at once,
 * where nobody else looks after it; the time that we were stopped for is no
 * time of the wait.
 */
static int
poll_all(struct client *c, bool interrupted, int timeout, uint64_t *deadline)
{
	struct pollfd fds[3] = { { .fd = c->wake_fd, .events = POLLIN },
		{ .fd = signals_cancel_fd(), .events = POLLIN },
		{ .fd = signals_terminal_fd(), .events = POLLIN } };
	uint64_t start;
	int rc;

	/* what ends the program stays; the verdict is still waited for */
	if (interrupted && signals_ending())
		fds[1].fd = -1;
	if (c->idle)
		fds[2].fd = -1;
	rc = poll(fds, 3, timeout);
	if (rc <= 0 || !fds[2].revents)
		return rc;
	start = clock_now_ns();
	if (keys_hold_look() && *deadline)
		*deadline += clock_now_ns() - start;
	return rc;
}

/* Until news, a key or the deadline; 0: news, or nothing yet. */
static int
wait_for_news(struct client *c, const struct waiting *w, struct progress *p,
    uint64_t *deadline, bool *interrupted, struct error *err)
{
	uint64_t now = clock_now_ns();
	uint64_t count;
	int timeout = -1;
	int rc;

	if (*deadline && now >= *deadline)
		return *interrupted
		    ? fail_waiting(w, ERR_INTERRUPTED, "interrupted", err)
		    : fail_waiting(w, ERR_TIMEOUT, "no result in time", err);
	if (*deadline)
		timeout = (int)((*deadline - now) / NS_PER_MS) + 1;
	if (p->to && (timeout < 0 || timeout > LOOK_MS))
		timeout = LOOK_MS;
	if (c->idle) {
		c->idle(c->idle_arg);
		timeout = CLIENT_IDLE_MS;
	}
	rc = poll_all(c, *interrupted, timeout, deadline);
	if (rc < 0 && errno != EINTR)
		return FAIL_ERRNO(err, ERR_SYSTEM, "cannot wait");
	if (rc == 0 && !c->idle)
		show_waking(c, w, p);
	if (read(c->wake_fd, &count, sizeof(count)) < 0 && errno != EAGAIN)
		return FAIL_ERRNO(err, ERR_SYSTEM, "cannot wait");
	if ((*interrupted && signals_ending()) || !signals_take_cancel())
		return 0;
	if (*interrupted || !is_running(c, w))
		return fail_waiting(w, ERR_INTERRUPTED, "interrupted", err);
	c->node->ops->interrupt(c->node, &w->receipt.process);
	*interrupted = true;
	*deadline = deadline_in(GRACE_MS);
	return 0;
}

/*
 * Look first: the result may be there already. `out` is filled in at the end
 * alone, so a failed wait leaves it untouched.
 */
static int
await(struct client *c, const struct waiting *w, struct outcome *out,
    struct error *err)
{
	struct result result = RESULT_INIT;
	struct taken t = { .at = w->at, .out = &result };
	uint64_t start = clock_now_ns();
	uint64_t deadline = c->timeout_ms ? deadline_in(c->timeout_ms) : 0;
	bool interrupted = false;
	struct progress progress;
	int rc;

	progress_init(&progress, c->notes, "slots replayed", 0);
	do {
		rc = c->node->ops->log(c->node, &w->receipt.process, w->at,
		    take_result, &t, err);
		if (rc < 0 && c->network)
			rc = t.done ? 0 : fail_unanswered(c, w, err);
		if (rc == 0 && t.stopped)
			rc = fail_stopped(w, err);
		if (rc == 0 && !t.done)
			rc = wait_for_news(c, w, &progress, &deadline,
			    &interrupted, err);
	} while (rc == 0 && !t.done);
	progress_end(&progress);
	if (rc < 0) {
		result_release(&result);
		return -1;
	}
	out->receipt = w->receipt;
	out->tick = w->at.tick;
	out->result = result;
	c->times.compute_ns = clock_now_ns() - start;
	out->ms = c->times.compute_ns / NS_PER_MS;
	return 0;
}

int
client_await(struct client *c, const struct receipt *r, struct outcome *out,
    struct error *err)
{
	const struct waiting w = { *r, position_of_slot(r->slot) };

	return await(c, &w, out, err);
}

int
client_await_entry(struct client *c, const struct id *process,
    struct position at, struct outcome *out, struct error *err)
{
	const struct waiting w = {
		{ .process = *process, .slot = at.slot },
		at,
	};

	return await(c, &w, out, err);
}
