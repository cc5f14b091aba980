/*
 * item_read - items and bundles that are read piece by piece, so that their
 * size does not matter: files, pipes, memory.
 *
 * What is held of an item is its head and one piece of its data. A bundle is
 * walked by the offsets in its head; bundles inside it are walked the same way,
 * down to BUNDLE_DEPTH_MAX. No memory is allocated.
 *
 * Failures are of two kinds: those about the bytes, which are a verdict on the
 * item (item_is_verdict()), and those of the source.
 *
 * Threads: as many readers of one source as its read() allows.
 */
#ifndef CODEC_ITEM_READ_H
#define CODEC_ITEM_READ_H

#include <sys/types.h>

#include "codec/ans104_bundle.h"

/* The length of what goes on to the end of its source. */
#define TO_THE_END UINT64_MAX

struct byte_source {
	/*
	 * Read n bytes from offset `at` on: fewer only where the source ends.
	 * -1: `err` says why, with a code that is no verdict.
	 */
	ssize_t (*read)(void *arg, uint64_t at, uint8_t *out, size_t n,
	    struct error *err);
	void *arg;
};

/* A source over bytes in memory; the span is borrowed with it. */
struct byte_source byte_source_of(const struct span *bytes);

struct item_reader {
	struct byte_source from;
	uint8_t *piece; /* borrowed: where data is read to */
	size_t room;    /* its bytes, at least 1 */
	bool data_hash; /* the SHA-256 of the data is wanted, too */
};

enum {
	/* of the data, whatever stands in front of it */
	VIEW_DATA_BYTES = 512,
};

/*
 * What there is to know of an item. Its spans point into itself: it is never
 * copied.
 */
struct item_view {
	bool decoded;          /* else nothing below means anything */
	struct data_item item; /* its data is no more than a beginning */
	struct id id;
	uint64_t data_at; /* offset in the source */
	uint64_t data_size;
	struct sha256_digest data_sha256; /* if it was wanted */
	struct sha384_digest deep_hash;

	size_t head_len;
	uint8_t head[ANS104_HEAD_MAX + VIEW_DATA_BYTES];
};

/*
 * Decode and verify the item at `at`, of `len` bytes or TO_THE_END. Reads from
 * front to back, each byte once. With a verdict about the signature alone, all
 * of `out` is filled in.
 */
int item_read(const struct item_reader *r, uint64_t at, uint64_t len,
    struct item_view *out, struct error *err);
/*
 * Whether what was not valid begins as a bundle does. The number of items there
 * may well pass for a signature type.
 */
bool item_seems_bundle(const struct item_view *view);
/* Whether an error of that code is one of the bytes themselves. */
bool item_is_verdict(enum error_code code);

/* A bundle that is walked from its first item to its last. */
struct item_walk {
	uint64_t count;
	uint64_t index;    /* of the next item, from 0 */
	uint64_t entry_at; /* offsets of its entry and of itself */
	uint64_t item_at;
	uint64_t end;
};

/* An item in a bundle. */
struct item_place {
	uint64_t index; /* from 0 */
	uint64_t at;
	struct bundle_entry entry;
};

/*
 * Look at the whole head of the bundle at `at`, `len` bytes long: the sizes add
 * up to what stands behind it. The text names the part.
 */
int item_walk_open(const struct item_reader *r, uint64_t at, uint64_t len,
    struct item_walk *w, struct error *err);
/*
 * The same for a source of `len` bytes that is a bundle, or an item that holds
 * one. Such an item is verified.
 */
int item_walk_find(const struct item_reader *r, uint64_t len,
    struct item_walk *w, struct error *err);
/* The next item: 1, or 0 when there is none. */
int item_walk_next(const struct item_reader *r, struct item_walk *w,
    struct item_place *out, struct error *err);
/*
 * item_read() of an item in a bundle, then: its id is that of the entry, and
 * when it holds a bundle, that one and those in it are whole and valid. The
 * text says where, from outside in. ERR_LIMIT: nested too deeply.
 */
int item_walk_check(const struct item_reader *r, const struct item_place *place,
    struct item_view *out, struct error *err);

#endif
