/* Any bytes as a query: what is taken can be walked and its strings read. */
#include "codec/graphql.h"
#include "codec/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

/* All spans lie in the text, all indexes in the array. */
static void
check_node(const struct graphql *g, const struct graphql_node *n)
{
	struct buf text = BUF_INIT;

	ASSERT(n->at <= g->text.len);
	ASSERT(n->next < g->count && n->inside < g->count &&
	    n->arguments < g->count && n->directives < g->count);
	ASSERT(!n->text.p ||
	    (n->text.p >= g->text.p &&
		n->text.p + n->text.len <= g->text.p + g->text.len));
	if (n->kind == GRAPHQL_STRING || n->kind == GRAPHQL_BLOCK_STRING) {
		graphql_string(n, &text);
		ASSERT(utf8_valid(buf_span(&text)));
		ASSERT(text.len <= n->text.len);
	}
	buf_release(&text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	const struct graphql_node *n;
	struct graphql_walk w = { .wanted = NULL };
	struct graphql g;
	struct error err;
	/* fragments may multiply; who walks has to count */
	int steps = 10000;

	if (graphql_parse(span_of(p, len), &g, &err) < 0) {
		ASSERT(err.code == ERR_FORMAT || err.code == ERR_LIMIT ||
		    err.code == ERR_UNSUPPORTED);
		return 0;
	}
	for (uint32_t i = 1; i < g.count; i++)
		check_node(&g, graphql_at(&g, i));
	graphql_walk_begin(&w, &g, graphql_at(&g, g.operation)->inside);
	while (steps-- > 0 && (n = graphql_walk_next(&w)))
		ASSERT(n->kind == GRAPHQL_FIELD && n->name.len > 0);
	graphql_release(&g);
	return 0;
}
