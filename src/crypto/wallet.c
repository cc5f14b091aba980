/*
 * Secrets pass through here as text. Bufs that hold one are given their room at
 * once, since growing would leave copies behind, and are wiped before they are
 * freed; error texts never quote a file.
 *
 * A key must never be lost or replaced. It is written under a name of its own,
 * synced, and given its place by a rename that fails when something is there;
 * two programs that start together so end with one key, the first's.
 */
#include "crypto/wallet.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <jansson.h>
#include <sodium.h>

#include "base/alloc.h"
#include "base/fault.h"

enum {
	WALLET_MAX_BYTES = 64 << 10, /* an RSA key has 3 KiB */
	KEY_BYTES = 32
};

/* Free a buf that has held a secret. */
static void
wipe(struct buf *b)
{
	if (b->p)
		sodium_memzero(b->p, b->room);
	buf_release(b);
}

/* Overwrite a text of the library's, which only lends it. */
static void
wipe_string(const json_t *text)
{
	const char *lent = json_string_value(text);
	void *p;

	if (!lent)
		return;
	memcpy(&p, &lent, sizeof(p)); /* the const is not for us */
	sodium_memzero(p, json_string_length(text));
}

/* A member that is base64url of 32 bytes, appended to `out`. */
static int
read_member(const json_t *jwk, const char *name, struct buf *out,
    struct error *err)
{
	const json_t *v = json_object_get(jwk, name);
	struct error why;
	struct span text;

	if (!v)
		return FAIL(err, ERR_WALLET, "member '%s' is missing", name);
	if (!json_is_string(v))
		return FAIL(err, ERR_WALLET, "member '%s' is not a text", name);
	text = span_of(json_string_value(v), json_string_length(v));
	if (base64url_decode(text, out, &why) < 0)
		return FAIL(err, ERR_WALLET, "member '%s' is %s", name,
		    why.text);
	if (out->len != KEY_BYTES)
		return FAIL(err, ERR_WALLET,
		    "member '%s' has %zu bytes, not %d", name, out->len,
		    KEY_BYTES);
	return 0;
}

/* A member that says what kind of key it is. */
static int
check_kind(const json_t *jwk, const char *name, const char *wanted,
    struct error *err)
{
	const char *text = json_string_value(json_object_get(jwk, name));

	if (!text)
		return FAIL(err, ERR_WALLET,
		    "member '%s' is missing or not a text", name);
	if (strcmp(text, "RSA") == 0)
		return FAIL(err, ERR_WALLET, "RSA keys are not handled yet");
	if (strcmp(text, wanted) != 0)
		return FAIL(err, ERR_WALLET, "member '%s' is not '%s'", name,
		    wanted);
	return 0;
}

/* The public key is compared: a file with a wrong one was damaged. */
static int
read_jwk(const json_t *jwk, struct keypair **out, struct error *err)
{
	struct buf seed = BUF_INIT;
	struct buf owner = BUF_INIT;
	struct keypair *kp = NULL;
	int rc = -1;

	if (!json_is_object(jwk)) {
		error_set(err, ERR_WALLET, "not a JSON object");
		goto out;
	}
	if (check_kind(jwk, "kty", "OKP", err) < 0 ||
	    check_kind(jwk, "crv", "Ed25519", err) < 0 ||
	    read_member(jwk, "d", &seed, err) < 0 ||
	    read_member(jwk, "x", &owner, err) < 0)
		goto out;
	kp = keypair_from_seed(seed.p);
	if (!span_equal(keypair_owner(kp), buf_span(&owner))) {
		error_set(err, ERR_WALLET,
		    "member 'x' is not the public key of 'd'");
		goto out;
	}
	*out = kp;
	kp = NULL;
	rc = 0;
out:
	keypair_free(kp);
	wipe(&seed);
	buf_release(&owner);
	return rc;
}

int
wallet_parse(struct span json, struct keypair **out, struct error *err)
{
	const char *p = json.len ? (const char *)json.p : "";
	json_error_t why;
	json_t *jwk = json_loadb(p, json.len, JSON_REJECT_DUPLICATES, &why);
	int rc;

	/* the library's text may quote the file, and with it a secret */
	if (!jwk)
		return FAIL(err, ERR_WALLET, "not JSON: at line %d, column %d",
		    why.line, why.column);
	rc = read_jwk(jwk, out, err);
	wipe_string(json_object_get(jwk, "d"));
	json_decref(jwk);
	return rc;
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

/* Read what is open, if it is a file. */
static int
load_open(int fd, struct keypair **out, bool *loose, struct error *err)
{
	struct buf text = BUF_INIT;
	struct stat st;
	int rc = -1;

	if (fstat(fd, &st) < 0)
		return FAIL_ERRNO(err, ERR_WALLET, "cannot be read");
	if (!S_ISREG(st.st_mode))
		return FAIL(err, ERR_WALLET, "not a regular file");
	if (read_all(fd, &text, err) == 0 &&
	    wallet_parse(buf_span(&text), out, err) == 0) {
		*loose = (st.st_mode & (S_IRWXG | S_IRWXO)) != 0;
		rc = 0;
	}
	wipe(&text);
	return rc;
}

int
wallet_load(const char *path, struct keypair **out, bool *loose,
    struct error *err)
{
	/* not blocking: a named pipe must not hold us up */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	int rc;

	if (fd < 0)
		return FAIL_ERRNO(err, ERR_WALLET, "wallet '%s'", path);
	rc = load_open(fd, out, loose, err);
	close(fd);
	return rc < 0 ? FAIL_IN(err, "wallet '%s'", path) : 0;
}

/* The code for what errno says of a file that is being made. */
static enum error_code
write_code(void)
{
	if (errno == EEXIST)
		return ERR_EXISTS;
	return errno == ENOSPC || errno == EDQUOT ? ERR_FULL : ERR_WALLET;
}

/* The form of RFC 8037, as others read and write it. */
static void
add_jwk(const struct keypair *kp, struct buf *text)
{
	buf_reserve(text, 256); /* at once, as in read_all() */
	buf_add_text(text, "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"d\":\"");
	base64url_encode(keypair_secret(kp), text);
	buf_add_text(text, "\",\"x\":\"");
	base64url_encode(keypair_owner(kp), text);
	buf_add_text(text, "\"}\n");
}

static int
write_all(int fd, struct span text, struct error *err)
{
	while (text.len > 0) {
		ssize_t n = write(fd, text.p, text.len);

		if (n < 0 && errno != EINTR)
			return FAIL_ERRNO(err, write_code(), "cannot write");
		if (n > 0)
			text = span_from(text, (size_t)n);
	}
	return 0;
}

/* Fill the new file, down to the disk. */
static int
write_file(int fd, struct span text, struct error *err)
{
	if (fault(FAULT_WALLET_SHORT_WRITE)) {
		(void)write_all(fd, span_first(text, text.len / 2), err);
		fault_die(FAULT_WALLET_SHORT_WRITE);
	}
	if (fchmod(fd, S_IRUSR | S_IWUSR) < 0) /* whatever the umask is */
		return FAIL_ERRNO(err, ERR_WALLET, "cannot set its mode");
	if (write_all(fd, text, err) < 0)
		return -1;
	if (fsync(fd) < 0)
		return FAIL_ERRNO(err, write_code(), "cannot sync");
	return 0;
}

/* Give the finished file its name, unless there is one of that name. */
static int
put_in_place(const char *beside, const char *path, struct error *err)
{
	if (renameat2(AT_FDCWD, beside, AT_FDCWD, path, RENAME_NOREPLACE) == 0)
		return 0;
	/* some file systems only know the older way */
	if ((errno == EINVAL || errno == ENOSYS) && link(beside, path) == 0) {
		(void)unlink(beside);
		return 0;
	}
	return FAIL_ERRNO(err, write_code(), "cannot be put in its place");
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

/* Write `text` to the new file `beside` and move it to `path`. */
static int
create_file(const char *path, const char *beside, struct span text,
    struct error *err)
{
	int fd = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
	    S_IRUSR | S_IWUSR);
	int rc;

	if (fd < 0)
		return FAIL_ERRNO(err, write_code(), "cannot be made");
	rc = write_file(fd, text, err);
	if (close(fd) < 0 && rc == 0)
		rc = FAIL_ERRNO(err, write_code(), "cannot close");
	if (rc == 0)
		rc = put_in_place(beside, path, err);
	if (rc < 0) {
		(void)unlink(beside);
		return -1;
	}
	return sync_folder(path, err);
}

int
wallet_create(const char *path, struct keypair **out, struct error *err)
{
	struct keypair *kp = keypair_new();
	char *beside = xasprintf("%s.%08x.new", path, randombytes_random());
	struct buf text = BUF_INIT;
	int rc;

	add_jwk(kp, &text);
	rc = create_file(path, beside, buf_span(&text), err);
	wipe(&text);
	free(beside);
	if (rc < 0) {
		keypair_free(kp);
		return FAIL_IN(err, "wallet '%s'", path);
	}
	*out = kp;
	return 0;
}

int
wallet_load_or_create(const char *path, struct keypair **out, bool *created,
    bool *loose, struct error *err)
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
	if (wallet_load(path, out, loose, err) < 0)
		return -1;
	*created = false;
	return 0;
}
