/*
 * json_names - objects that have a name twice.
 */
#ifndef CODEC_JSON_NAMES_H
#define CODEC_JSON_NAMES_H

#include "base/buf.h"

/*
 * If an object in the value has a name twice, append the value so that each
 * name is there once: where it was first, with the last value. False: there is
 * no such, and nothing is appended. The value, of less than 4 GiB, is of text
 * that json_scan() was content with.
 *
 * Work is n log n; memory 12 bytes for each name, and for a while as much
 * again, when the names of some object are not sorted.
 */
bool json_unite_names(struct span value, struct buf *out);

#endif
