/*
 * Overlong forms, surrogates and numbers beyond U+10FFFF are all ruled out by
 * the range of the second byte, which depends on the first; from the third on
 * any continuation will do. So a bad sequence ends where it goes wrong, which
 * is what Unicode calls the maximal subpart.
 */
#include "codec/utf8.h"

/* What may follow a first byte: bytes in all, and the range of the second. */
struct lead {
	size_t bytes; /* 0: the byte starts nothing */
	uint8_t low;
	uint8_t high;
};

/* The ranges are those of RFC 3629, section 4. */
static struct lead
lead_of(uint8_t c)
{
	if (c < 0x80)
		return (struct lead){ 1, 0, 0 };
	if (c < 0xc2 || c > 0xf4)
		return (struct lead){ 0, 0, 0 };
	if (c < 0xe0)
		return (struct lead){ 2, 0x80, 0xbf };
	if (c == 0xe0)
		return (struct lead){ 3, 0xa0, 0xbf };
	if (c == 0xed)
		return (struct lead){ 3, 0x80, 0x9f };
	if (c < 0xf0)
		return (struct lead){ 3, 0x80, 0xbf };
	if (c == 0xf0)
		return (struct lead){ 4, 0x90, 0xbf };
	return (struct lead){ 4, 0x80, c == 0xf4 ? 0x8f : 0xbf };
}

size_t
utf8_next(struct span s, bool *valid)
{
	struct lead lead = lead_of(s.p[0]);
	size_t n = 1;

	if (n < lead.bytes && n < s.len && s.p[1] >= lead.low &&
	    s.p[1] <= lead.high) {
		n++;
		while (n < lead.bytes && n < s.len && (s.p[n] & 0xc0) == 0x80)
			n++;
	}
	*valid = n == lead.bytes;
	return n;
}

bool
utf8_valid(struct span s)
{
	bool valid = true;

	for (size_t i = 0; i < s.len && valid;)
		if (s.p[i] < 0x80)
			i++;
		else
			i += utf8_next(span_from(s, i), &valid);
	return valid;
}

void
utf8_add(struct buf *out, uint32_t c)
{
	static const uint8_t lead[] = { 0, 0xc0, 0xe0, 0xf0 };
	int rest = (c >= 0x80) + (c >= 0x800) + (c >= 0x10000);

	buf_add_byte(out, (uint8_t)(lead[rest] | c >> 6 * rest));
	while (rest-- > 0)
		buf_add_byte(out, (uint8_t)(0x80 | (c >> 6 * rest & 0x3f)));
}
