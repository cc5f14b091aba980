/*
 * aosh wallet import - another program's key, in a file of ours.
 *
 * Whatever form it comes in is written in ours. An encrypted one of ours is
 * copied as it stands, once its password has shown that it can be opened.
 */
#include <errno.h>
#include <unistd.h>

#include "codec/sealed_key.h"
#include "shell/commands.h"
#include "shell/paths.h"
#include "shell/wallet_command.h"

static const struct option_spec import_options[] = {
	{ "type", NULL, 0, OPTION_CHOICE, false, WALLET_TYPES,
	    "the type of the key, where its form does not say it" },
	{ .name = NULL },
};

/* Standard input to its end, into a buf that does not grow. */
static int
read_stdin(struct buf *out, struct error *err)
{
	size_t room = WALLET_MAX_BYTES + 1;

	buf_reserve(out, room);
	while (out->len < room) {
		ssize_t n =
		    read(STDIN_FILENO, out->p + out->len, room - out->len);

		if (n == 0)
			return 0;
		if (n < 0 && errno == EINTR)
			return FAIL(err, ERR_INTERRUPTED, "interrupted");
		if (n < 0)
			return FAIL_ERRNO(err, ERR_WALLET,
			    "cannot read standard input");
		out->len += (size_t)n;
	}
	return FAIL(err, ERR_WALLET, "standard input: larger than %d bytes",
	    WALLET_MAX_BYTES);
}

static int
read_source(struct shell *sh, const char *source, struct buf *out,
    struct error *err)
{
	struct buf path = BUF_INIT;
	bool loose = false;
	int rc;

	if (strcmp(source, "-") == 0)
		return read_stdin(out, err);
	rc = path_expand(source, &path, err);
	if (rc == 0)
		rc = wallet_read(buf_text(&path), out, &loose, err);
	if (rc == 0 && loose)
		wallet_warn_loose(shell_notes(sh), buf_text(&path));
	buf_release(&path);
	return rc;
}

/* The key in the text, and the text that shall be in our file. */
static int
take_key(struct shell *sh, const struct options *o, struct span text,
    struct keypair **kp, struct buf *ours, struct error *err)
{
	struct wallet_asker asker = client_asker(&sh->client);
	const char *source = options_arg(o, 0);
	const char *type = options_text(o, "type", NULL);

	if (wallet_parse(text, type ? signature_ops_named(type)->type : 0,
		source, &asker, kp, err) < 0)
		return err->code == ERR_WALLET ? FAIL_IN(err, "'%s'", source)
					       : -1;
	if (!sealed_key_is(text))
		return wallet_text(*kp, NULL, ours, err);
	if (type && keypair_type(*kp) != signature_ops_named(type)->type)
		return FAIL(err, ERR_WALLET, "'%s' is an %s wallet", source,
		    wallet_type_name(keypair_type(*kp)));
	buf_add_span(ours, text);
	return 0;
}

static int
import(struct shell *sh, const struct wallet_place *place,
    const struct options *o, struct error *err)
{
	struct buf text = BUF_INIT;
	struct buf ours = BUF_INIT;
	struct keypair *kp = NULL;
	struct wallet_info info;
	int rc = read_source(sh, options_arg(o, 0), &text, err);

	if (rc == 0)
		rc = take_key(sh, o, buf_span(&text), &kp, &ours, err);
	if (rc == 0)
		rc = wallet_store(place->path, buf_span(&ours), err);
	if (rc == 0) {
		wallet_info_of(kp, &info);
		info.sealed = sealed_key_is(buf_span(&ours));
		wallet_show(sh, place, &info);
	}
	keypair_free(kp);
	buf_wipe(&text);
	buf_wipe(&ours);
	return rc;
}

static int
exec_import(struct shell *sh, const struct options *o, struct error *err)
{
	struct wallet_place place;
	int rc;

	if (wallet_place_new(sh->client.data_dir, options_arg(o, 1), NULL,
		&place, err) < 0)
		return -1;
	rc = import(sh, &place, o, err);
	wallet_place_release(&place);
	return rc;
}

const struct command command_wallet_import = {
	.name = "wallet import",
	.usage = "FILE [NAME]",
	.summary = "take over a key of another program; '-' is standard input",
	.options = import_options,
	.min = 1,
	.max = 2,
	.complete = COMPLETE_FILES,
	.flags = COMMAND_DATA,
	.exec = exec_import,
};
