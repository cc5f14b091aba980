#include "net/http_head.h"

#include <strings.h>

enum {
	FIELD_COST = 64, /* bytes that the library needs for one more */
};

bool
http_is_token(struct span s)
{
	static const char others[] = "!#$%&'*+-.^_`|~";

	for (size_t i = 0; i < s.len; i++) {
		uint8_t c = s.p[i];

		if (!((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
			(c >= 'a' && c <= 'z') || (c && strchr(others, c))))
			return false;
	}
	return s.len > 0;
}

/* A lone CR is the end of a line to some. */
static bool
has_control(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((s.p[i] < 0x20 && s.p[i] != '\t') || s.p[i] == 0x7f)
			return true;
	return false;
}

static bool
is_word(struct span s, const char *word)
{
	return s.len == strlen(word) &&
	    (s.len == 0 || strncasecmp((const char *)s.p, word, s.len) == 0);
}

void
http_head_weigh(struct http_head *h, struct span name, struct span value)
{
	h->weight += name.len + value.len + FIELD_COST;
}

void
http_head_add(struct http_head *h, struct span name, struct span value)
{
	http_head_weigh(h, name, value);
	if (!http_is_token(name))
		h->bad = "the name of a header field has a character that "
			 "it must not have";
	else if (has_control(value))
		h->bad = "a header field has a control character";
	else if (is_word(name, "Content-Length"))
		h->lengths++;
	else if (is_word(name, "Host"))
		h->hosts++;
	else if (is_word(name, "Transfer-Encoding")) {
		h->codings++;
		/* the library handles this alone, without a blank behind it */
		h->foreign = h->foreign || !is_word(value, "chunked");
	}
}

unsigned
http_head_status(const struct http_head *h, bool old, const char **why)
{
	*why = h->bad;
	if (!*why && h->lengths && h->codings)
		*why = "there are both Content-Length and Transfer-Encoding";
	if (!*why && h->lengths > 1)
		*why = "there is more than one Content-Length";
	if (!*why && h->codings > 1)
		*why = "there is more than one Transfer-Encoding";
	if (!*why && h->codings && old)
		*why = "HTTP/1.0 has no Transfer-Encoding";
	if (!*why && h->hosts > 1)
		*why = "there is more than one Host";
	if (*why)
		return 400;
	if (h->foreign) {
		*why = "of Transfer-Encoding only 'chunked' is handled";
		return 501;
	}
	if (h->weight > HTTP_HEAD_MAX) {
		*why = "the header fields are too long or too many";
		return 431;
	}
	return 0;
}
