/*
 * A key changes what is to be seen, and never draws it. What a view cannot do is
 * said in the footer until the next key.
 */
#include <string.h>

#include "pane/keys.h"
#include "pane/pane_inner.h"
#include "pane/screen.h"

void
pane_say(struct pane *p, const char *text)
{
	buf_clear(&p->scene.message);
	buf_add_text(&p->scene.message, text);
}

/* --- moving --- */

/* At the end of what grows one follows it. */
void
pane_go_to(struct pane *p, size_t row)
{
	struct view *v = p->view;
	size_t rows = v->ops->rows(v);

	v->at = row < rows ? row : rows ? rows - 1 : 0;
	v->follow = v->ops->filter && v->at + 1 >= rows;
	if (v->follow)
		v->seen = v->added;
}

static void
move_by(struct pane *p, long rows)
{
	size_t at = p->view->at;

	if (rows < 0 && at < (size_t)-rows)
		pane_go_to(p, 0);
	else
		pane_go_to(p, at + (size_t)rows);
}

/* --- going deeper and back --- */

static void
push(struct pane *p, struct view *v, const struct error *err)
{
	if (!v) {
		pane_say(p, err->text);
		return;
	}
	v->below = p->view;
	p->view = v;
	pane_update(p, true);
}

/* What the chosen row stands for. */
static bool
target_of(struct pane *p, struct target *out)
{
	struct view *v = p->view;

	return v->ops->target && v->at < v->ops->rows(v) &&
	    v->ops->target(v, v->at, out);
}

static void
go_deeper(struct pane *p)
{
	struct view *v;
	struct target t;
	struct error err;

	if (strcmp(p->view->name, "message") == 0 || !target_of(p, &t))
		return;
	v = t.is_process ? view_process(&p->scene, &t.process, &err)
			 : view_detail(&p->scene, &t, &err);
	if (v && t.is_process)
		pane_recall_process(p, v);
	push(p, v, &err);
}

static void
go_trace(struct pane *p)
{
	struct target t;
	struct error err;

	if (strcmp(p->view->name, "trace") == 0)
		return;
	if (!target_of(p, &t) || t.is_process)
		pane_say(p, "there is no message here");
	else
		push(p, view_trace(&p->scene, &t, &err), &err);
}

static void
go_back(struct pane *p)
{
	struct view *v = p->view;

	if (!v->below) {
		p->leaving = true;
		return;
	}
	p->view = v->below;
	if (view_tape(v))
		pane_keep_read(p->config, view_tape(v));
	v->ops->free(v);
}

void
pane_to_tab(struct pane *p, size_t tab)
{
	while (p->view && p->view->below)
		go_back(p);
	p->tab = tab;
	p->view = p->tabs[tab];
}

/* --- the other keys --- */

static void
copy_id(struct pane *p)
{
	struct target t;
	struct id none = { { 0 } };
	struct id_text text;

	if (!target_of(p, &t)) {
		pane_say(p, "there is no id here");
		return;
	}
	text =
	    id_encode(t.is_process || id_equal(&t.message, &none) ? &t.process
								  : &t.message);
	screen_copy(span_text(text.text));
	buf_clear(&p->scene.message);
	buf_printf(&p->scene.message, "copied %s", text.text);
}

static void
sort_view(struct pane *p, bool turn)
{
	if (p->view->ops->sort)
		p->view->ops->sort(p->view, turn);
	else
		pane_say(p, "this view has its order");
}

static void
toggle_mouse(struct pane *p)
{
	p->mouse = !p->mouse;
	screen_mouse(p->mouse);
	pane_say(p,
	    p->mouse ? "the mouse is ours" : "the mouse is the terminal's");
}

static void
click(struct pane *p, int row)
{
	struct view *v = p->view;
	size_t at = v->top + (size_t)(row - p->layout.body);

	if (row < p->layout.body || row >= p->layout.body + p->layout.rows ||
	    at >= v->ops->rows(v))
		return;
	if (at == v->at)
		go_deeper(p);
	else
		pane_go_to(p, at);
}

/* To the first line behind the bar. */
static void
go_unread(struct pane *p)
{
	struct view *v = p->view;

	if (v->bar > v->dropped)
		pane_go_to(p, (size_t)(v->bar - v->dropped));
	else
		pane_say(p, "nothing here is marked as new");
}

/* true: it was one of those that move. */
static bool
moving_key(struct pane *p, enum action action)
{
	long page = p->layout.rows > 1 ? p->layout.rows - 1 : 1;

	switch (action) {
	case ACTION_UP:
		move_by(p, -1);
		return true;
	case ACTION_DOWN:
		move_by(p, 1);
		return true;
	case ACTION_PAGE_UP:
		move_by(p, -page);
		return true;
	case ACTION_PAGE_DOWN:
		move_by(p, page);
		return true;
	case ACTION_WHEEL_UP:
		move_by(p, -WHEEL_ROWS);
		return true;
	case ACTION_WHEEL_DOWN:
		move_by(p, WHEEL_ROWS);
		return true;
	case ACTION_FIRST:
		pane_go_to(p, 0);
		return true;
	case ACTION_LAST:
		pane_go_to(p, SIZE_MAX - 1);
		return true;
	case ACTION_UNREAD:
		go_unread(p);
		return true;
	default:
		return false;
	}
}

/* true: it was one of those that go somewhere else. */
static bool
going_key(struct pane *p, enum action action)
{
	switch (action) {
	case ACTION_DEEPER:
		go_deeper(p);
		return true;
	case ACTION_BACK:
		go_back(p);
		return true;
	case ACTION_QUIT:
		p->leaving = true;
		return true;
	case ACTION_PROMPT:
		p->leaving = p->height > 0;
		return true;
	case ACTION_NEXT_VIEW:
		pane_to_tab(p, (p->tab + 1) % TABS);
		return true;
	case ACTION_VIEW_FEED:
	case ACTION_VIEW_INBOX:
	case ACTION_VIEW_RESULTS:
	case ACTION_VIEW_CRON:
	case ACTION_VIEW_PROCESSES:
		pane_to_tab(p, (size_t)(action - ACTION_VIEW_FEED));
		return true;
	case ACTION_TRACE:
		go_trace(p);
		return true;
	case ACTION_HELP:
		if (strcmp(p->view->name, "keys") != 0)
			push(p, view_keys(), NULL);
		return true;
	default:
		return false;
	}
}

static void
other_key(struct pane *p, enum action action)
{
	switch (action) {
	case ACTION_SEARCH:
		pane_begin_input(p, INPUT_SEARCH);
		break;
	case ACTION_SEARCH_UP:
		pane_begin_input(p, INPUT_SEARCH_UP);
		break;
	case ACTION_SEARCH_NEXT:
	case ACTION_SEARCH_BACK:
		pane_search_on(p, (action == ACTION_SEARCH_BACK) != p->upwards);
		break;
	case ACTION_FILTER:
		pane_begin_input(p, INPUT_FILTER);
		break;
	case ACTION_SAVE:
		pane_begin_input(p, INPUT_SAVE);
		break;
	case ACTION_SORT:
	case ACTION_SORT_TURN:
		sort_view(p, action == ACTION_SORT_TURN);
		break;
	case ACTION_TIME:
		p->scene.times = (p->scene.times + 1) % TIME_MODES;
		break;
	case ACTION_COPY:
		copy_id(p);
		break;
	case ACTION_MOUSE:
		toggle_mouse(p);
		break;
	case ACTION_REDRAW:
		screen_redraw();
		break;
	default:
		break;
	}
}

void
pane_key(struct pane *p, int code, int row)
{
	enum action action;

	/* no text has it: the end of the paste was lost */
	if (code == PRESS_F2)
		p->pasting = false;
	if (p->pasting) {
		pane_paste_key(p, code);
		return;
	}
	if (code == PRESS_PASTE) {
		pane_begin_paste(p);
		return;
	}
	if (p->input) {
		pane_input_key(p, code);
		return;
	}
	action = key_action(code);
	buf_clear(&p->scene.message);
	if (action == ACTION_CLICK)
		click(p, row);
	else if (!moving_key(p, action) && !going_key(p, action))
		other_key(p, action);
	if (!p->leaving)
		pane_update(p, false);
}
