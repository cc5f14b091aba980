#include <ftw.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/kv.h"
#include "test.h"

static const char *const trees[] = { "one", "two", NULL };

enum {
	ONE,
	TWO
};

static char dir[64];
static int report[2]; /* a pipe from a child */

static int
remove_entry(const char *path, __attribute__((unused)) const struct stat *st,
    __attribute__((unused)) int flag, __attribute__((unused)) struct FTW *at)
{
	return remove(path);
}

/* A store of either kind; end with closed(). */
static struct kv *
opened(bool memory)
{
	struct kv *kv = NULL;
	struct error err;

	snprintf(dir, sizeof(dir), "/tmp/aosh-test-XXXXXX");
	CHECK(mkdtemp(dir) != NULL);
	if (memory)
		CHECK_OK(kv_open_memory(trees, &kv, &err), err);
	else
		CHECK_OK(kv_open_lmdb(dir, trees, &kv, &err), err);
	return kv;
}

static void
closed(struct kv *kv)
{
	kv_close(kv);
	nftw(dir, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
}

static struct kv_txn *
begun(struct kv *kv, bool write)
{
	struct kv_txn *txn = NULL;
	struct error err;

	CHECK_OK(kv_begin(kv, write, &txn, &err), err);
	return txn;
}

static void
put(struct kv_txn *txn, int tree, const char *key, const char *value)
{
	struct error err;

	CHECK_OK(kv_put(txn, tree, span_text(key), span_text(value), &err),
	    err);
}

static void
committed(struct kv_txn *txn)
{
	struct error err;

	CHECK_OK(kv_commit(txn, &err), err);
}

struct listing {
	struct buf text;
	int left;
};

static bool
list_entry(void *arg, struct span key, struct span value)
{
	struct listing *l = arg;

	buf_printf(&l->text, "%.*s=%.*s ", SPAN_ARG(key), SPAN_ARG(value));
	return --l->left != 0;
}

/* The entries of a tree from a key on, at most `most` (0: all). */
static void
check_list(struct kv_txn *txn, int tree, const char *from, int most,
    const char *want)
{
	struct listing l = { BUF_INIT, most };
	struct error err;

	CHECK_OK(kv_walk(txn, tree, span_text(from), list_entry, &l, &err),
	    err);
	CHECK_TEXT(buf_text(&l.text), want);
	buf_release(&l.text);
}

/* --- each behaviour of both kinds --- */

static void
check_reading(bool memory)
{
	struct kv *kv = opened(memory);
	struct kv_txn *txn = begun(kv, true);
	struct span key;
	struct span value;
	struct error err;

	put(txn, ONE, "b", "2");
	put(txn, ONE, "ab", "1");
	put(txn, ONE, "c", "");
	put(txn, TWO, "b", "other");
	put(txn, ONE, "b", "two");
	committed(txn);
	txn = begun(kv, false);
	CHECK(kv_get(txn, ONE, span_text("b"), &value));
	CHECK_SPAN(value, "two");
	CHECK(!kv_get(txn, ONE, span_text("a"), &value));
	check_list(txn, ONE, "", 0, "ab=1 b=two c= ");
	check_list(txn, ONE, "b", 0, "b=two c= ");
	check_list(txn, ONE, "ac", 1, "b=two ");
	check_list(txn, ONE, "d", 0, "");
	check_list(txn, TWO, "", 0, "b=other ");
	CHECK(kv_last(txn, ONE, &key, &value));
	CHECK_SPAN(key, "c");
	kv_abort(txn);
	txn = begun(kv, true);
	CHECK_OK(kv_delete(txn, ONE, span_text("c"), &err), err);
	CHECK_OK(kv_delete(txn, ONE, span_text("none"), &err), err);
	CHECK_OK(kv_delete(txn, TWO, span_text("b"), &err), err);
	CHECK(kv_last(txn, ONE, &key, &value));
	CHECK_SPAN(key, "b");
	CHECK(!kv_last(txn, TWO, &key, &value));
	committed(txn);
	CHECK(kv_size(kv) > 0);
	closed(kv);
}

TEST(kv, reads_back_in_order)
{
	check_reading(false);
	check_reading(true);
}

static void
check_abort(bool memory)
{
	struct kv *kv = opened(memory);
	struct kv_txn *txn = begun(kv, true);
	struct error err;

	put(txn, ONE, "a", "1");
	put(txn, ONE, "b", "2");
	committed(txn);
	txn = begun(kv, true);
	put(txn, ONE, "a", "changed");
	put(txn, ONE, "a", "again");
	put(txn, ONE, "c", "new");
	CHECK_OK(kv_delete(txn, ONE, span_text("b"), &err), err);
	CHECK_OK(kv_delete(txn, ONE, span_text("c"), &err), err);
	put(txn, ONE, "b", "back");
	check_list(txn, ONE, "", 0, "a=again b=back ");
	kv_abort(txn);
	txn = begun(kv, false);
	check_list(txn, ONE, "", 0, "a=1 b=2 ");
	kv_abort(txn);
	closed(kv);
}

TEST(kv, an_abort_leaves_no_trace)
{
	check_abort(false);
	check_abort(true);
}

static void
check_append(bool memory)
{
	struct kv *kv = opened(memory);
	struct kv_txn *txn = begun(kv, true);
	struct error err;
	char key[8];

	for (int i = 0; i < 5000; i++) {
		snprintf(key, sizeof(key), "%05d", i);
		CHECK_OK(
		    kv_append(txn, ONE, span_text(key), span_text("v"), &err),
		    err);
	}
	CHECK_INT(kv_append(txn, ONE, span_text("04999"), span_text("v"), &err),
	    -1);
	CHECK_INT(err.code, ERR_STORE);
	kv_abort(txn);
	txn = begun(kv, false);
	check_list(txn, ONE, "", 0, "");
	kv_abort(txn);
	closed(kv);
}

TEST(kv, appends_only_behind_the_last)
{
	check_append(false);
	check_append(true);
}

TEST(kv, a_reader_sees_the_last_commit)
{
	struct kv *kv = opened(false);
	struct kv_txn *txn = begun(kv, true);
	struct kv_txn *reader;

	put(txn, ONE, "a", "1");
	committed(txn);
	reader = begun(kv, false);
	txn = begun(kv, true);
	put(txn, ONE, "a", "2");
	committed(txn);
	check_list(reader, ONE, "", 0, "a=1 ");
	kv_abort(reader);
	reader = begun(kv, false);
	check_list(reader, ONE, "", 0, "a=2 ");
	kv_abort(reader);
	closed(kv);
}

/* --- LMDB --- */

TEST(kv, is_there_again_when_reopened)
{
	struct kv *kv = opened(false);
	struct kv_txn *txn = begun(kv, true);
	struct error err;

	put(txn, TWO, "a", "1");
	committed(txn);
	kv_close(kv);
	CHECK_OK(kv_open_lmdb(dir, trees, &kv, &err), err);
	txn = begun(kv, false);
	check_list(txn, TWO, "", 0, "a=1 ");
	kv_abort(txn);
	closed(kv);
}

TEST(kv, a_half_made_store_is_made_again)
{
	struct error err;
	char path[80];
	struct kv *kv;
	FILE *f;

	closed(opened(false));
	CHECK(mkdtemp(strcpy(dir, "/tmp/aosh-test-XXXXXX")) != NULL);
	snprintf(path, sizeof(path), "%s/data.new", dir);
	f = fopen(path, "w");
	CHECK(f && fclose(f) == 0);
	CHECK_OK(kv_open_lmdb(dir, trees, &kv, &err), err);
	CHECK(access(path, F_OK) != 0);
	closed(kv);
}

/* Fill until the file may not grow: a clear error, and what was is there. */
static int
fill(struct kv *kv)
{
	struct rlimit most = { 4 << 20, 4 << 20 };
	static const uint8_t value[100000];
	struct kv_txn *txn;
	struct error err;
	struct span got;
	uint32_t n = 0;
	int rc = 0;

	signal(SIGXFSZ, SIG_IGN);
	setrlimit(RLIMIT_FSIZE, &most);
	while (rc == 0) {
		if (++n > 1000 || kv_begin(kv, true, &txn, &err) < 0)
			return 1;
		rc = kv_put(txn, ONE, span_of(&n, sizeof(n)),
		    span_of(value, sizeof(value)), &err);
		if (rc < 0)
			kv_abort(txn);
		else
			rc = kv_commit(txn, &err);
	}
	if (err.code != ERR_FULL || n < 5)
		return 2;
	if (kv_begin(kv, false, &txn, &err) < 0)
		return 3;
	for (uint32_t i = 1; i <= n; i++)
		if (kv_get(txn, ONE, span_of(&i, sizeof(i)), &got) != (i < n))
			return 4;
	kv_abort(txn);
	return 0;
}

static int
run_fill(void)
{
	struct error err;
	struct kv *kv;
	int rc;

	if (kv_open_lmdb(dir, trees, &kv, &err) < 0)
		return 10;
	rc = fill(kv);
	kv_close(kv);
	return rc;
}

TEST(kv, says_when_there_is_no_room)
{
	int status;
	pid_t pid;

	CHECK(mkdtemp(strcpy(dir, "/tmp/aosh-test-XXXXXX")) != NULL);
	fflush(stdout);
	pid = fork();
	if (pid == 0)
		_exit(run_fill());
	CHECK(pid > 0 && waitpid(pid, &status, 0) == pid);
	CHECK(WIFEXITED(status));
	CHECK_INT(WEXITSTATUS(status), 0);
	nftw(dir, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
}

TEST(kv, opens_where_addresses_are_few)
{
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
	struct rlimit few = { (rlim_t)4 << 30, RLIM_INFINITY };
	struct rlimit before;
	struct kv *kv;

	CHECK(getrlimit(RLIMIT_AS, &before) == 0);
	few.rlim_max = before.rlim_max;
	CHECK(setrlimit(RLIMIT_AS, &few) == 0);
	kv = opened(false);
	CHECK(setrlimit(RLIMIT_AS, &before) == 0);
	closed(kv);
#endif
}

/* The file is cut under an open store: the next read past its end. */
static int
run_cut(void)
{
	struct kv_txn *txn;
	struct error err;
	struct span value;
	struct kv *kv;
	char path[80];
	uint8_t sum = 0;

	if (kv_open_lmdb(dir, trees, &kv, &err) < 0 ||
	    kv_begin(kv, false, &txn, &err) < 0)
		return 1;
	snprintf(path, sizeof(path), "%s/data.mdb", dir);
	if (truncate(path, 8192) < 0 || dup2(report[1], STDERR_FILENO) < 0)
		return 2;
	if (kv_get(txn, ONE, span_text("key"), &value))
		for (size_t i = 0; i < value.len; i++)
			sum |= value.p[i];
	return 3 + sum;
}

TEST(kv, ends_in_a_line_when_its_file_is_cut_meanwhile)
{
	struct kv *kv = opened(false);
	struct kv_txn *txn = begun(kv, true);
	char said[600] = "";
	int status;
	pid_t pid;

	put(txn, ONE, "key", "value");
	committed(txn);
	kv_close(kv);
	CHECK(pipe(report) == 0);
	fflush(stdout);
	pid = fork();
	if (pid == 0)
		_exit(run_cut());
	CHECK(pid > 0 && waitpid(pid, &status, 0) == pid);
	CHECK(WIFEXITED(status));
	CHECK_INT(WEXITSTATUS(status), 6);
	close(report[1]);
	CHECK(read(report[0], said, sizeof(said) - 1) > 0);
	close(report[0]);
	CHECK(strstr(said, "aosh: the store in '/tmp/aosh-test-"));
	CHECK(strstr(said, "is broken") && strchr(said, '\n')[1] == 0);
	nftw(dir, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
}
