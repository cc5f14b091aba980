/*
 * All that can be wrong is found here, before anything is sent. Names and
 * values of aos belong together by their places, so that a name may stand
 * before all values.
 */
#include "shell/birth.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "shell/shell.h"
#include "shell/tags.h"

/* The networks' module with SQLite: spec/aos-shell.md 1.4. */
static const char sqlite_module[] =
    "ei1VSwheQnNIG87iqlwxiQk-sWY5ikj4DFBxcpFZ-S4";

static void
add(struct birth *b, struct span name, struct span value)
{
	b->tags = xrealloc(b->tags, (b->tag_count + 1) * sizeof(*b->tags));
	b->tags[b->tag_count++] = (struct tag){ name, value };
}

/* The option of that name and number, from 0; NULL: there are not so many. */
static const char *
nth(const struct options *o, const char *name, size_t n)
{
	for (size_t i = 0; i < o->count; i++)
		if (strcmp(o->values[i].spec->name, name) == 0 && n-- == 0)
			return o->values[i].text;
	return NULL;
}

static int
take_pairs(const struct options *o, struct birth *b, struct error *err)
{
	const char *name;
	const char *value;

	for (size_t i = 0;; i++) {
		name = nth(o, "tag-name", i);
		value = nth(o, "tag-value", i);
		if (!name && !value)
			return 0;
		if (!name || !value)
			return FAIL(err, ERR_USAGE,
			    "'--tag-%s %s' has no '--tag-%s'",
			    name ? "name" : "value", name ? name : value,
			    name ? "value" : "name");
		if (!*name)
			return FAIL(err, ERR_USAGE, "'--tag-name' is empty");
		add(b, span_text(name), span_text(value));
	}
}

/* On a network they are among those that the network's reading gives. */
static int
take_authorities(struct shell *sh, const struct options *o, struct birth *b,
    struct error *err)
{
	const char *list = options_text(o, "authority", "");

	if (sh->client.network)
		return 0;
	if (*list && !config_is_address(span_text(list), true))
		return FAIL(err, ERR_USAGE,
		    "'--authority' takes addresses, not '%.60s'", list);
	while (*list) {
		size_t len = strcspn(list, ",");

		add(b, span_text("Authority"), span_of(list, len));
		list += len + (list[len] == ',');
	}
	return 0;
}

/* An id, or on a network a name. */
static int
take_module(struct shell *sh, const struct options *o, struct birth *b,
    struct error *err)
{
	const char *word = options_text(o, "module",
	    options_has(o, "sqlite") ? sqlite_module : NULL);
	struct node *n = sh->client.node;

	if (options_has(o, "module") && options_has(o, "sqlite"))
		return FAIL(err, ERR_USAGE,
		    "'--module' and '--sqlite' exclude each other");
	if (!word)
		return 0;
	b->has_module = true;
	if (id_decode(span_text(word), &b->module, err) == 0)
		return 0;
	if (!n->ops->find_module)
		return FAIL(err, ERR_USAGE, "'--module' takes an id, not '%s'",
		    word);
	return n->ops->find_module(n, span_text(word), &b->module, err);
}

static void
take_tags(const struct options *o, struct birth *b)
{
	size_t count;
	struct tag *tags = tags_from_options(o, &count);

	for (size_t i = 0; i < count; i++)
		add(b, tags[i].name, tags[i].value);
	free(tags);
}

int
birth_from_options(struct shell *sh, const struct options *o, struct birth *out,
    struct error *err)
{
	struct birth b = { 0 };

	take_tags(o, &b);
	if (take_pairs(o, &b, err) < 0 ||
	    take_authorities(sh, o, &b, err) < 0 ||
	    take_module(sh, o, &b, err) < 0 ||
	    cron_tags_from_options(o, &b.cron, err) < 0) {
		birth_release(&b);
		return -1;
	}
	for (size_t i = 0; i < b.cron.count; i++)
		add(&b, b.cron.tags[i].name, b.cron.tags[i].value);
	b.asked = b.tag_count > 0 || b.has_module;
	*out = b;
	return 0;
}

void
birth_release(struct birth *b)
{
	free(b->tags);
	buf_release(&b->data);
	cron_tags_release(&b->cron);
}

void
birth_apply(const struct birth *b, struct spawn_request *r)
{
	r->tags = b->tags;
	r->tag_count = b->tag_count;
	r->data = buf_span(&b->data);
	r->module = b->has_module ? &b->module : NULL;
}
