/*
 * key_text - a key as other programs show and export it.
 *
 *   64 hexadecimal digits, with or without 0x   ethereum, ed25519, solana
 *   base58 of seed and public key               solana
 *   what jwk_read() reads                       its own type
 *
 * Texts of errors never quote the text, which is a secret.
 */
#ifndef CODEC_KEY_TEXT_H
#define CODEC_KEY_TEXT_H

#include "crypto/keypair.h"

/*
 * Read a key in any of these forms, blanks around it; *out is owned. With
 * `type` 0 it is of the type that the form says; digits say none. A key of
 * another type of the same kind becomes one of `type`. ERR_WALLET.
 */
int key_text_read(unsigned type, struct span text, struct keypair **out,
    struct error *err);

#endif
