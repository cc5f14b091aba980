/*
 * What a program leaves in its result is any JSON. An entry is looked at when
 * it is pushed, one by one, so that one that is wrong costs only itself. Names
 * of fields are those of the process library.
 *
 * The items made here are a function of their arguments: no time, no chance,
 * and Ed25519 signs alike each time. A push that is made again after a crash is
 * therefore the same message. Source: spec/ao-network.md 8.
 */
#include "ao/outbox.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "codec/json_compact.h"
#include "codec/json_scan.h"
#include "codec/json_walk.h"

/* What is looked for in an entry. */
enum field {
	TARGET,
	ANCHOR,
	TAGS,
	DATA,
	MESSAGE,
	PROCESSES,
	EXCLUDE,
	FIELD_COUNT,
};

/* Of one entry, as JSON; p NULL: not there. */
struct fields {
	struct json_member list[FIELD_COUNT];
	size_t text_bytes; /* that its texts but for Data may have in all */
};

static struct span
field(const struct fields *f, enum field which)
{
	return f->list[which].value;
}

/* The kinds of a value, none of which is what is not there. */
static bool
is_string(struct span value)
{
	return value.len > 0 && value.p[0] == '"';
}

static bool
is_list(struct span value)
{
	return value.len > 0 && value.p[0] == '[';
}

static bool
is_object(struct span value)
{
	return value.len > 0 && value.p[0] == '{';
}

static bool
is_nothing(struct span value)
{
	return value.len == 0 || span_is(value, "null");
}

/* {} is how some programs write an empty list. */
static bool
is_empty_object(struct span value)
{
	return is_object(value) && json_is_empty(value);
}

/* The entries of a list of the result; one that is not there is empty. */
static int
add_list(struct outbox *o, const struct json_member *m, size_t *count,
    struct error *err)
{
	struct span list = m->value;
	size_t first = o->count;
	struct span item;

	if (!is_nothing(list) && !is_list(list) && !is_empty_object(list))
		return FAIL(err, ERR_FORMAT, "the result's '%s' is not a list",
		    m->name);
	while (is_list(m->value) && json_take_item(&list, &item)) {
		if (o->count == o->room) {
			o->room = o->room ? o->room + o->room / 2 : 8;
			o->entries =
			    xrealloc(o->entries, o->room * sizeof(*o->entries));
		}
		o->entries[o->count++] = (uint32_t)(item.p - o->json.p);
	}
	*count = o->count - first;
	return 0;
}

/* Fill in `o`, which has nothing but the text. */
static int
read_result(struct outbox *o, struct error *err)
{
	struct json_member m[] = { { .name = "Messages" }, { .name = "Spawns" },
		{ .name = "Assignments" }, { .name = "Error" } };
	struct error why;

	if (o->json.len >= UINT32_MAX ||
	    json_scan(buf_span(&o->json), m, sizeof(m) / sizeof(*m), &why) <
		0 ||
	    !json_has_meaning(buf_span(&o->json)))
		return FAIL(err, ERR_FORMAT, "not a result");
	if (m[3].value.p)
		return 0;
	if (add_list(o, &m[0], &o->messages, err) < 0 ||
	    add_list(o, &m[1], &o->spawns, err) < 0 ||
	    add_list(o, &m[2], &o->assignments, err) < 0)
		return -1;
	return 0;
}

int
outbox_init(struct outbox *o, struct span result_json, struct error *err)
{
	struct outbox read = { .json = buf_copy(result_json) };

	if (read_result(&read, err) < 0) {
		outbox_release(&read);
		return -1;
	}
	*o = read;
	return 0;
}

void
outbox_release(struct outbox *o)
{
	buf_release(&o->json);
	free(o->entries);
	*o = (struct outbox){ 0 };
}

struct span
outbox_text(const struct outbox *o, size_t i)
{
	struct span rest;

	ASSERT(i < o->count);
	rest = span_from(buf_span(&o->json), o->entries[i]);
	return json_take_value(&rest);
}

/* The list of entry *i, which becomes its place there. */
static enum outbox_kind
kind_of(const struct outbox *o, size_t *i)
{
	if (*i < o->messages)
		return OUTBOX_MESSAGE;
	*i -= o->messages;
	if (*i < o->spawns)
		return OUTBOX_SPAWN;
	*i -= o->spawns;
	return OUTBOX_ASSIGNMENT;
}

/*
 * A text of the entry; false: none is there. What has escapes gets its place in
 * entry->texts, which never moves: all of them together have room at once.
 */
static bool
get_text(const struct fields *f, struct span value, struct outbox_entry *entry,
    struct span *text)
{
	size_t start = entry->texts.len;

	if (!is_string(value))
		return false;
	*text = span_of(value.p + 1, value.len - 2);
	if (!memchr(text->p, '\\', text->len))
		return true;
	if (entry->texts.room == 0)
		(void)buf_reserve(&entry->texts, f->text_bytes);
	json_add_meaning(&entry->texts, value);
	*text = span_from(buf_span(&entry->texts), start);
	return true;
}

static int
read_id(const struct fields *f, enum field which, struct outbox_entry *entry,
    struct id *id, struct error *err)
{
	const char *name = f->list[which].name;
	struct span text;

	if (!get_text(f, field(f, which), entry, &text))
		return FAIL(err, ERR_FORMAT, "'%s' is not a text", name);
	if (id_decode(text, id, err) < 0)
		return FAIL_IN(err, "'%s'", name);
	return 0;
}

static size_t
count_items(struct span list)
{
	struct span item;
	size_t n = 0;

	while (json_take_item(&list, &item))
		n++;
	return n;
}

/* One { name, value }, both texts, within an item's limits. */
static int
read_tag(const struct fields *f, struct span json, struct outbox_entry *entry,
    struct error *err)
{
	struct json_member m[] = { { .name = "name" }, { .name = "value" } };
	size_t i = entry->tag_count;
	struct tag *tag = &entry->tags[i];
	struct error none;

	if (is_object(json))
		(void)json_scan(json, m, 2, &none);
	if (!get_text(f, m[0].value, entry, &tag->name))
		return FAIL(err, ERR_FORMAT, "tag %zu: its name is not a text",
		    i + 1);
	if (!get_text(f, m[1].value, entry, &tag->value))
		return FAIL(err, ERR_FORMAT,
		    "tag %zu: the value of '%.*s' is not a text", i + 1,
		    SPAN_ARG(span_first(tag->name, 64)));
	entry->tag_count++;
	return avro_tag_check(tag, i, err);
}

static int
read_tags(const struct fields *f, struct outbox_entry *entry, struct error *err)
{
	struct span list = field(f, TAGS);
	struct span item;
	size_t count;

	if (!is_list(list))
		return is_empty_object(list)
		    ? 0
		    : FAIL(err, ERR_FORMAT, "'Tags' is not a list");
	count = count_items(list);
	if (count > TAGS_MAX)
		return FAIL(err, ERR_LIMIT, "%zu tags, at most %d fit", count,
		    TAGS_MAX);
	while (json_take_item(&list, &item))
		if (read_tag(f, item, entry, err) < 0)
			return -1;
	return 0;
}

/* Nothing and null are no data. */
static void
read_data(const struct fields *f, struct buf *data)
{
	struct span value = field(f, DATA);

	if (is_string(value))
		json_add_meaning(data, value);
	else if (!is_nothing(value))
		json_add_compact(data, value);
}

/* Data is never empty: a blank stands for none. */
static int
read_message(const struct fields *f, struct outbox_entry *entry,
    struct error *err)
{
	if (read_id(f, TARGET, entry, &entry->target, err) < 0)
		return -1;
	if (!get_text(f, field(f, ANCHOR), entry, &entry->anchor))
		return FAIL(err, ERR_FORMAT, "'Anchor' is not a text");
	if (entry->anchor.len != ANCHOR_BYTES)
		return FAIL(err, ERR_FORMAT, "'Anchor' has %zu bytes, not %d",
		    entry->anchor.len, ANCHOR_BYTES);
	if (read_tags(f, entry, err) < 0)
		return -1;
	read_data(f, &entry->data);
	if (entry->data.len == 0)
		buf_add_byte(&entry->data, ' ');
	return 0;
}

/* Value of the entry's first tag of that name; false: none. */
static bool
find_tag(const struct outbox_entry *entry, const char *name, struct span *value)
{
	for (size_t i = 0; i < entry->tag_count; i++)
		if (span_is(entry->tags[i].name, name)) {
			*value = entry->tags[i].value;
			return true;
		}
	return false;
}

/* What Module names is looked for when the child is opened. */
static int
read_spawn(const struct fields *f, struct outbox_entry *entry,
    struct error *err)
{
	struct span module;
	struct id id;

	if (read_tags(f, entry, err) < 0)
		return -1;
	if (!find_tag(entry, "Module", &module))
		return FAIL(err, ERR_FORMAT, "tag 'Module' is missing");
	if (id_decode(module, &id, err) < 0)
		return FAIL_IN(err, "tag 'Module'");
	read_data(f, &entry->data);
	return 0;
}

/* A list of names; nothing and null are an empty one. */
static int
read_exclude(const struct fields *f, struct outbox_entry *entry,
    struct error *err)
{
	struct span list = field(f, EXCLUDE);
	struct span item;

	if (is_nothing(list) || is_empty_object(list))
		return 0;
	if (!is_list(list))
		return FAIL(err, ERR_FORMAT, "'Exclude' is not a list");
	for (size_t i = 1; json_take_item(&list, &item); i++) {
		struct span name;
		uint8_t one = 0;

		if (!get_text(f, item, entry, &name))
			return FAIL(err, ERR_FORMAT,
			    "'Exclude': name %zu is not a text", i);
		if (assignment_fields(name, &one, err) < 0)
			return FAIL_IN(err, "'Exclude'");
		entry->exclude |= one;
	}
	return 0;
}

static int
read_assignment(const struct fields *f, struct outbox_entry *entry,
    struct error *err)
{
	struct span list = field(f, PROCESSES);
	struct span item;

	if (read_id(f, MESSAGE, entry, &entry->message, err) < 0)
		return -1;
	if (!is_list(list))
		return FAIL(err, ERR_FORMAT, "'Processes' is not a list");
	for (size_t i = 1; json_take_item(&list, &item); i++) {
		struct span text;
		struct id id;

		if (!get_text(f, item, entry, &text))
			return FAIL(err, ERR_FORMAT,
			    "process %zu is not a text", i);
		if (id_decode(text, &id, err) < 0)
			return FAIL_IN(err, "process %zu", i);
		buf_add_span(&entry->processes, id_span(&id));
	}
	return read_exclude(f, entry, err);
}

/* How each kind is read and what it is called. */
static const struct {
	const char *name;
	int (*read)(const struct fields *f, struct outbox_entry *entry,
	    struct error *err);
} kinds[] = {
	[OUTBOX_MESSAGE] = { "message", read_message },
	[OUTBOX_SPAWN] = { "spawn", read_spawn },
	[OUTBOX_ASSIGNMENT] = { "assignment", read_assignment },
};

static int
read_entry(struct span json, struct outbox_entry *entry, struct error *err)
{
	struct fields f = { .list = { [TARGET] = { .name = "Target" },
				[ANCHOR] = { .name = "Anchor" },
				[TAGS] = { .name = "Tags" },
				[DATA] = { .name = "Data" },
				[MESSAGE] = { .name = "Message" },
				[PROCESSES] = { .name = "Processes" },
				[EXCLUDE] = { .name = "Exclude" } } };

	if (!is_object(json))
		return FAIL(err, ERR_FORMAT, "it is not an object");
	if (json_scan(json, f.list, FIELD_COUNT, err) < 0)
		return -1;
	f.text_bytes = json.len - field(&f, DATA).len;
	return kinds[entry->kind].read(&f, entry, err);
}

int
outbox_get(const struct outbox *o, size_t i, struct outbox_entry *entry,
    struct error *err)
{
	struct span json = outbox_text(o, i);
	size_t number = i;
	struct outbox_entry read = { .kind = kind_of(o, &number) };

	if (read_entry(json, &read, err) < 0) {
		outbox_entry_release(&read);
		return FAIL_IN(err, "%s %zu", kinds[read.kind].name,
		    number + 1);
	}
	*entry = read;
	return 0;
}

void
outbox_entry_release(struct outbox_entry *entry)
{
	buf_release(&entry->data);
	buf_release(&entry->texts);
	buf_release(&entry->processes);
	entry->tag_count = 0;
}

/* Tags of an item in the making: more than fit, since signing counts them. */
struct tag_list {
	size_t count;
	struct tag tags[2 * TAGS_MAX + 16];
};

/* Of the network: `name` is a constant. */
static void
add_tag(struct tag_list *l, const char *name, struct span value)
{
	ASSERT(l->count < sizeof(l->tags) / sizeof(*l->tags));
	l->tags[l->count++] = (struct tag){ span_text(name), value };
}

/* Tags that an entry has in vain: the network sets them. */
struct dropped {
	const char *name;  /* NULL: end of a list of these */
	const char *value; /* NULL: any */
};

static bool
is_dropped(const struct tag *tag, const struct dropped *list)
{
	for (; list->name; list++)
		if (span_is(tag->name, list->name) &&
		    (!list->value || span_is(tag->value, list->value)))
			return true;
	return false;
}

/* The program's own come first, in its order. */
static void
add_entry_tags(struct tag_list *l, const struct outbox_entry *entry,
    const struct dropped *dropped)
{
	for (size_t i = 0; i < entry->tag_count; i++)
		if (!is_dropped(&entry->tags[i], dropped))
			l->tags[l->count++] = entry->tags[i];
}

/*
 * The first message of the chain, kept in *text if it is `cause` itself: with
 * no cause there is no tag.
 */
static void
add_pushed_for(struct tag_list *l, const struct message *cause,
    struct id_text *text)
{
	struct span first;

	if (!cause)
		return;
	first = message_tag_or_empty(cause, "Pushed-For");
	if (first.len == 0) {
		*text = id_encode(&cause->id);
		first = span_text(text->text);
	}
	add_tag(l, "Pushed-For", first);
}

static int
sign(const struct message_draft *draft, const struct tag_list *l,
    const struct keypair *kp, struct buf *out, struct error *err)
{
	struct message_draft whole = *draft;

	whole.tags = l->tags;
	whole.tag_count = l->count;
	return message_sign(&whole, kp, out, err);
}

int
outbox_message_item(const struct outbox_entry *entry,
    const struct process *from, const struct message *cause,
    const struct keypair *kp, struct buf *out, struct error *err)
{
	static const struct dropped dropped[] = { { "Data-Protocol", NULL },
		{ "Type", NULL }, { "From-Process", NULL },
		{ "From-Module", NULL }, { "Assignments", NULL },
		{ NULL, NULL } };
	struct message_draft draft = { .target = &entry->target,
		.anchor = entry->anchor,
		.data = buf_span(&entry->data) };
	struct tag_list l = { 0 };
	struct id_text first;

	add_entry_tags(&l, entry, dropped);
	add_tag(&l, "Data-Protocol", span_text("ao"));
	add_tag(&l, "Type", span_text("Message"));
	add_tag(&l, "From-Process", span_text(from->id_text.text));
	add_tag(&l, "From-Module", span_text(from->module_text.text));
	add_pushed_for(&l, cause, &first);
	return sign(&draft, &l, kp, out, err);
}

/* The parent's tags of that name, unless the entry has one. False: neither. */
static bool
inherit(struct tag_list *l, const struct outbox_entry *entry,
    const struct message *parent, const char *name)
{
	size_t before = l->count;
	struct span value;

	if (find_tag(entry, name, &value))
		return true;
	for (size_t i = 0; i < parent->tag_count; i++)
		if (span_is(parent->tags[i].name, name))
			add_tag(l, name, parent->tags[i].value);
	return l->count > before;
}

int
outbox_spawn_item(const struct outbox_entry *entry, const struct process *from,
    const struct message *cause, const struct keypair *kp, struct buf *out,
    struct error *err)
{
	static const struct dropped dropped[] = { { "Data-Protocol", NULL },
		{ "Type", NULL }, { "From-Module", NULL }, { NULL, NULL } };
	struct message_draft draft = { .data = buf_span(&entry->data) };
	struct tag_list l = { 0 };
	struct address self = keypair_address(kp);
	struct id_text first;

	add_entry_tags(&l, entry, dropped);
	add_tag(&l, "Variant", span_text("ao.TN.1"));
	add_tag(&l, "Data-Protocol", span_text("ao"));
	add_tag(&l, "Type", span_text("Process"));
	add_tag(&l, "From-Process", span_text(from->id_text.text));
	add_tag(&l, "From-Module", span_text(from->module_text.text));
	add_pushed_for(&l, cause, &first);
	if (!inherit(&l, entry, from->spawn, "Scheduler"))
		add_tag(&l, "Scheduler", span_text(self.text));
	/* without one the child would trust no pushed message */
	(void)inherit(&l, entry, from->spawn, "Authority");
	return sign(&draft, &l, kp, out, err);
}

int
outbox_spawned_item(const struct outbox_entry *entry,
    const struct process *from, const struct id *child,
    const struct keypair *kp, struct buf *out, struct error *err)
{
	static const struct dropped dropped[] = { { "Data-Protocol", "ao" },
		{ "Variant", NULL }, { "Type", NULL }, { NULL, NULL } };
	struct message_draft draft = { .target = &from->id,
		.data = span_text(" ") };
	struct id_text text = id_encode(child);
	struct tag_list l = { 0 };

	add_entry_tags(&l, entry, dropped);
	add_tag(&l, "Data-Protocol", span_text("ao"));
	add_tag(&l, "Type", span_text("Message"));
	add_tag(&l, "Process", span_text(text.text));
	add_tag(&l, "Action", span_text("Spawned"));
	add_tag(&l, "Variant", span_text("ao.TN.1"));
	return sign(&draft, &l, kp, out, err);
}
