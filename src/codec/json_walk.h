/*
 * json_walk - the pieces of JSON text that json_scan() has found to be whole.
 *
 * One pass, no memory but for what is appended. Behind a value there is a byte
 * that does not belong to it, such as the bracket that it stands in.
 */
#ifndef CODEC_JSON_WALK_H
#define CODEC_JSON_WALK_H

#include "base/buf.h"

/*
 * Take the next token off the front of `text`: a bracket, a comma, a colon, a
 * string with its quotes, a number or a word. False: only blanks are left.
 */
bool json_take_token(struct span *text, struct span *token);
/* Take the value that `text` begins with, without blanks in front. */
struct span json_take_value(struct span *text);
/*
 * Take the next item off the front of a list, which at first is all of the
 * list from its bracket on. False: there is none left.
 */
bool json_take_item(struct span *list, struct span *item);
/* Whether a value is a list or an object, and has nothing in it. */
bool json_is_empty(struct span value);

/* Take what stands first in the inside of a string: plain bytes, which *plain
 * has, or one escape, when that is empty: give the character that it means. */
uint32_t json_take_piece(struct span *inside, struct span *plain);
/* Append what a string, with its quotes, means. Never more than its length. */
void json_add_meaning(struct buf *out, struct span string);

/*
 * False when a value has what is well formed, but means nothing here: half a
 * surrogate pair, a zero byte in a name, a whole number of more than 64 bits or
 * a real one beyond the range.
 */
bool json_has_meaning(struct span text);

#endif
