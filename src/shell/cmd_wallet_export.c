/*
 * aosh wallet export - a key as other programs read it.
 *
 * What it prints is the secret itself, without a password over it, unless
 * --public asks for the other half.
 */
#include "codec/jwk.h"
#include "shell/commands.h"
#include "shell/paths.h"
#include "shell/wallet_command.h"

static const struct option_spec export_options[] = {
	{ "output", NULL, 'o', OPTION_FILE, false, "FILE",
	    "write that new file, which only you can read" },
	{ "public", NULL, 0, OPTION_SWITCH, false, NULL,
	    "the public key alone" },
	{ .name = NULL },
};

/* The text of a key, or of its public half, for which no password is needed. */
static int
key_text(struct shell *sh, const struct wallet_place *place, bool public,
    struct buf *out, struct error *err)
{
	struct wallet_asker asker = client_asker(&sh->client);
	struct wallet_info info;
	struct keypair *kp;
	bool loose = false;
	int rc;

	if (public) {
		if (wallet_look(place->path, &info, err) < 0)
			return -1;
		jwk_write_public(info.type,
		    span_of(info.owner, info.owner_bytes), out);
		return 0;
	}
	if (wallet_load(place->path, &asker, &kp, &loose, err) < 0)
		return -1;
	rc = wallet_text(kp, NULL, out, err);
	keypair_free(kp);
	if (loose)
		wallet_warn_loose(shell_notes(sh), place->path);
	return rc;
}

/* To a new file, or past our buffers to standard output. */
static int
write_text(struct shell *sh, const char *file, struct span text,
    struct error *err)
{
	struct wallet_place to;
	int rc;

	if (!file)
		return wallet_print_secret(sh, text, err);
	if (wallet_place_new(NULL, NULL, file, &to, err) < 0)
		return -1;
	rc = wallet_store(to.path, text, err);
	wallet_place_release(&to);
	return rc;
}

static int
exec_export(struct shell *sh, const struct options *o, struct error *err)
{
	struct wallet_place place;
	struct buf text = BUF_INIT;
	int rc;

	if (wallet_argument(sh, o, &place, err) < 0)
		return -1;
	rc = key_text(sh, &place, options_has(o, "public"), &text, err);
	if (rc == 0)
		rc = write_text(sh, options_text(o, "output", NULL),
		    buf_span(&text), err);
	buf_wipe(&text);
	wallet_place_release(&place);
	return rc;
}

const struct command command_wallet_export = {
	.name = "wallet export",
	.usage = "[NAME|FILE]",
	.summary = "print a key for other programs; without --public: secret",
	.options = export_options,
	.min = 0,
	.max = 1,
	.flags = COMMAND_DATA,
	.exec = exec_export,
};
