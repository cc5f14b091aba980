/*
 * Counters are atomic, since faults strike in any thread. One that has struck
 * keeps striking, unless it was told otherwise: a disk that is full stays full.
 */
#include "base/fault.h"

#include <limits.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const names[FAULT_COUNT] = {
#define FAULT_NAME(name, text) #name,
	FAULTS(FAULT_NAME)
#undef FAULT_NAME
};

/* Checks so far of those that are on, and the ones that a fault strikes at. */
static atomic_long checks[FAULT_COUNT];
static long first[FAULT_COUNT]; /* 0: it is off */
static long last[FAULT_COUNT];

/* A name that is misspelt must not make a test pass. */
static void
turn_on(const char *name, size_t len, long from, long to)
{
	for (int i = 0; i < FAULT_COUNT; i++)
		if (strlen(names[i]) == len && !memcmp(names[i], name, len)) {
			first[i] = from;
			last[i] = to;
			return;
		}
	fprintf(stderr, "aosh: AOSH_FAULT: no fault '%.*s'\n", (int)len, name);
	_exit(2);
}

void
fault_init(void)
{
	/* NOLINTNEXTLINE(concurrency-mt-unsafe): before any thread starts */
	const char *at = getenv("AOSH_FAULT");

	while (at && *at) {
		size_t len = strcspn(at, ",:");
		char *end = NULL;
		long from = at[len] == ':' ? strtol(at + len + 1, &end, 10) : 1;
		long to =
		    end && *end == '-' ? strtol(end + 1, NULL, 10) : LONG_MAX;

		turn_on(at, len, from, to);
		at += strcspn(at, ",");
		at += *at == ',';
	}
}

bool
fault(enum fault which)
{
	long n;

	if (!first[which])
		return false;
	n = atomic_fetch_add(&checks[which], 1) + 1;
	return n >= first[which] && n <= last[which];
}

void
fault_die(enum fault which)
{
	if (fault(which))
		raise(SIGKILL);
}
