/*
 * aosh doctor - what the set-up is like, line by line, and what to do about it.
 *
 * It goes on behind what it finds: one thing that is wrong says nothing of the
 * others. The exit code is that of the worst.
 */
#include <langinfo.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/alloc.h"
#include "shell/commands.h"
#include "shell/doctor.h"
#include "shell/paths.h"
#include "shell/show.h"
#include "shell/table.h"

static const char *const state_words[] = { "ok", "warning", "problem" };

void
doctor_say(struct doctor *d, enum doctor_state state, const char *what,
    const char *advice, const char *fmt, ...)
{
	struct shell *sh = d->sh;
	json_t *to;
	char *text;
	va_list ap;

	va_start(ap, fmt);
	text = xvasprintf(fmt, ap);
	va_end(ap);
	if (state > d->worst)
		d->worst = state;
	if (sh->json) {
		to = json_object();
		json_object_set_new(to, "check", json_string(what));
		json_object_set_new(to, "state",
		    json_string(state_words[state]));
		json_object_set_new(to, "text", show_path(text));
		json_object_set_new(to, "advice",
		    advice ? show_path(advice) : json_null());
		show_json(sh, to);
	} else if (!sh->quiet || state != DOCTOR_OK) {
		output_attr(&sh->out,
		    state == DOCTOR_OK ? ATTR_NONE : ATTR_ERROR,
		    state_words[state]);
		output_printf(&sh->out, "%*s%-9s", state == DOCTOR_OK ? 7 : 2,
		    "", what);
		output_foreign(&sh->out, span_text(text));
		output_printf(&sh->out, "\n");
		if (advice)
			output_printf(&sh->out, "%18s%s\n", "", advice);
	}
	free(text);
	shell_flush(sh);
}

static void
look_at_settings(struct doctor *d)
{
	struct buf path = BUF_INIT;
	struct error err;
	int there =
	    config_find(options_text(d->options, "config", NULL), &path, &err);

	if (options_has(d->options, "no-config"))
		there = 0;
	d->settings = shell_read_settings(d->sh, d->options, &err) == 0;
	if (!d->settings)
		doctor_say(d, DOCTOR_PROBLEM, "settings",
		    "mend that; 'man aosh-config' tells what may stand there",
		    "%s", err.text);
	else if (there > 0)
		doctor_say(d, DOCTOR_OK, "settings", NULL, "%s",
		    buf_text(&path));
	else
		doctor_say(d, DOCTOR_OK, "settings", NULL,
		    "there are none: the defaults hold");
	buf_release(&path);
}

static void
look_at_terminal(struct doctor *d)
{
	/* nothing changes locale or environment */
	/* NOLINTNEXTLINE(concurrency-mt-unsafe) */
	const char *charset = nl_langinfo(CODESET);
	const char *term = getenv("TERM"); /* NOLINT(concurrency-mt-unsafe) */
	bool utf8 = strcmp(charset, "UTF-8") == 0;

	doctor_say(d, utf8 ? DOCTOR_OK : DOCTOR_WARNING, "locale",
	    utf8 ? NULL : "export LC_ALL=C.UTF-8, or another with UTF-8",
	    utf8 ? "%s" : "%s: only ASCII is sure to be seen", charset);
	if (!d->sh->out.terminal)
		doctor_say(d, DOCTOR_OK, "terminal", NULL,
		    "standard output is none");
	else if (!term || !*term || strcmp(term, "dumb") == 0)
		doctor_say(d, DOCTOR_WARNING, "terminal",
		    "export TERM with the terminal's name, as xterm-256color",
		    "TERM is '%s': no colours", term ? term : "");
	else if (screen_columns(&d->sh->out) == 0)
		doctor_say(d, DOCTOR_WARNING, "terminal",
		    "'stty cols 80 rows 24' says its size",
		    "%s does not tell its size", term);
	else
		doctor_say(d, DOCTOR_OK, "terminal", NULL, "%s, %zu columns",
		    term, screen_columns(&d->sh->out));
}

static void
look_at_unit(struct doctor *d, const char *what, const char *url,
    const char *advice)
{
	struct error err;

	if (!url)
		return;
	if (d->sh->config->probe(url, &err) == 0)
		doctor_say(d, DOCTOR_OK, what, NULL, "%s answers", url);
	else
		doctor_say(d, DOCTOR_PROBLEM, what, advice, "%s", err.text);
}

static void
look_at_network(struct doctor *d)
{
	const struct network *n = &d->sh->network;

	if (!d->settings || !n->legacy)
		return;
	look_at_unit(d, "mu", n->mu_url, "another one is said by --mu-url");
	look_at_unit(d, "cu", n->cu_url, "another one is said by --cu-url");
	look_at_unit(d, "su", n->su_url, "another one is said by --su-url");
	for (char **g = n->gateway_urls; g && *g; g++)
		look_at_unit(d, "gateway", *g,
		    "others are said by --gateway-url");
}

static int
exec_doctor(struct shell *sh, const struct options *o, struct error *err)
{
	struct doctor d = { .sh = sh, .options = o };

	(void)err;
	look_at_settings(&d);
	doctor_folders(&d);
	doctor_wallet(&d);
	doctor_disk(&d);
	doctor_store(&d);
	look_at_terminal(&d);
	look_at_network(&d);
	buf_release(&d.data_dir);
	return d.worst == DOCTOR_PROBLEM ? EXIT_EVAL : 0;
}

const struct command command_doctor = {
	.name = "doctor",
	.usage = "",
	.summary = "look whether the set-up is right, and say what to do",
	.exec = exec_doctor,
};
