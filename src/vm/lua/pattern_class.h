/*
 * pattern_class - which bytes an item of a pattern takes.
 *
 * Classes are those of the locale "C", whatever the program's is. In a header,
 * since the matcher asks for every byte.
 */
#ifndef VM_LUA_PATTERN_CLASS_H
#define VM_LUA_PATTERN_CLASS_H

#include <stdbool.h>
#include <stdint.h>

enum class {
	ALPHA = 1,
	DIGIT = 2,
	LOWER = 4,
	SPACE = 8,
	UPPER = 16,
	HEX = 32,
	PUNCT = 64,
	CONTROL = 128,
	ALNUM = ALPHA | DIGIT,
	GRAPH = ALPHA | DIGIT | PUNCT,
};

/* The classes that each byte is in. */
extern const uint8_t pattern_classes[256];
/* What a letter behind "%" stands for, from 'a'; 0: itself. */
extern const uint8_t pattern_class_of[26];

/* Is the byte in the class of that letter? */
static inline bool
pattern_in_class(uint8_t c, uint8_t letter)
{
	uint8_t lower = letter | 0x20;
	bool is;

	if (!(pattern_classes[letter] & ALPHA))
		return c == letter;
	if (pattern_class_of[lower - 'a'])
		is = pattern_classes[c] & pattern_class_of[lower - 'a'];
	else if (lower == 'z')
		is = c == 0; /* of old */
	else
		return c == letter;
	return is == (letter == lower);
}

/* `set` is at "[", `close` at its "]". */
static inline bool
pattern_in_set(uint8_t c, const uint8_t *set, const uint8_t *close)
{
	bool found = true;

	set++;
	if (*set == '^') {
		found = false;
		set++;
	}
	while (set < close) {
		if (*set == '%') {
			if (pattern_in_class(c, set[1]))
				return found;
			set += 2;
		} else if (set[1] == '-' && set + 2 < close) {
			if (set[0] <= c && c <= set[2])
				return found;
			set += 3;
		} else if (*set++ == c) {
			return found;
		}
	}
	return !found;
}

#endif
