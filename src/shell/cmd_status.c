/*
 * aosh status - which data, which engine, how much is waiting.
 *
 * The node counts where things happen, so nothing is walked: with a million
 * processes this costs the same as with one.
 */
#include <inttypes.h>

#include "shell/commands.h"
#include "shell/shell.h"
#include "shell/show.h"

/* The figures as they are called in JSON, where each one stands by itself. */
#define FIGURES(X)                      \
	X("uptime_ms", uptime_ms)       \
	X("processes", processes)       \
	X("awake", awake)               \
	X("memory", memory)             \
	X("slots", messages)            \
	X("scheduled", scheduled)       \
	X("evaluated", evaluated)       \
	X("waiting", waiting)           \
	X("stopped", stopped)           \
	X("held", held)                 \
	X("pushes", pushes)             \
	X("run_queue", run_queue)       \
	X("workers", workers)           \
	X("records", records)           \
	X("commits", commits)           \
	X("commits_10s", commits_10s)   \
	X("sync_mean_us", sync_mean_us) \
	X("sync_max_us", sync_max_us)   \
	X("store_bytes", store_bytes)

/* The keys are listed in the manual. */
static void
status_json(struct shell *sh, const struct node_status *s)
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
#define ADD(key, field) \
	json_object_set_new(to, key, json_integer((json_int_t)s->field));
	FIGURES(ADD)
#undef ADD
	show_json(sh, to);
}

static void
status_text(struct shell *sh, const struct node_status *s)
{
	const struct node_info *info = &sh->client.info;

	output_printf(&sh->out,
	    "version    " AOSH_VERSION "\n"
	    "data       %s\n"
	    "engine     %s, %" PRIu64 " workers, up %" PRIu64 ".%01" PRIu64
	    " s\n"
	    "node       %s\n"
	    "module     %s\n",
	    sh->ephemeral ? "in memory" : sh->client.data_dir,
	    info->attached ? "of another program" : "in this program",
	    s->workers, s->uptime_ms / 1000, s->uptime_ms % 1000 / 100,
	    info->address.text, id_encode(&info->module).text);
	output_printf(&sh->out,
	    "processes  %" PRIu64 ", %" PRIu64 " awake, %" PRIu64
	    " queued, %" PRIu64 " stopped\n"
	    "messages   %" PRIu64 ", %" PRIu64 " waiting, %" PRIu64
	    " held, %" PRIu64 " open pushes\n"
	    "since then %" PRIu64 " scheduled, %" PRIu64 " evaluated\n"
	    "memory     %" PRIu64 " bytes of state\n"
	    "store      %" PRIu64 " records, %" PRIu64 " bytes\n"
	    "commits    %" PRIu64 ", %" PRIu64 ".%" PRIu64
	    " a second lately, %" PRIu64 " us each, %" PRIu64 " at most\n",
	    s->processes, s->awake, s->run_queue, s->stopped, s->messages,
	    s->waiting, s->held, s->pushes, s->scheduled, s->evaluated,
	    s->memory, s->records, s->store_bytes, s->commits,
	    s->commits_10s / 10, s->commits_10s % 10, s->sync_mean_us,
	    s->sync_max_us);
}

static int
exec_status(struct shell *sh, const struct options *o, struct error *err)
{
	struct node *n = sh->client.node;
	struct node_status s;

	(void)o;
	if (n->ops->status(n, &s, err) < 0)
		return -1;
	if (sh->json)
		status_json(sh, &s);
	else
		status_text(sh, &s);
	return 0;
}

const struct command command_status = {
	.name = "status",
	.usage = "",
	.summary = "show the node, where its data are, and how it is",
	.flags = COMMAND_NODE,
	.exec = exec_status,
};
