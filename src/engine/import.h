/*
 * import - takes over slots of logs that other nodes kept.
 */
#ifndef ENGINE_IMPORT_H
#define ENGINE_IMPORT_H

#include "engine/state.h"

/*
 * Append slots of one process, results included; see ao/node.h. It holds both
 * of the process's turns while it writes.
 */
int import_slots(struct engine *e, const struct import_slot *slots,
    size_t count, struct error *err);

#endif
