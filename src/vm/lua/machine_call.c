/*
 * Most calls are small, and the state may be large: to copy it out behind each
 * would cost more than the calls. So a call that counts is written down, and
 * the image taken only when running all that is written down again would take
 * some times as long as the copy. Who needs the state from the image, since a
 * call was left or taken back, runs the list again.
 *
 * That gives the same state since an evaluation depends on nothing else; a run
 * that ended by itself ends by itself again, so no limit but memory is set.
 */
#include "base/clock.h"
#include "vm/lua/booted.h"
#include "vm/lua/call.h"
#include "vm/lua/machine_run.h"

enum {
	/* bytes of an image that are copied in a nanosecond */
	COPY_BYTES = 2,
	/* running the calls again may take so many times the copy … */
	COPIES = 4,
	/* … but no longer than this, whatever the state */
	DEFERRED_MAX_NS = 100 * 1000 * 1000,
	/* bytes of arguments that are kept, whatever the state */
	LOG_MIN = 1 << 16,
};

static void
write_down(struct deferred *d, const struct vm_call *c, uint64_t ns)
{
	buf_add_byte(&d->log, (uint8_t)c->entry);
	for (size_t i = 0; i < VM_ARGS; i++)
		buf_add_block(&d->log, c->args[i]);
	d->ns += ns;
}

/* Take the next call off the list. */
static void
take_call(struct span *log, struct vm_call *c)
{
	uint8_t entry = 0;
	bool whole = take_u8(log, &entry);

	*c = (struct vm_call){ .entry = (enum vm_entry)entry };
	for (size_t i = 0; i < VM_ARGS; i++)
		whole &= take_block(log, &c->args[i]);
	ASSERT(whole);
}

/* True when the image should be taken. */
static bool
is_due(const struct machine *m, const struct window *w)
{
	const struct deferred *d = &m->deferred;
	uint64_t top = w->base->top;

	return d->ns > DEFERRED_MAX_NS || d->ns > COPIES * top / COPY_BYTES ||
	    d->log.len > LOG_MIN + top / 4;
}

/*
 * The calls that are written down, once more. The state is then saved: whoever
 * had to do this may well have to again.
 */
static int
run_again(struct machine *m, const struct run *of, enum leave *why,
    struct error *err)
{
	struct vm_limits limits = m->limits;
	struct run run = { .limits = &limits,
		.window = of->window,
		.interrupted = of->interrupted,
		.deadline = UINT64_MAX,
		.code = of->code };
	struct span log = buf_span(&m->deferred.log);

	limits.instructions = UINT64_MAX;
	limits.node_instructions = 0;
	limits.node_memory = 0;
	while (log.len > 0) {
		struct vm_call c;
		struct calling calling = { .call = &c };

		take_call(&log, &c);
		*why = limit_run(&run, call, &calling);
		if (*why != LEAVE_NONE)
			window_spoil(run.window);
		if (*why == LEAVE_INTERRUPTED)
			return 0;
		if (*why != LEAVE_NONE)
			return FAIL(err, ERR_EVAL, "a call ended in two ways");
		machine_settle(run.window);
	}
	machine_save(m, run.window);
	return 0;
}

/* Without the calls that are deferred. */
static int
lay_image(struct machine *m, struct window *w, struct error *err)
{
	if (!m->image)
		return booted_enter(m->booted, w, m->vm.lane, m->number, err);
	return window_enter(w, m->number, span_of(m->image, m->len), err);
}

int
machine_lay(struct machine *m, struct run *run, enum leave *why,
    struct error *err)
{
	bool there = run->window->owner == m->number;

	*why = LEAVE_NONE;
	if (lay_image(m, run->window, err) < 0)
		return -1;
	if (there || !m->deferred.log.len)
		return 0;
	return run_again(m, run, why, err);
}

/* Fill in the answer; false: it met a limit behind its end. */
static bool
conclude(struct machine *m, const struct calling *c, struct vm_answer *out)
{
	if (c->text.len > m->limits.output)
		return false;
	out->failed = c->raised || c->is_error;
	out->verdict = c->raised ? VERDICT_ERROR : VERDICT_OK;
	buf_clear(&out->text);
	buf_add_span(&out->text, c->text);
	return true;
}

static void
fail_with(struct machine *m, struct vm_answer *out, enum verdict v)
{
	buf_clear(&out->text);
	machine_tell_limit(m, v, &out->text);
	out->verdict = v;
	out->failed = true;
}

/* Behind a call that ended by itself. */
static void
keep(struct machine *m, struct window *w, const struct vm_call *c, uint64_t ns)
{
	machine_settle(w);
	write_down(&m->deferred, c, ns);
	if (is_due(m, w))
		machine_save(m, w);
}

static int
run_call(struct machine *m, struct run *run, const struct vm_call *c,
    struct vm_answer *out, struct error *err)
{
	struct calling calling = { .call = c };
	uint64_t start = clock_now_ns();
	enum leave why;

	/* what is dropped is laid out anew behind this */
	if (c->drop && m->deferred.log.len) {
		if (machine_lay(m, run, &why, err) < 0)
			return -1;
		if (why == LEAVE_NONE)
			machine_save(m, run->window);
	}
	if (machine_run(m, run, call, &calling, &why, err) < 0)
		return -1;
	if (why != LEAVE_NONE) {
		fail_with(m, out, machine_verdict(why));
		return 0;
	}
	if (!conclude(m, &calling, out)) {
		window_spoil(run->window);
		fail_with(m, out, VERDICT_OUTPUT);
	} else if (c->drop || (c->rollback && out->failed)) {
		window_spoil(run->window);
	} else {
		keep(m, run->window, c, clock_now_ns() - start);
	}
	return 0;
}

int
machine_call(struct vm *vm, const struct vm_call *c, struct vm_answer *out,
    struct error *err)
{
	struct machine *m = machine_of(vm);
	struct run run;
	locale_t before;
	int rc = machine_begin(m, &run, &before, err);

	if (rc == 0) {
		rc = run_call(m, &run, c, out, err);
		machine_end(m, before);
	}
	if (rc < 0)
		err->code = ERR_EVAL;
	return rc;
}
