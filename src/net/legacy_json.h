/*
 * legacy_json - what the units of a legacy network answer, and from JSON alone.
 *
 * Every byte is taken for hostile: texts have limits before they are parsed,
 * and what has another form than told here is ERR_FORMAT. Pure functions.
 * Source: spec/ao-network.md 6.8, 9 to 11.
 */
#ifndef NET_LEGACY_JSON_H
#define NET_LEGACY_JSON_H

#include <jansson.h>

#include "ao/position.h"
#include "ao/result.h"

enum {
	/* values of one text; each takes some 50 bytes */
	LEGACY_VALUES_MAX = 4 << 20,
	LEGACY_CURSOR_MAX = 512 /* bytes of a cursor */
};

/*
 * Parse a text that is an object; owned, json_decref(). ERR_FORMAT;
 * ERR_LIMIT: more values than LEGACY_VALUES_MAX.
 */
int legacy_parse(struct span text, json_t **out, struct error *err);
/* A member that is a text; borrowed from `object`; p NULL: it is none. */
struct span legacy_text(const json_t *object, const char *name);
/* The same of an id. False: it is none. */
bool legacy_id(const json_t *object, const char *name, struct id *out);
/* A whole number, be it a number or a text of digits. False: it is none. */
bool legacy_number(const json_t *value, uint64_t *out);

/*
 * Append what a unit says of a failure: its "error" or "message", else the
 * text itself when it is no page of HTML.
 */
void legacy_error_text(struct span body, struct buf *out);
/*
 * Append the id that a messenger answers a POST with; of a new process that is
 * "processId" where there is one. ERR_FORMAT.
 */
int legacy_read_receipt(struct span body, struct id *out, struct error *err);

/*
 * A result in our own form: Error, or Output, Messages, Spawns and
 * Assignments, keys sorted. *out is released by the caller. ERR_FORMAT.
 */
int legacy_read_result(struct span body, struct result *out, struct error *err);

/* Where a result of a list stands. */
struct legacy_cursor {
	uint64_t timestamp_ms;
	uint64_t ordinate; /* the slot, or the last one before a tick */
	bool tick;         /* of cron: */
	char schedule[64]; /* "0-5-minutes" */
};

/* False: it is none of the form that units write. */
bool legacy_cursor_parse(struct span text, struct legacy_cursor *out);

struct legacy_edge {
	struct legacy_cursor at;
	char cursor[LEGACY_CURSOR_MAX + 1]; /* as it came */
	struct result result;
};

/* A page of results, in the order of the answer. */
struct legacy_results {
	struct legacy_edge *edges; /* owned */
	size_t count;
	bool more; /* there is a next page */
};

/* ERR_FORMAT, ERR_LIMIT. Release with legacy_results_release(). */
int legacy_read_results(struct span body, struct legacy_results *out,
    struct error *err);
void legacy_results_release(struct legacy_results *r);

#endif
