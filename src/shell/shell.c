/*
 * From arguments to an exit code. Options are known before anything is opened,
 * so questions about the program (--help, --version, --commands) cost nothing,
 * and a mistyped flag never makes a data directory.
 *
 * Outputs exist before the options are read, so that a wrong option can be
 * told; then they are made anew with the colours that were asked for.
 * Everything opened is closed here, on every way out, and the exit code is the
 * first failure's; what could not be written counts when nothing else failed.
 */
#include "shell/shell.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/alloc.h"
#include "shell/draft.h"
#include "shell/paths.h"
#include "shell/prompt_ask.h"
#include "shell/signals.h"

const struct option_spec global_options[] = {
	{ "data-dir", NULL, 0, OPTION_FILE, false, "DIR",
	    "keep the data there (AOSH_HOME)" },
	{ "config", NULL, 0, OPTION_FILE, false, "FILE",
	    "take settings from that file (AOSH_CONFIG)" },
	{ "profile", NULL, 0, OPTION_TEXT, false, "NAME",
	    "take the settings of that profile, too (AOSH_PROFILE)" },
	{ "no-config", NULL, 0, OPTION_SWITCH, false, NULL,
	    "take no settings from a file" },
	{ "ephemeral", NULL, 0, OPTION_SWITCH, false, NULL,
	    "keep everything in memory, leave nothing behind" },
	{ "wallet", NULL, 0, OPTION_FILE, false, "NAME|FILE",
	    "sign with that wallet (AOSH_WALLET)" },
	{ "password-fd", NULL, 0, OPTION_NUMBER, false, "N",
	    "read the wallet's password from that descriptor, a line" },
	{ "json", NULL, 0, OPTION_SWITCH, false, NULL,
	    "print one JSON object per line" },
	{ "quiet", NULL, 'q', OPTION_SWITCH, false, NULL,
	    "no notes on standard error" },
	{ "color", "colour", 0, OPTION_CHOICE, false, "auto|always|never",
	    "when to use colours" },
	{ "timeout", NULL, 0, OPTION_SECONDS, false, "SECONDS",
	    "how long to wait for a result" },
	{ "net", NULL, 0, OPTION_CHOICE, false, "local|legacy|mainnet",
	    "where processes are: here, or on a network; mainnet: not yet" },
	{ "legacy", NULL, 0, OPTION_SWITCH, false, NULL,
	    "the same as --net legacy" },
	{ "dev", NULL, 0, OPTION_SWITCH, false, NULL,
	    "the same, with the addresses of the development network" },
	{ "mainnet", NULL, 0, OPTION_TEXT, false, "URL",
	    "the same as --net mainnet, which is refused" },
	{ "url", NULL, 0, OPTION_TEXT, false, "URL",
	    "all units of the network are there" },
	{ "mu-url", NULL, 0, OPTION_TEXT, false, "URL",
	    "its messenger unit is there (MU_URL)" },
	{ "cu-url", NULL, 0, OPTION_TEXT, false, "URL",
	    "its compute unit is there (CU_URL)" },
	{ "su-url", NULL, 0, OPTION_TEXT, false, "URL",
	    "its scheduler unit is there (SU_URL)" },
	{ "gateway-url", NULL, 0, OPTION_TEXT, true, "URL",
	    "a gateway is there, more behind commas (GATEWAY_URL)" },
	{ "help", NULL, 'h', OPTION_SWITCH, false, NULL, "show this" },
	{ "version", NULL, 'V', OPTION_SWITCH, false, NULL,
	    "show the version" },
	{ "commands", NULL, 0, OPTION_SWITCH, false, NULL,
	    "show the table of commands, for programs" },
	{ .name = NULL },
};

/* Scripts tell failures apart by these; they are in the manual. */
int
exit_code_of(enum error_code code)
{
	switch (code) {
	case ERR_NOT_FOUND:
		return EXIT_NO_PROCESS;
	case ERR_WALLET:
	case ERR_DENIED:
		return EXIT_WALLET;
	case ERR_STORE:
	case ERR_FULL:
	case ERR_BUSY:
		return EXIT_STORE;
	case ERR_GONE:
	case ERR_TIMEOUT:
		return EXIT_NODE;
	case ERR_INTERRUPTED:
		return EXIT_INTERRUPTED;
	case ERR_USAGE:
	case ERR_FORMAT:
	case ERR_SHORT:
	case ERR_LIMIT:
	case ERR_EXISTS:
		return EXIT_USAGE;
	default:
		return EXIT_EVAL;
	}
}

struct output *
shell_notes(struct shell *sh)
{
	return sh->quiet ? &sh->nowhere : &sh->err;
}

/* Results first: they were there before the failure. */
int
shell_report(struct shell *sh, const struct error *err)
{
	struct error ignored;

	output_flush(&sh->out, &ignored);
	output_attr(&sh->err, ATTR_ERROR, "aosh: ");
	output_foreign(&sh->err, span_text(err->text));
	output_printf(&sh->err, "\n");
	output_flush(&sh->err, &ignored);
	return exit_code_of(err->code);
}

/* Says once that output cannot be written, then is silent. */
int
shell_flush(struct shell *sh)
{
	bool before = sh->out.failed != 0;
	struct error ignored;
	struct error err;
	int rc;

	/* who flushes in the middle of a unit wants it seen */
	if (sh->out.fd >= 0)
		sh->out.hold = false;
	rc = output_flush(&sh->out, &err);

	/* a reader that went away wants to hear no more of it */
	if (rc < 0 && !before && sh->out.failed != EPIPE)
		shell_report(sh, &err);
	buf_clear(&sh->nowhere.pending);
	output_flush(&sh->err, &ignored);
	return rc < 0 ? EXIT_EVAL : 0;
}

/* The password that stands in front of whatever else the descriptor gives. */
static int
take_password(struct shell *sh, const struct options *o, struct error *err)
{
	uint64_t fd = options_number(o, "password-fd", 0);

	if (!options_has(o, "password-fd"))
		return 0;
	if (fd > INT_MAX)
		return FAIL(err, ERR_USAGE,
		    "'--password-fd' takes a descriptor, not %" PRIu64, fd);
	return password_take(&sh->client.password, (int)fd, err);
}

/* What the user has settled for all runs. */
static int
read_config(struct shell *sh, const struct options *o, struct error *err)
{
	const char *given = options_text(o, "config", NULL);

	const char *profile = options_text(o, "profile",
	    getenv("AOSH_PROFILE")); /* NOLINT(concurrency-mt-unsafe) */

	if (!options_has(o, "no-config"))
		return config_load(given, profile && *profile ? profile : NULL,
		    &sh->settings, err);
	if (given || options_has(o, "profile"))
		return FAIL(err, ERR_USAGE,
		    "'--%s' and '--no-config' exclude each other",
		    given ? "config" : "profile");
	return 0;
}

int
shell_read_settings(struct shell *sh, const struct options *o,
    struct error *err)
{
	network_release(&sh->network);
	return read_config(sh, o, err) < 0
	    ? -1
	    : network_read(o, &sh->settings, &sh->network, err);
}

/* As aos does: these addresses were not said. */
static void
note_development(struct shell *sh, const struct options *o)
{
	if (options_has(o, "dev"))
		output_printf(shell_notes(sh),
		    "aosh: development network: messenger %s, compute unit "
		    "%s\n",
		    sh->network.mu_url, sh->network.cu_url);
}

/* Nothing may have been written yet. */
static void
use_color(struct shell *sh, enum color_mode color)
{
	sh->color = color;
	output_release(&sh->out);
	output_release(&sh->err);
	output_init(&sh->out, STDOUT_FILENO, color);
	output_init(&sh->err, STDERR_FILENO, color);
}

/* Where a command's wallet and data are; the directory is made. */
static int
find_data(struct shell *sh, const struct options *o, struct error *err)
{
	struct client *c = &sh->client;

	if (shell_read_settings(sh, o, err) < 0)
		return -1;
	c->settings = &sh->settings;
	if (sh->settings.theme.text[0])
		(void)attr_theme_set(span_text(sh->settings.theme.text));
	c->network = sh->network.legacy;
	c->ephemeral = sh->ephemeral;
	c->timeout_ms = options_number(o, "timeout", sh->settings.timeout_ms);
	c->notes = shell_notes(sh);
	if (!options_has(o, "color"))
		use_color(sh, (enum color_mode)sh->settings.color);
	note_development(sh, o);
	/* before any thread starts */
	c->wallet_word = options_text(o, "wallet",
	    getenv("AOSH_WALLET")); /* NOLINT(concurrency-mt-unsafe) */
	if (c->wallet_word && !*c->wallet_word)
		c->wallet_word = NULL;
	if (!c->wallet_word && sh->settings.wallet.text[0])
		c->wallet_word = sh->settings.wallet.text;
	sh->module_path = options_text(o, "path",
	    getenv("AOSH_PATH")); /* NOLINT(concurrency-mt-unsafe) */
	if (take_password(sh, o, err) < 0)
		return -1;
	if (sh->ephemeral)
		return 0;
	if (data_dir_make(options_text(o, "data-dir", NULL), &sh->data_dir,
		err) < 0)
		return -1;
	c->data_dir = buf_text(&sh->data_dir);
	return 0;
}

/* Open the node for a command, on the data directory or in memory. */
static int
open_client(struct shell *sh, struct error *err)
{
	struct client *c = &sh->client;
	struct node *node;
	int rc;

	if (c->network)
		rc = sh->config->open_network(&sh->network, c, &node, err);
	else
		rc = sh->config->open_node(c->data_dir, c->ephemeral,
		    &sh->settings, &node, err);
	return rc < 0 ? -1 : client_init(c, node, err);
}

int
shell_open_node(struct shell *sh, const struct options *o, struct error *err)
{
	return find_data(sh, o, err) < 0 ? -1 : open_client(sh, err);
}

/* Questions about the program are answered before anything is opened. */
static int
run_command(struct shell *sh, const struct command *c, const struct options *o,
    struct error *err)
{
	struct buf text = BUF_INIT;
	int rc;

	if (options_has(o, "help")) {
		if (c == &command_shell)
			help_all(&text);
		else
			help_command(c, &text);
	} else if (options_has(o, "version")) {
		buf_add_text(&text, "aosh " AOSH_VERSION "\n");
	} else if (options_has(o, "commands")) {
		command_list(&text);
	}
	if (text.len) {
		output_span(&sh->out, buf_span(&text));
		buf_release(&text);
		return 0;
	}
	if (c == &command_shell && o->arg_count > c->max &&
	    !command_find(subcommands, span_text(o->args[0])) &&
	    command_suggest(subcommands, o->args[0]))
		return FAIL(err, ERR_USAGE,
		    "no command '%s'; did you mean '%s'?", o->args[0],
		    command_suggest(subcommands, o->args[0]));
	command_usage(c, false, &text);
	rc = options_check_args(o, c->min, c->max, buf_text(&text), err);
	buf_release(&text);
	if (rc == 0 && c->flags & (COMMAND_NODE | COMMAND_DATA))
		rc = find_data(sh, o, err);
	if (rc == 0 && c->flags & COMMAND_NODE)
		rc = open_client(sh, err);
	return rc < 0 ? -1 : c->exec(sh, o, err);
}

/* The options of all commands, for finding the command word among them. */
static struct option_scope
every_option(const struct option_spec **lists)
{
	size_t n = 0;

	lists[n++] = global_options;
	lists[n++] = command_shell.options;
	for (const struct command *const *c = subcommands; *c; c++) {
		if ((*c)->options)
			lists[n++] = (*c)->options;
	}
	lists[n] = NULL;
	return (struct option_scope){ lists };
}

enum {
	COMMANDS_MAX = 64
};

/* Argument number `at` is used up. */
static void
take_word(int at, int *argc, char **argv)
{
	memmove(argv + at, argv + at + 1, (size_t)(*argc - at) * sizeof(*argv));
	--*argc;
}

/*
 * The second word of a group's command, out of the arguments behind the first.
 * NULL: there is none of that name.
 */
static const struct command *
take_second(const struct option_scope *scope, const char *first, int at,
    int *argc, char **argv)
{
	int second = options_first_word(scope, *argc - at, argv + at);
	const struct command *c;
	char *name;

	if (second < 0)
		return NULL;
	name = xasprintf("%s %s", first, argv[at + second]);
	c = command_find(subcommands, span_text(name));
	free(name);
	if (c)
		take_word(at + second, argc, argv);
	return c;
}

/*
 * Take the command's words out of the arguments; *argc goes down. *group: a
 * word of which commands of two words begin, and none of them follows.
 */
static const struct command *
take_command(struct shell *sh, int *argc, char **argv, const char **group)
{
	const struct option_spec *lists[COMMANDS_MAX];
	struct option_scope scope = every_option(lists);
	int at = options_first_word(&scope, *argc, argv);
	const struct command *c = NULL;
	const char *word = at < 0 ? NULL : argv[at];

	*group = NULL;
	if (word && command_is_group(span_text(word))) {
		take_word(at, argc, argv);
		c = take_second(&scope, word, at, argc, argv);
		*group = c ? NULL : word;
		return c ? c : &command_shell;
	}
	if (word)
		c = command_find(subcommands, span_text(word));
	sh->might_be_typo = !c && word;
	if (!c)
		return &command_shell;
	take_word(at, argc, argv);
	return c;
}

/* "aosh item --help" is answered, "aosh item" and "aosh item foo" are not. */
static int
run_group(struct shell *sh, const char *group, int argc, char **argv,
    struct error *err)
{
	const char *near = NULL;
	struct buf text = BUF_INIT;
	char *name;

	for (int i = 0; i < argc; i++)
		if (strcmp(argv[i], "--help") == 0 ||
		    strcmp(argv[i], "-h") == 0) {
			help_group(group, &text);
			output_span(&sh->out, buf_span(&text));
			buf_release(&text);
			return 0;
		}
	if (argc == 0 || argv[0][0] == '-')
		return FAIL(err, ERR_USAGE,
		    "'%s' needs a command; see 'aosh %s --help'", group, group);
	name = xasprintf("%s %s", group, argv[0]);
	near = command_suggest(subcommands, name);
	if (near)
		error_set(err, ERR_USAGE, "no command '%s'; did you mean '%s'?",
		    name, near);
	else
		error_set(err, ERR_USAGE,
		    "no command '%s'; see 'aosh %s --help'", name, group);
	free(name);
	return -1;
}

/* From here on output is as the user wants it. */
static void
apply_options(struct shell *sh, const struct options *o)
{
	enum color_mode color = COLOR_AUTO;

	color_mode_parse(options_text(o, "color", "auto"), &color);
	use_color(sh, color);
	sh->json = options_has(o, "json");
	sh->mode = sh->json ? SHOW_JSON : SHOW_RAW;
	sh->quiet = options_has(o, "quiet");
	sh->ephemeral = options_has(o, "ephemeral");
}

/* From words to a command and its exit code. */
static int
run_arguments(struct shell *sh, int argc, char **argv, struct error *err)
{
	const char *group;
	const struct command *c = take_command(sh, &argc, argv, &group);
	const struct option_spec *lists[3];
	struct option_scope scope = command_scope(c, lists);
	struct options o;
	int rc;

	if (group)
		return run_group(sh, group, argc, argv, err);
	if (options_parse(&scope, argc, argv, &o, err) < 0)
		return -1;
	apply_options(sh, &o);
	rc = run_command(sh, c, &o, err);
	if (rc < 0)
		rc = shell_report(sh, err);
	draft_drop(sh);
	prompt_ask_drop(sh);
	client_release(&sh->client);
	options_release(&o);
	return rc;
}

int
shell_main(const struct shell_config *config, int argc, char **argv)
{
	struct shell sh = { .config = config, .sink.fold = FOLD_DEFAULT };
	struct error err = { 0 };
	int code;
	int rc;

	output_init(&sh.out, STDOUT_FILENO, COLOR_AUTO);
	output_init(&sh.err, STDERR_FILENO, COLOR_AUTO);
	output_init(&sh.nowhere, -1, COLOR_NEVER);
	rc = signals_init(&err);
	if (rc == 0)
		rc = run_arguments(&sh, argc - 1, argv + 1, &err);
	if (rc < 0)
		rc = shell_report(&sh, &err);
	code = shell_flush(&sh);
	output_release(&sh.out);
	output_release(&sh.err);
	output_release(&sh.nowhere);
	network_release(&sh.network);
	buf_release(&sh.data_dir);
	buf_release(&sh.prompt);
	buf_release(&sh.prompt_form);
	buf_release(&sh.last);
	buf_release(&sh.again);
	past_errors_release(&sh.errors);
	sink_release(&sh.sink);
	reader_release(&sh.reader);
	return rc ? rc : code;
}
