/*
 * complete_lua - what may stand at a place of Lua: words, names of the library
 * and of the living process, locals, and in texts what is meant there.
 */
#ifndef SHELL_COMPLETE_LUA_H
#define SHELL_COMPLETE_LUA_H

#include "shell/offers.h"

struct shell;

/*
 * Add what goes on from o->text, which stands behind `line`; `unit` is what was
 * typed of the same piece on lines before. `quoted`: the text is in quotes.
 */
void complete_lua(struct shell *sh, struct span unit, struct span line,
    bool quoted, struct offers *o);

#endif
