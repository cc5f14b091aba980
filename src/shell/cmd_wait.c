/*
 * .wait - let the messages that are under way arrive.
 *
 * Scripts need it: the result of a Send says that it was sent, not what came of
 * it.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "shell/commands.h"
#include "shell/shell.h"
#include "shell/signals.h"

enum {
	WAIT_S = 60, /* unless .wait says how long */
	MS_PER_S = 1000,
	WAIT_MAX_S = 1000000
};

/* Of the whole node: a reply may go through several processes. */
static int
exec_wait(struct shell *sh, const struct options *o, struct error *err)
{
	const char *text = options_arg(o, 0);
	struct node *n = sh->client.node;
	struct node_status s;
	double seconds = WAIT_S;
	char *end;

	if (text) {
		seconds = strtod(text, &end);
		if (end == text || *end ||
		    !(seconds >= 0 && seconds <= WAIT_MAX_S))
			return FAIL(err, ERR_USAGE,
			    ".wait takes seconds, not '%s'", text);
	}
	if (n->ops->settle(n, (unsigned)(seconds * MS_PER_S),
		signals_cancel_fd(), err) < 0 ||
	    n->ops->status(n, &s, err) < 0)
		return -1;
	if (s.held)
		output_printf(shell_notes(sh),
		    "%" PRIu64 " messages wait in %" PRIu64
		    " processes that are stopped\n",
		    s.held, s.stopped);
	return 0;
}

const struct command dot_wait = {
	.name = "wait",
	.usage = "[SECONDS]",
	.summary = "wait until no message is under way",
	.min = 0,
	.max = 1,
	.exec = exec_wait,
};
