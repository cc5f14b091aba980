/*
 * Where things are follows the XDG rules; what cannot be used is named with the
 * reason, since "cannot open" alone has cost users hours.
 *
 * Files are read whole into memory, up to a limit: a script file is one
 * message, and a message has a limit of its own. Standard input of a shell is
 * read piece by piece instead (script.c).
 */
#include "shell/paths.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pwd.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "term/width.h"

enum {
	READ_STEP = 64 << 10
};

/* A variable that is set and not empty, or NULL. */
static const char *
env(const char *name)
{
	/* the environment is never changed */
	const char *value = getenv(name); /* NOLINT(concurrency-mt-unsafe) */

	return value && *value ? value : NULL;
}

/* HOME is what the user says; the password database what the system says. */
static int
add_home(struct buf *out, struct error *err)
{
	const char *home = env("HOME");
	char space[4096];
	struct passwd entry;
	struct passwd *found = NULL;

	if (!home) {
		getpwuid_r(getuid(), &entry, space, sizeof(space), &found);
		if (found && found->pw_dir && *found->pw_dir)
			home = found->pw_dir;
	}
	if (!home)
		return FAIL(err, ERR_STORE,
		    "no home directory: set HOME, or AOSH_HOME to where the "
		    "data shall be");
	buf_add_text(out, home);
	return 0;
}

/* One that is there already is fine, whatever its mode. */
static int
make_dir(const char *path, struct error *err)
{
	struct stat st;

	if (mkdir(path, 0700) == 0)
		return 0;
	if (errno != EEXIST)
		return FAIL_ERRNO(err, ERR_STORE, "cannot make folder '%s'",
		    path);
	if (stat(path, &st) < 0)
		return FAIL_ERRNO(err, ERR_STORE, "cannot use '%s'", path);
	if (!S_ISDIR(st.st_mode))
		return FAIL(err, ERR_STORE, "'%s' is not a folder", path);
	return 0;
}

/*
 * Each parent in turn; one that is there is passed over, one that cannot be
 * made ends it with its own name in the text.
 */
int
make_dirs(const char *path, struct error *err)
{
	char *copy = xstrdup(path);
	int rc = 0;

	for (char *slash = strchr(copy + 1, '/'); slash && rc == 0;
	     slash = strchr(slash + 1, '/')) {
		*slash = 0;
		rc = make_dir(copy, err);
		*slash = '/';
	}
	if (rc == 0)
		rc = make_dir(copy, err);
	free(copy);
	return rc;
}

/* $VARIABLE/aosh, else ~/FALLBACK/aosh. */
static int
add_xdg(const char *variable, const char *fallback, struct buf *out,
    struct error *err)
{
	const char *base = env(variable);

	/* the standard says: relative ones are to be ignored */
	if (base && *base == '/') {
		buf_printf(out, "%s/aosh", base);
		return 0;
	}
	if (add_home(out, err) < 0)
		return -1;
	buf_printf(out, "/%s/aosh", fallback);
	return 0;
}

int
data_dir_path(const char *given, struct buf *path, struct error *err)
{
	if (!given)
		given = env("AOSH_HOME");
	if (!given)
		return add_xdg("XDG_DATA_HOME", ".local/share", path, err);
	buf_add_text(path, given);
	return 0;
}

int
config_dir_path(struct buf *path, struct error *err)
{
	return add_xdg("XDG_CONFIG_HOME", ".config", path, err);
}

int
history_dir_path(struct buf *path, struct error *err)
{
	if (add_xdg("XDG_STATE_HOME", ".local/state", path, err) < 0)
		return -1;
	buf_add_text(path, "/history");
	return 0;
}

int
data_dir_make(const char *given, struct buf *path, struct error *err)
{
	struct buf dir = BUF_INIT;
	int rc = data_dir_path(given, &dir, err);

	if (rc == 0)
		rc = make_dirs(buf_text(&dir), err);
	if (rc == 0 && access(buf_text(&dir), W_OK | X_OK) < 0)
		rc = FAIL_ERRNO(err, ERR_STORE,
		    "data directory '%s' cannot be written", buf_text(&dir));
	if (rc == 0)
		buf_add_span(path, buf_span(&dir));
	buf_release(&dir);
	return rc;
}

static int
state_dir_make(const char *name, struct buf *path, struct error *err)
{
	struct buf dir = BUF_INIT;
	int rc = add_xdg("XDG_STATE_HOME", ".local/state", &dir, err);

	if (rc == 0) {
		buf_add_text(&dir, name);
		rc = make_dirs(buf_text(&dir), err);
	}
	if (rc == 0)
		buf_add_span(path, buf_span(&dir));
	buf_release(&dir);
	return rc;
}

int
history_dir_make(struct buf *path, struct error *err)
{
	return state_dir_make("/history", path, err);
}

int
pad_dir_make(struct buf *path, struct error *err)
{
	return state_dir_make("/pad", path, err);
}

int
config_find(const char *given, struct buf *path, struct error *err)
{
	struct buf usual = BUF_INIT;
	struct error ignored;
	int rc = 1;

	if (!given)
		given = env("AOSH_CONFIG");
	if (given) {
		buf_add_text(path, given);
		return 1;
	}
	/* without a home there is no file in it either */
	if (add_xdg("XDG_CONFIG_HOME", ".config", &usual, &ignored) < 0)
		rc = 0;
	buf_add_text(&usual, "/config");
	if (rc > 0 && access(buf_text(&usual), R_OK) < 0) {
		rc = 0;
		if (errno != ENOENT && errno != ENOTDIR)
			rc = FAIL_ERRNO(err, ERR_USAGE, "cannot read '%s'",
			    buf_text(&usual));
	}
	if (rc > 0)
		buf_add_span(path, buf_span(&usual));
	buf_release(&usual);
	return rc;
}

int
rc_path(struct buf *path, struct error *err)
{
	if (config_dir_path(path, err) < 0)
		return -1;
	buf_add_text(path, "/rc");
	return 0;
}

int
path_expand(const char *path, struct buf *out, struct error *err)
{
	if (path[0] == '~' && (path[1] == '/' || !path[1])) {
		if (add_home(out, err) < 0)
			return -1;
		path++;
	}
	buf_add_text(out, path);
	return 0;
}

/* Before anything is spawned for a script that is not there. */
int
file_check(const char *path, struct error *err)
{
	struct buf real = BUF_INIT;
	struct stat st;
	int rc = 0;

	if (strcmp(path, "-") == 0)
		return 0;
	if (path_expand(path, &real, err) < 0)
		return -1;
	if (access(buf_text(&real), R_OK) < 0 || stat(buf_text(&real), &st) < 0)
		rc = FAIL_ERRNO(err, ERR_USAGE, "cannot read '%s'", path);
	else if (S_ISDIR(st.st_mode))
		rc = FAIL(err, ERR_USAGE, "cannot read '%s': it is a folder",
		    path);
	buf_release(&real);
	return rc;
}

/* A signal ends it: Ctrl-C must not wait for a pipe that says nothing. */
ssize_t
fd_read_some(int fd, const char *name, struct buf *out, struct error *err)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	ssize_t n;

	for (;;) {
		n = read(fd, buf_reserve(out, READ_STEP), READ_STEP);
		if (n >= 0)
			break;
		/* whoever shares the pipe may have made it non-blocking */
		if (errno == EAGAIN)
			(void)poll(&p, 1, -1);
		if (errno == EINTR)
			return FAIL(err, ERR_INTERRUPTED, "interrupted");
		if (errno != EAGAIN)
			return FAIL_ERRNO(err, ERR_USAGE, "cannot read '%s'",
			    name);
	}
	out->len += (size_t)n;
	return n;
}

/* The limit is looked at while reading: /dev/zero has no end. */
int
fd_read(int fd, const char *name, struct buf *out, struct error *err)
{
	struct buf all = BUF_INIT;
	ssize_t n;

	while ((n = fd_read_some(fd, name, &all, err)) > 0) {
		if (all.len <= FILE_MAX_BYTES)
			continue;
		n = FAIL(err, ERR_LIMIT, "'%s' is larger than %d MiB", name,
		    FILE_MAX_BYTES >> 20);
		break;
	}
	if (n == 0)
		buf_add_span(out, buf_span(&all));
	buf_release(&all);
	return (int)n;
}

int
file_read(const char *path, struct buf *out, struct error *err)
{
	struct buf real = BUF_INIT;
	int fd = -1;
	int rc;

	if (strcmp(path, "-") == 0)
		return fd_read(STDIN_FILENO, "standard input", out, err);
	rc = path_expand(path, &real, err);
	if (rc == 0) {
		fd = open(buf_text(&real), O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			rc = FAIL_ERRNO(err, ERR_USAGE, "cannot read '%s'",
			    path);
	}
	if (rc == 0)
		rc = fd_read(fd, path, out, err);
	if (fd >= 0)
		close(fd);
	buf_release(&real);
	return rc;
}

/* Offset of the first byte that is no UTF-8 or NUL, or the length. */
static size_t
good_bytes(struct span text)
{
	size_t at = 0;

	while (at < text.len) {
		size_t start = at;
		bool valid;

		if (char_next(text, &at, &valid) == 0 || !valid)
			return start;
	}
	return at;
}

int
text_check(const char *name, size_t first_line, struct span text,
    struct error *err)
{
	size_t offset = good_bytes(text);
	size_t line = first_line;

	if (offset == text.len)
		return 0;
	for (size_t i = 0; i < offset; i++)
		line += text.p[i] == '\n';
	return FAIL(err, ERR_FORMAT, "%s:%zu: %s, so this is not Lua text",
	    name, line,
	    text.p[offset] ? "bytes that are no UTF-8" : "a NUL byte");
}

struct span
text_without_mark(struct span text)
{
	static const char mark[] = "\xef\xbb\xbf";

	if (!span_starts_with(text, mark))
		return text;
	return span_from(text, sizeof(mark) - 1);
}
