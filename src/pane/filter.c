#include "pane/filter.h"

#include <ctype.h>
#include <stdlib.h>

#include "base/alloc.h"

enum {
	TERMS_MAX = 32
};

enum term_kind {
	TERM_KIND,
	TERM_FROM,
	TERM_TO,
	TERM_ACTION,
	TERM_TAG,
	TERM_TEXT
};

struct term {
	enum term_kind kind;
	bool not ;
	unsigned kinds;   /* TERM_KIND: a bit for each */
	struct span name; /* TERM_TAG */
	struct span value;
};

struct filter {
	struct buf text; /* what the terms point into */
	size_t count;
	struct term terms[TERMS_MAX];
};

bool
text_holds(struct span text, struct span part)
{
	if (part.len == 0)
		return true;
	for (size_t i = 0; i + part.len <= text.len; i++) {
		size_t n = 0;

		while (n < part.len &&
		    tolower(text.p[i + n]) == tolower(part.p[n]))
			n++;
		if (n == part.len)
			return true;
	}
	return false;
}

/* "inbox,cron" */
static int
read_kinds(struct span list, unsigned *kinds, struct error *err)
{
	while (list.len) {
		const uint8_t *comma = memchr(list.p, ',', list.len);
		struct span word =
		    comma ? span_first(list, (size_t)(comma - list.p)) : list;
		enum event_kind k;

		if (!event_kind_parse(word, &k))
			return FAIL(err, ERR_USAGE,
			    "'%.*s' is no kind of event", SPAN_ARG(word));
		*kinds |= 1U << k;
		list = span_from(list, word.len + 1);
	}
	return 0;
}

/* A word without its "!", of which a name stood in front of "=". */
static int
read_named(struct term *t, struct span name, struct span value,
    struct error *err)
{
	t->value = value;
	if (span_is(name, "kind")) {
		t->kind = TERM_KIND;
		return read_kinds(value, &t->kinds, err);
	}
	if (span_is(name, "from")) {
		t->kind = TERM_FROM;
	} else if (span_is(name, "to")) {
		t->kind = TERM_TO;
	} else if (span_is(name, "action")) {
		t->kind = TERM_ACTION;
	} else {
		t->kind = TERM_TAG;
		t->name = name;
	}
	return 0;
}

/* The next word, out of its quotes, into `to`; false: there is none. */
static int
next_word(struct span *rest, struct buf *to, size_t *equals, struct error *err)
{
	bool quoted = false;
	size_t i = 0;

	*equals = SIZE_MAX;
	while (i < rest->len && (quoted || rest->p[i] != ' ')) {
		if (rest->p[i] == '"')
			quoted = !quoted;
		else
			buf_add_byte(to, rest->p[i]);
		if (rest->p[i] == '=' && !quoted && *equals == SIZE_MAX)
			*equals = to->len - 1;
		i++;
	}
	if (quoted)
		return FAIL(err, ERR_USAGE, "a quote in the filter is open");
	*rest = span_from(*rest, i);
	return 0;
}

/* Room was reserved for all words, so that spans of earlier ones hold. */
static int
read_term(struct filter *f, struct span *rest, struct error *err)
{
	struct term *t = &f->terms[f->count];
	size_t start = f->text.len;
	size_t equals;
	struct span word;

	if (f->count == TERMS_MAX)
		return FAIL(err, ERR_USAGE, "a filter has at most %d words",
		    TERMS_MAX);
	if (rest->p[0] == '!') {
		t->not = true;
		*rest = span_from(*rest, 1);
	}
	if (next_word(rest, &f->text, &equals, err) < 0)
		return -1;
	word = span_from(buf_span(&f->text), start);
	ASSERT(word.p);
	f->count++;
	if (equals != SIZE_MAX && equals > start)
		return read_named(t, span_first(word, equals - start),
		    span_from(word, equals - start + 1), err);
	t->kind = TERM_TEXT;
	t->value = word;
	return 0;
}

int
filter_new(struct span text, struct filter **out, struct error *err)
{
	struct filter *f = xcalloc(1, sizeof(*f));

	(void)buf_reserve(&f->text, text.len + 1);
	for (;;) {
		while (text.len && text.p[0] == ' ')
			text = span_from(text, 1);
		if (text.len == 0)
			break;
		if (read_term(f, &text, err) < 0) {
			filter_free(f);
			return -1;
		}
	}
	*out = f;
	return 0;
}

void
filter_free(struct filter *f)
{
	if (!f)
		return;
	buf_release(&f->text);
	free(f);
}

static bool
is_sent(const struct event *e)
{
	return e->kind == EVENT_PUSH || e->kind == EVENT_SPAWN ||
	    e->kind == EVENT_ASSIGN;
}

static bool
has_tag(const struct event *e, struct span wanted, struct span value)
{
	struct span rest = e->tags;
	struct span n;
	struct span v;

	while (event_tag(&rest, &n, &v))
		if (span_equal(n, wanted) && span_equal(v, value))
			return true;
	return false;
}

static bool
term_fits(const struct term *t, const struct event *e)
{
	switch (t->kind) {
	case TERM_KIND:
		return t->kinds & 1U << e->kind;
	case TERM_FROM:
		return e->peer.len && !is_sent(e) &&
		    text_holds(e->peer, t->value);
	case TERM_TO:
		return is_sent(e) && text_holds(e->peer, t->value);
	case TERM_ACTION:
		return span_equal(e->action, t->value);
	case TERM_TAG:
		return has_tag(e, t->name, t->value);
	case TERM_TEXT:
		break;
	}
	return text_holds(e->text, t->value) ||
	    text_holds(e->action, t->value) || text_holds(e->peer, t->value);
}

bool
filter_fits(const struct filter *f, const struct event *e)
{
	for (size_t i = 0; f && i < f->count; i++)
		if (term_fits(&f->terms[i], e) == f->terms[i].not )
			return false;
	return true;
}
