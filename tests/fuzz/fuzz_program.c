/*
 * Programs, fed to a machine as messages. The first byte chooses: the rest is a
 * program's text, or the choices by which a grammar makes one that leans on the
 * library with odd arguments.
 *
 * Whatever a program does: the message ends in its limits, but for the time,
 * which nothing here may need; a failed one has left the state as it was, byte
 * by byte, and the next one works.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "vm/lua/machine.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

enum {
	DEPTH = 5,
	TEXT_MAX = 6000,
	LANE = 3
};

static const struct vm_limits limits = {
	.instructions = 2000000,
	.time_ns = 2000000000,
	.memory = 16 << 20,
	.output = 1 << 20,
	.outbox = 1000,
};

/* Runs each message's data. */
static const char module[] = ".process 123\n"
			     "local P = {} "
			     "function P.handle(msg) "
			     "local r = assert(load(msg.Data, 'data'))() "
			     "return { Output = tostring(r) } end "
			     "return P";

struct bench {
	struct vm *vm;
	struct message spawn;
	struct message message;
	struct process process;
	struct assignment assignment;
	struct result result;
};

struct maker {
	struct span in; /* choices that are left; zeroes behind them */
	struct buf out;
};

static unsigned
choose(struct maker *m, unsigned n)
{
	uint8_t byte = 0;

	take_u8(&m->in, &byte);
	return byte % n;
}

static void expression(struct maker *m, unsigned depth);
static void statement(struct maker *m, unsigned depth);

/* Replaced in the texts: E an expression, B a block, S a text, N a number, V a
 * name, P a pattern. */
static const char *const expressions[] = { "N", "S", "V", "nil", "true", "0/0",
	"{}", "...", "{E, E, E}", "{[E] = E, V = E}", "(E)", "#E", "-E",
	"not E", "~E", "E + E", "E * E", "E // E", "E % E", "E ^ E", "E .. E",
	"E == E", "E < E", "E <= E", "E and E", "E or E", "E & E", "E << E",
	"E.V", "E[E]", "E(E)", "E:V(E)", "function(...) B end",
	"(function(a, b, ...) B end)(E, E)", "pcall(E, E, E)",
	"select(2, pcall(function() B end))",
	"xpcall(function() B end, function(m) B return m end)",
	"string.rep(E, N, S)", "(S):rep(N)", "(S):rep(N):find(P)",
	"(S):find(P, N, E)", "(S):rep(200):match(P)", "(S):gsub(P, E, N)",
	"(S):rep(99):gsub(P, function(...) B end)", "(S):gsub(P, S)",
	"(S):gmatch(P, N)", "(S):gmatch(P)()", "(S):format(E, E)",
	"string.format(S, E, E, E)", "(S):byte(N, N)", "string.char(N, N)",
	"(S):sub(N, N)", "(S):upper():lower():reverse()", "(S):rep(N, S):len()",
	"string.pack(S, E, E)", "string.unpack(S, E, N)", "string.packsize(S)",
	"table.concat(E, S, N, N)", "table.unpack(E, N, N)", "table.pack(E, E)",
	"table.move(E, N, N, N, E)", "table.remove(E, N)", "select(N, E, E)",
	"setmetatable({}, {__index = E, __newindex = E, __len = E, "
	"__call = E, __eq = E, __lt = E, __concat = E, __add = E})",
	"setmetatable({}, {__gc = function(...) B end, __mode = S})",
	"setmetatable({}, {__close = function(...) B end})",
	"setmetatable(E, {__tostring = function() return E end, "
	"__name = E, __metatable = E, __pairs = E})",
	"setmetatable({}, {__len = function() return N end, "
	"__index = function(t, k) return E end})",
	"getmetatable(E)", "getmetatable('').__index", "tostring(E)",
	"tonumber(E, N)", "tonumber(E)", "next(E)", "rawget(E, E)", "rawlen(E)",
	"rawequal(E, E)", "type(E)", "load(E)", "load(S .. E)",
	"load(function() return E end)", "load('return ' .. S, S, S, E)",
	"collectgarbage(S, N)", "collectgarbage('count')",
	"coroutine.create(function(...) B end)",
	"coroutine.wrap(function(...) B end)(E)", "coroutine.resume(E, E)",
	"coroutine.running()", "coroutine.status(E)", "coroutine.close(E)",
	"coroutine.isyieldable()", "utf8.char(N, N)", "utf8.len(S, N, N, E)",
	"utf8.codepoint(S, N, N)", "utf8.offset(S, N, N)", "utf8.codes(S)",
	"math.tointeger(E)", "math.floor(E)", "math.fmod(N, N)",
	"math.ult(N, N)", "math.random(N, N)", "math.sin(E)", "math.max(E, E)",
	"os.date(S, N)", "os.time(E)",
	"os.time({year = N, month = N, day = N})", "require('json').encode(E)",
	"require('json').decode(S)", "require(S)", "bit32.extract(N, N, N)",
	"debug.traceback(E, N)", "debug.getinfo(N, S)", "io.open(S)", "_G",
	"_ENV", "string", "table", "a", "b", "c" };

static const char *const statements[] = { "local V = E", "V = E", "E.V = E",
	"a[E] = E", "local a, b <const>, c = E, E, E", "local V <close> = E",
	"while E do B break end", "while true do B end",
	"for i = N, N, N do B end", "for i = 1, 100 do B end",
	"for k, v in pairs(E) do B end", "for k, v in ipairs(E) do B end",
	"for k in next, E do B end", "for w in (S):gmatch(P) do B end",
	"for p, c in utf8.codes(S) do B end", "if E then B else B end",
	"repeat B until E", "do B end",
	"goto x ::x::", "::y:: B if E then goto y end",
	"V = function(...) B return E end",
	"local function f(...) B return f(E) end f(E)", "pcall(E, E)",
	"error(E, N)", "table.insert(a, E)", "table.insert(a, N, E)",
	"table.sort(a, function(x, y) B return E end)", "table.sort(a)",
	"coroutine.yield(E)", "setmetatable(a, {__index = a, __newindex = b})",
	"b = setmetatable({}, {__index = b})", "a = {a, a}", "a[#a + 1] = a",
	"c = coroutine.wrap(function() B coroutine.yield(E) B end)", "c(E)",
	"print(E)", "assert(E, E)", "rawset(a, E, E)", "collectgarbage()",
	"collectgarbage('generational')", "collectgarbage('incremental', N, N)",
	"package.loaded.V = E", "Handlers = E", "return E" };

static const char *const texts[] = { "''", "'a'", "'abc'", "'x%0y'",
	"('ab'):rep(50)", "'\\0\\255'", "'%s%d%q'", "'%99999d'", "'%5.3f|%g'",
	"'i4 z s8'", "'!8 c100000000'", "'>i16 d j'", "'k'", "'v'", "'t'",
	"'bt'", "'collect'", "'step'", "'return 1'", "'goto x ::x::'",
	"'{\"a\":[1,2,{}]}'", "'[[[[[1]]]]]'", "'\\u{7fffffff}h\\u{e4}'",
	"'10'", "'0x1p4'", "'1e309'", "'%c %x'", "('('):rep(300)",
	"('x'):rep(1000)", "'__gc'" };

static const char *const numbers[] = { "0", "1", "-1", "2", "3", "10", "0.5",
	"1e308", "-1e308", "1/0", "-1/0", "0/0", "1 << 62", "1 << 63",
	"math.maxinteger", "math.mininteger", "1e9", "1e6", "100000", "255",
	"256", "-0.0", "2^53", "'7'", "nil", "#a", "1 << 31", "-(1 << 31)" };

static const char *const names[] = { "a", "b", "c", "x", "n", "V", "Output",
	"__index" };

static const char *const patterns[] = { "'a*'", "'.-'", "('a*'):rep(20)",
	"('(.-)'):rep(20)", "'.-.-.-x'", "'%b()'", "'%f[%w]%w+'", "'(a)(b)%1'",
	"'()'", "('x?'):rep(300)", "'[^%s]+'", "'[a-'", "'%'", "'^x'", "'$'",
	"'(.)(.)'", "''", "('('):rep(33)", "'%d+'", "E" };

#define PICK(m, list) list[choose((m), sizeof(list) / sizeof(*(list)))]

static void
block(struct maker *m, unsigned depth)
{
	for (unsigned n = choose(m, 3); n > 0; n--) {
		statement(m, depth);
		buf_add_byte(&m->out, ' ');
	}
}

static void
fill_in(struct maker *m, const char *form, unsigned depth)
{
	for (; *form; form++) {
		switch (*form) {
		case 'E':
			expression(m, depth + 1);
			break;
		case 'B':
			block(m, depth + 1);
			break;
		case 'S':
			fill_in(m, PICK(m, texts), depth + 1);
			break;
		case 'N':
			buf_add_text(&m->out, PICK(m, numbers));
			break;
		case 'V':
			buf_add_text(&m->out, PICK(m, names));
			break;
		case 'P':
			fill_in(m, PICK(m, patterns), depth + 1);
			break;
		default:
			buf_add_byte(&m->out, (uint8_t)*form);
		}
	}
}

static void
expression(struct maker *m, unsigned depth)
{
	if (depth >= DEPTH || m->out.len > TEXT_MAX)
		buf_add_text(&m->out, PICK(m, numbers));
	else
		fill_in(m, PICK(m, expressions), depth);
}

static void
statement(struct maker *m, unsigned depth)
{
	if (depth >= DEPTH || m->out.len > TEXT_MAX)
		buf_add_text(&m->out, ";");
	else
		fill_in(m, PICK(m, statements), depth);
}

static void
make_program(struct maker *m)
{
	buf_add_text(&m->out,
	    "a, b, c = a or {}, b or {1, 2, 3}, c or 'text' ");
	while (m->in.len > 0 && m->out.len < TEXT_MAX) {
		buf_add_text(&m->out, "do ");
		statement(m, 0);
		buf_add_text(&m->out, " end ");
	}
}

static void
must(bool holds, const char *what, struct span text)
{
	if (holds)
		return;
	fprintf(stderr, "%s:\n%.*s\n", what, SPAN_ARG(text));
	abort();
}

static void
open_bench(struct bench *b)
{
	/* its text is taken in any case */
	struct error err = { 0 };

	memset(b, 0, sizeof(*b));
	b->process.spawn = &b->spawn;
	b->message.has_target = true;
	b->assignment.timestamp_ms = 1700000000123;
	must(machine_ops.open(span_text(module), LANE, &limits, &b->vm, &err) ==
		0,
	    "no machine", span_text(err.text));
}

static const char *
send(struct bench *b, struct span text)
{
	struct message_draft draft = { .target = &b->message.target,
		.data = text };
	struct message *m = message_from_draft(&draft, &b->message.owner);
	struct evaluation e = { .process = &b->process,
		.message = m,
		.assignment = &b->assignment };
	struct error err;

	must(b->vm->ops->eval(b->vm, &e, &b->result, &err) == 0,
	    "machine is broken", text);
	message_unref(m);
	b->assignment.slot++;
	return buf_text(&b->result.json);
}

static void
close_bench(struct bench *b)
{
	result_release(&b->result);
	b->vm->ops->close(b->vm);
}

/* How a message would end now: a program may have left a finalizer that never
 * ends, and that is due sooner or later. */
static enum verdict
next_verdict(struct bench *b)
{
	struct assignment assignment = b->assignment;
	struct evaluation e = { .process = &b->process,
		.message = &b->message,
		.assignment = &assignment,
		.read_only = true };
	struct error err;

	assignment.slot = 0;
	b->message.data = span_text("return 1");
	must(b->vm->ops->eval(b->vm, &e, &b->result, &err) == 0,
	    "machine is broken", b->message.data);
	return b->result.verdict;
}

/* The state as bytes, owned. */
static struct buf
image_of(struct bench *b)
{
	struct buf image = BUF_INIT;
	struct error err = { 0 };

	must(b->vm->ops->save(b->vm, &image, &err) == 0, "no image",
	    span_text(err.text));
	return image;
}

/*
 * A message and what must hold behind it: a program that came to its end may
 * have broken the process, one that failed has done nothing.
 */
static void
run(struct bench *b, struct span text)
{
	struct buf before = image_of(b);
	struct buf behind;
	enum verdict would = next_verdict(b);
	bool failed;

	send(b, text);
	failed = b->result.verdict != VERDICT_OK;
	must(b->result.verdict != VERDICT_TIME, "out of time", text);
	behind = image_of(b);
	must(!failed || span_equal(buf_span(&behind), buf_span(&before)),
	    "state moved on", text);
	buf_release(&behind);
	must(b->vm->ops->memory(b->vm) <= limits.memory + limits.memory / 2,
	    "state too large", text);
	buf_release(&before);
	if (failed && next_verdict(b) != would) {
		fprintf(stderr, "%s, then %s\n", verdict_name(would),
		    buf_text(&b->result.json));
		must(false, "next message", text);
	}
	send(b, span_text("return 1"));
}

/* A fresh process for each input: it must be found again by it. */
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	struct maker m = { .in = span_of(p, len) };
	struct bench b;
	uint8_t mode;

	if (!take_u8(&m.in, &mode))
		return 0;
	if (mode & 1)
		make_program(&m);
	else
		buf_add_span(&m.out, m.in);
	open_bench(&b);
	run(&b, buf_span(&m.out));
	/* once more in the state that it has made */
	run(&b, buf_span(&m.out));
	close_bench(&b);
	buf_release(&m.out);
	return 0;
}
