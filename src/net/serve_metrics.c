#include "net/serve_metrics.h"

#include <inttypes.h>

struct metric {
	const char *name;
	const char *type;
	const char *help;
	double value;
};

static void
add_metric(struct buf *out, const struct metric *m)
{
	buf_printf(out, "# HELP aosh_%s %s\n# TYPE aosh_%s %s\naosh_%s %.9g\n",
	    m->name, m->help, m->name, m->type, m->name, m->value);
}

static void
add_node(struct buf *out, const struct node_status *n)
{
	const struct metric all[] = {
		{ "uptime_seconds", "gauge", "Since the node was opened.",
		    (double)n->uptime_ms / 1e3 },
		{ "processes", "gauge", "Processes in the store.",
		    (double)n->processes },
		{ "processes_awake", "gauge", "With a state in memory.",
		    (double)n->awake },
		{ "state_bytes", "gauge", "Memory of these states.",
		    (double)n->memory },
		{ "slots", "gauge", "Entries of all logs.",
		    (double)n->messages },
		{ "scheduled_total", "counter", "Slots given.",
		    (double)n->scheduled },
		{ "evaluated_total", "counter", "Results made durable.",
		    (double)n->evaluated },
		{ "messages_waiting", "gauge",
		    "Messages whose results are not told yet.",
		    (double)n->waiting },
		{ "pushes_open", "gauge", "Entries of outboxes to deliver.",
		    (double)n->pushes },
		{ "run_queue", "gauge", "Processes that wait for a worker.",
		    (double)n->run_queue },
		{ "workers", "gauge", "Threads that evaluate.",
		    (double)n->workers },
		{ "commits_total", "counter", "Transactions of the store.",
		    (double)n->commits },
		{ "commit_seconds_mean", "gauge", "Of the newest commits.",
		    (double)n->sync_mean_us / 1e6 },
		{ "commit_seconds_max", "gauge", "Of the newest commits.",
		    (double)n->sync_max_us / 1e6 },
		{ "store_bytes", "gauge", "On disk.", (double)n->store_bytes },
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
		add_metric(out, &all[i]);
}

static void
add_statuses(struct buf *out, const struct http_stats *h)
{
	buf_add_text(out,
	    "# HELP aosh_http_replies_total By status.\n"
	    "# TYPE aosh_http_replies_total counter\n");
	for (int i = 1; i < 6; i++)
		buf_printf(out,
		    "aosh_http_replies_total{class=\"%dxx\"} %" PRIu64 "\n", i,
		    h->statuses[i]);
}

static void
add_quantiles(struct buf *out, const struct histogram *h)
{
	static const double parts[] = { 0.5, 0.9, 0.99 };

	buf_add_text(out,
	    "# HELP aosh_http_request_seconds From head to reply."
	    "\n# TYPE aosh_http_request_seconds summary\n");
	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
		buf_printf(out,
		    "aosh_http_request_seconds{quantile=\"%g\"} %.9g\n",
		    parts[i], (double)histogram_quantile(h, parts[i]) / 1e9);
	buf_printf(out,
	    "aosh_http_request_seconds_sum %.9g\n"
	    "aosh_http_request_seconds_count %" PRIu64 "\n",
	    (double)h->sum / 1e9, h->count);
}

void
metrics_write(struct buf *out, const struct node_status *node,
    const struct http_stats *http)
{
	const struct metric all[] = {
		{ "http_connections", "gauge", "Open now.",
		    (double)http->connections },
		{ "http_connections_total", "counter", "Accepted.",
		    (double)http->accepted },
		{ "http_limited_total", "counter",
		    "Requests over their address's rate.",
		    (double)http->limited },
		{ "http_waiting", "gauge", "Requests that wait for a result.",
		    (double)http->waiting },
		{ "http_body_bytes_in_total", "counter", "Of requests.",
		    (double)http->bytes_in },
		{ "http_body_bytes_out_total", "counter", "Of replies.",
		    (double)http->bytes_out },
	};

	add_node(out, node);
	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
		add_metric(out, &all[i]);
	add_statuses(out, http);
	add_quantiles(out, &http->ns);
}
