/*
 * Enter asks the compiler: a statement that is not finished gets one more line
 * in the same buffer, so that all of it can still be edited. Where readline
 * draws the line itself, which knows one line only, the reader goes on instead.
 */
#include "shell/edit_keys.h"

#include <string.h>

#include <readline/readline.h>

#include "vm/vm.h"
#include "shell/edit_line.h"
#include "shell/shell.h"

/* Readline's functions have no argument for it. */
static struct {
	struct shell *sh;
	void (*share)(void);
	bool drop;
	bool walking; /* the last Up or Down went through the history */
} keys_of;

/* --- lines of the buffer --- */

static int
line_start(int at)
{
	while (at > 0 && rl_line_buffer[at - 1] != '\n')
		at--;
	return at;
}

static int
line_end(int at)
{
	while (at < rl_end && rl_line_buffer[at] != '\n')
		at++;
	return at;
}

/* Characters, not bytes: as far into another line as into this one. */
static int
count_characters(int from, int to)
{
	int n = 0;

	for (; from < to; from++)
		n += ((unsigned char)rl_line_buffer[from] & 0xc0) != 0x80;
	return n;
}

static int
go_characters(int from, int n)
{
	while (from < rl_end && rl_line_buffer[from] != '\n' && n > 0) {
		from++;
		while (from < rl_end &&
		    ((unsigned char)rl_line_buffer[from] & 0xc0) == 0x80)
			from++;
		n--;
	}
	return from;
}

static int up(int count, int key);
static int down(int count, int key);

/* A walk through the history goes on, whatever was recalled. */
static bool
is_walking(void)
{
	return keys_of.walking && (rl_last_func == up || rl_last_func == down);
}

/* It is readline's to know what it looks for, as long as it is asked again. */
static int
walk(rl_command_func_t *search, int count, int key)
{
	if (is_walking())
		rl_last_func = rl_history_search_backward;
	else
		keys_of.share();
	keys_of.walking = true;
	return search(count, key);
}

static int
up(int count, int key)
{
	int start = line_start(rl_point);

	if (!is_walking() && start > 0) {
		keys_of.walking = false;
		rl_point = go_characters(line_start(start - 1),
		    count_characters(start, rl_point));
		return 0;
	}
	return walk(rl_history_search_backward, count, key);
}

static int
down(int count, int key)
{
	int end = line_end(rl_point);

	if (!is_walking() && end < rl_end) {
		keys_of.walking = false;
		rl_point = go_characters(end + 1,
		    count_characters(line_start(rl_point), rl_point));
		return 0;
	}
	return walk(rl_history_search_forward, count, key);
}

static int
beginning(int count, int key)
{
	(void)count;
	(void)key;
	rl_point = line_start(rl_point);
	return 0;
}

static int
end(int count, int key)
{
	(void)count;
	(void)key;
	rl_point = line_end(rl_point);
	return 0;
}

/* At the end of a line its end goes, and the next one comes up. */
static int
kill_to_end(int count, int key)
{
	int to = line_end(rl_point);

	(void)count;
	(void)key;
	if (to == rl_point && to < rl_end)
		to++;
	rl_kill_text(rl_point, to);
	rl_mark = rl_point;
	return 0;
}

static int
newline(int count, int key)
{
	(void)key;
	while (edit_line_is_drawn() && count-- > 0)
		rl_insert_text("\n");
	return 0;
}

static int
search(int count, int key)
{
	keys_of.share();
	return rl_reverse_search_history(count, key);
}

/* --- ending a line --- */

static bool
goes_on(void)
{
	struct span line = span_of(rl_line_buffer, (size_t)rl_end);
	struct error ignored;
	struct buf text = BUF_INIT;
	bool unfinished;

	if (!edit_line_is_drawn() || reader_is_open(&keys_of.sh->reader))
		return false;
	strip_prompts(line, &text);
	unfinished = !reader_is_dot(buf_span(&text)) &&
	    vm_check_syntax(buf_span(&text), &ignored) == SYNTAX_UNFINISHED;
	buf_release(&text);
	return unfinished;
}

static int
accept_line(int count, int key)
{
	if (goes_on())
		return newline(1, key);
	return rl_newline(count, key);
}

/* On the last line of a statement, empty, Ctrl-D drops that. */
static int
delete_or_drop(int count, int key)
{
	if (rl_point == rl_end && rl_end > 0 &&
	    rl_line_buffer[rl_end - 1] == '\n') {
		keys_of.drop = true;
		return 0;
	}
	return rl_delete(count, key);
}

bool
edit_keys_take_drop(void)
{
	bool drop = keys_of.drop;

	keys_of.drop = false;
	return drop;
}

/* --- which keys --- */

static const struct {
	const char *name;
	rl_command_func_t *function;
	const char *keys[4]; /* as terminals send them */
	bool vi;             /* when text is typed in vi mode, too */
} functions[] = {
	{ "aosh-accept", accept_line, { "\r", "\n" }, true },
	{ "aosh-newline", newline, { "\033\r", "\033\n" }, false },
	{ "aosh-up", up, { "\033[A", "\033OA", "\020" }, true },
	{ "aosh-down", down, { "\033[B", "\033OB", "\016" }, true },
	{ "aosh-search-history", search, { "\022" }, true },
	{ "aosh-beginning-of-line", beginning,
	    { "\001", "\033[H", "\033OH", "\033[1~" }, false },
	{ "aosh-end-of-line", end, { "\005", "\033[F", "\033OF", "\033[4~" },
	    false },
	{ "aosh-kill-line", kill_to_end, { "\013" }, false },
	{ "aosh-delete-or-drop", delete_or_drop, { "\004" }, false },
};

void
edit_keys_init(struct shell *sh, void (*share)(void))
{
	keys_of.sh = sh;
	keys_of.share = share;
	for (size_t i = 0; i < sizeof(functions) / sizeof(*functions); i++) {
		rl_add_defun(functions[i].name, functions[i].function, -1);
		for (size_t k = 0; k < 4 && functions[i].keys[k]; k++) {
			rl_bind_keyseq_in_map(functions[i].keys[k],
			    functions[i].function, emacs_standard_keymap);
			if (functions[i].vi)
				rl_bind_keyseq_in_map(functions[i].keys[k],
				    functions[i].function, vi_insertion_keymap);
		}
	}
}
