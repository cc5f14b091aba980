/*
 * Outputs keep what they have written in their memory; a secret takes its own
 * way to the descriptor.
 */
#include "shell/wallet_command.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

#include "shell/show.h"

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
