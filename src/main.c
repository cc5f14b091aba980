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

#define NS_PER_MS UINT64_C(1000000)

static int
open_local_node(const char *data_dir, bool ephemeral,
    const struct config *settings, struct node **out, struct error *err)
{
	const struct engine_config engine = { .memory = settings->memory,
		.cron_late =
		    settings->cron_late ? CRON_LATE_LAST : CRON_LATE_ALL,
		.limits = { .compute = settings->limit_compute,
		    .memory = settings->limit_memory,
		    .time_ns = settings->limit_time_ms * NS_PER_MS,
		    .output = settings->limit_output,
		    .outbox = settings->limit_outbox } };
	const struct open_options options = { data_dir, ephemeral, &engine };

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
