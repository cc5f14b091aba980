/*
 * file - what all who write files need: whole writes, and names that take the
 * place of nothing.
 */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include "base/span.h"

/* Write all of it, however often a signal comes. -1: errno says why. */
int file_write_all(int fd, struct span bytes);
/*
 * rename() that never replaces: -1 with EEXIST when there is something of that
 * name. Where the file system knows no such thing, by a second link.
 */
int file_rename_new(const char *from, const char *to);

#endif
