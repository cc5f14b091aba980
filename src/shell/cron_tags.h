/*
 * cron_tags - the schedules that --cron asks a new process to have.
 */
#ifndef SHELL_CRON_TAGS_H
#define SHELL_CRON_TAGS_H

#include "codec/avro_tags.h"
#include "shell/options.h"

struct shell;
struct id;

/* Its tags: an interval, then the tags of its messages, and so on. */
struct cron_tags {
	struct tag *tags;
	size_t count;
	char **names; /* what the tags' names point into */
	size_t name_count;
};

/*
 * All --cron options, each with the --cron-tag options behind it, and Action
 * Cron unless one of these says otherwise. ERR_USAGE: not an interval, or a
 * --cron-tag before any. Release with cron_tags_release(), on success only.
 */
int cron_tags_from_options(const struct options *o, struct cron_tags *out,
    struct error *err);
/* Free all; all zero is fine. */
void cron_tags_release(struct cron_tags *c);

/*
 * What a new process's ticks send is to be delivered: turn its monitor on, and
 * say so.
 */
int cron_monitor_new(struct shell *sh, const struct id *id, const char *name,
    struct error *err);

#endif
