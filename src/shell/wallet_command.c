/*
 * Outputs keep what they have written in their memory; a secret takes its own
 * way to the descriptor.
 */
#include "shell/wallet_command.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

#include "shell/show.h"

/* Asking about a wallet makes none. */
int
wallet_argument(struct shell *sh, const struct options *o,
    struct wallet_place *out, struct error *err)
{
	struct wallet_place p;

	if (client_find_wallet(&sh->client, options_arg(o, 0), &p, err) < 0)
		return -1;
	if (wallet_place_is_default(&p) && access(p.path, F_OK) < 0 &&
	    errno == ENOENT) {
		wallet_place_release(&p);
		return FAIL(err, ERR_WALLET,
		    "there is no wallet yet: 'aosh wallet new' makes one");
	}
	*out = p;
	return 0;
}

void
wallet_show(struct shell *sh, const struct wallet_place *place,
    const struct wallet_info *info)
{
	if (sh->json)
		show_json(sh, wallet_json(place, info));
	else
		output_printf(&sh->out, "%s\n", info->address.text);
}

int
wallet_print_secret(struct shell *sh, struct span text, struct error *err)
{
	int rc = shell_flush(sh);

	if (rc)
		return rc;
	while (text.len) {
		struct pollfd p = { .fd = STDOUT_FILENO, .events = POLLOUT };
		ssize_t n = write(STDOUT_FILENO, text.p, text.len);

		if (n >= 0)
			text = span_from(text, (size_t)n);
		else if (errno == EAGAIN)
			(void)poll(&p, 1, -1);
		else if (errno != EINTR)
			return FAIL_ERRNO(err, ERR_SYSTEM,
			    "cannot write standard output");
	}
	return 0;
}
