/*
 * One loop waits for keys, news, signals and the clock. News alone is looked at
 * only when a frame is due, so that a flood costs 30 looks a second and no more;
 * of a flood that is behind it takes a few milliseconds' worth for each frame,
 * so that keys never wait for it.
 */
#include "pane/pane.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "pane/keys.h"
#include "pane/pane_inner.h"
#include "pane/screen.h"

#define NS_PER_MS UINT64_C(1000000)
#define FRAME_NS (NS_PER_MS * 1000 / 30)
#define PUMP_NS (15 * NS_PER_MS) /* of each frame, at most */
#define TICK_NS (1000 * NS_PER_MS)

enum {
	PROCESSES_MAX = 10000 /* of which is known */
};

/* When what is due. */
struct times {
	uint64_t frame; /* not before */
	bool dirty;     /* something is to be drawn */
};

/* --- what is known --- */

static void
add_names(struct scene *s)
{
	const struct census_list *l = census_latest(s->census);

	if (l->round == s->named)
		return;
	s->named = l->round;
	for (size_t i = 0; i < l->count; i++) {
		struct id_text id = id_encode(&l->all[i].id);

		if (*l->all[i].name && !map_get(&s->names, span_text(id.text)))
			(void)map_put(&s->names, span_text(id.text),
			    xstrdup(l->all[i].name));
	}
}

/* Figures of the header, each second. */
static void
read_status(struct pane *p)
{
	struct node *n = p->scene.node;
	struct node_status fresh;
	struct error ignored;

	if (n->ops->status(n, &fresh, &ignored) < 0) {
		p->counted = false;
		return;
	}
	if (fresh.processes != p->status.processes)
		census_ask(p->scene.census);
	/* another program's engine counts from its own start */
	if (p->counted && fresh.scheduled >= p->status.scheduled)
		spark_add(&p->rate,
		    (double)(fresh.scheduled - p->status.scheduled));
	p->status = fresh;
	p->counted = true;
}

void
pane_update(struct pane *p, bool tick)
{
	struct view *v = p->view;
	uint64_t dropped = v->dropped;
	size_t rows;

	p->scene.now_ms = clock_wall_ms();
	p->scene.width = (size_t)screen_columns_all();
	v->ops->update(v, &p->scene, tick);
	add_names(&p->scene);
	rows = v->ops->rows(v);
	dropped = v->dropped - dropped;
	v->at = v->at > dropped ? v->at - dropped : 0;
	v->top = v->top > dropped ? v->top - dropped : 0;
	if (v->follow)
		v->seen = v->added;
	if (v->at >= rows || v->follow)
		v->at = rows ? rows - 1 : 0;
}

/* --- the loop --- */

/* Of the view on top, when it is one of its own, else of the pane. */
static struct tape *
second_tape(const struct pane *p)
{
	for (struct view *v = p->view; v; v = v->below)
		if (view_tape(v))
			return view_tape(v);
	return NULL;
}

static void
take_events(struct pane *p, uint64_t now)
{
	struct tape *second = second_tape(p);

	p->behind = !tape_pump(p->scene.tape, now + PUMP_NS);
	if (second)
		p->behind |= !tape_pump(second, now + 2 * PUMP_NS);
	pane_update(p, false);
}

static void
end_by(struct pane *p, int number)
{
	p->leaving = true;
	p->signal = number;
}

/* Ctrl-C leaves what is being typed first. */
static void
take_signals(struct pane *p)
{
	int number;

	/* what ends the program is given again and again */
	while (!p->signal && (number = p->config->take_cancel()) != 0) {
		p->pasting = false;
		if (number == SIGINT && p->input)
			p->input = INPUT_NONE;
		else
			end_by(p, number);
	}
	while ((number = p->config->take_terminal()) != 0) {
		if (number == SIGTSTP) {
			screen_suspend();
			p->config->stop();
			screen_resume();
		} else {
			screen_resize();
		}
	}
}

static void
take_keys(struct pane *p)
{
	int row = 0;
	int code;

	while (!p->leaving && (code = screen_key(&row)) != PRESS_NONE)
		pane_key(p, code, row);
}

/* A frame that the terminal is too slow for is left out. */
static void
draw(struct pane *p, struct times *t, uint64_t now)
{
	t->frame = now + FRAME_NS;
	if (!screen_is_ready())
		return;
	pane_draw(p);
	screen_flush();
	t->dirty = false;
}

/* Milliseconds until something is due. */
static int
wait_ms(const struct pane *p, const struct times *t, uint64_t now)
{
	uint64_t due = p->tick_ns;
	int feed = feed_wait_ms(tape_feed(p->scene.tape));

	if ((t->dirty || p->behind) && t->frame < due)
		due = t->frame;
	if (feed >= 0 && now + (uint64_t)feed * NS_PER_MS < due)
		due = now + (uint64_t)feed * NS_PER_MS;
	return due <= now ? 0 : (int)((due - now) / NS_PER_MS) + 1;
}

enum {
	FD_KEYS,
	FD_CANCEL,
	FD_TERMINAL,
	FD_FEED,
	FD_SECOND,
	FDS
};

/* News are waited for only where a frame may show them at once. */
static int
wait_for_all(struct pane *p, struct times *t, struct pollfd *fds)
{
	uint64_t now = clock_now_ns();
	bool news = now >= t->frame || !(t->dirty || p->behind);
	struct tape *second = second_tape(p);

	fds[FD_KEYS] = (struct pollfd){ STDIN_FILENO, POLLIN, 0 };
	fds[FD_CANCEL] = (struct pollfd){ p->config->cancel_fd, POLLIN, 0 };
	fds[FD_TERMINAL] = (struct pollfd){ p->config->terminal_fd, POLLIN, 0 };
	fds[FD_FEED] =
	    (struct pollfd){ news ? feed_fd(tape_feed(p->scene.tape)) : -1,
		    POLLIN, 0 };
	fds[FD_SECOND] =
	    (struct pollfd){ news && second ? feed_fd(tape_feed(second)) : -1,
		    POLLIN, 0 };
	return poll(fds, FDS, wait_ms(p, t, now));
}

bool
pane_turn(struct pane *p, bool news)
{
	uint64_t now = clock_now_ns();
	bool tick = now >= p->tick_ns;

	if (tick) {
		p->tick_ns = now + TICK_NS;
		read_status(p);
		pane_update(p, true);
	}
	p->behind |= news;
	if (!tick && !p->behind)
		return false;
	take_events(p, now);
	return true;
}

static void
step(struct pane *p, struct times *t, const struct pollfd *fds)
{
	uint64_t now = clock_now_ns();

	if (fds[FD_CANCEL].revents || fds[FD_TERMINAL].revents) {
		take_signals(p);
		t->dirty = true;
	}
	if (fds[FD_KEYS].revents & (POLLHUP | POLLERR | POLLNVAL)) {
		end_by(p, SIGHUP);
	} else if (fds[FD_KEYS].revents) {
		take_keys(p);
		t->dirty = true;
	}
	if (p->leaving)
		return;
	if (fds[FD_FEED].revents || fds[FD_SECOND].revents)
		p->behind = true;
	if (now >= t->frame && pane_turn(p, false))
		t->dirty = true;
	if (t->dirty && now >= t->frame)
		draw(p, t, now);
}

static int
loop(struct pane *p, struct error *err)
{
	struct times t = { .dirty = true };
	struct pollfd fds[FDS];

	while (!p->leaving) {
		if (wait_for_all(p, &t, fds) < 0) {
			if (errno != EINTR)
				return FAIL_ERRNO(err, ERR_SYSTEM,
				    "cannot wait");
			continue;
		}
		step(p, &t, fds);
	}
	return p->signal;
}

void
pane_free(struct pane *p)
{
	size_t at = 0;
	struct span key;
	void *value;

	if (!p)
		return;
	if (p->view) {
		pane_to_tab(p, 0);
		pane_keep_read(p->config, p->scene.tape);
	}
	for (size_t i = 0; i < TABS; i++)
		if (p->tabs[i])
			p->tabs[i]->ops->free(p->tabs[i]);
	census_free(p->scene.census);
	tape_close(p->scene.tape);
	while (map_next(&p->scene.names, &at, &key, &value))
		free(value);
	map_release(&p->scene.names);
	buf_release(&p->scene.message);
	buf_release(&p->typed);
	buf_release(&p->search);
	free(p);
}

int
pane_new(const struct pane_config *config, struct pane **out, struct error *err)
{
	struct pane *p = xcalloc(1, sizeof(*p));
	struct tape *tape;

	p->config = config;
	p->scene.node = config->node;
	p->behind = true;
	p->scene.history = config->history;
	if (tape_open(config->node, config->ids, config->count, config->history,
		&tape, err) < 0) {
		pane_free(p);
		return -1;
	}
	p->scene.tape = tape;
	if (census_new(config->node, pane_fd(p), PROCESSES_MAX,
		&p->scene.census, err) < 0) {
		pane_free(p);
		return -1;
	}
	p->tabs[0] = view_feed("feed", tape, "");
	p->tabs[1] = view_feed("inbox", tape, "kind=inbox,start");
	p->tabs[2] = view_feed("results", tape, "kind=result,print,error");
	p->tabs[3] = view_cron(tape);
	p->tabs[4] = view_processes();
	census_ask(p->scene.census);
	read_status(p);
	pane_recall(p);
	pane_to_tab(p, 0);
	*out = p;
	return 0;
}

int
pane_fd(const struct pane *p)
{
	return feed_fd(tape_feed(p->scene.tape));
}

void
pane_draw_in(struct pane *p, int rows)
{
	p->height = rows;
	if (p->scene.width != (size_t)screen_columns_all())
		pane_update(p, false);
	pane_draw(p);
}

bool
pane_take_keys(struct pane *p)
{
	bool left;

	take_keys(p);
	left = p->leaving;
	p->leaving = false;
	/* the mouse's bytes are no typing */
	if (left && p->mouse)
		screen_mouse(p->mouse = false);
	return !left;
}

int
pane_run(const struct pane_config *config, struct error *err)
{
	struct pane *p;
	int rc;

	if (pane_new(config, &p, err) < 0)
		return -1;
	rc = screen_open(config->color, err);
	if (rc == 0) {
		screen_paste(true);
		rc = loop(p, err);
		screen_close();
	}
	pane_free(p);
	return rc;
}
