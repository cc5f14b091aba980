/*
 * Any bytes as the answer of a unit of a legacy network: the first says which.
 * What is taken keeps the promises of the headers, and can be released.
 */
#include "net/legacy_graphql.h"
#include "net/legacy_json.h"
#include "net/legacy_schedule.h"
#include "net/legacy_spawns.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

static void
check_result(const struct result *r)
{
	json_t *root = result_parse(buf_span(&r->json));

	ASSERT(json_is_object(root));
	ASSERT((json_object_get(root, "Error") != NULL) ==
	    (r->verdict == VERDICT_ERROR));
	json_decref(root);
}

static void
read_result(struct span in)
{
	struct result r;
	struct error err;

	if (legacy_read_result(in, &r, &err) < 0)
		return;
	check_result(&r);
	result_release(&r);
}

static void
read_results(struct span in)
{
	struct legacy_results r;
	struct error err;

	if (legacy_read_results(in, &r, &err) < 0)
		return;
	for (size_t i = 0; i < r.count; i++) {
		struct legacy_cursor c;

		check_result(&r.edges[i].result);
		ASSERT(legacy_cursor_parse(span_text(r.edges[i].cursor), &c));
		ASSERT(c.ordinate == r.edges[i].at.ordinate);
	}
	legacy_results_release(&r);
}

static void
read_page(struct span in)
{
	struct legacy_page page;
	struct error err;

	if (legacy_read_page(in, &page, &err) < 0)
		return;
	for (size_t i = 0; i < page.count; i++) {
		ASSERT(page.slots[i].message);
		ASSERT(i == 0 || page.slots[i - 1].nonce < page.slots[i].nonce);
	}
	legacy_page_release(&page);
}

static void
read_one(struct span in)
{
	struct legacy_slot slot;
	struct message *m;
	struct error err;

	if (legacy_read_slot(in, &slot, &err) == 0)
		legacy_slot_release(&slot);
	if (legacy_read_process(in, &m, &err) == 0)
		message_unref(m);
}

static void
read_transactions(struct span in)
{
	struct gateway_page page;
	struct error err;

	if (gateway_page_read(in, &page, &err) < 0)
		return;
	for (size_t i = 0; i < gateway_page_count(&page); i++) {
		struct gateway_node node;
		struct message *m;

		if (gateway_page_get(&page, i, &node, &err) < 0)
			continue;
		m = legacy_item_message(&node.item);
		ASSERT(id_equal(&m->id, &node.item.id));
		message_unref(m);
		legacy_item_release(&node.item);
	}
	gateway_page_release(&page);
}

static void
read_words(struct span in)
{
	struct legacy_cursor cursor;
	struct legacy_spawn spawn;
	struct buf text = BUF_INIT;
	struct error err;
	struct id id;

	(void)legacy_cursor_parse(in, &cursor);
	(void)legacy_read_receipt(in, &id, &err);
	legacy_error_text(in, &text);
	ASSERT(text.len <= in.len);
	if (in.len && legacy_spawn_parse(in, &spawn))
		ASSERT(spawn.network.len > 0 && spawn.owner.len > 0);
	buf_release(&text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	static void (*const readers[])(struct span) = { read_result,
		read_results, read_page, read_one, read_transactions,
		read_words };
	struct span in = span_of(p, len);

	if (len > 0)
		readers[p[0] % (sizeof(readers) / sizeof(*readers))](
		    span_from(in, 1));
	return 0;
}
