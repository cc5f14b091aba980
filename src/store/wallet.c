/*
 * Secrets pass through here as text. Bufs that hold one are given their room at
 * once, since growing would leave copies behind, and are wiped before they are
 * freed; error texts never quote a file.
 *
 * A key must never be lost or replaced. It is written under a name of its own,
 * synced, and given its place by a rename that fails when something is there;
 * two programs that start together so end with one key, the first's. Only
 * wallet_change() replaces a file, by one of which it has seen that it gives
 * the same key, and under a lock on the old one.
 */
#include "store/wallet.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sodium.h>

#include "base/alloc.h"
#include "base/fault.h"
#include "base/file.h"
#include "codec/jwk.h"
#include "codec/key_text.h"
#include "codec/sealed_key.h"

/* --- reading --- */

int
wallet_parse(struct span text, unsigned type, const char *path,
    const struct wallet_asker *asker, struct keypair **out, struct error *err)
{
	struct sealed_head head;
	struct span password;

	if (!sealed_key_is(text))
		return key_text_read(type, text, out, err);
	/* not asked for a file that cannot be opened anyway */
	if (sealed_key_head(text, &head, err) < 0)
		return -1;
	if (!asker)
		return FAIL(err, ERR_WALLET, "it is encrypted");
	if (asker->ask(asker->arg, path, &password, err) < 0)
		return -1;
	return sealed_key_open(text, password, out, err);
}

/* Append all of an open file, which is not larger than a wallet can be. */
static int
read_all(int fd, struct buf *text, struct error *err)
{
	size_t room = WALLET_MAX_BYTES + 1;
	ssize_t n = 1;

	buf_reserve(text, room); /* at once: growing leaves copies behind */
	while (n != 0 && text->len < room) {
		n = read(fd, text->p + text->len, room - text->len);
		if (n < 0 && errno != EINTR)
			return FAIL_ERRNO(err, ERR_WALLET, "cannot be read");
		if (n > 0)
			text->len += (size_t)n;
	}
	if (text->len == room)
		return FAIL(err, ERR_WALLET, "larger than %d bytes",
		    WALLET_MAX_BYTES);
	return 0;
}

/* The text of what is open, if it is a file. */
static int
read_open(int fd, struct buf *text, bool *loose, struct error *err)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return FAIL_ERRNO(err, ERR_WALLET, "cannot be read");
	if (!S_ISREG(st.st_mode))
		return FAIL(err, ERR_WALLET, "not a regular file");
	if (read_all(fd, text, err) < 0)
		return -1;
	*loose = (st.st_mode & (S_IRWXG | S_IRWXO)) != 0;
	return 0;
}

int
wallet_read(const char *path, struct buf *out, bool *loose, struct error *err)
{
	/* not blocking: a named pipe must not hold us up */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	int rc;

	if (fd < 0)
		return FAIL_ERRNO(err, ERR_WALLET, "wallet '%s'", path);
	rc = read_open(fd, out, loose, err);
	close(fd);
	return rc < 0 ? FAIL_IN(err, "wallet '%s'", path) : 0;
}

int
wallet_load(const char *path, const struct wallet_asker *asker,
    struct keypair **out, bool *loose, struct error *err)
{
	struct buf text = BUF_INIT;
	int rc = wallet_read(path, &text, loose, err);

	if (rc == 0) {
		rc = wallet_parse(buf_span(&text), 0, path, asker, out, err);
		if (rc < 0 && err->code == ERR_WALLET)
			error_prefix(err, "wallet '%s'", path);
	}
	buf_wipe(&text);
	return rc;
}

void
wallet_info_of(const struct keypair *kp, struct wallet_info *out)
{
	struct span owner = keypair_owner(kp);

	*out = (struct wallet_info){ .type = keypair_type(kp),
		.address = keypair_address(kp),
		.owner_bytes = owner.len };
	memcpy(out->owner, owner.p, owner.len);
}

/* Sealed keys say who they are; others are read. */
static int
look_text(struct span text, struct wallet_info *out, struct error *err)
{
	struct sealed_head head;
	struct keypair *kp;

	if (!sealed_key_is(text)) {
		if (key_text_read(0, text, &kp, err) < 0)
			return -1;
		wallet_info_of(kp, out);
		keypair_free(kp);
		return 0;
	}
	if (sealed_key_head(text, &head, err) < 0)
		return -1;
	*out = (struct wallet_info){ .type = head.type,
		.address = head.address,
		.owner_bytes = head.owner_bytes,
		.sealed = true };
	memcpy(out->owner, head.owner, head.owner_bytes);
	return 0;
}

int
wallet_look(const char *path, struct wallet_info *out, struct error *err)
{
	struct buf text = BUF_INIT;
	bool loose = false;
	int rc = wallet_read(path, &text, &loose, err);

	if (rc == 0 && look_text(buf_span(&text), out, err) < 0)
		rc = FAIL_IN(err, "wallet '%s'", path);
	if (rc == 0)
		out->loose = loose;
	buf_wipe(&text);
	return rc;
}

bool
wallet_is_sealed(const char *path)
{
	struct buf text = BUF_INIT;
	struct error ignored;
	bool loose;
	bool sealed = wallet_read(path, &text, &loose, &ignored) == 0 &&
	    sealed_key_is(buf_span(&text));

	buf_wipe(&text);
	return sealed;
}

/* --- a new file --- */

/* The code for what errno says of a file that is being made. */
static enum error_code
write_code(void)
{
	if (errno == EEXIST)
		return ERR_EXISTS;
	return errno == ENOSPC || errno == EDQUOT ? ERR_FULL : ERR_WALLET;
}

/* Fill the new file, down to the disk. */
static int
write_file(int fd, struct span text, struct error *err)
{
	if (fault(FAULT_WALLET_SHORT_WRITE)) {
		(void)file_write_all(fd, span_first(text, text.len / 2));
		fault_die(FAULT_WALLET_SHORT_WRITE);
	}
	if (fchmod(fd, S_IRUSR | S_IWUSR) < 0) /* whatever the umask is */
		return FAIL_ERRNO(err, ERR_WALLET, "cannot set its mode");
	if (file_write_all(fd, text) < 0)
		return FAIL_ERRNO(err, write_code(), "cannot write");
	if (fsync(fd) < 0)
		return FAIL_ERRNO(err, write_code(), "cannot sync");
	return 0;
}

/* Make the name durable too. */
static int
sync_folder(const char *path, struct error *err)
{
	const char *slash = strrchr(path, '/');
	char *folder = xstrdup(slash ? path : ".");
	int fd;
	int rc = 0;

	if (slash)
		folder[slash == path ? 1 : slash - path] = 0;
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || fsync(fd) < 0)
		rc = FAIL_ERRNO(err, ERR_WALLET, "cannot sync its folder");
	if (fd >= 0)
		close(fd);
	free(folder);
	return rc;
}

/* Write `text` to the new file `beside`, which is gone again on failure. */
static int
create_beside(const char *beside, struct span text, struct error *err)
{
	int fd = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
	    S_IRUSR | S_IWUSR);
	int rc;

	if (fd < 0)
		return FAIL_ERRNO(err, write_code(), "cannot be made");
	rc = write_file(fd, text, err);
	if (close(fd) < 0 && rc == 0)
		rc = FAIL_ERRNO(err, write_code(), "cannot close");
	if (rc < 0)
		(void)unlink(beside);
	return rc;
}

/* The same, and move it to `path`. */
static int
create_file(const char *path, const char *beside, struct span text,
    struct error *err)
{
	if (create_beside(beside, text, err) < 0)
		return -1;
	if (file_rename_new(beside, path) < 0) {
		error_set_errno(err, write_code(),
		    "cannot be put in its place");
		(void)unlink(beside);
		return -1;
	}
	return sync_folder(path, err);
}

/* A name for what is written beside a file. Owned, free(). */
static char *
name_beside(const char *path)
{
	return xasprintf("%s.%08x.new", path, randombytes_random());
}

int
wallet_store(const char *path, struct span text, struct error *err)
{
	char *beside = name_beside(path);
	int rc = create_file(path, beside, text, err);

	free(beside);
	return rc < 0 ? FAIL_IN(err, "wallet '%s'", path) : 0;
}

int
wallet_text(const struct keypair *kp, const struct span *password,
    struct buf *out, struct error *err)
{
	/* at once: growing leaves copies behind */
	buf_reserve(out, SEALED_MAX_BYTES);
	if (password)
		return sealed_key_write(kp, *password, SEALED_OPS,
		    SEALED_MEMORY, out, err);
	jwk_write(kp, out);
	return 0;
}

int
wallet_create(const char *path, struct keypair **out, struct error *err)
{
	struct keypair *kp = keypair_new();
	struct buf text = BUF_INIT;
	int rc = wallet_text(kp, NULL, &text, err);

	if (rc == 0)
		rc = wallet_store(path, buf_span(&text), err);
	buf_wipe(&text);
	if (rc < 0) {
		keypair_free(kp);
		return -1;
	}
	*out = kp;
	return 0;
}

int
wallet_load_or_create(const char *path, const struct wallet_asker *asker,
    struct keypair **out, bool *created, bool *loose, struct error *err)
{
	if (access(path, F_OK) < 0 && errno == ENOENT) {
		if (wallet_create(path, out, err) == 0) {
			*created = true;
			*loose = false;
			return 0;
		}
		/* another program was faster: its key is the key */
		if (err->code != ERR_EXISTS)
			return -1;
	}
	if (wallet_load(path, asker, out, loose, err) < 0)
		return -1;
	*created = false;
	return 0;
}

/* --- in place of the old --- */

/* A file that is being changed. */
struct change {
	char *path; /* without links, so that the file itself is replaced */
	int fd;     /* the old file, locked */
	struct stat old;
	struct keypair *key;
	struct span password; /* of the new file */
};

/* Open and lock the old file, which must still be the one of that name. */
static int
open_old(struct change *c, struct error *err)
{
	struct stat now;

	c->fd = open(c->path, O_RDWR | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (c->fd < 0)
		return FAIL_ERRNO(err, ERR_WALLET, "cannot be changed");
	if (flock(c->fd, LOCK_EX | LOCK_NB) < 0 && errno == EWOULDBLOCK)
		return FAIL(err, ERR_WALLET, "another program is changing it");
	if (fstat(c->fd, &c->old) < 0 || stat(c->path, &now) < 0)
		return FAIL_ERRNO(err, ERR_WALLET, "cannot be read");
	if (c->old.st_ino != now.st_ino || c->old.st_dev != now.st_dev)
		return FAIL(err, ERR_WALLET, "another program has changed it");
	return 0;
}

/*
 * A file that is to be sealed is plain, or somebody else has just sealed it:
 * nothing is asked then, since the answer would lie where the new password is.
 */
static int
load_old(struct change *c, const struct wallet_asker *asker, bool seal,
    struct error *err)
{
	struct buf text = BUF_INIT;
	bool loose;
	int rc = read_open(c->fd, &text, &loose, err);

	if (rc == 0)
		rc = wallet_parse(buf_span(&text), 0, c->path,
		    seal ? NULL : asker, &c->key, err);
	buf_wipe(&text);
	return rc;
}

/* For reading back what was written: no question. */
static int
give_password(void *arg, const char *path, struct span *password,
    struct error *err)
{
	(void)path;
	(void)err;
	*password = ((const struct change *)arg)->password;
	return 0;
}

/* What is on the disk must give the same key. */
static int
check_new(struct change *c, const char *beside, struct error *err)
{
	struct wallet_asker asker = { give_password, c };
	struct keypair *again;
	struct buf texts[2] = { BUF_INIT, BUF_INIT };
	bool loose;
	int rc;

	if (wallet_load(beside, &asker, &again, &loose, err) < 0)
		return -1;
	rc = wallet_text(c->key, NULL, &texts[0], err);
	if (rc == 0)
		rc = wallet_text(again, NULL, &texts[1], err);
	if (rc == 0 && !span_equal(buf_span(&texts[0]), buf_span(&texts[1])))
		rc = FAIL(err, ERR_WALLET, "what was written is another key");
	buf_wipe(&texts[0]);
	buf_wipe(&texts[1]);
	keypair_free(again);
	return rc;
}

/*
 * Overwrite an open file that has no name any more: with another name, what it
 * holds is still somebody's key. Best effort, since what the disk itself keeps
 * of it is not ours to know.
 */
static void
overwrite(int fd)
{
	static const uint8_t zeroes[4096];
	struct stat st;
	off_t at = 0;

	if (fstat(fd, &st) < 0 || st.st_nlink != 0)
		return;
	while (at < st.st_size) {
		ssize_t n = pwrite(fd, zeroes, sizeof(zeroes), at);

		if (n <= 0)
			return;
		at += n;
	}
	(void)fdatasync(fd);
}

/* "NAME.XXXXXXXX.new", as name_beside() makes it. */
static bool
is_leftover(const char *name, const char *of)
{
	size_t len = strlen(of);

	return strlen(name) == len + 13 && memcmp(name, of, len) == 0 &&
	    name[len] == '.' &&
	    strspn(name + len + 1, "0123456789abcdef") == 8 &&
	    strcmp(name + len + 9, ".new") == 0;
}

/* What a program that was killed has left beside the file. */
static void
remove_leftover(DIR *dir, const char *name)
{
	int fd = openat(dirfd(dir), name, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);

	if (fd < 0)
		return;
	(void)unlinkat(dirfd(dir), name, 0);
	overwrite(fd);
	close(fd);
}

static void
remove_leftovers(const char *path)
{
	const char *name = strrchr(path, '/') + 1; /* the path is absolute */
	char *folder = xasprintf("%.*s", (int)(name - path), path);
	DIR *dir = opendir(folder);
	struct dirent *e;

	/* NOLINTNEXTLINE(concurrency-mt-unsafe): the stream is ours */
	while (dir && (e = readdir(dir)))
		if (is_leftover(e->d_name, name))
			remove_leftover(dir, e->d_name);
	if (dir)
		closedir(dir);
	free(folder);
}

/* The new file is whole and synced: put it in the old one's place. */
static int
replace_old(struct change *c, const char *beside, struct error *err)
{
	fault_die(FAULT_WALLET_DIES_BEFORE_RENAME);
	if (rename(beside, c->path) < 0)
		return FAIL_ERRNO(err, write_code(),
		    "cannot be put in its place");
	fault_die(FAULT_WALLET_DIES_AFTER_RENAME);
	if (sync_folder(c->path, err) < 0)
		return -1;
	overwrite(c->fd);
	remove_leftovers(c->path);
	return 0;
}

/* A file stays its owner's, whoever changes it. */
static int
keep_owner(const struct change *c, const char *beside, struct error *err)
{
	if (c->old.st_uid != geteuid() &&
	    chown(beside, c->old.st_uid, c->old.st_gid) < 0)
		return FAIL_ERRNO(err, ERR_WALLET,
		    "cannot be given to its owner");
	return 0;
}

static int
write_new(struct change *c, const struct span *password, struct error *err)
{
	char *beside = name_beside(c->path);
	struct buf text = BUF_INIT;
	int rc = wallet_text(c->key, password, &text, err);

	if (rc == 0)
		rc = create_beside(beside, buf_span(&text), err);
	buf_wipe(&text);
	if (rc == 0) {
		if (keep_owner(c, beside, err) < 0 ||
		    check_new(c, beside, err) < 0 ||
		    replace_old(c, beside, err) < 0)
			rc = -1;
		if (rc < 0)
			(void)unlink(beside);
	}
	free(beside);
	return rc;
}

int
wallet_change(const char *path, const struct wallet_asker *asker,
    const struct span *password, struct wallet_info *out, struct error *err)
{
	struct change c = { .path = realpath(path, NULL), .fd = -1 };
	int rc = -1;

	if (password)
		c.password = *password;
	if (!c.path) {
		error_set_errno(err, ERR_WALLET, "cannot be read");
	} else if (open_old(&c, err) == 0 &&
	    load_old(&c, asker, password != NULL, err) == 0 &&
	    write_new(&c, password, err) == 0) {
		wallet_info_of(c.key, out);
		out->sealed = password != NULL;
		rc = 0;
	}
	keypair_free(c.key);
	if (c.fd >= 0)
		close(c.fd);
	free(c.path);
	if (rc < 0 && err->code != ERR_INTERRUPTED)
		error_prefix(err, "wallet '%s'", path);
	return rc;
}
