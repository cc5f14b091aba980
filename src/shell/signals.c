/*
 * Signals may come at any instruction, also between looking and waiting; bytes
 * in a pipe do not get lost there. Waits poll the pipe, so no flag is looked
 * at.
 *
 * Two pipes: one for what ends a wait (SIGINT, SIGTERM, SIGHUP), one for what
 * concerns the terminal (SIGWINCH, SIGTSTP). A node polls the first and never
 * reads it; the shell takes the byte out when it has understood it. Both are
 * non-blocking: a handler must not wait, and a look must not either.
 *
 * SIGINT is for one wait, and used up by it. SIGTERM and SIGHUP are for the
 * program: their byte stays in the pipe, so that whatever waits, and all that
 * would wait after it, ends at once, and each look is told of them.
 *
 * Outside the prompt only SIGINT is caught. The others keep what the system
 * does: a script that is told to terminate does so at once, and loses nothing
 * that was acknowledged.
 */
#include "shell/signals.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <unistd.h>

#include "pane/screen.h"

/* Handlers have no argument to find these by. Read end, write end. */
static int cancel_pipe[2] = { -1, -1 };
static int terminal_pipe[2] = { -1, -1 };
/* What the program was told to end by. */
static atomic_int ending;

static bool
is_ending(int number)
{
	return number == SIGTERM || number == SIGHUP;
}

/* Only what is allowed in a handler. */
static void
on_signal(int number)
{
	bool cancel = number == SIGINT || is_ending(number);
	int saved = errno;
	uint8_t byte = (uint8_t)number;
	ssize_t n;

	/* before the byte: who sees that, knows */
	if (is_ending(number))
		ending = number;
	/* a full pipe has told enough already */
	n = write(cancel ? cancel_pipe[1] : terminal_pipe[1], &byte, 1);
	(void)n;
	if (is_ending(number))
		screen_let_go();
	errno = saved;
}

/* As the shells give it for a program that ended by the signal. */
static void
leave(int number)
{
	_exit(128 + number);
}

static void
call_for(int number, void (*handler)(int))
{
	/* without SA_RESTART, so that a blocking read or write ends */
	struct sigaction action = { .sa_handler = handler };

	sigemptyset(&action.sa_mask);
	sigaction(number, &action, NULL);
}

/* Has our handler called for it. */
static void catch (int number)
{
	call_for(number, on_signal);
}

/*
 * A closed pipe and a file over its limit are errors of write(), not the end of
 * the program: half a file would be left behind.
 */
int
signals_init(struct error *err)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN };

	if (pipe2(cancel_pipe, O_CLOEXEC | O_NONBLOCK) < 0 ||
	    pipe2(terminal_pipe, O_CLOEXEC | O_NONBLOCK) < 0)
		return FAIL_ERRNO(err, ERR_SYSTEM, "cannot make a pipe");
	sigaction(SIGPIPE, &ignore, NULL);
	sigaction(SIGXFSZ, &ignore, NULL);
	catch (SIGINT);
	return 0;
}

void
signals_leave_at_cancel(void)
{
	call_for(SIGINT, leave);
}

void
signals_service(void)
{
	catch (SIGTERM);
	catch (SIGHUP);
}

void
signals_interactive(void)
{
	signals_service();
	catch (SIGWINCH);
	catch (SIGTSTP);
}

int
signals_cancel_fd(void)
{
	return cancel_pipe[0];
}

int
signals_terminal_fd(void)
{
	return terminal_pipe[0];
}

/* Pipes do not block: nothing there is 0. */
static int
take(int fd)
{
	uint8_t byte;

	return read(fd, &byte, 1) == 1 ? byte : 0;
}

int
signals_take_cancel(void)
{
	int number = ending;
	uint8_t byte;
	ssize_t n;

	if (number)
		return number;
	number = take(cancel_pipe[0]);
	if (!is_ending(number))
		return number;
	/* it came just now, and stays */
	byte = (uint8_t)number;
	n = write(cancel_pipe[1], &byte, 1);
	(void)n;
	return number;
}

int
signals_ending(void)
{
	return ending;
}

int
signals_take_terminal(void)
{
	return take(terminal_pipe[0]);
}

/* The handler is off for the moment, or the signal would only be noted. */
void
signals_stop_here(void)
{
	struct sigaction standard = { .sa_handler = SIG_DFL };

	sigaction(SIGTSTP, &standard, NULL);
	raise(SIGTSTP);
	catch (SIGTSTP);
}
