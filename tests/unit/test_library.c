/* The library of this program in a process that began with an older one. */
#include <stdlib.h>

#include "shell/library.h"
#include "machine.h"

enum {
	LANE = 7
};

static struct buf older;
static struct buf text;

/* A process as its first message leaves it. */
static void
begin(struct bench *b)
{
	if (!older.len) {
		older = test_vector("library/before-updates");
		library_text(&text);
	}
	bench_open_with(b, buf_span(&older), LANE, &vm_default_limits);
	b->message.id = b->process.id;
	b->tags[0] = (struct tag){ span_text("Type"), span_text("Process") };
	b->message.tag_count = 1;
	bench_run(b, "");
	b->message.id.bytes[0] = 9;
	b->tags[0] = (struct tag){ span_text("Action"), span_text("Eval") };
}

/* Whether an evaluation shows that. */
static void
shows(struct bench *b, const char *code, const char *want, int line)
{
	char start[200];
	const char *at;

	bench_run(b, code);
	snprintf(start, sizeof(start), "\"data\":\"%s\"", want);
	at = strstr(buf_text(&b->result.json), start);
	if (b->result.verdict != VERDICT_OK || !at) {
		print_error("%s: %s, not %s\n", code, buf_text(&b->result.json),
		    want);
		_fail(__BASE_FILE__, line);
	}
}

#define SHOWS(b, code, want) shows((b), (code), (want), __LINE__)

static void
update(struct bench *b)
{
	bench_run_span(b, buf_span(&text), false);
	if (b->result.verdict != VERDICT_OK)
		fail_msg("%s", buf_text(&b->result.json));
}

TEST(library, a_process_goes_on_from_an_image_behind_it)
{
	struct bench a;
	struct bench b;
	struct buf image;
	struct error err;

	begin(&a);
	bench_run(&a, "n = 0 local m = Receive('Wake') n = m.Data");
	update(&a);
	image = bench_image(&a);
	begin(&b);
	b.assignment = a.assignment;
	b.vm->ops->close(b.vm);
	CHECK_OK(machine_ops.open(buf_span(&older), LANE, &vm_default_limits,
		     &b.vm, &err),
	    err);
	CHECK_OK(b.vm->ops->restore(b.vm, buf_span(&image), &err), err);
	for (int i = 0; i < 2; i++) {
		static const char *const codes[] = {
			"tostring({}) .. tostring(print) .. math.random()",
			"require('.crypto').digest.sha3_256('a').asHex()",
		};

		bench_run(&a, codes[i]);
		CHECK_INT(a.result.verdict, VERDICT_OK);
		CHECK_TEXT(bench_run(&b, codes[i]), buf_text(&a.result.json));
	}
	buf_release(&image);
	bench_close(&a);
	bench_close(&b);
}

/* KiB in use. */
static double
in_use(struct bench *b)
{
	const char *at;

	bench_run(b,
	    "collectgarbage() collectgarbage() return collectgarbage('count')");
	at = strstr(buf_text(&b->result.json), "\"data\":\"");
	CHECK(at != NULL);
	return at ? strtod(at + 8, NULL) : 0;
}

TEST(library, again_and_again_takes_no_more_memory)
{
	struct bench b;
	double before;

	begin(&b);
	update(&b);
	before = in_use(&b);
	for (int i = 0; i < 10; i++)
		update(&b);
	/* a copy that stayed each time would be some 1,400 */
	CHECK(in_use(&b) < before + 20);
	bench_close(&b);
}

/* Each of these has put something of its own into the library's place. */
TEST(library, what_a_program_has_replaced_stays)
{
	struct bench b;

	begin(&b);
	bench_run(&b,
	    "print = (function(p) return function(x) p('my ' .. x) end "
	    "end)(print) "
	    "function Prompt() return 'mine' end "
	    "Colors.red = 'RED' "
	    "function ao.isTrusted() return 'own' end "
	    "function Utils.keys() return 'own keys' end "
	    "require('.process').extra = function() return 'extra' end "
	    "math = nil "
	    "Handlers.prepend('APM.SearchResponse', 'S', "
	    "  function() Searched = true end)");
	update(&b);
	SHOWS(&b, "print('x')", "my x");
	SHOWS(&b, "Prompt() .. Colors.red", "mineRED");
	SHOWS(&b, "ao.isTrusted()", "own");
	SHOWS(&b, "Utils.keys({})", "own keys");
	SHOWS(&b, "require('.process').extra()", "extra");
	SHOWS(&b, "math == nil", "true");
	b.tags[0].value = span_text("S");
	bench_run(&b, "");
	b.tags[0].value = span_text("Eval");
	SHOWS(&b, "Searched", "true");
	bench_close(&b);
}

/* Functions that were there before work on what is there behind it. */
TEST(library, what_was_kept_of_the_library_goes_on)
{
	struct bench b;

	begin(&b);
	bench_run(&b,
	    "send, shown, handlers, lib = ao.send, print, Handlers, ao "
	    "words = require('.bint')(256) value = words(7) "
	    "Handlers.add('mine', 'Mine', function(m) Got = m.Data end) "
	    "first = math.random(1000000000)");
	update(&b);
	SHOWS(&b, "#send({ Target = 'T', Tags = {} }).Tags", "4");
	bench_run(&b, "send({ Target = 'T', Data = 'kept' })");
	CHECK(strstr(buf_text(&b.result.json), "\"Data\":\"kept\""));
	SHOWS(&b, "shown('text')", "text");
	SHOWS(&b, "handlers == Handlers and lib == ao", "true");
	SHOWS(&b, "require('.handlers') == Handlers and require('ao') == ao",
	    "true");
	SHOWS(&b, "value + require('.bint')(256)(1) == words(8)", "true");
	SHOWS(&b, "ao.reference > 1", "true");
	SHOWS(&b, "ao.id == ao.env.Process.Id", "true");
	b.tags[0].value = span_text("Mine");
	bench_run(&b, "data");
	b.tags[0].value = span_text("Eval");
	SHOWS(&b, "Got", "data");
	bench_close(&b);
}

TEST(library, modules_that_were_never_used_are_the_new_ones)
{
	struct bench b;

	begin(&b);
	update(&b);
	/* the older ones have no such field */
	SHOWS(&b, "require('.apm.client').waiting ~= nil", "true");
	SHOWS(&b,
	    "package.loaded['.utils'] = nil "
	    "return require('.utils') ~= Utils and "
	    "require('.utils').map(function(x) return x + 1 end, { 1 })[1]",
	    "2");
	SHOWS(&b, "require('.crypto').digest.sha2_512('a').asHex():sub(1, 8)",
	    "1f40fc92");
	SHOWS(&b, "Dump({ a = 1 }, 0)", "{ a = 1 }");
	bench_close(&b);
}

/* Refused, and nothing has changed. */
static void
refused(const char *first, const char *why)
{
	struct bench b;
	struct buf image;
	struct buf again;

	begin(&b);
	bench_run(&b, first);
	image = bench_image(&b);
	bench_run_span(&b, buf_span(&text), false);
	CHECK_INT(b.result.verdict, VERDICT_ERROR);
	if (!strstr(buf_text(&b.result.json), why))
		fail_msg("%s: %s", first, buf_text(&b.result.json));
	again = bench_image(&b);
	CHECK(span_equal(buf_span(&image), buf_span(&again)));
	buf_release(&image);
	buf_release(&again);
	bench_close(&b);
}

TEST(library, one_that_cannot_take_it_stays_as_it_is)
{
	refused("pairs = function(t) return next, t end",
	    "the program has replaced 'pairs'");
	refused("type = 'mine'", "the program has replaced 'type'");
	refused("error = nil", "the program has replaced 'error'");
	refused("package.loaded['.message'] = nil "
		"package.preload['.message'] = nil",
	    "the machine of this process has no '.message'");
	refused("Handlers.add = 5 setmetatable(Handlers, { __newindex = "
		"function() error('frozen') end }) Handlers._version = nil",
	    "frozen");
}
