/*
 * lua_value - the values that a process prints, read back.
 *
 * A process shows a table in colours, which say what is what: green a text,
 * blue another value, red a key. So even texts with quotes and braces in them
 * can be told. JSON is read as well.
 */
#ifndef SHELL_LUA_VALUE_H
#define SHELL_LUA_VALUE_H

#include <jansson.h>

#include "base/span.h"

/*
 * A table in that form, or an object or array of JSON; NULL: it is none, or
 * too deep. Lists become arrays, nil null, functions texts. Owned.
 */
json_t *lua_value_parse(struct span text);

#endif
