/*
 * The thread that asked waits and draws; it alone reads the user's Ctrl-C and
 * interrupts what runs. A job's outcome is set under the lock and never changes
 * then.
 */
#include "shell/verify.h"

#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "shell/log_file.h"
#include "shell/signals.h"

enum {
	NS_PER_MS = 1000 * 1000
};

/* What the threads share. */
struct crew {
	struct verify *verify;
	int wake_fd; /* a job is done */
	atomic_uint_least64_t slots;

	pthread_mutex_t lock; /* all of this paragraph */
	size_t next;          /* job, not taken yet */
	bool stopped;
	struct replay *running[VM_SERVE_LANE];
};

struct worker {
	struct crew *crew;
	unsigned lane;
	pthread_t thread;
};

/* A job under way. */
struct judging {
	struct crew *crew;
	const struct verify_job *job;
	struct replay replay;
	struct verify_outcome *out;
	struct error *err;
	int status;
};

static bool
is_stopped(struct crew *c)
{
	bool stopped;

	lock(&c->lock);
	stopped = c->stopped;
	unlock(&c->lock);
	return stopped;
}

static void
set_difference(struct verify_outcome *out, struct position at,
    const char *differs, const char *text)
{
	out->differs = differs;
	out->at = at;
	snprintf(out->text, sizeof(out->text), "%s", text);
}

/* What another node says of the slot that was just evaluated. */
static void
compare_attestation(struct judging *j, struct position at)
{
	const struct attestation *a = j->crew->verify->attestation;

	if (!a || !id_equal(&a->process, &j->replay.id) ||
	    position_compare(attestation_at(a), at) != 0)
		return;
	if (memcmp(a->chain, j->replay.chain, SHA256_BYTES) != 0) {
		set_difference(j->out, at, "attestation",
		    "its chain is another than the one here");
		return;
	}
	j->out->attested = true;
	j->out->by = j->crew->verify->attested_by;
}

/* False ends the walk over the log. */
static bool
judge(void *arg, const struct log_entry *e)
{
	struct judging *j = arg;
	struct replay_finding f;

	if (!e->evaluated) {
		j->out->waiting++;
		return true;
	}
	j->status = is_stopped(j->crew)
	    ? FAIL(j->err, ERR_INTERRUPTED, "interrupted")
	    : replay_slot(&j->replay, e, &f, j->err);
	if (j->status < 0)
		return false;
	if (f.differs)
		set_difference(j->out, f.at, f.differs, f.text);
	result_release(&f.result);
	if (!j->out->differs) {
		j->out->slots++;
		j->out->last = f.at;
		compare_attestation(j, f.at);
	}
	atomic_fetch_add(&j->crew->slots, 1);
	return !j->out->differs;
}

/* --- a node's --- */

static int
node_module(void *arg, const struct id *id, struct buf *out, struct error *err)
{
	struct node *n = arg;

	return n->ops->module(n, id, out, err);
}

/* The node's own word for where the log has come to. */
static int
check_own(struct judging *j, struct error *err)
{
	struct node *n = j->crew->verify->node;
	struct buf item = BUF_INIT;
	struct message *m = NULL;
	struct attestation a;
	int rc;

	rc = n->ops->attest(n, &j->replay.id, j->out->last, false, &item, err);
	/* networks give no word for their results */
	if (rc < 0 && err->code == ERR_UNSUPPORTED)
		return 0;
	if (rc == 0)
		rc = message_verify(buf_span(&item), &m, err);
	if (rc == 0)
		rc = attestation_decode(m, &a, err);
	buf_release(&item);
	if (rc == 0 &&
	    (!id_equal(&a.process, &j->replay.id) ||
		position_compare(attestation_at(&a), j->out->last) != 0 ||
		memcmp(a.chain, j->replay.chain, SHA256_BYTES) != 0))
		set_difference(j->out, j->out->last, "attestation",
		    "the node attests another chain than its log has");
	if (rc == 0 && !j->out->differs && !j->out->attested) {
		j->out->attested = true;
		j->out->by = m->owner;
	}
	message_unref(m);
	return rc;
}

static int
judge_process(struct judging *j, struct error *err)
{
	struct node *n = j->crew->verify->node;
	int rc =
	    n->ops->log(n, &j->replay.id, position_of_slot(0), judge, j, err);

	if (rc == 0)
		rc = j->status;
	if (rc == 0 && !j->out->differs && j->replay.count > 0)
		rc = check_own(j, err);
	return rc;
}

/* --- a file's --- */

static int
judge_entries(struct judging *j, struct log_file *f, struct error *err)
{
	struct log_entry entry;
	int rc = 1;

	while (rc > 0 && j->status == 0 && !j->out->differs) {
		rc = log_file_next(f, &entry, err);
		if (rc > 0)
			(void)judge(j, &entry);
	}
	if (rc < 0 && item_is_verdict(err->code)) {
		set_difference(j->out, f->at, "file", err->text);
		rc = 0;
	}
	if (j->out->differs && strcmp(j->out->differs, "release") == 0 &&
	    f->release[0])
		snprintf(j->out->text, sizeof(j->out->text),
		    "the log is of another Lua release ('%s') than this "
		    "program's ('%s')",
		    f->release, vm_release());
	if (rc == 0 && !j->out->differs) {
		j->out->attested = true;
		j->out->by = f->node;
	}
	return rc < 0 ? -1 : j->status;
}

static void
begin(struct judging *j, const struct id *id, unsigned lane,
    replay_module_fn module, void *arg)
{
	replay_init(&j->replay, id, lane, module, arg);
	j->replay.trusting = j->crew->verify->trusting;
	j->out->id = *id;
	lock(&j->crew->lock);
	j->crew->running[lane] = &j->replay;
	unlock(&j->crew->lock);
}

static void
end(struct judging *j, unsigned lane)
{
	lock(&j->crew->lock);
	j->crew->running[lane] = NULL;
	unlock(&j->crew->lock);
	j->out->scheduler = j->replay.scheduler;
	j->out->taken = j->replay.taken;
	j->out->believed = j->replay.believed;
	memcpy(j->out->chain, j->replay.chain, SHA256_BYTES);
	replay_release(&j->replay);
}

static int
judge_open_file(struct judging *j, struct item_file *file, unsigned lane,
    struct error *err)
{
	struct log_file *f = xcalloc(1, sizeof(*f));
	int rc = log_file_open(item_file_source(file), file->size, f, err);

	if (rc == 0) {
		begin(j, &f->head.process, lane, log_file_module, f);
		rc = judge_entries(j, f, err);
		end(j, lane);
	}
	log_file_release(f);
	free(f);
	return rc < 0 ? item_file_fail(file, err) : 0;
}

static int
judge_file(struct judging *j, unsigned lane, struct error *err)
{
	struct item_file file;
	int rc;

	if (j->job->file)
		return judge_open_file(j, j->job->file, lane, err);
	if (item_file_open(j->job->path, true, &file, err) < 0)
		return -1;
	rc = judge_open_file(j, &file, lane, err);
	item_file_close(&file);
	return rc;
}

/* --- threads --- */

static struct verify_outcome *
judge_job(struct crew *c, const struct verify_job *job, unsigned lane)
{
	struct verify_outcome *out = xcalloc(1, sizeof(*out));
	struct judging j = { .crew = c,
		.job = job,
		.out = out,
		.err = &out->err };
	uint64_t start = clock_now_ns();
	int rc;

	out->id = job->id;
	if (job->path) {
		rc = judge_file(&j, lane, &out->err);
	} else {
		begin(&j, &job->id, lane, node_module, c->verify->node);
		rc = judge_process(&j, &out->err);
		end(&j, lane);
	}
	out->failed = rc < 0;
	out->ms = (clock_now_ns() - start) / NS_PER_MS;
	return out;
}

/* One job after the other, as long as there are some. */
static void *
worker_main(void *arg)
{
	struct worker *w = arg;
	struct crew *c = w->crew;
	struct verify_job *job = NULL;
	struct verify_outcome *done = NULL;

	do {
		lock(&c->lock);
		if (job)
			job->outcome = done;
		job = !c->stopped && c->next < c->verify->count
		    ? &c->verify->jobs[c->next++]
		    : NULL;
		unlock(&c->lock);
		(void)eventfd_write(c->wake_fd, 1);
		if (job)
			done = judge_job(c, job, w->lane);
	} while (job);
	return NULL;
}

static void
stop(struct crew *c)
{
	lock(&c->lock);
	c->stopped = true;
	for (int i = 0; i < VM_SERVE_LANE; i++)
		if (c->running[i])
			replay_interrupt(c->running[i]);
	unlock(&c->lock);
}

/* The outcome of a job; NULL: it is not done. */
static struct verify_outcome *
outcome_of(struct crew *c, const struct verify_job *job)
{
	struct verify_outcome *out;

	lock(&c->lock);
	out = job->outcome;
	unlock(&c->lock);
	return out;
}

/* Wait for the next job to be done, draw meanwhile; -1: Ctrl-C. */
static int
wait_for(struct crew *c, struct progress *p, struct error *err)
{
	struct pollfd fds[2] = { { c->wake_fd, POLLIN, 0 },
		{ signals_cancel_fd(), POLLIN, 0 } };
	eventfd_t ignored;

	(void)poll(fds, 2, p->to ? PROGRESS_MS : -1);
	if (fds[0].revents)
		(void)eventfd_read(c->wake_fd, &ignored);
	if (signals_take_cancel())
		return FAIL(err, ERR_INTERRUPTED, "interrupted");
	progress_draw(p, atomic_load(&c->slots));
	return 0;
}

/* Whoever reads a file may have taken the Ctrl-C. */
static bool
was_interrupted(const struct verify_job *job)
{
	return job->outcome->failed &&
	    job->outcome->err.code == ERR_INTERRUPTED;
}

/* Tell of all jobs in their order. */
static int
tell_all(struct crew *c, struct progress *p, verify_tell_fn tell, void *arg,
    struct error *err)
{
	struct verify *v = c->verify;

	for (size_t i = 0; i < v->count; i++) {
		struct verify_job *job = &v->jobs[i];
		bool go_on;

		while (!outcome_of(c, job))
			if (wait_for(c, p, err) < 0)
				return -1;
		progress_end(p);
		go_on = !was_interrupted(job) && tell(arg, job);
		free(job->outcome);
		job->outcome = NULL;
		if (!go_on)
			return FAIL(err, ERR_INTERRUPTED, "interrupted");
	}
	return 0;
}

static uint64_t
total_slots(const struct verify *v)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < v->count; i++)
		sum += v->jobs[i].slots;
	return sum;
}

/* As many as there are jobs for; at least one. */
static unsigned
start_workers(struct crew *c, struct worker *workers, struct error *err)
{
	unsigned n = 0;

	while (n < c->verify->threads && n < VM_SERVE_LANE &&
	    n < c->verify->count) {
		struct worker *w = &workers[n];
		char name[16];

		*w = (struct worker){ .crew = c, .lane = n };
		snprintf(name, sizeof(name), "verify %u", n);
		if (thread_start(&w->thread, name, worker_main, w, err) < 0)
			break;
		n++;
	}
	return n;
}

int
verify_run(struct verify *v, struct output *to, verify_tell_fn tell, void *arg,
    struct error *err)
{
	struct crew c = { .verify = v, .lock = PTHREAD_MUTEX_INITIALIZER };
	struct worker workers[VM_SERVE_LANE];
	struct progress p;
	unsigned n;
	int rc = -1;

	if (v->count == 0)
		return 0;
	c.wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (c.wake_fd < 0)
		return FAIL_ERRNO(err, ERR_SYSTEM, "cannot make an eventfd");
	progress_init(&p, to, "slots", total_slots(v));
	n = start_workers(&c, workers, err);
	if (n > 0)
		rc = tell_all(&c, &p, tell, arg, err);
	stop(&c);
	for (unsigned i = 0; i < n; i++)
		thread_join(workers[i].thread);
	progress_end(&p);
	for (size_t i = 0; i < v->count; i++)
		free(v->jobs[i].outcome);
	close(c.wake_fd);
	return rc;
}
