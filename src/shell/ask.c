#include "shell/ask.h"

#include "ao/result_text.h"
#include "shell/draft.h"

bool
ask_session(struct shell *sh, struct span code, struct buf *answer)
{
	struct request r = { .action = "Eval", .data = code };
	struct result result = RESULT_INIT;
	struct error ignored;
	json_t *root;
	int rc;

	rc = sh->draft ? draft_ask(sh, code, &result, &ignored)
		       : client_dry_run_soon(&sh->client, &sh->process, &r,
			     &result, &ignored);
	if (rc == 0) {
		root = result_parse(buf_span(&result.json));
		output_text(root, answer);
		json_decref(root);
	}
	result_release(&result);
	return rc == 0;
}
