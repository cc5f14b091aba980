#include "ao/protocol.h"
#include "test.h"

/* A message of these tags, names and values in turn, ended by NULL. */
static struct message *
message(const char *const *texts)
{
	static const struct address nobody;
	struct tag tags[12];
	struct message_draft draft = { .tags = tags };

	for (; *texts; texts += 2)
		tags[draft.tag_count++] =
		    (struct tag){ span_text(texts[0]), span_text(texts[1]) };
	return message_from_draft(&draft, &nobody);
}

#define TEXTS(...) ((const char *const[]){ __VA_ARGS__, NULL })

/* -1: no ao. */
static int
type_of(const char *const *texts)
{
	struct message *m = message(texts);
	enum item_type type = ITEM_OTHER;
	struct error err;
	int rc = protocol_type(m, &type, &err);

	if (rc < 0)
		CHECK_INT(err.code, ERR_FORMAT);
	message_unref(m);
	return rc < 0 ? -1 : (int)type;
}

TEST(protocol, the_earlier_type_counts)
{
	CHECK_INT(type_of(TEXTS("Data-Protocol", "ao", "Type", "Process")),
	    ITEM_PROCESS);
	CHECK_INT(type_of(TEXTS("Type", "Message", "Type", "Process",
		      "Data-Protocol", "ao")),
	    ITEM_MESSAGE);
	CHECK_INT(type_of(TEXTS("Data-Protocol", "ao", "Type", "x", "Type",
		      "Process", "Type", "Message")),
	    ITEM_PROCESS);
	CHECK_INT(type_of(TEXTS("data-protocol", "ao", "type", "Message")),
	    ITEM_MESSAGE);
	CHECK_INT(type_of(TEXTS("Data-Protocol", "ao", "TYPE", "Message")),
	    ITEM_OTHER);
	CHECK_INT(type_of(TEXTS("Data-Protocol", "ao")), ITEM_OTHER);
}

TEST(protocol, other_protocols_have_their_own_tags)
{
	CHECK_INT(type_of(TEXTS("Type", "Process")), -1);
	CHECK_INT(type_of(TEXTS("Data-Protocol", "AO", "Type", "Process")), -1);
	CHECK_INT(type_of(TEXTS("Data-Protocol", "x", "Type", "Process",
		      "Data-Protocol", "ao", "Type", "Message")),
	    ITEM_MESSAGE);
	CHECK_INT(type_of(TEXTS("Data-Protocol", "ao", "Data-Protocol", "x",
		      "Type", "Process")),
	    ITEM_OTHER);
	CHECK_INT(type_of(TEXTS("Type", "Process", "Data-Protocol", "ao",
		      "Type", "Message", "Data-Protocol", "x")),
	    ITEM_MESSAGE);
}

TEST(protocol, a_tag_is_the_first_of_its_range)
{
	struct message *m = message(TEXTS("Module", "0", "Data-Protocol", "x",
	    "Module", "1", "Data-Protocol", "ao", "Module", "2", "Module", "3",
	    "Data-Protocol", "ao", "Only", "4"));
	struct span value = span_of(NULL, 0);

	CHECK(protocol_tag(m, "Module", &value));
	CHECK_SPAN(value, "2");
	CHECK(!protocol_tag(m, "Only", &value));
	CHECK(!protocol_tag(m, "module", &value));
	message_unref(m);
	m = message(TEXTS("Module", "0"));
	CHECK(!protocol_tag(m, "Module", &value));
	message_unref(m);
}
