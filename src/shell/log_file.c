/*
 * Whatever is read may be of a stranger: each item is bounded before it is
 * read, its id must be that of the bundle's head, and what the parts of a slot
 * say of their place must agree.
 */
#include "shell/log_file.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "ao/assignment.h"
#include "ao/attestation.h"

enum {
	TAG_PROTOCOL,
	TAG_VARIANT,
	TAG_TYPE,
	TAG_FORMAT,
	TAG_PROCESS,
	TAG_MODULE,
	TAG_SLOTS,
	TAG_COUNT,
};

enum {
	PART_ASSIGNMENT,
	PART_MESSAGE,
	PART_RESULT,
};

static const char *const part_names[LOG_ITEMS_PER_SLOT] = { "assignment",
	"message", "result" };

static const struct {
	const char *name;
	const char *value; /* NULL: differs */
} head_tags[TAG_COUNT] = {
	[TAG_PROTOCOL] = { "Data-Protocol", "ao" },
	[TAG_VARIANT] = { "Variant", "ao.TN.1" },
	[TAG_TYPE] = { "Type", "Log" },
	[TAG_FORMAT] = { "Log-Format", "1" },
	[TAG_PROCESS] = { "Process", NULL },
	[TAG_MODULE] = { "Module", NULL },
	[TAG_SLOTS] = { "Slots", NULL },
};

/* A key of nobody: anyone can make it who has the head. */
static struct keypair *
key_of(const struct log_head *head)
{
	struct sha256_digest module = sha256(head->bytes);
	struct span parts[] = { span_text("aosh log head"),
		id_span(&head->process),
		span_of(module.bytes, sizeof(module.bytes)) };
	struct sha256_digest seed = sha256_parts(parts, 3);

	return keypair_from_seed(seed.bytes);
}

int
log_head_item(const struct log_head *head, struct buf *item, struct error *err)
{
	struct id_text process = id_encode(&head->process);
	struct id_text module = id_encode(&head->module);
	struct keypair *key = key_of(head);
	struct data_item draft = { .data = head->bytes,
		.tag_count = TAG_COUNT };
	char slots[24];
	int rc;

	snprintf(slots, sizeof(slots), "%" PRIu64, head->slots);
	for (int i = 0; i < TAG_COUNT; i++)
		draft.tags[i] = (struct tag){ span_text(head_tags[i].name),
			span_text(head_tags[i].value) };
	draft.tags[TAG_PROCESS].value = span_text(process.text);
	draft.tags[TAG_MODULE].value = span_text(module.text);
	draft.tags[TAG_SLOTS].value = span_text(slots);
	rc = ans104_sign(&draft, key, item, err);
	keypair_free(key);
	return rc;
}

/* --- reading --- */

/* The next item of the bundle, whole: 1, 0 none, -1. */
static int
next_item(struct log_file *f, struct buf *out, struct id *id, struct error *err)
{
	struct item_place place;
	ssize_t n;
	int rc;

	rc = item_walk_next(&f->reader, &f->walk, &place, err);
	if (rc <= 0)
		return rc;
	if (place.entry.size > LOG_ITEM_MAX)
		return FAIL(err, ERR_LIMIT,
		    "an item of %" PRIu64 " bytes: the limit is %d",
		    place.entry.size, LOG_ITEM_MAX);
	buf_clear(out);
	n = f->reader.from.read(f->reader.from.arg, place.at,
	    buf_reserve(out, (size_t)place.entry.size),
	    (size_t)place.entry.size, err);
	if (n < 0)
		return -1;
	if ((uint64_t)n < place.entry.size)
		return FAIL(err, ERR_SHORT, "the file ends in an item");
	out->len = (size_t)n;
	*id = place.entry.id;
	return 1;
}

static int
check_head_tags(const struct data_item *item, struct error *err)
{
	if (item->tag_count != TAG_COUNT)
		return FAIL(err, ERR_FORMAT, "it is no exported log");
	for (size_t i = 0; i < TAG_COUNT; i++)
		if (!span_is(item->tags[i].name, head_tags[i].name) ||
		    (head_tags[i].value &&
			!span_is(item->tags[i].value, head_tags[i].value)))
			return FAIL(err, ERR_FORMAT,
			    "it is no exported log of a format that is known: "
			    "tag '%s'",
			    head_tags[i].name);
	return 0;
}

/* The head says how many slots there are, and so does the bundle. */
static int
read_head(struct log_file *f, const struct id *id, struct error *err)
{
	struct data_item item;
	struct id actual;
	char slots[24];

	if (ans104_decode(buf_span(&f->head_item), &item, err) < 0 ||
	    check_head_tags(&item, err) < 0 || ans104_verify(&item, err) < 0 ||
	    id_decode(item.tags[TAG_PROCESS].value, &f->head.process, err) <
		0 ||
	    id_decode(item.tags[TAG_MODULE].value, &f->head.module, err) < 0)
		return -1;
	actual = ans104_id(&item);
	if (!id_equal(&actual, id))
		return FAIL(err, ERR_FORMAT, "its id is not the bundle's");
	f->head.slots = (f->walk.count - 1) / LOG_ITEMS_PER_SLOT;
	f->head.bytes = item.data;
	snprintf(slots, sizeof(slots), "%" PRIu64, f->head.slots);
	if ((f->walk.count - 1) % LOG_ITEMS_PER_SLOT ||
	    !span_is(item.tags[TAG_SLOTS].value, slots))
		return FAIL(err, ERR_FORMAT,
		    "the bundle has not the items of so many slots");
	return 0;
}

int
log_file_rewind(struct log_file *f, struct error *err)
{
	struct id id;
	int rc;

	f->next = 0;
	if (item_walk_open(&f->reader, 0, f->size, &f->walk, err) < 0)
		return -1;
	rc = next_item(f, &f->head_item, &id, err);
	if (rc == 0)
		rc = FAIL(err, ERR_FORMAT, "it is no exported log");
	if (rc < 0 || read_head(f, &id, err) < 0)
		return FAIL_IN(err, "head");
	return 0;
}

int
log_file_open(struct byte_source from, uint64_t size, struct log_file *f,
    struct error *err)
{
	*f = (struct log_file){ .size = size };
	f->reader = (struct item_reader){ .from = from,
		.piece = f->piece,
		.room = sizeof(f->piece) };
	return log_file_rewind(f, err);
}

/* Of the slot at hand. */
static void
forget_slot(struct log_file *f)
{
	message_unref(f->message);
	message_unref(f->result);
	f->message = f->result = NULL;
}

void
log_file_release(struct log_file *f)
{
	forget_slot(f);
	buf_release(&f->head_item);
	for (int i = 0; i < LOG_ITEMS_PER_SLOT; i++)
		buf_release(&f->items[i]);
}

/* All three items of a slot: 1, 0 behind the last, -1. */
static int
read_parts(struct log_file *f, struct id ids[LOG_ITEMS_PER_SLOT],
    struct error *err)
{
	for (int i = 0; i < LOG_ITEMS_PER_SLOT; i++) {
		int rc = next_item(f, &f->items[i], &ids[i], err);

		if (rc < 0)
			return FAIL_IN(err, "%s", part_names[i]);
		if (rc == 0)
			return 0;
	}
	return 1;
}

/* What the result's attestation says of the slot. */
static int
read_result(struct log_file *f, const struct assignment *as,
    struct log_entry *entry, struct error *err)
{
	struct attestation a;

	if (attestation_decode(f->result, &a, err) < 0)
		return -1;
	if (!id_equal(&a.process, &as->process) || a.slot != as->slot ||
	    a.tick != 0 || !id_equal(&a.message, &as->message))
		return FAIL(err, ERR_FORMAT, "it is of another slot");
	if (f->next > 0 && strcmp(f->node.text, f->result->owner.text) != 0)
		return FAIL(err, ERR_FORMAT, "it is by another node");
	f->node = f->result->owner;
	if (f->next == 0)
		snprintf(f->release, sizeof(f->release), "%.*s",
		    SPAN_ARG(a.release));
	entry->evaluated = true;
	entry->verdict = a.verdict;
	entry->result_json = a.result;
	memcpy(entry->chain, a.chain, SHA256_BYTES);
	return 0;
}

static int
read_assignment(struct log_file *f, struct assignment *as,
    struct log_entry *entry, struct error *err)
{
	struct span item = buf_span(&f->items[PART_ASSIGNMENT]);

	if (assignment_decode(item, as, &entry->assignment, err) < 0)
		return -1;
	if (!id_equal(&as->process, &f->head.process) || as->slot != f->next)
		return FAIL(err, ERR_FORMAT, "it is of another slot");
	entry->slot = as->slot;
	entry->timestamp_ms = as->timestamp_ms;
	entry->height = as->height;
	entry->assignment_item = item;
	return 0;
}

static int
read_slot(struct log_file *f, const struct id ids[LOG_ITEMS_PER_SLOT],
    struct log_entry *entry, struct error *err)
{
	struct assignment as;

	if (read_assignment(f, &as, entry, err) < 0)
		return -1;
	if (message_decode(buf_span(&f->items[PART_MESSAGE]), &f->message,
		err) < 0)
		return FAIL_IN(err, "message");
	if (message_verify(buf_span(&f->items[PART_RESULT]), &f->result, err) <
		0 ||
	    read_result(f, &as, entry, err) < 0)
		return FAIL_IN(err, "result");
	if (!id_equal(&ids[PART_ASSIGNMENT], &entry->assignment) ||
	    !id_equal(&ids[PART_MESSAGE], &f->message->id) ||
	    !id_equal(&ids[PART_RESULT], &f->result->id) ||
	    !id_equal(&as.message, &f->message->id))
		return FAIL(err, ERR_FORMAT, "an item has another id");
	entry->message = f->message;
	return 0;
}

int
log_file_next(struct log_file *f, struct log_entry *entry, struct error *err)
{
	struct id ids[LOG_ITEMS_PER_SLOT];
	struct log_entry read = { .slot = 0 };
	int rc;

	forget_slot(f);
	rc = read_parts(f, ids, err);
	if (rc == 0)
		return 0;
	if (rc < 0 || read_slot(f, ids, &read, err) < 0)
		return FAIL_IN(err, "slot %" PRIu64, f->next);
	f->next++;
	*entry = read;
	return 1;
}

int
log_file_module(void *arg, const struct id *id, struct buf *out,
    struct error *err)
{
	struct log_file *f = arg;

	if (f->head.bytes.len == 0 || !id_equal(id, &f->head.module))
		return FAIL(err, ERR_NOT_FOUND, "no module '%s' in this store",
		    id_encode(id).text);
	buf_add_span(out, f->head.bytes);
	return 0;
}
