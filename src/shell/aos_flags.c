/*
 * Who knows aos types `aosh --list` and `aosh --watch=ID`. The commands do it,
 * with their own messages and exit codes.
 */
#include "shell/aos_flags.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "shell/blueprint.h"
#include "shell/commands.h"
#include "shell/out_file.h"

static int
tail_follow(struct shell *sh, const char *process, struct error *err)
{
	char *word = xstrdup(process);
	char follow[] = "--follow";
	char end[] = "--";
	char *const argv[] = { follow, end, word };
	const struct option_spec *lists[3];
	struct option_scope scope = command_scope(&command_tail, lists);
	struct options o;
	int rc = options_parse(&scope, 3, argv, &o, err);

	if (rc == 0) {
		rc = command_tail.exec(sh, &o, err);
		options_release(&o);
	}
	free(word);
	return rc;
}

/* No file is written over. */
static int
write_blueprint(const char *folder, const struct blueprint *b,
    struct error *err)
{
	char *path = xasprintf("%s/%s.lua", folder, b->name);
	struct out_file f;
	int rc = out_file_open_path(path, false, &f, err);

	free(path);
	if (rc < 0)
		return -1;
	rc = out_file_write(&f, b->text, err);
	if (rc == 0)
		rc = out_file_finish(&f, err);
	out_file_release(&f);
	return rc;
}

static int
write_blueprints(const char *folder, struct error *err)
{
	struct blueprint b;
	int rc = 0;

	for (size_t i = 0; rc == 0 && blueprint_at(i, &b); i++)
		rc = write_blueprint(folder, &b, err);
	return rc;
}

int
aos_flags_run(struct shell *sh, const struct options *o, struct error *err)
{
	const char *process = options_text(o, "watch", NULL);
	const char *folder = options_text(o, "get-blueprints", NULL);

	if (folder)
		return write_blueprints(folder, err);
	if (options_has(o, "list"))
		return command_list_processes.exec(sh, o, err);
	return process ? tail_follow(sh, process, err) : AOS_FLAGS_NONE;
}
