/*
 * aosh wallet encrypt, decrypt - a key file under a password, and back.
 *
 * In place the file is replaced by one that has been read back (see
 * wallet_change()); with -o the old one stays as it is.
 */
#include "shell/commands.h"
#include "shell/wallet_command.h"

static const struct option_spec seal_options[] = {
	{ "output", NULL, 'o', OPTION_FILE, false, "FILE",
	    "write that new file and leave the wallet as it is" },
	{ .name = NULL },
};

/* The same key to a new file, which becomes *place. */
static int
copy(struct shell *sh, struct wallet_place *place, const char *file,
    const struct span *password, struct wallet_info *info, struct error *err)
{
	struct wallet_asker asker = client_asker(&sh->client);
	struct wallet_place to;
	struct buf text = BUF_INIT;
	struct keypair *kp = NULL;
	bool loose;
	int rc;

	if (wallet_place_new(NULL, NULL, file, &to, err) < 0)
		return -1;
	/* asking would write over the new password */
	rc = wallet_load(place->path, password ? NULL : &asker, &kp, &loose,
	    err);
	if (rc == 0)
		rc = wallet_text(kp, password, &text, err);
	if (rc == 0)
		rc = wallet_store(to.path, buf_span(&text), err);
	if (rc == 0) {
		wallet_info_of(kp, info);
		info->sealed = password != NULL;
	}
	buf_wipe(&text);
	keypair_free(kp);
	wallet_place_release(place);
	*place = to;
	return rc;
}

/* Refused before a password is asked for. */
static int
check_form(const struct wallet_place *place, bool seal, struct error *err)
{
	struct wallet_info info;

	if (wallet_look(place->path, &info, err) < 0)
		return -1;
	if (info.sealed == seal)
		return FAIL(err, ERR_WALLET, "wallet '%s' is %s", place->path,
		    seal ? "encrypted already" : "not encrypted");
	return 0;
}

static int
change(struct shell *sh, struct wallet_place *place, const struct options *o,
    bool seal, struct error *err)
{
	struct wallet_asker asker = client_asker(&sh->client);
	const char *file = options_text(o, "output", NULL);
	struct span password = { NULL, 0 };
	struct wallet_info info;
	int rc;

	if (check_form(place, seal, err) < 0)
		return -1;
	if (seal &&
	    password_ask_new(&sh->client.password, place->path, &password,
		err) < 0)
		return -1;
	if (file)
		rc = copy(sh, place, file, seal ? &password : NULL, &info, err);
	else
		rc = wallet_change(place->path, &asker, seal ? &password : NULL,
		    &info, err);
	if (rc < 0)
		return -1;
	if (sh->json)
		wallet_show(sh, place, &info);
	else if (seal)
		wallet_note_sealed(shell_notes(sh), file ? file : place->path);
	else
		output_printf(shell_notes(sh), "aosh: '%s' is not encrypted\n",
		    file ? file : place->path);
	return 0;
}

static int
find_and_change(struct shell *sh, const struct options *o, bool seal,
    struct error *err)
{
	struct wallet_place place;
	int rc;

	if (wallet_argument(sh, o, &place, err) < 0)
		return -1;
	rc = change(sh, &place, o, seal, err);
	wallet_place_release(&place);
	return rc;
}

static int
exec_encrypt(struct shell *sh, const struct options *o, struct error *err)
{
	return find_and_change(sh, o, true, err);
}

static int
exec_decrypt(struct shell *sh, const struct options *o, struct error *err)
{
	return find_and_change(sh, o, false, err);
}

const struct command command_wallet_encrypt = {
	.name = "wallet encrypt",
	.usage = "[NAME|FILE]",
	.summary = "put a wallet under a password",
	.options = seal_options,
	.min = 0,
	.max = 1,
	.flags = COMMAND_DATA,
	.exec = exec_encrypt,
};

const struct command command_wallet_decrypt = {
	.name = "wallet decrypt",
	.usage = "[NAME|FILE]",
	.summary = "take a wallet's password away",
	.options = seal_options,
	.min = 0,
	.max = 1,
	.flags = COMMAND_DATA,
	.exec = exec_decrypt,
};
