/*
 * module - a program, and what names it.
 *
 * The id of a program is the SHA-256 of its bytes; or it is the data of a signed
 * item of Type Module, and has the item's id. Such an item says what format the
 * program is of, and may say the limits of processes that say none. So whoever
 * has the bytes can tell whether they are the ones that an id means.
 *
 * Source: spec/ao-network.md 4 (Module) and 6.6.
 */
#ifndef AO_MODULE_H
#define AO_MODULE_H

#include "ao/limits.h"

/* The Module-Format of a program that is named by its hash. */
#define MODULE_FORMAT "aosh-lua-1"

struct module {
	struct message *item; /* one reference; NULL: named by its hash */
	struct span program;  /* borrowed from the item, else from the bytes */
	struct span format;   /* tag Module-Format; empty: it has none */
	struct limits limits; /* what its tags say, if they mean something */
};

/*
 * Take apart what the id is made of. ERR_FORMAT: an item that is no module;
 * ERR_SIGNATURE: the bytes are not what the id says, or the item's signature
 * does not hold. module_release() on success.
 */
int module_decode(const struct id *id, struct span bytes, struct module *out,
    struct error *err);
/* module_decode() of bytes out of our own store, which were verified before. */
int module_decode_own(const struct id *id, struct span bytes,
    struct module *out, struct error *err);
/* Gives the item back. */
void module_release(struct module *m);

#endif
