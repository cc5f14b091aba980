/*
 * config - what the user wants of the program, in a file.
 *
 * Lines of "key = value"; behind a line "[NAME]" they hold with the profile of
 * that name alone, and before what stands above. A "#" at the start or behind a
 * blank begins a comment. The table of keys is all there is: an unknown key or
 * a value that is none of its kind is an error that says where and what is
 * allowed, since a setting that is silently not there costs more than a start
 * that fails.
 *
 *   size   bytes: 4096, 64K, 512M, 4G (powers of 1024)
 *   share  a size, or a part of the machine's memory: 50%
 *   count  1000000, 5M, 1G (powers of 1000)
 *   time   500ms, 30s, 2m, 1h
 *   choice one of the words that stand in `kind`
 *   text   URLs, addresses, an id or any word; kept as it is
 *   ids    43 characters each, split by commas; or none
 *   address one, or none
 */
#ifndef SHELL_CONFIG_H
#define SHELL_CONFIG_H

#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "codec/ans104.h"

enum {
	CONFIG_TEXT_MAX = 511,
	CONFIG_IDS_MAX = 16
};

struct config_ids {
	bool said; /* be it that there is none */
	size_t count;
	struct id ids[CONFIG_IDS_MAX];
};

struct config_address {
	bool said;
	struct address address; /* empty: none */
};

/* Empty: nothing is said. */
struct config_text {
	char text[CONFIG_TEXT_MAX + 1];
};

/* All zero, the start: nothing is said. Sizes in bytes. */
struct config {
	uint64_t memory;    /* of states in memory */
	uint64_t cron_late; /* 0: all, 1: last */
	uint64_t limit_compute;
	uint64_t limit_memory;
	uint64_t limit_time_ms;
	uint64_t limit_output;
	uint64_t limit_outbox;
	uint64_t net; /* 0: local, 1: legacy */
	uint64_t net_retry_ms;
	uint64_t net_poll_ms;
	uint64_t color;       /* enum color_mode */
	uint64_t color_input; /* 0: on, 1: off */
	uint64_t hints;       /* 0: on, 1: off */
	uint64_t mode;        /* enum show_mode */
	uint64_t pager;       /* 0: on, 1: off */
	uint64_t timer;       /* 0: off, 1: on */
	uint64_t timeout_ms;
	struct config_text prompt;
	struct config_text wallet;
	struct config_text url;
	struct config_text mu_url;
	struct config_text cu_url;
	struct config_text su_url;
	struct config_text gateway_url; /* split by commas */
	struct config_text graphql_url;
	struct config_text theme; /* the same */
	struct config_text scheduler;
	struct config_text authority; /* the same */
	struct config_text module;
	struct config_ids module_alias; /* ids that the library stands for */
	struct config_address authority_alias;
};

enum config_type {
	CONFIG_SIZE,
	CONFIG_SHARE,
	CONFIG_COUNT,
	CONFIG_TIME, /* in milliseconds */
	CONFIG_CHOICE,
	/* these are a struct config_text: */
	CONFIG_URL,
	CONFIG_URLS,      /* split by commas */
	CONFIG_ADDRESSES, /* the same */
	CONFIG_ID,
	CONFIG_WORD,
	CONFIG_PROMPT,
	CONFIG_THEME,
	/* these are structs of their own: */
	CONFIG_IDS,
	CONFIG_ADDRESS
};

struct config_key {
	const char *name; /* NULL ends the table */
	enum config_type type;
	const char *kind;      /* what a value is; of a choice its words */
	const char *otherwise; /* what holds when nothing is said */
	const char *summary;
	size_t offset;        /* of its field in struct config */
	uint64_t least, most; /* of numbers */
};

/* In the order of the manual. */
extern const struct config_key config_keys[];

/*
 * Fill in what `text` says, the rest of *out stays. ERR_USAGE: a line is wrong
 * (text: `name`, line, key, and what would do). Pure but for shares, which are
 * of this machine.
 */
int config_parse(const char *name, struct span text, struct config *out,
    struct error *err);
/* Whether a text is an http or https address; `many`: such, split by commas. */
bool config_is_url(struct span text, bool many);
/* The same of addresses. */
bool config_is_address(struct span text, bool many);
/*
 * The same with what the section of that profile says over it; NULL: none.
 * What other sections say must be right, too. ERR_USAGE: there is no such
 * profile (text: which there are).
 */
int config_parse_profile(const char *name, struct span text,
    const char *profile, struct config *out, struct error *err);
/*
 * Read the file `given`; NULL: $AOSH_CONFIG, else the one in its place, which
 * need not be there, unless a profile is asked for. ERR_USAGE: it cannot be
 * read, or a line is wrong.
 */
int config_load(const char *given, const char *profile, struct config *out,
    struct error *err);
/* Fill in the ids and addresses of which nothing was said: what holds then. */
void config_complete(struct config *c);

#endif
