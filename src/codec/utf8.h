/*
 * utf8 - well-formed UTF-8 (RFC 3629): no surrogates, no overlong forms.
 */
#ifndef CODEC_UTF8_H
#define CODEC_UTF8_H

#include "base/buf.h"

/*
 * What `s`, which is not empty, starts with. *valid: a character, and how many
 * bytes it has. Else a bad sequence, and how many bytes belong to it: as far
 * as they could have begun a character, at least one (Unicode 3.9, "maximal
 * subpart"). Who replaces bad sequences puts one U+FFFD for each.
 */
size_t utf8_next(struct span s, bool *valid);
/* True when all of `s` is characters; the empty span is. */
bool utf8_valid(struct span s);
/* Append a character, which is no surrogate and at most U+10FFFF. */
void utf8_add(struct buf *out, uint32_t c);

#endif
