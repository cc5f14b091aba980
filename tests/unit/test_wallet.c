#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/thread.h"
#include "crypto/wallet.h"
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
#define D "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"
#define X "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
#define JWK(kty, crv, d, x)                                                   \
	"{\"kty\":\"" kty "\",\"crv\":\"" crv "\",\"d\":\"" d "\",\"x\":\"" x \
	"\"}"

TEST(wallet, reads_the_key_of_rfc_8037)
{
	struct keypair *kp;
	struct buf x = BUF_INIT;
	struct error err;

	CHECK_OK(
	    wallet_parse(span_text(JWK("OKP", "Ed25519", D, X)), &kp, &err),
	    err);
	base64url_encode(keypair_owner(kp), &x);
	CHECK_TEXT(buf_text(&x), X);
	buf_release(&x);
	keypair_free(kp);
}

TEST(wallet, says_what_is_wrong_with_a_file)
{
	static const struct {
		const char *text;
		const char *why;
	} wrong[] = {
		{ "", "not JSON: at line 1, column 0" },
		{ "{\"kty\":", "not JSON: at line 1, column 7" },
		{ "[]", "not a JSON object" },
		{ "{}", "member 'kty' is missing or not a text" },
		{ "{\"kty\":\"RSA\"}", "RSA keys are not handled yet" },
		{ "{\"kty\":\"EC\"}", "member 'kty' is not 'OKP'" },
		{ "{\"kty\":\"OKP\"}",
		    "member 'crv' is missing or not a text" },
		{ JWK("OKP", "X25519", D, X), "member 'crv' is not 'Ed25519'" },
		{ "{\"kty\":\"OKP\",\"crv\":\"Ed25519\"}",
		    "member 'd' is missing" },
		{ "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"d\":1}",
		    "member 'd' is not a text" },
		{ "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"d\":\"" D "\"}",
		    "member 'x' is missing" },
		{ JWK("OKP", "Ed25519", "AA+A", X),
		    "member 'd' is not base64url: at offset 2 of 4" },
		{ JWK("OKP", "Ed25519", "AAAA", X),
		    "member 'd' has 3 bytes, not 32" },
		{ JWK("OKP", "Ed25519", X, X),
		    "member 'x' is not the public key of 'd'" },
	};
	struct buf full = BUF_INIT;
	struct keypair *kp = NULL;
	struct error err;
	bool loose;

	enter();
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		put_file(wrong[i].text, 0600);
		CHECK_INT(wallet_load(path, &kp, &loose, &err), -1);
		CHECK_INT(err.code, ERR_WALLET);
		buf_clear(&full);
		buf_printf(&full, "wallet '%s': %s", path, wrong[i].why);
		CHECK_TEXT(err.text, buf_text(&full));
		CHECK(!kp);
	}
	buf_release(&full);
	leave();
}

TEST(wallet, what_is_no_file_is_refused)
{
	struct keypair *kp;
	struct error err;
	bool loose;

	enter();
	CHECK_INT(wallet_load(path, &kp, &loose, &err), -1);
	CHECK_INT(err.code, ERR_WALLET);
	CHECK(strstr(err.text, "No such file"));
	CHECK_INT(wallet_load(folder, &kp, &loose, &err), -1);
	CHECK(strstr(err.text, "not a regular file"));
	CHECK_INT(mkfifo(path, 0600), 0);
	CHECK_INT(wallet_load(path, &kp, &loose, &err), -1);
	CHECK(strstr(err.text, "not a regular file"));
	CHECK_INT(unlink(path), 0);
	put_file("", 0600);
	CHECK_INT(truncate(path, 1 << 20), 0);
	CHECK_INT(wallet_load(path, &kp, &loose, &err), -1);
	CHECK(strstr(err.text, "larger than 65536 bytes"));
	leave();
}

TEST(wallet, loose_permissions_are_reported)
{
	struct keypair *kp;
	struct error err;
	bool loose = false;

	enter();
	put_file(JWK("OKP", "Ed25519", D, X), 0640);
	CHECK_OK(wallet_load(path, &kp, &loose, &err), err);
	CHECK(loose);
	keypair_free(kp);
	CHECK_INT(chmod(path, 0600), 0);
	CHECK_OK(wallet_load(path, &kp, &loose, &err), err);
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
	CHECK_OK(wallet_load_or_create(path, &kp, &created, &loose, &err), err);
	umask(mask);
	CHECK(created && !loose);
	CHECK_INT(stat(path, &st), 0);
	CHECK_INT(st.st_mode & 07777, 0600);
	CHECK_OK(wallet_load_or_create(path, &again, &created, &loose, &err),
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
	CHECK_INT(wallet_load_or_create(path, &kp, &created, &loose, &err), -1);
	CHECK_INT(err.code, ERR_WALLET);
	CHECK_INT(unlink(path), 0);
	CHECK_INT(symlink("nowhere", path), 0);
	CHECK_INT(wallet_load_or_create(path, &kp, &created, &loose, &err), -1);
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
	CHECK_OK(wallet_load_or_create(path, &kp, &created, &loose, &err), err);
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
	if (wallet_load_or_create(path, &kp, &created, &loose, &err) < 0)
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
