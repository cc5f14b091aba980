/*
 * ans104 - data items: the signed envelope of everything on the network.
 *
 * Pure functions over bytes. Decode, then encode, gives back the same bytes.
 * Source: ANS-104; spec/ao-network.md 1.
 */
#ifndef CODEC_ANS104_H
#define CODEC_ANS104_H

#include "crypto/digest.h"
#include "crypto/keypair.h"
#include "codec/avro_tags.h"
#include "codec/deep_hash.h"

enum {
	TARGET_BYTES = 32,
	ANCHOR_BYTES = 32,
	/* in front of the data: type, signature, owner, flags with target and
	 * anchor, number and length of the tags, tags */
	ANS104_HEAD_MAX = 2 + SIGNATURE_MAX_BYTES + OWNER_MAX_BYTES +
	    2 * (1 + 32) + 2 * 8 + TAGS_MAX_BYTES,
};

/* All spans are borrowed from the bytes that were decoded. */
struct data_item {
	unsigned signature_type;
	struct span signature;
	struct span owner;
	struct span target; /* 32 bytes, or empty when absent */
	struct span anchor; /* 32 bytes, or empty when absent */
	struct span tag_bytes;
	size_t tag_count;
	struct tag tags[TAGS_MAX];
	struct span data;
};

/*
 * Decode one data item.
 *
 * in    the bytes of the item alone; borrowed: `item` points into them. Of an
 *       item that is longer, ANS104_HEAD_MAX bytes will do: item->data is then
 *       the beginning of its data
 * item  filled in; nothing to release
 * err   ERR_SHORT        the item goes on past `in` (text: which part)
 *       ERR_FORMAT       a flag, length or tag is malformed
 *       ERR_LIMIT        a length breaks a limit (text: which, and limit)
 *       ERR_UNSUPPORTED  a signature type whose items are not read
 *
 * Looks in this order: type, lengths and flags, limits, tags. Does not verify:
 * see ans104_verify(). On failure what stands in `item` means nothing.
 */
int ans104_decode(struct span in, struct data_item *item, struct error *err);
/*
 * ERR_SIGNATURE unless the signature holds over the deep hash;
 * ERR_UNSUPPORTED: a type whose signatures are not handled.
 */
int ans104_verify(const struct data_item *item, struct error *err);
/* The 48 bytes that are signed. Source: spec/ao-network.md 1.5. */
struct sha384_digest ans104_deep_hash(const struct data_item *item);
/* SHA-256 of the signature. */
struct id ans104_id(const struct data_item *item);
/*
 * Append the item's bytes, signed with `kp`, to `out`. Of `item` only target,
 * anchor, tags, tag_count and data are read. ERR_LIMIT, ERR_FORMAT as above.
 * Ed25519 gives the same signature, and so the same id, for the same content.
 */
int ans104_sign(const struct data_item *item, const struct keypair *kp,
    struct buf *out, struct error *err);

/*
 * Items whose data comes in pieces, so that its size does not matter.
 *
 * ans104_deep_hash() in pieces: begin with the fields in front of the data, add
 * the data, then ask for the hash. `item` is not kept.
 */
struct ans104_hash {
	struct sha384_digest list;
	struct blob_hash data;
};

void ans104_hash_init(struct ans104_hash *h, const struct data_item *item);
/* The next bytes of the data. */
void ans104_hash_update(struct ans104_hash *h, struct span data);
/* The 48 bytes that are signed; `h` is used up. */
struct sha384_digest ans104_hash_final(struct ans104_hash *h);
/* ans104_verify() with a deep hash that is known. */
int ans104_verify_hash(const struct data_item *item,
    const struct sha384_digest *hash, struct error *err);

/*
 * ans104_sign() in pieces: begin with target, anchor and tags of `item`, add
 * the data, then have everything in front of the data appended to `head`: data
 * follows it in the item. `item` and `kp` are borrowed from begin to end; who
 * began must end, also when `head` is not wanted any more (NULL).
 */
struct ans104_signing {
	const struct keypair *kp;
	const struct data_item *item;
	struct buf tags;
	struct ans104_hash hash;
};

int ans104_sign_begin(struct ans104_signing *s, const struct data_item *item,
    const struct keypair *kp, struct error *err);
/* The next bytes of the data. */
void ans104_sign_update(struct ans104_signing *s, struct span data);
int ans104_sign_end(struct ans104_signing *s, struct buf *head,
    struct error *err);

#endif
