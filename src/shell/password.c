/*
 * While a password is typed, the signals that stop or end the program wait for
 * the terminal to be put right: they are blocked, seen through a descriptor and
 * let act when the terminal shows again what is typed. Other threads block them
 * anyway. Ctrl-C is caught for the whole program (signals.c) and seen
 * through its pipe. Whoever brings the program back from a stop may have set
 * the terminal, so the question is then put again.
 *
 * Lines are the terminal's own, with its keys for mending them; so no byte is
 * looked at here before the line is whole.
 */
#include "shell/password.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

#include <sodium.h>

#include "base/buf.h"
#include "term/escape.h"
#include "shell/signals.h"

enum {
	LINE_BYTES = PASSWORD_MAX_BYTES + 2, /* its end, and one too many */
	TRIES = 3,
};

/* A terminal that shows nothing of what is typed. */
struct hidden {
	int tty;
	int signals; /* a signalfd */
	struct termios before;
	sigset_t blocked;
	sigset_t mask; /* as it was */
};

/* The place of one line, or of the one that must equal it. */
static uint8_t *
room_for(struct password_source *s, int which)
{
	int rc = sodium_init();

	ASSERT(rc >= 0);
	if (!s->room)
		s->room = sodium_malloc((size_t)2 * LINE_BYTES);
	ASSERT(s->room);
	return s->room + (size_t)which * LINE_BYTES;
}

void
password_release(struct password_source *s)
{
	if (s->room)
		sodium_free(s->room); /* wipes it */
	*s = (struct password_source){ 0 };
}

static int
fail_too_long(struct error *err)
{
	return FAIL(err, ERR_WALLET, "a password has at most %d bytes",
	    PASSWORD_MAX_BYTES);
}

/* --- a descriptor --- */

/* The next byte; 0: the end. */
static int
read_byte(int fd, uint8_t *byte, struct error *err)
{
	struct pollfd fds[2] = { { .fd = fd, .events = POLLIN },
		{ .fd = signals_cancel_fd(), .events = POLLIN } };

	for (;;) {
		ssize_t n;

		if (poll(fds, 2, -1) < 0 && errno != EINTR)
			return FAIL_ERRNO(err, ERR_WALLET, "cannot wait");
		if (signals_take_cancel())
			return FAIL(err, ERR_INTERRUPTED, "interrupted");
		if (!fds[0].revents)
			continue;
		n = read(fd, byte, 1);
		if (n >= 0)
			return (int)n;
		if (errno != EINTR && errno != EAGAIN)
			return FAIL_ERRNO(err, ERR_WALLET,
			    "cannot read the password from descriptor %d", fd);
	}
}

int
password_take(struct password_source *s, int fd, struct error *err)
{
	uint8_t *line = room_for(s, 0);
	size_t len = 0;
	int rc;

	if (fcntl(fd, F_GETFD) < 0)
		return FAIL_ERRNO(err, ERR_USAGE, "'--password-fd %d'", fd);
	/* what is typed must not be seen */
	if (isatty(fd))
		return 0;
	while ((rc = read_byte(fd, &line[len], err)) > 0 && line[len] != '\n')
		if (++len > PASSWORD_MAX_BYTES)
			return fail_too_long(err);
	if (rc < 0)
		return -1;
	s->given = true;
	s->known = span_of(line, len);
	return 0;
}

/* --- the terminal --- */

/* Best effort: a terminal that is gone shows nothing anyway. */
static void
say(const struct hidden *h, const char *text)
{
	ssize_t n = write(h->tty, text, strlen(text));

	(void)n;
}

static void
hide(struct hidden *h)
{
	struct termios now;

	pthread_sigmask(SIG_BLOCK, &h->blocked, NULL);
	now = h->before;
	now.c_lflag &= ~(tcflag_t)(ECHO | ECHOE | ECHOK | ECHONL);
	now.c_lflag |= ICANON | ISIG;
	/* what was typed before the question was seen on the screen */
	(void)tcsetattr(h->tty, TCSAFLUSH, &now);
}

/* Here the signals act that have waited: the program may stop, or end. */
static void
show(struct hidden *h)
{
	say(h, "\n");
	(void)tcsetattr(h->tty, TCSADRAIN, &h->before);
	pthread_sigmask(SIG_SETMASK, &h->mask, NULL);
}

static int
hidden_open(struct hidden *h, struct error *err)
{
	h->tty = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
	if (h->tty < 0 || tcgetattr(h->tty, &h->before) < 0) {
		if (h->tty >= 0)
			close(h->tty);
		return FAIL(err, ERR_WALLET,
		    "no terminal to ask for its password: give it with "
		    "'--password-fd N'");
	}
	sigemptyset(&h->blocked);
	sigaddset(&h->blocked, SIGTERM);
	sigaddset(&h->blocked, SIGHUP);
	sigaddset(&h->blocked, SIGQUIT);
	sigaddset(&h->blocked, SIGTSTP);
	sigaddset(&h->blocked, SIGCONT);
	pthread_sigmask(SIG_SETMASK, NULL, &h->mask);
	h->signals = signalfd(-1, &h->blocked, SFD_CLOEXEC | SFD_NONBLOCK);
	if (h->signals >= 0)
		return 0;
	close(h->tty);
	return FAIL_ERRNO(err, ERR_SYSTEM, "cannot make a signalfd");
}

static void
hidden_close(struct hidden *h)
{
	close(h->signals);
	close(h->tty);
}

/* Wait for a line. 1: it is there; 0: there is a signal; -1. */
static int
await_line(struct hidden *h, struct error *err)
{
	struct pollfd fds[3] = { { .fd = h->tty, .events = POLLIN },
		{ .fd = signals_cancel_fd(), .events = POLLIN },
		{ .fd = h->signals, .events = POLLIN } };

	for (;;) {
		if (poll(fds, 3, -1) < 0 && errno != EINTR)
			return FAIL_ERRNO(err, ERR_SYSTEM, "cannot wait");
		if (signals_take_cancel())
			return FAIL(err, ERR_INTERRUPTED, "interrupted");
		if (fds[2].revents)
			return 0;
		if (fds[0].revents)
			return 1;
	}
}

/* One line, without its end. 1: it is there; 0: ask again; -1. */
static int
read_line(struct hidden *h, uint8_t *line, size_t *len, struct error *err)
{
	ssize_t n;
	int rc = await_line(h, err);

	if (rc <= 0)
		return rc;
	n = read(h->tty, line, LINE_BYTES);
	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return 0;
	if (n <= 0)
		return FAIL(err, ERR_WALLET, "no password was typed");
	if (line[n - 1] == '\n')
		n--;
	if (n > PASSWORD_MAX_BYTES) {
		/* the rest is not for whoever reads next */
		(void)tcflush(h->tty, TCIFLUSH);
		return fail_too_long(err);
	}
	*len = (size_t)n;
	return 1;
}

/* Put a question until a line answers it. */
static int
question(struct hidden *h, const char *what, const char *wallet, uint8_t *line,
    size_t *len, struct error *err)
{
	struct buf text = BUF_INIT;
	int rc = 0;

	buf_printf(&text, "%s '", what);
	escape_text(span_text(wallet), ESCAPE_ONE_LINE, &text);
	buf_add_text(&text, "': ");
	while (rc == 0) {
		hide(h);
		say(h, buf_text(&text));
		rc = read_line(h, line, len, err);
		show(h);
	}
	buf_release(&text);
	return rc < 0 ? -1 : 0;
}

int
password_ask(struct password_source *s, const char *wallet, struct span *out,
    struct error *err)
{
	uint8_t *line = room_for(s, 0);
	size_t len = 0;
	struct hidden h;
	int rc;

	if (s->given) {
		*out = s->known;
		return 0;
	}
	if (hidden_open(&h, err) < 0)
		return -1;
	rc = question(&h, "Password of", wallet, line, &len, err);
	hidden_close(&h);
	if (rc == 0)
		*out = span_of(line, len);
	return rc;
}

/* One try. 1: both are the same; 0: ask again; -1. */
static int
ask_twice(struct password_source *s, struct hidden *h, const char *wallet,
    struct span *out, struct error *err)
{
	uint8_t *lines[2] = { room_for(s, 0), room_for(s, 1) };
	size_t lens[2] = { 0, 0 };

	if (question(h, "New password of", wallet, lines[0], &lens[0], err) < 0)
		return -1;
	if (lens[0] == 0) {
		say(h, "aosh: a password cannot be empty\n");
		return 0;
	}
	if (question(h, "Once more, of", wallet, lines[1], &lens[1], err) < 0)
		return -1;
	*out = span_of(lines[0], lens[0]);
	if (span_equal(*out, span_of(lines[1], lens[1])))
		return 1;
	say(h, "aosh: that is not the same\n");
	return 0;
}

int
password_ask_new(struct password_source *s, const char *wallet,
    struct span *out, struct error *err)
{
	struct hidden h;
	int rc = 0;

	if (s->given) {
		*out = s->known;
		return s->known.len
		    ? 0
		    : FAIL(err, ERR_WALLET, "a password cannot be empty");
	}
	if (hidden_open(&h, err) < 0)
		return -1;
	for (int i = 0; i < TRIES && rc == 0; i++)
		rc = ask_twice(s, &h, wallet, out, err);
	hidden_close(&h);
	if (rc == 0)
		return FAIL(err, ERR_WALLET,
		    "no password: typed %d times, never twice the same", TRIES);
	return rc < 0 ? -1 : 0;
}
