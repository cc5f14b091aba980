#include "shell/pieces.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "ao/result_text.h"
#include "shell/ask.h"
#include "shell/lua_text.h"
#include "shell/shell.h"

enum {
	PIECES_MAX = 1000, /* the oldest go */
	/* what took longer is not evaluated once more to know its line */
	SLOW_MS = 1000
};

/*
 * Gives "here", or first line, last line and name of the function; the name is
 * empty when nothing calls it by one, zeroes are of no function. In brackets a
 * call is no tail call, which would hide the name; what was no error then has
 * given one as its second value.
 */
static const char question_end[] =
    "local function place(err)\n"
    "\treturn tonumber(tostring(err):match('^%[string \"aos\"%]:(%d+):'))\n"
    "end\n"
    "local function handle(err)\n"
    "\tlocal line = place(err)\n"
    "\tfor level = 2, line and 60 or 0 do\n"
    "\t\tlocal i = debug.getinfo(level, 'nSl')\n"
    "\t\tif not i then break end\n"
    "\t\tif i.source == 'aos' and i.currentline == line then\n"
    "\t\t\treturn ('%d %d %s'):format(i.linedefined,\n"
    "\t\t\t\ti.lastlinedefined, i.name or '')\n"
    "\t\tend\n"
    "\tend\n"
    "\treturn line and '0 0 ' or 'here'\n"
    "end\n"
    "local function run(text)\n"
    "\tlocal chunk = load(text, '=here', 't')\n"
    "\tif chunk then return table.pack(xpcall(chunk, handle)) end\n"
    "end\n"
    "local r = run('return (' .. code .. '\\n)') or run(code)\n"
    "if not r or not r[1] then return r and r[2] end\n"
    "r = run('return ' .. code) or r\n"
    "return r[1] and place(r[3]) and '0 0 ' or 'here'\n";

void
pieces_release(struct pieces *p)
{
	for (size_t i = 0; i < p->count; i++)
		buf_release(&p->list[i].text);
	free(p->list);
	*p = (struct pieces){ 0 };
}

static bool
has(struct span s, struct span word)
{
	return word.len && s.len && memmem(s.p, s.len, word.p, word.len);
}

void
pieces_add(struct pieces *p, const struct source *source)
{
	struct piece *new;

	if (source->chunk || !has(source->text, span_text("function")))
		return;
	if (!p->list)
		p->list = xcalloc(PIECES_MAX, sizeof(*p->list));
	if (p->count == PIECES_MAX) {
		buf_release(&p->list[0].text);
		p->count--;
		memmove(p->list, p->list + 1, p->count * sizeof(*p->list));
	}
	new = &p->list[p->count++];
	*new = (struct piece){ source->name, source->first_line, BUF_INIT };
	buf_add_span(&new->text, source->text);
}

/* Whether that function may be one of the piece. */
static bool
fits(const struct piece *p, size_t first, size_t last, struct span name)
{
	struct span text = buf_span(&p->text);

	return first >= 1 && last <= line_count(text) &&
	    has(line_of(text, first), span_text("function")) &&
	    has(line_of(text, last), span_text("end")) &&
	    (name.len == 0 || has(line_of(text, first), name));
}

/* The newest that fits; NULL: none, or without a name more than one. */
static const struct piece *
find(const struct pieces *p, size_t first, size_t last, struct span name)
{
	const struct piece *found = NULL;

	for (size_t i = p->count; i-- > 0;) {
		if (!fits(&p->list[i], first, last, name))
			continue;
		if (found)
			return NULL;
		found = &p->list[i];
		if (name.len)
			break;
	}
	return found;
}

/* Empty: it could not be told. */
static void
ask(struct shell *sh, const struct source *source, struct buf *answer)
{
	struct buf code = BUF_INIT;

	buf_add_text(&code, "local code = ");
	lua_text_long("", source->text, &code);
	buf_printf(&code, "\n%s", question_end);
	(void)ask_session(sh, buf_span(&code), answer);
	buf_release(&code);
}

/* Only what has a place in evaluated code can have one of an earlier piece. */
static bool
is_in_code(const struct outcome *o)
{
	json_t *root = result_parse(buf_span(&o->result.json));
	struct buf text = BUF_INIT;
	bool is = o->result.verdict == VERDICT_ERROR &&
	    error_text(root, &text) &&
	    has(buf_span(&text), span_text("[string \"aos\"]:"));

	buf_release(&text);
	json_decref(root);
	return is;
}

struct source
pieces_source(struct shell *sh, const struct source *source,
    const struct outcome *o)
{
	const struct pieces *p = &sh->pieces;
	const struct piece *piece;
	struct buf answer = BUF_INIT;
	struct source out = *source;
	const char *text;
	char *end;
	size_t first;
	size_t last;

	if (p->count == 0 || source->chunk || o->ms > SLOW_MS || !is_in_code(o))
		return out;
	ask(sh, source, &answer);
	text = buf_text(&answer);
	first = strtoul(text, &end, 10);
	if (end != text && *end == ' ') {
		last = strtoul(end, &end, 10);
		piece =
		    find(p, first, last, span_text(*end == ' ' ? end + 1 : ""));
		/* a chunk: none of the places that are left is a line of ours */
		out.chunk = piece ? NULL : source->name;
		if (piece) {
			out.name = piece->name;
			out.first_line = piece->first_line;
			out.text = buf_span(&piece->text);
		}
	}
	buf_release(&answer);
	return out;
}
