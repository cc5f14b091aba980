/*
 * A pattern is a row of items; matching walks along subject and items. Where
 * there is a choice (how many of an item, or a capture that must be taken back)
 * a frame is put on a stack of choices and the walk goes on; when the walk
 * fails, the top frame says what is to be tried next. So nothing recurses. When
 * the last item is passed the match is found, whatever is on the stack.
 *
 * The stack is as deep as the stock matcher may recurse, and a frame stays
 * while its last way is tried, so the same patterns are too complex.
 *
 * Syntax is checked as far as a walk comes, no further, also as in stock: a
 * pattern with a fault behind something that never matches is no error.
 */
#include "vm/lua/pattern.h"

#include "vm/lua/limit.h"
#include "vm/lua/pattern_class.h"

enum {
	/* steps between two charges: some microseconds */
	SLICE = 4096,
	ESCAPE = '%',
};

enum choice {
	MOST,  /* fewer of the item, down to none */
	LEAST, /* one more of it */
	MAYBE, /* none of it */
	BEGUN, /* a capture was opened: shut it away */
	ENDED, /* one was closed: open it again */
};

struct frame {
	enum choice choice;
	unsigned capture; /* ENDED */
	const uint8_t *s; /* where the item's first one is, or its next */
	const uint8_t *item;
	const uint8_t *behind; /* the item, with what repeats it */
	size_t n;              /* MOST: how many of it are taken */
};

/* Where the walk is. */
struct walk {
	struct pattern *p;
	const uint8_t *s;
	const uint8_t *item;
	size_t due;
	unsigned depth; /* frames */
	struct frame frames[PATTERN_DEPTH];
};

enum progress {
	GOES_ON,
	FAILED,
	FOUND,
	WRONG
};

static const char ends_with_escape[] = "malformed pattern (ends with '%')";

/* Does the item, which ends at `end`, take the byte? */
static inline bool
takes(const uint8_t *item, const uint8_t *end, uint8_t c)
{
	switch (*item) {
	case '.':
		return true;
	case ESCAPE:
		return pattern_in_class(c, item[1]);
	case '[':
		return pattern_in_set(c, item, end - 1);
	default:
		return *item == c;
	}
}

static enum progress
wrong(struct walk *w, const char *text)
{
	w->p->error = text;
	return WRONG;
}

/*
 * Behind the set at `set`, which is at its "["; NULL: it has no end. What
 * follows "[" or "[^" is in the set, "]" too.
 */
static const uint8_t *
set_end(const uint8_t *set, const uint8_t *end)
{
	set++;
	if (*set == '^')
		set++;
	do {
		if (set == end)
			return NULL;
		if (*set++ == ESCAPE && set < end)
			set++;
	} while (*set != ']');
	return set + 1;
}

/* Behind the single item at w->item; NULL: error. */
static inline const uint8_t *
item_end(struct walk *w)
{
	const uint8_t *item = w->item;
	const uint8_t *end = w->p->items_end;
	const uint8_t *behind;

	if (*item == ESCAPE) {
		if (item + 1 == end) {
			w->p->error = ends_with_escape;
			return NULL;
		}
		return item + 2;
	}
	if (*item != '[')
		return item + 1;
	behind = set_end(item, end);
	if (!behind)
		w->p->error = "malformed pattern (missing ']')";
	else
		w->due += (size_t)(behind - item);
	return behind;
}

/* NULL: there are too many choices; w->p->error says so. */
static inline struct frame *
push(struct walk *w, enum choice choice)
{
	struct frame *f = &w->frames[w->depth];

	/* the walk itself is one */
	if (w->depth == PATTERN_DEPTH - 1) {
		w->p->error = "pattern too complex";
		return NULL;
	}
	w->depth++;
	f->choice = choice;
	return f;
}

static enum progress
begin_capture(struct walk *w)
{
	struct pattern *p = w->p;
	bool position = w->item[1] == ')';

	if (p->level == PATTERN_CAPTURES)
		return wrong(w, "too many captures");
	p->captures[p->level].at = w->s;
	p->captures[p->level].len = position ? PATTERN_POSITION : PATTERN_OPEN;
	p->level++;
	w->item += 1 + position;
	return push(w, BEGUN) ? GOES_ON : WRONG;
}

static enum progress
end_capture(struct walk *w)
{
	struct pattern *p = w->p;
	unsigned i = p->level;
	struct frame *f;

	while (i > 0 && p->captures[i - 1].len != PATTERN_OPEN)
		i--;
	if (i == 0)
		return wrong(w, "invalid pattern capture");
	p->captures[i - 1].len = (size_t)(w->s - p->captures[i - 1].at);
	w->item++;
	f = push(w, ENDED);
	if (!f)
		return WRONG;
	f->capture = i - 1;
	return GOES_ON;
}

/* "%bxy": from x to the y that balances it. */
static enum progress
balanced(struct walk *w)
{
	const uint8_t *end = w->p->subject_end;
	const uint8_t *s = w->s;
	uint8_t open = w->item[2];
	uint8_t close;
	size_t depth = 1;

	if (w->item + 3 >= w->p->items_end)
		return wrong(w,
		    "malformed pattern (missing arguments to '%b')");
	close = w->item[3];
	if (s >= end || *s != open)
		return FAILED;
	while (++s < end) {
		if (*s == close) {
			if (--depth == 0)
				break;
		} else if (*s == open) {
			depth++;
		}
	}
	w->due += (size_t)(s - w->s);
	if (s >= end)
		return FAILED;
	w->s = s + 1;
	w->item += 4;
	return GOES_ON;
}

/* "%f[set]": between a byte that is not in the set and one that is. Zero bytes
 * stand before and behind the subject. */
static enum progress
frontier(struct walk *w)
{
	struct pattern *p = w->p;
	const uint8_t *set = w->item + 2;
	const uint8_t *behind;
	uint8_t before = w->s == p->subject ? 0 : w->s[-1];
	uint8_t after = w->s == p->subject_end ? 0 : *w->s;

	if (set >= p->items_end || *set != '[')
		return wrong(w, "missing '[' after '%f' in pattern");
	w->item = set;
	behind = item_end(w);
	if (!behind)
		return WRONG;
	if (pattern_in_set(before, set, behind - 1) ||
	    !pattern_in_set(after, set, behind - 1))
		return FAILED;
	w->item = behind;
	return GOES_ON;
}

/* "%1": what that capture holds, once more. */
static enum progress
repeated_capture(struct walk *w)
{
	struct pattern *p = w->p;
	unsigned i = w->item[1] - '0';
	struct pattern_capture *c = &p->captures[i ? i - 1 : 0];
	size_t left = (size_t)(p->subject_end - w->s);

	if (i == 0 || i > p->level || c->len == PATTERN_OPEN)
		return wrong(w, pattern_no_capture(i));
	/* a position is longer than any subject */
	if (c->len > left)
		return FAILED;
	w->due += c->len / 8;
	if (memcmp(c->at, w->s, c->len) != 0)
		return FAILED;
	w->s += c->len;
	w->item += 2;
	return GOES_ON;
}

/* How many of the item there are at `s`, one behind the other. */
static size_t
count(struct walk *w, const uint8_t *end)
{
	const uint8_t *item = w->item;
	const uint8_t *stop = w->p->subject_end;
	const uint8_t *s = w->s;
	size_t n;

	if (*item == '.')
		s = stop;
	else
		while (s < stop && takes(item, end, *s))
			s++;
	n = (size_t)(s - w->s);
	w->due += *item == '[' ? n * (size_t)(end - item) / 2 : n / 2;
	return n;
}

/* As many as there are, then what follows; `least` is 0 or 1, and there is at
 * least one. */
static enum progress
take_most(struct walk *w, const uint8_t *end, size_t least)
{
	size_t n = count(w, end);
	struct frame *f = push(w, MOST);

	if (!f)
		return WRONG;
	f->s = w->s + least;
	f->n = n - least;
	f->behind = end + 1;
	w->s += n;
	w->item = end + 1;
	return GOES_ON;
}

/* None, then what follows. */
static enum progress
take_least(struct walk *w, const uint8_t *end)
{
	struct frame *f = push(w, LEAST);

	if (!f)
		return WRONG;
	f->s = w->s;
	f->item = w->item;
	f->behind = end + 1;
	w->item = end + 1;
	return GOES_ON;
}

/* One, then what follows. */
static enum progress
take_one(struct walk *w, const uint8_t *end)
{
	struct frame *f = push(w, MAYBE);

	if (!f)
		return WRONG;
	f->s = w->s;
	f->behind = end + 1;
	w->s++;
	w->item = end + 1;
	return GOES_ON;
}

/* The item is not there. */
static inline enum progress
go_without(struct walk *w, const uint8_t *end)
{
	if (*end != '*' && *end != '?' && *end != '-')
		return FAILED;
	w->item = end + 1;
	return GOES_ON;
}

/* An item that takes one byte, and what repeats it. */
static inline enum progress
single(struct walk *w)
{
	const uint8_t *end = item_end(w);

	if (!end)
		return WRONG;
	/* behind the items stands a zero */
	if (w->s >= w->p->subject_end || !takes(w->item, end, *w->s))
		return go_without(w, end);
	switch (*end) {
	case '*':
		return take_most(w, end, 0);
	case '+':
		return take_most(w, end, 1);
	case '-':
		return take_least(w, end);
	case '?':
		return take_one(w, end);
	default:
		w->s++;
		w->item = end;
		return GOES_ON;
	}
}

/* An item that begins with "%". */
static enum progress
escaped(struct walk *w)
{
	switch (w->item[1]) {
	case 'b':
		return balanced(w);
	case 'f':
		return frontier(w);
	case '0':
	case '1':
	case '2':
	case '3':
	case '4':
	case '5':
	case '6':
	case '7':
	case '8':
	case '9':
		return repeated_capture(w);
	default:
		return single(w);
	}
}

/* Match the next item. */
static inline enum progress
advance(struct walk *w)
{
	const struct pattern *p = w->p;

	if (w->item == p->items_end)
		return FOUND;
	switch (*w->item) {
	case '(':
		return begin_capture(w);
	case ')':
		return end_capture(w);
	case '$':
		if (w->item + 1 != p->items_end)
			return single(w);
		return w->s == p->subject_end ? FOUND : FAILED;
	case ESCAPE:
		return escaped(w);
	default:
		return single(w);
	}
}

/* One more of what is to be taken least. */
static bool
take_another(struct walk *w, struct frame *f)
{
	/* how it is repeated is a byte */
	const uint8_t *end = f->behind - 1;

	if (*f->item == '[')
		w->due += (size_t)(end - f->item);
	if (f->s >= w->p->subject_end || !takes(f->item, end, *f->s))
		return false;
	f->s++;
	return true;
}

/* Go on with what the frame leaves to be tried; false: nothing. */
static inline bool
try_next(struct walk *w, struct frame *f)
{
	switch (f->choice) {
	case MOST:
		if (f->n == 0)
			return false;
		f->n--;
		w->s = f->s + f->n;
		break;
	case LEAST:
		if (!take_another(w, f))
			return false;
		w->s = f->s;
		break;
	case MAYBE:
		/* the last way: it needs no frame */
		w->depth--;
		w->s = f->s;
		break;
	case BEGUN:
		w->p->level--;
		return false;
	case ENDED:
		w->p->captures[f->capture].len = PATTERN_OPEN;
		return false;
	}
	w->item = f->behind;
	return true;
}

/* To the newest choice that has a way left; false: there is none. */
static inline bool
go_back(struct walk *w)
{
	while (w->depth > 0) {
		w->due++;
		if (try_next(w, &w->frames[w->depth - 1]))
			return true;
		w->depth--;
	}
	return false;
}

static void
charge(struct pattern *p, size_t due)
{
	p->due = 0;
	limit_charge(due);
}

enum pattern_outcome
pattern_match(struct pattern *p, const uint8_t *at)
{
	struct walk w;
	enum progress progress;

	/* not all of it: the frames are many and need no zeroes */
	w.p = p;
	w.s = at;
	w.item = p->items;
	w.due = p->due;
	w.depth = 0;
	p->level = 0;
	do {
		if (++w.due >= SLICE) {
			charge(p, w.due);
			w.due = 0;
		}
		progress = advance(&w);
		if (progress == FAILED && go_back(&w))
			progress = GOES_ON;
	} while (progress == GOES_ON);
	p->due = w.due;
	if (progress == WRONG)
		return PATTERN_WRONG;
	if (progress == FAILED)
		return PATTERN_NOWHERE;
	p->from = at;
	p->to = w.s;
	return PATTERN_FOUND;
}
