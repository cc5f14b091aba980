/* Which programs a node has: its own, aliases of it, and uploaded ones. */
#include <stdarg.h>
#include <stdlib.h>

#include "ao/attestation.h"
#include "ao/limits.h"
#include "vm/vm.h"
#include "engine/engine.h"
#include "net/attach_client.h"
#include "net/attach_server.h"
#include "node_kit.h"

static const struct id alias = { { 0xa1, 1, 2, 3 } };
static const struct id nobody = { { 0xff } };

/* Answers each message with what stands here, as Lua text. */
static const char program[] =
    "local P = {}\n"
    "function P.handle(msg, env)\n"
    "  N = (N or 0) + 1\n"
    "  if msg.Data == 'send' then\n"
    "    return { Output = '', Assignments = {{ Message = msg.Id,\n"
    "      Processes = { msg.Tags[1].value }, Exclude = { 'Data' } }} }\n"
    "  end\n"
    "  return { Output = N .. ' ' .. tostring(msg.Owner == msg.From) .. ' '\n"
    "    .. tostring(msg.Data) .. ' ' .. #msg.Tags .. ' '\n"
    "    .. tostring(msg.Anchor ~= nil) .. tostring(msg.Signature ~= nil)\n"
    "    .. ' ' .. env.Module.Id }\n"
    "end\n"
    "return P\n";

static struct engine_config
config_in(const char *dir)
{
	struct engine_config config = { .dir = dir, .workers = 1 };

	config.aliases[config.alias_count++] = alias;
	return config;
}

static struct node *
open_node(const struct engine_config *config)
{
	struct node *n;
	struct error err;

	CHECK_OK(engine_open(config, &n, &err), err);
	return n;
}

/* The item of a module: of that format, with one tag more (NULL: none). */
static struct buf
module_item(const char *format, const struct tag *more, struct span data)
{
	struct tag tags[] = { { span_text("Data-Protocol"), span_text("ao") },
		{ span_text("Type"), span_text("Module") },
		{ span_text("Module-Format"), span_text(format) },
		{ span_text("Input-Encoding"), span_text("JSON-V1") },
		{ span_text("Output-Encoding"), span_text("JSON-V1") },
		{ span_text("Variant"), span_text("ao.TN.1") } };
	struct message_draft draft = { .data = data,
		.tags = tags,
		.tag_count = 5 };
	struct buf item = BUF_INIT;
	struct error err;

	if (more)
		tags[draft.tag_count++] = *more;
	CHECK_OK(message_sign(&draft, kit_key, &item, &err), err);
	return item;
}

static struct buf
archive(void)
{
	struct buf b = BUF_INIT;

	buf_printf(&b, ".process %zu\n%s", strlen(program), program);
	return b;
}

/* Upload a module. */
static struct id
keep_module(struct node *n, const char *format, const struct tag *more,
    struct span data)
{
	struct buf item = module_item(format, more, data);
	struct error err;
	struct id id;
	uint64_t ms;

	CHECK_OK(n->ops->keep(n, buf_span(&item), &id, &ms, &err), err);
	buf_release(&item);
	return id;
}

/* What a walk gave. */
struct listed {
	size_t count;
	struct module_info infos[8];
};

static bool
list_one(void *arg, const struct module_info *info)
{
	struct listed *l = arg;

	CHECK(l->count < 8);
	l->infos[l->count++] = *info;
	return true;
}

static struct listed
list(struct node *n, const struct id *id)
{
	struct listed l = { 0 };
	struct error err;

	CHECK_OK(n->ops->modules(n, id, list_one, &l, &err), err);
	return l;
}

static void
check_own_and_alias(struct node *n)
{
	struct listed l = list(n, NULL);

	CHECK_INT(l.count, 2);
	CHECK(l.infos[0].kind == MODULE_BUILT_IN);
	CHECK(id_equal(&l.infos[0].id, vm_builtin_module_id()));
	CHECK(id_equal(&l.infos[0].runs, vm_builtin_module_id()));
	CHECK_TEXT(l.infos[0].format, "aosh-lua-1");
	CHECK(l.infos[0].runnable);
	CHECK_INT(l.infos[0].size, vm_builtin_module(LIBRARY_CLASSIC).len);
	CHECK_INT(l.infos[0].memory, vm_default_limits.memory);
	CHECK_INT(l.infos[0].compute, vm_default_limits.instructions);
	CHECK(l.infos[1].kind == MODULE_ALIAS);
	CHECK(id_equal(&l.infos[1].id, &alias));
	CHECK(id_equal(&l.infos[1].runs, vm_builtin_module_id()));
	CHECK_TEXT(l.infos[1].format, "aosh-lua-1");
	l = list(n, &alias);
	CHECK_INT(l.count, 1);
	CHECK(l.infos[0].kind == MODULE_ALIAS);
}

TEST(modules, a_node_tells_its_own_and_its_aliases)
{
	char dir[64];
	struct engine_config config = config_in(dir);
	struct node *n;
	struct attach_server *server;
	struct node *client;
	struct error err;

	kit_make_dir(dir);
	n = open_node(&config);
	check_own_and_alias(n);
	CHECK_OK(attach_server_start(n, config.dir, &server, &err), err);
	CHECK_OK(attach_connect(config.dir, &client, &err), err);
	check_own_and_alias(client);
	CHECK_INT(client->ops->modules(client, &nobody, list_one, NULL, &err),
	    -1);
	CHECK_INT(err.code, ERR_NOT_FOUND);
	client->ops->close(client);
	attach_server_stop(server);
	n->ops->close(n);
	kit_remove_dir(dir);
}

TEST(modules, one_that_was_uploaded_is_told_with_its_limits)
{
	const struct tag more = { span_text("Memory-Limit"),
		span_text("32-mb") };
	struct engine_config config = config_in(NULL);
	struct node *n = open_node(&config);
	struct buf bytes = archive();
	struct buf back = BUF_INIT;
	struct listed l;
	struct error err;
	struct id id;

	id = keep_module(n, "aosh-lua-1", &more, buf_span(&bytes));
	l = list(n, &id);
	CHECK_INT(l.count, 1);
	CHECK(l.infos[0].kind == MODULE_ITEM);
	CHECK(id_equal(&l.infos[0].id, &id));
	CHECK(id_equal(&l.infos[0].runs, &id));
	CHECK(l.infos[0].runnable);
	CHECK_INT(l.infos[0].size, bytes.len);
	CHECK_INT(l.infos[0].memory, 32 << 20);
	CHECK_INT(l.infos[0].compute, vm_default_limits.instructions);
	/* what its id is made of is the item */
	CHECK_OK(n->ops->module(n, &id, &back, &err), err);
	CHECK(back.len > bytes.len);
	id = keep_module(n, "wasm64-unknown", NULL, span_text("a program"));
	l = list(n, &id);
	CHECK_INT(l.count, 1);
	CHECK_TEXT(l.infos[0].format, "wasm64-unknown");
	CHECK(!l.infos[0].runnable);
	/* an item that is none, and an alias, have no bytes */
	id = kit_spawn(n, "p");
	CHECK_INT(n->ops->modules(n, &id, list_one, &l, &err), -1);
	CHECK_INT(err.code, ERR_NOT_FOUND);
	CHECK_INT(n->ops->module(n, &alias, &back, &err), -1);
	CHECK_INT(err.code, ERR_NOT_FOUND);
	n->ops->close(n);
	buf_release(&bytes);
	buf_release(&back);
}

/* A spawn of a module; owned. */
static struct buf
spawn_item(const struct id *module, const struct tag *more, size_t count)
{
	struct id_text text = id_encode(module);
	struct tag tags[TAGS_MAX] = { { span_text("Data-Protocol"),
					  span_text("ao") },
		{ span_text("Type"), span_text("Process") },
		{ span_text("Module"), span_text(text.text) },
		{ span_text("Scheduler"), span_text("anybody") } };

	for (size_t i = 0; i < count; i++)
		tags[4 + i] = more[i];
	return kit_item(NULL, tags, 4 + count, "");
}

static void
check_refused(struct node *n, const struct id *module, const char *why)
{
	struct buf item = spawn_item(module, NULL, 0);
	struct process_info info;
	struct data_item decoded;
	struct receipt r;
	struct error err;
	struct id id;

	CHECK_INT(n->ops->send(n, buf_span(&item), &r, &err), -1);
	if (!strstr(err.text, why))
		CHECK_TEXT(err.text, why);
	CHECK(strstr(err.text, id_encode(module).text));
	CHECK_OK(ans104_decode(buf_span(&item), &decoded, &err), err);
	id = ans104_id(&decoded);
	CHECK_INT(n->ops->process(n, &id, &info, &err), -1);
	CHECK_INT(err.code, ERR_NOT_FOUND);
	buf_release(&item);
}

TEST(modules, a_spawn_of_what_cannot_run_is_refused_at_once)
{
	const struct tag much = { span_text("Memory-Limit"),
		span_text("1-gb") };
	const struct tag nonsense = { span_text("Compute-Limit"),
		span_text("lots") };
	struct engine_config config = config_in(NULL);
	struct buf bytes = archive();
	struct node *n;
	struct id id;

	config.limits.memory = 64 << 20;
	n = open_node(&config);
	check_refused(n, &nobody, "is not here");
	id = keep_module(n, "wasm64-unknown", NULL, buf_span(&bytes));
	check_refused(n, &id,
	    "'wasm64-unknown' is not run here, only 'aosh-lua-1'");
	id = keep_module(n, "aosh-lua-1", NULL, span_text("return 1"));
	check_refused(n, &id, "not a module");
	id = keep_module(n, "aosh-lua-1", &much, buf_span(&bytes));
	check_refused(n, &id, "this node's limit is 64-mb");
	id = keep_module(n, "aosh-lua-1", &nonsense, buf_span(&bytes));
	check_refused(n, &id, "tag 'Compute-Limit'");
	/* a process is no module */
	id = kit_spawn(n, "p");
	check_refused(n, &id, "is not here");
	n->ops->close(n);
	buf_release(&bytes);
}

static struct id
spawn(struct node *n, const struct id *module, const struct tag *more,
    size_t count)
{
	struct buf item = spawn_item(module, more, count);
	struct receipt r = kit_send(n, &item);

	buf_release(&item);
	return r.process;
}

static struct process_info
info_of(struct node *n, const struct id *id)
{
	struct process_info info;
	struct error err;

	CHECK_OK(n->ops->process(n, id, &info, &err), err);
	return info;
}

static void
check_attested(struct node *n, const struct id *process,
    const struct id *module)
{
	struct buf item = BUF_INIT;
	struct attestation a;
	struct message *m;
	struct error err;

	CHECK_OK(
	    n->ops->attest(n, process, position_of_slot(1), false, &item, &err),
	    err);
	CHECK_OK(message_verify(buf_span(&item), &m, &err), err);
	CHECK_OK(attestation_decode(m, &a, &err), err);
	CHECK(id_equal(&a.module, module));
	message_unref(m);
	buf_release(&item);
}

TEST(modules, an_alias_runs_what_it_stood_for_at_the_spawn)
{
	char dir[64];
	struct engine_config config = config_in(dir);
	struct process_info info;
	struct node *n;
	struct id id;
	struct id later;

	kit_make_dir(dir);
	n = open_node(&config);
	id = spawn(n, &alias, NULL, 0);
	/* not evaluated before somebody asks, as any of this library */
	CHECK_INT(info_of(n, &id).evaluated, 0);
	CHECK_EVAL(n, &id, "X = 5 return X", "5");
	info = info_of(n, &id);
	CHECK(id_equal(&info.module, &alias));
	CHECK(id_equal(&info.runs, vm_builtin_module_id()));
	check_attested(n, &id, vm_builtin_module_id());
	CHECK_DRY(n, &id, "return env and 1 or ao.env.Module.Id",
	    id_encode(&alias).text);
	later = spawn(n, &alias, NULL, 0);
	n->ops->close(n);
	/* what was decided holds where the alias is gone */
	config.alias_count = 0;
	n = open_node(&config);
	CHECK_EVAL(n, &id, "X = X + 1 return X", "6");
	CHECK_EVAL(n, &later, "return 'later'", "later");
	check_attested(n, &id, vm_builtin_module_id());
	check_refused(n, &alias, "is not here");
	n->ops->close(n);
	kit_remove_dir(dir);
}

static const char authority[] = "fcoN_xJeisVsPXA-trzVAuIiqO3ydLQxM-L4XbrQKzY";

/* A process that trusts that address, and one that has sent to it. */
static struct id
sent_to(struct node *n, const struct tag *tags, size_t count)
{
	struct id id = spawn(n, &alias, tags, count);
	struct id other = kit_spawn(n, "other");
	char code[128];

	snprintf(code, sizeof(code),
	    "Send({Target = '%s', Data = 'hi'}) return 1", id_encode(&id).text);
	CHECK_EVAL(n, &other, code, "1");
	kit_settle(n);
	return id;
}

TEST(modules, our_messages_pass_for_the_authoritys_where_that_is_named)
{
	const struct tag tags[] = { { span_text("Authority"),
	    span_text(authority) } };
	struct engine_config config = config_in(NULL);
	struct node *n;
	struct id id;

	strcpy(config.authority.text, authority);
	n = open_node(&config);
	id = sent_to(n, tags, 1);
	CHECK_DRY(n, &id, "#Inbox", "2");
	CHECK_DRY(n, &id, "Inbox[#Inbox].Owner", authority);
	CHECK_DRY(n, &id, "Inbox[#Inbox]['Forwarded-By']", authority);
	CHECK_DRY(n, &id,
	    "Inbox[#Inbox].From == Inbox[#Inbox].Tags['From-Process']", "true");
	/* a process that does not name it sees who it was */
	id = sent_to(n, NULL, 0);
	CHECK_DRY(n, &id, "#Inbox", "1");
	n->ops->close(n);
	/* where it is off nobody passes for it */
	config.authority.text[0] = 0;
	n = open_node(&config);
	id = sent_to(n, tags, 1);
	CHECK_DRY(n, &id, "#Inbox", "1");
	n->ops->close(n);
}

/* The log of a process, taken over by another node. */
struct copied {
	struct node *to;
	const struct id *id;
	size_t count;
	struct import_entry entries[8];
	struct buf bytes[8][3];
};

static bool
copy_one(void *arg, const struct log_entry *e)
{
	struct copied *c = arg;
	struct buf *b = c->bytes[c->count];
	struct import_entry *to = &c->entries[c->count++];

	*to = (struct import_entry){ .at = log_entry_at(e),
		.verdict = e->verdict };
	buf_add_span(&b[0], e->assignment_item);
	buf_add_span(&b[1], buf_span(&e->message->bytes));
	buf_add_span(&b[2], e->result_json);
	to->assignment = buf_span(&b[0]);
	to->message = buf_span(&b[1]);
	to->result_json = buf_span(&b[2]);
	memcpy(to->chain, e->chain, SHA256_BYTES);
	return c->count < 8;
}

static void
copy_log(struct node *from, struct node *to, const struct id *id)
{
	struct copied c = { .to = to };
	struct error err;

	CHECK_OK(
	    from->ops->log(from, id, position_of_slot(0), copy_one, &c, &err),
	    err);
	CHECK_OK(to->ops->import(to, id, c.entries, c.count, &err), err);
	for (size_t i = 0; i < c.count; i++)
		for (int k = 0; k < 3; k++)
			buf_release(&c.bytes[i][k]);
}

TEST(modules, a_log_that_was_taken_over_is_followed_without_the_setting)
{
	const struct tag tags[] = { { span_text("Authority"),
	    span_text(authority) } };
	struct engine_config config = config_in(NULL);
	struct engine_config plain = { .workers = 1 };
	struct node *to = open_node(&plain);
	struct process_info info;
	struct node *n;
	struct id id;

	strcpy(config.authority.text, authority);
	n = open_node(&config);
	id = sent_to(n, tags, 1);
	copy_log(n, to, &id);
	CHECK_DRY(to, &id, "Inbox[#Inbox].Owner", authority);
	CHECK_DRY(to, &id, "Inbox[#Inbox].Data", "hi");
	info = info_of(to, &id);
	CHECK(id_equal(&info.runs, vm_builtin_module_id()));
	check_attested(to, &id, vm_builtin_module_id());
	n->ops->close(n);
	to->ops->close(to);
}

/* Output of a slot; it names the module at its end. */
static void
check_output(struct node *n, const struct id *process, uint64_t slot,
    const char *output)
{
	struct kit_slot s = kit_result(n, process, slot);
	json_t *root = result_parse(buf_span(&s.json));
	const char *text = json_string_value(json_object_get(root, "Output"));

	CHECK(text);
	if (strncmp(text, output, strlen(output)) != 0)
		CHECK_TEXT(text, output);
	json_decref(root);
	buf_release(&s.json);
}

TEST(modules, a_module_that_was_uploaded_runs_also_after_a_restart)
{
	const struct tag limit = { span_text("Compute-Limit"),
		span_text("5000") };
	const struct tag own = { span_text("Compute-Limit"),
		span_text("90000000") };
	static const char slow[] =
	    "local P = {}\n"
	    "function P.handle(msg, env)\n"
	    "  N = (N or 0) + 1\n"
	    "  if msg.Data == 'x' then for i = 1, 20000 do end end\n"
	    "  return { Output = tostring(N) }\n"
	    "end\n"
	    "return P\n";
	char dir[64];
	struct engine_config config = config_in(dir);
	struct buf bytes = BUF_INIT;
	struct node *n;
	struct id module;
	struct id id;
	struct id more;

	kit_make_dir(dir);
	buf_printf(&bytes, ".process %zu\n%s", strlen(slow), slow);
	n = open_node(&config);
	module = keep_module(n, "aosh-lua-1", &limit, buf_span(&bytes));
	id = spawn(n, &module, NULL, 0);
	more = spawn(n, &module, &own, 1);
	check_output(n, &id, 0, "1");
	CHECK_EVAL(n, &id, "x", "too many instructions: the limit is 5000");
	n->ops->close(n);
	n = open_node(&config);
	CHECK_EVAL(n, &id, "x", "too many instructions: the limit is 5000");
	{
		struct buf item = kit_item(&more, kit_eval_tags, 3, "x");
		struct receipt r = kit_send(n, &item);

		check_output(n, &more, r.slot, "2");
		buf_release(&item);
	}
	n->ops->close(n);
	kit_remove_dir(dir);
	buf_release(&bytes);
}

TEST(modules, a_process_sees_who_published_its_module)
{
	const struct tag name = { span_text("Name"), span_text("mine") };
	static const char program_of_env[] =
	    "local P = {}\n"
	    "function P.handle(msg, env)\n"
	    "  local m = env.Module\n"
	    "  return { Output = m.Owner .. ' ' .. #m.Tags .. ' '\n"
	    "    .. m.Tags[#m.Tags].name .. m.Tags[#m.Tags].value }\n"
	    "end\n"
	    "return P\n";
	char dir[64];
	struct engine_config config = config_in(dir);
	struct buf bytes = BUF_INIT;
	struct address owner;
	struct node *n;
	struct id module;
	struct id id;
	char want[96];

	kit_make_dir(dir);
	buf_printf(&bytes, ".process %zu\n%s", strlen(program_of_env),
	    program_of_env);
	n = open_node(&config);
	module = keep_module(n, "aosh-lua-1", &name, buf_span(&bytes));
	owner = keypair_address(kit_key);
	snprintf(want, sizeof(want), "%s 6 Namemine", owner.text);
	id = spawn(n, &module, NULL, 0);
	check_output(n, &id, 0, want);
	n->ops->close(n);
	n = open_node(&config);
	{
		struct buf item = kit_item(&id, kit_eval_tags, 3, "x");
		struct receipt r = kit_send(n, &item);

		check_output(n, &id, r.slot, want);
		buf_release(&item);
	}
	/* nobody published the built-in one */
	id = kit_spawn(n, "own");
	CHECK_EVAL(n, &id, "ao.env.Module.Owner .. #ao.env.Module.Tags", "0");
	n->ops->close(n);
	kit_remove_dir(dir);
	buf_release(&bytes);
}

/* Processes of the module above, and a message to the first. */
struct assigning {
	char dir[64];
	struct engine_config config;
	struct node *n;
	struct id one;
	struct id two;
	struct id message;
};

static struct assigning
open_assigning(void)
{
	struct assigning a;
	struct buf bytes = archive();
	struct receipt r;
	struct buf item;
	struct id module;

	kit_make_dir(a.dir);
	a.config = config_in(a.dir);
	a.n = open_node(&a.config);
	module = keep_module(a.n, "aosh-lua-1", NULL, buf_span(&bytes));
	a.one = spawn(a.n, &module, NULL, 0);
	a.two = spawn(a.n, &module, NULL, 0);
	item = kit_item(&a.one, kit_eval_tags, 3, "hello");
	r = kit_send(a.n, &item);
	a.message = r.message;
	check_output(a.n, &a.one, 1, "2 true hello 3 truetrue ");
	buf_release(&item);
	buf_release(&bytes);
	return a;
}

static void
close_assigning(struct assigning *a)
{
	a->n->ops->close(a->n);
	kit_remove_dir(a->dir);
}

static struct receipt
assign(struct assigning *a, uint8_t exclude)
{
	struct receipt r;
	struct error err;

	CHECK_OK(
	    a->n->ops->assign(a->n, &a->two, &a->message, exclude, &r, &err),
	    err);
	return r;
}

TEST(modules, an_assigned_message_lacks_what_is_excluded)
{
	struct assigning a = open_assigning();
	struct receipt r = assign(&a, FIELD_DATA | FIELD_ANCHOR);
	struct assignment as;
	struct buf item = BUF_INIT;
	struct error err;
	struct id id;

	CHECK_INT(r.slot, 1);
	check_output(a.n, &a.two, 1, "2 true nil 3 falsetrue ");
	CHECK_OK(a.n->ops->item(a.n, &r.assignment, &item, &err), err);
	CHECK_OK(assignment_decode(buf_span(&item), &as, &id, &err), err);
	CHECK_INT(as.exclude, FIELD_DATA | FIELD_ANCHOR);
	/* it has its slot, and that stays as it is */
	r = assign(&a, 0);
	CHECK(r.again);
	CHECK_INT(r.slot, 1);
	close_assigning(&a);
	buf_release(&item);
}

TEST(modules, all_that_can_be_is_excluded_and_who_speaks_is_told)
{
	struct assigning a = open_assigning();

	(void)assign(&a, FIELD_ALL);
	check_output(a.n, &a.two, 1, "2 true nil 0 falsefalse ");
	a.n->ops->close(a.n);
	/* from the log alone it is the same */
	a.config.dir = a.dir;
	a.n = open_node(&a.config);
	{
		struct buf item = kit_item(&a.two, kit_eval_tags, 3, "next");
		struct receipt r = kit_send(a.n, &item);

		check_output(a.n, &a.two, r.slot, "3 true next 3 truetrue ");
		buf_release(&item);
	}
	close_assigning(&a);
}

TEST(modules, a_result_excludes_too)
{
	struct assigning a = open_assigning();
	struct id_text two = id_encode(&a.two);
	const struct tag tags[] = { { span_text("To"), span_text(two.text) },
		{ span_text("Data-Protocol"), span_text("ao") },
		{ span_text("Type"), span_text("Message") } };
	struct buf item = kit_item(&a.one, tags, 3, "send");

	(void)kit_send(a.n, &item);
	kit_settle(a.n);
	check_output(a.n, &a.two, 1, "2 true nil 3 truetrue ");
	close_assigning(&a);
	buf_release(&item);
}

/* The program itself, as people run it. */
static int
aosh(const char *home, const char *format, ...)
{
	struct buf command = BUF_INIT;
	const char *build = getenv("B");
	char rest[512];
	va_list ap;
	int rc;

	va_start(ap, format);
	vsnprintf(rest, sizeof(rest), format, ap);
	va_end(ap);
	buf_printf(&command, "AOSH_HOME=%s %s/aosh --no-config %s", home,
	    build ? build : "build", rest);
	rc = system(buf_text(&command));
	buf_release(&command);
	return rc;
}

TEST(modules, an_exported_log_has_its_module_that_was_uploaded)
{
	struct assigning a = open_assigning();
	struct id_text two = id_encode(&a.two);
	const char *text = two.text;
	char there[64];

	(void)assign(&a, FIELD_DATA);
	check_output(a.n, &a.two, 1, "2 true nil 3 truetrue ");
	a.n->ops->close(a.n);
	kit_make_dir(there);
	CHECK_INT(aosh(a.dir, "log %s --export %s/log", text, there), 0);
	CHECK_INT(aosh(there, "verify %s/log >/dev/null", there), 0);
	CHECK_INT(aosh(there, "log --import %s/log >/dev/null 2>&1", there), 0);
	CHECK_INT(aosh(there, "verify %s >/dev/null", text), 0);
	/* and goes on there with the module that came along */
	a.config.dir = there;
	a.n = open_node(&a.config);
	{
		struct message_draft draft = { .target = &a.two,
			.data = span_text("dry"),
			.tags = kit_eval_tags,
			.tag_count = 3 };
		struct address owner = keypair_address(kit_key);
		struct result result;
		struct error err;

		CHECK_OK(
		    a.n->ops->dry_run(a.n, &draft, &owner, -1, &result, &err),
		    err);
		CHECK(strstr(buf_text(&result.json), "\"3 true dry 3 "));
		result_release(&result);
	}
	kit_remove_dir(there);
	close_assigning(&a);
}

TEST(modules, a_process_that_spawns_what_is_not_here_goes_on)
{
	struct engine_config config = config_in(NULL);
	struct node *n = open_node(&config);
	struct id id = kit_spawn(n, "parent");
	struct node_status status;
	struct error err;
	char code[160];

	snprintf(code, sizeof(code), "ao.spawn('%s', {}) return 1",
	    id_encode(&nobody).text);
	CHECK_EVAL(n, &id, code, "1");
	kit_settle(n);
	CHECK_OK(n->ops->status(n, &status, &err), err);
	CHECK_INT(status.processes, 1);
	CHECK_INT(status.pushes, 0);
	/* an alias is here for processes as well */
	snprintf(code, sizeof(code), "ao.spawn('%s', {}) return 2",
	    id_encode(&alias).text);
	CHECK_EVAL(n, &id, code, "2");
	kit_settle(n);
	CHECK_OK(n->ops->status(n, &status, &err), err);
	CHECK_INT(status.processes, 2);
	CHECK_DRY(n, &id, "Inbox[#Inbox].Action", "Spawned");
	n->ops->close(n);
}
