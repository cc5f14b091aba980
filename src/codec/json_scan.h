/*
 * json_scan - the members of a JSON object, cut out of its text.
 *
 * One pass, no memory. The text is held to RFC 8259 to its end, in valid
 * UTF-8; what is inside the values is left to whoever decodes them.
 */
#ifndef CODEC_JSON_SCAN_H
#define CODEC_JSON_SCAN_H

#include "base/error.h"
#include "base/span.h"

enum {
	/* Arrays and objects inside one another. */
	JSON_SCAN_DEPTH = 1000
};

/* One that is looked for. */
struct json_member {
	const char *name;  /* printable ASCII, at most 32 bytes */
	struct span value; /* p NULL: not there; of equal names the last */
};

/*
 * Cut the members out of `text`, which is an object and perhaps blanks. Spans
 * are borrowed from it. ERR_FORMAT, ERR_LIMIT (nested too deeply): the text
 * names the byte, counted from 0; the members that were found are filled in,
 * and with bad UTF-8, escapes or control characters in strings, the first of
 * which is told, all that come behind as well, but none that has such a string.
 */
int json_scan(struct span text, struct json_member *members, size_t count,
    struct error *err);

/* Whether a JSON string, with its quotes, is that text (ASCII, as above). */
bool json_string_is(struct span string, const char *text);
/* False when a string of the value has a surrogate escape without its other
 * half, which no UTF-8 stands for. The value has been scanned. */
bool json_has_no_lone_surrogate(struct span value);

#endif
