/*
 * Any bytes as a key file, in every form that is read: a key that can sign and
 * whose text gives it again, or a reason. The first byte says which type a key
 * without one is of.
 *
 * A sealed key is only opened when it asks for little: what it may ask for has
 * its limits elsewhere, and would hold up every other input.
 */
#include "codec/jwk.h"
#include "codec/key_text.h"
#include "codec/sealed_key.h"

enum {
	MEMORY_MAX = 64 << 10,
};

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

/* Frees the pair. */
static void
check_key(struct keypair *kp, struct span message)
{
	uint8_t signature[SIGNATURE_MAX_BYTES];
	struct buf text = BUF_INIT;
	struct buf again = BUF_INIT;
	struct keypair *back;
	struct error err;

	ASSERT(keypair_sign(kp, span_first(message, 48), signature, &err) == 0);
	jwk_write(kp, &text);
	ASSERT(text.len < JWK_MAX_BYTES);
	ASSERT(jwk_read(buf_span(&text), &back, &err) == 0);
	jwk_write(back, &again);
	ASSERT(span_equal(buf_span(&text), buf_span(&again)));
	buf_release(&text);
	buf_release(&again);
	keypair_free(back);
	keypair_free(kp);
}

static void
check_sealed(struct span text)
{
	struct error err = { ERR_NONE, "" };
	struct sealed_head head;
	struct keypair *kp = NULL;

	if (sealed_key_head(text, &head, &err) < 0) {
		ASSERT(err.code == ERR_WALLET && err.text[0]);
		return;
	}
	ASSERT(head.ops <= SEALED_OPS_MAX && head.memory <= SEALED_MEMORY_MAX);
	if (head.memory > MEMORY_MAX)
		return;
	if (sealed_key_open(text, span_text("secret"), &kp, &err) < 0)
		ASSERT(err.code == ERR_WALLET && err.text[0] && !kp);
	else
		check_key(kp, text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	static const unsigned types[] = { 0, SIGNATURE_ED25519,
		SIGNATURE_ETHEREUM, SIGNATURE_SOLANA };
	struct error err = { ERR_NONE, "" };
	struct span text = span_from(span_of(p, len), 1);
	struct keypair *kp = NULL;

	if (len == 0)
		return 0;
	if (sealed_key_is(text))
		check_sealed(text);
	else if (key_text_read(types[p[0] % 4], text, &kp, &err) < 0)
		ASSERT(err.code == ERR_WALLET && err.text[0] && !kp);
	else
		check_key(kp, text);
	return 0;
}
