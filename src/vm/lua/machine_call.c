/* A call's own part: its answer, and whether the state moves on. */
#include "base/clock.h"
#include "vm/lua/call.h"
#include "vm/lua/machine_run.h"

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

static int
run_call(struct machine *m, struct run *run, const struct vm_call *c,
    struct vm_answer *out, struct error *err)
{
	struct calling calling = { .call = c };
	bool there = window_holds(run->window, m->number);
	uint64_t start = clock_now_ns();
	enum leave why;

	/* what is dropped is laid out anew behind this */
	if (c->drop && machine_commit(m, run, &why, err) < 0)
		return -1;
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
		machine_settle(run->window);
		deferred_add_call(&m->deferred, c, clock_now_ns() - start);
		machine_count(m, run->window, there);
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
		machine_end(m, &run, before);
	}
	if (rc < 0)
		err->code = ERR_EVAL;
	return rc;
}
