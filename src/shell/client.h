/*
 * client - a user of a node: a wallet, and what is done with it.
 *
 * It finds and spawns processes, signs and sends messages and waits for their
 * results. One process at a time is watched.
 */
#ifndef SHELL_CLIENT_H
#define SHELL_CLIENT_H

#include "ao/node.h"
#include "shell/config.h"
#include "shell/output.h"
#include "shell/password.h"
#include "shell/wallets.h"

enum {
	CLIENT_IDLE_MS = 33 /* between calls of an idle function, at most */
};

/* What the steps of the last message took. */
struct client_times {
	uint64_t sign_ns;
	uint64_t send_ns;    /* until it had its slot on disk */
	uint64_t compute_ns; /* until its result was there */
};

struct client {
	struct node *node; /* owned */
	bool network; /* it is one: `info` is asked for when it is needed */
	struct node_info info;
	const struct config *settings;
	const char *data_dir;    /* NULL: ephemeral */
	const char *wallet_word; /* a name or a file; NULL: the default */
	struct password_source password;
	bool ephemeral;
	uint64_t timeout_ms; /* of a wait; 0: none */
	struct client_times times;
	struct output *notes;
	struct keypair *wallet;           /* NULL until it is needed */
	bool known;                       /* whose it is */
	bool nobody;                      /* nobody's: there is no wallet yet */
	struct address address;           /* of the wallet, when it is known */
	struct wallet_place wallet_place; /* its path NULL: in memory alone */
	int wake_fd; /* readable: the watched process has news */
	bool watching;
	struct id watched;
	/* called again and again during a wait; NULL: nothing is */
	void (*idle)(void *arg);
	void *idle_arg;
};

/* A message of the user; spans are borrowed. */
struct request {
	const char *action; /* NULL: no such tag */
	const struct tag *tags;
	size_t tag_count;
	struct span data;
};

struct spawn_request {
	struct span name;
	const struct id *module; /* NULL: the node's own */
	const struct tag *tags;
	size_t tag_count;
	struct span data;
};

/* What became of a message. */
struct outcome {
	struct receipt receipt;
	uint32_t tick; /* behind the receipt's slot; 0: the slot's own */
	struct result result;
	uint64_t ms; /* from sending to the result */
};

/* Takes the node. ERR_SYSTEM and what info() gives. */
int client_init(struct client *c, struct node *node, struct error *err);
/* Closes the node, which finishes what it accepted first. */
void client_release(struct client *c);

/* Load or make the wallet; later calls do nothing. ERR_WALLET. */
int client_wallet(struct client *c, struct error *err);
/*
 * Find out its address, without a password: for what needs no signature. Loads
 * one that is not encrypted, and makes none: without a wallet the address is
 * one that nobody has, until client_wallet(). ERR_WALLET.
 */
int client_identity(struct client *c, struct error *err);
/* The same, and without a wallet nothing. 1; 0: there is none yet; -1. */
int client_find_identity(struct client *c, struct error *err);
/* That address as gateways have it. ERR_NOT_FOUND: there is no wallet yet;
 * ERR_WALLET. */
int client_gateway_address(struct client *c, struct address *out,
    struct error *err);
/* Where that is, or the wallet of a command's argument. As wallet_find(). */
int client_find_wallet(const struct client *c, const char *word,
    struct wallet_place *out, struct error *err);
/* Who asks for a wallet's password; borrows the client. */
struct wallet_asker client_asker(struct client *c);

/* ERR_USAGE unless a process may be called so. */
int name_check(struct span name, struct error *err);
/*
 * The process of that id; else the one that was adopted under that name, else
 * the newest of that name that the wallet owns; else, with `anybody`, the
 * newest of that name at all. ERR_NOT_FOUND, with the nearest name.
 */
int client_find(struct client *c, struct span name, bool anybody,
    struct id *out, struct error *err);
/* Spawn a process, under a name that name_check() has passed. */
int client_spawn(struct client *c, const struct spawn_request *r,
    struct receipt *out, struct error *err);
/* Sign a message with a random anchor and have it scheduled. */
int client_send(struct client *c, const struct id *to, const struct request *r,
    struct receipt *out, struct error *err);
/* Evaluate it and keep nothing. *out is released by the caller. */
int client_dry_run(struct client *c, const struct id *to,
    const struct request *r, struct result *out, struct error *err);
/*
 * The same, which a network has two seconds for: nobody may wait for a prompt
 * because a unit is silent. ERR_TIMEOUT.
 */
int client_dry_run_soon(struct client *c, const struct id *to,
    const struct request *r, struct result *out, struct error *err);

/* The same without a client: on the node, spoken by the owner, until that is
 * readable. Any thread. ERR_INTERRUPTED. */
struct dry_runner {
	struct node *node;
	const struct address *owner;
	int give_up_fd;
};

int client_dry_run_as(const struct dry_runner *by, const struct id *to,
    const struct request *r, struct result *out, struct error *err);

/* Have wake_fd follow that process, and no other. */
int client_watch(struct client *c, const struct id *process, struct error *err);
/*
 * Wait for the result of a watched process's slot. Ctrl-C ends the evaluation
 * if it is this slot's, else the waiting. ERR_INTERRUPTED, ERR_TIMEOUT: the
 * message may still run (the text says which). ERR_EVAL: its process is
 * stopped, and the message waits in the log.
 */
int client_await(struct client *c, const struct receipt *r, struct outcome *out,
    struct error *err);
/* The same for an entry of the log that has no receipt of ours, as a tick. */
int client_await_entry(struct client *c, const struct id *process,
    struct position at, struct outcome *out, struct error *err);
/* Append what the node has to say of itself, as a line; mostly nothing. */
void client_take_notice(struct client *c, struct buf *out);
/* watch, send and await in one. */
int client_ask(struct client *c, const struct id *to, const struct request *r,
    struct outcome *out, struct error *err);

#endif
