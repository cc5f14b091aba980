/*
 * .plot EXPR - a number of the process over time, drawn.
 *
 * It is asked for by dry runs, one a second, so nothing of it stays. The picture
 * is drawn over itself until Ctrl-C; the last one stays on the screen.
 */
#include <math.h>
#include <stdlib.h>

#include "ao/result_text.h"
#include "term/escape.h"
#include "term/width.h"
#include "pane/plot.h"
#include "shell/commands.h"
#include "shell/failure.h"
#include "shell/keys_hold.h"
#include "shell/session.h"
#include "shell/shell.h"
#include "shell/signals.h"
#include "shell/split.h"
#include "shell/table.h"

enum {
	ROWS = 6,
	VALUES_MAX = 120,
	MARGIN = 1,
	EVERY_MS = 1000
};

/* The whole text must be a number, and one that can be drawn. */
static int
read_number(const char *expression, struct span text, double *value,
    struct error *err)
{
	struct buf plain = BUF_INIT;
	char *end;
	int rc = 0;

	escape_strip_color(text, &plain);
	*value = strtod(buf_text(&plain), &end);
	if (plain.len == 0 || *end || !isfinite(*value))
		rc = FAIL(err, ERR_EVAL, "'%.60s' gives no number: '%.60s'",
		    expression, buf_text(&plain));
	buf_release(&plain);
	return rc;
}

static int
sample(struct shell *sh, const char *expression, double *value,
    struct error *err)
{
	struct request r = { .action = "Eval", .data = span_text(expression) };
	struct source source = { NULL, 1, r.data };
	struct buf text = BUF_INIT;
	struct result result;
	struct failure f;
	json_t *root;
	int rc;

	if (client_dry_run(&sh->client, &sh->process, &r, &result, err) < 0)
		return -1;
	root = result_parse(buf_span(&result.json));
	if (error_text(root, &text)) {
		failure_parse(buf_span(&text), &source, &f);
		rc = FAIL(err, ERR_EVAL, "'%.60s' fails: %.150s", expression,
		    buf_text(&f.text));
		failure_release(&f);
	} else {
		output_text(root, &text);
		rc = read_number(expression, buf_span(&text), value, err);
	}
	json_decref(root);
	buf_release(&text);
	result_release(&result);
	return rc;
}

/* Over the last picture, which is as high. */
static void
draw(struct shell *sh, const char *expression, const double *values,
    size_t count)
{
	struct output *to = &sh->out;
	struct buf line = BUF_INIT;
	struct plot p;
	size_t room = screen_columns(to);

	plot_init(&p, values, count, ROWS);
	for (unsigned row = 0; row < ROWS; row++) {
		buf_clear(&line);
		plot_row(&p, row, &line);
		output_printf(to, "%s\033[K\n", buf_text(&line));
	}
	buf_clear(&line);
	escape_text(span_text(expression), ESCAPE_ONE_LINE, &line);
	buf_printf(&line, " = %.10g  (%.10g to %.10g; Ctrl-C ends)",
	    values[count - 1], p.low, p.high);
	if (room)
		line.len = text_fit(buf_span(&line), room - 1);
	output_span(to, buf_span(&line));
	output_printf(to, "\033[K");
	buf_release(&line);
}

/* As many values as the screen has columns, the newest to the right. */
static void
add_value(struct shell *sh, double *values, size_t *count, double value)
{
	size_t columns = screen_columns(&sh->out);
	size_t room = VALUES_MAX;

	if (columns > MARGIN && columns - MARGIN < room)
		room = columns - MARGIN;
	if (*count >= room) {
		size_t drop = *count - room + 1;

		memmove(values, values + drop,
		    (*count - drop) * sizeof(*values));
		*count -= drop;
	}
	values[(*count)++] = value;
}

static int
exec_plot(struct shell *sh, const struct options *o, struct error *err)
{
	const char *expression = options_arg(o, 0);
	double values[VALUES_MAX];
	size_t count = 0;
	bool stopped = false;
	double value;
	int rc = 0;

	if (!sh->out.terminal)
		return FAIL(err, ERR_USAGE, ".plot draws on a terminal");
	if (split_is_open())
		return FAIL(err, ERR_USAGE,
		    ".pane has the screen; close it with .pane first");
	do {
		rc = sample(sh, expression, &value, err);
		if (rc < 0)
			break;
		/* where others wrote meanwhile it stands below */
		if (count)
			output_printf(&sh->out, "\r");
		if (count && !stopped)
			output_printf(&sh->out, "\033[%dA", ROWS);
		add_value(sh, values, &count, value);
		draw(sh, expression, values, count);
		rc = shell_flush(sh);
	} while (rc == 0 && !keys_hold_pause(&sh->client, EVERY_MS, &stopped));
	if (count)
		output_printf(&sh->out, "\n");
	if (rc < 0 && count && err->code == ERR_INTERRUPTED) {
		(void)signals_take_cancel();
		return 0;
	}
	return rc;
}

const struct command dot_plot = {
	.name = "plot",
	.usage = "EXPR",
	.summary = "draw a number of the process, each second anew",
	.min = 1,
	.max = 1,
	.complete = COMPLETE_LUA,
	.flags = COMMAND_RAW,
	.exec = exec_plot,
};
