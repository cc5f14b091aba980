/*
 * The child stays in our process group, so that keys reach it as they reach us.
 * While it runs the terminal is as the system has it; what a line editor or an
 * echo that was off had made of it comes back behind.
 *
 * Writing and waiting look at the pipe of terminal signals in between: a child
 * that was stopped would else keep us, who must stop, too.
 */
#include "shell/child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "base/alloc.h"
#include "shell/signals.h"

/* Stop with the child; other signals of the terminal are for the prompt. */
static void
look_at_terminal(bool *resized)
{
	int number;

	while ((number = signals_take_terminal()) != 0) {
		if (number == SIGTSTP)
			signals_stop_here();
		else
			*resized = true;
	}
}

/* Until the child has all of it or wants no more, or we are to end. */
static void
feed(int fd, struct span input, bool *resized)
{
	struct pollfd fds[2] = { { .fd = fd, .events = POLLOUT },
		{ .fd = signals_terminal_fd(), .events = POLLIN } };

	while (input.len && !signals_ending()) {
		ssize_t n;

		if (poll(fds, 2, -1) < 0 && errno != EINTR)
			break;
		look_at_terminal(resized);
		n = write(fd, input.p, input.len);
		if (n >= 0)
			input = span_from(input, (size_t)n);
		else if (errno != EAGAIN && errno != EINTR)
			break;
	}
}

/* What ends us ends the child, too. */
static int
wait_for(pid_t pid, bool *resized)
{
	int status;
	bool again;

	do {
		pid_t got;

		if (signals_ending())
			(void)kill(pid, signals_ending());
		got = waitpid(pid, &status, WUNTRACED);

		if (got < 0 && errno != EINTR)
			return CHILD_NO_PROGRAM;
		again = got < 0 || WIFSTOPPED(status);
		look_at_terminal(resized);
	} while (again);
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status)
				   : WEXITSTATUS(status);
}

/* What we ignore it shall not. -1: an errno is set. */
static int
start(const char *command, const char *file, const int *ends, pid_t *pid)
{
	char line[4096];
	char *argument = file ? xstrdup(file) : NULL;
	char *const argv[] = { (char[]){ "sh" }, (char[]){ "-c" }, line,
		(char[]){ "aosh" }, argument, NULL };
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t standard;
	int rc;

	rc = snprintf(line, sizeof(line), file ? "%s \"$@\"" : "%s", command);
	if (rc < 0 || (size_t)rc >= sizeof(line)) {
		free(argument);
		errno = E2BIG;
		return -1;
	}
	posix_spawn_file_actions_init(&actions);
	if (ends)
		posix_spawn_file_actions_adddup2(&actions, ends[0],
		    STDIN_FILENO);
	sigemptyset(&standard);
	sigaddset(&standard, SIGPIPE);
	sigaddset(&standard, SIGXFSZ);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setsigdefault(&attributes, &standard);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
	rc = posix_spawn(pid, "/bin/sh", &actions, &attributes, argv, environ);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	free(argument);
	errno = rc;
	return rc ? -1 : 0;
}

/* As the system's shell has it, for whoever reads from it. */
static bool
plain_terminal(struct termios *before)
{
	struct termios plain;

	if (tcgetattr(STDIN_FILENO, before) < 0)
		return false;
	plain = *before;
	plain.c_lflag |= ECHO | ICANON | IEXTEN | ISIG;
	plain.c_iflag |= ICRNL;
	tcsetattr(STDIN_FILENO, TCSADRAIN, &plain);
	return true;
}

int
child_run(const char *command, const struct span *input, const char *file,
    struct error *err)
{
	int ends[2] = { -1, -1 };
	struct termios before;
	bool resized = false;
	bool terminal;
	pid_t pid = 0;
	int status;

	if (input && pipe2(ends, O_CLOEXEC) < 0)
		return FAIL_ERRNO(err, ERR_SYSTEM, "cannot make a pipe");
	terminal = plain_terminal(&before);
	status = start(command, file, input ? ends : NULL, &pid);
	if (status < 0)
		error_set_errno(err, ERR_SYSTEM, "cannot run '%s'", command);
	if (input)
		close(ends[0]);
	if (input && status == 0) {
		(void)fcntl(ends[1], F_SETFL, O_NONBLOCK);
		feed(ends[1], *input, &resized);
	}
	if (input)
		close(ends[1]);
	if (status == 0)
		status = wait_for(pid, &resized);
	if (terminal)
		tcsetattr(STDIN_FILENO, TCSADRAIN, &before);
	if (resized)
		raise(SIGWINCH);
	return status;
}
