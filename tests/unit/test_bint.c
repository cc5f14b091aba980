/*
 * The integers of .bint, in the machine: the library's own files, and as entry
 * the small program of machine.h.
 */
#include "machine.h"

static const char *const files[] = { "bint", "bint/bits", "bint/convert",
	"bint/words" };

/* A file of the source tree, appended. */
static void
add_file(struct buf *b, const char *path)
{
	char bytes[4096];
	FILE *f = fopen(path, "rb");
	size_t n;

	if (!f)
		fail_msg("%s: cannot be opened", path);
	while ((n = fread(bytes, 1, sizeof(bytes), f)) > 0)
		buf_add(b, bytes, n);
	CHECK(!ferror(f) && fclose(f) == 0);
}

static struct span
bint_module(void)
{
	static struct buf module;

	if (module.len)
		return buf_span(&module);
	module = make_module(NULL, NULL);
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		struct buf text = BUF_INIT;
		char path[64];
		char name[64];

		snprintf(path, sizeof(path), "lua/process/%s.lua", files[i]);
		snprintf(name, sizeof(name), ".%s", files[i]);
		for (char *c = name; *c; c++)
			*c = *c == '/' ? '.' : *c;
		add_file(&text, path);
		buf_printf(&module, "%s %zu\n", name, text.len);
		buf_add_span(&module, buf_span(&text));
		buf_release(&text);
	}
	return buf_span(&module);
}

/* What an expression gives in which `bint` has 256 bits; "! " and the text for
 * an error, which has its place in the expression. */
static void
gives(const char *expression, const char *expected)
{
	struct buf text = BUF_INIT;
	struct bench b;

	bench_open_with(&b, bint_module(), 30, &vm_default_limits);
	buf_printf(&text,
	    "local new = require('.bint') local bint = new(256) "
	    "local max, min = bint.maxinteger(), bint.mininteger() "
	    "local ok, v = pcall(function() return %s end) "
	    "return ok and tostring(v) or "
	    "'! ' .. tostring(v):gsub('^%%[string \"data\"%%]:1: ', '')",
	    expression);
	bench_gives(&b, buf_text(&text), expected, 0);
	bench_close(&b);
	buf_release(&text);
}

TEST(bint, agrees_with_another_implementation)
{
	struct buf text = BUF_INIT;
	struct buf vectors = test_vector("bint/operations");
	struct bench b;

	buf_printf(&text, "vectors = [==[\n%s]==]\n", buf_text(&vectors));
	add_file(&text, "tests/vectors/bint/check.lua");
	bench_open_with(&b, bint_module(), 30, &vm_default_limits);
	GIVES(&b, buf_text(&text), "1065");
	bench_close(&b);
	buf_release(&text);
	buf_release(&vectors);
}

/* What must hold whatever the operands are. */
TEST(bint, identities_hold_for_random_operands)
{
	struct bench b;

	bench_open_with(&b, bint_module(), 30, &vm_default_limits);
	GIVES(&b,
	    "local bint = require('.bint')(256)\n"
	    "local x = bint('0x9e3779b97f4a7c15f39cc0605cedc835')\n"
	    "local function random(i)\n"
	    "  x = x * x + bint('0x9e3779b97f4a7c15') + i\n"
	    "  return bint.brol(x, 7 * i) >> 5 * i % 256\n"
	    "end\n"
	    "for i = 1, 1000 do\n"
	    "  local a, b = random(i), random(i + 1)\n"
	    "  if i % 3 == 0 then a = -a end\n"
	    "  if i % 5 == 0 then b = -b end\n"
	    "  if b ~= bint.zero() then\n"
	    "    assert((a // b) * b + a % b == a)\n"
	    "    local q, r = bint.tdivmod(a, b)\n"
	    "    assert(q * b + r == a and bint.ult(bint.abs(r), bint.abs(b)))\n"
	    "    q, r = bint.udivmod(a, b)\n"
	    "    assert(q * b + r == a and bint.ult(r, b))\n"
	    "  end\n"
	    "  assert(a + b - b == a and a * b == b * a and -(-a) == a)\n"
	    "  assert((a ~ b) == (a | b) - (a & b) and ~a == -a - 1)\n"
	    "  assert(bint.fromstring(tostring(a)) == a)\n"
	    "  assert((a < b) ~= (b <= a) and bint.ult(a, b) ~= bint.ule(b, a))\n"
	    "  assert(bint.bror(bint.brol(a, i), i) == a)\n"
	    "end\n"
	    "return 'held'",
	    "held");
	bench_close(&b);
}

TEST(bint, is_one_class_for_equal_sizes)
{
	gives("new(256) == bint and new(256, 32) == bint", "true");
	gives("new(256, 16) == bint or new(128) == bint", "false");
	gives("bint.bits", "256");
	gives("bint.isbint(bint(1)) and not bint.isbint(new(128)(1))", "true");
	gives("#bint(1) .. ' ' .. bint(-1)[8]", "8 4294967295");
	gives("require('json').encode(new(64)(-2))", "[4294967294,4294967295]");
	gives("new(32)", "! bitsize must be at least 64");
	gives("new(256, 64)",
	    "! word bitsize must be at least 8 and at most 32");
	gives("new(72, 32)",
	    "! bitsize must be a multiple of the word bitsize");
	gives("new('64')", "! bitsize and word bitsize must be integers");
}

TEST(bint, operands_of_several_kinds)
{
	gives("bint(1) + 2", "3");
	gives("1 + bint(2)", "3");
	gives("'7' + bint(5)", "12");
	gives("bint(5) * '-0x10'", "-80");
	gives("bint(5) + 1.5", "6.5");
	gives("bint(5) + 2.0", "7");
	gives("bint(5) // 2.5", "2.0");
	gives("bint(7) / 2", "3.5");
	gives("bint(2) ^ 10", "1024.0");
	gives("bint(2) ^ bint(0)", "1.0");
	gives("bint(1) < 2 and bint(1) <= 1.5 and '3' > bint(2)", "true");
	gives("bint(1) == 1", "false");
	gives("bint(1) == bint('1') and bint.eq(bint(1), 1)", "true");
	gives("bint.eq(1, '1') and bint.eq(1.5, 1.5) and not bint.eq(1, 2)",
	    "true");
	gives("bint(1) + {}",
	    "! attempt to perform arithmetic on a table value");
	gives("bint(1) + 'x'",
	    "! attempt to perform arithmetic on a string value");
	gives("bint(1) < nil", "! attempt to compare a bint with a nil value");
	gives("bint(1) | 1.5", "! value has no integer representation");
	gives("bint(1) << 'x'", "! value has no integer representation");
	gives("new(128)(1) + bint(1)",
	    "! attempt to perform arithmetic on a table value");
}

TEST(bint, wraps_round_at_its_ends)
{
#define MAX                                                                 \
	"57896044618658097711785492504343953926634992332820282019728792003" \
	"956564819967"
#define MIN                                                                  \
	"-57896044618658097711785492504343953926634992332820282019728792003" \
	"956564819968"
	gives("max", MAX);
	gives("min", MIN);
	gives("max + 1", MIN);
	gives("min - 1", MAX);
	gives("-min", MIN);
	gives("bint.abs(min)", MIN);
	gives("max * 2", "-2");
	gives("min // -1", MIN);
	gives("min % -1", "0");
	gives("bint.tdiv(min, -1)", "! division overflow");
	gives("bint('" MAX "') == max and bint('" MIN "') == min", "true");
	gives("bint('57896044618658097711785492504343953926634992332820282019"
	      "728792003956564819968')",
	    MIN);
	gives("bint(math.mininteger)", "-9223372036854775808");
	gives("bint.fromuinteger(-1)", "18446744073709551615");
	gives("bint.tointeger(max)", "-1");
	gives("bint.tonumber(min)", "-5.7896044618658e+76");
	gives("bint.tonumber(bint(math.mininteger))", "-9223372036854775808");
	gives("bint.tonumber(bint(math.maxinteger) + 1)",
	    "9.2233720368548e+18");
}

TEST(bint, does_not_divide_by_zero)
{
	static const char *const by_zero[] = { "bint(1) // 0", "0 % bint(0)",
		"bint.udiv(1, 0)", "bint.umod(min, 0)", "bint.tdivmod(1, '0')",
		"bint.upowmod(2, 3, 0)", "bint.idivmod(0, 0)" };

	for (size_t i = 0; i < sizeof(by_zero) / sizeof(*by_zero); i++)
		gives(by_zero[i], "! attempt to perform division by zero");
	gives("bint(1) / 0", "inf");
}

TEST(bint, rounds_quotients_three_ways)
{
	gives("bint(-7) // 2", "-4");
	gives("bint(-7) % 2", "1");
	gives("bint(7) % -2", "-1");
	gives("bint.tdiv(-7, 2)", "-3");
	gives("bint.tmod(-7, 2)", "-1");
	gives("bint.tmod(7, -2)", "1");
	gives("bint.udiv(-1, 2) == max", "true");
	gives("bint.idiv(7.5, 2)", "3.0");
	gives("bint.tmod(-7.5, 2)", "-1.5");
}

TEST(bint, shifts_by_any_number_of_bits)
{
	gives("bint(1) << 255 == min", "true");
	gives("bint(1) << 256", "0");
	gives("bint(-1) >> 255", "1");
	gives("bint(-1) >> 256", "0");
	gives("bint(8) >> -1", "16");
	gives("bint(8) << -3", "1");
	gives("bint(8) << math.mininteger", "0");
	gives("bint(8) >> math.mininteger", "0");
	gives("1 << bint(4)", "16");
	gives("bint.brol(min, 1)", "1");
	gives("bint.bror(1, 1) == min", "true");
	gives("bint.brol(5, -3) == bint.bror(5, 3)", "true");
	gives("bint.brol(5, 512)", "5");
	gives("bint.bror(5, math.mininteger)", "5");
	gives("bint.bwrap(-1, 8)", "255");
	gives("bint.bwrap(-1, 0)", "0");
	gives("bint.bwrap(-1, 256)", "-1");
}

TEST(bint, reads_texts)
{
	gives("bint('-12') + bint('+0X1f') + bint('-0b101')", "14");
	gives("bint.fromstring('') == nil and bint.fromstring('-') == nil and "
	      "bint.fromstring(' 1') == nil and bint.fromstring('1 ') == nil",
	    "true");
	gives(
	    "bint.fromstring('1e3') == nil and bint.fromstring('1.0') == nil "
	    "and bint.fromstring('0x') == nil and bint.fromstring('0xg') == "
	    "nil and bint.fromstring('0b2') == nil and "
	    "bint.fromstring('--1') == nil and bint.fromstring('1\\0') == nil",
	    "true");
	gives("bint.fromstring(5) == nil and bint.frombase(5) == nil", "true");
	gives("bint.frombase('zz', 36)", "1295");
	gives("bint.frombase('-ZZ', 36)", "-1295");
	gives("bint.frombase('12', 2) == nil and bint.frombase('1', 1) == nil "
	      "and bint.frombase('1', 37) == nil and bint.frombase('') == nil",
	    "true");
	gives("bint.frombase(('1'):rep(300), 2)", "-1");
	gives("bint('000000000000000000000000000000000000000000000000000000000"
	      "0000000000000000000000000000000000000000000000000000000000005')",
	    "5");
	gives("bint('x')", "! value cannot be represented by a bint");
	gives("bint(1.5)", "! value cannot be represented by a bint");
	gives("bint({})", "! value cannot be represented by a bint");
	gives("bint(nil)", "! value cannot be represented by a bint");
	gives("bint(1e30)", "! value cannot be represented by a bint");
	gives("bint(2.0)", "2");
	gives("bint.tobint('x') == nil and bint.tobint(0/0) == nil", "true");
	gives("bint.parse('5') + bint.parse('1.5')", "6.5");
	gives("bint.parse('x')", "nil");
}

TEST(bint, shows_and_packs)
{
	gives("bint.tobase(-255, 16)",
	    "fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
	    "f01");
	gives("bint.tobase(-255, 16, false)", "-ff");
	gives("bint.tobase(-1)", "-1");
	gives("bint.tobase(0, 2)", "0");
	gives("tostring(bint.tobase(1, 1)) .. tostring(bint.tobase(1, 37)) .. "
	      "tostring(bint.tobase('x', 10))",
	    "nilnilnil");
	gives("#bint.tole(1) .. bint.tole(0x4142, true) .. "
	      "bint.tobe(0x4142, true) .. #bint.tole(0, true)",
	    "32BAAB1");
	gives("bint.fromle('A') + bint.frombe('A')", "130");
	gives("bint.fromle('A' .. ('\\0'):rep(31) .. 'B')", "65");
	gives("bint.frombe('B' .. ('\\0'):rep(31) .. 'A')", "65");
	gives("bint.frombe(('\\255'):rep(32))", "-1");
	gives("bint.fromle(5)", "! buffer is not a string");
}

TEST(bint, knows_and_rounds_what_it_is_given)
{
	gives("bint.iszero(bint(0)) and bint.iszero(0) and not bint.iszero(1)",
	    "true");
	gives("bint.isone(bint(1)) and bint.isminusone(bint(-1)) and "
	      "bint.isminusone(-1) and not bint.isone(max)",
	    "true");
	gives("bint.isneg(min) and bint.isneg(-1) and bint.ispos(max) and not "
	      "bint.ispos(bint(0)) and not bint.isneg(0)",
	    "true");
	gives("bint.iseven(bint(-2)) and bint.isodd(bint(-1)) and "
	      "bint.isodd(-3) and bint.iseven(0)",
	    "true");
	gives("bint.isintegral(bint(1)) and bint.isintegral(1) and not "
	      "bint.isintegral(1.0) and bint.isnumeric(1.5) and not "
	      "bint.isnumeric('1')",
	    "true");
	gives("bint.type(bint(1)) .. bint.type(1) .. bint.type(1.5) .. "
	      "tostring(bint.type('x'))",
	    "bintintegerfloatnil");
	gives("bint.floor(-1.5) .. ''",
	    "! attempt to concatenate a table value");
	gives("tostring(bint.floor(-1.5)) .. tostring(bint.ceil(-1.5)) .. "
	      "tostring(bint.trunc(-1.5)) .. tostring(bint.trunc('2.9'))",
	    "-2-1-12");
	gives("bint.trunc('x') == nil and bint.trunc(1e300) == nil", "true");
	gives("tostring(bint.max(1, bint(2))) .. tostring(bint.min(1, '2')) .. "
	      "bint.max(1.5, bint(1))",
	    "211.5");
	gives("bint.tointeger('12') + bint.tonumber('0.5')", "12.5");
	gives("bint.tointeger(1.5)", "nil");
	gives("bint.abs(-1.5)", "1.5");
	gives("bint.ipow(2, 255) == min and bint.isone(bint.ipow(0, 0))",
	    "true");
	gives("bint.ipow(3, -1) == bint.ipow(3, max) * bint.ipow(3, min)",
	    "true");
}

TEST(bint, changes_in_place_only_where_asked)
{
	gives("(function() local a = bint(5) local b = bint.new(a) "
	      "a:_inc() a:_add(10) a:_sub('3') a:_shlone() a:_dec() "
	      "return tostring(a) .. tostring(b) end)()",
	    "255");
	gives("(function() local a = bint(1) a:_shlwords(2) local b = "
	      "bint.new(a) b:_shrwords(1) return a == bint(1) << 64 and "
	      "b == bint(1) << 32 end)()",
	    "true");
	gives("(function() local a = bint(12) a:_band(10) a:_bor(1) "
	      "a:_bxor(3) a:_bnot() a:_unm() a:_shrone() a:_assign(a + 1) "
	      "a:_abs() return a end)()",
	    "6");
	gives("(function() local a = bint(5) local b = bint.tobint(a) local c "
	      "= bint.tobint(a, true) a:_inc() return tostring(b) .. "
	      "tostring(c) end)()",
	    "65");
	gives("tostring(bint.inc(1)) .. tostring(bint(1):dec()) .. "
	      "bint.inc(0.5)",
	    "201.5");
	gives("bint.zero() == bint(0) and bint.one() == bint(1)", "true");
}
