/*
 * aosh item sign [FILE] - a data item around any data, signed by the wallet.
 *
 * The signature stands in front of the data and is over all of it, so a file is
 * read twice: to sign, and to write. Neither holds more than a piece of it.
 *
 * Nothing is added to what the user asks for: no anchor, no tags of a protocol.
 * With Ed25519 the same call gives the same item.
 */
#include <stdlib.h>

#include "shell/commands.h"
#include "shell/item_file.h"
#include "shell/out_file.h"
#include "shell/paths.h"
#include "shell/show.h"
#include "shell/tags.h"

static const struct option_spec sign_options[] = {
	{ "target", NULL, 0, OPTION_TEXT, false, "ID",
	    "to whom: an id of 43 characters" },
	{ "anchor", NULL, 0, OPTION_TEXT, false, "TEXT",
	    "32 bytes, or 43 characters of base64url; without: none" },
	{ "tag", NULL, 't', OPTION_TAG, true, "NAME=VALUE",
	    "a tag of the item; may be repeated" },
	{ "data", NULL, 'd', OPTION_TEXT, false, "TEXT|@FILE|@-",
	    "the data, in place of FILE" },
	{ "type", NULL, 0, OPTION_CHOICE, false,
	    "ed25519|arweave|ethereum|solana|typed-ethereum",
	    "the type of the signature; without: the wallet's own" },
	{ "output", NULL, 'o', OPTION_FILE, false, "FILE",
	    "write a new file, and print the id" },
	{ .name = NULL },
};

/* What is to be signed. */
struct job {
	struct data_item item; /* without its data */
	struct id target;
	struct buf anchor;
	struct item_file file; /* where the data are, or nothing */
	struct span text;      /* of --data TEXT */
	struct byte_source from;
	uint64_t size;
	const struct keypair *kp;
	struct keypair *as; /* owned: the wallet's key as another type */
	uint8_t *piece;
};

/* --- what the options say --- */

/* Text as other signers take it, or the bytes that inspect shows. */
static int
take_anchor(const char *text, struct job *j, struct error *err)
{
	struct span given = span_text(text);

	if (given.len == ANCHOR_BYTES)
		buf_add_span(&j->anchor, given);
	else if (given.len != ID_CHARS ||
	    base64url_decode(given, &j->anchor, err) < 0)
		return FAIL(err, ERR_USAGE,
		    "'%s' is no anchor: that is 32 bytes, or 43 characters of "
		    "base64url",
		    text);
	j->item.anchor = buf_span(&j->anchor);
	return 0;
}

/* The rules of all tags together, too: nothing is read for what fails. */
static int
take_tags(const struct options *o, struct job *j, struct error *err)
{
	struct buf encoded = BUF_INIT;
	size_t count;
	struct tag *tags = tags_from_options(o, &count);
	int rc = avro_tags_encode(tags, count, &encoded, err);

	if (rc == 0) {
		j->item.tag_count = count;
		for (size_t i = 0; i < count; i++)
			j->item.tags[i] = tags[i];
	}
	buf_release(&encoded);
	free(tags);
	return rc;
}

static int
take_fields(const struct options *o, struct job *j, struct error *err)
{
	const char *target = options_text(o, "target", NULL);
	const char *anchor = options_text(o, "anchor", NULL);

	if (target) {
		if (id_decode(span_text(target), &j->target, err) < 0)
			return FAIL(err, ERR_USAGE,
			    "'%s' is no target: that has 43 characters; of an "
			    "Ethereum wallet it is the scheduler_address of "
			    "'aosh wallet address NAME --json'",
			    target);
		j->item.target = id_span(&j->target);
	}
	if (anchor && take_anchor(anchor, j, err) < 0)
		return -1;
	return take_tags(o, j, err);
}

/* A path, or NULL: the text of --data. */
static int
take_data(const struct options *o, const char **path, struct job *j,
    struct error *err)
{
	const char *data = options_text(o, "data", NULL);

	*path = options_arg(o, 0);
	if (data && *path)
		return FAIL(err, ERR_USAGE,
		    "FILE and --data exclude each other");
	if (!data) {
		*path = *path ? *path : "-";
	} else if (data[0] == '@') {
		*path = data + 1;
	} else {
		j->text = span_text(data);
		return 0;
	}
	return file_check(*path, err);
}

static int
open_data(const char *path, struct job *j, struct error *err)
{
	if (!path) {
		j->from = byte_source_of(&j->text);
		j->size = j->text.len;
		return 0;
	}
	if (item_file_open(path, true, &j->file, err) < 0)
		return -1;
	j->from = item_file_source(&j->file);
	j->size = j->file.size;
	return 0;
}

/* The wallet's key, as it is or as another type of its kind. */
static int
take_key(struct shell *sh, const struct options *o, struct job *j,
    struct error *err)
{
	const char *type = options_text(o, "type", NULL);
	const struct signature_ops *ops =
	    type ? signature_ops_named(type) : NULL;

	if (client_wallet(&sh->client, err) < 0)
		return -1;
	j->kp = sh->client.wallet;
	if (!ops || ops->type == keypair_type(j->kp))
		return 0;
	if (keypair_as(j->kp, ops->type, &j->as, err) < 0)
		return FAIL(err, ERR_USAGE,
		    "the wallet's key is of the type %s, which makes no %s "
		    "signatures",
		    signature_ops_find(keypair_type(j->kp))->name, type);
	j->kp = j->as;
	return 0;
}

/* --- signing --- */

/* Everything in front of the data. */
static int
sign_head(struct job *j, struct buf *head, struct error *err)
{
	struct ans104_signing s;
	uint64_t at = 0;

	if (ans104_sign_begin(&s, &j->item, j->kp, err) < 0)
		return -1;
	while (at < j->size) {
		size_t want = j->size - at < PIECE_BYTES
		    ? (size_t)(j->size - at)
		    : PIECE_BYTES;
		ssize_t n = j->from.read(j->from.arg, at, j->piece, want, err);

		if (n >= 0 && (size_t)n < want)
			n = FAIL(err, ERR_SYSTEM,
			    "it became shorter while it was read");
		if (n < 0) {
			ans104_sign_end(&s, NULL, err);
			return -1;
		}
		ans104_sign_update(&s, span_of(j->piece, (size_t)n));
		at += (uint64_t)n;
	}
	return ans104_sign_end(&s, head, err);
}

/* The data must be what was signed when they are read again. */
static int
write_item(struct job *j, struct out_file *out, struct buf *head,
    struct error *err)
{
	if (sign_head(j, head, err) < 0 ||
	    out_file_write(out, buf_span(head), err) < 0 ||
	    out_file_copy(out, &j->from, j->size, j->piece, err) < 0 ||
	    (j->file.fd >= 0 && item_file_unchanged(&j->file, err) < 0))
		return out->failed || j->file.fd < 0
		    ? -1
		    : item_file_fail(&j->file, err);
	return out_file_finish(out, err);
}

/* When the item itself went to a file. */
static void
show_signed(struct shell *sh, const struct options *o, const struct job *j,
    struct span head)
{
	uint64_t size = head.len + j->size;
	struct data_item item;
	struct error ignored;
	json_t *to;
	struct id id;

	ASSERT(ans104_decode(head, &item, &ignored) == 0);
	id = ans104_id(&item);
	if (!sh->json) {
		output_printf(&sh->out, "%s\n", id_encode(&id).text);
		return;
	}
	to = json_object();
	json_object_set_new(to, "ok", json_true());
	json_object_set_new(to, "id", json_string(id_encode(&id).text));
	json_object_set_new(to, "size", json_integer((json_int_t)size));
	json_object_set_new(to, "file",
	    show_path(options_text(o, "output", NULL)));
	show_json(sh, to);
}

static int
sign(struct shell *sh, const struct options *o, struct job *j,
    struct error *err)
{
	struct out_file out = { .fd = -1 };
	struct buf head = BUF_INIT;
	const char *path;
	int rc;

	if (take_fields(o, j, err) < 0 || take_data(o, &path, j, err) < 0 ||
	    out_file_open(o, &out, err) < 0)
		return -1;
	rc = take_key(sh, o, j, err);
	if (rc == 0)
		rc = open_data(path, j, err);
	if (rc == 0)
		rc = write_item(j, &out, &head, err);
	if (rc == 0 && out.path)
		show_signed(sh, o, j, buf_span(&head));
	rc = out_file_result(&out, rc);
	out_file_release(&out);
	buf_release(&head);
	return rc;
}

static int
exec_item_sign(struct shell *sh, const struct options *o, struct error *err)
{
	struct job j = { .file.fd = -1, .piece = item_piece() };
	int rc = sign(sh, o, &j, err);

	item_file_close(&j.file);
	keypair_free(j.as);
	buf_release(&j.anchor);
	free(j.piece);
	return rc;
}

const struct command command_item_sign = {
	.name = "item sign",
	.usage = "[FILE]",
	.summary = "make a data item and sign it",
	.options = sign_options,
	.min = 0,
	.max = 1,
	.complete = COMPLETE_FILES,
	.flags = COMMAND_DATA,
	.exec = exec_item_sign,
};
