/*
 * A few are enough, and each is no larger than a result may be: they are moved
 * up rather than numbered round.
 */
#include "shell/past_errors.h"

#include <stdlib.h>

#include "base/alloc.h"

static void
release(struct past_error *e)
{
	free(e->where);
	buf_release(&e->text);
}

void
past_errors_add(struct past_errors *p, const char *where, struct span text)
{
	struct past_error fresh = { xstrdup(where), BUF_INIT };

	if (p->count == PAST_ERRORS_MAX) {
		release(&p->list[0]);
		memmove(p->list, p->list + 1,
		    (PAST_ERRORS_MAX - 1) * sizeof(*p->list));
		p->count--;
	}
	buf_add_span(&fresh.text, text);
	p->list[p->count++] = fresh;
}

void
past_errors_release(struct past_errors *p)
{
	for (size_t i = 0; i < p->count; i++)
		release(&p->list[i]);
	p->count = 0;
}
