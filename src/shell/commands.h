/*
 * commands - every entry of the two tables; each lives in its own cmd_*.c.
 */
#ifndef SHELL_COMMANDS_H
#define SHELL_COMMANDS_H

#include "shell/command.h"

extern const struct command command_adopt;
extern const struct command command_at;
extern const struct command command_bench;
extern const struct command command_cache;
extern const struct command command_cron;
extern const struct command command_diff;
extern const struct command command_doctor;
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
extern const struct command command_tail;
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
extern const struct command command_watch;

extern const struct command dot_adopt;
extern const struct command dot_bundle;
extern const struct command dot_cache;
extern const struct command dot_cron;
extern const struct command dot_diff;
extern const struct command dot_discard;
extern const struct command dot_draft;
extern const struct command dot_dryrun;
extern const struct command dot_edit;
extern const struct command dot_editor;
extern const struct command dot_errors;
extern const struct command dot_every;
extern const struct command dot_exit;
extern const struct command dot_explain;
extern const struct command dot_help;
extern const struct command dot_history;
extern const struct command dot_inbox;
extern const struct command dot_last;
extern const struct command dot_list;
extern const struct command dot_live;
extern const struct command dot_load;
extern const struct command dot_load_blueprint;
extern const struct command dot_mode;
extern const struct command dot_monitor;
extern const struct command dot_once;
extern const struct command dot_output;
extern const struct command dot_pad;
extern const struct command dot_pane;
extern const struct command dot_pause;
extern const struct command dot_plot;
extern const struct command dot_publish;
extern const struct command dot_rerun;
extern const struct command dot_result;
extern const struct command dot_set;
extern const struct command dot_start;
extern const struct command dot_stop;
extern const struct command dot_tail;
extern const struct command dot_timer;
extern const struct command dot_unmonitor;
extern const struct command dot_trace;
extern const struct command dot_update;
extern const struct command dot_use;
extern const struct command dot_wait;
extern const struct command dot_watch;
extern const struct command dot_whoami;

#endif
