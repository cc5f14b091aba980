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
#include "base/clock.h"
#include "base/thread.h"
#include "vm/lua/archive.h"
#include "vm/lua/code.h"
#include "vm/lua/lib.h"
#include "vm/lua/limit.h"
#include "vm/lua/own_lanes.h"
#include "vm/lua/window.h"
#include "vm/vm.h"

enum {
	/* The collector begins again when the state is so much of what it
	 * was, in percent: a smaller image is worth more than its work. */
	PAUSE = 150,
	/* to load a module */
	LOAD_INSTRUCTIONS = 100000000,
};

/* A safety net, which decides nothing: it is tried again. */
#define LOAD_NS (300 * (uint64_t)1000000000U)

struct booted {
	struct booted *next;
	unsigned refs;
	enum {
		MAKING,
		READY,
		FAILED
	} state;
	struct error why; /* it failed */
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

static pthread_once_t once = PTHREAD_ONCE_INIT;
/* Guards the list and the states in it; nothing is made while it is held. */
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
/* A template is not being made any more. */
static pthread_cond_t made;
/* The templates in use or in the making, and those of built-in modules once
 * they are made. */
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

/* What a way out of loading says: only what is the same on every computer may
 * be taken for the module's own fault. */
static int
say_why(enum leave why, struct error *err)
{
	switch (why) {
	case LEAVE_INTERRUPTED:
		return FAIL(err, ERR_INTERRUPTED, "loading was given up");
	case LEAVE_TIME:
		return FAIL(err, ERR_SYSTEM, "module takes too long to load");
	case LEAVE_HOST:
		return FAIL(err, ERR_SYSTEM, "no memory to load a module");
	default:
		return FAIL(err, ERR_LIMIT,
		    "module needs more time or memory than it may to load");
	}
}

/*
 * Make the module's state in a lane of our own, where it is left.
 *
 * That instructions were counted shows in the state, in what calls leave
 * behind. Whether they are must not be a matter of the clock here: those of our
 * own modules never are, since they come to an end, and those of others always.
 */
static int
boot_in(unsigned lane, const struct booted *t, const atomic_bool *stop,
    const struct arena **out, struct error *err)
{
	struct boot b = { 0 };
	struct vm_limits limits = vm_default_limits;
	struct run run = { .limits = &limits,
		.interrupted = stop,
		.look_ns = stop ? OWN_LANES_LOOK_NS : 0,
		.code = t->run,
		.counted = t->code.len > 0 };
	enum leave why;

	limits.instructions = run.counted ? LOAD_INSTRUCTIONS : UINT64_MAX;
	limits.time_ns = LOAD_NS;
	if (limit_thread(err) < 0 || window_get(lane, &run.window, err) < 0)
		return -1;
	if (window_clear(run.window, err) < 0)
		return -1;
	b.arena = run.window->base;
	why = limit_run(&run, boot, &b);
	window_settle(run.window);
	if (why != LEAVE_NONE)
		return say_why(why, err);
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

/*
 * Keep the state in one lane as the template; the other one shows what looks
 * like an address in it and is none. The addresses become those of the first
 * lane of our own: which lanes were free must not show, since checkpoints are
 * told by the template's bytes.
 */
static int
keep(struct booted *t, const struct arena *one, const struct arena *two,
    struct error *err)
{
	const uint64_t *a = (const uint64_t *)(const void *)one;
	const uint64_t *b = (const uint64_t *)(const void *)two;
	size_t len = (one->top + IMAGE_LINE - 1) / IMAGE_LINE * IMAGE_LINE;
	uint32_t place = window_place(WINDOW_FIRST_OWN);
	uint64_t distance = (uint64_t)(image_place(one) - place)
	    << WINDOW_LANE_BITS;
	uint64_t *p;

	if (check_places(one, two, err) < 0)
		return -1;
	p = aligned_alloc(IMAGE_LINE, len);
	if (!p)
		return FAIL(err, ERR_SYSTEM, "no memory for a template");
	for (size_t i = 0; i < len / sizeof(*p); i++)
		p[i] = a[i] == b[i] ? a[i] : a[i] - distance;
	t->base = (struct image_base){ (const uint8_t *)p, len, place };
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
find_code(struct booted *t, const atomic_bool *stop, struct error *err)
{
	t->run = vm_builtin_code(buf_span(&t->module));
	if (t->run.len > 0)
		return 0;
	if (code_make(buf_span(&t->module), stop, &t->code, err) < 0)
		return -1;
	t->run = buf_span(&t->code);
	return 0;
}

/* In both lanes of a pair, and what they differ in. */
static int
make(struct booted *t, const atomic_bool *stop, struct error *err)
{
	const struct arena *one;
	const struct arena *two;
	int lane;
	int rc;

	if (archive_check(buf_span(&t->module), err) < 0 ||
	    find_code(t, stop, err) < 0)
		return -1;
	lane = own_lanes_take(t->code.len == 0, stop);
	if (lane < 0)
		return say_why(LEAVE_INTERRUPTED, err);
	rc = boot_in((unsigned)lane, t, stop, &one, err);
	if (rc == 0)
		rc = boot_in((unsigned)lane + 1, t, stop, &two, err);
	if (rc == 0)
		rc = keep(t, one, two, err);
	own_lanes_give(lane);
	return rc;
}

static void
init(void)
{
	cond_init(&made);
}

/* With the lock held; NULL: none. A program runs few modules at once. */
static struct booted *
find(struct span module)
{
	struct booted *t = all;

	while (t && !span_equal(buf_span(&t->module), module))
		t = t->next;
	return t;
}

/* With the lock held: new ones do not find it any more. */
static void
take_out(struct booted *t)
{
	struct booted **at = &all;

	while (*at && *at != t)
		at = &(*at)->next;
	if (*at)
		*at = t->next;
}

/* With the lock held. */
static void
unref(struct booted *t)
{
	if (--t->refs > 0)
		return;
	take_out(t);
	booted_free(t);
}

/* With the lock held, which is given up while the template is made: others of
 * the same module find that it is. Has one reference, also when it failed. */
static struct booted *
add(struct span module, const atomic_bool *stop)
{
	struct booted *t = xcalloc(1, sizeof(*t));
	struct error err;
	int rc;

	buf_add_span(&t->module, module);
	t->refs = 1;
	t->state = MAKING;
	t->next = all;
	all = t;
	unlock(&mutex);
	rc = make(t, stop, &err);
	lock(&mutex);
	if (rc < 0) {
		t->state = FAILED;
		t->why = err;
		take_out(t);
	} else {
		t->state = READY;
		/* most processes have a built-in one: it stays */
		t->refs += t->code.len == 0;
	}
	pthread_cond_broadcast(&made);
	return t;
}

/* With the lock held, which is given up meanwhile: until somebody else has made
 * the template, or *stop. */
static void
wait_for(struct booted *t, const atomic_bool *stop)
{
	t->refs++;
	while (t->state == MAKING && !(stop && atomic_load(stop)))
		cond_wait(&made, &mutex, clock_now_ns() + OWN_LANES_LOOK_NS);
}

/*
 * A template is made once, by whoever comes first; others of the same module
 * wait for it, and nobody else does. When that one gave up, or its computer
 * lacked something, the next tries by itself.
 */
int
booted_get(struct span module, const atomic_bool *stop, struct booted **out,
    struct error *err)
{
	struct booted *t;
	bool again;
	int rc;

	pthread_once(&once, init);
	lock(&mutex);
	do {
		bool own = !(t = find(module));

		if (own)
			t = add(module, stop);
		else
			wait_for(t, stop);
		rc = t->state == READY ? 0 : -1;
		if (t->state == FAILED)
			*err = t->why;
		else if (rc < 0)
			(void)say_why(LEAVE_INTERRUPTED, err);
		again = !own && t->state == FAILED && !vm_fails_for_good(err);
		if (rc < 0)
			unref(t);
	} while (again);
	unlock(&mutex);
	if (rc == 0)
		*out = t;
	return rc;
}

void
booted_unref(struct booted *t)
{
	lock(&mutex);
	unref(t);
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
