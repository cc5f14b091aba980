#include "net/attach_peer.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

enum {
	STAT_MAX = 512 /* more than what stands before the state */
};

void
peer_watch(int fd)
{
	const struct timeval silence = { .tv_sec = PEER_SILENCE_S };

	(void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &silence,
	    sizeof(silence));
	(void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &silence,
	    sizeof(silence));
}

/* As proc(5) has it: "PID (NAME) STATE ...", and a name may have brackets. */
static char
state_of(long pid)
{
	char text[STAT_MAX];
	char path[48];
	const char *end;
	size_t n;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%ld/stat", pid);
	f = fopen(path, "re");
	if (!f)
		return 0;
	n = fread(text, 1, sizeof(text) - 1, f);
	(void)fclose(f);
	text[n] = 0;
	end = strrchr(text, ')');
	return end && end[1] == ' ' ? end[2] : 0;
}

int
peer_check(int fd, struct error *err)
{
	struct ucred who = { 0 };
	socklen_t size = sizeof(who);
	char state;

	/* 0: it is of another namespace, and nothing is known of it */
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &size) < 0 ||
	    who.pid == 0)
		return 0;
	state = state_of(who.pid);
	if (state != 'T' && state != 't')
		return 0;
	return FAIL(err, ERR_STORE,
	    "the program that owns the store is stopped: let it go on with "
	    "'fg' where it runs, or 'kill -CONT %ld'",
	    (long)who.pid);
}
