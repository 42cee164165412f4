/*
 * client/rpc/handshake.h - one TLS handshake beside the channel's own, to learn why that
 * one failed.
 *
 * No data is sent, nothing is trusted because of it, and it ends by itself within
 * HANDSHAKE_MS, also when the peer says nothing. Loop thread.
 */
#ifndef CLIENT_RPC_HANDSHAKE_H
#define CLIENT_RPC_HANDSHAKE_H

#include <uv.h>

#include "client/rpc/tls_reason.h"

#define HANDSHAKE_MS 3000

struct handshake_options {
    const char *host; /* to connect to */
    int port;
    const char *request;    /* sent to a proxy first, its answer skipped; NULL: none */
    const char *roots_file; /* authorities to trust */
    const char *key_file;   /* of wish.cert_file */
    struct tls_wish wish;
};

struct handshake; /* opaque */

/* why: ERR_TLS, or NULL: nothing that could be told is wrong. The handshake is gone then.
 */
typedef void handshake_fn(void *ctx, const struct err *why);

/* Owned until fn is called, which is exactly once unless dropped, and never from inside.
 * Options are copied. */
struct handshake *handshake_start(uv_loop_t *loop, const struct handshake_options *o,
                                  handshake_fn *fn, void *ctx);

/* fn is not called any more; the loop needs one more turn. Accepts NULL. */
void handshake_drop(struct handshake *h);

#endif
