#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/thread.h"
#include "store/journal.h"
#include "store/kv.h"
#include "test.h"

/* --- a directory for one test, ids and batches made up from numbers --- */

static char dir[64];

static const char *
fresh_dir(void)
{
	snprintf(dir, sizeof(dir), "/tmp/aosh-test-XXXXXX");
	CHECK(mkdtemp(dir) != NULL);
	return dir;
}

static int
remove_entry(const char *path, __attribute__((unused)) const struct stat *st,
    __attribute__((unused)) int flag, __attribute__((unused)) struct FTW *at)
{
	return remove(path);
}

static void
remove_dir(void)
{
	nftw(dir, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
}

static struct journal *
opened(const char *where)
{
	struct journal *j = NULL;
	struct error err;

	CHECK_OK(journal_open(where, &j, &err), err);
	return j;
}

/* Kinds keep the ids of a slot's parts apart. */
static struct id
make_id(char kind, uint64_t number, uint64_t slot)
{
	struct id id = { { 0 } };
	uint64_t mixed =
	    (number * 0x9e3779b97f4a7c15U) ^ (slot * 0xd1b54a32d192ed03U);

	memcpy(id.bytes, &mixed, 8);
	memcpy(id.bytes + 8, &number, 8);
	memcpy(id.bytes + 16, &slot, 8);
	id.bytes[24] = (uint8_t)kind;
	return id;
}

static struct id
process_id(uint64_t number)
{
	return make_id('m', number, 0);
}

static void
add_named(struct batch *b, uint64_t number, uint64_t slot, const char *owner,
    const char *name)
{
	struct assignment a = { .process = process_id(number),
		.message = make_id('m', number, slot),
		.slot = slot };
	char text[2][64];
	struct batch_slot s = { .number = number,
		.assignment = &a,
		.id = make_id('a', number, slot),
		.owner = span_text(owner),
		.name = span_text(name) };

	snprintf(text[0], 64, "assignment %d/%d", (int)number, (int)slot);
	snprintf(text[1], 64, "message %d/%d", (int)number, (int)slot);
	s.assignment_item = span_text(text[0]);
	s.message_item = span_text(text[1]);
	batch_add_slot(b, &s);
}

static void
add_slot(struct batch *b, uint64_t number, uint64_t slot)
{
	add_named(b, number, slot, "", "");
}

static void
add_result(struct batch *b, uint64_t number, uint64_t slot, uint32_t pushes)
{
	struct result r = { VERDICT_ERROR, BUF_INIT };
	uint8_t chain[SHA256_BYTES];

	memset(chain, (int)slot, sizeof(chain));
	buf_printf(&r.json, "{\"Error\":\"%d/%d\"}", (int)number, (int)slot);
	batch_add_result(b, number, slot, &r, chain, pushes);
	buf_release(&r.json);
}

static void
add_pushed(struct batch *b, uint64_t number, uint64_t slot, uint32_t entry)
{
	struct push_key key = { number, slot, entry };

	batch_add_pushed(b, &key);
}

static void
written(struct journal *j, struct batch *b)
{
	struct error err;

	CHECK_OK(journal_write(j, b, &err), err);
}

static void
check_slot(struct journal *j, uint64_t number, uint64_t slot, bool evaluated)
{
	struct slot_record r;
	struct error err;
	char text[64];

	CHECK_OK(journal_read_slot(j, number, slot, &r, &err), err);
	snprintf(text, 64, "assignment %d/%d", (int)number, (int)slot);
	CHECK_SPAN(buf_span(&r.assignment), text);
	snprintf(text, 64, "message %d/%d", (int)number, (int)slot);
	CHECK_SPAN(buf_span(&r.message), text);
	CHECK_INT(r.evaluated, evaluated);
	if (evaluated) {
		snprintf(text, 64, "{\"Error\":\"%d/%d\"}", (int)number,
		    (int)slot);
		CHECK_SPAN(buf_span(&r.result.json), text);
		CHECK_INT(r.result.verdict, VERDICT_ERROR);
		CHECK_INT(r.chain[31], (uint8_t)slot);
	}
	slot_record_release(&r);
}

/* What a walk of open pushes or of processes gives, as text. */
static bool
note_push(void *arg, const struct push_key *key)
{
	buf_printf(arg, "%d/%d.%d ", (int)key->process, (int)key->slot,
	    (int)key->entry);
	return true;
}

static bool
note_process(void *arg, const struct journal_process *p)
{
	struct id id = process_id(p->number);

	CHECK(id_equal(&id, &p->id));
	buf_printf(arg, "%d:%d/%d ", (int)p->number, (int)p->evaluated,
	    (int)p->slots);
	return true;
}

static void
check_open(struct journal *j, const char *pushes, const char *unevaluated)
{
	struct buf text = BUF_INIT;
	struct error err;

	CHECK_OK(journal_walk_unpushed(j, note_push, &text, &err), err);
	CHECK_TEXT(buf_text(&text), pushes);
	buf_clear(&text);
	CHECK_OK(journal_walk_unevaluated(j, note_process, &text, &err), err);
	CHECK_TEXT(buf_text(&text), unevaluated);
	buf_release(&text);
}

static void
check_item(struct journal *j, struct id id, const char *text)
{
	struct buf out = BUF_INIT;
	struct error err;
	int rc = journal_read_item(j, &id, &out, &err);

	if (text) {
		CHECK_OK(rc, err);
		CHECK_SPAN(buf_span(&out), text);
	} else {
		CHECK_INT(rc, -1);
		CHECK_INT(err.code, ERR_NOT_FOUND);
	}
	buf_release(&out);
}

/* --- reading back --- */

static void
write_sample(struct journal *j)
{
	struct batch *b = batch_new();
	struct id id = make_id('i', 9, 9);

	add_named(b, 1, 0, "alice", "chat");
	add_slot(b, 1, 1);
	add_result(b, 1, 0, 2);
	written(j, b);
	b = batch_new();
	add_named(b, 2, 0, "bob", "chat");
	batch_add_item(b,
	    &(struct batch_item){ .id = id, .bytes = span_text("an item") });
	id = make_id('x', 9, 9);
	batch_add_module(b, &id, span_text("a module"));
	add_pushed(b, 1, 0, 0);
	written(j, b);
}

static void
check_sample(struct journal *j)
{
	struct id found[2] = { { { 0 } } };
	struct id want = process_id(2);
	struct journal_process p;
	struct buf out = BUF_INIT;
	struct error err;
	uint64_t slot = 77;

	check_slot(j, 1, 0, true);
	check_slot(j, 1, 1, false);
	check_slot(j, 2, 0, false);
	check_open(j, "1/0.1 ", "1:1/2 2:0/1 ");
	check_item(j, make_id('i', 9, 9), "an item");
	check_item(j, make_id('m', 1, 1), "message 1/1");
	check_item(j, make_id('a', 2, 0), "assignment 2/0");
	check_item(j, make_id('x', 9, 9), NULL);
	check_item(j, make_id('m', 3, 0), NULL);
	want = make_id('x', 9, 9);
	CHECK_OK(journal_read_module(j, &want, &out, &err), err);
	CHECK_SPAN(buf_span(&out), "a module");
	buf_release(&out);

	want = process_id(2);
	CHECK_OK(journal_find(j, &want, &p, &err), err);
	CHECK_INT(p.number, 2);
	CHECK_INT(p.slots, 1);
	CHECK_INT(journal_find_name(j, span_text("chat"), span_text(""), found,
		      2, &err),
	    2);
	CHECK(id_equal(&found[0], &want));
	CHECK_INT(journal_find_name(j, span_text("chat"), span_text("alice"),
		      found, 2, &err),
	    1);
	want = process_id(1);
	CHECK(id_equal(&found[0], &want));
	CHECK_INT(journal_find_name(j, span_text("cha"), span_text(""), NULL, 0,
		      &err),
	    0);

	want = make_id('m', 1, 1);
	CHECK_INT(journal_seen(j, 1, &want, &slot, &err), 1);
	CHECK_INT(slot, 1);
	CHECK_INT(journal_seen(j, 2, &want, &slot, &err), 0);
	want = make_id('m', 4, 4);
	CHECK_INT(journal_find(j, &want, &p, &err), -1);
	CHECK_INT(err.code, ERR_NOT_FOUND);
}

TEST(journal, gives_back_what_was_written)
{
	struct slot_record r;
	struct error err;
	struct journal *j = opened(NULL);

	CHECK_INT(journal_next_number(j), 1);
	write_sample(j);
	check_sample(j);
	CHECK_INT(journal_read_slot(j, 1, 2, &r, &err), -1);
	CHECK_INT(err.code, ERR_NOT_FOUND);
	CHECK(journal_size(j) > 0);
	journal_close(j);
}

TEST(journal, keeps_it_over_a_close)
{
	struct journal *j = opened(fresh_dir());

	write_sample(j);
	check_sample(j);
	journal_close(j);
	j = opened(dir);
	check_sample(j);
	CHECK_INT(journal_next_number(j), 3);
	journal_close(j);
	remove_dir();
}

/* --- children: what a killed program leaves behind --- */

static pid_t
start_child(int (*run)(void))
{
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid == 0)
		_exit(run());
	return pid;
}

/* Exit status, or 128 and the signal. Without closing what it opened. */
static int
child(int (*run)(void))
{
	pid_t pid = start_child(run);
	int status;

	CHECK(pid > 0 && waitpid(pid, &status, 0) == pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static void
set_fault(const char *what)
{
	setenv("AOSH_FAULT", what, 1);
	fault_init();
}

static char fault_text[64]; /* of a child */

static int
run_sample(void)
{
	struct journal *j;
	struct error err;

	if (journal_open(dir, &j, &err) < 0)
		return 1;
	write_sample(j);
	return 0;
}

static void
check_sample_in_dir(void)
{
	struct journal *j = opened(dir);

	check_sample(j);
	journal_close(j);
}

TEST(journal, reads_unindexed_records_again)
{
	struct journal *j;

	fresh_dir();
	CHECK_INT(child(run_sample), 0);
	j = opened(dir);
	check_sample(j);
	CHECK_INT(journal_next_number(j), 3);
	journal_close(j);
	remove_dir();
}

/* A second batch of two slots, after a first of one. */
static int
run_two_batches(void)
{
	struct batch *b = batch_new();
	struct journal *j;
	struct error err;

	if (journal_open(dir, &j, &err) < 0)
		return 1;
	add_slot(b, 1, 0);
	if (journal_write(j, b, &err) < 0)
		return 2;
	b = batch_new();
	add_slot(b, 2, 0);
	add_slot(b, 1, 1);
	if (journal_write(j, b, &err) < 0)
		return 10 + (int)err.code;
	return 0;
}

static void
check_two_batches(bool second)
{
	struct journal *j = opened(dir);

	check_slot(j, 1, 0, false);
	check_open(j, "", second ? "1:0/2 2:0/1 " : "1:0/1 ");
	journal_close(j);
	remove_dir();
}

static int
run_dies_before(void)
{
	set_fault("JOURNAL_DIES_BEFORE_COMMIT:2");
	return run_two_batches();
}

static int
run_dies_after(void)
{
	set_fault("JOURNAL_DIES_AFTER_COMMIT:2");
	return run_two_batches();
}

TEST(journal, a_batch_is_there_whole_or_not_at_all)
{
	fresh_dir();
	CHECK_INT(child(run_dies_before), 128 + SIGKILL);
	check_two_batches(false);
	fresh_dir();
	CHECK_INT(child(run_dies_after), 128 + SIGKILL);
	check_two_batches(true);
}

/* The second batch fails, so do all later ones; reading goes on. */
static int
run_stopped(const char *what, enum error_code code)
{
	struct batch *b = batch_new();
	struct slot_record r;
	struct id id = make_id('m', 1, 1);
	struct journal *j;
	struct error err;
	uint64_t slot;

	if (journal_open(dir, &j, &err) < 0)
		return 1;
	add_slot(b, 1, 0);
	if (journal_write(j, b, &err) < 0)
		return 2;
	set_fault(what);
	for (int i = 0; i < 2; i++) {
		b = batch_new();
		add_slot(b, 1, 1);
		if (journal_write(j, b, &err) == 0 || err.code != code)
			return 3;
	}
	if (!strstr(err.text, "takes nothing more: ") ||
	    journal_seen(j, 1, &id, &slot, &err))
		return 4;
	if (journal_read_slot(j, 1, 1, &r, &err) == 0 ||
	    journal_read_slot(j, 1, 0, &r, &err) < 0)
		return 5;
	slot_record_release(&r);
	journal_close(j);
	return 0;
}

static int
run_full(void)
{
	return run_stopped("JOURNAL_FULL", ERR_FULL);
}

static int
run_sync_fails(void)
{
	return run_stopped("JOURNAL_SYNC_FAILS", ERR_STORE);
}

TEST(journal, stops_when_the_disk_fails)
{
	fresh_dir();
	CHECK_INT(child(run_full), 0);
	check_two_batches(false);
	fresh_dir();
	CHECK_INT(child(run_sync_fails), 0);
	check_two_batches(false);
}

/* --- many records: levels, slices, recovery in the middle of them --- */

enum {
	MANY_PROCESSES = 400,
	MANY_SLOTS = 45,
	MANY_BATCH = 10,
};

static struct batch *
many_batch(uint64_t slot, uint64_t first)
{
	struct batch *b = batch_new();

	for (uint64_t p = first; p < first + MANY_BATCH; p++) {
		add_slot(b, p, slot);
		add_result(b, p, slot, 2);
		add_pushed(b, p, slot, 1);
		/* the pushes of the last process stay open */
		if (p != MANY_PROCESSES)
			add_pushed(b, p, slot, 0);
	}
	return b;
}

static void
write_many(struct journal *j, uint64_t from, uint64_t to)
{
	for (uint64_t slot = from; slot < to; slot++)
		for (uint64_t p = 1; p <= MANY_PROCESSES; p += MANY_BATCH)
			journal_submit(j, many_batch(slot, p), NULL, NULL);
	written(j, batch_new());
}

static void
check_many(struct journal *j, uint64_t slots)
{
	struct buf open = BUF_INIT;
	struct error err;
	uint64_t slot;
	struct id id;

	for (uint64_t s = 0; s < slots; s++) {
		for (uint64_t p = 1; p <= MANY_PROCESSES; p += 13) {
			check_slot(j, p, s, true);
			id = make_id('m', p, s);
			CHECK_INT(journal_seen(j, p, &id, &slot, &err), 1);
			CHECK_INT(slot, s);
		}
		buf_printf(&open, "%d/%d.0 ", MANY_PROCESSES, (int)s);
	}
	check_open(j, buf_text(&open), "");
	buf_release(&open);
}

static struct journal *
run_many_open(void)
{
	struct journal *j;
	struct error err;

	if (journal_open(dir, &j, &err) < 0)
		_exit(1);
	write_many(j, MANY_SLOTS, MANY_SLOTS + 60);
	return j;
}

static int
run_many(void)
{
	run_many_open();
	return 0;
}

TEST(journal, many_records_are_indexed_in_slices)
{
	struct journal *j = opened(fresh_dir());

	write_many(j, 0, MANY_SLOTS);
	check_many(j, MANY_SLOTS);
	journal_close(j);
	/* killed with some of a level in the trees and some not */
	CHECK_INT(child(run_many), 0);
	j = opened(dir);
	check_many(j, MANY_SLOTS + 60);
	journal_close(j);
	j = opened(dir);
	check_many(j, MANY_SLOTS + 60);
	CHECK_INT(journal_next_number(j), MANY_PROCESSES + 1);
	journal_close(j);
	remove_dir();
}

static int
run_many_fault(void)
{
	set_fault(fault_text);
	journal_close(run_many_open());
	return 0;
}

/* The index has a slice too little or too much: the records say the rest. */
TEST(journal, an_index_that_was_cut_is_derived_again)
{
	static const char *const faults[] = { "INDEX_DIES_BEFORE",
		"INDEX_DIES_BETWEEN", "INDEX_DIES_AFTER" };

	for (size_t i = 0; i < sizeof(faults) / sizeof(*faults); i++) {
		struct id id = process_id(MANY_PROCESSES);
		struct journal_process p;
		struct journal *j = opened(fresh_dir());
		struct error err;

		write_many(j, 0, MANY_SLOTS);
		journal_close(j);
		snprintf(fault_text, sizeof(fault_text), "%s", faults[i]);
		CHECK_INT(child(run_many_fault), 128 + SIGKILL);
		j = opened(dir);
		CHECK_OK(journal_find(j, &id, &p, &err), err);
		CHECK(p.slots >= MANY_SLOTS);
		write_many(j, p.slots, MANY_SLOTS + 60);
		check_many(j, MANY_SLOTS + 60);
		journal_close(j);
		remove_dir();
	}
}

static int
run_open_fault(void)
{
	set_fault(fault_text);
	return run_sample();
}

TEST(journal, a_store_is_made_whole_or_again)
{
	static const char *const faults[] = { "STORE_DIES_BEFORE_RENAME",
		"STORE_DIES_BEFORE_FORMAT", "STORE_DIES_AFTER_FORMAT" };

	for (size_t i = 0; i < sizeof(faults) / sizeof(*faults); i++) {
		fresh_dir();
		snprintf(fault_text, sizeof(fault_text), "%s", faults[i]);
		CHECK_INT(child(run_open_fault), 128 + SIGKILL);
		CHECK_INT(child(run_sample), 0);
		check_sample_in_dir();
		remove_dir();
	}
}

TEST(journal, memory_holds_many_records_too)
{
	struct journal *j = opened(NULL);

	write_many(j, 0, MANY_SLOTS);
	check_many(j, MANY_SLOTS);
	journal_close(j);
}

/* --- callbacks --- */

struct gate {
	pthread_mutex_t lock; /* held: the callback waits */
	struct buf told;
};

struct ticket {
	struct gate *gate;
	int n;
};

static void
note_ticket(void *arg, int status,
    __attribute__((unused)) const struct error *e)
{
	struct ticket *t = arg;

	lock(&t->gate->lock);
	buf_printf(&t->gate->told, "%d:%d ", t->n, status);
	unlock(&t->gate->lock);
}

TEST(journal, tells_in_order_and_has_seen_before)
{
	struct gate gate = { PTHREAD_MUTEX_INITIALIZER, BUF_INIT };
	struct ticket tickets[40];
	struct journal *j = opened(NULL);
	struct id id = make_id('m', 1, 39);
	struct slot_record r;
	struct error err;
	struct buf want = BUF_INIT;
	uint64_t slot = 0;

	lock(&gate.lock);
	for (int i = 0; i < 40; i++) {
		struct batch *b = batch_new();

		tickets[i] = (struct ticket){ &gate, i };
		add_slot(b, 1, (uint64_t)i);
		journal_submit(j, b, note_ticket, &tickets[i]);
		if (i == 0) /* the writer waits in this one's callback */
			while (journal_read_slot(j, 1, 0, &r, &err) < 0)
				continue;
		buf_printf(&want, "%d:0 ", i);
	}
	slot_record_release(&r);
	CHECK_INT(journal_seen(j, 1, &id, &slot, &err), 1);
	CHECK_INT(slot, 39);
	CHECK_INT(journal_read_slot(j, 1, 39, &r, &err), -1);
	CHECK_INT(err.code, ERR_NOT_FOUND);
	check_open(j, "", "1:0/1 ");
	check_item(j, id, NULL);
	unlock(&gate.lock);
	written(j, batch_new());
	CHECK_TEXT(buf_text(&gate.told), buf_text(&want));
	check_slot(j, 1, 39, false);
	journal_close(j);
	buf_release(&want);
	buf_release(&gate.told);
}

TEST(journal, close_waits_for_what_was_submitted)
{
	struct gate gate = { PTHREAD_MUTEX_INITIALIZER, BUF_INIT };
	struct ticket ticket = { &gate, 7 };
	struct journal *j = opened(fresh_dir());
	struct batch *b = batch_new();

	add_slot(b, 1, 0);
	journal_submit(j, b, note_ticket, &ticket);
	journal_close(j);
	CHECK_TEXT(buf_text(&gate.told), "7:0 ");
	buf_release(&gate.told);
	j = opened(dir);
	check_slot(j, 1, 0, false);
	journal_close(j);
	remove_dir();
}

/* --- names and walks --- */

TEST(journal, finds_names_newest_first)
{
	struct journal *j = opened(NULL);
	struct id found[700];
	char longest[1000];
	struct error err;
	struct id id;

	memset(longest, 'n', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = 0;
	for (uint64_t p = 1; p <= 600; p++) {
		struct batch *b = batch_new();

		add_named(b, p, 0, p % 2 ? "odd" : "even", "same");
		written(j, b);
	}
	CHECK_INT(journal_find_name(j, span_text("same"), span_text(""), found,
		      700, &err),
	    600);
	for (uint64_t i = 0; i < 600; i++) {
		id = process_id(600 - i);
		CHECK(id_equal(&found[i], &id));
	}
	CHECK_INT(journal_find_name(j, span_text("same"), span_text("odd"),
		      found, 1, &err),
	    300);
	id = process_id(599);
	CHECK(id_equal(&found[0], &id));
	CHECK_INT(journal_find_name(j, span_text(longest), span_text(""), found,
		      1, &err),
	    0);
	struct batch *b = batch_new();
	add_named(b, 601, 0, "odd", longest);
	written(j, b);
	CHECK_INT(journal_find_name(j, span_text(longest), span_text("odd"),
		      found, 1, &err),
	    1);
	journal_close(j);
}

struct walk_state {
	struct journal *j;
	int count;
};

static bool
push_and_stop(void *arg, const struct push_key *key)
{
	struct walk_state *w = arg;
	struct batch *b = batch_new();

	batch_add_pushed(b, key);
	written(w->j, b);
	return ++w->count < 300;
}

TEST(journal, a_walk_may_write_and_stop)
{
	struct journal *j = opened(fresh_dir());
	struct walk_state w = { j, 0 };
	struct batch *b = batch_new();
	struct error err;

	add_slot(b, 1, 0);
	add_result(b, 1, 0, 302);
	written(j, b);
	CHECK_OK(journal_walk_unpushed(j, push_and_stop, &w, &err), err);
	CHECK_INT(w.count, 300);
	check_open(j, "1/0.300 1/0.301 ", "");
	journal_close(j);
	remove_dir();
}

TEST(journal, keeps_a_large_module)
{
	struct journal *j = opened(fresh_dir());
	struct batch *b = batch_new();
	struct id id = make_id('x', 1, 1);
	struct buf big = BUF_INIT;
	struct buf out = BUF_INIT;
	struct error err;

	memset(buf_reserve(&big, 20 << 20), 'x', 20 << 20);
	big.len = 20 << 20;
	batch_add_module(b, &id, buf_span(&big));
	written(j, b);
	CHECK_OK(journal_read_module(j, &id, &out, &err), err);
	CHECK(span_equal(buf_span(&out), buf_span(&big)));
	CHECK(journal_size(j) >= 20 << 20);
	journal_close(j);
	buf_release(&big);
	buf_release(&out);
	remove_dir();
}

/* --- threads --- */

enum {
	THREADS = 4,
	THREAD_SLOTS = 500
};

struct submitter {
	struct journal *j;
	uint64_t number;
	atomic_int told;
};

static void
count_told(void *arg, int status, __attribute__((unused)) const struct error *e)
{
	struct submitter *s = arg;

	if (status == 0)
		atomic_fetch_add(&s->told, 1);
}

static void *
submit_many(void *arg)
{
	struct submitter *s = arg;
	struct id id = process_id(s->number);
	struct journal_process p;
	struct error err;
	uint64_t slot;

	for (uint64_t i = 0; i < THREAD_SLOTS; i++) {
		struct batch *b = batch_new();

		add_slot(b, s->number, i);
		add_result(b, s->number, i, 1);
		journal_submit(s->j, b, count_told, s);
		if (i % 16 == 0 &&
		    journal_seen(s->j, s->number, &id, &slot, &err))
			journal_find(s->j, &id, &p, &err);
	}
	return NULL;
}

TEST(journal, takes_batches_from_many_threads)
{
	struct journal *j = opened(fresh_dir());
	struct submitter s[THREADS];
	pthread_t threads[THREADS];
	struct error err;

	for (int i = 0; i < THREADS; i++) {
		s[i] = (struct submitter){ j, journal_next_number(j), 0 };
		CHECK_OK(thread_start(&threads[i], "submit", submit_many, &s[i],
			     &err),
		    err);
	}
	for (int i = 0; i < THREADS; i++)
		thread_join(threads[i]);
	journal_close(j);
	j = opened(dir);
	for (int i = 0; i < THREADS; i++) {
		CHECK_INT(atomic_load(&s[i].told), THREAD_SLOTS);
		for (uint64_t n = 0; n < THREAD_SLOTS; n++)
			check_slot(j, s[i].number, n, true);
	}
	journal_close(j);
	remove_dir();
}

/* --- kill -9 --- */

static int report[2];

static void
report_slot(void *arg, int status,
    __attribute__((unused)) const struct error *e)
{
	uint64_t n = (uint64_t)(uintptr_t)arg;

	if (status < 0 || write(report[1], &n, sizeof(n)) != sizeof(n))
		_exit(3);
}

/* Batches without end: slot n of process 1 and one of another process. */
static int
run_endless(void)
{
	struct id id = process_id(1);
	struct journal_process p = { .slots = 0 };
	struct journal *j;
	struct error err;

	if (journal_open(dir, &j, &err) < 0)
		return 1;
	if (journal_find(j, &id, &p, &err) < 0 && err.code != ERR_NOT_FOUND)
		return 2;
	for (uint64_t n = p.slots;; n++) {
		struct batch *b = batch_new();

		add_slot(b, 1, n);
		add_slot(b, 2, n);
		add_result(b, 1, n, 1);
		journal_submit(j, b, report_slot, (void *)(uintptr_t)n);
	}
}

/* Kill a child after so many reports; gives how many slots are reported. */
static uint64_t
kill_after(int count)
{
	uint64_t n = 0;
	uint64_t last = 0;
	pid_t pid;
	int status;

	CHECK(pipe2(report, O_CLOEXEC) == 0);
	pid = start_child(run_endless);
	close(report[1]);
	while (count-- > 0)
		CHECK_INT(read(report[0], &n, sizeof(n)), sizeof(n));
	kill(pid, SIGKILL);
	CHECK(waitpid(pid, &status, 0) == pid && WIFSIGNALED(status));
	last = n;
	while (read(report[0], &n, sizeof(n)) == (ssize_t)sizeof(n))
		last = n;
	close(report[0]);
	return last + 1;
}

TEST(journal, nothing_told_is_lost_by_a_kill)
{
	static const int counts[] = { 1, 700, 60, 2500, 7 };

	fresh_dir();
	for (size_t i = 0; i < sizeof(counts) / sizeof(*counts); i++) {
		uint64_t told = kill_after(counts[i]);
		struct journal *j = opened(dir);
		struct journal_process p;
		struct id id = process_id(1);
		struct error err;
		uint64_t slot;

		CHECK_OK(journal_find(j, &id, &p, &err), err);
		CHECK(p.slots >= told);
		CHECK_INT(p.evaluated, p.slots);
		for (uint64_t n = 0; n < p.slots; n++) {
			id = make_id('m', 2, n);
			CHECK_INT(journal_seen(j, 2, &id, &slot, &err), 1);
			CHECK_INT(slot, n);
			if (n % 7 == 0)
				check_slot(j, 1, n, true);
		}
		id = process_id(2);
		slot = p.slots;
		CHECK_OK(journal_find(j, &id, &p, &err), err);
		CHECK_INT(p.slots, slot);
		journal_close(j);
	}
	remove_dir();
}

/* --- checkpoints --- */

/* Of a size and content by slot: bytes that do not compress. */
static struct buf
make_image(uint64_t slots, size_t len)
{
	uint64_t random = 0x9e3779b97f4a7c15U * (slots + 1);
	struct buf b = BUF_INIT;

	while (b.len < len) {
		random ^= random << 13;
		random ^= random >> 7;
		random ^= random << 17;
		buf_add_u64(&b, random);
	}
	return b;
}

static void
add_checkpoint(struct batch *b, uint64_t number, uint64_t slots, size_t len)
{
	struct buf image = make_image(slots, len);
	struct checkpoint c = { .number = number,
		.slots = slots,
		.ticks = 5,
		.build = span_text("build"),
		.image = buf_span(&image) };

	memset(c.chain, (int)slots, sizeof(c.chain));
	batch_add_checkpoint(b, &c);
	buf_release(&image);
}

/* Slots in the checkpoint of a process, which is whole; -1: there is none. */
static int64_t
checkpoint_slots(struct journal *j, uint64_t number)
{
	struct checkpoint_record r;
	struct error err;
	struct buf image;

	if (journal_read_checkpoint(j, number, &r, &err) < 0) {
		CHECK_INT(err.code, ERR_NOT_FOUND);
		return -1;
	}
	image = make_image(r.slots, r.image.len);
	CHECK_INT(r.number, number);
	CHECK_INT(r.ticks, 5);
	CHECK_INT(r.chain[31], (uint8_t)r.slots);
	CHECK_SPAN(buf_span(&r.build), "build");
	CHECK(span_equal(buf_span(&image), buf_span(&r.image)));
	buf_release(&image);
	checkpoint_record_release(&r);
	return (int64_t)r.slots;
}

static void
check_checkpoints(const char *where)
{
	struct journal *j = opened(where);
	struct batch *b = batch_new();

	CHECK_INT(checkpoint_slots(j, 1), -1);
	add_slot(b, 1, 0);
	add_result(b, 1, 0, 0);
	add_checkpoint(b, 1, 1, 3 << 20);
	add_checkpoint(b, 2, 2, 40);
	written(j, b);
	CHECK_INT(checkpoint_slots(j, 1), 1);
	CHECK_INT(checkpoint_slots(j, 2), 2);
	check_slot(j, 1, 0, true);
	b = batch_new();
	add_checkpoint(b, 1, 3, 80);
	batch_drop_checkpoint(b, 2);
	batch_drop_checkpoint(b, 77);
	written(j, b);
	CHECK_INT(checkpoint_slots(j, 1), 3);
	CHECK_INT(checkpoint_slots(j, 2), -1);
	b = batch_new();
	batch_drop_checkpoint(b, 1);
	add_checkpoint(b, 1, 4, 1 << 20);
	written(j, b);
	if (where) {
		journal_close(j);
		j = opened(where);
	}
	CHECK_INT(checkpoint_slots(j, 1), 4);
	CHECK_INT(checkpoint_slots(j, 2), -1);
	CHECK_INT(checkpoint_slots(j, 0x100), -1);
	journal_close(j);
}

TEST(journal, keeps_the_last_checkpoint_of_a_process)
{
	check_checkpoints(NULL);
	check_checkpoints(fresh_dir());
	remove_dir();
}

TEST(journal, checkpoints_do_not_make_the_store_grow)
{
	struct journal *j = opened(fresh_dir());
	uint64_t size = 0;

	for (uint64_t i = 0; i < 36; i++) {
		struct batch *b = batch_new();

		add_checkpoint(b, 1 + i % 3, i, (i * 700 + 99) << 7);
		written(j, b);
		if (i == 11)
			size = journal_size(j);
	}
	/* each of the three now takes three times what it did */
	CHECK(journal_size(j) < size * 4);
	journal_close(j);
	remove_dir();
}

static void
note_saved(void *arg, int status, __attribute__((unused)) const struct error *e)
{
	atomic_int *told = arg;

	if (status == 0)
		atomic_fetch_add(told, 1);
}

/* Batches submitted behind a large checkpoint are told before it. */
TEST(journal, nobody_waits_for_a_checkpoint)
{
	struct journal *j = opened(fresh_dir());
	struct batch *b = batch_new();
	atomic_int told = 0;

	add_checkpoint(b, 1, 1, 24 << 20);
	journal_submit(j, b, note_saved, &told);
	for (uint64_t i = 0; i < 3; i++) {
		b = batch_new();
		add_slot(b, 1, i);
		written(j, b);
	}
	CHECK_INT(atomic_load(&told), 0);
	journal_close(j);
	CHECK_INT(atomic_load(&told), 1);
	j = opened(dir);
	CHECK_INT(checkpoint_slots(j, 1), 1);
	journal_close(j);
	remove_dir();
}

/* Each slot's result with a checkpoint of it, of two slices. */
static int
run_checkpoints(void)
{
	struct id id = process_id(1);
	struct journal_process p = { .slots = 0 };
	struct journal *j;
	struct error err;

	if (journal_open(dir, &j, &err) < 0)
		return 1;
	journal_find(j, &id, &p, &err);
	for (uint64_t n = p.slots; n < p.slots + 3; n++) {
		struct batch *b = batch_new();

		add_slot(b, 1, n);
		add_result(b, 1, n, 0);
		add_checkpoint(b, 1, n + 1, 3 << 19);
		if (journal_write(j, b, &err) < 0)
			return 2;
	}
	journal_close(j);
	return 0;
}

static int
run_checkpoints_fault(void)
{
	set_fault(fault_text);
	return run_checkpoints();
}

/* Die, look, go on without the fault, look again. */
static void
check_checkpoint_fault(const char *name, int n)
{
	struct journal_process p = { .slots = 0 };
	struct id id = process_id(1);
	struct journal *j;
	struct error err;

	snprintf(fault_text, sizeof(fault_text), "%s:%d", name, n);
	fresh_dir();
	CHECK_INT(child(run_checkpoints_fault), 128 + SIGKILL);
	j = opened(dir);
	if (journal_find(j, &id, &p, &err) < 0)
		p.evaluated = 0;
	CHECK(checkpoint_slots(j, 1) <= (int64_t)p.evaluated);
	CHECK(checkpoint_slots(j, 1) >= (int64_t)p.evaluated - 1 ||
	    p.evaluated == 1);
	journal_close(j);
	CHECK_INT(child(run_checkpoints), 0);
	j = opened(dir);
	CHECK_INT(checkpoint_slots(j, 1), (int64_t)p.slots + 3);
	journal_close(j);
	remove_dir();
}

TEST(journal, a_checkpoint_is_never_ahead_of_its_records)
{
	static const char *const names[] = { "CHECKPOINT_DIES_BEFORE",
		"CHECKPOINT_DIES_BETWEEN", "CHECKPOINT_DIES_AFTER",
		"JOURNAL_DIES_BEFORE_COMMIT", "JOURNAL_DIES_AFTER_COMMIT" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		for (int n = 1; n <= 3; n += 2)
			check_checkpoint_fault(names[i], n);
}

/* A byte of every piece: broken, never another state. */
TEST(journal, a_broken_checkpoint_is_told_apart)
{
	static const char *const names[] = { "meta", "record", "id", "slot",
		"process", "name", "open", "checkpoint", NULL };
	struct journal *j = opened(fresh_dir());
	struct batch *b = batch_new();
	struct checkpoint_record r;
	struct buf piece = BUF_INIT;
	struct kv_txn *txn;
	struct error err;
	struct span key = span_of("\0\0\0\0\0\0\0\1\0\0\0\0\2", 13);
	struct span v;
	struct kv *kv;

	add_checkpoint(b, 1, 1, 300000);
	written(j, b);
	journal_close(j);
	for (int i = 0; i < 2; i++) {
		CHECK_OK(kv_open_lmdb(dir, names, &kv, &err), err);
		CHECK_OK(kv_begin(kv, true, &txn, &err), err);
		CHECK(kv_get(txn, 7, key, &v));
		buf_clear(&piece);
		buf_add_span(&piece, v);
		piece.p[100] ^= 1;
		if (i == 0)
			CHECK_OK(kv_put(txn, 7, key, buf_span(&piece), &err),
			    err);
		else
			CHECK_OK(kv_delete(txn, 7, key, &err), err);
		CHECK_OK(kv_commit(txn, &err), err);
		kv_close(kv);
		j = opened(dir);
		CHECK_INT(journal_read_checkpoint(j, 1, &r, &err), -1);
		CHECK_INT(err.code, ERR_FORMAT);
		journal_close(j);
	}
	buf_release(&piece);
	remove_dir();
}

/* --- whose it is, and what it is not --- */

static int
run_busy(void)
{
	struct journal *j;
	struct error err;

	return journal_open(dir, &j, &err) < 0 && err.code == ERR_BUSY &&
		strstr(err.text, dir)
	    ? 0
	    : 1;
}

TEST(journal, has_one_owner)
{
	struct journal *j = opened(fresh_dir());
	struct journal *other = NULL;
	struct error err;
	struct stat st;
	char path[80];

	CHECK_INT(journal_open(dir, &other, &err), -1);
	CHECK_INT(err.code, ERR_BUSY);
	CHECK(strstr(err.text, dir));
	CHECK_INT(child(run_busy), 0);
	snprintf(path, sizeof(path), "%s/data.mdb", dir);
	CHECK(stat(path, &st) == 0 && (st.st_mode & 0777) == 0600);
	snprintf(path, sizeof(path), "%s/lock", dir);
	CHECK(stat(path, &st) == 0 && (st.st_mode & 0777) == 0600);
	journal_close(j);
	journal_close(opened(dir));
	remove_dir();
}

/* data.mdb, whole; owned. */
static struct buf
data_file(void)
{
	struct buf b = BUF_INIT;
	char path[80];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "%s/data.mdb", dir);
	fd = open(path, O_RDONLY);
	CHECK(fd >= 0);
	while ((n = read(fd, buf_reserve(&b, 65536), 65536)) > 0)
		b.len += (size_t)n;
	close(fd);
	return b;
}

static void
set_data_file(struct span bytes)
{
	char path[80];
	int fd;

	snprintf(path, sizeof(path), "%s/data.mdb", dir);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	CHECK(fd >= 0);
	CHECK_INT(write(fd, bytes.p, bytes.len), (ssize_t)bytes.len);
	close(fd);
}

/* The journal is refused with such a text, and not a byte of it changes. */
static void
check_refused(const char *text)
{
	struct buf before = data_file();
	struct journal *j = NULL;
	struct error err;
	struct buf after;

	CHECK_INT(journal_open(dir, &j, &err), -1);
	CHECK_INT(err.code, ERR_STORE);
	if (!strstr(err.text, text))
		fail_msg("'%s' does not say '%s'", err.text, text);
	after = data_file();
	CHECK(span_equal(buf_span(&before), buf_span(&after)));
	buf_release(&before);
	buf_release(&after);
}

static void
put_in_store(const char *tree, const char *key, const char *value)
{
	/* two trees, so that one may come before the other is filled */
	const char *trees[] = { tree, strcmp(tree, "music") ? "meta" : NULL,
		NULL };
	struct kv_txn *txn;
	struct error err;
	struct kv *kv;

	CHECK_OK(kv_open_lmdb(dir, trees, &kv, &err), err);
	CHECK_OK(kv_begin(kv, true, &txn, &err), err);
	CHECK_OK(kv_put(txn, 0, span_text(key), span_text(value), &err), err);
	CHECK_OK(kv_commit(txn, &err), err);
	kv_close(kv);
}

TEST(journal, refuses_another_format)
{
	fresh_dir();
	put_in_store("meta", "format", "aosh-5");
	check_refused("format 'aosh-5', this program knows 'aosh-4'");
	remove_dir();
	fresh_dir();
	put_in_store("record", "key", "value");
	check_refused("format 'none', this program knows 'aosh-4'");
	remove_dir();
	fresh_dir();
	put_in_store("music", "key", "value");
	check_refused("another program's data");
	remove_dir();
}

TEST(journal, refuses_a_file_that_is_no_store)
{
	uint8_t bytes[3 * 4096];

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i * 2654435761U >> 13);
	fresh_dir();
	set_data_file(span_text(""));
	check_refused("cut off");
	set_data_file(span_of(bytes, sizeof(bytes)));
	check_refused("not a store");
	set_data_file(span_text("a line of text\n"));
	check_refused("cut off");
	remove_dir();
}

TEST(journal, refuses_a_file_that_is_cut_off)
{
	struct journal *j = opened(fresh_dir());
	struct buf whole;

	write_sample(j);
	journal_close(j);
	whole = data_file();
	CHECK(whole.len > 4 * 4096 && whole.len % 4096 == 0);
	for (size_t n = 0; n < whole.len; n += 1024) {
		set_data_file(span_first(buf_span(&whole), n));
		check_refused("cut off");
	}
	set_data_file(buf_span(&whole));
	j = opened(dir);
	check_sample(j);
	journal_close(j);
	buf_release(&whole);
	remove_dir();
}

TEST(journal, refuses_a_broken_record)
{
	fresh_dir();
	put_in_store("meta", "format", "aosh-1");
	put_in_store("record", "\1\1\1\1\1\1\1\1", "\1broken");
	check_refused("record 1");
	remove_dir();
}

TEST(journal, says_that_a_directory_is_not_there)
{
	struct journal *j;
	struct error err;

	CHECK_INT(journal_open("/nonexistent/aosh", &j, &err), -1);
	CHECK_INT(err.code, ERR_STORE);
	CHECK(strstr(err.text, "/nonexistent/aosh"));
}
