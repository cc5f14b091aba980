#include "net/mhd.h"

#include <dlfcn.h>
#include <string.h>

struct mhd mhd;

/* A pointer to a function out of one to data, as POSIX has it. */
static int
find(void *library, const char *name, void *to, struct error *err)
{
	void *symbol = dlsym(library, name);

	if (!symbol)
		return FAIL(err, ERR_SYSTEM, "libmicrohttpd has no %s", name);
	memcpy(to, &symbol, sizeof(symbol));
	return 0;
}

int
mhd_load(struct error *err)
{
	struct mhd all;
	void *library;

	if (mhd.start_daemon)
		return 0;
	/* it stays: threads of it may be about to end */
	library = dlopen("libmicrohttpd.so.12", RTLD_NOW | RTLD_LOCAL);
	if (!library)
		return FAIL(err, ERR_SYSTEM,
		    "the HTTP server needs libmicrohttpd: %s",
		    dlerror()); /* NOLINT(concurrency-mt-unsafe): see mhd_load() */
#define X(name)                                              \
	if (find(library, "MHD_" #name, &all.name, err) < 0) \
		return -1;
	MHD_FUNCTIONS(X)
#undef X
	mhd = all;
	return 0;
}
