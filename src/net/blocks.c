#include "net/blocks.h"

#include "base/base64url.h"
#include "base/clock.h"
#include "crypto/hash.h"
#include "ao/cron.h"

enum {
	FIXED_BYTES = BLOCK_ID_BYTES - 8, /* then the height, big endian */
};

/* What all ids begin with, so that they look like ids. */
static void
fixed_part(uint8_t out[FIXED_BYTES])
{
	struct sha384_digest d = sha384(span_text("aosh block"));

	memcpy(out, d.bytes, FIXED_BYTES);
}

struct block_id
block_id(uint64_t height)
{
	struct buf text = BUF_INIT;
	struct block_id id = { "" };
	uint8_t bytes[BLOCK_ID_BYTES];

	fixed_part(bytes);
	for (size_t i = 0; i < 8; i++)
		bytes[FIXED_BYTES + i] = (uint8_t)(height >> (56 - 8 * i));
	base64url_encode(span_of(bytes, sizeof(bytes)), &text);
	memcpy(id.text, text.p, BLOCK_ID_CHARS);
	buf_release(&text);
	return id;
}

bool
block_of_id(struct span text, uint64_t *height)
{
	struct buf bytes = BUF_INIT;
	uint8_t fixed[FIXED_BYTES];
	struct error ignored;
	bool ok;

	fixed_part(fixed);
	*height = 0;
	ok = text.len == BLOCK_ID_CHARS &&
	    base64url_decode(text, &bytes, &ignored) == 0 &&
	    memcmp(bytes.p, fixed, FIXED_BYTES) == 0;
	for (size_t i = 0; ok && i < 8; i++)
		*height = *height << 8 | bytes.p[FIXED_BYTES + i];
	buf_release(&bytes);
	return ok && *height >= CRON_FIRST_HEIGHT && *height <= block_newest();
}

uint64_t
block_ms(uint64_t height)
{
	return (height - CRON_FIRST_HEIGHT) * CRON_BLOCK_MS;
}

uint64_t
block_newest(void)
{
	return cron_height(clock_wall_ms());
}
