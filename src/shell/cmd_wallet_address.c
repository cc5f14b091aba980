/*
 * aosh wallet address - who the world takes a wallet's owner for.
 *
 * Never asks for a password: an encrypted file says who it is.
 */
#include "shell/commands.h"
#include "shell/wallet_command.h"

static int
exec_address(struct shell *sh, const struct options *o, struct error *err)
{
	struct wallet_place place;
	struct wallet_info info;
	int rc;

	if (wallet_argument(sh, o, &place, err) < 0)
		return -1;
	rc = wallet_look(place.path, &info, err);
	if (rc == 0) {
		if (info.loose)
			wallet_warn_loose(shell_notes(sh), place.path);
		wallet_show(sh, &place, &info);
	}
	wallet_place_release(&place);
	return rc;
}

const struct command command_wallet_address = {
	.name = "wallet address",
	.usage = "[NAME|FILE]",
	.summary = "print a wallet's address, as processes see it",
	.min = 0,
	.max = 1,
	.flags = COMMAND_DATA,
	.exec = exec_address,
};
