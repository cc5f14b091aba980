/*
 * network - where a network's units are, as the user says it.
 *
 * An option counts before the variable of the environment, that before the
 * config file, that before the public network; what says one unit before what
 * says all (--url).
 */
#ifndef SHELL_NETWORK_H
#define SHELL_NETWORK_H

#include "base/base64url.h"
#include "shell/config.h"
#include "shell/options.h"

/* Texts are owned; lists end with NULL. */
struct network {
	bool legacy; /* else local, and the rest is empty */
	char *mu_url;
	char *cu_url;
	char *su_url; /* NULL: by look-up */
	char **gateway_urls;
	char **graphql_urls; /* NULL: those of the gateways */
	char *scheduler;     /* NULL: the one that su_url has */
	char *authority;
	bool trust_scheduler; /* su_url's, too */
	struct id module;
	uint64_t retry_ms;
	uint64_t poll_ms;
};

/*
 * ERR_USAGE: a URL is none, or units are named of no network. Release with
 * network_release().
 */
int network_read(const struct options *o, const struct config *settings,
    struct network *out, struct error *err);
void network_release(struct network *n);

#endif
