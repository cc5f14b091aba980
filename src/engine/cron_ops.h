/*
 * cron_ops - what a client asks of the schedules of a process.
 */
#ifndef ENGINE_CRON_OPS_H
#define ENGINE_CRON_OPS_H

#include "engine/state.h"

/*
 * node_ops.monitor: durable when it returns 0. The cron of a log of ours that
 * was imported begins again.
 */
int cron_monitor(struct engine *e, struct actor *a, bool on, struct error *err);
/* node_ops.cron */
int cron_list(struct engine *e, struct actor *a, node_cron_fn fn, void *arg,
    struct error *err);

#endif
