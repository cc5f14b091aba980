/*
 * The files are put into the program by the linker in the form of a module, in
 * the order of their names. There are some ten, so they are found by walking.
 */
#include "shell/blueprint.h"

#include <stdio.h>
#include <string.h>

#include "vm/lua/archive.h"
#include "shell/suggest.h"

extern const uint8_t first[] __asm__("_binary_blueprints_module_start");
extern const uint8_t end[] __asm__("_binary_blueprints_module_end");

/* What stands behind the dashes of the first line. */
static struct span
first_comment(struct span text)
{
	const uint8_t *feed = memchr(text.p, '\n', text.len);

	if (!feed || !span_starts_with(text, "-- "))
		return span_first(text, 0);
	return span_from(span_first(text, (size_t)(feed - text.p)), 3);
}

/* A name in the archive has a dot in front. */
static void
fill(struct blueprint *out, const struct archive_file *file)
{
	struct span name = span_from(file->name, 1);

	ASSERT(name.len <= BLUEPRINT_NAME_MAX);
	snprintf(out->name, sizeof(out->name), "%.*s", SPAN_ARG(name));
	out->summary = first_comment(file->text);
	out->text = file->text;
}

bool
blueprint_at(size_t i, struct blueprint *out)
{
	struct span in = span_of(first, (size_t)(end - first));
	struct archive_file file;
	struct error err;

	do {
		int more = archive_next(&in, &file, &err);

		/* what is wrong was made wrong with the program */
		ASSERT(more >= 0);
		if (more == 0)
			return false;
	} while (i-- > 0);
	fill(out, &file);
	return true;
}

bool
blueprint_find(const char *name, struct blueprint *out)
{
	struct blueprint b;

	for (size_t i = 0; blueprint_at(i, &b); i++) {
		if (strcmp(b.name, name) == 0) {
			*out = b;
			return true;
		}
	}
	return false;
}

/* The suggestion borrows the word, so that one is kept. */
bool
blueprint_near(const char *word, struct blueprint *out)
{
	struct suggestion s = { 0 };
	struct blueprint b;

	for (size_t i = 0; blueprint_at(i, &b); i++) {
		suggest(&s, word, b.name);
		if (s.word == b.name) {
			*out = b;
			s.word = out->name;
		}
	}
	return s.word != NULL;
}
