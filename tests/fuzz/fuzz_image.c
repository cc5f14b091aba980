/* What image_check() takes is laid out within its bounds, and made anew gives a
 * state of the same size. */
#include <stdlib.h>
#include <string.h>

#include "vm/lua/image.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

enum {
	MAX = 1 << 16,
	BASE = 4096
};

/* A template of no meaning, with a header and addresses. */
static const struct image_base *
base(void)
{
	static _Alignas(IMAGE_LINE) uint8_t bytes[BASE];
	static const struct image_base b = { bytes, BASE, 0x2100 };
	const uint64_t header[] = { ((uint64_t)0x2100 << 32) + 1024, BASE, BASE,
		((uint64_t)0x2100 << 32) + 64, 0x210000002100 };

	memcpy(bytes, header, sizeof(header));
	return &b;
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	static struct arena *window;
	struct span image = span_of(p, len);
	struct buf again = BUF_INIT;
	struct error err;

	if (!window)
		window = aligned_alloc(IMAGE_LINE, MAX);
	if (image_check(base(), image, image_place(window), MAX, &err) < 0)
		return 0;
	memset(window, 0xee, MAX);
	image_lay(base(), image, window, MAX);
	if (window->top != image_top(image))
		abort();
	image_make(base(), window, &again);
	if (image_check(base(), buf_span(&again), image_place(window), MAX,
		&err) < 0)
		abort();
	buf_release(&again);
	return 0;
}
