/*
 * The tables, in the order in which help, manual and completion show them.
 */
#include "shell/commands.h"

const struct command *const subcommands[] = { &command_eval, &command_spawn,
	&command_send, &command_dryrun, &command_result, &command_inbox,
	&command_cache, &command_list_processes, &command_log, &command_verify,
	&command_replay, &command_trace, &command_cron, &command_monitor,
	&command_unmonitor, &command_stop, &command_start, &command_status,
	&command_node, &command_wallet_new, &command_wallet_address,
	&command_wallet_list, &command_wallet_import, &command_wallet_export,
	&command_wallet_encrypt, &command_wallet_decrypt, &command_item_inspect,
	&command_item_verify, &command_item_sign, &command_item_bundle,
	&command_item_get, &command_eval_json, &command_bench, &command_help,
	NULL };

const struct command *const dot_commands[] = { &dot_help, &dot_exit, &dot_load,
	&dot_load_blueprint, &dot_editor, &dot_inbox, &dot_cache, &dot_cron,
	&dot_monitor, &dot_unmonitor, &dot_stop, &dot_start, &dot_list,
	&dot_use, &dot_wait, &dot_trace, &dot_last, &dot_dryrun, &dot_whoami,
	NULL };
