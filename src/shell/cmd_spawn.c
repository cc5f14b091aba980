/*
 * aosh spawn NAME - a new process, even where one has that name.
 *
 * Its id is on stdout as soon as it is durable; then its first message is
 * waited for, since an On-Boot program may fail.
 *
 * The name is only a tag, so two processes may share one; the newest is found
 * by it.
 */
#include "ao/result_text.h"
#include "shell/birth.h"
#include "shell/commands.h"
#include "shell/shell.h"
#include "shell/show.h"
#include "shell/tags.h"

static const struct option_spec spawn_options[] = {
	BIRTH_OPTIONS,
	{ "data", NULL, 'd', OPTION_TEXT, false, "TEXT|@FILE|@-",
	    "the data of the spawn message" },
	{ .name = NULL },
};

/*
 * The id is the whole output, so that a script may keep it: id=$(aosh spawn x).
 */
static void
show_process(struct shell *sh, const struct receipt *r, const char *name)
{
	json_t *to;

	if (!sh->json) {
		output_printf(&sh->out, "%s\n", id_encode(&r->process).text);
		return;
	}
	to = json_object();
	json_object_set_new(to, "ok", json_true());
	json_object_set_new(to, "process",
	    json_string(id_encode(&r->process).text));
	json_object_set_new(to, "name", json_string(name));
	show_json(sh, to);
}

/* A process whose first message fails is there all the same. */
static int
check_boot(struct shell *sh, const struct receipt *r, struct error *err)
{
	const struct source source = { "spawn", 1, { NULL, 0 } };
	struct buf text = BUF_INIT;
	struct outcome o;
	json_t *result;
	bool failed;

	if (client_await(&sh->client, r, &o, err) < 0)
		return -1;
	result = result_parse(buf_span(&o.result.json));
	failed = error_text(result, &text);
	if (failed)
		show_error(sh, buf_span(&text), &source);
	json_decref(result);
	buf_release(&text);
	result_release(&o.result);
	return failed ? EXIT_EVAL : 0;
}

/* Spawn, show the id, and turn the monitor of its cron on. */
static int
spawn(struct shell *sh, const struct birth *b, const char *name,
    struct error *err)
{
	struct spawn_request r = { .name = span_text(name) };
	struct receipt receipt;

	birth_apply(b, &r);
	if (client_spawn(&sh->client, &r, &receipt, err) < 0 ||
	    client_watch(&sh->client, &receipt.process, err) < 0)
		return -1;
	show_process(sh, &receipt, name);
	if (b->cron.count > 0 &&
	    cron_monitor_new(sh, &receipt.process, name, err) < 0)
		return -1;
	return check_boot(sh, &receipt, err);
}

/* All that can be wrong with the arguments is found before anything is sent. */
static int
exec_spawn(struct shell *sh, const struct options *o, struct error *err)
{
	const char *name = o->arg_count ? o->args[0] : "default";
	struct birth birth;
	struct id id;
	int rc;

	if (name_check(span_text(name), err) < 0)
		return -1;
	if (id_decode(span_text(name), &id, err) == 0)
		return FAIL(err, ERR_USAGE,
		    "'%s' looks like an id and cannot be a name", name);
	if (birth_from_options(sh, o, &birth, err) < 0)
		return -1;
	if (command_find(subcommands, span_text(name)))
		output_printf(shell_notes(sh),
		    "aosh: warning: '%s' is also a command; 'aosh -- %s' "
		    "opens the process\n",
		    name, name);
	rc = data_from_options(o, &birth.data, err);
	if (rc == 0)
		rc = spawn(sh, &birth, name, err);
	birth_release(&birth);
	return rc;
}

const struct command command_spawn = {
	.name = "spawn",
	.usage = "[NAME]",
	.summary = "make a new process and print its id",
	.options = spawn_options,
	.min = 0,
	.max = 1,
	.flags = COMMAND_NODE,
	.exec = exec_spawn,
};
