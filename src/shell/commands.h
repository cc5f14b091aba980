/*
 * commands - every entry of the two tables; each lives in its own cmd_*.c.
 */
#ifndef SHELL_COMMANDS_H
#define SHELL_COMMANDS_H

#include "shell/command.h"

extern const struct command command_bench;
extern const struct command command_cache;
extern const struct command command_cron;
extern const struct command command_dryrun;
extern const struct command command_eval;
extern const struct command command_eval_json;
extern const struct command command_help;
extern const struct command command_inbox;
extern const struct command command_item_bundle;
extern const struct command command_item_get;
extern const struct command command_item_inspect;
extern const struct command command_item_sign;
extern const struct command command_item_verify;
extern const struct command command_list_processes;
extern const struct command command_log;
extern const struct command command_monitor;
extern const struct command command_node;
extern const struct command command_replay;
extern const struct command command_result;
extern const struct command command_send;
extern const struct command command_spawn;
extern const struct command command_start;
extern const struct command command_status;
extern const struct command command_stop;
extern const struct command command_trace;
extern const struct command command_verify;
extern const struct command command_unmonitor;
extern const struct command command_wallet_address;
extern const struct command command_wallet_decrypt;
extern const struct command command_wallet_encrypt;
extern const struct command command_wallet_export;
extern const struct command command_wallet_import;
extern const struct command command_wallet_list;
extern const struct command command_wallet_new;

extern const struct command dot_cache;
extern const struct command dot_cron;
extern const struct command dot_dryrun;
extern const struct command dot_editor;
extern const struct command dot_exit;
extern const struct command dot_help;
extern const struct command dot_inbox;
extern const struct command dot_last;
extern const struct command dot_list;
extern const struct command dot_load;
extern const struct command dot_load_blueprint;
extern const struct command dot_monitor;
extern const struct command dot_start;
extern const struct command dot_stop;
extern const struct command dot_unmonitor;
extern const struct command dot_trace;
extern const struct command dot_use;
extern const struct command dot_wait;
extern const struct command dot_whoami;

#endif
