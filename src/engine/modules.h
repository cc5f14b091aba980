/*
 * modules - which programs are here, and which one a process runs.
 *
 * A spawn names a module. That is the library that is built in, one that the
 * store kept of an older program, an item of Type Module that was kept, or an
 * alias: an id that the configuration lets stand for the built-in one. What an
 * alias stands for is decided once, by slot 0 (ao/assignment.h), and so is
 * whether the process is shown another authority for this node.
 *
 * Threads: any.
 */
#ifndef ENGINE_MODULES_H
#define ENGINE_MODULES_H

#include "ao/module.h"
#include "engine/state.h"

/*
 * The module of exactly that id, no alias; its program lies in it or lasts as
 * long as the engine. module_release(). ERR_NOT_FOUND: the text is the one that
 * each slot of a process without its module fails with.
 */
int modules_get(struct engine *e, const struct id *id, struct module *out,
    struct error *err);
/*
 * Whether a process may begin with this spawn message, which names a module.
 * ERR_UNSUPPORTED: its module is not here, or of a format that is not run
 * (text: which are); ERR_FORMAT, ERR_LIMIT: the module's or the process's own
 * limits are malformed, or more than this node allows.
 */
int modules_check(struct engine *e, const struct message *spawn,
    struct error *err);
/* Which module a process would run that began here; false: it names none. */
bool modules_runs(const struct engine *e, const struct message *spawn,
    struct id *out);
/* What slot 0 of a new process is to say of it. */
void modules_decide(const struct engine *e, const struct message *spawn,
    struct process_facts *out);

/* The node operation `modules`. */
int modules_list(struct engine *e, const struct id *id, node_module_fn fn,
    void *arg, struct error *err);
/* The node operation `module`. */
int modules_bytes(struct engine *e, const struct id *id, struct buf *out,
    struct error *err);

#endif
