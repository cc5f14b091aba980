/*
 * aosh wallet new - a fresh key and its file.
 *
 * Everything that can be refused is refused before the key is made, which takes
 * seconds for RSA, and before a password is typed.
 */
#include "shell/commands.h"
#include "shell/shell.h"
#include "shell/signals.h"
#include "shell/wallet_command.h"

static const struct option_spec new_options[] = {
	{ "type", NULL, 0, OPTION_CHOICE, false, WALLET_TYPES,
	    "the type of the key; without: ed25519" },
	{ "output", NULL, 'o', OPTION_FILE, false, "FILE",
	    "write that file, outside the data directory" },
	{ "encrypt", NULL, 0, OPTION_SWITCH, false, NULL,
	    "put it under a password, which is asked for" },
	{ .name = NULL },
};

static int
generate(struct shell *sh, unsigned type, struct keypair **out,
    struct error *err)
{
	/* nothing is there yet that Ctrl-C could leave half done */
	signals_leave_at_cancel();
	if (type == SIGNATURE_ARWEAVE) {
		output_printf(shell_notes(sh),
		    "aosh: making an RSA key takes some seconds\n");
		shell_flush(sh);
	}
	return keypair_generate(type, out, err);
}

static int
make(struct shell *sh, const struct wallet_place *place,
    const struct options *o, struct error *err)
{
	const char *type = options_text(o, "type", "ed25519");
	bool sealed = options_has(o, "encrypt");
	struct buf text = BUF_INIT;
	struct keypair *kp = NULL;
	struct wallet_info info;
	struct span password;
	int rc = 0;

	if (sealed)
		rc = password_ask_new(&sh->client.password, place->path,
		    &password, err);
	if (rc == 0)
		rc = generate(sh, signature_ops_named(type)->type, &kp, err);
	if (rc == 0)
		rc = wallet_text(kp, sealed ? &password : NULL, &text, err);
	if (rc == 0)
		rc = wallet_store(place->path, buf_span(&text), err);
	if (rc == 0) {
		wallet_info_of(kp, &info);
		info.sealed = sealed;
		wallet_show(sh, place, &info);
		if (sealed)
			wallet_note_sealed(shell_notes(sh), place->path);
	}
	buf_wipe(&text);
	keypair_free(kp);
	return rc;
}

static int
exec_new(struct shell *sh, const struct options *o, struct error *err)
{
	struct wallet_place place;
	int rc;

	if (wallet_place_new(sh->client.data_dir, options_arg(o, 0),
		options_text(o, "output", NULL), &place, err) < 0)
		return -1;
	rc = make(sh, &place, o, err);
	wallet_place_release(&place);
	return rc;
}

const struct command command_wallet_new = {
	.name = "wallet new",
	.usage = "[NAME]",
	.summary = "make a key and print its address",
	.options = new_options,
	.min = 0,
	.max = 1,
	.flags = COMMAND_DATA,
	.exec = exec_new,
};
