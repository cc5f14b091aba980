/*
 * shell - the state of one run of the program, and the way in.
 *
 * Commands get a struct shell with what they said they need: with COMMAND_NODE
 * the data directory is there and the client has its node.
 */
#ifndef SHELL_SHELL_H
#define SHELL_SHELL_H

#include "ao/process.h"
#include "shell/client.h"
#include "shell/command.h"
#include "shell/config.h"
#include "shell/reader.h"

enum exit_code {
	EXIT_OK = 0,
	EXIT_EVAL = 1, /* the code failed, or the output could not be written */
	EXIT_USAGE = 2,
	EXIT_NODE = 3, /* network or node; also: no result in time */
	EXIT_WALLET = 4,
	EXIT_NO_PROCESS = 5,
	EXIT_STORE = 6, /* data directory or store */
	EXIT_INTERRUPTED = 130
};

struct cron_tags;

struct shell_config {
	/* Opens the node on a data directory, or in memory. */
	int (*open_node)(const char *data_dir, bool ephemeral,
	    const struct config *settings, struct node **out,
	    struct error *err);
};

struct shell {
	const struct shell_config *config;
	struct config settings; /* of the user, for commands with data */
	struct output out;      /* results */
	struct output err;      /* all else */
	struct output nowhere;  /* what --quiet makes of notes */
	struct client client;
	struct buf data_dir;
	bool json;
	bool quiet;
	bool keep_going;
	bool interactive;
	bool ephemeral;
	const struct cron_tags *cron; /* of new processes; NULL: none */
	bool might_be_typo; /* the name stands where a command might */

	/* the session on a process, when there is one */
	bool connected;
	struct id process;
	bool foreign; /* it did not evaluate for us when we came */
	char name[PROCESS_NAME_MAX + 1];
	struct position cursor; /* behind what the feed has shown */
	struct buf prompt;      /* as the process gave it */
	struct buf last;        /* canonical JSON of the last result */
	struct reader reader;
	bool leaving;
};

/* Run the program; gives its exit code. */
int shell_main(const struct shell_config *config, int argc, char **argv);

/*
 * Open data directory and node for a command without COMMAND_NODE that turns
 * out to need them; once. Errors as of opening.
 */
int shell_open_node(struct shell *sh, const struct options *o,
    struct error *err);
/* The code for an error. */
int exit_code_of(enum error_code code);
/* Where notes go: stderr, or nowhere with --quiet. */
struct output *shell_notes(struct shell *sh);
/* Show an error on stderr; gives its exit code. */
int shell_report(struct shell *sh, const struct error *err);
/* Flush both outputs. 0, or an exit code; a closed pipe is not mentioned. */
int shell_flush(struct shell *sh);

#endif
