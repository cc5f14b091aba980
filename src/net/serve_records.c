#include "net/serve_records.h"

#include <inttypes.h>
#include <stdio.h>

#define LOCATION_TTL_MS "3600000"

enum {
	MODULES_MAX = 20, /* more are not told; by its id each is found */
};

static void
add_tag(struct record *r, const char *name, const char *value)
{
	if (r->tag_count < RECORD_TAGS_MAX)
		r->tags[r->tag_count++] =
		    (struct tag){ span_text(name), span_text(value) };
}

/* What every record of ours begins with. */
static void
begin(struct record *r, const struct address *owner, const char *type)
{
	*r = (struct record){ .owner = *owner };
	add_tag(r, "Data-Protocol", "ao");
	add_tag(r, "Variant", "ao.TN.1");
	add_tag(r, "Type", type);
}

/* --- where the scheduler is --- */

static void
location(const struct gql *g, const struct address *owner, struct record *out)
{
	struct sha256_digest d;
	struct span parts[3];

	begin(out, owner, "Scheduler-Location");
	snprintf(out->text, sizeof(out->text), "%.*s", SPAN_ARG(g->origin));
	add_tag(out, "Url", out->text);
	add_tag(out, "Time-To-Live", LOCATION_TTL_MS);
	parts[0] = span_text("Scheduler-Location");
	parts[1] = span_text(owner->text);
	parts[2] = span_text(out->text);
	d = sha256_parts(parts, 3);
	memcpy(out->id.bytes, d.bytes, ID_BYTES);
}

/* --- modules --- */

struct filling {
	const struct gql *g;
	struct record *list;
	size_t count;
};

/* A node_module_fn. Those that were uploaded are items, and found as such. */
static bool
add_module(void *arg, const struct module_info *m)
{
	struct filling *f = arg;
	struct record *r = &f->list[f->count];
	char *text = r->text;
	size_t room = sizeof(r->text);
	int n;

	if (m->kind == MODULE_ITEM)
		return true;
	if (f->count == MODULES_MAX)
		return false;
	begin(r, &f->g->info->address, "Module");
	r->id = m->id;
	r->size = m->size;
	n = snprintf(text, room, "%s%c%" PRIu64 "-kb%c%" PRIu64, m->format, 0,
	    m->memory / 1024, 0, m->compute);
	if (n < 0 || (size_t)n >= room)
		return true;
	add_tag(r, "Module-Format", text);
	text += strlen(text) + 1;
	add_tag(r, "Input-Encoding", "JSON-1");
	add_tag(r, "Output-Encoding", "JSON-1");
	add_tag(r, "Memory-Limit", text);
	text += strlen(text) + 1;
	add_tag(r, "Compute-Limit", text);
	add_tag(r, "Name", "aosh");
	f->count++;
	return true;
}

size_t
records_fill(const struct gql *g, const struct span *owners, size_t count,
    struct record *out)
{
	struct filling f = { g, out, 0 };
	struct error ignored;

	/* a node that cannot say which it has tells of none */
	(void)g->node->ops->modules(g->node, NULL, add_module, &f, &ignored);
	location(g, &g->info->address, &out[f.count++]);
	for (size_t i = 0; i < count && f.count < RECORDS_MAX; i++) {
		struct address owner = { "" };

		if (owners[i].len == 0 || owners[i].len > ADDRESS_CHARS ||
		    span_is(owners[i], g->info->address.text))
			continue;
		memcpy(owner.text, owners[i].p, owners[i].len);
		location(g, &owner, &out[f.count++]);
	}
	for (size_t i = 0; i < f.count; i++)
		out[i].place = RECORDS_PLACE + i;
	return f.count;
}
