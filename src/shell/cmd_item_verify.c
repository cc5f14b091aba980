/*
 * aosh item verify FILE... - the ids of items that are valid.
 *
 * The items of a bundle are verified by all processors: batches of them are
 * handed out one by one, and told in their order when a batch is done. Memory
 * does not depend on how many there are.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/thread.h"
#include "shell/commands.h"
#include "shell/item_file.h"
#include "shell/show.h"

enum {
	BATCH = 256,
	THREADS_MAX = 64,
};

static const struct option_spec verify_options[] = {
	{ "bundle", NULL, 0, OPTION_SWITCH, false, NULL,
	    "the file is a bundle, or an item with one: verify the items "
	    "in it" },
	{ .name = NULL },
};

/* What became of an item. */
struct finding {
	bool decoded;
	struct id id;
	int rc;
	struct error err;
};

/* A file that is being verified. */
struct verifying {
	struct shell *sh;
	const char *path; /* as it was given */
	struct item_file file;
	bool many; /* several files: their names are told */
};

static void
take_finding(struct finding *v, const struct item_view *view, int rc,
    const struct error *err)
{
	v->decoded = view->decoded;
	if (view->decoded)
		v->id = view->id;
	v->rc = rc;
	if (rc < 0)
		v->err = *err;
}

/* --- telling --- */

static void
tell_object(const struct verifying *vf, const struct finding *v)
{
	json_t *to = json_object();

	json_object_set_new(to, "file", show_path(vf->path));
	json_object_set_new(to, "valid", json_boolean(v->rc == 0));
	json_object_set_new(to, "reason",
	    v->rc == 0 ? json_null() : json_string(v->err.text));
	json_object_set_new(to, "id",
	    v->decoded ? json_string(id_encode(&v->id).text) : json_null());
	show_json(vf->sh, to);
}

/*
 * 0, or EXIT_EVAL for one that is not valid; -1 when there is no verdict.
 * `place` is the number of an item in its bundle, from 1, or 0.
 */
static int
tell(const struct verifying *vf, const struct finding *v, uint64_t place,
    struct error *err)
{
	struct output *out = &vf->sh->out;
	struct error why = v->err;

	if (v->rc < 0 && !item_is_verdict(why.code)) {
		*err = why;
		return -1;
	}
	if (vf->sh->json) {
		tell_object(vf, v);
		return v->rc < 0 ? EXIT_EVAL : 0;
	}
	if (v->rc < 0) {
		if (place)
			error_prefix(&why, "item %" PRIu64, place);
		error_prefix(&why, "%s", vf->file.name);
		shell_report(vf->sh, &why);
		return EXIT_EVAL;
	}
	if (vf->many) {
		output_foreign(out, span_text(vf->path));
		output_printf(out, ": ");
	}
	output_printf(out, "%s\n", id_encode(&v->id).text);
	return 0;
}

/* --- one item --- */

static int
verify_item(struct verifying *vf, struct error *err)
{
	struct item_reader r = item_file_reader(&vf->file, false);
	struct item_view view;
	struct finding v = { 0 };
	int rc = item_file_read(&vf->file, &r, &view, err);

	take_finding(&v, &view, rc, err);
	free(r.piece);
	return tell(vf, &v, 0, err);
}

/* --- bundles --- */

/* Items that are handed out to threads. */
struct batch {
	struct item_file *file;
	struct item_place places[BATCH];
	struct finding findings[BATCH];
	size_t count;

	pthread_mutex_t lock;
	size_t next;  /* not handed out yet */
	bool stopped; /* the file cannot be read: the rest is left */
};

/* Number of the next item, or BATCH. */
static size_t
hand_out(struct batch *b)
{
	size_t i = BATCH;

	lock(&b->lock);
	if (!b->stopped && b->next < b->count)
		i = b->next++;
	unlock(&b->lock);
	return i;
}

static void *
verify_some(void *arg)
{
	struct batch *b = arg;
	struct item_reader r = item_file_reader(b->file, false);
	struct item_view view;
	struct error err = { 0 };
	size_t i;

	while ((i = hand_out(b)) < BATCH) {
		int rc = item_walk_check(&r, &b->places[i], &view, &err);

		take_finding(&b->findings[i], &view, rc, &err);
		if (rc < 0 && !item_is_verdict(err.code)) {
			lock(&b->lock);
			b->stopped = true;
			unlock(&b->lock);
		}
	}
	free(r.piece);
	return NULL;
}

/* This thread and as many others as there are processors left, or threads. */
static void
run_batch(struct batch *b)
{
	pthread_t threads[THREADS_MAX];
	long cores = sysconf(_SC_NPROCESSORS_ONLN);
	size_t started = 0;
	struct error ignored;

	while (started < THREADS_MAX && started + 1 < b->count &&
	    (long)started + 1 < cores &&
	    thread_start(&threads[started], "verify", verify_some, b,
		&ignored) == 0)
		started++;
	verify_some(b);
	while (started > 0)
		thread_join(threads[--started]);
}

/* Up to BATCH items; what was not looked at does not count. */
static int
next_batch(const struct item_reader *r, struct item_walk *w, struct batch *b,
    struct error *err)
{
	int rc = 1;

	b->count = 0;
	b->next = 0;
	while (b->count < BATCH && rc > 0) {
		rc = item_walk_next(r, w, &b->places[b->count], err);
		if (rc > 0) {
			b->findings[b->count] = (struct finding){ 0 };
			b->count++;
		}
	}
	return rc < 0 ? -1 : 0;
}

static int
tell_batch(const struct verifying *vf, const struct batch *b, struct error *err)
{
	int worst = 0;

	for (size_t i = 0; i < b->next; i++) {
		int rc = tell(vf, &b->findings[i], b->places[i].index + 1, err);

		if (rc < 0)
			return -1;
		worst = rc ? rc : worst;
	}
	return worst;
}

static int
verify_items(struct verifying *vf, const struct item_reader *r,
    struct item_walk *w, struct error *err)
{
	struct batch *b = xcalloc(1, sizeof(*b));
	int worst = 0;
	int rc = 0;

	b->file = &vf->file;
	pthread_mutex_init(&b->lock, NULL);
	do {
		rc = next_batch(r, w, b, err);
		if (rc < 0)
			break;
		run_batch(b);
		rc = tell_batch(vf, b, err);
		worst = rc > 0 ? rc : worst;
	} while (rc >= 0 && b->count == BATCH);
	pthread_mutex_destroy(&b->lock);
	free(b);
	return rc < 0 ? -1 : worst;
}

static int
verify_bundle(struct verifying *vf, struct error *err)
{
	struct item_reader r = item_file_reader(&vf->file, false);
	struct item_walk w;
	struct finding head = { 0 };
	int rc = item_walk_find(&r, vf->file.size, &w, err);

	if (rc == 0) {
		rc = verify_items(vf, &r, &w, err);
	} else {
		head.rc = -1;
		head.err = *err;
		rc = tell(vf, &head, 0, err);
	}
	free(r.piece);
	return rc;
}

static int
exec_item_verify(struct shell *sh, const struct options *o, struct error *err)
{
	struct verifying vf = { .sh = sh, .many = o->arg_count > 1 };
	bool bundle = options_has(o, "bundle");
	int worst = 0;

	if (item_paths_check(o->args, o->arg_count, err) < 0)
		return -1;
	for (size_t i = 0; i < o->arg_count; i++) {
		int rc;

		vf.path = o->args[i];
		if (item_file_open(vf.path, bundle, &vf.file, err) < 0)
			return -1;
		rc = bundle ? verify_bundle(&vf, err) : verify_item(&vf, err);
		item_file_close(&vf.file);
		if (rc < 0)
			return item_file_fail(&vf.file, err);
		worst = rc ? rc : worst;
	}
	return worst;
}

const struct command command_item_verify = {
	.name = "item verify",
	.usage = "FILE...",
	.summary = "print the ids of valid data items, and what others lack",
	.options = verify_options,
	.min = 1,
	.max = SIZE_MAX,
	.complete = COMPLETE_FILES,
	.exec = exec_item_verify,
};
