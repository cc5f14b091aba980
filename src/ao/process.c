/*
 * A process is known by its spawn message, so all that is known of it is read
 * from that item, but for what the scheduler's slot 0 decides. Texts are kept
 * beside ids, since every message shows them to the program.
 */
#include "ao/process.h"

#include "ao/protocol.h"

int
process_init(struct process *p, struct message *spawn, struct error *err)
{
	struct span module;
	enum item_type type;
	struct id module_id;

	if (protocol_type(spawn, &type, err) < 0)
		return -1;
	if (type != ITEM_PROCESS)
		return FAIL(err, ERR_FORMAT, "tag 'Type' must be 'Process'");
	if (!protocol_tag(spawn, "Module", &module))
		return FAIL(err, ERR_FORMAT, "tag 'Module' is missing");
	if (id_decode(module, &module_id, err) < 0)
		return FAIL_IN(err, "tag 'Module'");
	*p = (struct process){
		.id = spawn->id,
		.spawn = message_ref(spawn),
		.module = module_id,
		.runs = module_id,
		.id_text = id_encode(&spawn->id),
		.module_text = id_encode(&module_id),
		.name = message_tag_or_empty(spawn, "Name"),
		.owner = message_from(spawn),
	};
	return 0;
}

/* Whether a list with commas has that word. */
static bool
lists(struct span list, struct span word)
{
	while (list.len > 0) {
		const uint8_t *comma = memchr(list.p, ',', list.len);
		size_t len = comma ? (size_t)(comma - list.p) : list.len;

		if (span_equal(span_first(list, len), word))
			return true;
		list = span_from(list, len + (comma != NULL));
	}
	return false;
}

/* The library takes several tags, and splits each at commas. */
bool
process_may_show(const struct message *spawn, const struct address *authority)
{
	if (!authority->text[0] ||
	    span_is(message_from(spawn), authority->text))
		return false;
	for (size_t i = 0; i < spawn->tag_count; i++)
		if (span_is(spawn->tags[i].name, "Authority") &&
		    lists(spawn->tags[i].value, span_text(authority->text)))
			return true;
	return false;
}

void
process_follow(struct process *p, const struct process_facts *facts)
{
	if (facts->has_runs)
		p->runs = facts->runs;
	if (!process_may_show(p->spawn, &facts->authority))
		return;
	p->scheduler = facts->scheduler;
	p->authority = facts->authority;
}

void
process_publish(struct process *p, const struct message *item)
{
	const struct message_draft head = { .tags = item->tags,
		.tag_count = item->tag_count };

	if (!p->publication && id_equal(&item->id, &p->module))
		p->publication = message_from_draft(&head, &item->owner);
}

struct span
process_name_owner(const struct message *spawn, const struct address *node)
{
	return strcmp(spawn->owner.text, node->text) == 0
	    ? message_from(spawn)
	    : span_text(spawn->owner.text);
}

struct span
process_shown_owner(const struct process *p, const struct message *m)
{
	if (p->authority.text[0] &&
	    strcmp(m->owner.text, p->scheduler.text) == 0)
		return span_text(p->authority.text);
	return span_text(m->owner.text);
}

void
process_release(struct process *p)
{
	message_unref(p->spawn);
	message_unref(p->publication);
	*p = (struct process){ 0 };
}
