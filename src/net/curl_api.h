/*
 * curl_api - libcurl, loaded when the first request is made.
 *
 * Linked, it would bring two dozen libraries along at every start of the
 * program, which most runs never need and which cost more than all the rest of
 * a start. It is never unloaded.
 */
#ifndef NET_CURL_API_H
#define NET_CURL_API_H

#include <curl/curl.h>

#include "base/error.h"

/* The functions that we call, each without its "curl_". */
struct curl_api {
	CURLcode (*global_init)(long flags);
	const char *(*easy_strerror)(CURLcode code);
	CURL *(*easy_init)(void);
	CURLcode (*easy_setopt)(CURL *easy, CURLoption option, ...);
	CURLcode (*easy_getinfo)(CURL *easy, CURLINFO info, ...);
	void (*easy_cleanup)(CURL *easy);
	CURLM *(*multi_init)(void);
	CURLMcode (*multi_add_handle)(CURLM *multi, CURL *easy);
	CURLMcode (*multi_remove_handle)(CURLM *multi, CURL *easy);
	CURLMcode (*multi_perform)(CURLM *multi, int *running);
	CURLMcode (*multi_poll)(CURLM *multi, struct curl_waitfd *extra,
	    unsigned count, int timeout_ms, int *ready);
	CURLMcode (*multi_wakeup)(CURLM *multi);
	CURLMsg *(*multi_info_read)(CURLM *multi, int *left);
	CURLMcode (*multi_cleanup)(CURLM *multi);
	struct curl_slist *(
	    *slist_append)(struct curl_slist *list, const char *text);
	void (*slist_free_all)(struct curl_slist *list);
};

/* Any thread. ERR_UNSUPPORTED: there is no libcurl of that kind here. */
int curl_api_load(const struct curl_api **out, struct error *err);

#endif
