/*
 * alloc - memory that is there, or the program ends.
 *
 * Out of memory outside a process's own limit is not survived: the program
 * says so on stderr and exits 6. What is durable stays durable.
 */
#ifndef BASE_ALLOC_H
#define BASE_ALLOC_H

#include <stddef.h>

/* Owned by the caller, freed with free(). A size of 0 gives a valid pointer. */
void *xmalloc(size_t size);
void *xcalloc(size_t count, size_t size);
void *xrealloc(void *old, size_t size);
char *xstrdup(const char *text);
char *xasprintf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
