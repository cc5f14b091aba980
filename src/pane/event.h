/*
 * event - one line of a feed: a message that came, or something that its
 * evaluation gave.
 *
 * An entry of a log becomes several of them: what came first, then what it
 * printed or gave, its error, and what it sent. All of them have its place.
 * Texts are as their writers made them: whoever shows them makes them harmless.
 */
#ifndef PANE_EVENT_H
#define PANE_EVENT_H

#include "ao/node.h"

enum event_kind {
	EVENT_START,  /* slot 0, the process itself */
	EVENT_INBOX,  /* a message */
	EVENT_EVAL,   /* one of its owner, that is code */
	EVENT_CRON,   /* a tick */
	EVENT_RESULT, /* what code gave, or a program that prints nothing */
	EVENT_PRINT,
	EVENT_ERROR,
	EVENT_PUSH, /* a message that it sent */
	EVENT_SPAWN,
	EVENT_ASSIGN,
	EVENT_STATUS, /* of the node, not of an entry */
	EVENT_KINDS
};

struct event {
	enum event_kind kind;
	unsigned source; /* of the feed: which process */
	struct position at;
	uint64_t timestamp_ms;
	uint64_t height;
	uint32_t schedule; /* of a tick */
	enum verdict verdict;
	bool by_tick;      /* the entry is a tick */
	struct id message; /* of the entry; all zero: a tick's */
	size_t size;       /* of the whole text, of which `text` may be less */
	/* borrowed from the event: */
	struct span peer;   /* who it is from, or whom it goes to */
	struct span action; /* a tag; of a tick its interval */
	struct span text;   /* data, output, error */
	struct span tags;   /* blocks: name, value, name, … */
	uint8_t bytes[];
};

/* "inbox", "cron", … */
const char *event_kind_name(enum event_kind k);
/* The kind of that name; false: there is none. */
bool event_kind_parse(struct span name, enum event_kind *k);
/* The next tag: starts with *rest = event->tags. False: no more. */
bool event_tag(struct span *rest, struct span *name, struct span *value);
/* "abc123...xyz789", or the whole when it is short. */
void event_short_id(struct span id, struct buf *out);

/* Where events of an entry go. */
struct event_sink {
	/* takes the event: free() */
	void (*fn)(void *arg, struct event *e);
	void *arg;
	unsigned source;
	const struct address *owner; /* of the process */
	size_t text_max;             /* bytes of a text that are kept */
};

/* All events of an entry that is evaluated, in order. */
void event_of_entry(const struct event_sink *sink, const struct log_entry *e);
/* A line of the node. */
void event_of_status(const struct event_sink *sink, const char *text,
    uint64_t timestamp_ms);

/* A text without the blanks and empty lines around it. */
struct span event_trimmed(struct span s);

#endif
