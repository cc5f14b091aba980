#include "vm/vm.h"
#include "shell/blueprint.h"
#include "test.h"

TEST(blueprint, all_have_a_summary_and_compile)
{
	struct blueprint b;
	struct error err;
	size_t n = 0;

	for (; blueprint_at(n, &b); n++) {
		CHECK(b.name[0] != '\0');
		CHECK(b.summary.len > 0);
		CHECK_INT(vm_check_syntax(b.text, &err), SYNTAX_COMPLETE);
	}
	CHECK_INT(n, 10);
}

TEST(blueprint, is_found_by_its_exact_name)
{
	struct blueprint b;

	CHECK(blueprint_find("patch-legacy-reply", &b));
	CHECK_TEXT(b.name, "patch-legacy-reply");
	CHECK_SPAN(b.summary,
	    "A reply function for messages, on processes older than 2.0.");
	CHECK(span_starts_with(b.text, "-- A reply function"));
	CHECK(!blueprint_find("", &b));
	CHECK(!blueprint_find("toke", &b));
	CHECK(!blueprint_find(".token", &b));
	CHECK(!blueprint_find("token ", &b));
}

TEST(blueprint, the_nearest_is_suggested)
{
	struct blueprint b;

	CHECK(blueprint_near("votin", &b));
	CHECK_TEXT(b.name, "voting");
	/* the better one, whichever comes first */
	CHECK(blueprint_near("chat-room", &b));
	CHECK_TEXT(b.name, "chatroom");
	CHECK(blueprint_near("tokn", &b));
	CHECK_TEXT(b.name, "token");
	CHECK(!blueprint_near("nothing-of-the-kind", &b));
}
