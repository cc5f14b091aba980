/*
 * The operations: each is a few requests, made by the files beside this one.
 */
#include "net/legacy.h"

#include <stdio.h>
#include <stdlib.h>

#include <sodium.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "net/legacy_feed.h"
#include "net/legacy_find.h"
#include "net/legacy_graphql.h"
#include "net/legacy_log.h"
#include "net/legacy_send.h"
#include "net/legacy_units.h"

enum {
	TRIES = 5,
	CONNECT_MS = 10 * 1000,
	NS_PER_MS = 1000 * 1000,
	/* how long a walk over a log waits for what is being evaluated */
	WALK_MS = 2 * 1000,
	/* results of its first slot: that one's, and where the next begin */
	FIRST_RESULTS = 4
};

struct legacy_call
legacy_call_begin(struct legacy *l)
{
	uint64_t ms = l->config.timeout_ms;

	return (struct legacy_call){ l, l->config.cancel_fd,
		ms ? clock_now_ns() + ms * NS_PER_MS : 0 };
}

/* --- the node --- */

/* Who schedules spawns, in place of nobody. */
static int
ask_scheduler(struct legacy *l, struct error *err)
{
	struct legacy_call c = legacy_call_begin(l);
	struct address scheduler;

	if (!l->su_url)
		return FAIL(err, ERR_USAGE,
		    "a scheduler's address or URL is needed");
	if (su_address(&c, l->su_url, &scheduler, err) < 0)
		return -1;
	lock(&l->lock);
	if (!l->scheduler.text[0] && l->config.trust_scheduler) {
		char *before = l->authority;

		l->authority = xasprintf("%s,%s", before, scheduler.text);
		free(before);
	}
	l->scheduler = scheduler;
	unlock(&l->lock);
	return 0;
}

/* Asked for once, where it must be. */
static int
op_info(struct node *n, struct node_info *out, struct error *err)
{
	struct legacy *l = legacy_of(n);
	bool known;

	lock(&l->lock);
	known = l->scheduler.text[0] != 0;
	unlock(&l->lock);
	if (!known && ask_scheduler(l, err) < 0)
		return -1;
	lock(&l->lock);
	*out = (struct node_info){ .address = l->scheduler,
		.authority = l->authority,
		.module = l->module };
	unlock(&l->lock);
	return 0;
}

static void
op_notice(struct node *n, struct buf *out)
{
	struct legacy *l = legacy_of(n);

	lock(&l->lock);
	buf_add_span(out, buf_span(&l->notice));
	buf_clear(&l->notice);
	unlock(&l->lock);
}

static int
unsupported(const char *what, struct error *err)
{
	return FAIL(err, ERR_UNSUPPORTED, "a legacy network %s", what);
}

static int
op_status(struct node *n, struct node_status *out, struct error *err)
{
	(void)n;
	(void)out;
	return unsupported("does not tell how its units are", err);
}

static int
op_settle(struct node *n, unsigned timeout_ms, int cancel_fd, struct error *err)
{
	(void)n;
	(void)timeout_ms;
	(void)cancel_fd;
	return unsupported("does not tell what waits to be pushed", err);
}

static int
op_stop(struct node *n, const struct id *id, bool on, struct error *err)
{
	(void)n;
	(void)id;
	(void)on;
	return unsupported("stops no process", err);
}

static int
op_cache(struct node *n, const struct id *id, struct span key, struct buf *out,
    struct error *err)
{
	(void)n;
	(void)id;
	(void)key;
	(void)out;
	return unsupported("keeps nothing that a process shows of its state",
	    err);
}

static int
op_attest(struct node *n, const struct id *id, struct position at, bool whole,
    struct buf *item, struct error *err)
{
	(void)n;
	(void)id;
	(void)at;
	(void)whole;
	(void)item;
	return unsupported("attests no results", err);
}

static int
op_import(struct node *n, const struct id *id,
    const struct import_entry *entries, size_t count, struct error *err)
{
	(void)n;
	(void)id;
	(void)entries;
	(void)count;
	return unsupported("takes over no logs", err);
}

static int
op_trace(struct node *n, const struct trace_query *q, node_trace_fn fn,
    void *arg, struct error *err)
{
	(void)n;
	(void)q;
	(void)fn;
	(void)arg;
	return unsupported("does not tell what a message caused", err);
}

static int
op_items(struct node *n, const struct item_query *q, node_item_fn fn, void *arg,
    struct error *err)
{
	(void)n;
	(void)q;
	(void)fn;
	(void)arg;
	return unsupported("is not searched for items", err);
}

static int
op_keep(struct node *n, struct span item, struct id *id,
    uint64_t *timestamp_ms, /* NOLINT(readability-non-const-parameter) */
    struct error *err)
{
	(void)n;
	(void)item;
	(void)id;
	(void)timestamp_ms;
	return unsupported("keeps no items", err);
}

static int
op_modules(struct node *n, const struct id *id, node_module_fn fn, void *arg,
    struct error *err)
{
	(void)n;
	(void)id;
	(void)fn;
	(void)arg;
	return unsupported("does not list modules", err);
}

/* --- dry runs --- */

static void
add_member(struct buf *out, const char *name, struct span text)
{
	buf_printf(out, "%c\"%s\":", out->len ? ',' : '{', name);
	json_add_string(out, text);
}

/* As other clients write it, with what an unsigned message has not. */
static void
dry_run_body(const struct message_draft *draft, const struct address *owner,
    struct buf *out)
{
	add_member(out, "Id", span_text("1234"));
	add_member(out, "Target", span_text(id_encode(draft->target).text));
	add_member(out, "Owner", span_text(owner->text));
	add_member(out, "Anchor", span_text("0"));
	add_member(out, "Data", draft->data);
	buf_add_text(out, ",\"Tags\":[");
	for (size_t i = 0; i < draft->tag_count; i++) {
		buf_add_text(out, i ? ",{\"name\":" : "{\"name\":");
		json_add_string(out, draft->tags[i].name);
		buf_add_text(out, ",\"value\":");
		json_add_string(out, draft->tags[i].value);
		buf_add_byte(out, '}');
	}
	buf_add_text(out, "]}");
}

static int
op_dry_run(struct node *n, const struct message_draft *draft,
    const struct address *owner, int cancel_fd, struct result *out,
    struct error *err)
{
	struct legacy_call c = legacy_call_begin(legacy_of(n));
	struct buf body = BUF_INIT;
	int rc;

	c.cancel_fd = cancel_fd;
	dry_run_body(draft, owner, &body);
	rc = cu_dry_run(&c, draft->target, buf_span(&body), out, err);
	buf_release(&body);
	return rc;
}

/* --- looking --- */

static int
op_find(struct node *n, struct span name, const struct address *owner,
    struct id *out, struct error *err)
{
	struct legacy_call c = legacy_call_begin(legacy_of(n));

	/* anybody's is nobody's here: names are taken by who likes */
	if (!owner)
		return FAIL(err, ERR_NOT_FOUND, "no process of that name");
	return legacy_find(&c, name, out, err);
}

static int
op_list(struct node *n, node_list_fn fn, void *arg, struct error *err)
{
	struct legacy_call c = legacy_call_begin(legacy_of(n));

	return legacy_list(&c, fn, arg, err);
}

static int
op_process(struct node *n, const struct id *id, struct process_info *out,
    struct error *err)
{
	struct legacy_call c = legacy_call_begin(legacy_of(n));
	struct process_info info = { .id = *id };
	struct legacy_progress at;
	struct legacy_process *p;

	if (legacy_know(&c, id, &p, err) < 0 ||
	    legacy_feed_progress(&c, legacy_feed_of(c.l, p), &at, err) < 0)
		return -1;
	info.module = info.runs = p->process.module;
	(void)snprintf(info.owner.text, sizeof(info.owner.text), "%.*s",
	    SPAN_ARG(p->process.owner));
	(void)snprintf(info.name, sizeof(info.name), "%.*s",
	    SPAN_ARG(p->process.name));
	info.slots = at.slots;
	info.evaluated = at.evaluated;
	info.told = at.told;
	info.ticks = at.ticks;
	info.crons = p->crons.count;
	lock(&c.l->lock);
	info.monitored = p->monitored;
	unlock(&c.l->lock);
	*out = info;
	return 0;
}

static int
op_place(struct node *n, const struct id *process, const struct id *item,
    uint64_t *slot, struct error *err)
{
	struct legacy_call c = legacy_call_begin(legacy_of(n));
	struct legacy_process *p;
	struct legacy_slot found;
	char *url;
	int rc;

	if (legacy_know(&c, process, &p, err) < 0 ||
	    legacy_locate(&c, p, &url, err) < 0)
		return -1;
	rc = su_message(&c, url, process, item, &found, err);
	free(url);
	if (rc < 0)
		return -1;
	*slot = found.nonce;
	legacy_slot_release(&found);
	return 0;
}

/* --- the log --- */

/* Give what was read; false: the reader has enough. */
static bool
tell_entries(struct legacy_log *log, struct position from, node_log_fn fn,
    void *arg)
{
	bool go_on = true;

	for (size_t i = legacy_log_find(log, from); i < log->count && go_on;
	     i++)
		go_on = legacy_entry_tell(&log->entries[i], fn, arg);
	return go_on;
}

/*
 * A walk of its own, page by page. Who wants one entry gets it with a small
 * page first.
 */
static int
walk(const struct legacy_call *c, const struct legacy_process *p,
    struct position from, node_log_fn fn, void *arg, struct error *err)
{
	struct legacy_patience patience = { .wait_ms = WALK_MS };
	struct legacy_log log;
	unsigned slots;
	unsigned results;
	bool go_on;
	int rc;

	legacy_log_init(&log, p, from.slot);
	slots = log.slots_page;
	results = log.results_page;
	log.slots_page = 1;
	log.results_page = FIRST_RESULTS;
	do {
		rc = legacy_log_round(c, &log, patience, err);
		go_on = rc == 0 && tell_entries(&log, from, fn, arg);
		/* behind one that is still being evaluated all are */
		if (legacy_log_waits(&log))
			patience.wait_ms = 0;
		if (slots > 0) {
			log.slots_page = slots;
			log.results_page = results;
			slots = 0;
		}
		legacy_log_drop(&log, log.count);
	} while (go_on && log.more);
	legacy_log_release(&log);
	return rc;
}

static int
op_log(struct node *n, const struct id *id, struct position from,
    node_log_fn fn, void *arg, struct error *err)
{
	struct legacy_call c = legacy_call_begin(legacy_of(n));
	struct legacy_process *p;
	int rc;

	if (legacy_know(&c, id, &p, err) < 0)
		return -1;
	rc = legacy_feed_log(legacy_feed_of(c.l, p), from, fn, arg, err);
	return rc > 0 ? walk(&c, p, from, fn, arg, err) : rc;
}

static int
op_watch(struct node *n, const struct id *id, int fd, struct error *err)
{
	struct legacy_call c = legacy_call_begin(legacy_of(n));
	struct legacy_process *p;

	if (legacy_know(&c, id, &p, err) < 0)
		return -1;
	return legacy_feed_watch(&c, legacy_feed_of(c.l, p), fd, err);
}

static void
op_unwatch(struct node *n, const struct id *id, int fd)
{
	struct legacy *l = legacy_of(n);

	legacy_feed_unwatch(legacy_feed_of(l, legacy_process_get(l, id)), fd);
}

/* --- cron --- */

/* An item without tags, as other clients make it: the target says all. */
static int
monitor_item(struct legacy *l, const struct id *id, struct buf *out,
    struct error *err)
{
	uint8_t random[ANCHOR_BYTES / 2];
	char anchor[ANCHOR_BYTES + 1];
	const struct message_draft draft = { .target = id,
		.anchor = span_of(anchor, ANCHOR_BYTES),
		.data = span_text(" ") };
	const struct keypair *kp;

	randombytes_buf(random, sizeof(random));
	(void)sodium_bin2hex(anchor, sizeof(anchor), random, sizeof(random));
	if (l->config.signer(l->config.arg, &kp, err) < 0)
		return -1;
	return message_sign(&draft, kp, out, err);
}

static int
op_monitor(struct node *n, const struct id *id, bool on, struct error *err)
{
	struct legacy_call c = legacy_call_begin(legacy_of(n));
	struct buf item = BUF_INIT;
	struct legacy_process *p;
	int rc;

	if (legacy_know(&c, id, &p, err) < 0)
		return -1;
	rc = monitor_item(c.l, id, &item, err);
	if (rc == 0)
		rc = mu_monitor(&c, id, buf_span(&item), on, err);
	buf_release(&item);
	if (rc < 0)
		return -1;
	lock(&c.l->lock);
	p->monitored = on;
	unlock(&c.l->lock);
	return 0;
}

/* When the process was spawned is told by its first slot. */
static int
spawned_at(const struct legacy_call *c, const struct legacy_process *p,
    uint64_t *ms, struct error *err)
{
	struct legacy_page page;
	char *url;
	int rc;

	if (legacy_locate(c, p, &url, err) < 0)
		return -1;
	rc = su_page(c, url, &p->id, (struct legacy_range){ 0, 1 }, &page, err);
	free(url);
	if (rc < 0)
		return -1;
	*ms = page.count > 0 ? page.slots[0].timestamp_ms : 0;
	legacy_page_release(&page);
	return 0;
}

static struct span
action_of(const struct schedule *s)
{
	for (size_t i = 0; i < s->tag_count; i++)
		if (span_is(s->tags[i].name, "Action"))
			return s->tags[i].value;
	return span_of(NULL, 0);
}

/* When a schedule is due next; 0: never again. */
static uint64_t
due_next(const struct crons *crons, uint32_t i, uint64_t origin_ms)
{
	const struct crons one = { 1, i < crons->blocks ? 1 : 0,
		&crons->list[i] };
	struct cron_tick next;

	if (!cron_next(&one, origin_ms, cron_behind(clock_wall_ms()), 0, &next))
		return 0;
	return next.ms;
}

static int
op_cron(struct node *n, const struct id *id, node_cron_fn fn, void *arg,
    struct error *err)
{
	struct legacy_call c = legacy_call_begin(legacy_of(n));
	struct legacy_process *p;
	uint64_t origin_ms;
	bool go_on = true;

	if (legacy_know(&c, id, &p, err) < 0 ||
	    spawned_at(&c, p, &origin_ms, err) < 0)
		return -1;
	for (uint32_t i = 0; i < p->crons.count && go_on; i++) {
		const struct schedule *s = &p->crons.list[i];
		struct buf name = BUF_INIT;
		struct cron_info info = { .index = i,
			.interval = s->interval,
			.action = action_of(s),
			.next_ms = due_next(&p->crons, i, origin_ms) };

		cron_name(&p->crons, i, &name);
		info.name = buf_span(&name);
		go_on = fn(arg, &info);
		buf_release(&name);
	}
	return 0;
}

/* --- bytes --- */

/* A gateway has what is old, a scheduler the newest processes. */
static int
op_item(struct node *n, const struct id *id, struct buf *out, struct error *err)
{
	struct legacy_call c = legacy_call_begin(legacy_of(n));
	struct legacy_process *p;
	struct error ignored;

	if (gateway_item(&c, id, out, err) == 0)
		return 0;
	if (err->code == ERR_INTERRUPTED ||
	    legacy_know(&c, id, &p, &ignored) < 0 ||
	    p->process.spawn->bytes.len == 0)
		return -1;
	buf_add_span(out, buf_span(&p->process.spawn->bytes));
	return 0;
}

static int
op_module(struct node *n, const struct id *id, struct buf *out,
    struct error *err)
{
	struct legacy_call c = legacy_call_begin(legacy_of(n));

	return gateway_data(&c, id, out, err);
}

static int
op_find_module(struct node *n, struct span name, struct id *out,
    struct error *err)
{
	struct legacy_call c = legacy_call_begin(legacy_of(n));

	return gateway_module(&c, name, out, err);
}

/* --- opening and closing --- */

static void
free_list(char **list)
{
	for (char **at = list; at && *at; at++)
		free(*at);
	free(list);
}

/* No call may be under way; threads of feeds make requests until they end. */
static void
free_processes(struct legacy *l)
{
	struct legacy_process *p;
	struct span key;
	size_t at = 0;

	while (map_next(&l->processes, &at, &key, (void **)&p)) {
		if (p->feed)
			legacy_feed_free(p->feed);
		crons_release(&p->crons);
		process_release(&p->process);
		free(p);
	}
	map_release(&l->processes);
}

static void
op_close(struct node *n)
{
	struct legacy *l = legacy_of(n);
	struct legacy_location *location;
	struct span key;
	size_t at = 0;

	free_processes(l);
	http_client_free(l->http);
	while (map_next(&l->locations, &at, &key, (void **)&location)) {
		free(location->url);
		free(location);
	}
	map_release(&l->locations);
	buf_release(&l->notice);
	pthread_mutex_destroy(&l->lock);
	free(l->mu_url);
	free(l->network);
	free(l->cu_url);
	free(l->su_url);
	free(l->authority);
	free(l->spawns_path);
	free_list(l->gateway_urls);
	free_list(l->graphql_urls);
	free(l);
}

static const struct node_ops legacy_ops = {
	.info = op_info,
	.send = legacy_send,
	.assign = legacy_assign,
	.dry_run = op_dry_run,
	.find = op_find,
	.process = op_process,
	.list = op_list,
	.log = op_log,
	.place = op_place,
	.monitor = op_monitor,
	.stop = op_stop,
	.cron = op_cron,
	.item = op_item,
	.items = op_items,
	.keep = op_keep,
	.cache = op_cache,
	.modules = op_modules,
	.find_module = op_find_module,
	.module = op_module,
	.attest = op_attest,
	.import = op_import,
	.trace = op_trace,
	.status = op_status,
	.watch = op_watch,
	.unwatch = op_unwatch,
	.settle = op_settle,
	.notice = op_notice,
	.close = op_close,
};

/* Paths begin with a slash, so bases end without one. */
static char *
copy_url(const char *url, const char *behind)
{
	size_t len = url ? strlen(url) : 0;

	while (len > 0 && url[len - 1] == '/')
		len--;
	return url ? xasprintf("%.*s%s", (int)len, url, behind) : NULL;
}

/* What a network goes by in a file: a password has no business there. */
static char *
copy_without_user(const char *url)
{
	const char *host = strstr(url, "://");
	size_t user;

	host = host ? host + 3 : url;
	user = strcspn(host, "@/");
	if (host[user] != '@')
		return xstrdup(url);
	return xasprintf("%.*s%s", (int)(host - url), url, host + user + 1);
}

static char **
copy_list(const char *const *urls, const char *behind)
{
	size_t n = 0;
	char **list;

	while (urls[n])
		n++;
	list = xcalloc(n + 1, sizeof(*list));
	for (size_t i = 0; i < n; i++)
		list[i] = copy_url(urls[i], behind);
	return list;
}

int
legacy_open(const struct legacy_config *config, struct node **out,
    struct error *err)
{
	const struct http_client_config http = { .retry_ms = config->retry_ms,
		.connect_ms = CONNECT_MS,
		.tries = TRIES };
	struct legacy *l;

	if (config->scheduler && strlen(config->scheduler) > ADDRESS_CHARS)
		return FAIL(err, ERR_USAGE, "'%.60s' is no scheduler's address",
		    config->scheduler);
	l = xcalloc(1, sizeof(*l));
	l->node.ops = &legacy_ops;
	l->config = *config;
	l->mu_url = copy_url(config->mu_url, "");
	l->network = copy_without_user(l->mu_url);
	l->cu_url = copy_url(config->cu_url, "");
	l->su_url = copy_url(config->su_url, "");
	l->gateway_urls = copy_list(config->gateway_urls, "");
	l->graphql_urls = config->graphql_urls
	    ? copy_list(config->graphql_urls, "")
	    : copy_list(config->gateway_urls, "/graphql");
	if (config->scheduler)
		memcpy(l->scheduler.text, config->scheduler,
		    strlen(config->scheduler) + 1);
	l->module = config->module;
	l->authority = xstrdup(config->authority);
	l->spawns_path =
	    config->spawns_path ? xstrdup(config->spawns_path) : NULL;
	l->http = http_client_new(&http);
	pthread_mutex_init(&l->lock, NULL);
	*out = &l->node;
	return 0;
}
