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
#include <termios.h>
#include <unistd.h>

#include <readline/history.h>
#include <readline/readline.h>

#include "base/alloc.h"
#include "term/escape.h"
#include "term/width.h"
#include "vm/vm.h"
#include "shell/complete.h"
#include "shell/history.h"
#include "shell/session.h"
#include "shell/signals.h"

static const char fallback_prompt[] = "aos> ";
static const char more_prompt[] = "> ";

struct repl {
	struct shell *sh;
	struct history history;
	struct id process; /* whose history is loaded */
	struct buf entry;  /* typed for the open unit so far */
	int signal;        /* that ended it */
};

/* Readline's callbacks carry no argument. */
static struct repl *active;

/* --- prompt --- */

/* The process's prompt with colours that readline does not count. */
static void
make_prompt(struct repl *r, struct buf *out)
{
	struct shell *sh = r->sh;
	unsigned flags = ESCAPE_ONE_LINE | ESCAPE_PROMPT;
	struct span prompt = buf_span(&sh->prompt);

	if (sh->out.color)
		flags |= ESCAPE_COLOR;
	if (prompt.len == 0)
		prompt = span_text(fallback_prompt);
	escape_text(prompt, flags, out);
}

/* Lines that go on stand under the first, where there is room for both. */
static void
make_more_prompt(struct repl *r, struct buf *out)
{
	struct buf first = BUF_INIT;
	int rows;
	int columns;
	size_t width;

	rl_get_screen_size(&rows, &columns);
	escape_text(buf_span(&r->sh->prompt), ESCAPE_ONE_LINE, &first);
	width = text_width(buf_span(&first));
	if (width > strlen(more_prompt) && width < (size_t)columns / 2)
		buf_printf(out, "%*s", (int)(width - strlen(more_prompt)), "");
	buf_add_text(out, more_prompt);
	buf_release(&first);
}

/* The editor has none, so that what is in it can be copied. */
static void
set_prompt(struct repl *r)
{
	struct buf prompt = BUF_INIT;

	if (r->sh->reader.editor)
		buf_add_text(&prompt, "");
	else if (reader_is_open(&r->sh->reader))
		make_more_prompt(r, &prompt);
	else
		make_prompt(r, &prompt);
	rl_set_prompt(buf_text(&prompt));
	buf_release(&prompt);
}

/* --- history --- */

/* For history_open(), which gives them in the order they were typed. */
static void
add_to_readline(void *arg, const char *entry)
{
	(void)arg;
	add_history(entry);
}

/* Each process has its own; after .use another is shown. */
static void
follow_history(struct repl *r)
{
	struct error err;

	if (r->history.path && id_equal(&r->process, &r->sh->process))
		return;
	r->process = r->sh->process;
	history_release(&r->history);
	clear_history();
	if (r->sh->ephemeral)
		return;
	if (history_open(&r->history, &r->process, add_to_readline, NULL,
		&err) < 0)
		output_printf(shell_notes(r->sh),
		    "aosh: history is not kept: %s\n", err.text);
}

/* The lines of a unit are one entry. */
static void
remember_entry(struct repl *r)
{
	const char *entry = buf_text(&r->entry);

	if (history_add(&r->history, entry))
		add_history(entry);
	buf_clear(&r->entry);
}

/* --- lines --- */

/* Behind each unit: what went wrong, and all that was printed. */
static void
report(struct repl *r, int rc, const struct error *err)
{
	if (rc < 0)
		shell_report(r->sh, err);
	if (shell_flush(r->sh))
		r->sh->leaving = true; /* nobody can read us any more */
}

/* One line, typed or out of a block. */
static void
run_line(struct repl *r, struct span line)
{
	struct shell *sh = r->sh;
	struct error err = { 0 };
	bool was_editor = sh->reader.editor;
	enum reader_state state;
	int rc = 0;

	if (r->entry.len)
		buf_add_byte(&r->entry, '\n');
	buf_add_span(&r->entry, line);
	state = reader_add(&sh->reader, line, &err);
	if (state == READER_PRINT)
		output_printf(&sh->out, "%s\n", buf_text(&sh->reader.text));
	if (state == READER_LUA || state == READER_DOT ||
	    state == READER_WRONG) {
		if (was_editor) {
			buf_clear(&r->entry);
			buf_add_span(&r->entry, buf_span(&sh->reader.text));
		}
		remember_entry(r);
		rc = session_unit(sh, state, NULL, err.text, &err);
	}
	if (!reader_is_open(&sh->reader))
		buf_clear(&r->entry);
	report(r, rc, &err);
}

/* Several lines at once, pasted or recalled: one piece if they are one. */
static void
run_block(struct repl *r, struct span text)
{
	struct error ignored;
	struct span line;

	if (!reader_is_open(&r->sh->reader) &&
	    vm_check_syntax(text, &ignored) == SYNTAX_COMPLETE) {
		r->sh->reader.editor = true;
		(void)reader_add(&r->sh->reader, text, &ignored);
		run_line(r, span_text(".done"));
		return;
	}
	while (text.len && !r->sh->leaving) {
		const uint8_t *end = memchr(text.p, '\n', text.len);

		line = end ? span_first(text, (size_t)(end - text.p)) : text;
		run_line(r, line);
		text = span_from(text, line.len + 1);
		if (signals_take_cancel())
			break;
	}
}

/* Ctrl-D in the middle of a statement ends that, not the shell. */
static void
leave_or_drop(struct repl *r)
{
	bool dropped = reader_drop(&r->sh->reader);

	buf_clear(&r->entry);
	output_printf(&r->sh->out, "\n");
	if (!dropped)
		r->sh->leaving = true;
	report(r, 0, NULL);
}

/*
 * What is typed while a line runs is for the next prompt, which shows it; the
 * terminal is not to show it twice. Readline takes the state that it finds for
 * the user's own, so it must be back before readline is.
 */
static void
echo_off(struct termios *before)
{
	struct termios quiet;

	if (tcgetattr(STDIN_FILENO, before) < 0)
		return;
	quiet = *before;
	quiet.c_lflag &= ~(tcflag_t)ECHO;
	tcsetattr(STDIN_FILENO, TCSANOW, &quiet);
}

/* Readline has a whole line; NULL for Ctrl-D. */
static void
on_line(char *line)
{
	struct repl *r = active;
	struct buf text = BUF_INIT;
	struct termios before = { 0 };

	echo_off(&before);
	if (!line) {
		leave_or_drop(r);
	} else {
		strip_prompts(span_text(line), &text);
		if (text.len && memchr(text.p, '\n', text.len))
			run_block(r, buf_span(&text));
		else
			run_line(r, buf_span(&text));
	}
	free(line);
	buf_release(&text);
	tcsetattr(STDIN_FILENO, TCSANOW, &before);
	/* one that came late is for nothing that still runs */
	while (signals_take_cancel())
		;
	if (r->sh->leaving) {
		rl_callback_handler_remove();
		return;
	}
	follow_history(r);
	set_prompt(r);
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
	uint64_t count;

	if (read(sh->client.wake_fd, &count, sizeof(count)) < 0 ||
	    !session_has_news(sh))
		return;
	rl_clear_visible_line();
	flush_readline();
	session_feed(sh, position_of_slot(UINT64_MAX));
	report(r, 0, NULL);
	set_prompt(r);
	rl_on_new_line();
	rl_redisplay();
}

/* The line stays on the screen, as in other shells; the next one is new. */
static void
clear_line(struct repl *r)
{
	reader_drop(&r->sh->reader);
	buf_clear(&r->entry);
	rl_callback_sigcleanup();
	rl_free_line_state();
	rl_replace_line("", 1);
	rl_point = rl_end = rl_mark = 0;
	rl_crlf();
	flush_readline();
	set_prompt(r);
	rl_on_new_line();
	rl_redisplay();
}

/* Nothing is being evaluated here: Ctrl-C is meant for the line. */
static void
on_cancel(struct repl *r)
{
	int number = signals_take_cancel();

	if (number == SIGINT)
		clear_line(r);
	else if (number) {
		r->sh->leaving = true;
		r->signal = number;
	}
}

/*
 * The size may have changed while we were stopped, so both ways end with a look
 * at it.
 */
static void
on_terminal(void)
{
	int number = signals_take_terminal();

	if (number == SIGWINCH) {
		rl_resize_terminal();
	} else if (number == SIGTSTP) {
		rl_deprep_terminal();
		rl_crlf();
		flush_readline();
		signals_stop_here();
		rl_prep_terminal(0);
		rl_resize_terminal();
		rl_forced_update_display();
	}
}

/* Until the user leaves. Keys come last, so that news is above the echo. */
static int
loop(struct repl *r, struct error *err)
{
	struct pollfd fds[] = {
		{ .fd = STDIN_FILENO, .events = POLLIN },
		{ .fd = r->sh->client.wake_fd, .events = POLLIN },
		{ .fd = signals_cancel_fd(), .events = POLLIN },
		{ .fd = signals_terminal_fd(), .events = POLLIN },
	};

	while (!r->sh->leaving) {
		if (poll(fds, sizeof(fds) / sizeof(*fds), -1) < 0) {
			if (errno == EINTR)
				continue;
			return FAIL_ERRNO(err, ERR_SYSTEM, "cannot wait");
		}
		if (fds[2].revents)
			on_cancel(r);
		if (fds[3].revents)
			on_terminal();
		if (fds[1].revents && !r->sh->leaving)
			show_news(r);
		if (fds[0].revents && !r->sh->leaving)
			rl_callback_read_char();
	}
	return 0;
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
	struct repl r = { .sh = sh };
	int rc;

	sh->interactive = true;
	signals_interactive();
	greet(sh);
	note_foreign(sh);
	session_ask_prompt(sh);
	shell_flush(sh);
	follow_history(&r);
	start_readline(&r);
	set_prompt(&r);
	rl_forced_update_display();
	rc = loop(&r, err);
	if (active) {
		rl_callback_handler_remove();
		active = NULL;
	}
	history_release(&r.history);
	clear_history();
	buf_release(&r.entry);
	/* as a shell would report it */
	return rc == 0 && r.signal ? 128 + r.signal : rc;
}
