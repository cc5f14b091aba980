/*
 * cursor_query - asks the terminal where its cursor is.
 *
 * The answer comes among the keys, whenever it likes. So for a while after a
 * question keys are read here, and handed to readline without answers, late ones
 * included. What is done with an answer comes too late if the terminal has
 * changed meanwhile, so it is asked only when it has been left alone for a moment.
 */
#ifndef SHELL_CURSOR_QUERY_H
#define SHELL_CURSOR_QUERY_H

#include <stdbool.h>
#include <stddef.h>

/* Ask soon; an answer to a question before is not waited for any more. */
void cursor_query_open(void);
/* Do not wait for an answer. */
void cursor_query_drop(void);
/* Whether one is waited for. */
bool cursor_query_is_open(void);
/* Milliseconds until cursor_query_turn() is due; -1: it is not. */
int cursor_query_wait_ms(void);
/* Go on, if it is due; false: there will be no answer. */
bool cursor_query_turn(void);

/*
 * Give readline the keys that are there. True: the answer was among them, with
 * both counted from 0.
 */
bool cursor_query_keys(size_t *row, size_t *column);

#endif
