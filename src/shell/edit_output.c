/*
 * They print to different streams, of which not all are known outside of
 * readline, and some draw the line in the middle of it. So while one runs, the
 * descriptors behind the streams are a file in memory, and nothing is drawn.
 */
#include "shell/edit_output.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <readline/readline.h>

#include "term/escape.h"
#include "shell/edit_line.h"

enum {
	PRINTED_MAX = 1 << 20
};

/* Where the two standard streams went before. */
struct away {
	int file;
	int saved[2];
	FILE *outstream;
	rl_voidfunc_t *redisplay;
};

static void
draw_nothing(void)
{
}

static void
flush_all(void)
{
	(void)fflush(stdout);
	(void)fflush(stderr);
}

/* False: it cannot be done, and nothing has changed. */
static bool
turn_away(struct away *a)
{
	a->file = memfd_create("readline", MFD_CLOEXEC);
	a->saved[0] = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
	a->saved[1] = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
	if (a->file < 0 || a->saved[0] < 0 || a->saved[1] < 0)
		return false;
	a->outstream = rl_outstream;
	a->redisplay = rl_redisplay_function;
	(void)fflush(rl_outstream);
	flush_all();
	(void)dup2(a->file, STDOUT_FILENO);
	(void)dup2(a->file, STDERR_FILENO);
	rl_outstream = stdout;
	rl_redisplay_function = draw_nothing;
	return true;
}

static void
turn_back(struct away *a)
{
	flush_all();
	rl_outstream = a->outstream;
	rl_redisplay_function = a->redisplay;
	(void)dup2(a->saved[0], STDOUT_FILENO);
	(void)dup2(a->saved[1], STDERR_FILENO);
}

static void
close_all(struct away *a)
{
	int fds[] = { a->file, a->saved[0], a->saved[1] };

	for (size_t i = 0; i < sizeof(fds) / sizeof(*fds); i++)
		if (fds[i] >= 0)
			(void)close(fds[i]);
}

/* Without line feeds around it, and with one kind of them. */
static void
clean(struct span text, struct buf *out)
{
	struct buf plain = BUF_INIT;
	struct span s;

	for (size_t i = 0; text.p && i < text.len; i++)
		if (text.p[i] != '\r')
			buf_add_byte(&plain, text.p[i]);
	s = buf_span(&plain);
	while (s.len && s.p[0] == '\n')
		s = span_from(s, 1);
	while (s.len && s.p[s.len - 1] == '\n')
		s.len--;
	escape_text(s, 0, out);
	if (out->len)
		buf_add_byte(out, '\n');
	buf_release(&plain);
}

static void
show(int file)
{
	struct buf text = BUF_INIT;
	struct buf out = BUF_INIT;
	uint8_t *to = buf_reserve(&text, PRINTED_MAX);
	ssize_t n = pread(file, to, PRINTED_MAX, 0);

	clean(span_of(to, n > 0 ? (size_t)n : 0), &out);
	if (out.len)
		edit_line_print(buf_span(&out));
	buf_release(&out);
	buf_release(&text);
}

static int
print_above(rl_command_func_t *function, int count, int key)
{
	struct away a;
	int rc = 0;

	if (turn_away(&a)) {
		rc = function(count, key);
		turn_back(&a);
		show(a.file);
	}
	close_all(&a);
	return rc;
}

/* Readline's functions have no argument to say which it is. */
#define PRINTS(name)                                  \
	static int above_##name(int count, int key)   \
	{                                             \
		return print_above(name, count, key); \
	}

PRINTS(rl_dump_functions)
PRINTS(rl_dump_variables)
PRINTS(rl_dump_macros)
PRINTS(rl_print_last_kbd_macro)
PRINTS(rl_re_read_init_file)

static int
clear_screen(int count, int key)
{
	if (!edit_line_is_drawn())
		return rl_clear_screen(count, key);
	edit_line_clear_screen();
	return 0;
}

static int
redraw(int count, int key)
{
	if (!edit_line_is_drawn())
		return rl_refresh_line(count, key);
	edit_line_hide();
	edit_line_show();
	return 0;
}

static const struct {
	rl_command_func_t *of;
	rl_command_func_t *ours;
} functions[] = {
	{ rl_dump_functions, above_rl_dump_functions },
	{ rl_dump_variables, above_rl_dump_variables },
	{ rl_dump_macros, above_rl_dump_macros },
	{ rl_print_last_kbd_macro, above_rl_print_last_kbd_macro },
	{ rl_re_read_init_file, above_rl_re_read_init_file },
	{ rl_clear_screen, clear_screen },
	{ rl_clear_display, clear_screen },
	{ rl_refresh_line, redraw },
};

/* They are many enough that keys are found by what they did, not listed. */
static void
replace_in(Keymap map, rl_command_func_t *of, rl_command_func_t *ours)
{
	for (int i = 0; i < KEYMAP_SIZE; i++)
		if (map[i].type == ISFUNC && map[i].function == of)
			map[i].function = ours;
}

static void
replace(rl_command_func_t *of, rl_command_func_t *ours)
{
	const Keymap maps[] = { emacs_standard_keymap, emacs_meta_keymap,
		emacs_ctlx_keymap, vi_insertion_keymap, vi_movement_keymap,
		NULL };

	for (const Keymap *m = maps; *m; m++)
		replace_in(*m, of, ours);
	for (FUNMAP **f = funmap; *f; f++)
		if ((*f)->function == of)
			(*f)->function = ours;
}

void
edit_output_init(void)
{
	rl_initialize_funmap();
	rl_add_defun("aosh-clear-screen", clear_screen, -1);
	for (size_t i = 0; i < sizeof(functions) / sizeof(*functions); i++)
		replace(functions[i].of, functions[i].ours);
}
