/*
 * out_file - where a command writes bytes that are no text: a new file, or
 * standard output when that is no terminal.
 *
 * A file is written beside its place and gets its name at the end, so that half
 * of one is never seen; what is there already is not overwritten.
 */
#ifndef SHELL_OUT_FILE_H
#define SHELL_OUT_FILE_H

#include "codec/item_read.h"
#include "shell/options.h"

struct out_file {
	int fd;
	char *path;  /* owned; NULL: standard output */
	char *temp;  /* owned: its name until it is whole */
	bool failed; /* it could not be written: what `err` says is of it */
	bool closed; /* the reader went away, and wants to hear no more */
};

/*
 * Where --output says; without, or with "-": standard output. ERR_USAGE: that
 * is a terminal, or --json wants it, too; ERR_EXISTS: the file is there.
 */
int out_file_open(const struct options *o, struct out_file *f,
    struct error *err);
/* The same for a path that another option says; "-": standard output. */
int out_file_open_path(const char *path, bool json, struct out_file *f,
    struct error *err);
/* Write all of it. ERR_SYSTEM: closed pipe, disk full and the like. */
int out_file_write(struct out_file *f, struct span bytes, struct error *err);
/*
 * Write the first `size` bytes of a source; `piece` has room for PIECE_BYTES.
 * ERR_SYSTEM, also when there are fewer now; what the source gives.
 */
int out_file_copy(struct out_file *f, const struct byte_source *from,
    uint64_t size, uint8_t *piece, struct error *err);
/* It is whole: give it its name. Release it after, whatever comes back. */
int out_file_finish(struct out_file *f, struct error *err);
/*
 * What a command gives back for `rc`: EXIT_EVAL in place of -1 when the reader
 * of a pipe has gone, of which nothing is said.
 */
int out_file_result(const struct out_file *f, int rc);
/* Close it; a file that is not finished vanishes. */
void out_file_release(struct out_file *f);

#endif
