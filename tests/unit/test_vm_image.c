/* States as bytes: saved, restored, refused. */
#include "machine.h"

enum {
	LANE = 5
};

/* Another machine, from an image. */
static void
restored(struct bench *b, struct span image)
{
	struct error err;

	bench_open(b, LANE);
	CHECK_OK(b->vm->ops->restore(b->vm, image, &err), err);
}

static void
refused(struct vm *vm, struct span image, const char *text)
{
	struct error err;

	CHECK_INT(vm->ops->restore(vm, image, &err), -1);
	CHECK_INT(err.code, ERR_FORMAT);
	CHECK_TEXT(err.text, text);
}

/* Something that waits, something collected later, addresses, a lot. */
static const char *const programs[] = {
	"n = 0 co = coroutine.wrap(function() while true do n = n + 1 "
	"coroutine.yield(n) end end) return co()",
	"it = string.gmatch('a b c d e f', '%w') return it()",
	"w = setmetatable({}, {__mode = 'k', __gc = function() n = 100 end}) "
	"for i = 1, 3000 do w[{}] = ('x'):rep(i % 90) end return tostring(w)",
	"big = {} for i = 1, 40000 do big[i] = i .. 'text' end return #big",
	"big = nil collectgarbage() return collectgarbage('count')",
};

enum {
	PROGRAMS = sizeof(programs) / sizeof(*programs)
};

static const char further[] =
    "return co() .. it() .. tostring({}) .. collectgarbage('count') .. n";

TEST(vm_image, a_restored_state_goes_on_as_the_first_does)
{
	for (size_t after = 2; after <= PROGRAMS; after++) {
		struct bench a;
		struct bench b;
		struct buf image;
		struct buf again;

		bench_open(&a, LANE);
		for (size_t i = 0; i < after; i++)
			bench_run(&a, programs[i]);
		image = bench_image(&a);
		restored(&b, buf_span(&image));
		b.assignment = a.assignment;
		for (int i = 0; i < 3; i++) {
			bench_run(&a, further);
			CHECK_INT(a.result.verdict, VERDICT_OK);
			CHECK_TEXT(bench_run(&b, further),
			    buf_text(&a.result.json));
		}
		buf_release(&image);
		image = bench_image(&a);
		again = bench_image(&b);
		CHECK(span_equal(buf_span(&image), buf_span(&again)));
		buf_release(&image);
		buf_release(&again);
		bench_close(&a);
		bench_close(&b);
	}
}

TEST(vm_image, calls_that_are_deferred_are_in_it)
{
	struct vm_call call = { VM_HANDLE,
		{ span_text("{\"Data\":\"x = (x or 0) + 1 return x\"}"),
		    span_text("{}") } };
	struct vm_answer answer = { 0 };
	struct bench a;
	struct bench b;
	struct buf image;
	struct error err;

	bench_open(&a, LANE);
	for (int i = 0; i < 30; i++)
		CHECK_OK(a.vm->ops->call(a.vm, &call, &answer, &err), err);
	image = bench_image(&a);
	restored(&b, buf_span(&image));
	GIVES(&b, "return x", "30");
	buf_release(&image);
	buf_release(&answer.text);
	bench_close(&a);
	bench_close(&b);
}

TEST(vm_image, a_fresh_one_is_saved_too)
{
	struct bench a;
	struct bench b;
	struct buf image;

	bench_open(&a, LANE);
	image = bench_image(&a);
	restored(&b, buf_span(&image));
	bench_run(&a, "return tostring({})");
	CHECK_TEXT(bench_run(&b, "return tostring({})"),
	    buf_text(&a.result.json));
	buf_release(&image);
	bench_close(&a);
	bench_close(&b);
}

TEST(vm_image, a_state_at_rest_is_small)
{
	struct bench b;

	bench_open_with(&b, vm_builtin_module(LIBRARY_CLASSIC), LANE,
	    &vm_default_limits);
	bench_run(&b, "");
	CHECK_INT(b.result.verdict, VERDICT_OK);
	/* of some 140 KiB */
	CHECK(b.vm->ops->memory(b.vm) < 32768);
	bench_close(&b);
}

TEST(vm_image, it_is_refused_where_it_does_not_belong)
{
	struct buf module = make_module(".other", "return 1");
	struct vm_limits limits = vm_default_limits;
	struct bench a;
	struct bench b;
	struct buf image;

	bench_open(&a, LANE);
	bench_run(&a, "t = {} for i = 1, 9999 do t[i] = {} end");
	image = bench_image(&a);
	bench_open(&b, LANE + 1);
	refused(b.vm, buf_span(&image), "image is of another lane");
	bench_close(&b);
	bench_open_with(&b, buf_span(&module), LANE, &limits);
	refused(b.vm, buf_span(&image), "image is of another build or module");
	bench_close(&b);
	limits.memory = 1 << 18;
	bench_open_with(&b, plain_module(), LANE, &limits);
	refused(b.vm, buf_span(&image), "image has no size that may be");
	refused(b.vm, span_text(""), "this is no image");
	refused(b.vm, span_of(image.p, 20),
	    "image is of another build or module");
	GIVES(&b, "return t", "nil");
	bench_close(&b);
	bench_close(&a);
	buf_release(&image);
	buf_release(&module);
}

/* Whatever is cut off or turned over, laying it out stays within bounds. The
 * window's bytes are looked at by no program then. */
TEST(vm_image, what_is_damaged_does_no_harm)
{
	struct bench a;
	struct bench b;
	struct buf image;
	struct error err;

	bench_open(&a, LANE);
	bench_run(&a, "t = {1, 2, 3} return #t");
	image = bench_image(&a);
	bench_open(&b, LANE);
	for (size_t len = 0; len < image.len; len++)
		(void)b.vm->ops->restore(b.vm, span_of(image.p, len), &err);
	for (size_t i = 0; i < image.len; i++) {
		image.p[i] ^= 0x55;
		(void)b.vm->ops->restore(b.vm, buf_span(&image), &err);
		image.p[i] ^= 0x55;
	}
	CHECK_OK(b.vm->ops->restore(b.vm, buf_span(&image), &err), err);
	GIVES(&b, "return #t", "3");
	buf_release(&image);
	bench_close(&a);
	bench_close(&b);
}

TEST(vm_image, the_build_has_an_id)
{
	const char *id = vm_build_id();

	CHECK(id != NULL);
	/* the note's twenty bytes, and where windows are */
	CHECK(strlen(id) > 40);
	CHECK(vm_build_id() == id);
}
