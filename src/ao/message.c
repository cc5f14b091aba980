/*
 * A message owns one copy of its item, and all its spans point into that. A
 * draft for a dry run has no item: its spans point behind its own table of
 * tags. In either case bytes and table are all there is to free.
 *
 * The count is the only thing that changes. Giving a reference up is a release,
 * and the last one acquires, so that whoever frees has seen all that others
 * did.
 */
#include "ao/message.h"

#include <stdlib.h>

#include "base/alloc.h"

static struct message *
message_new(void)
{
	struct message *m = xcalloc(1, sizeof(*m));

	atomic_init(&m->refs, 1);
	return m;
}

/* Take over what decode found; the spans lie in m->bytes. */
static void
set_fields(struct message *m, const struct data_item *item)
{
	m->id = ans104_id(item);
	m->owner = owner_address(item->owner);
	m->owner_key = item->owner;
	m->signature = item->signature;
	m->has_target = item->target.len > 0;
	if (m->has_target)
		memcpy(m->target.bytes, item->target.p, ID_BYTES);
	m->anchor = item->anchor;
	m->data = item->data;
	m->tag_count = item->tag_count;
	m->tags = xmalloc(item->tag_count * sizeof(*m->tags));
	memcpy(m->tags, item->tags, item->tag_count * sizeof(*m->tags));
}

/* A message of its own copy of the bytes, verified if `verify` says so. */
static int
from_item(struct span bytes, bool verify, struct message **out,
    struct error *err)
{
	struct message *m = message_new();
	struct data_item item;

	m->bytes = buf_copy(bytes);
	if (ans104_decode(buf_span(&m->bytes), &item, err) < 0 ||
	    (verify && ans104_verify(&item, err) < 0)) {
		message_unref(m);
		return -1;
	}
	set_fields(m, &item);
	*out = m;
	return 0;
}

int
message_verify(struct span item, struct message **out, struct error *err)
{
	return from_item(item, true, out, err);
}

int
message_decode(struct span item, struct message **out, struct error *err)
{
	return from_item(item, false, out, err);
}

/* Copy `from` to *to, move *to on, give the copy. */
static struct span
put(uint8_t **to, struct span from)
{
	struct span copy = span_of(*to, from.len);

	if (from.len)
		memcpy(*to, from.p, from.len);
	*to += from.len;
	return copy;
}

struct message *
message_from_draft(const struct message_draft *draft,
    const struct address *owner)
{
	struct message *m = message_new();
	size_t size = draft->anchor.len + draft->data.len;
	uint8_t *to;

	m->owner = *owner;
	m->has_target = draft->target != NULL;
	if (m->has_target)
		m->target = *draft->target;
	for (size_t i = 0; i < draft->tag_count; i++)
		size += draft->tags[i].name.len + draft->tags[i].value.len;
	/* one piece: the tags, and behind them all texts */
	m->tag_count = draft->tag_count;
	m->tags = xmalloc(m->tag_count * sizeof(*m->tags) + size);
	to = (uint8_t *)(m->tags + m->tag_count);
	m->anchor = put(&to, draft->anchor);
	m->data = put(&to, draft->data);
	for (size_t i = 0; i < m->tag_count; i++) {
		m->tags[i].name = put(&to, draft->tags[i].name);
		m->tags[i].value = put(&to, draft->tags[i].value);
	}
	return m;
}

int
message_sign(const struct message_draft *draft, const struct keypair *kp,
    struct buf *out, struct error *err)
{
	struct data_item item;

	if (draft->tag_count > TAGS_MAX)
		return FAIL(err, ERR_LIMIT, "%zu tags, at most %d fit",
		    draft->tag_count, TAGS_MAX);
	item.target = span_of(NULL, 0);
	if (draft->target)
		item.target = id_span(draft->target);
	item.anchor = draft->anchor;
	item.data = draft->data;
	item.tag_count = draft->tag_count;
	if (draft->tag_count)
		memcpy(item.tags, draft->tags,
		    draft->tag_count * sizeof(*draft->tags));
	return ans104_sign(&item, kp, out, err);
}

struct message *
message_ref(struct message *m)
{
	atomic_fetch_add_explicit(&m->refs, 1, memory_order_relaxed);
	return m;
}

void
message_unref(struct message *m)
{
	if (!m ||
	    atomic_fetch_sub_explicit(&m->refs, 1, memory_order_acq_rel) > 1)
		return;
	buf_release(&m->bytes);
	free(m->tags);
	free(m);
}

bool
message_tag(const struct message *m, const char *name, struct span *value)
{
	struct span wanted = span_text(name);

	for (size_t i = 0; i < m->tag_count; i++)
		if (span_equal(m->tags[i].name, wanted)) {
			*value = m->tags[i].value;
			return true;
		}
	return false;
}

struct span
message_tag_or_empty(const struct message *m, const char *name)
{
	struct span value = span_of(NULL, 0);

	message_tag(m, name, &value);
	return value;
}

struct span
message_from(const struct message *m)
{
	struct span from = message_tag_or_empty(m, "From-Process");

	return from.len ? from : span_text(m->owner.text);
}
