/*
 * wallets - which file a wallet's name means, and where a new one goes.
 *
 * In the data directory the default wallet is wallet.json, any other
 * wallets/NAME.json. A word without a slash that is the name of a wallet there
 * means that one; every other word is a file. Without a data directory
 * (--ephemeral) there are only files.
 */
#ifndef SHELL_WALLETS_H
#define SHELL_WALLETS_H

#include <jansson.h>

#include "store/wallet.h"
#include "shell/output.h"

enum {
	WALLET_NAME_MAX = 64,
};

#define WALLET_DEFAULT "default"
/* The wallet of aos, which is offered where it is found. */
#define WALLET_OF_AOS "~/.aos.json"

/* Where a wallet is. */
struct wallet_place {
	char name[WALLET_NAME_MAX + 1]; /* empty: a file */
	char *path;                     /* owned */
};

/* Free the path. */
void wallet_place_release(struct wallet_place *p);
/* It is the default wallet, which is made when it is not there. */
bool wallet_place_is_default(const struct wallet_place *p);

/* Letters, digits, . _ -; not beginning with a dot or dash. */
bool wallet_name_valid(const char *name);
/*
 * The wallet that `word` means, NULL: the default one, which need not be there.
 * `data_dir` may be NULL. ERR_WALLET: there is neither such a wallet nor such a
 * file. *out is released with wallet_place_release().
 */
int wallet_find(const char *data_dir, const char *word,
    struct wallet_place *out, struct error *err);
/*
 * The place of a new one: `file`, or that of `name`, or with neither the
 * default wallet's; its folder is made. ERR_USAGE: no name, or both, or none
 * and nowhere to put it; ERR_EXISTS: something is there. Released as above.
 */
int wallet_place_new(const char *data_dir, const char *name, const char *file,
    struct wallet_place *out, struct error *err);
/*
 * For lists: called for every file of the data directory whose
 * name is that of a wallet. Gives back false to stop.
 */
typedef bool (*wallet_each_fn)(void *arg, const struct wallet_place *place);
/* The default wallet first, if there is one, then by name. */
void wallet_each(const char *data_dir, wallet_each_fn fn, void *arg);

/* "ed25519" */
const char *wallet_type_name(unsigned type);
/* The object that describes a wallet; its keys are in the manual. Owned. */
json_t *wallet_json(const struct wallet_place *place,
    const struct wallet_info *info);
/* Say what a new password means. */
void wallet_note_sealed(struct output *notes, const char *path);
/* Say that others can read a file. */
void wallet_warn_loose(struct output *notes, const char *path);

#endif
