/*
 * lua_text - text as Lua source that gives it back, for evaluations that carry
 * whole files.
 */
#ifndef SHELL_LUA_TEXT_H
#define SHELL_LUA_TEXT_H

#include "base/buf.h"
#include "base/span.h"

/* Append `text` in double quotes. */
void lua_text_quoted(const char *text, struct buf *out);
/*
 * Append `head` and `text` as one string in long brackets, with as many = as it
 * takes that none in the text close them. Line ends are as Lua reads them: all
 * of them become line feeds, and one more stands at the end.
 */
void lua_text_long(const char *head, struct span text, struct buf *out);

#endif
