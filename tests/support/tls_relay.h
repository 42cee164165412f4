/*
 * tests/support/tls_relay.h - a server of TLS on 127.0.0.1, set up well or badly, in front
 * of a plaintext server or of nothing.
 *
 * Threads of its own do the work. Tests only.
 */
#ifndef TESTS_SUPPORT_TLS_RELAY_H
#define TESTS_SUPPORT_TLS_RELAY_H

#include <stdbool.h>

#include "tests/support/certs.h"

struct tls_relay_options {
    const char *upstream;          /* "127.0.0.1:port"; NULL: none, it says nothing */
    int port;                      /* 0: a free one */
    const struct cert *cert;       /* borrowed */
    const struct cert *clients_of; /* who signs the certificates a client must have */
    const char *protocol;          /* ALPN it insists on; NULL: h2 */
    bool no_alpn;                  /* it does not know of ALPN */
    bool old;                      /* TLS 1.1 at most */
    bool tls_1_2;                  /* TLS 1.2 at most */
};

struct tls_relay; /* opaque */

/* Fails the test when it cannot listen. Owned. */
struct tls_relay *tls_relay_new(const struct tls_relay_options *o);
int tls_relay_port(const struct tls_relay *r);
void tls_relay_free(struct tls_relay *r); /* accepts NULL */

#endif
