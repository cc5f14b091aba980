#include "pane/census.h"

#include <stdlib.h>
#include <sys/eventfd.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/thread.h"

#define PATIENCE_NS UINT64_C(20000000)

#define AGAIN_NS UINT64_C(1000000000) /* after one that failed */

enum {
	REST = 20 /* times as long as a walk took until the next one */
};

struct census {
	struct node *node;
	int wake_fd;
	size_t most;
	pthread_t thread;
	struct census_list shown; /* of who draws */

	pthread_mutex_t lock; /* all of this paragraph */
	pthread_cond_t moved;
	bool asked, ending;
	uint64_t next_ns;         /* not asked before */
	struct census_list fresh; /* round 0: taken, or none yet */
	uint64_t rounds;
};

/* A walk, of the thread alone. */
struct walk {
	struct census_list list;
	size_t room, most;
};

static bool
take(void *arg, const struct process_info *info)
{
	struct walk *w = arg;
	struct census_list *l = &w->list;

	if (l->count == w->most) {
		l->cut = true;
		return false;
	}
	if (l->count == w->room) {
		w->room = w->room ? w->room * 2 : 64;
		l->all = xrealloc(l->all, w->room * sizeof(*l->all));
	}
	l->all[l->count++] = *info;
	return true;
}

/* With the lock open. */
static bool
walk(struct census *c, struct census_list *out)
{
	struct walk w = { .most = c->most };
	struct error ignored;

	if (c->node->ops->list(c->node, take, &w, &ignored) < 0) {
		free(w.list.all);
		return false;
	}
	*out = w.list;
	return true;
}

static void *
census_main(void *arg)
{
	struct census *c = arg;

	lock(&c->lock);
	while (!c->ending) {
		struct census_list list = { .round = 0 };
		uint64_t start = clock_now_ns();
		bool came;

		if (!c->asked) {
			cond_wait(&c->moved, &c->lock, 0);
			continue;
		}
		unlock(&c->lock);
		came = walk(c, &list);
		lock(&c->lock);
		if (came) {
			free(c->fresh.all);
			c->fresh = list;
			c->fresh.round = ++c->rounds;
			(void)eventfd_write(c->wake_fd, 1);
		}
		c->next_ns = start + (clock_now_ns() - start) * REST;
		if (!came)
			c->next_ns += AGAIN_NS;
		c->asked = false;
		pthread_cond_broadcast(&c->moved);
	}
	unlock(&c->lock);
	return NULL;
}

int
census_new(struct node *node, int wake_fd, size_t most, struct census **out,
    struct error *err)
{
	struct census *c = xcalloc(1, sizeof(*c));

	c->node = node;
	c->wake_fd = wake_fd;
	c->most = most;
	pthread_mutex_init(&c->lock, NULL);
	cond_init(&c->moved);
	if (thread_start(&c->thread, "census", census_main, c, err) < 0) {
		free(c);
		return -1;
	}
	*out = c;
	return 0;
}

void
census_free(struct census *c)
{
	if (!c)
		return;
	lock(&c->lock);
	c->ending = true;
	pthread_cond_broadcast(&c->moved);
	unlock(&c->lock);
	thread_join(c->thread);
	pthread_cond_destroy(&c->moved);
	pthread_mutex_destroy(&c->lock);
	free(c->fresh.all);
	free(c->shown.all);
	free(c);
}

void
census_ask(struct census *c)
{
	uint64_t now = clock_now_ns();

	lock(&c->lock);
	if (!c->asked && now >= c->next_ns) {
		c->asked = true;
		pthread_cond_broadcast(&c->moved);
		while (c->asked && clock_now_ns() < now + PATIENCE_NS)
			cond_wait(&c->moved, &c->lock, now + PATIENCE_NS);
	}
	unlock(&c->lock);
}

const struct census_list *
census_latest(struct census *c)
{
	lock(&c->lock);
	if (c->fresh.round) {
		free(c->shown.all);
		c->shown = c->fresh;
		c->fresh = (struct census_list){ .round = 0 };
	}
	unlock(&c->lock);
	return &c->shown;
}
