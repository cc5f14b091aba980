/*
 * config - what the user wants of the program, in a file.
 *
 * Lines of "key = value"; a "#" at the start or behind a blank begins a
 * comment. The table of keys is all there is: an unknown key or a value that is
 * none of its kind is an error that says where and what is allowed, since a
 * setting that is silently not there costs more than a start that fails.
 *
 *   size   bytes: 4096, 64K, 512M, 4G (powers of 1024)
 *   share  a size, or a part of the machine's memory: 50%
 *   count  1000000, 5M, 1G (powers of 1000)
 *   time   500ms, 30s, 2m, 1h
 *   choice one of the words that stand in `kind`
 */
#ifndef SHELL_CONFIG_H
#define SHELL_CONFIG_H

#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"

/* All zero, the start: nothing is said. Sizes in bytes. */
struct config {
	uint64_t memory;    /* of states in memory */
	uint64_t cron_late; /* 0: all, 1: last */
	uint64_t limit_compute;
	uint64_t limit_memory;
	uint64_t limit_time_ms;
	uint64_t limit_output;
	uint64_t limit_outbox;
};

enum config_type {
	CONFIG_SIZE,
	CONFIG_SHARE,
	CONFIG_COUNT,
	CONFIG_TIME, /* in milliseconds */
	CONFIG_CHOICE
};

struct config_key {
	const char *name; /* NULL ends the table */
	enum config_type type;
	const char *kind;      /* what a value is; of a choice its words */
	const char *otherwise; /* what holds when nothing is said */
	const char *summary;
	size_t offset; /* of its uint64_t in struct config */
	uint64_t least, most;
};

/* In the order of the manual. */
extern const struct config_key config_keys[];

/*
 * Fill in what `text` says, the rest of *out stays. ERR_USAGE: a line is wrong
 * (text: `name`, line, key, and what would do). Pure but for shares, which are
 * of this machine.
 */
int config_parse(const char *name, struct span text, struct config *out,
    struct error *err);
/*
 * Read the file `given`; NULL: $AOSH_CONFIG, else the one in its place, which
 * need not be there. ERR_USAGE: it cannot be read, or a line is wrong.
 */
int config_load(const char *given, struct config *out, struct error *err);

#endif
