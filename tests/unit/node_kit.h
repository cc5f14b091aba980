/*
 * node_kit - what tests of nodes have in common: spawn, eval, wait.
 */
#ifndef NODE_KIT_H
#define NODE_KIT_H

#include <errno.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "crypto/keypair.h"
#include "ao/node.h"
#include "test.h"

enum {
	KIT_WAIT_MS = 30000
};

static struct keypair *kit_key;

__attribute__((constructor)) static void
kit_start(void)
{
	static const uint8_t seed[32] = { 7 };

	kit_key = keypair_from_seed(seed);
}

__attribute__((destructor)) static void
kit_end(void)
{
	keypair_free(kit_key);
}

/* A signed item; the anchor makes equal ones differ. Owned. */
__attribute__((unused)) static struct buf
kit_item(const struct id *target, const struct tag *tags, size_t count,
    const char *data)
{
	static uint8_t anchor[32];
	struct message_draft draft = { .target = target,
		.anchor = span_of(anchor, sizeof(anchor)),
		.data = span_text(data),
		.tags = tags,
		.tag_count = count };
	struct buf item = BUF_INIT;
	struct error err;

	for (int i = 0; ++anchor[i] == 0;)
		i++;
	CHECK_OK(message_sign(&draft, kit_key, &item, &err), err);
	return item;
}

__attribute__((unused)) static struct receipt
kit_send(struct node *n, const struct buf *item)
{
	struct receipt r;
	struct error err;

	CHECK_OK(n->ops->send(n, buf_span(item), &r, &err), err);
	return r;
}

/* A spawn, with `more` tags behind the usual ones; owned. */
static struct buf
kit_spawn_item(struct node *n, const char *name, const struct tag *more,
    size_t count)
{
	struct node_info info;
	struct id_text module;
	struct tag tags[TAGS_MAX];
	struct error err;

	CHECK_OK(n->ops->info(n, &info, &err), err);
	module = id_encode(&info.module);
	memcpy(tags,
	    (const struct tag[]){ { span_text("Name"), span_text(name) },
		{ span_text("Data-Protocol"), span_text("ao") },
		{ span_text("Variant"), span_text("ao.TN.1") },
		{ span_text("Type"), span_text("Process") },
		{ span_text("Module"), span_text(module.text) },
		{ span_text("Scheduler"), span_text(info.address.text) },
		{ span_text("Authority"), span_text(info.address.text) } },
	    7 * sizeof(*tags));
	for (size_t i = 0; i < count; i++)
		tags[7 + i] = more[i];
	return kit_item(NULL, tags, 7 + count, "");
}

__attribute__((unused)) static struct id
kit_spawn_with(struct node *n, const char *name, const struct tag *more,
    size_t count)
{
	struct buf item = kit_spawn_item(n, name, more, count);
	struct receipt r = kit_send(n, &item);

	CHECK(id_equal(&r.process, &r.message));
	CHECK_INT(r.slot, 0);
	buf_release(&item);
	return r.process;
}

__attribute__((unused)) static struct id
kit_spawn(struct node *n, const char *name)
{
	return kit_spawn_with(n, name, NULL, 0);
}

static const struct tag kit_eval_tags[] = {
	{ { (const uint8_t *)"Action", 6 }, { (const uint8_t *)"Eval", 4 } },
	{ { (const uint8_t *)"Data-Protocol", 13 },
	    { (const uint8_t *)"ao", 2 } },
	{ { (const uint8_t *)"Type", 4 }, { (const uint8_t *)"Message", 7 } },
};

struct kit_slot {
	uint64_t slot;
	bool evaluated;
	enum verdict verdict;
	struct buf json;
};

__attribute__((unused)) static bool
kit_take_slot(void *arg, const struct log_entry *entry)
{
	struct kit_slot *s = arg;

	if (entry->slot == s->slot && entry->tick == 0 && entry->evaluated) {
		s->evaluated = true;
		s->verdict = entry->verdict;
		buf_clear(&s->json);
		buf_add_span(&s->json, entry->result_json);
	}
	return false;
}

/* Wait for the result of a slot. Release its json. */
__attribute__((unused)) static struct kit_slot
kit_result(struct node *n, const struct id *process, uint64_t slot)
{
	struct kit_slot s = { .slot = slot };
	int fd = eventfd(0, EFD_NONBLOCK);
	struct error err;

	CHECK_OK(n->ops->watch(n, process, fd, &err), err);
	for (;;) {
		struct pollfd p = { fd, POLLIN, 0 };
		eventfd_t ignored;
		int rc;

		CHECK_OK(n->ops->log(n, process, position_of_slot(slot),
			     kit_take_slot, &s, &err),
		    err);
		if (s.evaluated)
			break;
		/* a machine that ran on this thread has left its timer */
		rc = poll(&p, 1, KIT_WAIT_MS);
		if (rc == 0 || (rc < 0 && errno != EINTR))
			fail_msg("slot %d: no result", (int)slot);
		(void)eventfd_read(fd, &ignored);
	}
	n->ops->unwatch(n, process, fd);
	close(fd);
	return s;
}

/* Output.data of a canonical result, or its Error; owned. */
__attribute__((unused)) static char *
kit_output(struct span json)
{
	json_t *root = result_parse(json);
	const json_t *error = json_object_get(root, "Error");
	const json_t *data =
	    json_object_get(json_object_get(root, "Output"), "data");
	const char *text = json_string_value(error ? error : data);
	char *copy = strdup(text ? text : "?");

	json_decref(root);
	return copy;
}

/* Evaluate as the owner; Output.data or Error. Free it. */
__attribute__((unused)) static char *
kit_eval(struct node *n, const struct id *process, const char *code)
{
	struct buf item = kit_item(process, kit_eval_tags, 3, code);
	struct receipt r = kit_send(n, &item);
	struct kit_slot s = kit_result(n, process, r.slot);
	char *text = kit_output(buf_span(&s.json));

	buf_release(&item);
	buf_release(&s.json);
	return text;
}

/* The same as a dry run. */
__attribute__((unused)) static char *
kit_dry(struct node *n, const struct id *process, const char *code)
{
	struct message_draft draft = { .target = process,
		.data = span_text(code),
		.tags = kit_eval_tags,
		.tag_count = 3 };
	struct address owner = keypair_address(kit_key);
	struct result result;
	struct error err;
	char *text;

	CHECK_OK(n->ops->dry_run(n, &draft, &owner, -1, &result, &err), err);
	text = kit_output(buf_span(&result.json));
	result_release(&result);
	return text;
}

#define CHECK_EVAL(n, process, code, expected)            \
	do {                                              \
		char *text_ = kit_eval(n, process, code); \
		CHECK_TEXT(text_, expected);              \
		free(text_);                              \
	} while (0)

#define CHECK_DRY(n, process, code, expected)            \
	do {                                             \
		char *text_ = kit_dry(n, process, code); \
		CHECK_TEXT(text_, expected);             \
		free(text_);                             \
	} while (0)

/* The cache of a process, or an entry of it; "" when there is none. Free it. */
__attribute__((unused)) static char *
kit_cache(struct node *n, const struct id *process, const char *key)
{
	struct buf json = BUF_INIT;
	struct error err;
	char *text;

	CHECK_OK(n->ops->cache(n, process, span_text(key), &json, &err), err);
	text = strdup(buf_text(&json));
	buf_release(&json);
	return text;
}

#define CHECK_CACHE(n, process, key, expected)            \
	do {                                              \
		char *text_ = kit_cache(n, process, key); \
		CHECK_TEXT(text_, expected);              \
		free(text_);                              \
	} while (0)

__attribute__((unused)) static void
kit_settle(struct node *n)
{
	struct error err;

	CHECK_OK(n->ops->settle(n, KIT_WAIT_MS, -1, &err), err);
}

/* A folder of its own, below $TMPDIR; kit_remove_dir() when done. */
__attribute__((unused)) static void
kit_make_dir(char path[64])
{
	strcpy(path, "/tmp/aosh-test-XXXXXX");
	CHECK(mkdtemp(path) != NULL);
}

__attribute__((unused)) static void
kit_remove_dir(const char *path)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -rf '%s'", path);
	CHECK_INT(system(command), 0);
}

#endif
