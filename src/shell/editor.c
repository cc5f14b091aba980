/*
 * The variable may hold arguments: it is a command of sh, and the file its last
 * argument.
 */
#include "shell/editor.h"

#include <stdlib.h>

#include "shell/child.h"

static const char *
editor(void)
{
	static const char *const names[] = { "VISUAL", "EDITOR" };

	for (size_t i = 0; i < 2; i++) {
		/* nothing changes the environment */
		/* NOLINTNEXTLINE(concurrency-mt-unsafe) */
		const char *value = getenv(names[i]);

		if (value && *value)
			return value;
	}
	return "vi";
}

int
editor_run(const char *path, struct error *err)
{
	int rc = child_run(editor(), NULL, path, err);

	if (rc > 0)
		return FAIL(err, ERR_USAGE,
		    "'%s' ended with %d: nothing is run", editor(), rc);
	return rc;
}
