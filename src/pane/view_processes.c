/*
 * The list is asked for each second; where there are so many processes that it
 * takes long, less often (census.c). Inboxes are looked at where they may be
 * seen, and where the node is near.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "pane/inbox_count.h"
#include "pane/pane.h"
#include "pane/view.h"

enum {
	SPARK_COLUMNS = 20,
	NAME_COLUMNS = 16,
	ID_COLUMNS = 15,
	INBOXES_MAX = 100 /* that are looked at each second */
};

enum column {
	BY_NAME,
	BY_ID,
	BY_SLOTS,
	BY_INBOX,
	BY_QUEUE,
	BY_MEMORY,
	BY_STATE,
	BY_RATE,
	COLUMNS_OF_ORDER
};

/* What is known of a process over time. */
struct past {
	struct spark rate; /* messages of each second */
	uint64_t slots;
	int64_t inbox;          /* -1: it does not say */
	struct position looked; /* as of there */
	bool known;
};

struct row {
	struct process_info info;
	struct past *past;
};

struct processes_view {
	struct view view; /* first */
	struct row *rows;
	size_t count;
	struct map pasts; /* id to struct past *, owned */
	enum column column;
	bool turned;
	uint64_t round; /* of the census */
	bool cut;
};

static struct processes_view *
processes_of(struct view *v)
{
	return (struct processes_view *)v;
}

static void
processes_free(struct view *v)
{
	struct processes_view *p = processes_of(v);
	size_t at = 0;
	struct span key;
	void *value;

	while (map_next(&p->pasts, &at, &key, &value))
		free(value);
	map_release(&p->pasts);
	free(p->rows);
	free(p);
}

static uint64_t
rate_of(const struct past *past)
{
	double sum = 0;

	for (size_t i = 0; i < SPARK_SAMPLES; i++)
		sum += past->rate.samples[i];
	return (uint64_t)sum;
}

static const char *
state_of(const struct process_info *i)
{
	if (i->stopped)
		return "stopped";
	if (i->waking)
		return "waking";
	return i->memory ? "awake" : "asleep";
}

static int
compare_numbers(uint64_t a, uint64_t b)
{
	return (a < b) - (a > b);
}

/* Large figures first, names and states as in a dictionary. */
static int
compare(const struct row *a, const struct row *b, enum column by)
{
	const struct process_info *x = &a->info;
	const struct process_info *y = &b->info;

	switch (by) {
	case BY_ID:
		return strcmp(id_encode(&x->id).text, id_encode(&y->id).text);
	case BY_INBOX:
		return (a->past->inbox < b->past->inbox) -
		    (a->past->inbox > b->past->inbox);
	case BY_SLOTS:
		return compare_numbers(x->slots, y->slots);
	case BY_QUEUE:
		return compare_numbers(x->slots - x->evaluated,
		    y->slots - y->evaluated);
	case BY_MEMORY:
		return compare_numbers(x->memory, y->memory);
	case BY_STATE:
		return strcmp(state_of(x), state_of(y));
	case BY_RATE:
		return compare_numbers(rate_of(a->past), rate_of(b->past));
	default:
		return strcmp(x->name, y->name);
	}
}

static int
compare_rows(const void *a, const void *b, void *arg)
{
	const struct processes_view *p = arg;
	const struct row *x = a;
	const struct row *y = b;
	int c = compare(x, y, p->column);

	if (c == 0)
		c = strcmp(x->info.name, y->info.name);
	if (c == 0)
		c = memcmp(x->info.id.bytes, y->info.id.bytes, ID_BYTES);
	return p->turned ? -c : c;
}

static struct past *
past_of(struct processes_view *p, const struct process_info *info)
{
	struct past *past = map_get(&p->pasts, id_span(&info->id));

	if (!past) {
		past = xcalloc(1, sizeof(*past));
		past->inbox = -1;
		(void)map_put(&p->pasts, id_span(&info->id), past);
	}
	if (past->known)
		spark_add(&past->rate, (double)(info->slots - past->slots));
	past->known = true;
	past->slots = info->slots;
	return past;
}

static void
take_rows(struct processes_view *p, const struct census_list *l)
{
	p->rows = xrealloc(p->rows, (l->count + 1) * sizeof(*p->rows));
	for (size_t i = 0; i < l->count; i++)
		p->rows[i] = (struct row){ l->all[i], past_of(p, &l->all[i]) };
	p->count = l->count;
	p->cut = l->cut;
	p->round = l->round;
}

/* The chosen row stays the same process. */
static void
sort_rows(struct processes_view *p, const struct id *chosen)
{
	if (p->count)
		qsort_r(p->rows, p->count, sizeof(*p->rows), compare_rows, p);
	for (size_t i = 0; chosen && i < p->count; i++)
		if (id_equal(&p->rows[i].info.id, chosen))
			p->view.at = i;
}

static void
look_at_inboxes(struct processes_view *p, const struct scene *s)
{
	size_t end = p->view.top + INBOXES_MAX;

	if (s->history <= PANE_HISTORY_FAR)
		return;
	for (size_t i = p->view.top; i < end && i < p->count; i++) {
		struct past *past = p->rows[i].past;
		const struct process_info *info = &p->rows[i].info;

		if (position_compare(past->looked, info->told) == 0)
			continue;
		past->inbox = inbox_count(s->node, info);
		past->looked = info->told;
	}
}

static void
processes_update(struct view *v, struct scene *s, bool tick)
{
	struct processes_view *p = processes_of(v);
	bool had = v->at < p->count;
	const struct census_list *l;
	struct id chosen = { { 0 } };

	if (tick || p->round == 0)
		census_ask(s->census);
	l = census_latest(s->census);
	if (l->round == p->round)
		return;
	if (had)
		chosen = p->rows[v->at].info.id;
	take_rows(p, l);
	sort_rows(p, had && v->at ? &chosen : NULL);
	look_at_inboxes(p, s);
}

static size_t
processes_rows(struct view *v)
{
	return processes_of(v)->count;
}

/* The title of the column that orders them has a mark. */
static void
titles(const struct processes_view *p, struct line *out)
{
	static const struct {
		const char *title;
		int columns; /* below 0: to the left */
		enum column by;
	} all[] = { { "NAME", -NAME_COLUMNS, BY_NAME },
		{ "ID", -ID_COLUMNS, BY_ID }, { "SLOTS", 8, BY_SLOTS },
		{ "INBOX", 6, BY_INBOX }, { "QUEUE", 6, BY_QUEUE },
		{ "MEMORY", 9, BY_MEMORY }, { "STATE", -8, BY_STATE },
		{ "A MINUTE", 8, BY_RATE } };
	char title[16];

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		bool is_order = all[i].by == p->column;

		snprintf(title, sizeof(title), "%s%s", all[i].title,
		    !is_order       ? ""
			: p->turned ? "^"
				    : "v");
		line_printf(out, is_order ? LOOK_TITLE : LOOK_DIM, "%*s ",
		    all[i].columns, title);
	}
	line_printf(out, LOOK_DIM, p->cut ? " (the first 10000)" : "");
}

static void
processes_line(struct view *v, const struct scene *s, size_t row,
    struct line *out)
{
	const struct processes_view *p = processes_of(v);
	const struct process_info *i;
	struct buf text = BUF_INIT;

	(void)s;
	if (row == SIZE_MAX) {
		titles(p, out);
		return;
	}
	i = &p->rows[row].info;
	line_add(out, LOOK_TITLE, NAME_COLUMNS, span_text(i->name));
	event_short_id(span_text(id_encode(&i->id).text), &text);
	line_add(out, LOOK_ID, ID_COLUMNS, buf_span(&text));
	line_printf(out, LOOK_PLAIN, "%8" PRIu64 " ", i->slots);
	if (p->rows[row].past->inbox < 0)
		line_printf(out, LOOK_DIM, "%6s ", "-");
	else
		line_printf(out, LOOK_PLAIN, "%6" PRId64 " ",
		    p->rows[row].past->inbox);
	line_printf(out, LOOK_PLAIN, "%6" PRIu64 " ", i->slots - i->evaluated);
	cell_bytes(out, i->memory);
	line_printf(out, i->stopped ? LOOK_WARN : LOOK_PLAIN, "%-8s ",
	    state_of(i));
	buf_clear(&text);
	spark_write(&p->rows[row].past->rate, SPARK_COLUMNS, &text);
	line_printf(out, LOOK_PLAIN, "%8" PRIu64 " ",
	    rate_of(p->rows[row].past));
	line_printf(out, LOOK_GOOD, "%s", buf_text(&text));
	buf_release(&text);
}

static bool
processes_target(struct view *v, size_t row, struct target *out)
{
	const struct process_info *i = &processes_of(v)->rows[row].info;

	*out = (struct target){ .is_process = true, .process = i->id };
	return true;
}

static void
processes_sort(struct view *v, bool turn)
{
	struct processes_view *p = processes_of(v);

	if (turn)
		p->turned = !p->turned;
	else
		p->column = (p->column + 1) % COLUMNS_OF_ORDER;
	sort_rows(p, NULL);
}

static const struct view_ops processes_ops = {
	.free = processes_free,
	.update = processes_update,
	.rows = processes_rows,
	.line = processes_line,
	.target = processes_target,
	.sort = processes_sort,
};

struct view *
view_processes(void)
{
	struct processes_view *p = xcalloc(1, sizeof(*p));

	p->view.ops = &processes_ops;
	p->view.name = "processes";
	return &p->view;
}
