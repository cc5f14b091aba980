/*
 * result - what the evaluation of one slot gave.
 *
 * The canonical form is JSON with sorted keys, no blanks, valid UTF-8: for a
 * success {"Assignments":[…],"Messages":[…],"Output":…,"Spawns":[…]}, for a
 * failure {"Error":…}, with "verdict" when a hard limit was met. The chain and
 * comparisons are made over these bytes. Source: design section 5.
 */
#ifndef AO_RESULT_H
#define AO_RESULT_H

#include <jansson.h>

#include "base/base64url.h"
#include "crypto/digest.h"

enum verdict {
	VERDICT_OK,
	VERDICT_ERROR,        /* the program failed: Error is its text */
	VERDICT_INSTRUCTIONS, /* too many instructions: same on any machine */
	/* facts, taken from the log by a replay: */
	VERDICT_MEMORY,
	VERDICT_TIME,
	VERDICT_INTERRUPTED,
	VERDICT_OUTPUT, /* the result is too large to be kept */
	VERDICT_COMPUTE /* too many instructions for this node */
};

struct result {
	enum verdict verdict;
	struct buf json; /* canonical; owned */
};

#define RESULT_INIT                  \
	{                            \
		VERDICT_OK, BUF_INIT \
	}

/* Free the text; `r` may be filled in again. */
void result_release(struct result *r);
/* Make `r` a failure with that text (invalid UTF-8 replaced). */
void result_fail(struct result *r, enum verdict verdict, struct span text);
/* "ok", "error", "instructions", "memory", "time", "interrupted", "output",
 * "compute" */
const char *verdict_name(enum verdict v);
/* True for verdicts that depend on the machine and are taken from the log. */
bool verdict_is_fact(enum verdict v);

/* Append `text` as a JSON string; invalid UTF-8 becomes U+FFFD. */
void json_add_string(struct buf *out, struct span text);

/* Parsed; owned, json_decref(). NULL only for text that is not ours. */
json_t *result_parse(struct span json);

/*
 * The running chain of design section 5. `release` is what stands in the
 * first link: Lua release, pointer size, native library version.
 */
void result_chain_first(const struct id *process, const char *release,
    uint8_t out[SHA256_BYTES]);
/* SHA-256(previous, message, SHA-256(json)). `out` may be `previous`. */
void result_chain_next(const uint8_t previous[SHA256_BYTES],
    const struct id *message, struct span json, uint8_t out[SHA256_BYTES]);
/* The same for a cron tick, whose key (cron_key()) stands for the message. */
void result_chain_tick(const uint8_t previous[SHA256_BYTES], struct span key,
    struct span json, uint8_t out[SHA256_BYTES]);

#endif
