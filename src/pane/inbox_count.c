#include "pane/inbox_count.h"

#include "ao/result_text.h"
#include "term/escape.h"

enum {
	/* slots from the end that are looked at: one that failed says nothing */
	LOOK_BACK = 4,
	DIGITS_MAX = 12
};

int64_t
inbox_count_of_prompt(struct span prompt)
{
	static const char mark[] = "[Inbox:";
	struct buf plain = BUF_INIT;
	const char *at;
	int64_t n = -1;

	escape_strip_color(prompt, &plain);
	at = strstr(buf_text(&plain), mark);
	if (at) {
		at += sizeof(mark) - 1;
		for (int i = 0; i < DIGITS_MAX && *at >= '0' && *at <= '9'; i++)
			n = (n < 0 ? 0 : n * 10) + (*at++ - '0');
		if (*at != ']')
			n = -1;
	}
	buf_release(&plain);
	return n;
}

static bool
take_entry(void *arg, const struct log_entry *e)
{
	int64_t *found = arg;
	json_t *result;
	const char *prompt;
	int64_t n;

	if (!e->evaluated)
		return false;
	result = result_parse(e->result_json);
	prompt = output_prompt(result);
	n = prompt ? inbox_count_of_prompt(span_text(prompt)) : -1;
	if (n >= 0)
		*found = n;
	json_decref(result);
	return true;
}

int64_t
inbox_count(struct node *n, const struct process_info *info)
{
	uint64_t slots = position_slots(info->told);
	int64_t found = -1;
	struct error ignored;

	if (slots == 0)
		return -1;
	(void)n->ops->log(n, &info->id,
	    position_of_slot(slots > LOOK_BACK ? slots - LOOK_BACK : 0),
	    take_entry, &found, &ignored);
	return found;
}
