/*
 * A state is full of pointers, and Lua's format says nowhere which words are.
 * So the same module is booted in two lanes: all else being equal, as it must
 * be, the words that differ are the pointers, and they differ by exactly the
 * distance of the lanes. If anything else differs, booting is not
 * deterministic, and the module is refused rather than run.
 *
 * Moving a state is then adding a multiple of 4 GiB to those words. The low 32
 * bits stay, and with them every hash and every address that shows in text.
 * Words that only look like such a pointer are in the image of the fresh state.
 *
 * Templates are kept while a machine uses them; compared by their bytes, not by
 * id, so nobody has to hash them first.
 */
#include "vm/lua/booted.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/thread.h"
#include "vm/lua/archive.h"
#include "vm/lua/code.h"
#include "vm/lua/lib.h"
#include "vm/lua/limit.h"
#include "vm/lua/window.h"
#include "vm/vm.h"

enum {
	/* The collector begins again when the state is so much of what it
	 * was, in percent: a smaller image is worth more than its work. */
	PAUSE = 150
};

struct booted {
	struct booted *next;
	unsigned refs;
	struct buf module;
	struct buf code; /* of a module that is not built in */
	struct span run; /* the code, wherever it lies */
	struct image_base base;
	struct buf image; /* of the fresh state */
	bool marked;
	struct sha256_digest mark;
};

/* What makes a state, and how that ended. */
struct boot {
	struct arena *arena;
	bool failed;
	char text[200];
};

/* Guards the list. */
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
/* Guards the lanes that templates are made in; taken before the other. */
static pthread_mutex_t making = PTHREAD_MUTEX_INITIALIZER;
/* The templates in use, and those of built-in modules once they are made. */
static struct booted *all;

/* Load everything; an error is Lua's. */
static int
load_all(lua_State *L)
{
	lib_open(L);
	lib_push(L, lib_require);
	lua_pushliteral(L, ".process");
	lua_call(L, 1, 0);
	return 0;
}

/* A body for limit_run(). */
static void
boot(void *arg)
{
	struct boot *b = arg;
	lua_State *L;

	arena_init(b->arena);
	L = lua_newstate(arena_alloc, b->arena);
	b->failed = true;
	if (!L)
		return;
	b->arena->lua = L;
	limit_count(L);
	lua_pushcfunction(L, load_all);
	if (lua_pcall(L, 0, 0, 0) == LUA_OK) {
		lua_gc(L, LUA_GCINC, PAUSE, 0, 0);
		lua_gc(L, LUA_GCCOLLECT);
		b->failed = false;
	} else {
		const char *text = lua_tostring(L, -1);

		strncpy(b->text, text ? text : "unknown", sizeof(b->text) - 1);
	}
	limit_count_no_more(L);
}

/* Make the module's state in a lane of our own, where it is left. */
static int
boot_in(unsigned lane, struct span code, const struct arena **out,
    struct error *err)
{
	struct boot b = { 0 };
	struct run run = { .limits = &vm_default_limits, .code = code };
	enum leave why;

	if (limit_thread(err) < 0 || window_get(lane, &run.window, err) < 0)
		return -1;
	do {
		if (window_clear(run.window, err) < 0)
			return -1;
		b.arena = run.window->base;
		why = limit_run(&run, boot, &b);
		run.counted = true;
		window_settle(run.window);
	} while (why == LEAVE_RECOUNT);
	if (why != LEAVE_NONE)
		return FAIL(err, ERR_LIMIT,
		    "module needs more time or memory than it may to load");
	if (b.failed)
		return FAIL(err, ERR_FORMAT, "module does not load: %s",
		    b.text);
	*out = b.arena;
	return 0;
}

/* That the words in which both states differ are the same place in either
 * lane. */
static int
check_places(const struct arena *one, const struct arena *two,
    struct error *err)
{
	const uint64_t *a = (const uint64_t *)(const void *)one;
	const uint64_t *b = (const uint64_t *)(const void *)two;
	uint64_t distance = (uint64_t)1 << WINDOW_LANE_BITS;

	if (one->top != two->top)
		return FAIL(err, ERR_EVAL, "module loads in two ways");
	for (size_t i = 0; i < one->top / sizeof(*a); i++)
		if (a[i] != b[i] &&
		    (b[i] - a[i] != distance ||
			a[i] >> WINDOW_LANE_BITS != image_place(one)))
			return FAIL(err, ERR_EVAL,
			    "module loads in two ways: byte %zu",
			    i * sizeof(*a));
	return 0;
}

/* Keep the state in one lane as the template; the other one shows what looks
 * like an address in it and is none. */
static int
keep(struct booted *t, const struct arena *one, const struct arena *two,
    struct error *err)
{
	size_t len = (one->top + IMAGE_LINE - 1) / IMAGE_LINE * IMAGE_LINE;
	uint8_t *p;

	if (check_places(one, two, err) < 0)
		return -1;
	p = aligned_alloc(IMAGE_LINE, len);
	if (!p)
		return FAIL(err, ERR_SYSTEM, "no memory for a template");
	memcpy(p, one, len);
	t->base = (struct image_base){ p, len, image_place(one) };
	image_make(&t->base, two, &t->image);
	return 0;
}

static void
booted_free(struct booted *t)
{
	buf_release(&t->module);
	buf_release(&t->code);
	buf_release(&t->image);
	/* NOLINTNEXTLINE(performance-no-int-to-ptr) */
	free((void *)(uintptr_t)t->base.p);
	free(t);
}

/* Of the built-in modules the code is there; others are compiled. */
static int
find_code(struct booted *t, struct error *err)
{
	t->run = vm_builtin_code(buf_span(&t->module));
	if (t->run.len > 0)
		return 0;
	if (code_make(buf_span(&t->module), &t->code, err) < 0)
		return -1;
	t->run = buf_span(&t->code);
	return 0;
}

/* In both lanes, and what they differ in. */
static int
make(struct booted *t, struct error *err)
{
	const struct arena *one;
	const struct arena *two;

	if (find_code(t, err) < 0 ||
	    boot_in(WINDOW_FIRST_OWN, t->run, &one, err) < 0 ||
	    boot_in(WINDOW_FIRST_OWN + 1, t->run, &two, err) < 0)
		return -1;
	return keep(t, one, two, err);
}

/* A reference of one that is there, or NULL; a program runs few modules at
 * once. */
static struct booted *
find(struct span module)
{
	struct booted *t;

	lock(&mutex);
	t = all;
	while (t && !span_equal(buf_span(&t->module), module))
		t = t->next;
	if (t)
		t->refs++;
	unlock(&mutex);
	return t;
}

/* Make the template, put it into the list, give a reference. */
static int
add(struct span module, struct booted **out, struct error *err)
{
	struct booted *t;

	if (archive_check(module, err) < 0)
		return -1;
	t = xcalloc(1, sizeof(*t));
	buf_add_span(&t->module, module);
	if (make(t, err) < 0) {
		booted_free(t);
		return -1;
	}
	/* most processes have a built-in one: it stays */
	t->refs = 1 + (t->code.len == 0);
	lock(&mutex);
	t->next = all;
	all = t;
	unlock(&mutex);
	*out = t;
	return 0;
}

/*
 * Booting holds a lock: another process of the same module waits for it and
 * then has it, in place of doing it again. Those of modules that are there do
 * not wait: a module that never ends loading keeps nobody but its own like.
 */
int
booted_get(struct span module, struct booted **out, struct error *err)
{
	int rc = 0;

	*out = find(module);
	if (*out)
		return 0;
	lock(&making);
	*out = find(module);
	if (!*out)
		rc = add(module, out, err);
	unlock(&making);
	return rc;
}

void
booted_unref(struct booted *t)
{
	struct booted **at = &all;

	lock(&mutex);
	if (--t->refs == 0) {
		while (*at != t)
			at = &(*at)->next;
		*at = t->next;
		booted_free(t);
	}
	unlock(&mutex);
}

struct span
booted_code(const struct booted *t)
{
	return t->run;
}

const struct image_base *
booted_base(const struct booted *t)
{
	return &t->base;
}

struct span
booted_image(const struct booted *t)
{
	return buf_span(&t->image);
}

const struct sha256_digest *
booted_mark(struct booted *t)
{
	const struct span parts[] = { buf_span(&t->module),
		span_of(t->base.p, t->base.len), buf_span(&t->image) };

	lock(&mutex);
	if (!t->marked)
		t->mark = sha256_parts(parts, 3);
	t->marked = true;
	unlock(&mutex);
	return &t->mark;
}
