#include <unistd.h>

#include "shell/config.h"
#include "test.h"

static struct config
parse(const char *text)
{
	struct config c = { 0 };
	struct error err;

	CHECK_OK(config_parse("f", span_text(text), &c, &err), err);
	return c;
}

static void
check_wrong(const char *text, const char *why)
{
	struct config c = { .limit_output = 7 };
	struct error err;

	CHECK_INT(config_parse("f", span_text(text), &c, &err), -1);
	CHECK_INT(err.code, ERR_USAGE);
	CHECK_TEXT(err.text, why);
	/* nothing of it */
	CHECK_INT(c.limit_output, 7);
	CHECK_INT(c.limit_memory, 0);
}

TEST(config, what_is_not_said_stays)
{
	struct config c = parse("");

	CHECK_INT(c.limit_memory, 0);
	c = parse("# nothing\n\n  \t\r\n#");
	CHECK_INT(c.limit_memory, 0);
}

TEST(config, sizes_are_powers_of_1024)
{
	CHECK_INT(parse("limit.memory = 512M").limit_memory, 512 << 20);
	CHECK_INT(parse("limit.memory = 1g").limit_memory, 1 << 30);
	CHECK_INT(parse("limit.memory = 9000000").limit_memory, 9000000);
	CHECK_INT(parse("limit.output = 64K").limit_output, 64 << 10);
	CHECK_INT(parse("memory = 4G").memory, (int64_t)4 << 30);
	CHECK_INT(parse("memory = 1T").memory, (int64_t)1 << 40);
}

TEST(config, a_share_is_of_the_machine)
{
	uint64_t all =
	    (uint64_t)sysconf(_SC_PHYS_PAGES) * (uint64_t)sysconf(_SC_PAGESIZE);

	CHECK_INT(parse("memory = 50%").memory, all / 100 * 50);
	CHECK_INT(parse("memory = 100%").memory, all / 100 * 100);
}

TEST(config, counts_are_powers_of_1000)
{
	CHECK_INT(parse("limit.compute = 1G").limit_compute, 1000000000);
	CHECK_INT(parse("limit.compute = 5m").limit_compute, 5000000);
	CHECK_INT(parse("limit.outbox = 2K").limit_outbox, 2000);
	CHECK_INT(parse("limit.compute = 18T").limit_compute, 18000000000000);
}

TEST(config, times_have_units)
{
	CHECK_INT(parse("limit.time = 500ms").limit_time_ms, 500);
	CHECK_INT(parse("limit.time = 30s").limit_time_ms, 30000);
	CHECK_INT(parse("limit.time = 2m").limit_time_ms, 120000);
	CHECK_INT(parse("limit.time = 24h").limit_time_ms, 86400000);
}

TEST(config, choices_are_words)
{
	CHECK_INT(parse("cron.late = all").cron_late, 0);
	CHECK_INT(parse("cron.late = last").cron_late, 1);
}

#define AOS "ISShJH1ij-hPPt9St5UFFr_8Ys3Kj5cyg7zrMGt7H9s"
#define OTHER "fcoN_xJeisVsPXA-trzVAuIiqO3ydLQxM-L4XbrQKzY"

TEST(config, ids_are_a_list)
{
	struct config c = parse("module-alias = " AOS "," OTHER " # two");

	CHECK(c.module_alias.said);
	CHECK_INT(c.module_alias.count, 2);
	CHECK_TEXT(id_encode(&c.module_alias.ids[0]).text, AOS);
	CHECK_TEXT(id_encode(&c.module_alias.ids[1]).text, OTHER);
	c = parse("module-alias = none");
	CHECK(c.module_alias.said);
	CHECK_INT(c.module_alias.count, 0);
	check_wrong("module-alias = " AOS ",none",
	    "f:1: 'module-alias' must be ids of modules, at most 16, or none, "
	    "not '" AOS ",none'");
	check_wrong("module-alias = " AOS ",",
	    "f:1: 'module-alias' must be ids of modules, at most 16, or none, "
	    "not '" AOS ",'");
	check_wrong("module-alias =",
	    "f:1: 'module-alias' must be ids of modules, at most 16, or none, "
	    "not ''");
}

TEST(config, ids_are_so_many)
{
	struct buf b = BUF_INIT;
	struct config c = { 0 };
	struct error err;

	buf_add_text(&b, "module-alias = " AOS);
	for (int i = 1; i < CONFIG_IDS_MAX; i++)
		buf_add_text(&b, "," AOS);
	CHECK_OK(config_parse("f", buf_span(&b), &c, &err), err);
	CHECK_INT(c.module_alias.count, CONFIG_IDS_MAX);
	buf_add_text(&b, "," AOS);
	CHECK_INT(config_parse("f", buf_span(&b), &c, &err), -1);
	buf_release(&b);
}

TEST(config, an_address_is_one_word)
{
	struct config c = parse("authority-alias = " OTHER);

	CHECK(c.authority_alias.said);
	CHECK_TEXT(c.authority_alias.address.text, OTHER);
	c = parse("authority-alias = none");
	CHECK(c.authority_alias.said);
	CHECK_TEXT(c.authority_alias.address.text, "");
	check_wrong("authority-alias = a b",
	    "f:1: 'authority-alias' must be an address, or none, not 'a b'");
	check_wrong("authority-alias = " OTHER "x",
	    "f:1: 'authority-alias' must be an address, or none, not '" OTHER
	    "x'");
}

TEST(config, what_holds_otherwise_is_filled_in)
{
	struct config c = parse("");

	CHECK(!c.module_alias.said);
	config_complete(&c);
	CHECK_INT(c.module_alias.count, 1);
	CHECK_TEXT(id_encode(&c.module_alias.ids[0]).text, AOS);
	CHECK_TEXT(c.authority_alias.address.text, OTHER);
	c = parse("authority-alias = none\nmodule-alias = " OTHER);
	config_complete(&c);
	CHECK_TEXT(id_encode(&c.module_alias.ids[0]).text, OTHER);
	CHECK_TEXT(c.authority_alias.address.text, "");
}

TEST(config, several_lines_count)
{
	struct config c = parse("\xef\xbb\xbf# limits\r\n"
				"limit.memory = 512M\r\n"
				"limit.compute=1000000   # a comment\n"
				"\t limit.time =\t500ms\n"
				"cron.late = last");

	CHECK_INT(c.limit_memory, 512 << 20);
	CHECK_INT(c.limit_compute, 1000000);
	CHECK_INT(c.limit_time_ms, 500);
	CHECK_INT(c.cron_late, 1);
	CHECK_INT(c.memory, 0);
}

TEST(config, unknown_keys_are_told)
{
	check_wrong("\nlimit.memroy = 5M",
	    "f:2: unknown key 'limit.memroy'; did you mean 'limit.memory'?");
	check_wrong("flavour = red",
	    "f:1: unknown key 'flavour'; the keys are in 'man aosh-config'");
	check_wrong("Memory = 5M",
	    "f:1: unknown key 'Memory'; did you mean 'memory'?");
}

TEST(config, values_of_another_kind_are_told)
{
	check_wrong("limit.time = 30",
	    "f:1: 'limit.time' must be a time from 1ms to 24h, not '30'");
	check_wrong("limit.time = 25h",
	    "f:1: 'limit.time' must be a time from 1ms to 24h, not '25h'");
	check_wrong("limit.time = 0ms",
	    "f:1: 'limit.time' must be a time from 1ms to 24h, not '0ms'");
	check_wrong("limit.memory = 3G",
	    "f:1: 'limit.memory' must be a size from 8M to 2G, not '3G'");
	check_wrong("limit.memory = -1",
	    "f:1: 'limit.memory' must be a size from 8M to 2G, not '-1'");
	check_wrong("limit.memory = 50%",
	    "f:1: 'limit.memory' must be a size from 8M to 2G, not '50%'");
	check_wrong("limit.memory =",
	    "f:1: 'limit.memory' must be a size from 8M to 2G, not ''");
	check_wrong("limit.output = 1024#no comment",
	    "f:1: 'limit.output' must be a size from 1K to 1G, not "
	    "'1024#no comment'");
	check_wrong("memory = 101%",
	    "f:1: 'memory' must be a size like 512M, or a share like 50%, not "
	    "'101%'");
	check_wrong("memory = 0%",
	    "f:1: 'memory' must be a size like 512M, or a share like 50%, not '0%'");
	check_wrong("limit.compute = 99999999999999999999",
	    "f:1: 'limit.compute' must be a number like 1000000 or 1G, not "
	    "'99999999999999999999'");
	check_wrong("limit.compute = 18446744073709551G",
	    "f:1: 'limit.compute' must be a number like 1000000 or 1G, not "
	    "'18446744073709551G'");
	check_wrong("cron.late = none",
	    "f:1: 'cron.late' must be all|last, not 'none'");
	check_wrong("cron.late = al",
	    "f:1: 'cron.late' must be all|last, not 'al'");
	check_wrong("cron.late =", "f:1: 'cron.late' must be all|last, not ''");
}

TEST(config, other_lines_are_told)
{
	const struct span nul = span_of("memory = 8\0", 11);
	struct config c = { 0 };
	struct error err;

	CHECK_INT(config_parse("f", nul, &c, &err), -1);
	check_wrong("limit.memory", "f:1: this is not 'key = value'");
	check_wrong("= 5", "f:1: this is not 'key = value'");
	check_wrong("[a]\n[a b]",
	    "f:2: a profile is [NAME], of letters, digits and . _ -");
	check_wrong("limit.memory = 9M\n\nlimit.memory = 9M",
	    "f:3: 'limit.memory' is set in line 1, too");
}

/* The words of the manual and of the errors are those of the table. */
TEST(config, defaults_of_the_table_are_values)
{
	for (const struct config_key *k = config_keys; k->name; k++) {
		struct config c = { 0 };
		struct buf b = BUF_INIT;
		struct error err;

		buf_printf(&b, "%s = %s", k->name, k->otherwise);
		if (strcmp(k->otherwise, "none") != 0)
			CHECK_OK(config_parse("f", buf_span(&b), &c, &err),
			    err);
		buf_release(&b);
	}
}

TEST(config, a_profile_counts_over_what_stands_above)
{
	static const char text[] = "memory = 1M\ntimeout = 1s\n"
				   "[a]\nmemory = 2M\n[b]\nmemory = 3M\n";
	struct config c = { 0 };
	struct error err;

	CHECK_OK(config_parse_profile("f", span_text(text), "b", &c, &err),
	    err);
	CHECK_INT(c.memory, 3 << 20);
	CHECK_INT(c.timeout_ms, 1000);
	c = parse(text);
	CHECK_INT(c.memory, 1 << 20);
	CHECK_INT(config_parse_profile("f", span_text(text), "c", &c, &err),
	    -1);
	CHECK_TEXT(err.text, "f has no profile 'c'; it has a, b");
	CHECK_INT(c.memory, 1 << 20);
}

TEST(config, there_are_so_many_profiles)
{
	struct config c = { 0 };
	struct buf b = BUF_INIT;
	struct error err;

	for (int i = 0; i < 64; i++)
		buf_printf(&b, "[p%d]\n", i);
	CHECK_OK(config_parse("f", buf_span(&b), &c, &err), err);
	buf_add_text(&b, "[more]");
	CHECK_INT(config_parse("f", buf_span(&b), &c, &err), -1);
	buf_release(&b);
}
