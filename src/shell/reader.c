/*
 * Where a statement ends is the compiler's to say; counting words gets it wrong
 * in comments, strings and half of the rest. The lexer only saves it work.
 *
 * A unit goes through these states: lines are added while the compiler calls it
 * unfinished (MORE), then it is given out (LUA, WRONG) or was no Lua (DOT,
 * NOTHING). After that the reader holds the text until the next line comes, so
 * the caller need not copy it, and `done` says that it is over.
 *
 * Line numbers count all lines of the input, so that an error in the third
 * statement of a script names the line of the file.
 */
#include "shell/reader.h"

#include <ctype.h>

#include "vm/vm.h"

void
reader_release(struct reader *r)
{
	buf_release(&r->text);
}

bool
reader_is_open(const struct reader *r)
{
	return r->editor || (r->text.len && !r->done);
}

/* The unit that was given out is over; the next line begins another. */
static void
start_unit(struct reader *r)
{
	buf_clear(&r->text);
	r->lexer = (struct lua_lexer){ 0 };
	r->depth = 0;
	r->tokens = 0;
	r->unit_lines = 0;
	r->next_look = 1;
	r->done = false;
	r->first_line = r->lines + 1;
}

bool
reader_drop(struct reader *r)
{
	bool was_open = reader_is_open(r);

	r->editor = false;
	start_unit(r);
	return was_open;
}

/* No Lua statement begins with a dot; numbers such as .5 do. */
bool
reader_is_dot(struct span line)
{
	while (line.len && isspace(line.p[0]))
		line = span_from(line, 1);
	return line.len >= 2 && line.p[0] == '.' && isalpha(line.p[1]);
}

/*
 * Joined by line feeds, without one at the end: an error at the end is then on
 * the last line that somebody wrote.
 */
static void
add_line(struct reader *r, struct span line)
{
	if (r->unit_lines)
		buf_add_byte(&r->text, '\n');
	buf_add_span(&r->text, line);
	r->unit_lines++;
}

/* The text stays until the next line, for who was told of it. */
static enum reader_state
finish(struct reader *r, enum reader_state state)
{
	r->done = true;
	return state;
}

/* What the compiler says of the text so far. */
static enum reader_state
look(struct reader *r, struct error *err)
{
	switch (vm_check_syntax(buf_span(&r->text), err)) {
	case SYNTAX_COMPLETE:
		return finish(r, READER_LUA);
	case SYNTAX_WRONG:
		return finish(r, READER_WRONG);
	default:
		return READER_MORE;
	}
}

/* Editor mode: its own words, else one line more. */
static enum reader_state
add_to_editor(struct reader *r, struct span line)
{
	const uint8_t *end;

	if (span_is(line, ".done")) {
		r->editor = false;
		return finish(r, r->text.len ? READER_LUA : READER_NOTHING);
	}
	if (span_is(line, ".cancel")) {
		reader_drop(r);
		return READER_NOTHING;
	}
	if (span_is(line, ".print"))
		return READER_PRINT;
	if (!span_is(line, ".delete")) {
		add_line(r, line);
		return READER_MORE;
	}
	end = r->text.len ? memrchr(r->text.p, '\n', r->text.len) : NULL;
	r->text.len = end ? (size_t)(end - r->text.p) : 0;
	/* whoever prints it takes it for a C string */
	if (r->text.p)
		r->text.p[r->text.len] = '\0';
	if (r->unit_lines)
		r->unit_lines--;
	return READER_MORE;
}

/*
 * Compiling after each line would make a long function cost its square, so the
 * compiler is asked when the lexer sees nothing open, and in any case whenever
 * the unit has doubled, since the lexer may be fooled by broken text.
 */
static enum reader_state
add_lua(struct reader *r, struct span line, struct error *err)
{
	add_line(r, line);
	r->depth += lua_nesting(&r->lexer, line, &r->tokens);
	if (r->tokens == 0 && !r->lexer.in_long) {
		start_unit(r);
		r->first_line = r->lines + 1;
		return READER_NOTHING;
	}
	if (r->depth > 0 && r->unit_lines < r->next_look)
		return READER_MORE;
	r->next_look = 2 * r->unit_lines;
	return look(r, err);
}

enum reader_state
reader_add(struct reader *r, struct span line, struct error *err)
{
	enum reader_state state;

	if (line.len && line.p[line.len - 1] == '\r')
		line.len--;
	if (!reader_is_open(r))
		start_unit(r);
	if (r->editor) {
		state = add_to_editor(r, line);
	} else if (r->unit_lines == 0 && reader_is_dot(line)) {
		add_line(r, line);
		state = finish(r, READER_DOT);
	} else {
		state = add_lua(r, line, err);
	}
	r->lines++;
	if (state == READER_NOTHING)
		r->first_line = r->lines + 1;
	return state;
}

/*
 * Without a line feed at the end the last line was added all the same: what is
 * open now is open for good.
 */
enum reader_state
reader_end(struct reader *r, struct error *err)
{
	enum reader_state state;

	if (r->editor) {
		error_set(err, ERR_SHORT, "the input ends inside .editor");
		return READER_MORE;
	}
	if (!reader_is_open(r) || (r->tokens == 0 && !r->lexer.in_long))
		return READER_NOTHING;
	state = look(r, err);
	if (state == READER_MORE)
		error_set(err, ERR_SHORT,
		    "the input ends inside this statement");
	return state;
}

/* --- pasted prompts --- */

/* Whether what stands before an @ is rather Lua with a prompt in a text than a
 * name, which may have blanks. */
static bool
is_lua(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if (strchr("\"'[=(", s.p[i]) && s.p[i])
			return true;
	return false;
}

/* Length of "NAME@aos-VERSION[Inbox:N]> " or "aos> " at the front, or 0. */
static size_t
prompt_length(struct span line)
{
	static const char version[] = "@aos-";
	static const char inbox[] = "[Inbox:";
	struct span s = line;
	const uint8_t *at;

	if (span_starts_with(line, "aos> "))
		return strlen("aos> ");
	at = line.len ? memmem(s.p, s.len, version, strlen(version)) : NULL;
	if (!at || is_lua(span_first(s, (size_t)(at - s.p))))
		return 0;
	s = span_from(s, (size_t)(at - s.p) + strlen(version));
	while (s.len && (isdigit(s.p[0]) || s.p[0] == '.'))
		s = span_from(s, 1);
	if (!span_starts_with(s, inbox))
		return 0;
	s = span_from(s, strlen(inbox));
	while (s.len && isdigit(s.p[0]))
		s = span_from(s, 1);
	if (!span_starts_with(s, "]>"))
		return 0;
	s = span_from(s, strlen("]>"));
	if (s.len && s.p[0] == ' ')
		s = span_from(s, 1);
	return line.len - s.len;
}

/* Length of what a prompt of ours says is open, at the front, or 0. */
static size_t
open_length(struct span s)
{
	static const char *const words[] = { "function", "if", "for", "while",
		"do", "repeat", "(", "{", "[", "\"", "'", "--[[" };
	size_t n = 1;

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (span_starts_with(s, words[i]) &&
		    span_starts_with(span_from(s, strlen(words[i])), ">"))
			return strlen(words[i]);
	while (n < s.len && s.p[0] == '[' && s.p[n] == '=')
		n++;
	return n < s.len && s.p[0] == '[' && s.p[n] == '[' ? n + 1 : 0;
}

/* Length of blanks, perhaps a word, and "> " at the front, or 0. */
static size_t
continuation_length(struct span line)
{
	size_t n = 0;

	while (n < line.len && line.p[n] == ' ')
		n++;
	n += open_length(span_from(line, n));
	if (n == line.len || line.p[n] != '>')
		return 0;
	n++;
	return n < line.len && line.p[n] == ' ' ? n + 1 : n;
}

static struct span
line_first(struct span text)
{
	const uint8_t *end = memchr(text.p, '\n', text.len);

	return end ? span_first(text, (size_t)(end - text.p)) : text;
}

/*
 * Only what looks exactly like a prompt goes, and "> " only behind one: in a
 * text of its own that may be Lua.
 */
void
strip_prompts(struct span text, struct buf *out)
{
	bool had_prompt = false;

	while (text.len) {
		struct span line = line_first(text);
		size_t skip = prompt_length(line);

		if (skip)
			had_prompt = true;
		else if (had_prompt)
			skip = continuation_length(line);
		buf_add_span(out, span_from(line, skip));
		text = span_from(text, line.len);
		if (text.len) {
			buf_add_byte(out, '\n');
			text = span_from(text, 1);
		}
	}
}
