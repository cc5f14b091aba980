/*
 * bundle - Lua files and the local modules that they require.
 *
 * A module "a.b" is the file a/b.lua, or a/b/init.lua, beside the main file or
 * in one of the folders that are searched next; what has no file there is left
 * to the process. Source: spec/aos-shell.md 13.
 */
#ifndef SHELL_BUNDLE_H
#define SHELL_BUNDLE_H

#include "base/buf.h"
#include "base/error.h"
#include "crypto/digest.h"

struct bundle_file {
	char *path;   /* for errors */
	char *module; /* its name; NULL: a main file */
	/* What it is called in a process: as the user named it, but never with
	 * more than he did of where his folders are. */
	char *chunk;
	struct buf text;
	struct sha256_digest digest; /* of it and of all that it requires */
};

/* A module that is required and has no file. */
struct bundle_missing {
	char *module;
	char *by; /* path of the first file that requires it */
};

/* All zeroes to start with. */
struct bundle {
	const char *search; /* set by the caller: folders split by ':'; NULL */
	struct bundle_file *files; /* a module stands before who requires it */
	size_t count;
	struct bundle_missing *missing;
	size_t missing_count;
};

/*
 * Add a main file and the modules that are not there yet. ERR_USAGE: a file
 * cannot be read. ERR_FORMAT: one is no Lua text, or modules require each
 * other in a circle (text: which). The bundle is to be released after failures,
 * too.
 */
int bundle_add(struct bundle *b, const char *path, struct error *err);
/* Free everything; the bundle is empty. */
void bundle_release(struct bundle *b);

#endif
