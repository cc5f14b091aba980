/*
 * Lines become entries of the history, and pieces that are evaluated. The text of
 * an entry is gathered here, since the reader's is gone when a piece is done.
 */
#include "shell/typed.h"

#include <stdio.h>

#include <readline/history.h>

#include "vm/vm.h"
#include "shell/draft.h"
#include "shell/session.h"
#include "shell/signals.h"

/* For history_open(), which gives them in the order they were typed. */
static void
add_to_readline(void *arg, const char *entry)
{
	(void)arg;
	add_history(entry);
}

/* Each process has its own; after .use another is shown. */
void
typed_follow(struct typed *t)
{
	struct error err;

	if (t->opened && id_equal(&t->process, &t->sh->process))
		return;
	t->opened = true;
	t->process = t->sh->process;
	history_release(&t->history);
	clear_history();
	if (t->sh->ephemeral)
		return;
	if (history_open(&t->history, &t->process, add_to_readline, NULL,
		&err) < 0)
		output_printf(shell_notes(t->sh),
		    "aosh: history is not kept: %s\n", err.text);
}

/* The lines of a unit are one entry. */
static void
remember_entry(struct typed *t)
{
	const char *entry = buf_text(&t->entry);

	/* what other windows added comes first, as in the file */
	if (history_add(&t->history, entry) &&
	    !history_follow(&t->history, add_to_readline, NULL))
		add_history(entry);
	buf_clear(&t->entry);
}

void
typed_share(struct typed *t)
{
	if (history_follow(&t->history, add_to_readline, NULL))
		using_history();
}

/* The line at the front of a text, which is then behind it. */
static struct span
take_line(struct span *text)
{
	const uint8_t *end = memchr(text->p, '\n', text->len);
	struct span line =
	    end ? span_first(*text, (size_t)(end - text->p)) : *text;

	*text = span_from(*text, line.len + 1);
	return line;
}

/* One line, typed or out of a block. */
static void
run_line(struct typed *t, struct span line)
{
	struct shell *sh = t->sh;
	struct error err = { 0 };
	bool was_editor = sh->reader.editor;
	enum reader_state state;
	int rc = 0;

	sh->told = sh->warned;
	sh->warned = false;
	if (t->entry.len)
		buf_add_byte(&t->entry, '\n');
	buf_add_span(&t->entry, line);
	state = reader_add(&sh->reader, line, &err);
	if (state == READER_PRINT)
		output_printf(&sh->out, "%s\n", buf_text(&sh->reader.text));
	if (state == READER_LUA || state == READER_DOT ||
	    state == READER_WRONG) {
		if (was_editor) {
			buf_clear(&t->entry);
			buf_add_span(&t->entry, buf_span(&sh->reader.text));
		}
		remember_entry(t);
		rc = session_unit(sh, state, NULL, err.text, &err);
		sh->status = rc < 0 ? exit_code_of(err.code) : rc;
	}
	if (!reader_is_open(&sh->reader))
		buf_clear(&t->entry);
	sh->told = false;
	typed_report(t, rc, &err);
}

/*
 * Of a block with an error nothing runs: the piece that has it is shown. False:
 * there is none.
 */
static bool
refuse_wrong(struct typed *t, struct span text)
{
	struct shell *sh = t->sh;
	struct reader reader = { .done = false };
	struct span rest = text;
	struct error err = { 0 };
	enum reader_state state = READER_NOTHING;
	int rc = 0;

	while (rest.len && state != READER_WRONG)
		state = reader_add(&reader, take_line(&rest), &err);
	if (state == READER_WRONG) {
		buf_add_span(&t->entry, text);
		remember_entry(t);
		reader_release(&sh->reader);
		sh->reader = reader;
		rc = session_unit(sh, state, NULL, err.text, &err);
		sh->status = rc < 0 ? exit_code_of(err.code) : rc;
		typed_report(t, rc, &err);
		return true;
	}
	reader_release(&reader);
	return false;
}

/* Several lines at once, pasted or recalled: one piece if they are one. */
static void
run_block(struct typed *t, struct span text)
{
	bool is_open = reader_is_open(&t->sh->reader);
	struct error ignored;

	if (!is_open && !reader_is_dot(text) &&
	    vm_check_syntax(text, &ignored) == SYNTAX_COMPLETE) {
		/* the text of the unit before may still be there */
		reader_drop(&t->sh->reader);
		t->sh->reader.editor = true;
		(void)reader_add(&t->sh->reader, text, &ignored);
		run_line(t, span_text(".done"));
		return;
	}
	if (!is_open && refuse_wrong(t, text))
		return;
	while (text.len && !t->sh->leaving) {
		run_line(t, take_line(&text));
		if (signals_take_cancel())
			break;
	}
}

bool
typed_warn(struct typed *t)
{
	struct shell *sh = t->sh;
	const struct reader *reader = &sh->reader;

	if (sh->warned)
		return false;
	if (reader->editor && reader->text.len)
		output_printf(shell_notes(sh),
		    "aosh: the editor has %zu line%s: .done sends, .cancel "
		    "or Ctrl-D again drops\n",
		    reader->unit_lines, reader->unit_lines == 1 ? "" : "s");
	else
		return !reader_is_open(reader) &&
		    !draft_may_go(sh, "Ctrl-D again leaves");
	sh->warned = true;
	return true;
}

void
typed_report(struct typed *t, int rc, const struct error *err)
{
	if (rc < 0)
		shell_report(t->sh, err);
	if (shell_flush(t->sh))
		t->sh->leaving = true; /* nobody can read us any more */
}

/* What .rerun and .edit brought back. */
static void
run_again(struct typed *t)
{
	struct buf text = t->sh->again;

	t->sh->again = (struct buf)BUF_INIT;
	if (text.len)
		run_block(t, buf_span(&text));
	buf_release(&text);
}

void
typed_take(struct typed *t, const char *line)
{
	struct buf text = BUF_INIT;

	strip_prompts(span_text(line), &text);
	if (text.len && memchr(text.p, '\n', text.len))
		run_block(t, buf_span(&text));
	else
		run_line(t, buf_span(&text));
	buf_release(&text);
	run_again(t);
}

bool
typed_drop(struct typed *t)
{
	buf_clear(&t->entry);
	t->sh->warned = false;
	return reader_drop(&t->sh->reader);
}

void
typed_release(struct typed *t)
{
	history_release(&t->history);
	clear_history();
	buf_release(&t->entry);
}
