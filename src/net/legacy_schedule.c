/*
 * A page is brought into order here, since all that the feed builds on is that
 * nonces go up by one; whether one is missing it sees itself, as it knows what
 * came before.
 */
#include "net/legacy_schedule.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/number.h"
#include "net/legacy_item.h"
#include "net/legacy_json.h"

static bool
tag_number(const struct legacy_item *item, const char *name, uint64_t *out)
{
	for (size_t i = 0; i < item->tag_count; i++)
		if (span_is(item->tags[i].name, name))
			return parse_decimal(item->tags[i].value, INT64_MAX,
			    out);
	return false;
}

/* The message of an assignment that is told without one. */
static struct message *
absent_message(const struct legacy_item *assignment)
{
	const struct message_draft draft = { .target = NULL };
	struct address owner = { "" };
	struct message *m;
	struct error ignored;
	struct id id;

	snprintf(owner.text, sizeof(owner.text), "%.*s",
	    SPAN_ARG(assignment->address));
	m = message_from_draft(&draft, &owner);
	for (size_t i = 0; i < assignment->tag_count; i++)
		if (span_is(assignment->tags[i].name, "Message") &&
		    id_decode(assignment->tags[i].value, &id, &ignored) == 0)
			m->id = id;
	return m;
}

/* A text that is all there: what was no UTF-8 has been replaced. */
static void
take_text(const json_t *object, const char *name, bool *known, struct span *out)
{
	*out = legacy_text(object, name);
	*known = out->p != NULL;
}

static int
take_message(const json_t *object, struct message **out, struct error *err)
{
	struct legacy_item item;

	if (legacy_item_read(object, &item, err) < 0)
		return -1;
	item.target = legacy_text(object, "target");
	take_text(object, "anchor", &item.anchor_known, &item.anchor);
	take_text(object, "data", &item.data_known, &item.data);
	*out = legacy_item_message(&item);
	legacy_item_release(&item);
	return 0;
}

/* With its anchor, which this scheduler may tell or not. */
static void
take_assignment(const json_t *object, struct legacy_item *item, struct buf *out)
{
	struct buf anchor = BUF_INIT;
	struct assignment as;
	struct error ignored;
	struct id id;

	if (base64url_decode(legacy_text(object, "anchor"), &anchor, &ignored) <
		0 ||
	    anchor.len != ANCHOR_BYTES) {
		buf_release(&anchor);
		return;
	}
	item->anchor = buf_span(&anchor);
	item->anchor_known = item->data_known = true;
	if (legacy_item_bytes(item, out, &ignored) < 0 ||
	    assignment_decode(buf_span(out), &as, &id, &ignored) < 0)
		buf_release(out);
	buf_release(&anchor);
}

static int
take_slot(const json_t *from, struct legacy_slot *out, struct error *err)
{
	const json_t *assignment = json_object_get(from, "assignment");
	const json_t *message = json_object_get(from, "message");
	struct address scheduler = { "" };
	struct legacy_item item;
	struct legacy_slot slot = { 0 };
	int rc = 0;

	if (legacy_item_read(assignment, &item, err) < 0)
		return FAIL_IN(err, "an assignment");
	slot.assignment = item.id;
	snprintf(scheduler.text, sizeof(scheduler.text), "%.*s",
	    SPAN_ARG(item.address));
	assignment_read_tags(item.tags, item.tag_count, &scheduler,
	    &slot.exclude, &slot.facts);
	if (!tag_number(&item, "Nonce", &slot.nonce) ||
	    !tag_number(&item, "Timestamp", &slot.timestamp_ms))
		rc = FAIL(err, ERR_FORMAT,
		    "an assignment without Nonce and Timestamp");
	(void)tag_number(&item, "Block-Height", &slot.height);
	if (rc == 0 && message && !json_is_null(message))
		rc = take_message(message, &slot.message, err);
	else if (rc == 0)
		slot.message = absent_message(&item);
	if (rc == 0) {
		take_assignment(assignment, &item, &slot.assignment_item);
		*out = slot;
	}
	legacy_item_release(&item);
	return rc;
}

static int
by_nonce(const void *a, const void *b)
{
	const struct legacy_slot *x = a;
	const struct legacy_slot *y = b;

	return (x->nonce > y->nonce) - (x->nonce < y->nonce);
}

/* In order, and what comes twice once. */
static void
put_in_order(struct legacy_page *page)
{
	size_t n = 0;

	qsort(page->slots, page->count, sizeof(*page->slots), by_nonce);
	for (size_t i = 0; i < page->count; i++)
		if (n > 0 && page->slots[n - 1].nonce == page->slots[i].nonce)
			legacy_slot_release(&page->slots[i]);
		else
			page->slots[n++] = page->slots[i];
	page->count = n;
}

static int
take_page(const json_t *root, struct legacy_page *out, struct error *err)
{
	const json_t *edges = json_object_get(root, "edges");
	const json_t *info = json_object_get(root, "page_info");

	if (!json_is_array(edges))
		return FAIL(err, ERR_FORMAT, "no list of messages");
	out->slots = xcalloc(json_array_size(edges) + 1, sizeof(*out->slots));
	for (; out->count < json_array_size(edges); out->count++) {
		const json_t *edge = json_array_get(edges, out->count);

		if (take_slot(json_object_get(edge, "node"),
			&out->slots[out->count], err) < 0)
			return -1;
	}
	out->more = json_is_true(json_object_get(info, "has_next_page"));
	put_in_order(out);
	return 0;
}

int
legacy_read_page(struct span body, struct legacy_page *out, struct error *err)
{
	struct legacy_page page = { 0 };
	json_t *root;
	int rc;

	if (legacy_parse(body, &root, err) < 0)
		return -1;
	rc = take_page(root, &page, err);
	json_decref(root);
	if (rc < 0)
		legacy_page_release(&page);
	else
		*out = page;
	return rc;
}

void
legacy_page_release(struct legacy_page *page)
{
	for (size_t i = 0; i < page->count; i++)
		legacy_slot_release(&page->slots[i]);
	free(page->slots);
	*page = (struct legacy_page){ 0 };
}

int
legacy_read_slot(struct span body, struct legacy_slot *out, struct error *err)
{
	json_t *root;
	int rc;

	if (legacy_parse(body, &root, err) < 0)
		return -1;
	rc = take_slot(root, out, err);
	json_decref(root);
	return rc;
}

void
legacy_slot_release(struct legacy_slot *slot)
{
	message_unref(slot->message);
	slot->message = NULL;
	buf_release(&slot->assignment_item);
}

int
legacy_read_process(struct span body, struct message **out, struct error *err)
{
	json_t *root;
	int rc;

	if (legacy_parse(body, &root, err) < 0)
		return -1;
	rc = take_message(root, out, err);
	json_decref(root);
	return rc;
}
