/*
 * What is bound to the box is the head as it would be written from what was
 * read, salt included, so reading and writing share head_text().
 *
 * A file that asks for much memory could stop the program or the machine:
 * limits are looked at before anything is derived. Asking for little only
 * weakens what its own password protects.
 */
#include "codec/sealed_key.h"

#include <inttypes.h>

#include <sodium.h>

#include "codec/json_scan.h"
#include "codec/jwk.h"

enum {
	SALT_BYTES = crypto_pwhash_SALTBYTES,
	KEY_BYTES = crypto_secretstream_xchacha20poly1305_KEYBYTES,
	HEADER_BYTES = crypto_secretstream_xchacha20poly1305_HEADERBYTES,
	EXTRA_BYTES = crypto_secretstream_xchacha20poly1305_ABYTES,
	VERSION = 1,
};

static const char kdf_name[] = "argon2id13";

enum member {
	M_AOSH,
	M_VERSION,
	M_TYPE,
	M_ADDRESS,
	M_OWNER,
	M_KDF,
	M_OPS,
	M_MEMORY,
	M_SALT,
	M_HEADER,
	M_BOX,
	MEMBERS
};

/* A sealed key, taken apart. */
struct sealed {
	struct sealed_head head;
	uint8_t salt[SALT_BYTES];
	uint8_t header[HEADER_BYTES];
	struct buf box; /* owned */
};

/* False: it is no JSON object; what is found of it is filled in. */
static bool
scan(struct span text, struct json_member m[MEMBERS], struct error *err)
{
	static const char *const names[MEMBERS] = { "aosh", "version", "type",
		"address", "owner", "kdf", "ops", "memory", "salt", "header",
		"box" };

	for (size_t i = 0; i < MEMBERS; i++)
		m[i] = (struct json_member){ .name = names[i] };
	return json_scan(text, m, MEMBERS, err) == 0;
}

bool
sealed_key_is(struct span text)
{
	struct json_member m[MEMBERS];
	struct error ignored = { ERR_NONE, "" };

	(void)scan(text, m, &ignored);
	return m[M_AOSH].value.p && json_string_is(m[M_AOSH].value, "wallet");
}

/* --- reading --- */

static int
read_number(const struct json_member *m, uint64_t max, uint64_t *out,
    struct error *err)
{
	uint64_t n = 0;

	if (!m->value.p || m->value.len > 10)
		return FAIL(err, ERR_WALLET, "member '%s' is missing or wrong",
		    m->name);
	for (size_t i = 0; i < m->value.len; i++) {
		if (m->value.p[i] < '0' || m->value.p[i] > '9')
			return FAIL(err, ERR_WALLET,
			    "member '%s' is not a whole number", m->name);
		n = n * 10 + (m->value.p[i] - (uint64_t)'0');
	}
	if (n > max)
		return FAIL(err, ERR_WALLET,
		    "member '%s' asks for %" PRIu64 ", more than %" PRIu64,
		    m->name, n, max);
	*out = n;
	return 0;
}

/* A member that is base64url, appended to `out`. */
static int
read_bytes(const struct json_member *m, struct buf *out, struct error *err)
{
	struct span text = m->value;
	struct error why;

	if (!text.p || text.len < 2 || text.p[0] != '"')
		return FAIL(err, ERR_WALLET,
		    "member '%s' is missing or not a text", m->name);
	text = span_of(text.p + 1, text.len - 2);
	if (base64url_decode(text, out, &why) < 0)
		return FAIL(err, ERR_WALLET, "member '%s' is %s", m->name,
		    why.text);
	return 0;
}

/* The same, of a known length. */
static int
read_exactly(const struct json_member *m, size_t bytes, uint8_t *out,
    struct error *err)
{
	struct buf b = BUF_INIT;
	int rc = read_bytes(m, &b, err);

	if (rc == 0 && b.len != bytes)
		rc = FAIL(err, ERR_WALLET, "member '%s' has %zu bytes, not %zu",
		    m->name, b.len, bytes);
	if (rc == 0)
		memcpy(out, b.p, bytes);
	buf_release(&b);
	return rc;
}

/* The types that jwk_write() writes. */
static int
read_type(const struct json_member *m, struct sealed_head *out,
    struct error *err)
{
	static const unsigned types[] = { SIGNATURE_ARWEAVE, SIGNATURE_ED25519,
		SIGNATURE_ETHEREUM, SIGNATURE_SOLANA };

	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
		const struct signature_ops *ops = signature_ops_find(types[i]);

		if (m->value.p && json_string_is(m->value, ops->name)) {
			out->type = types[i];
			out->owner_bytes = ops->owner_bytes;
			return 0;
		}
	}
	return FAIL(err, ERR_WALLET, "member 'type' is missing or unknown");
}

/* Who it says it is: the address must be that of the public key. */
static int
read_identity(const struct json_member *m, struct sealed_head *out,
    struct error *err)
{
	if (read_type(&m[M_TYPE], out, err) < 0 ||
	    read_exactly(&m[M_OWNER], out->owner_bytes, out->owner, err) < 0)
		return -1;
	out->address = owner_address(span_of(out->owner, out->owner_bytes));
	if (!m[M_ADDRESS].value.p ||
	    !json_string_is(m[M_ADDRESS].value, out->address.text))
		return FAIL(err, ERR_WALLET,
		    "member 'address' is not that of member 'owner'");
	return 0;
}

static int
read_head(struct span text, struct json_member m[MEMBERS],
    struct sealed_head *out, struct error *err)
{
	struct error why = { ERR_NONE, "" };
	uint64_t version;

	if (!scan(text, m, &why))
		return FAIL(err, ERR_WALLET, "not JSON: %s", why.text);
	if (!m[M_AOSH].value.p || !json_string_is(m[M_AOSH].value, "wallet"))
		return FAIL(err, ERR_WALLET, "not an encrypted wallet");
	if (read_number(&m[M_VERSION], UINT32_MAX, &version, err) < 0)
		return -1;
	if (version != VERSION)
		return FAIL(err, ERR_WALLET,
		    "version %" PRIu64 " of encrypted wallets is unknown",
		    version);
	if (read_identity(m, out, err) < 0)
		return -1;
	if (!m[M_KDF].value.p || !json_string_is(m[M_KDF].value, kdf_name))
		return FAIL(err, ERR_WALLET, "member 'kdf' is not '%s'",
		    kdf_name);
	if (read_number(&m[M_OPS], SEALED_OPS_MAX, &out->ops, err) < 0 ||
	    read_number(&m[M_MEMORY], SEALED_MEMORY_MAX, &out->memory, err) < 0)
		return -1;
	if (out->ops < crypto_pwhash_OPSLIMIT_MIN ||
	    out->memory < crypto_pwhash_MEMLIMIT_MIN)
		return FAIL(err, ERR_WALLET,
		    "member 'ops' or 'memory' is too small");
	return 0;
}

int
sealed_key_head(struct span text, struct sealed_head *out, struct error *err)
{
	struct json_member m[MEMBERS];
	struct sealed_head head = { 0 };

	if (read_head(text, m, &head, err) < 0)
		return -1;
	*out = head;
	return 0;
}

/* *out is released by its box, also on failure. */
static int
read_sealed(struct span text, struct sealed *out, struct error *err)
{
	struct json_member m[MEMBERS];

	if (read_head(text, m, &out->head, err) < 0 ||
	    read_exactly(&m[M_SALT], SALT_BYTES, out->salt, err) < 0 ||
	    read_exactly(&m[M_HEADER], HEADER_BYTES, out->header, err) < 0 ||
	    read_bytes(&m[M_BOX], &out->box, err) < 0)
		return -1;
	if (out->box.len < EXTRA_BYTES ||
	    out->box.len > JWK_MAX_BYTES + EXTRA_BYTES)
		return FAIL(err, ERR_WALLET,
		    "member 'box' has %zu bytes, which is no key's length",
		    out->box.len);
	return 0;
}

/* --- both ways --- */

/* The members in front of the header, as they are bound to the box. */
static void
head_text(const struct sealed *s, struct buf *out)
{
	buf_printf(out,
	    "{\"aosh\":\"wallet\",\"version\":%d,\"type\":\"%s\","
	    "\"address\":\"%s\",\"owner\":\"",
	    VERSION, signature_ops_find(s->head.type)->name,
	    s->head.address.text);
	base64url_encode(span_of(s->head.owner, s->head.owner_bytes), out);
	buf_printf(out,
	    "\",\"kdf\":\"%s\",\"ops\":%" PRIu64 ",\"memory\":%" PRIu64
	    ",\"salt\":\"",
	    kdf_name, s->head.ops, s->head.memory);
	base64url_encode(span_of(s->salt, SALT_BYTES), out);
	buf_add_text(out, "\"");
}

static int
derive(const struct sealed *s, struct span password, uint8_t key[KEY_BYTES],
    struct error *err)
{
	if (crypto_pwhash(key, KEY_BYTES, (const char *)password.p,
		password.len, s->salt, s->head.ops, (size_t)s->head.memory,
		crypto_pwhash_ALG_ARGON2ID13) != 0)
		return FAIL(err, ERR_WALLET,
		    "the password takes %" PRIu64 " MiB of memory, which "
		    "cannot be had",
		    s->head.memory >> 20);
	return 0;
}

/* The text in the box; it is a secret, `out` is empty. */
static int
open_box(const struct sealed *s, const uint8_t key[KEY_BYTES], struct buf *out,
    struct error *err)
{
	crypto_secretstream_xchacha20poly1305_state state;
	struct buf bound = BUF_INIT;
	uint8_t tag = 0;
	int rc;

	head_text(s, &bound);
	buf_reserve(out, s->box.len);
	rc = crypto_secretstream_xchacha20poly1305_init_pull(&state, s->header,
	    key);
	if (rc == 0)
		rc = crypto_secretstream_xchacha20poly1305_pull(&state, out->p,
		    NULL, &tag, s->box.p, s->box.len, bound.p, bound.len);
	sodium_memzero(&state, sizeof(state));
	buf_release(&bound);
	if (rc != 0 || tag != crypto_secretstream_xchacha20poly1305_TAG_FINAL)
		return FAIL(err, ERR_WALLET,
		    "wrong password, or the file is damaged");
	out->len = s->box.len - EXTRA_BYTES;
	return 0;
}

/* A key that is not what the head says was sealed by no program of ours. */
static int
open_key(const struct sealed *s, struct span password, struct keypair **out,
    struct error *err)
{
	uint8_t key[KEY_BYTES];
	struct buf text = BUF_INIT;
	struct keypair *kp = NULL;
	int rc = derive(s, password, key, err);

	if (rc == 0)
		rc = open_box(s, key, &text, err);
	sodium_memzero(key, sizeof(key));
	if (rc == 0)
		rc = jwk_read(buf_span(&text), &kp, err);
	buf_wipe(&text);
	if (rc == 0 &&
	    (keypair_type(kp) != s->head.type ||
		!span_equal(keypair_owner(kp),
		    span_of(s->head.owner, s->head.owner_bytes)))) {
		keypair_free(kp);
		return FAIL(err, ERR_WALLET, "the key is not that of 'owner'");
	}
	if (rc == 0)
		*out = kp;
	return rc;
}

int
sealed_key_open(struct span text, struct span password, struct keypair **out,
    struct error *err)
{
	struct sealed s = { .box = BUF_INIT };
	int rc = read_sealed(text, &s, err);

	if (rc == 0)
		rc = open_key(&s, password, out, err);
	buf_release(&s.box);
	return rc;
}

/* --- writing --- */

/* The box; `out` is empty. */
static int
close_box(struct sealed *s, const uint8_t key[KEY_BYTES], struct span secret,
    struct span bound, struct error *err)
{
	crypto_secretstream_xchacha20poly1305_state state;
	size_t len = secret.len + EXTRA_BYTES;
	int rc;

	buf_reserve(&s->box, len);
	rc = crypto_secretstream_xchacha20poly1305_init_push(&state, s->header,
	    key);
	if (rc == 0)
		rc = crypto_secretstream_xchacha20poly1305_push(&state,
		    s->box.p, NULL, secret.p, secret.len, bound.p, bound.len,
		    crypto_secretstream_xchacha20poly1305_TAG_FINAL);
	sodium_memzero(&state, sizeof(state));
	if (rc != 0)
		return FAIL(err, ERR_WALLET, "cannot encrypt the key");
	s->box.len = len;
	return 0;
}

/* The head of a new one, with a salt of its own. */
static void
fill_head(const struct keypair *kp, uint64_t ops, uint64_t memory,
    struct sealed *s)
{
	struct span owner = keypair_owner(kp);

	s->head.type = keypair_type(kp);
	s->head.address = keypair_address(kp);
	memcpy(s->head.owner, owner.p, owner.len);
	s->head.owner_bytes = owner.len;
	s->head.ops = ops;
	s->head.memory = memory;
	randombytes_buf(s->salt, SALT_BYTES);
}

int
sealed_key_write(const struct keypair *kp, struct span password, uint64_t ops,
    uint64_t memory, struct buf *out, struct error *err)
{
	struct sealed s = { .box = BUF_INIT };
	struct buf secret = BUF_INIT;
	struct buf head = BUF_INIT;
	uint8_t key[KEY_BYTES];
	int rc;

	fill_head(kp, ops, memory, &s);
	head_text(&s, &head);
	buf_reserve(&secret, JWK_MAX_BYTES);
	jwk_write(kp, &secret);
	rc = derive(&s, password, key, err);
	if (rc == 0)
		rc =
		    close_box(&s, key, buf_span(&secret), buf_span(&head), err);
	sodium_memzero(key, sizeof(key));
	buf_wipe(&secret);
	if (rc == 0) {
		buf_add_span(out, buf_span(&head));
		buf_add_text(out, ",\"header\":\"");
		base64url_encode(span_of(s.header, HEADER_BYTES), out);
		buf_add_text(out, "\",\"box\":\"");
		base64url_encode(buf_span(&s.box), out);
		buf_add_text(out, "\"}\n");
	}
	buf_release(&head);
	buf_release(&s.box);
	return rc;
}
