/*
 * Readline calls redisplay() after each key. Everything is laid out anew and
 * compared with what is on the screen.
 *
 * Where the line begins is not known; only how many rows above the cursor that
 * is. When the size of the terminal changes, most wrap rows anew that we let them
 * wrap, and what has no room goes up, out of reach. So it is asked where its
 * cursor is then, which tells both: the column whether rows were wrapped, the row
 * how many of ours can be reached. Those that cannot come back when the terminal
 * grows, and are kept in mind. Until it has answered nothing is drawn.
 *
 * Readline keeps its state in globals, and so must what draws it.
 */
#include "shell/edit_line.h"

#include <stdio.h>
#include <unistd.h>

#include <readline/readline.h>

#include "term/edit_reflow.h"
#include "shell/cursor_query.h"
#include "shell/edit_layout.h"
#include "shell/split.h"

enum {
	/* rows of the screen that a list leaves for the line, and has itself */
	LINE_ROWS = 4,
	LIST_LEAST = 2
};

static struct {
	struct shell *sh;
	bool able;
	struct style_rows rows; /* on the screen; count 0: nothing is */
	struct edit_window window;
	size_t at;     /* row of the cursor in the window */
	size_t height; /* of the screen that it is on */
	struct edit_sizes
	    gone; /* rows that went up; then ours begin at the top */
	int way;  /* what the terminal does when its width changes, below */
	struct buf mode; /* what was sent for it */
} view;

/* --- drawing --- */

static void
screen_size(size_t *rows, size_t *columns)
{
	int height;
	int width;

	rl_get_screen_size(&height, &width);
	*rows = height > 0 ? (size_t)height : 1;
	*columns = width > 0 ? (size_t)width : 1;
}

/* In one write: nobody sees half of it. */
static void
put_out(struct buf *text)
{
	(void)fwrite(text->p, 1, text->len, rl_outstream);
	(void)fflush(rl_outstream);
	buf_release(text);
}

/* The mode of editing may have changed: the cursor may have another shape. */
static void
add_mode(struct buf *out)
{
	struct buf mode = BUF_INIT;

	edit_layout_mode(&mode);
	if (!span_equal(buf_span(&mode), buf_span(&view.mode)))
		buf_add_span(out, buf_span(&mode));
	buf_release(&view.mode);
	view.mode = mode;
}

static void
draw(bool final)
{
	struct style_rows rows;
	struct edit_window now;
	struct buf out = BUF_INIT;
	size_t height;
	size_t width;

	if (cursor_query_is_open())
		return;
	screen_size(&height, &width);
	view.height = height;
	edit_layout(view.sh, width, final ? EDIT_FINAL : 0, &rows);
	if (final && height < rows.count)
		height = rows.count;
	now = edit_window(&rows, height);
	add_mode(&out);
	edit_window_draw(&view.window, &now, &view.at, &out);
	style_rows_release(&view.rows);
	view.rows = rows;
	view.window = now;
	view.window.rows = &view.rows;
	put_out(&out);
}

static void
redisplay(void)
{
	draw(false);
}

bool
edit_line_is_drawn(void)
{
	return view.able || split_is_open();
}

void
edit_line_forget(void)
{
	cursor_query_drop();
	edit_sizes_release(&view.gone);
	style_rows_release(&view.rows);
	view.window = (struct edit_window){ NULL, 0, 0 };
	view.at = 0;
	buf_clear(&view.mode);
}

/*
 * To the first row, and all below it cleared: not in one, since terminals take
 * a screen that is cleared from its first cell for one to be kept above.
 */
static void
take_off(void)
{
	struct buf out = BUF_INIT;

	if (view.at)
		buf_printf(&out, "\x1b[%zuA", view.at);
	buf_add_text(&out,
	    "\r\x1b[K\x1b"
	    "7\x1b[B\x1b[J\x1b"
	    "8");
	put_out(&out);
	edit_line_forget();
}

/*
 * What a terminal may have done when its width changed: wrapped the rows; the
 * same, and joined what went up with the row that was drawn anew below; nothing.
 */
enum {
	WRAPPED,
	JOINED,
	UNWRAPPED,
	WAYS
};

static void
sizes_after(int way, size_t width, struct edit_sizes *out)
{
	struct edit_sizes before = { 0 };

	edit_sizes_append(&before, &view.gone);
	if (before.count)
		before.list[before.count - 1].wraps = way == JOINED;
	edit_sizes_add(&before, &view.window);
	if (way == UNWRAPPED) {
		*out = before;
		if (out->column >= width)
			out->column = width - 1;
		return;
	}
	edit_sizes_wrap(&before, width, out);
	edit_sizes_release(&before);
}

/*
 * The column of the cursor tells which it was. What this terminal did before it
 * is taken to do again, as long as the cursor is where that would bring it.
 */
static void
find_sizes(bool known, size_t column, size_t width, struct edit_sizes *out)
{
	int before = view.way;

	for (int i = 0; known && i < WAYS; i++) {
		view.way = (before + i) % WAYS;
		sizes_after(view.way, width, out);
		if (!out->behind && out->column == column)
			return;
		edit_sizes_release(out);
	}
	view.way = before;
	sizes_after(view.way, width, out);
}

/*
 * The terminal has another size, and its cursor is in that row and column, or
 * nobody knows: take off what can be reached of the line.
 */
static void
take_off_resized(bool known, size_t row, size_t column)
{
	struct edit_sizes sizes;
	size_t height;
	size_t width;

	screen_size(&height, &width);
	find_sizes(known, column, width, &sizes);
	view.at = known ? row : height - 1;
	if (view.at > sizes.row)
		view.at = sizes.row;
	edit_sizes_keep(&sizes, known ? sizes.row - view.at : 0);
	take_off();
	view.gone = sizes;
}

/* Who needs the line where it belongs cannot wait for an answer. */
static void
settle(void)
{
	if (!cursor_query_is_open())
		return;
	cursor_query_drop();
	take_off_resized(false, 0, 0);
	redisplay();
}

void
edit_line_hide(void)
{
	if (split_is_open())
		return;
	if (view.able) {
		settle();
		take_off();
	} else {
		rl_clear_visible_line();
		(void)fflush(rl_outstream);
	}
}

void
edit_line_show(void)
{
	if (split_is_open()) {
		split_prompt();
		return;
	}
	rl_on_new_line();
	(*rl_redisplay_function)();
}

/* What is said in the split comes above the line by itself. */
static void
leave_in_split(void)
{
	struct buf out = BUF_INIT;
	size_t height;
	size_t width;

	screen_size(&height, &width);
	edit_layout_text(view.sh, width, &out);
	split_echo(buf_span(&out));
	buf_release(&out);
}

void
edit_line_leave(void)
{
	struct buf out = BUF_INIT;

	if (split_is_open()) {
		leave_in_split();
		return;
	}
	if (!view.able) {
		rl_crlf();
		(void)fflush(rl_outstream);
		return;
	}
	settle();
	draw(true);
	buf_add_text(&out, "\r\n");
	put_out(&out);
	edit_line_forget();
}

size_t
edit_line_rows_above(void)
{
	size_t height;
	size_t width;

	if (split_is_open())
		return split_rows_above();
	screen_size(&height, &width);
	return height > LINE_ROWS ? height - LINE_ROWS : LIST_LEAST;
}

void
edit_line_print(struct span text)
{
	edit_line_leave();
	if (split_is_open()) {
		split_say(text);
	} else {
		(void)fwrite(text.p, 1, text.len, rl_outstream);
		(void)fflush(rl_outstream);
	}
	edit_line_show();
}

void
edit_line_resize(void)
{
	size_t height;
	size_t width;

	rl_reset_screen_size();
	if (!view.able) {
		rl_resize_terminal();
		return;
	}
	screen_size(&height, &width);
	if (view.rows.count &&
	    (width != view.rows.width || height != view.height))
		cursor_query_open();
	redisplay();
}

void
edit_line_keys(void)
{
	size_t asked[2];
	size_t now[2];
	size_t row;
	size_t column;

	if (!cursor_query_keys(&row, &column))
		return;
	/* it may have changed once more while the answer was on its way */
	screen_size(&asked[0], &asked[1]);
	rl_reset_screen_size();
	screen_size(&now[0], &now[1]);
	if (now[0] != asked[0] || now[1] != asked[1]) {
		cursor_query_open();
		return;
	}
	take_off_resized(true, row, column);
	redisplay();
}

int
edit_line_wait_ms(void)
{
	return cursor_query_wait_ms();
}

void
edit_line_turn(void)
{
	if (!cursor_query_turn())
		settle();
}

void
edit_line_clear_screen(void)
{
	struct buf out = BUF_INIT;

	if (split_is_open()) {
		split_clear();
		return;
	}
	buf_add_text(&out, "\x1b[H\x1b[2J");
	put_out(&out);
	edit_line_forget();
	redisplay();
}

/* Whether the terminal says that it clears to the end of a row as ANSI has it. */
static bool
is_able(void)
{
	const char *clear = rl_get_termcap("ce");
	const char *up = rl_get_termcap("up");

	return rl_outstream && isatty(fileno(rl_outstream)) && clear &&
	    strncmp(clear, "\x1b[K", 3) == 0 && up &&
	    strncmp(up, "\x1b", 1) == 0;
}

void
edit_line_init(struct shell *sh)
{
	view.sh = sh;
	/* the terminal is known when readline is set up */
	rl_initialize();
	view.able = is_able();
	if (view.able)
		rl_redisplay_function = redisplay;
}
