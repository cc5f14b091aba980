#include "base/number.h"

bool
take_decimal(struct span *in, uint64_t max, uint64_t *out)
{
	uint64_t n = 0;
	size_t i;

	for (i = 0; i < in->len; i++) {
		unsigned digit = (unsigned)in->p[i] - '0';

		if (digit > 9)
			break;
		if (digit > max || n > (max - digit) / 10)
			return false;
		n = n * 10 + digit;
	}
	if (i == 0)
		return false;
	*in = span_from(*in, i);
	*out = n;
	return true;
}

bool
parse_decimal(struct span text, uint64_t max, uint64_t *out)
{
	uint64_t n;

	if (!take_decimal(&text, max, &n) || text.len > 0)
		return false;
	*out = n;
	return true;
}
