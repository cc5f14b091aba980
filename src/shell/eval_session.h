/*
 * eval_session - one process in memory, and the requests that it answers.
 *
 * No store, no network, no wallet: the machine alone. Source:
 * spec/process-jsonl.md.
 */
#ifndef SHELL_EVAL_SESSION_H
#define SHELL_EVAL_SESSION_H

#include "base/buf.h"
#include "vm/vm.h"
#include "shell/bundle.h"

struct eval_variant {
	const char *name;
	const char *version; /* of the library */
	enum vm_entry entry;
	enum vm_library module;
};

/* name NULL behind the last. */
extern const struct eval_variant eval_variants[];

struct eval_session {
	/* set by the caller */
	const struct eval_variant *variant;
	struct vm_limits limits;
	struct bundle bundle; /* evaluated in each fresh process; owned */
	/* of eval_session.c */
	struct vm *vm;
	struct buf base; /* the last `env`, or the last base returned */
	struct vm_answer answer;
};

/*
 * A fresh process with the bundle evaluated in it, in place of the one before.
 * ERR_EVAL: a file failed; the text names it and the line. ERR_LIMIT: the
 * library does not fit the limits. After a failure the process is the one
 * before.
 */
int eval_session_reset(struct eval_session *s, struct error *err);
/* Append the answer to one line of input, with its line feed. */
void eval_session_answer(struct eval_session *s, struct span line,
    struct buf *out);
/* Append the answer to a line that was too long to be read. */
void eval_session_refuse(const char *why, struct buf *out);
/* Release all of it, the bundle included. */
void eval_session_release(struct eval_session *s);

#endif
