/* Any bytes as a key file: a key that can sign, or a reason. */
#include "crypto/wallet.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	uint8_t signature[SIGNATURE_MAX_BYTES];
	struct keypair *kp = NULL;
	struct error err = { ERR_NONE, "" };

	if (wallet_parse(span_of(p, len), &kp, &err) < 0) {
		ASSERT(err.code == ERR_WALLET && err.text[0] && !kp);
		return 0;
	}
	ASSERT(keypair_sign(kp, span_of(p, len), signature, &err) == 0);
	keypair_free(kp);
	return 0;
}
