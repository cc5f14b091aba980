/*
 * What is typed into the footer: a text to search for, a filter, the name of a
 * file for the lines of the view.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>

#include "base/file.h"
#include "pane/keys.h"
#include "pane/pane_inner.h"

enum {
	TYPED_MAX = 120,
	CONTROL_U = 0x15,
	FIRST_PRINTABLE = 0x20,
	SAVE_CHUNK = 1 << 16
};

/* --- searching --- */

static bool
row_holds(struct pane *p, size_t row, struct line *l)
{
	line_clear(l);
	p->view->ops->line(p->view, &p->scene, row, l);
	return text_holds(buf_span(&l->text), buf_span(&p->search));
}

/* From the row behind the chosen one on, round the end. */
void
pane_search_on(struct pane *p, bool back)
{
	struct view *v = p->view;
	size_t rows = v->ops->rows(v);
	struct line l = LINE_INIT;

	for (size_t i = 1; p->search.len && i <= rows; i++) {
		size_t row = (v->at + (back ? rows - i : i)) % rows;

		if (row_holds(p, row, &l)) {
			pane_go_to(p, row);
			line_release(&l);
			return;
		}
	}
	line_release(&l);
	pane_say(p, p->search.len ? "not found" : "nothing to search for");
}

/* --- what is typed into the footer --- */

void
pane_begin_input(struct pane *p, enum input input)
{
	if (input == INPUT_FILTER && !p->view->ops->filter) {
		pane_say(p, "this view has no filter");
		return;
	}
	p->input = input;
	buf_clear(&p->typed);
	if (input == INPUT_FILTER)
		buf_add_text(&p->typed, p->view->filter_text);
}

static void
set_filter(struct pane *p)
{
	struct view *v = p->view;
	struct error err;

	if (v->ops->filter(v, buf_span(&p->typed), &err) < 0) {
		pane_say(p, err.text);
		return;
	}
	snprintf(v->filter_text, sizeof(v->filter_text), "%s",
	    buf_text(&p->typed));
	pane_keep_filter(p);
	pane_update(p, false);
}

/* As it is shown, without the width of the screen. */
static void
add_row_text(struct pane *p, size_t row, struct line *l, struct buf *text)
{
	line_clear(l);
	p->view->ops->line(p->view, &p->scene, row, l);
	while (l->text.len && l->text.p[l->text.len - 1] == ' ')
		l->text.len--;
	buf_add_span(text, buf_span(&l->text));
	buf_add_byte(text, '\n');
}

static int
write_rows(struct pane *p, bool json, int fd)
{
	struct view *v = p->view;
	size_t rows = v->ops->rows(v);
	struct line l = LINE_INIT;
	struct buf text = BUF_INIT;
	int rc = 0;

	for (size_t i = 0; i < rows && rc == 0; i++) {
		if (json)
			v->ops->json(v, i, &text);
		else
			add_row_text(p, i, &l, &text);
		if (text.len < SAVE_CHUNK && i + 1 < rows)
			continue;
		rc = file_write_all(fd, buf_span(&text));
		buf_clear(&text);
	}
	line_release(&l);
	buf_release(&text);
	return rc;
}

/* "x.json", "x.jsonl" */
static bool
is_json(const char *path)
{
	const char *dot = strrchr(path, '.');

	return dot && (strcmp(dot, ".json") == 0 || strcmp(dot, ".jsonl") == 0);
}

static void
save(struct pane *p)
{
	const char *path = buf_text(&p->typed);
	bool json = is_json(path);
	struct error err;
	int fd;
	int rc;

	if (json && !p->view->ops->json) {
		pane_say(p, "these lines are no messages: they have no JSON");
		return;
	}
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	rc = fd < 0 ? -1 : write_rows(p, json, fd);
	if (fd >= 0 && close(fd) < 0)
		rc = -1;
	if (rc < 0) {
		(void)FAIL_ERRNO(&err, ERR_SYSTEM, "not saved");
		pane_say(p, err.text);
	} else {
		pane_say(p, "saved");
	}
}

static void
end_input(struct pane *p)
{
	enum input input = p->input;

	p->input = INPUT_NONE;
	if (input == INPUT_SEARCH || input == INPUT_SEARCH_UP) {
		p->upwards = input == INPUT_SEARCH_UP;
		buf_clear(&p->search);
		buf_add_span(&p->search, buf_span(&p->typed));
		if (p->search.len)
			pane_search_on(p, p->upwards);
	} else if (input == INPUT_FILTER) {
		set_filter(p);
	} else if (p->typed.len) {
		save(p);
	}
}

static void
drop_character(struct buf *text)
{
	while (text->len && (text->p[text->len - 1] & 0xc0) == 0x80)
		text->len--;
	if (text->len)
		text->len--;
	buf_add_text(text, ""); /* its end */
}

static void
add_character(struct buf *text, int code)
{
	char bytes[MB_LEN_MAX];
	mbstate_t state = { 0 };
	size_t n;

	if (code < FIRST_PRINTABLE || code >= PRESS_SPECIAL)
		return;
	/* NOLINTNEXTLINE(concurrency-mt-unsafe): its own state */
	n = wcrtomb(bytes, (wchar_t)code, &state);
	if (n != (size_t)-1 && text->len + n <= TYPED_MAX)
		buf_add(text, bytes, n);
}

void
pane_input_key(struct pane *p, int code)
{
	if (code == PRESS_ENTER)
		end_input(p);
	else if (code == PRESS_ESCAPE)
		p->input = INPUT_NONE;
	else if (code == PRESS_BACKSPACE)
		drop_character(&p->typed);
	else if (code == CONTROL_U)
		buf_clear(&p->typed);
	else
		add_character(&p->typed, code);
}

/* --- pastes --- */

void
pane_begin_paste(struct pane *p)
{
	p->pasting = true;
	p->pasted_line = false;
}

/*
 * Pasted text is no keys: of what comes into the footer the first line counts,
 * and Enter is for the user; anywhere else it does nothing.
 */
void
pane_paste_key(struct pane *p, int code)
{
	if (code == PRESS_PASTE_END) {
		p->pasting = false;
		if (!p->input)
			pane_say(p,
			    p->height > 0
				? "a paste is for the prompt: F2 goes there"
				: "a paste does nothing here");
	} else if (code == PRESS_ENTER) {
		p->pasted_line = true;
	} else if (p->input && !p->pasted_line && code != PRESS_BACKSPACE) {
		add_character(&p->typed, code);
	}
}
