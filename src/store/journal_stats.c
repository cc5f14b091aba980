/*
 * Processes and slots are counted by the trees themselves when the journal is
 * opened, and by one addition per record from then on; only the open pushes,
 * which are few then, are walked. The rest
 * is of this run: how long the newest commits took, and how many there were in
 * each of the last seconds.
 */
#include "store/journal_stats.h"

#include "base/clock.h"
#include "base/thread.h"
#include "store/journal_state.h"

enum {
	LATELY_S = 10,
	NS_PER_S = 1000000000,
	NS_PER_US = 1000,
};

void
counts_init(struct journal_counts *c)
{
	pthread_mutex_init(&c->lock, NULL);
}

void
counts_release(struct journal_counts *c)
{
	pthread_mutex_destroy(&c->lock);
}

void
counts_stored(struct journal_counts *c, struct kv_txn *txn)
{
	atomic_store(&c->processes, kv_entries(txn, TREE_PROCESS));
	atomic_store(&c->slots, kv_entries(txn, TREE_SLOT));
}

/* A mark of a push that is not counted must not count below nothing. */
static void
count_pushed(struct journal_counts *c)
{
	uint64_t open = atomic_load(&c->pushes);

	while (open > 0 &&
	    !atomic_compare_exchange_weak(&c->pushes, &open, open - 1))
		continue;
}

void
counts_record(struct journal_counts *c, const struct record *r)
{
	atomic_fetch_add(&c->records, 1);
	switch (r->kind) {
	case RECORD_SLOT:
		atomic_fetch_add(&c->slots, 1);
		if (r->slot == 0)
			atomic_fetch_add(&c->processes, 1);
		break;
	case RECORD_TICK:
		atomic_fetch_add(&c->slots, 1);
		break;
	case RECORD_RESULT:
	case RECORD_TICK_RESULT:
		atomic_fetch_add(&c->pushes, r->pushes);
		break;
	case RECORD_PUSHED:
	case RECORD_TICK_PUSHED:
		count_pushed(c);
		break;
	default:
		break;
	}
}

void
counts_commit(struct journal_counts *c, uint64_t start_ns)
{
	uint64_t now = clock_now_ns();
	uint64_t second = now / NS_PER_S;
	struct second_count *s = &c->seconds[second % LATELY_MAX];

	lock(&c->lock);
	c->newest_ns[c->commits++ % COMMITS_KEPT] = now - start_ns;
	if (s->second != second)
		*s = (struct second_count){ second, 0 };
	s->commits++;
	unlock(&c->lock);
}

/* Whole seconds, and the one that runs. */
static uint64_t
commits_lately(const struct journal_counts *c)
{
	uint64_t second = clock_now_ns() / NS_PER_S;
	uint64_t n = 0;

	for (int i = 0; i < LATELY_MAX; i++)
		if (c->seconds[i].second + LATELY_S > second)
			n += c->seconds[i].commits;
	return n;
}

static void
read_commits(struct journal_counts *c, struct journal_stats *out)
{
	uint64_t kept;
	uint64_t sum = 0;

	lock(&c->lock);
	kept = c->commits < COMMITS_KEPT ? c->commits : COMMITS_KEPT;
	for (uint64_t i = 0; i < kept; i++) {
		uint64_t us = c->newest_ns[i] / NS_PER_US;

		sum += us;
		if (us > out->sync_max_us)
			out->sync_max_us = us;
	}
	out->sync_mean_us = kept ? sum / kept : 0;
	out->commits = c->commits;
	out->commits_10s = commits_lately(c);
	unlock(&c->lock);
}

void
journal_stats(struct journal *j, struct journal_stats *out)
{
	struct journal_counts *c = &j->counts;

	*out = (struct journal_stats){
		.processes = atomic_load(&c->processes),
		.slots = atomic_load(&c->slots),
		.pushes = atomic_load(&c->pushes),
		.records = atomic_load(&c->records),
		.bytes = journal_size(j),
	};
	read_commits(c, out);
}
