/*
 * Compiling depends on the text alone: no run, window or wrapped function has
 * a part in it. So this also stands in the tool that compiles the library while
 * the program is built, with nothing but the archive's reader.
 */
#include "vm/lua/code.h"

#include "vm/lua/archive.h"
#include "vm/lua/compiler.h"

/* A lua_Writer. */
static int
append(lua_State *L, const void *p, size_t len, void *out)
{
	(void)L;
	buf_add(out, p, len);
	return 0;
}

struct text {
	struct span rest;
};

/* A lua_Reader. */
static const char *
read_text(lua_State *L, void *arg, size_t *len)
{
	struct text *t = arg;
	struct span s = t->rest;

	(void)L;
	t->rest = span_from(s, s.len);
	*len = s.len;
	return s.len ? (const char *)s.p : NULL;
}

/* Leave the file's bytecode in `out`, which is emptied first. */
static int
compile(lua_State *L, const struct archive_file *file, struct buf *out,
    struct error *err)
{
	struct text t = { file->text };
	struct buf name = BUF_INIT;
	int status;

	buf_printf(&name, "%.*s", SPAN_ARG(file->name));
	status = lua_load(L, read_text, &t, buf_text(&name), "t");
	buf_release(&name);
	if (status == LUA_ERRMEM)
		return FAIL(err, ERR_LIMIT,
		    "module takes too much memory to compile: '%.*s'",
		    SPAN_ARG(file->name));
	if (status != LUA_OK)
		return FAIL(err, ERR_FORMAT, "module does not load: %s",
		    lua_tostring(L, -1));
	buf_clear(out);
	lua_dump(L, append, out, 1);
	lua_pop(L, 1);
	return 0;
}

/* All files, one after the other. */
static int
compile_all(lua_State *L, struct span module, struct buf *out,
    struct error *err)
{
	struct archive_file file;
	struct buf code = BUF_INIT;
	int more;

	while ((more = archive_next(&module, &file, err)) > 0) {
		more = compile(L, &file, &code, err);
		if (more < 0)
			break;
		buf_printf(out, "%.*s %zu\n", SPAN_ARG(file.name), code.len);
		buf_add_span(out, buf_span(&code));
	}
	buf_release(&code);
	return more;
}

int
code_make(struct span module, struct buf *out, struct error *err)
{
	struct buf code = BUF_INIT;
	struct compiler c;
	int rc;

	if (compiler_open(&c, module.len) < 0)
		return FAIL(err, ERR_LIMIT, "no memory to compile a module");
	rc = compile_all(c.lua, module, &code, err);
	if (rc == 0)
		buf_add_span(out, buf_span(&code));
	buf_release(&code);
	compiler_close(&c);
	return rc;
}
