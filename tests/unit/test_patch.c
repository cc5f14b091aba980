#include "ao/patch.h"
#include "test.h"

static void
merge_text(struct patch_cache *c, const char *json)
{
	patch_cache_merge(c, span_text(json));
}

/* A classic result of one message with these tags. */
static void
merge_tags(struct patch_cache *c, const char *tags)
{
	struct buf b = BUF_INIT;

	buf_printf(&b,
	    "{\"Assignments\":[],\"Messages\":[{\"Anchor\":\"0\",\"Tags\":["
	    "{\"name\":\"Data-Protocol\",\"value\":\"ao\"},"
	    "{\"name\":\"Type\",\"value\":\"Message\"},"
	    "{\"name\":\"Reference\",\"value\":\"1\"},%s]}],\"Output\":[],"
	    "\"Spawns\":[]}",
	    tags);
	patch_cache_merge(c, buf_span(&b));
	buf_release(&b);
}

#define DEVICE "{\"name\":\"device\",\"value\":\"patch@1.0\"}"

static void
shows(const struct patch_cache *c, const char *key, const char *json)
{
	struct buf out = BUF_INIT;

	CHECK(patch_cache_write(c, span_text(key), &out));
	CHECK_TEXT(buf_text(&out), json);
	buf_release(&out);
}

static void
lacks(const struct patch_cache *c, const char *key)
{
	struct buf out = BUF_INIT;

	CHECK(!patch_cache_write(c, span_text(key), &out));
	CHECK_INT(out.len, 0);
	buf_release(&out);
}

TEST(patch, an_empty_cache_is_an_empty_object)
{
	struct patch_cache c = PATCH_CACHE_INIT;

	shows(&c, "", "{}");
	lacks(&c, "x");
	patch_cache_release(&c);
}

TEST(patch, tags_with_tables_are_merged)
{
	struct patch_cache c = PATCH_CACHE_INIT;

	merge_tags(&c,
	    "{\"name\":\"cache\",\"value\":{\"a\":1,\"b\":{\"X\":\"y\"}}}," DEVICE);
	shows(&c, "", "{\"a\":1,\"b\":{\"X\":\"y\"}}");
	merge_tags(&c,
	    DEVICE ",{\"name\":\"Cache\",\"value\":{\"b\":{\"x\":[1,2]},"
		   "\"A\":\"two\"}}");
	shows(&c, "", "{\"a\":\"two\",\"b\":{\"X\":\"y\",\"x\":[1,2]}}");
	shows(&c, "B", "{\"X\":\"y\",\"x\":[1,2]}");
	patch_cache_release(&c);
}

TEST(patch, other_fields_are_entries_and_those_of_the_protocol_are_not)
{
	struct patch_cache c = PATCH_CACHE_INIT;

	merge_tags(&c,
	    DEVICE
	    ",{\"name\":\"balances\",\"value\":{\"ann\":\"1\",\"bob\":\"2\"}},"
	    "{\"name\":\"token-info\",\"value\":{\"ticker\":\"T\"}},"
	    "{\"name\":\"Action\",\"value\":\"Patch\"}");
	merge_tags(&c,
	    "{\"name\":\"balances\",\"value\":{\"bob\":\"5\"}}," DEVICE);
	shows(&c, "",
	    "{\"balances\":{\"ann\":\"1\",\"bob\":\"5\"},"
	    "\"token-info\":{\"ticker\":\"T\"}}");
	patch_cache_release(&c);
}

TEST(patch, only_messages_for_the_device_count)
{
	struct patch_cache c = PATCH_CACHE_INIT;

	merge_tags(&c, "{\"name\":\"cache\",\"value\":{\"a\":1}}");
	merge_tags(&c,
	    "{\"name\":\"cache\",\"value\":{\"a\":\"patch@1.0\"}},"
	    "{\"name\":\"device\",\"value\":\"patch@1.0x\"}");
	merge_tags(&c,
	    "{\"name\":\"cache\",\"value\":{\"a\":\"PATCH\"}},"
	    "{\"name\":\"method\",\"value\":\"patch\"}");
	merge_text(&c,
	    "{\"Error\":\"\\\"patch@1.0\\\"\",\"Messages\":[{\"device\":"
	    "\"patch@1.0\",\"cache\":{\"a\":1}}]}");
	shows(&c, "", "{}");
	merge_tags(&c,
	    "{\"name\":\"cache\",\"value\":{\"a\":1}},"
	    "{\"name\":\"METHOD\",\"value\":\"PATCH\"}");
	shows(&c, "", "{\"a\":1}");
	patch_cache_release(&c);
}

TEST(patch, hyper_results_are_walked_in_the_order_of_sending)
{
	struct patch_cache c = PATCH_CACHE_INIT;
	struct buf b = BUF_INIT;

	buf_add_text(&b, "{\"info\":\"hyper-aos\",\"outbox\":{");
	for (int i = 1; i <= 12; i++)
		buf_printf(&b,
		    "\"%d\":{\"cache\":{\"last\":%d},\"device\":\"patch@1.0\","
		    "\"reference\":\"%d\",\"target\":\"T\"},",
		    i, i, i);
	buf_add_text(&b,
	    "\"13\":{\"Balances\":{\"ann\":7},\"method\":\"PATCH\"}}}");
	patch_cache_merge(&c, buf_span(&b));
	shows(&c, "", "{\"balances\":{\"ann\":7},\"last\":12}");
	merge_text(&c,
	    "{\"process\":{},\"results\":{\"outbox\":{\"1\":{\"cache\":"
	    "{\"last\":13},\"device\":\"patch@1.0\"}},\"output\":{}}}");
	shows(&c, "last", "13");
	merge_text(&c,
	    "{\"results\":{\"error\":\"no\",\"outbox\":{\"1\":{\"cache\":"
	    "{\"last\":14},\"device\":\"patch@1.0\"}}}}");
	shows(&c, "last", "13");
	buf_release(&b);
	patch_cache_release(&c);
}

TEST(patch, null_takes_away_and_an_empty_list_spares_objects)
{
	struct patch_cache c = PATCH_CACHE_INIT;

#define MERGE(cache)   \
	merge_text(&c, \
	    "{\"Messages\":[{\"device\":\"patch@1.0\",\"cache\":" cache "}]}")
	MERGE("{\"a\":{\"b\":1,\"c\":2},\"list\":[1]}");
	MERGE("{\"a\":[],\"list\":[]}");
	shows(&c, "", "{\"a\":{\"b\":1,\"c\":2},\"list\":[]}");
	MERGE("{\"a\":{\"b\":null},\"none\":null,\"new\":{\"x\":null}}");
	shows(&c, "", "{\"a\":{\"c\":2},\"list\":[],\"new\":{}}");
	MERGE("{\"a\":7,\"new\":[1],\"list\":{\"k\":[]}}");
	shows(&c, "", "{\"a\":7,\"list\":{\"k\":[]},\"new\":[1]}");
	MERGE("{\"a\":null,\"new\":null,\"list\":null}");
	shows(&c, "", "{}");
	CHECK_INT(c.size, 0);
	patch_cache_release(&c);
}

TEST(patch, numbers_keep_their_digits)
{
	struct patch_cache c = PATCH_CACHE_INIT;

	MERGE("{\"a\":0.1,\"b\":12345678901,\"c\":1.5e+300,\"d\":-0,"
	      "\"e\":true}");
	shows(&c, "a", "0.1");
	shows(&c, "b", "12345678901");
	shows(&c, "c", "1.5e300");
	shows(&c, "e", "true");
	patch_cache_release(&c);
}

TEST(patch, anything_else_changes_nothing)
{
	static const char *const texts[] = { "", "\"patch@1.0\"", "[\"PATCH\"",
		"{\"Messages\":\"patch@1.0\"}",
		"{\"Messages\":[\"patch@1.0\"]}",
		"{\"outbox\":[{\"device\":\"patch@1.0\",\"cache\":{\"a\":1}}]}",
		"{\"outbox\":{\"1\":\"patch@1.0\"},\"results\":\"PATCH\"}",
		"{\"Messages\":[{\"device\":\"patch@1.0\",\"cache\":\"a\"}]}",
		"{\"Messages\":[{\"device\":\"patch@1.0\",\"cache\":[1]}]}",
		"{\"Messages\":[{\"device\":\"patch@1.0\",\"cache\":{\"a\\u0000\":"
		"1}}]}",
		"{\"Messages\":[{\"Tags\":{\"name\":\"device\",\"value\":"
		"\"patch@1.0\"},\"cache\":{\"a\":1}}]}",
		"{\"Messages\":[{\"Tags\":[7,{\"name\":\"device\"},{\"name\":{},"
		"\"value\":\"patch@1.0\"}],\"cache\":{\"a\":1}}]}" };
	struct patch_cache c = PATCH_CACHE_INIT;
	struct buf out = BUF_INIT;

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		merge_text(&c, texts[i]);
		shows(&c, "", "{}");
	}
	MERGE("{\"a\":1}");
	CHECK(!patch_cache_write(&c, span_of("a\0b", 3), &out));
	patch_cache_release(&c);
}

TEST(patch, what_is_too_large_is_left_out)
{
	struct patch_cache c = PATCH_CACHE_INIT;
	struct buf b = BUF_INIT;

	MERGE("{\"small\":1,\"large\":2}");
	buf_add_text(&b,
	    "{\"Messages\":[{\"device\":\"patch@1.0\",\"cache\":{\"large\":\"");
	for (int i = 0; i < PATCH_CACHE_MAX / 16; i++)
		buf_add_text(&b, "0123456789abcdef");
	buf_add_text(&b, "\",\"small\":3,\"list\":[");
	for (int i = 0; i < PATCH_CACHE_MAX / 64; i++)
		buf_add_text(&b, "[],");
	buf_add_text(&b, "1]}}]}");
	patch_cache_merge(&c, buf_span(&b));
	shows(&c, "", "{\"large\":2,\"small\":3}");
	CHECK(c.size < 1000);
	buf_release(&b);
	patch_cache_release(&c);
}

TEST(patch, the_limit_holds_over_many_messages)
{
	struct patch_cache c = PATCH_CACHE_INIT;
	struct buf b = BUF_INIT;

	buf_add_text(&b,
	    "{\"Messages\":[{\"device\":\"patch@1.0\",\"cache\":{\"a\":1");
	for (int i = 0; i < 300000; i++)
		buf_printf(&b, ",\"key-%d\":{}", i);
	buf_add_text(&b, "}}]}");
	patch_cache_merge(&c, buf_span(&b));
	shows(&c, "a", "1");
	shows(&c, "key-1000", "{}");
	lacks(&c, "key-299999");
	CHECK(c.size <= PATCH_CACHE_MAX);
	buf_release(&b);
	patch_cache_release(&c);
}
