/*
 * One loop waits for keys, news of the process and signals. Readline is called
 * when keys are there and calls back with whole lines; while a line is being
 * evaluated it is not called at all. Nothing else writes to the terminal.
 *
 * Readline keeps its state in globals and its callbacks have no argument, so
 * there is one repl at a time and `active` names it.
 *
 * News is shown only between lines, never during one: while a message is waited
 * for, the session itself shows what came before its result, in slot order.
 * What others print goes above the prompt: the line is taken off the screen,
 * the text written, the line drawn again, with cursor and all.
 *
 * Ctrl-C has two meanings, and the pipe tells them apart by who reads it: at
 * the prompt it drops the line, in a wait (client.c) it ends the wait.
 */
#include "shell/repl.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <readline/history.h>
#include <readline/readline.h>

#include "base/alloc.h"
#include "term/lua_nest.h"
#include "shell/complete.h"
#include "shell/edit_keys.h"
#include "shell/edit_line.h"
#include "shell/edit_output.h"
#include "shell/keys_hold.h"
#include "shell/names.h"
#include "shell/prompt.h"
#include "shell/prompt_ask.h"
#include "shell/rc.h"
#include "shell/session.h"
#include "shell/setting.h"
#include "shell/signals.h"
#include "shell/split.h"
#include "shell/typed.h"

struct repl {
	struct shell *sh;
	struct typed typed;
};

/* Readline's callbacks carry no argument. */
static struct repl *active;

/* --- prompt --- */

/* What is open in the lines before the one that comes. */
static void
note_open(void *arg, struct span word)
{
	*(struct span *)arg = word;
}

static void
make_more_prompt(const struct shell *sh, struct buf *out)
{
	struct buf text = BUF_INIT;
	struct span open = { NULL, 0 };
	int rows;
	int columns;

	buf_add_span(&text, buf_span(&sh->reader.text));
	buf_add_byte(&text, '\n');
	lua_open_lines(buf_span(&text), note_open, &open);
	rl_get_screen_size(&rows, &columns);
	prompt_more(sh, open, columns > 0 ? (size_t)columns : 1, out);
	buf_release(&text);
}

/* The editor has none, so that what is in it can be copied. */
static void
set_prompt(struct repl *r)
{
	struct buf prompt = BUF_INIT;

	if (r->sh->reader.editor)
		buf_add_text(&prompt, "");
	else if (reader_is_open(&r->sh->reader))
		make_more_prompt(r->sh, &prompt);
	else
		prompt_make(r->sh, &prompt);
	rl_set_prompt(buf_text(&prompt));
	if (split_is_open())
		split_prompt();
	buf_release(&prompt);
}

/* --- lines --- */

/* Before the history is looked at. */
static void
share_history(void)
{
	typed_share(&active->typed);
}

static bool
has_paste(void)
{
	const char *value = rl_variable_value("enable-bracketed-paste");

	return value && strcmp(value, "on") == 0;
}

/* Ctrl-D in the middle of a statement ends that, not the shell. */
static void
leave_or_drop(struct repl *r)
{
	/* readline goes to the next line where it also ends bracketed paste,
	 * and does so from then on, if it is let */
	if (!split_is_open() &&
	    (!edit_line_is_drawn() || !rl_eof_found || !has_paste()))
		output_printf(&r->sh->out, "\n");
	rl_eof_found = 0;
	if (!typed_warn(&r->typed) && !typed_drop(&r->typed))
		r->sh->leaving = true;
	typed_report(&r->typed, 0, NULL);
}

/* Readline has a whole line; NULL for Ctrl-D. */
static void
on_line(char *line)
{
	struct repl *r = active;

	keys_hold_begin();
	if (edit_line_is_drawn() && (line || split_is_open()))
		edit_line_leave();
	else
		edit_line_forget();
	if (line)
		typed_take(&r->typed, line);
	else
		leave_or_drop(r);
	free(line);
	keys_hold_end();
	/* one that came late is for nothing that still runs */
	while (!signals_ending() && signals_take_cancel())
		;
	r->sh->leaving |= signals_ending() != 0;
	if (r->sh->leaving) {
		rl_callback_handler_remove();
		return;
	}
	/* what ran may have been told of another size */
	if (!split_is_open())
		rl_reset_screen_size();
	typed_follow(&r->typed);
	set_prompt(r);
	/* who waited for a result has taken the word of other news with it */
	(void)eventfd_write(r->sh->client.wake_fd, 1);
}

/* --- what happens between keys --- */

/* A terminal that is gone shows at the next read. */
static void
flush_readline(void)
{
	(void)fflush(rl_outstream);
}

/* Print what others said above the prompt; what is being typed stays. */
static void
show_news(struct repl *r)
{
	struct shell *sh = r->sh;
	struct buf notice = BUF_INIT;
	uint64_t count;

	if (read(sh->client.wake_fd, &count, sizeof(count)) < 0)
		return;
	client_take_notice(&sh->client, &notice);
	if (!split_is_open() && notice.len == 0 && !session_has_news(sh))
		return;
	edit_line_hide();
	output_span(shell_notes(sh), buf_span(&notice));
	buf_release(&notice);
	session_feed(sh, position_of_slot(UINT64_MAX));
	if (shell_flush(sh))
		sh->leaving = true;
	set_prompt(r);
	edit_line_show();
}

/* The process has said what its prompt is. */
static void
show_prompt(struct repl *r)
{
	if (!session_take_prompt(r->sh))
		return;
	if (split_is_open()) {
		set_prompt(r);
		return;
	}
	edit_line_hide();
	set_prompt(r);
	edit_line_show();
}

/* The line stays on the screen, as in other shells; the next one is new. */
static void
clear_line(struct repl *r)
{
	edit_line_leave();
	typed_drop(&r->typed);
	rl_callback_sigcleanup();
	rl_free_line_state();
	using_history();
	rl_replace_line("", 1);
	rl_point = rl_end = rl_mark = 0;
	set_prompt(r);
	edit_line_show();
}

/* Nothing is being evaluated here: Ctrl-C is meant for the line. */
static void
on_cancel(struct repl *r)
{
	int number = signals_take_cancel();

	if (number == SIGINT)
		clear_line(r);
	else if (number)
		r->sh->leaving = true;
}

/*
 * The size may have changed while we were stopped, so both ways end with a look
 * at it.
 */
static void
on_terminal(void)
{
	int number = signals_take_terminal();

	if (split_is_open()) {
		if (number == SIGTSTP)
			split_stop();
		else
			split_resize();
		return;
	}
	if (number == SIGWINCH) {
		edit_line_resize();
	} else if (number == SIGTSTP) {
		edit_line_leave();
		rl_deprep_terminal();
		flush_readline();
		signals_stop_here();
		rl_prep_terminal(0);
		edit_line_forget();
		edit_line_resize();
		rl_forced_update_display();
	}
}

/* Readline looks where it writes to only when it begins a line. */
static void
begin_line_anew(struct repl *r)
{
	char *line = xstrdup(rl_line_buffer);
	int point = rl_point;

	rl_free_undo_list();
	rl_callback_handler_install("", on_line);
	set_prompt(r);
	rl_insert_text(line);
	rl_point = point;
	rl_forced_update_display();
	free(line);
}

/* Between two keys: the pane comes or goes, and the line stays. */
static void
turn_split(struct repl *r)
{
	struct error err = { 0 };
	int rc = 0;

	r->sh->split_turns = false;
	if (split_is_open()) {
		split_close(false);
	} else {
		edit_line_hide();
		rl_deprep_terminal();
		rc = split_open(r->sh, &err);
	}
	if (!split_is_open()) {
		typed_report(&r->typed, rc, &err);
		rl_prep_terminal(0);
	}
	begin_line_anew(r);
}

enum {
	FD_KEYS,
	FD_NEWS,
	FD_CANCEL,
	FD_TERMINAL,
	FD_PANE,
	FD_PROMPT,
	FDS
};

/* Keys come last, so that news is above the echo. */
static void
step(struct repl *r, const struct pollfd *fds)
{
	if (fds[FD_CANCEL].revents)
		on_cancel(r);
	if (fds[FD_TERMINAL].revents)
		on_terminal();
	if (fds[FD_NEWS].revents && !r->sh->leaving)
		show_news(r);
	if (fds[FD_PROMPT].revents && !r->sh->leaving)
		show_prompt(r);
	if (fds[FD_KEYS].revents && !r->sh->leaving) {
		if (split_is_open())
			split_keys();
		else
			edit_line_keys();
	}
	if (!split_is_open() && !r->sh->leaving)
		edit_line_turn();
	if (edit_keys_take_drop() && !r->sh->leaving)
		clear_line(r);
	if (r->sh->split_turns && !r->sh->leaving)
		turn_split(r);
	if (split_is_open() && !r->sh->leaving)
		split_turn(fds[FD_PANE].revents);
}

/* Until the user leaves. */
static int
loop(struct repl *r, struct error *err)
{
	struct pollfd fds[FDS] = {
		{ .fd = STDIN_FILENO, .events = POLLIN },
		{ .fd = r->sh->client.wake_fd, .events = POLLIN },
		{ .fd = signals_cancel_fd(), .events = POLLIN },
		{ .fd = signals_terminal_fd(), .events = POLLIN },
		{ .events = POLLIN },
		{ .events = POLLIN },
	};

	while (!r->sh->leaving) {
		bool split = split_is_open();
		int wait_ms = split ? split_wait_ms() : edit_line_wait_ms();
		bool held;

		fds[FD_PANE].fd = split ? split_fd() : -1;
		/* a flood of news costs no more than the frames that show it;
		 * above a line nothing is said until it has its place */
		held = split ? split_fd() < 0 : wait_ms >= 0;
		fds[FD_NEWS].fd = held ? -1 : r->sh->client.wake_fd;
		fds[FD_PROMPT].fd = held ? -1 : prompt_ask_fd(r->sh);
		if (poll(fds, FDS, wait_ms) < 0) {
			if (errno == EINTR)
				continue;
			return FAIL_ERRNO(err, ERR_SYSTEM, "cannot wait");
		}
		/* keys that came behind a signal may have been seen first */
		(void)poll(fds + FD_CANCEL, FD_TERMINAL + 1 - FD_CANCEL, 0);
		step(r, fds);
	}
	return 0;
}

/* F2: the pane above the prompt; then from one to the other. */
static int
show_pane(int count, int key)
{
	(void)count;
	(void)key;
	if (split_is_open())
		split_focus();
	else
		active->sh->split_turns = true;
	return 0;
}

/* As terminals of these kinds send it. */
static void
bind_keys(void)
{
	static const char *const f2[] = { "\033OQ", "\033[12~", "\033[[B" };

	for (size_t i = 0; i < sizeof(f2) / sizeof(*f2); i++)
		rl_bind_keyseq(f2[i], show_pane);
}

/* Once; on stderr, since it is no result. */
static void
greet(struct shell *sh)
{
	struct buf line = BUF_INIT;

	buf_printf(&line,
	    "aosh " AOSH_VERSION ", process %s %s; .help lists "
	    "commands, Ctrl-D leaves",
	    sh->name, id_encode(&sh->process).text);
	output_attr(shell_notes(sh), ATTR_DIM, buf_text(&line));
	output_printf(shell_notes(sh), "\n");
	buf_release(&line);
}

/* Its prompt is set when the process has given one. */
static void
start_readline(struct repl *r)
{
	active = r;
	rl_readline_name = "aosh";
	rl_outstream = r->sh->out.terminal ? stdout : stderr;
	/* signals come through the loop */
	rl_catch_signals = 0;
	rl_catch_sigwinch = 0;
	rl_change_environment = 0;
	using_history();
	bind_keys();
	edit_keys_init(r->sh, share_history);
	edit_output_init();
	edit_line_init(r->sh);
	complete_init(r->sh);
	rl_callback_handler_install("", on_line);
}

/* At a process of somebody else's most of what one would type is refused. */
static void
note_foreign(struct shell *sh)
{
	struct error why;

	if (sh->foreign && session_may_eval(sh, &sh->process, &why) < 0)
		output_printf(shell_notes(sh), "aosh: %s\n", why.text);
}

int
repl_run(struct shell *sh, struct error *err)
{
	struct repl r = { .sh = sh, .typed = { .sh = sh } };
	int number;
	int rc;

	sh->interactive = true;
	signals_interactive();
	setting_begin(sh, &sh->settings);
	greet(sh);
	note_foreign(sh);
	rc_run(sh);
	session_begin_prompt(sh);
	shell_flush(sh);
	typed_follow(&r.typed);
	start_readline(&r);
	set_prompt(&r);
	rl_forced_update_display();
	if (sh->split_turns)
		turn_split(&r);
	rc = loop(&r, err);
	number = signals_ending() ? signals_ending() : sh->signal;
	split_close(number != 0);
	if (active) {
		rl_callback_handler_remove();
		active = NULL;
	}
	names_free(sh->names);
	sh->names = NULL;
	complete_release();
	typed_release(&r.typed);
	/* as a shell would report it */
	return rc == 0 && number ? 128 + number : rc;
}
