/*
 * The wallet of the user is looked at when somebody asks whose it is, and made
 * when something is signed: who only looks leaves no key behind, least of all
 * in a folder that he did not mean.
 */
#include <errno.h>
#include <unistd.h>

#include "shell/client.h"
#include "shell/paths.h"

int
client_find_wallet(const struct client *c, const char *word,
    struct wallet_place *out, struct error *err)
{
	return wallet_find(c->data_dir, word ? word : c->wallet_word, out, err);
}

static int
ask(void *arg, const char *path, struct span *password, struct error *err)
{
	struct client *c = arg;

	return password_ask(&c->password, path, password, err);
}

struct wallet_asker
client_asker(struct client *c)
{
	return (struct wallet_asker){ ask, c };
}

/* Who has a wallet of aos may not want another. */
static void
offer_wallet_of_aos(struct client *c)
{
	struct buf path = BUF_INIT;
	struct wallet_info info;
	struct error err;

	if (path_expand(WALLET_OF_AOS, &path, &err) == 0 &&
	    access(buf_text(&path), F_OK) == 0) {
		if (wallet_look(buf_text(&path), &info, &err) == 0)
			output_printf(c->notes,
			    "aosh: there is also the wallet %s, in " WALLET_OF_AOS
			    "; 'aosh --wallet " WALLET_OF_AOS
			    "' uses it, 'aosh wallet import " WALLET_OF_AOS
			    " NAME' copies it\n",
			    info.address.text);
		else
			output_printf(c->notes,
			    "aosh: " WALLET_OF_AOS " cannot be used: %s\n",
			    err.text);
	}
	buf_release(&path);
}

/*
 * The wallet that was asked for must be there; our own is made on first use,
 * and in memory where nothing is to be left behind.
 */
static int
open_wallet(struct client *c, struct wallet_place *place, struct error *err)
{
	struct wallet_asker asker = client_asker(c);
	bool created = false;
	bool loose = false;
	int rc;

	if (c->ephemeral && !c->wallet_word) {
		c->wallet = keypair_new();
		return 0;
	}
	if (client_find_wallet(c, NULL, place, err) < 0)
		return -1;
	if (wallet_place_is_default(place))
		rc = wallet_load_or_create(place->path, &asker, &c->wallet,
		    &created, &loose, err);
	else
		rc = wallet_load(place->path, &asker, &c->wallet, &loose, err);
	if (rc == 0 && created) {
		output_printf(c->notes, "aosh: made a new wallet, %s, in %s\n",
		    keypair_address(c->wallet).text, place->path);
		offer_wallet_of_aos(c);
	}
	if (rc == 0 && loose)
		wallet_warn_loose(c->notes, place->path);
	return rc;
}

int
client_wallet(struct client *c, struct error *err)
{
	struct wallet_place place = { .path = NULL };

	if (c->wallet)
		return 0;
	if (open_wallet(c, &place, err) < 0) {
		wallet_place_release(&place);
		return -1;
	}
	/* nothing else in a run asks for it */
	password_release(&c->password);
	c->wallet_place = place;
	c->address = keypair_address(c->wallet);
	c->known = true;
	c->nobody = false;
	return 0;
}

int
client_find_identity(struct client *c, struct error *err)
{
	struct wallet_place place = { .path = NULL };
	struct wallet_info info;
	int rc;

	if (c->known)
		return !c->nobody;
	if (c->ephemeral && !c->wallet_word)
		return client_wallet(c, err) < 0 ? -1 : 1;
	if (client_find_wallet(c, NULL, &place, err) < 0)
		return -1;
	if (wallet_place_is_default(&place) && access(place.path, F_OK) < 0 &&
	    errno == ENOENT) {
		rc = 0;
	} else if (wallet_is_sealed(place.path)) {
		rc = wallet_look(place.path, &info, err) < 0 ? -1 : 1;
		if (rc > 0) {
			c->address = info.address;
			c->known = true;
		}
	} else {
		rc = client_wallet(c, err) < 0 ? -1 : 1;
	}
	wallet_place_release(&place);
	return rc;
}

/* An address must be something; a key that is gone at once owns nothing. */
static void
be_nobody(struct client *c)
{
	struct keypair *gone = keypair_new();

	c->address = keypair_address(gone);
	c->known = true;
	c->nobody = true;
	keypair_free(gone);
}

int
client_identity(struct client *c, struct error *err)
{
	int rc = client_find_identity(c, err);

	if (rc == 0)
		be_nobody(c);
	return rc < 0 ? -1 : 0;
}

/*
 * Of most wallets it is the address; of those whose programs see another it is
 * made from the public key.
 */
int
client_gateway_address(struct client *c, struct address *out, struct error *err)
{
	int rc = client_find_identity(c, err);

	if (rc == 0)
		return FAIL(err, ERR_NOT_FOUND, "there is no wallet yet");
	if (rc < 0 ||
	    (!c->wallet && span_starts_with(span_text(c->address.text), "0x") &&
		client_wallet(c, err) < 0))
		return -1;
	*out = c->wallet ? scheduler_address(keypair_owner(c->wallet))
			 : c->address;
	return 0;
}
