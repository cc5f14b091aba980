#include "ao/process.h"
#include "test.h"

#define MODULE "8MGp9kOU4JYxAlPT1AyL7O3cedd97y-w8X4ciBsf_Xo"

/* A spawn of these tags, names and values in turn, ended by NULL. */
static struct message *
spawn(const char *const *texts)
{
	struct tag tags[8];
	struct message_draft draft = { .tags = tags };
	struct keypair *kp = keypair_new();
	struct buf bytes = BUF_INIT;
	struct message *m;
	struct error err;

	for (; *texts; texts += 2)
		tags[draft.tag_count++] =
		    (struct tag){ span_text(texts[0]), span_text(texts[1]) };
	CHECK_OK(message_sign(&draft, kp, &bytes, &err), err);
	CHECK_OK(message_verify(buf_span(&bytes), &m, &err), err);
	buf_release(&bytes);
	keypair_free(kp);
	return m;
}

#define TEXTS(...) ((const char *const[]){ __VA_ARGS__, NULL })

TEST(process, is_what_its_spawn_says)
{
	struct message *m =
	    spawn(TEXTS("Data-Protocol", "other", "Data-Protocol", "ao", "Type",
		"Process", "Module", MODULE, "Name", "chat", "Name", "second"));
	struct process p;
	struct error err;

	CHECK_OK(process_init(&p, m, &err), err);
	CHECK_INT(atomic_load(&m->refs), 2);
	CHECK(id_equal(&p.id, &m->id));
	CHECK_TEXT(p.id_text.text, id_encode(&m->id).text);
	CHECK_TEXT(p.module_text.text, MODULE);
	CHECK_TEXT(id_encode(&p.module).text, MODULE);
	CHECK_SPAN(p.name, "chat");
	CHECK_SPAN(p.owner, m->owner.text);
	process_release(&p);
	CHECK_INT(atomic_load(&m->refs), 1);
	message_unref(m);
}

TEST(process, spawned_by_a_process_it_is_owned_by_that)
{
	struct message *m = spawn(TEXTS("Data-Protocol", "ao", "Type",
	    "Process", "Module", MODULE, "From-Process", "parent"));
	struct process p;
	struct error err;

	CHECK_OK(process_init(&p, m, &err), err);
	message_unref(m);
	CHECK_SPAN(p.owner, "parent");
	CHECK_INT(p.name.len, 0);
	process_release(&p);
}

TEST(process, a_name_is_the_signers_unless_the_node_speaks_for_a_process)
{
	struct message *m = spawn(TEXTS("Data-Protocol", "ao", "Type",
	    "Process", "Module", MODULE, "From-Process", "parent"));
	const struct address other = { "somebody" };

	CHECK_SPAN(process_name_owner(m, &other), m->owner.text);
	CHECK_SPAN(process_name_owner(m, &m->owner), "parent");
	message_unref(m);
}

static void
check_refused(const char *const *texts, const char *why)
{
	struct message *m = spawn(texts);
	struct process p;
	struct error err;

	CHECK_INT(process_init(&p, m, &err), -1);
	CHECK_INT(err.code, ERR_FORMAT);
	CHECK_TEXT(err.text, why);
	CHECK_INT(atomic_load(&m->refs), 1);
	message_unref(m);
}

TEST(process, what_is_no_spawn_is_refused_with_its_reason)
{
	check_refused(TEXTS("Type", "Process", "Module", MODULE),
	    "tag 'Data-Protocol' must contain 'ao'");
	check_refused(TEXTS("Data-Protocol", "ao", "Type", "Message", "Type",
			  "Process", "Module", MODULE),
	    "tag 'Type' must be 'Process'");
	check_refused(TEXTS("Data-Protocol", "ao", "Type", "Process"),
	    "tag 'Module' is missing");
	check_refused(
	    TEXTS("Data-Protocol", "ao", "Type", "Process", "Module", "lua"),
	    "tag 'Module': an id has 43 characters, not 3");
}

TEST(process, its_first_slot_says_what_it_runs)
{
	struct message *m = spawn(
	    TEXTS("Data-Protocol", "ao", "Type", "Process", "Module", MODULE));
	struct process_facts facts = { .has_runs = false };
	struct process p;
	struct error err;

	CHECK_OK(process_init(&p, m, &err), err);
	CHECK_TEXT(id_encode(&p.runs).text, MODULE);
	process_follow(&p, &facts);
	CHECK_TEXT(id_encode(&p.runs).text, MODULE);
	facts = (struct process_facts){ .has_runs = true, .runs = { { 7 } } };
	process_follow(&p, &facts);
	CHECK(id_equal(&p.runs, &facts.runs));
	CHECK_TEXT(id_encode(&p.module).text, MODULE);
	CHECK_TEXT(p.module_text.text, MODULE);
	process_release(&p);
	message_unref(m);
}

/* What a message of `by` is shown as, in a process of that spawn. */
static const char *
shown_owner(struct message *spawned, const char *scheduler,
    const char *authority, const char *by)
{
	struct process_facts facts = { .has_runs = false };
	struct message m = { .tag_count = 0 };
	static char text[64];
	struct process p;
	struct error err;
	struct span s;

	strcpy(facts.scheduler.text, scheduler);
	strcpy(facts.authority.text, authority);
	strcpy(m.owner.text, by);
	CHECK_OK(process_init(&p, spawned, &err), err);
	process_follow(&p, &facts);
	s = process_shown_owner(&p, &m);
	snprintf(text, sizeof(text), "%.*s", SPAN_ARG(s));
	process_release(&p);
	return text;
}

TEST(process, what_its_scheduler_signs_may_be_shown_as_an_authoritys)
{
	struct message *m =
	    spawn(TEXTS("Data-Protocol", "ao", "Type", "Process", "Module",
		MODULE, "Authority", "one", "Authority", "two,three"));

	CHECK_TEXT(shown_owner(m, "node", "one", "node"), "one");
	CHECK_TEXT(shown_owner(m, "node", "three", "node"), "three");
	CHECK_TEXT(shown_owner(m, "node", "one", "other"), "other");
	CHECK_TEXT(shown_owner(m, "node", "", "node"), "node");
	/* a scheduler makes itself nobody else */
	CHECK_TEXT(shown_owner(m, "node", "four", "node"), "node");
	CHECK_TEXT(shown_owner(m, "node", "two,three", "node"), "node");
	CHECK_TEXT(shown_owner(m, "node", m->owner.text, "node"), "node");
	message_unref(m);
}

TEST(process, its_scheduler_is_never_shown_as_its_owner)
{
	struct message *m = spawn(TEXTS("Data-Protocol", "ao", "Type",
	    "Process", "Module", MODULE, "From-Process", "parent", "Authority",
	    "parent", "Authority", "one"));

	CHECK_TEXT(shown_owner(m, "node", "parent", "node"), "node");
	CHECK_TEXT(shown_owner(m, "node", "one", "node"), "one");
	message_unref(m);
}
