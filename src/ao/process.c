/*
 * A process is known by its spawn message and nothing else, so all that is
 * known of it is read from that item. Texts are kept beside ids, since every
 * message shows them to the program.
 */
#include "ao/process.h"

/* Several tags of a name may occur; one of them says ao. */
static bool
speaks_ao(const struct message *m)
{
	for (size_t i = 0; i < m->tag_count; i++)
		if (span_is(m->tags[i].name, "Data-Protocol") &&
		    span_is(m->tags[i].value, "ao"))
			return true;
	return false;
}

int
process_init(struct process *p, struct message *spawn, struct error *err)
{
	struct span module;
	struct id module_id;

	if (!speaks_ao(spawn))
		return FAIL(err, ERR_FORMAT,
		    "tag 'Data-Protocol' must contain 'ao'");
	if (!span_is(message_tag_or_empty(spawn, "Type"), "Process"))
		return FAIL(err, ERR_FORMAT, "tag 'Type' must be 'Process'");
	if (!message_tag(spawn, "Module", &module))
		return FAIL(err, ERR_FORMAT, "tag 'Module' is missing");
	if (id_decode(module, &module_id, err) < 0)
		return FAIL_IN(err, "tag 'Module'");
	*p = (struct process){
		.id = spawn->id,
		.spawn = message_ref(spawn),
		.module = module_id,
		.id_text = id_encode(&spawn->id),
		.module_text = id_encode(&module_id),
		.name = message_tag_or_empty(spawn, "Name"),
		.owner = message_from(spawn),
	};
	return 0;
}

void
process_release(struct process *p)
{
	message_unref(p->spawn);
	*p = (struct process){ 0 };
}
