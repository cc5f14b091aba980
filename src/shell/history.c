/*
 * Every entry is one append of one line, so windows that share a file do not
 * tear each other's entries, and a program that is killed has lost none. The
 * file is cut only when it is opened, by a rename.
 *
 * In front of an entry stands a line with its time, "\@" and milliseconds: no
 * entry gives such a line. Entries of other programs may have none.
 *
 * There is no lock. An append is one write in O_APPEND mode, which the kernel
 * keeps whole. A rename while another window appends may lose that window's
 * newest entries; a file is cut so rarely that a history can bear it.
 */
#include "shell/history.h"

#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/number.h"
#include "shell/paths.h"

enum {
	ENTRIES_MAX = 2000, /* read back; the file is cut when it has twice */
};

#define TIME_MAX (uint64_t) INT64_MAX /* milliseconds */

/* As one line of the file. */
static void
escape_entry(const char *entry, struct buf *out)
{
	for (; *entry; entry++) {
		if (*entry == '\n')
			buf_add_text(out, "\\n");
		else if (*entry == '\\')
			buf_add_text(out, "\\\\");
		else
			buf_add_byte(out, (uint8_t)*entry);
	}
	buf_add_byte(out, '\n');
}

/* Unknown escapes give the character itself. */
static void
unescape_entry(struct span line, struct buf *out)
{
	buf_clear(out);
	for (size_t i = 0; i < line.len; i++) {
		bool escaped = line.p[i] == '\\' && i + 1 < line.len;

		if (escaped)
			i++;
		buf_add_byte(out,
		    escaped && line.p[i] == 'n' ? '\n' : line.p[i]);
	}
}

/* The time that a line gives; false: it is an entry. */
static bool
read_mark(struct span line, uint64_t *time)
{
	static const char start[] = "\\@";

	return span_starts_with(line, start) &&
	    parse_decimal(span_from(line, sizeof(start) - 1), TIME_MAX, time);
}

/* The line at the front, which goes; false: there is no whole one. */
static bool
take_line(struct span *text, struct span *line)
{
	const uint8_t *end =
	    text->len ? memchr(text->p, '\n', text->len) : NULL;

	if (!end)
		return false;
	*line = span_first(*text, (size_t)(end - text->p));
	*text = span_from(*text, line->len + 1);
	return true;
}

static size_t
count_entries(struct span text)
{
	struct span line;
	uint64_t time;
	size_t n = 0;

	while (take_line(&text, &line))
		n += !read_mark(line, &time);
	return n;
}

/* What is behind `n` entries; there are at least so many. */
static struct span
skip_entries(struct span text, size_t n)
{
	struct span line;
	uint64_t time;

	while (n > 0 && take_line(&text, &line))
		n -= !read_mark(line, &time);
	return text;
}

/* The part that is read back. */
static struct span
newest_part(struct span text)
{
	size_t n = count_entries(text);

	return n > ENTRIES_MAX ? skip_entries(text, n - ENTRIES_MAX) : text;
}

/*
 * A last line without its end is from a write that was cut: left out. How many
 * bytes were taken.
 */
static size_t
give_entries(struct history *h, struct span text, history_fn fn, void *arg)
{
	struct buf entry = BUF_INIT;
	size_t before = text.len;
	struct span line;
	uint64_t time;

	while (take_line(&text, &line)) {
		if (read_mark(line, &time))
			continue;
		unescape_entry(line, &entry);
		if (entry.len)
			fn(arg, buf_text(&entry));
	}
	if (entry.len) {
		free(h->newest);
		h->newest = xstrdup(buf_text(&entry));
	}
	buf_release(&entry);
	return before - text.len;
}

/* Where the file ends that is there now; it may have been cut meanwhile. */
static void
go_to_end(struct history *h)
{
	struct stat st;

	if (stat(h->path, &st) < 0)
		return;
	h->file = st.st_ino;
	h->offset = st.st_size;
}

/* What stands behind the offset. */
static bool
read_rest(struct history *h, struct buf *out)
{
	int fd = open(h->path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	size_t len;
	ssize_t n = -1;

	if (fd < 0)
		return false;
	if (fstat(fd, &st) == 0 && h->file == 0)
		h->file = st.st_ino;
	/* another window has cut it: what it kept is mostly known */
	if (st.st_ino != h->file || st.st_size < h->offset) {
		h->file = st.st_ino;
		h->offset = st.st_size;
	}
	len = (size_t)(st.st_size - h->offset);
	if (len)
		n = pread(fd, buf_reserve(out, len), len, h->offset);
	if (n > 0)
		out->len += (size_t)n;
	(void)close(fd);
	return n > 0;
}

bool
history_follow(struct history *h, history_fn fn, void *arg)
{
	struct buf text = BUF_INIT;
	size_t taken = 0;

	if (h->path && read_rest(h, &text))
		taken = give_entries(h, buf_span(&text), fn, arg);
	h->offset += (off_t)taken;
	buf_release(&text);
	return taken > 0;
}

int
history_open(struct history *h, const struct id *process, history_fn fn,
    void *arg, struct error *err)
{
	struct buf path = BUF_INIT;
	struct buf text = BUF_INIT;
	struct error ignored;
	struct span kept;

	*h = (struct history){ 0 };
	if (history_dir_make(&path, err) < 0)
		return -1;
	buf_printf(&path, "/%s", id_encode(process).text);
	h->path = xstrdup(buf_text(&path));
	/* none yet is as good as an empty one */
	if (file_read(h->path, &text, &ignored) == 0) {
		kept = newest_part(buf_span(&text));
		(void)give_entries(h, kept, fn, arg);
		go_to_end(h);
		h->offset = (off_t)text.len;
		if (count_entries(buf_span(&text)) / 2 > ENTRIES_MAX) {
			(void)file_replace(h->path, kept);
			go_to_end(h);
		}
	}
	buf_release(&path);
	buf_release(&text);
	return 0;
}

void
history_release(struct history *h)
{
	free(h->path);
	free(h->newest);
	*h = (struct history){ 0 };
}

bool
history_add(struct history *h, const char *entry)
{
	struct buf line = BUF_INIT;
	ssize_t written;
	int fd;

	if (!*entry || *entry == ' ' ||
	    (h->newest && strcmp(h->newest, entry) == 0))
		return false;
	free(h->newest);
	h->newest = xstrdup(entry);
	if (!h->path)
		return true;
	buf_printf(&line, "\\@%" PRIu64 "\n", clock_wall_ms());
	escape_entry(entry, &line);
	fd = open(h->path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
	if (fd >= 0) {
		/* one write: windows do not mix; a full disk costs the entry */
		written = write(fd, line.p, line.len);
		(void)written;
		close(fd);
	}
	buf_release(&line);
	return true;
}

/* --- all of them --- */

struct all {
	struct history_entry *list; /* their texts are owned */
	size_t count;
	size_t room;
};

static void
add_entry(struct all *all, const struct history_entry *e, const char *text)
{
	if (all->count == all->room) {
		all->room = all->room ? all->room * 2 : 64;
		all->list = xrealloc(all->list, all->room * sizeof(*all->list));
	}
	all->list[all->count] = *e;
	all->list[all->count++].text = xstrdup(text);
}

/* One process's, with the numbers that history_open() would give them. */
static void
add_entries(struct all *all, struct span text, const struct id *process)
{
	struct history_entry e = { .process = *process };
	struct buf entry = BUF_INIT;
	struct span line;
	uint64_t mark;

	while (take_line(&text, &line)) {
		if (read_mark(line, &mark)) {
			/* a clock may have been set back */
			e.time_ms = mark > e.time_ms ? mark : e.time_ms;
			continue;
		}
		unescape_entry(line, &entry);
		if (entry.len == 0)
			continue;
		e.number++;
		add_entry(all, &e, buf_text(&entry));
	}
	buf_release(&entry);
}

static void
add_file(struct all *all, const char *path, const struct id *process)
{
	struct buf text = BUF_INIT;
	struct error ignored;

	if (file_read(path, &text, &ignored) == 0)
		add_entries(all, newest_part(buf_span(&text)), process);
	buf_release(&text);
}

/* By time, which never goes back within a process. */
static int
compare(const void *a, const void *b)
{
	const struct history_entry *x = a;
	const struct history_entry *y = b;
	int by_process = memcmp(&x->process, &y->process, sizeof(x->process));

	if (x->time_ms != y->time_ms)
		return x->time_ms < y->time_ms ? -1 : 1;
	if (by_process != 0)
		return by_process;
	return (x->number > y->number) - (x->number < y->number);
}

/* Files of other kinds have other names. */
static void
add_dir(struct all *all, DIR *dir, const char *path)
{
	struct error ignored;
	struct dirent *d;
	struct id id;

	/* nobody else reads that one */
	while ((d = readdir(dir))) { /* NOLINT(concurrency-mt-unsafe) */
		char *file;

		if (id_decode(span_text(d->d_name), &id, &ignored) < 0)
			continue;
		file = xasprintf("%s/%s", path, d->d_name);
		add_file(all, file, &id);
		free(file);
	}
}

int
history_all(history_all_fn fn, void *arg, struct error *err)
{
	struct all all = { 0 };
	struct buf path = BUF_INIT;
	DIR *dir;

	if (history_dir_make(&path, err) < 0)
		return -1;
	dir = opendir(buf_text(&path));
	if (!dir)
		error_set_errno(err, ERR_STORE, "cannot read '%s'",
		    buf_text(&path));
	if (dir) {
		add_dir(&all, dir, buf_text(&path));
		closedir(dir);
	}
	if (all.count)
		qsort(all.list, all.count, sizeof(*all.list), compare);
	for (size_t i = 0; i < all.count; i++) {
		fn(arg, &all.list[i]);
		free(all.list[i].text);
	}
	free(all.list);
	buf_release(&path);
	return dir ? 0 : -1;
}
