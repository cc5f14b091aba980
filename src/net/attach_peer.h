/*
 * attach_peer - whether the program that owns the store can answer at all.
 *
 * An answer takes as long as it takes; but an owner that its user has stopped
 * (Ctrl-Z) gives none, and whoever waits for it must be told.
 */
#ifndef NET_ATTACH_PEER_H
#define NET_ATTACH_PEER_H

#include "base/error.h"

enum {
	PEER_SILENCE_S = 2 /* until the peer is looked at */
};

/* From now on reading, writing and connecting end with EAGAIN after that
 * silence. */
void peer_watch(int fd);
/* Behind it. 0: wait on; -1: ERR_STORE, it is stopped. */
int peer_check(int fd, struct error *err);

#endif
