/*
 * machine - a vm under test, whose program runs each message's data as Lua.
 */
#ifndef TEST_MACHINE_H
#define TEST_MACHINE_H

#include "ao/evaluation.h"
#include "vm/lua/machine.h"
#include "test.h"

/* The answer is Output = what the text gives, or the table that it gives. */
static const char program[] =
    "local P = {}\n"
    "function P.handle(msg, env)\n"
    "  M, E = msg, env\n"
    "  local r = assert(load(msg.Data, 'data'))()\n"
    "  if type(r) == 'table' and r.answer then return r.answer end\n"
    "  return { Output = tostring(r) }\n"
    "end\n"
    "return P\n";

struct bench {
	struct vm *vm;
	struct message spawn;
	struct message message;
	struct process process;
	struct assignment assignment;
	struct tag tags[4];
	struct result result;
};

/* An archive of one file more than .process; NULL: of none. */
__attribute__((unused)) static struct buf
make_module(const char *name, const char *text)
{
	struct buf b = BUF_INIT;

	buf_printf(&b, ".process %zu\n%s", strlen(program), program);
	if (name)
		buf_printf(&b, "%s %zu\n%s", name, strlen(text), text);
	return b;
}

__attribute__((unused)) static struct span
plain_module(void)
{
	static struct buf b;

	if (!b.len)
		b = make_module(".extra", "return { name = ... }");
	return buf_span(&b);
}

__attribute__((unused)) static void
bench_open_with(struct bench *b, struct span module, unsigned lane,
    const struct vm_limits *limits)
{
	struct error err;

	memset(b, 0, sizeof(*b));
	memset(b->process.id.bytes, 1, ID_BYTES);
	memset(b->process.module.bytes, 2, ID_BYTES);
	memset(b->message.id.bytes, 3, ID_BYTES);
	b->process.id_text = id_encode(&b->process.id);
	b->process.module_text = id_encode(&b->process.module);
	b->process.owner = span_text("OWNER");
	b->spawn.id = b->process.id;
	b->process.spawn = &b->spawn;
	b->message.has_target = true;
	b->message.target = b->process.id;
	strcpy(b->message.owner.text, "OWNER");
	b->message.tags = b->tags;
	b->assignment.timestamp_ms = 1700000000123;
	b->assignment.height = 100;
	CHECK_OK(machine_ops.open(module, lane, limits, &b->vm, &err), err);
}

__attribute__((unused)) static void
bench_open(struct bench *b, unsigned lane)
{
	bench_open_with(b, plain_module(), lane, &vm_default_limits);
}

__attribute__((unused)) static void
bench_close(struct bench *b)
{
	result_release(&b->result);
	b->vm->ops->close(b->vm);
}

/* The state as bytes; owned. Nothing is deferred then. */
__attribute__((unused)) static struct buf
bench_image(struct bench *b)
{
	struct buf image = BUF_INIT;
	struct error err;

	CHECK_OK(b->vm->ops->save(b->vm, &image, &err), err);
	return image;
}

/* The message as it stands, with that data, as one that machines may keep. */
static struct message *
bench_message(const struct bench *b, struct span text)
{
	const struct message *m = &b->message;
	struct message_draft draft = { .target =
					   m->has_target ? &m->target : NULL,
		.anchor = m->anchor,
		.data = text,
		.tags = m->tags,
		.tag_count = m->tag_count };
	struct message *copy = message_from_draft(&draft, &m->owner);

	copy->id = m->id;
	copy->signature = m->signature;
	return copy;
}

static const char *
bench_evaluate(struct bench *b, struct span text, struct evaluation e)
{
	struct message *m = bench_message(b, text);
	struct error err;

	e.process = &b->process;
	e.message = m;
	e.assignment = &b->assignment;
	CHECK_OK(b->vm->ops->eval(b->vm, &e, &b->result, &err), err);
	message_unref(m);
	return buf_text(&b->result.json);
}

static const char *
bench_run_span(struct bench *b, struct span text, bool read_only)
{
	bench_evaluate(b, text, (struct evaluation){ .read_only = read_only });
	if (!read_only)
		b->assignment.slot++;
	return buf_text(&b->result.json);
}

/* The result's JSON; borrowed until the next. */
__attribute__((unused)) static const char *
bench_run(struct bench *b, const char *text)
{
	return bench_run_span(b, span_text(text), false);
}

__attribute__((unused)) static const char *
bench_dry(struct bench *b, const char *text)
{
	return bench_run_span(b, span_text(text), true);
}

/* A message that must end with that verdict. */
__attribute__((unused)) static void
bench_ends(struct bench *b, const char *text, enum verdict verdict)
{
	bench_run(b, text);
	if (b->result.verdict != verdict)
		fail_msg("%s: %s %s", text, verdict_name(b->result.verdict),
		    buf_text(&b->result.json));
}

/* A message whose Output must be that text, which needs no escapes. */
#define GIVES(b, text, output) bench_gives((b), (text), (output), __LINE__)

__attribute__((unused)) static void
bench_gives(struct bench *b, const char *text, const char *output, int line)
{
	struct buf want = BUF_INIT;

	buf_printf(&want,
	    "{\"Assignments\":[],\"Messages\":[],\"Output\":\"%s\","
	    "\"Spawns\":[]}",
	    output);
	bench_run(b, text);
	if (strcmp(buf_text(&b->result.json), buf_text(&want)) != 0) {
		print_error("%s: %s, not %s\n", text, buf_text(&b->result.json),
		    output);
		_fail(__BASE_FILE__, line);
	}
	buf_release(&want);
}

#endif
