/*
 * The public network's addresses and the program of its shell are those that
 * other clients have built in. Source: spec/aos-shell.md 1.3 and 1.4.
 */
#include "shell/network.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

enum {
	RETRY_MS = 500,
	POLL_MS = 500
};

static const char public_gateways[] =
    "https://ao-search-gateway.goldsky.com,https://arweave.net";
static const char public_scheduler[] =
    "_GQ33BkPtZrqxA84vM8Zk-N2aO0toNNu_C-l-rawrBA";
static const char public_authority[] =
    "fcoN_xJeisVsPXA-trzVAuIiqO3ydLQxM-L4XbrQKzY";
static const char public_module[] =
    "ISShJH1ij-hPPt9St5UFFr_8Ys3Kj5cyg7zrMGt7H9s";

/* The development network of aos, which its flag --dev means. */
static const char development_mu[] = "https://ao-mu-0.ao-devnet.xyz";
static const char development_cu[] = "https://ao-cu-0.ao-devnet.xyz";
static const char development_scheduler[] =
    "gCpQfnG6nWLlKs8jYgV8oUfe38GYrPLv59AC7LCtCGg";

/* Where the reading stands. */
struct reading {
	const struct options *options;
	const struct config *settings;
	const char *url;  /* of all, by option; NULL: none */
	bool development; /* what no option says is that network's */
};

static const char *
variable(const char *name)
{
	/* the environment is never changed */
	const char *value = getenv(name); /* NOLINT(concurrency-mt-unsafe) */

	return value && *value ? value : NULL;
}

static const char *
said(const struct config_text *t)
{
	return t->text[0] ? t->text : NULL;
}

/* The first that is said. */
static const char *
first_of(const char *const *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (list[i])
			return list[i];
	return NULL;
}

/* What may say where a unit is. */
struct unit_names {
	const char *option;
	const char *variable;
	const struct config_text *setting;
	const char *otherwise;   /* may be NULL */
	const char *development; /* the same; of the development network */
};

static int
check_url(const char *what, const char *url, bool many, struct error *err)
{
	if (!url || config_is_url(span_text(url), many))
		return 0;
	return FAIL(err, ERR_USAGE,
	    "'%s' must be an http or https address, not '%.100s'", what, url);
}

static int
take_url(const struct reading *r, const struct unit_names *u, char **out,
    struct error *err)
{
	const char *const list[] = { options_text(r->options, u->option, NULL),
		r->url, r->development ? u->development : NULL,
		variable(u->variable), said(u->setting),
		said(&r->settings->url), u->otherwise };
	const char *url = first_of(list, sizeof(list) / sizeof(*list));

	if (check_url(u->option, url, false, err) < 0)
		return -1;
	*out = url ? xstrdup(url) : NULL;
	return 0;
}

/* Parts that commas split; owned. */
static char **
split(const char *text)
{
	size_t n = 2;
	char **list;

	for (const char *p = text; *p; p++)
		n += *p == ',';
	list = xcalloc(n, sizeof(*list));
	for (n = 0; *text; n++) {
		size_t len = strcspn(text, ",");

		list[n] = xasprintf("%.*s", (int)len, text);
		text += len + (text[len] == ',');
	}
	return list;
}

/* All that --gateway-url says, with commas between; owned, NULL: nothing. */
static char *
gateways_by_option(const struct options *o)
{
	char *all = NULL;

	for (size_t i = 0; i < o->count; i++) {
		char *before = all;

		if (strcmp(o->values[i].spec->name, "gateway-url") != 0)
			continue;
		all = before ? xasprintf("%s,%s", before, o->values[i].text)
			     : xstrdup(o->values[i].text);
		free(before);
	}
	return all;
}

/* Queries go where gateways are, unless that is said and they are not. */
static int
take_gateways(const struct reading *r, struct network *n, struct error *err)
{
	const struct config *s = r->settings;
	char *options = gateways_by_option(r->options);
	const char *const gateways[] = { options, r->url,
		r->development ? public_gateways : NULL,
		variable("GATEWAY_URL"), said(&s->gateway_url), said(&s->url),
		public_gateways };
	const char *const graphql[] = { variable("GRAPHQL_URL"),
		said(&s->graphql_url) };
	const char *all =
	    first_of(gateways, sizeof(gateways) / sizeof(*gateways));
	const char *queries =
	    options || r->url || r->development ? NULL : first_of(graphql, 2);
	int rc = check_url("gateway-url", all, true, err);

	if (rc == 0)
		rc = check_url("GRAPHQL_URL", queries, true, err);
	if (rc == 0) {
		n->gateway_urls = split(all);
		n->graphql_urls = queries ? split(queries) : NULL;
	}
	free(options);
	return rc;
}

static int
take_units(const struct reading *r, struct network *n, struct error *err)
{
	const struct config *s = r->settings;
	const struct unit_names mu = { "mu-url", "MU_URL", &s->mu_url,
		"https://mu.ao-testnet.xyz", development_mu };
	const struct unit_names cu = { "cu-url", "CU_URL", &s->cu_url,
		"https://cu.ao-testnet.xyz", development_cu };
	const struct unit_names su = { "su-url", "SU_URL", &s->su_url, NULL };

	if (take_url(r, &mu, &n->mu_url, err) < 0 ||
	    take_url(r, &cu, &n->cu_url, err) < 0 ||
	    take_url(r, &su, &n->su_url, err) < 0)
		return -1;
	return take_gateways(r, n, err);
}

/* Of a name in the environment and the config file. */
static int
take_addresses(const char *option, const char *name,
    const struct config_text *setting, const char *otherwise, char **out,
    struct error *err)
{
	const char *const list[] = { option, variable(name), said(setting),
		otherwise };
	const char *text = first_of(list, sizeof(list) / sizeof(*list));

	bool many = strcmp(name, "AUTHORITY") == 0;

	if (text && !config_is_address(span_text(text), many))
		return FAIL(err, ERR_USAGE,
		    "'%s' must be an address, not '%.60s'", name, text);
	*out = text ? xstrdup(text) : NULL;
	return 0;
}

/*
 * What a spawn names. A scheduler that is told where it is has an address of
 * its own, and in small networks often is the messenger, too.
 */
static int
take_names(const struct reading *r, struct network *n, struct error *err)
{
	const struct config *s = r->settings;
	const char *const modules[] = { variable("AOS_MODULE"),
		said(&s->module), public_module };
	const char *module = first_of(modules, 3);
	const char *scheduler = options_text(r->options, "scheduler",
	    r->development && !n->su_url ? development_scheduler : NULL);

	if (take_addresses(scheduler, "SCHEDULER", &s->scheduler,
		n->su_url ? NULL : public_scheduler, &n->scheduler, err) < 0 ||
	    take_addresses(options_text(r->options, "authority", NULL),
		"AUTHORITY", &s->authority, NULL, &n->authority, err) < 0)
		return -1;
	n->trust_scheduler = !n->authority && n->su_url;
	if (!n->authority)
		n->authority = xstrdup(public_authority);
	if (id_decode(span_text(module), &n->module, err) < 0)
		return FAIL_IN(err, "'AOS_MODULE'");
	return 0;
}

/* Units that nobody asks would be a mistake that nobody sees. */
static int
refuse_units(const struct options *o, struct error *err)
{
	static const char *const names[] = { "url", "mu-url", "cu-url",
		"su-url", "gateway-url", "scheduler" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (options_has(o, names[i]))
			return FAIL(err, ERR_USAGE,
			    "'--%s' is of a network: add '--net legacy'",
			    names[i]);
	return 0;
}

/* The flags of aos for its HyperBEAM network: known, and refused in one way. */
static int
refuse_mainnet(const struct options *o, const char *net, struct error *err)
{
	const char *flag = NULL;

	if (net && strcmp(net, "mainnet") == 0)
		flag = "--net mainnet";
	else if (options_has(o, "mainnet"))
		flag = "--mainnet";
	else if (options_has(o, "topup"))
		flag = "--topup";
	if (!flag)
		return 0;
	return FAIL(err, ERR_USAGE,
	    "'%s' is of the network of HyperBEAM nodes, whose protocol, "
	    "AO-Core, this program does not speak; without it processes are "
	    "local, and '--net legacy' with '--url URL' takes those of a "
	    "network with a messenger and a compute unit",
	    flag);
}

/* The network by its name, or by a flag that means one; NULL: `err`. */
static const char *
name_network(const struct options *o, const char *otherwise, struct error *err)
{
	static const char *const flags[] = { "legacy", "dev" };
	const char *net = options_text(o, "net", NULL);

	if (refuse_mainnet(o, net, err) < 0)
		return NULL;
	for (size_t i = 0; i < sizeof(flags) / sizeof(*flags); i++) {
		if (!options_has(o, flags[i]))
			continue;
		if (net && strcmp(net, "legacy") != 0) {
			error_set(err, ERR_USAGE,
			    "'--%s' and '--net %s' exclude each other",
			    flags[i], net);
			return NULL;
		}
		net = "legacy";
	}
	return net ? net : otherwise;
}

int
network_read(const struct options *o, const struct config *settings,
    struct network *out, struct error *err)
{
	const char *net =
	    name_network(o, settings->net == 1 ? "legacy" : "local", err);
	struct network n = { .retry_ms = RETRY_MS, .poll_ms = POLL_MS };
	const struct reading r = { o, settings, options_text(o, "url", NULL),
		options_has(o, "dev") };

	if (!net)
		return -1;
	n.legacy = strcmp(net, "legacy") == 0;
	if (!n.legacy) {
		*out = n;
		return refuse_units(o, err);
	}
	if (settings->net_retry_ms)
		n.retry_ms = settings->net_retry_ms;
	if (settings->net_poll_ms)
		n.poll_ms = settings->net_poll_ms;
	if (check_url("url", r.url, false, err) < 0 ||
	    take_units(&r, &n, err) < 0 || take_names(&r, &n, err) < 0) {
		network_release(&n);
		return -1;
	}
	*out = n;
	return 0;
}

static void
free_list(char **list)
{
	for (char **at = list; at && *at; at++)
		free(*at);
	free(list);
}

void
network_release(struct network *n)
{
	free(n->mu_url);
	free(n->cu_url);
	free(n->su_url);
	free(n->scheduler);
	free(n->authority);
	free_list(n->gateway_urls);
	free_list(n->graphql_urls);
	*n = (struct network){ 0 };
}
