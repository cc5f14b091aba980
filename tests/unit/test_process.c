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
