/*
 * open_node - the local node: our own engine, or the one that is there.
 *
 * One program owns the store at a time and serves the others. Whoever comes
 * second attaches; when the owner goes, one of the attached takes over and the
 * rest attach to it, watches and all. Calls that were under way are made
 * again, which is safe: an item that was scheduled keeps its slot. Source:
 * design section 4.
 */
#ifndef OPEN_NODE_H
#define OPEN_NODE_H

#include "engine/engine.h"

struct open_options {
	const char *data_dir; /* exists; not looked at when ephemeral */
	bool ephemeral;       /* all in memory, nothing left behind */
	/* for an engine of our own; its dir is not looked at */
	const struct engine_config *engine;
};

/* *out is closed with its close(). ERR_STORE, ERR_WALLET, ERR_UNSUPPORTED. */
int open_node(const struct open_options *options, struct node **out,
    struct error *err);

#endif
