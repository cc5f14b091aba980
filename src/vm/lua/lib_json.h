/*
 * lib_json - JSON as programs of a process see it.
 *
 * A table with a [1] or without keys is a list, any other an object, whose
 * keys are written sorted by their bytes. Tables are read raw. All memory is
 * Lua's, so a call may be left by a jump at any instant. Source:
 * spec/aos-process.md 9, with its texts of errors.
 */
#ifndef VM_LUA_LIB_JSON_H
#define VM_LUA_LIB_JSON_H

#include <stdbool.h>

#include <lua.h>

enum {
	/* Tables inside tables, in both directions. */
	LIB_JSON_DEPTH = 1000
};

/* Push the module: encode, decode, _version. */
void lib_json_open(lua_State *L);

/* The function decode itself. */
int lib_json_decode(lua_State *L);

/*
 * Push the value that `len` bytes at `s` are the JSON of. They are borrowed,
 * from Lua or from elsewhere. Raises the errors of decode().
 */
void lib_json_push_value(lua_State *L, const char *s, size_t len);

/*
 * Push the JSON text of the value at `index`. Raises the errors of encode().
 * replace_invalid: each sequence that is no UTF-8 becomes U+FFFD, and so does
 * a NUL in the key of an object, which many readers do not take.
 */
void lib_json_push_text(lua_State *L, int index, bool replace_invalid);

#endif
