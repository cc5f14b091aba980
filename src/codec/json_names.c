/*
 * Objects whose names ascend have none twice, and those of our own results do,
 * nearly always: that is a look at neighbours. Else all members are listed and
 * sorted by object, name and place, so that equal names stand side by side.
 *
 * What is to be changed are edits of the text: in place of a first value stands
 * the last one, in place of what comes behind, nothing. A value that is moved
 * may have edits within, so what is being copied is a stack of ranges, as deep
 * as the value.
 */
#include "codec/json_names.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/error.h"
#include "codec/json_scan.h"
#include "codec/json_walk.h"

/* One name and its value, by places in the text. */
struct member {
	uint32_t object; /* its bracket */
	uint32_t before; /* the bracket or comma in front of the name */
	uint32_t end;    /* of the value */
};

/* An object or a list that is open. */
struct level {
	uint32_t at; /* its bracket */
	bool is_object;
	size_t member; /* whose value is being read, of an object */
	struct span name;
};

struct names {
	struct span text;
	bool list; /* gather members; else only look whether they ascend */
	bool ascend;
	struct member *members;
	size_t count;
	size_t room;
	size_t depth;
	struct level levels[JSON_SCAN_DEPTH];
	struct buf left; /* what two names mean, while they are compared */
	struct buf right;
};

/* Instead of the text from `at` on: another piece of it; then on at `resume`. */
struct edit {
	uint32_t at;
	uint32_t resume;
	uint32_t from;
	uint32_t until;
};

static struct span
meaning(struct span name, struct buf *room)
{
	if (!memchr(name.p, '\\', name.len))
		return span_of(name.p + 1, name.len - 2);
	buf_clear(room);
	json_add_meaning(room, name);
	return buf_span(room);
}

static int
compare_names(struct names *n, struct span a, struct span b)
{
	return span_compare(meaning(a, &n->left), meaning(b, &n->right));
}

static uint32_t
place(const struct names *n, const uint8_t *p)
{
	return (uint32_t)(p - n->text.p);
}

static void
begin_member(struct names *n, struct level *l, uint32_t before,
    struct span name)
{
	if (l->name.p && compare_names(n, l->name, name) >= 0)
		n->ascend = false;
	l->name = name;
	if (!n->list)
		return;
	if (n->count == n->room) {
		n->room = n->room ? n->room + n->room / 2 : 64;
		n->members =
		    xrealloc(n->members, n->room * sizeof(*n->members));
	}
	l->member = n->count++;
	n->members[l->member] =
	    (struct member){ .object = l->at, .before = before };
}

static void
end_member(struct names *n, const uint8_t *end)
{
	struct level *l = &n->levels[n->depth - 1];

	if (n->list && l->is_object && l->name.p)
		n->members[l->member].end = place(n, end);
}

/* Brackets and commas; *name: a name may come next. */
static void
see_punctuation(struct names *n, const uint8_t *p, bool *name)
{
	*name = false;
	if (*p == '[' || *p == '{') {
		ASSERT(n->depth < JSON_SCAN_DEPTH);
		n->levels[n->depth++] =
		    (struct level){ .at = place(n, p), .is_object = *p == '{' };
		*name = *p == '{';
	} else if (*p == ']' || *p == '}') {
		end_member(n, p);
		n->depth--;
	} else if (*p == ',') {
		end_member(n, p);
		*name = n->levels[n->depth - 1].is_object;
	}
}

/* All of the text; with `list` into n->members. Ends when it is not to list,
 * and some names do not ascend. */
static void
see_all(struct names *n)
{
	struct span rest = n->text;
	struct span token;
	uint32_t before = 0;
	bool name = false;

	n->ascend = true;
	while ((n->list || n->ascend) && json_take_token(&rest, &token)) {
		if (name && token.p[0] == '"')
			begin_member(n, &n->levels[n->depth - 1], before,
			    token);
		before = place(n, token.p);
		see_punctuation(n, token.p, &name);
	}
	n->depth = 0;
}

static struct span
name_of(const struct names *n, const struct member *m)
{
	struct span rest = span_from(n->text, m->before + 1);
	struct span name = { NULL, 0 };

	(void)json_take_token(&rest, &name);
	return name;
}

/* Where the value begins, perhaps with blanks. */
static uint32_t
value_of(const struct names *n, const struct member *m)
{
	struct span name = name_of(n, m);
	struct span rest = span_from(n->text, place(n, name.p) + name.len);
	struct span colon = { NULL, 0 };

	(void)json_take_token(&rest, &colon);
	return place(n, rest.p);
}

static int
compare_members(const void *a, const void *b, void *arg)
{
	const struct member *x = a;
	const struct member *y = b;
	struct names *n = arg;
	int c = (x->object > y->object) - (x->object < y->object);

	if (c == 0)
		c = compare_names(n, name_of(n, x), name_of(n, y));
	return c ? c : (x->before > y->before) - (x->before < y->before);
}

/* Whether two that are sorted have one name in one object. */
static bool
is_same(struct names *n, const struct member *a, const struct member *b)
{
	return a->object == b->object &&
	    compare_names(n, name_of(n, a), name_of(n, b)) == 0;
}

/* Those of members first … last - 1, which have the same name; gives how many. */
static size_t
edit_group(const struct names *n, size_t first, size_t last, struct edit *edits)
{
	const struct member *m = &n->members[first];
	const struct member *end = &n->members[last - 1];
	size_t count = 0;

	if (m == end)
		return 0;
	edits[count++] =
	    (struct edit){ value_of(n, m), m->end, value_of(n, end), end->end };
	while (++m <= end)
		edits[count++] = (struct edit){ m->before, m->end, 0, 0 };
	return count;
}

static int
compare_edits(const void *a, const void *b)
{
	const struct edit *x = a;
	const struct edit *y = b;

	return (x->at > y->at) - (x->at < y->at);
}

/* What makes the sorted members have one name each, by place; owned. At most
 * one for each, and none that stands alone has any. */
static struct edit *
make_edits(struct names *n, size_t *count)
{
	struct edit *edits = NULL;
	size_t room = 0;

	*count = 0;
	for (size_t i = 0, end; i < n->count; i = end) {
		for (end = i + 1; end < n->count &&
		     is_same(n, &n->members[i], &n->members[end]);)
			end++;
		if (*count + end - i > room) {
			room = *count + end - i + room / 2;
			edits = xrealloc(edits, room * sizeof(*edits));
		}
		*count += edit_group(n, i, end, edits + *count);
	}
	if (*count)
		qsort(edits, *count, sizeof(*edits), compare_edits);
	return edits;
}

/* The first edit from there on; `count`: none. */
static size_t
find_edit(const struct edit *edits, size_t count, uint32_t at)
{
	size_t low = 0;

	while (low < count) {
		size_t middle = low + (count - low) / 2;

		if (edits[middle].at < at)
			low = middle + 1;
		else
			count = middle;
	}
	return low;
}

/* A piece of text that is being copied. */
struct range {
	uint32_t at;
	uint32_t end;
};

static void
copy_edited(struct span text, const struct edit *edits, size_t count,
    struct buf *out)
{
	struct range stack[JSON_SCAN_DEPTH + 2];
	size_t depth = 1;

	stack[0] = (struct range){ 0, (uint32_t)text.len };
	while (depth > 0) {
		struct range *r = &stack[depth - 1];
		size_t i = find_edit(edits, count, r->at);
		bool edited = i < count && edits[i].at < r->end;
		uint32_t until = edited ? edits[i].at : r->end;

		buf_add(out, text.p + r->at, until - r->at);
		if (!edited) {
			depth--;
			continue;
		}
		r->at = edits[i].resume;
		ASSERT(depth < JSON_SCAN_DEPTH + 2);
		stack[depth++] =
		    (struct range){ edits[i].from, edits[i].until };
	}
}

bool
json_unite_names(struct span value, struct buf *out)
{
	struct names n = { .text = value };
	struct edit *edits = NULL;
	size_t count = 0;

	ASSERT(value.len < UINT32_MAX);
	see_all(&n);
	if (!n.ascend) {
		n.list = true;
		see_all(&n);
		qsort_r(n.members, n.count, sizeof(*n.members), compare_members,
		    &n);
		edits = make_edits(&n, &count);
	}
	if (count)
		copy_edited(value, edits, count, out);
	free(edits);
	free(n.members);
	buf_release(&n.left);
	buf_release(&n.right);
	return count > 0;
}
