/*
 * Both tables are made anew for each message, so a program that changes them
 * changes nothing for the next. Field names are the networks'; which field is
 * there when follows the compute unit of the networks: a dry run has no id,
 * slot or hash chain, a cron tick no data either. Fields that an assignment
 * excludes are absent, but for tags: programs want a list, which is empty.
 *
 * Inside a run no memory but Lua's is asked for, so what has to be encoded was
 * encoded by input_init(). Ids fit an array on the C stack.
 */
#include "vm/lua/input.h"

#include <lauxlib.h>

#include "codec/utf8.h"

void
input_init(struct input *in, const struct evaluation *e)
{
	*in = (struct input){ .e = e };
	if (evaluation_shows(e, FIELD_SIGNATURE))
		base64url_encode(e->message->signature, &in->signature);
	base64url_encode(span_of(e->assignment->hash_chain, SHA256_BYTES),
	    &in->chain);
}

void
input_release(struct input *in)
{
	buf_release(&in->signature);
	buf_release(&in->chain);
}

/* lua_pushstring() would keep texts by their C address; this does not. */
static void
push_span(lua_State *L, struct span s)
{
	lua_pushlstring(L, s.len ? (const char *)s.p : "", s.len);
}

static void
push_replaced(lua_State *L, struct span s)
{
	luaL_Buffer b;

	luaL_buffinitsize(L, &b, s.len);
	while (s.len > 0) {
		bool valid;
		size_t n = utf8_next(s, &valid);

		if (valid)
			luaL_addlstring(&b, (const char *)s.p, n);
		else
			luaL_addlstring(&b, "\xef\xbf\xbd", 3);
		s = span_from(s, n);
	}
	luaL_pushresult(&b);
}

/* Most texts are valid, and are then copied once. */
static void
push_text(lua_State *L, struct span s)
{
	if (utf8_valid(s))
		push_span(L, s);
	else
		push_replaced(L, s);
}

/* Set fields of the table on top. */
static void
set_text(lua_State *L, const char *name, struct span value)
{
	push_text(L, value);
	lua_setfield(L, -2, name);
}

/* Slots, heights and milliseconds: all fit a Lua integer. */
static void
set_number(lua_State *L, const char *name, uint64_t value)
{
	lua_pushinteger(L, (lua_Integer)value);
	lua_setfield(L, -2, name);
}

static void
set_flag(lua_State *L, const char *name, bool value)
{
	lua_pushboolean(L, value);
	lua_setfield(L, -2, name);
}

/* Who speaks is said by the fields of the message, never by a tag. */
static bool
is_root_name(struct span name)
{
	return span_is(name, "From") || span_is(name, "Owner");
}

/* Tags = the list of { name, value }, perhaps without those that would shadow
 * who speaks. */
static void
set_tags(lua_State *L, const struct tag *tags, size_t count, bool all)
{
	lua_Integer n = 0;

	lua_createtable(L, (int)count, 0);
	for (size_t i = 0; i < count; i++) {
		if (!all && is_root_name(tags[i].name))
			continue;
		lua_createtable(L, 0, 2);
		set_text(L, "name", tags[i].name);
		set_text(L, "value", tags[i].value);
		lua_rawseti(L, -2, ++n);
	}
	lua_setfield(L, -2, "Tags");
}

/* An id is ASCII: no look at UTF-8 is needed. */
static void
set_id(lua_State *L, const char *name, const struct id *id)
{
	struct id_text text = id_encode(id);

	lua_pushlstring(L, text.text, ID_CHARS);
	lua_setfield(L, -2, name);
}

/* An assigned message keeps the target that it has, or none. */
static void
set_target(lua_State *L, const struct evaluation *e)
{
	const struct message *m = e->message;

	if (id_equal(&m->id, &e->process->id) ||
	    (e->read_only && !m->has_target))
		set_text(L, "Target", span_text(e->process->id_text.text));
	else if (m->has_target)
		set_id(L, "Target", &m->target);
	else
		set_text(L, "Target", span_text(""));
}

/* What only a message with a slot has. */
static void
set_scheduled(lua_State *L, const struct input *in)
{
	const struct message *m = in->e->message;

	set_id(L, "Id", &m->id);
	set_number(L, "Epoch", 0);
	set_number(L, "Nonce", in->e->assignment->slot);
	set_text(L, "Hash-Chain", buf_span(&in->chain));
	if (message_tag_or_empty(m, "From-Process").len)
		set_text(L, "Forwarded-By", evaluation_owner(in->e));
}

/* A tick has no sender but the process's owner, and no data. */
static void
set_cron(lua_State *L, const struct process *p)
{
	set_text(L, "Owner", p->owner);
	set_text(L, "From", p->owner);
}

/* Who speaks is told whatever is excluded: programs trust by that. */
static void
set_sent(lua_State *L, const struct evaluation *e)
{
	const struct message *m = e->message;
	struct span from = message_tag_or_empty(m, "From-Process");
	struct span owner = evaluation_owner(e);

	set_text(L, "Owner", owner);
	set_text(L, "From", from.len ? from : owner);
	if (evaluation_shows(e, FIELD_DATA))
		set_text(L, "Data", m->data);
}

void
input_push_message(lua_State *L, const struct input *in)
{
	const struct evaluation *e = in->e;
	const struct message *m = e->message;

	lua_createtable(L, 0, 20);
	set_target(L, e);
	if (!e->read_only && !e->cron)
		set_scheduled(L, in);
	if (e->cron)
		set_cron(L, e->process);
	else
		set_sent(L, e);
	set_tags(L, m->tags, evaluation_shows(e, FIELD_TAGS) ? m->tag_count : 0,
	    false);
	set_text(L, "Module", span_text(e->process->module_text.text));
	if (m->anchor.len && evaluation_shows(e, FIELD_ANCHOR))
		set_text(L, "Anchor", m->anchor);
	if (in->signature.len)
		set_text(L, "Signature", buf_span(&in->signature));
	set_number(L, "Timestamp", e->assignment->timestamp_ms);
	set_number(L, "Block-Height", e->assignment->height);
	set_flag(L, "Cron", e->cron);
	set_flag(L, "Read-Only", e->read_only);
}

void
input_push_environment(lua_State *L, const struct input *in)
{
	const struct process *p = in->e->process;
	const struct message *m = p->publication;

	lua_createtable(L, 0, 2);
	lua_createtable(L, 0, 3);
	set_text(L, "Id", span_text(p->id_text.text));
	set_text(L, "Owner", p->owner);
	set_tags(L, p->spawn->tags, p->spawn->tag_count, true);
	lua_setfield(L, -2, "Process");
	lua_createtable(L, 0, 3);
	set_text(L, "Id", span_text(p->module_text.text));
	set_text(L, "Owner", span_text(m ? m->owner.text : ""));
	set_tags(L, m ? m->tags : NULL, m ? m->tag_count : 0, true);
	lua_setfield(L, -2, "Module");
}
