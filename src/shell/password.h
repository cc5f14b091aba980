/*
 * password - asking for passwords, on the terminal or through a descriptor.
 *
 * On the terminal nothing that is typed is shown, and the terminal is as it was
 * whatever ends the question. A descriptor gives its first line, which is read
 * byte by byte: what follows it is somebody else's. Passwords lie in guarded
 * memory, which is wiped, and come neither from arguments nor from the
 * environment.
 */
#ifndef SHELL_PASSWORD_H
#define SHELL_PASSWORD_H

#include "base/error.h"
#include "base/span.h"

enum {
	PASSWORD_MAX_BYTES = 1024,
};

/* All zeroes to start with: the terminal. */
struct password_source {
	uint8_t *room;     /* in guarded memory; NULL until it is needed */
	bool given;        /* a descriptor gave the one that there is */
	struct span known; /* that one; in `room` */
};

/*
 * Take the first line of a descriptor for every question to come. ERR_USAGE: it
 * is not open; ERR_WALLET: it cannot be read, or the line is too long;
 * ERR_INTERRUPTED.
 */
int password_take(struct password_source *s, int fd, struct error *err);
/*
 * Ask for the password of that wallet; *out is borrowed until the next call.
 * ERR_WALLET: there is no terminal (the text says what to do), or nothing was
 * typed; ERR_INTERRUPTED: Ctrl-C.
 */
int password_ask(struct password_source *s, const char *wallet,
    struct span *out, struct error *err);
/* The same for a new one, which is typed twice and not empty. */
int password_ask_new(struct password_source *s, const char *wallet,
    struct span *out, struct error *err);
/* Wipe what there is; it may be asked again. */
void password_release(struct password_source *s);

#endif
