/*
 * Counters are atomic, since faults strike in any thread. One that has struck
 * keeps striking: a disk that is full stays full.
 */
#include "base/fault.h"

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

/* Checks left before a fault strikes, plus one; 0 while it is off. */
static atomic_long left[FAULT_COUNT];

/* A name that is misspelt must not make a test pass. */
static void
turn_on(const char *name, size_t len, long count)
{
	for (int i = 0; i < FAULT_COUNT; i++)
		if (strlen(names[i]) == len && !memcmp(names[i], name, len)) {
			atomic_store(&left[i], count + 1);
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
		long count =
		    at[len] == ':' ? strtol(at + len + 1, NULL, 10) : 1;

		turn_on(at, len, count);
		at += strcspn(at, ",");
		at += *at == ',';
	}
}

bool
fault(enum fault which)
{
	long n = atomic_load_explicit(&left[which], memory_order_relaxed);

	if (n == 0)
		return false;
	while (n > 1 && !atomic_compare_exchange_weak(&left[which], &n, n - 1))
		continue;
	return n <= 2;
}

void
fault_die(enum fault which)
{
	if (fault(which))
		raise(SIGKILL);
}
