/*
 * A process is known by its spawn message and nothing else, so all that is
 * known of it is read from that item. Texts are kept beside ids, since every
 * message shows them to the program.
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
