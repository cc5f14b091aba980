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
#include "shell/network.h"
#include "shell/past_errors.h"
#include "shell/pieces.h"
#include "shell/reader.h"
#include "shell/sink.h"

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

/* As the words of `.mode`, in their order. */
enum show_mode {
	SHOW_RAW,
	SHOW_PRETTY,
	SHOW_JSON,
	SHOW_TABLE,
	SHOW_LINE
};

struct birth;
struct draft;
struct names;
struct prompt_ask;

struct shell_config {
	/* Opens the node on a data directory, or in memory. */
	int (*open_node)(const char *data_dir, bool ephemeral,
	    const struct config *settings, struct node **out,
	    struct error *err);
	/* The same on a network; `client` is who calls it. */
	int (*open_network)(const struct network *network,
	    struct client *client, struct node **out, struct error *err);
	/* Whether something answers there, be it with a refusal. ERR_GONE,
	 * ERR_TIMEOUT, ERR_INTERRUPTED. */
	int (*probe)(const char *url, struct error *err);
};

struct shell {
	const struct shell_config *config;
	struct config settings; /* of the user, for commands with data */
	struct network network; /* the same */
	struct output out;      /* results */
	struct output err;      /* all else */
	struct output nowhere;  /* what --quiet makes of notes */
	struct client client;
	struct buf data_dir;
	enum color_mode color;
	bool json;
	bool quiet;
	bool keep_going;
	bool interactive;
	bool ephemeral;
	bool no_rc;
	bool dry;                /* nothing of what is evaluated is kept */
	bool paused;             /* the feed is: what comes waits */
	const char *module_path; /* folders, split by ':', or NULL: bundle.h */
	const struct birth *birth; /* of a new process; NULL: nothing special */
	bool might_be_typo;        /* the name stands where a command might */

	/* the session on a process, when there is one */
	bool connected;
	struct id process;
	bool foreign; /* it did not evaluate for us when we came */
	char name[PROCESS_NAME_MAX + 1];
	struct position cursor;   /* behind what the feed has shown */
	struct position read;     /* as in a memo; where none is kept on disk */
	struct buf prompt;        /* as the process gave it */
	struct prompt_ask *asked; /* for that; NULL: nothing is */
	struct buf last;          /* canonical JSON of the last result */
	struct past_errors errors;
	bool in_script;       /* a script runs, */
	struct pieces pieces; /* and these are its */
	struct sink sink;
	enum show_mode mode; /* of what evaluations print */
	bool timer;
	struct draft *draft; /* NULL: none */
	bool
	    warned; /* by the last line: the next may lose what is unfinished */
	bool told;  /* the line that runs is that next one */
	struct buf again; /* to be run as if it were typed now */
	struct reader reader;
	int status;             /* exit code of the last piece */
	struct buf prompt_form; /* the user's own prompt; empty: none */
	bool no_hints;
	bool plain_input;    /* no colours in what is typed */
	struct names *names; /* that the process has; NULL: none yet */
	bool leaving;
	bool split_turns; /* the split is to be opened, or closed */
	int signal;       /* that ended it, when a command took one */
};

/* Run the program; gives its exit code. */
int shell_main(const struct shell_config *config, int argc, char **argv);

/*
 * Open data directory and node for a command without COMMAND_NODE that turns
 * out to need them; once. Errors as of opening.
 */
int shell_open_node(struct shell *sh, const struct options *o,
    struct error *err);
/* Read the settings and where the network is; nothing is opened. ERR_USAGE. */
int shell_read_settings(struct shell *sh, const struct options *o,
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
