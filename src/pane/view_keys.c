#include <stdlib.h>

#include "base/alloc.h"
#include "pane/keys.h"
#include "pane/view.h"

enum {
	NAMES_COLUMNS = 16
};

static void
keys_free(struct view *v)
{
	free(v);
}

static void
keys_update(struct view *v, struct scene *s, bool tick)
{
	(void)v;
	(void)s;
	(void)tick;
}

static size_t
keys_rows(struct view *v)
{
	size_t n = 0;

	(void)v;
	while (keys[n].names)
		n++;
	return n;
}

static void
keys_line(struct view *v, const struct scene *s, size_t row, struct line *out)
{
	(void)v;
	(void)s;
	if (row == SIZE_MAX) {
		line_printf(out, LOOK_DIM, "%-*s WHAT IT DOES", NAMES_COLUMNS,
		    "KEY");
		return;
	}
	line_add(out, LOOK_TITLE, NAMES_COLUMNS, span_text(keys[row].names));
	line_printf(out, LOOK_PLAIN, "%s", keys[row].summary);
}

static const struct view_ops keys_ops = {
	.free = keys_free,
	.update = keys_update,
	.rows = keys_rows,
	.line = keys_line,
};

struct view *
view_keys(void)
{
	struct view *v = xcalloc(1, sizeof(*v));

	v->ops = &keys_ops;
	v->name = "keys";
	return v;
}
