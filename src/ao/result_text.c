/*
 * A result's Output has three forms: a text, an object whose data holds the
 * output, or one whose data is it. An answer that is only a prompt prints
 * nothing.
 */
#include "ao/result_text.h"

#include <stdlib.h>

/* Keys sorted, so that the same value is always the same text. */
static void
add_json(const json_t *value, struct buf *out)
{
	char *text =
	    json_dumps(value, JSON_ENCODE_ANY | JSON_SORT_KEYS | JSON_COMPACT);

	buf_add_text(out, text ? text : "");
	free(text);
}

/* A text as it is, anything else as JSON; null is nothing. */
static void
add_value(const json_t *value, struct buf *out)
{
	if (json_is_string(value))
		buf_add(out, json_string_value(value),
		    json_string_length(value));
	else if (value && !json_is_null(value))
		add_json(value, out);
}

void
output_text(const json_t *result, struct buf *out)
{
	const json_t *output = json_object_get(result, "Output");
	const json_t *data = json_object_get(output, "data");
	const json_t *inner = json_object_get(data, "output");

	if (json_is_string(output))
		add_value(output, out);
	else if (inner)
		add_value(inner, out); /* the form of aos 1 */
	else if (!json_object_get(data, "prompt"))
		add_value(data, out);
}

bool
error_text(const json_t *result, struct buf *out)
{
	const json_t *error = json_object_get(result, "Error");

	if (!error)
		return false;
	add_value(error, out);
	if (out->len == 0)
		buf_add_text(out, "the process gave no message");
	return true;
}

const char *
output_prompt(const json_t *result)
{
	const json_t *output = json_object_get(result, "Output");
	const json_t *inner =
	    json_object_get(json_object_get(output, "data"), "prompt");

	return json_string_value(
	    inner ? inner : json_object_get(output, "prompt"));
}
