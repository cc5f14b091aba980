/*
 * calendar - the Gregorian calendar in UTC, without the C library's locks.
 */
#ifndef VM_LUA_CALENDAR_H
#define VM_LUA_CALENDAR_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

/* Seconds since 1970 to a date; false: the year is not an int. */
bool calendar_split(int64_t seconds, struct tm *out);
/* And back; fields may be out of their ranges, as mktime() takes them. */
int64_t calendar_join(const struct tm *t);

#endif
