/*
 * A range of tags is looked for first, then names in it. Items have a handful
 * of tags, so nothing is kept between calls.
 */
#include "ao/protocol.h"

/* Tags from one Data-Protocol on, up to the next or the end. */
struct range {
	size_t begin;
	size_t end;
};

static bool
is_protocol(struct span name)
{
	return span_is(name, "Data-Protocol") || span_is(name, "data-protocol");
}

/* False: the item does not speak ao. */
static bool
find_range(const struct message *m, struct range *out)
{
	struct range r = { m->tag_count, m->tag_count };
	size_t protocols = 0;

	for (size_t i = 0; i < m->tag_count; i++) {
		if (!is_protocol(m->tags[i].name))
			continue;
		protocols++;
		if (r.begin < i && r.end == m->tag_count)
			r.end = i;
		if (r.begin == m->tag_count && span_is(m->tags[i].value, "ao"))
			r.begin = i;
	}
	if (r.begin == m->tag_count)
		return false;
	/* the only protocol has all tags, wherever it is named */
	if (protocols == 1)
		r.begin = 0;
	*out = r;
	return true;
}

bool
protocol_tag(const struct message *m, const char *name, struct span *value)
{
	struct range r;

	if (!find_range(m, &r))
		return false;
	for (size_t i = r.begin; i < r.end; i++)
		if (span_is(m->tags[i].name, name)) {
			*value = m->tags[i].value;
			return true;
		}
	return false;
}

int
protocol_type(const struct message *m, enum item_type *out, struct error *err)
{
	struct range r;

	if (!find_range(m, &r))
		return FAIL(err, ERR_FORMAT,
		    "tag 'Data-Protocol' must contain 'ao'");
	*out = ITEM_OTHER;
	for (size_t i = r.begin; i < r.end && *out == ITEM_OTHER; i++) {
		const struct tag *t = &m->tags[i];

		if (!span_is(t->name, "Type") && !span_is(t->name, "type"))
			continue;
		if (span_is(t->value, "Process"))
			*out = ITEM_PROCESS;
		else if (span_is(t->value, "Message"))
			*out = ITEM_MESSAGE;
	}
	return 0;
}
