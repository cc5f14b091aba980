/*
 * Every message gets a random anchor. Ed25519 signs the same content to the
 * same bytes, so without one the same line typed twice would be one message,
 * and the second would only be shown the first one's result.
 *
 * Tags stand in the order in which other clients of the networks write them:
 * what the user says in the middle, the protocol's own at the end. Of doubles
 * the first counts, so a user's tag wins over the protocol's.
 */
#include "shell/client.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <sodium.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "ao/limits.h"
#include "ao/process.h"
#include "term/width.h"
#include "shell/adopted.h"
#include "shell/signals.h"
#include "shell/suggest.h"

enum {
	/* how long a network has for what a prompt waits for */
	SOON_S = 2,
	/* what the shell adds to the tags of a user's message, at most */
	OWN_TAGS = 10
};

/*
 * The eventfd lives as long as the client; the node is told of it per process.
 */
int
client_init(struct client *c, struct node *node, struct error *err)
{
	c->node = node;
	c->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (c->wake_fd < 0)
		return FAIL_ERRNO(err, ERR_SYSTEM, "cannot make an eventfd");
	return c->network ? 0 : node->ops->info(node, &c->info, err);
}

/*
 * The watch goes first, so that nobody writes to a descriptor that is closed.
 */
void
client_release(struct client *c)
{
	if (c->node) {
		if (c->watching)
			c->node->ops->unwatch(c->node, &c->watched, c->wake_fd);
		c->node->ops->close(c->node);
		close(c->wake_fd);
	}
	keypair_free(c->wallet);
	wallet_place_release(&c->wallet_place);
	password_release(&c->password);
}

/* --- processes --- */

/*
 * A name is shown in tables and prompts and typed again: it is a line of text
 * that says nothing to a terminal.
 */
int
name_check(struct span name, struct error *err)
{
	size_t at = 0;
	bool valid;

	if (name.len == 0)
		return FAIL(err, ERR_USAGE, "a process's name cannot be empty");
	if (name.len > PROCESS_NAME_MAX)
		return FAIL(err, ERR_USAGE,
		    "a process's name has at most %d bytes, not %zu",
		    PROCESS_NAME_MAX, name.len);
	while (at < name.len) {
		size_t start = at;
		uint32_t ch = char_next(name, &at, &valid);

		if (!valid)
			return FAIL(err, ERR_USAGE,
			    "a process's name must be UTF-8; byte %zu is not",
			    start + 1);
		if (ch < 0x20 || (ch >= 0x7f && ch < 0xa0))
			return FAIL(err, ERR_USAGE,
			    "a process's name cannot hold control characters; "
			    "character U+%04X at byte %zu is one",
			    (unsigned)ch, start + 1);
	}
	return 0;
}

/* The nearest name of all processes; `word` is zero-terminated. */
struct near_name {
	const char *word;
	char best[PROCESS_NAME_MAX + 1];
	struct suggestion near;
};

/* The name is copied: what the list gives lives only for the call. */
static bool
take_near(void *arg, const struct process_info *info)
{
	struct near_name *n = arg;
	struct suggestion before = n->near;

	if (!info->name[0])
		return true;
	suggest(&n->near, n->word, info->name);
	if (n->near.distance != before.distance || !before.word) {
		memcpy(n->best, info->name, sizeof(n->best));
		if (n->near.word)
			n->near.word = n->best;
	}
	return true;
}

/* Names are mistyped more often than forgotten: say the nearest one. */
static int
fail_no_process(struct client *c, struct span name, struct error *err)
{
	char *word = xasprintf("%.*s", SPAN_ARG(name));
	struct near_name n = { .word = word };
	struct error ignored;

	c->node->ops->list(c->node, take_near, &n, &ignored);
	if (n.near.word)
		error_set(err, ERR_NOT_FOUND,
		    "no process '%s'; did you mean '%s'?", word, n.best);
	else
		error_set(err, ERR_NOT_FOUND,
		    "no process '%s'; 'aosh spawn NAME' makes one", word);
	free(word);
	return -1;
}

/* An id is never a name, so not finding it ends the search. */
static int
find_id(struct client *c, const struct id *id, struct error *err)
{
	struct process_info info;

	if (c->node->ops->process(c->node, id, &info, err) == 0)
		return 0;
	if (err->code != ERR_NOT_FOUND)
		return -1;
	return FAIL(err, ERR_NOT_FOUND, "no process %s on this node",
	    id_encode(id).text);
}

int
client_find(struct client *c, struct span name, bool anybody, struct id *out,
    struct error *err)
{
	struct error ignored;
	struct id id;
	int known;
	int rc;

	if (id_decode(name, &id, &ignored) == 0) {
		if (find_id(c, &id, err) < 0)
			return -1;
		*out = id;
		return 0;
	}
	if (name_check(name, err) < 0)
		return -1;
	known = client_find_identity(c, err);
	if (known < 0)
		return -1;
	if (adopted_find(c->data_dir, name, out))
		return 0;
	/* who has no wallet owns nothing; to look makes none */
	rc = known ? c->node->ops->find(c->node, name, &c->address, out, err)
		   : FAIL(err, ERR_NOT_FOUND, "no process of that name");
	if (rc < 0 && err->code == ERR_NOT_FOUND && anybody)
		rc = c->node->ops->find(c->node, name, NULL, out, err);
	if (rc < 0 && err->code == ERR_NOT_FOUND)
		return fail_no_process(c, name, err);
	return rc;
}

static struct tag
text_tag(const char *name, const char *value)
{
	return (struct tag){ span_text(name), span_text(value) };
}

/* Sign a draft under a fresh anchor and have it scheduled. */
static int
sign_and_send(struct client *c, const struct message_draft *draft,
    struct receipt *out, struct error *err)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "abcdefghijklmnopqrstuvwxyz0123456789-_";
	struct message_draft whole = *draft;
	uint8_t anchor[ANCHOR_BYTES];
	struct buf item = BUF_INIT;
	uint64_t signed_at;
	uint64_t start;
	int rc;

	/* the same text twice must be two messages; schedulers tell only those
	 * anchors that are text */
	randombytes_buf(anchor, sizeof(anchor));
	for (size_t i = 0; i < sizeof(anchor); i++)
		anchor[i] = (uint8_t)letters[anchor[i] & 63];
	whole.anchor = span_of(anchor, sizeof(anchor));
	start = clock_now_ns();
	rc = message_sign(&whole, c->wallet, &item, err);
	signed_at = clock_now_ns();
	if (rc == 0)
		rc = c->node->ops->send(c->node, buf_span(&item), out, err);
	c->times = (struct client_times){ .sign_ns = signed_at - start,
		.send_ns = clock_now_ns() - signed_at };
	buf_release(&item);
	return rc;
}

/* Where the texts of tags stand while they are needed. */
struct limit_texts {
	struct size_text memory;
	char compute[24];
};

/* Whether one of the user's tags is called that. */
static bool
names_tag(const struct spawn_request *r, const char *name)
{
	for (size_t i = 0; i < r->tag_count; i++)
		if (span_is(r->tags[i].name, name))
			return true;
	return false;
}

/*
 * The limits of the config become the process's own, so that they are in its
 * log and hold wherever that is evaluated.
 */
static size_t
add_limits(const struct client *c, const struct spawn_request *r,
    struct limit_texts *texts, struct tag *tags)
{
	const struct config *s = c->settings;
	size_t n = 0;

	if (s->limit_memory && !names_tag(r, "Memory-Limit")) {
		texts->memory = limits_size_text(s->limit_memory);
		tags[n++] = text_tag("Memory-Limit", texts->memory.text);
	}
	if (s->limit_compute && !names_tag(r, "Compute-Limit")) {
		snprintf(texts->compute, sizeof(texts->compute), "%" PRIu64,
		    s->limit_compute);
		tags[n++] = text_tag("Compute-Limit", texts->compute);
	}
	return n;
}

/* A tag for each of the addresses that commas split. */
static size_t
add_authorities(const char *list, struct tag *tags)
{
	size_t n = 0;

	while (*list) {
		size_t len = strcspn(list, ",");

		tags[n++] =
		    (struct tag){ span_text("Authority"), span_of(list, len) };
		list += len + (list[len] == ',');
	}
	return n;
}

/*
 * Authority is who pushes messages, since a process only trusts those of whom
 * it names; Scheduler who gives it slots. In our own node that is one.
 */
static size_t
add_node_tags(const struct client *c, struct tag *tags)
{
	const struct node_info *info = &c->info;
	size_t n = 0;

	tags[n++] = text_tag("Scheduler", info->address.text);
	return n +
	    add_authorities(info->authority ? info->authority
					    : info->address.text,
		tags + n);
}

static size_t
count_authorities(const char *list)
{
	size_t n = 1;

	for (; list && *list; list++)
		n += *list == ',';
	return n;
}

int
client_spawn(struct client *c, const struct spawn_request *r,
    struct receipt *out, struct error *err)
{
	struct message_draft draft = { .data = r->data };
	struct limit_texts texts;
	struct id_text module;
	struct tag *tags;
	size_t n = 0;
	int rc;

	if (client_wallet(c, err) < 0 ||
	    (c->network && c->node->ops->info(c->node, &c->info, err) < 0))
		return -1;
	module = id_encode(r->module ? r->module : &c->info.module);
	tags = xcalloc(r->tag_count + OWN_TAGS +
		count_authorities(c->info.authority),
	    sizeof(*tags));
	tags[n++] = text_tag("App-Name", "aosh");
	tags[n++] = (struct tag){ span_text("Name"), r->name };
	for (size_t i = 0; i < r->tag_count; i++)
		tags[n++] = r->tags[i];
	tags[n++] = text_tag("Data-Protocol", "ao");
	tags[n++] = text_tag("Variant", "ao.TN.1");
	tags[n++] = text_tag("Type", "Process");
	tags[n++] = text_tag("Module", module.text);
	n += add_node_tags(c, tags + n);
	n += add_limits(c, r, &texts, tags + n);
	draft.tags = tags;
	draft.tag_count = n;
	rc = sign_and_send(c, &draft, out, err);
	free(tags);
	return rc;
}

/* The tags of a message; owned by the caller, free(). */
static struct tag *
request_tags(const struct request *r, size_t *count)
{
	struct tag *tags = xcalloc(r->tag_count + OWN_TAGS, sizeof(*tags));
	size_t n = 0;

	if (r->action)
		tags[n++] = text_tag("Action", r->action);
	for (size_t i = 0; i < r->tag_count; i++)
		tags[n++] = r->tags[i];
	tags[n++] = text_tag("Data-Protocol", "ao");
	tags[n++] = text_tag("Variant", "ao.TN.1");
	tags[n++] = text_tag("Type", "Message");
	*count = n;
	return tags;
}

int
client_send(struct client *c, const struct id *to, const struct request *r,
    struct receipt *out, struct error *err)
{
	struct message_draft draft = { .target = to, .data = r->data };
	struct tag *tags;
	int rc;

	if (client_wallet(c, err) < 0)
		return -1;
	tags = request_tags(r, &draft.tag_count);
	draft.tags = tags;
	rc = sign_and_send(c, &draft, out, err);
	free(tags);
	return rc;
}

/* Takes the same road as client_send() up to the signature, which nobody would
 * look at. */
int
client_dry_run_as(const struct dry_runner *by, const struct id *to,
    const struct request *r, struct result *out, struct error *err)
{
	struct message_draft draft = { .target = to, .data = r->data };
	struct tag *tags = request_tags(r, &draft.tag_count);
	int rc;

	draft.tags = tags;
	rc = by->node->ops->dry_run(by->node, &draft, by->owner, by->give_up_fd,
	    out, err);
	free(tags);
	return rc;
}

/* Until `give_up_fd` is readable. */
static int
dry_run(struct client *c, const struct id *to, const struct request *r,
    int give_up_fd, struct result *out, struct error *err)
{
	const struct dry_runner by = { c->node, &c->address, give_up_fd };

	if (client_identity(c, err) < 0)
		return -1;
	return client_dry_run_as(&by, to, r, out, err);
}

int
client_dry_run(struct client *c, const struct id *to, const struct request *r,
    struct result *out, struct error *err)
{
	return dry_run(c, to, r, signals_cancel_fd(), out, err);
}

int
client_dry_run_soon(struct client *c, const struct id *to,
    const struct request *r, struct result *out, struct error *err)
{
	const struct itimerspec soon = { .it_value.tv_sec = SOON_S };
	int fd;
	int rc;

	if (!c->network)
		return client_dry_run(c, to, r, out, err);
	fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
	if (fd < 0 || timerfd_settime(fd, 0, &soon, NULL) < 0)
		rc = FAIL_ERRNO(err, ERR_SYSTEM, "cannot make a timer");
	else
		rc = dry_run(c, to, r, fd, out, err);
	if (fd >= 0)
		(void)close(fd);
	if (rc < 0 && err->code == ERR_INTERRUPTED)
		err->code = ERR_TIMEOUT;
	return rc;
}

int
client_ask(struct client *c, const struct id *to, const struct request *r,
    struct outcome *out, struct error *err)
{
	struct receipt receipt = { 0 };

	if (client_watch(c, to, err) < 0 ||
	    client_send(c, to, r, &receipt, err) < 0)
		return -1;
	return client_await(c, &receipt, out, err);
}
