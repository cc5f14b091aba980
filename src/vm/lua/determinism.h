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
unsigned __wrap_luaS_hash(const char *text, size_t len, unsigned seed);
const void *__wrap_lua_topointer(lua_State *L, int index);
lua_Alloc __wrap_lua_getallocf(lua_State *L, void **ud);
time_t __wrap_time(time_t *out);
clock_t __wrap_clock(void);
struct tm *__wrap_gmtime_r(const time_t *t, struct tm *out);
struct tm *__wrap_localtime_r(const time_t *t, struct tm *out);
time_t __wrap_mktime(struct tm *t);
size_t __wrap_strftime(char *out, size_t room, const char *fmt,
    const struct tm *t) __attribute__((format(strftime, 3, 0)));
int __wrap_snprintf(char *out, size_t room, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
int __wrap___snprintf_chk(char *out, size_t room, int flag, size_t size,
    const char *fmt, ...) __attribute__((format(printf, 5, 6)));
int __wrap_strcoll(const char *a, const char *b);
struct lconv *__wrap_localeconv(void);

double __wrap_pow(double x, double y);
double __wrap_sin(double x);
double __wrap_cos(double x);
double __wrap_tan(double x);
double __wrap_asin(double x);
double __wrap_acos(double x);
double __wrap_atan2(double y, double x);
double __wrap_exp(double x);
double __wrap_log(double x);
double __wrap_log2(double x);
double __wrap_log10(double x);
double __wrap_sinh(double x);
double __wrap_cosh(double x);
double __wrap_tanh(double x);
/* NOLINTEND(readability-identifier-naming) */

#endif
