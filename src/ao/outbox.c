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

#include "ao/result.h"

/* Borrowed from the value; texts may hold zero bytes. */
static struct span
string_span(const json_t *text)
{
	return span_of(json_string_value(text), json_string_length(text));
}

/* A list of the result; one that is not there is empty. */
static int
count_list(const json_t *result, const char *name, size_t *count,
    struct error *err)
{
	const json_t *list = json_object_get(result, name);

	*count = json_array_size(list);
	/* {} is how some programs write an empty list */
	if (!list || json_is_null(list) || json_is_array(list) ||
	    (json_is_object(list) && json_object_size(list) == 0))
		return 0;
	return FAIL(err, ERR_FORMAT, "the result's '%s' is not a list", name);
}

int
outbox_init(struct outbox *o, struct span result_json, struct error *err)
{
	struct outbox read = { result_parse(result_json), 0, 0, 0, 0 };
	bool failed;

	if (!json_is_object(read.result)) {
		json_decref(read.result);
		return FAIL(err, ERR_FORMAT, "not a result");
	}
	failed = json_object_get(read.result, "Error") != NULL;
	if (!failed &&
	    (count_list(read.result, "Messages", &read.messages, err) < 0 ||
		count_list(read.result, "Spawns", &read.spawns, err) < 0 ||
		count_list(read.result, "Assignments", &read.assignments, err) <
		    0)) {
		json_decref(read.result);
		return -1;
	}
	read.count = read.messages + read.spawns + read.assignments;
	*o = read;
	return 0;
}

void
outbox_release(struct outbox *o)
{
	json_decref(o->result);
	*o = (struct outbox){ 0 };
}

/* Entry *i; *i becomes its place in its list. */
static const json_t *
find_entry(const struct outbox *o, size_t *i, enum outbox_kind *kind)
{
	const char *list = "Messages";

	ASSERT(*i < o->count);
	*kind = OUTBOX_MESSAGE;
	if (*i >= o->messages) {
		*i -= o->messages;
		*kind = OUTBOX_SPAWN;
		list = "Spawns";
		if (*i >= o->spawns) {
			*i -= o->spawns;
			*kind = OUTBOX_ASSIGNMENT;
			list = "Assignments";
		}
	}
	return json_array_get(json_object_get(o->result, list), *i);
}

/* The text `name` of an object; false: not there, or no text. */
static bool
get_text(const json_t *entry, const char *name, struct span *text)
{
	const json_t *v = json_object_get(entry, name);

	if (!json_is_string(v))
		return false;
	*text = string_span(v);
	return true;
}

static int
read_id(const json_t *entry, const char *name, struct id *id, struct error *err)
{
	struct span text;

	if (!get_text(entry, name, &text))
		return FAIL(err, ERR_FORMAT, "'%s' is not a text", name);
	if (id_decode(text, id, err) < 0)
		return FAIL_IN(err, "'%s'", name);
	return 0;
}

/* A list of { name, value }, both texts, each within an item's limits. */
static int
read_tags(const json_t *json, struct outbox_entry *entry, struct error *err)
{
	const json_t *list = json_object_get(json, "Tags");
	size_t count = json_array_size(list);

	if (!json_is_array(list) &&
	    !(json_is_object(list) && json_object_size(list) == 0))
		return FAIL(err, ERR_FORMAT, "'Tags' is not a list");
	if (count > TAGS_MAX)
		return FAIL(err, ERR_LIMIT, "%zu tags, at most %d fit", count,
		    TAGS_MAX);
	for (size_t i = 0; i < count; i++) {
		const json_t *tag = json_array_get(list, i);

		if (!get_text(tag, "name", &entry->tags[i].name))
			return FAIL(err, ERR_FORMAT,
			    "tag %zu: its name is not a text", i + 1);
		if (!get_text(tag, "value", &entry->tags[i].value))
			return FAIL(err, ERR_FORMAT,
			    "tag %zu: the value of '%.*s' is not a text", i + 1,
			    SPAN_ARG(span_first(entry->tags[i].name, 64)));
		if (avro_tag_check(&entry->tags[i], i, err) < 0)
			return -1;
	}
	entry->tag_count = count;
	return 0;
}

/*
 * JSON text of a value. Numbers are written with the fewest digits that all of
 * them survive: 15 for what people type, 17 for any.
 */
static void
add_json(const json_t *value, struct buf *out)
{
	size_t flags = JSON_COMPACT | JSON_ENCODE_ANY;
	char *text = NULL;
	json_t *back = NULL;

	for (size_t digits = 15; digits <= 17; digits++) {
		free(text);
		json_decref(back);
		text = json_dumps(value, flags | JSON_REAL_PRECISION(digits));
		back = text
		    ? json_loads(text, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL)
		    : NULL;
		if (json_equal(value, back))
			break;
	}
	json_decref(back);
	buf_add_text(out, text ? text : "");
	free(text);
}

/* Nothing and null are no data. */
static void
read_data(const json_t *json, struct buf *data)
{
	const json_t *value = json_object_get(json, "Data");

	if (json_is_string(value))
		buf_add_span(data, string_span(value));
	else if (value && !json_is_null(value))
		add_json(value, data);
}

/* Data is never empty: a blank stands for none. */
static int
read_message(const json_t *json, struct outbox_entry *entry, struct error *err)
{
	if (read_id(json, "Target", &entry->target, err) < 0)
		return -1;
	if (!get_text(json, "Anchor", &entry->anchor))
		return FAIL(err, ERR_FORMAT, "'Anchor' is not a text");
	if (entry->anchor.len != ANCHOR_BYTES)
		return FAIL(err, ERR_FORMAT, "'Anchor' has %zu bytes, not %d",
		    entry->anchor.len, ANCHOR_BYTES);
	if (read_tags(json, entry, err) < 0)
		return -1;
	read_data(json, &entry->data);
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
read_spawn(const json_t *json, struct outbox_entry *entry, struct error *err)
{
	struct span module;
	struct id id;

	if (read_tags(json, entry, err) < 0)
		return -1;
	if (!find_tag(entry, "Module", &module))
		return FAIL(err, ERR_FORMAT, "tag 'Module' is missing");
	if (id_decode(module, &id, err) < 0)
		return FAIL_IN(err, "tag 'Module'");
	read_data(json, &entry->data);
	return 0;
}

static int
read_assignment(const json_t *json, struct outbox_entry *entry,
    struct error *err)
{
	const json_t *list = json_object_get(json, "Processes");

	if (read_id(json, "Message", &entry->message, err) < 0)
		return -1;
	if (!json_is_array(list))
		return FAIL(err, ERR_FORMAT, "'Processes' is not a list");
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *process = json_array_get(list, i);
		struct id id;

		if (!json_is_string(process))
			return FAIL(err, ERR_FORMAT,
			    "process %zu is not a text", i + 1);
		if (id_decode(string_span(process), &id, err) < 0)
			return FAIL_IN(err, "process %zu", i + 1);
		buf_add_span(&entry->processes, id_span(&id));
	}
	return 0;
}

/* How each kind is read and what it is called. */
static const struct {
	const char *name;
	int (*read)(const json_t *json, struct outbox_entry *entry,
	    struct error *err);
} kinds[] = {
	[OUTBOX_MESSAGE] = { "message", read_message },
	[OUTBOX_SPAWN] = { "spawn", read_spawn },
	[OUTBOX_ASSIGNMENT] = { "assignment", read_assignment },
};

int
outbox_get(const struct outbox *o, size_t i, struct outbox_entry *entry,
    struct error *err)
{
	struct outbox_entry read = { .kind = OUTBOX_MESSAGE };
	size_t number = i;
	const json_t *json = find_entry(o, &number, &read.kind);
	int rc;

	if (json_is_object(json))
		rc = kinds[read.kind].read(json, &read, err);
	else
		rc = FAIL(err, ERR_FORMAT, "it is not an object");
	if (rc < 0) {
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
