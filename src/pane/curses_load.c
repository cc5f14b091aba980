#include "pane/curses_load.h"

#include <dlfcn.h>
#include <stddef.h>
#include <string.h>

struct curses nc;

/* What is looked up, and where in the table it goes. */
static const struct {
	const char *name;
	size_t at;
} symbols[] = { { "setupterm", offsetof(struct curses, setupterm) },
	{ "tigetstr", offsetof(struct curses, tigetstr) },
	{ "del_curterm", offsetof(struct curses, del_curterm) },
	{ "set_curterm", offsetof(struct curses, set_curterm) },
	{ "cur_term", offsetof(struct curses, cur_term) },
#define X(name) { #name, offsetof(struct curses, name) },
	CURSES_FUNCTIONS(X) CURSES_DATA(X)
#undef X
};

int
curses_load(struct error *err)
{
	struct curses all = { 0 };
	void *library;

	if (nc.newterm)
		return 0;
	library = dlopen("libncursesw.so.6", RTLD_NOW | RTLD_LOCAL);
	if (!library)
		return FAIL(err, ERR_SYSTEM, "drawing needs libncursesw: %s",
		    dlerror()); /* NOLINT(concurrency-mt-unsafe) */
	for (size_t i = 0; i < sizeof(symbols) / sizeof(*symbols); i++) {
		void *symbol = dlsym(library, symbols[i].name);

		if (!symbol)
			return FAIL(err, ERR_SYSTEM, "libncursesw has no %s",
			    symbols[i].name);
		/* a pointer to a function out of one to data, as POSIX has it */
		memcpy((char *)&all + symbols[i].at, &symbol, sizeof(symbol));
	}
	nc = all;
	return 0;
}
