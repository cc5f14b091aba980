/*
 * The tables, in the order in which help, manual and completion show them.
 */
#include "shell/commands.h"

const struct command *const subcommands[] = { &command_eval, &command_spawn,
	&command_send, &command_dryrun, &command_result, &command_inbox,
	&command_cache, &command_list_processes, &command_adopt, &command_log,
	&command_tail, &command_watch, &command_verify, &command_replay,
	&command_at, &command_diff, &command_trace, &command_cron,
	&command_monitor, &command_unmonitor, &command_stop, &command_start,
	&command_status, &command_doctor, &command_node, &command_wallet_new,
	&command_wallet_address, &command_wallet_list, &command_wallet_import,
	&command_wallet_export, &command_wallet_encrypt,
	&command_wallet_decrypt, &command_item_inspect, &command_item_verify,
	&command_item_sign, &command_item_bundle, &command_item_get,
	&command_eval_json, &command_bench, &command_help, NULL };

const struct command *const dot_commands[] = { &dot_help, &dot_exit, &dot_load,
	&dot_bundle, &dot_load_blueprint, &dot_editor, &dot_edit, &dot_pad,
	&dot_history, &dot_rerun, &dot_inbox, &dot_tail, &dot_live, &dot_pause,
	&dot_pane, &dot_watch, &dot_plot, &dot_cache, &dot_cron, &dot_monitor,
	&dot_unmonitor, &dot_stop, &dot_start, &dot_list, &dot_adopt, &dot_use,
	&dot_update, &dot_wait, &dot_trace, &dot_last, &dot_result, &dot_errors,
	&dot_dryrun, &dot_explain, &dot_every, &dot_draft, &dot_diff,
	&dot_publish, &dot_discard, &dot_mode, &dot_output, &dot_once,
	&dot_timer, &dot_set, &dot_whoami, NULL };
