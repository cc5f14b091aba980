/*
 * Programs and people write these tags by hand, so a value that means nothing
 * is told apart from one that is too large, and both are named.
 */
#include "ao/limits.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>

#include "ao/protocol.h"

/* The digits at the front of `in`; false: there are none. */
static bool
take_number(struct span *in, uint64_t *out)
{
	uint64_t n = 0;
	size_t i = 0;

	for (; i < in->len && isdigit(in->p[i]); i++) {
		unsigned digit = in->p[i] - '0';

		n = n > (UINT64_MAX - digit) / 10 ? UINT64_MAX : n * 10 + digit;
	}
	*in = span_from(*in, i);
	*out = n;
	return i > 0;
}

/* "kb" and so on, in either case; nothing: bytes. False: it is none. */
static bool
take_unit(struct span in, unsigned *shift)
{
	static const char units[] = "kmg";
	const char *unit;

	*shift = 0;
	if (in.len == 0)
		return true;
	if (in.p[0] == '-')
		in = span_from(in, 1);
	if (in.len != 2 || tolower(in.p[1]) != 'b' || !in.p[0])
		return false;
	unit = strchr(units, tolower(in.p[0]));
	if (!unit)
		return false;
	*shift = 10 * (unsigned)(unit - units + 1);
	return true;
}

int
limits_parse_memory(struct span text, uint64_t *out, struct error *err)
{
	struct span rest = text;
	unsigned shift;
	uint64_t n;

	if (!take_number(&rest, &n) || !take_unit(rest, &shift) || n == 0)
		return FAIL(err, ERR_FORMAT,
		    "'%.*s' is no size like 512-mb or 1-gb", SPAN_ARG(text));
	*out = n > UINT64_MAX >> shift ? UINT64_MAX : n << shift;
	return 0;
}

int
limits_parse_compute(struct span text, uint64_t *out, struct error *err)
{
	struct span rest = text;
	uint64_t n;

	if (!take_number(&rest, &n) || rest.len > 0 || n == 0)
		return FAIL(err, ERR_FORMAT,
		    "'%.*s' is no number of instructions", SPAN_ARG(text));
	*out = n;
	return 0;
}

struct size_text
limits_size_text(uint64_t bytes)
{
	static const char *const units[] = { "", "-kb", "-mb", "-gb" };
	struct size_text s;
	size_t i = 0;

	while (i < 3 && bytes && bytes % 1024 == 0) {
		bytes /= 1024;
		i++;
	}
	snprintf(s.text, sizeof(s.text), "%" PRIu64 "%s", bytes, units[i]);
	return s;
}

/* The value of a tag, when it is there. */
static int
read_tag(const struct message *spawn, const char *name,
    int (*parse)(struct span, uint64_t *, struct error *), uint64_t *out,
    struct error *err)
{
	struct span value;

	*out = 0;
	if (!protocol_tag(spawn, name, &value))
		return 0;
	if (parse(value, out, err) < 0)
		return FAIL_IN(err, "tag '%s'", name);
	return 0;
}

int
limits_read(const struct message *spawn, struct limits *out, struct error *err)
{
	int memory = read_tag(spawn, "Memory-Limit", limits_parse_memory,
	    &out->memory, err);
	int compute = read_tag(spawn, "Compute-Limit", limits_parse_compute,
	    &out->compute, err);

	return memory < 0 || compute < 0 ? -1 : 0;
}

int
limits_check(const struct limits *asked, const struct limits *most,
    struct error *err)
{
	if (most->memory && asked->memory > most->memory)
		return FAIL(err, ERR_LIMIT,
		    "tag 'Memory-Limit' asks for %s, this node's limit is %s",
		    limits_size_text(asked->memory).text,
		    limits_size_text(most->memory).text);
	if (most->compute && asked->compute > most->compute)
		return FAIL(err, ERR_LIMIT,
		    "tag 'Compute-Limit' asks for %" PRIu64
		    ", this node's limit is %" PRIu64,
		    asked->compute, most->compute);
	return 0;
}
