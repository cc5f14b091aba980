/*
 * adopted - names that the user has given to processes of whoever: one that was
 * handed over has the name of its spawn, and the signer of that.
 *
 * They stand in the file `adopted` of the data directory, a line each: name,
 * tab, id. A later line counts before an earlier one.
 */
#ifndef SHELL_ADOPTED_H
#define SHELL_ADOPTED_H

#include "base/base64url.h"

/* The process of that name; false: there is none. `data_dir` NULL: neither. */
bool adopted_find(const char *data_dir, struct span name, struct id *out);
/* Give it that name, which name_check() has passed. ERR_STORE. */
int adopted_add(const char *data_dir, struct span name, const struct id *id,
    struct error *err);

#endif
