/*
 * The handler may only read what is plain memory and make system calls, so the
 * message is written out when a map is added. Addresses outside of all maps
 * are somebody else's fault: the signal strikes again by its own rule.
 */
#include "store/map_guard.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	GUARDS_MAX = 8,
	EXIT_STORE = 6 /* as for every failure of the store */
};

struct guard {
	atomic_uintptr_t from; /* 0: free */
	uintptr_t to;
	char text[512];
};

static struct guard guards[GUARDS_MAX];
static pthread_mutex_t guards_lock = PTHREAD_MUTEX_INITIALIZER;

static void
set_text(char *text, size_t room, const char *dir)
{
	snprintf(text, room,
	    "aosh: the store in '%.400s' is broken, or its file was changed "
	    "by another program\n",
	    dir);
}

_Noreturn static void
end(const char *text)
{
	ssize_t ignored = write(STDERR_FILENO, text, strlen(text));

	(void)ignored;
	_exit(EXIT_STORE);
}

void
map_guard_end(const char *dir)
{
	char text[512];

	set_text(text, sizeof(text), dir);
	end(text);
}

static void
on_fault(int number, siginfo_t *info, __attribute__((unused)) void *context)
{
	struct sigaction standard = { .sa_handler = SIG_DFL };
	uintptr_t at = (uintptr_t)info->si_addr;

	for (int i = 0; i < GUARDS_MAX; i++) {
		uintptr_t from = atomic_load(&guards[i].from);

		if (from && at >= from && at < guards[i].to)
			end(guards[i].text);
	}
	sigaction(number, &standard, NULL);
}

/* "FROM-TO PERMISSIONS OFFSET DEVICE INODE …": a shared map of that file. */
static bool
read_map(const char *line, uint64_t inode, uintptr_t *from, uintptr_t *to)
{
	char *at;

	*from = strtoull(line, &at, 16);
	if (*at != '-')
		return false;
	*to = strtoull(at + 1, &at, 16);
	if (strnlen(at, 5) < 5 || at[4] != 's')
		return false;
	for (int field = 0; field < 3; field++) {
		at += strspn(at, " ");
		at += strcspn(at, " ");
	}
	return strtoull(at, NULL, 10) == inode;
}

/* Where the kernel has mapped that file; false: it cannot be told. */
static bool
find_map(const struct stat *st, uintptr_t *from, uintptr_t *to)
{
	FILE *f = fopen("/proc/self/maps", "re");
	bool found = false;
	char line[512];

	while (f && !found && fgets(line, sizeof(line), f))
		found = read_map(line, st->st_ino, from, to);
	if (f)
		(void)fclose(f);
	return found;
}

int
map_guard_add(int fd, const char *dir)
{
	struct sigaction action = { .sa_sigaction = on_fault,
		.sa_flags = SA_SIGINFO };
	struct stat st;
	uintptr_t from;
	uintptr_t to;
	int i = 0;

	if (fstat(fd, &st) < 0 || !find_map(&st, &from, &to))
		return -1;
	pthread_mutex_lock(&guards_lock);
	while (i < GUARDS_MAX && atomic_load(&guards[i].from))
		i++;
	if (i < GUARDS_MAX) {
		set_text(guards[i].text, sizeof(guards[i].text), dir);
		guards[i].to = to;
		atomic_store(&guards[i].from, from);
		sigaction(SIGBUS, &action, NULL);
	}
	pthread_mutex_unlock(&guards_lock);
	return i < GUARDS_MAX ? i : -1;
}

void
map_guard_remove(int guard)
{
	if (guard >= 0)
		atomic_store(&guards[guard].from, 0);
}
