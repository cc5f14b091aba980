/*
 * graphql - a query document taken apart: what a gateway is asked for.
 *
 * One operation, a query, with variables, arguments, directives, aliases and
 * fragments; the whole syntax of values. What the words mean is for whoever
 * asks; here it is looked at that the document is one, that its parts are there
 * (variables, fragments) and that it ends (fragments do not hold themselves).
 *
 * Nodes lie in one array, in the order in which they begin, and refer to each
 * other by index; 0 is none. Spans are borrowed from the text. Nothing recurses,
 * and everything has a limit.
 *
 * Source: GraphQL, October 2021, sections 2 and 5; spec/ao-network.md 12.
 */
#ifndef CODEC_GRAPHQL_H
#define CODEC_GRAPHQL_H

#include "base/buf.h"
#include "base/error.h"

enum {
	GRAPHQL_TEXT_MAX = 1 << 20, /* bytes */
	GRAPHQL_NODES_MAX = 20000,
	GRAPHQL_DEPTH_MAX = 32, /* brackets within each other */
	GRAPHQL_FRAGMENTS_MAX = 64,
	GRAPHQL_VARIABLES_MAX = 256,
	/* fragments that hold each other */
	GRAPHQL_CHAIN_MAX = 8,
};

enum graphql_kind {
	GRAPHQL_OPERATION = 1, /* name; inside: selections */
	GRAPHQL_FRAGMENT,      /* name; inside: selections */
	/* name, text: its type; inside: the default, if any */
	GRAPHQL_DEFINITION,
	/* selections */
	GRAPHQL_FIELD,  /* name, text: alias; inside: selections */
	GRAPHQL_SPREAD, /* name; inside: those of the fragment */
	GRAPHQL_INLINE, /* inside: selections */
	/* of fields and directives: name; inside: the value */
	GRAPHQL_ARGUMENT,
	GRAPHQL_DIRECTIVE, /* name */
	/* values; text: as it stands there, of strings without quotes */
	GRAPHQL_VARIABLE, /* name, without the $ */
	GRAPHQL_INT,
	GRAPHQL_FLOAT,
	GRAPHQL_STRING,
	GRAPHQL_BLOCK_STRING,
	GRAPHQL_BOOLEAN,
	GRAPHQL_NULL,
	GRAPHQL_ENUM,
	GRAPHQL_LIST,   /* inside: values */
	GRAPHQL_OBJECT, /* inside: members */
	GRAPHQL_MEMBER, /* name; inside: the value */
};

struct graphql_node {
	enum graphql_kind kind;
	uint32_t at; /* where it begins in the text */
	struct span name;
	struct span text;
	uint32_t next; /* of its kin */
	uint32_t inside;
	uint32_t arguments;  /* of a field or a directive: the first */
	uint32_t directives; /* of a selection: the first */
	uint32_t last;       /* while it is read */
};

struct graphql {
	struct span text;
	struct graphql_node *nodes;
	uint32_t count;
	uint32_t room;
	uint32_t operation;
	uint32_t variables; /* the first GRAPHQL_DEFINITION */
	uint32_t fragments; /* the first GRAPHQL_FRAGMENT */
};

/*
 * Take a document apart. `text` is borrowed for as long as `out` is used.
 * ERR_FORMAT; ERR_LIMIT: one of the limits above; ERR_UNSUPPORTED: another kind
 * of operation, or several. The text begins with "line 3, column 5: ". Release
 * with graphql_release(), not after a failure.
 */
int graphql_parse(struct span text, struct graphql *out, struct error *err);
/* Free the nodes. */
void graphql_release(struct graphql *g);

/* The node of an index that is not 0. */
static inline const struct graphql_node *
graphql_at(const struct graphql *g, uint32_t node)
{
	return &g->nodes[node];
}

/* Line and column of a byte of the text, both from 1; columns in characters. */
void graphql_place(struct span text, size_t at, unsigned *line,
    unsigned *column);
/* Append what a string or block string stands for: UTF-8, any character. */
void graphql_string(const struct graphql_node *n, struct buf *out);

/*
 * The fields of a selection set, those in its fragments too, in their order.
 * `wanted` says whether a selection counts (its directives); NULL: all do.
 */
struct graphql_walk {
	const struct graphql *g;
	bool (*wanted)(void *arg, const struct graphql_node *selection);
	void *arg;
	uint32_t stack[(GRAPHQL_CHAIN_MAX + 1) * GRAPHQL_DEPTH_MAX];
	unsigned depth;
};

/* `first` is what the node of the set has inside. */
void graphql_walk_begin(struct graphql_walk *w, const struct graphql *g,
    uint32_t first);
/* The next field; NULL: there is none. */
const struct graphql_node *graphql_walk_next(struct graphql_walk *w);

#endif
