/*
 * .every SECONDS EXPR - a dry run of it, again and again, until Ctrl-C.
 */
#include <ctype.h>
#include <stdlib.h>

#include "shell/commands.h"
#include "shell/keys_hold.h"
#include "shell/session.h"

enum {
	MS_PER_S = 1000,
	SECONDS_MAX = 24 * 60 * 60
};

/* "5", "0.5s": in milliseconds; *rest is what stands behind. */
static int
read_pause(const char *text, int *ms, const char **rest, struct error *err)
{
	char *end = NULL;
	double seconds = isdigit((unsigned char)*text) ? strtod(text, &end) : 0;

	if (end && *end == 's')
		end++;
	if (!end || (*end != ' ' && *end != '\t') || !(seconds >= 0.001) ||
	    seconds > SECONDS_MAX)
		return FAIL(err, ERR_USAGE,
		    ".every takes seconds, up to a day, then Lua: "
		    "'.every 5 Balances'");
	*ms = (int)(seconds * MS_PER_S);
	*rest = end + strspn(end, " \t");
	return 0;
}

/* The first that fails ends it. */
static int
exec_every(struct shell *sh, const struct options *o, struct error *err)
{
	struct source source = { .first_line = 1 };
	const char *code;
	bool stopped;
	int ms;
	int rc;

	if (read_pause(o->args[0], &ms, &code, err) < 0)
		return -1;
	source.text = span_text(code);
	do {
		rc = session_dry_run(sh, &source, err);
		if (rc == 0 && shell_flush(sh))
			rc = EXIT_EVAL;
	} while (rc == 0 && !keys_hold_pause(&sh->client, ms, &stopped));
	return rc;
}

const struct command dot_every = {
	.name = "every",
	.usage = "SECONDS EXPR",
	.summary =
	    "evaluate Lua again and again, keeping nothing, until Ctrl-C",
	.min = 1,
	.max = 1,
	.complete = COMPLETE_LUA,
	.flags = COMMAND_RAW,
	.exec = exec_every,
};
