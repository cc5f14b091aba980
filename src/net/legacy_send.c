/*
 * A message's item is signed once, by whoever calls, and the same bytes are
 * sent again as often as it takes: a scheduler takes an item once. Where its
 * process is must be known before it is sent, so that nothing is sent to what
 * is no process, and a slot can be asked for behind it.
 */
#include "net/legacy_send.h"

#include <poll.h>
#include <stdlib.h>

#include "base/clock.h"
#include "ao/protocol.h"
#include "net/legacy_feed.h"
#include "net/legacy_spawns.h"
#include "net/legacy_units.h"

enum {
	TRIES = 5
};

/* ERR_INTERRUPTED, ERR_TIMEOUT. */
static int
pause_for(const struct legacy_call *c, uint64_t ms, struct error *err)
{
	struct pollfd fd = { c->cancel_fd, POLLIN, 0 };

	if (poll(&fd, 1, (int)ms) > 0)
		return FAIL(err, ERR_INTERRUPTED, "interrupted");
	if (c->deadline_ns && clock_now_ns() >= c->deadline_ns)
		return FAIL(err, ERR_TIMEOUT, "no answer in time (--timeout)");
	return 0;
}

/* What was given up while the messenger had it, perhaps. */
static int
fail_sending(const struct id *item, struct error *err)
{
	if (err->code != ERR_INTERRUPTED && err->code != ERR_TIMEOUT)
		return -1;
	return FAIL_IN(err, "message %s may be on its way",
	    id_encode(item).text);
}

/* Gateways will not know it for a while. */
static int
note_spawn(struct legacy *l, const struct legacy_process *p, struct error *err)
{
	const struct message *m = p->process.spawn;
	struct address owner = scheduler_address(m->owner_key);
	const struct legacy_spawn s = { .network = span_text(l->network),
		.owner = span_text(owner.text),
		.id = p->id,
		.scheduler = message_tag_or_empty(m, "Scheduler"),
		.name = p->process.name };

	return l->spawns_path ? legacy_spawns_add(l->spawns_path, &s, err) : 0;
}

/* Its slot is the first, and the scheduler has it when it is accepted. */
static int
send_spawn(const struct legacy_call *c, struct message *m, struct receipt *out,
    struct error *err)
{
	struct receipt r = { .process = m->id, .message = m->id };
	struct legacy_process *p;

	if (mu_send(c, buf_span(&m->bytes), &r.process, &r.again, err) < 0)
		return fail_sending(&m->id, err);
	r.timestamp_ms = clock_wall_ms();
	if (id_equal(&r.process, &m->id)) {
		p = legacy_process_get(c->l, &m->id);
		if (legacy_learn(c->l, p, m, err) < 0)
			return -1;
		if (!r.again)
			legacy_feed_begin(legacy_feed_of(c->l, p));
		if (note_spawn(c->l, p, err) < 0)
			return FAIL_IN(err, "process %s is spawned",
			    id_encode(&p->id).text);
	}
	*out = r;
	return 0;
}

/*
 * The slot of `item`, a message or an assignment: the scheduler may hear of it a
 * moment later than the messenger answers.
 */
static int
find_slot(const struct legacy_call *c, const char *url, const struct id *item,
    struct receipt *r, struct error *err)
{
	uint64_t pause_ms = c->l->config.retry_ms;
	struct legacy_slot slot;

	for (unsigned i = 1;
	     su_message(c, url, &r->process, item, &slot, err) < 0;
	     i++, pause_ms *= 2)
		if (i == TRIES || err->code != ERR_NOT_FOUND ||
		    pause_for(c, pause_ms, err) < 0)
			return -1;
	r->slot = slot.nonce;
	r->timestamp_ms = slot.timestamp_ms;
	r->assignment = slot.assignment;
	legacy_slot_release(&slot);
	return 0;
}

/* What was accepted is named, since it cannot be taken back. */
static int
fail_sent(const struct receipt *r, const char *what, struct error *err)
{
	if (err->code == ERR_NOT_FOUND)
		err->code = ERR_GONE;
	return FAIL_IN(err, "message %s is %s, its slot is not known",
	    id_encode(&r->message).text, what);
}

static int
send_message(const struct legacy_call *c, struct message *m,
    struct receipt *out, struct error *err)
{
	struct receipt r = { .process = m->target, .message = m->id };
	struct legacy_process *p;
	struct id answer;
	char *url;
	int rc;

	if (!m->has_target)
		return FAIL(err, ERR_FORMAT, "a message without a target");
	if (legacy_know(c, &m->target, &p, err) < 0 ||
	    legacy_locate(c, p, &url, err) < 0)
		return -1;
	rc = mu_send(c, buf_span(&m->bytes), &answer, &r.again, err);
	if (rc < 0) {
		(void)fail_sending(&m->id, err);
	} else {
		rc = find_slot(c, url, &m->id, &r, err);
		if (rc < 0)
			(void)fail_sent(&r, "sent", err);
		legacy_feed_kick(legacy_feed_of(c->l, p));
	}
	free(url);
	if (rc == 0)
		*out = r;
	return rc;
}

int
legacy_send(struct node *n, struct span item, struct receipt *out,
    struct error *err)
{
	struct legacy_call c = legacy_call_begin(legacy_of(n));
	enum item_type type;
	struct message *m;
	int rc;

	if (item.len > LEGACY_ITEM_MAX)
		return FAIL(err, ERR_LIMIT,
		    "the item has %zu bytes, and networks take at most %d",
		    item.len, LEGACY_ITEM_MAX);
	if (message_verify(item, &m, err) < 0)
		return -1;
	rc = protocol_type(m, &type, err);
	if (rc == 0 && type == ITEM_PROCESS)
		rc = send_spawn(&c, m, out, err);
	else if (rc == 0)
		rc = send_message(&c, m, out, err);
	message_unref(m);
	return rc;
}

int
legacy_assign(struct node *n, const struct id *process,
    const struct id *message, uint8_t exclude, struct receipt *out,
    struct error *err)
{
	struct legacy_call c = legacy_call_begin(legacy_of(n));
	struct receipt r = { .process = *process, .message = *message };
	struct legacy_process *p;
	struct id assignment;
	char *url;
	int rc;

	if (legacy_know(&c, process, &p, err) < 0 ||
	    legacy_locate(&c, p, &url, err) < 0)
		return -1;
	rc = mu_assign(&c, process, message, exclude, &assignment, err);
	if (rc == 0) {
		rc = find_slot(&c, url, &assignment, &r, err);
		if (rc < 0)
			(void)fail_sent(&r, "assigned", err);
		legacy_feed_kick(legacy_feed_of(c.l, p));
	}
	free(url);
	if (rc == 0)
		*out = r;
	return rc;
}
