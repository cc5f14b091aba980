/*
 * The parser knows types, so a switch never swallows the word behind it and a
 * number is a number before a command sees it. Everything that is refused is
 * refused here, in one line, with exit code 2.
 *
 * Two passes: options_first_word() finds the command with every option of every
 * command known, options_parse() then reads with that command's own. So an
 * option may stand before its command, and one that the command does not have
 * is still refused. It works since a name has the same type wherever it occurs.
 *
 * Nothing is copied: texts are borrowed from argv, which lives as long as the
 * program, or from the words of a line.
 */
#include "shell/options.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/base64url.h"
#include "base/number.h"
#include "shell/suggest.h"

enum {
	SECONDS_MAX = 1000 * 1000 * 1000 /* some 30 years */
};

/* 18 digits, which fit a signed number, too. */
#define NUMBER_MAX UINT64_C(999999999999999999)

/* Where the reading of arguments stands. */
struct parser {
	const struct option_scope *scope;
	int argc;
	char *const *argv;
	int at; /* the next argument */
	struct options *out;
};

static bool
is_name(const char *name, struct span word)
{
	return name && span_is(word, name);
}

/* Lists are looked through in order: a command may override a global one. */
static const struct option_spec *
find_long(const struct option_scope *scope, struct span word)
{
	for (size_t i = 0; scope->lists[i]; i++) {
		const struct option_spec *s = scope->lists[i];

		for (; s->name; s++) {
			if (is_name(s->name, word) || is_name(s->alias, word))
				return s;
		}
	}
	return NULL;
}

static const struct option_spec *
find_letter(const struct option_scope *scope, char letter)
{
	for (size_t i = 0; scope->lists[i]; i++) {
		const struct option_spec *s = scope->lists[i];

		for (; s->name; s++) {
			if (s->letter == letter)
				return s;
		}
	}
	return NULL;
}

/* One line, with the nearest option that there is. */
static int
fail_unknown(const struct option_scope *scope, const char *word,
    struct error *err)
{
	struct suggestion near = { NULL, 0 };

	for (size_t i = 0; scope->lists[i]; i++) {
		const struct option_spec *s = scope->lists[i];

		for (; s->name; s++) {
			suggest(&near, word, s->name);
			if (s->alias)
				suggest(&near, word, s->alias);
		}
	}
	if (near.word)
		return FAIL(err, ERR_USAGE,
		    "unknown option '--%s'; did you mean '--%s'?", word,
		    near.word);
	return FAIL(err, ERR_USAGE, "unknown option '--%s'; see 'aosh --help'",
	    word);
}

/* "2", "0.25": in milliseconds. */
static int
parse_seconds(const char *text, uint64_t *ms)
{
	char *end;
	double seconds;

	if (!isdigit((unsigned char)*text) && *text != '.')
		return -1;
	seconds = strtod(text, &end);
	if (*end || !(seconds >= 0 && seconds <= SECONDS_MAX))
		return -1;
	*ms = (uint64_t)(seconds * 1000);
	return 0;
}

/* `words` are split by |. */
static bool
is_choice(const char *words, const char *text)
{
	while (*words) {
		size_t len = strcspn(words, "|");

		if (strlen(text) == len && memcmp(words, text, len) == 0)
			return true;
		words += len + (words[len] == '|');
	}
	return false;
}

/* Check a value by the option's type, and fill in its number. */
static int
check_value(struct option_value *v, struct error *err)
{
	const struct option_spec *s = v->spec;
	const char *equals;

	switch (s->type) {
	case OPTION_NUMBER:
		if (!parse_decimal(span_text(v->text), NUMBER_MAX, &v->number))
			return FAIL(err, ERR_USAGE,
			    "'--%s' takes a whole number, not '%s'", s->name,
			    v->text);
		return 0;
	case OPTION_SECONDS:
		if (parse_seconds(v->text, &v->number) < 0)
			return FAIL(err, ERR_USAGE,
			    "'--%s' takes seconds, not '%s'", s->name, v->text);
		return 0;
	case OPTION_CHOICE:
		if (!is_choice(s->arg, v->text))
			return FAIL(err, ERR_USAGE, "'--%s' takes %s, not '%s'",
			    s->name, s->arg, v->text);
		return 0;
	case OPTION_TAG:
		equals = strchr(v->text, '=');
		if (!equals || equals == v->text)
			return FAIL(err, ERR_USAGE,
			    "'--%s' takes NAME=VALUE, not '%s'", s->name,
			    v->text);
		return 0;
	default:
		return 0;
	}
}

/* Take an option's value from `text` or the next argument, and check it. */
static int
add_value(struct parser *p, const struct option_spec *spec, const char *text,
    struct error *err)
{
	struct option_value v = { spec, text, 0 };

	if (!spec->many && options_has(p->out, spec->name))
		return FAIL(err, ERR_USAGE, "'--%s' is given twice",
		    spec->name);
	if (spec->type != OPTION_SWITCH) {
		if (!text && p->at == p->argc)
			return FAIL(err, ERR_USAGE, "'--%s' needs a value: %s",
			    spec->name, spec->arg);
		if (!text)
			v.text = p->argv[p->at++];
		if (check_value(&v, err) < 0)
			return -1;
	}
	p->out->values[p->out->count++] = v;
	return 0;
}

/* "--name" or "--name=value"; `word` is behind the dashes. */
static int
parse_long(struct parser *p, const char *word, struct error *err)
{
	const char *equals = strchr(word, '=');
	struct span name = span_text(word);
	const struct option_spec *spec;

	if (equals)
		name.len = (size_t)(equals - word);
	spec = find_long(p->scope, name);
	if (!spec) {
		char *plain = xasprintf("%.*s", SPAN_ARG(name));
		int rc = fail_unknown(p->scope, plain, err);

		free(plain);
		return rc;
	}
	if (equals && spec->type == OPTION_SWITCH)
		return FAIL(err, ERR_USAGE, "'--%s' takes no value",
		    spec->name);
	return add_value(p, spec, equals ? equals + 1 : NULL, err);
}

/* "-q", "-qk", "-n5", "-n 5"; `word` is behind the dash. */
static int
parse_letters(struct parser *p, const char *word, struct error *err)
{
	for (; *word; word++) {
		const struct option_spec *spec = find_letter(p->scope, *word);
		bool takes = spec && spec->type != OPTION_SWITCH;

		if (!spec)
			return FAIL(err, ERR_USAGE,
			    "unknown option '-%c'; see 'aosh --help'", *word);
		if (add_value(p, spec, takes && word[1] ? word + 1 : NULL,
			err) < 0)
			return -1;
		if (takes)
			break;
	}
	return 0;
}

/* An id may begin with a dash, and no options are as long. */
static bool
is_argument(const char *word)
{
	struct error ignored;
	struct id id;

	return word[0] != '-' || !word[1] ||
	    id_decode(span_text(word), &id, &ignored) == 0;
}

/* Behind "--" all are arguments, dashes or not. */
static int
parse_all(struct parser *p, struct error *err)
{
	bool only_args = false;

	while (p->at < p->argc) {
		const char *word = p->argv[p->at++];
		int rc = 0;

		if (only_args || is_argument(word))
			p->out->args[p->out->arg_count++] = word;
		else if (strcmp(word, "--") == 0)
			only_args = true;
		else if (word[1] == '-')
			rc = parse_long(p, word + 2, err);
		else
			rc = parse_letters(p, word + 1, err);
		if (rc < 0)
			return -1;
	}
	return 0;
}

int
options_parse(const struct option_scope *scope, int argc, char *const *argv,
    struct options *out, struct error *err)
{
	struct options o = { 0 };
	struct parser p = { scope, argc, argv, 0, &o };
	size_t letters = 1;

	/* at most one value for each letter of an argument */
	for (int i = 0; i < argc; i++)
		letters += strlen(argv[i]) + 1;
	o.values = xcalloc(letters, sizeof(*o.values));
	o.args = xcalloc((size_t)argc + 1, sizeof(*o.args));
	if (parse_all(&p, err) < 0) {
		options_release(&o);
		return -1;
	}
	*out = o;
	return 0;
}

void
options_release(struct options *o)
{
	free(o->values);
	free(o->args);
	*o = (struct options){ 0 };
}

/* True when the option `word` takes the next argument for its value. */
static bool
takes_next(const struct option_scope *scope, const char *word)
{
	const struct option_spec *spec;

	if (word[1] == '-') {
		spec = find_long(scope, span_text(word + 2));
		return spec && spec->type != OPTION_SWITCH;
	}
	for (word++; *word; word++) {
		spec = find_letter(scope, *word);
		if (spec && spec->type != OPTION_SWITCH)
			return !word[1];
	}
	return false;
}

int
options_first_word(const struct option_scope *scope, int argc,
    char *const *argv)
{
	for (int i = 0; i < argc; i++) {
		if (strcmp(argv[i], "--") == 0)
			return -1;
		if (is_argument(argv[i]))
			return i;
		if (takes_next(scope, argv[i]))
			i++;
	}
	return -1;
}

/* As in most tools the last one given counts. */
static const struct option_value *
last_value(const struct options *o, const char *name)
{
	for (size_t i = o->count; i > 0; i--) {
		if (strcmp(o->values[i - 1].spec->name, name) == 0)
			return &o->values[i - 1];
	}
	return NULL;
}

bool
options_has(const struct options *o, const char *name)
{
	return last_value(o, name) != NULL;
}

const char *
options_text(const struct options *o, const char *name, const char *otherwise)
{
	const struct option_value *v = last_value(o, name);

	return v ? v->text : otherwise;
}

uint64_t
options_number(const struct options *o, const char *name, uint64_t otherwise)
{
	const struct option_value *v = last_value(o, name);

	return v ? v->number : otherwise;
}

const char *
options_arg(const struct options *o, size_t i)
{
	return i < o->arg_count ? o->args[i] : NULL;
}

int
options_check_args(const struct options *o, size_t min, size_t max,
    const char *usage, struct error *err)
{
	if (o->arg_count < min)
		return FAIL(err, ERR_USAGE, "too few arguments; usage: %s",
		    usage);
	if (o->arg_count > max)
		return FAIL(err, ERR_USAGE,
		    "unexpected argument '%s'; usage: %s", o->args[max], usage);
	return 0;
}
