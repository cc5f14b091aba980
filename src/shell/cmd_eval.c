/*
 * aosh eval NAME CODE - one evaluation, for scripts of the system's own shell.
 *
 * Unlike the shell it never spawns: a name with a letter wrong is an error.
 */
#include "vm/vm.h"
#include "shell/commands.h"
#include "shell/load.h"
#include "shell/paths.h"
#include "shell/session.h"
#include "shell/show.h"

static const struct option_spec eval_options[] = {
	{ "file", NULL, 'f', OPTION_FILE, true, "FILE",
	    "evaluate a file; '-' is standard input" },
	{ "path", NULL, 0, OPTION_FILE, false, "FOLDERS",
	    "where modules may be, too, split by colons (AOSH_PATH)" },
	{ .name = NULL },
};

/* What does not compile is never sent: it would cost a slot for nothing. */
static int
eval_code(struct shell *sh, const char *code, struct error *err)
{
	struct source source = { "eval", 1, span_text(code) };

	if (text_check(source.name, 1, source.text, err) < 0)
		return -1;
	if (vm_check_syntax(source.text, err) != SYNTAX_COMPLETE)
		return show_syntax_error(sh, &source, err->text);
	return session_eval(sh, &source, err);
}

/* Files are evaluated in the order given, each as a whole. */
static int
exec_eval(struct shell *sh, const struct options *o, struct error *err)
{
	const struct load_options as_it_is = { 0 };
	const char *code = options_arg(o, 1);
	int rc;

	if (code == NULL && !options_has(o, "file"))
		return FAIL(err, ERR_USAGE,
		    "nothing to evaluate: give CODE or -f FILE");
	if (code && options_has(o, "file"))
		return FAIL(err, ERR_USAGE, "CODE and -f exclude each other");
	if (session_open(sh, o->args[0], false, err) < 0)
		return -1;
	if (code)
		return eval_code(sh, code, err);
	for (size_t i = 0; i < o->count; i++) {
		if (o->values[i].spec != &eval_options[0])
			continue;
		rc = load_file(sh, o->values[i].text, &as_it_is, err);
		if (rc != 0)
			return rc;
	}
	return 0;
}

const struct command command_eval = {
	.name = "eval",
	.usage = "NAME|ID [CODE]",
	.summary = "evaluate Lua in a process",
	.options = eval_options,
	.min = 1,
	.max = 2,
	.complete = COMPLETE_PROCESSES,
	.flags = COMMAND_NODE,
	.exec = exec_eval,
};
