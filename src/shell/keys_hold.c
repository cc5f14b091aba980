/*
 * Readline has given the terminal back when a line runs, and takes the state
 * that it finds at the next prompt for the user's own. So what is changed here
 * is changed back before that, and before others have the terminal: a program
 * that is stopped leaves it as it found it.
 */
#include "shell/keys_hold.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <termios.h>
#include <unistd.h>

#include "base/clock.h"
#include "shell/signals.h"
#include "shell/split.h"

enum {
	NS_PER_MS = 1000 * 1000
};

/* There is one terminal. */
static struct {
	bool held;
	struct termios before;
} keys;

/* Not shown twice, and kept as they come, Ctrl-D, too. */
static void
make_quiet(void)
{
	struct termios quiet = keys.before;

	quiet.c_lflag &= ~(tcflag_t)(ECHO | ICANON | IEXTEN);
	quiet.c_cc[VMIN] = 1;
	quiet.c_cc[VTIME] = 0;
	tcsetattr(STDIN_FILENO, TCSANOW, &quiet);
}

void
keys_hold_begin(void)
{
	keys.held = tcgetattr(STDIN_FILENO, &keys.before) == 0;
	if (keys.held)
		make_quiet();
}

void
keys_hold_end(void)
{
	if (keys.held)
		tcsetattr(STDIN_FILENO, TCSANOW, &keys.before);
	keys.held = false;
}

/* Of a new size the prompt asks by itself. */
bool
keys_hold_look(void)
{
	bool stopped = false;
	int number;

	if (split_is_open())
		return false;
	while ((number = signals_take_terminal()) != 0) {
		if (number != SIGTSTP)
			continue;
		if (keys.held)
			tcsetattr(STDIN_FILENO, TCSANOW, &keys.before);
		signals_stop_here();
		if (keys.held)
			make_quiet();
		stopped = true;
	}
	return stopped;
}

bool
keys_hold_pause(const struct client *c, int ms, bool *stopped)
{
	struct pollfd fds[] = {
		{ .fd = signals_cancel_fd(), .events = POLLIN },
		{ .fd = c->idle ? -1 : signals_terminal_fd(),
		    .events = POLLIN },
	};
	uint64_t end = clock_now_ns() + (uint64_t)ms * NS_PER_MS;
	uint64_t now;

	*stopped = false;
	while ((now = clock_now_ns()) < end) {
		int left = (int)((end - now) / NS_PER_MS) + 1;

		if (c->idle) {
			c->idle(c->idle_arg);
			left = left < CLIENT_IDLE_MS ? left : CLIENT_IDLE_MS;
		}
		if (poll(fds, 2, left) < 0 && errno != EINTR)
			return true;
		if (signals_take_cancel())
			return true;
		if (keys_hold_look()) {
			*stopped = true;
			return false;
		}
	}
	return false;
}
