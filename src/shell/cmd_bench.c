/*
 * aosh bench - figures of this program on this machine, a line of JSON each.
 *
 * Each line is flushed when its workload ends: whoever watches sees that it
 * goes on, and Ctrl-C keeps what was measured.
 */
#include <stdio.h>

#include "shell/bench.h"
#include "shell/commands.h"

static const struct option_spec bench_specs[] = {
	{ .name = "count",
	    .letter = 'n',
	    .type = OPTION_NUMBER,
	    .arg = "N",
	    .summary = "so many, in place of the workload's own number" },
	{ .name = "threads",
	    .type = OPTION_NUMBER,
	    .arg = "N",
	    .summary = "so many senders at once (16)" },
	{ .name = NULL },
};

static const struct bench_workload *
find(const char *name)
{
	const struct bench_workload *w = bench_workloads;

	while (w->name && strcmp(w->name, name) != 0)
		w++;
	return w->name ? w : NULL;
}

/* "no workload 'x': start spawn …" */
static int
no_such(const char *name, struct error *err)
{
	struct buf names = BUF_INIT;

	for (const struct bench_workload *w = bench_workloads; w->name; w++)
		buf_printf(&names, " %s", w->name);
	(void)FAIL(err, ERR_USAGE, "no workload '%s': there are%s", name,
	    buf_text(&names));
	buf_release(&names);
	return -1;
}

/*
 * All names are looked at first: a mistyped last one must not cost the minutes
 * of those before it. They run in the order of the table.
 */
static int
bench_exec(struct shell *sh, const struct options *o, struct error *err)
{
	const struct bench_options options = {
		.n = options_number(o, "count", 0),
		.threads = (unsigned)options_number(o, "threads", 0),
	};

	for (size_t i = 0; i < o->arg_count; i++)
		if (!find(o->args[i]))
			return no_such(o->args[i], err);
	for (const struct bench_workload *w = bench_workloads; w->name; w++) {
		bool asked = o->arg_count == 0;

		for (size_t i = 0; i < o->arg_count; i++)
			asked |= strcmp(o->args[i], w->name) == 0;
		if (!asked)
			continue;
		if (bench_run(sh, w, &options, err) < 0)
			return FAIL_IN(err, "%s", w->name);
		if (output_flush(&sh->out, err) < 0)
			return -1;
	}
	return 0;
}

const struct command command_bench = {
	.name = "bench",
	.usage = "[WORKLOAD...]",
	.summary = "measure this program on this machine",
	.options = bench_specs,
	.min = 0,
	.max = SIZE_MAX,
	.flags = COMMAND_DATA,
	.exec = bench_exec,
};
