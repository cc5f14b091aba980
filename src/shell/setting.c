/*
 * A table, so that .set, its help, completion and manual say the same. Commands
 * such as .mode are other names for entries of it.
 */
#include "shell/setting.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

#include "shell/prompt.h"
#include "shell/shell.h"
#include "shell/suggest.h"

enum {
	MS_PER_S = 1000,
	TIMEOUT_MAX_S = 1000 * 1000,
	FOLD_MAX = 1000 * 1000 * 1000
};

/* Number of a word among those split by |; -1: none of them. */
static int
choice(const char *words, const char *word)
{
	for (int i = 0; *words; i++) {
		size_t len = strcspn(words, "|");

		if (strlen(word) == len && memcmp(words, word, len) == 0)
			return i;
		words += len + (words[len] == '|');
	}
	return -1;
}

/* The word of that number. */
static void
add_choice(const char *words, unsigned n, struct buf *out)
{
	while (n-- > 0)
		words += strcspn(words, "|") + 1;
	buf_add(out, words, strcspn(words, "|"));
}

static const char on_off[] = "on|off";
static const char color_words[] = "auto|always|never";
static const char mode_words[] = "raw|pretty|json|table|line";

static void
add_switch(bool on, struct buf *out)
{
	buf_add_text(out, on ? "on" : "off");
}

/* 1, 0, or -1: another word. */
static int
read_switch(const char *value)
{
	int n = choice(on_off, value);

	return n < 0 ? -1 : n == 0;
}

/* --- each of them --- */

static void
get_color(const struct shell *sh, struct buf *out)
{
	add_choice(color_words, sh->color, out);
}

static bool
set_color(struct shell *sh, const char *value)
{
	enum color_mode mode;

	if (!color_mode_parse(value, &mode))
		return false;
	sh->color = mode;
	sink_screen(sh)->color = color_wanted(mode, STDOUT_FILENO);
	sh->err.color = color_wanted(mode, STDERR_FILENO);
	return true;
}

static void
get_mode(const struct shell *sh, struct buf *out)
{
	add_choice(mode_words, sh->mode, out);
}

static bool
set_mode(struct shell *sh, const char *value)
{
	int n = choice(mode_words, value);

	if (n < 0)
		return false;
	sh->mode = (enum show_mode)n;
	sh->json = sh->mode == SHOW_JSON;
	sh->out.lines = sh->mode == SHOW_LINE;
	return true;
}

static void
get_fold(const struct shell *sh, struct buf *out)
{
	if (sh->sink.fold)
		buf_printf(out, "%u", sh->sink.fold);
	else
		buf_add_text(out, "none");
}

static bool
set_fold(struct shell *sh, const char *value)
{
	unsigned long lines = 0;
	char *end;

	if (strcmp(value, "none") != 0) {
		lines = strtoul(value, &end, 10);
		if (!isdigit((unsigned char)*value) || *end || lines < 1 ||
		    lines > FOLD_MAX)
			return false;
	}
	sh->sink.fold = (unsigned)lines;
	return true;
}

static void
get_pager(const struct shell *sh, struct buf *out)
{
	add_switch(!sh->sink.no_pager, out);
}

static bool
set_pager(struct shell *sh, const char *value)
{
	int on = read_switch(value);

	if (on >= 0)
		sh->sink.no_pager = !on;
	return on >= 0;
}

static void
get_timeout(const struct shell *sh, struct buf *out)
{
	uint64_t ms = sh->client.timeout_ms;

	if (ms == 0)
		buf_add_text(out, "none");
	else if (ms % MS_PER_S)
		buf_printf(out, "%" PRIu64 ".%03" PRIu64, ms / MS_PER_S,
		    ms % MS_PER_S);
	else
		buf_printf(out, "%" PRIu64, ms / MS_PER_S);
}

static bool
set_timeout(struct shell *sh, const char *value)
{
	double seconds;
	char *end;

	if (strcmp(value, "none") == 0) {
		sh->client.timeout_ms = 0;
		return true;
	}
	seconds = strtod(value, &end);
	if (!isdigit((unsigned char)*value) || *end ||
	    !(seconds > 0 && seconds <= TIMEOUT_MAX_S))
		return false;
	sh->client.timeout_ms = (uint64_t)(seconds * MS_PER_S);
	return true;
}

static void
get_timer(const struct shell *sh, struct buf *out)
{
	add_switch(sh->timer, out);
}

static bool
set_timer(struct shell *sh, const char *value)
{
	int on = read_switch(value);

	if (on >= 0)
		sh->timer = on;
	return on >= 0;
}

static void
get_color_input(const struct shell *sh, struct buf *out)
{
	add_switch(!sh->plain_input, out);
}

static bool
set_color_input(struct shell *sh, const char *value)
{
	int on = read_switch(value);

	if (on >= 0)
		sh->plain_input = !on;
	return on >= 0;
}

static void
get_hints(const struct shell *sh, struct buf *out)
{
	add_switch(!sh->no_hints, out);
}

static bool
set_hints(struct shell *sh, const char *value)
{
	int on = read_switch(value);

	if (on >= 0)
		sh->no_hints = !on;
	return on >= 0;
}

static const char process_prompt[] = "process";

static void
get_prompt(const struct shell *sh, struct buf *out)
{
	if (sh->prompt_form.len)
		buf_add_span(out, buf_span(&sh->prompt_form));
	else
		buf_add_text(out, process_prompt);
}

static bool
set_prompt(struct shell *sh, const char *value)
{
	bool own = strcmp(value, process_prompt) != 0;

	if (own && (!*value || !prompt_form_check(span_text(value))))
		return false;
	buf_clear(&sh->prompt_form);
	if (own)
		buf_add_text(&sh->prompt_form, value);
	return true;
}

const struct setting settings[] = {
	{ "color", color_words, "when to use colours", get_color, set_color },
	{ "color-input", on_off, "whether what is typed is in colours",
	    get_color_input, set_color_input },
	{ "fold", "a number of lines, or none",
	    "how many lines of a result are shown without a pager", get_fold,
	    set_fold },
	{ "hints", on_off, "whether arguments are hinted at", get_hints,
	    set_hints },
	{ "mode", mode_words, "how results are shown", get_mode, set_mode },
	{ "pager", on_off, "whether long results go through a pager", get_pager,
	    set_pager },
	{ "prompt", "process, or a text with %n %i %s %m %d %? %%",
	    "what stands before the line", get_prompt, set_prompt },
	{ "timeout", "seconds, or none", "how long to wait for a result",
	    get_timeout, set_timeout },
	{ "timer", on_off, "whether to say how long each evaluation took",
	    get_timer, set_timer },
	{ .name = NULL },
};

/* --- all of them --- */

int
setting_find(const char *name, const struct setting **out, struct error *err)
{
	struct suggestion near = { NULL, 0 };

	for (const struct setting *s = settings; s->name; s++) {
		if (strcmp(s->name, name) == 0) {
			*out = s;
			return 0;
		}
		suggest(&near, name, s->name);
	}
	if (near.word)
		return FAIL(err, ERR_USAGE,
		    "no setting '%s'; did you mean '%s'?", name, near.word);
	return FAIL(err, ERR_USAGE, "no setting '%s'; '.set' lists them", name);
}

void
setting_get(const struct shell *sh, const char *name, struct buf *out)
{
	for (const struct setting *s = settings; s->name; s++)
		if (strcmp(s->name, name) == 0)
			s->get(sh, out);
}

int
setting_change(struct shell *sh, const char *name, const char *value,
    struct error *err)
{
	const struct setting *s;

	if (setting_find(name, &s, err) < 0)
		return -1;
	if (!s->set(sh, value))
		return FAIL(err, ERR_USAGE, "'%s' takes %s, not '%s'", s->name,
		    s->values, value);
	return 0;
}

/* What an option said is not said again by the file. */
void
setting_begin(struct shell *sh, const struct config *c)
{
	if (sh->mode == SHOW_RAW) {
		sh->mode = (enum show_mode)c->mode;
		sh->json = sh->mode == SHOW_JSON;
		sh->out.lines = sh->mode == SHOW_LINE;
	}
	sh->sink.no_pager = c->pager;
	sh->timer = c->timer;
	sh->plain_input = c->color_input;
	sh->no_hints = c->hints;
	buf_clear(&sh->prompt_form);
	if (c->prompt.text[0])
		(void)set_prompt(sh, c->prompt.text);
}
