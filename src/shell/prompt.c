/*
 * The number of messages in the inbox is what the process's own prompt says of
 * it, as that of the library does: to ask for it would be one more evaluation
 * for each line.
 */
#include "shell/prompt.h"

#include <ctype.h>
#include <inttypes.h>

#include "term/escape.h"
#include "term/width.h"
#include "shell/setting.h"
#include "shell/shell.h"

static const char fallback_prompt[] = "aos> ";
static const char letters[] = "nismd?%";

bool
prompt_form_check(struct span form)
{
	for (size_t i = 0; i < form.len; i++)
		if (form.p[i] == '%' &&
		    (++i == form.len || !form.p[i] ||
			!strchr(letters, form.p[i])))
			return false;
	return true;
}

static void
add_inbox(const struct shell *sh, struct buf *out)
{
	static const char word[] = "Inbox:";
	struct buf plain = BUF_INIT;
	struct span s;
	const uint8_t *at;
	size_t n = 0;

	escape_strip_color(buf_span(&sh->prompt), &plain);
	s = buf_span(&plain);
	at = s.len ? memmem(s.p, s.len, word, strlen(word)) : NULL;
	s = at ? span_from(s, (size_t)(at - s.p) + strlen(word))
	       : span_of(NULL, 0);
	while (n < s.len && isdigit(s.p[n]))
		n++;
	if (n)
		buf_add(out, s.p, n);
	else
		buf_add_byte(out, '?');
	buf_release(&plain);
}

static void
add_field(const struct shell *sh, char letter, struct buf *out)
{
	switch (letter) {
	case 'n':
		buf_add_text(out, sh->name);
		break;
	case 'i':
		add_inbox(sh, out);
		break;
	case 's':
		buf_printf(out, "%" PRIu64, sh->cursor.slot);
		break;
	case 'm':
		setting_get(sh, "mode", out);
		break;
	case 'd':
		buf_add_text(out, sh->draft ? "draft" : "");
		break;
	case '?':
		buf_printf(out, "%d", sh->status);
		break;
	default:
		buf_add_byte(out, (uint8_t)letter);
	}
}

/* As it is on the screen, colours apart. */
static void
add_prompt(const struct shell *sh, struct buf *out)
{
	if (!sh->prompt_form.len) {
		buf_add_span(out, buf_span(&sh->prompt));
		if (sh->prompt.len == 0)
			buf_add_text(out, fallback_prompt);
		return;
	}
	for (const char *p = buf_text(&sh->prompt_form); *p; p++) {
		if (*p == '%' && p[1])
			add_field(sh, *++p, out);
		else
			buf_add_byte(out, (uint8_t)*p);
	}
	/* a config file cannot say that one comes last */
	if (out->len && out->p[out->len - 1] != ' ')
		buf_add_byte(out, ' ');
}

void
prompt_make(const struct shell *sh, struct buf *out)
{
	unsigned flags = ESCAPE_ONE_LINE | ESCAPE_PROMPT;
	struct buf prompt = BUF_INIT;

	if (sh->out.color)
		flags |= ESCAPE_COLOR;
	add_prompt(sh, &prompt);
	escape_text(buf_span(&prompt), flags, out);
	buf_release(&prompt);
}

void
prompt_more(const struct shell *sh, struct span open, size_t columns,
    struct buf *out)
{
	struct buf whole = BUF_INIT;
	struct buf first = BUF_INIT;
	size_t width;
	size_t own = open.len + strlen("> ");

	add_prompt(sh, &whole);
	escape_text(buf_span(&whole), ESCAPE_ONE_LINE, &first);
	width = text_width(buf_span(&first));
	if (width > own && width < columns / 2)
		buf_printf(out, "%*s", (int)(width - own), "");
	if (own < columns)
		buf_add_span(out, open);
	buf_add_text(out, "> ");
	buf_release(&whole);
	buf_release(&first);
}
