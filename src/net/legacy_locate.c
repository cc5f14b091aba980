/*
 * Who a process is and where its scheduler is. Both are asked for once: a spawn
 * message never changes, and the address of a scheduler holds for the time that
 * its record says.
 */
#include <stdlib.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "net/legacy_graphql.h"
#include "net/legacy_spawns.h"
#include "net/legacy_units.h"

enum {
	NS_PER_MS = 1000 * 1000,
	/* a record may say anything: a day is long enough */
	LOCATION_MAX_MS = 24 * 60 * 60 * 1000
};

struct legacy_process *
legacy_process_get(struct legacy *l, const struct id *id)
{
	struct legacy_process *p;

	lock(&l->lock);
	p = map_get(&l->processes, id_span(id));
	if (!p) {
		p = xcalloc(1, sizeof(*p));
		p->id = *id;
		map_put(&l->processes, id_span(id), p);
	}
	unlock(&l->lock);
	return p;
}

int
legacy_learn(struct legacy *l, struct legacy_process *p, struct message *spawn,
    struct error *err)
{
	struct error ignored;
	int rc = 0;

	lock(&l->lock);
	if (!p->known) {
		rc = process_init(&p->process, spawn, err);
		/* schedules that are none are the network's to complain of */
		if (rc == 0)
			(void)crons_parse(p->process.spawn->tags,
			    p->process.spawn->tag_count, &p->crons, &ignored);
		p->known = rc == 0;
	}
	unlock(&l->lock);
	return rc < 0 ? FAIL_IN(err, "%s is no process", id_encode(&p->id).text)
		      : 0;
}

/* --- schedulers --- */

static char *
known_location(struct legacy *l, const struct address *scheduler)
{
	struct legacy_location *at;
	char *url = NULL;

	lock(&l->lock);
	at = map_get(&l->locations, span_text(scheduler->text));
	if (at && clock_now_ns() < at->until_ns)
		url = xstrdup(at->url);
	unlock(&l->lock);
	return url;
}

static void
keep_location(struct legacy *l, const struct address *scheduler,
    const char *url, uint64_t ms)
{
	struct legacy_location *at = xmalloc(sizeof(*at));
	struct legacy_location *old;

	if (ms > LOCATION_MAX_MS)
		ms = LOCATION_MAX_MS;
	*at = (struct legacy_location){ xstrdup(url),
		clock_now_ns() + ms * NS_PER_MS };
	lock(&l->lock);
	old = map_put(&l->locations, span_text(scheduler->text), at);
	unlock(&l->lock);
	if (old)
		free(old->url);
	free(old);
}

static int
locate_address(const struct legacy_call *c, struct span address, char **out,
    struct error *err)
{
	struct address scheduler = { "" };
	uint64_t ms;

	if (c->l->su_url) {
		*out = xstrdup(c->l->su_url);
		return 0;
	}
	if (address.len == 0 || address.len > ADDRESS_CHARS)
		return FAIL(err, ERR_NOT_FOUND,
		    "the process names no scheduler; --su-url says where it "
		    "is");
	memcpy(scheduler.text, address.p, address.len);
	*out = known_location(c->l, &scheduler);
	if (*out)
		return 0;
	if (gateway_scheduler(c, &scheduler, out, &ms, err) < 0)
		return -1;
	keep_location(c->l, &scheduler, *out, ms);
	return 0;
}

int
legacy_locate(const struct legacy_call *c, const struct legacy_process *p,
    char **out, struct error *err)
{
	return locate_address(c,
	    message_tag_or_empty(p->process.spawn, "Scheduler"), out, err);
}

/* --- processes --- */

/* The scheduler of a process that we spawned, out of the file of those. */
struct noted {
	const struct id *id;
	struct address scheduler;
};

static bool
take_noted(void *arg, const struct legacy_spawn *s)
{
	struct noted *n = arg;

	if (!id_equal(&s->id, n->id) || s->scheduler.len > ADDRESS_CHARS)
		return true;
	memcpy(n->scheduler.text, s->scheduler.p, s->scheduler.len);
	return false;
}

static int
ask_scheduler(const struct legacy_call *c, const struct id *id,
    struct span address, struct message **out, struct error *err)
{
	char *url;
	int rc;

	if (locate_address(c, address, &url, err) < 0)
		return -1;
	rc = su_process(c, url, id, out, err);
	free(url);
	return rc;
}

/*
 * A gateway knows every process, after a while; a scheduler its own, at once.
 * Only who is known to have it is asked first.
 */
static int
ask_for_spawn(const struct legacy_call *c, const struct id *id,
    struct message **out, struct error *err)
{
	struct noted n = { id, { "" } };
	struct error why;

	if (c->l->spawns_path)
		legacy_spawns_each(c->l->spawns_path, c->l->network, take_noted,
		    &n);
	if ((c->l->su_url || n.scheduler.text[0]) &&
	    ask_scheduler(c, id, span_text(n.scheduler.text), out, err) == 0)
		return 0;
	if ((c->l->su_url || n.scheduler.text[0]) && err->code != ERR_NOT_FOUND)
		return -1;
	why = *err;
	if (gateway_process(c, id, out, err) == 0)
		return 0;
	/* a scheduler that we were told of knows better than no gateway */
	if (c->l->su_url && err->code == ERR_GONE)
		*err = why;
	return -1;
}

int
legacy_know(const struct legacy_call *c, const struct id *id,
    struct legacy_process **out, struct error *err)
{
	struct legacy_process *p = legacy_process_get(c->l, id);
	struct message *spawn;
	bool known;
	int rc;

	*out = p;
	lock(&c->l->lock);
	known = p->known;
	unlock(&c->l->lock);
	if (known)
		return 0;
	if (ask_for_spawn(c, id, &spawn, err) < 0)
		return -1;
	/* a unit may tell of another one than it was asked for */
	rc = id_equal(&spawn->id, id)
	    ? legacy_learn(c->l, p, spawn, err)
	    : FAIL(err, ERR_GONE, "a unit tells of another process than %s",
		  id_encode(id).text);
	message_unref(spawn);
	return rc;
}
