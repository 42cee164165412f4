/*
 * client/rpc/channel.h - one gRPC channel to one server: address, TLS, size limits.
 *
 * The only creator of gRPC channels. Connecting happens with the first call. No HTTP/2
 * pings are sent: a peer with gRPC's default policy ends the connection for them, and
 * client/heartbeat.h looks for dead links. Loop thread.
 * Protocol: one port for everything, HTTP/2 with prior knowledge or TLS with ALPN h2.
 */
#ifndef CLIENT_RPC_CHANNEL_H
#define CLIENT_RPC_CHANNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <uv.h>

#include "base/err.h"
#include "client/rpc/pump.h"

struct channel_options {
    const char *host; /* name or address, IPv6 without brackets */
    int port;
    bool tls;
    const char *ca_file;     /* PEM, or NULL: the system's */
    const char *cert_file;   /* PEM client certificate chain, or NULL */
    const char *key_file;    /* PEM client key, or NULL; refused when others can read it */
    const char *server_name; /* name the certificate must have, or NULL: host */
    size_t max_message;      /* bytes accepted in one message */
    bool no_proxy;           /* do not look for one in the environment (client/rpc/proxy) */
};

struct channel; /* opaque */

/* Owned. ERR_IO or ERR_USAGE when a TLS file cannot be used. The pump is borrowed and must
 * outlive the channel. Strings are copied. */
enum err_code channel_new(struct pump *pump, const struct channel_options *o,
                          struct channel **out, struct err *e);
void channel_free(struct channel *c); /* accepts NULL; calls must have been dropped */

/* Leaves its connection, and looks its names up again for the next one, which the next call
 * makes at once. Calls must have ended or been dropped. */
void channel_renew(struct channel *c);

/* A channel to the same server for what brings much: its streams have large windows, and it
 * has a connection of its own, so that the other's streams do not wait behind them. Made
 * when it is first asked for; borrowed, until the channel is renewed or freed. */
struct channel *channel_bulk(struct channel *c);

/* It is connected: what is sent now leaves now. */
bool channel_connected(struct channel *c);

/* Whether others can read what is sent: not over TLS or to this machine itself, which is
 * known of an address, and of a name only after channel_look_up(). */
enum channel_privacy { CHANNEL_PUBLIC, CHANNEL_PRIVATE, CHANNEL_NOT_LOOKED_UP };
enum channel_privacy channel_privacy(const struct channel *c);

/* Finds out what a name without TLS leads to. When that is this machine alone, the channel
 * goes to just these addresses from then on, whatever the name may mean later. No call may
 * be on the channel until fn is called, which is later and once; a second
 * channel_look_up(), channel_look_up_drop() and channel_free() prevent it. why
 * (ERR_CONNECT): there is no such name. */
typedef void channel_looked_up_fn(void *ctx, const struct err *why);
void channel_look_up(struct channel *c, uv_loop_t *loop, channel_looked_up_fn *fn,
                     void *ctx);
void channel_look_up_drop(struct channel *c);

/* "host:port", borrowed. */
const char *channel_address(const struct channel *c);

/* The proxy that it goes through, "host:port (variable that names it)"; borrowed. NULL:
 * none. */
const char *channel_proxy(const struct channel *c);

/* Sends gRPC's own log lines to base/log instead of the screen; what it says before it
 * aborts goes to standard error as well. Call once, before any other. */
void channel_capture_log(void);

/* Version of the gRPC library, a constant string. */
const char *channel_grpc_version(void);

#endif
