/* What another program sends over the socket, behind a frame's length. */
#include "net/attach_fields.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	struct span in = span_of(p, len);
	struct process_info info;
	struct message_draft draft;
	struct tag tags[TAGS_MAX];
	struct log_entry entry;
	struct trace_query query;
	struct trace_entry trace;
	struct node_status status;
	struct item_query items;
	struct item_entry entry_of_items;
	struct import_entry import;
	struct module_info module;
	struct span rest;
	struct span item;
	struct error err;
	struct cron_info cron;
	struct message *tick;
	struct id target;

	rest = in;
	if (take_process_info(&rest, &info))
		ASSERT(memchr(info.name, 0, sizeof(info.name)));
	rest = in;
	if (take_log_entry(&rest, &entry, &item))
		ASSERT(item.len + entry.result_json.len <= in.len);
	rest = in;
	if (take_draft(&rest, &draft, &target, tags))
		ASSERT(draft.tag_count <= TAGS_MAX);
	rest = in;
	if (take_trace_entry(&rest, &trace))
		ASSERT(trace.name.len + trace.action.len <= in.len);
	rest = in;
	if (take_import_entry(&rest, &import))
		ASSERT(import.assignment.len + import.message.len +
			import.result_json.len <=
		    in.len);
	rest = in;
	(void)take_trace_query(&rest, &query);
	rest = in;
	if (take_item_query(&rest, &items))
		ASSERT(items.id_count * ID_BYTES + items.word.len <= in.len);
	rest = in;
	if (take_item_entry(&rest, &entry_of_items))
		ASSERT(entry_of_items.head.len <= in.len);
	rest = in;
	(void)take_status(&rest, &status);
	rest = in;
	tick = take_tick(&rest);
	if (tick)
		ASSERT(tick->tag_count <= TAGS_MAX);
	message_unref(tick);
	rest = in;
	if (take_cron_info(&rest, &cron))
		ASSERT(cron.name.len + cron.interval.len + cron.action.len <=
		    in.len);
	rest = in;
	if (take_module_info(&rest, &module))
		ASSERT(memchr(module.format, 0, sizeof(module.format)));
	take_error(in, &err);
	ASSERT(err.code != ERR_NONE);
	return 0;
}
