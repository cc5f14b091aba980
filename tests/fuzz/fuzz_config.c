/* Any bytes as a config file: what is taken lies in the range of its key. */
#include "shell/config.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	struct config c = { 0 };
	struct error err;

	if (config_parse("config", span_of(p, len), &c, &err) < 0) {
		ASSERT(err.code == ERR_USAGE);
		return 0;
	}
	for (const struct config_key *k = config_keys; k->name; k++) {
		uint64_t n;

		memcpy(&n, (const char *)&c + k->offset, sizeof(n));
		/* 0: not set */
		ASSERT(n == 0 || (n >= k->least && n <= k->most));
	}
	return 0;
}
