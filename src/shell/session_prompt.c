/*
 * A prompt is a dry run of nothing: looking at a process must not change it. It
 * comes with each result, too, as text of the process's own.
 */
#include "ao/result_text.h"
#include "shell/prompt_ask.h"
#include "shell/session.h"

enum {
	/* results that are looked at for a prompt */
	RECALLED = 4
};

/* A result without a prompt leaves the one there is. */
static bool
put_prompt(struct shell *sh, const json_t *result)
{
	const char *prompt = output_prompt(result);

	if (!prompt || !*prompt)
		return false;
	buf_clear(&sh->prompt);
	if (sh->dry)
		buf_add_byte(&sh->prompt, '*');
	if (sh->draft)
		buf_add_text(&sh->prompt, "draft of ");
	buf_add_text(&sh->prompt, prompt);
	return true;
}

/* Then nobody has to be asked any more. */
void
session_adopt_prompt(struct shell *sh, const json_t *result)
{
	if (put_prompt(sh, result))
		prompt_ask_drop(sh);
}

void
session_ask_prompt(struct shell *sh)
{
	struct request r = { .action = "Eval", .data = span_text("") };
	struct result result;
	struct error ignored;
	json_t *root;

	if (client_dry_run_soon(&sh->client, &sh->process, &r, &result,
		&ignored) < 0)
		return;
	root = result_parse(buf_span(&result.json));
	session_adopt_prompt(sh, root);
	json_decref(root);
	result_release(&result);
}

bool
session_take_prompt(struct shell *sh)
{
	struct result result;
	json_t *root;

	if (!prompt_ask_take(sh, &result))
		return false;
	root = result_parse(buf_span(&result.json));
	session_adopt_prompt(sh, root);
	json_decref(root);
	result_release(&result);
	return true;
}

/* The newest prompt of a few results stays. */
static bool
know_prompt(void *arg, const struct log_entry *entry)
{
	struct shell *sh = arg;
	json_t *result;

	if (!entry->evaluated)
		return false;
	result = result_parse(entry->result_json);
	(void)put_prompt(sh, result);
	json_decref(result);
	return true;
}

/* What the last results said, and the name where they said nothing. */
static void
recall_prompt(struct shell *sh)
{
	struct node *n = sh->client.node;
	uint64_t slots = position_slots(sh->cursor);
	struct error ignored;

	if (slots > 0 && !sh->client.network)
		n->ops->log(n, &sh->process,
		    position_of_slot(slots > RECALLED ? slots - RECALLED : 0),
		    know_prompt, sh, &ignored);
	if (sh->prompt.len == 0)
		buf_printf(&sh->prompt, "%s> ", sh->name);
}

void
session_begin_prompt(struct shell *sh)
{
	if (prompt_ask(sh))
		(void)session_take_prompt(sh);
	else if (sh->prompt.len == 0 && prompt_ask_fd(sh) >= 0)
		recall_prompt(sh);
}
