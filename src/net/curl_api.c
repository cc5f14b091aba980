/*
 * Names and places stand in one table, so that a function cannot be loaded
 * under the name of another.
 */
#include "net/curl_api.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stddef.h>
#include <string.h>

#define FUNCTION(name)                                         \
	{                                                      \
		"curl_" #name, offsetof(struct curl_api, name) \
	}

static const struct {
	const char *name;
	size_t offset;
} functions[] = {
	FUNCTION(global_init),
	FUNCTION(easy_strerror),
	FUNCTION(easy_init),
	FUNCTION(easy_setopt),
	FUNCTION(easy_getinfo),
	FUNCTION(easy_cleanup),
	FUNCTION(multi_init),
	FUNCTION(multi_add_handle),
	FUNCTION(multi_remove_handle),
	FUNCTION(multi_perform),
	FUNCTION(multi_poll),
	FUNCTION(multi_wakeup),
	FUNCTION(multi_info_read),
	FUNCTION(multi_cleanup),
	FUNCTION(slist_append),
	FUNCTION(slist_free_all),
};

static pthread_once_t once = PTHREAD_ONCE_INIT;
/* Both are set once, and only read behind it. */
static struct curl_api api;
static struct error failure;

static int
load(struct error *err)
{
	void *library = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);

	if (!library)
		return FAIL(err, ERR_UNSUPPORTED,
		    "networks need libcurl (Debian: libcurl4): %s",
		    dlerror()); /* NOLINT(concurrency-mt-unsafe) */
	for (size_t i = 0; i < sizeof(functions) / sizeof(*functions); i++) {
		void *function = dlsym(library, functions[i].name);

		if (!function)
			return FAIL(err, ERR_UNSUPPORTED,
			    "libcurl.so.4 has no '%s': it is too old",
			    functions[i].name);
		memcpy((char *)&api + functions[i].offset, &function,
		    sizeof(function));
	}
	if (api.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return FAIL(err, ERR_UNSUPPORTED, "libcurl cannot be used");
	return 0;
}

static void
load_once(void)
{
	(void)load(&failure);
}

int
curl_api_load(const struct curl_api **out, struct error *err)
{
	pthread_once(&once, load_once);
	if (failure.code != ERR_NONE) {
		*err = failure;
		return -1;
	}
	*out = &api;
	return 0;
}
