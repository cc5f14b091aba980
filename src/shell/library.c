#include "shell/library.h"

#include "vm/lua/archive.h"
#include "vm/vm.h"
#include "shell/ask.h"
#include "shell/lua_text.h"

extern const uint8_t first[] __asm__("_binary_update_module_start");
extern const uint8_t end[] __asm__("_binary_update_module_end");

/* --- asking --- */

/* The words beside an id; a machine without the natives of ours is another. */
static const char question[] =
    "if not pcall(require, '.message') then return 'none' end\n"
    "return require('.process').library or 'first'\n";

int
library_ask(struct shell *sh, enum library_state *out, struct id *module,
    struct error *err)
{
	struct node *n = sh->client.node;
	const struct id *own = vm_builtin_module_id();
	struct process_info info;
	struct buf answer = BUF_INIT;

	if (n->ops->process(n, &sh->process, &info, err) < 0)
		return -1;
	/* empty: it could not be told */
	(void)ask_session(sh, span_text(question), &answer);
	*module = info.runs;
	*out = LIBRARY_OTHER;
	if (span_is(buf_span(&answer), "none"))
		*out = LIBRARY_NONE;
	else if (span_is(buf_span(&answer), "first")
		? id_equal(&info.runs, own)
		: span_is(buf_span(&answer), id_encode(own).text))
		*out = LIBRARY_CURRENT;
	buf_release(&answer);
	return 0;
}

/* --- the evaluation --- */

/* Both archives are linked in: what is wrong was made wrong with the program. */
static bool
next(struct span *in, struct archive_file *file)
{
	struct error err;
	int more = archive_next(in, file, &err);

	ASSERT(more >= 0);
	return more > 0;
}

void
library_text(struct buf *out)
{
	struct span program = span_of(first, (size_t)(end - first));
	struct span files = vm_builtin_module(LIBRARY_CLASSIC);
	struct archive_file file;

	ASSERT(next(&program, &file));
	buf_add_text(out, "local update = assert(load(");
	lua_text_long("", file.text, out);
	/* no name: what it leaves behind is the library's own code */
	buf_printf(out, ", \"=?\", \"t\"))\nreturn update(\"%s\", {\n",
	    id_encode(vm_builtin_module_id()).text);
	while (next(&files, &file)) {
		buf_printf(out,
		    "{ name = \"%.*s\", text = ", SPAN_ARG(file.name));
		lua_text_long("", file.text, out);
		buf_add_text(out, " },\n");
	}
	buf_add_text(out, "})\n");
}
