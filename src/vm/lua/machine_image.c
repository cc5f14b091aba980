/*
 * An image for a store has a head in front of the one that is kept in memory
 * (image.h): a magic number, a hash of all that it depends on (the build, the
 * module, its template) and the lane.
 *
 * In memory, a large state is no image but the bytes themselves: an image of it
 * is too dear to be laid out behind each dry run. Where there is no backing to
 * be had it is an image all the same, and merely slow.
 */
#include "base/alloc.h"
#include "base/clock.h"
#include "vm/lua/booted.h"
#include "vm/lua/machine_run.h"

/* Changes with the form of the head and of what is behind it. */
static const char magic[] = "aosh image 1";

enum {
	/* room for images comes in such steps */
	IMAGE_STEP = 512,
	/* of a thread: more is given back */
	SCRATCH_MAX = 4 << 20,
	/* a state of so many bytes gets a backing, one that has shrunk below
	 * this gives it back */
	LARGE = 512 << 10,
	SMALL = LARGE / 2,
};

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t key;
static bool have_key;
static __thread struct buf scratch;

/* What was made last. */
static struct span
image_of(const struct machine *m)
{
	return m->image.len ? buf_span(&m->image) : booted_image(m->booted);
}

static bool
is_backed(const struct machine *m)
{
	return m->backing.fd >= 0;
}

int
machine_enter(struct machine *m, struct window *w, struct error *err)
{
	if (is_backed(m))
		return window_enter_backed(w, m->number, &m->backing, err);
	return window_enter(w, m->number, booted_base(m->booted), image_of(m),
	    err);
}

static void
free_scratch(void *unused)
{
	(void)unused;
	buf_release(&scratch);
}

static void
make_key(void)
{
	have_key = pthread_key_create(&key, free_scratch) == 0;
}

/*
 * The image of what is in the window, in memory of this thread: borrowed until
 * the next. How large it gets is not known before, and a machine's own memory
 * is to be asked for once.
 */
static struct span
make_image(struct machine *m, const struct window *w)
{
	pthread_once(&once, make_key);
	/* any value that is not NULL has it freed when the thread ends */
	if (have_key)
		pthread_setspecific(key, &scratch);
	buf_clear(&scratch);
	image_make(booted_base(m->booted), w->base, &scratch);
	return buf_span(&scratch);
}

/* Empty it, with room for so much and a little more: most images go where the
 * one before was. What a larger one needed is given back. */
static void
make_room(struct buf *b, size_t len)
{
	size_t room = (len + len / 16 + IMAGE_STEP) / IMAGE_STEP * IMAGE_STEP;

	if (b->room < len || b->room > len + len / 4 + (size_t)2 * IMAGE_STEP) {
		buf_release(b);
		*b = (struct buf){ xmalloc(room), 0, room };
	}
	b->len = 0;
}

/* In its backing, which it may get now; false: it has none any more. */
static bool
keep_backed(struct machine *m, struct window *w)
{
	uint64_t live = arena_live(w->base);

	if (live < SMALL || (!is_backed(m) && live < LARGE))
		return false;
	if (!is_backed(m) && !backing_get(m->vm.lane, &m->backing))
		return false;
	if (!window_write_back(w, &m->backing))
		return false;
	buf_release(&m->image);
	return true;
}

/* As an image. What the window maps of a backing is lost with it. */
static void
keep_image(struct machine *m, struct window *w)
{
	struct span image = make_image(m, w);

	make_room(&m->image, image.len + 1);
	buf_add_span(&m->image, image);
	if (scratch.room > SCRATCH_MAX)
		buf_release(&scratch);
	if (!is_backed(m))
		return;
	window_forget(w);
	backing_put(&m->backing);
}

void
machine_keep(struct machine *m, struct window *w)
{
	uint64_t start = clock_now_ns();

	m->live = arena_live(w->base);
	if (!keep_backed(m, w))
		keep_image(m, w);
	deferred_clear(&m->deferred);
	m->image_ns = clock_now_ns() - start;
}

/* What must be the same where an image is restored. ERR_SYSTEM. */
static int
mark(struct machine *m, struct sha256_digest *out, struct error *err)
{
	const char *build = vm_build_id();
	struct span parts[2];

	if (!build)
		return FAIL(err, ERR_SYSTEM,
		    "the program was linked without a build id");
	parts[0] = span_of(booted_mark(m->booted)->bytes, SHA256_BYTES);
	parts[1] = span_text(build);
	*out = sha256_parts(parts, 2);
	return 0;
}

/* Append the image of the state. */
static int
add_image(struct machine *m, struct run *run, struct buf *out,
    struct error *err)
{
	enum leave why;

	if (machine_commit(m, run, &why, err) < 0)
		return -1;
	if (why != LEAVE_NONE)
		return FAIL(err, ERR_EVAL, "interrupted");
	if (!is_backed(m)) {
		buf_add_span(out, image_of(m));
		return 0;
	}
	if (machine_enter(m, run->window, err) < 0)
		return -1;
	image_make(booted_base(m->booted), run->window->base, out);
	return 0;
}

int
machine_save(struct vm *vm, struct buf *image, struct error *err)
{
	struct machine *m = machine_of(vm);
	size_t len = image->len;
	struct sha256_digest of;
	struct run run;
	locale_t before;
	int rc;

	if (mark(m, &of, err) < 0)
		return -1;
	buf_add(image, magic, sizeof(magic));
	buf_add(image, of.bytes, sizeof(of.bytes));
	buf_add_u16(image, (uint16_t)vm->lane);
	rc = machine_begin(m, &run, &before, err);
	if (rc == 0) {
		rc = add_image(m, &run, image, err);
		machine_end(m, &run, before);
	}
	if (rc < 0) {
		image->len = len;
		err->code = ERR_EVAL;
	}
	return rc;
}

int
machine_restore(struct vm *vm, struct span image, struct error *err)
{
	struct machine *m = machine_of(vm);
	struct sha256_digest want;
	struct span have;
	uint16_t lane;

	if (mark(m, &want, err) < 0)
		return -1;
	if (!take_bytes(&image, sizeof(magic), &have) ||
	    memcmp(have.p, magic, sizeof(magic)) != 0)
		return FAIL(err, ERR_FORMAT, "this is no image");
	if (!take_bytes(&image, sizeof(want.bytes), &have) ||
	    memcmp(have.p, want.bytes, sizeof(want.bytes)) != 0)
		return FAIL(err, ERR_FORMAT,
		    "image is of another build or module");
	if (!take_u16(&image, &lane) || lane != vm->lane)
		return FAIL(err, ERR_FORMAT, "image is of another lane");
	if (image_check(booted_base(m->booted), image, window_place(lane),
		m->limits.memory, err) < 0)
		return -1;
	buf_clear(&m->image);
	buf_add_span(&m->image, image);
	return 0;
}
