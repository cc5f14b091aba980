/*
 * Libraries of older programs are few, and stay in memory once they were used.
 * Items are as many and as large as people keep here, and are read whenever a
 * machine is opened: what it needs of one, it keeps itself.
 *
 * An alias comes before an item of the same id: whoever set it wants what it
 * says, although the module of another format has been uploaded, too. The
 * built-in module is never an alias.
 */
#include "engine/modules.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "ao/protocol.h"

static bool
is_builtin(const struct id *id)
{
	return id_equal(id, vm_builtin_module_id());
}

static void
set_builtin(struct module *out)
{
	*out = (struct module){ .program = vm_builtin_module(LIBRARY_CLASSIC),
		.format = span_text(MODULE_FORMAT) };
}

/* NULL: not used since the start. */
static struct buf *
find_library(struct engine *e, const struct id *id)
{
	struct buf *bytes;

	lock(&e->module_lock);
	bytes = map_get(&e->modules, id_span(id));
	unlock(&e->module_lock);
	return bytes;
}

/* Keep a library, unless somebody was faster; takes it, gives what stays. */
static struct buf *
add_library(struct engine *e, const struct id *id, struct buf *bytes)
{
	struct buf *first;

	lock(&e->module_lock);
	first = map_get(&e->modules, id_span(id));
	if (!first)
		map_put(&e->modules, id_span(id), bytes);
	unlock(&e->module_lock);
	if (!first)
		return bytes;
	buf_release(bytes);
	free(bytes);
	return first;
}

/* ERR_NOT_FOUND. */
static int
get_library(struct engine *e, const struct id *id, struct module *out,
    struct error *err)
{
	struct buf *bytes = find_library(e, id);

	if (!bytes) {
		bytes = xcalloc(1, sizeof(*bytes));
		if (journal_read_module(e->journal, id, bytes, err) < 0) {
			free(bytes);
			return -1;
		}
		bytes = add_library(e, id, bytes);
	}
	*out = (struct module){ .program = buf_span(bytes),
		.format = span_text(MODULE_FORMAT) };
	return 0;
}

/* One that is here and no module is none, either. */
static int
get_item(struct engine *e, const struct id *id, struct module *out,
    struct error *err)
{
	struct buf item = BUF_INIT;
	int rc = journal_read_item(e->journal, id, &item, err);

	if (rc == 0)
		rc = module_decode_own(id, buf_span(&item), out, err);
	buf_release(&item);
	if (rc < 0 && (err->code == ERR_NOT_FOUND || err->code == ERR_FORMAT))
		return FAIL(err, ERR_NOT_FOUND, "no module '%s' in this store",
		    id_encode(id).text);
	return rc;
}

int
modules_get(struct engine *e, const struct id *id, struct module *out,
    struct error *err)
{
	if (is_builtin(id)) {
		set_builtin(out);
		return 0;
	}
	if (get_library(e, id, out, err) == 0)
		return 0;
	return err->code == ERR_NOT_FOUND ? get_item(e, id, out, err) : -1;
}

static bool
is_alias(const struct engine *e, const struct id *id)
{
	for (size_t i = 0; i < e->alias_count; i++)
		if (id_equal(id, &e->aliases[i]))
			return true;
	return false;
}

/* What an id stands for: itself, unless it is an alias. */
static const struct id *
resolve(const struct engine *e, const struct id *id)
{
	return is_alias(e, id) ? vm_builtin_module_id() : id;
}

/* --- spawning --- */

/* What the spawn message names. */
static int
read_module(const struct message *spawn, struct id *out, struct error *err)
{
	struct span text = span_of(NULL, 0);

	(void)protocol_tag(spawn, "Module", &text);
	if (id_decode(text, out, err) < 0)
		return FAIL_IN(err, "tag 'Module'");
	return 0;
}

bool
modules_runs(const struct engine *e, const struct message *spawn,
    struct id *out)
{
	struct error ignored;
	struct id named;

	if (read_module(spawn, &named, &ignored) < 0)
		return false;
	*out = *resolve(e, &named);
	return true;
}

void
modules_decide(const struct engine *e, const struct message *spawn,
    struct process_facts *out)
{
	struct error ignored;
	struct id named;

	*out = (struct process_facts){ .has_runs = false };
	if (read_module(spawn, &named, &ignored) == 0 && is_alias(e, &named)) {
		out->has_runs = true;
		out->runs = *resolve(e, &named);
	}
	if (process_may_show(spawn, &e->authority)) {
		out->authority = e->authority;
		out->scheduler = e->address;
	}
}

/* What a process asks for must be something that it can have. */
static int
check_limits(const struct engine *e, const struct limits *asked,
    struct error *err)
{
	struct limits most = { VM_MEMORY_MAX, e->limits.compute };

	if (e->limits.memory && e->limits.memory < most.memory)
		most.memory = e->limits.memory;
	return limits_check(asked, &most, err);
}

/* Of an item that anybody can have made. */
static int
check_item(const struct engine *e, const struct module *m, struct error *err)
{
	const struct vm_ops *ops;
	struct limits limits;

	if (vm_machine(m->format, &ops, err) < 0 ||
	    ops->check(m->program, err) < 0 ||
	    limits_read(m->item, &limits, err) < 0)
		return -1;
	return check_limits(e, &limits, err);
}

static int
check_module(struct engine *e, const struct id *id, struct error *err)
{
	struct module m = { 0 };
	int rc = 0;

	if (is_builtin(id))
		return 0;
	if (modules_get(e, id, &m, err) < 0) {
		if (err->code == ERR_NOT_FOUND)
			error_set(err, ERR_UNSUPPORTED,
			    "module '%s' is not here: name '%s', which this "
			    "node has, or upload the module's item first",
			    id_encode(id).text,
			    id_encode(vm_builtin_module_id()).text);
		return -1;
	}
	if (m.item)
		rc = check_item(e, &m, err);
	module_release(&m);
	return rc < 0 ? FAIL_IN(err, "module '%s'", id_encode(id).text) : 0;
}

int
modules_check(struct engine *e, const struct message *spawn, struct error *err)
{
	struct limits asked;
	struct id id;

	if (read_module(spawn, &id, err) < 0 ||
	    limits_read(spawn, &asked, err) < 0 ||
	    check_limits(e, &asked, err) < 0)
		return -1;
	return check_module(e, resolve(e, &id), err);
}

/* --- telling --- */

static void
fill_info(const struct module *m, struct module_info *out)
{
	const struct vm_limits limits = vm_own_limits(NULL, &m->limits);
	const struct vm_ops *ops;
	struct error ignored;

	snprintf(out->format, sizeof(out->format), "%.*s",
	    SPAN_ARG(span_first(m->format, sizeof(out->format) - 1)));
	out->runnable = vm_machine(m->format, &ops, &ignored) == 0;
	out->size = m->program.len;
	out->memory = limits.memory;
	out->compute = limits.instructions;
}

/* Of one module, or alias, that is here. */
static int
describe(struct engine *e, const struct id *id, struct module_info *out,
    struct error *err)
{
	struct module m = { 0 };

	*out = (struct module_info){ .id = *id, .runs = *resolve(e, id) };
	if (modules_get(e, &out->runs, &m, err) < 0)
		return -1;
	if (!id_equal(&out->runs, id))
		out->kind = MODULE_ALIAS;
	else if (is_builtin(id))
		out->kind = MODULE_BUILT_IN;
	else
		out->kind = m.item ? MODULE_ITEM : MODULE_STORED;
	fill_info(&m, out);
	module_release(&m);
	return 0;
}

static int
tell_one(struct engine *e, const struct id *id, node_module_fn fn, void *arg,
    struct error *err)
{
	struct module_info info;

	if (describe(e, id, &info, err) < 0)
		return -1;
	(void)fn(arg, &info);
	return 0;
}

int
modules_list(struct engine *e, const struct id *id, node_module_fn fn,
    void *arg, struct error *err)
{
	struct module_info info;

	if (id)
		return tell_one(e, id, fn, arg, err);
	if (describe(e, vm_builtin_module_id(), &info, err) < 0)
		return -1;
	if (!fn(arg, &info))
		return 0;
	for (size_t i = 0; i < e->alias_count; i++)
		if (describe(e, &e->aliases[i], &info, err) < 0)
			return -1;
		else if (!fn(arg, &info))
			return 0;
	return 0;
}

int
modules_bytes(struct engine *e, const struct id *id, struct buf *out,
    struct error *err)
{
	struct module m = { 0 };

	if (modules_get(e, id, &m, err) < 0)
		return -1;
	buf_add_span(out, m.item ? buf_span(&m.item->bytes) : m.program);
	module_release(&m);
	return 0;
}
