/*
 * The file is read once, at the start, and nothing in it is kept: values are
 * numbers or copied, so the parser works on spans. What a key may be stands in
 * the table, and so do the words of every error about it.
 */
#include "shell/config.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "base/base64url.h"
#include "base/number.h"
#include "crypto/keypair.h"
#include "term/attr.h"
#include "shell/paths.h"
#include "shell/prompt.h"
#include "shell/suggest.h"

enum {
	KEYS = 31,
	KEY_MAX = 64, /* of a key that somebody may have meant */
	PERCENT = 100,
	PROFILES_MAX = 64,
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
	{ "net", CONFIG_CHOICE, "local|legacy", "local", "where processes are",
	    PLACE(net), 0, 1 },
	{ "url", CONFIG_URL, "an http or https address", "none",
	    "where all units of a network are", PLACE(url), 0, 0 },
	{ "mu-url", CONFIG_URL, "an http or https address",
	    "https://mu.ao-testnet.xyz", "where the messenger unit is",
	    PLACE(mu_url), 0, 0 },
	{ "cu-url", CONFIG_URL, "an http or https address",
	    "https://cu.ao-testnet.xyz", "where the compute unit is",
	    PLACE(cu_url), 0, 0 },
	{ "su-url", CONFIG_URL, "an http or https address", "none",
	    "where the scheduler unit is", PLACE(su_url), 0, 0 },
	{ "gateway-url", CONFIG_URLS,
	    "http or https addresses, split by commas",
	    "https://ao-search-gateway.goldsky.com,https://arweave.net",
	    "gateways, tried in order", PLACE(gateway_url), 0, 0 },
	{ "graphql-url", CONFIG_URLS,
	    "http or https addresses, split by commas", "none",
	    "where gateways take queries", PLACE(graphql_url), 0, 0 },
	{ "scheduler", CONFIG_ADDRESSES, "an address", "none",
	    "who schedules new processes", PLACE(scheduler), 0, 0 },
	{ "authority", CONFIG_ADDRESSES, "addresses, split by commas",
	    "fcoN_xJeisVsPXA-trzVAuIiqO3ydLQxM-L4XbrQKzY",
	    "whose pushes new processes trust", PLACE(authority), 0, 0 },
	{ "module", CONFIG_ID, "an id of 43 characters",
	    "ISShJH1ij-hPPt9St5UFFr_8Ys3Kj5cyg7zrMGt7H9s",
	    "what new processes of a network run", PLACE(module), 0, 0 },
	{ "net.retry", CONFIG_TIME, "a time from 1ms to 1m", "500ms",
	    "the pause before a request is made again; it doubles",
	    PLACE(net_retry_ms), 1, HOUR_MS / 60 },
	{ "net.poll", CONFIG_TIME, "a time from 1ms to 1m", "500ms",
	    "the shortest time between two looks at a process",
	    PLACE(net_poll_ms), 1, HOUR_MS / 60 },
	{ "module-alias", CONFIG_IDS, "ids of modules, at most 16, or none",
	    "ISShJH1ij-hPPt9St5UFFr_8Ys3Kj5cyg7zrMGt7H9s",
	    "modules for which the built-in library stands",
	    PLACE(module_alias), 0, 0 },
	{ "authority-alias", CONFIG_ADDRESS, "an address, or none",
	    "fcoN_xJeisVsPXA-trzVAuIiqO3ydLQxM-L4XbrQKzY",
	    "whose messages this node's own pass for, where it is trusted",
	    PLACE(authority_alias), 0, 0 },
	{ "wallet", CONFIG_WORD, "a name or a file", "wallet.json",
	    "which wallet signs", PLACE(wallet), 0, 0 },
	{ "color", CONFIG_CHOICE, "auto|always|never", "auto",
	    "when to use colours", PLACE(color), 0, 2 },
	{ "color-input", CONFIG_CHOICE, "on|off", "on",
	    "whether what is typed is in colours", PLACE(color_input), 0, 1 },
	{ "hints", CONFIG_CHOICE, "on|off", "on",
	    "whether arguments are hinted at", PLACE(hints), 0, 1 },
	{ "mode", CONFIG_CHOICE, "raw|pretty|json|table|line", "raw",
	    "how the prompt shows results", PLACE(mode), 0, 4 },
	{ "pager", CONFIG_CHOICE, "on|off", "on",
	    "whether long results go through a pager", PLACE(pager), 0, 1 },
	{ "prompt", CONFIG_PROMPT, "process, or a text with fields", "process",
	    "what stands before the line", PLACE(prompt), 0, 0 },
	{ "timeout", CONFIG_TIME, "a time from 1ms to 24h", "none",
	    "how long to wait for a result", PLACE(timeout_ms), 1,
	    24 * HOUR_MS },
	{ "timer", CONFIG_CHOICE, "off|on", "off",
	    "whether to say how long each evaluation took", PLACE(timer), 0,
	    1 },
	{ "theme", CONFIG_THEME, "names and styles: error=bold+red dim=gray",
	    "error=red dim=dim id=green title=bold", "how our own words look",
	    PLACE(theme), 0, 0 },
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
	const struct unit *u;
	uint64_t n;

	if (!take_decimal(&text, UINT64_MAX, &n))
		return false;
	u = find_unit(units, text);
	if (!u || n > UINT64_MAX / u->factor)
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
	default:
		break;
	}
	if (valid && n >= k->least && n <= k->most)
		*out = n;
	return valid && n >= k->least && n <= k->most;
}

/* Each of the parts that commas split, or the whole. */
static bool
each_part(struct span text, bool many, bool (*is_one)(struct span part))
{
	bool valid = text.len > 0 && text.len <= CONFIG_TEXT_MAX;

	while (valid && text.len > 0) {
		const uint8_t *comma =
		    many ? memchr(text.p, ',', text.len) : NULL;
		size_t len = comma ? (size_t)(comma - text.p) : text.len;

		valid = is_one(span_first(text, len)) &&
		    !(comma && len + 1 == text.len);
		text = span_from(text, len + 1);
	}
	return valid;
}

static bool
is_url(struct span part)
{
	size_t scheme = span_starts_with(part, "https://") ? 8 : 7;

	if (!span_starts_with(part, "https://") &&
	    !span_starts_with(part, "http://"))
		return false;
	for (size_t i = 0; i < part.len; i++)
		if (part.p[i] <= ' ' || part.p[i] >= 0x7f ||
		    strchr("\"<>\\^`{|}?#", part.p[i]))
			return false;
	return part.len > scheme;
}

static bool
is_address(struct span part)
{
	for (size_t i = 0; i < part.len; i++)
		if (!isalnum(part.p[i]) && part.p[i] != '-' && part.p[i] != '_')
			return false;
	return part.len == ADDRESS_CHARS ||
	    (part.len == 42 && span_starts_with(part, "0x"));
}

bool
config_is_url(struct span text, bool many)
{
	return each_part(text, many, is_url);
}

bool
config_is_address(struct span text, bool many)
{
	return each_part(text, many, is_address);
}

/* A value that is kept as it is. */
static bool
is_text(const struct config_key *k, struct span text)
{
	struct error ignored;
	struct id id;

	switch (k->type) {
	case CONFIG_URL:
		return config_is_url(text, false);
	case CONFIG_URLS:
		return config_is_url(text, true);
	case CONFIG_ADDRESSES:
		return config_is_address(text, k->offset == PLACE(authority));
	case CONFIG_THEME:
		return text.len <= CONFIG_TEXT_MAX && attr_theme_check(text);
	case CONFIG_WORD:
		return text.len > 0 && text.len <= CONFIG_TEXT_MAX;
	case CONFIG_PROMPT:
		return text.len > 0 && text.len <= CONFIG_TEXT_MAX &&
		    prompt_form_check(text);
	default:
		return id_decode(text, &id, &ignored) == 0;
	}
}

static bool
set_ids(struct span text, struct config_ids *out)
{
	struct config_ids read = { .said = true };
	struct error ignored;

	while (text.len > 0 && !span_is(text, "none")) {
		const uint8_t *comma = memchr(text.p, ',', text.len);
		size_t len = comma ? (size_t)(comma - text.p) : text.len;

		if (read.count == CONFIG_IDS_MAX ||
		    id_decode(span_first(text, len), &read.ids[read.count++],
			&ignored) < 0 ||
		    len + 1 == text.len)
			return false;
		text = span_from(text, len + 1);
	}
	if (read.count > 0 && text.len > 0)
		return false;
	*out = read;
	return true;
}

static bool
set_address(struct span text, struct config_address *out)
{
	struct config_address read = { .said = true };

	if (!span_is(text, "none")) {
		if (!is_address(text))
			return false;
		memcpy(read.address.text, text.p, text.len);
	}
	*out = read;
	return true;
}

/* False: it is none of the key's kind. */
static bool
set_value(const struct config_key *k, struct span text, struct config *out)
{
	char *place = (char *)out + k->offset;
	uint64_t n;

	if (k->type == CONFIG_IDS)
		return text.len > 0 &&
		    set_ids(text, (struct config_ids *)(void *)place);
	if (k->type == CONFIG_ADDRESS)
		return set_address(text,
		    (struct config_address *)(void *)place);
	if (k->type < CONFIG_URL) {
		if (!parse_value(k, text, &n))
			return false;
		memcpy(place, &n, sizeof(n));
		return true;
	}
	if (!is_text(k, text))
		return false;
	memcpy(place, text.p, text.len);
	place[text.len] = 0;
	return true;
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
	    "unknown key '%s'; the keys are in 'man aosh-config'", word);
}

/* Where the reading of a file stands. */
struct reading {
	struct config *out;  /* of the lines that count here */
	struct config *into; /* of this line; may be one that is dropped */
	const char *profile; /* NULL: none */
	bool found;
	size_t line;
	size_t
	    seen[KEYS]; /* the line of each key in this section; 0: not yet */
	struct span profiles[PROFILES_MAX];
	size_t profile_count;
};

/* A line that is not empty. */
static int
read_setting(struct reading *r, struct span line, struct error *err)
{
	const uint8_t *equals = memchr(line.p, '=', line.len);
	const struct config_key *k;
	size_t *seen;
	struct span value;

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
	if (!set_value(k, value, r->into))
		return FAIL(err, ERR_USAGE, "'%s' must be %s, not '%.*s'",
		    k->name, k->kind, SPAN_ARG(value));
	*seen = r->line;
	return 0;
}

static bool
is_profile_name(struct span name)
{
	for (size_t i = 0; i < name.len; i++)
		if (!isalnum(name.p[i]) &&
		    (!name.p[i] || !strchr("._-", name.p[i])))
			return false;
	return name.len > 0;
}

/* "[NAME]": what follows counts with that profile alone. */
static int
read_section(struct reading *r, struct span line, struct config *dropped,
    struct error *err)
{
	struct span name = { 0 };

	if (line.p[line.len - 1] == ']')
		name = trim(span_of(line.p + 1, line.len - 2));
	if (!is_profile_name(name))
		return FAIL(err, ERR_USAGE,
		    "a profile is [NAME], of letters, digits and . _ -");
	for (size_t i = 0; i < r->profile_count; i++)
		if (span_equal(r->profiles[i], name))
			return FAIL(err, ERR_USAGE,
			    "profile '%.*s' stands above, too", SPAN_ARG(name));
	if (r->profile_count == PROFILES_MAX)
		return FAIL(err, ERR_USAGE, "there are more than %d profiles",
		    PROFILES_MAX);
	r->profiles[r->profile_count++] = name;
	memset(r->seen, 0, sizeof(r->seen));
	r->into = dropped;
	if (r->profile && span_is(name, r->profile)) {
		r->found = true;
		r->into = r->out;
	}
	return 0;
}

static int
fail_no_profile(const struct reading *r, const char *name, struct error *err)
{
	struct buf list = BUF_INIT;

	for (size_t i = 0; i < r->profile_count; i++)
		buf_printf(&list, "%s%.*s", i ? ", " : "",
		    SPAN_ARG(r->profiles[i]));
	error_set(err, ERR_USAGE, "%s has no profile '%s'; it has %s", name,
	    r->profile, list.len ? buf_text(&list) : "none");
	buf_release(&list);
	return -1;
}

int
config_parse_profile(const char *name, struct span text, const char *profile,
    struct config *out, struct error *err)
{
	struct config said = *out;
	struct config dropped = { 0 };
	struct reading r = { .out = &said, .into = &said, .profile = profile };

	_Static_assert(sizeof(config_keys) / sizeof(*config_keys) == KEYS + 1,
	    "there is a line for each key");
	text = text_without_mark(text);
	while (text.len > 0) {
		struct span line = trim(without_comment(take_line(&text)));
		int rc = 0;

		r.line++;
		if (line.len > 0 && line.p[0] == '[')
			rc = read_section(&r, line, &dropped, err);
		else if (line.len > 0)
			rc = read_setting(&r, line, err);
		if (rc < 0)
			return FAIL_IN(err, "%s:%zu", name, r.line);
	}
	if (profile && !r.found)
		return fail_no_profile(&r, name, err);
	*out = said;
	return 0;
}

int
config_parse(const char *name, struct span text, struct config *out,
    struct error *err)
{
	return config_parse_profile(name, text, NULL, out, err);
}

int
config_load(const char *given, const char *profile, struct config *out,
    struct error *err)
{
	struct buf path = BUF_INIT;
	struct buf text = BUF_INIT;
	int rc = config_find(given, &path, err);

	if (rc == 0 && profile)
		rc = FAIL(err, ERR_USAGE,
		    "there is no profile '%s': there is no file of settings",
		    profile);
	if (rc > 0)
		rc = file_read(buf_text(&path), &text, err);
	if (rc == 0)
		rc = config_parse_profile(buf_text(&path), buf_span(&text),
		    profile, out, err);
	buf_release(&text);
	buf_release(&path);
	return rc;
}

void
config_complete(struct config *c)
{
	for (const struct config_key *k = config_keys; k->name; k++)
		if ((k->type == CONFIG_IDS && !c->module_alias.said) ||
		    (k->type == CONFIG_ADDRESS && !c->authority_alias.said))
			(void)set_value(k, span_text(k->otherwise), c);
}
