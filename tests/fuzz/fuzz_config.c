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
		const char *text = (const char *)&c + k->offset;
		uint64_t n;

		if (k->type == CONFIG_IDS || k->type == CONFIG_ADDRESS)
			continue;
		if (k->type >= CONFIG_URL) {
			ASSERT(strnlen(text, CONFIG_TEXT_MAX + 1) <=
			    CONFIG_TEXT_MAX);
			continue;
		}
		memcpy(&n, (const char *)&c + k->offset, sizeof(n));
		/* 0: not set */
		ASSERT(n == 0 || (n >= k->least && n <= k->most));
	}
	ASSERT(c.module_alias.count <= CONFIG_IDS_MAX);
	ASSERT(memchr(c.authority_alias.address.text, 0,
	    sizeof(c.authority_alias.address.text)));
	return 0;
}
