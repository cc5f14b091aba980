/*
 * result_text - what a result says to people.
 */
#ifndef AO_RESULT_TEXT_H
#define AO_RESULT_TEXT_H

#include "ao/result.h"

/* What a result prints for people: Output.data in any of its forms. */
void output_text(const json_t *result, struct buf *out);
/* The Error of a result as text; false: it holds none. */
bool error_text(const json_t *result, struct buf *out);
/* The prompt in a result, or NULL; borrowed. */
const char *output_prompt(const json_t *result);

#endif
