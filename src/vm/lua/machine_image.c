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
	/* what may be left over of the room for an image: a quarter, and … */
	SPARE = 256,
	/* a state of so many bytes gets a backing, one that has shrunk below
	 * this gives it back */
	LARGE = 512 << 10,
	SMALL = LARGE / 2,
};

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

/* Give back what a larger image needed once. */
static void
trim(struct buf *b)
{
	if (b->room <= b->len + b->len / 4 + SPARE)
		return;
	b->room = b->len + 1;
	b->p = xrealloc(b->p, b->room);
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
	buf_clear(&m->image);
	image_make(booted_base(m->booted), w->base, &m->image);
	trim(&m->image);
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
		machine_end(m, before);
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
