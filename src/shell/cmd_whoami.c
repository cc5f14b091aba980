/*
 * .whoami - which wallet signs, and whether the process listens to it.
 */
#include "shell/commands.h"
#include "shell/shell.h"
#include "shell/show.h"

/* The keys are listed in the manual. */
static void
whoami_json(struct shell *sh, const struct process_info *info, bool owner)
{
	const struct client *c = &sh->client;
	const struct wallet_place *place = &c->wallet_place;
	json_t *to = json_object();

	json_object_set_new(to, "wallet",
	    place->name[0] ? json_string(place->name) : json_null());
	json_object_set_new(to, "file",
	    place->path ? show_path(place->path) : json_null());
	json_object_set_new(to, "type",
	    json_string(wallet_type_name(keypair_type(c->wallet))));
	json_object_set_new(to, "address", json_string(c->address.text));
	json_object_set_new(to, "process",
	    json_string(id_encode(&sh->process).text));
	json_object_set_new(to, "name", json_string(info->name));
	json_object_set_new(to, "owner", json_string(info->owner.text));
	json_object_set_new(to, "is_owner", json_boolean(owner));
	show_json(sh, to);
}

static void
whoami_text(struct shell *sh, const struct process_info *info, bool owner)
{
	const struct client *c = &sh->client;
	const struct wallet_place *place = &c->wallet_place;
	const char *file = place->path ? place->path : "in memory alone";

	if (place->name[0])
		output_printf(&sh->out, "wallet   %s, %s\n", place->name, file);
	else
		output_printf(&sh->out, "wallet   %s\n", file);
	output_printf(&sh->out,
	    "type     %s\n"
	    "address  %s\n"
	    "process  %s\n"
	    "owner    %s, %s\n",
	    wallet_type_name(keypair_type(c->wallet)), c->address.text,
	    id_encode(&sh->process).text, info->owner.text,
	    owner ? "you" : "not you: it will not evaluate what you type");
}

static int
exec_whoami(struct shell *sh, const struct options *o, struct error *err)
{
	struct node *n = sh->client.node;
	struct process_info info;
	bool owner;

	(void)o;
	if (n->ops->process(n, &sh->process, &info, err) < 0)
		return -1;
	owner = strcmp(info.owner.text, sh->client.address.text) == 0;
	if (sh->json)
		whoami_json(sh, &info, owner);
	else
		whoami_text(sh, &info, owner);
	return 0;
}

const struct command dot_whoami = {
	.name = "whoami",
	.usage = "",
	.summary = "show the wallet that signs, and the process's owner",
	.exec = exec_whoami,
};
