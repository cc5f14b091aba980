/*
 * The engine without the shell and without signatures of others: messages that
 * are verified already, scheduled, logged, evaluated, answered. Beside each
 * figure stand, from the same run, what the parts cost alone: a message in the
 * process library called in a loop, and an Ed25519 signature of libsodium. The
 * bound is what one core could do if the rest cost nothing; a counter that
 * replies takes an evaluation and two signatures, of the assignment and of the
 * reply.
 *
 * Messages are made and verified before the clock starts. None of them waits
 * for its sync, so groups are as large as the engine makes them.
 */
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <sodium.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/histogram.h"
#include "engine/engine.h"
#include "shell/bench_run.h"
#include "shell/bench_talk.h"

enum {
	SIGNS = 2000, /* of the yardstick */
	HASH_BYTES = 48,
	LANE = 1,
	AWAKE = 20000,
	ASLEEP = 100000,
	ASLEEP_MEMORY = 64 << 20,
	LONE = 500, /* messages beside a flood */
};

static const char counter[] =
    "Count = 0 Handlers.add('count', 'Count', function(msg)"
    " Count = Count + 1 msg.reply({Data = tostring(Count)}) end)";

static const struct bench_content load_counter = { "Eval", counter };
static const struct bench_content count_once = { "Count", "" };

/* --- yardsticks --- */

/* One signature of a hash that is there already, in microseconds. */
static double
sign_us(void)
{
	uint8_t secret[crypto_sign_SECRETKEYBYTES];
	uint8_t public[crypto_sign_PUBLICKEYBYTES];
	uint8_t signature[crypto_sign_BYTES];
	uint8_t hash[HASH_BYTES] = { 0 };
	uint64_t start;

	crypto_sign_keypair(public, secret);
	start = clock_cpu_ns();
	for (int i = 0; i < SIGNS; i++) {
		hash[0] = (uint8_t)i;
		crypto_sign_detached(signature, NULL, hash, sizeof(hash),
		    secret);
	}
	return (double)(clock_cpu_ns() - start) / 1e3 / SIGNS;
}

int
bench_library_us(uint64_t n, double *us, struct error *err)
{
	struct talk t;
	uint64_t start = 0;
	int rc;

	if (talk_open(&t, vm_builtin_module(LIBRARY_CLASSIC), LANE, err) < 0)
		return -1;
	rc = talk_say(&t, "Process", "", "", err);
	if (rc == 0)
		rc = talk_say(&t, "Message", "Eval", counter, err);
	start = clock_cpu_ns();
	for (uint64_t i = 0; rc == 0 && i < n; i++)
		rc = talk_say(&t, "Message", "Count", "", err);
	*us = (double)(clock_cpu_ns() - start) / 1e3 / (double)n;
	talk_close(&t);
	return rc;
}

/* What the parts of a message cost alone, in microseconds. */
struct parts {
	double library;
	double sign;
	double verify; /* decode, hash, check */
};

/* --- messages --- */

struct work {
	struct bench *b;
	size_t processes;
	uint64_t memory; /* the engine's budget; 0: its own */
	bool scattered;  /* messages to processes at random, not in turn */
	bool first_only; /* all messages to the first process */
	struct id *ids;
	struct message *
	    *messages; /* n; NULL behind those that were given away */
};

/* An item to process `to` of that action; number i makes it differ. */
static int
make_item(struct bench *b, const struct id *to,
    const struct bench_content *what, uint64_t i, struct buf *item,
    struct error *err)
{
	uint8_t anchor[ANCHOR_BYTES] = { 0 };
	const struct tag tags[] = {
		{ span_text("Action"), span_text(what->action) },
		{ span_text("Data-Protocol"), span_text("ao") },
		{ span_text("Type"), span_text("Message") },
		{ span_text("Variant"), span_text("ao.TN.1") },
	};
	const struct message_draft draft = { .target = to,
		.anchor = span_of(anchor, sizeof(anchor)),
		.data = span_text(what->data),
		.tags = tags,
		.tag_count = sizeof(tags) / sizeof(*tags) };

	memcpy(anchor, &i, sizeof(i));
	return message_sign(&draft, b->key, item, err);
}

/* The same, verified. */
static int
make_message(struct bench *b, const struct id *to,
    const struct bench_content *what, uint64_t i, struct message **out,
    struct error *err)
{
	struct buf item = BUF_INIT;
	int rc = make_item(b, to, what, i, &item, err);

	if (rc == 0)
		rc = message_verify(buf_span(&item), out, err);
	buf_release(&item);
	return rc;
}

static void
work_free(struct work *w)
{
	for (uint64_t i = 0; w->messages && i < w->b->n; i++)
		message_unref(w->messages[i]);
	free(w->messages);
	free(w->ids);
}

/* A spawn of the built-in library, verified. */
static int
make_spawn(struct bench *b, uint64_t i, struct message **out, struct error *err)
{
	uint8_t anchor[ANCHOR_BYTES] = { 0 };
	struct id_text module = id_encode(vm_builtin_module_id());
	const struct tag tags[] = {
		{ span_text("Data-Protocol"), span_text("ao") },
		{ span_text("Type"), span_text("Process") },
		{ span_text("Variant"), span_text("ao.TN.1") },
		{ span_text("Module"), span_text(module.text) },
		{ span_text("Scheduler"), span_text("bench") },
	};
	const struct message_draft draft = { .tags = tags,
		.anchor = span_of(anchor, sizeof(anchor)),
		.tag_count = sizeof(tags) / sizeof(*tags) };
	struct buf item = BUF_INIT;
	int rc;

	memcpy(anchor, &i, sizeof(i));
	rc = message_sign(&draft, b->key, &item, err) < 0 ||
		message_verify(buf_span(&item), out, err) < 0
	    ? -1
	    : 0;
	buf_release(&item);
	return rc;
}

/* The engine, and processes that have the handler. */
static int
work_open(struct work *w, struct error *err)
{
	struct bench *b = w->b;
	struct engine_config config = { .dir = b->dir, .memory = w->memory };
	struct message *m;

	if (engine_open(&config, &b->node, err) < 0)
		return -1;
	w->ids = xcalloc(w->processes, sizeof(*w->ids));
	for (size_t i = 0; i < w->processes; i++) {
		if (make_spawn(b, i, &m, err) < 0)
			return -1;
		w->ids[i] = m->id;
		if (engine_accept(b->node, m, err) < 0 ||
		    make_message(b, &w->ids[i], &load_counter, UINT64_MAX - i,
			&m, err) < 0 ||
		    engine_accept(b->node, m, err) < 0)
			return -1;
	}
	return bench_settle(b, err);
}

/* To which of them message i goes; the same in each run. */
static size_t
receiver(const struct work *w, uint64_t i)
{
	if (w->first_only)
		return 0;
	if (w->scattered)
		i = (i * UINT64_C(0x9e3779b97f4a7c15)) >> 24;
	return i % w->processes;
}

/* Messages to the processes, and what verifying them takes. */
static int
work_prepare(struct work *w, double *verify_us, struct error *err)
{
	struct bench *b = w->b;
	uint64_t ns = 0;
	int rc = 0;

	w->messages = xcalloc(b->n, sizeof(struct message *));
	for (uint64_t i = 0; rc == 0 && i < b->n; i++) {
		struct buf item = BUF_INIT;
		uint64_t start;

		rc = make_item(b, &w->ids[receiver(w, i)], &count_once, i,
		    &item, err);
		start = clock_cpu_ns();
		if (rc == 0)
			rc = message_verify(buf_span(&item), &w->messages[i],
			    err);
		ns += clock_cpu_ns() - start;
		buf_release(&item);
	}
	*verify_us = (double)ns / 1e3 / (double)b->n;
	return rc;
}

/* The clock is on: all of them, to their last replies. */
static int
work_run(struct work *w, struct error *err)
{
	struct bench *b = w->b;

	for (uint64_t i = 0; i < b->n; i++) {
		struct message *m = w->messages[i];

		w->messages[i] = NULL;
		if (engine_accept(b->node, m, err) < 0)
			return -1;
	}
	return bench_settle(b, err);
}

/* Rate over the bound, with the parts. */
static void
tell(struct bench *b, size_t processes, const struct parts *p, double bound_us)
{
	double seconds = (double)(clock_now_ns() - b->begin_ns) / 1e9;
	char more[256];

	snprintf(more, sizeof(more),
	    ",\"processes\":%zu,\"libraryUs\":%.2f,\"signUs\":%.2f"
	    ",\"verifyUs\":%.2f,\"bound\":%.0f,\"ofBound\":%.3f",
	    processes, p->library, p->sign, p->verify, 1e6 / bound_us,
	    (double)b->n / seconds * bound_us / 1e6);
	bench_tell(b, b->n, more);
}

static int
measure_count(struct bench *b, struct work w, const struct parts *parts,
    struct error *err)
{
	struct parts p = *parts;
	int rc = work_open(&w, err);

	if (rc == 0)
		rc = work_prepare(&w, &p.verify, err);
	bench_begin(b);
	if (rc == 0)
		rc = work_run(&w, err);
	if (rc == 0)
		tell(b, w.processes, &p, p.library + 2 * p.sign);
	work_free(&w);
	bench_close_node(b);
	bench_remove_dir(b);
	return bench_make_dir(b, err) < 0 ? -1 : rc;
}

/* The parts that are the same for all messages. */
static int
measure_parts(struct bench *b, struct parts *p, struct error *err)
{
	*p = (struct parts){ .sign = sign_us() };
	return bench_library_us(b->n, &p->library, err);
}

/* One process, then two. */
int
bench_count(struct bench *b, struct error *err)
{
	struct parts p;

	if (measure_parts(b, &p, err) < 0)
		return -1;
	for (size_t processes = 1; processes <= 2; processes++)
		if (measure_count(b,
			(struct work){ .b = b, .processes = processes }, &p,
			err) < 0)
			return -1;
	return 0;
}

/* Many processes at random, all of them awake. */
int
bench_awake(struct bench *b, struct error *err)
{
	const struct work w = { .b = b, .processes = AWAKE, .scattered = true };
	struct parts p;

	return measure_parts(b, &p, err) < 0 ? -1
					     : measure_count(b, w, &p, err);
}

/* More of them, most asleep: each message wakes one and puts one to sleep. */
int
bench_asleep(struct bench *b, struct error *err)
{
	const struct work w = { .b = b,
		.processes = ASLEEP,
		.memory = ASLEEP_MEMORY,
		.scattered = true };
	struct parts p;

	return measure_parts(b, &p, err) < 0 ? -1
					     : measure_count(b, w, &p, err);
}

/* --- from outside --- */

/* Items that are signed before the clock starts, and how they are sent. */
struct sending {
	struct buf *items;
	struct bench_http *http; /* NULL: by a call */
};

static int
send_signed(struct bench *b, uint64_t i, struct error *err)
{
	const struct sending *s = b->subject;
	struct span item = buf_span(&s->items[i]);
	struct receipt r;

	if (s->http)
		return bench_http_post(s->http, item, err);
	return b->node->ops->send(b->node, item, &r, err);
}

/* Sent by many threads: verified, logged, evaluated, answered. */
static int
ingest(struct work *w, struct sending *s, const struct parts *p,
    struct error *err)
{
	struct bench *b = w->b;
	uint64_t from = s->http ? b->n : 0;

	for (uint64_t i = 0; i < b->n; i++) {
		buf_clear(&s->items[i]);
		if (make_item(b, &w->ids[0], &count_once, from + i,
			&s->items[i], err) < 0)
			return -1;
	}
	b->subject = s;
	bench_begin(b);
	if (bench_parallel(b, send_signed, err) < 0 || bench_settle(b, err) < 0)
		return -1;
	tell(b, 1, p, p->verify + p->library + 2 * p->sign);
	return 0;
}

/* By a call, then over HTTP. */
static int
ingest_both(struct work *w, struct sending *s, const struct parts *p,
    struct error *err)
{
	int rc;

	if (ingest(w, s, p, err) < 0 ||
	    bench_http_open(w->b, &s->http, err) < 0)
		return -1;
	w->b->name = "ingest over HTTP";
	rc = ingest(w, s, p, err);
	bench_http_close(s->http);
	return rc;
}

int
bench_ingest(struct bench *b, struct error *err)
{
	struct work w = { .b = b, .processes = 1 };
	struct sending s = { .items = xcalloc(b->n, sizeof(*s.items)) };
	struct parts p;
	int rc = measure_parts(b, &p, err);

	if (rc == 0)
		rc = work_open(&w, err);
	/* what verifying takes is measured on messages that are not sent */
	if (rc == 0)
		rc = work_prepare(&w, &p.verify, err);
	if (rc == 0)
		rc = ingest_both(&w, &s, &p, err);
	for (uint64_t i = 0; i < b->n; i++)
		buf_release(&s.items[i]);
	free(s.items);
	work_free(&w);
	return rc;
}

/* --- beside a flood --- */

static bool
is_told(void *arg, const struct log_entry *entry)
{
	*(bool *)arg = entry->evaluated;
	return false;
}

/* Send one message to the quiet process and wait for its result. */
static int
lone_message(struct bench *b, const struct id *to, uint64_t i, int fd,
    struct error *err)
{
	struct pollfd p = { fd, POLLIN, 0 };
	struct buf item = BUF_INIT;
	struct receipt r = { .slot = 0 };
	bool told = false;
	int rc = make_item(b, to, &count_once, UINT64_MAX / 2 + i, &item, err);

	if (rc == 0)
		rc = b->node->ops->send(b->node, buf_span(&item), &r, err);
	while (rc == 0 && !told) {
		eventfd_t ignored;

		rc = b->node->ops->log(b->node, to, position_of_slot(r.slot),
		    is_told, &told, err);
		if (rc == 0 && !told) {
			(void)poll(&p, 1, -1);
			(void)eventfd_read(fd, &ignored);
		}
	}
	buf_release(&item);
	return rc;
}

/* What lone messages waited. */
struct waits {
	uint64_t ns[LONE];
	uint64_t commits[LONE]; /* that ended meanwhile, with their own two */
	const struct id *to;
	int fd; /* readable when there is something new */
};

static int
count_commits(struct bench *b, uint64_t *commits, struct error *err)
{
	struct node_status s;
	int rc = b->node->ops->status(b->node, &s, err);

	*commits = s.commits;
	return rc;
}

/* The i-th of them, whose item has that number. */
static int
time_lone(struct bench *b, struct waits *w, uint64_t number, size_t i,
    struct error *err)
{
	uint64_t before;
	uint64_t start;

	if (count_commits(b, &before, err) < 0)
		return -1;
	start = clock_now_ns();
	if (lone_message(b, w->to, number, w->fd, err) < 0)
		return -1;
	w->ns[i] = clock_now_ns() - start;
	if (count_commits(b, &w->commits[i], err) < 0)
		return -1;
	w->commits[i] -= before;
	return 0;
}

/* So many lone messages, one after the other. */
static int
lone_messages(struct bench *b, uint64_t first, struct waits *w,
    struct error *err)
{
	int rc;

	w->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	rc = b->node->ops->watch(b->node, w->to, w->fd, err);
	for (size_t i = 0; rc == 0 && i < LONE; i++)
		rc = time_lone(b, w, first + i, i, err);
	b->node->ops->unwatch(b->node, w->to, w->fd);
	(void)close(w->fd);
	return rc;
}

static void
tell_waits(struct bench *b, struct waits *w, const char *what)
{
	struct histogram commits = { .count = 0 };
	char more[128];

	for (uint64_t i = 0; i < LONE; i++)
		histogram_add(&commits, w->commits[i]);
	snprintf(more, sizeof(more),
	    ",\"what\":\"%s\",\"commitsP50\":%" PRIu64
	    ",\"commitsP99\":%" PRIu64 ",\"commitsMax\":%" PRIu64,
	    what, histogram_quantile(&commits, 0.5),
	    histogram_quantile(&commits, 0.99), commits.longest);
	bench_tell_times(b, w->ns, LONE, more);
}

/* Quiet first, then with a flood of messages to another process. */
static int
measure_flood(struct work *w, struct waits *waits, struct error *err)
{
	struct bench *b = w->b;

	waits->to = &w->ids[1];
	bench_begin(b);
	if (lone_messages(b, 0, waits, err) < 0)
		return -1;
	tell_waits(b, waits, "alone");
	for (uint64_t i = 0; i < b->n; i++) {
		struct message *m = w->messages[i];

		w->messages[i] = NULL;
		if (engine_accept(b->node, m, err) < 0)
			return -1;
	}
	bench_begin(b);
	if (lone_messages(b, LONE, waits, err) < 0)
		return -1;
	tell_waits(b, waits, "beside a flood");
	return bench_settle(b, err);
}

/* What a message waits while another process has all of a flood. */
int
bench_flood(struct bench *b, struct error *err)
{
	struct work w = { .b = b, .processes = 2, .first_only = true };
	struct waits *waits = xcalloc(1, sizeof(*waits));
	double verify_us;
	int rc = work_open(&w, err);

	if (rc == 0)
		rc = work_prepare(&w, &verify_us, err);
	if (rc == 0)
		rc = measure_flood(&w, waits, err);
	work_free(&w);
	free(waits);
	return rc;
}
