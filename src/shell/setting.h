/*
 * setting - what a session can change while it runs.
 *
 * Each has a key of the same name in the config file, which says how a session
 * begins.
 */
#ifndef SHELL_SETTING_H
#define SHELL_SETTING_H

#include "base/buf.h"
#include "base/error.h"

struct shell;
struct config;

struct setting {
	const char *name;   /* NULL ends the table */
	const char *values; /* words split by |; else what a value is */
	const char *summary;
	/* Append what it is now, as a value that set() takes. */
	void (*get)(const struct shell *sh, struct buf *out);
	/* False: `value` is none of its kind. */
	bool (*set)(struct shell *sh, const char *value);
};

/* In the order of the manual. */
extern const struct setting settings[];

/* ERR_USAGE: with the nearest name that there is. */
int setting_find(const char *name, const struct setting **out,
    struct error *err);
/* Append the value of one that there is. */
void setting_get(const struct shell *sh, const char *name, struct buf *out);
/* ERR_USAGE: what a value may be. */
int setting_change(struct shell *sh, const char *name, const char *value,
    struct error *err);
/* How a prompt begins, as the config file has it. */
void setting_begin(struct shell *sh, const struct config *c);

#endif
