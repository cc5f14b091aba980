/*
 * aosh NAME - the shell, and scripts in it.
 *
 * The only command beside spawn that makes a process, and so the only one that
 * looks twice at a name before it does.
 *
 * The exit code is that of the first failure, also with --keep-going: a script
 * that goes on has failed all the same.
 */
#include <stdlib.h>
#include <unistd.h>

#include "shell/cron_tags.h"
#include "shell/paths.h"
#include "shell/repl.h"
#include "shell/script.h"
#include "shell/session.h"

static const struct option_spec shell_options[] = {
	{ "run", NULL, 'c', OPTION_TEXT, true, "TEXT",
	    "run that text and end; may be repeated" },
	{ "file", NULL, 'f', OPTION_FILE, true, "FILE",
	    "run that script and end; '-' is standard input" },
	{ "load", NULL, 0, OPTION_FILE, true, "FILE",
	    "first evaluate that Lua file; may be repeated" },
	{ "cron", NULL, 0, OPTION_TEXT, true, "N-UNIT",
	    "a schedule of a new process's cron; may be repeated" },
	{ "cron-tag", NULL, 0, OPTION_TAG, true, "NAME=VALUE",
	    "a tag of the messages of the --cron before it" },
	{ "keep-going", NULL, 'k', OPTION_SWITCH, false, NULL,
	    "do not stop a script at the first failure" },
	{ .name = NULL },
};

/* Run what one option asks for; *ran says whether it was a script. */
static int
run_option(struct shell *sh, const struct option_value *v, bool *ran,
    struct error *err)
{
	const char *name = v->spec->name;

	if (strcmp(name, "load") == 0)
		return session_load(sh, v->text, err);
	if (strcmp(name, "run") == 0) {
		*ran = true;
		return script_run_text(sh, "-c", span_text(v->text), err);
	}
	if (strcmp(name, "file") == 0) {
		*ran = true;
		return script_run_file(sh, v->text, err);
	}
	return 0;
}

/* Failures of one step end all, unless --keep-going. */
static int
step(struct shell *sh, int rc, int *status, struct error *err)
{
	if (rc < 0)
		rc = shell_report(sh, err);
	if (shell_flush(sh) && rc == 0)
		rc = EXIT_EVAL;
	if (*status == 0)
		*status = rc;
	return rc && !sh->keep_going ? -1 : 0;
}

/*
 * Before anything is spawned: the files are there, and the name is not a
 * command with a letter wrong.
 */
static int
check_arguments(struct shell *sh, const struct options *o, struct error *err)
{
	const char *name = options_arg(o, 0);
	const char *near = NULL;
	struct error ignored;
	struct id id;

	for (size_t i = 0; i < o->count; i++) {
		const struct option_spec *s = o->values[i].spec;

		if ((strcmp(s->name, "load") == 0 ||
			strcmp(s->name, "file") == 0) &&
		    file_check(o->values[i].text, err) < 0)
			return -1;
	}
	if (name && sh->might_be_typo)
		near = command_typo(name);
	if (near &&
	    client_find(&sh->client, span_text(name), false, &id, &ignored) < 0)
		return FAIL(err, ERR_USAGE,
		    "no command '%s'; did you mean '%s'? "
		    "'aosh -- %s' makes a process of that name",
		    name, near, name);
	return options_arg(o, 1) ? file_check(options_arg(o, 1), err) : 0;
}

/* With --cron a new process gets schedules; one that is there keeps its own. */
static int
open_session(struct shell *sh, const struct options *o, struct error *err)
{
	const char *name = options_arg(o, 0);
	struct cron_tags cron;
	int rc;

	if (cron_tags_from_options(o, &cron, err) < 0)
		return -1;
	sh->cron = cron.count ? &cron : NULL;
	rc = session_open(sh, name ? name : "default", true, err);
	/* it was not asked for by a spawn */
	if (rc == 0 && sh->cron)
		output_printf(shell_notes(sh),
		    "aosh: warning: '%s' is there already, and '--cron' is "
		    "for a new process\n",
		    name ? name : "default");
	sh->cron = NULL;
	cron_tags_release(&cron);
	return rc;
}

/*
 * Options are steps in the order given, then the script file; the prompt or
 * standard input come only where no step was a script.
 */
static int
exec_shell(struct shell *sh, const struct options *o, struct error *err)
{
	const char *file = options_arg(o, 1);
	bool ran = file != NULL;
	int status = 0;

	sh->keep_going = options_has(o, "keep-going");
	if (check_arguments(sh, o, err) < 0 || open_session(sh, o, err) < 0)
		return -1;
	for (size_t i = 0; i < o->count && !sh->leaving; i++) {
		int rc = run_option(sh, &o->values[i], &ran, err);

		if (step(sh, rc, &status, err) < 0)
			return status;
	}
	if (file && !sh->leaving &&
	    step(sh, script_run_file(sh, file, err), &status, err) < 0)
		return status;
	if (ran || sh->leaving)
		return status;
	if (isatty(STDIN_FILENO))
		return repl_run(sh, err);
	step(sh, script_run_fd(sh, STDIN_FILENO, "stdin", err), &status, err);
	return status;
}

const struct command command_shell = {
	.name = "",
	.usage = "[NAME|ID [FILE]]",
	.summary = "open a shell on a process, or run a script in it",
	.options = shell_options,
	.min = 0,
	.max = 2,
	.complete = COMPLETE_PROCESSES,
	.flags = COMMAND_NODE,
	.exec = exec_shell,
};
