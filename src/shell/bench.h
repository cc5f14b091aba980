/*
 * bench - named workloads, run in the program itself, a line of JSON each.
 *
 * Each workload has a folder of its own in the data directory, so that it is
 * that disk which is measured, and leaves nothing behind. Source: design
 * section 9.
 */
#ifndef SHELL_BENCH_H
#define SHELL_BENCH_H

#include "shell/shell.h"

struct bench_options {
	uint64_t n;       /* 0: the workload's own */
	unsigned threads; /* that send; 0: 16 */
};

struct bench;

struct bench_workload {
	const char *name;
	const char *summary;
	uint64_t n;
	int (*run)(struct bench *b, struct error *err);
};

/* name NULL behind the last. */
extern const struct bench_workload bench_workloads[];

/* Run one and add its lines to the shell's output. */
int bench_run(struct shell *sh, const struct bench_workload *workload,
    const struct bench_options *options, struct error *err);

#endif
