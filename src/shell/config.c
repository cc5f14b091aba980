/*
 * The file is read once, at the start, and nothing in it is kept: values are
 * numbers, so the parser works on spans. What a key may be stands in the table,
 * and so do the words of every error about it.
 */
#include "shell/config.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "shell/paths.h"
#include "shell/suggest.h"

enum {
	KEYS = 7,
	KEY_MAX = 64, /* of a key that somebody may have meant */
	PERCENT = 100,
};

#define MIB ((uint64_t)1 << 20)
#define GIB ((uint64_t)1 << 30)
#define HOUR_MS ((uint64_t)60 * 60 * 1000)
#define PLACE(field) offsetof(struct config, field)

const struct config_key config_keys[] = {
	{ "memory", CONFIG_SHARE, "a size like 512M, or a share like 50%",
	    "50%", "how much memory states of processes may take",
	    PLACE(memory), MIB, UINT64_MAX },
	{ "cron.late", CONFIG_CHOICE, "all|last", "all",
	    "which of the ticks that were missed are made up for",
	    PLACE(cron_late), 0, 1 },
	{ "limit.compute", CONFIG_COUNT, "a number like 1000000 or 1G", "none",
	    "the most instructions for one message", PLACE(limit_compute), 1000,
	    UINT64_MAX },
	{ "limit.memory", CONFIG_SIZE, "a size from 8M to 2G", "2G",
	    "the most memory for one process", PLACE(limit_memory), 8 * MIB,
	    2 * GIB },
	{ "limit.time", CONFIG_TIME, "a time from 1ms to 24h", "30s",
	    "the longest time for one message", PLACE(limit_time_ms), 1,
	    24 * HOUR_MS },
	{ "limit.output", CONFIG_SIZE, "a size from 1K to 1G", "16M",
	    "the largest result of one message", PLACE(limit_output), 1024,
	    GIB },
	{ "limit.outbox", CONFIG_COUNT, "a number from 1 to 1M", "10K",
	    "the most that one message may send", PLACE(limit_outbox), 1,
	    1000000 },
	{ .name = NULL },
};

/* What a suffix makes of a number. */
struct unit {
	const char *suffix;
	uint64_t factor;
};

static const struct unit size_units[] = { { "", 1 }, { "K", UINT64_C(1) << 10 },
	{ "M", UINT64_C(1) << 20 }, { "G", UINT64_C(1) << 30 },
	{ "T", UINT64_C(1) << 40 }, { NULL, 0 } };
static const struct unit count_units[] = { { "", 1 }, { "K", 1000 },
	{ "M", 1000000 }, { "G", 1000000000 }, { "T", UINT64_C(1000000000000) },
	{ NULL, 0 } };
static const struct unit time_units[] = { { "ms", 1 }, { "s", 1000 },
	{ "m", HOUR_MS / 60 }, { "h", HOUR_MS }, { NULL, 0 } };

/* Suffixes of one letter are taken in either case. */
static bool
is_unit(const struct unit *u, struct span suffix)
{
	return span_is(suffix, u->suffix) ||
	    (suffix.len == 1 && strlen(u->suffix) == 1 &&
		toupper(suffix.p[0]) == u->suffix[0]);
}

static const struct unit *
find_unit(const struct unit *u, struct span suffix)
{
	while (u->suffix && !is_unit(u, suffix))
		u++;
	return u->suffix ? u : NULL;
}

/* Digits, then one of the suffixes. */
static bool
parse_number(struct span text, const struct unit *units, uint64_t *out)
{
	uint64_t n = 0;
	size_t i = 0;
	const struct unit *u;

	for (; i < text.len && isdigit(text.p[i]); i++) {
		if (n > (UINT64_MAX - 9) / 10)
			return false;
		n = n * 10 + (uint64_t)(text.p[i] - '0');
	}
	u = find_unit(units, span_from(text, i));
	if (i == 0 || !u || n > UINT64_MAX / u->factor)
		return false;
	*out = n * u->factor;
	return true;
}

/* "50%" of the machine's memory, or a size. */
static bool
parse_share(struct span text, uint64_t *out)
{
	static const struct unit percent[] = { { "%", 1 }, { NULL, 0 } };
	long pages;
	long bytes;
	uint64_t n;

	if (!parse_number(text, percent, &n))
		return parse_number(text, size_units, out);
	pages = sysconf(_SC_PHYS_PAGES);
	bytes = sysconf(_SC_PAGESIZE);
	if (n < 1 || n > PERCENT || pages < 1 || bytes < 1)
		return false;
	*out = (uint64_t)pages * (uint64_t)bytes / PERCENT * n;
	return true;
}

/* Which of the words, split by |. */
static bool
parse_choice(struct span text, const char *words, uint64_t *out)
{
	for (uint64_t i = 0; *words; i++) {
		size_t len = strcspn(words, "|");

		if (span_equal(text, span_of(words, len))) {
			*out = i;
			return true;
		}
		words += len + (words[len] == '|');
	}
	return false;
}

static bool
parse_value(const struct config_key *k, struct span text, uint64_t *out)
{
	uint64_t n = 0;
	bool valid = false;

	switch (k->type) {
	case CONFIG_SIZE:
		valid = parse_number(text, size_units, &n);
		break;
	case CONFIG_SHARE:
		valid = parse_share(text, &n);
		break;
	case CONFIG_COUNT:
		valid = parse_number(text, count_units, &n);
		break;
	case CONFIG_TIME:
		valid = parse_number(text, time_units, &n);
		break;
	case CONFIG_CHOICE:
		valid = parse_choice(text, k->kind, &n);
		break;
	}
	if (valid && n >= k->least && n <= k->most)
		*out = n;
	return valid && n >= k->least && n <= k->most;
}

static bool
is_blank(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* Without blanks at either end. */
static struct span
trim(struct span s)
{
	while (s.len && is_blank(s.p[0]))
		s = span_from(s, 1);
	while (s.len && is_blank(s.p[s.len - 1]))
		s.len--;
	return s;
}

/* Up to the comment, if there is one. */
static struct span
without_comment(struct span line)
{
	for (size_t i = 0; i < line.len; i++)
		if (line.p[i] == '#' && (i == 0 || is_blank(line.p[i - 1])))
			return span_first(line, i);
	return line;
}

/* Take a line off `text`, without its end. */
static struct span
take_line(struct span *text)
{
	const uint8_t *end = memchr(text->p, '\n', text->len);
	struct span line =
	    span_first(*text, end ? (size_t)(end - text->p) : text->len);

	*text = span_from(*text, line.len + 1);
	return line;
}

static const struct config_key *
find_key(struct span name)
{
	const struct config_key *k = config_keys;

	while (k->name && !span_is(name, k->name))
		k++;
	return k->name ? k : NULL;
}

/* With the nearest key that there is. */
static int
fail_unknown(struct span name, struct error *err)
{
	struct suggestion near = { NULL, 0 };
	char word[KEY_MAX];

	snprintf(word, sizeof(word), "%.*s", SPAN_ARG(name));
	for (const struct config_key *k = config_keys; k->name; k++)
		suggest(&near, word, k->name);
	if (near.word)
		return FAIL(err, ERR_USAGE,
		    "unknown key '%s'; did you mean '%s'?", word, near.word);
	return FAIL(err, ERR_USAGE,
	    "unknown key '%s'; the keys are in 'man aosh', CONFIGURATION",
	    word);
}

/* Where the reading of a file stands. */
struct reading {
	struct config *out;
	size_t line;
	size_t seen[KEYS]; /* the line of each key; 0: not yet */
};

/* A line that is not empty. */
static int
read_setting(struct reading *r, struct span line, struct error *err)
{
	const uint8_t *equals = memchr(line.p, '=', line.len);
	const struct config_key *k;
	size_t *seen;
	struct span value;
	uint64_t n;

	if (!equals || equals == line.p)
		return FAIL(err, ERR_USAGE, "this is not 'key = value'");
	value = trim(span_from(line, (size_t)(equals - line.p) + 1));
	line = trim(span_first(line, (size_t)(equals - line.p)));
	k = find_key(line);
	if (!k)
		return fail_unknown(line, err);
	seen = &r->seen[k - config_keys];
	if (*seen)
		return FAIL(err, ERR_USAGE, "'%s' is set in line %zu, too",
		    k->name, *seen);
	if (!parse_value(k, value, &n))
		return FAIL(err, ERR_USAGE, "'%s' must be %s, not '%.*s'",
		    k->name, k->kind, SPAN_ARG(value));
	memcpy((char *)r->out + k->offset, &n, sizeof(n));
	*seen = r->line;
	return 0;
}

int
config_parse(const char *name, struct span text, struct config *out,
    struct error *err)
{
	struct config said = *out;
	struct reading r = { .out = &said };

	_Static_assert(sizeof(config_keys) / sizeof(*config_keys) == KEYS + 1,
	    "there is a line for each key");
	text = text_without_mark(text);
	while (text.len > 0) {
		struct span line = trim(without_comment(take_line(&text)));

		r.line++;
		if (line.len > 0 && read_setting(&r, line, err) < 0)
			return FAIL_IN(err, "%s:%zu", name, r.line);
	}
	*out = said;
	return 0;
}

int
config_load(const char *given, struct config *out, struct error *err)
{
	struct buf path = BUF_INIT;
	struct buf text = BUF_INIT;
	int rc = config_find(given, &path, err);

	if (rc > 0)
		rc = file_read(buf_text(&path), &text, err);
	if (rc == 0)
		rc = config_parse(buf_text(&path), buf_span(&text), out, err);
	buf_release(&text);
	buf_release(&path);
	return rc;
}
