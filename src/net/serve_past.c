/*
 * A state is told as a checkpoint (store/checkpoint.h): good for programs of the
 * same build, as the networks' units tell images of their machines.
 */
#include "net/serve_past.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/clock.h"
#include "store/checkpoint.h"
#include "vm/replay.h"

enum {
	PAST_MS = 30000, /* for one */
	/* a larger state is not kept for the next look */
	KEPT_BYTES = 128 << 20,
};

/* Of the lane, which all servers of the program share, and of `kept`. */
static pthread_mutex_t lane_lock = PTHREAD_MUTEX_INITIALIZER;

/* The state that was looked at last. */
static struct {
	struct node *node; /* NULL: there is none */
	struct replay replay;
} kept;

/* Where to end: behind the last entry that is not later than both. */
struct past {
	struct replay *replay;
	struct serve *serve;
	struct position to;
	uint64_t to_ms;
	uint64_t end_ns;
	bool spoiled; /* the replay has ended where it cannot go on */
};

/* With the lock. */
static void
forget(void)
{
	if (kept.node)
		replay_release(&kept.replay);
	kept.node = NULL;
}

void
past_forget(struct serve *s)
{
	/* who is at it keeps a state of his own there */
	if (pthread_mutex_trylock(&lane_lock) != 0)
		return;
	if (kept.node == s->node)
		forget();
	unlock(&lane_lock);
}

/* A replay_step_fn. */
static int
step(void *arg, const struct log_entry *e, struct error *err)
{
	struct past *p = arg;

	p->spoiled = false;
	if (position_before(p->to, log_entry_at(e)) ||
	    e->timestamp_ms > p->to_ms)
		return 1;
	if (atomic_load(&p->serve->closing))
		return FAIL(err, ERR_INTERRUPTED, "the node ends");
	if (clock_now_ns() > p->end_ns)
		return FAIL(err, ERR_TIMEOUT,
		    "slot %s was not reached in %d seconds: ask again, and it "
		    "goes on from there",
		    position_text(p->to).text, PAST_MS / 1000);
	/* until it is evaluated */
	p->spoiled = true;
	return 0;
}

/* What is kept lies on the way: it is of that process, and no later than where
 * to end. */
static bool
is_on_the_way(const struct past *p, const struct id *process)
{
	const struct replay *r = &kept.replay;

	return kept.node == p->serve->node && id_equal(&r->id, process) &&
	    r->count > 0 && !position_before(p->to, position_last(r->next)) &&
	    r->now_ms <= p->to_ms;
}

/* Its machine stands there; then past_end(). */
static int
past_begin(struct past *p, struct serve *s, const struct id *process,
    struct error *err)
{
	if (pthread_mutex_trylock(&lane_lock) != 0)
		return FAIL(err, ERR_BUSY,
		    "another state is being made: ask again");
	p->serve = s;
	p->end_ns = clock_now_ns() + PAST_MS * UINT64_C(1000000);
	p->replay = &kept.replay;
	if (!is_on_the_way(p, process)) {
		forget();
		replay_init(&kept.replay, process, VM_SERVE_LANE,
		    replay_node_module, s->node);
		kept.replay.judge = false;
		kept.node = s->node;
	}
	if (replay_walk(p->replay, s->node, step, p, err) < 0)
		return -1;
	p->spoiled = false;
	if (p->replay->count == 0)
		return FAIL(err, ERR_NOT_FOUND,
		    "nothing of process '%s' was evaluated by then",
		    id_encode(process).text);
	return 0;
}

/* Who looks once looks again, mostly at the same or a little later. */
static void
past_end(struct past *p)
{
	const struct vm *vm = p->replay->vm;

	if (p->spoiled || !vm || vm->ops->memory(vm) > KEPT_BYTES)
		forget();
	pthread_mutex_unlock(&lane_lock);
}

int
past_dry_run(struct serve *s, const struct process_info *info, struct span to,
    const struct dry *d, struct result *out, struct error *err)
{
	struct past p = { .to_ms = UINT64_MAX };
	struct message *m;
	uint64_t slot;
	struct id id;
	int rc;

	if (serve_id(to, "to", &id, err) < 0 ||
	    s->node->ops->place(s->node, &info->id, &id, &slot, err) < 0)
		return -1;
	p.to = position_of_slot(slot);
	rc = past_begin(&p, s, &info->id, err);
	if (rc < 0 && !p.serve)
		return -1;
	if (rc == 0) {
		m = message_from_draft(&d->draft, &d->owner);
		rc = replay_dry_run(p.replay, m, out, err);
		message_unref(m);
	}
	past_end(&p);
	return rc;
}

static void
add_number(struct http_reply *out, const char *name, uint64_t value)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRIu64, value);
	http_reply_field(out, span_text(name), span_text(text));
}

/* What the machine has, as bytes. */
static int
write_state(const struct past *p, struct http_reply *out, struct error *err)
{
	const struct replay *r = p->replay;
	struct checkpoint c = { .slots = position_slots(r->next),
		.ticks = r->next.tick - 1 };
	struct buf image = BUF_INIT;
	int rc;

	if (r->broken)
		return FAIL(err, ERR_EVAL, "%s", r->why.text);
	if (!vm_build_id())
		return FAIL(err, ERR_UNSUPPORTED,
		    "this program has no build id, so that nobody could read "
		    "its states");
	rc = r->vm->ops->save(r->vm, &image, err);
	if (rc == 0 && image.len > CHECKPOINT_IMAGE_MAX)
		rc = FAIL(err, ERR_LIMIT,
		    "the state has %zu bytes: the limit is %d", image.len,
		    CHECKPOINT_IMAGE_MAX);
	if (rc == 0) {
		memcpy(c.chain, r->chain, sizeof(c.chain));
		c.build = span_text(vm_build_id());
		c.image = buf_span(&image);
		checkpoint_encode(&c, &out->body);
		out->content_type = "application/octet-stream";
		add_number(out, "Last-Timestamp", r->now_ms);
		add_number(out, "Last-Ordinate", c.slots - 1);
		add_number(out, "Last-Block-Height", r->now_height);
	}
	buf_release(&image);
	return rc;
}

/* Up to ?to, a time in milliseconds, or all of it. */
static int
answer_state(struct serve *s, const struct http_request *r,
    struct http_reply *out, struct error *err)
{
	struct past p = { .to = position_of_slot(UINT64_MAX) };
	struct process_info info;
	struct id id;
	bool found;
	int rc;

	p.to_ms = UINT64_MAX;
	if (serve_id(span_from(r->path, strlen("/state/")), "processId", &id,
		err) < 0 ||
	    serve_number(r, "to", &found, &p.to_ms, err) < 0 ||
	    s->node->ops->process(s->node, &id, &info, err) < 0)
		return -1;
	rc = past_begin(&p, s, &id, err);
	if (rc < 0 && !p.serve)
		return -1;
	if (rc == 0)
		rc = write_state(&p, out, err);
	past_end(&p);
	return rc;
}

enum http_next
serve_state(struct serve *s, struct http_request *r, struct http_reply *out)
{
	struct error err;

	return answer_state(s, r, out, &err) < 0 ? serve_fail(out, &err)
						 : HTTP_REPLY;
}
