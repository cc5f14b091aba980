/*
 * mhd - libmicrohttpd, loaded when a server is opened.
 *
 * It brings libgnutls and what that needs: linked in, each start of the program
 * would take some 3 ms longer, and most of them serve nobody. The functions are
 * called through this table, under the names that the library gives them.
 *
 * Threads: mhd_load() from one at a time; the table stays as it is then.
 */
#ifndef NET_MHD_H
#define NET_MHD_H

#include <microhttpd.h>

#include "base/error.h"

#define MHD_FUNCTIONS(X)               \
	X(start_daemon)                \
	X(stop_daemon)                 \
	X(quiesce_daemon)              \
	X(add_connection)              \
	X(suspend_connection)          \
	X(resume_connection)           \
	X(get_connection_info)         \
	X(get_connection_values_n)     \
	X(lookup_connection_value)     \
	X(create_response_from_buffer) \
	X(add_response_header)         \
	X(queue_response)              \
	X(destroy_response)

struct mhd {
#define X(name) __typeof__ (&MHD_##name)(name);
	MHD_FUNCTIONS(X)
#undef X
};

extern struct mhd mhd;

/* ERR_SYSTEM: the library is not there, or is another. */
int mhd_load(struct error *err);

#endif
