#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "shell/history.h"
#include "test.h"

static char dir[] = "/tmp/aosh-test-XXXXXX";

static void
collect(void *arg, const char *entry)
{
	buf_printf(arg, "<%s>", entry);
}

/* What a fresh run would be given. */
static void
check_kept(unsigned char process, const char *expected)
{
	struct id id = { { process } };
	struct buf out = BUF_INIT;
	struct history h;
	struct error err;

	CHECK_OK(history_open(&h, &id, collect, &out, &err), err);
	CHECK_SPAN(buf_span(&out), expected);
	history_release(&h);
	buf_release(&out);
}

static struct history
open_history(unsigned char process)
{
	struct id id = { { process } };
	struct buf out = BUF_INIT;
	struct history h;
	struct error err;

	if (strstr(dir, "XXXXXX"))
		CHECK(mkdtemp(dir) != NULL);
	setenv("XDG_STATE_HOME", dir, 1);
	CHECK_OK(history_open(&h, &id, collect, &out, &err), err);
	buf_release(&out);
	return h;
}

TEST(history, keeps_entries_whole)
{
	struct history h = open_history(1);

	CHECK(history_add(&h, "x = 1"));
	CHECK(history_add(&h, "f(\n  1\n)"));
	CHECK(history_add(&h, "s = 'a\\nb\\\\'"));
	check_kept(1, "<x = 1><f(\n  1\n)><s = 'a\\nb\\\\'>");
	history_release(&h);
}

TEST(history, leaves_out_what_is_not_wanted)
{
	struct history h = open_history(2);

	CHECK(history_add(&h, "a"));
	CHECK(!history_add(&h, "a"));
	CHECK(!history_add(&h, " secret"));
	CHECK(!history_add(&h, ""));
	CHECK(history_add(&h, "b"));
	CHECK(history_add(&h, "a"));
	check_kept(2, "<a><b><a>");
	history_release(&h);
}

TEST(history, is_private)
{
	struct history h = open_history(3);
	struct stat st;

	history_add(&h, "a");
	CHECK_INT(stat(h.path, &st), 0);
	CHECK_INT(st.st_mode & 0777, 0600);
	history_release(&h);
}

TEST(history, windows_share_it)
{
	struct history one = open_history(4);
	struct history two = open_history(4);

	history_add(&one, "from one");
	history_add(&two, "from two");
	history_add(&one, "from one again");
	check_kept(4, "<from one><from two><from one again>");
	history_release(&one);
	history_release(&two);
}

TEST(history, does_not_grow_for_ever)
{
	struct history h = open_history(5);
	struct stat before;
	struct stat after;
	char entry[32];

	for (int i = 0; i < 4500; i++) {
		snprintf(entry, sizeof(entry), "entry %d", i);
		history_add(&h, entry);
	}
	CHECK_INT(stat(h.path, &before), 0);
	history_release(&h);
	h = open_history(5);
	CHECK_TEXT(h.newest, "entry 4499");
	CHECK_INT(stat(h.path, &after), 0);
	CHECK(after.st_size < before.st_size / 2);
	CHECK_INT(after.st_mode & 0777, 0600);
	history_release(&h);
}

static void
collect_all(void *arg, const struct history_entry *e)
{
	buf_printf(arg, "<%d %u %s>", e->process.bytes[0], e->number, e->text);
}

TEST(history, of_all_processes_is_in_the_order_of_time)
{
	struct history one = open_history(21);
	struct history two = open_history(22);
	struct buf out = BUF_INIT;
	const char *from;
	struct error err;
	FILE *f;

	clock_set_virtual(3000000000000);
	history_add(&one, "first");
	clock_set_virtual(3000000009000);
	history_add(&two, "second");
	clock_set_virtual(3000000020000);
	history_add(&one, "th\nird");
	/* a clock that goes back changes no order within a process */
	clock_set_virtual(3000000001000);
	history_add(&one, "fourth");
	history_add(&two, "\\@12");
	clock_set_virtual(0);
	/* one of another program, without a time */
	f = fopen(two.path, "a");
	CHECK(f != NULL && fputs("plain\ncut", f) >= 0 && fclose(f) == 0);
	CHECK_OK(history_all(collect_all, &out, &err), err);
	from = strstr(buf_text(&out), "<21 ");
	CHECK_TEXT(from ? from : "",
	    "<21 1 first><22 1 second><22 2 \\@12><22 3 plain>"
	    "<21 2 th\nird><21 3 fourth>");
	check_kept(22, "<second><\\@12><plain>");
	history_release(&one);
	history_release(&two);
	buf_release(&out);
}

__attribute__((destructor)) static void
remove_dir(void)
{
	char command[64];

	snprintf(command, sizeof(command), "rm -rf %s", dir);
	if (!strstr(dir, "XXXXXX") && system(command) != 0)
		perror(dir);
}

TEST(history, follows_what_other_windows_add)
{
	struct history here = open_history(9);
	struct history there = open_history(9);
	struct buf out = BUF_INIT;

	CHECK(!history_follow(&here, collect, &out));
	CHECK(history_add(&there, "theirs"));
	CHECK(history_add(&here, "mine"));
	CHECK(history_follow(&here, collect, &out));
	CHECK_SPAN(buf_span(&out), "<theirs><mine>");
	CHECK(!history_follow(&here, collect, &out));
	buf_clear(&out);
	CHECK(history_follow(&there, collect, &out));
	CHECK_SPAN(buf_span(&out), "<theirs><mine>");
	history_release(&here);
	history_release(&there);
	buf_release(&out);
}

TEST(history, bears_a_file_that_was_cut)
{
	struct history h = open_history(10);
	struct buf out = BUF_INIT;

	CHECK(history_add(&h, "one"));
	CHECK(history_follow(&h, collect, &out));
	CHECK(truncate(h.path, 0) == 0);
	CHECK(!history_follow(&h, collect, &out));
	CHECK(history_add(&h, "two"));
	buf_clear(&out);
	CHECK(history_follow(&h, collect, &out));
	CHECK_SPAN(buf_span(&out), "<two>");
	CHECK(unlink(h.path) == 0);
	CHECK(!history_follow(&h, collect, &out));
	history_release(&h);
	buf_release(&out);
}
