/*
 * file_watch - waiting until one of several files is written.
 *
 * Editors replace a file rather than write into it, so it is the folders that
 * are watched, and names in them that count.
 */
#ifndef SHELL_FILE_WATCH_H
#define SHELL_FILE_WATCH_H

#include "base/error.h"

struct file_watch;

/* Nothing is watched yet. ERR_SYSTEM. */
int file_watch_open(struct file_watch **out, struct error *err);
/* NULL is none. */
void file_watch_close(struct file_watch *w);
/*
 * Watch that file too, whether it is there or not; a leading ~ is the home
 * directory. One that cannot be watched is never seen to change.
 */
void file_watch_add(struct file_watch *w, const char *path);
/* Readable when something has happened in the folders. */
int file_watch_fd(const struct file_watch *w);
/* Take what has happened: the path of a file that was written, as it was added;
 * borrowed until the next call. NULL: it was none of them. */
const char *file_watch_take(struct file_watch *w);

#endif
