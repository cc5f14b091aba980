/*
 * name_lock - between looking for a process of a name and spawning it nobody
 * else on this data does the same, or there would be two of them.
 */
#ifndef SHELL_NAME_LOCK_H
#define SHELL_NAME_LOCK_H

#include "base/error.h"

/*
 * Lock the data directory; *fd is for name_unlock(). NULL, a directory that is
 * not there, or a file system without locks: nothing is locked, and *fd is -1.
 * ERR_INTERRUPTED; ERR_STORE: somebody has had it for a minute.
 */
int name_lock(const char *data_dir, int *fd, struct error *err);
void name_unlock(int fd);

#endif
