/*
 * aosh item inspect FILE... - what is in a data item, and whether it is valid.
 *
 * An item that is not valid is an answer, not a failure: what is known of it is
 * shown with the reason, and the exit code says that there was one.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "shell/commands.h"
#include "shell/item_file.h"
#include "shell/item_show.h"

static const struct option_spec inspect_options[] = {
	{ "bundle", NULL, 0, OPTION_SWITCH, false, NULL,
	    "the file is a bundle, or an item with one: show the items in it" },
	{ .name = NULL },
};

/* A blank line between blocks for people. */
static void
begin_block(struct shell *sh, bool *first)
{
	if (!sh->json && !*first)
		output_printf(&sh->out, "\n");
	*first = false;
}

/* The verdict of what was read; -1 when it is none. */
static int
show_read(struct shell *sh, const struct item_view *view, int rc,
    const struct error *err)
{
	if (rc < 0 && !item_is_verdict(err->code))
		return -1;
	item_show(sh, view, rc < 0 ? err->text : NULL);
	return rc < 0 ? EXIT_EVAL : 0;
}

static int
inspect_item(struct shell *sh, struct item_file *f, struct item_reader *r,
    struct error *err)
{
	struct item_view view;
	int rc = item_file_read(f, r, &view, err);

	return show_read(sh, &view, rc, err);
}

/* A head that is wrong leaves nothing to show but that. */
static int
inspect_head(struct shell *sh, const struct item_file *f, struct item_reader *r,
    struct item_walk *w, struct error *err)
{
	const struct item_view nothing = { .decoded = false };

	if (item_walk_find(r, f->size, w, err) == 0)
		return 0;
	if (!item_is_verdict(err->code))
		return -1;
	if (sh->json)
		item_show(sh, &nothing, err->text);
	error_prefix(err, "%s", f->name);
	shell_report(sh, err);
	return EXIT_EVAL;
}

static int
inspect_bundle(struct shell *sh, struct item_file *f, struct item_reader *r,
    struct error *err)
{
	struct item_walk w;
	struct item_place place;
	struct item_view view;
	bool first = true;
	int worst = inspect_head(sh, f, r, &w, err);
	int rc;

	if (worst != 0)
		return worst;
	while ((rc = item_walk_next(r, &w, &place, err)) > 0) {
		begin_block(sh, &first);
		if (!sh->json)
			output_printf(&sh->out,
			    "item       %" PRIu64 " of %" PRIu64 "\n",
			    place.index + 1, w.count);
		rc = item_walk_check(r, &place, &view, err);
		rc = show_read(sh, &view, rc, err);
		if (rc < 0)
			break;
		worst = rc ? rc : worst;
	}
	if (rc == 0 && !sh->json && w.count == 0)
		output_printf(&sh->out, "a bundle without items\n");
	return rc < 0 ? -1 : worst;
}

static int
inspect(struct shell *sh, const char *path, bool bundle, struct error *err)
{
	struct item_file f;
	struct item_reader r;
	int rc;

	if (item_file_open(path, bundle, &f, err) < 0)
		return -1;
	r = item_file_reader(&f, true);
	rc = bundle ? inspect_bundle(sh, &f, &r, err)
		    : inspect_item(sh, &f, &r, err);
	free(r.piece);
	item_file_close(&f);
	return rc < 0 ? item_file_fail(&f, err) : rc;
}

static int
exec_item_inspect(struct shell *sh, const struct options *o, struct error *err)
{
	bool first = true;
	int worst = 0;

	if (item_paths_check(o->args, o->arg_count, err) < 0)
		return -1;
	for (size_t i = 0; i < o->arg_count && worst >= 0; i++) {
		int rc;

		begin_block(sh, &first);
		if (!sh->json && o->arg_count > 1) {
			output_printf(&sh->out, "file       ");
			output_foreign(&sh->out, span_text(o->args[i]));
			output_printf(&sh->out, "\n");
		}
		rc = inspect(sh, o->args[i], options_has(o, "bundle"), err);
		worst = rc ? rc : worst;
	}
	return worst;
}

const struct command command_item_inspect = {
	.name = "item inspect",
	.usage = "FILE...",
	.summary = "show data items, and whether they are valid",
	.options = inspect_options,
	.min = 1,
	.max = SIZE_MAX,
	.complete = COMPLETE_FILES,
	.exec = exec_item_inspect,
};
