/*
 * client/rpc/look_up.h - the addresses of a host, without a wait on the loop.
 *
 * The system's own resolver answers, with all that it is set up to ask. Loop thread.
 */
#ifndef CLIENT_RPC_LOOK_UP_H
#define CLIENT_RPC_LOOK_UP_H

#include <netdb.h>
#include <uv.h>

#include "base/err.h"

struct look_up; /* opaque */

/* addresses: at least one, borrowed for the callback; NULL when why (ERR_CONNECT) says that
 * there are none. The look-up is gone when this is called. */
typedef void look_up_fn(void *ctx, const struct addrinfo *addresses, const struct err *why);

/* Owned until fn is called, which is exactly once unless dropped, and never from inside.
 * Addresses carry the port. */
struct look_up *look_up_start(uv_loop_t *loop, const char *host, int port, look_up_fn *fn,
                              void *ctx);

/* fn is not called any more; the loop needs one more turn. Accepts NULL. */
void look_up_drop(struct look_up *l);

#endif
