/*
 * The library of the machine against the plain interpreter's: the same file of
 * expressions must give the same text in both.
 */
#include "machine.h"

static struct buf
read_all(FILE *f)
{
	struct buf b = BUF_INIT;
	int c;

	while ((c = getc(f)) != EOF)
		buf_add_byte(&b, (uint8_t)c);
	return b;
}

/* What the plain interpreter says. */
static struct buf
run_stock(void)
{
	/* the same name in errors as in the machine */
	FILE *f = popen("lua5.4 -e \"f = io.open('tests/lua/stdlib.lua') "
			"print(load(f:read('a'), 'data')())\"",
	    "r");
	struct buf b;

	if (!f)
		fail_msg("lua5.4: cannot be run");
	b = read_all(f);
	CHECK_INT(pclose(f), 0);
	return b;
}

/* What the machine says, its JSON taken off: the text needs escapes for the
 * ends of lines alone. */
static struct buf
run_ours(void)
{
	FILE *f = fopen("tests/lua/stdlib.lua", "rb");
	struct buf file;
	struct buf out = BUF_INIT;
	struct bench b;
	const char *p;

	if (!f)
		fail_msg("tests/lua/stdlib.lua: cannot be opened");
	file = read_all(f);
	fclose(f);
	bench_open(&b, 7);
	p = bench_run_span(&b, buf_span(&file), false);
	if (b.result.verdict != VERDICT_OK)
		fail_msg("%s", p);
	p = strstr(p, "\"Output\":\"") + strlen("\"Output\":\"");
	for (; *p != '"'; p++) {
		if (*p == '\\')
			p++;
		buf_add_byte(&out, p[-1] == '\\' ? '\n' : (uint8_t)*p);
	}
	buf_add_byte(&out, '\n');
	bench_close(&b);
	buf_release(&file);
	return out;
}

/* The first line of `text`, which goes on behind it. */
static struct span
take_line(struct span *text)
{
	const uint8_t *end = memchr(text->p, '\n', text->len);
	struct span line =
	    span_first(*text, end ? (size_t)(end - text->p) : text->len);

	*text = span_from(*text, line.len + 1);
	return line;
}

TEST(stdlib, answers_as_the_plain_interpreter_does)
{
	struct buf stock = run_stock();
	struct buf ours = run_ours();
	struct span a = buf_span(&stock);
	struct span b = buf_span(&ours);
	unsigned wrong = 0;
	unsigned lines = 0;

	while (a.len || b.len) {
		struct span want = take_line(&a);
		struct span is = take_line(&b);

		lines++;
		if (span_equal(want, is))
			continue;
		wrong++;
		print_error("want %.*s\n  is %.*s\n", SPAN_ARG(want),
		    SPAN_ARG(is));
	}
	CHECK_INT(wrong, 0);
	CHECK(lines > 6000);
	buf_release(&stock);
	buf_release(&ours);
}
