/*
 * import - takes over entries of logs that other nodes kept.
 */
#ifndef ENGINE_IMPORT_H
#define ENGINE_IMPORT_H

#include "engine/state.h"

/*
 * Append entries of one process, results included; see ao/node.h. It holds both
 * of the process's turns while it writes.
 */
int import_entries(struct engine *e, const struct id *id,
    const struct import_entry *entries, size_t count, struct error *err);

#endif
