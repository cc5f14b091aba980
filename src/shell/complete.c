/*
 * Only words that are sure to be there are offered: keywords, what the process
 * library defines, names that the node lists. Readline owns the lists and the
 * words in them once they are given.
 *
 * One function, attempt(), is asked for each Tab. Which list it offers is
 * decided by where the word stands: at the front behind a dot a command, behind
 * a command what its table entry says, anywhere else Lua. Readline's own guess,
 * names of files, is asked for only where a command takes files.
 */
#include "shell/complete.h"

#include <stdio.h>
#include <stdlib.h>

#include <readline/readline.h>

#include "base/alloc.h"
#include "term/lua_lexer.h"
#include "shell/blueprint.h"
#include "shell/command.h"
#include "shell/shell.h"

/* Names that every process has; spec of the process library, section 2. */
static const char *const process_names[] = { "Assign", "Bell", "Colors", "Dump",
	"Errors", "Handlers", "Handlers.add", "Handlers.after",
	"Handlers.append", "Handlers.before", "Handlers.evaluate",
	"Handlers.generateResolver", "Handlers.list", "Handlers.once",
	"Handlers.prepend", "Handlers.receive", "Handlers.remove",
	"Handlers.utils", "Handlers.utils.hasMatchingData",
	"Handlers.utils.hasMatchingTag", "Handlers.utils.reply", "Inbox",
	"Name", "Nonce", "Owner", "Prompt", "Receive", "Seeded", "Send",
	"Spawn", "Tab", "Utils", "Utils.compose", "Utils.concat", "Utils.curry",
	"Utils.filter", "Utils.find", "Utils.includes", "Utils.keys",
	"Utils.map", "Utils.matchesPattern", "Utils.matchesSpec", "Utils.prop",
	"Utils.propEq", "Utils.reduce", "Utils.reverse", "Utils.values",
	"Version", "_G", "_VERSION", "ao", "ao.addAssignable", "ao.assign",
	"ao.authorities", "ao.env", "ao.id", "ao.isAssignable",
	"ao.isAssignment", "ao.isTrusted", "ao.outbox", "ao.removeAssignable",
	"ao.result", "ao.send", "ao.spawn", "apm", "assert", "base64",
	"base64.decode", "base64.encode", "collectgarbage", "coroutine.create",
	"coroutine.resume", "coroutine.wrap", "coroutine.yield", "error",
	"getmetatable", "ipairs", "json", "json.decode", "json.encode", "load",
	"math.abs", "math.ceil", "math.floor", "math.huge", "math.max",
	"math.maxinteger", "math.min", "math.mininteger", "math.pi",
	"math.random", "math.sqrt", "math.tointeger", "math.type", "next",
	"os.time", "pairs", "pcall", "print", "rawequal", "rawget", "rawlen",
	"rawset", "require", "select", "setmetatable", "string.byte",
	"string.char", "string.find", "string.format", "string.gmatch",
	"string.gsub", "string.len", "string.lower", "string.match",
	"string.pack", "string.rep", "string.reverse", "string.sub",
	"string.unpack", "string.upper", "table.concat", "table.insert",
	"table.move", "table.pack", "table.remove", "table.sort",
	"table.unpack", "tonumber", "tostring", "type", "utf8.char",
	"utf8.codepoint", "utf8.len", "xpcall", NULL };

/* Readline's callbacks carry no argument. */
static struct shell *completing;

/* Words gathered for readline, which frees each of them. */
struct matches {
	const char *text;
	const char *before; /* put in front of each: "." or "" */
	char **list;
	size_t count;
};

/* Take a word that goes on from what is typed. */
static void
offer(struct matches *m, const char *word)
{
	char *whole = xasprintf("%s%s", m->before, word);

	if (strncmp(whole, m->text, strlen(m->text)) != 0) {
		free(whole);
		return;
	}
	/* the first is for what all have in common; NULL behind the last */
	m->list = xrealloc(m->list, (m->count + 3) * sizeof(*m->list));
	m->list[++m->count] = whole;
	m->list[m->count + 1] = NULL;
}

/* What they all begin with goes to the front, as readline wants it. */
static char **
matches_done(struct matches *m)
{
	size_t common;

	if (m->count == 0)
		return NULL;
	common = strlen(m->list[1]);
	for (size_t i = 2; i <= m->count; i++) {
		size_t n = 0;

		while (n < common && m->list[i][n] == m->list[1][n])
			n++;
		common = n;
	}
	m->list[0] = xasprintf("%.*s", (int)common, m->list[1]);
	if (m->count == 1) {
		free(m->list[1]);
		m->list[1] = NULL;
	}
	return m->list;
}

/* Processes without a name can only be meant by id, which nobody types. */
static bool
offer_process(void *arg, const struct process_info *info)
{
	if (info->name[0])
		offer(arg, info->name);
	return true;
}

/* A node that cannot answer now offers nothing. */
static char **
complete_processes(const char *text)
{
	struct matches m = { .text = text, .before = "" };
	struct node *n = completing->client.node;
	struct error ignored;

	n->ops->list(n, offer_process, &m, &ignored);
	return matches_done(&m);
}

/* `before` is "." where the dot is part of the word. */
static char **
complete_dots(const char *text, const char *before)
{
	struct matches m = { .text = text, .before = before };

	for (const struct command *const *c = dot_commands; *c; c++)
		offer(&m, (*c)->name);
	return matches_done(&m);
}

static char **
complete_blueprints(const char *text)
{
	struct matches m = { .text = text, .before = "" };
	struct blueprint b;

	for (size_t i = 0; blueprint_at(i, &b); i++)
		offer(&m, b.name);
	return matches_done(&m);
}

static char **
complete_lua(const char *text)
{
	struct matches m = { .text = text, .before = "" };

	for (const char *const *w = lua_keywords; *w; w++)
		offer(&m, *w);
	for (const char *const *w = process_names; *w; w++)
		offer(&m, *w);
	return matches_done(&m);
}

/* By what the command says its arguments are. */
static char **
complete_argument(const struct command *c, const char *text)
{
	switch (c ? c->complete : COMPLETE_NOTHING) {
	case COMPLETE_FILES:
		rl_filename_completion_desired = 1;
		return rl_completion_matches(text,
		    rl_filename_completion_function);
	case COMPLETE_PROCESSES:
		return complete_processes(text);
	case COMPLETE_COMMANDS:
		return complete_dots(text, *text == '.' ? "." : "");
	case COMPLETE_BLUEPRINTS:
		return complete_blueprints(text);
	case COMPLETE_LUA:
		return complete_lua(text);
	default:
		return NULL;
	}
}

/* Readline's question: what may stand at start … end of the line? */
static char **
attempt(const char *text, int start, int end)
{
	struct span line = span_of(rl_line_buffer, (size_t)end);
	size_t n = 0;

	/* never readline's own guess, a file name */
	rl_attempted_completion_over = 1;
	if (line.len == 0 || line.p[0] != '.' ||
	    reader_is_open(&completing->reader))
		return complete_lua(text);
	if (start == 0)
		return complete_dots(text, ".");
	line = span_from(line, 1);
	while (n < line.len && line.p[n] != ' ')
		n++;
	return complete_argument(
	    command_find(dot_commands, span_first(line, n)), text);
}

void
complete_init(struct shell *sh)
{
	completing = sh;
	rl_attempted_completion_function = attempt;
	/* a dot belongs to the word: .load, Handlers.add */
	rl_completer_word_break_characters = " \t\n\"'`@$><=;|&{(+*%^#~,[]:)}";
	rl_completer_quote_characters = "\"'";
}
