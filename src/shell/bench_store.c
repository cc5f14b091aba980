/*
 * What accepting costs: items that are verified already get a slot (looked up,
 * numbered, chained, the assignment signed) and are durable. Beside it, in
 * turns on the same disk: LMDB alone, which appends as many bytes in groups of
 * the same size, and libsodium alone, which signs. The yardstick is what a
 * program would do that did the two one after the other and nothing else.
 *
 * Lanes are threads with a process each; together they keep `WINDOW` items
 * waiting, so that the writer always finds a group. A lone message is one that
 * waits for its own commit, alone or beside the lanes.
 */
#include <inttypes.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <lmdb.h>
#include <sodium.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/thread.h"
#include "ao/assignment.h"
#include "store/journal.h"
#include "shell/bench_run.h"

enum {
	TURNS = 5,
	WINDOW = 2000,
	LANES = 2,
	LONE_ALONE = 200,
	LONE_BESIDE = 1000,
	RECORD_MAX = 4096,
};

/* A process whose items come one after the other. */
struct lane {
	uint64_t number;
	struct assignment last;
	struct id last_id;
	sem_t room;
};

struct accept {
	struct journal *j;
	const struct keypair *key;
	struct buf *items; /* so many were made */
	struct id *ids;
	uint64_t made;
	uint64_t begin; /* of this turn's items */
	uint64_t end;
	unsigned lane_count;
	struct lane lanes[LANES + 1]; /* the last is the lone one's */
	atomic_bool stop;
	struct histogram lone;
	uint64_t lone_commits;     /* the most that one of them waited */
	struct journal_times told; /* when the last one was */
	int told_status;
	/* what the two alone took */
	double lmdb_seconds;
	double sign_seconds;
	double seconds;
	struct histogram raw; /* of LMDB's commits alone */
	uint64_t bare_cpu_ns;
	uint64_t cpu_ns;
	uint64_t groups;
};

/* --- items and slots --- */

static int
make_item(struct bench *b, uint64_t i, struct buf *item, struct id *id,
    struct error *err)
{
	static const struct id target = { { 3 } };
	const struct tag tags[] = {
		{ span_text("Action"), span_text("Count") },
		{ span_text("Data-Protocol"), span_text("ao") },
		{ span_text("Type"), span_text("Message") },
		{ span_text("Variant"), span_text("ao.TN.1") },
	};
	uint8_t anchor[ANCHOR_BYTES] = { 0 };
	const struct message_draft draft = { .target = &target,
		.anchor = span_of(anchor, sizeof(anchor)),
		.tags = tags,
		.tag_count = sizeof(tags) / sizeof(*tags) };
	struct message *m;

	memcpy(anchor, &i, sizeof(i));
	if (message_sign(&draft, b->key, item, err) < 0 ||
	    message_decode(buf_span(item), &m, err) < 0)
		return -1;
	*id = m->id;
	message_unref(m);
	return 0;
}

/* Of item i; behind those that were made they come again under other ids, since
 * nobody looks into them here. */
static struct id
id_of(const struct accept *a, uint64_t i)
{
	uint64_t again = i / a->made * UINT64_C(0x9e3779b97f4a7c15);
	struct id id = a->ids[i % a->made];

	for (size_t at = 0; at < sizeof(again); at++)
		id.bytes[at] ^= (uint8_t)(again >> (8 * at));
	return id;
}

/* As the scheduler does it, in its order. */
static int
make_batch(struct accept *a, struct lane *l, uint64_t i, struct batch *batch,
    struct error *err)
{
	struct assignment *as = &l->last;
	struct id id = id_of(a, i);
	struct buf item = BUF_INIT;
	struct batch_slot slot;
	uint64_t seen;
	int rc;

	if (journal_seen(a->j, l->number, &id, &seen, err) < 0)
		return -1;
	if (as->timestamp_ms == 0) {
		as->process = id;
		assignment_chain_first(&as->process, as->hash_chain);
	} else {
		assignment_chain_next(&l->last_id, as->hash_chain,
		    as->hash_chain);
		as->slot++;
	}
	as->message = id;
	as->timestamp_ms = clock_wall_ms();
	as->height = 1440000;
	rc = assignment_sign(as, a->key, &item, &l->last_id, err);
	slot = (struct batch_slot){ .number = l->number,
		.assignment = as,
		.id = l->last_id,
		.assignment_item = buf_span(&item),
		.message_item = buf_span(&a->items[i % a->made]) };
	if (rc == 0)
		batch_add_slot(batch, &slot);
	buf_release(&item);
	return rc;
}

static void
give_room(void *arg, int status, const struct error *err)
{
	struct lane *l = arg;

	(void)status;
	(void)err;
	sem_post(&l->room);
}

/* The lane's share of a turn, and until it is durable. */
static int
run_lane(struct bench *b, uint64_t n, struct error *err)
{
	struct accept *a = b->subject;
	struct lane *l = &a->lanes[n];
	unsigned window = WINDOW / a->lane_count;

	for (uint64_t i = a->begin + n; i < a->end && !atomic_load(&a->stop);
	     i += a->lane_count) {
		struct batch *batch = batch_new();

		sem_wait(&l->room);
		if (make_batch(a, l, i, batch, err) < 0) {
			batch_free(batch);
			return -1;
		}
		journal_submit(a->j, batch, give_room, l);
	}
	for (unsigned i = 0; i < window; i++)
		sem_wait(&l->room);
	for (unsigned i = 0; i < window; i++)
		sem_post(&l->room);
	return 0;
}

/* Lanes from all threads; b->n is theirs meanwhile. */
static int
run_lanes(struct bench *b, struct error *err)
{
	struct accept *a = b->subject;
	uint64_t n = b->n;
	unsigned threads = b->threads;
	int rc;

	b->n = a->lane_count;
	b->threads = a->lane_count;
	rc = bench_parallel(b, run_lane, err);
	b->n = n;
	b->threads = threads;
	return rc;
}

/* --- the two alone --- */

static double
seconds_since(uint64_t begin_ns)
{
	return (double)(clock_now_ns() - begin_ns) / 1e9;
}

/* One group of records behind the last: 0 or a code of LMDB's. */
static int
raw_group(MDB_env *env, MDB_dbi tree, uint64_t first, uint64_t count,
    size_t bytes)
{
	static const uint8_t record[RECORD_MAX] = { 1 };
	MDB_txn *txn;
	int rc = mdb_txn_begin(env, NULL, 0, &txn);

	for (uint64_t i = first; rc == 0 && i < first + count; i++) {
		uint8_t key[8];
		MDB_val k = { sizeof(key), key };
		MDB_val v = { bytes, NULL };

		for (int at = 0; at < 8; at++)
			key[at] = (uint8_t)(i >> (56 - 8 * at));
		rc = mdb_put(txn, tree, &k, &v, MDB_APPEND | MDB_RESERVE);
		if (rc == 0)
			memcpy(v.mv_data, record, bytes);
	}
	if (rc == 0)
		return mdb_txn_commit(txn);
	mdb_txn_abort(txn);
	return rc;
}

/* `n` records after `first` in groups; the folder is LMDB's own. */
static int
run_lmdb(const char *dir, uint64_t first, uint64_t n, uint64_t group,
    size_t bytes, struct histogram *times)
{
	MDB_env *env;
	MDB_txn *txn;
	MDB_dbi tree;
	int rc = mdb_env_create(&env);

	if (rc != 0)
		return rc;
	mdb_env_set_mapsize(env, (size_t)16 << 30);
	mdb_env_set_maxdbs(env, 1);
	rc = mdb_env_open(env, dir, MDB_NOTLS, 0600);
	if (rc == 0)
		rc = mdb_txn_begin(env, NULL, 0, &txn);
	if (rc == 0 &&
	    (rc = mdb_dbi_open(txn, "record", MDB_CREATE, &tree)) == 0)
		rc = mdb_txn_commit(txn);
	for (uint64_t i = 0; rc == 0 && i < n; i += group) {
		uint64_t begin = clock_now_ns();

		rc = raw_group(env, tree, first + i,
		    group < n - i ? group : n - i, bytes);
		histogram_add(times, clock_now_ns() - begin);
	}
	mdb_env_close(env);
	return rc;
}

static void
run_sign(uint64_t n)
{
	uint8_t public[crypto_sign_PUBLICKEYBYTES];
	uint8_t secret[crypto_sign_SECRETKEYBYTES];
	uint8_t hash[48] = { 1 };
	uint8_t signature[crypto_sign_BYTES];

	crypto_sign_keypair(public, secret);
	for (uint64_t i = 0; i < n; i++) {
		memcpy(hash, &i, sizeof(i));
		crypto_sign_detached(signature, NULL, hash, sizeof(hash),
		    secret);
	}
}

/* As many items by the two alone, in groups of the size that was seen. */
static int
run_yardsticks(struct bench *b, const struct journal_times *before,
    struct error *err)
{
	struct accept *a = b->subject;
	uint64_t n = a->end - a->begin;
	struct journal_times now;
	char dir[PATH_MAX + 8];
	uint64_t begin;
	uint64_t cpu;
	uint64_t groups;
	int rc;

	journal_times(a->j, &now);
	groups = now.groups.count - before->groups.count;
	a->groups += groups;
	snprintf(dir, sizeof(dir), "%s/lmdb", b->dir);
	mkdir(dir, 0700);
	cpu = clock_cpu_ns();
	begin = clock_now_ns();
	rc = run_lmdb(dir, a->begin, n, (n + groups - 1) / groups,
	    now.bytes / now.records, &a->raw);
	a->lmdb_seconds += seconds_since(begin);
	if (rc != 0)
		return FAIL(err, ERR_STORE, "LMDB alone: %s", mdb_strerror(rc));
	begin = clock_now_ns();
	run_sign(n);
	a->sign_seconds += seconds_since(begin);
	a->bare_cpu_ns += clock_cpu_ns() - cpu;
	return 0;
}

/* --- what is told --- */

static double
ms(uint64_t ns)
{
	return (double)ns / 1e6;
}

static void
tell_groups(struct bench *b)
{
	struct accept *a = b->subject;
	double bare = a->lmdb_seconds + a->sign_seconds;
	struct journal_times s;
	char more[600];
	double n = (double)b->n;

	journal_times(a->j, &s);
	snprintf(more, sizeof(more),
	    ",\"what\":\"groups\",\"groupSize\":%.0f,\"recordBytes\":%" PRIu64
	    ",\"lmdbRate\":%.0f,\"signRate\":%.0f,\"yardstick\":%.0f"
	    ",\"ratio\":%.3f,\"cpuRatio\":%.3f,\"commitMsP50\":%.3f,\"commitMsP99\":%.3f"
	    ",\"commitMsMax\":%.3f,\"flushes\":%" PRIu64
	    ",\"flushMsP50\":%.3f,\"flushMsMax\":%.3f,\"indexMsMax\":%.3f"
	    ",\"rawMsP50\":%.3f,\"rawMsP99\":%.3f,\"rawMsMax\":%.3f",
	    n / (double)a->groups, s.bytes / s.records, n / a->lmdb_seconds,
	    n / a->sign_seconds, n / bare, bare / a->seconds,
	    (double)a->bare_cpu_ns / (double)a->cpu_ns,
	    ms(histogram_quantile(&s.groups, 0.5)),
	    ms(histogram_quantile(&s.groups, 0.99)), ms(s.groups.longest),
	    s.flushes.count, ms(histogram_quantile(&s.flushes, 0.5)),
	    ms(s.flushes.longest), ms(s.flush_ns),
	    ms(histogram_quantile(&a->raw, 0.5)),
	    ms(histogram_quantile(&a->raw, 0.99)), ms(a->raw.longest));
	bench_tell_ns(b, b->n, (uint64_t)(a->seconds * 1e9), a->cpu_ns, more);
}

/* Commits that ended while it waited: with its own, how many it saw. */
static void
tell_lone(struct bench *b, const char *what, const struct journal_times *before)
{
	struct accept *a = b->subject;
	struct journal_times s;
	double commit;
	char more[300];

	journal_times(a->j, &s);
	commit = (double)(s.groups.sum - before->groups.sum) /
	    (double)(s.groups.count - before->groups.count);
	snprintf(more, sizeof(more),
	    ",\"what\":\"%s\",\"p50Ms\":%.3f,\"p99Ms\":%.3f"
	    ",\"commitMs\":%.3f,\"p99OfCommit\":%.2f,\"mostCommits\":%" PRIu64,
	    what, ms(histogram_quantile(&a->lone, 0.5)),
	    ms(histogram_quantile(&a->lone, 0.99)), commit / 1e6,
	    (double)histogram_quantile(&a->lone, 0.99) / commit,
	    a->lone_commits);
	bench_tell_ns(b, a->lone.count, a->lone.sum, 0, more);
}

/* --- lone messages --- */

/* On the writer thread, before it goes on to the next group. */
static void
note_told(void *arg, int status, const struct error *err)
{
	struct accept *a = arg;

	(void)err;
	journal_times(a->j, &a->told);
	a->told_status = status;
	sem_post(&a->lanes[LANES].room);
}

static int
lone_one(struct accept *a, uint64_t i, struct error *err)
{
	struct lane *l = &a->lanes[LANES];
	struct batch *batch = batch_new();
	struct journal_times before;
	uint64_t begin;

	if (make_batch(a, l, i, batch, err) < 0) {
		batch_free(batch);
		return -1;
	}
	journal_times(a->j, &before);
	begin = clock_now_ns();
	journal_submit(a->j, batch, note_told, a);
	sem_wait(&l->room);
	histogram_add(&a->lone, clock_now_ns() - begin);
	if (a->told.groups.count - before.groups.count > a->lone_commits)
		a->lone_commits = a->told.groups.count - before.groups.count;
	return a->told_status < 0 ? FAIL(err, ERR_STORE, "not durable") : 0;
}

static int
run_alone(struct bench *b, struct error *err)
{
	struct accept *a = b->subject;
	struct journal_times before;

	a->lone = (struct histogram){ .count = 0 };
	a->lone_commits = 0;
	journal_times(a->j, &before);
	for (uint64_t i = 0; i < LONE_ALONE; i++)
		if (lone_one(a, b->n + i, err) < 0)
			return -1;
	tell_lone(b, "alone", &before);
	return 0;
}

struct beside {
	struct accept *a;
	uint64_t first;
	int rc;
	struct error err;
};

/* Lanes go on as long as there are lone messages to be timed. */
static void *
lone_main(void *arg)
{
	struct beside *s = arg;

	for (uint64_t i = 0; i < LONE_BESIDE && s->rc == 0; i++)
		s->rc = lone_one(s->a, s->first + i, &s->err);
	atomic_store(&s->a->stop, true);
	return NULL;
}

/* One that waits each time, beside the lanes. */
static int
run_beside(struct bench *b, struct error *err)
{
	struct accept *a = b->subject;
	struct beside s = { .a = a, .first = b->n + LONE_ALONE };
	struct journal_times before;
	pthread_t thread;
	int rc;

	a->begin = s.first + LONE_BESIDE;
	a->end = UINT64_MAX;
	a->lone = (struct histogram){ .count = 0 };
	a->lone_commits = 0;
	journal_times(a->j, &before);
	if (thread_start(&thread, "lone", lone_main, &s, err) < 0)
		return -1;
	rc = run_lanes(b, err);
	thread_join(thread);
	if (rc == 0 && s.rc < 0) {
		*err = s.err;
		rc = -1;
	}
	if (rc == 0)
		tell_lone(b, "under load", &before);
	return rc;
}

/* --- the workload --- */

static int
make_items(struct bench *b, struct accept *a, uint64_t count, struct error *err)
{
	a->items = xcalloc(count, sizeof(*a->items));
	a->ids = xcalloc(count, sizeof(*a->ids));
	for (uint64_t i = 0; i < count; i++)
		if (make_item(b, i, &a->items[i], &a->ids[i], err) < 0)
			return -1;
	return 0;
}

static void
open_lanes(struct accept *a)
{
	for (unsigned i = 0; i <= LANES; i++) {
		a->lanes[i].number = journal_next_number(a->j);
		sem_init(&a->lanes[i].room, 0,
		    i < LANES ? WINDOW / a->lane_count : 0);
	}
}

/* The journal and the two alone, turn by turn. */
static int
run_turns(struct bench *b, struct error *err)
{
	struct accept *a = b->subject;
	uint64_t each = b->n / TURNS;

	for (uint64_t i = 0; i < TURNS; i++) {
		struct journal_times before;

		a->begin = i * each;
		a->end = i == TURNS - 1 ? b->n : a->begin + each;
		journal_times(a->j, &before);
		bench_begin(b);
		if (run_lanes(b, err) < 0)
			return -1;
		a->seconds += seconds_since(b->begin_ns);
		a->cpu_ns += clock_cpu_ns() - b->begin_cpu_ns;
		if (run_yardsticks(b, &before, err) < 0)
			return -1;
	}
	tell_groups(b);
	return 0;
}

int
bench_accept(struct bench *b, struct error *err)
{
	struct accept *a = xcalloc(1, sizeof(*a));
	uint64_t count;
	int rc;

	if (b->n < WINDOW)
		b->n = WINDOW;
	count = b->n + LONE_ALONE;
	b->subject = a;
	a->key = b->key;
	a->made = count;
	a->lane_count = LANES;
	rc = journal_open(b->dir, &a->j, err);
	if (rc == 0)
		rc = make_items(b, a, count, err);
	if (rc == 0) {
		open_lanes(a);
		rc = run_turns(b, err);
	}
	if (rc == 0)
		rc = run_alone(b, err);
	if (rc == 0)
		rc = run_beside(b, err);
	journal_close(a->j);
	for (uint64_t i = 0; a->items && i < count; i++)
		buf_release(&a->items[i]);
	free(a->items);
	free(a->ids);
	free(a);
	return rc;
}

/* --- many processes --- */

/* A spawn as the networks want it, with a name. */
static int
make_spawn(struct bench *b, uint64_t i, const char *name, struct buf *item,
    struct id *id, struct error *err)
{
	static const char some[] =
	    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
	const struct tag tags[] = {
		{ span_text("Data-Protocol"), span_text("ao") },
		{ span_text("Type"), span_text("Process") },
		{ span_text("Variant"), span_text("ao.TN.1") },
		{ span_text("Module"), span_text(some) },
		{ span_text("Scheduler"), span_text(some) },
		{ span_text("Authority"), span_text(some) },
		{ span_text("Name"), span_text(name) },
	};
	uint8_t anchor[ANCHOR_BYTES] = { 0 };
	const struct message_draft draft = { .tags = tags,
		.tag_count = sizeof(tags) / sizeof(*tags),
		.anchor = span_of(anchor, sizeof(anchor)) };
	struct message *m;

	memcpy(anchor, &i, sizeof(i));
	if (message_sign(&draft, b->key, item, err) < 0 ||
	    message_decode(buf_span(item), &m, err) < 0)
		return -1;
	*id = m->id;
	message_unref(m);
	return 0;
}

/* Process i with its spawn in slot 0; a lane counts what is on its way. */
static int
spawn_one(struct bench *b, uint64_t i, struct error *err)
{
	struct accept *a = b->subject;
	struct lane *l = &a->lanes[0];
	struct assignment as = { .timestamp_ms = clock_wall_ms() };
	struct address owner = keypair_address(b->key);
	struct batch_slot slot = { .assignment = &as };
	struct buf item = BUF_INIT;
	struct buf signed_item = BUF_INIT;
	struct batch *batch;
	char name[32];
	int rc;

	snprintf(name, sizeof(name), "process-%" PRIu64, i);
	rc = make_spawn(b, i, name, &item, &a->ids[i], err);
	as.process = as.message = a->ids[i];
	assignment_chain_first(&as.process, as.hash_chain);
	if (rc == 0)
		rc = assignment_sign(&as, a->key, &signed_item, &slot.id, err);
	if (rc == 0) {
		sem_wait(&l->room);
		slot.number = journal_next_number(a->j);
		slot.assignment_item = buf_span(&signed_item);
		slot.message_item = buf_span(&item);
		slot.owner = span_text(owner.text);
		slot.name = span_text(name);
		batch = batch_new();
		batch_add_slot(batch, &slot);
		journal_submit(a->j, batch, give_room, l);
	}
	buf_release(&item);
	buf_release(&signed_item);
	return rc;
}

static bool
count_process(void *arg, const struct journal_process *p)
{
	(void)p;
	++*(uint64_t *)arg;
	return true;
}

/* Open it again, walk over all, and look some of them up. */
static int
look_at_all(struct bench *b, struct error *err)
{
	struct accept *a = b->subject;
	struct histogram finds = { .count = 0 };
	struct journal_process p;
	uint64_t walked = 0;
	uint64_t begin;
	double open_seconds;
	double walk_seconds;
	char more[300];

	bench_begin(b);
	begin = clock_now_ns();
	if (journal_open(b->dir, &a->j, err) < 0)
		return -1;
	open_seconds = seconds_since(begin);
	begin = clock_now_ns();
	if (journal_walk_unevaluated(a->j, count_process, &walked, err) < 0)
		return -1;
	walk_seconds = seconds_since(begin);
	for (uint64_t i = 0; i < b->n; i += b->n / 1000 + 1) {
		begin = clock_now_ns();
		if (journal_find(a->j, &a->ids[i], &p, err) < 0)
			return -1;
		histogram_add(&finds, clock_now_ns() - begin);
	}
	snprintf(more, sizeof(more),
	    ",\"what\":\"look\",\"openMs\":%.3f,\"walkMs\":%.3f"
	    ",\"walked\":%" PRIu64 ",\"findMsP50\":%.4f,\"findMsP99\":%.4f",
	    open_seconds * 1e3, walk_seconds * 1e3, walked,
	    ms(histogram_quantile(&finds, 0.5)),
	    ms(histogram_quantile(&finds, 0.99)));
	bench_tell(b, b->n, more);
	return 0;
}

/* Make them, say what one takes on disk, close; then look_at_all(). */
static int
make_all(struct bench *b, struct error *err)
{
	struct accept *a = b->subject;
	struct journal_times s;
	char more[200];

	bench_begin(b);
	if (bench_parallel(b, spawn_one, err) < 0)
		return -1;
	journal_times(a->j, &s);
	journal_close(a->j);
	if (journal_open(b->dir, &a->j, err) < 0)
		return -1;
	snprintf(more, sizeof(more),
	    ",\"what\":\"made\",\"recordBytes\":%.1f,\"diskBytes\":%.1f",
	    (double)s.bytes / (double)s.records,
	    (double)journal_size(a->j) / (double)b->n);
	bench_tell(b, b->n, more);
	journal_close(a->j);
	a->j = NULL;
	return 0;
}

int
bench_processes(struct bench *b, struct error *err)
{
	struct accept *a = xcalloc(1, sizeof(*a));
	int rc;

	b->subject = a;
	a->key = b->key;
	a->lane_count = 1;
	a->ids = xcalloc(b->n, sizeof(*a->ids));
	rc = journal_open(b->dir, &a->j, err);
	if (rc == 0) {
		open_lanes(a);
		rc = make_all(b, err);
	}
	if (rc == 0)
		rc = look_at_all(b, err);
	journal_close(a->j);
	free(a->ids);
	free(a);
	return rc;
}
