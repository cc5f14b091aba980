/*
 * The only place where shell and engine meet: the shell is given a way to open
 * a node and knows nothing else of it.
 */
#include <fcntl.h>
#include <locale.h>
#include <unistd.h>

#include "base/fault.h"
#include "shell/shell.h"
#include "open_node.h"

static int
open_local_node(const char *data_dir, bool ephemeral, struct node **out,
    struct error *err)
{
	const struct open_options options = { data_dir, ephemeral };

	return open_node(&options, out, err);
}

/*
 * A standard descriptor that was closed by the caller would be given to the
 * next file, and results written into the store. Reading the stand-in gives
 * the end, writing to it fails.
 */
static void
hold_standard_descriptors(void)
{
	int fd;

	do {
		fd = open("/dev/null", O_RDONLY);
	} while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
}

int
main(int argc, char **argv)
{
	static const struct shell_config config = { open_local_node };

	fault_init();
	hold_standard_descriptors();
	/* before any thread starts */
	setlocale(LC_CTYPE, ""); /* NOLINT(concurrency-mt-unsafe) */
	return shell_main(&config, argc, argv);
}
