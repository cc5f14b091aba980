/*
 * aosh verify NAME..., FILE... - whether logs give what they say.
 *
 * A word is a file when it looks like one (a slash in it, or ".bundle" at its
 * end, or "-"); then no node is opened. Everything else is a process.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/alloc.h"
#include "shell/commands.h"
#include "shell/item_file.h"
#include "shell/log_command.h"
#include "shell/out_file.h"
#include "shell/shell.h"
#include "shell/show.h"
#include "shell/verify.h"

enum {
	ATTESTATION_MAX = 64 << 20 /* bytes of a file with one */
};

static const struct option_spec verify_options[] = {
	{ "all", NULL, 0, OPTION_SWITCH, false, NULL,
	    "all processes of the node" },
	{ "attestation", NULL, 0, OPTION_FILE, false, "FILE",
	    "compare what another node attests, too" },
	{ "jobs", NULL, 'j', OPTION_NUMBER, false, "N",
	    "so many logs at a time; without: one for each processor" },
	{ "no-signatures", NULL, 0, OPTION_SWITCH, false, NULL,
	    "results and chains alone: the node checked signatures" },
	{ "output", NULL, 'o', OPTION_FILE, false, "FILE",
	    "write the node's attestation of the log to a new file" },
	{ .name = NULL },
};

/* The logs to be judged, and what came of them. */
struct verifying {
	struct shell *sh;
	struct verify verify;
	size_t room;
	int worst;
	struct id id;   /* of the last that was right */
	uint64_t slots; /* of it */
	struct position last;
};

bool
log_is_file(const char *word)
{
	static const char end[] = ".bundle";
	size_t len = strlen(word);

	return strcmp(word, "-") == 0 || strchr(word, '/') ||
	    (len >= sizeof(end) &&
		strcmp(word + len - (sizeof(end) - 1), end) == 0);
}

static void
add_job(struct verifying *v, const struct verify_job *job)
{
	if (v->verify.count == v->room) {
		v->room = v->room ? 2 * v->room : 16;
		v->verify.jobs =
		    xrealloc(v->verify.jobs, v->room * sizeof(*v->verify.jobs));
	}
	v->verify.jobs[v->verify.count++] = *job;
}

static bool
add_process(void *arg, const struct process_info *info)
{
	const struct verify_job job = { .id = info->id,
		.slots = info->evaluated };

	add_job(arg, &job);
	return true;
}

/* The words of the command line. */
static int
add_words(struct verifying *v, const struct options *o, struct error *err)
{
	struct client *c = &v->sh->client;
	struct process_info info;
	struct id id;
	size_t dashes = 0;

	for (size_t i = 0; i < o->arg_count; i++) {
		if (log_is_file(o->args[i])) {
			const struct verify_job job = { .path = o->args[i] };

			add_job(v, &job);
			dashes += strcmp(o->args[i], "-") == 0;
			continue;
		}
		if (!c->node && shell_open_node(v->sh, o, err) < 0)
			return -1;
		if (client_find(c, span_text(o->args[i]), true, &id, err) < 0 ||
		    c->node->ops->process(c->node, &id, &info, err) < 0)
			return -1;
		add_process(v, &info);
	}
	if (dashes > 1)
		return FAIL(err, ERR_USAGE,
		    "'-', standard input, can be read only once");
	return 0;
}

/* --- telling --- */

struct id_text
log_chain_text(const uint8_t chain[SHA256_BYTES])
{
	struct id id;

	memcpy(id.bytes, chain, ID_BYTES);
	return id_encode(&id);
}

static json_t *
text_or_null(const char *text)
{
	return text && *text ? json_string(text) : json_null();
}

static void
outcome_json(struct shell *sh, const struct verify_job *job)
{
	const struct verify_outcome *v = job->outcome;
	json_t *to = json_object();

	json_object_set_new(to, "ok", json_boolean(!v->differs));
	json_object_set_new(to, "process", json_string(id_encode(&v->id).text));
	json_object_set_new(to, "file",
	    job->path ? show_path(job->path) : json_null());
	json_object_set_new(to, "slots", json_integer((json_int_t)v->slots));
	json_object_set_new(to, "waiting",
	    json_integer((json_int_t)v->waiting));
	json_object_set_new(to, "taken", json_integer((json_int_t)v->taken));
	json_object_set_new(to, "believed",
	    json_integer((json_int_t)v->believed));
	json_object_set_new(to, "scheduler", text_or_null(v->scheduler.text));
	json_object_set_new(to, "attested_by",
	    text_or_null(v->attested ? v->by.text : NULL));
	json_object_set_new(to, "chain",
	    v->differs ? json_null()
		       : json_string(log_chain_text(v->chain).text));
	json_object_set_new(to, "slot",
	    v->differs ? json_integer((json_int_t)v->at.slot) : json_null());
	if (v->differs && v->at.tick)
		json_object_set_new(to, "tick", json_integer(v->at.tick));
	json_object_set_new(to, "differs", text_or_null(v->differs));
	json_object_set_new(to, "text",
	    v->differs ? json_string(v->text) : json_null());
	json_object_set_new(to, "ms", json_integer((json_int_t)v->ms));
	show_json(sh, to);
}

/* "process X: slot 7: Output differs: …", as an error. */
static void
report_difference(struct shell *sh, const struct verify_outcome *v)
{
	struct error err;

	error_set(&err, ERR_EVAL, "process %s: slot %s: %s differs: %s",
	    id_encode(&v->id).text, position_text(v->at).text, v->differs,
	    v->text);
	(void)shell_report(sh, &err);
}

static void
outcome_text(struct shell *sh, const struct verify_outcome *v)
{
	output_printf(&sh->out, "%s  verified, %" PRIu64 " slots, chain %s\n",
	    id_encode(&v->id).text, v->slots, log_chain_text(v->chain).text);
	if (v->waiting)
		output_printf(shell_notes(sh),
		    "aosh: process %s: %" PRIu64 " slots have no result yet\n",
		    id_encode(&v->id).text, v->waiting);
	if (v->believed)
		output_printf(shell_notes(sh),
		    "aosh: process %s: the places of %" PRIu64
		    " slots are as the scheduler says, who does not tell all "
		    "of their assignments\n",
		    id_encode(&v->id).text, v->believed);
}

int
log_outcome_show(struct shell *sh, const struct verify_job *job)
{
	const struct verify_outcome *v = job->outcome;
	struct error err = v->err;

	if (v->failed) {
		if (!job->path)
			error_prefix(&err, "process %s",
			    id_encode(&v->id).text);
		return shell_report(sh, &err);
	}
	if (sh->json)
		outcome_json(sh, job);
	else if (v->differs)
		report_difference(sh, v);
	else
		outcome_text(sh, v);
	return v->differs ? EXIT_EVAL : 0;
}

/* Flushed at once: others still run. */
static bool
tell(void *arg, const struct verify_job *job)
{
	struct verifying *v = arg;
	struct shell *sh = v->sh;
	int code = log_outcome_show(sh, job);

	v->worst = v->worst ? v->worst : code;
	v->id = job->outcome->id;
	v->slots = job->outcome->slots;
	v->last = job->outcome->last;
	return shell_flush(sh) == 0;
}

/* --- the attestation of another node --- */

static int
read_attestation(const char *path, struct message **out, struct error *err)
{
	struct item_file file;
	struct buf item = BUF_INIT;
	struct byte_source from;
	ssize_t n = -1;

	if (item_file_open(path, true, &file, err) < 0)
		return -1;
	from = item_file_source(&file);
	if (file.size > ATTESTATION_MAX)
		error_set(err, ERR_LIMIT, "it is over %d bytes",
		    ATTESTATION_MAX);
	else
		n = from.read(from.arg, 0,
		    buf_reserve(&item, (size_t)file.size), (size_t)file.size,
		    err);
	if (n >= 0) {
		item.len = (size_t)n;
		n = message_verify(buf_span(&item), out, err);
	}
	if (n < 0)
		(void)item_file_fail(&file, err);
	buf_release(&item);
	item_file_close(&file);
	return n < 0 ? -1 : 0;
}

/* It must be of a log that is judged, and long enough. */
static int
check_covered(const struct verifying *v, const struct attestation *a,
    struct error *err)
{
	struct node *n = v->sh->client.node;
	struct process_info info;

	for (size_t i = 0; i < v->verify.count; i++) {
		const struct verify_job *job = &v->verify.jobs[i];

		if (job->path || !id_equal(&job->id, &a->process))
			continue;
		if (n->ops->process(n, &job->id, &info, err) < 0)
			return -1;
		if (position_before(attestation_at(a), info.told))
			return 0;
		return FAIL(err, ERR_USAGE,
		    "slot %s is attested, and the log here has the results of "
		    "%" PRIu64 " slots",
		    position_text(attestation_at(a)).text, info.evaluated);
	}
	return FAIL(err, ERR_USAGE, "the attestation is of process %s",
	    id_encode(&a->process).text);
}

static int
run(struct verifying *v, const struct options *o, struct error *err)
{
	const char *path = options_text(o, "attestation", NULL);
	struct message *m = NULL;
	struct attestation a;
	int rc = 0;

	if (path && (rc = read_attestation(path, &m, err)) == 0) {
		rc = attestation_decode(m, &a, err);
		if (rc == 0)
			rc = check_covered(v, &a, err);
		if (rc < 0)
			error_prefix(err, "%s", path);
		v->verify.attestation = &a;
		v->verify.attested_by = m->owner;
	}
	if (rc == 0)
		rc = verify_run(&v->verify,
		    v->sh->quiet ? &v->sh->nowhere : &v->sh->err, tell, v, err);
	v->verify.attestation = NULL;
	message_unref(m);
	return rc;
}

/* The node's word for the log that was just verified, for others to compare. */
static int
write_attestation(struct verifying *v, const struct options *o,
    struct error *err)
{
	struct node *n = v->sh->client.node;
	struct out_file out = { .fd = -1 };
	struct buf item = BUF_INIT;
	int rc;

	if (v->slots == 0)
		return FAIL(err, ERR_NOT_FOUND, "there is no result yet");
	if (out_file_open_path(options_text(o, "output", "-"), v->sh->json,
		&out, err) < 0)
		return -1;
	rc = n->ops->attest(n, &v->id, v->last, false, &item, err);
	if (rc == 0)
		rc = out_file_write(&out, buf_span(&item), err);
	if (rc == 0)
		rc = out_file_finish(&out, err);
	rc = out_file_result(&out, rc);
	out_file_release(&out);
	buf_release(&item);
	return rc;
}

/* What does not go together is refused before anything is opened. */
static int
check_options(const struct options *o, struct error *err)
{
	if (options_has(o, "all") == (o->arg_count > 0))
		return FAIL(err, ERR_USAGE,
		    "'verify' takes processes or files, or '--all'");
	if (options_has(o, "output") &&
	    (o->arg_count != 1 || log_is_file(o->args[0])))
		return FAIL(err, ERR_USAGE,
		    "'--output' is of one process of the node");
	return 0;
}

unsigned
log_threads(const struct options *o)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);
	uint64_t n = options_number(o, "jobs", cores < 1 ? 1 : (uint64_t)cores);

	return n < 1 ? 1 : n > VM_SERVE_LANE ? VM_SERVE_LANE : (unsigned)n;
}

static int
exec_verify(struct shell *sh, const struct options *o, struct error *err)
{
	struct verifying v = { .sh = sh };
	struct node *n;
	int rc = 0;

	if (check_options(o, err) < 0)
		return -1;
	if (options_has(o, "all")) {
		rc = shell_open_node(sh, o, err);
		n = sh->client.node;
		if (rc == 0)
			rc = n->ops->list(n, add_process, &v, err);
	} else {
		rc = add_words(&v, o, err);
	}
	v.verify.node = sh->client.node;
	v.verify.threads = log_threads(o);
	v.verify.trusting = options_has(o, "no-signatures");
	if (rc == 0)
		rc = run(&v, o, err);
	if (rc == 0 && v.worst == 0 && options_has(o, "output"))
		rc = write_attestation(&v, o, err);
	free(v.verify.jobs);
	return rc < 0 ? -1 : v.worst;
}

const struct command command_verify = {
	.name = "verify",
	.usage = "[NAME|ID|FILE...]",
	.summary = "evaluate logs again and compare the results",
	.options = verify_options,
	.min = 0,
	.max = SIZE_MAX,
	.complete = COMPLETE_PROCESSES,
	.exec = exec_verify,
};
