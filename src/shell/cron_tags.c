/*
 * Intervals are read by the same parser as the scheduler's, before anything is
 * sent: a spawn that is refused names a tag that the user did not type.
 */
#include "shell/cron_tags.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "ao/cron.h"
#include "shell/shell.h"

static void
add(struct cron_tags *c, struct span name, struct span value)
{
	c->tags = xrealloc(c->tags, (c->count + 1) * sizeof(*c->tags));
	c->tags[c->count++] = (struct tag){ name, value };
}

/* "Cron-Tag-" and the name in front of the equals sign. */
static void
add_tag(struct cron_tags *c, const char *text)
{
	const char *equals = strchr(text, '=');
	char *name = xasprintf("Cron-Tag-%.*s", (int)(equals - text), text);

	c->names = xrealloc(c->names, (c->name_count + 1) * sizeof(*c->names));
	c->names[c->name_count++] = name;
	add(c, span_text(name), span_text(equals + 1));
}

/* What the messages of a schedule are, when nothing was said. */
static void
end_schedule(struct cron_tags *c, bool has_action)
{
	if (c->count > 0 && !has_action)
		add(c, span_text("Cron-Tag-Action"), span_text("Cron"));
}

static int
check_interval(const char *text, struct error *err)
{
	const struct tag tag = { span_text("Cron-Interval"), span_text(text) };
	struct crons crons;

	if (crons_parse(&tag, 1, &crons, err) < 0) {
		error_prefix(err, "'--cron %s'", text);
		err->code = ERR_USAGE;
		return -1;
	}
	crons_release(&crons);
	return 0;
}

/* One option; others are passed over. */
static int
take_option(struct cron_tags *c, const struct option_value *v, bool *has_action,
    struct error *err)
{
	if (strcmp(v->spec->name, "cron") == 0) {
		if (check_interval(v->text, err) < 0)
			return -1;
		end_schedule(c, *has_action);
		*has_action = false;
		add(c, span_text("Cron-Interval"), span_text(v->text));
	} else if (strcmp(v->spec->name, "cron-tag") == 0) {
		if (c->count == 0)
			return FAIL(err, ERR_USAGE,
			    "'--cron-tag %s' stands before any '--cron'",
			    v->text);
		*has_action |= strncmp(v->text, "Action=", 7) == 0;
		add_tag(c, v->text);
	}
	return 0;
}

int
cron_tags_from_options(const struct options *o, struct cron_tags *out,
    struct error *err)
{
	struct cron_tags c = { NULL, 0, NULL, 0 };
	bool has_action = false;

	for (size_t i = 0; i < o->count; i++)
		if (take_option(&c, &o->values[i], &has_action, err) < 0) {
			cron_tags_release(&c);
			return -1;
		}
	end_schedule(&c, has_action);
	*out = c;
	return 0;
}

void
cron_tags_release(struct cron_tags *c)
{
	for (size_t i = 0; i < c->name_count; i++)
		free(c->names[i]);
	free(c->names);
	free(c->tags);
	*c = (struct cron_tags){ NULL, 0, NULL, 0 };
}

int
cron_monitor_new(struct shell *sh, const struct id *id, const char *name,
    struct error *err)
{
	struct node *n = sh->client.node;

	if (n->ops->monitor(n, id, true, err) < 0)
		return FAIL_IN(err, "cannot monitor '%s'", name);
	output_printf(shell_notes(sh),
	    "aosh: '%s' is monitored: what its cron ticks send is delivered; "
	    "'aosh unmonitor' ends that\n",
	    name);
	return 0;
}
