/*
 * reader - lines in, units out: complete pieces of Lua and dot commands.
 *
 * A unit is complete when the compiler says so. A line that begins with a dot
 * and a letter, where no Lua is open, is a dot command. In editor mode lines
 * are gathered until .done.
 */
#ifndef SHELL_READER_H
#define SHELL_READER_H

#include "base/buf.h"
#include "base/error.h"
#include "term/lua_lexer.h"

enum reader_state {
	READER_NOTHING, /* blank lines and comments only: no unit */
	READER_MORE,    /* the unit goes on in the next line */
	READER_LUA,     /* `text` is a complete unit */
	READER_DOT,     /* `text` is a dot command, with its dot */
	READER_WRONG,   /* `text` does not compile: see `err` */
	READER_PRINT    /* editor: .print asks for the text */
};

/* All zeroes to start with; release with reader_release(). */
struct reader {
	struct buf text;   /* of the unit so far */
	size_t first_line; /* where it starts; lines count from 1 */
	size_t lines;      /* read so far */
	bool editor;       /* set it to enter editor mode */
	bool done;         /* the unit was given out */
	struct lua_lexer lexer;
	long depth;    /* constructs that the lexer sees open */
	size_t tokens; /* of the unit that are no comments */
	size_t unit_lines;
	size_t next_look; /* lines of the unit when the compiler is asked */
};

/* Release the text; the reader may be used again after. */
void reader_release(struct reader *r);
/*
 * Add a line, without its end. After LUA, DOT and WRONG the text is borrowed
 * until the next call, which starts a new unit.
 */
enum reader_state reader_add(struct reader *r, struct span line,
    struct error *err);
/* The end of input: MORE, with `err` saying where, when a unit is open. */
enum reader_state reader_end(struct reader *r, struct error *err);
/* Drop the open unit and leave editor mode; false: there was none. */
bool reader_drop(struct reader *r);
/* True while a unit or the editor is open. */
bool reader_is_open(const struct reader *r);
/* Whether a line is a dot command, where no Lua is open. */
bool reader_is_dot(struct span line);

/*
 * Append `text` with the prompts taken off that were copied along with it:
 * "aos> ", "NAME@aos-2.0.4[Inbox:3]> " and the "> " or
 * "function> " of lines behind those.
 */
void strip_prompts(struct span text, struct buf *out);

#endif
