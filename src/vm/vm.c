/*
 * The table of machines and what is built into the program. A new machine is
 * one more entry here; nothing else in the program names one. The process
 * library is linked in as bytes, so that the program needs no file of its own
 * to run, and its id is computed from the very bytes that are run.
 */
#include "vm/vm.h"

#include <pthread.h>

#include <lua.h>

#include "vm/lua/machine.h"

/* Put into the program by the linker. */
#define LINKED(name)                                 \
	extern const uint8_t name##_start[] __asm__( \
	    "_binary_" #name "_start");              \
	extern const uint8_t name##_end[] __asm__("_binary_" #name "_end")

LINKED(classic_module);
LINKED(classic_code);
LINKED(hyper_module);
LINKED(hyper_code);

/* Text, which is the module, and what it compiles to. */
static const struct {
	const uint8_t *text, *text_end;
	const uint8_t *code, *code_end;
} libraries[LIBRARY_COUNT] = {
	[LIBRARY_CLASSIC] = { classic_module_start, classic_module_end,
	    classic_code_start, classic_code_end },
	[LIBRARY_HYPER] = { hyper_module_start, hyper_module_end,
	    hyper_code_start, hyper_code_end },
};

/*
 * At 600 million a second, the most that was measured, the instructions take
 * 1.7 s; the time is a ceiling for what instructions do not measure.
 */
const struct vm_limits vm_default_limits = {
	.instructions = 1000000000U,
	.time_ns = 30 * (uint64_t)1000000000U,
	.memory = (size_t)256 << 20,
	.output = (size_t)16 << 20,
	.outbox = 10000,
};

struct vm_limits
vm_own_limits(const struct message *spawn, const struct limits *module)
{
	struct vm_limits out = vm_default_limits;
	struct limits own = { 0, 0 };
	struct error ignored;

	if (spawn)
		(void)limits_read(spawn, &own, &ignored);
	if (!own.memory)
		own.memory = module->memory;
	if (!own.compute)
		own.compute = module->compute;
	if (own.compute)
		out.instructions = own.compute;
	if (own.memory)
		out.memory =
		    own.memory < VM_MEMORY_MAX ? own.memory : VM_MEMORY_MAX;
	return out;
}

bool
vm_fails_for_good(const struct error *why)
{
	return why->code == ERR_NOT_FOUND || why->code == ERR_FORMAT ||
	    why->code == ERR_LIMIT || why->code == ERR_UNSUPPORTED;
}

static const struct vm_ops *const machines[] = { &machine_ops, NULL };

static pthread_once_t once = PTHREAD_ONCE_INIT;
static struct id module_id;

const struct vm_ops *
vm_ops_find(struct span format)
{
	const struct vm_ops *const *m = machines;

	while (*m && !span_is(format, (*m)->format))
		m++;
	return *m;
}

int
vm_machine(struct span format, const struct vm_ops **out, struct error *err)
{
	const struct vm_ops *ops = vm_ops_find(format);
	struct buf names = BUF_INIT;

	if (ops) {
		*out = ops;
		return 0;
	}
	for (const struct vm_ops *const *m = machines; *m; m++)
		buf_printf(&names, "%s'%s'", names.len ? ", " : "",
		    (*m)->format);
	error_set(err, ERR_UNSUPPORTED,
	    "Module-Format '%.*s' is not run here, only %s",
	    SPAN_ARG(span_first(format, 60)), buf_text(&names));
	buf_release(&names);
	return -1;
}

struct span
vm_builtin_module(enum vm_library library)
{
	return span_of(libraries[library].text,
	    (size_t)(libraries[library].text_end - libraries[library].text));
}

struct span
vm_builtin_code(struct span module)
{
	for (int i = 0; i < LIBRARY_COUNT; i++)
		if (span_equal(module, vm_builtin_module(i)))
			return span_of(libraries[i].code,
			    (size_t)(libraries[i].code_end -
				libraries[i].code));
	return span_text("");
}

/* Once per program: the library is large, its id asked for often. */
static void
make_id(void)
{
	struct sha256_digest d = sha256(vm_builtin_module(LIBRARY_CLASSIC));

	memcpy(module_id.bytes, d.bytes, ID_BYTES);
}

const struct id *
vm_builtin_module_id(void)
{
	pthread_once(&once, make_id);
	return &module_id;
}

const char *
vm_release(void)
{
	return LUA_RELEASE " 64-bit native 2";
}
