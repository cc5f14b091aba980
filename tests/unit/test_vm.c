#include "machine.h"

TEST(vm, keeps_its_state)
{
	struct bench b;

	bench_open(&b, 0);
	GIVES(&b, "n = 1 return n", "1");
	GIVES(&b, "n = n + 1 return n", "2");
	GIVES(&b, "n = n + 1 return n", "3");
	bench_close(&b);
}

TEST(vm, forgets_failed_messages_and_dry_runs)
{
	struct bench b;

	bench_open(&b, 0);
	GIVES(&b, "n = 1 return n", "1");
	bench_ends(&b, "n = 5 error('x', 0)", VERDICT_ERROR);
	CHECK_TEXT(buf_text(&b.result.json), "{\"Error\":\"x\"}");
	GIVES(&b, "return n", "1");
	bench_ends(&b, "n = 6 return { answer = { Error = 'y' } }",
	    VERDICT_ERROR);
	CHECK_TEXT(buf_text(&b.result.json), "{\"Error\":\"y\"}");
	bench_dry(&b, "n = 7 return n");
	CHECK_INT(b.result.verdict, VERDICT_OK);
	GIVES(&b, "return n", "1");
	bench_close(&b);
}

/* What happens to leave no trace must leave every byte as it was. */
TEST(vm, rollback_is_exact)
{
	static const char *const programs[] = {
		"for i = 1, 1000 do _G['x' .. i] = {} end error('x')",
		"x = ('x'):rep(5000000) error(x:sub(1, 5))",
		"co() co() error('y')",
		"collectgarbage() error('z')",
		"t = nil collectgarbage() return { answer = { Error = 1 } }",
		"for k in pairs(_G) do _G[k] = nil end",
		"error()",
		"error(setmetatable({}, {__tostring = error}))",
		"return { answer = { Output = print } }",
		"package.loaded['.process'].handle = nil error('w')",
	};
	struct bench b;
	struct buf before;
	struct buf behind;
	const char *second;

	bench_open(&b, 0);
	bench_run(&b,
	    "t = setmetatable({}, {__gc = print}) co = "
	    "coroutine.wrap(function() while true do "
	    "coroutine.yield() end end) co() return 1");
	before = bench_image(&b);
	for (size_t i = 0; i < sizeof(programs) / sizeof(*programs); i++) {
		bool fails = i != 5 && i != 8;

		if (fails)
			bench_ends(&b, programs[i], VERDICT_ERROR);
		bench_dry(&b, programs[i]);
		behind = bench_image(&b);
		CHECK(span_equal(buf_span(&before), buf_span(&behind)));
		buf_release(&behind);
		/* the next finds the window as the image has it */
		second = bench_dry(&b, "co() return 'fine'");
		CHECK(strstr(second, "fine"));
		behind = bench_image(&b);
		CHECK(span_equal(buf_span(&before), buf_span(&behind)));
		buf_release(&behind);
	}
	buf_release(&before);
	bench_close(&b);
}

TEST(vm, same_messages_give_the_same_image)
{
	struct bench b;
	struct buf images[2];

	for (int round = 0; round < 2; round++) {
		bench_open(&b, 0);
		for (int i = 0; i < 30; i++) {
			/* in the second round, disturbed */
			if (round)
				bench_dry(&b, "x = ('y'):rep(100000) y = {x}");
			bench_run(&b, "x = {x, ('x'):rep(2000), n}");
		}
		images[round] = bench_image(&b);
		bench_close(&b);
	}
	CHECK(span_equal(buf_span(&images[0]), buf_span(&images[1])));
	buf_release(&images[0]);
	buf_release(&images[1]);
}

TEST(vm, many_share_a_lane)
{
	enum {
		MANY = 20
	};
	struct bench b[MANY];
	char want[16];

	for (int i = 0; i < MANY; i++) {
		bench_open(&b[i], 1);
		snprintf(want, sizeof(want), "n = %d", i);
		bench_run(&b[i], want);
	}
	for (int round = 1; round < 10; round++) {
		for (int i = 0; i < MANY; i++) {
			int k = i * 7 % MANY;

			/* one fails, one is large, the others count */
			if (k == 3)
				bench_ends(&b[k], "n = 0 error('x')",
				    VERDICT_ERROR);
			if (k == 4)
				bench_run(&b[k], "t = ('x'):rep(3000000)");
			snprintf(want, sizeof(want), "%d", k + round);
			GIVES(&b[k], "n = n + 1 return n", want);
		}
	}
	for (int i = 0; i < MANY; i++)
		bench_close(&b[i]);
}

TEST(vm, gives_memory_back)
{
	struct bench b;
	size_t before;

	bench_open(&b, 0);
	bench_run(&b, "collectgarbage()");
	before = b.vm->ops->memory(b.vm);
	bench_run(&b,
	    "t = {} for i = 1, 100000 do t[i] = {i} end "
	    "s = ('x'):rep(9000000)");
	CHECK(b.vm->ops->memory(b.vm) > 10000000);
	bench_run(&b, "t = nil s = nil collectgarbage() collectgarbage()");
	CHECK(b.vm->ops->memory(b.vm) < before + 1000000);
	bench_close(&b);
}

/* Takes and leaves blocks of all sizes, and looks at what is in them. */
TEST(vm, memory_holds_what_is_put_into_it)
{
	struct bench b;

	bench_open(&b, 0);
	GIVES(&b,
	    "local seed = 7 local function random(n) "
	    "seed = (seed * 1103515245 + 12345) % 2147483648 "
	    "return seed // 256 % n end "
	    "local live, sums = {}, {} for i = 1, 6000 do "
	    "local at = random(400) + 1 local n = 1 << random(15) "
	    "n = n + random(n) local c = random(26) + 65 "
	    "if live[at] then assert(live[at] == "
	    "string.char(sums[at][1]):rep(sums[at][2])) end "
	    "live[at] = string.char(c):rep(n) sums[at] = {c, n} "
	    "if i % 5 == 0 then live[at] = nil end end return 'held'",
	    "held");
	bench_close(&b);
}

/* Fields of the message and the environment. */
static void
gives_fields(struct bench *b, const char *list, const char *want)
{
	char text[512];

	snprintf(text, sizeof(text),
	    "local s = {} for _, k in ipairs{%s} do s[#s + 1] = "
	    "math.type(M[k]) and math.type(M[k]):sub(1, 1) .. M[k] or "
	    "tostring(M[k]) end return table.concat(s, ' ')",
	    list);
	GIVES(b, text, want);
}

#define ID_1 "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE"
#define ID_2 "AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI"
#define ID_3 "AwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwM"

TEST(vm, gives_the_message)
{
	struct bench b;

	bench_open(&b, 0);
	b.assignment.slot = 5;
	gives_fields(&b, "'Id', 'Target', 'Module', 'Owner', 'From'",
	    ID_3 " " ID_1 " " ID_2 " OWNER OWNER");
	b.assignment.slot = 5;
	gives_fields(&b, "'Epoch', 'Nonce', 'Timestamp', 'Block-Height'",
	    "i0 i5 i1700000000123 i100");
	gives_fields(&b,
	    "'Cron', 'Read-Only', 'Anchor', 'Signature', 'Forwarded-By'",
	    "false false nil nil nil");
	gives_fields(&b, "'Hash-Chain'",
	    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
	b.message.anchor = span_text("00000000000000000000000000000007");
	b.message.signature = span_of("\xff\xfe\xfd", 3);
	gives_fields(&b, "'Anchor', 'Signature'",
	    "00000000000000000000000000000007 __79");
	bench_close(&b);
}

TEST(vm, gives_tags_and_who_speaks)
{
	struct bench b;

	bench_open(&b, 0);
	b.tags[0] = (struct tag){ span_text("From-Process"), span_text("P") };
	b.tags[1] = (struct tag){ span_text("Owner"), span_text("me") };
	b.tags[2] = (struct tag){ span_text("a"), span_text("1") };
	b.tags[3] = (struct tag){ span_text("a"), span_of("\xff", 1) };
	b.message.tag_count = 4;
	gives_fields(&b, "'From', 'Owner', 'Forwarded-By'", "P OWNER OWNER");
	GIVES(&b,
	    "local s = '' for _, t in ipairs(M.Tags) do s = s .. t.name .. "
	    "'=' .. t.value .. ' ' end return s",
	    "From-Process=P a=1 a=\xef\xbf\xbd ");
	bench_close(&b);
}

TEST(vm, gives_targets)
{
	struct bench b;

	bench_open(&b, 0);
	memset(b.message.target.bytes, 3, ID_BYTES);
	gives_fields(&b, "'Target'", ID_3);
	b.message.has_target = false;
	gives_fields(&b, "'Target'", "");
	b.message.id = b.process.id;
	gives_fields(&b, "'Target'", ID_1);
	bench_close(&b);
}

TEST(vm, gives_the_environment)
{
	struct bench b;

	bench_open(&b, 0);
	b.spawn.tags = b.tags;
	b.spawn.tag_count = 1;
	b.tags[0] = (struct tag){ span_text("Owner"), span_text("kept") };
	GIVES(&b,
	    "return E.Process.Id .. E.Process.Owner .. "
	    "E.Process.Tags[1].name .. E.Module.Id .. #E.Module.Tags",
	    ID_1 "OWNEROwner" ID_2 "0");
	bench_close(&b);
}

TEST(vm, a_dry_run_has_no_slot)
{
	struct bench b;

	bench_open(&b, 0);
	b.message.has_target = false;
	CHECK(strstr(bench_dry(&b,
			 "return tostring(M.Id) .. tostring(M.Nonce) .. "
			 "tostring(M['Hash-Chain']) .. tostring(M.Epoch) .. "
			 "tostring(M['Read-Only']) .. M.Timestamp .. M.Target"),
	    "nilnilnilniltrue1700000000123" ID_1));
	bench_close(&b);
}

TEST(vm, data_is_text)
{
	struct buf text = BUF_INIT;
	struct bench b;

	bench_open(&b, 0);
	buf_add_text(&text, "return #M.Data -- ");
	buf_add(&text, "a\0b\xff\xc3(", 6);
	bench_run_span(&b, buf_span(&text), false);
	/* two bad bytes became three each */
	CHECK(strstr(buf_text(&b.result.json), "\"28\""));
	buf_release(&text);
	bench_close(&b);
}

TEST(vm, results_have_one_form)
{
	struct bench b;

	bench_open(&b, 0);
	CHECK_TEXT(bench_run(&b, "return { answer = {} }"),
	    "{\"Assignments\":[],\"Messages\":[],\"Output\":\"\","
	    "\"Spawns\":[]}");
	CHECK_TEXT(bench_run(&b,
		       "return { answer = { Output = 5, Other = 1, Messages = "
		       "{ { b = 1, a = { x = 2.5 } } }, Spawns = {} } }"),
	    "{\"Assignments\":[],\"Messages\":[{\"a\":{\"x\":2.5},"
	    "\"b\":1}],\"Output\":\"5\",\"Spawns\":[]}");
	CHECK_TEXT(bench_run(&b,
		       "return { answer = { Error = { 1 }, "
		       "Output = 'x' } }"),
	    "{\"Error\":[1]}");
	CHECK_TEXT(bench_run(&b, "return { answer = { Output = '\xff' } }"),
	    "{\"Assignments\":[],\"Messages\":[],"
	    "\"Output\":\"\xef\xbf\xbd\",\"Spawns\":[]}");
	bench_ends(&b,
	    "local t = {} t[1] = t "
	    "return { answer = { Output = t } }",
	    VERDICT_ERROR);
	bench_ends(&b, "return { answer = { Output = { 0/0 } } }",
	    VERDICT_ERROR);
	bench_run(&b, "package.loaded['.process'].handle = function() end");
	CHECK_TEXT(bench_run(&b, ""), "{\"Error\":\"handle() gave no table\"}");
	bench_close(&b);
}

TEST(vm, built_in_module_answers)
{
	struct bench b;

	bench_open_with(&b, vm_builtin_module(LIBRARY_CLASSIC), 0,
	    &vm_default_limits);
	b.tags[0] = (struct tag){ span_text("Action"), span_text("Eval") };
	b.message.tag_count = 1;
	b.message.id = b.process.id;
	bench_run(&b, "return 1");
	memset(b.message.id.bytes, 4, ID_BYTES);
	CHECK(strstr(bench_run(&b, "x = 5 return 40 + 2"), "\"data\":\"42\""));
	bench_ends(&b, "x = 6 error('boom')", VERDICT_ERROR);
	CHECK(strstr(bench_run(&b, "return x"), "\"data\":\"5\""));
	bench_close(&b);
}

TEST(vm, machines_are_found_by_format)
{
	CHECK(vm_ops_find(span_text("aosh-lua-1")) == &machine_ops);
	CHECK(vm_ops_find(span_text("wasm64")) == NULL);
	CHECK(vm_ops_find(span_text("")) == NULL);
}

TEST(vm, built_in_module_has_its_hash_for_an_id)
{
	struct sha256_digest d = sha256(vm_builtin_module(LIBRARY_CLASSIC));

	CHECK(!memcmp(d.bytes, vm_builtin_module_id()->bytes, ID_BYTES));
	CHECK(vm_release()[0] != '\0');
}
