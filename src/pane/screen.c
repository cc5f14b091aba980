/*
 * Curses sees our signal handlers and leaves them alone, so resizes and stops
 * come through the loop of the pane and never in the middle of a drawing.
 *
 * For a crash the bytes that leave the alternate screen are kept ready, since a
 * handler may do no more than write them. It is set only where nobody else,
 * like a sanitizer, has one.
 *
 * A terminal that takes nothing, stopped or not read any more, lets frames be
 * skipped; but it may stop in the middle of one, and curses tries for ever. So
 * what is to end the program sends the rest of that frame nowhere.
 */
#include "pane/screen.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>

#define NCURSES_WIDECHAR 1
#include <term.h>
#undef columns /* a macro there */

#include <curses.h>
#include <sodium.h>

#include "base/alloc.h"
#include "base/file.h"
#include "pane/curses_load.h"
#include "pane/keys.h"
#include "pane/looks.h"

enum {
	ESCAPE_MS = 25, /* so long a lone Esc may be the start of a key */
	LEAVE_MAX = 256,
	LEAVE_MORE = 32 /* for the mouse and pastes */
};

/* Keys that curses has no names for. */
enum {
	KEY_PASTE = KEY_MAX + 1,
	KEY_PASTE_END
};

/*
 * Whether the terminal turns right-to-left text round (ECMA-48, BDSM): in a
 * table a text of one column must not carry the others with it. Most terminals
 * never do, and know no such mode.
 */
static const char keep_order[] = "\033[8l";
static const char turn_order[] = "\033[8h";
/* Pasted text comes between marks, so that it is one piece. */
static const char paste_on[] = "\033[?2004h";
static const char paste_off[] = "\033[?2004l";
static const char mouse_off[] = "\033[?1006;1000l"; /* for a crash */

/* A handler and curses have no argument to find these by. */
static struct {
	SCREEN *screen;
	bool mouse;
	bool paste;
	/* curses writes here, so that a handler may send the rest elsewhere */
	FILE *out;
	volatile sig_atomic_t out_fd;
	volatile sig_atomic_t writing; /* it does just now */
	int nowhere;
	struct termios before;
	struct term *prior;    /* readline's description of the terminal */
	char leave[LEAVE_MAX]; /* its end is set apart, below */
	size_t leave_len;
} terminal;

/* Ctrl-\ is one, made by hand. */
static const int crashes[] = { SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL,
	SIGQUIT };

/* Only what is allowed in a handler; then the crash goes on. */
static void
on_crash(int number)
{
	ssize_t n =
	    write(STDOUT_FILENO, terminal.leave, strlen(terminal.leave));

	(void)n;
	tcsetattr(STDIN_FILENO, TCSANOW, &terminal.before);
	signal(number, SIG_DFL);
	raise(number);
}

static void
set_crash_handlers(bool on)
{
	struct sigaction action = { .sa_handler = on ? on_crash : SIG_DFL };
	struct sigaction old;

	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < sizeof(crashes) / sizeof(*crashes); i++)
		if (sigaction(crashes[i], NULL, &old) == 0 &&
		    old.sa_handler == (on ? SIG_DFL : on_crash))
			sigaction(crashes[i], &action, NULL);
}

/* What a terminal has no string for, which is told by -1, is left out. */
static void
add_leaving(const char *name)
{
	const char *text = nc.tigetstr(name);
	size_t len = strlen(terminal.leave);

	if (text && (intptr_t)text != -1 && !strstr(text, "$<") &&
	    len + strlen(text) + LEAVE_MORE < LEAVE_MAX)
		snprintf(terminal.leave + len, LEAVE_MAX - len, "%s", text);
}

/* Past curses: of what it knows nothing. No cursor moves. */
void
screen_send(struct span sequence)
{
	(void)file_write_all(STDOUT_FILENO, sequence);
}

static void
write_past(const char *text)
{
	screen_send(span_text(text));
}

static int
check_terminal(struct error *err)
{
	const char *name = getenv("TERM"); /* NOLINT(concurrency-mt-unsafe) */
	int status;
	bool can;

	if (curses_load(err) < 0)
		return -1;
	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return FAIL(err, ERR_USAGE,
		    "this needs a terminal; 'aosh tail -f' does not");
	if (!name || !*name)
		return FAIL(err, ERR_USAGE, "TERM is not set");
	terminal.prior = *nc.cur_term;
	if (nc.setupterm(NULL, STDOUT_FILENO, &status) != OK)
		return FAIL(err, ERR_USAGE, "the terminal '%s' is not known",
		    name);
	can = nc.tigetstr("cup") != NULL;
	/* newterm() reads it again */
	nc.del_curterm(*nc.cur_term);
	nc.set_curterm(terminal.prior);
	if (!can)
		return FAIL(err, ERR_USAGE,
		    "the terminal '%s' cannot be drawn on; use 'aosh tail -f'",
		    name);
	return 0;
}

bool
screen_is_ready(void)
{
	struct pollfd p = { STDOUT_FILENO, POLLOUT, 0 };

	return poll(&p, 1, 0) == 1;
}

static void
close_out(void)
{
	if (terminal.out)
		(void)fclose(terminal.out);
	if (terminal.nowhere > 0)
		(void)close(terminal.nowhere);
	terminal.out = NULL;
	terminal.nowhere = 0;
}

static int
open_out(struct error *err)
{
	int fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);

	terminal.out = fd < 0 ? NULL : fdopen(fd, "w");
	terminal.out_fd = fd;
	terminal.nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
	if (terminal.out && terminal.nowhere >= 0)
		return 0;
	(void)FAIL_ERRNO(err, ERR_SYSTEM, "cannot open the terminal");
	if (fd >= 0 && !terminal.out)
		(void)close(fd);
	close_out();
	return -1;
}

int
screen_open(bool color, struct error *err)
{
	static const char *const leaving[] = { "sgr0", "cnorm", "rmkx",
		"rmcup" };

	if (check_terminal(err) < 0)
		return -1;
	if (open_out(err) < 0)
		return -1;
	tcgetattr(STDIN_FILENO, &terminal.before);
	terminal.screen = nc.newterm(NULL, terminal.out, stdin);
	if (!terminal.screen) {
		close_out();
		return FAIL(err, ERR_USAGE, "the terminal cannot be opened");
	}
	nc.set_term(terminal.screen);
	snprintf(terminal.leave, LEAVE_MAX, "%s", turn_order);
	for (size_t i = 0; i < sizeof(leaving) / sizeof(*leaving); i++)
		add_leaving(leaving[i]);
	terminal.leave_len = strlen(terminal.leave);
	set_crash_handlers(true);
	nc.cbreak();
	nc.noecho();
	nc.nonl();
	nc.keypad(*nc.stdscr, TRUE);
	nc.nodelay(*nc.stdscr, TRUE);
	nc.set_escdelay(ESCAPE_MS);
	nc.mouseinterval(0);
	(void)nc.define_key("\033[200~", KEY_PASTE);
	(void)nc.define_key("\033[201~", KEY_PASTE_END);
	looks_start(color);
	nc.curs_set(0);
	write_past(keep_order);
	return 0;
}

void
screen_let_go(void)
{
	if (terminal.writing)
		(void)dup2(terminal.nowhere, terminal.out_fd);
}

/* What is still to be written has a terminal that takes it. */
static void
come_back(void)
{
	static const char cancel_sequence[] = "\030"; /* one that was cut */

	if (screen_is_ready() && isatty(terminal.out_fd))
		return;
	/* NOLINTNEXTLINE(concurrency-mt-unsafe): the thread that draws */
	(void)tcflow(STDOUT_FILENO, TCOON);
	(void)tcflush(STDOUT_FILENO, TCOFLUSH);
	(void)dup3(STDOUT_FILENO, terminal.out_fd, O_CLOEXEC);
	write_past(cancel_sequence);
}

void
screen_close(void)
{
	if (!terminal.screen)
		return;
	come_back();
	if (terminal.mouse)
		screen_mouse(false);
	if (terminal.paste)
		screen_paste(false);
	write_past(turn_order);
	nc.endwin();
	nc.delscreen(terminal.screen);
	nc.set_curterm(terminal.prior);
	terminal.screen = NULL;
	set_crash_handlers(false);
	tcsetattr(STDIN_FILENO, TCSADRAIN, &terminal.before);
	close_out();
}

int
screen_rows(void)
{
	return *nc.LINES;
}

int
screen_columns_all(void)
{
	return *nc.COLS;
}

/* A terminal that does not say its size keeps the one it had. */
void
screen_resize(void)
{
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0 || size.ws_row == 0 ||
	    size.ws_col == 0)
		return;
	nc.resizeterm(size.ws_row, size.ws_col);
	screen_redraw();
}

void
screen_suspend(void)
{
	nc.def_prog_mode();
	if (terminal.paste)
		write_past(paste_off);
	write_past(turn_order);
	nc.endwin();
	tcsetattr(STDIN_FILENO, TCSADRAIN, &terminal.before);
}

void
screen_resume(void)
{
	nc.reset_prog_mode();
	write_past(keep_order);
	if (terminal.paste)
		write_past(paste_on);
	nc.wrefresh(*nc.stdscr);
	screen_resize();
	screen_redraw();
}

void
screen_redraw(void)
{
	nc.clearok(*nc.curscr, TRUE);
}

/* A crash leaves no more of them on than there are. */
static void
set_leaving(void)
{
	snprintf(terminal.leave + terminal.leave_len, LEAVE_MORE, "%s%s",
	    terminal.mouse ? mouse_off : "", terminal.paste ? paste_off : "");
}

void
screen_mouse(bool on)
{
	terminal.mouse = on;
	nc.mousemask(
	    on ? BUTTON1_PRESSED | BUTTON4_PRESSED | BUTTON5_PRESSED : 0, NULL);
	set_leaving();
}

void
screen_paste(bool on)
{
	terminal.paste = on;
	write_past(on ? paste_on : paste_off);
	set_leaving();
}

/* --- keys --- */

static int
mouse_key(int *row)
{
	MEVENT event;

	if (nc.getmouse(&event) != OK)
		return PRESS_NONE;
	*row = event.y;
	if (event.bstate & BUTTON4_PRESSED)
		return PRESS_WHEEL_UP;
	if (event.bstate & BUTTON5_PRESSED)
		return PRESS_WHEEL_DOWN;
	return event.bstate & BUTTON1_PRESSED ? PRESS_CLICK : PRESS_NONE;
}

static int
special_key(wint_t code, int *row)
{
	static const struct {
		wint_t code;
		int press;
	} known[] = { { KEY_UP, PRESS_UP }, { KEY_DOWN, PRESS_DOWN },
		{ KEY_PPAGE, PRESS_PAGE_UP }, { KEY_NPAGE, PRESS_PAGE_DOWN },
		{ KEY_HOME, PRESS_HOME }, { KEY_END, PRESS_END },
		{ KEY_LEFT, PRESS_LEFT }, { KEY_RIGHT, PRESS_RIGHT },
		{ KEY_ENTER, PRESS_ENTER }, { KEY_F(2), PRESS_F2 },
		{ KEY_BACKSPACE, PRESS_BACKSPACE }, { KEY_PASTE, PRESS_PASTE },
		{ KEY_PASTE_END, PRESS_PASTE_END } };

	if (code == KEY_MOUSE)
		return mouse_key(row);
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (known[i].code == code)
			return known[i].press;
	return PRESS_SPECIAL;
}

int
screen_key(int *row)
{
	wint_t c;
	int rc = nc.wget_wch(*nc.stdscr, &c);

	if (rc == KEY_CODE_YES)
		return special_key(c, row);
	if (rc == ERR)
		return PRESS_NONE;
	if (c == '\r')
		return PRESS_ENTER;
	return c == 8 ? PRESS_BACKSPACE : (int)c;
}

/* --- frames --- */

void
screen_cursor(int row, size_t column)
{
	nc.curs_set(row >= 0);
	if (row >= 0 && column < (size_t)*nc.COLS)
		nc.wmove(*nc.stdscr, row, (int)column);
}

void
screen_flush(void)
{
	nc.wnoutrefresh(*nc.stdscr);
	terminal.writing = 1;
	nc.doupdate();
	terminal.writing = 0;
}

void
screen_copy(struct span text)
{
	size_t room =
	    sodium_base64_encoded_len(text.len, sodium_base64_VARIANT_ORIGINAL);
	char *code = xmalloc(room);
	char *all;

	sodium_bin2base64(code, room, text.p, text.len,
	    sodium_base64_VARIANT_ORIGINAL);
	all = xasprintf("\033]52;c;%s\a", code);
	write_past(all);
	free(all);
	free(code);
}
