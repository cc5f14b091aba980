#include "shell/cursor_query.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <unistd.h>

#include <readline/readline.h>

#include "base/clock.h"
#include "term/edit_reflow.h"

#define NS_PER_MS UINT64_C(1000000)

enum {
	CALM_MS = 40,
	/* a terminal that never answered may be one that never will */
	ANSWER_MS = 1000,
	LATE_MS = 3000, /* then it comes no more */
	/* readline keeps twice as many for us */
	KEYS_MAX = 256
};

/* The terminal is one, and so is readline. */
static struct {
	bool open;
	bool asked;
	uint64_t due_ns;
	bool has_answered; /* one, ever */
	unsigned answers;  /* that are still to come */
	uint64_t asked_ns;
	struct buf keys;
} query;

void
cursor_query_open(void)
{
	query.open = true;
	query.asked = false;
	query.due_ns = clock_now_ns() + CALM_MS * NS_PER_MS;
}

void
cursor_query_drop(void)
{
	query.open = false;
}

bool
cursor_query_is_open(void)
{
	return query.open;
}

int
cursor_query_wait_ms(void)
{
	uint64_t now = clock_now_ns();

	if (!query.open)
		return -1;
	return query.due_ns <= now
	    ? 0
	    : (int)((query.due_ns - now) / NS_PER_MS) + 1;
}

/* What is there has been waited for, however late it is looked at. */
static bool
keys_are_there(void)
{
	struct pollfd fd = { .fd = STDIN_FILENO, .events = POLLIN };

	return poll(&fd, 1, 0) > 0;
}

bool
cursor_query_turn(void)
{
	if (cursor_query_wait_ms() != 0)
		return true;
	if (query.asked)
		return keys_are_there();
	(void)fputs("\x1b[6n", rl_outstream);
	(void)fflush(rl_outstream);
	query.asked = true;
	query.answers++;
	query.asked_ns = clock_now_ns();
	query.due_ns = query.asked_ns +
	    (query.has_answered ? LATE_MS : ANSWER_MS) * NS_PER_MS;
	return true;
}

/* Whether an answer may still come. */
static bool
is_listening(void)
{
	if (query.answers &&
	    clock_now_ns() > query.asked_ns + LATE_MS * NS_PER_MS)
		query.answers = 0;
	return query.answers > 0;
}

/* False: there are none, which readline finds out for itself. */
static bool
read_keys(void)
{
	uint8_t *to = buf_reserve(&query.keys, KEYS_MAX);
	size_t room = KEYS_MAX - query.keys.len;
	ssize_t n = read(STDIN_FILENO, to, room);

	if (n > 0)
		query.keys.len += (size_t)n;
	return n > 0 || (n < 0 && errno == EINTR);
}

/* All but what may be the beginning of an answer. */
static void
give_keys(bool all)
{
	struct span keys = buf_span(&query.keys);
	size_t n = keys.len - (all ? 0 : cursor_report_begun(keys));
	struct buf kept = BUF_INIT;

	for (size_t i = 0; i < n; i++)
		(void)rl_stuff_char(keys.p[i]);
	buf_add_span(&kept, span_from(keys, n));
	buf_release(&query.keys);
	query.keys = kept;
	/* it goes on with all that it was given */
	if (n)
		rl_callback_read_char();
}

bool
cursor_query_keys(size_t *row, size_t *column)
{
	bool answered = false;

	if (!is_listening() && query.keys.len == 0) {
		rl_callback_read_char();
		return false;
	}
	if (!read_keys()) {
		query.answers = 0;
		give_keys(true);
		rl_callback_read_char();
		return false;
	}
	while (query.answers && cursor_report_take(&query.keys, row, column)) {
		query.has_answered = true;
		answered = --query.answers == 0 && query.open && query.asked;
	}
	/* what the keys change is not drawn before the answer is made use of */
	give_keys(query.answers == 0 || query.keys.len == KEYS_MAX);
	answered = answered && query.open && query.asked;
	if (answered)
		query.open = false;
	return answered;
}
