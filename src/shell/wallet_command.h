/*
 * wallet_command - what the commands of the group "wallet" have in common.
 */
#ifndef SHELL_WALLET_COMMAND_H
#define SHELL_WALLET_COMMAND_H

#include "shell/shell.h"

/* Those that have a key file of their own. */
#define WALLET_TYPES "ed25519|arweave|ethereum|solana"

/*
 * The wallet that the first argument means; without one, that which signs.
 * ERR_WALLET, also when there is none yet. Release it.
 */
int wallet_argument(struct shell *sh, const struct options *o,
    struct wallet_place *out, struct error *err);
/* Its address, or with --json all that is known of it. */
void wallet_show(struct shell *sh, const struct wallet_place *place,
    const struct wallet_info *info);
/*
 * Write a secret to standard output, past the buffers that outlive it. Gives
 * an exit code, or -1 and ERR_SYSTEM.
 */
int wallet_print_secret(struct shell *sh, struct span text, struct error *err);

#endif
