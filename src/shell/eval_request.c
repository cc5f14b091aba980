/*
 * The members are cut out and only their kinds are looked at: what is in a
 * message concerns the library, which decodes it. An optional member that is
 * null is one that was left out, as it would be in Lua.
 */
#include "shell/eval_request.h"

#include "codec/json_scan.h"

enum {
	OP,
	ID,
	MSG,
	ENV,
	BASE,
	REQ,
	KEEP,
	ROLLBACK,
	MEMBERS
};

static int
take_op(struct span value, enum eval_op *op, struct error *err)
{
	static const char *const names[] = {
		[EVAL_HANDLE] = "handle",
		[EVAL_COMPUTE] = "compute",
		[EVAL_RESET] = "reset",
		[EVAL_INFO] = "info",
	};

	if (!value.p)
		return FAIL(err, ERR_USAGE, "'op' is missing");
	if (*value.p != '"')
		return FAIL(err, ERR_USAGE, "'op' is no text");
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (json_string_is(value, names[i])) {
			*op = (enum eval_op)i;
			return 0;
		}
	}
	return FAIL(err, ERR_USAGE, "unknown op %.*s",
	    SPAN_ARG(span_first(value, 40)));
}

/* An optional object. */
static int
take_object(const struct json_member *m, struct span *out, struct error *err)
{
	if (!m->value.p || span_is(m->value, "null"))
		return 0;
	if (*m->value.p != '{')
		return FAIL(err, ERR_USAGE, "'%s' is no object", m->name);
	*out = m->value;
	return 0;
}

/* An optional truth. */
static int
take_flag(const struct json_member *m, bool *out, struct error *err)
{
	if (!m->value.p || span_is(m->value, "null"))
		return 0;
	if (*m->value.p != 't' && *m->value.p != 'f')
		return FAIL(err, ERR_USAGE, "'%s' is neither true nor false",
		    m->name);
	*out = *m->value.p == 't';
	return 0;
}

/* What the operation is about. */
static int
take_fields(const struct json_member *m, struct eval_request *r,
    struct error *err)
{
	bool is_handle = r->op == EVAL_HANDLE;
	bool keep = true;

	if (r->op != EVAL_HANDLE && r->op != EVAL_COMPUTE)
		return 0;
	if (take_object(&m[is_handle ? MSG : REQ], &r->body, err) < 0 ||
	    take_object(&m[is_handle ? ENV : BASE], &r->base, err) < 0 ||
	    take_flag(&m[KEEP], &keep, err) < 0 ||
	    take_flag(&m[ROLLBACK], &r->rollback, err) < 0)
		return -1;
	r->drop = !keep;
	if (!r->body.p)
		return FAIL(err, ERR_USAGE, "'%s' is missing",
		    is_handle ? "msg" : "req");
	return 0;
}

int
eval_request_read(struct span line, struct eval_request *r, struct error *err)
{
	struct json_member m[MEMBERS] = {
		[OP] = { .name = "op" },
		[ID] = { .name = "id" },
		[MSG] = { .name = "msg" },
		[ENV] = { .name = "env" },
		[BASE] = { .name = "base" },
		[REQ] = { .name = "req" },
		[KEEP] = { .name = "keep" },
		[ROLLBACK] = { .name = "rollback" },
	};
	int rc = json_scan(line, m, MEMBERS, err);

	*r = (struct eval_request){ .id = m[ID].value };
	/* it would be an answer that strict readers refuse */
	if (r->id.p && !json_has_no_lone_surrogate(r->id)) {
		r->id.p = NULL;
		return rc < 0 ? -1
			      : FAIL(err, ERR_FORMAT,
				    "'id' has half of a surrogate pair");
	}
	if (rc < 0)
		return -1;
	if (take_op(m[OP].value, &r->op, err) < 0)
		return -1;
	return take_fields(m, r, err);
}
