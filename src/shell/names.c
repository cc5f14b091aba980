/*
 * The walk runs inside the process, on a state that is dropped behind it. It
 * looks with next() and type() alone, so that no metatable is called, and stops
 * at a number of names. What comes back are words of the process: none is
 * offered but what may stand on a terminal.
 *
 * A near node is asked whenever the process has moved on; it says so for the
 * price of a look-up. A far one is asked again when some time has passed.
 */
#include "shell/names.h"

#include <ctype.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/thread.h"
#include "codec/utf8.h"
#include "ao/result_text.h"

#define NS_PER_MS UINT64_C(1000000)
#define PATIENCE_NS (150 * NS_PER_MS) /* of who presses Tab */
#define FRESH_NS (10000 * NS_PER_MS)  /* names of a far node are good so long */

enum {
	NAME_MAX_BYTES = 120
};

static const char walk[] =
    "local next, type, find = next, type, string.find\n"
    "local out, seen, left = {}, {}, 4000\n"
    "local function add(kind, name, what)\n"
    "  if type(name) ~= 'string' or #name > 120 or find(name, '[%c]') or\n"
    "      left <= 0 then return end\n"
    "  left = left - 1\n"
    "  out[#out + 1] = kind .. ' ' .. what .. ' ' .. name\n"
    "end\n"
    "local function walk(t, path, depth)\n"
    "  seen[t] = true\n"
    "  local k, v = next(t)\n"
    "  while k ~= nil and left > 0 do\n"
    "    if type(k) == 'string' and find(k, '^[%a_][%w_]*$') then\n"
    "      add('v', path .. k, type(v))\n"
    "      if type(v) == 'table' and depth < 4 and not seen[v] then\n"
    "        walk(v, path .. k .. '.', depth + 1)\n"
    "      end\n"
    "    end\n"
    "    k, v = next(t, k)\n"
    "  end\n"
    "end\n"
    "local known = {}\n"
    "local function action(a)\n"
    "  if type(a) == 'string' and not known[a] then\n"
    "    known[a] = true\n"
    "    add('a', a, '-')\n"
    "  end\n"
    "end\n"
    "local function list(t, fn)\n"
    "  if type(t) ~= 'table' then return end\n"
    "  for i = #t, 1, -1 do\n"
    "    if type(t[i]) == 'table' then fn(t[i]) end\n"
    "  end\n"
    "end\n"
    "list(Handlers and Handlers.list, function(h)\n"
    "  add('h', h.name, '-')\n"
    "  local p = h.pattern\n"
    "  action(type(p) == 'table' and p.Action or p)\n"
    "end)\n"
    "list(Inbox, function(m) action(m.Action) end)\n"
    "local k = package and package.loaded and next(package.loaded)\n"
    "while k ~= nil do\n"
    "  if not _G[k] or k == 'json' then add('m', k, '-') end\n"
    "  k = next(package.loaded, k)\n"
    "end\n"
    "seen[Inbox or out] = true\n"
    "walk(_G, '', 1)\n"
    "return table.concat(out, '\\n')\n";

struct names {
	struct node *node;
	bool slow;
	pthread_t thread;
	int cancel_fd; /* readable: it is over */
	pthread_mutex_t lock;
	pthread_cond_t moved;
	/* under the lock: */
	bool asked; /* the thread has something to do */
	bool ending;
	struct id process; /* whose names are wanted */
	struct address owner;
	struct id known;    /* whose names `text` are … */
	struct position at; /* … when it was there */
	uint64_t when_ns;
	struct buf text; /* a line for each */
};

/* --- what may be offered --- */

static bool
is_path(struct span name)
{
	for (size_t i = 0; i < name.len; i++)
		if (!isalnum(name.p[i]) && name.p[i] != '_' && name.p[i] != '.')
			return false;
	return true;
}

/* A word that completes a line must not do anything else to it. */
static bool
is_plain(struct span name)
{
	for (size_t at = 0; at < name.len;) {
		bool valid;
		size_t n = utf8_next(span_from(name, at), &valid);

		if (!valid ||
		    (n == 1 &&
			(name.p[at] < 0x20 || name.p[at] == 0x7f ||
			    strchr("\"'\\", name.p[at]))))
			return false;
		at += n;
	}
	return true;
}

bool
names_parse(struct span line, enum name_kind *kind, struct span *name,
    struct span *type)
{
	const uint8_t *blank;

	if (line.len < 4 || line.p[1] != ' ' || !strchr("vmha", line.p[0]))
		return false;
	*kind = (enum name_kind)line.p[0];
	line = span_from(line, 2);
	blank = memchr(line.p, ' ', line.len);
	if (!blank)
		return false;
	*type = span_first(line, (size_t)(blank - line.p));
	*name = span_from(line, type->len + 1);
	if (name->len == 0 || name->len > NAME_MAX_BYTES)
		return false;
	return *kind == NAME_VALUE ? is_path(*name) : is_plain(*name);
}

void
names_each(struct names *n, enum name_kind kind, names_fn fn, void *arg)
{
	struct span text;

	lock(&n->lock);
	text = buf_span(&n->text);
	while (text.len && id_equal(&n->known, &n->process)) {
		const uint8_t *end = memchr(text.p, '\n', text.len);
		size_t len = end ? (size_t)(end - text.p) : text.len;
		enum name_kind of;
		struct span name;
		struct span type;

		if (names_parse(span_first(text, len), &of, &name, &type) &&
		    of == kind)
			fn(arg, name, type);
		text = span_from(text, len + 1);
	}
	unlock(&n->lock);
}

/* --- the thread --- */

static int
ask(struct names *n, const struct id *process, const struct address *owner,
    struct buf *text, struct error *err)
{
	const struct tag tags[] = {
		{ span_text("Data-Protocol"), span_text("ao") },
		{ span_text("Type"), span_text("Message") },
		{ span_text("Variant"), span_text("ao.TN.1") },
		{ span_text("Action"), span_text("Eval") },
	};
	struct message_draft draft = { .target = process,
		.data = span_text(walk),
		.tags = tags,
		.tag_count = sizeof(tags) / sizeof(*tags) };
	struct result result;
	struct buf ignored = BUF_INIT;
	json_t *root;

	if (n->node->ops->dry_run(n->node, &draft, owner, n->cancel_fd, &result,
		err) < 0)
		return -1;
	root = result_parse(buf_span(&result.json));
	if (!error_text(root, &ignored))
		output_text(root, text);
	json_decref(root);
	buf_release(&ignored);
	result_release(&result);
	return 0;
}

/* Whether what is known is as good as what would come. */
static bool
is_fresh(struct names *n, const struct id *process, struct position at)
{
	bool fresh;

	lock(&n->lock);
	fresh = id_equal(&n->known, process) &&
	    (n->slow ? clock_now_ns() < n->when_ns + FRESH_NS
		     : position_compare(n->at, at) == 0);
	unlock(&n->lock);
	return fresh;
}

/* One look, with the lock open. */
static void
look(struct names *n, const struct id *process, const struct address *owner)
{
	struct process_info info = { .told = { 0, 0 } };
	struct buf text = BUF_INIT;
	struct error ignored;

	if (!n->slow &&
	    n->node->ops->process(n->node, process, &info, &ignored) < 0)
		return;
	if (is_fresh(n, process, info.told) ||
	    ask(n, process, owner, &text, &ignored) < 0) {
		buf_release(&text);
		return;
	}
	lock(&n->lock);
	buf_release(&n->text);
	n->text = text;
	n->known = *process;
	n->at = info.told;
	n->when_ns = clock_now_ns();
	unlock(&n->lock);
}

static void *
names_main(void *arg)
{
	struct names *n = arg;

	lock(&n->lock);
	while (!n->ending) {
		struct id process = n->process;
		struct address owner = n->owner;

		if (!n->asked) {
			cond_wait(&n->moved, &n->lock, 0);
			continue;
		}
		unlock(&n->lock);
		look(n, &process, &owner);
		lock(&n->lock);
		/* who asked for another in the meantime still waits */
		n->asked = !id_equal(&process, &n->process);
		pthread_cond_broadcast(&n->moved);
	}
	unlock(&n->lock);
	return NULL;
}

int
names_new(struct node *node, bool slow, struct names **out, struct error *err)
{
	struct names *n = xcalloc(1, sizeof(*n));

	n->node = node;
	n->slow = slow;
	pthread_mutex_init(&n->lock, NULL);
	cond_init(&n->moved);
	n->cancel_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (n->cancel_fd < 0) {
		error_set_errno(err, ERR_SYSTEM, "cannot make an eventfd");
	} else if (thread_start(&n->thread, "aosh-names", names_main, n, err) ==
	    0) {
		*out = n;
		return 0;
	} else {
		(void)close(n->cancel_fd);
	}
	free(n);
	return -1;
}

void
names_free(struct names *n)
{
	if (!n)
		return;
	lock(&n->lock);
	n->ending = true;
	pthread_cond_broadcast(&n->moved);
	unlock(&n->lock);
	(void)eventfd_write(n->cancel_fd, 1);
	thread_join(n->thread);
	(void)close(n->cancel_fd);
	buf_release(&n->text);
	free(n);
}

void
names_ask(struct names *n, const struct id *process,
    const struct address *owner)
{
	uint64_t deadline = clock_now_ns() + PATIENCE_NS;

	lock(&n->lock);
	n->process = *process;
	n->owner = *owner;
	n->asked = true;
	pthread_cond_broadcast(&n->moved);
	while (n->asked && clock_now_ns() < deadline)
		cond_wait(&n->moved, &n->lock, deadline);
	unlock(&n->lock);
}
