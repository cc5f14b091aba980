/*
 * Room grows by half, so appending costs a constant for each byte in the long
 * run and a large buf wastes at most a third. The byte behind the end is always
 * there and zero once anything was added: buf_text() needs no copy.
 */
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/error.h"

enum {
	SMALLEST_ROOM = 64
};

struct buf
buf_copy(struct span s)
{
	struct buf b = { xmalloc(s.len + 1), s.len, s.len + 1 };

	if (s.len)
		memcpy(b.p, s.p, s.len);
	b.p[s.len] = 0;
	return b;
}

void
buf_release(struct buf *b)
{
	free(b->p);
	*b = (struct buf)BUF_INIT;
}

/* In a way that compilers do not leave out. */
void
buf_wipe(struct buf *b)
{
	if (b->p)
		explicit_bzero(b->p, b->room);
	buf_release(b);
}

void
buf_clear(struct buf *b)
{
	b->len = 0;
	if (b->p)
		b->p[0] = 0;
}

uint8_t *
buf_reserve(struct buf *b, size_t n)
{
	size_t room = b->room;

	ASSERT(n < SIZE_MAX / 4 && b->len < SIZE_MAX / 4);
	if (b->len + n + 1 > room) {
		if (room < SMALLEST_ROOM)
			room = SMALLEST_ROOM;
		while (room < b->len + n + 1)
			room += room / 2;
		b->p = xrealloc(b->p, room);
		b->room = room;
	}
	return b->p + b->len;
}

void
buf_add(struct buf *b, const void *p, size_t len)
{
	uint8_t *to = buf_reserve(b, len);

	if (len)
		memcpy(to, p, len);
	b->len += len;
	b->p[b->len] = 0;
}

void
buf_add_span(struct buf *b, struct span s)
{
	buf_add(b, s.p, s.len);
}

void
buf_add_text(struct buf *b, const char *text)
{
	buf_add(b, text, strlen(text));
}

void
buf_add_byte(struct buf *b, uint8_t byte)
{
	buf_add(b, &byte, 1);
}

void
buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	ASSERT(n >= 0);
	buf_reserve(b, (size_t)n);
	va_start(ap, fmt);
	vsnprintf((char *)b->p + b->len, (size_t)n + 1, fmt, ap);
	va_end(ap);
	b->len += (size_t)n;
}

/* Least significant byte first, whatever the machine's own order is. */
static void
add_le(struct buf *b, uint64_t v, size_t bytes)
{
	uint8_t le[8];

	for (size_t i = 0; i < bytes; i++)
		le[i] = (uint8_t)(v >> (8 * i));
	buf_add(b, le, bytes);
}

void
buf_add_u16(struct buf *b, uint16_t v)
{
	add_le(b, v, 2);
}

void
buf_add_u32(struct buf *b, uint32_t v)
{
	add_le(b, v, 4);
}

void
buf_add_u64(struct buf *b, uint64_t v)
{
	add_le(b, v, 8);
}

void
buf_add_block(struct buf *b, struct span s)
{
	ASSERT(s.len <= UINT32_MAX);
	buf_add_u32(b, (uint32_t)s.len);
	buf_add_span(b, s);
}

/* The same back; nothing is taken when it is too short. */
static bool
take_le(struct span *in, size_t bytes, uint64_t *v)
{
	uint64_t n = 0;

	if (in->len < bytes)
		return false;
	for (size_t i = 0; i < bytes; i++)
		n |= (uint64_t)in->p[i] << (8 * i);
	*in = span_from(*in, bytes);
	*v = n;
	return true;
}

bool
take_u8(struct span *in, uint8_t *v)
{
	uint64_t n;

	if (!take_le(in, 1, &n))
		return false;
	*v = (uint8_t)n;
	return true;
}

bool
take_u16(struct span *in, uint16_t *v)
{
	uint64_t n;

	if (!take_le(in, 2, &n))
		return false;
	*v = (uint16_t)n;
	return true;
}

bool
take_u32(struct span *in, uint32_t *v)
{
	uint64_t n;

	if (!take_le(in, 4, &n))
		return false;
	*v = (uint32_t)n;
	return true;
}

bool
take_u64(struct span *in, uint64_t *v)
{
	return take_le(in, 8, v);
}

bool
take_bytes(struct span *in, size_t n, struct span *v)
{
	if (in->len < n)
		return false;
	*v = span_first(*in, n);
	*in = span_from(*in, n);
	return true;
}

bool
take_block(struct span *in, struct span *v)
{
	struct span rest = *in;
	uint32_t n;

	if (!take_u32(&rest, &n) || !take_bytes(&rest, n, v))
		return false;
	*in = rest;
	return true;
}
