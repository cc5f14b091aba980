/*
 * What --tag and --data say, for every command that makes a message.
 *
 * Both were checked when the options were read: a tag has a name and an =. What
 * they may hold is for the codec to say, when the item is signed. Tags are
 * borrowed from the arguments.
 */
#include "shell/tags.h"

#include "base/alloc.h"
#include "shell/paths.h"

struct tag *
tags_from_options(const struct options *o, size_t *count)
{
	struct tag *tags = xcalloc(o->count + 1, sizeof(*tags));
	size_t n = 0;

	for (size_t i = 0; i < o->count; i++) {
		const struct option_value *v = &o->values[i];
		const char *equals;

		if (strcmp(v->spec->name, "tag") != 0)
			continue;
		equals = strchr(v->text, '=');
		tags[n++] = (struct tag){
			span_of(v->text, (size_t)(equals - v->text)),
			span_text(equals + 1),
		};
	}
	*count = n;
	return tags;
}

int
data_from_options(const struct options *o, struct buf *out, struct error *err)
{
	const char *data = options_text(o, "data", "");

	if (data[0] == '@')
		return file_read(data + 1, out, err);
	buf_add_text(out, data);
	return 0;
}
