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
	TAG_TICKS, /* missing when there are none */
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
	[TAG_TICKS] = { "Ticks", NULL },
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
		.tag_count = head->ticks ? TAG_COUNT : TAG_TICKS };
	char slots[24];
	char ticks[24];
	int rc;

	snprintf(slots, sizeof(slots), "%" PRIu64, head->slots);
	snprintf(ticks, sizeof(ticks), "%" PRIu64, head->ticks);
	for (int i = 0; i < TAG_COUNT; i++)
		draft.tags[i] = (struct tag){ span_text(head_tags[i].name),
			span_text(head_tags[i].value) };
	draft.tags[TAG_PROCESS].value = span_text(process.text);
	draft.tags[TAG_MODULE].value = span_text(module.text);
	draft.tags[TAG_SLOTS].value = span_text(slots);
	draft.tags[TAG_TICKS].value = span_text(ticks);
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
	if (item->tag_count != TAG_COUNT && item->tag_count != TAG_TICKS)
		return FAIL(err, ERR_FORMAT, "it is no exported log");
	for (size_t i = 0; i < item->tag_count; i++)
		if (!span_is(item->tags[i].name, head_tags[i].name) ||
		    (head_tags[i].value &&
			!span_is(item->tags[i].value, head_tags[i].value)))
			return FAIL(err, ERR_FORMAT,
			    "it is no exported log of a format that is known: "
			    "tag '%s'",
			    head_tags[i].name);
	return 0;
}

/* A number as it is written, and not otherwise; false: anything else. */
static bool
read_count(struct span text, uint64_t *out)
{
	struct position at;

	if (!position_parse(text, &at) || at.tick ||
	    !span_is(text, position_text(at).text))
		return false;
	*out = at.slot;
	return true;
}

/* The bundle must have just so many items. */
static int
read_counts(struct log_file *f, const struct data_item *item, struct error *err)
{
	uint64_t rest = f->walk.count - 1;

	f->head.ticks = 0;
	if (!read_count(item->tags[TAG_SLOTS].value, &f->head.slots) ||
	    (item->tag_count > TAG_TICKS &&
		(!read_count(item->tags[TAG_TICKS].value, &f->head.ticks) ||
		    f->head.ticks == 0)) ||
	    f->head.slots > rest / LOG_ITEMS_PER_SLOT ||
	    f->head.ticks != rest - f->head.slots * LOG_ITEMS_PER_SLOT)
		return FAIL(err, ERR_FORMAT,
		    "the bundle has not the items of so many slots and ticks");
	return 0;
}

static int
read_head(struct log_file *f, const struct id *id, struct error *err)
{
	struct data_item item;
	struct id actual;

	if (ans104_decode(buf_span(&f->head_item), &item, err) < 0 ||
	    check_head_tags(&item, err) < 0 || ans104_verify(&item, err) < 0 ||
	    id_decode(item.tags[TAG_PROCESS].value, &f->head.process, err) <
		0 ||
	    id_decode(item.tags[TAG_MODULE].value, &f->head.module, err) < 0)
		return -1;
	actual = ans104_id(&item);
	if (!id_equal(&actual, id))
		return FAIL(err, ERR_FORMAT, "its id is not the bundle's");
	f->head.bytes = item.data;
	return read_counts(f, &item, err);
}

int
log_file_rewind(struct log_file *f, struct error *err)
{
	struct id id;
	int rc;

	f->end = f->at = position_of_slot(0);
	f->ticks = 0;
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

/* Of the entry at hand. */
static void
forget_entry(struct log_file *f)
{
	message_unref(f->message);
	message_unref(f->result);
	f->message = f->result = NULL;
}

void
log_file_release(struct log_file *f)
{
	forget_entry(f);
	buf_release(&f->head_item);
	for (int i = 0; i < LOG_ITEMS_PER_SLOT; i++)
		buf_release(&f->items[i]);
}

/* What the result's attestation says of the entry; by one node all along. */
static int
read_result(struct log_file *f, int part, const struct id *id,
    struct attestation *a, struct log_entry *entry, struct error *err)
{
	if (message_verify(buf_span(&f->items[part]), &f->result, err) < 0 ||
	    attestation_decode(f->result, a, err) < 0)
		return -1;
	if (!id_equal(&f->result->id, id))
		return FAIL(err, ERR_FORMAT, "its id is not the bundle's");
	if (!id_equal(&a->process, &f->head.process) ||
	    position_compare(attestation_at(a), f->at) != 0)
		return FAIL(err, ERR_FORMAT, "it is of another slot");
	if (f->end.tick > 0 && strcmp(f->node.text, f->result->owner.text) != 0)
		return FAIL(err, ERR_FORMAT, "it is by another node");
	f->node = f->result->owner;
	if (f->end.tick == 0)
		snprintf(f->release, sizeof(f->release), "%.*s",
		    SPAN_ARG(a->release));
	entry->evaluated = true;
	entry->verdict = a->verdict;
	entry->result_json = a->result;
	memcpy(entry->chain, a->chain, SHA256_BYTES);
	return 0;
}

/* --- slots --- */

static int
read_assignment(struct log_file *f, const struct id *id, struct assignment *as,
    struct log_entry *entry, struct error *err)
{
	struct span item = buf_span(&f->items[PART_ASSIGNMENT]);

	if (assignment_decode(item, as, &entry->assignment, err) < 0)
		return -1;
	if (!id_equal(id, &entry->assignment))
		return FAIL(err, ERR_FORMAT,
		    "assignment: its id is not the bundle's");
	if (!id_equal(&as->process, &f->head.process) || as->slot != f->at.slot)
		return FAIL(err, ERR_FORMAT,
		    "assignment: it is of another slot");
	entry->timestamp_ms = as->timestamp_ms;
	entry->height = as->height;
	entry->assignment_item = item;
	return 0;
}

static int
read_message(struct log_file *f, const struct id *id,
    const struct assignment *as, struct error *err)
{
	if (message_decode(buf_span(&f->items[PART_MESSAGE]), &f->message,
		err) < 0)
		return -1;
	if (!id_equal(id, &f->message->id))
		return FAIL(err, ERR_FORMAT, "its id is not the bundle's");
	if (!id_equal(&as->message, &f->message->id))
		return FAIL(err, ERR_FORMAT, "it is of another slot");
	return 0;
}

/* The items behind the assignment: 0, -1. */
static int
read_rest(struct log_file *f, struct id ids[LOG_ITEMS_PER_SLOT],
    struct error *err)
{
	for (int i = PART_MESSAGE; i < LOG_ITEMS_PER_SLOT; i++) {
		int rc = next_item(f, &f->items[i], &ids[i], err);

		if (rc == 0)
			rc = FAIL(err, ERR_FORMAT, "it is missing");
		if (rc < 0)
			return FAIL_IN(err, "%s", part_names[i]);
	}
	return 0;
}

static int
read_slot(struct log_file *f, struct id ids[LOG_ITEMS_PER_SLOT],
    struct log_entry *entry, struct error *err)
{
	struct attestation a;
	struct assignment as;

	if (read_rest(f, ids, err) < 0)
		return -1;
	if (read_assignment(f, &ids[PART_ASSIGNMENT], &as, entry, err) < 0)
		return -1;
	if (read_message(f, &ids[PART_MESSAGE], &as, err) < 0)
		return FAIL_IN(err, "message");
	if (read_result(f, PART_RESULT, &ids[PART_RESULT], &a, entry, err) < 0)
		return FAIL_IN(err, "result");
	if (!id_equal(&a.message, &as.message))
		return FAIL(err, ERR_FORMAT, "result: it is of another slot");
	entry->message = f->message;
	return 0;
}

/* --- ticks --- */

/* Whether what stands where an entry begins is one of a tick. */
static bool
is_tick(struct span item)
{
	struct data_item decoded;
	struct error ignored;

	if (ans104_decode(item, &decoded, &ignored) < 0)
		return false;
	for (size_t i = 0; i < decoded.tag_count; i++)
		if (span_is(decoded.tags[i].name, "Type"))
			return span_is(decoded.tags[i].value, "Attestation");
	return false;
}

static int
read_tick(struct log_file *f, const struct id *id, struct log_entry *entry,
    struct error *err)
{
	struct attestation a;

	if (f->end.tick == 0)
		return FAIL(err, ERR_FORMAT, "a tick before slot 0");
	if (read_result(f, 0, id, &a, entry, err) < 0)
		return FAIL_IN(err, "tick");
	f->ticks++;
	entry->schedule = a.schedule;
	entry->timestamp_ms = a.timestamp_ms;
	entry->height = a.height;
	return 0;
}

/* --- all of them --- */

/* Slots and ticks as the head says; the bundle has the items of so many. */
static int
check_end(const struct log_file *f, struct error *err)
{
	if (f->ticks != f->head.ticks ||
	    position_slots(f->end) != f->head.slots)
		return FAIL(err, ERR_FORMAT,
		    "the log has %" PRIu64 " slots and %" PRIu64
		    " ticks, its head says otherwise",
		    position_slots(f->end), f->ticks);
	return 0;
}

int
log_file_next(struct log_file *f, struct log_entry *entry, struct error *err)
{
	struct id ids[LOG_ITEMS_PER_SLOT];
	struct log_entry read = { .slot = 0 };
	int rc;

	forget_entry(f);
	f->at = position_of_slot(position_slots(f->end));
	rc = next_item(f, &f->items[0], &ids[0], err);
	if (rc == 0)
		return check_end(f, err);
	if (rc > 0 && is_tick(buf_span(&f->items[0]))) {
		f->at = f->end;
		rc = read_tick(f, &ids[0], &read, err);
	} else if (rc > 0) {
		rc = read_slot(f, ids, &read, err);
	}
	if (rc < 0)
		return FAIL_IN(err, "slot %s", position_text(f->at).text);
	read.slot = f->at.slot;
	read.tick = f->at.tick;
	f->end = position_behind(f->at);
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
