/* Items in pieces give what items in one piece give. */
#include "codec/item_read.h"
#include "test.h"

static const char *const names[] = { "arweave-large-data", "arweave-plain",
	"ed25519-large-data", "ed25519-empty-data", "ethereum-4096-tag-bytes",
	"solana-ao-message", "typed-ethereum-plain" };

enum {
	NAMES = sizeof(names) / sizeof(*names)
};

static struct buf
vector(const char *name)
{
	char path[100];

	snprintf(path, sizeof(path), "ans104/valid/%s.bin", name);
	return test_vector(path);
}

static void
check_same(struct span in, const struct item_view *view)
{
	struct sha256_digest data_hash;
	struct sha384_digest deep_hash;
	struct data_item item;
	struct error err;
	struct id id;

	CHECK_OK(ans104_decode(in, &item, &err), err);
	id = ans104_id(&item);
	deep_hash = ans104_deep_hash(&item);
	data_hash = sha256(item.data);
	CHECK(view->decoded);
	CHECK(id_equal(&view->id, &id));
	CHECK_INT(view->data_size, item.data.len);
	CHECK(!memcmp(&view->deep_hash, &deep_hash, sizeof(deep_hash)));
	CHECK(!memcmp(&view->data_sha256, &data_hash, sizeof(data_hash)));
	CHECK(span_equal(view->item.tag_bytes, item.tag_bytes));
	CHECK(span_equal(view->item.data,
	    span_first(item.data, view->item.data.len)));
}

TEST(item_read, pieces_of_any_size_give_the_same)
{
	static const size_t rooms[] = { 1, 7, 64, 1000, 1 << 16 };
	static uint8_t piece[1 << 16];

	for (size_t i = 0; i < NAMES; i++) {
		struct buf bytes = vector(names[i]);
		struct span in = buf_span(&bytes);
		struct item_reader r = { byte_source_of(&in), piece, 0, true };
		struct item_view view;
		struct error err;

		for (size_t k = 0; k < sizeof(rooms) / sizeof(*rooms); k++) {
			r.room = rooms[k];
			CHECK_OK(item_read(&r, 0, in.len, &view, &err), err);
			check_same(in, &view);
			CHECK_OK(item_read(&r, 0, TO_THE_END, &view, &err),
			    err);
			check_same(in, &view);
		}
		buf_release(&bytes);
	}
}

TEST(item_read, an_item_may_stand_in_the_middle)
{
	struct buf item = vector("ed25519-large-data");
	struct buf bytes = BUF_INIT;
	struct span in;
	uint8_t piece[77];
	struct item_reader r = { { 0 }, piece, sizeof(piece), true };
	struct item_view view;
	struct error err;

	buf_add_text(&bytes, "before");
	buf_add_span(&bytes, buf_span(&item));
	buf_add_text(&bytes, "behind");
	in = buf_span(&bytes);
	r.from = byte_source_of(&in);
	CHECK_OK(item_read(&r, 6, item.len, &view, &err), err);
	check_same(buf_span(&item), &view);
	CHECK_INT(view.data_at + view.data_size, 6 + item.len);
	/* "behind" belongs to what has no end of its own */
	CHECK_INT(item_read(&r, 6, TO_THE_END, &view, &err), -1);
	CHECK_INT(err.code, ERR_SIGNATURE);
	CHECK(view.decoded);
	buf_release(&item);
	buf_release(&bytes);
}

TEST(item_read, a_source_that_became_shorter_is_no_verdict)
{
	struct buf bytes = vector("ed25519-large-data");
	struct span in = buf_span(&bytes);
	struct span cut = in;
	uint8_t piece[4096];
	struct item_reader r = { byte_source_of(&cut), piece, sizeof(piece),
		false };
	struct item_view view;
	struct error err;

	for (cut.len = 0; cut.len < in.len; cut.len += 1 + cut.len / 3) {
		CHECK_INT(item_read(&r, 0, in.len, &view, &err), -1);
		CHECK_TEXT(err.text, "it became shorter while it was read");
		CHECK(!item_is_verdict(err.code));
	}
	buf_release(&bytes);
}

static ssize_t
broken(void *arg, uint64_t at, uint8_t *out, size_t n, struct error *err)
{
	const uint64_t *good = arg;

	if (at + n > *good)
		return FAIL(err, ERR_INTERRUPTED, "interrupted");
	memset(out, 0, n);
	out[0] = 2;
	return (ssize_t)n;
}

TEST(item_read, a_failure_of_the_source_is_passed_on)
{
	uint64_t good = 0;
	uint8_t piece[100];
	struct item_reader r = { { broken, &good }, piece, sizeof(piece),
		false };
	struct item_view view;
	struct item_walk w;
	struct error err;

	CHECK_INT(item_read(&r, 0, 100000, &view, &err), -1);
	CHECK_INT(err.code, ERR_INTERRUPTED);
	CHECK(!view.decoded);
	good = 10000;
	CHECK_INT(item_read(&r, 0, 100000, &view, &err), -1);
	CHECK_INT(err.code, ERR_INTERRUPTED);
	CHECK_INT(item_walk_find(&r, 100000, &w, &err), -1);
	good = 16;
	CHECK_INT(item_walk_find(&r, 100000, &w, &err), -1);
	CHECK_INT(err.code, ERR_INTERRUPTED);
}
