/*
 * template - a module's state as it is before the first message.
 *
 * It is made in two lanes of our own; the words in which the two images
 * differ are the addresses. So a state for any lane is a copy with those
 * words moved, and the libraries are loaded once per module and program.
 *
 * Threads: any; templates are found under a lock.
 */
#ifndef VM_LUA_TEMPLATE_H
#define VM_LUA_TEMPLATE_H

#include "base/error.h"
#include "base/span.h"

struct template;

/*
 * The template of a module: one reference, given back with template_unref().
 * Makes it when nobody has. ERR_FORMAT: the module is malformed or does not
 * load (the text says where). ERR_LIMIT: it does not fit the default limits.
 * ERR_SYSTEM, ERR_EVAL: it cannot be made here.
 */
int template_get(struct span module, struct template **out, struct error *err);
void template_unref(struct template *t);

/* Bytes of the image. */
size_t template_size(const struct template *t);
/* Write the image for a lane; `to` has room for template_size(). */
void template_copy(const struct template *t, unsigned lane, uint8_t *to);

#endif
