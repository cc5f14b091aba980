/*
 * .update - give the process the library of this program.
 *
 * A process keeps the library that it was spawned with, until it is told to take
 * another: a message in its log, and what it has and waits for stays.
 */
#include "vm/vm.h"
#include "shell/commands.h"
#include "shell/library.h"
#include "shell/session.h"
#include "shell/show.h"

static const struct option_spec update_options[] = {
	{ "dry", NULL, 0, OPTION_SWITCH, false, NULL,
	    "evaluate it, and keep nothing of it" },
	{ "source", NULL, 0, OPTION_SWITCH, false, NULL,
	    "show what would be sent" },
	{ .name = NULL },
};

static void
show_current(struct shell *sh)
{
	json_t *to;

	if (!sh->json) {
		output_printf(shell_notes(sh),
		    "the process has the library of this program\n");
		return;
	}
	to = json_object();
	json_object_set_new(to, "process",
	    json_string(id_encode(&sh->process).text));
	json_object_set_new(to, "library",
	    json_string(id_encode(vm_builtin_module_id()).text));
	json_object_set_new(to, "current", json_true());
	show_json(sh, to);
}

static int
update(struct shell *sh, bool dry, struct error *err)
{
	struct buf text = BUF_INIT;
	struct source source = { "the update", 1, { NULL, 0 }, NULL };
	int rc;

	library_text(&text);
	source.text = buf_span(&text);
	rc = dry ? session_dry_run(sh, &source, err)
		 : session_eval(sh, &source, err);
	buf_release(&text);
	return rc;
}

static void
show_source(struct shell *sh)
{
	struct buf text = BUF_INIT;

	library_text(&text);
	output_span(&sh->out, buf_span(&text));
	buf_release(&text);
}

static int
exec_update(struct shell *sh, const struct options *o, struct error *err)
{
	enum library_state state;
	struct id module;

	if (options_has(o, "source")) {
		show_source(sh);
		return 0;
	}
	if ((!sh->draft && session_may_eval(sh, &sh->process, err) < 0) ||
	    library_ask(sh, &state, &module, err) < 0)
		return -1;
	if (state == LIBRARY_CURRENT) {
		show_current(sh);
		return 0;
	}
	if (state == LIBRARY_NONE)
		return FAIL(err, ERR_UNSUPPORTED,
		    "the process runs module %s on a machine that lacks what "
		    "the library of this program needs; it keeps its own",
		    id_encode(&module).text);
	return update(sh, options_has(o, "dry"), err);
}

const struct command dot_update = {
	.name = "update",
	.usage = "",
	.summary = "give the process the library of this program",
	.options = update_options,
	.exec = exec_update,
};
