/*
 * bench_run - what the workloads of bench.c and bench_vm.c share.
 */
#ifndef SHELL_BENCH_RUN_H
#define SHELL_BENCH_RUN_H

#include <limits.h>
#include <stdatomic.h>

#include "shell/bench.h"

struct bench {
	struct shell *sh;
	const char *name;
	uint64_t n;
	unsigned threads;
	char dir[PATH_MAX];
	struct node *node;
	struct keypair *key;
	struct id process;
	struct id module;
	struct address address; /* of the node */

	void *subject; /* the workload's own */

	/* of bench_parallel(): */
	int (*one)(struct bench *b, uint64_t i, struct error *err);
	atomic_uint_least64_t next;
	atomic_bool failed;
	struct error failure;

	uint64_t begin_ns, begin_cpu_ns;
};

/* What a message says. */
struct bench_content {
	const char *action;
	const char *data;
};

/* Clocks start: what came before is not measured. */
void bench_begin(struct bench *b);
/* One line: what all workloads have, then `more`: "" or members, each behind a
 * comma. */
void bench_tell(struct bench *b, uint64_t n, const char *more);

/* The same with the median and the 99th percentile of times in ns, which are
 * sorted here; `what` as `more`. */
void bench_tell_times(struct bench *b, uint64_t *ns, uint64_t n,
    const char *what);

/* The same for n that took so long, with the processor time. */
void bench_tell_ns(struct bench *b, uint64_t n, uint64_t ns, uint64_t cpu_ns,
    const char *more);
/*
 * one(b, 0 … n - 1) from as many threads as the workload has; the first that
 * fails ends it.
 */
int bench_parallel(struct bench *b,
    int (*one)(struct bench *, uint64_t, struct error *), struct error *err);

/* A node in the workload's own folder; new processes get its built-in module. */
int bench_open_node(struct bench *b, struct error *err);
/* Close the node, if one is open. */
void bench_close_node(struct bench *b);
/* Until all results are durable and delivered. */
int bench_settle(struct bench *b, struct error *err);
/* Make a process with the tags that the networks want of one; number i makes
 * its item differ from all others. */
int bench_spawn_one(struct bench *b, uint64_t i, struct receipt *out,
    struct error *err);
/* Sign and send a message, likewise. */
int bench_message(struct bench *b, const struct id *to,
    const struct bench_content *what, uint64_t i, struct receipt *out,
    struct error *err);
/* Evaluate code of which nothing stays. */
int bench_dry_run(struct bench *b, const struct id *to, const char *code,
    struct error *err);
/* Memory that the program shares with nothing. */
long bench_private_kib(void);
/* A folder for one workload, and away with it. */
int bench_make_dir(struct bench *b, struct error *err);
void bench_remove_dir(const struct bench *b);

/* CPU of a message to a counter that replies, in a machine without an engine. */
int bench_library_us(uint64_t n, double *us, struct error *err);
/* The engine with verified messages, beside its parts (bench_engine.c). */
int bench_count(struct bench *b, struct error *err);
int bench_awake(struct bench *b, struct error *err);
int bench_asleep(struct bench *b, struct error *err);
int bench_ingest(struct bench *b, struct error *err);
/* The node's units on a port of their own, and a signed message to them: it is
 * durable on return. From any thread (bench_http.c). */
struct bench_http;
int bench_http_open(struct bench *b, struct bench_http **out,
    struct error *err);
int bench_http_post(struct bench_http *h, struct span item, struct error *err);
void bench_http_close(struct bench_http *h);
int bench_flood(struct bench *b, struct error *err);
/* Many processes: made, there again, answering (bench_spawn.c). */
int bench_spawn(struct bench *b, struct error *err);
/* Items verified and signed, beside the libraries alone (bench_verify.c). */
int bench_verify(struct bench *b, struct error *err);
/* The workloads of bench_vm.c: what the process library costs a message. */
int bench_library(struct bench *b, struct error *err);
/* What the state of a process costs at rest and when it is gone back to
 * (bench_state.c). */
int bench_state(struct bench *b, struct error *err);
/* A process with a full Inbox (bench_inbox.c). */
int bench_inbox(struct bench *b, struct error *err);
/* The store alone, beside LMDB and libsodium (bench_store.c). */
int bench_accept(struct bench *b, struct error *err);
/* Many spawns in the store: their bytes, and how it opens then. */
int bench_processes(struct bench *b, struct error *err);
/* The JSON codec beside one in plain Lua, on a document of 94 KiB. */
int bench_json(struct bench *b, struct error *err);

#endif
