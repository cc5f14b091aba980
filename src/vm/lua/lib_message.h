/*
 * lib_message - what the process library does to every message, in C.
 *
 * The native module ".message": fields and tags brought to their normal form,
 * specs matched, tags of outgoing messages composed. Source:
 * spec/aos-process.md 1.5, 4.3, 7.
 *
 *   title(name)          in title case: foo_BAR is Foo-Bar; no text: as it is
 *   odd_keys(msg)        the sorted keys that are not in title case, or nil
 *   open(msg, skip)      tags' names to title case; each tag to the root, but
 *                        for names in the list `skip`; then TagArray is the
 *                        list and Tags a map, in which the first of equal names
 *                        wins
 *   tag_map(list)        such a map alone
 *   matches(msg, spec)   a spec that is a table: true, false, or nil: it has
 *                        functions or Lua patterns and is for Lua to say
 *   equals(pattern, v)   a pattern without function or magic: true or false;
 *                        nil: it has such
 *   compose(plain, msg, name, value, ...)
 *                        tags from pairs, then the fields of msg, then
 *                        msg.Tags; a second list is a copy of it, where
 *                        plain(v) has copied each value that is a table
 */
#ifndef VM_LUA_LIB_MESSAGE_H
#define VM_LUA_LIB_MESSAGE_H

#include <lua.h>

/* Push the module. */
void lib_message_open(lua_State *L);

#endif
