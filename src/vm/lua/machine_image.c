/*
 * An image for a store has a head in front of the one that is kept in memory
 * (image.h): a magic number, a hash of all that it depends on (the build, the
 * module, its template) and the lane.
 */
#include "base/alloc.h"
#include "base/clock.h"
#include "vm/lua/booted.h"
#include "vm/lua/machine_run.h"

/* Changes with the form of the head and of what is behind it. */
static const char magic[] = "aosh image 1";

enum {
	/* what may be left over of the room for an image: a quarter, and … */
	SPARE = 256
};

struct span
machine_image(const struct machine *m)
{
	return m->image.len ? buf_span(&m->image) : booted_image(m->booted);
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

void
machine_keep(struct machine *m, struct window *w)
{
	uint64_t start = clock_now_ns();

	buf_clear(&m->image);
	image_make(booted_base(m->booted), w->base, &m->image);
	trim(&m->image);
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

/* See to it that the image is the state. */
static int
settle(struct machine *m, struct error *err)
{
	struct run run;
	locale_t before;
	enum leave why;
	int rc;

	if (machine_begin(m, &run, &before, err) < 0)
		return -1;
	rc = machine_commit(m, &run, &why, err);
	if (rc == 0 && why != LEAVE_NONE)
		rc = FAIL(err, ERR_EVAL, "interrupted");
	machine_end(m, before);
	return rc;
}

int
machine_save(struct vm *vm, struct buf *image, struct error *err)
{
	struct machine *m = machine_of(vm);
	struct sha256_digest of;

	if (mark(m, &of, err) < 0)
		return -1;
	if (settle(m, err) < 0) {
		err->code = ERR_EVAL;
		return -1;
	}
	buf_add(image, magic, sizeof(magic));
	buf_add(image, of.bytes, sizeof(of.bytes));
	buf_add_u16(image, (uint16_t)vm->lane);
	buf_add_span(image, machine_image(m));
	return 0;
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
