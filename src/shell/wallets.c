/*
 * A name is looked for first, so that a file of the same name in the folder
 * where somebody happens to stand does not change which key signs; "./NAME" is
 * the file.
 */
#include "shell/wallets.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "shell/paths.h"
#include "shell/show.h"

static const char suffix[] = ".json";

void
wallet_place_release(struct wallet_place *p)
{
	free(p->path);
	*p = (struct wallet_place){ .path = NULL };
}

bool
wallet_place_is_default(const struct wallet_place *p)
{
	return strcmp(p->name, WALLET_DEFAULT) == 0;
}

bool
wallet_name_valid(const char *name)
{
	static const char good[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				   "abcdefghijklmnopqrstuvwxyz0123456789._-";
	size_t len = strlen(name);

	return len > 0 && len <= WALLET_NAME_MAX && name[0] != '.' &&
	    name[0] != '-' && strspn(name, good) == len;
}

/* The file of a name, which is valid. */
static struct wallet_place
place_of(const char *data_dir, const char *name)
{
	struct wallet_place p = { .path = NULL };

	memcpy(p.name, name, strlen(name) + 1);
	if (wallet_place_is_default(&p))
		p.path = xasprintf("%s/wallet.json", data_dir);
	else
		p.path = xasprintf("%s/wallets/%s%s", data_dir, name, suffix);
	return p;
}

/* A file anywhere. */
static int
place_of_file(const char *file, struct wallet_place *out, struct error *err)
{
	struct buf path = BUF_INIT;

	if (path_expand(file, &path, err) < 0) {
		buf_release(&path);
		return -1;
	}
	*out = (struct wallet_place){ .path = xstrdup(buf_text(&path)) };
	buf_release(&path);
	return 0;
}

/* Also when it is a link to nowhere, which is not to be written over. */
static bool
is_there(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0;
}

int
wallet_find(const char *data_dir, const char *word, struct wallet_place *out,
    struct error *err)
{
	struct wallet_place p;
	bool named;

	if (!word)
		word = WALLET_DEFAULT;
	named = data_dir && wallet_name_valid(word);
	if (named) {
		p = place_of(data_dir, word);
		if (wallet_place_is_default(&p) || is_there(p.path)) {
			*out = p;
			return 0;
		}
		wallet_place_release(&p);
	}
	if (place_of_file(word, &p, err) < 0)
		return -1;
	if (named && !is_there(p.path)) {
		wallet_place_release(&p);
		return FAIL(err, ERR_WALLET,
		    "no wallet '%s': No such file or directory; 'aosh wallet "
		    "list' shows the names that there are",
		    word);
	}
	*out = p;
	return 0;
}

/* Where one of that name would go. */
static int
new_named(const char *data_dir, const char *name, struct wallet_place *out,
    struct error *err)
{
	char *folder;
	int rc;

	if (!wallet_name_valid(name))
		return FAIL(err, ERR_USAGE,
		    "'%s' cannot be a wallet's name: at most %d letters, "
		    "digits, '.', '_' and '-', the first no '.' or '-'",
		    name, WALLET_NAME_MAX);
	if (!data_dir)
		return FAIL(err, ERR_USAGE,
		    "with --ephemeral nothing is kept: say '-o FILE'");
	folder = xasprintf("%s/wallets", data_dir);
	rc = make_dirs(folder, err);
	free(folder);
	if (rc == 0)
		*out = place_of(data_dir, name);
	return rc;
}

int
wallet_place_new(const char *data_dir, const char *name, const char *file,
    struct wallet_place *out, struct error *err)
{
	struct wallet_place p;
	int rc;

	if (file && name)
		return FAIL(err, ERR_USAGE,
		    "a new wallet has a name or a file, not both");
	rc = file ? place_of_file(file, &p, err)
		  : new_named(data_dir, name ? name : WALLET_DEFAULT, &p, err);
	if (rc != 0)
		return -1;
	if (is_there(p.path)) {
		error_set(err, ERR_EXISTS, "'%s' exists already%s", p.path,
		    !file && !name ? ": give the new one a NAME" : "");
		wallet_place_release(&p);
		return -1;
	}
	*out = p;
	return 0;
}

/* "NAME.json" of a name that is not that of the default wallet. */
static int
is_wallet_file(const struct dirent *e)
{
	char name[WALLET_NAME_MAX + 1];
	size_t len = strlen(e->d_name);

	if (len < sizeof(suffix) ||
	    len - (sizeof(suffix) - 1) > WALLET_NAME_MAX)
		return 0;
	len -= sizeof(suffix) - 1;
	if (strcmp(e->d_name + len, suffix) != 0)
		return 0;
	memcpy(name, e->d_name, len);
	name[len] = 0;
	return wallet_name_valid(name) && strcmp(name, WALLET_DEFAULT) != 0;
}

void
wallet_each(const char *data_dir, wallet_each_fn fn, void *arg)
{
	struct wallet_place p = place_of(data_dir, WALLET_DEFAULT);
	char *folder = xasprintf("%s/wallets", data_dir);
	bool more = !is_there(p.path) || fn(arg, &p);
	struct dirent **entries = NULL;
	int count = scandir(folder, &entries, is_wallet_file, alphasort);

	wallet_place_release(&p);
	for (int i = 0; i < count; i++) {
		char *name = entries[i]->d_name;

		name[strlen(name) - (sizeof(suffix) - 1)] = 0;
		p = place_of(data_dir, name);
		more = more && fn(arg, &p);
		wallet_place_release(&p);
		free(entries[i]);
	}
	free(entries);
	free(folder);
}

const char *
wallet_type_name(unsigned type)
{
	const struct signature_ops *ops = signature_ops_find(type);

	return ops ? ops->name : "unknown";
}

json_t *
wallet_json(const struct wallet_place *place, const struct wallet_info *info)
{
	struct span owner = span_of(info->owner, info->owner_bytes);
	struct address scheduler = scheduler_address(owner);
	struct buf text = BUF_INIT;
	json_t *to = json_object();

	base64url_encode(owner, &text);
	json_object_set_new(to, "name",
	    place->name[0] ? json_string(place->name) : json_null());
	json_object_set_new(to, "file", show_path(place->path));
	json_object_set_new(to, "type",
	    json_string(wallet_type_name(info->type)));
	json_object_set_new(to, "address", json_string(info->address.text));
	if (strcmp(scheduler.text, info->address.text) != 0)
		json_object_set_new(to, "scheduler_address",
		    json_string(scheduler.text));
	json_object_set_new(to, "owner", json_string(buf_text(&text)));
	json_object_set_new(to, "encrypted", json_boolean(info->sealed));
	buf_release(&text);
	return to;
}

void
wallet_note_sealed(struct output *notes, const char *path)
{
	output_printf(notes,
	    "aosh: '%s' is encrypted; without its password the key is lost\n",
	    path);
}

void
wallet_warn_loose(struct output *notes, const char *path)
{
	output_printf(notes,
	    "aosh: warning: others can read the wallet '%s': chmod 600 it\n",
	    path);
}
