/*
 * A week of messages: what a process lets go of is used again, so that its
 * state stays as large as what it holds.
 */
#include "machine.h"

enum {
	LANE = 11,
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
	MESSAGES = 20000,
#else
	MESSAGES = 200000, /* some twenty a minute */
#endif
	WARM = MESSAGES / 5,
	LOOK = 1000
};

/*
 * An inbox that is trimmed, texts of all lengths, a table that grows and
 * shrinks, tables of tables, coroutines that wait for a later message.
 */
static const char setup[] =
    "Inbox, Names, Waiting, Grid, seed = {}, {}, {}, {}, 7 "
    "function random(n) seed = (seed * 1103515245 + 12345) % 2147483648 "
    "return seed // 256 % n + 1 end "
    "function step(n) "
    "Inbox[#Inbox + 1] = { Id = n, Data = ('d'):rep(random(400)), "
    "Tags = { { name = 'Action', value = 'A' .. n % 100 } } } "
    "if #Inbox > 100 then local keep = {} "
    "for i = 1, 50 do keep[i] = Inbox[i + 51] end Inbox = keep end "
    "Names['n' .. random(400)] = ('v'):rep(random(40)) "
    "if n % 3 == 0 then Names['n' .. random(400)] = nil end "
    "if n % 50 == 0 then Blob = ('b'):rep(random(20000)) end "
    "if n % 7 == 0 then Grid[random(64)] = "
    "table.pack(('g'):rep(random(300)):byte(1, -1)) end "
    "local co = coroutine.create(function(a) local t = { a } "
    "t[2] = coroutine.yield() return t[1] + t[2] end) "
    "coroutine.resume(co, n) Waiting[#Waiting + 1] = co "
    "if #Waiting > 20 then for i = 1, random(20) do "
    "coroutine.resume(table.remove(Waiting, 1), n) end end "
    "return #Inbox end";

TEST(vm_week, the_state_holds_its_size)
{
	struct bench b;
	size_t warm = 0;
	size_t most = 0;

	bench_open(&b, LANE);
	bench_run(&b, setup);
	for (int i = 1; i <= MESSAGES; i++) {
		struct buf image;

		bench_run(&b, "return step(M.Nonce)");
		if (b.result.verdict != VERDICT_OK)
			fail_msg("%s", buf_text(&b.result.json));
		if (i % LOOK != 0)
			continue;
		image = bench_image(&b);
		if (i <= WARM && image.len > warm)
			warm = image.len;
		if (i > WARM && image.len > most)
			most = image.len;
		buf_release(&image);
	}
	print_message("image: %zu bytes warm, %zu later\n", warm, most);
	CHECK(most < warm + warm / 8);
	bench_close(&b);
}
