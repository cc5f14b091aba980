/*
 * The plain RSA functions of libcrypto, which OpenSSL 3 calls deprecated: they
 * do what the EVP ones do, and let a signature's public half be computed in
 * eighteen Montgomery multiplications, since the exponent is always 65537. That
 * is what makes up for hashing the item (`aosh bench verify`).
 *
 * A verifier needs a modulus's Montgomery constants, 11 µs of work: those of
 * moduli that were seen lately are kept, in a table with a place for each hash,
 * where the newest takes the place. An entry is counted by reference, so that
 * it may be replaced while others verify with it.
 */
#define OPENSSL_API_COMPAT 10101

#include "crypto/rsa.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include <openssl/bn.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include "base/alloc.h"
#include "base/thread.h"
#include "crypto/digest.h"

enum {
	EXPONENT = 65537,
	SQUARINGS = 16, /* 65537 is 2^16 and 1 */
	SALT_BYTES = 32,
	CACHE_PLACES = 64,
};

/*
 * The padding's hash, fetched once: with EVP_sha256() each of its sixteen
 * hashes would look for the implementation again, 3.6 µs in all.
 */
static EVP_MD *padding_hash;
static pthread_once_t once = PTHREAD_ONCE_INIT;

/* What the system's openssl.cnf says must not decide what is valid. */
static void
start_once(void)
{
	(void)OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL);
	padding_hash = EVP_MD_fetch(NULL, "SHA256", NULL);
	ASSERT(padding_hash);
}

static void
start(void)
{
	int rc = pthread_once(&once, start_once);

	ASSERT(rc == 0);
}

/* --- public keys --- */

struct public_key {
	atomic_uint refs;
	uint8_t modulus[RSA_BYTES];
	RSA *rsa; /* n and e, for the padding functions */
	BN_MONT_CTX *mont;
};

static struct {
	pthread_mutex_t lock;
	struct public_key *places[CACHE_PLACES];
} cache = { PTHREAD_MUTEX_INITIALIZER, { NULL } };

static void
public_unref(struct public_key *k)
{
	if (!k || atomic_fetch_sub(&k->refs, 1) > 1)
		return;
	RSA_free(k->rsa);
	BN_MONT_CTX_free(k->mont);
	free(k);
}

/* NULL: the bytes are no modulus of 4096 bits. */
static struct public_key *
public_new(struct span modulus)
{
	struct public_key *k = xcalloc(1, sizeof(*k));
	BIGNUM *n = BN_bin2bn(modulus.p, RSA_BYTES, NULL);
	BIGNUM *e = BN_new();
	BN_CTX *ctx = BN_CTX_new();
	bool good;

	atomic_init(&k->refs, 1);
	memcpy(k->modulus, modulus.p, RSA_BYTES);
	k->rsa = RSA_new();
	k->mont = BN_MONT_CTX_new();
	ASSERT(n && e && ctx && k->rsa && k->mont);
	ASSERT(BN_set_word(e, EXPONENT));
	good = BN_num_bytes(n) == RSA_BYTES && BN_is_odd(n) &&
	    BN_MONT_CTX_set(k->mont, n, ctx);
	BN_CTX_free(ctx);
	ASSERT(RSA_set0_key(k->rsa, n, e, NULL));
	if (good)
		return k;
	public_unref(k);
	return NULL;
}

/* The low bits of a modulus are as good as a hash. */
static struct public_key **
place_of(struct span modulus)
{
	return &cache.places[(modulus.p[RSA_BYTES - 1] >> 1 ^
				 modulus.p[RSA_BYTES - 2]) %
	    CACHE_PLACES];
}

/* One reference, or NULL as public_new(). */
static struct public_key *
public_find(struct span modulus)
{
	struct public_key **place = place_of(modulus);
	struct public_key *k;
	struct public_key *old;

	lock(&cache.lock);
	k = *place;
	if (k && memcmp(k->modulus, modulus.p, RSA_BYTES) == 0)
		atomic_fetch_add(&k->refs, 1);
	else
		k = NULL;
	unlock(&cache.lock);
	if (k)
		return k;
	k = public_new(modulus);
	if (!k)
		return NULL;
	atomic_fetch_add(&k->refs, 1);
	lock(&cache.lock);
	old = *place;
	*place = k;
	unlock(&cache.lock);
	public_unref(old);
	return k;
}

/* signature^65537 mod n; false: the signature is not below n. */
static bool
open_signature(const struct public_key *k, struct span signature,
    uint8_t out[RSA_BYTES])
{
	BN_CTX *ctx = BN_CTX_new();
	BIGNUM *s = BN_bin2bn(signature.p, RSA_BYTES, NULL);
	BIGNUM *m = BN_new();
	bool good;

	ASSERT(ctx && s && m);
	good = BN_cmp(s, RSA_get0_n(k->rsa)) < 0;
	if (good) {
		good = BN_to_montgomery(m, s, k->mont, ctx);
		for (int i = 0; i < SQUARINGS && good; i++)
			good = BN_mod_mul_montgomery(m, m, m, k->mont, ctx);
		/* the plain s also takes the product out of Montgomery form */
		good = good && BN_mod_mul_montgomery(m, m, s, k->mont, ctx) &&
		    BN_bn2binpad(m, out, RSA_BYTES) == RSA_BYTES;
	}
	BN_free(m);
	BN_free(s);
	BN_CTX_free(ctx);
	return good;
}

int
rsa_verify(struct span owner, struct span message, struct span signature,
    struct error *err)
{
	struct sha256_digest hash = sha256(message);
	uint8_t padded[RSA_BYTES];
	struct public_key *k;
	bool good;

	start();
	k = public_find(owner);
	if (!k)
		return FAIL(err, ERR_SIGNATURE,
		    "the owner is no RSA modulus of 4096 bits");
	good = open_signature(k, signature, padded) &&
	    RSA_verify_PKCS1_PSS_mgf1(k->rsa, hash.bytes, padding_hash,
		padding_hash, padded, RSA_PSS_SALTLEN_AUTO) == 1;
	public_unref(k);
	if (good)
		return 0;
	ERR_clear_error();
	return FAIL(err, ERR_SIGNATURE, "the arweave signature does not hold");
}

/* --- secret keys --- */

struct rsa_key {
	RSA *rsa;
};

/* `rsa` is taken. */
static struct rsa_key *
key_new(RSA *rsa)
{
	struct rsa_key *key = xmalloc(sizeof(*key));

	key->rsa = rsa;
	return key;
}

struct rsa_key *
rsa_key_ref(const struct rsa_key *key)
{
	RSA_up_ref(key->rsa);
	return key_new(key->rsa);
}

void
rsa_key_free(struct rsa_key *key)
{
	if (!key)
		return;
	RSA_free(key->rsa);
	free(key);
}

int
rsa_sign(const struct rsa_key *key, struct span message, uint8_t *signature,
    struct error *err)
{
	struct sha256_digest hash = sha256(message);
	uint8_t padded[RSA_BYTES];

	start();
	if (RSA_padding_add_PKCS1_PSS_mgf1(key->rsa, padded, hash.bytes,
		padding_hash, padding_hash, SALT_BYTES) == 1 &&
	    RSA_private_encrypt(RSA_BYTES, padded, signature, key->rsa,
		RSA_NO_PADDING) == RSA_BYTES)
		return 0;
	ERR_clear_error();
	return FAIL(err, ERR_SIGNATURE, "cannot sign with the RSA key");
}

int
rsa_key_generate(struct rsa_key **out, struct error *err)
{
	RSA *rsa = RSA_new();
	BIGNUM *e = BN_new();
	bool good;

	start();
	ASSERT(rsa && e && BN_set_word(e, EXPONENT));
	good = RSA_generate_key_ex(rsa, RSA_BYTES * 8, e, NULL) == 1;
	BN_free(e);
	if (good) {
		*out = key_new(rsa);
		return 0;
	}
	RSA_free(rsa);
	ERR_clear_error();
	return FAIL(err, ERR_WALLET, "cannot make an RSA key");
}

static const char *const names[RSA_NUMBERS] = { "n", "e", "d", "p", "q", "dp",
	"dq", "qi" };

static const BIGNUM *
number_of(const RSA *rsa, enum rsa_number which)
{
	const BIGNUM *all[RSA_NUMBERS];

	RSA_get0_key(rsa, &all[RSA_N], &all[RSA_E], &all[RSA_D]);
	RSA_get0_factors(rsa, &all[RSA_P], &all[RSA_Q]);
	RSA_get0_crt_params(rsa, &all[RSA_DP], &all[RSA_DQ], &all[RSA_QI]);
	return all[which];
}

void
rsa_key_number(const struct rsa_key *key, enum rsa_number which,
    struct buf *out)
{
	const BIGNUM *n = number_of(key->rsa, which);
	size_t len = (size_t)BN_num_bytes(n);

	BN_bn2bin(n, buf_reserve(out, len));
	out->len += len;
}

void
rsa_key_modulus(const struct rsa_key *key, uint8_t out[RSA_BYTES])
{
	int len = BN_bn2binpad(RSA_get0_n(key->rsa), out, RSA_BYTES);

	ASSERT(len == RSA_BYTES);
}

/* The numbers of a key being read, and room for computing. */
struct numbers {
	BIGNUM *v[RSA_NUMBERS];
	BN_CTX *ctx;
};

/* What must hold between secret and one prime: d is 1/e, and x is d, there. */
static bool
is_exponent(struct numbers *k, enum rsa_number prime, enum rsa_number of_prime)
{
	BIGNUM *less = BN_dup(k->v[prime]);
	BIGNUM *t = BN_new();
	bool good;

	ASSERT(less && t);
	BN_set_flags(less, BN_FLG_CONSTTIME);
	good = !BN_is_zero(less) && BN_sub_word(less, 1) && !BN_is_zero(less) &&
	    BN_mod_mul(t, k->v[RSA_D], k->v[RSA_E], less, k->ctx) &&
	    BN_is_one(t) && BN_nnmod(t, k->v[RSA_D], less, k->ctx);
	if (good && BN_is_zero(k->v[of_prime]))
		good = BN_copy(k->v[of_prime], t) != NULL;
	good = good && BN_cmp(k->v[of_prime], t) == 0;
	BN_clear_free(less);
	BN_clear_free(t);
	return good;
}

/* q's inverse modulo p; computed when it was not given. */
static bool
is_inverse(struct numbers *k)
{
	BIGNUM *t = BN_new();
	bool good;

	ASSERT(t);
	if (BN_is_zero(k->v[RSA_QI]))
		(void)BN_mod_inverse(k->v[RSA_QI], k->v[RSA_Q], k->v[RSA_P],
		    k->ctx);
	good = BN_cmp(k->v[RSA_QI], k->v[RSA_P]) < 0 &&
	    BN_mod_mul(t, k->v[RSA_QI], k->v[RSA_Q], k->v[RSA_P], k->ctx) &&
	    BN_is_one(t);
	BN_clear_free(t);
	return good;
}

static bool
is_product(struct numbers *k)
{
	BIGNUM *t = BN_new();
	bool good;

	ASSERT(t);
	good = BN_mul(t, k->v[RSA_P], k->v[RSA_Q], k->ctx) &&
	    BN_cmp(t, k->v[RSA_N]) == 0;
	BN_clear_free(t);
	return good;
}

/* Whether they are a key, up to the primes' being prime. */
static int
check_numbers(struct numbers *k, struct error *err)
{
	int bytes = BN_num_bytes(k->v[RSA_N]);

	if (bytes != RSA_BYTES)
		return FAIL(err, ERR_WALLET,
		    "member 'n' has %d bytes, not %d: not RSA-4096", bytes,
		    RSA_BYTES);
	if (!BN_is_word(k->v[RSA_E], EXPONENT))
		return FAIL(err, ERR_WALLET, "member 'e' is not %d", EXPONENT);
	if (!is_product(k))
		return FAIL(err, ERR_WALLET,
		    "member 'n' is not the product of 'p' and 'q'");
	if (!is_exponent(k, RSA_P, RSA_DP))
		return FAIL(err, ERR_WALLET,
		    "members 'd' and 'dp' do not belong to 'p'");
	if (!is_exponent(k, RSA_Q, RSA_DQ))
		return FAIL(err, ERR_WALLET,
		    "members 'd' and 'dq' do not belong to 'q'");
	if (!is_inverse(k))
		return FAIL(err, ERR_WALLET,
		    "member 'qi' is not the inverse of 'q'");
	return 0;
}

/* Large numbers would take long before they are found to be wrong. */
static int
read_numbers(struct numbers *k, const struct span numbers[RSA_NUMBERS],
    struct error *err)
{
	k->ctx = BN_CTX_secure_new();
	ASSERT(k->ctx);
	for (int i = 0; i < RSA_NUMBERS; i++) {
		if (numbers[i].len > RSA_BYTES)
			return FAIL(err, ERR_WALLET,
			    "member '%s' has %zu bytes, not %d", names[i],
			    numbers[i].len, RSA_BYTES);
		k->v[i] = BN_bin2bn(numbers[i].len ? numbers[i].p
						   : (const uint8_t *)"",
		    (int)numbers[i].len, NULL);
		ASSERT(k->v[i]);
		if (i != RSA_N && i != RSA_E)
			BN_set_flags(k->v[i], BN_FLG_CONSTTIME);
	}
	return 0;
}

int
rsa_key_from_numbers(const struct span numbers[RSA_NUMBERS],
    struct rsa_key **out, struct error *err)
{
	struct numbers k = { .ctx = NULL };
	RSA *rsa;
	int rc;

	start();
	rc = read_numbers(&k, numbers, err);
	if (rc == 0)
		rc = check_numbers(&k, err);
	BN_CTX_free(k.ctx);
	if (rc < 0) {
		for (int i = 0; i < RSA_NUMBERS; i++)
			BN_clear_free(k.v[i]);
		ERR_clear_error();
		return -1;
	}
	rsa = RSA_new();
	ASSERT(rsa && RSA_set0_key(rsa, k.v[RSA_N], k.v[RSA_E], k.v[RSA_D]) &&
	    RSA_set0_factors(rsa, k.v[RSA_P], k.v[RSA_Q]) &&
	    RSA_set0_crt_params(rsa, k.v[RSA_DP], k.v[RSA_DQ], k.v[RSA_QI]));
	*out = key_new(rsa);
	return 0;
}
