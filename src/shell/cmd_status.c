/*
 * aosh status - which data, which engine, how much is waiting.
 *
 * Sums over the list of processes; nothing here is kept by the node for this
 * command's sake.
 */
#include <inttypes.h>

#include "shell/commands.h"
#include "shell/shell.h"
#include "shell/show.h"

struct totals {
	uint64_t processes;
	uint64_t slots;
	uint64_t waiting;
	uint64_t memory;
};

/* Waiting is what has a slot and no result yet. */
static bool
add_process(void *arg, const struct process_info *info)
{
	struct totals *t = arg;

	t->processes++;
	t->slots += info->slots;
	t->waiting += info->slots - info->evaluated;
	t->memory += info->memory;
	return true;
}

/* The keys are listed in the manual. */
static void
status_json(struct shell *sh, const struct totals *t)
{
	const struct node_info *info = &sh->client.info;
	json_t *to = json_object();

	json_object_set_new(to, "version", json_string(AOSH_VERSION));
	json_object_set_new(to, "data_dir",
	    sh->ephemeral ? json_null() : json_string(sh->client.data_dir));
	json_object_set_new(to, "node", json_string(info->address.text));
	json_object_set_new(to, "module",
	    json_string(id_encode(&info->module).text));
	json_object_set_new(to, "attached", json_boolean(info->attached));
	json_object_set_new(to, "processes",
	    json_integer((json_int_t)t->processes));
	json_object_set_new(to, "slots", json_integer((json_int_t)t->slots));
	json_object_set_new(to, "waiting",
	    json_integer((json_int_t)t->waiting));
	json_object_set_new(to, "memory", json_integer((json_int_t)t->memory));
	show_json(sh, to);
}

static int
exec_status(struct shell *sh, const struct options *o, struct error *err)
{
	const struct node_info *info = &sh->client.info;
	struct node *n = sh->client.node;
	struct totals t = { 0 };

	(void)o;
	if (n->ops->list(n, add_process, &t, err) < 0)
		return -1;
	if (sh->json) {
		status_json(sh, &t);
		return 0;
	}
	output_printf(&sh->out,
	    "version    " AOSH_VERSION "\n"
	    "data       %s\n"
	    "engine     %s\n"
	    "node       %s\n"
	    "module     %s\n"
	    "processes  %" PRIu64 "\n"
	    "messages   %" PRIu64 ", %" PRIu64 " waiting\n"
	    "memory     %" PRIu64 " bytes of state\n",
	    sh->ephemeral ? "in memory" : sh->client.data_dir,
	    info->attached ? "of another program" : "in this program",
	    info->address.text, id_encode(&info->module).text, t.processes,
	    t.slots, t.waiting, t.memory);
	return 0;
}

const struct command command_status = {
	.name = "status",
	.usage = "",
	.summary = "show the node, where its data are, and how it is",
	.flags = COMMAND_NODE,
	.exec = exec_status,
};
