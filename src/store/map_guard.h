/*
 * map_guard - a clear end when a store's file fails under the program.
 *
 * LMDB reads its file through a map. Where the file is shorter than the map
 * says (cut off meanwhile, or a page that leads astray), or the disk cannot
 * read it, the processor raises SIGBUS, and there is nobody to return an error
 * to. So the program ends with one line and exit code 6; what is durable stays
 * so. Threads must not block SIGBUS: base/thread sees to it.
 */
#ifndef STORE_MAP_GUARD_H
#define STORE_MAP_GUARD_H

/*
 * Watch the map of the file behind `fd`; `dir` is for the message, and copied.
 * Does nothing when too many are watched or the map cannot be found. Gives
 * what map_guard_remove() takes; any thread.
 */
int map_guard_add(int fd, const char *dir);
/* Not any more. */
void map_guard_remove(int guard);

/* Say that the store in `dir` is broken and end the program. */
_Noreturn void map_guard_end(const char *dir);

#endif
