/*
 * Workloads are run on the node itself, not through the shell, so that what is
 * measured is the road of a message: signing, slot, journal, evaluation,
 * journal. Only "start" runs the whole program, as a child, since a program
 * cannot time its own start.
 *
 * A rate counts from bench_begin() to bench_tell(): opening a store, spawning
 * and loading a handler come before, and a workload that sends from many
 * threads ends when the last result is durable, not when the last message was
 * accepted. Times of single calls are sorted and told as median and 99th
 * percentile; a mean would hide the syncs of the disk.
 *
 * Items are signed with a key of their own and an anchor that is a count, so
 * that no two are the same message, which would have no second slot.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <poll.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/thread.h"
#include "vm/replay.h"
#include "shell/bench_run.h"

enum {
	/* enough that the journal always finds a group to write */
	SENDERS = 16,
	SENDERS_MAX = 256,
	/* a slow disk is a result, too: give up late */
	SETTLE_MS = 600000,
	START_RUNS_OF_SHELL = 10, /* a first eval is dearer than --version */
};

/* --- telling --- */

void
bench_begin(struct bench *b)
{
	b->begin_cpu_ns = clock_cpu_ns();
	b->begin_ns = clock_now_ns();
}

static int
compare_u64(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a;
	uint64_t y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static double
milliseconds(uint64_t ns)
{
	return (double)ns / 1e6;
}

/*
 * What no other program and no file has part in, now; the peak counts pages of
 * the store's file, which the system takes back when it likes.
 */
long
bench_private_kib(void)
{
	FILE *f = fopen("/proc/self/status", "re");
	char line[256];
	long kib = 0;

	while (f && kib == 0 && fgets(line, sizeof(line), f))
		if (strncmp(line, "RssAnon:", 8) == 0)
			kib = strtol(line + 8, NULL, 10);
	if (f)
		(void)fclose(f);
	return kib;
}

void
bench_tell_ns(struct bench *b, uint64_t n, uint64_t ns, uint64_t cpu_ns,
    const char *more)
{
	double seconds = (double)ns / 1e9;
	double cpu = (double)cpu_ns / 1e9;
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	output_printf(&b->sh->out,
	    "{\"workload\":\"%s\",\"n\":%" PRIu64
	    ",\"seconds\":%.6f,\"rate\":%.1f,\"cpuSeconds\":%.6f"
	    ",\"peakKiB\":%ld,\"privateKiB\":%ld%s}\n",
	    b->name, n, seconds, (double)n / seconds, cpu, usage.ru_maxrss,
	    bench_private_kib(), more);
}

void
bench_tell(struct bench *b, uint64_t n, const char *more)
{
	bench_tell_ns(b, n, clock_now_ns() - b->begin_ns,
	    clock_cpu_ns() - b->begin_cpu_ns, more);
}

void
bench_tell_times(struct bench *b, uint64_t *ns, uint64_t n, const char *what)
{
	char more[256];

	qsort(ns, n, sizeof(*ns), compare_u64);
	snprintf(more, sizeof(more), "%s,\"p50Ms\":%.3f,\"p99Ms\":%.3f", what,
	    milliseconds(ns[n / 2]), milliseconds(ns[n * 99 / 100]));
	bench_tell(b, n, more);
}

/* --- a node to work on --- */

int
bench_open_node(struct bench *b, struct error *err)
{
	struct node_info info;

	if (b->sh->config->open_node(b->dir, false, &b->sh->settings, &b->node,
		err) < 0)
		return -1;
	if (b->node->ops->info(b->node, &info, err) < 0)
		return -1;
	b->module = info.module;
	b->address = info.address;
	return 0;
}

void
bench_close_node(struct bench *b)
{
	if (b->node)
		b->node->ops->close(b->node);
	b->node = NULL;
}

/* Sign and send; number i makes the item differ from all others. */
static int
send_item(struct bench *b, const struct message_draft *what, uint64_t i,
    struct receipt *out, struct error *err)
{
	uint8_t anchor[ANCHOR_BYTES] = { 0 };
	struct message_draft draft = *what;
	struct buf item = BUF_INIT;
	int rc;

	memcpy(anchor, &i, sizeof(i));
	draft.anchor = span_of(anchor, sizeof(anchor));
	rc = message_sign(&draft, b->key, &item, err);
	if (rc == 0)
		rc = b->node->ops->send(b->node, buf_span(&item), out, err);
	buf_release(&item);
	return rc;
}

int
bench_spawn_one(struct bench *b, uint64_t i, struct receipt *out,
    struct error *err)
{
	struct id_text module = id_encode(&b->module);
	const struct tag tags[] = {
		{ span_text("Data-Protocol"), span_text("ao") },
		{ span_text("Type"), span_text("Process") },
		{ span_text("Variant"), span_text("ao.TN.1") },
		{ span_text("Module"), span_text(module.text) },
		{ span_text("Scheduler"), span_text(b->address.text) },
		{ span_text("Name"), span_text("bench") },
	};
	const struct message_draft draft = { .tags = tags,
		.tag_count = sizeof(tags) / sizeof(*tags) };

	return send_item(b, &draft, i, out, err);
}

int
bench_message(struct bench *b, const struct id *to,
    const struct bench_content *what, uint64_t i, struct receipt *out,
    struct error *err)
{
	const struct tag tags[] = {
		{ span_text("Action"), span_text(what->action) },
		{ span_text("Data-Protocol"), span_text("ao") },
		{ span_text("Type"), span_text("Message") },
		{ span_text("Variant"), span_text("ao.TN.1") },
	};
	const struct message_draft draft = { .target = to,
		.data = span_text(what->data),
		.tags = tags,
		.tag_count = sizeof(tags) / sizeof(*tags) };

	return send_item(b, &draft, i, out, err);
}

int
bench_settle(struct bench *b, struct error *err)
{
	return b->node->ops->settle(b->node, SETTLE_MS, -1, err);
}

/* Open a node with one process that has evaluated `code`. */
static int
open_process(struct bench *b, const char *code, struct error *err)
{
	const struct bench_content what = { "Eval", code };
	struct receipt r;

	if (bench_open_node(b, err) < 0 ||
	    bench_spawn_one(b, UINT64_MAX, &r, err) < 0)
		return -1;
	b->process = r.process;
	if (bench_message(b, &b->process, &what, UINT64_MAX - 1, &r, err) < 0)
		return -1;
	return bench_settle(b, err);
}

/* --- many senders --- */

/*
 * Take the next number until all are taken; the first failure ends it for
 * everyone.
 */
static void *
sender_main(void *arg)
{
	struct bench *b = arg;
	struct error err;

	for (;;) {
		uint64_t i = atomic_fetch_add(&b->next, 1);

		if (i >= b->n || atomic_load(&b->failed))
			return NULL;
		if (b->one(b, i, &err) < 0 &&
		    !atomic_exchange(&b->failed, true))
			b->failure = err;
	}
}

int
bench_parallel(struct bench *b,
    int (*one)(struct bench *, uint64_t, struct error *), struct error *err)
{
	pthread_t threads[SENDERS_MAX];
	unsigned started = 0;
	int rc = 0;

	b->one = one;
	atomic_store(&b->next, 0);
	atomic_store(&b->failed, false);
	while (rc == 0 && started < b->threads) {
		rc = thread_start(&threads[started], "sender", sender_main, b,
		    err);
		started += rc == 0;
	}
	while (started)
		thread_join(threads[--started]);
	if (rc == 0 && atomic_load(&b->failed)) {
		*err = b->failure;
		rc = -1;
	}
	return rc;
}

/* --- workloads --- */

/* Run this program, its output thrown away; its processor time goes to *ns. */
static int
run_self(char *const *argv, uint64_t *ns, long *peak_kib, struct error *err)
{
	posix_spawn_file_actions_t actions;
	struct rusage usage;
	pid_t pid;
	int status;
	int rc;

	posix_spawn_file_actions_init(&actions);
	for (int fd = 0; fd <= 2; fd++)
		posix_spawn_file_actions_addopen(&actions, fd, "/dev/null",
		    O_RDWR, 0);
	rc = posix_spawn(&pid, "/proc/self/exe", &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	if (rc != 0 || wait4(pid, &status, 0, &usage) != pid)
		return FAIL(err, ERR_SYSTEM, "cannot run this program again");
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		return FAIL(err, ERR_SYSTEM, "'%s %s' failed", argv[0],
		    argv[1]);
	*ns = ((uint64_t)usage.ru_utime.tv_sec +
		  (uint64_t)usage.ru_stime.tv_sec) *
		1000000000U +
	    ((uint64_t)usage.ru_utime.tv_usec +
		(uint64_t)usage.ru_stime.tv_usec) *
		1000U;
	if (usage.ru_maxrss > *peak_kib)
		*peak_kib = usage.ru_maxrss;
	return 0;
}

/* The processor time of one command line, `n` times; `fresh` names a folder
 * that is new each time and stands in argv. */
static int
measure_start(struct bench *b, const char *what, char *const *argv, char *fresh,
    uint64_t n, struct error *err)
{
	uint64_t *cpu = xcalloc(n, sizeof(*cpu));
	char more[160];
	long peak = 0;
	int rc = 0;

	bench_begin(b);
	for (uint64_t i = 0; rc == 0 && i < n; i++) {
		if (fresh)
			snprintf(fresh, PATH_MAX, "%.4000s/%" PRIu64, b->dir,
			    i);
		rc = run_self(argv, &cpu[i], &peak, err);
	}
	if (rc == 0) {
		qsort(cpu, n, sizeof(*cpu), compare_u64);
		snprintf(more, sizeof(more),
		    ",\"what\":\"%s\",\"cpuMsP50\":%.3f,\"cpuMsMax\":%.3f"
		    ",\"childPeakKiB\":%ld",
		    what, milliseconds(cpu[n / 2]), milliseconds(cpu[n - 1]),
		    peak);
		bench_tell(b, n, more);
	}
	free(cpu);
	return rc;
}

/*
 * Of --version the processor time of a start alone; of a first eval also that
 * of making wallet, key and store, on an empty folder each time.
 */
static int
bench_start(struct bench *b, struct error *err)
{
	static char self[] = "aosh", version[] = "--version";
	static char data_dir[] = "--data-dir", c[] = "-c", code[] = "1 + 1";
	static char name[] = "fresh";
	char fresh[PATH_MAX] = "";
	char *const show_version[] = { self, version, NULL };
	char *const first_eval[] = { self, data_dir, fresh, name, c, code,
		NULL };

	if (measure_start(b, "version", show_version, NULL, b->n, err) < 0)
		return -1;
	return measure_start(b, "first eval", first_eval, fresh,
	    START_RUNS_OF_SHELL, err);
}

static bool
is_evaluated(void *arg, const struct log_entry *entry)
{
	*(bool *)arg = entry->evaluated;
	return false;
}

/* As at the prompt: send, then wait until the result may be shown. */
static int
eval_one(struct bench *b, int fd, uint64_t i, struct error *err)
{
	static const struct bench_content what = { "Eval",
		"Count = Count + 1 return Count" };
	struct pollfd p = { fd, POLLIN, 0 };
	struct receipt r = { .slot = 0 };
	bool done = false;

	if (bench_message(b, &b->process, &what, i, &r, err) < 0)
		return -1;
	for (;;) {
		eventfd_t ignored;

		if (b->node->ops->log(b->node, &b->process,
			position_of_slot(r.slot), is_evaluated, &done, err) < 0)
			return -1;
		if (done)
			return 0;
		(void)poll(&p, 1, -1);
		(void)eventfd_read(fd, &ignored);
	}
}

/* One at a time, since a prompt waits for each result. */
static int
bench_eval(struct bench *b, struct error *err)
{
	uint64_t *ns = xcalloc(b->n, sizeof(*ns));
	int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	int rc;

	rc = open_process(b, "Count = 0", err);
	if (rc == 0)
		rc = b->node->ops->watch(b->node, &b->process, fd, err);
	bench_begin(b);
	for (uint64_t i = 0; rc == 0 && i < b->n; i++) {
		uint64_t start = clock_now_ns();

		rc = eval_one(b, fd, i, err);
		ns[i] = clock_now_ns() - start;
	}
	if (rc == 0)
		bench_tell_times(b, ns, b->n, "");
	bench_close_node(b);
	(void)close(fd);
	free(ns);
	return rc;
}

static int
send_one(struct bench *b, uint64_t i, struct error *err)
{
	static const struct bench_content count = { "Count", "" };
	struct receipt r;

	return bench_message(b, &b->process, &count, i, &r, err);
}

/* A counter that answers each message: two slots, one push a message. */
static const char counter[] =
    "Count = 0 Handlers.add('count', 'Count', function(msg)"
    " Count = Count + 1 msg.reply({Data = tostring(Count)}) end)";

/* Until the replies are delivered as well. */
static int
bench_send(struct bench *b, struct error *err)
{
	if (open_process(b, counter, err) < 0)
		return -1;
	bench_begin(b);
	if (bench_parallel(b, send_one, err) < 0 || bench_settle(b, err) < 0)
		return -1;
	bench_tell(b, b->n, "");
	return 0;
}

int
bench_dry_run(struct bench *b, const struct id *to, const char *code,
    struct error *err)
{
	const struct tag tags[] = {
		{ span_text("Action"), span_text("Eval") },
		{ span_text("Data-Protocol"), span_text("ao") },
		{ span_text("Type"), span_text("Message") },
	};
	const struct message_draft draft = { .target = to,
		.data = span_text(code),
		.tags = tags,
		.tag_count = sizeof(tags) / sizeof(*tags) };
	struct address owner = keypair_address(b->key);
	struct result result;

	if (b->node->ops->dry_run(b->node, &draft, &owner, -1, &result, err) <
	    0)
		return -1;
	result_release(&result);
	return 0;
}

/* A counter's log, of which the node has been closed and opened again. */
static int
open_again(struct bench *b, struct error *err)
{
	if (open_process(b, counter, err) < 0 ||
	    bench_parallel(b, send_one, err) < 0 || bench_settle(b, err) < 0)
		return -1;
	bench_close_node(b);
	bench_begin(b);
	return bench_open_node(b, err);
}

/* Until the process, which sleeps, has answered: from its checkpoint. */
static int
bench_restart(struct bench *b, struct error *err)
{
	if (open_again(b, err) < 0 ||
	    bench_dry_run(b, &b->process, "Count", err) < 0)
		return -1;
	/* the spawn and the first Eval are slots, too */
	bench_tell(b, b->n + 2, "");
	return 0;
}

/* A log that is evaluated again from slot 0 and compared. */
struct judging {
	struct replay replay;
	int status;
	struct error *err;
};

/* A log that differs is no figure. */
static bool
judge_one(void *arg, const struct log_entry *entry)
{
	struct judging *j = arg;
	struct replay_finding f = { .differs = NULL };

	j->status = replay_slot(&j->replay, entry, &f, j->err);
	if (j->status == 0 && f.differs)
		j->status = FAIL(j->err, ERR_EVAL, "%s differs", f.differs);
	result_release(&f.result);
	return j->status == 0;
}

static int
judge_log(struct bench *b, bool trusting, const char *more, struct error *err)
{
	struct judging j = { .err = err };
	int rc;

	replay_init(&j.replay, &b->process, 0, replay_node_module, b->node);
	j.replay.trusting = trusting;
	bench_begin(b);
	rc = b->node->ops->log(b->node, &b->process, position_of_slot(0),
	    judge_one, &j, err);
	if (rc == 0)
		rc = j.status;
	if (rc == 0)
		bench_tell(b, j.replay.count, more);
	replay_release(&j.replay);
	return rc;
}

/* As `aosh verify` does it: signatures, chains and results are looked at; then
 * without signatures, beside the library in a loop. */
static int
bench_replay(struct bench *b, struct error *err)
{
	double us;
	char more[96];

	if (open_again(b, err) < 0 ||
	    judge_log(b, false, ",\"what\":\"signatures, too\"", err) < 0 ||
	    bench_library_us(b->n, &us, err) < 0)
		return -1;
	snprintf(more, sizeof(more),
	    ",\"what\":\"chains and results\",\"libraryUs\":%.2f", us);
	return judge_log(b, true, more, err);
}

/* One at a time, as a program that polls would. */
static int
bench_dryrun(struct bench *b, struct error *err)
{
	uint64_t *ns = xcalloc(b->n, sizeof(*ns));
	int rc = open_process(b, "Count = 0", err);

	bench_begin(b);
	for (uint64_t i = 0; rc == 0 && i < b->n; i++) {
		uint64_t start = clock_now_ns();

		rc = bench_dry_run(b, &b->process, "Count", err);
		ns[i] = clock_now_ns() - start;
	}
	if (rc == 0)
		bench_tell_times(b, ns, b->n, "");
	free(ns);
	return rc;
}

const struct bench_workload bench_workloads[] = {
	{ "start", "processor time of --version, and of a first eval", 50,
	    bench_start },
	{ "spawn",
	    "processes made; all of them at the next start; first answers",
	    20000, bench_spawn },
	{ "eval", "from sending an Eval to its durable result", 1000,
	    bench_eval },
	{ "send", "signed messages to a counter that replies", 10000,
	    bench_send },
	{ "count", "verified messages to counters that reply, and the bound",
	    20000, bench_count },
	{ "awake", "the same to 20,000 processes at random, all awake", 40000,
	    bench_awake },
	{ "asleep", "the same to 100,000 processes, most of them asleep", 20000,
	    bench_asleep },
	{ "ingest", "signed messages to one of them, from 16 threads", 20000,
	    bench_ingest },
	{ "flood", "a lone message, beside messages to another process", 200000,
	    bench_flood },
	{ "replay", "slots of a log verified, evaluated again and compared",
	    10000, bench_replay },
	{ "restart", "opening, and an answer of a process with a long log",
	    10000, bench_restart },
	{ "dryrun", "evaluations of which nothing stays", 1000, bench_dryrun },
	{ "verify",
	    "items of 1 KiB verified and signed, beside the library alone",
	    5000, bench_verify },
	{ "library", "the process library's part of a message, and of a boot",
	    20000, bench_library },
	{ "state", "states at rest, saved, rolled back, and 20,000 of them",
	    40000, bench_state },
	{ "inbox", "messages to a process whose inbox is full", 5000,
	    bench_inbox },
	{ "accept",
	    "verified items given a slot and made durable, beside LMDB and "
	    "libsodium",
	    50000, bench_accept },
	{ "processes", "spawns in the store alone: bytes, opening, finding",
	    100000, bench_processes },
	{ "json", "the JSON codec beside one in plain Lua, on 94 KiB", 10,
	    bench_json },
	{ NULL, NULL, 0, NULL },
};

/* A folder for one workload. */
int
bench_make_dir(struct bench *b, struct error *err)
{
	snprintf(b->dir, sizeof(b->dir), "%.*s/bench-XXXXXX",
	    (int)sizeof(b->dir) - 32, buf_text(&b->sh->data_dir));
	if (!mkdtemp(b->dir))
		return FAIL_ERRNO(err, ERR_STORE, "cannot make a folder '%s'",
		    b->dir);
	return 0;
}

/* By the system's own tool: what a store leaves there is not ours to know. */
void
bench_remove_dir(const struct bench *b)
{
	char rm[] = "rm", rf[] = "-rf", end[] = "--";
	char dir[PATH_MAX];
	char *argv[] = { rm, rf, end, dir, NULL };
	pid_t pid;

	memcpy(dir, b->dir, sizeof(dir));
	if (posix_spawnp(&pid, "rm", NULL, NULL, argv, environ) == 0)
		(void)waitpid(pid, NULL, 0);
}

int
bench_run(struct shell *sh, const struct bench_workload *workload,
    const struct bench_options *options, struct error *err)
{
	struct bench b = { .sh = sh, .name = workload->name };
	int rc;

	b.n = options->n ? options->n : workload->n;
	b.threads = options->threads ? options->threads : SENDERS;
	if (b.threads > SENDERS_MAX)
		return FAIL(err, ERR_USAGE, "at most %d threads", SENDERS_MAX);
	if (bench_make_dir(&b, err) < 0)
		return -1;
	b.key = keypair_new();
	rc = workload->run(&b, err);
	bench_close_node(&b);
	keypair_free(b.key);
	bench_remove_dir(&b);
	return rc;
}
