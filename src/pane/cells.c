#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#include "pane/view.h"

enum {
	TIME_COLUMNS = 8,
	MS_PER_S = 1000,
	MINUTE = 60,
	HOUR = 60 * MINUTE,
	DAY = 24 * HOUR
};

/* "42s", "5m03s", "2h10m", "3d4h" */
static void
age(char *out, size_t room, uint64_t ms)
{
	uint64_t s = ms / MS_PER_S;

	if (s < MINUTE)
		snprintf(out, room, "%" PRIu64 "s", s);
	else if (s < HOUR)
		snprintf(out, room, "%" PRIu64 "m%02" PRIu64 "s", s / MINUTE,
		    s % MINUTE);
	else if (s < DAY)
		snprintf(out, room, "%" PRIu64 "h%02" PRIu64 "m", s / HOUR,
		    s % HOUR / MINUTE);
	else
		snprintf(out, room, "%" PRIu64 "d%" PRIu64 "h", s / DAY,
		    s % DAY / HOUR);
}

void
cell_time(struct line *out, const struct scene *s, uint64_t ms, uint64_t height)
{
	time_t seconds = (time_t)(ms / MS_PER_S);
	char text[32] = "-";
	struct tm tm;

	if (s->times == TIME_HEIGHT)
		snprintf(text, sizeof(text), "%" PRIu64, height);
	else if (s->times == TIME_AGE)
		age(text, sizeof(text), s->now_ms > ms ? s->now_ms - ms : 0);
	else if (gmtime_r(&seconds, &tm))
		strftime(text, sizeof(text), "%H:%M:%S", &tm);
	line_printf(out, LOOK_DIM, "%*s ", TIME_COLUMNS, text);
}

void
cell_peer(struct line *out, const struct scene *s, size_t columns,
    struct span id)
{
	const char *name =
	    id.len && id.len <= MAP_KEY_MAX ? map_get(&s->names, id) : NULL;
	struct buf text = BUF_INIT;

	if (name)
		buf_add_text(&text, name);
	else
		event_short_id(id, &text);
	line_add(out, name ? LOOK_TITLE : LOOK_ID, columns, buf_span(&text));
	buf_release(&text);
}

void
cell_bytes(struct line *out, uint64_t bytes)
{
	static const char *const units[] = { "B", "KiB", "MiB", "GiB", "TiB" };
	size_t i = 0;

	while (bytes >= 10240 && i + 1 < sizeof(units) / sizeof(*units)) {
		bytes /= 1024;
		i++;
	}
	line_printf(out, LOOK_PLAIN, "%5" PRIu64 " %-3s ", bytes, units[i]);
}
