/*
 * log_command - what the commands about whole logs have in common.
 */
#ifndef SHELL_LOG_COMMAND_H
#define SHELL_LOG_COMMAND_H

#include "shell/shell.h"
#include "shell/verify.h"

/* Whether a word means an exported log and no process. */
bool log_is_file(const char *word);
/* A result chain as base64url. */
struct id_text log_chain_text(const uint8_t chain[SHA256_BYTES]);
/* How many logs to judge at a time: --jobs, or as many as processors. */
unsigned log_threads(const struct options *o);
/* Show how a log was judged. 0; EXIT_EVAL: it differs; the code of an error. */
int log_outcome_show(struct shell *sh, const struct verify_job *job);

/* aosh log --export FILE NAME */
int log_export(struct shell *sh, const struct options *o, const char *path,
    struct error *err);
/* aosh log --import FILE */
int log_import(struct shell *sh, const struct options *o, const char *path,
    struct error *err);

#endif
