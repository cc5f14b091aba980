/*
 * verify - logs judged by re-evaluation, several at a time.
 *
 * Each log is one job of one thread: of a node's process, or an exported file.
 * Who waits is told of jobs in their order as they are done, and may draw.
 *
 * Threads: verify_run() starts and ends them; everything else is the caller's.
 */
#ifndef SHELL_VERIFY_H
#define SHELL_VERIFY_H

#include "ao/attestation.h"
#include "vm/replay.h"
#include "shell/item_file.h"
#include "shell/progress.h"

/* How a log was judged. */
struct verify_outcome {
	bool failed;      /* it could not be: `err` */
	struct error err; /* when failed */
	struct id id;
	uint64_t slots;    /* and ticks that were right */
	uint64_t waiting;  /* that have no result yet */
	uint64_t taken;    /* whose limits were taken from the log */
	uint64_t believed; /* whose assignments nobody told to be verified */
	bool attested;     /* the node, or the file's, attests this chain */
	struct address by; /* who does */
	struct address scheduler;
	uint8_t chain[SHA256_BYTES];
	uint64_t ms;
	struct position last; /* the last of them */
	/* NULL: all is as it should be; else as in replay_finding */
	const char *differs;
	struct position at;
	char text[240];
};

struct verify_job {
	struct id id;                   /* of a process of the node */
	uint64_t slots;                 /* for the progress */
	const char *path;               /* of a file instead; NULL: none */
	struct item_file *file;         /* the same, open already; borrowed */
	struct verify_outcome *outcome; /* NULL until it is done; owned */
};

struct verify {
	struct node *node; /* NULL: files alone */
	struct verify_job *jobs;
	size_t count;
	unsigned threads;
	bool trusting; /* see replay.h */
	/* another node's word, to be compared, too; NULL: none */
	const struct attestation *attestation;
	struct address attested_by;
};

/* Give back true to go on; may not keep the job's outcome. */
typedef bool (*verify_tell_fn)(void *arg, const struct verify_job *job);

/*
 * Judge all jobs. Draws on `to` if that is a terminal. ERR_INTERRUPTED: by
 * Ctrl-C, or the callback had enough; ERR_SYSTEM: no threads.
 */
int verify_run(struct verify *v, struct output *to, verify_tell_fn tell,
    void *arg, struct error *err);

#endif
