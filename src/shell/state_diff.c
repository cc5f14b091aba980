/*
 * The walk is in Lua, where the tables are; the comparison here, on a flat
 * list of paths. An entry names its parent, so that of a table that came or
 * went only the top is told.
 *
 * What the walk leaves out: the library's outbox and its like, which the walk
 * itself fills, and packages, which are code. A function of the library, which
 * is made when it is first touched, goes by its place in the source.
 */
#include "shell/state_diff.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "ao/result_text.h"
#include "shell/show.h"

/* Entries: [path] = { p = parent, v = to compare, s = to show }. */
const char state_code[] =
    "local json = require('json')\n"
    "local out, count, MAX, DEPTH = {}, 0, 20000, 8\n"
    "local skip = { _G = true, package = true, HANDLER_PRINT_LOGS = true,\n"
    "  ['ao.outbox'] = true, ['ao.reference'] = true, ['ao.Nonce'] = true,\n"
    "  Nonce = true,\n"
    "  ['Handlers.list'] = true, ['Handlers.coroutines'] = true }\n"
    "local info = debug and debug.getinfo or function() return {} end\n"
    "local function text(v)\n"
    "  local from = type(v) == 'function' and info(v, 'S')\n"
    "  if from and from.source == '=?' then\n"
    "    return 'of the library, line ' .. from.linedefined\n"
    "  end\n"
    "  if type(v) ~= 'string' then return tostring(v) end\n"
    "  if #v > 4096 then\n"
    "    v = #v .. ' bytes: ' .. v:sub(1, 2048) .. '...' .. v:sub(-2048)\n"
    "  end\n"
    "  local function hex(c)\n"
    "    return c == '\\n' and '\\\\n' or c == '\\\\' and '\\\\\\\\'\n"
    "      or string.format('\\\\x%02x', c:byte())\n"
    "  end\n"
    "  v = v:gsub('[%c\\\\]', hex)\n"
    "  return utf8.len(v) and v or (v:gsub('[\\128-\\255]', hex))\n"
    "end\n"
    "local function put(path, parent, v, shown)\n"
    "  count = count + 1\n"
    "  if count > MAX then return end\n"
    "  out[path] = { p = parent, v = v, s = shown }\n"
    "end\n"
    "local function size(t)\n"
    "  local n = 0\n"
    "  for _ in next, t do n = n + 1 end\n"
    "  return n\n"
    "end\n"
    "local function leaf(path, parent, v)\n"
    "  local kind = type(v)\n"
    "  local shown = kind == 'string' and '\"' .. text(v) .. '\"'\n"
    "    or (kind == 'number' or kind == 'boolean') and tostring(v) or kind\n"
    "  put(path, parent, kind .. ' ' .. text(v), shown)\n"
    "end\n"
    "local function name(parent, k)\n"
    "  if type(k) == 'string' and k:match('^[%a_][%w_]*$') then\n"
    "    return parent == '' and k or parent .. '.' .. k\n"
    "  end\n"
    "  local shown = type(k) == 'string' and '\"' .. text(k) .. '\"'\n"
    "    or tostring(k)\n"
    "  return parent .. '[' .. shown .. ']'\n"
    "end\n"
    "local function walk(t, path, open, depth)\n"
    "  open[t] = true\n"
    "  for k, v in next, t do\n"
    "    local at = name(path, k)\n"
    "    if skip[at] or count > MAX then\n"
    "    elseif type(v) ~= 'table' then\n"
    "      leaf(at, path, v)\n"
    "    elseif open[v] or depth == DEPTH then\n"
    "      put(at, path, 'table', 'table')\n"
    "    else\n"
    "      local n = size(v)\n"
    "      put(at, path, 'table', 'table of ' .. n)\n"
    "      walk(v, at, open, depth + 1)\n"
    "    end\n"
    "  end\n"
    "  open[t] = nil\n"
    "end\n"
    "walk(_G, '', {}, 1)\n"
    "for i, h in ipairs(Handlers and Handlers.list or {}) do\n"
    "  put('handler \"' .. text(h.name) .. '\"', '', table.concat({\n"
    "    text(h.pattern), text(h.handle), tostring(h.maxRuns) }, ' '),\n"
    "    'handler')\n"
    "end\n"
    "return json.encode({ out = out, more = count > MAX })\n";

/* Why there is none, in one line. */
static void
set_reason(const json_t *result, struct error *err)
{
	const struct source source = { "state", 1, { NULL, 0 } };
	struct buf text = BUF_INIT;
	struct failure f;

	error_set(err, ERR_EVAL, "the process does not show its state");
	if (error_text(result, &text)) {
		failure_parse(buf_span(&text), &source, &f);
		error_set(err, ERR_EVAL,
		    "the process does not show its state: %s",
		    buf_text(&f.text));
		failure_release(&f);
	}
	buf_release(&text);
}

json_t *
state_read(const struct result *r, struct error *err)
{
	json_t *result = result_parse(buf_span(&r->json));
	struct buf text = BUF_INIT;
	json_t *answer;
	json_t *out;

	output_text(result, &text);
	answer = json_loadb(buf_text(&text), text.len, 0, NULL);
	out = json_object_get(answer, "out");
	if (json_is_object(out)) {
		json_incref(out);
		if (json_is_true(json_object_get(answer, "more")))
			json_object_set_new(out, "", json_true());
	} else {
		out = NULL;
		set_reason(result, err);
	}
	json_decref(answer);
	json_decref(result);
	buf_release(&text);
	return out;
}

static const char *
member(const json_t *entry, const char *key)
{
	const char *text = json_string_value(json_object_get(entry, key));

	return text ? text : "";
}

struct change {
	struct shell *sh;
	json_t *from;
	json_t *to;
};

/* What is below a table that came or went is not told. */
static bool
parent_is_shared(const struct change *c, const json_t *entry)
{
	const char *parent = member(entry, "p");

	return !*parent ||
	    (json_object_get(c->from, parent) &&
		json_object_get(c->to, parent) &&
		strcmp(member(json_object_get(c->from, parent), "v"),
		    member(json_object_get(c->to, parent), "v")) == 0);
}

static void
change_json(const struct change *c, const char *path, const json_t *a,
    const json_t *b)
{
	json_t *to = json_object();

	json_object_set_new(to, "path", json_string(path));
	json_object_set_new(to, "change",
	    json_string(!a ? "added"
		    : !b   ? "removed"
			   : "changed"));
	json_object_set_new(to, "from",
	    a ? json_string(member(a, "s")) : json_null());
	json_object_set_new(to, "to",
	    b ? json_string(member(b, "s")) : json_null());
	show_json(c->sh, to);
}

/* "+ x = 1", "- x = 1", "~ x = 1 -> 2"; what one sees twice is said once. */
static void
change_text(const struct change *c, const char *path, const json_t *a,
    const json_t *b)
{
	struct output *o = &c->sh->out;

	output_printf(o, "%c ", !a ? '+' : !b ? '-' : '~');
	output_foreign(o, span_text(path));
	output_printf(o, " = ");
	if (a)
		output_foreign(o, span_text(member(a, "s")));
	if (a && b)
		output_printf(o, " -> ");
	if (b)
		output_foreign(o, span_text(member(b, "s")));
	output_printf(o, "\n");
}

/* One path; whether it is a change that is told. */
static bool
compare(const struct change *c, const char *path)
{
	const json_t *a = json_object_get(c->from, path);
	const json_t *b = json_object_get(c->to, path);

	if (!*path || (a && b && strcmp(member(a, "v"), member(b, "v")) == 0) ||
	    !parent_is_shared(c, a ? a : b))
		return false;
	if (c->sh->json)
		change_json(c, path, a, b);
	else
		change_text(c, path, a, b);
	return true;
}

static int
compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

size_t
state_diff_show(struct shell *sh, json_t *from, json_t *to)
{
	const struct change c = { sh, from, to };
	json_t *all = json_object();
	const char **names;
	const char *key;
	json_t *value;
	size_t count = 0;
	size_t n = 0;

	json_object_update(all, from);
	json_object_update(all, to);
	names = xcalloc(json_object_size(all) + 1, sizeof(*names));
	json_object_foreach(all, key, value) names[n++] = key;
	qsort(names, n, sizeof(*names), compare_names);
	for (size_t i = 0; i < n; i++)
		count += compare(&c, names[i]);
	if (json_object_get(all, ""))
		output_printf(shell_notes(sh),
		    "aosh: warning: the state is large; not all of it was "
		    "compared\n");
	free(names);
	json_decref(all);
	return count;
}
