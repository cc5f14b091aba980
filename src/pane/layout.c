#include "pane/layout.h"

enum {
	FOOTER_FROM = 2,
	HEADER_FROM = 4,
	TITLES_FROM = 6
};

struct layout
layout_make(int rows)
{
	struct layout l = { .header = -1,
		.titles = -1,
		.rows = rows,
		.footer = -1 };

	if (rows >= HEADER_FROM) {
		l.header = l.body++;
		l.rows--;
	}
	if (rows >= TITLES_FROM) {
		l.titles = l.body++;
		l.rows--;
	}
	if (rows >= FOOTER_FROM) {
		l.footer = rows - 1;
		l.rows--;
	}
	return l;
}

size_t
layout_scroll(size_t top, size_t at, size_t count, int rows)
{
	size_t room = rows > 0 ? (size_t)rows : 1;

	if (at < top)
		top = at;
	if (at >= top + room)
		top = at - room + 1;
	if (count <= room)
		return 0;
	return top + room > count ? count - room : top;
}
