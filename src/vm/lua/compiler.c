/* The budget is the allocator's; the rest is Lua's. */
#include "vm/lua/compiler.h"

#include <stdlib.h>

#include "base/fault.h"

enum {
	/* the compiler may use so many bytes for each of the text, and some */
	BYTES_EACH = 256,
	BYTES_MORE = 1 << 20,
};

/* A lua_Alloc that refuses when the budget is used up. */
static void *
alloc(void *ud, void *p, size_t old_size, size_t new_size)
{
	struct compiler *c = ud;
	void *to;

	if (!p)
		old_size = 0;
	if (new_size == 0) {
		free(p);
		c->left += old_size;
		return NULL;
	}
	c->lacked = false;
	if (new_size > old_size && new_size - old_size > c->left)
		return NULL;
	to = fault(FAULT_COMPILER_HAS_NO_ROOM) ? NULL : realloc(p, new_size);
	c->lacked = !to;
	if (to)
		c->left = c->left + old_size - new_size;
	return to;
}

int
compiler_open(struct compiler *c, size_t len)
{
	c->left = len * BYTES_EACH + BYTES_MORE;
	c->lacked = false;
	c->lua = lua_newstate(alloc, c);
	return c->lua ? 0 : -1;
}

void
compiler_close(struct compiler *c)
{
	lua_close(c->lua);
}
