/* GraphQL documents: what they are taken for, and what is said of bad ones. */
#include "codec/graphql.h"
#include "test.h"

/* A parsed document as text that shows its shape. */
struct shape {
	const struct graphql *g;
	struct buf out;
};

static void show_list(struct shape *s, uint32_t first);

static void
show_children(struct shape *s, char open, uint32_t first, char close)
{
	if (!first)
		return;
	buf_add_byte(&s->out, (uint8_t)open);
	show_list(s, first);
	buf_add_byte(&s->out, (uint8_t)close);
}

static void
show_name(struct shape *s, const struct graphql_node *n)
{
	if (n->kind == GRAPHQL_FIELD && !span_equal(n->name, n->text))
		buf_printf(&s->out, "%.*s:", SPAN_ARG(n->text));
	if (n->kind == GRAPHQL_SPREAD || n->kind == GRAPHQL_INLINE)
		buf_add_text(&s->out, "...");
	if (n->kind == GRAPHQL_VARIABLE || n->kind == GRAPHQL_DEFINITION)
		buf_add_byte(&s->out, '$');
	if (n->kind == GRAPHQL_DIRECTIVE)
		buf_add_byte(&s->out, '@');
	buf_add_span(&s->out, n->name);
	if (n->kind == GRAPHQL_DEFINITION)
		buf_printf(&s->out, " %.*s ", SPAN_ARG(n->text));
	if (n->kind == GRAPHQL_ARGUMENT || n->kind == GRAPHQL_MEMBER)
		buf_add_byte(&s->out, '=');
}

static void
show_node(struct shape *s, const struct graphql_node *n)
{
	show_name(s, n);
	show_children(s, '(', n->arguments, ')');
	if (n->directives)
		show_list(s, n->directives);
	switch (n->kind) {
	case GRAPHQL_STRING:
	case GRAPHQL_BLOCK_STRING:
		buf_add_byte(&s->out, '"');
		graphql_string(n, &s->out);
		buf_add_byte(&s->out, '"');
		break;
	case GRAPHQL_LIST:
		buf_add_byte(&s->out, '[');
		show_list(s, n->inside);
		buf_add_byte(&s->out, ']');
		break;
	case GRAPHQL_ARGUMENT:
	case GRAPHQL_MEMBER:
	case GRAPHQL_DEFINITION:
		show_list(s, n->inside);
		break;
	case GRAPHQL_INT:
	case GRAPHQL_FLOAT:
	case GRAPHQL_BOOLEAN:
	case GRAPHQL_NULL:
	case GRAPHQL_ENUM:
		buf_add_span(&s->out, n->text);
		break;
	case GRAPHQL_OBJECT:
		buf_add_byte(&s->out, '{');
		show_list(s, n->inside);
		buf_add_byte(&s->out, '}');
		break;
	default:
		show_children(s, '{', n->inside, '}');
	}
}

static void
show_list(struct shape *s, uint32_t first)
{
	for (uint32_t i = first; i; i = graphql_at(s->g, i)->next) {
		show_node(s, graphql_at(s->g, i));
		if (graphql_at(s->g, i)->next)
			buf_add_byte(&s->out, ' ');
	}
}

static void
check_shape(const char *text, const char *expected)
{
	struct graphql g;
	struct shape s = { &g, BUF_INIT };
	struct error err;

	if (graphql_parse(span_text(text), &g, &err) < 0)
		fail_msg("%s: %s", text, err.text);
	show_children(&s, '(', g.variables, ')');
	show_node(&s, graphql_at(&g, g.operation));
	CHECK_TEXT(buf_text(&s.out), expected);
	buf_release(&s.out);
	graphql_release(&g);
}

static void
check_fails(const char *text, const char *why)
{
	struct error err;
	struct graphql g;

	if (graphql_parse(span_text(text), &g, &err) == 0)
		fail_msg("%s: was taken", text);
	CHECK_TEXT(err.text, why);
}

TEST(graphql, selections_are_a_tree)
{
	check_shape("{a}", "{a}");
	check_shape("query { a b, c }", "{a b c}");
	check_shape("query Name{a{b{c}d}e}", "Name{a{b{c} d} e}");
	check_shape("{ on: type, query { fragment } }",
	    "{on:type query{fragment}}");
	check_shape("\xef\xbb\xbf# comment } \"\r\n{ a # another\r b#}\n}",
	    "{a b}");
}

TEST(graphql, arguments_take_all_kinds_of_values)
{
	check_shape("{a(i:-0 j:12,k:1.5e-3 l:\"t\" m:true n:null o:DESC)}",
	    "{a(i=-0 j=12 k=1.5e-3 l=\"t\" m=true n=null o=DESC)}");
	check_shape("{a(x:[] y:{} z:[[1 2],[{k:[3]}]])}",
	    "{a(x=[] y={} z=[[1 2] [{k=[3]}]])}");
	check_shape("query($v:A){a(x:{b:{c:$v} d:[$v]}) {b}}",
	    "($v A ){a(x={b={c=$v} d=[$v]}){b}}");
}

TEST(graphql, variables_have_types_and_defaults)
{
	check_shape("query Q($a: [ID!]! $b: Int = 5, $c: T={x:[1]}) {f(x:$a)}",
	    "($a [ID!]!  $b Int 5 $c T {x=[1]})Q{f(x=$a)}");
	check_shape("query($a:[[A]!]){a}", "($a [[A]!] ){a}");
}

TEST(graphql, directives_stand_where_they_may)
{
	check_shape("query @x { a @skip(if:true) @include(if:false) {b} }",
	    "@x{a@skip(if=true) @include(if=false){b}}");
}

TEST(graphql, fragments_are_joined_to_where_they_are_used)
{
	check_shape("fragment F on T {x ...G} {a {...F y} ... on T {z} "
		    "... @include(if:false) {w}} fragment G on T {v}",
	    "{a{...F{x ...G{v}} y} ...{z} ...@include(if=false){w}}");
}

TEST(graphql, strings_have_escapes)
{
	check_shape("{a(x:\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e4\\u{1F600}"
		    "\\ud83d\\ude00\xc3\xa4\t'\")}",
	    "{a(x=\"\"\\/\b\f\n\r\t\xc3\xa4\xf0\x9f\x98\x80\xf0\x9f\x98\x80"
	    "\xc3\xa4\t'\")}");
	check_shape("{a(x:\"\")}", "{a(x=\"\")}");
}

TEST(graphql, block_strings_lose_the_indent_that_lines_share)
{
	check_shape("{a(x:\"\"\"\n\n    one\n      two\r\n\n    three \"q\" "
		    "\\\"\"\"\\n\n  \n\"\"\")}",
	    "{a(x=\"one\n  two\n\nthree \"q\" \"\"\"\\n\")}");
	check_shape("{a(x:\"\"\"  one\n    two\"\"\")}",
	    "{a(x=\"  one\ntwo\")}");
	check_shape("{a(x:\"\"\"\"\"\")}", "{a(x=\"\")}");
	check_shape("{a(x:\"\"\"  \n \"\"\")}", "{a(x=\"\")}");
}

TEST(graphql, what_is_no_query_is_told_with_its_place)
{
	static const struct {
		const char *text;
		const char *why;
	} rows[] = {
		{ "",
		    "line 1, column 1: a query expected, the text ends here" },
		{ "{",
		    "line 1, column 2: a name expected, the text ends "
		    "here" },
		{ "{}", "line 1, column 2: a name expected, not '}'" },
		{ "{a",
		    "line 1, column 3: a name expected, the text ends "
		    "here" },
		{ "{a}}", "line 1, column 4: a query expected, not '}'" },
		{ "{a{}}", "line 1, column 4: a name expected, not '}'" },
		{ "{\n  a(x 1)}", "line 2, column 7: ':' expected, not '1'" },
		{ "{a()}", "line 1, column 4: a name expected, not ')'" },
		{ "{a(x:)}", "line 1, column 6: a value expected, not ')'" },
		{ "{a(x:[1)}", "line 1, column 8: a value expected, not ')'" },
		{ "{a(x:{1:2})}",
		    "line 1, column 7: a name expected, not '1'" },
		{ "{a(x:1",
		    "line 1, column 7: a name expected, the text ends "
		    "here" },
		{ "{a:}", "line 1, column 4: a name expected, not '}'" },
		{ "{a @}", "line 1, column 5: a name expected, not '}'" },
		{ "{... on}", "line 1, column 8: a name expected, not '}'" },
		{ "{... on T}", "line 1, column 10: '{' expected, not '}'" },
		{ "{a(x:$v)}",
		    "line 1, column 6: variable '$v' is not defined" },
		{ "query($v:A $v:B){a}",
		    "line 1, column 12: variable 'v' stands there twice" },
		{ "query($v:A=$v){a}",
		    "line 1, column 12: a constant value expected, not '$'" },
		{ "query($v:[A){a}",
		    "line 1, column 12: ']' expected, not ')'" },
		{ "query($v:A!!){a}",
		    "line 1, column 12: '$' expected, not '!'" },
		{ "query(){a}", "line 1, column 7: '$' expected, not ')'" },
		{ "mutation{a}",
		    "line 1, column 1: only queries are answered, no "
		    "mutation" },
		{ "{a} query B{b}",
		    "line 1, column 5: only one operation is taken" },
		{ "{...F}", "line 1, column 2: there is no fragment 'F'" },
		{ "{a} fragment F on T{...F}",
		    "line 1, column 21: the fragment holds itself" },
		{ "{a} fragment F on T{...G} fragment G on T{x{...F}}",
		    "line 1, column 21: fragments hold themselves, or more "
		    "than 8 each other" },
		{ "{a} fragment F on T{x} fragment F on T{y}",
		    "line 1, column 24: fragment 'F' stands there twice" },
		{ "{a(x:01)}", "line 1, column 6: a malformed number" },
		{ "{a(x:1.)}", "line 1, column 6: a malformed number" },
		{ "{a(x:1e)}", "line 1, column 6: a malformed number" },
		{ "{a(x:-)}", "line 1, column 6: a malformed number" },
		{ "{a(x:12b)}", "line 1, column 6: a malformed number" },
		{ "{a(x:\"b)}",
		    "line 1, column 10: a string that does not end" },
		{ "{a(x:\"b\n\")}",
		    "line 1, column 8: a string that does not end" },
		{ "{a(x:\"\x01\")}",
		    "line 1, column 7: a control character in a string" },
		{ "{a(x:\"\\x\")}", "line 1, column 7: a bad escape" },
		{ "{a(x:\"\\ud83d\")}", "line 1, column 7: a bad escape" },
		{ "{a(x:\"\\ud83d\\u0041\")}",
		    "line 1, column 7: a bad escape" },
		{ "{a(x:\"\\ude00\")}", "line 1, column 7: a bad escape" },
		{ "{a(x:\"\\u{110000}\")}", "line 1, column 7: a bad escape" },
		{ "{a(x:\"\\u{}\")}", "line 1, column 7: a bad escape" },
		{ "{a(x:\"\"\"b\"\")}",
		    "line 1, column 14: a string that does not end" },
		{ "{\xc3\xa4}",
		    "line 1, column 2: a character that belongs to nothing" },
		{ "# \xc3\xa4\xc3\xa4\r\n# \xc3\xa4 \xff",
		    "line 2, column 5: not UTF-8" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		check_fails(rows[i].text, rows[i].why);
}

/* "front", then `part` so often, then `middle`, then `end` as often. */
static int
parse_repeated(const char *front, const char *part, const char *middle,
    const char *end, int count)
{
	struct buf b = BUF_INIT;
	struct error err = { ERR_NONE, "" };
	struct graphql g;

	buf_add_text(&b, front);
	for (int i = 0; i < count; i++)
		buf_add_text(&b, part);
	buf_add_text(&b, middle);
	for (int i = 0; i < count; i++)
		buf_add_text(&b, end);
	if (graphql_parse(buf_span(&b), &g, &err) == 0)
		graphql_release(&g);
	buf_release(&b);
	return (int)err.code;
}

TEST(graphql, everything_has_a_limit)
{
	CHECK_INT(parse_repeated("{a", "{a", "", "}", 31), ERR_FORMAT);
	CHECK_INT(parse_repeated("{a", "{a", "}", "}", 31), ERR_NONE);
	CHECK_INT(parse_repeated("{a", "{a", "}", "}", 32), ERR_LIMIT);
	CHECK_INT(parse_repeated("{a(x:", "[", "1)}", "", 32), ERR_FORMAT);
	CHECK_INT(parse_repeated("{a(x:", "[", ")}", "", 33), ERR_LIMIT);
	CHECK_INT(parse_repeated("{a(x:", "{b:", "1", "}", 33), ERR_LIMIT);
	CHECK_INT(parse_repeated("{", "a ", "}", "", 19998), ERR_NONE);
	CHECK_INT(parse_repeated("{", "a ", "}", "", 19999), ERR_LIMIT);
	CHECK_INT(parse_repeated("", " ", "{a}", "", GRAPHQL_TEXT_MAX - 3),
	    ERR_NONE);
	CHECK_INT(parse_repeated("", " ", "{a}", "", GRAPHQL_TEXT_MAX - 2),
	    ERR_LIMIT);
}

/* A chain of fragments, each of which holds the next twice. */
static int
parse_chain(int length)
{
	struct buf b = BUF_INIT;
	struct error err = { ERR_NONE, "" };
	struct graphql g;

	buf_add_text(&b, "{...F1}");
	for (int i = 1; i < length; i++)
		buf_printf(&b, "fragment F%d on T{...F%d ...F%d}", i, i + 1,
		    i + 1);
	buf_printf(&b, "fragment F%d on T{x}", length);
	if (graphql_parse(buf_span(&b), &g, &err) == 0)
		graphql_release(&g);
	buf_release(&b);
	return (int)err.code;
}

TEST(graphql, chains_of_fragments_have_a_limit)
{
	CHECK_INT(parse_chain(GRAPHQL_CHAIN_MAX), ERR_NONE);
	CHECK_INT(parse_chain(GRAPHQL_CHAIN_MAX + 1), ERR_LIMIT);
}

static bool
not_skipped(void *arg, const struct graphql_node *n)
{
	(void)arg;
	return !n->directives;
}

TEST(graphql, a_walk_gives_the_fields_of_fragments_in_their_place)
{
	static const char text[] =
	    "{a ...F b ... on T {c d @skip ...F} e ...F @skip}"
	    "fragment F on T {x y}";
	static const char *const names[] = { "a", "x", "y", "b", "c", "x", "y",
		"e" };
	const struct graphql_node *n;
	struct graphql_walk w = { .wanted = not_skipped };
	struct graphql g;
	struct error err;
	size_t i = 0;

	CHECK_OK(graphql_parse(span_text(text), &g, &err), err);
	graphql_walk_begin(&w, &g, graphql_at(&g, g.operation)->inside);
	while ((n = graphql_walk_next(&w)))
		CHECK_SPAN(n->name, names[i++]);
	CHECK_INT(i, 8);
	graphql_release(&g);
}

/* Whatever is cut off, it is refused and nothing behind it is read. */
TEST(graphql, a_cut_text_is_refused)
{
	static const char text[] =
	    "query Q($a:[ID!]!=[\"x\\u00e4\"]){a(x:{b:[1.5e1,$a]},y:\"\"\"b"
	    "\"\"\")@skip(if:true){...F}}fragment F on T{b}";
	struct graphql g;
	struct error err;

	for (size_t n = 0; n < sizeof(text) - 1; n++) {
		char *copy = malloc(n + 1);

		memcpy(copy, text, n);
		CHECK_INT(graphql_parse(span_of(copy, n), &g, &err), -1);
		free(copy);
	}
	CHECK_OK(graphql_parse(span_text(text), &g, &err), err);
	graphql_release(&g);
}
