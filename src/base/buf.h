/*
 * buf - owned bytes that grow.
 *
 * Start with BUF_INIT or all zeroes, end with buf_release(). `p` is followed
 * by a zero byte that `len` does not count (except in a fresh, empty buf,
 * where p is NULL: use buf_text() for C strings). Out of memory ends the
 * program.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdint.h>

#include "base/span.h"

struct buf {
	uint8_t *p;
	size_t len;
	size_t room;
};

#define BUF_INIT           \
	{                  \
		NULL, 0, 0 \
	}

/* A copy of those bytes that has no room beside. */
struct buf buf_copy(struct span s);
/* Free the bytes; the buf is empty and may be used again. */
void buf_release(struct buf *b);
/*
 * The same for bytes that are a secret: they are overwritten first. Such a buf
 * is given all its room at once, since growing leaves copies behind.
 */
void buf_wipe(struct buf *b);
/* Empty it, keep the memory. */
void buf_clear(struct buf *b);
/* Make room for n more bytes and give where they go; len is unchanged. */
uint8_t *buf_reserve(struct buf *b, size_t n);
/* Append `len` bytes; they must not lie in the buf itself. */
void buf_add(struct buf *b, const void *p, size_t len);
/* The same for a span. */
void buf_add_span(struct buf *b, struct span s);
/* The same for a zero-terminated text, without its zero. */
void buf_add_text(struct buf *b, const char *text);
/* The same for one byte. */
void buf_add_byte(struct buf *b, uint8_t byte);
/* Append what printf() would write. */
void buf_printf(struct buf *b, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* Little-endian integers, as the wire formats and our records have them. */
void buf_add_u16(struct buf *b, uint16_t v);
/* The same, four bytes. */
void buf_add_u32(struct buf *b, uint32_t v);
/* The same, eight bytes. */
void buf_add_u64(struct buf *b, uint64_t v);
/* A length of 4 bytes, then the bytes; take_block() reads it back. */
void buf_add_block(struct buf *b, struct span s);

/* What is in it; borrowed until the buf changes. */
static inline struct span
buf_span(const struct buf *b)
{
	return (struct span){ b->p, b->len };
}

/* As a C string; borrowed until the buf changes. */
static inline const char *
buf_text(const struct buf *b)
{
	return b->p ? (const char *)b->p : "";
}

/*
 * Reading records back: each takes from the front of `in` and moves it on;
 * false, nothing moved, when it is too short.
 */
bool take_u8(struct span *in, uint8_t *v);
bool take_u16(struct span *in, uint16_t *v);
/* The same, four bytes. */
bool take_u32(struct span *in, uint32_t *v);
/* The same, eight bytes. */
bool take_u64(struct span *in, uint64_t *v);
/* The next n bytes; they stay where they are, borrowed. */
bool take_bytes(struct span *in, size_t n, struct span *v);
/* What buf_add_block() wrote: a length of 4 bytes, then so many. */
bool take_block(struct span *in, struct span *v);

#endif
