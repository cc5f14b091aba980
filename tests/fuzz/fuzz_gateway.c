/*
 * Any bytes as the body of a GraphQL request: the answer is JSON, or says why
 * there is none. The node has a few items, one of them no item.
 */
#include "base/alloc.h"
#include "net/serve_graphql.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

enum {
	ITEMS = 4,
};

static struct buf items[ITEMS];

static void
make_items(void)
{
	static const char *const types[] = { "Process", "Message", "Module" };
	struct keypair *kp;
	struct error err;

	if (items[0].len)
		return;
	ASSERT(keypair_generate(SIGNATURE_ED25519, &kp, &err) == 0);
	for (size_t i = 0; i < ITEMS - 1; i++) {
		struct data_item d = { .tag_count = 3,
			.tags = {
			    { span_text("Data-Protocol"), span_text("ao") },
			    { span_text("Type"), span_text(types[i]) },
			    { span_text("Name"), span_text("\xc3\xa4\"") } } };

		ASSERT(ans104_sign(&d, kp, &items[i], &err) == 0);
	}
	buf_add_text(&items[ITEMS - 1], "no item");
	keypair_free(kp);
}

static int
op_items(struct node *n, const struct item_query *q, node_item_fn fn, void *arg,
    struct error *err)
{
	(void)n;
	(void)err;
	for (uint64_t i = 0; i < ITEMS; i++) {
		uint64_t place = q->oldest_first ? i + 1 : ITEMS - i;
		const struct item_entry e = { .place = place,
			.head = buf_span(&items[place - 1]),
			.size = items[place - 1].len,
			.timestamp_ms = 1795195414667,
			.height = 16400000 };

		if (q->behind &&
		    (q->oldest_first ? place <= q->behind : place >= q->behind))
			continue;
		if (!fn(arg, &e))
			return 0;
	}
	return 0;
}

static int
op_process(struct node *n, const struct id *id, struct process_info *info,
    struct error *err)
{
	(void)n;
	(void)info;
	if (id->bytes[0] & 1)
		return FAIL(err, ERR_NOT_FOUND, "no process");
	return 0;
}

static int
op_modules(struct node *n, const struct id *id, node_module_fn fn, void *arg,
    struct error *err)
{
	static const struct module_info built_in = { .kind = MODULE_BUILT_IN,
		.format = "aosh",
		.memory = 1 << 30,
		.compute = 1000000 };

	(void)n;
	(void)id;
	(void)err;
	(void)fn(arg, &built_in);
	return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	static const struct node_ops ops = { .items = op_items,
		.process = op_process,
		.modules = op_modules };
	static const struct node_info info = { .address = { "somebody" } };
	struct node node = { &ops };
	struct buf out = BUF_INIT;
	struct gql g = { .node = &node,
		.info = &info,
		.origin = span_text("http://localhost"),
		.out = &out };
	struct error err;

	make_items();
	if (gql_answer(&g, span_of(p, len), &err) == 0) {
		json_t *answer = json_loadb(buf_text(&out), out.len,
		    JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);

		ASSERT(json_is_object(json_object_get(answer, "data")));
		json_decref(answer);
	} else {
		ASSERT(err.text[0]);
	}
	buf_release(&out);
	return 0;
}
