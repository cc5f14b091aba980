/*
 * Readline keeps its state in globals, and so must what stands behind its
 * functions. Its own output goes nowhere: it is asked what the line is, never to
 * draw it. Bytes of the terminal are read by us and handed to it one by one; in
 * the middle of a key that comes in parts it waits for the terminal itself.
 */
#include "shell/split.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <readline/readline.h>

#include "base/clock.h"
#include "pane/pane.h"
#include "pane/screen.h"
#include "shell/complete.h"
#include "shell/edit_layout.h"
#include "shell/pane_memo.h"
#include "shell/signals.h"
#include "shell/transcript.h"

#define NS_PER_MS UINT64_C(1000000)
#define FRAME_NS (NS_PER_MS * 1000 / 30)

enum {
	TRANSCRIPT_SHOWN = 32 << 10,
	LEFT_LINES = 200,  /* of the transcript, when the split is closed */
	LEFT_BYTES = 2048, /* the same where a signal ends the program */
	EDIT_PART = 3,     /* the line being typed takes at most a third */
	READ_BYTES = 4096
};

static struct {
	struct shell *sh;
	struct pane *pane;
	struct pane_config config;
	struct id shown; /* the process in the pane */
	bool open;
	bool focus;   /* keys go to the pane */
	bool running; /* the line was taken, and there is no prompt yet */
	bool dirty;
	uint64_t frame_ns; /* no frame before */
	struct transcript transcript;
	struct buf mode; /* what was sent for the mode of editing */
	struct buf keys; /* read and not yet taken */
	size_t keys_at;
	FILE *nowhere;
	/* readline's own, for afterwards */
	FILE *outstream;
	rl_voidfunc_t *prep;
	rl_vintfunc_t *prep_term;
	rl_voidfunc_t *deprep_term;
	rl_voidfunc_t *redisplay;
	rl_getc_func_t *getc;
	rl_hook_func_t *available;
} split;

/* --- the transcript --- */

static void
add_transcript(void *arg, struct span text)
{
	(void)arg;
	transcript_add(&split.transcript, text);
	split.dirty = true;
}

/* --- readline's functions --- */

static void
redisplay(void)
{
	split.dirty = true;
}

static int
is_available(void)
{
	return split.keys_at < split.keys.len;
}

/* The terminal's bytes that are there; false: none, or its end. */
static bool
read_bytes(void)
{
	uint8_t *to;
	ssize_t n;

	if (split.keys_at == split.keys.len) {
		buf_clear(&split.keys);
		split.keys_at = 0;
	}
	to = buf_reserve(&split.keys, READ_BYTES);
	errno = 0;
	n = read(STDIN_FILENO, to, READ_BYTES);
	if (n <= 0)
		return false;
	split.keys.len += (size_t)n;
	return true;
}

static int
get_byte(FILE *unused)
{
	(void)unused;
	while (!is_available())
		if (!read_bytes() && errno != EINTR)
			return EOF;
	return split.keys.p[split.keys_at++];
}

static void
take_readline(void)
{
	split.outstream = rl_outstream;
	split.prep_term = rl_prep_term_function;
	split.deprep_term = rl_deprep_term_function;
	split.redisplay = rl_redisplay_function;
	split.getc = rl_getc_function;
	split.available = rl_input_available_hook;
	rl_outstream = split.nowhere;
	rl_prep_term_function = NULL;
	rl_deprep_term_function = NULL;
	rl_redisplay_function = redisplay;
	rl_getc_function = get_byte;
	rl_input_available_hook = is_available;
	complete_draw();
}

static void
give_readline(void)
{
	rl_outstream = split.outstream;
	rl_prep_term_function = split.prep_term;
	rl_deprep_term_function = split.deprep_term;
	rl_redisplay_function = split.redisplay;
	rl_getc_function = split.getc;
	rl_input_available_hook = split.available;
	complete_draw();
}

/* --- drawing --- */

/* `count` rows of a text from `from` on; what is missing is blank. */
static void
draw_rows(const struct style_rows *t, size_t from, int top, int count)
{
	for (int i = 0; i < count; i++)
		screen_row(top + i, t, from + (size_t)i);
}

/* The end of it, right above the line. */
static void
draw_transcript(int top, int count)
{
	struct span shown;
	struct style style = { 0 };
	struct style_rows rows;
	size_t from;
	int blank;

	if (count <= 0)
		return;
	shown = transcript_shown(&split.transcript, (size_t)count,
	    TRANSCRIPT_SHOWN);
	if (shown.p && shown.len && shown.p[shown.len - 1] == '\n')
		shown.len--;
	style_rows_init(&rows, (size_t)screen_columns_all());
	style_rows_text(&rows, &style, shown);
	from = rows.count > (size_t)count ? rows.count - (size_t)count : 0;
	blank = rows.count < (size_t)count ? count - (int)rows.count : 0;
	draw_rows(&rows, rows.count, top, blank);
	draw_rows(&rows, from, top + blank, count - blank);
	style_rows_release(&rows);
}

/* The pane has the upper half. */
static int
upper_rows(void)
{
	return screen_rows() / 2;
}

/* What the line being typed may take of the rest. */
static int
most_rows(void)
{
	int most = screen_rows() / EDIT_PART;

	return most > 0 ? most : 1;
}

/* None while it runs: then keys are for the next one. */
static void
lay_out_line(struct style_rows *out)
{
	size_t width = (size_t)screen_columns_all();

	if (split.running) {
		style_rows_init(out, width);
		style_rows_cursor(out);
	} else {
		edit_layout(split.sh, width,
		    screen_can_dim() ? 0 : EDIT_NO_HINT, out);
	}
}

/* As the prompt without the pane has it. */
static void
send_mode(void)
{
	struct buf mode = BUF_INIT;

	edit_layout_mode(&mode);
	if (!span_equal(buf_span(&mode), buf_span(&split.mode)))
		screen_send(buf_span(&mode));
	buf_release(&split.mode);
	split.mode = mode;
}

static void
draw(void)
{
	int height = screen_rows();
	int upper = upper_rows();
	size_t most = (size_t)most_rows();
	struct style_rows rows;
	size_t from = 0;
	int edit;

	lay_out_line(&rows);
	edit = (int)(rows.count < most ? rows.count : most);
	if (rows.row >= (size_t)edit)
		from = rows.row - (size_t)edit + 1;
	if (upper > 0)
		pane_draw_in(split.pane, upper);
	draw_transcript(upper, height - upper - edit);
	draw_rows(&rows, from, height - edit, edit);
	if (!split.focus)
		screen_cursor(height - edit + (int)(rows.row - from),
		    rows.column);
	style_rows_release(&rows);
	screen_flush();
	send_mode();
}

/* --- the split --- */

/* During an evaluation: keys stay where they are, for the next prompt. */
static void
idle(void *arg)
{
	struct pollfd p = { split_fd(), POLLIN, 0 };
	int number;

	(void)arg;
	while ((number = signals_take_terminal()) != 0)
		if (number == SIGTSTP)
			split_stop();
		else
			split_resize();
	split_turn(poll(&p, 1, 0) > 0);
}

static void
capture(struct shell *sh, bool on)
{
	sh->out.sink = sh->err.sink = on ? add_transcript : NULL;
	sh->client.idle = on ? idle : NULL;
}

int
split_open(struct shell *sh, struct error *err)
{
	pane_config_of(sh, &sh->process, 1, &split.config);
	split.sh = sh;
	split.nowhere = fopen("/dev/null", "we");
	if (!split.nowhere)
		return FAIL_ERRNO(err, ERR_SYSTEM, "cannot open '/dev/null'");
	if (pane_new(&split.config, &split.pane, err) < 0 ||
	    screen_open(sh->out.color, err) < 0) {
		pane_free(split.pane);
		split.pane = NULL;
		(void)fclose(split.nowhere);
		return -1;
	}
	split.shown = sh->process;
	split.open = split.dirty = true;
	split.focus = split.running = false;
	split.frame_ns = 0;
	take_readline();
	capture(sh, true);
	rl_set_screen_size(screen_rows(), screen_columns_all());
	screen_paste(true);
	return 0;
}

void
split_close(bool hurry)
{
	struct span left;

	if (!split.open)
		return;
	split.open = false;
	capture(split.sh, false);
	screen_close();
	pane_free(split.pane);
	split.pane = NULL;
	give_readline();
	(void)fclose(split.nowhere);
	/* the alternate screen has no scrollback: what was said stays */
	/* of a program that is to end nobody may read more */
	left = transcript_last(&split.transcript, LEFT_LINES,
	    hurry ? LEFT_BYTES : SIZE_MAX);
	output_span(&split.sh->out, left);
	shell_flush(split.sh);
	transcript_release(&split.transcript);
	buf_release(&split.keys);
	buf_release(&split.mode);
	split.keys_at = 0;
	rl_reset_screen_size();
}

bool
split_is_open(void)
{
	return split.open;
}

int
split_fd(void)
{
	return split.dirty && clock_now_ns() < split.frame_ns
	    ? -1
	    : pane_fd(split.pane);
}

int
split_wait_ms(void)
{
	uint64_t now = clock_now_ns();

	if (!split.dirty)
		return 250; /* the pane's clock */
	return split.frame_ns <= now
	    ? 0
	    : (int)((split.frame_ns - now) / NS_PER_MS) + 1;
}

/* Behind .use another process is connected. */
static void
follow_process(void)
{
	struct pane *fresh;
	struct error ignored;

	if (id_equal(&split.shown, &split.sh->process))
		return;
	split.shown = split.sh->process;
	if (pane_new(&split.config, &fresh, &ignored) < 0)
		return;
	pane_free(split.pane);
	split.pane = fresh;
}

void
split_turn(bool news)
{
	uint64_t now = clock_now_ns();

	follow_process();
	if (pane_turn(split.pane, news))
		split.dirty = true;
	if (!split.dirty || now < split.frame_ns)
		return;
	split.frame_ns = now + FRAME_NS;
	if (!screen_is_ready())
		return;
	draw();
	split.dirty = false;
}

void
split_focus(void)
{
	split.focus = !split.focus;
	split.dirty = true;
}

/* Readline may hand over a whole line, and the split be closed, at any byte. */
void
split_keys(void)
{
	split.dirty = true;
	if (split.focus) {
		if (!pane_take_keys(split.pane))
			split.focus = false;
		return;
	}
	if (!read_bytes()) {
		if (errno != EINTR) {
			split.sh->leaving = true;
			split.sh->signal = SIGHUP; /* or it is on its way */
		}
		return;
	}
	while (
	    split.open && is_available() && !split.sh->leaving && !split.focus)
		rl_callback_read_char();
}

void
split_echo(struct span text)
{
	split_say(text);
	split.running = true;
}

void
split_say(struct span text)
{
	add_transcript(NULL, text);
}

size_t
split_rows_above(void)
{
	int rows = screen_rows() - upper_rows() - 2;

	return rows > 0 ? (size_t)rows : 1;
}

void
split_clear(void)
{
	transcript_hide(&split.transcript);
	screen_redraw();
	split.dirty = true;
}

void
split_prompt(void)
{
	split.running = false;
	split.dirty = true;
}

void
split_resize(void)
{
	screen_resize();
	rl_set_screen_size(screen_rows(), screen_columns_all());
	split.dirty = true;
}

void
split_stop(void)
{
	screen_suspend();
	signals_stop_here();
	screen_resume();
	split_resize();
}
