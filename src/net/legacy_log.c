/*
 * A round is made by one thread, without the lock while it waits for a unit and
 * with it while entries change; so readers never wait for the network.
 *
 * Asking for a result makes the compute unit evaluate up to there. One that
 * waits is asked for before the list is read, and its answer used behind that:
 * the list then has what was evaluated on the way, and the ticks before it.
 */
#include "net/legacy_log.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "net/legacy_units.h"

enum {
	NS_PER_MS = 1000 * 1000,
	SLOTS_PAGE = 100,
	RESULTS_PAGE = 1000,
	SHRINK = 10, /* a page that is too large is asked for so much smaller */
	/* of many that wait, how far ahead the one that is asked for stands */
	AHEAD = 8,
	/* for one that was left out of a list: it has been evaluated */
	OMITTED_MS = 60 * 1000,
	/* so many that wait are enough: the scheduler is not asked for more */
	WAITING_MAX = 2000,
	/* between two slots there may be many ticks, but not without end */
	ENTRIES_MAX = 1000 * 1000
};

void
legacy_log_init(struct legacy_log *log, const struct legacy_process *p,
    uint64_t from)
{
	*log = (struct legacy_log){ .process = p,
		.slots_page = SLOTS_PAGE,
		.results_page = RESULTS_PAGE,
		.next = from };
	pthread_mutex_init(&log->lock, NULL);
}

static void
entry_release(struct legacy_entry *e)
{
	message_unref(e->message);
	buf_release(&e->assignment_item);
	free(e->facts);
	result_release(&e->result);
}

void
legacy_log_release(struct legacy_log *log)
{
	for (size_t i = 0; i < log->count; i++)
		entry_release(&log->entries[i]);
	free(log->entries);
	pthread_mutex_destroy(&log->lock);
}

void
legacy_log_drop(struct legacy_log *log, size_t n)
{
	if (n == 0)
		return;
	lock(&log->lock);
	for (size_t i = 0; i < n; i++)
		entry_release(&log->entries[i]);
	log->count -= n;
	memmove(log->entries, log->entries + n,
	    log->count * sizeof(*log->entries));
	unlock(&log->lock);
}

size_t
legacy_log_find(const struct legacy_log *log, struct position at)
{
	size_t low = 0;
	size_t high = log->count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (position_before(log->entries[mid].at, at))
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

bool
legacy_log_waits(struct legacy_log *log)
{
	bool waits = false;

	lock(&log->lock);
	for (size_t i = 0; i < log->count && !waits; i++)
		waits = !log->entries[i].evaluated;
	unlock(&log->lock);
	return waits;
}

bool
legacy_entry_tell(const struct legacy_entry *e, node_log_fn fn, void *arg)
{
	const char *interval = strchr(e->name, '-');
	const struct log_entry entry = {
		.slot = e->at.slot,
		.tick = e->at.tick,
		.schedule = e->schedule,
		.interval = span_text(interval ? interval + 1 : e->name),
		.timestamp_ms = e->timestamp_ms,
		.height = e->height,
		.assignment = e->assignment,
		.assignment_item = buf_span(&e->assignment_item),
		.facts = e->facts,
		.exclude = e->exclude,
		.message = e->message,
		.evaluated = e->evaluated,
		.unchained = true,
		.verdict = e->result.verdict,
		.result_json = buf_span(&e->result.json),
	};

	return fn(arg, &entry);
}

/* --- slots --- */

/* Room for one more at index i; the lock is held. */
static struct legacy_entry *
insert(struct legacy_log *log, size_t i)
{
	if (log->count == log->room) {
		log->room = log->room ? log->room * 2 : SLOTS_PAGE;
		log->entries =
		    xrealloc(log->entries, log->room * sizeof(*log->entries));
	}
	memmove(log->entries + i + 1, log->entries + i,
	    (log->count - i) * sizeof(*log->entries));
	log->count++;
	log->changes++;
	log->entries[i] = (struct legacy_entry){ .result = RESULT_INIT };
	return &log->entries[i];
}

/* Those that are new, in order; what we have had is passed over. */
static int
take_slots(struct legacy_log *log, struct legacy_page *page, struct error *err)
{
	int rc = 0;

	lock(&log->lock);
	for (size_t i = 0; i < page->count && rc == 0; i++) {
		struct legacy_slot *s = &page->slots[i];
		struct legacy_entry *e;

		if (s->nonce < log->next)
			continue;
		if (s->nonce > log->next) {
			rc = FAIL(err, ERR_GONE,
			    "the scheduler's list has slot %" PRIu64
			    " where %" PRIu64 " should be",
			    s->nonce, log->next);
			continue;
		}
		e = insert(log, log->count);
		e->at = position_of_slot(s->nonce);
		e->timestamp_ms = s->timestamp_ms;
		e->height = s->height;
		e->assignment = s->assignment;
		e->exclude = s->exclude;
		if (s->nonce == 0) {
			e->facts = xmalloc(sizeof(*e->facts));
			*e->facts = s->facts;
		}
		e->assignment_item = s->assignment_item;
		s->assignment_item = (struct buf)BUF_INIT;
		e->message = message_ref(s->message);
		log->next++;
	}
	unlock(&log->lock);
	return rc;
}

/* A page that is too large is asked for in smaller pieces, down to one. */
static bool
shrink(unsigned *page, const struct error *err)
{
	if (err->code != ERR_LIMIT || *page == 1)
		return false;
	*page = *page / SHRINK > 0 ? *page / SHRINK : 1;
	return true;
}

static int
read_slots(const struct legacy_call *c, struct legacy_log *log,
    struct error *err)
{
	struct legacy_page page;
	uint64_t before;
	char *url;
	int rc;

	if (legacy_locate(c, log->process, &url, err) < 0)
		return -1;
	do {
		const struct legacy_range range = { log->next,
			log->slots_page };

		rc = su_page(c, url, &log->process->id, range, &page, err);
	} while (rc < 0 && shrink(&log->slots_page, err));
	free(url);
	if (rc < 0)
		return -1;
	before = log->next;
	rc = take_slots(log, &page, err);
	log->listed = rc == 0;
	/* a unit that gives the same page again has no more */
	log->more = page.more && log->next > before;
	legacy_page_release(&page);
	return rc;
}

/* --- results --- */

/* The lock is held. */
static void
set_result(struct legacy_log *log, struct legacy_entry *e, struct result *r)
{
	e->result = *r;
	e->evaluated = true;
	*r = (struct result)RESULT_INIT;
	log->changes++;
}

/* Which of the process's schedules a unit calls so; false: none. */
static bool
find_schedule(const struct crons *crons, const char *name, uint32_t *out)
{
	struct buf text = BUF_INIT;
	bool found = false;

	for (uint32_t i = 0; i < crons->count && !found; i++) {
		buf_clear(&text);
		cron_name(crons, i, &text);
		found = span_is(buf_span(&text), name);
		*out = i;
	}
	buf_release(&text);
	return found;
}

static struct message *
tick_message(const struct legacy_process *p, bool found, uint32_t schedule)
{
	const struct message_draft draft = { .target = &p->id };
	struct address owner = { "" };

	if (found)
		return cron_message(&p->process, &p->crons.list[schedule]);
	snprintf(owner.text, sizeof(owner.text), "%.*s",
	    SPAN_ARG(p->process.owner));
	return message_from_draft(&draft, &owner);
}

/* Whether it is one of the ticks before entry `behind`; the lock is held. */
static bool
has_tick(const struct legacy_log *log, size_t behind,
    const struct legacy_edge *edge)
{
	for (size_t i = behind; i > 0; i--) {
		const struct legacy_entry *e = &log->entries[i - 1];

		if (!e->at.tick || e->timestamp_ms < edge->at.timestamp_ms)
			return false;
		if (e->timestamp_ms == edge->at.timestamp_ms &&
		    strcmp(e->name, edge->at.schedule) == 0)
			return true;
	}
	return false;
}

/* Behind the slot and the ticks that are there; the lock is held. */
static void
take_tick(struct legacy_log *log, size_t behind, struct legacy_edge *edge)
{
	const struct legacy_process *p = log->process;
	struct position last = log->entries[behind - 1].at;
	struct legacy_entry *e;
	bool found;

	if (has_tick(log, behind, edge))
		return;
	e = insert(log, behind);
	found = find_schedule(&p->crons, edge->at.schedule, &e->schedule);
	e->at = position_behind(last);
	e->timestamp_ms = edge->at.timestamp_ms;
	e->message = tick_message(p, found, e->schedule);
	memcpy(e->name, edge->at.schedule, sizeof(e->name));
	set_result(log, e, &edge->result);
}

/* False: it is of a slot that is not known yet, and is read again then. */
static bool
take_edge(struct legacy_log *log, struct legacy_edge *edge)
{
	uint64_t slot = edge->at.ordinate;
	bool known;
	size_t i;

	lock(&log->lock);
	known = slot < log->next;
	i = legacy_log_find(log, position_of_slot(slot));
	if (known && i < log->count && log->entries[i].at.slot == slot) {
		if (edge->at.tick)
			take_tick(log,
			    legacy_log_find(log, position_of_slot(slot + 1)),
			    edge);
		else if (!log->entries[i].evaluated)
			set_result(log, &log->entries[i], &edge->result);
	}
	unlock(&log->lock);
	if (known)
		memcpy(log->cursor, edge->cursor, sizeof(log->cursor));
	return known;
}

/*
 * In the middle of a log there is no cursor yet: a time does, which includes
 * its own millisecond. Earlier slots are passed over.
 */
static void
begin_results(struct legacy_log *log)
{
	lock(&log->lock);
	if (!log->cursor[0] && log->count > 0 && log->entries[0].at.slot > 0)
		snprintf(log->cursor, sizeof(log->cursor), "%" PRIu64,
		    log->entries[0].timestamp_ms);
	unlock(&log->lock);
}

static int
results_page(const struct legacy_call *c, struct legacy_log *log,
    struct legacy_results *out, struct error *err)
{
	int rc;

	do {
		rc = cu_results(c, &log->process->id, log->cursor,
		    log->results_page, out, err);
	} while (rc < 0 && shrink(&log->results_page, err));
	return rc;
}

/*
 * All of a page. False: it goes on with what we have no slots for, or with what
 * we have had: `reached` is the last slot that it told of, and one more.
 */
static bool
take_results(struct legacy_log *log, struct legacy_results *page,
    uint64_t *reached)
{
	uint64_t changes = log->changes;
	bool forward = false;

	for (size_t i = 0; i < page->count; i++) {
		if (!take_edge(log, &page->edges[i]))
			return false;
		if (page->edges[i].at.ordinate >= *reached) {
			*reached = page->edges[i].at.ordinate + 1;
			forward = true;
		}
	}
	return forward || log->changes != changes;
}

/* To the end of the list, or to what we have no slots for. */
static int
read_results(const struct legacy_call *c, struct legacy_log *log,
    struct error *err)
{
	uint64_t reached = 0;
	bool go_on = true;

	begin_results(log);
	while (go_on) {
		struct legacy_results page;

		if (results_page(c, log, &page, err) < 0)
			return -1;
		go_on = take_results(log, &page, &reached) && page.more;
		legacy_results_release(&page);
		if (log->count > ENTRIES_MAX)
			return FAIL(err, ERR_LIMIT,
			    "the compute unit's list of results does not end");
	}
	return 0;
}

/* The n-th entry, from 1, that waits; false: there are fewer. */
static bool
nth_waiting(struct legacy_log *log, size_t n, struct id *message,
    uint64_t *slot)
{
	bool found = false;

	lock(&log->lock);
	for (size_t i = 0; i < log->count && !found; i++) {
		if (log->entries[i].evaluated || --n > 0)
			continue;
		*message = log->entries[i].message->id;
		*slot = log->entries[i].at.slot;
		found = true;
	}
	unlock(&log->lock);
	return found;
}

static size_t
count_waiting(struct legacy_log *log)
{
	size_t n = 0;

	lock(&log->lock);
	for (size_t i = 0; i < log->count; i++)
		n += !log->entries[i].evaluated;
	unlock(&log->lock);
	return n;
}

static void
give_result(struct legacy_log *log, uint64_t slot, struct result *r)
{
	size_t i;

	lock(&log->lock);
	i = legacy_log_find(log, position_of_slot(slot));
	if (i < log->count && log->entries[i].at.slot == slot &&
	    !log->entries[i].evaluated)
		set_result(log, &log->entries[i], r);
	unlock(&log->lock);
	result_release(r);
}

/* The last slot that has a result, and how many there are: 0: none. */
static uint64_t
evaluated_up_to(struct legacy_log *log)
{
	uint64_t end = 0;

	lock(&log->lock);
	for (size_t i = 0; i < log->count; i++)
		if (log->entries[i].evaluated)
			end = log->entries[i].at.slot + 1;
	unlock(&log->lock);
	return end;
}

/* What waits below slot `end` has been evaluated, and was left out. */
static int
read_omitted(const struct legacy_call *c, struct legacy_log *log, uint64_t end,
    struct error *err)
{
	struct id message;
	uint64_t slot;

	while (nth_waiting(log, 1, &message, &slot) && slot < end) {
		struct result r = RESULT_INIT;
		int rc = cu_result(c, &log->process->id, &message, OMITTED_MS,
		    &r, err);

		if (rc <= 0)
			return rc;
		give_result(log, slot, &r);
	}
	return 0;
}

static int
read_list(const struct legacy_call *c, struct legacy_log *log,
    struct error *err)
{
	if (read_results(c, log, err) < 0)
		return -1;
	return read_omitted(c, log, evaluated_up_to(log), err);
}

/* Ask for one that waits; what it gave is used when the list has been read. */
static int
read_waiting(const struct legacy_call *c, struct legacy_log *log,
    uint64_t wait_ms, struct error *err)
{
	size_t n = count_waiting(log);
	struct result r = RESULT_INIT;
	struct id message;
	uint64_t slot;
	int got;

	if (!nth_waiting(log, n < AHEAD ? n : AHEAD, &message, &slot))
		return 0;
	got = cu_result(c, &log->process->id, &message, wait_ms, &r, err);
	if (got < 0 || read_list(c, log, err) < 0 ||
	    (got > 0 && read_omitted(c, log, slot, err) < 0)) {
		result_release(&r);
		return -1;
	}
	if (got > 0)
		give_result(log, slot, &r);
	return 0;
}

/* The call with the time that the compute unit has. */
static struct legacy_call
patient(const struct legacy_call *c, struct legacy_patience p)
{
	uint64_t end = clock_now_ns() + p.all_ms * NS_PER_MS;
	struct legacy_call out = *c;

	if (p.all_ms > 0 && (!c->deadline_ns || end < c->deadline_ns))
		out.deadline_ns = end;
	return out;
}

int
legacy_log_round(const struct legacy_call *c, struct legacy_log *log,
    struct legacy_patience p, struct error *err)
{
	struct legacy_call cu;
	size_t n = count_waiting(log);

	log->more = false;
	log->listed = n >= WAITING_MAX;
	if (!log->listed && read_slots(c, log, err) < 0)
		return -1;
	n = count_waiting(log);
	cu = patient(c, p);
	if (n == 0 || n > AHEAD || p.wait_ms == 0) {
		if (read_list(&cu, log, err) < 0)
			return -1;
		n = count_waiting(log);
	}
	return n > 0 && p.wait_ms > 0 ? read_waiting(&cu, log, p.wait_ms, err)
				      : 0;
}
