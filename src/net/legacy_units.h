/*
 * legacy_units - a request to a unit, and what it answers.
 *
 * One function for each kind of request that we make. Errors name the unit, as
 * http_error.h says; an answer that is no success is one.
 */
#ifndef NET_LEGACY_UNITS_H
#define NET_LEGACY_UNITS_H

#include "net/legacy_json.h"
#include "net/legacy_node.h"
#include "net/legacy_schedule.h"

enum legacy_unit {
	LEGACY_MESSENGER,
	LEGACY_SCHEDULER,
	LEGACY_COMPUTE,
	LEGACY_GATEWAY
};

enum {
	LEGACY_ITEM_MAX = 10 << 20,   /* of an item that a messenger takes */
	LEGACY_LIST_MAX = 32 << 20,   /* of an answer with many entries */
	LEGACY_SINGLE_MAX = 128 << 20 /* of one with one */
};

struct legacy_request {
	enum legacy_unit unit;
	const char *method;
	const char *base; /* of the unit, or a whole URL */
	const char *path; /* behind it, with its query; "" for none */
	const char *type; /* of the body; NULL: none */
	struct span body;
	enum http_repeat repeat;
	unsigned tries;      /* 0: as usual */
	size_t limit;        /* 0: LEGACY_SINGLE_MAX */
	uint64_t timeout_ms; /* 0: as usual */
};

/* A URL is built in its own form, so that it can be told in an error. */
struct legacy_answer {
	char *url;
	struct http_call http;
	struct http_answer reply;
};

/*
 * Make a request; 0 whatever the status is. Release with
 * legacy_answer_release().
 */
int legacy_ask(const struct legacy_call *c, const struct legacy_request *r,
    struct legacy_answer *out, struct error *err);
/* The same, and -1 unless the status says that all is well. */
int legacy_ask_well(const struct legacy_call *c, const struct legacy_request *r,
    struct legacy_answer *out, struct error *err);
void legacy_answer_release(struct legacy_answer *a);
/* The error of an answer with a status that is no success. -1. */
int legacy_fail_status(const struct legacy_answer *a, struct error *err);
/* The error of an answer that could not be read: `err` says why. -1. */
int legacy_fail_answer(const struct legacy_answer *a, struct error *err);

/*
 * Give an item to the messenger. *again: it was there already, which is well;
 * else *out is the id that it answers with.
 */
int mu_send(const struct legacy_call *c, struct span item, struct id *out,
    bool *again, struct error *err);
/*
 * Have a message given a slot in a process, without the fields in `exclude`;
 * *out is the assignment's id.
 */
int mu_assign(const struct legacy_call *c, const struct id *process,
    const struct id *message, uint8_t exclude, struct id *out,
    struct error *err);
/* Switch the monitor of a process; it may be as wanted already. */
int mu_monitor(const struct legacy_call *c, const struct id *process,
    struct span item, bool on, struct error *err);

/* The scheduler's own address. */
int su_address(const struct legacy_call *c, const char *url,
    struct address *out, struct error *err);
int su_process(const struct legacy_call *c, const char *url,
    const struct id *process, struct message **out, struct error *err);
/* Its newest message. ERR_NOT_FOUND: it has none. */
int su_latest(const struct legacy_call *c, const char *url,
    const struct id *process, struct legacy_slot *out, struct error *err);
int su_message(const struct legacy_call *c, const char *url,
    const struct id *process, const struct id *message, struct legacy_slot *out,
    struct error *err);
/* So many slots, at most, from one on. */
struct legacy_range {
	uint64_t from;
	unsigned limit;
};

/* ERR_LIMIT: try fewer. */
int su_page(const struct legacy_call *c, const char *url,
    const struct id *process, struct legacy_range range,
    struct legacy_page *out, struct error *err);

/* 1: a result; 0: not within `wait_ms`; -1. */
int cu_result(const struct legacy_call *c, const struct id *process,
    const struct id *message, uint64_t wait_ms, struct result *out,
    struct error *err);
/* At most `limit` results behind `from`, a cursor, a time or "". */
int cu_results(const struct legacy_call *c, const struct id *process,
    const char *from, unsigned limit, struct legacy_results *out,
    struct error *err);
/* Evaluate what `body`, JSON, says, and keep nothing. */
int cu_dry_run(const struct legacy_call *c, const struct id *process,
    struct span body, struct result *out, struct error *err);

#endif
