/*
 * aosh spawn NAME - a new process, even where one has that name.
 *
 * Its id is on stdout as soon as it is durable; then its first message is
 * waited for, since an On-Boot program may fail.
 *
 * The name is only a tag, so two processes may share one; the newest is found
 * by it.
 */
#include <stdlib.h>

#include "base/alloc.h"
#include "shell/commands.h"
#include "shell/cron_tags.h"
#include "shell/shell.h"
#include "shell/show.h"
#include "shell/tags.h"

static const struct option_spec spawn_options[] = {
	{ "module", NULL, 0, OPTION_TEXT, false, "ID",
	    "the program to run; without: the built-in library" },
	{ "tag", NULL, 't', OPTION_TAG, true, "NAME=VALUE",
	    "a tag of the new process; may be repeated" },
	{ "data", NULL, 'd', OPTION_TEXT, false, "TEXT|@FILE|@-",
	    "the data of the spawn message" },
	{ "cron", NULL, 0, OPTION_TEXT, true, "N-UNIT",
	    "a schedule of its cron, as 5-minutes; may be repeated" },
	{ "cron-tag", NULL, 0, OPTION_TAG, true, "NAME=VALUE",
	    "a tag of the messages of the --cron before it" },
	{ .name = NULL },
};

/* The user's tags, then the schedules. Owned, free(). */
static struct tag *
join_tags(const struct options *o, const struct cron_tags *cron, size_t *count)
{
	struct tag *tags = tags_from_options(o, count);

	tags = xrealloc(tags, (*count + cron->count + 1) * sizeof(*tags));
	if (cron->count)
		memcpy(tags + *count, cron->tags, cron->count * sizeof(*tags));
	*count += cron->count;
	return tags;
}

/* Tags and data stay alive until the item is signed. */
static int
send_spawn(struct shell *sh, struct spawn_request *r, const struct options *o,
    const struct cron_tags *cron, struct receipt *out, struct error *err)
{
	struct buf data = BUF_INIT;
	struct tag *tags = join_tags(o, cron, &r->tag_count);
	int rc = data_from_options(o, &data, err);

	r->tags = tags;
	r->data = buf_span(&data);
	if (rc == 0)
		rc = client_spawn(&sh->client, r, out, err);
	free(tags);
	buf_release(&data);
	return rc;
}

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
spawn(struct shell *sh, struct spawn_request *r, const struct options *o,
    const char *name, struct error *err)
{
	struct cron_tags cron;
	struct receipt receipt;
	int rc;

	if (cron_tags_from_options(o, &cron, err) < 0)
		return -1;
	rc = send_spawn(sh, r, o, &cron, &receipt, err);
	if (rc == 0)
		rc = client_watch(&sh->client, &receipt.process, err);
	if (rc == 0)
		show_process(sh, &receipt, name);
	if (rc == 0 && cron.count > 0)
		rc = cron_monitor_new(sh, &receipt.process, name, err);
	cron_tags_release(&cron);
	return rc < 0 ? -1 : check_boot(sh, &receipt, err);
}

/* All that can be wrong with the arguments is found before anything is sent. */
static int
exec_spawn(struct shell *sh, const struct options *o, struct error *err)
{
	const char *name = options_arg(o, 0);
	const char *module = options_text(o, "module", NULL);
	struct spawn_request r = { .name = span_text(name ? name : "default") };
	struct id id;

	if (name_check(r.name, err) < 0)
		return -1;
	if (id_decode(r.name, &id, err) == 0)
		return FAIL(err, ERR_USAGE,
		    "'%s' looks like an id and cannot be a name", name);
	if (module && id_decode(span_text(module), &id, err) < 0)
		return FAIL(err, ERR_USAGE, "'--module' takes an id, not '%s'",
		    module);
	if (module)
		r.module = &id;
	if (command_find(subcommands, r.name))
		output_printf(shell_notes(sh),
		    "aosh: warning: '%s' is also a command; 'aosh -- %s' "
		    "opens the process\n",
		    name, name);
	return spawn(sh, &r, o, name ? name : "default", err);
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
