/*
 * deep_hash(blob) = H(H("blob" length) H(blob)); a list begins as H("list"
 * count) and each member makes it H(list member). H is SHA-384, lengths are
 * decimal. Written as a loop over the members: what an item hashes is a flat
 * list, so nothing needs to recurse.
 */
#include "codec/deep_hash.h"

enum {
	KIND_CHARS = 4, /* "blob", "list" */
	DIGITS_MAX = 20 /* of 64 bits */
};

/*
 * SHA-384 of "<kind><n>": what stands in front of a blob or a list. `kind` has
 * four letters. By hand, since printf() would take as long as the hash.
 */
static struct sha384_digest
hash_head(const char *kind, uint64_t n)
{
	char text[KIND_CHARS + DIGITS_MAX];
	char *at = text + sizeof(text);

	do {
		*--at = (char)('0' + n % 10);
		n /= 10;
	} while (n > 0);
	at -= KIND_CHARS;
	memcpy(at, kind, KIND_CHARS);
	return sha384(span_of(at, (size_t)(text + sizeof(text) - at)));
}

/* Every item has blobs of these kinds; so their constant parts stand here. */
static const struct sha384_digest head_blob_32 = { /* of "blob32" */
	{ 0x3d, 0x4f, 0xc9, 0xab, 0xdc, 0x35, 0x97, 0x0f, 0x56, 0x9f, 0x7d,
	    0x3d, 0x9e, 0x2b, 0xa3, 0x07, 0xf6, 0x2b, 0x5e, 0x56, 0xa3, 0x02,
	    0x55, 0xc9, 0xbf, 0x76, 0x4a, 0x74, 0xf3, 0x98, 0xf4, 0x5d, 0x9b,
	    0x4d, 0x93, 0xe2, 0x9a, 0x38, 0x98, 0xb0, 0xf8, 0x27, 0x65, 0xad,
	    0xc9, 0x3f, 0x96, 0xe4 }
};
static const struct sha384_digest empty_blob = { /* deep_hash_blob() of "" */
	{ 0xfb, 0xf0, 0x0c, 0xc4, 0x44, 0xf5, 0xfe, 0xa9, 0xdc, 0x3b, 0xed,
	    0xf6, 0x2a, 0x13, 0xfb, 0xa8, 0xae, 0x87, 0xe7, 0x44, 0x5f, 0xc9,
	    0x10, 0x56, 0x7a, 0x23, 0xbe, 0xc4, 0xeb, 0x82, 0xfa, 0xdb, 0x11,
	    0x43, 0xc4, 0x33, 0x06, 0x93, 0x14, 0xd8, 0x36, 0x29, 0x83, 0xdc,
	    0x3c, 0x2e, 0x4a, 0x38 }
};

static struct sha384_digest
join(const struct sha384_digest *a, const struct sha384_digest *b)
{
	uint8_t both[2 * SHA384_BYTES];

	memcpy(both, a->bytes, SHA384_BYTES);
	memcpy(both + SHA384_BYTES, b->bytes, SHA384_BYTES);
	return sha384(span_of(both, sizeof(both)));
}

struct sha384_digest
deep_hash_blob(struct span blob)
{
	struct blob_hash b;

	if (blob.len == 0)
		return empty_blob;
	blob_hash_init(&b);
	blob_hash_update(&b, blob);
	return blob_hash_final(&b);
}

void
blob_hash_init(struct blob_hash *b)
{
	sha384_init(&b->body);
	b->len = 0;
}

void
blob_hash_update(struct blob_hash *b, struct span in)
{
	sha384_update(&b->body, in);
	b->len += in.len;
}

struct sha384_digest
blob_hash_final(struct blob_hash *b)
{
	struct sha384_digest body = sha384_final(&b->body);
	struct sha384_digest head;

	if (b->len == 0)
		return empty_blob;
	head = b->len == 32 ? head_blob_32 : hash_head("blob", b->len);
	return join(&head, &body);
}

struct sha384_digest
deep_hash_start(size_t count)
{
	return hash_head("list", count);
}

struct sha384_digest
deep_hash_fold(struct sha384_digest list, struct sha384_digest member)
{
	return join(&list, &member);
}

struct sha384_digest
deep_hash_list(const struct span *blobs, size_t count)
{
	struct sha384_digest list = deep_hash_start(count);

	for (size_t i = 0; i < count; i++)
		list = deep_hash_fold(list, deep_hash_blob(blobs[i]));
	return list;
}
