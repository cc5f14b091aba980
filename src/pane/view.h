/*
 * view - what the pane shows, one at a time: rows, and operations on them.
 *
 * The pane owns scrolling, searching and drawing; a view gives its rows as
 * lines. Its operations never draw and never wait.
 */
#ifndef PANE_VIEW_H
#define PANE_VIEW_H

#include "base/map.h"
#include "pane/census.h"
#include "pane/filter.h"
#include "pane/line.h"
#include "pane/memo.h"
#include "pane/spark.h"
#include "pane/tape.h"

enum time_mode {
	TIME_CLOCK,
	TIME_AGE,
	TIME_HEIGHT,
	TIME_MODES
};

/* What all views see of the pane. */
struct scene {
	struct node *node;
	struct tape *tape; /* of the processes that are watched */
	uint64_t history;  /* entries of a process to begin with */
	struct census *census;
	struct map names; /* id as text to the name of a process: char * */
	uint64_t named;   /* the census that they are of */
	enum time_mode times;
	uint64_t now_ms;
	size_t width;
	struct buf message; /* for the footer, until the next key */
};

struct view;

/* A place to look into: a message, or a process. */
struct target {
	bool is_process;
	struct id process;
	struct position at;
	struct id message; /* all zero: none, as of a tick */
};

struct view_ops {
	void (*free)(struct view *v);
	/* Bring the rows up to date; `tick`: a second has gone by. */
	void (*update)(struct view *v, struct scene *s, bool tick);
	size_t (*rows)(struct view *v);
	/* The line of row number `row`; of the titles when it is SIZE_MAX. */
	void (*line)(struct view *v, const struct scene *s, size_t row,
	    struct line *out);
	/* What is behind a row; false: nothing. NULL: never anything. */
	bool (*target)(struct view *v, size_t row, struct target *out);
	/* Append a row as a line of JSON, or nothing. NULL: it has no such form. */
	void (*json)(struct view *v, size_t row, struct buf *out);
	/* ERR_USAGE. NULL: it has no filter. */
	int (*filter)(struct view *v, struct span words, struct error *err);
	/* By the next column, or the other way round. NULL: it has no order. */
	void (*sort)(struct view *v, bool turn);
};

/* The first member of each view. */
struct view {
	const struct view_ops *ops;
	const char *name;
	struct view *below; /* to go back to; NULL: the first one */
	size_t at;          /* the row that is chosen */
	size_t top;         /* the first one on the screen */
	bool follow;        /* stay at the end */
	uint64_t dropped;   /* rows that went away at the front, in all */
	uint64_t added;     /* and that came at the end */
	uint64_t seen;      /* of these, when it was last at the end */
	uint64_t bar; /* 0, or behind the row that parts old from new, in all */
	char filter_text[FILTER_TEXT_MAX];
};

/* Events of a tape; `base` is the filter that cannot be taken off. */
struct view *view_feed(const char *name, struct tape *tape, const char *base);
/* The same of one process; owns its tape. */
struct view *view_process(struct scene *s, const struct id *id,
    struct error *err);
struct view *view_cron(struct tape *tape);
struct view *view_processes(void);
/* What a message or an entry caused. ERR_NOT_FOUND. */
struct view *view_trace(struct scene *s, const struct target *t,
    struct error *err);
/* All of an entry: tags, data, result. ERR_NOT_FOUND. */
struct view *view_detail(struct scene *s, const struct target *t,
    struct error *err);
struct view *view_keys(void);

/* The tape that a view shows, when it is one of its own; else NULL. */
struct tape *view_tape(struct view *v);

/* Cells that several views have. */
void cell_time(struct line *out, const struct scene *s, uint64_t ms,
    uint64_t height);
/* An id, or the name of a local process. */
void cell_peer(struct line *out, const struct scene *s, size_t columns,
    struct span id);
/* "12 KiB" */
void cell_bytes(struct line *out, uint64_t bytes);

#endif
