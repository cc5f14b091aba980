/*
 * aosh cache NAME [KEY], .cache [KEY] - what a process shows of its state.
 *
 * The node gathers it from patch messages (ao/patch.h); no code of the process
 * is run. What came before the question is waited for, so that a script may
 * send and then look.
 */
#include <stdlib.h>

#include <jansson.h>

#include "shell/commands.h"
#include "shell/shell.h"

enum {
	INDENT = 2,
	NUMBER_DIGITS = 14 /* as in the text that is read */
};

/* Until the slots that there are now have their results. */
static int
wait_for_slots(struct shell *sh, const struct id *id, struct error *err)
{
	struct node *n = sh->client.node;
	struct receipt last = { .process = *id };
	struct process_info info;
	struct outcome out;

	if (n->ops->process(n, id, &info, err) < 0)
		return -1;
	if (info.evaluated >= info.slots)
		return 0;
	last.slot = info.slots - 1;
	if (client_watch(&sh->client, id, err) < 0 ||
	    client_await(&sh->client, &last, &out, err) < 0)
		return -1;
	result_release(&out.result);
	return 0;
}

/* For people over several lines. It is data of strangers. */
static void
show(struct shell *sh, struct span json)
{
	json_t *value = sh->json ? NULL
				 : json_loadb((const char *)json.p, json.len,
				       JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
	char *text = value
	    ? json_dumps(value,
		  JSON_INDENT(INDENT) | JSON_SORT_KEYS | JSON_ENCODE_ANY |
		      JSON_REAL_PRECISION(NUMBER_DIGITS))
	    : NULL;

	output_foreign(&sh->out, text ? span_text(text) : json);
	output_printf(&sh->out, "\n");
	free(text);
	json_decref(value);
}

static int
cache_of(struct shell *sh, const struct id *id, const char *key,
    struct error *err)
{
	struct node *n = sh->client.node;
	struct buf json = BUF_INIT;
	int rc;

	if (key && !*key)
		return FAIL(err, ERR_USAGE, "the key is empty");
	if (wait_for_slots(sh, id, err) < 0)
		return -1;
	rc = n->ops->cache(n, id, span_text(key ? key : ""), &json, err);
	if (rc == 0 && json.len == 0)
		rc = FAIL(err, ERR_EVAL,
		    "the process shows no '%s' in its cache", key);
	if (rc == 0)
		show(sh, buf_span(&json));
	buf_release(&json);
	return rc;
}

static int
exec_cache(struct shell *sh, const struct options *o, struct error *err)
{
	struct id id;

	if (client_find(&sh->client, span_text(o->args[0]), true, &id, err) < 0)
		return -1;
	return cache_of(sh, &id, options_arg(o, 1), err);
}

const struct command command_cache = {
	.name = "cache",
	.usage = "NAME|ID [KEY]",
	.summary = "show what a process shows of its state",
	.min = 1,
	.max = 2,
	.complete = COMPLETE_PROCESSES,
	.flags = COMMAND_NODE,
	.exec = exec_cache,
};

static int
exec_dot_cache(struct shell *sh, const struct options *o, struct error *err)
{
	return cache_of(sh, &sh->process, options_arg(o, 0), err);
}

const struct command dot_cache = {
	.name = "cache",
	.usage = "[KEY]",
	.summary = "show what the process shows of its state",
	.min = 0,
	.max = 1,
	.exec = exec_dot_cache,
};
