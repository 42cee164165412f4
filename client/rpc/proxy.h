/*
 * client/rpc/proxy.h - which proxy the environment names for a server, if any.
 *
 * Each connection is a tunnel (CONNECT), as curl makes one for https, and the variables
 * mean what they mean for curl: https_proxy or HTTPS_PROXY, else all_proxy or ALL_PROXY;
 * without TLS http_proxy (in small letters alone) goes before them. grpc_proxy goes before
 * all, for gRPC alone. no_proxy or NO_PROXY lists the exceptions, no_grpc_proxy instead of
 * it those for gRPC alone: names with all that end in them, addresses and nets
 * (10.0.0.0/8), each perhaps with a port, or * for all. This machine itself is never behind
 * a proxy. An empty variable is none. Pure: get() is asked for variables.
 */
#ifndef CLIENT_RPC_PROXY_H
#define CLIENT_RPC_PROXY_H

#include <stdbool.h>

#include "base/err.h"

struct proxy {
    char *host; /* owned; NULL: no proxy */
    int port;
    char *login;          /* owned: the value of Proxy-Authorization, or NULL */
    const char *variable; /* that names it; constant */
};

typedef char *proxy_getenv(const char *name); /* as getenv() */

/* host: IPv6 without brackets. ERR_USAGE when the variable names what cannot be used; it is
 * not repeated, since it may hold a password. Release with proxy_release(). */
enum err_code proxy_choose(proxy_getenv *get, const char *host, int port, bool tls,
                           struct proxy *out, struct err *e);
void proxy_release(struct proxy *p); /* wipes the login */

#endif
