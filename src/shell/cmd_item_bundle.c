/*
 * aosh item bundle FILE... - a bundle of data items.
 *
 * Sizes and ids of all items stand in front of the first, so each file is read
 * twice: to be verified, and to be copied. Files are not kept open in between:
 * there may be more of them than the system lets be open.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "shell/commands.h"
#include "shell/item_file.h"
#include "shell/out_file.h"
#include "shell/show.h"

static const struct option_spec bundle_options[] = {
	{ "output", NULL, 'o', OPTION_FILE, false, "FILE", "write a new file" },
	{ .name = NULL },
};

struct part {
	struct item_file file;
	struct bundle_entry entry;
};

struct bundling {
	struct part *parts; /* owned */
	size_t count;
	uint8_t *piece;
	uint64_t size; /* of the whole */
};

/* EXIT_EVAL, and it is told: what is no valid item goes into no bundle. */
static int
verify_part(struct shell *sh, struct part *p, struct error *err)
{
	struct item_reader r = item_file_reader(&p->file, false);
	struct item_view view;
	int rc = item_read(&r, 0, p->file.size, &view, err);

	free(r.piece);
	if (rc == 0) {
		p->entry.size = p->file.size;
		p->entry.id = view.id;
		return 0;
	}
	if (!item_is_verdict(err->code))
		return item_file_fail(&p->file, err);
	error_prefix(err, "%s", p->file.name);
	shell_report(sh, err);
	return EXIT_EVAL;
}

/* All of them are looked at, so that all that are bad are told. */
static int
verify_parts(struct shell *sh, const struct options *o, struct bundling *b,
    struct error *err)
{
	int worst = 0;

	while (b->count < o->arg_count) {
		struct part *p = &b->parts[b->count];
		int rc;

		if (item_file_open(o->args[b->count], true, &p->file, err) < 0)
			return -1;
		b->count++;
		rc = verify_part(sh, p, err);
		if (rc < 0)
			return -1;
		worst = rc ? rc : worst;
		item_file_suspend(&p->file);
	}
	return worst;
}

static int
write_head(struct bundling *b, struct out_file *out, struct error *err)
{
	struct buf head = BUF_INIT;
	int rc;

	item_bundle_add_count(b->count, &head);
	for (size_t i = 0; i < b->count; i++) {
		item_bundle_add_entry(&b->parts[i].entry, &head);
		b->size += b->parts[i].entry.size;
	}
	b->size += head.len;
	rc = out_file_write(out, buf_span(&head), err);
	buf_release(&head);
	return rc;
}

static int
write_part(struct part *p, struct out_file *out, uint8_t *piece,
    struct error *err)
{
	struct byte_source from = item_file_source(&p->file);

	if (item_file_resume(&p->file, err) < 0 ||
	    out_file_copy(out, &from, p->entry.size, piece, err) < 0 ||
	    item_file_unchanged(&p->file, err) < 0)
		return out->failed ? -1 : item_file_fail(&p->file, err);
	item_file_close(&p->file);
	return 0;
}

static int
write_bundle(struct bundling *b, struct out_file *out, struct error *err)
{
	if (write_head(b, out, err) < 0)
		return -1;
	for (size_t i = 0; i < b->count; i++)
		if (write_part(&b->parts[i], out, b->piece, err) < 0)
			return -1;
	return out_file_finish(out, err);
}

static void
show_bundled(struct shell *sh, const struct options *o,
    const struct bundling *b)
{
	json_t *to = json_object();

	json_object_set_new(to, "ok", json_true());
	json_object_set_new(to, "items", json_integer((json_int_t)b->count));
	json_object_set_new(to, "size", json_integer((json_int_t)b->size));
	json_object_set_new(to, "file",
	    show_path(options_text(o, "output", NULL)));
	show_json(sh, to);
}

static int
exec_item_bundle(struct shell *sh, const struct options *o, struct error *err)
{
	struct bundling b = { 0 };
	struct out_file out = { .fd = -1 };
	int rc;

	if (item_paths_check(o->args, o->arg_count, err) < 0 ||
	    out_file_open(o, &out, err) < 0)
		return -1;
	b.parts = xcalloc(o->arg_count, sizeof(*b.parts));
	b.piece = item_piece();
	rc = verify_parts(sh, o, &b, err);
	if (rc == 0)
		rc = write_bundle(&b, &out, err);
	if (rc == 0 && sh->json)
		show_bundled(sh, o, &b);
	rc = out_file_result(&out, rc);
	out_file_release(&out);
	for (size_t i = 0; i < b.count; i++)
		item_file_close(&b.parts[i].file);
	free(b.parts);
	free(b.piece);
	return rc;
}

const struct command command_item_bundle = {
	.name = "item bundle",
	.usage = "FILE...",
	.summary = "make a bundle of data items",
	.options = bundle_options,
	.min = 1,
	.max = SIZE_MAX,
	.complete = COMPLETE_FILES,
	.exec = exec_item_bundle,
};
