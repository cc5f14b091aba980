/*
 * json_compact - a JSON value written again, the way that one writer has it.
 *
 * Data of a message that is no text goes over the wire as such text, so its
 * bytes are settled: they are those of jansson 2.14 (JSON_COMPACT). No blanks;
 * in strings only quotes, backslashes and control characters are escaped; of
 * equal names of an object the first place and the last value are kept; real
 * numbers have the fewest digits, from 15 on, that all of them survive.
 *
 * No tree is built: beside the text that is written this takes a few bytes for
 * each name of an object.
 */
#ifndef CODEC_JSON_COMPACT_H
#define CODEC_JSON_COMPACT_H

#include "base/buf.h"

/* Append a value, of less than 4 GiB, of text that json_scan() and
 * json_has_meaning() were content with. */
void json_add_compact(struct buf *out, struct span value);

#endif
