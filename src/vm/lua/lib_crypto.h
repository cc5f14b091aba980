/*
 * lib_crypto - what the process library's `.crypto` is made of, over texts.
 *
 * The table of this module is private: programs see the modules of
 * lua/process/crypto. All is computed at once and charged ahead, about one
 * instruction for 2 ns; nothing here has memory of its own or a lock, so a run
 * may be left anywhere in it. Wrong arguments raise an error.
 *
 *   digest(name, text)                 names as in crypto/hash.h
 *   blake2b(text, size, key)           size 1 … 64, key up to 64
 *   hmac(name, block, key, text)
 *   pbkdf2(name, password, salt, iterations, size)
 *   aes(mode, decrypt, key, text)      of the text the first 16 bytes are the
 *                                      iv, but in ECB; zeroes to whole blocks
 *   morus_encrypt(key, nonce, text, data)      ciphertext and tag
 *   morus_decrypt(key, nonce, sealed, data)    text; nil: the tag is wrong
 *   morus_update(state, m0, m1, m2, m3)        state: a list of 20 words
 *   norx_encrypt(key, nonce, text, header, trailer), norx_decrypt: the same
 *   isaac()      seed(text, use_all), next(), shift(text, forwards): three
 *                functions on one generator, which is not seeded yet
 *   hex(text, upper), unhex(hex)       unhex: nil if it is none; white space
 *                                      does not count
 *   bytes(text), text(list)            a list of 0 … 255 and back
 *   stream(text)                       a function: the next byte or nil
 *   rest(f)                            what such a stream still has, which it
 *                                      has given then; nil: f is no such one
 *
 * Source: spec/aos-process.md 10.
 */
#ifndef VM_LUA_LIB_CRYPTO_H
#define VM_LUA_LIB_CRYPTO_H

#include <lua.h>

#include "base/span.h"

/* A loader: push the table. */
int lib_crypto_open(lua_State *L);

/* Each adds its functions to the table on top. */
void lib_crypto_ciphers(lua_State *L);
void lib_crypto_texts(lua_State *L);

/* The text at `arg`; borrowed while it is there. */
struct span lib_crypto_text(lua_State *L, int arg);
/* The same, of exactly that many bytes. */
const uint8_t *lib_crypto_exactly(lua_State *L, int arg, size_t bytes);
/* Charge for that many pieces of work of `ns` each. */
void lib_crypto_charge(uint64_t pieces, uint64_t ns);

#endif
