/*
 * The pieces of a new checkpoint go beside the old one's, under the other of
 * two generations; its head, written last, names the generation that counts.
 * Pieces are of a size that LMDB's free pages have room for again and again,
 * where one value of megabytes would need as many pages in a row.
 *
 * A step that is cut by the end of a slice is found again from what is in the
 * tree and from `piece`; a failed transaction ends the journal, so nothing need
 * be taken back.
 */
#include "store/journal_checkpoint.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/fault.h"
#include "store/journal_state.h"

enum {
	/* 16 pages of LMDB, whose first has a head */
	PIECE_BYTES = 16 * 4096 - 16,
	/* of one transaction: some 2 ms */
	SLICE_BYTES = 1 << 20,
	/* what an entry costs beside its bytes */
	ENTRY_BYTES = 4096,
	/* removed at a time */
	REMOVE_ENTRIES = 32,
};

struct head {
	uint8_t generation;
	uint64_t len;
};

void
checkpoint_changes_free(struct checkpoint_change *c)
{
	while (c) {
		struct checkpoint_change *next = c->next;

		buf_release(&c->bytes);
		free(c);
		c = next;
	}
}

static struct checkpoint_change *
add_change(struct batch *b, uint64_t number)
{
	struct checkpoint_change *c = xcalloc(1, sizeof(*c));
	struct checkpoint_change **at = &b->changes;

	c->number = number;
	while (*at)
		at = &(*at)->next;
	*at = c;
	return c;
}

void
batch_add_checkpoint(struct batch *b, const struct checkpoint *c)
{
	checkpoint_encode(c, &add_change(b, c->number)->bytes);
}

void
batch_drop_checkpoint(struct batch *b, uint64_t number)
{
	add_change(b, number);
}

/* --- keys and heads --- */

static struct index_key
head_key(uint64_t number)
{
	struct index_key k = { .len = 0 };

	key_add_u64(&k, number);
	return k;
}

static struct index_key
pieces_prefix(uint64_t number, uint8_t generation)
{
	struct index_key k = head_key(number);

	key_add_u8(&k, generation);
	return k;
}

static struct index_key
piece_key(uint64_t number, uint8_t generation, uint32_t piece)
{
	struct index_key k = pieces_prefix(number, generation);

	key_add_u32(&k, piece);
	return k;
}

/* False: there is none, or none that was ever written by us. */
static bool
get_head(struct kv_txn *txn, uint64_t number, struct head *h)
{
	struct index_key k = head_key(number);
	struct span value;

	return kv_get(txn, TREE_CHECKPOINT, key_span(&k), &value) &&
	    take_u8(&value, &h->generation) && h->generation <= 1 &&
	    take_u64(&value, &h->len) && h->len <= CHECKPOINT_BYTES_MAX;
}

static int
put_head(struct kv_txn *txn, uint64_t number, const struct head *h,
    struct error *err)
{
	struct index_key k = head_key(number);
	struct buf v = BUF_INIT;
	int rc;

	buf_add_byte(&v, h->generation);
	buf_add_u64(&v, h->len);
	rc = kv_put(txn, TREE_CHECKPOINT, key_span(&k), buf_span(&v), err);
	buf_release(&v);
	return rc;
}

/* --- writing --- */

void
saver_init(struct saver *s)
{
	*s = (struct saver){ .step = SAVE_BEGIN };
	s->end = &s->first;
	s->written_end = &s->written;
}

void
saver_add(struct saver *s, struct batch *b)
{
	b->next = NULL;
	*s->end = b;
	s->end = &b->next;
}

bool
saver_is_due(const struct saver *s)
{
	return s->first;
}

struct batch *
saver_take(struct saver *s, bool all)
{
	struct batch *taken;

	if (s->written)
		fault_die(FAULT_CHECKPOINT_DIES_AFTER);
	else if (s->first && s->step == SAVE_PIECES)
		fault_die(FAULT_CHECKPOINT_DIES_BETWEEN);
	if (all) {
		*s->written_end = s->first;
		s->first = NULL;
		s->end = &s->first;
	}
	taken = s->written;
	s->written = NULL;
	s->written_end = &s->written;
	return taken;
}

/* What is left of a slice, in bytes. */
static void
charge(size_t *left, size_t bytes)
{
	bytes += ENTRY_BYTES;
	*left -= bytes < *left ? bytes : *left;
}

/* Keys under a prefix: a walk must not change what it walks over. */
struct gathered {
	struct span prefix;
	struct index_key keys[REMOVE_ENTRIES];
	size_t count;
};

static bool
gather_key(void *arg, struct span key, __attribute__((unused)) struct span v)
{
	struct gathered *g = arg;

	if (!span_equal(span_first(key, g->prefix.len), g->prefix) ||
	    g->count == REMOVE_ENTRIES)
		return false;
	g->keys[g->count].len = 0;
	key_add_bytes(&g->keys[g->count++], key);
	return true;
}

/* 1: all are gone, 0: the slice is used up, -1. */
static int
remove_all(struct kv_txn *txn, const struct index_key *prefix, size_t *left,
    struct error *err)
{
	struct gathered g = { .prefix = key_span(prefix) };

	do {
		g.count = 0;
		if (kv_walk(txn, TREE_CHECKPOINT, g.prefix, gather_key, &g,
			err) < 0)
			return -1;
		for (size_t i = 0; i < g.count; i++)
			if (kv_delete(txn, TREE_CHECKPOINT,
				key_span(&g.keys[i]), err) < 0)
				return -1;
		charge(left, g.count * ENTRY_BYTES);
	} while (g.count == REMOVE_ENTRIES && *left > 0);
	return g.count < REMOVE_ENTRIES;
}

/* The generation that does not count must be empty before it is filled. */
static int
begin(struct saver *s, const struct checkpoint_change *c, struct kv_txn *txn,
    size_t *left, struct error *err)
{
	struct index_key spare;
	struct head h;
	int rc;

	s->generation = get_head(txn, c->number, &h) ? 1 - h.generation : 0;
	s->piece = 0;
	spare = pieces_prefix(c->number, s->generation);
	rc = remove_all(txn, &spare, left, err);
	if (rc > 0)
		s->step = SAVE_PIECES;
	return rc;
}

/* The pieces, then the head; it is never written before the last of them. */
static int
put_pieces(struct saver *s, const struct checkpoint_change *c,
    struct kv_txn *txn, size_t *left, struct error *err)
{
	struct head h = { s->generation, c->bytes.len };

	while (*left > 0) {
		size_t at = (size_t)s->piece * PIECE_BYTES;
		struct span rest = span_from(buf_span(&c->bytes), at);
		struct span piece = span_first(rest, PIECE_BYTES);
		struct index_key k =
		    piece_key(c->number, s->generation, s->piece);

		if (piece.len == 0) {
			s->step = SAVE_END;
			return put_head(txn, c->number, &h, err);
		}
		if (kv_put(txn, TREE_CHECKPOINT, key_span(&k), piece, err) < 0)
			return -1;
		s->piece++;
		charge(left, piece.len);
	}
	return 0;
}

/* The first change is made: on to the next. */
static void
end_change(struct saver *s)
{
	struct batch *b = s->first;
	struct checkpoint_change *c = b->changes;

	s->step = SAVE_BEGIN;
	b->changes = c->next;
	c->next = NULL;
	checkpoint_changes_free(c);
	if (b->changes)
		return;
	s->first = b->next;
	if (!s->first)
		s->end = &s->first;
	b->next = NULL;
	*s->written_end = b;
	s->written_end = &b->next;
}

/* A part of the first change, as much as the slice has room for. */
static int
save(struct saver *s, struct kv_txn *txn, size_t *left, struct error *err)
{
	const struct checkpoint_change *c = s->first->changes;
	struct index_key gone = head_key(c->number);
	int rc;

	if (c->bytes.len > 0 && s->step == SAVE_BEGIN)
		return begin(s, c, txn, left, err);
	if (c->bytes.len > 0 && s->step == SAVE_PIECES)
		return put_pieces(s, c, txn, left, err);
	/* all of one that is dropped: its head is the first key of it */
	if (c->bytes.len > 0)
		gone = pieces_prefix(c->number, 1 - s->generation);
	rc = remove_all(txn, &gone, left, err);
	if (rc > 0)
		end_change(s);
	return rc;
}

int
saver_write(struct saver *s, struct kv_txn *txn, struct error *err)
{
	size_t left = SLICE_BYTES;

	if (!s->first)
		return 0;
	while (s->first && left > 0)
		if (save(s, txn, &left, err) < 0)
			return FAIL_IN(err, "checkpoint");
	fault_die(FAULT_CHECKPOINT_DIES_BEFORE);
	return 0;
}

/* --- reading --- */

/* The bytes as they were encoded; false: pieces are missing. */
static bool
get_pieces(struct kv_txn *txn, uint64_t number, const struct head *h,
    struct buf *out)
{
	for (uint32_t i = 0; out->len < h->len; i++) {
		struct index_key k = piece_key(number, h->generation, i);
		struct span piece;

		if (!kv_get(txn, TREE_CHECKPOINT, key_span(&k), &piece) ||
		    piece.len == 0 || piece.len > h->len - out->len)
			return false;
		if (i == 0)
			buf_reserve(out, h->len);
		buf_add_span(out, piece);
	}
	return true;
}

static int
read_checkpoint(struct kv_txn *txn, uint64_t number, struct buf *out,
    struct error *err)
{
	struct index_key k = head_key(number);
	struct span value;
	struct head h;

	if (!kv_get(txn, TREE_CHECKPOINT, key_span(&k), &value))
		return FAIL(err, ERR_NOT_FOUND, "no checkpoint");
	if (!get_head(txn, number, &h) || !get_pieces(txn, number, &h, out))
		return FAIL(err, ERR_FORMAT, "a checkpoint that is cut off");
	return 0;
}

int
journal_read_checkpoint(struct journal *j, uint64_t number,
    struct checkpoint_record *out, struct error *err)
{
	struct checkpoint_record got;
	struct buf bytes = BUF_INIT;
	struct kv_txn *txn;
	int rc;

	if (kv_begin(j->kv, false, &txn, err) < 0)
		return -1;
	rc = read_checkpoint(txn, number, &bytes, err);
	kv_abort(txn);
	if (rc == 0)
		rc = checkpoint_decode(buf_span(&bytes), &got, err);
	buf_release(&bytes);
	if (rc < 0)
		return FAIL_IN(err, "process %" PRIu64, number);
	if (got.number != number) {
		checkpoint_record_release(&got);
		return FAIL(err, ERR_FORMAT,
		    "process %" PRIu64 ": another's checkpoint", number);
	}
	*out = got;
	return 0;
}
