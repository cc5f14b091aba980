/*
 * bundle - Lua files and the local modules that they require.
 *
 * A module "a.b" is the file a/b.lua, or a/b/init.lua, beside the main file;
 * what has no file there is left to the process. Source: spec/aos-shell.md 13.
 */
#ifndef SHELL_BUNDLE_H
#define SHELL_BUNDLE_H

#include "base/buf.h"
#include "base/error.h"

struct bundle_file {
	char *path;   /* for errors */
	char *module; /* its name; NULL: a main file */
	struct buf text;
};

/* All zeroes to start with. */
struct bundle {
	struct bundle_file *files; /* a module stands before who requires it */
	size_t count;
};

/*
 * Add a main file and the modules that are not there yet. ERR_USAGE: a file
 * cannot be read. ERR_FORMAT: one is no Lua text, or modules require each
 * other in a circle. The bundle is to be released after failures, too.
 */
int bundle_add(struct bundle *b, const char *path, struct error *err);
/* Free everything; the bundle is empty. */
void bundle_release(struct bundle *b);

#endif
