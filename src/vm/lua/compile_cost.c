/* Without looking at what the bytes mean: ordinary texts have few colons. */
#include "vm/lua/compile_cost.h"

enum {
	/* units for a byte */
	BYTE_COST = 12,
	/* colons round a label */
	LABEL_COLONS = 4,
	/* labels that one function may have, and open gotos */
	LABELS = 32767,
	/* labels that are compared in a unit */
	COMPARED = 16,
};

static uint64_t
smaller(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* How many labels and gotos are looked at behind one byte more. */
static uint64_t
note(struct compile_cost *c, char byte)
{
	static const char word[] = "goto";
	uint64_t compared = 0;

	if (byte == ':' && ++c->colons == LABEL_COLONS) {
		compared = smaller(c->labels + c->gotos, LABELS);
		c->labels++;
		c->colons = 0;
	}
	c->matched = byte == word[c->matched] ? c->matched + 1 : byte == 'g';
	if (c->matched == sizeof(word) - 1) {
		compared = smaller(c->labels, LABELS);
		c->gotos++;
		c->matched = 0;
	}
	return compared;
}

uint64_t
compile_cost(struct compile_cost *c, const char *text, size_t len)
{
	uint64_t compared = 0;

	for (size_t i = 0; i < len; i++)
		compared += note(c, text[i]);
	return len * BYTE_COST + compared / COMPARED;
}
