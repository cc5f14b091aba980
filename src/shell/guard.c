/*
 * The signals come to the guard's thread alone. A machine is interrupted by a
 * jump, and one that left in the middle of a signal's handler would leave that
 * signal blocked.
 */
#include "shell/guard.h"

#include <errno.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "shell/signals.h"

/* The signal is left where it is: whoever asked takes it. */
static void *
guard_main(void *arg)
{
	const struct guard *g = arg;
	struct pollfd fds[2] = {
		{ .fd = signals_cancel_fd(), .events = POLLIN },
		{ .fd = g->end_fd, .events = POLLIN },
	};

	pthread_sigmask(SIG_SETMASK, &g->mask, NULL);
	while (poll(fds, 2, -1) < 0 && errno == EINTR)
		;
	if (!(fds[1].revents & POLLIN))
		replay_interrupt(g->replay);
	return NULL;
}

void
guard_begin(struct guard *g, struct replay *r)
{
	struct error ignored;
	sigset_t ours;

	*g = (struct guard){ .replay = r, .end_fd = eventfd(0, EFD_CLOEXEC) };
	sigemptyset(&ours);
	sigaddset(&ours, SIGINT);
	sigaddset(&ours, SIGTERM);
	sigaddset(&ours, SIGHUP);
	pthread_sigmask(SIG_BLOCK, &ours, &g->mask);
	if (g->end_fd >= 0 &&
	    thread_start(&g->thread, "guard", guard_main, g, &ignored) < 0) {
		close(g->end_fd);
		g->end_fd = -1;
	}
	if (g->end_fd < 0)
		pthread_sigmask(SIG_SETMASK, &g->mask, NULL);
}

int
guard_end(struct guard *g, int rc, const struct error *err)
{
	if (g->end_fd >= 0) {
		(void)eventfd_write(g->end_fd, 1);
		thread_join(g->thread);
		close(g->end_fd);
	}
	pthread_sigmask(SIG_SETMASK, &g->mask, NULL);
	if (rc < 0 && err->code == ERR_INTERRUPTED)
		(void)signals_take_cancel();
	replay_resume(g->replay);
	return rc;
}
