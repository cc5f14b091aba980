/* Any bytes as a result, and as the cache of a patch message. What came of it
 * gives the same when it is merged into an empty cache. */
#include "base/error.h"
#include "ao/patch.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

static void
merge_cache(struct patch_cache *c, struct span cache)
{
	struct buf json = BUF_INIT;

	buf_add_text(&json,
	    "{\"Messages\":[{\"device\":\"patch@1.0\",\"cache\":");
	buf_add_span(&json, cache);
	buf_add_text(&json, "}]}");
	patch_cache_merge(c, buf_span(&json));
	buf_release(&json);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	struct patch_cache c = PATCH_CACHE_INIT;
	struct patch_cache again = PATCH_CACHE_INIT;
	struct buf one = BUF_INIT;
	struct buf two = BUF_INIT;

	patch_cache_merge(&c, span_of(p, len));
	merge_cache(&c, span_of(p, len));
	merge_cache(&c, span_of(p, len / 2));
	(void)patch_cache_write(&c, span_of(p, len), &one);
	buf_clear(&one);
	ASSERT(patch_cache_write(&c, span_text(""), &one));
	merge_cache(&again, buf_span(&one));
	ASSERT(patch_cache_write(&again, span_text(""), &two));
	ASSERT(span_equal(buf_span(&one), buf_span(&two)));
	ASSERT(again.size == c.size && c.size <= PATCH_CACHE_MAX);
	patch_cache_release(&c);
	patch_cache_release(&again);
	buf_release(&one);
	buf_release(&two);
	return 0;
}
