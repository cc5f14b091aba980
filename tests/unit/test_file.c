#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/thread.h"
#include "test.h"

enum {
	BYTES = 300000, /* more than a pipe holds */
};

/* Reads a pipe to its end; the number of bytes, all of which are 'x'. */
static void *
drain(void *arg)
{
	static size_t count;
	uint8_t some[1000];
	ssize_t n;

	count = 0;
	while ((n = read(*(int *)arg, some, sizeof(some))) > 0)
		for (ssize_t i = 0; i < n; i++)
			count += some[i] == 'x';
	return &count;
}

TEST(file, a_write_is_whole)
{
	uint8_t *bytes = malloc(BYTES);
	pthread_t reader;
	void *count;
	int fds[2];

	memset(bytes, 'x', BYTES);
	CHECK_INT(pipe(fds), 0);
	CHECK_INT(pthread_create(&reader, NULL, drain, &fds[0]), 0);
	CHECK_INT(file_write_all(fds[1], span_of(bytes, BYTES)), 0);
	close(fds[1]);
	CHECK_INT(pthread_join(reader, &count), 0);
	CHECK_INT(*(size_t *)count, BYTES);
	close(fds[0]);
	free(bytes);
}

TEST(file, a_write_that_fails_says_why)
{
	int fd = open("/dev/full", O_WRONLY);

	CHECK(fd >= 0);
	CHECK_INT(file_write_all(fd, span_of(NULL, 0)), 0);
	CHECK_INT(file_write_all(fd, span_text("x")), -1);
	CHECK_INT(errno, ENOSPC);
	close(fd);
}

TEST(file, a_new_name_replaces_nothing)
{
	char dir[] = "/tmp/test_file.XXXXXX";
	struct stat first;
	struct stat now;

	CHECK(mkdtemp(dir));
	CHECK_INT(chdir(dir), 0);
	close(open("a", O_CREAT | O_WRONLY, 0600));
	close(open("b", O_CREAT | O_WRONLY, 0600));
	CHECK_INT(stat("b", &first), 0);
	CHECK_INT(file_rename_new("a", "b"), -1);
	CHECK_INT(errno, EEXIST);
	CHECK_INT(stat("b", &now), 0);
	CHECK_INT(now.st_ino, first.st_ino);
	CHECK_INT(symlink("nowhere", "link"), 0);
	CHECK_INT(file_rename_new("a", "link"), -1);
	CHECK_INT(errno, EEXIST);
	CHECK_INT(file_rename_new("a", "c"), 0);
	CHECK_INT(access("a", F_OK), -1);
	CHECK_INT(access("c", F_OK), 0);
	CHECK_INT(unlink("b") | unlink("c") | unlink("link"), 0);
	CHECK_INT(chdir("/") | rmdir(dir), 0);
}

TEST(file, a_line_is_added_behind_one_that_was_cut)
{
	char dir[] = "/tmp/aosh-file-XXXXXX";
	char path[64];
	char text[64] = "";
	int fd;

	CHECK(mkdtemp(dir) != NULL);
	snprintf(path, sizeof(path), "%s/lines", dir);
	CHECK_INT(file_add_line(path, span_text("one\n")), 0);
	fd = open(path, O_RDWR | O_APPEND);
	CHECK_INT(file_write_all(fd, span_text("half")), 0);
	CHECK_INT(file_add_line(path, span_text("two\n")), 0);
	CHECK_INT(file_add_line(path, span_text("three\n")), 0);
	CHECK_INT(pread(fd, text, sizeof(text) - 1, 0), 19);
	CHECK_TEXT(text, "one\nhalf\ntwo\nthree\n");
	close(fd);
	unlink(path);
	CHECK_INT(file_add_line(dir, span_text("x\n")), -1);
	CHECK_INT(errno, EISDIR);
	rmdir(dir);
}

TEST(file, a_file_is_replaced_as_a_whole_or_not_at_all)
{
	char dir[] = "/tmp/aosh-file-XXXXXX";
	char path[64];
	char fresh[80];
	char text[16] = "";
	int fd;

	CHECK(mkdtemp(dir) != NULL);
	snprintf(path, sizeof(path), "%s/one", dir);
	snprintf(fresh, sizeof(fresh), "%s.%d", path, (int)getpid());
	CHECK_INT(file_replace(path, span_text("first")), 0);
	/* who reads the old one goes on reading it */
	fd = open(path, O_RDONLY);
	CHECK_INT(file_replace(path, span_text("2nd")), 0);
	CHECK_INT(pread(fd, text, sizeof(text) - 1, 0), 5);
	CHECK_TEXT(text, "first");
	close(fd);
	/* where it would be written there is something: the old one stays */
	CHECK_INT(mkdir(fresh, 0700), 0);
	CHECK_INT(file_replace(path, span_text("third")), -1);
	CHECK_INT(errno, EISDIR);
	CHECK_INT(rmdir(fresh), 0);
	memset(text, 0, sizeof(text));
	fd = open(path, O_RDONLY);
	CHECK_INT(pread(fd, text, sizeof(text) - 1, 0), 3);
	CHECK_TEXT(text, "2nd");
	close(fd);
	CHECK_INT(unlink(path) | rmdir(dir), 0);
}
