/*
 * alloc - memory that is there, or the program ends.
 *
 * Out of memory outside a process's own limit is not survived: the program
 * says so on stderr and exits 6. What is durable stays durable.
 */
#ifndef BASE_ALLOC_H
#define BASE_ALLOC_H

#include <stdarg.h>
#include <stddef.h>

/* Owned by the caller, freed with free(). A size of 0 gives a valid pointer. */
void *xmalloc(size_t size);
/* The same for `count` times `size` bytes, all zero. */
void *xcalloc(size_t count, size_t size);
/* Takes `old`, which may be NULL; the bytes of both sizes stay. */
void *xrealloc(void *old, size_t size);
/* A copy of a zero-terminated text, which is not NULL. Owned, free(). */
char *xstrdup(const char *text);
/* A text as printf() would write it. Owned, free(). */
char *xasprintf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* The same from a list; the caller ends it. */
char *xvasprintf(const char *fmt, va_list ap)
    __attribute__((format(printf, 1, 0)));

#endif
