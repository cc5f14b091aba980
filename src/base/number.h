/*
 * number - decimal numbers in text: digits and nothing else, no sign.
 *
 * Pure functions; nothing is written where they give false.
 */
#ifndef BASE_NUMBER_H
#define BASE_NUMBER_H

#include "base/span.h"

/* Take the digits off the front of `in`; false, and none is taken: there are
 * none, or they say more than `max`. */
bool take_decimal(struct span *in, uint64_t max, uint64_t *out);
/* The same of all of `text`. */
bool parse_decimal(struct span text, uint64_t max, uint64_t *out);

#endif
