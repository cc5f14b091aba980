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
	batch_add_item(b, &id, span_text("an item"));
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
	CHECK_INT(
	    journal_find_name(j, span_text("chat"), span_text(""), found, 2),
	    2);
	CHECK(id_equal(&found[0], &want));
	CHECK_INT(journal_find_name(j, span_text("chat"), span_text("alice"),
		      found, 2),
	    1);
	want = process_id(1);
	CHECK(id_equal(&found[0], &want));
	CHECK_INT(
	    journal_find_name(j, span_text("cha"), span_text(""), NULL, 0), 0);

	want = make_id('m', 1, 1);
	CHECK(journal_seen(j, 1, &want, &slot));
	CHECK_INT(slot, 1);
	CHECK(!journal_seen(j, 2, &want, &slot));
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
