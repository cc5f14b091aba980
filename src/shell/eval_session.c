/*
 * A request's JSON goes to the machine as it came, and its answer comes out as
 * it was written there: nothing is decoded in between. So the answer to a
 * request is one line by what the writer of JSON escapes.
 */
#include "shell/eval_session.h"

#include "ao/result.h"
#include "shell/eval_request.h"

const struct eval_variant eval_variants[] = {
	{ "classic", "2.0.4", VM_HANDLE, LIBRARY_CLASSIC },
	{ "hyper", "2.0.7", VM_COMPUTE, LIBRARY_HYPER },
	{ .name = NULL },
};

/* The line feed is the caller's. `id`: see eval_request.h. */
static void
begin_answer(struct span id, bool ok, struct buf *out)
{
	buf_add_byte(out, '{');
	if (id.p) {
		buf_add_text(out, "\"id\":");
		/* a blank, but one that some readers take for a line's end */
		for (size_t i = 0; i < id.len; i++)
			if (id.p[i] != '\r')
				buf_add_byte(out, id.p[i]);
		buf_add_byte(out, ',');
	}
	buf_add_text(out, ok ? "\"ok\":true" : "\"ok\":false");
}

static void
answer_error(struct span id, struct span text, struct buf *out)
{
	begin_answer(id, false, out);
	buf_add_text(out, ",\"error\":");
	json_add_string(out, text);
	buf_add_byte(out, '}');
}

/* --- the process --- */

/*
 * The text of an error in a file: "[string "x.lua"]:3: text" becomes
 * "x.lua:3: text". Lua cuts long names, which end in dots then.
 */
static int
fail_in_file(const struct bundle_file *f, struct span text, struct error *err)
{
	static const char start[] = "[string \"";
	struct span rest = span_from(text, sizeof(start) - 1);
	struct span name = rest;
	const uint8_t *end =
	    rest.len ? memmem(rest.p, rest.len, "\"]:", 3) : NULL;

	if (!span_starts_with(text, start) || !end)
		return FAIL(err, ERR_EVAL, "%s: %.*s", f->path, SPAN_ARG(text));
	name.len = (size_t)(end - name.p);
	rest = span_from(rest, name.len + 3);
	if (name.len > 3 && memcmp(end - 3, "...", 3) == 0)
		name = span_text(f->path);
	return FAIL(err, ERR_EVAL, "%.*s:%.*s", SPAN_ARG(name), SPAN_ARG(rest));
}

/* Evaluate the bundle in `vm`. */
static int
load_all(struct eval_session *s, struct vm *vm, struct error *err)
{
	for (size_t i = 0; i < s->bundle.count; i++) {
		const struct bundle_file *f = &s->bundle.files[i];
		const struct vm_call call = { VM_CHUNK,
			{ buf_span(&f->text), span_text(f->path),
			    span_text(f->module) },
			.rollback = false };

		if (vm->ops->call(vm, &call, &s->answer, err) < 0)
			return FAIL_IN(err, "%s", f->path);
		if (s->answer.verdict != VERDICT_OK)
			return fail_in_file(f, buf_span(&s->answer.text), err);
	}
	return 0;
}

int
eval_session_reset(struct eval_session *s, struct error *err)
{
	struct span module = vm_builtin_module(s->variant->module);
	const struct vm_ops *ops = vm_ops_find(span_text("aosh-lua-1"));
	struct vm *vm;

	if (ops->open(module, 0, &s->limits, &vm, err) < 0)
		return -1;
	if (load_all(s, vm, err) < 0) {
		vm->ops->close(vm);
		return -1;
	}
	if (s->vm)
		s->vm->ops->close(s->vm);
	s->vm = vm;
	buf_clear(&s->base);
	return 0;
}

void
eval_session_release(struct eval_session *s)
{
	if (s->vm)
		s->vm->ops->close(s->vm);
	bundle_release(&s->bundle);
	buf_release(&s->base);
	buf_release(&s->answer.text);
}

/* --- requests --- */

static void
set_base(struct eval_session *s, struct span base)
{
	buf_clear(&s->base);
	buf_add_span(&s->base, base);
}

/*
 * handle() gets the environment that was given last, compute() the base that
 * was returned last, unless that was taken back.
 */
static int
call(struct eval_session *s, const struct eval_request *r, struct error *err)
{
	bool is_handle = r->op == EVAL_HANDLE;
	const char *base = is_handle ? "env" : "base";
	struct vm_call c = { .entry = s->variant->entry,
		.drop = r->drop,
		.rollback = r->rollback };

	if (is_handle != (s->variant->entry == VM_HANDLE))
		return FAIL(err, ERR_USAGE, "no such op in the variant '%s'",
		    s->variant->name);
	if (!r->base.p && !s->base.len)
		return FAIL(err, ERR_USAGE, "'%s' is missing", base);
	if (r->base.p && is_handle)
		set_base(s, r->base);
	c.args[is_handle] = r->base.p ? r->base : buf_span(&s->base);
	c.args[!is_handle] = r->body;
	if (s->vm->ops->call(s->vm, &c, &s->answer, err) < 0)
		return -1;
	if (!is_handle && s->answer.verdict == VERDICT_OK && !r->drop &&
	    !(r->rollback && s->answer.failed))
		set_base(s, buf_span(&s->answer.text));
	return 0;
}

static void
answer_call(struct eval_session *s, const struct eval_request *r,
    struct buf *out)
{
	if (s->answer.verdict != VERDICT_OK) {
		answer_error(r->id, buf_span(&s->answer.text), out);
		return;
	}
	begin_answer(r->id, true, out);
	buf_add_text(out, ",\"result\":");
	buf_add_span(out, buf_span(&s->answer.text));
	buf_add_byte(out, '}');
}

/* Of the machine only its name and version: "Lua 5.4". */
static void
answer_info(const struct eval_session *s, struct span id, struct buf *out)
{
	struct span lua = span_text(vm_release());
	const uint8_t *patch = memrchr(lua.p, '.', lua.len);

	begin_answer(id, true, out);
	buf_printf(out,
	    ",\"result\":{\"protocol\":1,\"name\":\"aosh\",\"version\":\"%s\","
	    "\"library\":\"%s\",\"variant\":\"%s\",\"lua\":\"%.*s\"}}",
	    AOSH_VERSION, s->variant->version, s->variant->name,
	    (int)(patch - lua.p), (const char *)lua.p);
}

/* Append what the request is answered with, if it can be. */
static int
answer(struct eval_session *s, const struct eval_request *r, struct buf *out,
    struct error *err)
{
	switch (r->op) {
	case EVAL_INFO:
		answer_info(s, r->id, out);
		return 0;
	case EVAL_RESET:
		if (eval_session_reset(s, err) < 0)
			return -1;
		begin_answer(r->id, true, out);
		buf_add_byte(out, '}');
		return 0;
	default:
		if (call(s, r, err) < 0)
			return -1;
		answer_call(s, r, out);
		return 0;
	}
}

void
eval_session_answer(struct eval_session *s, struct span line, struct buf *out)
{
	struct eval_request r;
	struct error err;
	int rc = eval_request_read(line, &r, &err);

	if (rc == 0)
		rc = answer(s, &r, out, &err);
	if (rc < 0)
		answer_error(r.id, span_text(err.text), out);
	buf_add_byte(out, '\n');
}

void
eval_session_refuse(const char *why, struct buf *out)
{
	answer_error(span_of(NULL, 0), span_text(why), out);
	buf_add_byte(out, '\n');
}
