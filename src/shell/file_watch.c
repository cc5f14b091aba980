/*
 * A file is known by the number that inotify gave to its folder and by its
 * name there. Folders are few, and each gets one number however often it is
 * added.
 */
#include "shell/file_watch.h"

#include <stdlib.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "base/alloc.h"
#include "shell/paths.h"

enum {
	EVENTS_BYTES = 4096
};

struct watched_file {
	int folder;
	char *path; /* as it was added */
	char *name;
};

struct file_watch {
	int fd;
	struct watched_file *files;
	size_t count;
};

int
file_watch_open(struct file_watch **out, struct error *err)
{
	int fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);

	if (fd < 0)
		return FAIL_ERRNO(err, ERR_SYSTEM, "cannot watch files");
	*out = xcalloc(1, sizeof(**out));
	(*out)->fd = fd;
	return 0;
}

void
file_watch_close(struct file_watch *w)
{
	if (!w)
		return;
	for (size_t i = 0; i < w->count; i++) {
		free(w->files[i].path);
		free(w->files[i].name);
	}
	free(w->files);
	close(w->fd);
	free(w);
}

static bool
is_added(const struct file_watch *w, const char *path)
{
	for (size_t i = 0; i < w->count; i++)
		if (strcmp(w->files[i].path, path) == 0)
			return true;
	return false;
}

void
file_watch_add(struct file_watch *w, const char *path)
{
	struct buf real = BUF_INIT;
	struct error ignored;
	char *folder;
	char *name;
	int number;

	if (is_added(w, path) || path_expand(path, &real, &ignored) < 0)
		return;
	folder = xstrdup(buf_text(&real));
	buf_release(&real);
	name = strrchr(folder, '/');
	name = xstrdup(name ? name + 1 : folder);
	/* "x.lua" is here, "/x.lua" in the root */
	folder[strlen(folder) - strlen(name)] = '\0';
	number = inotify_add_watch(w->fd, *folder ? folder : ".",
	    IN_CLOSE_WRITE | IN_MOVED_TO);
	w->files = xrealloc(w->files, (w->count + 1) * sizeof(*w->files));
	w->files[w->count++] =
	    (struct watched_file){ number, xstrdup(path), name };
	free(folder);
}

int
file_watch_fd(const struct file_watch *w)
{
	return w->fd;
}

static const char *
find(const struct file_watch *w, const struct inotify_event *e)
{
	for (size_t i = 0; e->len && i < w->count; i++)
		if (w->files[i].folder == e->wd &&
		    strcmp(w->files[i].name, e->name) == 0)
			return w->files[i].path;
	return NULL;
}

/* All that is there is taken: one save may be several events. */
const char *
file_watch_take(struct file_watch *w)
{
	_Alignas(struct inotify_event) char events[EVENTS_BYTES];
	const char *found = NULL;
	ssize_t n;

	while ((n = read(w->fd, events, sizeof(events))) > 0) {
		for (ssize_t at = 0; at < n;) {
			const struct inotify_event *e =
			    (const void *)(events + at);

			found = found ? found : find(w, e);
			at += (ssize_t)(sizeof(*e) + e->len);
		}
	}
	return found;
}
