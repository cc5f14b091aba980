/*
 * booted - a module's state as it is before the first message.
 *
 * It is made in two lanes of our own; the words in which the two images
 * differ are the addresses. So a state for any lane is a copy with those
 * words moved, and the libraries are loaded once per module and program.
 *
 * Threads: any; templates are found under a lock.
 */
#ifndef VM_LUA_BOOTED_H
#define VM_LUA_BOOTED_H

#include "base/error.h"
#include "base/span.h"

struct booted;

/*
 * The template of a module: one reference, given back with booted_unref().
 * Makes it when nobody has. ERR_FORMAT: the module is malformed or does not
 * load (the text says where). ERR_LIMIT: it does not fit the default limits.
 * ERR_SYSTEM, ERR_EVAL: it cannot be made here.
 */
int booted_get(struct span module, struct booted **out, struct error *err);
/* Frees the template with its last reference. */
void booted_unref(struct booted *t);

/* The module's code (code.h), borrowed as long as the template is held. */
struct span booted_code(const struct booted *t);
/* Bytes of the image. */
size_t booted_size(const struct booted *t);
/* Write the image for a lane; `to` has room for booted_size(). */
void booted_copy(const struct booted *t, unsigned lane, uint8_t *to);

#endif
