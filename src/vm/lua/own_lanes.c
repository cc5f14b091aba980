/* A handful: whoever waits looks at `stop` now and then. */
#include "vm/lua/own_lanes.h"

#include "base/clock.h"
#include "base/thread.h"
#include "vm/lua/window.h"

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t given;
/* The first pair is for what is built in. */
static bool taken[WINDOW_OWN_PAIRS];

static void
init(void)
{
	cond_init(&given);
}

/* With the lock held. -1: none is free. */
static int
find_free(bool built_in)
{
	int from = built_in ? 0 : 1;
	int end = built_in ? 1 : WINDOW_OWN_PAIRS;

	for (int i = from; i < end; i++)
		if (!taken[i])
			return i;
	return -1;
}

int
own_lanes_take(bool built_in, const atomic_bool *stop)
{
	int pair;

	pthread_once(&once, init);
	lock(&mutex);
	while ((pair = find_free(built_in)) < 0 && !(stop && atomic_load(stop)))
		cond_wait(&given, &mutex, clock_now_ns() + OWN_LANES_LOOK_NS);
	if (pair >= 0)
		taken[pair] = true;
	unlock(&mutex);
	return pair < 0 ? -1 : WINDOW_FIRST_OWN + 2 * pair;
}

void
own_lanes_give(int lane)
{
	lock(&mutex);
	taken[(lane - WINDOW_FIRST_OWN) / 2] = false;
	pthread_cond_broadcast(&given);
	unlock(&mutex);
}
