/*
 * The dry run ends early when the timer of its question goes off: for a network
 * after two seconds, for ours when the question is dropped. Whoever asks waits
 * for a moment, in which most processes answer: their prompt is then right from
 * the start.
 */
#include "shell/prompt_ask.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/thread.h"

enum {
	/* how long one waits for a prompt before one sees another … */
	AT_ONCE_MS = 40,
	/* … and a network has for it */
	NETWORK_S = 2,
};

struct prompt_ask {
	pthread_t thread;
	struct node *node; /* the shell's, open for longer than this is there */
	struct address owner;
	struct id process;
	int give_up_fd; /* a timer */
	int done_fd;
	/* of the thread, until done_fd is readable: */
	int status;
	struct result result;
};

static void *
ask_main(void *arg)
{
	struct prompt_ask *a = arg;
	const struct dry_runner by = { a->node, &a->owner, a->give_up_fd };
	const struct request r = { .action = "Eval", .data = span_text("") };
	struct error ignored;

	a->status =
	    client_dry_run_as(&by, &a->process, &r, &a->result, &ignored);
	(void)eventfd_write(a->done_fd, 1);
	return NULL;
}

static void
ask_free(struct prompt_ask *a)
{
	if (a->status == 0)
		result_release(&a->result);
	if (a->give_up_fd >= 0)
		(void)close(a->give_up_fd);
	if (a->done_fd >= 0)
		(void)close(a->done_fd);
	free(a);
}

/* From now on it has so long; 0 and 0: any time. */
static bool
set_timer(const struct prompt_ask *a, time_t seconds, long ns)
{
	const struct itimerspec when = { .it_value = { seconds, ns } };

	return timerfd_settime(a->give_up_fd, 0, &when, NULL) == 0;
}

/* Everything but the thread; NULL: the system has no descriptors for it. */
static struct prompt_ask *
ask_new(struct shell *sh)
{
	struct prompt_ask *a = xcalloc(1, sizeof(*a));

	a->node = sh->client.node;
	a->owner = sh->client.address;
	a->process = sh->process;
	a->status = -1;
	a->result = (struct result)RESULT_INIT;
	a->give_up_fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
	a->done_fd = eventfd(0, EFD_CLOEXEC);
	if (a->give_up_fd >= 0 && a->done_fd >= 0 &&
	    set_timer(a, sh->client.network ? NETWORK_S : 0, 0))
		return a;
	ask_free(a);
	return NULL;
}

static bool
is_done(const struct prompt_ask *a, int timeout_ms)
{
	struct pollfd done = { a->done_fd, POLLIN, 0 };
	int rc;

	do {
		rc = poll(&done, 1, timeout_ms);
	} while (rc < 0 && errno == EINTR);
	return rc > 0;
}

bool
prompt_ask(struct shell *sh)
{
	struct prompt_ask *a;
	struct error ignored;

	prompt_ask_drop(sh);
	if (client_identity(&sh->client, &ignored) < 0 || !(a = ask_new(sh)))
		return false;
	if (thread_start(&a->thread, "prompt", ask_main, a, &ignored) < 0) {
		ask_free(a);
		return false;
	}
	sh->asked = a;
	return is_done(a, AT_ONCE_MS);
}

int
prompt_ask_fd(const struct shell *sh)
{
	return sh->asked ? sh->asked->done_fd : -1;
}

bool
prompt_ask_take(struct shell *sh, struct result *out)
{
	struct prompt_ask *a = sh->asked;
	bool answered;

	if (!a || !is_done(a, 0))
		return false;
	thread_join(a->thread);
	answered = a->status == 0;
	if (answered) {
		*out = a->result;
		a->status = -1;
	}
	ask_free(a);
	sh->asked = NULL;
	return answered;
}

void
prompt_ask_drop(struct shell *sh)
{
	struct prompt_ask *a = sh->asked;

	if (!a)
		return;
	(void)set_timer(a, 0, 1);
	thread_join(a->thread);
	ask_free(a);
	sh->asked = NULL;
}
