/*
 * Gateways give the newest first, and one that they do not know yet is newer
 * than all. Who asks for a list wants the oldest first, so it is gathered.
 */
#include "net/legacy_find.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "net/legacy_graphql.h"
#include "net/legacy_spawns.h"

enum {
	LIST_MAX = 100 * 1000 /* processes of one owner */
};

static int
own_address(const struct legacy_call *c, struct address *out, struct error *err)
{
	const struct legacy_config *config = &c->l->config;

	return config->owner(config->arg, out, err);
}

/* --- by name --- */

/* The newest line of the file with that owner and name. */
struct named {
	struct span owner;
	struct span name;
	bool found;
	struct id id;
};

static bool
take_named(void *arg, const struct legacy_spawn *s)
{
	struct named *n = arg;

	if (span_equal(s->owner, n->owner) && span_equal(s->name, n->name)) {
		n->found = true;
		n->id = s->id;
	}
	return true;
}

/*
 * 1: the newest of a page; 0: it has none. `known`: the noted one is among
 * them. A gateway that takes no notice of what it was asked for must not have
 * us talk to a stranger's process.
 */
static int
look_at_page(const struct gateway_page *page, const struct named *noted,
    struct id *out, bool *known, struct error *err)
{
	bool found = false;

	*known = false;
	for (size_t i = 0; i < gateway_page_count(page); i++) {
		struct gateway_node node;

		if (gateway_page_get(page, i, &node, err) < 0)
			return -1;
		if (legacy_item_is(&node.item, noted->owner, "Name",
			noted->name)) {
			if (!found)
				*out = node.item.id;
			found = true;
			if (noted->found && id_equal(&node.item.id, &noted->id))
				*known = true;
		}
		legacy_item_release(&node.item);
	}
	if (!found && gateway_page_count(page) > 0)
		return FAIL(err, ERR_GONE,
		    "a gateway tells of other processes than it was asked for");
	return found;
}

int
legacy_find(const struct legacy_call *c, struct span name, struct id *out,
    struct error *err)
{
	struct gateway_page page;
	struct named noted = { .name = name };
	struct address owner;
	bool known = false;
	int rc;

	if (own_address(c, &owner, err) < 0)
		return -1;
	noted.owner = span_text(owner.text);
	if (c->l->spawns_path)
		legacy_spawns_each(c->l->spawns_path, c->l->network, take_named,
		    &noted);
	rc = gateway_processes(c, &owner, name, "", &page, err);
	if (rc == 0) {
		rc = look_at_page(&page, &noted, out, &known, err);
		gateway_page_release(&page);
	}
	if (noted.found && !known &&
	    (rc >= 0 || err->code == ERR_GONE || err->code == ERR_TIMEOUT)) {
		*out = noted.id;
		rc = 1;
	}
	if (rc == 0)
		return FAIL(err, ERR_NOT_FOUND, "no process of that name");
	return rc < 0 ? -1 : 0;
}

/* --- all --- */

struct gathered {
	struct process_info *list;
	size_t count;
	size_t room;
	struct map ids;
	const struct address *owner;
};

static struct process_info *
gather(struct gathered *g, const struct id *id)
{
	struct process_info *info;

	if (g->count == LIST_MAX || map_get(&g->ids, id_span(id)))
		return NULL;
	if (g->count == g->room) {
		g->room = g->room ? g->room * 2 : 128;
		g->list = xrealloc(g->list, g->room * sizeof(*g->list));
	}
	info = &g->list[g->count++];
	*info = (struct process_info){ .id = *id, .owner = *g->owner };
	map_put(&g->ids, id_span(id), g);
	return info;
}

static void
set_name(struct process_info *info, struct span name)
{
	snprintf(info->name, sizeof(info->name), "%.*s", SPAN_ARG(name));
}

static void
set_tags(struct process_info *info, const struct legacy_item *item)
{
	struct error ignored;
	bool named = false;

	for (size_t i = 0; i < item->tag_count; i++) {
		const struct tag *t = &item->tags[i];

		if (span_is(t->name, "Name") && !named) {
			set_name(info, t->value);
			named = true;
		} else if (span_is(t->name, "Module")) {
			(void)id_decode(t->value, &info->module, &ignored);
		} else if (span_is(t->name, "Cron-Interval")) {
			info->crons++;
		}
	}
	info->runs = info->module;
}

static int
gather_page(struct gathered *g, const struct gateway_page *page,
    struct error *err)
{
	for (size_t i = 0; i < gateway_page_count(page); i++) {
		struct gateway_node node;
		struct process_info *info;

		if (gateway_page_get(page, i, &node, err) < 0)
			return -1;
		info = NULL;
		if (legacy_item_is(&node.item, span_text(g->owner->text),
			"Type", span_text("Process")))
			info = gather(g, &node.item.id);
		if (info) {
			set_tags(info, &node.item);
			info->spawned_ms = node.block_ms;
		}
		legacy_item_release(&node.item);
	}
	return 0;
}

/* A page that brings nothing new ends it, whatever the gateway says. */
static int
gather_pages(const struct legacy_call *c, struct gathered *g, struct error *err)
{
	char after[GATEWAY_CURSOR_MAX + 1] = "";
	bool more = true;
	int rc = 0;

	while (more && rc == 0) {
		struct gateway_page page;
		size_t before = g->count;

		if (gateway_processes(c, g->owner, span_of(NULL, 0), after,
			&page, err) < 0)
			return -1;
		rc = gather_page(g, &page, err);
		more = page.more && page.cursor[0] && g->count > before;
		memcpy(after, page.cursor, sizeof(after));
		gateway_page_release(&page);
	}
	return rc;
}

static void
reverse(struct gathered *g)
{
	for (size_t i = 0; i < g->count / 2; i++) {
		struct process_info other = g->list[g->count - 1 - i];

		g->list[g->count - 1 - i] = g->list[i];
		g->list[i] = other;
	}
}

/* What gateways do not know yet is the newest. */
static bool
gather_noted(void *arg, const struct legacy_spawn *s)
{
	struct gathered *g = arg;
	struct process_info *info;

	if (span_is(s->owner, g->owner->text) &&
	    (info = gather(g, &s->id)) != NULL)
		set_name(info, s->name);
	return true;
}

int
legacy_list(const struct legacy_call *c, node_list_fn fn, void *arg,
    struct error *err)
{
	struct address owner;
	struct gathered g = { .owner = &owner };
	int rc = own_address(c, &owner, err);

	/* nobody owns nothing */
	if (rc < 0 && err->code == ERR_NOT_FOUND)
		return 0;
	if (rc == 0)
		rc = gather_pages(c, &g, err);
	reverse(&g);
	if (rc == 0 && c->l->spawns_path)
		legacy_spawns_each(c->l->spawns_path, c->l->network,
		    gather_noted, &g);
	for (size_t i = 0; rc == 0 && i < g.count; i++)
		if (!fn(arg, &g.list[i]))
			break;
	free(g.list);
	map_release(&g.ids);
	return rc;
}
