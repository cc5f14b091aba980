/*
 * jwk - the text of a key: a JSON Web Key, or the array of Solana's tools.
 *
 *   arweave   {"kty":"RSA","n","e","d","p","q","dp","dq","qi"}  (RFC 7518)
 *   ed25519   {"kty":"OKP","crv":"Ed25519","d","x"}             (RFC 8037)
 *   ethereum  {"kty":"EC","crv":"secp256k1","d","x","y"}        (RFC 8812)
 *   solana    [seed and public key, 64 numbers]
 *
 * Texts of errors name members and places and never quote the text, which is a
 * secret; so is what is written here. Every buf that holds one has its room at
 * once and is wiped.
 */
#ifndef CODEC_JWK_H
#define CODEC_JWK_H

#include "crypto/keypair.h"

enum {
	/* Of a key's text as it is written here: an RSA key has 3 KiB. */
	JWK_MAX_BYTES = 4 << 10,
};

/*
 * Read one; *out is owned. Public members are held against the secret ones; of
 * an RSA key dp, dq and qi may be missing. Members that are not named above
 * are left alone. ERR_WALLET.
 */
int jwk_read(struct span text, struct keypair **out, struct error *err);
/*
 * Append a key's text and a line end, in the form above for its type: bytes
 * that jwk_read() takes back. `out` must have room for JWK_MAX_BYTES.
 */
void jwk_write(const struct keypair *kp, struct buf *out);
/*
 * The same without secrets, of a type that jwk_write() writes, from the owner
 * field; Solana's as an Ed25519 key.
 */
void jwk_write_public(unsigned type, struct span owner, struct buf *out);

#endif
