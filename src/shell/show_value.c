/*
 * What an evaluation prints is text that the process made. Where it is a table
 * or JSON, the modes of `.mode` show it in another form; everything else is
 * shown as it is in each of them.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "shell/lua_value.h"
#include "shell/show.h"
#include "shell/table.h"

/* A text as it is, anything else as JSON. */
static void
add_cell(struct table *t, const json_t *value)
{
	char *text;

	if (json_is_string(value)) {
		table_add(t,
		    span_of(json_string_value(value),
			json_string_length(value)));
		return;
	}
	text = value
	    ? json_dumps(value, JSON_ENCODE_ANY | JSON_SORT_KEYS | JSON_COMPACT)
	    : NULL;
	table_add(t, span_text(text ? text : ""));
	free(text);
}

static int
compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/*
 * The keys of all rows, sorted, as many as there is room for; NULL behind. They
 * are those of the object that is given back; owned.
 */
static json_t *
gather_titles(const json_t *rows, const char *titles[TABLE_COLUMNS_MAX + 1])
{
	json_t *all = json_object();
	const char **names;
	const char *key;
	json_t *value;
	json_t *row;
	size_t n = 0;
	size_t i;

	json_array_foreach(rows, i, row) json_object_update_missing(all, row);
	names = xcalloc(json_object_size(all) + 1, sizeof(*names));
	json_object_foreach(all, key, value) names[n++] = key;
	qsort(names, n, sizeof(*names), compare_names);
	for (i = 0; i < TABLE_COLUMNS_MAX; i++)
		titles[i] = i < n ? names[i] : NULL;
	titles[TABLE_COLUMNS_MAX] = NULL;
	free(names);
	return all;
}

/* A list of objects: a row for each. */
static void
fill_rows(struct table *t, const json_t *rows)
{
	const char *titles[TABLE_COLUMNS_MAX + 1];
	json_t *all = gather_titles(rows, titles);
	json_t *row;
	size_t i;

	table_init(t, titles);
	json_array_foreach(rows, i, row) for (size_t k = 0; titles[k]; k++)
	    add_cell(t, json_object_get(row, titles[k]));
	json_decref(all);
}

/* A list of anything else: number and value. */
static void
fill_list(struct table *t, const json_t *list)
{
	static const char *const titles[] = { "#", "VALUE", NULL };
	json_t *value;
	size_t i;

	table_init(t, titles);
	json_array_foreach(list, i, value)
	{
		table_printf(t, "%zu", i + 1);
		add_cell(t, value);
	}
}

/* An object: its members by name. */
static void
fill_members(struct table *t, json_t *object)
{
	static const char *const titles[] = { "KEY", "VALUE", NULL };
	size_t n = json_object_size(object);
	const char **names = xcalloc(n + 1, sizeof(*names));
	const char *key;
	json_t *value;
	size_t i = 0;

	json_object_foreach(object, key, value) names[i++] = key;
	qsort(names, n, sizeof(*names), compare_names);
	table_init(t, titles);
	for (i = 0; i < n; i++) {
		table_add(t, span_text(names[i]));
		add_cell(t, json_object_get(object, names[i]));
	}
	free(names);
}

/* A list of rows is one of objects alone, with something in them. */
static bool
is_rows(const json_t *value)
{
	const json_t *row;
	size_t i;

	json_array_foreach(value, i,
	    row) if (json_object_size(row) == 0) return false;
	return json_array_size(value) > 0;
}

static void
show_table(struct shell *sh, json_t *value)
{
	struct table t;

	/* as lines an object has its own names */
	if (json_is_object(value) && sh->out.lines &&
	    json_object_size(value) <= TABLE_COLUMNS_MAX) {
		json_t *row = json_pack("[O]", value);

		fill_rows(&t, row);
		json_decref(row);
	} else if (json_is_object(value)) {
		fill_members(&t, value);
	} else if (is_rows(value)) {
		fill_rows(&t, value);
	} else {
		fill_list(&t, value);
	}
	table_show(&t, &sh->out, screen_columns(&sh->out));
	table_release(&t);
}

/* Of JSON alone: a table of Lua is made for reading as it is. */
static bool
show_pretty(struct shell *sh, struct span text)
{
	json_t *value = json_loadb((const char *)text.p, text.len, 0, NULL);
	char *pretty =
	    value ? json_dumps(value, JSON_SORT_KEYS | JSON_INDENT(2)) : NULL;

	if (pretty) {
		output_foreign(&sh->out, span_text(pretty));
		output_printf(&sh->out, "\n");
	}
	free(pretty);
	json_decref(value);
	return pretty != NULL;
}

bool
show_in_mode(struct shell *sh, struct span text)
{
	json_t *value = NULL;

	if (text.len == 0 || sh->mode == SHOW_RAW || sh->mode == SHOW_JSON)
		return false;
	if (sh->mode == SHOW_PRETTY)
		return show_pretty(sh, text);
	value = lua_value_parse(text);
	if (!value)
		return false;
	show_table(sh, value);
	json_decref(value);
	return true;
}
