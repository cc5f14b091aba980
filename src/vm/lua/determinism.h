/*
 * determinism - what stands in for the C library under Lua.
 *
 * The functions are called by the linker's doing alone (--wrap), under names
 * that begin with __wrap_; see the Makefile and spec/engineering-notes.md 2.
 */
#ifndef VM_LUA_DETERMINISM_H
#define VM_LUA_DETERMINISM_H

#include <stdint.h>
#include <time.h>

#include <lua.h>

/* The message's time; 0 when none is evaluated. */
uint64_t determinism_now_ms(void);

/* NOLINTBEGIN(readability-identifier-naming) */
/* A constant: the seed of all string hashes. */
unsigned __wrap_luaS_hash(const char *text, size_t len, unsigned seed);
/* The low 32 bits of an address, the same in every lane. */
const void *__wrap_lua_topointer(lua_State *L, int index);
/* The arena's, with a collection before luaL_Buffer fails. */
lua_Alloc __wrap_lua_getallocf(lua_State *L, void **ud);
/* The message's time in whole seconds. */
time_t __wrap_time(time_t *out);
/* 0: no processor time passes. */
clock_t __wrap_clock(void);
/* By calendar.h. */
struct tm *__wrap_gmtime_r(const time_t *t, struct tm *out);
/* The same: everyone lives in UTC. */
struct tm *__wrap_localtime_r(const time_t *t, struct tm *out);
/* By calendar.h; -1 when the year does not fit. */
time_t __wrap_mktime(struct tm *t);
/* The C library's, as a critical section, in the locale "C". */
size_t __wrap_strftime(char *out, size_t room, const char *fmt,
    const struct tm *t) __attribute__((format(strftime, 3, 0)));
/* The same; a NaN has no sign. */
int __wrap_snprintf(char *out, size_t room, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* What snprintf() becomes in a fortified build. */
int __wrap___snprintf_chk(char *out, size_t room, int flag, size_t size,
    const char *fmt, ...) __attribute__((format(printf, 5, 6)));
/* strcmp(), charged: no locale. */
int __wrap_strcoll(const char *a, const char *b);
/* The C library's, charged by length, and at least something. */
int __wrap_memcmp(const void *a, const void *b, size_t n);
/* The C library's, charged when long. */
void *__wrap_memchr(const void *p, int c, size_t n);
/* A point for decimals, nothing for thousands. */
struct lconv *__wrap_localeconv(void);

/* Correctly rounded, as all that follow (math.c). */
double __wrap_pow(double x, double y);
/* In radians. */
double __wrap_sin(double x);
/* In radians. */
double __wrap_cos(double x);
/* In radians. */
double __wrap_tan(double x);
/* In radians; NaN beyond -1 … 1. */
double __wrap_asin(double x);
/* In radians; NaN beyond -1 … 1. */
double __wrap_acos(double x);
/* The angle of (x, y), in radians. */
double __wrap_atan2(double y, double x);
/* e to the power of x. */
double __wrap_exp(double x);
/* Natural. */
double __wrap_log(double x);
/* To the base 2. */
double __wrap_log2(double x);
/* To the base 10. */
double __wrap_log10(double x);
/* Hyperbolic sine. */
double __wrap_sinh(double x);
/* Hyperbolic cosine. */
double __wrap_cosh(double x);
/* Hyperbolic tangent. */
double __wrap_tanh(double x);
/* NOLINTEND(readability-identifier-naming) */

#endif
