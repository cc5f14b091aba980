/*
 * What the distribution's Lua calls in place of the C library: vm_lua.o is
 * linked so that __wrap_X() stands for X in it (see the Makefile). Nothing
 * here may depend on machine, time or address. Plain names reach the
 * originals. The mathematical functions are in math.c.
 *
 * May also be called with no run on, by the syntax check.
 */
#include "vm/lua/determinism.h"

#include <limits.h>
#include <locale.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vm/lua/calendar.h"
#include "vm/lua/limit.h"

enum {
	LONG_TEXT = 256, /* bytes */
	/* units for one conversion */
	PRINT_COST = 50,
};

/* Names that the linker dictates. */
/* NOLINTBEGIN(readability-identifier-naming) */

/* Crosses an object of Lua's in one place only, the making of the seed for
 * string hashes from time and addresses: so the seed is fixed. */
unsigned
__wrap_luaS_hash(const char *text, size_t len, unsigned seed)
{
	(void)text;
	(void)len;
	(void)seed;
	return 0x616f2d31;
}

/* The place in the window, the same in each lane. */
const void *
__wrap_lua_topointer(lua_State *L, int index)
{
	uintptr_t p = (uintptr_t)lua_topointer(L, index);

	/* shown, hashed by its low 32 bits, never followed */
	/* NOLINTNEXTLINE(performance-no-int-to-ptr) */
	return (const void *)(p & UINT32_MAX);
}

/* luaL_Buffer asks for memory past the collector, and so would fail where a
 * collection helps; `ud` is the state. */
static void *
buffer_alloc(void *ud, void *p, size_t old_size, size_t new_size)
{
	lua_State *L = ud;
	void *arena;
	lua_Alloc alloc = lua_getallocf(L, &arena);
	void *to = alloc(arena, p, old_size, new_size);

	if (to || new_size == 0)
		return to;
	lua_gc(L, LUA_GCCOLLECT);
	limit_refuse_no_more();
	return alloc(arena, p, old_size, new_size);
}

/* Called for luaL_Buffer only. */
lua_Alloc
__wrap_lua_getallocf(lua_State *L, void **ud)
{
	if (!limit_current())
		return lua_getallocf(L, ud);
	*ud = L;
	return buffer_alloc;
}

time_t
__wrap_time(time_t *out)
{
	time_t now = (time_t)(determinism_now_ms() / 1000);

	if (out)
		*out = now;
	return now;
}

clock_t
__wrap_clock(void)
{
	return 0;
}

struct tm *
__wrap_gmtime_r(const time_t *t, struct tm *out)
{
	return calendar_split(*t, out) ? out : NULL;
}

/* Everyone lives in UTC. */
struct tm *
__wrap_localtime_r(const time_t *t, struct tm *out)
{
	return calendar_split(*t, out) ? out : NULL;
}

time_t
__wrap_mktime(struct tm *t)
{
	int64_t seconds = calendar_join(t);

	return calendar_split(seconds, t) ? (time_t)seconds : (time_t)-1;
}

size_t
__wrap_strftime(char *out, size_t room, const char *fmt, const struct tm *t)
{
	size_t n;

	limit_charge(PRINT_COST);
	critical_enter();
	n = strftime(out, room, fmt, t);
	critical_leave();
	return n;
}

/* One conversion at a time, as Lua does it. Machines differ in the sign that
 * 0/0 has, so it is not shown. What is far from one is long work. */
static int
print(char *out, size_t room, const char *fmt, va_list ap)
{
	size_t len = strlen(fmt);
	double number;
	int exponent = 0;
	int n;

	limit_charge(PRINT_COST);
	if (len && strchr("aAeEfFgG", fmt[len - 1])) {
		number = va_arg(ap, double);
		if (isnan(number))
			number = (double)NAN;
		frexp(number, &exponent);
		limit_charge((uint64_t)abs(exponent));
		critical_enter();
		n = snprintf(out, room, fmt, number);
		critical_leave();
	} else {
		critical_enter();
		n = vsnprintf(out, room, fmt, ap);
		critical_leave();
	}
	return n;
}

int
__wrap_snprintf(char *out, size_t room, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = print(out, room, fmt, ap);
	va_end(ap);
	return n;
}

int
__wrap___snprintf_chk(char *out, size_t room, int flag, size_t size,
    const char *fmt, ...)
{
	va_list ap;
	int n;

	(void)flag;
	va_start(ap, fmt);
	n = print(out, room < size ? room : size, fmt, ap);
	va_end(ap);
	return n;
}

int
__wrap_strcoll(const char *a, const char *b)
{
	/* the machine searches each for its end as well */
	limit_charge_bytes(strlen(a));
	return strcmp(a, b);
}

/* Two long texts are compared, one searched, by a single instruction of the
 * machine; short ones are compared with each of their length in a chain. */
int
__wrap_memcmp(const void *a, const void *b, size_t n)
{
	if (n >= LONG_TEXT)
		limit_charge_bytes(n);
	else
		limit_charge(1);
	return memcmp(a, b, n);
}

void *
__wrap_memchr(const void *p, int c, size_t n)
{
	if (n >= LONG_TEXT)
		limit_charge_bytes(n);
	return memchr(p, c, n);
}

struct lconv *
__wrap_localeconv(void)
{
	static char point[] = ".";
	static char none[] = "";
	static struct lconv c = { .decimal_point = point,
		.thousands_sep = none,
		.grouping = none };

	return &c;
}
/* NOLINTEND(readability-identifier-naming) */

uint64_t
determinism_now_ms(void)
{
	struct run *r = limit_current();

	return r ? r->now_ms : 0;
}
