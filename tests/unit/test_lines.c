/* Lines of a pipe, however they come. */
#include <unistd.h>

#include "shell/lines.h"
#include "test.h"

static struct lines lines;
static int write_end;

static void
begin(void)
{
	int fds[2];

	CHECK_INT(pipe(fds), 0);
	lines = (struct lines){ .fd = fds[0] };
	write_end = fds[1];
}

static void
end(void)
{
	close(lines.fd);
	lines_release(&lines);
}

static void
feed(const char *text)
{
	CHECK_INT(write(write_end, text, strlen(text)), strlen(text));
}

static void
gives(int state, const char *text)
{
	struct span line;
	struct error err;

	CHECK_INT(lines_next(&lines, &line, &err), state);
	if (text)
		CHECK_SPAN(line, text);
}

TEST(lines, come_one_by_one)
{
	begin();
	feed("one\n\ntwo\r\nthr");
	gives(LINE_WHOLE, "one");
	gives(LINE_WHOLE, "");
	gives(LINE_WHOLE, "two\r");
	feed("ee\n");
	gives(LINE_WHOLE, "three");
	feed("four");
	close(write_end);
	gives(LINE_WHOLE, "four");
	gives(LINE_END, NULL);
	gives(LINE_END, NULL);
	end();
}

TEST(lines, an_empty_input_has_none)
{
	begin();
	close(write_end);
	gives(LINE_END, NULL);
	end();
	begin();
	feed("\n");
	close(write_end);
	gives(LINE_WHOLE, "");
	gives(LINE_END, NULL);
	end();
}

TEST(lines, what_cannot_be_read_is_told)
{
	struct span line;
	struct error err;

	begin();
	close(write_end);
	close(lines.fd);
	CHECK_INT(lines_next(&lines, &line, &err), -1);
	CHECK_TEXT(err.text,
	    "cannot read 'standard input': Bad file descriptor");
	lines_release(&lines);
}
