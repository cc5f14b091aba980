/* A machine that makes its image behind a batch does what one does that makes
 * it behind every message. */
#include "machine.h"

enum {
	LANE = 6,
	MESSAGES = 400
};

/* Deferred and not, the latter by asking for the image. */
struct pair {
	struct bench at_once;
	struct bench deferred;
	struct bench other; /* in the same lane, now and then */
};

static void
pair_open(struct pair *p)
{
	struct vm_limits limits = vm_default_limits;

	limits.instructions = 3000000;
	limits.memory = 16 << 20;
	bench_open_with(&p->at_once, plain_module(), LANE, &limits);
	bench_open_with(&p->deferred, plain_module(), LANE + 1, &limits);
	bench_open(&p->other, LANE + 1);
}

static void
pair_close(struct pair *p)
{
	bench_close(&p->at_once);
	bench_close(&p->deferred);
	bench_close(&p->other);
}

static void
pair_run(struct pair *p, const char *text, bool read_only)
{
	struct buf image;

	bench_run_span(&p->at_once, span_text(text), read_only);
	image = bench_image(&p->at_once);
	buf_release(&image);
	bench_run_span(&p->deferred, span_text(text), read_only);
	CHECK_INT(p->deferred.result.verdict, p->at_once.result.verdict);
	CHECK_TEXT(buf_text(&p->deferred.result.json),
	    buf_text(&p->at_once.result.json));
}

static const char *const good[] = {
	"n = (n or 0) + 1 return n .. ' ' .. tostring({})",
	"co = co or coroutine.wrap(function() local i = 0 while true do "
	"i = i + 1 coroutine.yield(i .. tostring(M.Timestamp)) end end) "
	"return co()",
	"t = t or {} for i = 1, 50 do t[#t + 1] = ('x'):rep(#t % 70) end "
	"return #t .. collectgarbage('count')",
	"g = g or setmetatable({}, {__mode = 'v'}) g[#g + 1] = {} "
	"return #g .. math.random()",
	"t = nil return collectgarbage('count')",
};

static const char *const bad[] = {
	"n = -1 error('no')",
	"n = -2 co() return { answer = { Error = 'e' } }",
	"n = -3 while true do end",
	"n = -4 t = ('x'):rep(1 << 26)",
};

/* Good ones mostly; each failure in its turn, at uneven distances. */
static void
pair_step(struct pair *p, unsigned i)
{
	if (i % 7 == 3 || i % 31 == 4)
		pair_run(p, bad[i / 7 % 4], false);
	else if (i % 11 == 5)
		pair_run(p, good[i % 4], true);
	else if (i % 101 == 100)
		pair_run(p, good[4], false);
	else
		pair_run(p, good[i % 4], false);
	if (i % 23 == 9)
		bench_run(&p->other, "y = ('z'):rep(300000)");
}

TEST(vm_defer, a_log_gives_the_same_results_and_states)
{
	struct pair p;
	struct buf a;
	struct buf b;

	pair_open(&p);
	for (unsigned i = 0; i < MESSAGES; i++)
		pair_step(&p, i);
	a = bench_image(&p.at_once);
	b = bench_image(&p.deferred);
	/* but for the lane in its head, and the words that hold addresses */
	CHECK_INT(a.len, b.len);
	buf_release(&a);
	buf_release(&b);
	pair_close(&p);
}

/* The same in one lane, where images can be compared. */
TEST(vm_defer, the_image_is_that_of_a_machine_that_defers_nothing)
{
	struct buf images[2];

	for (int deferred = 0; deferred < 2; deferred++) {
		struct bench b;

		bench_open(&b, LANE);
		for (unsigned i = 0; i < MESSAGES; i++) {
			struct buf image;

			bench_run(&b, good[i % 4]);
			if (deferred && i % 13 == 0)
				bench_run(&b, bad[i / 13 % 2]);
			if (deferred)
				continue;
			/* so that slots agree */
			b.assignment.slot += i % 13 == 0;
			image = bench_image(&b);
			buf_release(&image);
		}
		images[deferred] = bench_image(&b);
		bench_close(&b);
	}
	CHECK(span_equal(buf_span(&images[0]), buf_span(&images[1])));
	buf_release(&images[0]);
	buf_release(&images[1]);
}

/* A message that is deferred may be freed by everybody else. */
TEST(vm_defer, what_it_holds_is_told)
{
	struct buf text = BUF_INIT;
	struct bench b;
	size_t held = 0;

	buf_add_text(&text, "return 1 --");
	while (text.len < 30000)
		buf_add_byte(&text, '-');
	bench_open(&b, LANE);
	for (int i = 0; i < 50; i++) {
		size_t memory;

		bench_run_span(&b, buf_span(&text), false);
		memory = b.vm->ops->memory(b.vm);
		if (memory > held)
			held = memory;
	}
	/* some were kept at once, but not many */
	CHECK(held > 2 * text.len);
	CHECK(held < 20 * text.len);
	buf_release(&text);
	bench_close(&b);
}
