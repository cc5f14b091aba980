/*
 * aosh item get ID - the bytes of an item, as they were signed.
 *
 * Anyone can verify them without trusting the node that gave them.
 */
#include "shell/commands.h"
#include "shell/out_file.h"
#include "shell/show.h"

static const struct option_spec get_options[] = {
	{ "output", NULL, 'o', OPTION_FILE, false, "FILE", "write a new file" },
	{ .name = NULL },
};

static void
show_got(struct shell *sh, const struct options *o, size_t size)
{
	json_t *to = json_object();

	json_object_set_new(to, "ok", json_true());
	json_object_set_new(to, "id", json_string(o->args[0]));
	json_object_set_new(to, "size", json_integer((json_int_t)size));
	json_object_set_new(to, "file",
	    show_path(options_text(o, "output", NULL)));
	show_json(sh, to);
}

static int
exec_item_get(struct shell *sh, const struct options *o, struct error *err)
{
	struct node *n = sh->client.node;
	struct out_file out = { .fd = -1 };
	struct buf bytes = BUF_INIT;
	struct id id;
	int rc;

	if (id_decode(span_text(o->args[0]), &id, err) < 0)
		return FAIL(err, ERR_USAGE,
		    "'%s' is no id: that has 43 characters", o->args[0]);
	if (out_file_open(o, &out, err) < 0)
		return -1;
	rc = n->ops->item(n, &id, &bytes, err);
	if (rc == 0)
		rc = out_file_write(&out, buf_span(&bytes), err);
	if (rc == 0)
		rc = out_file_finish(&out, err);
	if (rc == 0 && sh->json)
		show_got(sh, o, bytes.len);
	rc = out_file_result(&out, rc);
	out_file_release(&out);
	buf_release(&bytes);
	return rc;
}

const struct command command_item_get = {
	.name = "item get",
	.usage = "ID",
	.summary = "write the item of a message or assignment",
	.options = get_options,
	.min = 1,
	.max = 1,
	.flags = COMMAND_NODE,
	.exec = exec_item_get,
};
