/*
 * aosh node - the computer without a shell, for clients of the networks' units
 * and for cron that goes on.
 *
 * Ends with SIGINT or SIGTERM: what was asked is answered and durable first.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/alloc.h"
#include "net/serve.h"
#include "shell/commands.h"
#include "shell/shell.h"
#include "shell/show.h"
#include "shell/signals.h"

enum {
	PORT = 8734,
	/* for who is in the middle of an evaluation when we are to end */
	GRACE_MS = 5000,
	/* requests a second from one address that is not this machine's */
	FOREIGN_RATE = 500,
	FOREIGN_CONNECTIONS = 256,
	NUMBER_MAX = 6,
};

static const struct option_spec node_options[] = {
	{ "listen", NULL, 'l', OPTION_TEXT, false, "HOST:PORT|PATH",
	    "listen there instead of at 127.0.0.1:8734; port 0: any; a path: "
	    "a Unix socket" },
	{ "access-log", NULL, 0, OPTION_FILE, false, "FILE",
	    "append a line of JSON for each request" },
	{ "rate", NULL, 0, OPTION_NUMBER, false, "N",
	    "so many requests a second from one address; 0: any number" },
	{ .name = NULL },
};

/* Where it listens, out of HOST:PORT, HOST, :PORT, [ADDRESS]:PORT or the path of
 * a socket. */
struct place {
	char host[256];
	uint16_t port;
};

static int
read_port(const char *text, uint16_t *port, struct error *err)
{
	size_t len = strlen(text);
	unsigned long n = strtoul(text, NULL, 10);

	if (len == 0 || len >= NUMBER_MAX ||
	    strspn(text, "0123456789") != len || n > UINT16_MAX)
		return FAIL(err, ERR_USAGE, "'%s' is no port", text);
	*port = (uint16_t)n;
	return 0;
}

/* A colon in brackets belongs to an address. */
static int
read_place(const char *text, struct place *out, struct error *err)
{
	const char *end = strchr(text, ']');
	const char *colon = strrchr(text, ':');
	size_t len = colon ? (size_t)(colon - text) : strlen(text);

	*out = (struct place){ .host = "127.0.0.1", .port = PORT };
	if (text[0] == '/') {
		colon = end = NULL;
		len = strlen(text);
	}
	if (end && colon < end) {
		colon = NULL;
		len = strlen(text);
	}
	if (colon && read_port(colon + 1, &out->port, err) < 0)
		return -1;
	if (end && text[0] == '[') {
		text++;
		len = (size_t)(end - text);
	}
	if (len >= sizeof(out->host))
		return FAIL(err, ERR_USAGE, "'%.60s...' is no host", text);
	if (len) {
		memcpy(out->host, text, len);
		out->host[len] = '\0';
	}
	return 0;
}

/* Nobody but who is on this machine can connect. */
static bool
is_loopback(const char *host)
{
	struct in_addr four;

	if (host[0] == '/' || strcmp(host, "localhost") == 0 ||
	    strcmp(host, "::1") == 0)
		return true;
	return inet_pton(AF_INET, host, &four) == 1 &&
	    (ntohl(four.s_addr) >> 24) == IN_LOOPBACKNET;
}

/* Connections and watches are files: as many as the system lets us have. */
static void
raise_files(void)
{
	struct rlimit r;

	if (getrlimit(RLIMIT_NOFILE, &r) < 0)
		return;
	r.rlim_cur = r.rlim_max;
	(void)setrlimit(RLIMIT_NOFILE, &r);
}

static int
open_log(const struct options *o, struct http_config *http, struct error *err)
{
	const char *path = options_text(o, "access-log", NULL);

	if (!path)
		return 0;
	http->log_fd =
	    open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
	if (http->log_fd < 0)
		return FAIL_ERRNO(err, ERR_USAGE, "cannot write '%s'", path);
	return 0;
}

/* A server owns its store: what it accepts it must be able to keep. */
static int
check_own(struct shell *sh, struct error *err)
{
	struct node *n = sh->client.node;
	struct node_info info;

	if (sh->client.network)
		return FAIL(err, ERR_USAGE,
		    "'node' is this machine's: '--net' must be 'local'");
	if (n->ops->info(n, &info, err) < 0)
		return -1;
	if (info.attached)
		return FAIL(err, ERR_BUSY,
		    "another program uses '%s': end it first",
		    sh->client.data_dir);
	return 0;
}

static void
tell_place(struct shell *sh, const struct place *at, struct serve *s)
{
	uint16_t port = serve_port(s);
	bool six = strchr(at->host, ':');
	json_t *to;
	char *url;

	if (!is_loopback(at->host))
		output_printf(shell_notes(sh),
		    "aosh: anyone who reaches %s can spawn processes and send "
		    "messages here, which takes disk and processor time\n",
		    at->host);
	if (at->host[0] == '/')
		url = xasprintf("%s", at->host);
	else
		url = xasprintf(six ? "http://[%s]:%u" : "http://%s:%u",
		    at->host, port);
	if (sh->json) {
		to = json_object();
		json_object_set_new(to, "ok", json_true());
		json_object_set_new(to, port ? "url" : "socket",
		    show_path(url));
		if (port)
			json_object_set_new(to, "port", json_integer(port));
		show_json(sh, to);
	} else {
		output_printf(&sh->out, "listening at %s\n", url);
	}
	free(url);
}

/* Until somebody wants it to end. */
static int
wait_for_end(struct shell *sh, struct error *err)
{
	struct pollfd p = { signals_cancel_fd(), POLLIN, 0 };

	if (shell_flush(sh) != 0)
		return FAIL(err, ERR_SYSTEM, "cannot say where it listens");
	while (poll(&p, 1, -1) < 0 && errno == EINTR)
		continue;
	(void)signals_take_cancel();
	return 0;
}

static int
run(struct shell *sh, const struct options *o, struct error *err)
{
	struct serve_config config = { .node = sh->client.node,
		.http = http_config_default() };
	struct http_config *http = &config.http;
	struct place at;
	struct serve *s;
	int rc;

	if (read_place(options_text(o, "listen", ""), &at, err) < 0 ||
	    open_log(o, http, err) < 0)
		return -1;
	http->host = at.host;
	http->port = at.port;
	if (!is_loopback(at.host)) {
		http->rate = FOREIGN_RATE;
		http->per_address = FOREIGN_CONNECTIONS;
	}
	http->rate = (unsigned)options_number(o, "rate", http->rate);
	rc = serve_open(&config, &s, err);
	if (rc == 0) {
		tell_place(sh, &at, s);
		rc = wait_for_end(sh, err);
		serve_close(s, GRACE_MS);
	}
	if (http->log_fd >= 0)
		(void)close(http->log_fd);
	return rc;
}

static int
exec_node(struct shell *sh, const struct options *o, struct error *err)
{
	if (check_own(sh, err) < 0)
		return -1;
	raise_files();
	signals_service();
	return run(sh, o, err);
}

const struct command command_node = {
	.name = "node",
	.usage = "",
	.summary = "serve the networks' units over HTTP, without a shell",
	.options = node_options,
	.flags = COMMAND_NODE,
	.exec = exec_node,
};
