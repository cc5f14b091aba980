/* Above 0x7f nothing is in a class. */
#include "vm/lua/pattern_class.h"

#define C CONTROL
#define W (CONTROL | SPACE)
#define S SPACE
#define P PUNCT
#define D (DIGIT | HEX)
#define U (ALPHA | UPPER)
#define UX (ALPHA | UPPER | HEX)
#define L (ALPHA | LOWER)
#define LX (ALPHA | LOWER | HEX)
const uint8_t pattern_classes[256] = {
	C, C, C, C, C, C, C, C, C, W, W, W, W, W, C, C,       /* 00 */
	C, C, C, C, C, C, C, C, C, C, C, C, C, C, C, C,       /* 10 */
	S, P, P, P, P, P, P, P, P, P, P, P, P, P, P, P,       /* 20 */
	D, D, D, D, D, D, D, D, D, D, P, P, P, P, P, P,       /* 30 */
	P, UX, UX, UX, UX, UX, UX, U, U, U, U, U, U, U, U, U, /* 40 */
	U, U, U, U, U, U, U, U, U, U, U, P, P, P, P, P,       /* 50 */
	P, LX, LX, LX, LX, LX, LX, L, L, L, L, L, L, L, L, L, /* 60 */
	L, L, L, L, L, L, L, L, L, L, L, P, P, P, P, C,       /* 70 */
};
#undef C
#undef W
#undef S
#undef P
#undef D
#undef U
#undef UX
#undef L
#undef LX

const uint8_t pattern_class_of[26] = {
	['a' - 'a'] = ALPHA,
	['c' - 'a'] = CONTROL,
	['d' - 'a'] = DIGIT,
	['g' - 'a'] = GRAPH,
	['l' - 'a'] = LOWER,
	['p' - 'a'] = PUNCT,
	['s' - 'a'] = SPACE,
	['u' - 'a'] = UPPER,
	['w' - 'a'] = ALNUM,
	['x' - 'a'] = HEX,
};
