/*
 * The only place where shell and engine meet: the shell is given a way to open
 * a node and knows nothing else of it.
 */
#include <fcntl.h>
#include <locale.h>
#include <malloc.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/fault.h"
#include "net/http_client.h"
#include "net/legacy.h"
#include "shell/shell.h"
#include "shell/signals.h"
#include "open_node.h"

#define NS_PER_MS UINT64_C(1000000)

enum {
	PROBE_MS = 5000,
	PROBE_BYTES = 1 << 20,
	/* of an allocation: it has pages of its own, which go when it does */
	LARGE_BYTES = 1 << 20,
	/* free at the end of a heap, before that is cut */
	SPARE_BYTES = 4 << 20
};

/*
 * A message of megabytes would have malloc keep as much from then on, in each
 * thread's heap, for the next one; a node that runs for months is to be as small
 * as it was.
 */
static void
give_memory_back(void)
{
	/* before any thread starts */
	(void)mallopt(M_MMAP_THRESHOLD, /* NOLINT(concurrency-mt-unsafe) */
	    LARGE_BYTES);
	(void)mallopt(M_TRIM_THRESHOLD, /* NOLINT(concurrency-mt-unsafe) */
	    SPARE_BYTES);
}

static int
open_local_node(const char *data_dir, bool ephemeral,
    const struct config *settings, struct node **out, struct error *err)
{
	struct engine_config engine = { .memory = settings->memory,
		.cron_late =
		    settings->cron_late ? CRON_LATE_LAST : CRON_LATE_ALL,
		.limits = { .compute = settings->limit_compute,
		    .memory = settings->limit_memory,
		    .time_ns = settings->limit_time_ms * NS_PER_MS,
		    .output = settings->limit_output,
		    .outbox = settings->limit_outbox } };
	const struct open_options options = { data_dir, ephemeral, &engine };
	struct config whole = *settings;

	config_complete(&whole);
	_Static_assert(CONFIG_IDS_MAX == (int)ENGINE_ALIASES_MAX,
	    "all of them fit");
	engine.alias_count = whole.module_alias.count;
	memcpy(engine.aliases, whole.module_alias.ids, sizeof(engine.aliases));
	engine.authority = whole.authority_alias.address;
	return open_node(&options, out, err);
}

static int
wallet_address(void *arg, struct address *out, struct error *err)
{
	return client_gateway_address(arg, out, err);
}

static int
wallet_signer(void *arg, const struct keypair **out, struct error *err)
{
	struct client *c = arg;

	if (client_wallet(c, err) < 0)
		return -1;
	*out = c->wallet;
	return 0;
}

/* The network's requests end with what the user wants to end. */
static int
open_legacy(const struct network *n, struct client *client, struct node **out,
    struct error *err)
{
	char *path = client->data_dir
	    ? xasprintf("%s/network-spawns", client->data_dir)
	    : NULL;
	const struct legacy_config config = {
		.mu_url = n->mu_url,
		.cu_url = n->cu_url,
		.su_url = n->su_url,
		.gateway_urls = (const char *const *)n->gateway_urls,
		.graphql_urls = (const char *const *)n->graphql_urls,
		.module = n->module,
		.scheduler = n->scheduler,
		.authority = n->authority,
		.trust_scheduler = n->trust_scheduler,
		.retry_ms = n->retry_ms,
		.poll_ms = n->poll_ms,
		.timeout_ms = client->timeout_ms,
		.cancel_fd = signals_cancel_fd(),
		.spawns_path = path,
		.owner = wallet_address,
		.signer = wallet_signer,
		.arg = client,
	};
	int rc = legacy_open(&config, out, err);

	free(path);
	return rc;
}

/* One request, since whoever asks wants to hear of a failure soon. */
static int
probe(const char *url, struct error *err)
{
	const struct http_client_config config = { .connect_ms = PROBE_MS,
		.tries = 1 };
	const struct http_call call = { .hop = "unit",
		.option = "--url",
		.method = "GET",
		.url = url,
		.repeat = HTTP_ONCE,
		.tries = 1,
		.limit = PROBE_BYTES,
		.timeout_ms = PROBE_MS,
		.cancel_fd = signals_cancel_fd() };
	struct http_client *h = http_client_new(&config);
	struct http_answer answer = { 0 };
	int rc = http_fetch(h, &call, &answer, err);

	buf_release(&answer.body);
	http_client_free(h);
	/* a long answer is one */
	return rc < 0 && err->code != ERR_LIMIT ? -1 : 0;
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
	static const struct shell_config config = { open_local_node,
		open_legacy, probe };

	give_memory_back();
	fault_init();
	hold_standard_descriptors();
	/* before any thread starts */
	setlocale(LC_CTYPE, ""); /* NOLINT(concurrency-mt-unsafe) */
	return shell_main(&config, argc, argv);
}
