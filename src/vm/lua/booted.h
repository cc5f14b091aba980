/*
 * booted - a module's state as it is before the first message.
 *
 * It is made in two lanes of our own; the words in which the two states
 * differ are the addresses. So a state for any lane is a copy with those
 * words moved, and the libraries are loaded once per module and program.
 *
 * Threads: any. Only those of the same module wait for each other; where very
 * many others are made at once, they take turns, but built-in ones never.
 */
#ifndef VM_LUA_BOOTED_H
#define VM_LUA_BOOTED_H

#include <stdatomic.h>

#include "crypto/digest.h"
#include "vm/lua/image.h"

struct booted;

/*
 * The template of a module: one reference, given back with booted_unref().
 * Makes it when nobody has. ERR_FORMAT: the module is malformed or does not
 * load (the text says where). ERR_LIMIT: it does not fit the default limits.
 * These do not depend on the computer or the clock. ERR_SYSTEM, ERR_EVAL: it
 * cannot be made here. ERR_INTERRUPTED: *stop, which may be NULL, came true
 * meanwhile.
 */
int booted_get(struct span module, const atomic_bool *stop, struct booted **out,
    struct error *err);
/* Frees the template with its last reference. */
void booted_unref(struct booted *t);

/* The module's code (code.h), borrowed as long as the template is held. */
struct span booted_code(const struct booted *t);
/* What images of its states are told against; borrowed likewise. */
const struct image_base *booted_base(const struct booted *t);
/* The image of the state as it was booted, for any lane; borrowed likewise. */
struct span booted_image(const struct booted *t);
/* Of module and template: images with the same mark are of the same. */
const struct sha256_digest *booted_mark(struct booted *t);

#endif
