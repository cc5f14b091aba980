#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/thread.h"
#include "codec/sealed_key.h"
#include "store/wallet.h"
#include "test.h"

static char folder[] = "/tmp/test_wallet.XXXXXX";
static char path[64];

/* A fresh folder and in it the path of a wallet that is not there. */
static void
enter(void)
{
	memcpy(folder + sizeof(folder) - 7, "XXXXXX", 6);
	CHECK(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/wallet.json", folder);
}

/* Remove the folder; give the number of files that it had. */
static int
leave(void)
{
	DIR *dir = opendir(folder);
	struct dirent *e;
	int files = 0;

	CHECK(dir);
	while ((e = readdir(dir)))
		if (e->d_name[0] != '.') {
			files++;
			unlinkat(dirfd(dir), e->d_name, 0);
		}
	closedir(dir);
	rmdir(folder);
	return files;
}

static void
put_file(const char *text, mode_t mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	CHECK(fd >= 0);
	CHECK_INT(write(fd, text, strlen(text)), strlen(text));
	CHECK_INT(fchmod(fd, mode), 0);
	close(fd);
}

/* RFC 8037, appendix A.1. */
#define JWK                                                      \
	"{\"kty\":\"OKP\",\"crv\":\"Ed25519\","                  \
	"\"d\":\"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A\"," \
	"\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}"

TEST(wallet, errors_name_the_file)
{
	struct buf full = BUF_INIT;
	struct keypair *kp = NULL;
	struct error err;
	bool loose;

	enter();
	put_file("{", 0600);
	CHECK_INT(wallet_load(path, NULL, &kp, &loose, &err), -1);
	CHECK_INT(err.code, ERR_WALLET);
	buf_printf(&full, "wallet '%s': not JSON: byte 1: the text ends early",
	    path);
	CHECK_TEXT(err.text, buf_text(&full));
	CHECK(!kp);
	buf_release(&full);
	leave();
}

TEST(wallet, what_is_no_file_is_refused)
{
	struct keypair *kp;
	struct error err;
	bool loose;

	enter();
	CHECK_INT(wallet_load(path, NULL, &kp, &loose, &err), -1);
	CHECK_INT(err.code, ERR_WALLET);
	CHECK(strstr(err.text, "No such file"));
	CHECK_INT(wallet_load(folder, NULL, &kp, &loose, &err), -1);
	CHECK(strstr(err.text, "not a regular file"));
	CHECK_INT(mkfifo(path, 0600), 0);
	CHECK_INT(wallet_load(path, NULL, &kp, &loose, &err), -1);
	CHECK(strstr(err.text, "not a regular file"));
	CHECK_INT(unlink(path), 0);
	put_file("", 0600);
	CHECK_INT(truncate(path, 1 << 20), 0);
	CHECK_INT(wallet_load(path, NULL, &kp, &loose, &err), -1);
	CHECK(strstr(err.text, "larger than 65536 bytes"));
	leave();
}

TEST(wallet, loose_permissions_are_reported)
{
	struct keypair *kp;
	struct error err;
	bool loose = false;

	enter();
	put_file(JWK, 0640);
	CHECK_OK(wallet_load(path, NULL, &kp, &loose, &err), err);
	CHECK(loose);
	keypair_free(kp);
	CHECK_INT(chmod(path, 0600), 0);
	CHECK_OK(wallet_load(path, NULL, &kp, &loose, &err), err);
	CHECK(!loose);
	keypair_free(kp);
	leave();
}

TEST(wallet, a_created_key_is_there_again)
{
	struct keypair *kp;
	struct keypair *again;
	struct error err;
	struct stat st;
	bool created = false;
	bool loose = true;
	mode_t mask = umask(0);

	enter();
	CHECK_OK(wallet_load_or_create(path, NULL, &kp, &created, &loose, &err),
	    err);
	umask(mask);
	CHECK(created && !loose);
	CHECK_INT(stat(path, &st), 0);
	CHECK_INT(st.st_mode & 07777, 0600);
	CHECK_OK(
	    wallet_load_or_create(path, NULL, &again, &created, &loose, &err),
	    err);
	CHECK(!created && !loose);
	CHECK(span_equal(keypair_secret(kp), keypair_secret(again)));
	keypair_free(again);
	CHECK_INT(wallet_create(path, &again, &err), -1);
	CHECK_INT(err.code, ERR_EXISTS);
	keypair_free(kp);
	CHECK_INT(leave(), 1);
}

TEST(wallet, a_broken_file_is_not_replaced)
{
	struct keypair *kp;
	struct error err;
	bool created;
	bool loose;

	enter();
	put_file("{", 0600);
	CHECK_INT(
	    wallet_load_or_create(path, NULL, &kp, &created, &loose, &err), -1);
	CHECK_INT(err.code, ERR_WALLET);
	CHECK_INT(unlink(path), 0);
	CHECK_INT(symlink("nowhere", path), 0);
	CHECK_INT(
	    wallet_load_or_create(path, NULL, &kp, &created, &loose, &err), -1);
	CHECK_INT(leave(), 1);
	CHECK_INT(wallet_create(path, &kp, &err), -1);
	CHECK_INT(err.code, ERR_WALLET);
}

TEST(wallet, half_a_file_is_no_obstacle)
{
	struct keypair *kp;
	struct error err;
	bool created;
	bool loose;
	int status;
	pid_t child;

	enter();
	child = fork();
	if (child == 0) {
		setenv("AOSH_FAULT", "WALLET_SHORT_WRITE", 1);
		fault_init();
		(void)wallet_create(path, &kp, &err);
		_exit(0);
	}
	CHECK_INT(waitpid(child, &status, 0), child);
	CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	CHECK_INT(access(path, F_OK), -1);
	CHECK_OK(wallet_load_or_create(path, NULL, &kp, &created, &loose, &err),
	    err);
	CHECK(created);
	keypair_free(kp);
	CHECK_INT(leave(), 2);
}

enum {
	RACERS = 4,
	ROUNDS = 10
};

static void *
race(void *arg)
{
	pthread_barrier_t *start = arg;
	struct keypair *kp = NULL;
	struct error err;
	bool created;
	bool loose;

	pthread_barrier_wait(start);
	if (wallet_load_or_create(path, NULL, &kp, &created, &loose, &err) < 0)
		return NULL;
	return kp;
}

TEST(wallet, all_who_create_at_once_get_one_key)
{
	pthread_barrier_t start;

	pthread_barrier_init(&start, NULL, RACERS);
	for (int round = 0; round < ROUNDS; round++) {
		pthread_t threads[RACERS];
		void *kps[RACERS];

		enter();
		for (int i = 0; i < RACERS; i++)
			CHECK_INT(
			    pthread_create(&threads[i], NULL, race, &start), 0);
		for (int i = 0; i < RACERS; i++)
			CHECK_INT(pthread_join(threads[i], &kps[i]), 0);
		for (int i = 0; i < RACERS; i++) {
			CHECK(kps[i]);
			CHECK(span_equal(keypair_secret(kps[0]),
			    keypair_secret(kps[i])));
		}
		for (int i = 0; i < RACERS; i++)
			keypair_free(kps[i]);
		CHECK_INT(leave(), 1);
	}
	pthread_barrier_destroy(&start);
}

/* --- under a password --- */

enum {
	/* the least that there is, so that tests cost nothing */
	CHEAP_OPS = 1,
	CHEAP_MEMORY = 8192,
};

static int asked;

static int
ask(void *arg, const char *of, struct span *password, struct error *err)
{
	CHECK(strstr(of, "wallet.json"));
	asked++;
	if (!arg)
		return FAIL(err, ERR_INTERRUPTED, "interrupted");
	*password = span_text(arg);
	return 0;
}

/* A file under the password "secret". */
static void
put_sealed(void)
{
	static const uint8_t seed[SEED_BYTES] = { 9 };
	struct keypair *kp = keypair_from_seed(seed);
	struct buf text = BUF_INIT;
	struct error err;

	CHECK_OK(sealed_key_write(kp, span_text("secret"), CHEAP_OPS,
		     CHEAP_MEMORY, &text, &err),
	    err);
	put_file(buf_text(&text), 0600);
	buf_release(&text);
	keypair_free(kp);
	asked = 0;
}

/* The key of put_sealed() is there, plain or not. */
static void
check_key(bool sealed)
{
	static const uint8_t seed[SEED_BYTES] = { 9 };
	struct wallet_asker asker = { ask, (void *)(uintptr_t) "secret" };
	struct wallet_info info;
	struct keypair *kp;
	struct error err;
	bool loose;

	CHECK_OK(wallet_load(path, &asker, &kp, &loose, &err), err);
	CHECK(span_equal(keypair_secret(kp), span_of(seed, SEED_BYTES)));
	CHECK_OK(wallet_look(path, &info, &err), err);
	CHECK_INT(info.sealed, sealed);
	CHECK_TEXT(info.address.text, keypair_address(kp).text);
	CHECK(span_equal(keypair_owner(kp),
	    span_of(info.owner, info.owner_bytes)));
	CHECK(!info.loose);
	keypair_free(kp);
}

TEST(wallet, a_sealed_file_asks_for_its_password)
{
	struct wallet_asker asker = { ask, (void *)(uintptr_t) "wrong" };
	struct wallet_info info;
	struct keypair *kp = NULL;
	struct error err;
	bool loose;

	enter();
	put_sealed();
	CHECK_INT(wallet_load(path, NULL, &kp, &loose, &err), -1);
	CHECK_INT(err.code, ERR_WALLET);
	CHECK(strstr(err.text, "wallet.json': it is encrypted"));
	CHECK_OK(wallet_look(path, &info, &err), err);
	CHECK_INT(asked, 0);
	CHECK_INT(wallet_load(path, &asker, &kp, &loose, &err), -1);
	CHECK_INT(asked, 1);
	CHECK_INT(err.code, ERR_WALLET);
	CHECK(strstr(err.text, "wrong password, or the file is damaged"));
	asker.arg = NULL;
	CHECK_INT(wallet_load(path, &asker, &kp, &loose, &err), -1);
	CHECK_INT(err.code, ERR_INTERRUPTED);
	CHECK(!kp);
	check_key(true);
	leave();
}

/* The dear way, once: what a user's encrypt and decrypt do. */
TEST(wallet, a_file_is_sealed_and_opened_in_place)
{
	struct wallet_asker asker = { ask, (void *)(uintptr_t) "secret" };
	struct span password = span_text("secret");
	struct wallet_info info;
	struct error err;
	struct stat st;

	enter();
	put_sealed();
	CHECK_OK(wallet_change(path, &asker, NULL, &info, &err), err);
	CHECK(!info.sealed);
	CHECK_INT(asked, 1);
	check_key(false);
	CHECK_INT(asked, 1);
	CHECK_INT(chmod(path, 0644), 0);
	CHECK_OK(wallet_change(path, &asker, &password, &info, &err), err);
	CHECK(info.sealed);
	CHECK_INT(asked, 1);
	CHECK_INT(stat(path, &st), 0);
	CHECK_INT(st.st_mode & 07777, 0600);
	check_key(true);
	CHECK_INT(leave(), 1);
}

TEST(wallet, a_wrong_password_changes_nothing)
{
	struct wallet_asker asker = { ask, (void *)(uintptr_t) "wrong" };
	struct wallet_info info;
	struct error err;

	enter();
	put_sealed();
	CHECK_INT(wallet_change(path, &asker, NULL, &info, &err), -1);
	CHECK_INT(err.code, ERR_WALLET);
	check_key(true);
	CHECK_INT(leave(), 1);
	CHECK_INT(wallet_change(path, &asker, NULL, &info, &err), -1);
	CHECK_INT(err.code, ERR_WALLET);
}

/* Sealed meanwhile: an answer would lie where the new password is. */
TEST(wallet, what_is_to_be_sealed_is_not_asked_for)
{
	struct wallet_asker asker = { ask, (void *)(uintptr_t) "secret" };
	struct span password = span_text("another");
	struct wallet_info info;
	struct error err;

	enter();
	put_sealed();
	CHECK_INT(wallet_change(path, &asker, &password, &info, &err), -1);
	CHECK_INT(err.code, ERR_WALLET);
	CHECK_INT(asked, 0);
	check_key(true);
	CHECK_INT(leave(), 1);
}

TEST(wallet, what_is_replaced_is_overwritten)
{
	struct wallet_asker asker = { ask, (void *)(uintptr_t) "secret" };
	uint8_t bytes[4096];
	struct wallet_info info;
	struct error err;
	ssize_t n;
	int fd;

	enter();
	put_sealed();
	fd = open(path, O_RDONLY);
	CHECK(fd >= 0);
	CHECK_OK(wallet_change(path, &asker, NULL, &info, &err), err);
	n = read(fd, bytes, sizeof(bytes));
	CHECK(n > 0);
	for (ssize_t i = 0; i < n; i++)
		CHECK_INT(bytes[i], 0);
	close(fd);
	leave();
}

TEST(wallet, other_names_of_a_file_keep_it)
{
	struct wallet_asker asker = { ask, (void *)(uintptr_t) "secret" };
	struct wallet_info info;
	struct error err;
	char other[80];

	enter();
	put_sealed();
	snprintf(other, sizeof(other), "%s/other", folder);
	CHECK_INT(link(path, other), 0);
	CHECK_OK(wallet_change(path, &asker, NULL, &info, &err), err);
	check_key(false);
	CHECK_INT(rename(other, path), 0);
	check_key(true);
	CHECK_INT(leave(), 1);
}

TEST(wallet, a_link_stays_one)
{
	struct wallet_asker asker = { ask, (void *)(uintptr_t) "secret" };
	struct wallet_info info;
	struct error err;
	struct stat st;
	char target[80];

	enter();
	put_sealed();
	snprintf(target, sizeof(target), "%s/other.wallet.json", folder);
	CHECK_INT(rename(path, target), 0);
	CHECK_INT(symlink("other.wallet.json", path), 0);
	CHECK_OK(wallet_change(path, &asker, NULL, &info, &err), err);
	CHECK_INT(lstat(path, &st), 0);
	CHECK(S_ISLNK(st.st_mode));
	CHECK_INT(unlink(path), 0);
	CHECK_INT(rename(target, path), 0);
	check_key(false);
	CHECK_INT(leave(), 1);
}

TEST(wallet, one_program_at_a_time_changes_a_file)
{
	struct wallet_asker asker = { ask, (void *)(uintptr_t) "secret" };
	struct wallet_info info;
	struct error err;
	int fd;

	enter();
	put_sealed();
	fd = open(path, O_RDONLY);
	CHECK_INT(flock(fd, LOCK_EX), 0);
	CHECK_INT(wallet_change(path, &asker, NULL, &info, &err), -1);
	CHECK_INT(err.code, ERR_WALLET);
	CHECK(strstr(err.text, "another program is changing it"));
	close(fd);
	check_key(true);
	leave();
}

/* Whole before and after; what lies beside goes with the next change. */
static void
die_at(const char *fault, bool sealed, int files)
{
	struct wallet_asker asker = { ask, (void *)(uintptr_t) "secret" };
	struct wallet_info info;
	struct error err;
	int status;
	pid_t child;

	enter();
	put_sealed();
	child = fork();
	if (child == 0) {
		setenv("AOSH_FAULT", fault, 1);
		fault_init();
		(void)wallet_change(path, &asker, NULL, &info, &err);
		_exit(0);
	}
	CHECK_INT(waitpid(child, &status, 0), child);
	CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	check_key(sealed);
	if (files == 2) {
		CHECK_OK(wallet_change(path, &asker, NULL, &info, &err), err);
		check_key(false);
	}
	CHECK_INT(leave(), 1);
}

TEST(wallet, a_kill_leaves_a_whole_file)
{
	die_at("WALLET_DIES_BEFORE_RENAME", true, 2);
	die_at("WALLET_DIES_AFTER_RENAME", false, 1);
}
