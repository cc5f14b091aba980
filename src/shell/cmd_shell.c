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

#include "shell/aos_flags.h"
#include "shell/birth.h"
#include "shell/commands.h"
#include "shell/load.h"
#include "shell/paths.h"
#include "shell/repl.h"
#include "shell/script.h"
#include "shell/session.h"
#include "shell/tags.h"

static const struct option_spec shell_options[] = {
	{ "run", NULL, 'c', OPTION_TEXT, true, "TEXT",
	    "run that text and end; may be repeated" },
	{ "file", NULL, 'f', OPTION_FILE, true, "FILE",
	    "run that script and end; '-' is standard input" },
	{ "load", NULL, 0, OPTION_FILE, true, "FILE",
	    "first evaluate that Lua file; may be repeated" },
	{ "path", NULL, 0, OPTION_FILE, false, "FOLDERS",
	    "where modules may be, too, split by colons (AOSH_PATH)" },
	{ "dry-run", "dryrun", 0, OPTION_SWITCH, false, NULL,
	    "keep nothing of what is evaluated" },
	{ "keep-going", NULL, 'k', OPTION_SWITCH, false, NULL,
	    "do not stop a script at the first failure" },
	{ "no-rc", NULL, 0, OPTION_SWITCH, false, NULL,
	    "do not begin with the rc file's commands" },
	{ "pane", NULL, 0, OPTION_SWITCH, false, NULL,
	    "show the process above the prompt, live" },
	{ "monitor", NULL, 0, OPTION_SWITCH, false, NULL,
	    "deliver what its cron ticks send, from now on" },
	{ "address", NULL, 0, OPTION_TEXT, false, "ID|ADDRESS",
	    "the process of that id, or of that owner; spawns none" },
	{ "list", NULL, 0, OPTION_SWITCH, false, NULL, "the same as list" },
	{ "watch", NULL, 0, OPTION_PROCESS, false, "NAME|ID",
	    "the same as tail -f" },
	{ "get-blueprints", NULL, 0, OPTION_FILE, false, "FOLDER",
	    "write the blueprints there, as files" },
	{ "hyper", NULL, 0, OPTION_SWITCH, false, NULL,
	    "no effect, as in aos" },
	{ "topup", NULL, 0, OPTION_SWITCH, false, NULL,
	    "of the mainnet, and refused with it" },
	BIRTH_OPTIONS,
	{ "data", NULL, 0, OPTION_TEXT, false, "TEXT|@FILE|@-",
	    "the data of the spawn message; a file's name is the file, too" },
	{ .name = NULL },
};

/* Run what one option asks for; *ran says whether it was a script. */
static int
run_option(struct shell *sh, const struct option_value *v, bool *ran,
    struct error *err)
{
	const struct load_options as_it_is = { 0 };
	const char *name = v->spec->name;

	if (strcmp(name, "load") == 0)
		return load_file(sh, v->text, &as_it_is, err);
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

/* The process of that owner, or of that id whatever it is called. */
static int
open_address(struct shell *sh, const char *name, const char *word,
    struct error *err)
{
	struct node *n = sh->client.node;
	struct process_info info;
	struct address owner;
	struct error ignored;
	struct id id;

	if (id_decode(span_text(word), &id, &ignored) == 0 &&
	    n->ops->process(n, &id, &info, &ignored) == 0)
		return session_open(sh, word, false, err);
	if (!config_is_address(span_text(word), false))
		return FAIL(err, ERR_USAGE,
		    "'--address' takes an id or an address, not '%.60s'", word);
	snprintf(owner.text, sizeof(owner.text), "%s", word);
	if (name_check(span_text(name), err) < 0)
		return -1;
	if (n->ops->find(n, span_text(name), &owner, &id, err) < 0)
		return err->code == ERR_NOT_FOUND
		    ? FAIL(err, ERR_NOT_FOUND, "%s has no process '%s'", word,
			  name)
		    : -1;
	return session_open(sh, id_encode(&id).text, false, err);
}

/* In aos the word is always a file; here it is one if there is one. */
static int
take_data(struct shell *sh, const struct options *o, struct birth *birth,
    struct error *err)
{
	const char *data = options_text(o, "data", "");
	struct error ignored;

	if (*data == '@' || strcmp(data, "-") == 0 ||
	    file_check(data, &ignored) < 0)
		return data_from_options(o, &birth->data, err);
	output_printf(shell_notes(sh),
	    "aosh: '--data %s' is the file; '--data @%s' says so\n", data,
	    data);
	return file_read(data, &birth->data, err);
}

/* What is asked of a new process is for none that is there already. */
static int
open_or_spawn(struct shell *sh, const struct options *o, const char *name,
    struct birth *birth, struct error *err)
{
	bool data = options_has(o, "data");
	int rc;

	if (data && take_data(sh, o, birth, err) < 0)
		return -1;
	sh->birth = birth->asked || data ? birth : NULL;
	rc = session_open(sh, name, true, err);
	/* it was not asked for by a spawn */
	if (rc == 0 && sh->birth)
		output_printf(shell_notes(sh),
		    "aosh: warning: '%s' is there already, and '--%s' is "
		    "for a new process\n",
		    name,
		    birth->cron.count       ? "cron"
			: birth->has_module ? "module"
			: data              ? "data"
					    : "tag");
	sh->birth = NULL;
	return rc;
}

static int
open_session(struct shell *sh, const struct options *o, struct error *err)
{
	const char *name = o->arg_count ? o->args[0] : "default";
	const char *address = options_text(o, "address", NULL);
	struct birth birth;
	int rc;

	if (birth_from_options(sh, o, &birth, err) < 0)
		return -1;
	rc = address ? open_address(sh, name, address, err)
		     : open_or_spawn(sh, o, name, &birth, err);
	birth_release(&birth);
	if (rc == 0 && options_has(o, "monitor"))
		rc = dot_monitor.exec(sh, &(struct options){ 0 }, err);
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
	sh->no_rc = options_has(o, "no-rc") || options_has(o, "no-config");
	sh->split_turns = options_has(o, "pane");
	sh->dry = options_has(o, "dry-run");
	status = aos_flags_run(sh, o, err);
	if (status != AOS_FLAGS_NONE)
		return status;
	status = 0;
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
