/*
 * edit_output - functions of readline that print, or draw for themselves: what
 * they print comes above the line, and the drawing is ours.
 *
 * They stand in the places of readline's own, under the same names and keys, so
 * that inputrc means these, too.
 */
#ifndef SHELL_EDIT_OUTPUT_H
#define SHELL_EDIT_OUTPUT_H

/* Before readline reads inputrc. */
void edit_output_init(void);

#endif
