/*
 * bench_talk - one process that is spoken to, without engine or store.
 */
#ifndef SHELL_BENCH_TALK_H
#define SHELL_BENCH_TALK_H

#include "vm/vm.h"

struct talk {
	struct vm *vm;
	struct message spawn;
	struct address owner;
	struct process process;
	struct assignment assignment;
	struct tag tags[4];
	struct result result;
};

/* Closed by talk_close(). Stays where it is meanwhile. */
int talk_open(struct talk *t, struct span module, unsigned lane,
    struct error *err);
void talk_close(struct talk *t);
/* Have the next message of that type and action evaluated; an Error is a
 * failure. */
int talk_say(struct talk *t, const char *type, const char *action,
    const char *data, struct error *err);
/* The same with data alone, of any verdict; a dry run or not. */
int talk_try(struct talk *t, const char *data, bool read_only,
    struct error *err);

#endif
