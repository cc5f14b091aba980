/*
 * Compiling depends on the text alone, and so does whether it is refused: no
 * run, window or clock has a part in it. So this also stands in the tool that
 * compiles the library while the program is built, with nothing but the
 * archive's reader.
 */
#include "vm/lua/code.h"

#include "vm/lua/archive.h"
#include "vm/lua/compile_cost.h"
#include "vm/lua/compiler.h"

enum {
	/* units for all files of a module: what a message may spend on load() */
	MODULE_COST = 1000000000,
	/* bytes that are compiled between two looks at `stop` */
	PIECE = 4096,
};

/* A lua_Writer. */
static int
append(lua_State *L, const void *p, size_t len, void *out)
{
	(void)L;
	buf_add(out, p, len);
	return 0;
}

/* The module's, of which its files take. */
struct budget {
	uint64_t left; /* units */
	const atomic_bool *stop;
	bool spent;
	bool stopped;
};

struct text {
	struct span rest;
	struct budget *budget;
	struct compile_cost cost;
};

/* A lua_Reader: in pieces, each paid before it is compiled. */
static const char *
read_text(lua_State *L, void *arg, size_t *len)
{
	struct text *t = arg;
	struct budget *b = t->budget;
	struct span piece = span_first(t->rest, PIECE);
	uint64_t cost =
	    compile_cost(&t->cost, (const char *)piece.p, piece.len);

	b->stopped = b->stop && atomic_load(b->stop);
	b->spent = cost > b->left;
	if (b->stopped || b->spent) {
		lua_pushnil(L);
		lua_error(L);
	}
	b->left -= cost;
	t->rest = span_from(t->rest, piece.len);
	*len = piece.len;
	return piece.len ? (const char *)piece.p : NULL;
}

/* Why the file of that name was not compiled; Lua's own text is on top. */
static int
say_why(const struct compiler *c, const struct budget *b, int status,
    struct span name, struct error *err)
{
	if (b->stopped)
		return FAIL(err, ERR_INTERRUPTED, "compiling was given up");
	if (b->spent)
		return FAIL(err, ERR_FORMAT,
		    "module takes too long to compile: '%.*s'", SPAN_ARG(name));
	if (status == LUA_ERRMEM && c->lacked)
		return FAIL(err, ERR_SYSTEM, "no memory to compile a module");
	if (status == LUA_ERRMEM)
		return FAIL(err, ERR_LIMIT,
		    "module takes too much memory to compile: '%.*s'",
		    SPAN_ARG(name));
	return FAIL(err, ERR_FORMAT, "module does not load: %s",
	    lua_tostring(c->lua, -1));
}

/* Leave the file's bytecode in `out`, which is emptied first. */
static int
compile(struct compiler *c, struct budget *b, const struct archive_file *file,
    struct buf *out, struct error *err)
{
	struct text t = { .rest = file->text, .budget = b };
	struct buf name = BUF_INIT;
	int status;

	buf_printf(&name, "%.*s", SPAN_ARG(file->name));
	status = lua_load(c->lua, read_text, &t, buf_text(&name), "t");
	buf_release(&name);
	if (status != LUA_OK)
		return say_why(c, b, status, file->name, err);
	buf_clear(out);
	lua_dump(c->lua, append, out, 1);
	lua_pop(c->lua, 1);
	return 0;
}

/* All files, one after the other. */
static int
compile_all(struct compiler *c, struct budget *b, struct span module,
    struct buf *out, struct error *err)
{
	struct archive_file file;
	struct buf code = BUF_INIT;
	int more;

	while ((more = archive_next(&module, &file, err)) > 0) {
		more = compile(c, b, &file, &code, err);
		if (more < 0)
			break;
		buf_printf(out, "%.*s %zu\n", SPAN_ARG(file.name), code.len);
		buf_add_span(out, buf_span(&code));
	}
	buf_release(&code);
	return more;
}

int
code_make(struct span module, const atomic_bool *stop, struct buf *out,
    struct error *err)
{
	struct budget budget = { .left = MODULE_COST, .stop = stop };
	struct buf code = BUF_INIT;
	struct compiler c;
	int rc;

	if (compiler_open(&c, module.len) < 0)
		return FAIL(err, ERR_SYSTEM, "no memory to compile a module");
	rc = compile_all(&c, &budget, module, &code, err);
	if (rc == 0)
		buf_add_span(out, buf_span(&code));
	buf_release(&code);
	compiler_close(&c);
	return rc;
}
