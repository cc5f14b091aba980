#include "shell/bench_talk.h"

#include "vm/lua/machine.h"

int
talk_open(struct talk *t, struct span module, unsigned lane, struct error *err)
{
	*t = (struct talk){ 0 };
	memset(t->process.id.bytes, 1, ID_BYTES);
	memset(t->process.module.bytes, 2, ID_BYTES);
	t->process.id_text = id_encode(&t->process.id);
	t->process.module_text = id_encode(&t->process.module);
	t->process.owner = span_text("OWNER");
	t->process.spawn = &t->spawn;
	t->spawn.id = t->process.id;
	strcpy(t->owner.text, "OWNER");
	t->tags[0] =
	    (struct tag){ span_text("Data-Protocol"), span_text("ao") };
	t->tags[1] = (struct tag){ span_text("Variant"), span_text("ao.TN.1") };
	t->assignment.timestamp_ms = 1700000000000;
	return machine_ops.open(module, lane, &vm_default_limits, &t->vm, err);
}

void
talk_close(struct talk *t)
{
	result_release(&t->result);
	t->vm->ops->close(t->vm);
}

/* The next message of that type and action, owned. */
static struct message *
make_message(struct talk *t, const char *type, const char *action,
    const char *data)
{
	struct message_draft draft = { .target = &t->process.id,
		.data = span_text(data),
		.tags = t->tags,
		.tag_count = 4 };
	struct message *m;

	t->tags[2] = (struct tag){ span_text("Type"), span_text(type) };
	t->tags[3] = (struct tag){ span_text("Action"), span_text(action) };
	m = message_from_draft(&draft, &t->owner);
	m->id = t->process.id;
	if (t->assignment.slot > 0)
		memcpy(m->id.bytes, &t->assignment.slot,
		    sizeof(t->assignment.slot));
	return m;
}

/* Evaluate it; gives it back. */
static int
evaluate(struct talk *t, struct message *m, bool read_only, struct error *err)
{
	struct evaluation e = { .process = &t->process,
		.message = m,
		.assignment = &t->assignment,
		.read_only = read_only };
	int rc = t->vm->ops->eval(t->vm, &e, &t->result, err);

	message_unref(m);
	if (rc == 0 && !read_only)
		t->assignment.slot++;
	return rc;
}

int
talk_say(struct talk *t, const char *type, const char *action, const char *data,
    struct error *err)
{
	if (evaluate(t, make_message(t, type, action, data), false, err) < 0)
		return -1;
	if (t->result.verdict != VERDICT_OK)
		return FAIL(err, ERR_EVAL, "%s: %.200s", action,
		    buf_text(&t->result.json));
	return 0;
}

int
talk_try(struct talk *t, const char *data, bool read_only, struct error *err)
{
	return evaluate(t, make_message(t, "Message", "", data), read_only,
	    err);
}
