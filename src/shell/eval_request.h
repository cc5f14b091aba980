/*
 * eval_request - one line of JSON, as `aosh eval-json` takes it.
 *
 * Source: spec/process-jsonl.md, "Requests".
 */
#ifndef SHELL_EVAL_REQUEST_H
#define SHELL_EVAL_REQUEST_H

#include "base/error.h"
#include "base/span.h"

enum eval_op {
	EVAL_HANDLE,
	EVAL_COMPUTE,
	EVAL_RESET,
	EVAL_INFO
};

/* Spans are JSON texts, borrowed from the line; p NULL: left out. */
struct eval_request {
	enum eval_op op;
	struct span id;   /* any value */
	struct span body; /* an object: `msg` or `req` */
	struct span base; /* an object: `env` or `base` */
	bool drop;        /* "keep": false */
	bool rollback;
};

/*
 * Read a request. ERR_FORMAT, ERR_USAGE, ERR_LIMIT: what is wrong with it, in
 * words for whoever wrote it; `id` is filled in if it is known.
 */
int eval_request_read(struct span line, struct eval_request *r,
    struct error *err);

#endif
