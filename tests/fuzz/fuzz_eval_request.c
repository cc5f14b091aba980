/*
 * A line for eval-json: read or refused, never past its end; and what was taken
 * is JSON to other readers, too.
 */
#include <jansson.h>

#include "shell/eval_request.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

static void
check_part(struct span part)
{
	size_t flags =
	    JSON_DECODE_ANY | JSON_ALLOW_NUL | JSON_DECODE_INT_AS_REAL;
	json_error_t error;
	json_t *json;

	if (!part.p)
		return;
	json = json_loadb((const char *)part.p, part.len, flags, &error);
	/* numbers beyond a double and keys with a NUL are beyond it, and half
	 * surrogate pairs, which are allowed in what is no id */
	ASSERT(json || json_error_code(&error) == json_error_numeric_overflow ||
	    json_error_code(&error) == json_error_null_byte_in_key ||
	    strstr(error.text, "invalid Unicode"));
	json_decref(json);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	struct eval_request r;
	struct error err = { 0 };

	if (eval_request_read(span_of(p, len), &r, &err) < 0) {
		ASSERT(err.text[0]);
		/* it is repeated all the same */
		check_part(r.id);
		return 0;
	}
	check_part(r.id);
	check_part(r.body);
	check_part(r.base);
	return 0;
}
