/*
 * The hyper library in the machine: its files beside a .process that runs what
 * a test says. The rows of its checklist are tests/lua/rows_hyper.lua.
 */
#include "vm/lua/archive.h"
#include "machine.h"

/* The library's .process goes by the name .hyper here. */
static void
open_hyper(struct bench *b)
{
	struct span rest = vm_builtin_module(LIBRARY_HYPER);
	struct buf module = make_module(NULL, NULL);
	struct archive_file file;
	struct error err;

	while (archive_next(&rest, &file, &err) == 1) {
		if (span_is(file.name, ".process"))
			buf_add_text(&module, ".hyper");
		else
			buf_add_span(&module, file.name);
		buf_printf(&module, " %zu\n", file.text.len);
		buf_add_span(&module, file.text);
	}
	bench_open_with(b, buf_span(&module), 31, &vm_default_limits);
	buf_release(&module);
	bench_run(b,
	    "require('.hyper') "
	    "function signed(by, body) body.commitments = { [by .. '-id'] = "
	    "  { type = 'rsa-pss-sha512', committer = by } } return body end "
	    "base = { process = signed('ANN', { authority = 'A,B' }) } "
	    "function ask(by, body, req) req = req or {} "
	    "  req.body = signed(by, body) "
	    "  return compute(base, req, {}).results end "
	    "function eval(code) "
	    "  return ask('ANN', { action = 'Eval', data = code }) end");
}

TEST(hyper, opens_by_itself)
{
	struct vm *vm;
	struct error err;

	CHECK_OK(machine_ops.open(vm_builtin_module(LIBRARY_HYPER), 31,
		     &vm_default_limits, &vm, &err),
	    err);
	vm->ops->close(vm);
}

TEST(hyper, state_is_kept_from_message_to_message)
{
	struct bench b;

	open_hyper(&b);
	GIVES(&b, "return eval('x = 41 return x').output.data", "41");
	GIVES(&b, "return eval('x + 1').output.data", "42");
	GIVES(&b, "return ask('BOB', { data = 'd' }).output.data",
	    "New Message");
	GIVES(&b, "return eval('#Inbox').output.data", "1");
	GIVES(&b, "return eval('ao.id .. Owner').output.data", "ANN-idANN");
	bench_close(&b);
}

TEST(hyper, answers_are_in_a_numbered_outbox)
{
	struct bench b;

	open_hyper(&b);
	bench_run(&b,
	    "eval(\"Handlers.add('ping', 'Ping', function(m) "
	    "m.reply({ data = 'pong' }) Send({ target = 'T' }) end)\")");
	GIVES(&b,
	    "local box = ask('BOB', { action = 'Ping', reference = '7' })"
	    ".outbox return box['1'].target .. box['1'].data "
	    ".. box['1']['x-reference'] .. box['2'].target",
	    "BOBpong7T");
	bench_close(&b);
}

TEST(hyper, chance_is_the_machines)
{
	struct bench b;

	open_hyper(&b);
	GIVES(&b,
	    "local before = math.random ask('BOB', {}) "
	    "return tostring(math.random == before) .. eval("
	    "'math.random()').output.data",
	    "true0.5");
	bench_close(&b);
}

TEST(hyper, errors_name_the_users_line_and_none_of_ours)
{
	struct bench b;

	open_hyper(&b);
	GIVES(&b,
	    "return eval('\\nerror(\"boom\")').error:match('%[string.*boom')"
	    ":gsub('\"', '')",
	    "[string aos]:2: boom");
	GIVES(&b,
	    "return tostring(eval('Handlers.add(5)').error:find('?', 1, "
	    "true))",
	    "nil");
	GIVES(&b, "return select(2, pcall(compute, base, {}))",
	    "compute: req.body should be a table, got nil");
	bench_close(&b);
}
