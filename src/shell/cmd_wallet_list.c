/*
 * aosh wallet list - the wallets that a name means, and which one signs.
 *
 * One that cannot be read is listed with the reason: it may be the one that
 * somebody is looking for.
 */
#include <stdlib.h>
#include <unistd.h>

#include "base/alloc.h"
#include "shell/commands.h"
#include "shell/paths.h"
#include "shell/show.h"
#include "shell/table.h"
#include "shell/wallet_command.h"

struct listing {
	struct shell *sh;
	struct table table;
	struct wallet_place used; /* its path NULL: none can be told */
	bool used_listed;
	struct address aos; /* of the wallet of aos, empty: there is none */
	bool aos_listed;    /* as one of ours, too */
};

static bool
is_used(const struct listing *l, const struct wallet_place *place)
{
	return l->used.path && place->path &&
	    strcmp(l->used.path, place->path) == 0;
}

/* A wallet's own members, then what the list says of it. */
static void
row_json(struct listing *l, const struct wallet_place *place,
    const struct wallet_info *info, const struct error *why, bool offered)
{
	json_t *to;

	if (info) {
		to = wallet_json(place, info);
	} else {
		to = json_object();
		json_object_set_new(to, "name",
		    place->name[0] ? json_string(place->name) : json_null());
		json_object_set_new(to, "file", show_path(place->path));
		/* names the path, too */
		json_object_set_new(to, "error", show_path(why->text));
	}
	json_object_set_new(to, "used", json_boolean(is_used(l, place)));
	json_object_set_new(to, "offered", json_boolean(offered));
	show_json(l->sh, to);
}

/* Names alone with --quiet, for the next command of a pipe. */
static void
add_row(struct listing *l, const struct wallet_place *place, bool offered)
{
	struct table *t = &l->table;
	struct wallet_info info;
	struct error why;
	bool good = wallet_look(place->path, &info, &why) == 0;

	l->used_listed |= is_used(l, place);
	l->aos_listed |= good && strcmp(info.address.text, l->aos.text) == 0;
	if (l->sh->json) {
		row_json(l, place, good ? &info : NULL, &why, offered);
		return;
	}
	if (l->sh->quiet) {
		output_printf(&l->sh->out, "%s\n",
		    place->name[0] ? place->name : place->path);
		return;
	}
	table_add(t, span_text(is_used(l, place) ? "*" : ""));
	table_add(t, span_text(place->name[0] ? place->name : "-"));
	table_add(t, span_text(good ? wallet_type_name(info.type) : "-"));
	table_add(t, span_text(good ? info.address.text : "-"));
	table_add(t, span_text(!good ? "-" : info.sealed ? "yes" : "no"));
	if (good)
		table_printf(t, "%s%s", place->path,
		    offered ? " ('aosh wallet import " WALLET_OF_AOS
			      " NAME' copies it)"
			    : "");
	else
		table_add(t, span_text(why.text));
}

static bool
list_one(void *arg, const struct wallet_place *place)
{
	add_row(arg, place, false);
	return true;
}

/* The wallet of aos; its path is NULL when there is none. */
static struct wallet_place
find_aos(struct listing *l)
{
	struct wallet_place place = { .path = NULL };
	struct buf path = BUF_INIT;
	struct wallet_info info;
	struct error ignored;

	if (path_expand(WALLET_OF_AOS, &path, &ignored) == 0 &&
	    access(buf_text(&path), F_OK) == 0)
		place.path = xstrdup(buf_text(&path));
	if (place.path && wallet_look(place.path, &info, &ignored) == 0)
		l->aos = info.address;
	buf_release(&path);
	return place;
}

/* It is offered unless it is used, or a copy of it is there. */
static void
list_aos(struct listing *l, struct wallet_place *aos)
{
	bool offered = !is_used(l, aos) && !l->aos_listed;

	if (aos->path)
		add_row(l, aos, offered);
	wallet_place_release(aos);
}

static int
exec_list(struct shell *sh, const struct options *o, struct error *err)
{
	static const char *const titles[] = { "", "NAME", "TYPE", "ADDRESS",
		"ENCRYPTED", "FILE", NULL };
	struct client *c = &sh->client;
	struct listing l = { .sh = sh };
	struct wallet_place aos = find_aos(&l);
	struct error why;

	(void)o;
	(void)err;
	if ((c->data_dir || c->wallet_word) &&
	    client_find_wallet(c, NULL, &l.used, &why) < 0)
		output_printf(shell_notes(sh), "aosh: warning: %s\n", why.text);
	table_init(&l.table, titles);
	if (c->data_dir)
		wallet_each(c->data_dir, list_one, &l);
	list_aos(&l, &aos);
	/* a file elsewhere; the default one that is not there is no row */
	if (l.used.path && !l.used_listed && !l.used.name[0])
		add_row(&l, &l.used, false);
	table_show(&l.table, &sh->out, screen_columns(&sh->out));
	table_release(&l.table);
	wallet_place_release(&l.used);
	return 0;
}

const struct command command_wallet_list = {
	.name = "wallet list",
	.usage = "",
	.summary = "list the wallets; '*' is the one that signs",
	.flags = COMMAND_DATA,
	.exec = exec_list,
};
