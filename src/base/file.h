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
 * Add a line, which has its end, behind all others of a file that is made (0600)
 * when there is none; it is on the disk then. What a full disk or a kill left of
 * another line stays a line of its own. -1: errno says why.
 */
int file_add_line(const char *path, struct span line);
/*
 * Put a file (0600) in the place of what has that name: written beside it and on
 * the disk first, so that there is always a whole one. Not of one path by two
 * threads. -1: errno says why, and all is as it was.
 */
int file_replace(const char *path, struct span bytes);
/*
 * rename() that never replaces: -1 with EEXIST when there is something of that
 * name. Where the file system knows no such thing, by a second link.
 */
int file_rename_new(const char *from, const char *to);

#endif
