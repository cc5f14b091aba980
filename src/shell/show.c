/*
 * One result, two audiences. People get what the process printed on stdout, and
 * what went wrong on stderr with the place in their own file; programs get one
 * object on stdout in either case, so that a line of input is a line of output.
 * Text of a process reaches a terminal through output_foreign() alone.
 */
#include "shell/show.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "codec/utf8.h"
#include "ao/outbox.h"
#include "ao/patch.h"
#include "ao/result_text.h"
#include "term/escape.h"

enum {
	/* bytes of a line that a syntax error shows */
	ROW_MAX = 160,
	MS_PER_S = 1000,
	NS_PER_MS = 1000 * 1000,
	SHORT_ID_ENDS = 6 /* characters that stay at each end */
};

/* --- for programs --- */

/* jansson gives NULL only without memory or for what is not UTF-8. */
void
show_json(struct shell *sh, json_t *object)
{
	char *text = json_dumps(object, JSON_COMPACT);

	output_printf(&sh->out, "%s\n", text ? text : "null");
	free(text);
	json_decref(object);
}

json_t *
json_plain(struct span text)
{
	struct buf plain = BUF_INIT;
	json_t *value;

	escape_strip_color(text, &plain);
	value = json_stringn(buf_text(&plain), plain.len);
	buf_release(&plain);
	/* what we hold is UTF-8; if it ever is not, say nothing wrong */
	return value ? value : json_null();
}

/* "chat.lua:3"; typed text is called "input". */
static json_t *
json_place(const struct source *source, size_t line)
{
	size_t at = source->first_line + line - 1;

	return json_sprintf("%s:%zu", source->name ? source->name : "input",
	    at);
}

/* What failed, where, and what it had printed before. */
static void
set_failure(json_t *to, struct span error, const struct source *source)
{
	struct failure f;

	failure_parse(error, source, &f);
	json_object_set_new(to, "error", json_plain(buf_span(&f.text)));
	if (f.file.len)
		json_object_set_new(to, "at",
		    json_sprintf("%s:%zu", buf_text(&f.file), f.line));
	else if (f.line)
		json_object_set_new(to, "at", json_place(source, f.line));
	if (f.printed.len)
		json_object_set_new(to, "output", json_plain(f.printed));
	failure_release(&f);
}

/* Always a list, so that programs need not look whether it is there. */
static void
copy_list(json_t *to, const char *key, const json_t *result, const char *from)
{
	json_t *list = json_object_get(result, from);

	json_object_set_new(to, key,
	    json_is_array(list) ? json_incref(list) : json_array());
}

/* The keys are listed in the manual. */
static void
show_as_json(struct shell *sh, const struct outcome *o, const json_t *result,
    const struct source *source, bool dry)
{
	struct buf text = BUF_INIT;
	json_t *to = json_object();
	bool failed = error_text(result, &text);

	json_object_set_new(to, "ok", json_boolean(!failed));
	json_object_set_new(to, "process",
	    json_string(id_encode(&o->receipt.process).text));
	if (!dry) {
		/* a tick is no message, and has no id */
		if (!o->tick)
			json_object_set_new(to, "id",
			    json_string(id_encode(&o->receipt.message).text));
		json_object_set_new(to, "slot",
		    json_integer((json_int_t)o->receipt.slot));
		if (o->tick)
			json_object_set_new(to, "tick", json_integer(o->tick));
	}
	if (failed) {
		set_failure(to, buf_span(&text), source);
		json_object_set_new(to, "verdict",
		    json_string(verdict_name(o->result.verdict)));
	} else {
		output_text(result, &text);
		json_object_set_new(to, "output", json_plain(buf_span(&text)));
		copy_list(to, "messages", result, "Messages");
		copy_list(to, "spawns", result, "Spawns");
		copy_list(to, "assignments", result, "Assignments");
	}
	json_object_set_new(to, "ms", json_integer((json_int_t)o->ms));
	show_json(sh, to);
	buf_release(&text);
}

/* --- for people --- */

/* "chat.lua:3: ", "line 3: " in typed blocks, "error: " where nothing fits. */
static void
show_place(struct shell *sh, const struct source *source, size_t line)
{
	bool block =
	    source->text.len && memchr(source->text.p, '\n', source->text.len);
	size_t at = source->first_line + line - 1;

	output_printf(&sh->err, "%s", attr_on(sh->err.color, ATTR_ERROR));
	if (line && source->name)
		output_printf(&sh->err, "%s:%zu: ", source->name, at);
	else if (source->name)
		output_printf(&sh->err, "%s: ", source->name);
	else if (line && block)
		output_printf(&sh->err, "error: line %zu: ", at);
	else
		output_printf(&sh->err, "error: ");
	output_printf(&sh->err, "%s", attr_off(sh->err.color));
}

/* Of a file that was loaded, now or earlier. The name comes from the process. */
static void
show_file_place(struct shell *sh, const struct failure *f)
{
	output_printf(&sh->err, "%s", attr_on(sh->err.color, ATTR_ERROR));
	output_foreign(&sh->err, buf_span(&f->file));
	output_printf(&sh->err, ":%zu: %s", f->line, attr_off(sh->err.color));
}

/* Empty text is no line. */
static void
show_line(struct output *to, struct span text)
{
	if (text.len == 0)
		return;
	output_foreign(to, text);
	output_printf(to, "\n");
}

/* What was printed before an error goes to `printed`. */
static void
show_failure(struct shell *sh, struct span error, const struct source *source,
    struct output *printed)
{
	struct error ignored;
	struct failure f;

	failure_parse(error, source, &f);
	show_line(printed, f.printed);
	output_flush(printed, &ignored);
	if (f.file.len)
		show_file_place(sh, &f);
	else
		show_place(sh, source, f.line);
	show_line(&sh->err, buf_span(&f.text));
	failure_release(&f);
}

void
show_error(struct shell *sh, struct span error, const struct source *source)
{
	show_failure(sh, error, source, &sh->err);
}

/* "2 messages", with a comma before it unless it is the first. */
static void
count_of(struct buf *out, size_t n, const char *one)
{
	if (n)
		buf_printf(out, "%s%zu %s%s", out->len ? ", " : "", n, one,
		    n == 1 ? "" : "s");
}

/* A message that the node takes in needs no target. */
static bool
is_for_node(const struct outbox *box, size_t i)
{
	json_t *message;
	bool is;

	if (i >= box->messages)
		return false;
	message = result_parse(outbox_text(box, i));
	is = patch_is(message);
	json_decref(message);
	return is;
}

/* A dim line that says what was queued; a warning for what will not go. */
static void
show_outbox(struct shell *sh, const struct result *result)
{
	enum {
		UNSENT_SHOWN = 5
	};
	size_t sent[OUTBOX_ASSIGNMENT + 1] = { 0 };
	struct buf line = BUF_INIT;
	struct outbox box;
	struct error err;
	size_t unsent = 0;

	if (outbox_init(&box, buf_span(&result->json), &err) < 0)
		return;
	for (size_t i = 0; i < box.count; i++) {
		struct outbox_entry entry;

		if (outbox_get(&box, i, &entry, &err) == 0) {
			sent[entry.kind]++;
			outbox_entry_release(&entry);
		} else if (!is_for_node(&box, i) && unsent++ < UNSENT_SHOWN) {
			output_printf(&sh->err,
			    "warning: this is not sent: %s\n", err.text);
		}
	}
	if (unsent > UNSENT_SHOWN)
		output_printf(&sh->err, "warning: nor are %zu more\n",
		    unsent - UNSENT_SHOWN);
	count_of(&line, sent[OUTBOX_MESSAGE], "message");
	count_of(&line, sent[OUTBOX_SPAWN], "spawn");
	count_of(&line, sent[OUTBOX_ASSIGNMENT], "assignment");
	if (line.len && sh->interactive && sh->err.terminal) {
		buf_add_text(&line, " sent");
		output_attr(&sh->err, ATTR_DIM, buf_text(&line));
		output_printf(&sh->err, "\n");
	}
	outbox_release(&box);
	buf_release(&line);
}

/* For .errors: whole, and where it was. */
static void
remember_failure(struct shell *sh, const struct outcome *o, struct span error,
    const struct source *source, bool dry)
{
	const char *name = source->name ? source->name : "input";
	struct buf where = BUF_INIT;

	if (dry)
		buf_printf(&where, "dry run, %s", name);
	else
		buf_printf(&where, "slot %" PRIu64 ", %s:%zu", o->receipt.slot,
		    name, source->first_line);
	past_errors_add(&sh->errors, buf_text(&where), error);
	buf_release(&where);
}

/* With --json even a failure is a result, on stdout. */
int
show_outcome(struct shell *sh, const struct outcome *o,
    const struct source *source, bool dry)
{
	json_t *result = result_parse(buf_span(&o->result.json));
	struct buf text = BUF_INIT;
	bool failed = error_text(result, &text);

	if (failed)
		remember_failure(sh, o, buf_span(&text), source, dry);
	if (sh->json) {
		show_as_json(sh, o, result, source, dry);
	} else if (failed) {
		show_failure(sh, buf_span(&text), source, &sh->out);
	} else {
		output_text(result, &text);
		if (!show_in_mode(sh, buf_span(&text)))
			show_line(&sh->out, buf_span(&text));
		if (!dry)
			show_outbox(sh, &o->result);
	}
	buf_release(&text);
	json_decref(result);
	if (o->result.verdict == VERDICT_INTERRUPTED)
		return EXIT_INTERRUPTED;
	return failed ? EXIT_EVAL : 0;
}

/* In milliseconds, with a digit that a local process needs. */
static void
add_time(struct buf *out, const char *what, uint64_t ns)
{
	buf_printf(out, "%s %.1f ms", what, (double)ns / NS_PER_MS);
}

void
show_times(struct shell *sh, const struct outcome *o)
{
	const struct client_times *t = &sh->client.times;
	struct buf line = BUF_INIT;

	buf_printf(&line, "slot %" PRIu64, o->receipt.slot);
	add_time(&line, ": sign", t->sign_ns);
	add_time(&line, ", send", t->send_ns);
	add_time(&line, ", compute", t->compute_ns);
	add_time(&line, ", total", t->sign_ns + t->send_ns + t->compute_ns);
	output_attr(shell_notes(sh), ATTR_DIM, buf_text(&line));
	output_printf(shell_notes(sh), "\n");
	buf_release(&line);
}

/* What is shown of a line that is too long: the part around *column. */
static struct span
part_of(struct span row, size_t *column)
{
	size_t from = 0;
	size_t to = row.len;

	if (row.len <= ROW_MAX)
		return row;
	if (*column > ROW_MAX / 2)
		from = *column - ROW_MAX / 2;
	if (to - from > ROW_MAX)
		to = from + ROW_MAX;
	/* no character is cut in two */
	while (from < *column && (row.p[from] & 0xc0) == 0x80)
		from++;
	while (to < row.len && to > *column && (row.p[to] & 0xc0) == 0x80)
		to--;
	*column -= from;
	return span_of(row.p + from, to - from);
}

/* The line and, below it, a caret under the place. */
static void
show_caret(struct shell *sh, const struct source *source, size_t line,
    const char *text)
{
	struct span row = line_of(source->text, line);
	size_t column = syntax_column(source->text, line, text);

	if (row.len == 0)
		return;
	row = part_of(row, &column);
	output_printf(&sh->err, "  ");
	show_line(&sh->err, row);
	output_printf(&sh->err, "  ");
	/* a tab stays a tab, so that the caret stands under its place */
	for (size_t i = 0; i < column; i++) {
		if ((row.p[i] & 0xc0) != 0x80)
			output_printf(&sh->err, "%c",
			    row.p[i] == '\t' ? '\t' : ' ');
	}
	output_attr(&sh->err, ATTR_ERROR, "^");
	output_printf(&sh->err, "\n");
}

/* Nothing was sent, so there is no id, slot or verdict to show. */
int
show_syntax_error(struct shell *sh, const struct source *source,
    const char *message)
{
	struct error ignored;
	const char *text;
	size_t line = syntax_line(message, &text);
	size_t lines = line_count(source->text);
	json_t *to;

	/* the compiler sees a line end that nobody wrote */
	if (line > lines)
		line = lines;
	past_errors_add(&sh->errors, source->name ? source->name : "input",
	    span_text(message));

	if (sh->json) {
		to = json_object();
		json_object_set_new(to, "ok", json_false());
		json_object_set_new(to, "error", json_plain(span_text(text)));
		json_object_set_new(to, "at", json_place(source, line));
		show_json(sh, to);
		return EXIT_EVAL;
	}
	output_flush(&sh->out, &ignored);
	show_place(sh, source, line);
	show_line(&sh->err, span_text(text));
	show_caret(sh, source, line, text);
	return EXIT_EVAL;
}

/* A path may be any bytes; JSON holds characters. */
json_t *
show_path(const char *path)
{
	struct span rest = span_text(path);
	struct buf text = BUF_INIT;
	json_t *value;

	while (rest.len) {
		bool valid;
		size_t n = utf8_next(rest, &valid);

		if (valid)
			buf_add_span(&text, span_first(rest, n));
		else
			buf_add_text(&text, "\xef\xbf\xbd");
		rest = span_from(rest, n);
	}
	value = json_string(buf_text(&text));
	buf_release(&text);
	return value;
}

struct time_text
time_text(uint64_t ms)
{
	time_t seconds = (time_t)(ms / MS_PER_S);
	struct time_text t = { "-" };
	struct tm tm;

	if (gmtime_r(&seconds, &tm))
		strftime(t.text, sizeof(t.text), "%Y-%m-%d %H:%M:%S", &tm);
	return t;
}

/* Both ends stay: people compare either. */
void
short_id(const char *id, struct buf *out)
{
	size_t len = strlen(id);

	if (len <= 2 * SHORT_ID_ENDS + 3)
		buf_add_text(out, id);
	else
		buf_printf(out, "%.*s...%s", SHORT_ID_ENDS, id,
		    id + len - SHORT_ID_ENDS);
}
