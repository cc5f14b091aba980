/*
 * looks - how each look is drawn, in as many colours as the terminal has.
 *
 * For the screen, which is the one that draws.
 */
#ifndef PANE_LOOKS_H
#define PANE_LOOKS_H

#include "term/style.h"
#include "pane/line.h"

/* Of a screen that was opened; `color` false: attributes alone. */
void looks_start(bool color);
/* What is drawn from here on; `chosen` in reverse. */
void looks_set(enum look look, bool chosen);
/* The same of what others gave a look; with less where there is no more. */
void looks_set_style(struct style s);

#endif
