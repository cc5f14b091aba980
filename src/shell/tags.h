/*
 * tags - the message that a command line describes: --tag, --data and so on.
 */
#ifndef SHELL_TAGS_H
#define SHELL_TAGS_H

#include "codec/avro_tags.h"
#include "shell/options.h"

/* All --tag options, in order; *count of them; owned, free(). */
struct tag *tags_from_options(const struct options *o, size_t *count);
/* Append the --data: a text, @FILE or @- for standard input; none: nothing. */
int data_from_options(const struct options *o, struct buf *out,
    struct error *err);

#endif
