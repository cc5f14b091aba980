/*
 * The proleptic Gregorian calendar repeats every 400 years, which have 146097
 * days. Within such an era a day is found without loops or tables: years begin
 * on the first of March, so that the leap day is the last of its year, and from
 * there on months run 31, 30, 31, 30, 31 days, 153 in five.
 *
 * The C library's functions take a lock and look at TZ; a run may be left by a
 * jump while it is held, and results must not depend on the place.
 */
#include "vm/lua/calendar.h"

#include <limits.h>
#include <string.h>

enum {
	DAY = 86400,
	DAYS_400 = 146097,    /* of 400 years */
	DAYS_TO_1970 = 719468 /* from 0000-03-01 */
};

/* Division that rounds down. */
static int64_t
floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

/* Days from 1970-01-01 to the first of a month (0 = January). Years begin in
 * March here, so that the day that comes and goes is the last. */
static int64_t
days_before(int64_t year, int64_t month)
{
	int64_t y = year + floor_div(month, 12);
	int64_t m = month - floor_div(month, 12) * 12;
	int64_t era;
	int64_t of_era;
	int64_t day;

	y -= m < 2;
	era = floor_div(y, 400);
	of_era = y - era * 400;
	day = (153 * (m < 2 ? m + 10 : m - 2) + 2) / 5;
	return era * DAYS_400 + of_era * 365 + of_era / 4 - of_era / 100 + day -
	    DAYS_TO_1970;
}

/*
 * The three corrections take out the leap days before d, so that dividing by
 * 365 gives the year of the era.
 */
bool
calendar_split(int64_t seconds, struct tm *out)
{
	int64_t days = floor_div(seconds, DAY);
	int64_t rest = seconds - days * DAY;
	int64_t era = floor_div(days + DAYS_TO_1970, DAYS_400);
	int64_t d = days + DAYS_TO_1970 - era * DAYS_400;
	int64_t y = (d - d / 1460 + d / 36524 - d / 146096) / 365;
	int64_t of_year = d - (365 * y + y / 4 - y / 100);
	int64_t m = (5 * of_year + 2) / 153;
	int64_t year = era * 400 + y + (m >= 10);

	if (year - 1900 > INT_MAX || year - 1900 < INT_MIN)
		return false;
	memset(out, 0, sizeof(*out));
	out->tm_year = (int)(year - 1900);
	out->tm_mon = (int)(m < 10 ? m + 2 : m - 10);
	out->tm_mday = (int)(of_year - (153 * m + 2) / 5 + 1);
	out->tm_hour = (int)(rest / 3600);
	out->tm_min = (int)(rest / 60 % 60);
	out->tm_sec = (int)(rest % 60);
	out->tm_wday = (int)(days + 4 - floor_div(days + 4, 7) * 7);
	out->tm_yday = (int)(days - days_before(year, 0));
	out->tm_zone = "UTC";
	return true;
}

int64_t
calendar_join(const struct tm *t)
{
	int64_t days = days_before((int64_t)t->tm_year + 1900, t->tm_mon);

	return (days + t->tm_mday - 1) * DAY + (int64_t)t->tm_hour * 3600 +
	    (int64_t)t->tm_min * 60 + t->tm_sec;
}
