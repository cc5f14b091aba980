/*
 * aosh send NAME - a message as any other process or program might send it.
 *
 * Unlike an Eval this may come from anybody, so any process may be named, not
 * only those that the wallet owns.
 */
#include <stdlib.h>

#include "shell/commands.h"
#include "shell/shell.h"
#include "shell/show.h"
#include "shell/tags.h"

static const struct option_spec send_options[] = {
	{ "action", NULL, 'a', OPTION_TEXT, false, "ACTION",
	    "the tag Action of the message" },
	{ "tag", NULL, 't', OPTION_TAG, true, "NAME=VALUE",
	    "a tag of the message; may be repeated" },
	{ "data", NULL, 'd', OPTION_TEXT, false, "TEXT|@FILE|@-",
	    "the data of the message" },
	{ "wait", NULL, 'w', OPTION_SWITCH, false, NULL,
	    "wait for the result and show it" },
	{ .name = NULL },
};

/* The id is what `result` takes later. */
static void
show_receipt(struct shell *sh, const struct receipt *r)
{
	json_t *to;

	if (!sh->json) {
		output_printf(&sh->out, "%s\n", id_encode(&r->message).text);
		return;
	}
	to = json_object();
	json_object_set_new(to, "ok", json_true());
	json_object_set_new(to, "process",
	    json_string(id_encode(&r->process).text));
	json_object_set_new(to, "id", json_string(id_encode(&r->message).text));
	json_object_set_new(to, "slot", json_integer((json_int_t)r->slot));
	show_json(sh, to);
}

/* Watched before it is sent, so that its result cannot be missed. */
static int
send_and_wait(struct shell *sh, const struct id *to, const struct request *r,
    struct error *err)
{
	const struct source source = { "send", 1, { NULL, 0 } };
	struct outcome o;
	int rc;

	if (client_ask(&sh->client, to, r, &o, err) < 0)
		return -1;
	rc = show_outcome(sh, &o, &source, false);
	result_release(&o.result);
	return rc;
}

/*
 * Find the process first: a name with a letter wrong must not read standard
 * input to its end before it says so.
 */
static int
exec_send(struct shell *sh, const struct options *o, struct error *err)
{
	struct request r = { .action = options_text(o, "action", NULL) };
	struct buf data = BUF_INIT;
	struct receipt receipt;
	struct tag *tags;
	struct id to;
	int rc;

	if (client_find(&sh->client, span_text(o->args[0]), true, &to, err) < 0)
		return -1;
	tags = tags_from_options(o, &r.tag_count);
	r.tags = tags;
	rc = data_from_options(o, &data, err);
	r.data = buf_span(&data);
	if (rc == 0 && options_has(o, "wait")) {
		rc = send_and_wait(sh, &to, &r, err);
	} else if (rc == 0) {
		rc = client_send(&sh->client, &to, &r, &receipt, err);
		if (rc == 0)
			show_receipt(sh, &receipt);
	}
	free(tags);
	buf_release(&data);
	return rc;
}

const struct command command_send = {
	.name = "send",
	.usage = "NAME|ID",
	.summary = "send a message to a process",
	.options = send_options,
	.min = 1,
	.max = 1,
	.complete = COMPLETE_PROCESSES,
	.flags = COMMAND_NODE,
	.exec = exec_send,
};
