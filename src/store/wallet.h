/*
 * wallet - key files: one key each, mode 0600, plain or under a password.
 *
 * A file is written beside its place, synced and given its name by a rename; a
 * new one never takes the place of another. So a crash leaves either no file or
 * a whole one. What it may leave beside, "NAME.XXXXXXXX.new", is never read and
 * in nobody's way; it may hold the key, and the next wallet_change() of the
 * same file removes it.
 *
 * Secrets are wiped from memory, and texts of errors never quote a file. Above
 * codec, which knows the texts (codec/jwk.h, codec/sealed_key.h).
 */
#ifndef STORE_WALLET_H
#define STORE_WALLET_H

#include "crypto/keypair.h"

enum {
	WALLET_MAX_BYTES = 64 << 10, /* an RSA key has 3 KiB, 7 when sealed */
};

/* Where the password of an encrypted file comes from. */
struct wallet_asker {
	/*
	 * *password is borrowed until the next call. `path` is for the
	 * question. ERR_WALLET, ERR_INTERRUPTED.
	 */
	int (*ask)(void *arg, const char *path, struct span *password,
	    struct error *err);
	void *arg;
};

/* What can be known of a file without its password. */
struct wallet_info {
	unsigned type; /* signature type */
	struct address address;
	uint8_t owner[OWNER_MAX_BYTES];
	size_t owner_bytes;
	bool sealed; /* under a password */
	bool loose;  /* others may read or write the file */
};

/*
 * Read a key file; *out is owned by the caller. ERR_WALLET: not there, not
 * readable, no key, or a member is missing or wrong (the text names the file
 * and says which); encrypted and `asker` is NULL. *loose is set when others may
 * read or write the file.
 */
int wallet_load(const char *path, const struct wallet_asker *asker,
    struct keypair **out, bool *loose, struct error *err);
/* What a file holds. ERR_WALLET as above, but no password is asked for. */
int wallet_look(const char *path, struct wallet_info *out, struct error *err);
/* Whether there is a file and it is sealed; cheaper than wallet_look(). */
bool wallet_is_sealed(const char *path);
/* wallet_look() of a key; not sealed, not loose. */
void wallet_info_of(const struct keypair *kp, struct wallet_info *out);
/*
 * The text of a key file, as it stands; `out` is empty, wipe it. ERR_WALLET.
 */
int wallet_read(const char *path, struct buf *out, bool *loose,
    struct error *err);
/*
 * The key in a text, which wallet_read() gave: sealed, or of `type` in any form
 * of codec/key_text.h. Texts of errors name no file; `path` is for the asker.
 */
int wallet_parse(struct span text, unsigned type, const char *path,
    const struct wallet_asker *asker, struct keypair **out, struct error *err);

/*
 * Make a new file of that text. ERR_EXISTS when there is one, ERR_FULL when the
 * disk is, else ERR_WALLET.
 */
int wallet_store(const char *path, struct span text, struct error *err);
/*
 * Append the text of a key file: plain, or sealed under *password. `out` is
 * empty, wipe it. ERR_WALLET.
 */
int wallet_text(const struct keypair *kp, const struct span *password,
    struct buf *out, struct error *err);
/* Make a new Ed25519 key and its file. Errors as of wallet_store(). */
int wallet_create(const char *path, struct keypair **out, struct error *err);
/*
 * wallet_load(), or wallet_create() when there is no file; *created says so.
 * Two programs that do this at once end up with the same key.
 */
int wallet_load_or_create(const char *path, const struct wallet_asker *asker,
    struct keypair **out, bool *created, bool *loose, struct error *err);

/*
 * Write the key of a file anew in its place, under *password or plain (NULL);
 * *out is what it holds. `asker` opens the old file, which is plain where a
 * password is given: ERR_WALLET if not. The new one is read back
 * and must give the same key before it takes the place; at every instant there
 * is a whole file of either form. Then the old file's bytes are overwritten,
 * unless it has another name. ERR_WALLET, also when another program is
 * doing the same; ERR_FULL.
 */
int wallet_change(const char *path, const struct wallet_asker *asker,
    const struct span *password, struct wallet_info *out, struct error *err);

#endif
