/*
 * The parts of requests and replies that need no connection.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "ao/result.h"
#include "net/http_head.h"
#include "net/http_server.h"

enum {
	ERROR_TEXT = 600,
	FIELD_VALUE_MAX = 4096,
};

bool
http_arg(const struct http_request *r, const char *name, struct span *value)
{
	for (size_t i = 0; i < r->arg_count; i++)
		if (span_is(r->args[i].name, name)) {
			*value = r->args[i].value;
			return true;
		}
	return false;
}

/* No line ends: whoever names a tag must not write the rest of the head. */
static bool
is_value(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((s.p[i] < 0x20 && s.p[i] != '\t') || s.p[i] == 0x7f)
			return false;
	return s.len <= FIELD_VALUE_MAX;
}

static char *
copy_text(struct span s)
{
	char *text = xmalloc(s.len + 1);

	if (s.len)
		memcpy(text, s.p, s.len);
	text[s.len] = '\0';
	return text;
}

bool
http_reply_field(struct http_reply *out, struct span name, struct span value)
{
	if (out->field_count == HTTP_FIELDS_MAX || !http_is_token(name) ||
	    !is_value(value))
		return false;
	out->fields[out->field_count++] =
	    (struct http_field){ copy_text(name), copy_text(value) };
	return true;
}

void
http_reply_error(struct http_reply *out, unsigned status, const char *fmt, ...)
{
	char text[ERROR_TEXT];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	out->status = status;
	out->content_type = "application/json";
	buf_clear(&out->body);
	buf_add_text(&out->body, "{\"error\":");
	json_add_string(&out->body, span_text(text));
	buf_add_byte(&out->body, '}');
}

void
http_reply_release(struct http_reply *out)
{
	for (size_t i = 0; i < out->field_count; i++) {
		free(out->fields[i].name);
		free(out->fields[i].value);
	}
	buf_release(&out->body);
	*out = (struct http_reply){ 0 };
}
