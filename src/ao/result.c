/*
 * Canonical means that equal results are equal bytes: the chain and a replay
 * compare bytes. The machine writes successes in this form itself
 * (vm/lua/lib_json.c); failures are written here, by the same rules for texts.
 */
#include "ao/result.h"

#include "codec/utf8.h"

static const char *const verdict_names[] = {
	[VERDICT_OK] = "ok",
	[VERDICT_ERROR] = "error",
	[VERDICT_INSTRUCTIONS] = "instructions",
	[VERDICT_MEMORY] = "memory",
	[VERDICT_TIME] = "time",
	[VERDICT_INTERRUPTED] = "interrupted",
	[VERDICT_OUTPUT] = "output",
	[VERDICT_COMPUTE] = "compute",
};

void
result_release(struct result *r)
{
	buf_release(&r->json);
	r->verdict = VERDICT_OK;
}

void
result_fail(struct result *r, enum verdict verdict, struct span text)
{
	struct buf json = BUF_INIT;

	/* a new buf first: `text` may lie in the old one */
	buf_add_text(&json, "{\"Error\":");
	json_add_string(&json, text);
	if (verdict != VERDICT_ERROR)
		buf_printf(&json, ",\"verdict\":\"%s\"", verdict_name(verdict));
	buf_add_byte(&json, '}');
	buf_release(&r->json);
	r->json = json;
	r->verdict = verdict;
}

const char *
verdict_name(enum verdict v)
{
	return verdict_names[v];
}

bool
verdict_is_fact(enum verdict v)
{
	return v >= VERDICT_MEMORY;
}

/* A character that may not stand in a JSON string as it is. */
static void
add_escaped(struct buf *out, uint8_t c)
{
	static const char from[] = "\b\t\n\f\r\"\\";
	static const char to[] = "btnfr\"\\";
	const char *at = c ? strchr(from, c) : NULL;

	if (at) {
		buf_add_byte(out, '\\');
		buf_add_byte(out, (uint8_t)to[at - from]);
	} else {
		buf_printf(out, "\\u%04x", c);
	}
}

/* What stands in a JSON string as it is, and is one byte. */
static bool
is_plain(uint8_t c)
{
	return c >= 0x20 && c < 0x80 && c != '"' && c != '\\';
}

void
json_add_string(struct buf *out, struct span text)
{
	buf_reserve(out, text.len + 2);
	buf_add_byte(out, '"');
	while (text.len > 0) {
		bool valid = true;
		size_t n = 0;

		while (n < text.len && is_plain(text.p[n]))
			n++;
		if (n == 0 && text.p[0] < 0x80) {
			add_escaped(out, text.p[0]);
			text = span_from(text, 1);
			continue;
		}
		if (n == 0)
			n = utf8_next(text, &valid);
		if (valid)
			buf_add_span(out, span_first(text, n));
		else
			buf_add_text(out, "\xef\xbf\xbd");
		text = span_from(text, n);
	}
	buf_add_byte(out, '"');
}

json_t *
result_parse(struct span json)
{
	const char *p = json.len ? (const char *)json.p : "";

	return json_loadb(p, json.len, JSON_ALLOW_NUL, NULL);
}

void
result_chain_first(const struct id *process, const char *release,
    uint8_t out[SHA256_BYTES])
{
	struct span parts[] = { id_span(process), span_text(release) };
	struct sha256_digest d = sha256_parts(parts, 2);

	memcpy(out, d.bytes, SHA256_BYTES);
}

void
result_chain_next(const uint8_t previous[SHA256_BYTES],
    const struct id *message, struct span json, uint8_t out[SHA256_BYTES])
{
	result_chain_tick(previous, id_span(message), json, out);
}

void
result_chain_tick(const uint8_t previous[SHA256_BYTES], struct span key,
    struct span json, uint8_t out[SHA256_BYTES])
{
	struct sha256_digest result = sha256(json);
	struct span parts[] = { span_of(previous, SHA256_BYTES), key,
		span_of(result.bytes, SHA256_BYTES) };
	struct sha256_digest d = sha256_parts(parts, 3);

	memcpy(out, d.bytes, SHA256_BYTES);
}
