/*
 * guard - Ctrl-C while this thread evaluates in a machine of its own.
 *
 * The shell's thread cannot look at signals then, so another one does.
 */
#ifndef SHELL_GUARD_H
#define SHELL_GUARD_H

#include <pthread.h>
#include <signal.h>

#include "vm/replay.h"

struct guard {
	struct replay *replay;
	pthread_t thread;
	int end_fd;    /* -1: there is none */
	sigset_t mask; /* of the thread that evaluates, as it was */
};

/* From here on Ctrl-C interrupts the replay. Without a thread to be had it does
 * not. */
void guard_begin(struct guard *g, struct replay *r);
/*
 * No longer; gives `rc`. What was interrupted is ERR_INTERRUPTED already: the
 * signal is used up, and the replay answers again.
 */
int guard_end(struct guard *g, int rc, const struct error *err);

#endif
