/*
 * The commit point of a message is image replacement: an image is made of the
 * window when the verdict is ok and the message counts, and never else. Until
 * then the old image is whole. It may be put off (machine_defer.c).
 *
 * A window keeps what lies in it, so the next message of the same process need
 * not copy in; `number`, not the pointer, says whose it is, since a freed
 * machine's address may come again.
 *
 * A run that was left with LEAVE_RECOUNT is begun again from the image,
 * counting. So the first try is free of hooks, and the verdict does not depend
 * on where it was left.
 *
 * While a message is evaluated the thread is in the "C" locale, and the machine
 * can be found by interrupt(); the mutex is there so that the signal cannot hit
 * a thread that has ended.
 */
#include "vm/lua/machine.h"

#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/thread.h"
#include "vm/lua/archive.h"
#include "vm/lua/booted.h"
#include "vm/lua/handle.h"
#include "vm/lua/machine_run.h"

enum {
	MIB = 1 << 20,
};

static atomic_uint_least64_t last_number;
static pthread_once_t locale_once = PTHREAD_ONCE_INIT;
static locale_t c_locale;

static void
make_locale(void)
{
	c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
}

/* Nothing is run and nothing copied: until its first message that counts, a
 * machine is its template. */
static int
machine_open(struct span module, unsigned lane, const struct vm_limits *limits,
    struct vm **out, struct error *err)
{
	struct booted *t;
	struct machine *m;
	uint64_t size;

	ASSERT(lane < VM_ALL_LANES);
	if (limits->memory > WINDOW_MAX)
		return FAIL(err, ERR_LIMIT,
		    "memory limit is over 2048 MiB, the most there is");
	if (booted_get(module, limits->stop, &t, err) < 0)
		return -1;
	size = image_top(booted_image(t));
	if (size > limits->memory) {
		booted_unref(t);
		return FAIL(err, ERR_LIMIT,
		    "module takes %" PRIu64 " bytes, memory limit is %zu", size,
		    limits->memory);
	}
	m = xcalloc(1, sizeof(*m));
	m->vm.ops = &machine_ops;
	m->vm.lane = lane;
	m->number = atomic_fetch_add(&last_number, 1) + 1;
	m->limits = *limits;
	m->booted = t;
	m->batch = 1;
	m->backing.fd = -1;
	pthread_mutex_init(&m->mutex, NULL);
	*out = &m->vm;
	return 0;
}

/* A flag of an interrupt that came too late is taken back with it. */
static void
set_running(struct machine *m, bool running)
{
	lock(&m->mutex);
	m->running = running;
	m->thread = pthread_self();
	atomic_store(&m->interrupted, false);
	unlock(&m->mutex);
}

int
machine_run(struct machine *m, struct run *run, void (*body)(void *), void *arg,
    enum leave *why, struct error *err)
{
	do {
		if (machine_lay(m, run, why, err) < 0)
			return -1;
		if (*why != LEAVE_NONE)
			return 0;
		*why = limit_run(run, body, arg);
		if (*why != LEAVE_NONE)
			window_spoil(run->window);
		run->counted = true;
	} while (*why == LEAVE_RECOUNT);
	return 0;
}

/*
 * The stack holds the answer; it is emptied, so that it does not stay in the
 * state.
 */
void
machine_settle(struct window *w)
{
	lua_settop(w->base->lua, 0);
	window_settle(w);
}

/* Say how much in the largest unit that gives a whole number. */
static void
add_size(struct buf *b, size_t n)
{
	if (n % MIB == 0)
		buf_printf(b, "%zu MiB", n / MIB);
	else if (n % 1024 == 0)
		buf_printf(b, "%zu KiB", n / 1024);
	else
		buf_printf(b, "%zu bytes", n);
}

/* Which of the two was met is known: the lower one. */
static void
tell_memory(const struct vm_limits *limits, struct buf *out)
{
	bool node = limits->node_memory && limits->node_memory < limits->memory;

	buf_printf(out, "out of memory: %s limit is ",
	    node ? "this node's" : "the");
	add_size(out, node ? limits->node_memory : limits->memory);
}

void
machine_tell_limit(const struct machine *m, enum verdict v, struct buf *out)
{
	const struct vm_limits *limits = &m->limits;

	switch (v) {
	case VERDICT_INSTRUCTIONS:
		buf_printf(out, "too many instructions: the limit is %" PRIu64,
		    limits->instructions);
		break;
	case VERDICT_COMPUTE:
		buf_printf(out,
		    "too many instructions: this node's limit is %" PRIu64,
		    limits->node_instructions);
		break;
	case VERDICT_MEMORY:
		tell_memory(limits, out);
		break;
	case VERDICT_TIME:
		buf_printf(out, "out of time: the limit is %g s",
		    (double)limits->time_ns / 1e9);
		break;
	case VERDICT_OUTPUT:
		buf_add_text(out, "result too large: the limit is ");
		add_size(out, limits->output);
		break;
	default:
		buf_add_text(out, "interrupted");
	}
}

/* The result of a message that met a limit. */
static void
fail_with(const struct machine *m, struct result *out, enum verdict v)
{
	struct buf b = BUF_INIT;

	machine_tell_limit(m, v, &b);
	result_fail(out, v, buf_span(&b));
	buf_release(&b);
}

/* The same for one that has too many entries. */
static void
fail_entries(const struct machine *m, struct result *out)
{
	struct buf b = BUF_INIT;

	buf_printf(&b,
	    "too many messages, spawns and assignments: the limit is %zu",
	    m->limits.outbox);
	result_fail(out, VERDICT_OUTPUT, buf_span(&b));
	buf_release(&b);
}

/* A recount never ends a message; it is here to make the table whole. */
enum verdict
machine_verdict(enum leave why)
{
	static const enum verdict verdicts[] = {
		[LEAVE_NONE] = VERDICT_OK,
		[LEAVE_RECOUNT] = VERDICT_INSTRUCTIONS,
		[LEAVE_INSTRUCTIONS] = VERDICT_INSTRUCTIONS,
		[LEAVE_COMPUTE] = VERDICT_COMPUTE,
		[LEAVE_MEMORY] = VERDICT_MEMORY,
		[LEAVE_HOST] = VERDICT_MEMORY,
		[LEAVE_TIME] = VERDICT_TIME,
		[LEAVE_INTERRUPTED] = VERDICT_INTERRUPTED,
	};

	return verdicts[why];
}

/* Fill in the result of a message that came to its own end. */
static void
conclude(struct machine *m, const struct vm_limits *limits,
    const struct handling *h, struct result *out)
{
	if (h->too_many) {
		fail_entries(m, out);
		return;
	}
	if (h->text.len > limits->output) {
		fail_with(m, out, VERDICT_OUTPUT);
		return;
	}
	if (h->failed) {
		result_fail(out, VERDICT_ERROR, h->text);
		return;
	}
	buf_clear(&out->json);
	buf_add_span(&out->json, h->text);
	out->verdict = h->is_error ? VERDICT_ERROR : VERDICT_OK;
}

void
machine_allow(struct vm_limits *limits)
{
	limits->time_ns = UINT64_MAX;
	limits->output = SIZE_MAX;
	limits->outbox = SIZE_MAX;
	limits->node_instructions = 0;
	limits->node_memory = 0;
}

/*
 * Everything that is not an ok message leaves the window to nobody, so the next
 * one starts from the image.
 */
static int
evaluate(struct machine *m, struct run *run, const struct evaluation *e,
    struct result *out, struct error *err)
{
	struct input in;
	struct handling h = { .in = &in };
	bool there = window_holds(run->window, m->number);
	uint64_t start = clock_now_ns();
	struct vm_limits limits = m->limits;
	enum leave why;
	int rc;

	/* it is laid out anew behind this */
	if (e->read_only && machine_commit(m, run, &why, err) < 0)
		return -1;
	run->now_ms = e->assignment->timestamp_ms;
	if (e->replay)
		machine_allow(&limits);
	run->limits = &limits;
	input_init(&in, e);
	rc = machine_run(m, run, handle, &h, &why, err);
	input_release(&in);
	if (rc < 0)
		return -1;
	if (why != LEAVE_NONE) {
		fail_with(m, out, machine_verdict(why));
		return 0;
	}
	conclude(m, &limits, &h, out);
	if (out->verdict == VERDICT_OK && !e->read_only) {
		machine_settle(run->window);
		deferred_add_eval(&m->deferred, e, clock_now_ns() - start);
		machine_count(m, run->window, there);
	} else {
		window_spoil(run->window);
	}
	return 0;
}

int
machine_begin(struct machine *m, struct run *run, locale_t *before,
    struct error *err)
{
	*run = (struct run){ .limits = &m->limits,
		.interrupted = &m->interrupted,
		.code = booted_code(m->booted) };
	if (limit_thread(err) < 0 ||
	    window_get(m->vm.lane, &run->window, err) < 0)
		return -1;
	window_begin(run->window);
	pthread_once(&locale_once, make_locale);
	*before = uselocale(c_locale);
	set_running(m, true);
	return 0;
}

void
machine_end(struct machine *m, struct run *run, locale_t before)
{
	m->own = window_own(run->window, m->number);
	window_end(run->window);
	set_running(m, false);
	uselocale(before);
}

static int
machine_eval(struct vm *vm, const struct evaluation *e, struct result *out,
    struct error *err)
{
	struct machine *m = machine_of(vm);
	struct run run;
	locale_t before;
	int rc = machine_begin(m, &run, &before, err);

	if (rc == 0) {
		rc = evaluate(m, &run, e, out, err);
		machine_end(m, &run, before);
	}
	if (rc < 0)
		err->code = ERR_EVAL;
	return rc;
}

/* Once per evaluation; a second signal would say no more. */
static void
machine_interrupt(struct vm *vm)
{
	struct machine *m = machine_of(vm);

	/* while it runs, its thread is there to be sent to */
	lock(&m->mutex);
	if (m->running && !atomic_exchange(&m->interrupted, true))
		pthread_kill(m->thread, limit_signal());
	unlock(&m->mutex);
}

/* What it takes at rest, with the room it keeps to grow into and what stays in
 * the window. */
static size_t
machine_memory(const struct vm *vm)
{
	const struct machine *m = (const struct machine *)vm;

	return m->image.room + m->backing.size - m->backing.left_out + m->own +
	    deferred_memory(&m->deferred);
}

static void
machine_close(struct vm *vm)
{
	struct machine *m = machine_of(vm);

	booted_unref(m->booted);
	pthread_mutex_destroy(&m->mutex);
	deferred_release(&m->deferred);
	buf_release(&m->image);
	if (m->backing.fd >= 0)
		window_leave(m->vm.lane, m->number);
	backing_put(&m->backing);
	free(m);
}

const struct vm_ops machine_ops = {
	.format = MACHINE_FORMAT,
	.check = archive_check,
	.open = machine_open,
	.eval = machine_eval,
	.call = machine_call,
	.save = machine_save,
	.restore = machine_restore,
	.interrupt = machine_interrupt,
	.memory = machine_memory,
	.close = machine_close,
};
