/*
 * An item is, in this order: signature type (2 bytes), signature, owner, flag
 * and target, flag and anchor, number of tags and their bytes (8 each), tags,
 * and data up to the end. All lengths but the data's follow from the type or
 * are written out, so decoding is taking parts from the front; each failure
 * names the part.
 *
 * Parts are spans into the input. Nothing is copied but the table of tags,
 * which has a fixed size: a decoder without an allocation cannot be made to use
 * up memory.
 */
#include "codec/ans104.h"

#include <inttypes.h>

#include "codec/deep_hash.h"

/*
 * The deep hash of an item begins with the same three of its eight blobs for
 * all items of a type: "dataitem", "1" and the type's number. Here they are
 * folded in already, which halves the cost of a small item; test_ans104 makes
 * the whole list and compares.
 */
static const struct {
	unsigned type;
	struct sha384_digest list;
} hash_start[] = {
	{ SIGNATURE_ARWEAVE,
	    { { 0xc1, 0x51, 0x56, 0xce, 0xf3, 0xb4, 0xb7, 0xb8, 0x7f, 0x85,
		0x0c, 0xe8, 0x0b, 0x64, 0x62, 0x49, 0x63, 0xe2, 0xd3, 0xe0,
		0xc1, 0x9c, 0x9c, 0x5f, 0x65, 0x01, 0xd6, 0x8d, 0x97, 0x79,
		0xd4, 0x59, 0x2a, 0x50, 0xe3, 0x52, 0xdb, 0x2f, 0xf7, 0x5b,
		0x8c, 0x86, 0x4d, 0x36, 0xf0, 0x09, 0x81, 0x1a } } },
	{ SIGNATURE_ED25519,
	    { { 0x5b, 0x78, 0x4e, 0xa2, 0xbb, 0x0b, 0x97, 0x0d, 0x08, 0x79,
		0x48, 0x05, 0xde, 0x85, 0x60, 0x99, 0xb8, 0xf5, 0x28, 0x09,
		0x96, 0xd3, 0x14, 0x06, 0x24, 0x9b, 0xce, 0xba, 0xde, 0x5f,
		0xd2, 0x13, 0xb9, 0xc9, 0x3a, 0xf7, 0xf8, 0xa6, 0x32, 0xff,
		0xaf, 0x51, 0xaa, 0xee, 0x5b, 0x9e, 0x51, 0x23 } } },
	{ SIGNATURE_ETHEREUM,
	    { { 0xcf, 0x52, 0x0c, 0xdf, 0x16, 0xe5, 0x17, 0x90, 0xd6, 0x41,
		0xb2, 0x3d, 0xb9, 0x9a, 0x9a, 0x9c, 0x16, 0x2a, 0x54, 0x6e,
		0x9e, 0x34, 0x8d, 0xaf, 0xb6, 0x22, 0xcf, 0x71, 0x9b, 0x0a,
		0x90, 0xe6, 0xd9, 0x48, 0xe6, 0x7b, 0x09, 0x3a, 0xfb, 0xa5,
		0xee, 0xfe, 0x99, 0xc7, 0x87, 0xf0, 0xc3, 0x9e } } },
	{ SIGNATURE_SOLANA,
	    { { 0x70, 0x6a, 0xee, 0xdd, 0x21, 0xd5, 0xa8, 0xc6, 0xdc, 0x12,
		0xef, 0xa2, 0x58, 0x60, 0xcd, 0x3e, 0xc7, 0x4d, 0x95, 0xd5,
		0xf2, 0x17, 0xb5, 0x0d, 0xbd, 0x0c, 0xd2, 0xd7, 0x08, 0x54,
		0x86, 0x09, 0x73, 0x5b, 0x9e, 0x25, 0xae, 0x24, 0x25, 0x28,
		0x09, 0x55, 0x05, 0x31, 0xb9, 0xef, 0x32, 0x32 } } },
	{ SIGNATURE_TYPED_ETHEREUM,
	    { { 0xe6, 0xfb, 0x91, 0x16, 0x9d, 0xfc, 0x51, 0xfb, 0x9f, 0xe4,
		0x07, 0x02, 0xeb, 0x1f, 0xac, 0x75, 0xa6, 0x23, 0x7c, 0xbf,
		0x64, 0xd0, 0x82, 0x6f, 0xb8, 0x22, 0x04, 0xd2, 0x06, 0xc7,
		0x55, 0x6c, 0x87, 0x49, 0x09, 0xd4, 0x57, 0x75, 0xca, 0x70,
		0x8d, 0x6f, 0x6f, 0x99, 0x0d, 0x65, 0xa6, 0x39 } } },
};

/* A type without an entry is our own mistake: nothing of it is decoded. */
static struct sha384_digest
start_of_type(unsigned type)
{
	size_t i = 0;

	while (hash_start[i].type != type) {
		i++;
		ASSERT(i < sizeof(hash_start) / sizeof(*hash_start));
	}
	return hash_start[i].list;
}

/* Take a part of an item; `what` names it when the item ends before it does. */
static int
take_part(struct span *in, size_t n, struct span *part, const char *what,
    struct error *err)
{
	if (!take_bytes(in, n, part))
		return FAIL(err, ERR_SHORT,
		    "the item ends in its %s: %zu bytes are missing", what,
		    n - in->len);
	return 0;
}

/* A flag, and the 32 bytes behind it when it is 1. */
static int
take_optional(struct span *in, struct span *part, const char *what,
    struct error *err)
{
	uint8_t flag;

	*part = span_of(NULL, 0);
	if (!take_u8(in, &flag))
		return FAIL(err, ERR_SHORT,
		    "the item ends before the flag of its %s", what);
	if (flag > 1)
		return FAIL(err, ERR_FORMAT,
		    "the flag of the %s is %u, not 0 or 1", what, flag);
	return flag ? take_part(in, 32, part, what, err) : 0;
}

/* Signature type, signature and owner. */
static int
take_signer(struct span *in, struct data_item *item, struct error *err)
{
	const struct signature_ops *ops;
	uint16_t type;

	if (!take_u16(in, &type))
		return FAIL(err, ERR_SHORT, "%s",
		    in->len ? "the item ends in its signature type"
			    : "the item is empty");
	ops = signature_ops_find(type);
	if (!ops)
		return FAIL(err, ERR_FORMAT, "no signature type %u", type);
	if (ops->owner_bytes == 0)
		return FAIL(err, ERR_UNSUPPORTED,
		    "signature type %u (%s) is unsupported", type, ops->name);
	item->signature_type = type;
	if (take_part(in, ops->signature_bytes, &item->signature, "signature",
		err) < 0)
		return -1;
	return take_part(in, ops->owner_bytes, &item->owner, "owner", err);
}

/* Their number is checked with the block itself. */
static int
take_tags(struct span *in, struct data_item *item, struct error *err)
{
	uint64_t count;
	uint64_t bytes;

	if (!take_u64(in, &count) || !take_u64(in, &bytes))
		return FAIL(err, ERR_SHORT,
		    "the item ends in the head of its tags");
	/* before the cast: a length may be any number */
	if (bytes > TAGS_MAX_BYTES)
		return FAIL(err, ERR_LIMIT,
		    "the tags have %" PRIu64 " bytes, at most %d fit", bytes,
		    TAGS_MAX_BYTES);
	if (take_part(in, (size_t)bytes, &item->tag_bytes, "tags", err) < 0 ||
	    avro_tags_decode(item->tag_bytes, count, item->tags, err) < 0)
		return -1;
	item->tag_count = (size_t)count;
	return 0;
}

int
ans104_decode(struct span in, struct data_item *item, struct error *err)
{
	if (take_signer(&in, item, err) < 0 ||
	    take_optional(&in, &item->target, "target", err) < 0 ||
	    take_optional(&in, &item->anchor, "anchor", err) < 0 ||
	    take_tags(&in, item, err) < 0)
		return -1;
	item->data = in;
	return 0;
}

/*
 * The hash as far as the owner, who has often signed the item before as well:
 * kept by each thread for the owners that it met last, three blocks of the hash
 * saved, eight with RSA.
 */
struct owner_memo {
	unsigned type; /* 0: nothing is kept here */
	size_t owner_bytes;
	uint8_t owner[OWNER_MAX_BYTES];
	struct sha384_digest list;
};

static struct sha384_digest
hash_owner(unsigned type, struct span owner)
{
	static _Thread_local struct owner_memo memos[8];
	struct owner_memo *m =
	    &memos[owner.p[owner.len - 1] % (sizeof(memos) / sizeof(*memos))];
	struct sha384_digest list;

	if (m->type == type &&
	    span_equal(owner, span_of(m->owner, m->owner_bytes)))
		return m->list;
	list = deep_hash_fold(start_of_type(type), deep_hash_blob(owner));
	m->type = type;
	m->owner_bytes = owner.len;
	memcpy(m->owner, owner.p, owner.len);
	m->list = list;
	return list;
}

/* `blobs`: those between the owner and the data. */
static void
hash_init(struct ans104_hash *h, unsigned type, struct span owner,
    const struct span blobs[3])
{
	h->list = hash_owner(type, owner);
	for (size_t i = 0; i < 3; i++)
		h->list = deep_hash_fold(h->list, deep_hash_blob(blobs[i]));
	blob_hash_init(&h->data);
}

void
ans104_hash_init(struct ans104_hash *h, const struct data_item *item)
{
	hash_init(h, item->signature_type, item->owner,
	    (struct span[3]){ item->target, item->anchor, item->tag_bytes });
}

void
ans104_hash_update(struct ans104_hash *h, struct span data)
{
	blob_hash_update(&h->data, data);
}

struct sha384_digest
ans104_hash_final(struct ans104_hash *h)
{
	return deep_hash_fold(h->list, blob_hash_final(&h->data));
}

struct sha384_digest
ans104_deep_hash(const struct data_item *item)
{
	struct ans104_hash h;

	ans104_hash_init(&h, item);
	ans104_hash_update(&h, item->data);
	return ans104_hash_final(&h);
}

int
ans104_verify_hash(const struct data_item *item,
    const struct sha384_digest *hash, struct error *err)
{
	return signature_verify(item->signature_type, item->owner,
	    span_of(hash->bytes, sizeof(hash->bytes)), item->signature, err);
}

int
ans104_verify(const struct data_item *item, struct error *err)
{
	struct sha384_digest hash = ans104_deep_hash(item);

	return ans104_verify_hash(item, &hash, err);
}

struct id
ans104_id(const struct data_item *item)
{
	struct sha256_digest hash = sha256(item->signature);
	struct id id;

	memcpy(id.bytes, hash.bytes, ID_BYTES);
	return id;
}

/* Append a flag and, when there are any, the bytes of target or anchor. */
static void
add_optional(struct buf *out, struct span part)
{
	buf_add_byte(out, part.len > 0);
	buf_add_span(out, part);
}

/* Before signing: others would refuse the item. */
static int
check_optional(struct span part, const char *what, struct error *err)
{
	if (part.len != 0 && part.len != 32)
		return FAIL(err, ERR_FORMAT,
		    "the %s has %zu bytes, not 32 or none", what, part.len);
	return 0;
}

/* Append what stands in front of the data; all is checked by now. */
static void
add_head(const struct ans104_signing *s, struct span signature, struct buf *out)
{
	const struct data_item *item = s->item;

	buf_add_u16(out, (uint16_t)keypair_type(s->kp));
	buf_add_span(out, signature);
	buf_add_span(out, keypair_owner(s->kp));
	add_optional(out, item->target);
	add_optional(out, item->anchor);
	buf_add_u64(out, item->tag_count);
	buf_add_u64(out, s->tags.len);
	buf_add_span(out, buf_span(&s->tags));
}

/* At least as many bytes as add_head() appends. */
static size_t
head_room(const struct ans104_signing *s)
{
	const struct signature_ops *ops =
	    signature_ops_find(keypair_type(s->kp));

	return ANS104_HEAD_MAX - SIGNATURE_MAX_BYTES - OWNER_MAX_BYTES -
	    TAGS_MAX_BYTES + ops->signature_bytes + ops->owner_bytes +
	    s->tags.len;
}

int
ans104_sign_begin(struct ans104_signing *s, const struct data_item *item,
    const struct keypair *kp, struct error *err)
{
	struct buf tags = BUF_INIT;

	if (check_optional(item->target, "target", err) < 0 ||
	    check_optional(item->anchor, "anchor", err) < 0 ||
	    avro_tags_encode(item->tags, item->tag_count, &tags, err) < 0) {
		buf_release(&tags);
		return -1;
	}
	s->kp = kp;
	s->item = item;
	s->tags = tags;
	hash_init(&s->hash, keypair_type(kp), keypair_owner(kp),
	    (struct span[3]){ item->target, item->anchor, buf_span(&tags) });
	return 0;
}

void
ans104_sign_update(struct ans104_signing *s, struct span data)
{
	ans104_hash_update(&s->hash, data);
}

int
ans104_sign_end(struct ans104_signing *s, struct buf *head, struct error *err)
{
	const struct signature_ops *ops =
	    signature_ops_find(keypair_type(s->kp));
	struct sha384_digest hash = ans104_hash_final(&s->hash);
	uint8_t signature[SIGNATURE_MAX_BYTES];
	int rc = 0;

	if (head)
		rc = keypair_sign(s->kp,
		    span_of(hash.bytes, sizeof(hash.bytes)), signature, err);
	if (head && rc == 0)
		add_head(s, span_of(signature, ops->signature_bytes), head);
	buf_release(&s->tags);
	return rc;
}

int
ans104_sign(const struct data_item *item, const struct keypair *kp,
    struct buf *out, struct error *err)
{
	struct ans104_signing s;

	if (ans104_sign_begin(&s, item, kp, err) < 0)
		return -1;
	ans104_sign_update(&s, item->data);
	/* at once, since each growth would copy what is there */
	buf_reserve(out, head_room(&s) + item->data.len);
	if (ans104_sign_end(&s, out, err) < 0)
		return -1;
	buf_add_span(out, item->data);
	return 0;
}
