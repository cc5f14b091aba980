/*
 * paths - where aosh keeps its files, and reading those of the user.
 *
 * Data: --data-dir, $AOSH_HOME, $XDG_DATA_HOME/aosh, ~/.local/share/aosh.
 * Config: --config, $AOSH_CONFIG, $XDG_CONFIG_HOME/aosh, ~/.config/aosh.
 * The rc file is in that folder.
 * Histories and pads: $XDG_STATE_HOME/aosh, ~/.local/state/aosh. Folders are
 * made with mode 0700. Without HOME the password database says where home is.
 */
#ifndef SHELL_PATHS_H
#define SHELL_PATHS_H

#include <sys/types.h>

#include "base/buf.h"
#include "base/error.h"

enum {
	/* of a script or data file, before it is sent as one message */
	FILE_MAX_BYTES = 64 << 20
};

/* Append the path of the data directory, which may not be there. ERR_STORE. */
int data_dir_path(const char *given, struct buf *path, struct error *err);
/* The same of the folders of settings and of histories. */
int config_dir_path(struct buf *path, struct error *err);
int history_dir_path(struct buf *path, struct error *err);
/* Make the data directory and append its path. `given` may be NULL. */
int data_dir_make(const char *given, struct buf *path, struct error *err);
/* Make the folder of histories and append its path. */
int history_dir_make(struct buf *path, struct error *err);
/* The same of pads. */
int pad_dir_make(struct buf *path, struct error *err);
/*
 * Append the path of the config file: `given`, else as above. 1: it is to be
 * read. 0: there is none, and nobody has named one. ERR_USAGE.
 */
int config_find(const char *given, struct buf *path, struct error *err);
/* Append the path of the rc file, which may not be there. ERR_STORE. */
int rc_path(struct buf *path, struct error *err);
/* Append `path` with a leading ~ replaced by the home directory. */
int path_expand(const char *path, struct buf *out, struct error *err);
/* A directory and those above it, mode 0700. ERR_STORE. */
int make_dirs(const char *path, struct error *err);

/* ERR_USAGE unless there is a file that can be read; "-" always is. */
int file_check(const char *path, struct error *err);
/*
 * Append the whole of a file, or of standard input for "-". ERR_USAGE: not
 * there, a folder, not readable. ERR_LIMIT: over FILE_MAX_BYTES.
 */
int file_read(const char *path, struct buf *out, struct error *err);
/* The rest of a descriptor; `name` is for messages. Errors as above. */
int fd_read(int fd, const char *name, struct buf *out, struct error *err);
/*
 * Append what there is to be read next, waiting for it; 0 at the end.
 * ERR_INTERRUPTED when Ctrl-C comes first; ERR_USAGE.
 */
ssize_t fd_read_some(int fd, const char *name, struct buf *out,
    struct error *err);
/*
 * ERR_FORMAT, with file and line, unless `text` is something to compile: UTF-8
 * without NUL bytes. `first_line` is where in the file it stands.
 */
int text_check(const char *name, size_t first_line, struct span text,
    struct error *err);
/* `text` without the byte order mark that some editors put in front. */
struct span text_without_mark(struct span text);

#endif
