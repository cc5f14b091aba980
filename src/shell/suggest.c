/*
 * Words are short, so the plain quadratic table is quick enough; three rows of
 * it are kept, since a swap looks two rows back.
 *
 * The measure is the restricted one of Damerau: a pair of swapped letters
 * counts once, and no letter is changed twice. What a suggestion may differ by
 * grows with the word, since every two short words are near to each other.
 */
#include "shell/suggest.h"

#include <string.h>

enum {
	/* longer ones are compared by their beginning */
	WORD_MAX = 64
};

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

size_t
edit_distance(const char *a, const char *b)
{
	size_t rows[3][WORD_MAX + 1];
	size_t a_len = strnlen(a, WORD_MAX);
	size_t b_len = strnlen(b, WORD_MAX);
	size_t *two = rows[0];
	size_t *one = rows[1];
	size_t *now = rows[2];

	/* rows of the usual table: two before, one before, the present */
	for (size_t j = 0; j <= b_len; j++)
		two[j] = one[j] = j;
	for (size_t i = 1; i <= a_len; i++) {
		size_t *spare = two;

		now[0] = i;
		for (size_t j = 1; j <= b_len; j++) {
			size_t cost = a[i - 1] != b[j - 1];

			now[j] = least(least(one[j], now[j - 1]) + 1,
			    one[j - 1] + cost);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1])
				now[j] = least(now[j], two[j - 2] + 1);
		}
		two = one;
		one = now;
		now = spare;
	}
	return one[b_len];
}

void
suggest(struct suggestion *s, const char *word, const char *candidate)
{
	size_t distance = edit_distance(word, candidate);
	size_t len = strlen(word);
	/* a third of the letters may be wrong, and one always */
	size_t limit = len < 3 ? 1 : (len + 2) / 3;

	/* what was begun is meant, when there is something to go by */
	if (len >= 2 && strncmp(word, candidate, len) == 0)
		distance = 1;
	if (distance > limit || distance >= strlen(candidate))
		return;
	if (s->word && s->distance <= distance)
		return;
	s->word = candidate;
	s->distance = distance;
}
