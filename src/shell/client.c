/*
 * A wait is a look at the log, then a poll, then another look: the eventfd only
 * says that something happened, never what, so no wake-up can be lost. The
 * watch is set before the message is sent for the same reason.
 *
 * Ctrl-C is for the message that is waited for. When that is the one being
 * evaluated, the evaluation is ended and its verdict still comes; when it
 * stands behind others, they are not ours to end, and only the waiting stops.
 *
 * Every message gets a random anchor. Ed25519 signs the same content to the
 * same bytes, so without one the same line typed twice would be one message,
 * and the second would only be shown the first one's result.
 *
 * Tags stand in the order in which other clients of the networks write them:
 * what the user says in the middle, the protocol's own at the end. Of doubles
 * the first counts, so a user's tag wins over the protocol's.
 */
#include "shell/client.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <sodium.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "ao/limits.h"
#include "ao/process.h"
#include "term/width.h"
#include "shell/paths.h"
#include "shell/progress.h"
#include "shell/signals.h"
#include "shell/suggest.h"

enum {
	/* how long an interrupted evaluation may take to end */
	GRACE_MS = 3000,
	/* how often a terminal is shown what is waited for */
	LOOK_MS = 250,
	NS_PER_MS = 1000 * 1000
};

/* What the shell adds to the tags of a user's message, at most. */
enum {
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
	return node->ops->info(node, &c->info, err);
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

/* --- wallet --- */

int
client_find_wallet(const struct client *c, const char *word,
    struct wallet_place *out, struct error *err)
{
	return wallet_find(c->data_dir, word ? word : c->wallet_word, out, err);
}

static int
ask(void *arg, const char *path, struct span *password, struct error *err)
{
	struct client *c = arg;

	return password_ask(&c->password, path, password, err);
}

struct wallet_asker
client_asker(struct client *c)
{
	return (struct wallet_asker){ ask, c };
}

/* Who has a wallet of aos may not want another. */
static void
offer_wallet_of_aos(struct client *c)
{
	struct buf path = BUF_INIT;
	struct wallet_info info;
	struct error err;

	if (path_expand(WALLET_OF_AOS, &path, &err) == 0 &&
	    access(buf_text(&path), F_OK) == 0) {
		if (wallet_look(buf_text(&path), &info, &err) == 0)
			output_printf(c->notes,
			    "aosh: there is also the wallet %s, in " WALLET_OF_AOS
			    "; 'aosh --wallet " WALLET_OF_AOS
			    "' uses it, 'aosh wallet import " WALLET_OF_AOS
			    " NAME' copies it\n",
			    info.address.text);
		else
			output_printf(c->notes,
			    "aosh: " WALLET_OF_AOS " cannot be used: %s\n",
			    err.text);
	}
	buf_release(&path);
}

/*
 * The wallet that was asked for must be there; our own is made on first use,
 * and in memory where nothing is to be left behind.
 */
static int
open_wallet(struct client *c, struct wallet_place *place, struct error *err)
{
	struct wallet_asker asker = client_asker(c);
	bool created = false;
	bool loose = false;
	int rc;

	if (c->ephemeral && !c->wallet_word) {
		c->wallet = keypair_new();
		return 0;
	}
	if (client_find_wallet(c, NULL, place, err) < 0)
		return -1;
	if (wallet_place_is_default(place))
		rc = wallet_load_or_create(place->path, &asker, &c->wallet,
		    &created, &loose, err);
	else
		rc = wallet_load(place->path, &asker, &c->wallet, &loose, err);
	if (rc == 0 && created) {
		output_printf(c->notes, "aosh: made a new wallet, %s, in %s\n",
		    keypair_address(c->wallet).text, place->path);
		offer_wallet_of_aos(c);
	}
	if (rc == 0 && loose)
		wallet_warn_loose(c->notes, place->path);
	return rc;
}

int
client_wallet(struct client *c, struct error *err)
{
	struct wallet_place place = { .path = NULL };

	if (c->wallet)
		return 0;
	if (open_wallet(c, &place, err) < 0) {
		wallet_place_release(&place);
		return -1;
	}
	/* nothing else in a run asks for it */
	password_release(&c->password);
	c->wallet_place = place;
	c->address = keypair_address(c->wallet);
	c->known = true;
	return 0;
}

int
client_identity(struct client *c, struct error *err)
{
	struct wallet_place place = { .path = NULL };
	struct wallet_info info;
	int rc = 0;

	if (c->known)
		return 0;
	if (c->ephemeral && !c->wallet_word)
		return client_wallet(c, err);
	if (client_find_wallet(c, NULL, &place, err) < 0)
		return -1;
	if (wallet_is_sealed(place.path)) {
		rc = wallet_look(place.path, &info, err);
		if (rc == 0) {
			c->address = info.address;
			c->known = true;
		}
	} else {
		rc = client_wallet(c, err);
	}
	wallet_place_release(&place);
	return rc;
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
	int rc;

	if (id_decode(name, &id, &ignored) == 0) {
		if (find_id(c, &id, err) < 0)
			return -1;
		*out = id;
		return 0;
	}
	if (name_check(name, err) < 0 || client_identity(c, err) < 0)
		return -1;
	rc = c->node->ops->find(c->node, name, &c->address, out, err);
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
	struct message_draft whole = *draft;
	uint8_t anchor[ANCHOR_BYTES];
	struct buf item = BUF_INIT;
	int rc;

	/* the same text twice must be two messages */
	randombytes_buf(anchor, sizeof(anchor));
	whole.anchor = span_of(anchor, sizeof(anchor));
	rc = message_sign(&whole, c->wallet, &item, err);
	if (rc == 0)
		rc = c->node->ops->send(c->node, buf_span(&item), out, err);
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

/*
 * Authority is the node's address, since a process only trusts pushed messages
 * of those whom it names; Scheduler for the same node's assignments.
 */
int
client_spawn(struct client *c, const struct spawn_request *r,
    struct receipt *out, struct error *err)
{
	struct tag *tags = xcalloc(r->tag_count + OWN_TAGS, sizeof(*tags));
	struct id_text module =
	    id_encode(r->module ? r->module : &c->info.module);
	struct message_draft draft = { .data = r->data, .tags = tags };
	struct limit_texts texts;
	size_t n = 0;
	int rc = client_wallet(c, err);

	tags[n++] = text_tag("App-Name", "aosh");
	tags[n++] = (struct tag){ span_text("Name"), r->name };
	for (size_t i = 0; i < r->tag_count; i++)
		tags[n++] = r->tags[i];
	tags[n++] = text_tag("Data-Protocol", "ao");
	tags[n++] = text_tag("Variant", "ao.TN.1");
	tags[n++] = text_tag("Type", "Process");
	tags[n++] = text_tag("Module", module.text);
	tags[n++] = text_tag("Scheduler", c->info.address.text);
	tags[n++] = text_tag("Authority", c->info.address.text);
	n += add_limits(c, r, &texts, tags + n);
	draft.tag_count = n;
	if (rc == 0)
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

/*
 * Takes the same road as client_send() up to the signature, which nobody would
 * look at.
 */
int
client_dry_run(struct client *c, const struct id *to, const struct request *r,
    struct result *out, struct error *err)
{
	struct message_draft draft = { .target = to, .data = r->data };
	struct tag *tags;
	int rc;

	if (client_identity(c, err) < 0)
		return -1;
	tags = request_tags(r, &draft.tag_count);
	draft.tags = tags;
	rc = c->node->ops->dry_run(c->node, &draft, &c->address,
	    signals_cancel_fd(), out, err);
	free(tags);
	return rc;
}

/* --- waiting --- */

/* The new watch only when the old one is off: both are the same eventfd. */
int
client_watch(struct client *c, const struct id *process, struct error *err)
{
	if (c->watching && id_equal(&c->watched, process))
		return 0;
	if (c->watching)
		c->node->ops->unwatch(c->node, &c->watched, c->wake_fd);
	c->watching = false;
	if (c->node->ops->watch(c->node, process, c->wake_fd, err) < 0)
		return -1;
	c->watching = true;
	c->watched = *process;
	return 0;
}

/* What take_result() looks for, and where it goes. */
struct taken {
	struct position at;
	bool done;
	bool stopped; /* there will be none, for now */
	struct result *out;
};

/* The first entry is the one itself; no other is looked at. */
static bool
take_result(void *arg, const struct log_entry *entry)
{
	struct taken *t = arg;

	if (position_compare(log_entry_at(entry), t->at) != 0)
		return false;
	t->stopped = entry->stopped;
	if (entry->evaluated) {
		t->out->verdict = entry->verdict;
		buf_clear(&t->out->json);
		buf_add_span(&t->out->json, entry->result_json);
		t->done = true;
	}
	return false;
}

/* What is waited for; `receipt` has no message when it is a tick. */
struct waiting {
	struct receipt receipt;
	struct position at;
};

/* True when the entry is the one that runs now. */
static bool
is_running(struct client *c, const struct waiting *w)
{
	struct process_info info;
	struct error ignored;

	if (c->node->ops->process(c->node, &w->receipt.process, &info,
		&ignored) < 0)
		return false;
	/* nothing lies between what is told and a slot that has no ticks
	 * before it */
	if (w->at.tick == 0)
		return info.evaluated == w->at.slot;
	return position_compare(info.told, w->at) == 0;
}

/* Giving up a wait takes nothing back: name the message, for `result`. */
static int
fail_waiting(const struct waiting *w, enum error_code code, const char *why,
    struct error *err)
{
	if (w->at.tick)
		return FAIL(err, code, "%s; tick %s may still run", why,
		    position_text(w->at).text);
	return FAIL(err, code,
	    "%s; message %s (slot %" PRIu64 ") may still run", why,
	    id_encode(&w->receipt.message).text, w->at.slot);
}

/* The same of one that waits in a stopped process. */
static int
fail_stopped(const struct waiting *w, struct error *err)
{
	struct id_text process = id_encode(&w->receipt.process);

	if (w->at.tick)
		return FAIL(err, ERR_EVAL,
		    "process %s is stopped; tick %s waits until it is started",
		    process.text, position_text(w->at).text);
	return FAIL(err, ERR_EVAL,
	    "process %s is stopped; slot %" PRIu64
	    " waits in its log until it is started",
	    process.text, w->at.slot);
}

static uint64_t
deadline_in(uint64_t ms)
{
	return clock_now_ns() + ms * NS_PER_MS;
}

/* On a terminal: how far a process is that is replayed before it answers. */
static void
show_waking(struct client *c, const struct waiting *w, struct progress *p)
{
	struct process_info info;
	struct error ignored;

	if (!p->to ||
	    c->node->ops->process(c->node, &w->receipt.process, &info,
		&ignored) < 0 ||
	    !info.waking)
		return;
	p->total = info.evaluated;
	progress_draw(p, info.waking);
}

/* Until news, a key or the deadline; 0: news, or nothing yet. */
static int
wait_for_news(struct client *c, const struct waiting *w, struct progress *p,
    uint64_t *deadline, bool *interrupted, struct error *err)
{
	struct pollfd fds[2] = { { .fd = c->wake_fd, .events = POLLIN },
		{ .fd = signals_cancel_fd(), .events = POLLIN } };
	uint64_t now = clock_now_ns();
	uint64_t count;
	int timeout = -1;
	int rc;

	if (*deadline && now >= *deadline)
		return *interrupted
		    ? fail_waiting(w, ERR_INTERRUPTED, "interrupted", err)
		    : fail_waiting(w, ERR_TIMEOUT, "no result in time", err);
	if (*deadline)
		timeout = (int)((*deadline - now) / NS_PER_MS) + 1;
	if (p->to && (timeout < 0 || timeout > LOOK_MS))
		timeout = LOOK_MS;
	rc = poll(fds, 2, timeout);
	if (rc < 0 && errno != EINTR)
		return FAIL_ERRNO(err, ERR_SYSTEM, "cannot wait");
	if (rc == 0)
		show_waking(c, w, p);
	if (read(c->wake_fd, &count, sizeof(count)) < 0 && errno != EAGAIN)
		return FAIL_ERRNO(err, ERR_SYSTEM, "cannot wait");
	if (!signals_take_cancel())
		return 0;
	if (*interrupted || !is_running(c, w))
		return fail_waiting(w, ERR_INTERRUPTED, "interrupted", err);
	c->node->ops->interrupt(c->node, &w->receipt.process);
	*interrupted = true;
	*deadline = deadline_in(GRACE_MS);
	return 0;
}

/*
 * Look first: the result may be there already. `out` is filled in at the end
 * alone, so a failed wait leaves it untouched.
 */
static int
await(struct client *c, const struct waiting *w, struct outcome *out,
    struct error *err)
{
	struct result result = RESULT_INIT;
	struct taken t = { .at = w->at, .out = &result };
	uint64_t start = clock_now_ns();
	uint64_t deadline = c->timeout_ms ? deadline_in(c->timeout_ms) : 0;
	bool interrupted = false;
	struct progress progress;
	int rc;

	progress_init(&progress, c->notes, "slots replayed", 0);
	do {
		rc = c->node->ops->log(c->node, &w->receipt.process, w->at,
		    take_result, &t, err);
		if (rc == 0 && t.stopped)
			rc = fail_stopped(w, err);
		if (rc == 0 && !t.done)
			rc = wait_for_news(c, w, &progress, &deadline,
			    &interrupted, err);
	} while (rc == 0 && !t.done);
	progress_end(&progress);
	if (rc < 0) {
		result_release(&result);
		return -1;
	}
	out->receipt = w->receipt;
	out->tick = w->at.tick;
	out->result = result;
	out->ms = (clock_now_ns() - start) / NS_PER_MS;
	return 0;
}

int
client_await(struct client *c, const struct receipt *r, struct outcome *out,
    struct error *err)
{
	const struct waiting w = { *r, position_of_slot(r->slot) };

	return await(c, &w, out, err);
}

int
client_await_entry(struct client *c, const struct id *process,
    struct position at, struct outcome *out, struct error *err)
{
	const struct waiting w = {
		{ .process = *process, .slot = at.slot },
		at,
	};

	return await(c, &w, out, err);
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
