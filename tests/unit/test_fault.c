#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fault.h"
#include "test.h"

/* Faults stay on once they are: each test is a program of its own. */
static int
child(int (*run)(void), const char *faults)
{
	int status;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		setenv("AOSH_FAULT", faults, 1);
		fault_init();
		_exit(run());
	}
	CHECK(pid > 0 && waitpid(pid, &status, 0) == pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* How many of ten checks a fault strikes, and whether the last is one. */
static int
run_count(void)
{
	int struck = 0;
	bool last = false;

	for (int i = 0; i < 10; i++) {
		last = fault(FAULT_JOURNAL_FULL);
		struck += last;
	}
	return struck * 10 + last;
}

static int
run_die(void)
{
	fault_die(FAULT_JOURNAL_DIES_BEFORE_COMMIT);
	fault_die(FAULT_JOURNAL_DIES_BEFORE_COMMIT);
	return 7;
}

TEST(fault, strikes_from_its_count_on)
{
	CHECK_INT(child(run_count, ""), 0);
	CHECK_INT(child(run_count, "JOURNAL_FULL"), 101);
	CHECK_INT(child(run_count, "JOURNAL_FULL:1"), 101);
	CHECK_INT(child(run_count, "JOURNAL_FULL:4"), 71);
	CHECK_INT(child(run_count, "JOURNAL_FULL:10"), 11);
	CHECK_INT(child(run_count, "JOURNAL_FULL:11"), 0);
	CHECK_INT(child(run_count, "JOURNAL_FULL:2-4"), 30);
	CHECK_INT(child(run_count, "JOURNAL_FULL:9-99"), 21);
	CHECK_INT(child(run_count, "JOURNAL_SYNC_FAILS"), 0);
}

TEST(fault, takes_a_list)
{
	CHECK_INT(child(run_count, "JOURNAL_SYNC_FAILS:2,JOURNAL_FULL:4"), 71);
	CHECK_INT(child(run_count, "JOURNAL_FULL:4,JOURNAL_SYNC_FAILS"), 71);
}

TEST(fault, dies_as_by_a_kill)
{
	const char *second = "JOURNAL_DIES_BEFORE_COMMIT:2";

	CHECK_INT(child(run_die, ""), 7);
	CHECK_INT(child(run_die, second), 128 + SIGKILL);
}

TEST(fault, refuses_a_name_that_is_none)
{
	CHECK(freopen("/dev/null", "w", stderr) != NULL);
	CHECK_INT(child(run_count, "JOURNAL_FUL"), 2);
	CHECK_INT(child(run_count, "JOURNAL_FULLER:2"), 2);
}
