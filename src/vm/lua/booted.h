/*
 * booted - a module's state as it is before the first message.
 *
 * It is made in two lanes of our own; the words in which the two images
 * differ are the addresses. So a state for any lane is a copy with those
 * words moved, and the libraries are loaded once per module and program.
 *
 * Threads: any; templates are found under a lock, and made one at a time.
 */
#ifndef VM_LUA_BOOTED_H
#define VM_LUA_BOOTED_H

#include "base/error.h"
#include "base/span.h"

struct booted;
struct window;

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
/* The image as it is in a lane of our own; borrowed likewise. */
struct span booted_image(const struct booted *t);
/* Lay the state into the window of `lane` as that of `owner`, unless it lies
 * there. ERR_SYSTEM. */
int booted_enter(const struct booted *t, struct window *w, unsigned lane,
    uint64_t owner, struct error *err);

#endif
