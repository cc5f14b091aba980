/*
 * Any item as an assignment, and as a module: a verdict, and an assignment that
 * is taken is signed to the same tags again.
 */
#include "ao/assignment.h"
#include "ao/module.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

static void
check_again(const struct assignment *a)
{
	static struct keypair *key;
	struct buf item = BUF_INIT;
	struct assignment back;
	struct error err;
	struct id id;
	int rc;

	if (!key)
		key = keypair_new();
	rc = assignment_sign(a, key, &item, &id, &err);
	ASSERT(rc == 0);
	rc = assignment_decode(buf_span(&item), &back, &id, &err);
	ASSERT(rc == 0 && id_equal(&a->process, &back.process));
	ASSERT(id_equal(&a->message, &back.message) && a->slot == back.slot);
	ASSERT(a->timestamp_ms == back.timestamp_ms);
	ASSERT(a->height == back.height && a->exclude == back.exclude);
	ASSERT(a->exclude == 0 || a->slot > 0);
	ASSERT(a->facts.has_runs == back.facts.has_runs);
	ASSERT(id_equal(&a->facts.runs, &back.facts.runs));
	ASSERT(!strcmp(a->facts.authority.text, back.facts.authority.text));
	buf_release(&item);
}

static void
check_module(struct span item)
{
	struct data_item decoded;
	struct module m;
	struct error err;
	struct id id;

	if (ans104_decode(item, &decoded, &err) < 0)
		return;
	id = ans104_id(&decoded);
	if (module_decode_own(&id, item, &m, &err) < 0)
		return;
	ASSERT(m.item && m.program.len <= item.len);
	module_release(&m);
	ASSERT(!m.item);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	struct span in = span_of(p, len);
	struct assignment a;
	struct error err;
	struct id id;
	uint8_t set;

	if (assignment_fields(in, &set, &err) == 0)
		ASSERT(set <= FIELD_ALL);
	if (assignment_decode(in, &a, &id, &err) == 0)
		check_again(&a);
	check_module(in);
	return 0;
}
