/*
 * archive - the bytes of a module or of its code: for each file a line "NAME
 * LENGTH", then LENGTH bytes. A name has a leading dot, and dots for slashes.
 */
#ifndef VM_LUA_ARCHIVE_H
#define VM_LUA_ARCHIVE_H

#include "base/error.h"
#include "base/span.h"

struct archive_file {
	struct span name;
	struct span text;
};

/*
 * Take the next file from the front of `in`; the spans point into it. 1: there
 * is one; 0: the end; -1, ERR_FORMAT: this is no archive.
 */
int archive_next(struct span *in, struct archive_file *file, struct error *err);
/* The first file of that name; false: none. `in` has been checked. */
bool archive_find(struct span in, struct span name, struct span *text);
/* ERR_FORMAT unless all of `in` is an archive that has `.process`. */
int archive_check(struct span in, struct error *err);

#endif
