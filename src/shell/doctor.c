/*
 * What lies on the disk. A folder that is not there is made when it is needed,
 * so it is looked at whether that would go well.
 */
#include "shell/doctor.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "shell/paths.h"

enum {
	SYNCS = 5,
	NS_PER_US = 1000,
	SLOW_US = 50 * 1000, /* of a sync */
	OTHERS = 077,        /* mode of group and all */
};

#define MIB ((uint64_t)1 << 20)
#define LITTLE_ROOM (200 * MIB)
#define NO_ROOM (10 * MIB)

/* --- folders --- */

/* The nearest folder above that is there. Owned. */
static char *
existing_parent(const char *path)
{
	char *at = xstrdup(path);
	char *slash;

	while (access(at, F_OK) < 0 && (slash = strrchr(at, '/')) != NULL) {
		if (slash == at)
			slash++;
		if (!*slash)
			break;
		*slash = 0;
	}
	if (strchr(path, '/'))
		return at;
	free(at);
	return xstrdup(".");
}

static void
say_missing(struct doctor *d, const char *what, const char *path)
{
	char *parent = existing_parent(path);

	if (access(parent, W_OK | X_OK) == 0)
		doctor_say(d, DOCTOR_OK, what, NULL,
		    "%s is not there yet, and is made when it is needed", path);
	else
		doctor_say(d, DOCTOR_PROBLEM, what,
		    "make it writable, or name another place (AOSH_HOME, "
		    "XDG_CONFIG_HOME, XDG_STATE_HOME)",
		    "%s cannot be made: %s cannot be written", path, parent);
	free(parent);
}

/* True: it is there and can be used. */
static bool
look_at_folder(struct doctor *d, const char *what, const char *path)
{
	char *advice = xasprintf("chmod 700 '%s'", path);
	struct stat st;
	bool usable = false;

	if (stat(path, &st) < 0 && errno == ENOENT)
		say_missing(d, what, path);
	else if (stat(path, &st) < 0 || !S_ISDIR(st.st_mode))
		doctor_say(d, DOCTOR_PROBLEM, what,
		    "move what is there out of the way",
		    "%s is no folder that can be used", path);
	else if (access(path, R_OK | W_OK | X_OK) < 0)
		doctor_say(d, DOCTOR_PROBLEM, what, advice,
		    "%s cannot be written (mode %03o)", path,
		    (unsigned)st.st_mode & 0777);
	else
		usable = true;
	if (usable && st.st_mode & OTHERS)
		doctor_say(d, DOCTOR_WARNING, what, advice,
		    "%s can be entered by others (mode %03o)", path,
		    (unsigned)st.st_mode & 0777);
	else if (usable)
		doctor_say(d, DOCTOR_OK, what, NULL, "%s", path);
	free(advice);
	return usable;
}

void
doctor_folders(struct doctor *d)
{
	struct buf path = BUF_INIT;
	struct error err;

	if (d->sh->ephemeral)
		doctor_say(d, DOCTOR_OK, "data", NULL, "in memory");
	else if (data_dir_path(options_text(d->options, "data-dir", NULL),
		     &d->data_dir, &err) < 0)
		doctor_say(d, DOCTOR_PROBLEM, "data", NULL, "%s", err.text);
	else
		d->has_data = look_at_folder(d, "data", buf_text(&d->data_dir));
	if (history_dir_path(&path, &err) == 0)
		look_at_folder(d, "history", buf_text(&path));
	buf_release(&path);
}

/* --- the wallet --- */

static void
say_wallet(struct doctor *d, const char *path)
{
	char *advice = xasprintf("chmod 600 '%s'", path);
	struct wallet_info info;
	struct error err;

	if (wallet_look(path, &info, &err) < 0)
		doctor_say(d, DOCTOR_PROBLEM, "wallet",
		    "take another with --wallet, or a copy of this one", "%s",
		    err.text);
	else if (info.loose)
		doctor_say(d, DOCTOR_WARNING, "wallet", advice,
		    "others can read or write %s", path);
	else
		doctor_say(d, DOCTOR_OK, "wallet", NULL, "%s, %s%s, %s",
		    info.address.text, wallet_type_name(info.type),
		    info.sealed ? " under a password" : "", path);
	free(advice);
}

void
doctor_wallet(struct doctor *d)
{
	const char *word = options_text(d->options, "wallet",
	    getenv("AOSH_WALLET")); /* NOLINT(concurrency-mt-unsafe) */
	struct wallet_place place = { 0 };
	struct error err;

	if ((!word || !*word) && d->sh->settings.wallet.text[0])
		word = d->sh->settings.wallet.text;
	if (word && !*word)
		word = NULL;
	if (d->sh->ephemeral && !word)
		doctor_say(d, DOCTOR_OK, "wallet", NULL, "in memory");
	else if (wallet_find(d->has_data ? buf_text(&d->data_dir) : NULL, word,
		     &place, &err) < 0)
		doctor_say(d, DOCTOR_PROBLEM, "wallet",
		    "'aosh wallet list' shows those that there are", "%s",
		    err.text);
	else if (!word && (!place.path || access(place.path, F_OK) < 0))
		doctor_say(d, DOCTOR_OK, "wallet", NULL,
		    "there is none yet; one is made when it is needed");
	else
		say_wallet(d, place.path);
	wallet_place_release(&place);
}

/* --- the disk --- */

static int
compare_times(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a;
	uint64_t y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* The middle one of a few syncs in microseconds. -1: they fail. */
static int
time_syncs(const char *dir, uint64_t *us)
{
	char *path = xasprintf("%s/doctor-XXXXXX", dir);
	uint64_t times[SYNCS];
	int fd = mkostemp(path, O_CLOEXEC);
	int rc = fd < 0 ? -1 : 0;

	for (size_t i = 0; i < SYNCS && rc == 0; i++) {
		uint64_t start = clock_now_ns();

		if (pwrite(fd, path, 1, (off_t)i) != 1 || fdatasync(fd) < 0)
			rc = -1;
		times[i] = (clock_now_ns() - start) / NS_PER_US;
	}
	if (fd >= 0) {
		int saved = errno;

		close(fd);
		unlink(path);
		errno = saved;
	}
	free(path);
	if (rc < 0)
		return -1;
	qsort(times, SYNCS, sizeof(*times), compare_times);
	*us = times[SYNCS / 2];
	return 0;
}

static void
say_sync(struct doctor *d, const char *dir)
{
	uint64_t us;

	if (time_syncs(dir, &us) < 0)
		doctor_say(d, DOCTOR_PROBLEM, "sync", "make room on the disk",
		    "cannot write in %s: %s", dir, strerrorname_np(errno));
	else if (us > SLOW_US)
		doctor_say(d, DOCTOR_WARNING, "sync",
		    "each message waits for one: a local disk is faster",
		    "%" PRIu64 " ms, which is slow", us / 1000);
	else
		doctor_say(d, DOCTOR_OK, "sync", NULL,
		    "%" PRIu64 ".%03" PRIu64 " ms", us / 1000, us % 1000);
}

void
doctor_disk(struct doctor *d)
{
	const char *dir = buf_text(&d->data_dir);
	struct statvfs st;
	uint64_t room;

	if (!d->has_data)
		return;
	if (statvfs(dir, &st) < 0) {
		doctor_say(d, DOCTOR_WARNING, "disk", NULL,
		    "its room cannot be told");
		return;
	}
	room = (uint64_t)st.f_bavail * st.f_frsize;
	doctor_say(d,
	    room < NO_ROOM           ? DOCTOR_PROBLEM
		: room < LITTLE_ROOM ? DOCTOR_WARNING
				     : DOCTOR_OK,
	    "disk", room < LITTLE_ROOM ? "make room on the disk" : NULL,
	    "%" PRIu64 " MiB free", room / MIB);
	say_sync(d, dir);
}

/* --- the store --- */

/* Who listens at the socket beside the store; 0: nobody. */
static pid_t
owner_of(const char *dir)
{
	int dir_fd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	struct ucred peer = { 0 };
	socklen_t len = sizeof(peer);

	/* a socket's name may not exceed 108 bytes, a directory's may */
	snprintf(at.sun_path, sizeof(at.sun_path), "/proc/self/fd/%d/socket",
	    dir_fd);
	if (fd < 0 || dir_fd < 0 ||
	    connect(fd, (const struct sockaddr *)&at, sizeof(at)) < 0 ||
	    getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) < 0)
		peer.pid = 0;
	if (fd >= 0)
		close(fd);
	if (dir_fd >= 0)
		close(dir_fd);
	return peer.pid;
}

/* Somebody holds it, whether or not he answers. */
static bool
is_locked(const char *dir)
{
	struct flock whole = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	char *path = xasprintf("%s/lock", dir);
	int fd = open(path, O_RDWR | O_CLOEXEC);
	bool locked = fd >= 0 && fcntl(fd, F_OFD_GETLK, &whole) == 0 &&
	    whole.l_type != F_UNLCK;

	if (fd >= 0)
		close(fd);
	free(path);
	return locked;
}

static void
say_lock(struct doctor *d, const char *dir)
{
	pid_t pid = owner_of(dir);
	char name[64] = "?";
	char *path;
	FILE *f;

	if (pid == 0 && is_locked(dir)) {
		doctor_say(d, DOCTOR_WARNING, "lock",
		    "it may just be starting or ending; else end it ('fuser' "
		    "on the file 'lock' there names it)",
		    "a program holds the store and does not answer");
		return;
	}
	if (pid == 0) {
		doctor_say(d, DOCTOR_OK, "lock", NULL, "nobody has the store");
		return;
	}
	path = xasprintf("/proc/%d/comm", (int)pid);
	f = fopen(path, "re");
	if (f && fgets(name, sizeof(name), f))
		name[strcspn(name, "\n")] = 0;
	if (f)
		(void)fclose(f);
	free(path);
	doctor_say(d, DOCTOR_OK, "lock", NULL,
	    "%s (process %d) has the store and serves it", name, (int)pid);
}

static bool
has_store(const char *dir)
{
	char *path = xasprintf("%s/data.mdb", dir);
	bool there = access(path, F_OK) == 0;

	free(path);
	return there;
}

void
doctor_store(struct doctor *d)
{
	struct shell *sh = d->sh;
	struct node_status s;
	struct error err;

	if (!d->has_data || !d->settings || sh->network.legacy)
		return;
	if (!has_store(buf_text(&d->data_dir))) {
		doctor_say(d, DOCTOR_OK, "store", NULL,
		    "there is none yet; one is made when it is needed");
		return;
	}
	say_lock(d, buf_text(&d->data_dir));
	if (shell_open_node(sh, d->options, &err) < 0 ||
	    sh->client.node->ops->status(sh->client.node, &s, &err) < 0)
		doctor_say(d, DOCTOR_PROBLEM, "store",
		    err.code == ERR_FULL ? "make room on the disk"
			: err.code == ERR_BUSY
			? "end the program that has it"
			: "use another data directory, or "
			  "the program that made it",
		    "%s", err.text);
	else
		doctor_say(d, s.stopped ? DOCTOR_WARNING : DOCTOR_OK, "store",
		    s.stopped ? "'aosh list' shows which; 'aosh start NAME' "
				"goes on with one"
			      : NULL,
		    "%" PRIu64 " processes (%" PRIu64 " stopped), %" PRIu64
		    " messages, %" PRIu64 " MiB",
		    s.processes, s.stopped, s.messages, s.store_bytes / MIB);
}
