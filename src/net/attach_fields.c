/*
 * Structs go field by field, never as their bytes, so that no padding leaves the
 * program. A take checks lengths and the range of enums; what a text or an id
 * says is for the engine to check.
 */
#include "net/attach_fields.h"

#include <stdio.h>

void
put_id(struct buf *b, const struct id *id)
{
	buf_add(b, id->bytes, ID_BYTES);
}

void
put_address(struct buf *b, const struct address *a)
{
	buf_add(b, a->text, sizeof(a->text));
}

/* A zero behind it in any case. */
bool
take_address(struct span *in, struct address *a)
{
	struct span bytes;

	if (!take_bytes(in, sizeof(a->text), &bytes))
		return false;
	memcpy(a->text, bytes.p, sizeof(a->text));
	a->text[sizeof(a->text) - 1] = 0;
	return true;
}

void
put_process_info(struct buf *b, const struct process_info *info)
{
	put_id(b, &info->id);
	put_id(b, &info->module);
	put_id(b, &info->runs);
	put_address(b, &info->owner);
	buf_add_block(b, span_text(info->name));
	buf_add_u64(b, info->slots);
	buf_add_u64(b, info->evaluated);
	put_position(b, info->told);
	buf_add_u64(b, info->spawned_ms);
	buf_add_u64(b, info->memory);
	buf_add_u64(b, info->waking);
	buf_add_u64(b, info->ticks);
	buf_add_u32(b, info->crons);
	buf_add_byte(b, info->monitored);
	buf_add_byte(b, info->stopped);
}

bool
take_process_info(struct span *in, struct process_info *info)
{
	struct span name;
	uint8_t monitored;
	uint8_t stopped;

	if (!take_id(in, &info->id) || !take_id(in, &info->module) ||
	    !take_id(in, &info->runs) || !take_address(in, &info->owner) ||
	    !take_block(in, &name))
		return false;
	snprintf(info->name, sizeof(info->name), "%.*s", SPAN_ARG(name));
	if (!take_u64(in, &info->slots) || !take_u64(in, &info->evaluated) ||
	    !take_position(in, &info->told) ||
	    !take_u64(in, &info->spawned_ms) || !take_u64(in, &info->memory) ||
	    !take_u64(in, &info->waking) || !take_u64(in, &info->ticks) ||
	    !take_u32(in, &info->crons) || !take_u8(in, &monitored) ||
	    !take_u8(in, &stopped))
		return false;
	info->monitored = monitored != 0;
	info->stopped = stopped != 0;
	return true;
}

void
put_receipt(struct buf *b, const struct receipt *r)
{
	put_id(b, &r->process);
	put_id(b, &r->message);
	put_id(b, &r->assignment);
	buf_add_u64(b, r->slot);
	buf_add_u64(b, r->timestamp_ms);
	buf_add_byte(b, r->again);
}

bool
take_receipt(struct span *in, struct receipt *r)
{
	uint8_t again;

	if (!take_id(in, &r->process) || !take_id(in, &r->message) ||
	    !take_id(in, &r->assignment) || !take_u64(in, &r->slot) ||
	    !take_u64(in, &r->timestamp_ms) || !take_u8(in, &again))
		return false;
	r->again = again != 0;
	return true;
}

void
put_position(struct buf *b, struct position at)
{
	buf_add_u64(b, at.slot);
	buf_add_u32(b, at.tick);
}

bool
take_position(struct span *in, struct position *at)
{
	return take_u64(in, &at->slot) && take_u32(in, &at->tick);
}

void
put_cron_info(struct buf *b, const struct cron_info *info)
{
	buf_add_u32(b, info->index);
	buf_add_block(b, info->name);
	buf_add_block(b, info->interval);
	buf_add_block(b, info->action);
	buf_add_u64(b, info->next_ms);
	buf_add_u64(b, info->ticks);
	buf_add_u64(b, info->late);
	put_position(b, info->last);
	buf_add_u64(b, info->last_ms);
	buf_add_byte(b, info->evaluated);
	buf_add_byte(b, (uint8_t)info->verdict);
}

bool
take_cron_info(struct span *in, struct cron_info *info)
{
	uint8_t evaluated;
	uint8_t verdict;

	if (!take_u32(in, &info->index) || !take_block(in, &info->name) ||
	    !take_block(in, &info->interval) ||
	    !take_block(in, &info->action) || !take_u64(in, &info->next_ms) ||
	    !take_u64(in, &info->ticks) || !take_u64(in, &info->late) ||
	    !take_position(in, &info->last) || !take_u64(in, &info->last_ms) ||
	    !take_u8(in, &evaluated) || !take_u8(in, &verdict) ||
	    verdict > VERDICT_COMPUTE)
		return false;
	info->evaluated = evaluated != 0;
	info->verdict = (enum verdict)verdict;
	return true;
}

void
put_log_entry(struct buf *b, const struct log_entry *entry)
{
	put_position(b, log_entry_at(entry));
	buf_add_u32(b, entry->schedule);
	buf_add_block(b, entry->interval);
	buf_add_u64(b, entry->timestamp_ms);
	buf_add_u64(b, entry->height);
	put_id(b, &entry->assignment);
	buf_add_byte(b, entry->evaluated);
	buf_add_byte(b, entry->stopped);
	buf_add_byte(b, (uint8_t)entry->verdict);
	buf_add(b, entry->chain, sizeof(entry->chain));
	buf_add_block(b, entry->result_json);
	buf_add_block(b, entry->assignment_item);
	if (entry->tick) {
		struct buf tick = BUF_INIT;

		put_tick(&tick, entry->message);
		buf_add_block(b, buf_span(&tick));
		buf_release(&tick);
	} else {
		buf_add_block(b, buf_span(&entry->message->bytes));
	}
}

bool
take_log_entry(struct span *in, struct log_entry *entry, struct span *item)
{
	struct position at;
	struct span chain;
	uint8_t evaluated;
	uint8_t stopped;
	uint8_t verdict;

	/* what an engine has no use for does not travel */
	*entry = (struct log_entry){ .slot = 0 };
	if (!take_position(in, &at) || !take_u32(in, &entry->schedule) ||
	    !take_block(in, &entry->interval) ||
	    !take_u64(in, &entry->timestamp_ms) ||
	    !take_u64(in, &entry->height) || !take_id(in, &entry->assignment) ||
	    !take_u8(in, &evaluated) || !take_u8(in, &stopped) ||
	    !take_u8(in, &verdict) || verdict > VERDICT_COMPUTE ||
	    !take_bytes(in, sizeof(entry->chain), &chain) ||
	    !take_block(in, &entry->result_json) ||
	    !take_block(in, &entry->assignment_item) || !take_block(in, item))
		return false;
	entry->slot = at.slot;
	entry->tick = at.tick;
	entry->evaluated = evaluated != 0;
	entry->stopped = stopped != 0;
	entry->verdict = (enum verdict)verdict;
	memcpy(entry->chain, chain.p, sizeof(entry->chain));
	return true;
}

/* The target first, since every draft has one here. */
void
put_draft(struct buf *b, const struct message_draft *draft)
{
	put_id(b, draft->target);
	buf_add_block(b, draft->anchor);
	buf_add_block(b, draft->data);
	buf_add_u32(b, (uint32_t)draft->tag_count);
	for (size_t i = 0; i < draft->tag_count; i++) {
		buf_add_block(b, draft->tags[i].name);
		buf_add_block(b, draft->tags[i].value);
	}
}

/* Texts are borrowed from the frame, which outlives the call. */
bool
take_draft(struct span *in, struct message_draft *draft, struct id *target,
    struct tag *tags)
{
	uint32_t count;

	if (!take_id(in, target) || !take_block(in, &draft->anchor) ||
	    !take_block(in, &draft->data) || !take_u32(in, &count) ||
	    count > TAGS_MAX)
		return false;
	for (uint32_t i = 0; i < count; i++)
		if (!take_block(in, &tags[i].name) ||
		    !take_block(in, &tags[i].value))
			return false;
	draft->target = target;
	draft->tags = tags;
	draft->tag_count = count;
	return true;
}

void
put_tick(struct buf *b, const struct message *m)
{
	const struct message_draft draft = { .target = &m->target,
		.anchor = m->anchor,
		.data = m->data,
		.tags = m->tags,
		.tag_count = m->tag_count };

	put_address(b, &m->owner);
	put_draft(b, &draft);
}

struct message *
take_tick(struct span *in)
{
	struct tag tags[TAGS_MAX];
	struct message_draft draft = { .target = NULL };
	struct address owner;
	struct id target;

	if (!take_address(in, &owner) || !take_draft(in, &draft, &target, tags))
		return NULL;
	return message_from_draft(&draft, &owner);
}

void
put_trace_query(struct buf *b, const struct trace_query *q)
{
	buf_add_byte(b, q->by_place);
	put_id(b, &q->message);
	put_position(b, q->at);
	buf_add_u32(b, q->depth);
}

bool
take_trace_query(struct span *in, struct trace_query *q)
{
	uint8_t by_place;
	uint32_t depth;

	if (!take_u8(in, &by_place) || !take_id(in, &q->message) ||
	    !take_position(in, &q->at) || !take_u32(in, &depth))
		return false;
	q->by_place = by_place != 0;
	q->depth = depth;
	return true;
}

void
put_trace_entry(struct buf *b, const struct trace_entry *entry)
{
	buf_add_u32(b, entry->depth);
	buf_add_byte(b, (uint8_t)entry->kind);
	put_id(b, &entry->id);
	put_id(b, &entry->process);
	put_position(b, entry->at);
	buf_add_u64(b, entry->timestamp_ms);
	buf_add_byte(b, entry->evaluated);
	buf_add_byte(b, (uint8_t)entry->verdict);
	buf_add_byte(b, entry->more);
	buf_add_block(b, entry->name);
	buf_add_block(b, entry->action);
}

bool
take_trace_entry(struct span *in, struct trace_entry *entry)
{
	uint32_t depth;
	uint8_t kind;
	uint8_t evaluated;
	uint8_t verdict;
	uint8_t more;

	if (!take_u32(in, &depth) || !take_u8(in, &kind) ||
	    kind > TRACE_MISSING || !take_id(in, &entry->id) ||
	    !take_id(in, &entry->process) || !take_position(in, &entry->at) ||
	    !take_u64(in, &entry->timestamp_ms) || !take_u8(in, &evaluated) ||
	    !take_u8(in, &verdict) || verdict > VERDICT_COMPUTE ||
	    !take_u8(in, &more) || !take_block(in, &entry->name) ||
	    !take_block(in, &entry->action))
		return false;
	entry->depth = depth;
	entry->kind = (enum trace_kind)kind;
	entry->evaluated = evaluated != 0;
	entry->verdict = (enum verdict)verdict;
	entry->more = more != 0;
	return true;
}

/* The struct is figures of 8 bytes and nothing else. */
_Static_assert(sizeof(struct node_status) % sizeof(uint64_t) == 0,
    "a figure that is no 64 bit number");

void
put_status(struct buf *b, const struct node_status *status)
{
	uint64_t figures[sizeof(*status) / sizeof(uint64_t)];

	memcpy(figures, status, sizeof(figures));
	for (size_t i = 0; i < sizeof(figures) / sizeof(*figures); i++)
		buf_add_u64(b, figures[i]);
}

bool
take_status(struct span *in, struct node_status *status)
{
	uint64_t figures[sizeof(*status) / sizeof(uint64_t)];

	for (size_t i = 0; i < sizeof(figures) / sizeof(*figures); i++)
		if (!take_u64(in, &figures[i]))
			return false;
	memcpy(status, figures, sizeof(figures));
	return true;
}

void
put_import_entry(struct buf *b, const struct import_entry *entry)
{
	put_position(b, entry->at);
	buf_add_block(b, entry->assignment);
	buf_add_block(b, entry->message);
	buf_add_u64(b, entry->timestamp_ms);
	buf_add_u64(b, entry->height);
	buf_add_u32(b, entry->schedule);
	buf_add_byte(b, (uint8_t)entry->verdict);
	buf_add_block(b, entry->result_json);
	buf_add(b, entry->chain, sizeof(entry->chain));
}

bool
take_import_entry(struct span *in, struct import_entry *entry)
{
	struct span chain;
	uint8_t verdict;

	if (!take_position(in, &entry->at) ||
	    !take_block(in, &entry->assignment) ||
	    !take_block(in, &entry->message) ||
	    !take_u64(in, &entry->timestamp_ms) ||
	    !take_u64(in, &entry->height) || !take_u32(in, &entry->schedule) ||
	    !take_u8(in, &verdict) || verdict > VERDICT_COMPUTE ||
	    !take_block(in, &entry->result_json) ||
	    !take_bytes(in, sizeof(entry->chain), &chain))
		return false;
	entry->verdict = (enum verdict)verdict;
	memcpy(entry->chain, chain.p, sizeof(entry->chain));
	return true;
}

void
put_item_query(struct buf *b, const struct item_query *q)
{
	buf_add_byte(b, (uint8_t)q->scope);
	buf_add_byte(b, q->oldest_first);
	buf_add_u64(b, q->behind);
	buf_add_block(b, q->word);
	buf_add_block(b, span_of(q->ids, q->id_count * sizeof(*q->ids)));
}

/* An id is an array of bytes: it may lie anywhere. */
_Static_assert(sizeof(struct id) == ID_BYTES && _Alignof(struct id) == 1,
    "ids lie side by side");

bool
take_item_query(struct span *in, struct item_query *q)
{
	uint8_t oldest_first;
	struct span ids;
	uint8_t scope;

	if (!take_u8(in, &scope) || scope > ITEMS_ALL ||
	    !take_u8(in, &oldest_first) || !take_u64(in, &q->behind) ||
	    !take_block(in, &q->word) || !take_block(in, &ids) ||
	    ids.len % sizeof(struct id))
		return false;
	q->scope = (enum item_scope)scope;
	q->oldest_first = oldest_first != 0;
	q->ids = (const struct id *)ids.p;
	q->id_count = ids.len / sizeof(struct id);
	return q->scope != ITEMS_OF_LOG || q->id_count == 1;
}

void
put_item_entry(struct buf *b, const struct item_entry *entry)
{
	buf_add_u64(b, entry->place);
	buf_add_u64(b, entry->size);
	buf_add_u64(b, entry->timestamp_ms);
	buf_add_u64(b, entry->height);
	buf_add_block(b, entry->head);
}

bool
take_item_entry(struct span *in, struct item_entry *entry)
{
	return take_u64(in, &entry->place) && take_u64(in, &entry->size) &&
	    take_u64(in, &entry->timestamp_ms) &&
	    take_u64(in, &entry->height) && take_block(in, &entry->head);
}

void
put_module_info(struct buf *b, const struct module_info *info)
{
	buf_add_byte(b, (uint8_t)info->kind);
	put_id(b, &info->id);
	put_id(b, &info->runs);
	buf_add_block(b, span_text(info->format));
	buf_add_byte(b, info->runnable);
	buf_add_u64(b, info->size);
	buf_add_u64(b, info->memory);
	buf_add_u64(b, info->compute);
}

bool
take_module_info(struct span *in, struct module_info *info)
{
	struct span format;
	uint8_t runnable;
	uint8_t kind;

	if (!take_u8(in, &kind) || kind > MODULE_STORED ||
	    !take_id(in, &info->id) || !take_id(in, &info->runs) ||
	    !take_block(in, &format) || !take_u8(in, &runnable) ||
	    !take_u64(in, &info->size) || !take_u64(in, &info->memory) ||
	    !take_u64(in, &info->compute))
		return false;
	snprintf(info->format, sizeof(info->format), "%.*s", SPAN_ARG(format));
	info->kind = (enum module_kind)kind;
	info->runnable = runnable != 0;
	return true;
}

void
put_error(struct buf *b, const struct error *err)
{
	buf_add_u16(b, (uint16_t)err->code);
	buf_add_text(b, err->text);
}

void
take_error(struct span in, struct error *err)
{
	uint16_t code;

	if (!take_u16(&in, &code) || code == ERR_NONE || code > ERR_SYSTEM)
		code = ERR_SYSTEM;
	error_set(err, (enum error_code)code, "%.*s", SPAN_ARG(in));
}
