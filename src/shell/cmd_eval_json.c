/*
 * aosh eval-json - a process to speak to in lines of JSON, for programs.
 *
 * Every answer is written before the next request is looked at: who writes
 * requests ahead may still wait for each answer in turn.
 */
#include <errno.h>
#include <unistd.h>

#include "shell/commands.h"
#include "shell/eval_session.h"
#include "shell/lines.h"
#include "shell/shell.h"
#include "shell/signals.h"

static const struct option_spec eval_json_options[] = {
	{ "variant", NULL, 0, OPTION_CHOICE, false, "classic|hyper",
	    "which library: that of aos, the default, or of hyper-aos" },
	{ "load", NULL, 0, OPTION_FILE, true, "FILE",
	    "first evaluate that Lua file; may be repeated" },
	{ "limit-ms", NULL, 0, OPTION_NUMBER, false, "N",
	    "end a request after so many milliseconds" },
	{ "limit-mb", NULL, 0, OPTION_NUMBER, false, "N",
	    "let the state grow to so many MiB (256)" },
	{ .name = NULL },
};

/* A limit of nothing would let nothing run. */
static int
take_number(const struct options *o, const char *name, uint64_t *n,
    struct error *err)
{
	if (!options_has(o, name))
		return 0;
	*n = options_number(o, name, 0);
	if (*n == 0)
		return FAIL(err, ERR_USAGE, "'--%s' takes a number above 0",
		    name);
	return 0;
}

/* Whoever gives a time means the time, so instructions are not counted. */
static int
take_limits(const struct options *o, struct vm_limits *limits,
    struct error *err)
{
	uint64_t ms = 0;
	uint64_t mb = 0;

	*limits = vm_default_limits;
	if (take_number(o, "limit-ms", &ms, err) < 0 ||
	    take_number(o, "limit-mb", &mb, err) < 0)
		return -1;
	if (ms) {
		limits->instructions = UINT64_MAX;
		limits->time_ns =
		    ms > UINT64_MAX / 1000000 ? UINT64_MAX : ms * 1000000;
	}
	if (mb)
		limits->memory = mb > SIZE_MAX >> 20 ? SIZE_MAX : mb << 20;
	/* an answer goes to whoever asked and is not kept */
	limits->output = limits->memory;
	return 0;
}

static int
take_variant(const struct options *o, struct eval_session *s, struct error *err)
{
	const char *name = options_text(o, "variant", eval_variants->name);

	for (s->variant = eval_variants; s->variant->name; s->variant++)
		if (strcmp(s->variant->name, name) == 0)
			return 0;
	return FAIL(err, ERR_USAGE, "no variant '%s'", name);
}

static int
take_files(const struct options *o, struct bundle *b, struct error *err)
{
	for (size_t i = 0; i < o->count; i++) {
		const struct option_value *v = &o->values[i];

		if (strcmp(v->spec->name, "load") != 0)
			continue;
		if (strcmp(v->text, "-") == 0)
			return FAIL(err, ERR_USAGE,
			    "'--load' takes no '-': "
			    "requests are read from standard input");
		if (bundle_add(b, v->text, err) < 0)
			return -1;
	}
	return 0;
}

/* Up to the end of the input, or of who reads the answers. */
static int
serve(struct shell *sh, struct eval_session *s, struct error *err)
{
	struct lines lines = { .fd = STDIN_FILENO };
	struct span line;
	int state;

	while ((state = lines_next(&lines, &line, err)) > LINE_END) {
		if (line.len && line.p[line.len - 1] == '\r')
			line.len--;
		if (state == LINE_LONG)
			eval_session_refuse("a line over 256 MiB",
			    &sh->out.pending);
		else if (line.len)
			eval_session_answer(s, line, &sh->out.pending);
		if (output_flush(&sh->out, err) < 0) {
			/* who closed it wants to hear no more */
			state = sh->out.failed == EPIPE ? LINE_END : -1;
			break;
		}
	}
	lines_release(&lines);
	return state;
}

static int
exec_eval_json(struct shell *sh, const struct options *o, struct error *err)
{
	struct eval_session s = { 0 };
	int rc = -1;

	signals_leave_at_cancel();
	if (take_variant(o, &s, err) == 0 &&
	    take_limits(o, &s.limits, err) == 0 &&
	    take_files(o, &s.bundle, err) == 0 &&
	    eval_session_reset(&s, err) == 0)
		rc = serve(sh, &s, err);
	eval_session_release(&s);
	return rc;
}

const struct command command_eval_json = {
	.name = "eval-json",
	.usage = "",
	.summary = "answer messages to one process, a line of JSON each",
	.options = eval_json_options,
	.max = 0,
	.exec = exec_eval_json,
};
