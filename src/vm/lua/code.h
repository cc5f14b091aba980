/*
 * code - a module compiled: an archive of the same names with bytecode for
 * texts, without the names of lines and variables.
 *
 * A module is text, and its id speaks of that; bytecode can break the machine
 * and is never taken from anyone. What is run is compiled here, when the
 * program is built or when a module is first used: the same bytes either way.
 */
#ifndef VM_LUA_CODE_H
#define VM_LUA_CODE_H

#include <stdatomic.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/span.h"

/*
 * Append the code of `module` to `out`. ERR_FORMAT: it is no archive, or a file
 * does not compile (the text says where) or takes too long to, which is told by
 * its bytes (compile_cost.h); ERR_LIMIT: it takes too much memory. These are
 * the same everywhere. ERR_SYSTEM: this computer has no memory for it.
 * ERR_INTERRUPTED: *stop, which may be NULL, came true meanwhile. Any thread,
 * outside a run.
 */
int code_make(struct span module, const atomic_bool *stop, struct buf *out,
    struct error *err);

#endif
