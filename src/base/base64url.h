/*
 * base64url - RFC 4648 section 5, without padding; ids are 43 characters.
 */
#ifndef BASE_BASE64URL_H
#define BASE_BASE64URL_H

#include "base/buf.h"
#include "base/error.h"

enum {
	ID_BYTES = 32,
	ID_CHARS = 43,
};

/* A message, process or module: SHA-256 of a signature. */
struct id {
	uint8_t bytes[ID_BYTES];
};

/* An id as text, zero-terminated. */
struct id_text {
	char text[ID_CHARS + 1];
};

/* Append the encoding of `in` to `out`. */
void base64url_encode(struct span in, struct buf *out);
/*
 * Append what `in` decodes to. Strict: no padding, no white space, no foreign
 * characters, unused bits zero. ERR_FORMAT names the offset.
 */
int base64url_decode(struct span in, struct buf *out, struct error *err);

/* As 43 characters; cannot fail. */
struct id_text id_encode(const struct id *id);
/* ERR_FORMAT unless `text` is exactly 43 characters of the alphabet. */
int id_decode(struct span text, struct id *id, struct error *err);

/* Not in constant time: ids are no secrets. */
static inline bool
id_equal(const struct id *a, const struct id *b)
{
	return memcmp(a->bytes, b->bytes, ID_BYTES) == 0;
}

/* The bytes themselves; borrowed while `id` lives. */
static inline struct span
id_span(const struct id *id)
{
	return span_of(id->bytes, ID_BYTES);
}

/* Take those of an id off the front of `in`, as other takes (buf.h). */
bool take_id(struct span *in, struct id *id);

#endif
