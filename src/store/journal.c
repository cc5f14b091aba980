/*
 * The writer: opening, groups, commits, recovery. Reading is in journal_read.c.
 *
 * A group is what has gathered in the queue while the last commit synced, cut
 * to a size that bounds memory and waiting. So the more wait, the more share
 * one sync, and nobody waits for a timer.
 *
 * A batch passes through these states, and a reader always finds it in at least
 * one: submitted (journal_seen() knows its messages), durable (its records are
 * in the tree), shown (the index leads to them). It leaves the first only after
 * it is in the last. Callbacks come behind that, in the order of submission.
 *
 * The index is behind the records on purpose: random writes into trees cost six
 * times what appending does. It is flushed in slices within the groups' own
 * commits, or in a commit of its own when nothing has come for IDLE_NS. What is
 * lost of it in a crash is derived again from the records behind "indexed".
 *
 * After a failed sync the system may have dropped pages that it calls written,
 * so nothing is tried again: the journal stops, and the next start sees what is
 * really there. Source: spec/engineering-notes.md 5.
 */
#include "store/journal.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/fault.h"
#include "base/thread.h"
#include "store/journal_derive.h"
#include "store/journal_state.h"

enum {
	/* of one transaction: bounds what a group waits, and memory */
	GROUP_RECORDS = 5000,
	GROUP_BYTES = 16 << 20,
	/* so long nothing came: time to write a part of the index */
	IDLE_NS = 50 * 1000 * 1000,
};

/*
 * Changes when an older program could not read what is written. A store of a
 * format before, which had no cron (1), no stopped processes (2) or no items of
 * a type (3), becomes one of this when it is opened.
 */
static const char our_format[] = "aosh-4";
static const char *const older_formats[] = { "aosh-1", "aosh-2", "aosh-3" };

static const char *const tree_names[] = { "meta", "record", "id", "slot",
	"process", "name", "open", "cron", "type", "checkpoint", NULL };

_Static_assert(sizeof(tree_names) / sizeof(*tree_names) == TREE_COUNT + 1,
    "a name for each tree");

/* Big-endian, so that the tree is in the order of the sequence. */
static struct index_key
seq_key(uint64_t seq)
{
	struct index_key k = { .len = 0 };

	key_add_u64(&k, seq);
	return k;
}

/* --- the writer --- */

/* Each record is one entry, above all that are there. */
static int
append_batch(struct kv_txn *txn, const struct batch *b, uint64_t *seq,
    struct error *err)
{
	struct span rest = buf_span(&b->records);
	struct span record;

	while (take_block(&rest, &record)) {
		struct index_key k = seq_key(*seq);

		if (kv_append(txn, TREE_RECORD, key_span(&k), record, err) < 0)
			return -1;
		++*seq;
	}
	return 0;
}

/* All records of a group, with slices of checkpoints and index beside. */
static int
fill_txn(struct journal *j, struct kv_txn *txn, const struct batch *group,
    uint64_t *flush_ns, struct error *err)
{
	uint64_t seq = j->next_seq;
	uint64_t begin;

	if (fault(FAULT_JOURNAL_FULL))
		return FAIL(err, ERR_FULL, "no space left on device (fault)");
	for (; group; group = group->next)
		if (append_batch(txn, group, &seq, err) < 0)
			return -1;
	if (saver_write(&j->saver, txn, err) < 0)
		return -1;
	begin = clock_now_ns();
	if (index_flush(j->index, txn, FLUSH_DUE, err) < 0)
		return -1;
	*flush_ns = clock_now_ns() - begin;
	return 0;
}

/* For whoever watches: how long a group took, and its part of the index. */
static void
count_group(struct journal *j, const struct batch *group, uint64_t ns,
    bool flushing, uint64_t flush_ns)
{
	struct journal_times *s = &j->stats;

	lock(&j->lock);
	for (; group; group = group->next) {
		s->records += group->count;
		s->bytes += group->records.len;
	}
	histogram_add(&s->groups, ns);
	if (flushing)
		histogram_add(&s->flushes, ns);
	if (flush_ns > s->flush_ns)
		s->flush_ns = flush_ns;
	unlock(&j->lock);
}

/* Make a group durable: one transaction, one commit. */
static int
write_group(struct journal *j, const struct batch *group, struct error *err)
{
	uint64_t begin = clock_now_ns();
	uint64_t flush_ns;
	bool flushing;
	struct kv_txn *txn;
	uint64_t start;

	index_seal(j->index, FLUSH_DUE);
	flushing = index_is_sealed(j->index);
	if (kv_begin(j->kv, true, &txn, err) < 0)
		return -1;
	if (fill_txn(j, txn, group, &flush_ns, err) < 0) {
		kv_abort(txn);
		return -1;
	}
	fault_die(FAULT_JOURNAL_DIES_BEFORE_COMMIT);
	if (fault(FAULT_JOURNAL_SYNC_FAILS)) {
		kv_abort(txn);
		return FAIL(err, ERR_STORE, "sync failed (fault)");
	}
	start = clock_now_ns();
	if (kv_commit(txn, err) < 0)
		return -1;
	counts_commit(&j->counts, start);
	fault_die(FAULT_JOURNAL_DIES_AFTER_COMMIT);
	count_group(j, group, clock_now_ns() - begin, flushing, flush_ns);
	index_flushed(j->index);
	return 0;
}

/* Let readers see a batch that is durable. */
static void
show_batch(struct journal *j, const struct batch *b)
{
	struct span rest = buf_span(&b->records);
	struct span bytes;
	struct record r;
	struct error err;

	index_begin(j->index);
	while (take_block(&rest, &bytes)) {
		int rc = record_decode(bytes, &r, &err);

		ASSERT(rc == 0);
		derive(j->index, j->next_seq++, &r);
		counts_record(&j->counts, &r);
	}
	index_end(j->index, j->next_seq - 1);
}

/* The slots of a batch are submitted, or (durable or failed) are not. */
static void
mark_submitted(struct journal *j, const struct batch *b, bool on)
{
	size_t count = b->marks.len / sizeof(struct slot_mark);
	struct slot_mark *marks = (struct slot_mark *)b->marks.p;

	for (size_t i = 0; i < count; i++)
		if (on)
			map_put(&j->submitted, key_span(&marks[i].key),
			    &marks[i]);
		else
			map_remove(&j->submitted, key_span(&marks[i].key));
}

/* Tell whoever waits, and free it. */
static void
tell_batch(struct journal *j, struct batch *b)
{
	if (b->done && j->stopped)
		b->done(b->arg, -1, &j->why);
	else if (b->done)
		b->done(b->arg, 0, NULL);
	batch_free(b);
}

/* Show a batch, or not; tell it, unless a checkpoint of it is to be written. */
static void
finish_batch(struct journal *j, struct batch *b)
{
	if (!j->stopped)
		show_batch(j, b);
	lock(&j->lock);
	mark_submitted(j, b, false);
	unlock(&j->lock);
	if (b->changes && !j->stopped)
		saver_add(&j->saver, b);
	else
		tell_batch(j, b);
}

/* Checkpoints that are durable; all of them when there will be none more. */
static void
finish_saved(struct journal *j)
{
	struct batch *b = saver_take(&j->saver, j->stopped);

	while (b) {
		struct batch *next = b->next;

		tell_batch(j, b);
		b = next;
	}
}

/* For good: every batch from now on fails with this. */
static void
stop(struct journal *j, const struct error *err)
{
	j->stopped = true;
	j->why = *err;
	error_prefix(&j->why, "the journal takes nothing more");
}

/* Batches of a group share one fate, and are told in their order. */
static void
commit_group(struct journal *j, struct batch *group)
{
	struct error err;

	if (!j->stopped && write_group(j, group, &err) < 0)
		stop(j, &err);
	while (group) {
		struct batch *next = group->next;

		finish_batch(j, group);
		group = next;
	}
	finish_saved(j);
}

/* Write a part of checkpoints and index in a commit of its own. */
static int
write_behind(struct journal *j, enum flush how, struct error *err)
{
	struct kv_txn *txn;

	index_seal(j->index, how);
	if (kv_begin(j->kv, true, &txn, err) < 0)
		return -1;
	if (saver_write(&j->saver, txn, err) < 0 ||
	    index_flush(j->index, txn, how, err) < 0) {
		kv_abort(txn);
		return -1;
	}
	if (kv_commit(txn, err) < 0)
		return -1;
	index_flushed(j->index);
	return 0;
}

/* Nobody waits: what was put off, in a commit of its own. */
static void
work_idly(struct journal *j)
{
	enum flush how = saver_is_due(&j->saver) ? FLUSH_DUE : FLUSH_IDLE;
	struct error err;

	if (write_behind(j, how, &err) < 0)
		stop(j, &err);
	finish_saved(j);
}

/* Cut off as much of the queue as goes into one transaction. */
static struct batch *
cut_group(struct journal *j)
{
	struct batch *group = j->first;
	struct batch **at = &j->first;
	size_t records = 0;
	size_t bytes = 0;

	while (*at &&
	    (at == &j->first ||
		(records + (*at)->count <= GROUP_RECORDS &&
		    bytes + (*at)->records.len <= GROUP_BYTES))) {
		records += (*at)->count;
		bytes += (*at)->records.len;
		at = &(*at)->next;
	}
	j->first = *at;
	if (!j->first)
		j->end = &j->first;
	*at = NULL;
	return group;
}

/*
 * Wait for batches and give a group of them. NULL: to end, or (*idle) nothing
 * came while a checkpoint or a part of the index wants to be written.
 */
static struct batch *
take_group(struct journal *j, bool *idle)
{
	bool due = !j->stopped && index_is_due(j->index);
	uint64_t deadline = due ? clock_now_ns() + IDLE_NS : 0;
	struct batch *group = NULL;

	*idle = saver_is_due(&j->saver);
	lock(&j->lock);
	while (!j->first && !j->ending && !*idle) {
		cond_wait(&j->wake, &j->lock, deadline);
		*idle = due && clock_now_ns() >= deadline;
	}
	if (j->first)
		group = cut_group(j);
	unlock(&j->lock);
	return group;
}

/* Ends when the queue is empty and the journal is to be closed. */
static void *
writer_main(void *arg)
{
	struct journal *j = arg;
	bool idle = true;

	for (;;) {
		struct batch *group = take_group(j, &idle);

		if (group)
			commit_group(j, group);
		else if (!idle)
			return NULL;
		else
			work_idly(j);
	}
}

void
journal_submit(struct journal *j, struct batch *b, journal_done_fn done,
    void *arg)
{
	b->done = done;
	b->arg = arg;
	b->next = NULL;
	lock(&j->lock);
	ASSERT(!j->ending);
	mark_submitted(j, b, true);
	*j->end = b;
	j->end = &b->next;
	pthread_cond_signal(&j->wake);
	unlock(&j->lock);
}

/* On the stack of whoever calls journal_write(). */
struct waiter {
	pthread_mutex_t lock;
	pthread_cond_t told;
	bool done;
	int status;
	struct error *err;
};

/* The lock is held to the end: the waiter frees it. */
static void
tell_waiter(void *arg, int status, const struct error *err)
{
	struct waiter *w = arg;

	lock(&w->lock);
	w->done = true;
	w->status = status;
	if (status < 0)
		*w->err = *err;
	pthread_cond_signal(&w->told);
	unlock(&w->lock);
}

int
journal_write(struct journal *j, struct batch *b, struct error *err)
{
	struct waiter w = { .lock = PTHREAD_MUTEX_INITIALIZER, .err = err };

	cond_init(&w.told);
	journal_submit(j, b, tell_waiter, &w);
	lock(&w.lock);
	while (!w.done)
		cond_wait(&w.told, &w.lock, 0);
	unlock(&w.lock);
	pthread_cond_destroy(&w.told);
	pthread_mutex_destroy(&w.lock);
	return w.status;
}

uint64_t
journal_next_number(struct journal *j)
{
	return atomic_fetch_add(&j->next_number, 1);
}

/* --- opening --- */

/* One program owns a journal: it locks a file beside it until it ends. */
static int
own(struct journal *j, const char *dir, struct error *err)
{
	struct flock whole = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	char *path = xasprintf("%s/lock", dir);

	j->owned = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	free(path);
	if (j->owned < 0)
		return FAIL_ERRNO(err, errno == ENOSPC ? ERR_FULL : ERR_STORE,
		    "cannot use '%s'", dir);
	if (fcntl(j->owned, F_OFD_SETLK, &whole) == 0)
		return 0;
	if (errno == EAGAIN || errno == EACCES)
		return FAIL(err, ERR_BUSY, "another program uses '%s'", dir);
	return FAIL_ERRNO(err, ERR_STORE, "cannot lock '%s'", dir);
}

/* Nothing in any tree: a store that was just made. */
static bool
is_empty(struct kv_txn *txn)
{
	struct span key;
	struct span value;

	for (int i = 0; i < TREE_COUNT; i++)
		if (kv_last(txn, i, &key, &value))
			return false;
	return true;
}

/* What stands there may be anything: shown as printable characters. */
static int
refuse_format(struct span found, struct error *err)
{
	char name[32] = "";

	for (size_t i = 0; i < found.len && i < sizeof(name) - 1; i++)
		name[i] = isgraph(found.p[i]) ? (char)found.p[i] : '?';
	return FAIL(err, ERR_STORE,
	    "the store is of format '%s', this program knows '%s'",
	    found.len ? name : "none", our_format);
}

static bool
is_older(struct span format)
{
	for (size_t i = 0; i < sizeof(older_formats) / sizeof(*older_formats);
	     i++)
		if (span_is(format, older_formats[i]))
			return true;
	return false;
}

/* An empty store is of no format yet; it gets ours, as an older one does. */
static int
check_format(struct journal *j, bool *write, struct error *err)
{
	struct span found = span_of(NULL, 0);
	struct kv_txn *txn;
	int rc = 0;

	if (kv_begin(j->kv, false, &txn, err) < 0)
		return -1;
	*write = is_empty(txn);
	if (!*write) {
		kv_get(txn, TREE_META, span_text("format"), &found);
		*write = is_older(found);
		if (!*write && !span_is(found, our_format))
			rc = refuse_format(found, err);
	}
	kv_abort(txn);
	return rc;
}

/* The first write of this format; not before all could be read. */
static int
write_format(struct journal *j, struct error *err)
{
	struct kv_txn *txn;

	if (kv_begin(j->kv, true, &txn, err) < 0)
		return -1;
	if (kv_put(txn, TREE_META, span_text("format"), span_text(our_format),
		err) < 0) {
		kv_abort(txn);
		return -1;
	}
	fault_die(FAULT_STORE_DIES_BEFORE_FORMAT);
	if (kv_commit(txn, err) < 0)
		return -1;
	fault_die(FAULT_STORE_DIES_AFTER_FORMAT);
	return 0;
}

/* A walk over the records that the index does not know. */
struct recovery {
	struct journal *j;
	uint64_t last;    /* sequence */
	uint64_t highest; /* process number */
	struct error *err;
	int rc;
};

/* Whether there is such a key in a tree, or on the way to it. */
static bool
is_indexed(struct journal *j, enum tree tree, struct index_key key)
{
	struct index_value v;

	return index_peek(j->index, tree, key_span(&key), &v);
}

/* The trees counted what they hold; a slice may have brought a part of this. */
static void
count_recovered(struct journal *j, const struct record *r)
{
	const struct position at = { r->slot,
		r->kind == RECORD_TICK ? r->tick.at.tick : 0 };

	if (r->kind != RECORD_SLOT && r->kind != RECORD_TICK)
		return;
	if (!is_indexed(j, TREE_SLOT, derive_entry_key(r->number, at)))
		atomic_fetch_add(&j->counts.slots, 1);
	if (r->kind == RECORD_SLOT && r->slot == 0 &&
	    !is_indexed(j, TREE_ID, derive_id_key(&r->process, ID_PROCESS)))
		atomic_fetch_add(&j->counts.processes, 1);
}

/* Derive again what a record behind "indexed up to" means. */
static bool
recover_record(void *arg, struct span key, struct span value)
{
	struct recovery *c = arg;
	struct index_key expected = seq_key(c->last + 1);
	struct record r;

	c->rc = record_decode(value, &r, c->err);
	if (c->rc == 0 && !span_equal(key, key_span(&expected)))
		c->rc = FAIL(c->err, ERR_STORE, "a record is missing");
	if (c->rc < 0) {
		error_prefix(c->err, "record %" PRIu64, c->last + 1);
		return false;
	}
	c->last++;
	if (r.kind == RECORD_SLOT && r.number > c->highest)
		c->highest = r.number;
	index_begin(c->j->index);
	count_recovered(c->j, &r);
	derive(c->j->index, c->last, &r);
	index_end(c->j->index, c->last);
	return true;
}

/* Sequences are dense: a gap means that the store is not ours to trust. */
static int
recover(struct journal *j, struct error *err)
{
	struct recovery c = { .j = j, .err = err };
	struct journal_process p = { .number = 0 };
	struct index_key from;
	struct kv_txn *txn;
	struct span key;
	struct span value;

	c.last = index_stored(j->index);
	/* what comes behind the indexed may be in the trees in part */
	index_set_clean(j->index, UINT64_MAX);
	from = seq_key(c.last + 1);
	if (kv_begin(j->kv, false, &txn, err) < 0)
		return -1;
	counts_stored(&j->counts, txn);
	if (kv_last(txn, TREE_PROCESS, &key, &value) &&
	    derive_read_process(key, value, &p))
		c.highest = p.number;
	if (kv_walk(txn, TREE_RECORD, key_span(&from), recover_record, &c,
		err) < 0)
		c.rc = -1;
	kv_abort(txn);
	if (c.rc < 0)
		return -1;
	j->next_seq = c.last + 1;
	atomic_store(&j->counts.records, c.last);
	index_set_clean(j->index, j->next_seq);
	atomic_store(&j->next_number, c.highest + 1);
	return 0;
}

/* They are few: what the last run left open. */
static bool
count_push(void *arg, const struct push_key *key)
{
	struct journal *j = arg;

	(void)key;
	atomic_fetch_add(&j->counts.pushes, 1);
	return true;
}

/* The lock first: what is looked at must not change meanwhile. */
static int
open_store(struct journal *j, const char *dir, struct error *err)
{
	bool write;

	if (!dir) {
		if (kv_open_memory(tree_names, &j->kv, err) < 0)
			return -1;
	} else if (own(j, dir, err) < 0 ||
	    kv_open_lmdb(dir, tree_names, &j->kv, err) < 0) {
		return -1;
	}
	if (check_format(j, &write, err) < 0)
		return -1;
	j->index = index_new(j->kv);
	if (recover(j, err) < 0 ||
	    journal_walk_unpushed(j, count_push, j, err) < 0)
		return -1;
	return write ? write_format(j, err) : 0;
}

/* Also half open: what is not there is NULL or -1. */
static void
journal_free(struct journal *j)
{
	index_free(j->index);
	kv_close(j->kv);
	if (j->owned >= 0)
		close(j->owned); /* gives the lock back: the last thing */
	map_release(&j->submitted);
	counts_release(&j->counts);
	pthread_mutex_destroy(&j->lock);
	pthread_cond_destroy(&j->wake);
	free(j);
}

int
journal_open(const char *dir, struct journal **out, struct error *err)
{
	struct journal *j = xcalloc(1, sizeof(*j));

	j->owned = -1;
	j->end = &j->first;
	pthread_mutex_init(&j->lock, NULL);
	cond_init(&j->wake);
	saver_init(&j->saver);
	counts_init(&j->counts);
	if (open_store(j, dir, err) < 0) {
		if (dir && err->code != ERR_BUSY)
			error_prefix(err, "cannot open the journal in '%s'",
			    dir);
		journal_free(j);
		return -1;
	}
	if (thread_start(&j->writer, "journal", writer_main, j, err) < 0) {
		journal_free(j);
		return -1;
	}
	*out = j;
	return 0;
}

void
journal_close(struct journal *j)
{
	struct error err;

	if (!j)
		return;
	lock(&j->lock);
	j->ending = true;
	pthread_cond_signal(&j->wake);
	unlock(&j->lock);
	thread_join(j->writer);
	/* so that the next start has little to read again; it may fail */
	while (j->owned >= 0 && !j->stopped && index_is_due(j->index) &&
	    write_behind(j, FLUSH_ALL, &err) == 0)
		continue;
	journal_free(j);
}
