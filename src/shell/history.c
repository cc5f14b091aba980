/*
 * Every entry is one append of one line, so windows that share a file do not
 * tear each other's entries, and a program that is killed has lost none. The
 * file is cut only when it is opened, by a rename.
 *
 * There is no lock. An append is one write in O_APPEND mode, which the kernel
 * keeps whole. A rename while another window appends may lose that window's
 * newest entries; a file is cut so rarely that a history can bear it.
 */
#include "shell/history.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/alloc.h"
#include "shell/paths.h"

enum {
	ENTRIES_MAX = 2000, /* read back; the file is cut when it has twice */
};

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

static size_t
count_lines(struct span text)
{
	size_t n = 0;

	for (size_t i = 0; i < text.len; i++)
		n += text.p[i] == '\n';
	return n;
}

/* There are at least so many. */
static struct span
skip_lines(struct span text, size_t n)
{
	while (n-- > 0) {
		const uint8_t *end = memchr(text.p, '\n', text.len);

		text = span_from(text, (size_t)(end - text.p) + 1);
	}
	return text;
}

/* Put the newest entries in the file's place, whole or not at all. */
static void
rewrite(const char *path, struct span kept)
{
	char *fresh = xasprintf("%s.%d", path, (int)getpid());
	int fd = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	bool whole;

	if (fd >= 0) {
		whole = write(fd, kept.p, kept.len) == (ssize_t)kept.len;
		close(fd);
		if (!whole || rename(fresh, path) < 0)
			unlink(fresh);
	}
	free(fresh);
}

/* A last line without its end is from a write that was cut: left out. */
static void
give_entries(struct history *h, struct span text, history_fn fn, void *arg)
{
	struct buf entry = BUF_INIT;
	const uint8_t *end;

	while (text.len && (end = memchr(text.p, '\n', text.len))) {
		size_t len = (size_t)(end - text.p);

		unescape_entry(span_first(text, len), &entry);
		if (entry.len)
			fn(arg, buf_text(&entry));
		text = span_from(text, len + 1);
	}
	if (entry.len)
		h->newest = xstrdup(buf_text(&entry));
	buf_release(&entry);
}

int
history_open(struct history *h, const struct id *process, history_fn fn,
    void *arg, struct error *err)
{
	struct buf path = BUF_INIT;
	struct buf text = BUF_INIT;
	struct error ignored;
	struct span kept;
	size_t lines;

	*h = (struct history){ 0 };
	if (history_dir_make(&path, err) < 0)
		return -1;
	buf_printf(&path, "/%s", id_encode(process).text);
	h->path = xstrdup(buf_text(&path));
	/* none yet is as good as an empty one */
	if (file_read(h->path, &text, &ignored) == 0) {
		kept = buf_span(&text);
		lines = count_lines(kept);
		if (lines > ENTRIES_MAX)
			kept = skip_lines(kept, lines - ENTRIES_MAX);
		if (lines / 2 > ENTRIES_MAX)
			rewrite(h->path, kept);
		give_entries(h, kept, fn, arg);
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
