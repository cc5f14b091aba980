/*
 * item_file - a file or standard input, as a source to read items from.
 *
 * Read in pieces, never mapped: a file that somebody cuts meanwhile is an
 * error, not the end of the program. Ctrl-C ends a read with ERR_INTERRUPTED.
 *
 * Threads: a file whose size is known may be read by several at once.
 */
#ifndef SHELL_ITEM_FILE_H
#define SHELL_ITEM_FILE_H

#include <stdatomic.h>
#include <time.h>

#include "codec/item_read.h"

enum {
	/* what is read at once: enough for the disk, little for memory */
	PIECE_BYTES = 256 << 10
};

struct item_file {
	const char *name; /* for messages; borrowed */
	int fd;
	uint64_t start; /* where in the descriptor it begins */
	uint64_t size;  /* TO_THE_END: a pipe, read once from front to back */
	uint64_t at;    /* of a pipe: how much of it was read */
	bool named;     /* a file that its name opens again */
	struct timespec changed; /* of a file: the last time */
	atomic_bool interrupted; /* one of its readers took the Ctrl-C */
};

/*
 * Open a path, or standard input for "-". `sized`: the size must be known, or
 * it is read twice; what is no file is copied to a temporary one first.
 * ERR_USAGE: not there, a folder, not readable. Close with item_file_close().
 */
int item_file_open(const char *path, bool sized, struct item_file *f,
    struct error *err);
/* Nothing else; it need not have been opened, if it is { .fd = -1 }. */
void item_file_close(struct item_file *f);
/* Its bytes; `f` is borrowed with it. */
struct byte_source item_file_source(struct item_file *f);
/*
 * item_read() of the whole file; with a hint in the text when it was meant to
 * be read as a bundle.
 */
int item_file_read(struct item_file *f, const struct item_reader *r,
    struct item_view *out, struct error *err);
/* What went wrong with it, its name in front unless that is told: -1. */
int item_file_fail(const struct item_file *f, struct error *err);
/* ERR_SYSTEM when somebody has written to it since it was opened. */
int item_file_unchanged(const struct item_file *f, struct error *err);
/*
 * Close a file that its name opens again, since there may be very many; resume
 * checks that it is unchanged. It is not read in between.
 */
void item_file_suspend(struct item_file *f);
/* Errors as of open. */
int item_file_resume(struct item_file *f, struct error *err);

/* PIECE_BYTES to read to; owned, free(). */
uint8_t *item_piece(void);
/* A reader of it, for one thread. Its piece is owned: free(). */
struct item_reader item_file_reader(struct item_file *f, bool data_hash);
/* False when "-" stands among the paths twice: ERR_USAGE. */
int item_paths_check(const char *const *paths, size_t count, struct error *err);

#endif
