/*
 * wallet - key files: one JSON Web Key each, mode 0600.
 *
 * Ed25519 keys are written as RFC 8037 says: {"kty":"OKP","crv":"Ed25519",
 * "d":seed,"x":public key}. A file is written beside its place, synced and
 * renamed, and an existing one is never overwritten: a crash leaves either no
 * file or a whole one. What it may leave beside, "NAME.XXXXXXXX.new", is never
 * read and in nobody's way.
 *
 * Secrets are wiped from our memory; the JSON library's scratch space is not
 * ours to wipe.
 */
#ifndef CRYPTO_WALLET_H
#define CRYPTO_WALLET_H

#include "crypto/keypair.h"

/*
 * Read a key file; *out is owned by the caller. ERR_WALLET: not there, not
 * readable, not JSON, or a member is missing or wrong (the text names the file
 * and says which). *loose is set when others may read or write the file.
 */
int wallet_load(const char *path, struct keypair **out, bool *loose,
    struct error *err);
/*
 * Make a new Ed25519 key and its file. ERR_EXISTS when there is a file,
 * ERR_FULL when the disk is, else ERR_WALLET.
 */
int wallet_create(const char *path, struct keypair **out, struct error *err);
/*
 * wallet_load(), or wallet_create() when there is no file; *created says so.
 * Two programs that do this at once end up with the same key.
 */
int wallet_load_or_create(const char *path, struct keypair **out, bool *created,
    bool *loose, struct error *err);
/* The text of a key file, without the file; texts of errors name no file. */
int wallet_parse(struct span json, struct keypair **out, struct error *err);

#endif
