/*
 * .live, .pause - whether what others cause is shown between lines.
 *
 * Nothing is lost in a pause: the feed goes on where it stood.
 */
#include "shell/commands.h"
#include "shell/session.h"

static int
exec_live(struct shell *sh, const struct options *o, struct error *err)
{
	(void)o;
	(void)err;
	sh->paused = false;
	session_feed(sh, position_of_slot(UINT64_MAX));
	return 0;
}

const struct command dot_live = {
	.name = "live",
	.usage = "",
	.summary = "show what others cause, as it comes",
	.exec = exec_live,
};

static int
exec_pause(struct shell *sh, const struct options *o, struct error *err)
{
	(void)o;
	(void)err;
	sh->paused = true;
	output_printf(shell_notes(sh),
	    "what others cause is not shown; .live shows it\n");
	return 0;
}

const struct command dot_pause = {
	.name = "pause",
	.usage = "",
	.summary = "show it no more, until .live",
	.exec = exec_pause,
};
