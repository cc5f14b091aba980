/*
 * A store in an LMDB environment: data.mdb and lock.mdb in a directory.
 *
 * LMDB believes its file: it maps it and walks it, and a file that is cut or
 * foreign ends in SIGBUS. So the file is looked at before LMDB gets it, and two
 * things hold that make a look at its head and length enough:
 * - it comes into being whole (made under another name, synced, renamed), so
 *   that an empty file is never ours;
 * - it is at least as long as its pages. LMDB alone does not see to that, since
 *   pages used up within one transaction at the end are never written; so each
 *   commit first stretches the file (sparsely) over all it may write.
 *
 * Reads are not bound to threads (MDB_NOTLS), so a thread may have several, and
 * one that ends leaves no slot behind. Slots of programs that were killed are
 * cleared at the start, or their old pages would never be free.
 *
 * The map is as large as a store may ever be: it costs address space alone, and
 * growing it later would need every transaction to end.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <lmdb.h>

#include "base/alloc.h"
#include "base/fault.h"
#include "store/kv_ops.h"
#include "store/map_guard.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define MAP_BYTES_MOST ((size_t)16 << 30) /* they own the rest */
#else
#define MAP_BYTES_MOST ((size_t)4 << 40)
#endif
#define MAP_BYTES_LEAST ((size_t)1 << 28)

enum {
	READERS_MAX = 1024,
	/* pages that a transaction and one change in it may add at most */
	TXN_PAGES = 64,
	CHANGE_PAGES = 10,
	GROW_BYTES = 1 << 20,
	NEARLY_FULL_BYTES = 1 << 20,
};

/*
 * Of the write transaction and a tree. The cursor stays where the last put was,
 * so that keys in order need no search from the root; LMDB closes it with the
 * transaction. No key in the tree is above `last`.
 */
struct place {
	MDB_cursor *cursor; /* NULL: nothing was put yet */
	size_t last_len;
	uint8_t last[KV_KEY_MAX];
};

/* The trees' handles are opened once and used by every transaction. */
struct lmdb {
	struct kv kv;
	MDB_env *env;
	size_t page_bytes;
	const char *const *names;
	int tree_count;
	bool missing; /* some trees are not there yet */
	bool there[KV_TREES_MAX];
	MDB_dbi trees[KV_TREES_MAX];
	struct place places[KV_TREES_MAX];
	char *dir;
	int guard; /* of the map */
};

/* `pages` is an upper bound, counted with each change. */
struct lmdb_txn {
	struct kv_txn txn;
	MDB_txn *mdb;
	size_t pages; /* that it may write, at most */
};

static struct lmdb *
lmdb_of(struct kv *kv)
{
	return (struct lmdb *)kv;
}

static struct lmdb_txn *
txn_of(struct kv_txn *txn)
{
	return (struct lmdb_txn *)txn;
}

/* A page that is not what it must be, where LMDB has no way to say so. */
static void
on_assert(MDB_env *env, __attribute__((unused)) const char *text)
{
	const struct lmdb *l = mdb_env_get_userctx(env);

	map_guard_end(l->dir);
}

/* LMDB calls a short write EIO; on a full disk that is what it was. */
static bool
is_full(const char *dir, int rc)
{
	struct statvfs fs;

	if (rc == ENOSPC || rc == EDQUOT || rc == EFBIG || rc == MDB_MAP_FULL)
		return true;
	return rc == EIO && statvfs(dir, &fs) == 0 &&
	    (uint64_t)fs.f_bavail * fs.f_frsize < NEARLY_FULL_BYTES;
}

/* ERR_FULL is what a user can do something about, so it is told apart. */
static int
fail_mdb(struct error *err, const char *dir, const char *what, int rc)
{
	bool full = is_full(dir, rc);

	return FAIL(err, full ? ERR_FULL : ERR_STORE,
	    "store in '%s': cannot %s: %s", dir, what,
	    full ? "no space left" : mdb_strerror(rc));
}

/* --- the look at the file --- */

/* The head of LMDB 0.9's two first pages, on 64-bit machines. */
struct meta {
	uint64_t page;
	uint16_t pad;
	uint16_t flags;
	uint32_t pages;
	uint32_t magic;
	uint32_t version;
	uint64_t address;
	uint64_t map_bytes;
	struct {
		uint32_t page_bytes; /* of the first tree: the file's */
		uint16_t flags;
		uint16_t depth;
		uint64_t branches;
		uint64_t leaves;
		uint64_t overflows;
		uint64_t entries;
		uint64_t root;
	} trees[2];
	uint64_t last_page;
	uint64_t txn;
};

enum {
	META_FLAG = 8,
	META_VERSION = 1
};

static const uint32_t meta_magic = 0xBEEFC0DE;
static const uint64_t no_page = UINT64_MAX;

_Static_assert(sizeof(struct meta) == 152, "as LMDB lays it out");

/* Magic, version, page size, and that no root lies behind the last page. */
static int
check_meta(const struct meta *m, struct error *err)
{
	uint32_t page = m->trees[0].page_bytes;

	if (m->magic != meta_magic || !(m->flags & META_FLAG))
		return FAIL(err, ERR_STORE, "not a store");
	if (m->version != META_VERSION)
		return FAIL(err, ERR_STORE, "unknown LMDB version %u",
		    m->version);
	if (page < 512 || page > 65536 || (page & (page - 1)))
		return FAIL(err, ERR_STORE, "broken: pages of %u bytes", page);
	for (int i = 0; i < 2; i++)
		if (m->trees[i].root != no_page &&
		    m->trees[i].root > m->last_page)
			return FAIL(err, ERR_STORE, "broken: a root outside");
	if (m->last_page < 1 || m->last_page > (uint64_t)INT64_MAX / page - 1)
		return FAIL(err, ERR_STORE, "broken: impossible length");
	return 0;
}

/* A file of less is cut, or another program's. */
static int
read_meta(int fd, off_t at, struct meta *m, struct error *err)
{
	ssize_t n = pread(fd, m, sizeof(*m), at);

	if (n < 0)
		return FAIL_ERRNO(err, ERR_STORE, "cannot be read");
	if ((size_t)n < sizeof(*m))
		return FAIL(err, ERR_STORE, "cut off: not a whole store");
	return check_meta(m, err);
}

/* The newer of the two heads says how long the file must be. */
static int
check_file(int fd, struct error *err)
{
	struct meta a;
	struct meta b;
	struct stat st;
	uint64_t want;

	if (fstat(fd, &st) < 0)
		return FAIL_ERRNO(err, ERR_STORE, "cannot be read");
	if (!S_ISREG(st.st_mode))
		return FAIL(err, ERR_STORE, "not a file");
	if (read_meta(fd, 0, &a, err) < 0 ||
	    read_meta(fd, a.trees[0].page_bytes, &b, err) < 0)
		return -1;
	if (a.trees[0].page_bytes != b.trees[0].page_bytes)
		return FAIL(err, ERR_STORE, "broken: two page sizes");
	want = ((a.txn > b.txn ? a : b).last_page + 1) * a.trees[0].page_bytes;
	if ((uint64_t)st.st_size < want)
		return FAIL(err, ERR_STORE, "cut off: %lld of %llu bytes",
		    (long long)st.st_size, (unsigned long long)want);
	return 0;
}

/* --- opening --- */

/* 0 or a code of mdb_strerror(). */
static int
open_env(const char *path, size_t map_bytes, unsigned flags, MDB_env **out)
{
	MDB_env *env;
	int rc = mdb_env_create(&env);

	if (rc != 0)
		return rc;
	mdb_env_set_maxdbs(env, KV_TREES_MAX);
	mdb_env_set_maxreaders(env, READERS_MAX);
	mdb_env_set_mapsize(env, map_bytes);
	rc = mdb_env_open(env, path, MDB_NOTLS | flags, 0600);
	if (rc != 0) {
		mdb_env_close(env);
		return rc;
	}
	*out = env;
	return 0;
}

/* A rename is durable when its directory is; 0 or errno. */
static int
sync_dir(const char *dir)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int rc;

	if (fd < 0)
		return errno;
	rc = fsync(fd) < 0 ? errno : 0;
	close(fd);
	return rc;
}

/* Make an empty store under another name and put it in its place. */
static int
create(const char *dir, const char *data)
{
	char *made = xasprintf("%s/data.new", dir);
	char *its_lock = xasprintf("%s-lock", made);
	MDB_env *env = NULL;
	int rc;

	unlink(made); /* of a program that was killed here */
	unlink(its_lock);
	rc = open_env(made, MAP_BYTES_LEAST, MDB_NOSUBDIR, &env);
	if (rc == 0) {
		rc = mdb_env_sync(env, 1);
		mdb_env_close(env);
	}
	fault_die(FAULT_STORE_DIES_BEFORE_RENAME);
	if (rc == 0 && rename(made, data) < 0)
		rc = errno;
	if (rc == 0)
		rc = sync_dir(dir);
	unlink(its_lock);
	if (rc != 0)
		unlink(made);
	free(its_lock);
	free(made);
	return rc;
}

/* See to it that there is a file which LMDB may be given. */
static int
prepare_file(const char *dir, struct error *err)
{
	char *data = xasprintf("%s/data.mdb", dir);
	int fd = open(data, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	int rc = 0;

	if (fd >= 0) {
		rc = check_file(fd, err);
		if (rc < 0)
			error_prefix(err, "'%s'", data);
		close(fd);
	} else if (errno != ENOENT) {
		rc = FAIL_ERRNO(err, ERR_STORE, "cannot open '%s'", data);
	} else {
		int made = create(dir, data);

		if (made != 0)
			rc = fail_mdb(err, dir, "make it", made);
	}
	free(data);
	return rc;
}

/* Open the trees that are there; the others are made by the first write. */
static int
open_trees(struct lmdb *l, bool make)
{
	MDB_txn *txn;
	int rc = mdb_txn_begin(l->env, NULL, make ? 0 : MDB_RDONLY, &txn);

	if (rc != 0)
		return rc;
	l->missing = false;
	for (int i = 0; i < l->tree_count; i++) {
		rc = mdb_dbi_open(txn, l->names[i], make ? MDB_CREATE : 0,
		    &l->trees[i]);
		l->there[i] = rc == 0;
		l->missing |= !l->there[i];
		if (rc != 0 && rc != MDB_NOTFOUND)
			break;
		rc = 0;
	}
	if (rc == 0)
		return mdb_txn_commit(txn);
	mdb_txn_abort(txn);
	return rc;
}

/* Data of which none is ours belong to somebody else. */
static int
check_ours(struct lmdb *l, struct error *err)
{
	bool ours = false;
	MDB_stat st;
	MDB_txn *txn;
	MDB_dbi main_tree;
	int rc = mdb_txn_begin(l->env, NULL, MDB_RDONLY, &txn);

	if (rc != 0)
		return fail_mdb(err, l->dir, "read it", rc);
	rc = mdb_dbi_open(txn, NULL, 0, &main_tree);
	if (rc == 0)
		rc = mdb_stat(txn, main_tree, &st);
	mdb_txn_abort(txn);
	if (rc != 0)
		return fail_mdb(err, l->dir, "read it", rc);
	for (int i = 0; i < l->tree_count; i++)
		ours |= l->there[i];
	if (!ours && st.ms_entries > 0)
		return FAIL(err, ERR_STORE,
		    "store in '%s': it holds another program's data", l->dir);
	return 0;
}

/* Halves the map until it fits where the address space is limited. */
static int
open_all(struct lmdb *l, struct error *err)
{
	size_t map_bytes = MAP_BYTES_MOST;
	mdb_filehandle_t fd;
	int dead;
	int rc;

	if (prepare_file(l->dir, err) < 0)
		return -1;
	/* the address space may be limited */
	do
		rc = open_env(l->dir, map_bytes, 0, &l->env);
	while (rc == ENOMEM && (map_bytes /= 2) >= MAP_BYTES_LEAST);
	if (rc != 0)
		return fail_mdb(err, l->dir, "open it", rc);
	mdb_env_set_userctx(l->env, l);
	mdb_env_set_assert(l->env, on_assert);
	if (mdb_env_get_fd(l->env, &fd) == 0)
		l->guard = map_guard_add(fd, l->dir);
	mdb_reader_check(l->env, &dead);
	rc = open_trees(l, false);
	if (rc != 0)
		return fail_mdb(err, l->dir, "open its trees", rc);
	return check_ours(l, err);
}

/* --- transactions --- */

/* The first write of a new store makes its trees. */
static int
lmdb_begin(struct kv *kv, bool write, struct kv_txn **out, struct error *err)
{
	struct lmdb *l = lmdb_of(kv);
	struct lmdb_txn *t;
	MDB_txn *mdb;
	int rc = 0;

	if (write && l->missing)
		rc = open_trees(l, true);
	if (rc == 0)
		rc = mdb_txn_begin(l->env, NULL, write ? 0 : MDB_RDONLY, &mdb);
	if (rc != 0)
		return fail_mdb(err, l->dir, write ? "write" : "read", rc);
	t = xmalloc(sizeof(*t));
	*t = (struct lmdb_txn){ { kv, write }, mdb, TXN_PAGES };
	for (int i = 0; write && i < l->tree_count; i++)
		l->places[i].cursor = NULL;
	*out = &t->txn;
	return 0;
}

/* Stretch the file over all that `t` may write, see the top of this file. */
static int
stretch(struct lmdb *l, const struct lmdb_txn *t)
{
	mdb_filehandle_t fd;
	MDB_envinfo info;
	struct stat st;
	off_t want;

	mdb_env_info(l->env, &info);
	want = (off_t)((info.me_last_pgno + 1 + t->pages + t->pages / 64) *
	    l->page_bytes);
	if (mdb_env_get_fd(l->env, &fd) != 0 || fstat(fd, &st) < 0)
		return errno;
	if (st.st_size >= want)
		return 0;
	want += GROW_BYTES - want % GROW_BYTES;
	return ftruncate(fd, want) < 0 ? errno : 0;
}

/* Stretching may fail on a full disk: then nothing is written. */
static int
lmdb_commit(struct kv_txn *txn, struct error *err)
{
	struct lmdb_txn *t = txn_of(txn);
	struct lmdb *l = lmdb_of(txn->kv);
	int rc = stretch(l, t);

	if (rc == 0)
		rc = mdb_txn_commit(t->mdb);
	else
		mdb_txn_abort(t->mdb);
	free(t);
	return rc == 0 ? 0 : fail_mdb(err, l->dir, "write", rc);
}

static void
lmdb_abort(struct kv_txn *txn)
{
	mdb_txn_abort(txn_of(txn)->mdb);
	free(txn);
}

/* --- keys and values --- */

static MDB_val
val_of(struct span s)
{
	/* LMDB only reads what it is given; its struct cannot say so */
	union {
		const uint8_t *in;
		void *out;
	} p = { .in = s.p };

	return (MDB_val){ s.len, p.out };
}

/* Borrowed from the map, until the transaction ends. */
static struct span
span_of_val(const MDB_val *v)
{
	return span_of(v->mv_data, v->mv_size);
}

/* A tree that is not there yet is empty. */
static bool
lmdb_get(struct kv_txn *txn, int tree, struct span key, struct span *value)
{
	struct lmdb *l = lmdb_of(txn->kv);
	MDB_val k = val_of(key);
	MDB_val v;

	if (!l->there[tree] ||
	    mdb_get(txn_of(txn)->mdb, l->trees[tree], &k, &v) != 0)
		return false;
	*value = span_of_val(&v);
	return true;
}

static void
set_last(struct place *p, struct span key)
{
	p->last_len = key.len < KV_KEY_MAX ? key.len : KV_KEY_MAX;
	if (p->last_len)
		memcpy(p->last, key.p, p->last_len);
}

static int
open_place(struct lmdb *l, MDB_txn *mdb, int tree, struct place *p)
{
	int rc = mdb_cursor_open(mdb, l->trees[tree], &p->cursor);
	MDB_val k = { 0, NULL };
	MDB_val v;

	if (rc != 0)
		return rc;
	rc = mdb_cursor_get(p->cursor, &k, &v, MDB_LAST);
	if (rc != 0 && rc != MDB_NOTFOUND)
		return rc;
	set_last(p, span_of_val(&k));
	return 0;
}

/*
 * Before the change, so that `pages` is never too low. A key above all others
 * is appended: the page before it is left full, where a page that is split in
 * its middle stays half empty when keys come in order.
 */
static int
put(struct kv_txn *txn, int tree, struct span key, struct span value,
    unsigned flags)
{
	struct lmdb *l = lmdb_of(txn->kv);
	struct lmdb_txn *t = txn_of(txn);
	struct place *p = &l->places[tree];
	MDB_val k = val_of(key);
	MDB_val v = val_of(value);
	int rc = 0;

	t->pages += CHANGE_PAGES + value.len / l->page_bytes;
	if (!p->cursor)
		rc = open_place(l, t->mdb, tree, p);
	if (rc != 0)
		return rc;
	if (span_compare(span_of(p->last, p->last_len), key) < 0) {
		flags |= MDB_APPEND;
		set_last(p, key);
	}
	return mdb_cursor_put(p->cursor, &k, &v, flags);
}

static int
lmdb_put(struct kv_txn *txn, int tree, struct span key, struct span value,
    struct error *err)
{
	int rc = put(txn, tree, key, value, 0);

	return rc == 0 ? 0 : fail_mdb(err, lmdb_of(txn->kv)->dir, "write", rc);
}

/* MDB_APPEND skips the search and fills pages to the end. */
static int
lmdb_append(struct kv_txn *txn, int tree, struct span key, struct span value,
    struct error *err)
{
	int rc = put(txn, tree, key, value, MDB_APPEND);

	if (rc == MDB_KEYEXIST)
		return FAIL(err, ERR_STORE, "a key to append is not the last");
	return rc == 0 ? 0 : fail_mdb(err, lmdb_of(txn->kv)->dir, "write", rc);
}

/* May write as much as a put: pages are copied on change. */
static int
lmdb_remove(struct kv_txn *txn, int tree, struct span key, struct error *err)
{
	struct lmdb *l = lmdb_of(txn->kv);
	MDB_val k = val_of(key);
	int rc;

	txn_of(txn)->pages += CHANGE_PAGES;
	rc = mdb_del(txn_of(txn)->mdb, l->trees[tree], &k, NULL);
	if (rc == 0 || rc == MDB_NOTFOUND)
		return 0;
	return fail_mdb(err, l->dir, "write", rc);
}

/* The callback must not write: the cursor would lose its place. */
static int
lmdb_walk(struct kv_txn *txn, int tree, struct span from, kv_walk_fn fn,
    void *arg, struct error *err)
{
	struct lmdb *l = lmdb_of(txn->kv);
	MDB_val k = val_of(from);
	MDB_cursor *at;
	MDB_val v;
	int rc;

	if (!l->there[tree])
		return 0;
	rc = mdb_cursor_open(txn_of(txn)->mdb, l->trees[tree], &at);
	if (rc != 0)
		return fail_mdb(err, l->dir, "read", rc);
	rc = mdb_cursor_get(at, &k, &v, from.len ? MDB_SET_RANGE : MDB_FIRST);
	while (rc == 0 && fn(arg, span_of_val(&k), span_of_val(&v)))
		rc = mdb_cursor_get(at, &k, &v, MDB_NEXT);
	mdb_cursor_close(at);
	if (rc == 0 || rc == MDB_NOTFOUND)
		return 0;
	return fail_mdb(err, l->dir, "read", rc);
}

static bool
lmdb_last(struct kv_txn *txn, int tree, struct span *key, struct span *value)
{
	struct lmdb *l = lmdb_of(txn->kv);
	MDB_cursor *at;
	MDB_val k;
	MDB_val v;
	int rc;

	if (!l->there[tree] ||
	    mdb_cursor_open(txn_of(txn)->mdb, l->trees[tree], &at) != 0)
		return false;
	rc = mdb_cursor_get(at, &k, &v, MDB_LAST);
	mdb_cursor_close(at);
	if (rc != 0)
		return false;
	*key = span_of_val(&k);
	*value = span_of_val(&v);
	return true;
}

static uint64_t
lmdb_entries(struct kv_txn *txn, int tree)
{
	struct lmdb *l = lmdb_of(txn->kv);
	MDB_stat st;

	if (!l->there[tree] ||
	    mdb_stat(txn_of(txn)->mdb, l->trees[tree], &st) != 0)
		return 0;
	return st.ms_entries;
}

/* Blocks, not length: the file is stretched sparsely. */
static uint64_t
lmdb_size(struct kv *kv)
{
	mdb_filehandle_t fd;
	struct stat st;

	if (mdb_env_get_fd(lmdb_of(kv)->env, &fd) != 0 || fstat(fd, &st) < 0)
		return 0;
	return (uint64_t)st.st_blocks * 512;
}

static void
lmdb_close(struct kv *kv)
{
	struct lmdb *l = lmdb_of(kv);
	mdb_filehandle_t fd;
	MDB_envinfo info;

	/* give back what the file was stretched by; no harm when it fails */
	if (l->env && l->page_bytes && mdb_env_info(l->env, &info) == 0 &&
	    mdb_env_get_fd(l->env, &fd) == 0 &&
	    ftruncate(fd, (off_t)((info.me_last_pgno + 1) * l->page_bytes)) < 0)
		errno = 0;
	map_guard_remove(l->guard);
	if (l->env)
		mdb_env_close(l->env);
	free(l->dir);
	free(l);
}

static const struct kv_ops lmdb_ops = {
	.close = lmdb_close,
	.begin = lmdb_begin,
	.commit = lmdb_commit,
	.abort = lmdb_abort,
	.get = lmdb_get,
	.put = lmdb_put,
	.append = lmdb_append,
	.remove = lmdb_remove,
	.walk = lmdb_walk,
	.last = lmdb_last,
	.entries = lmdb_entries,
	.size = lmdb_size,
};

int
kv_open_lmdb(const char *dir, const char *const *trees, struct kv **out,
    struct error *err)
{
	struct lmdb *l = xcalloc(1, sizeof(*l));
	MDB_stat st;

	l->kv.ops = &lmdb_ops;
	l->guard = -1;
	l->dir = xstrdup(dir);
	l->names = trees;
	while (trees[l->tree_count])
		l->tree_count++;
	ASSERT(l->tree_count <= KV_TREES_MAX);
	if (open_all(l, err) < 0) {
		/* page_bytes is 0 still: the file keeps its length */
		lmdb_close(&l->kv);
		return -1;
	}
	mdb_env_stat(l->env, &st);
	l->page_bytes = st.ms_psize;
	*out = &l->kv;
	return 0;
}
