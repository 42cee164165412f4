/*
 * tests/support/gateway.h - nginx and haproxy, ending TLS in front of a plaintext server.
 *
 * They are Debian's, as root or as a user, and end with the test. Tests only; one thread.
 */
#ifndef TESTS_SUPPORT_GATEWAY_H
#define TESTS_SUPPORT_GATEWAY_H

#include "tests/support/certs.h"

struct gateway; /* opaque */

/* Starts nginx with its files in folder, which is there; upstream is "host:port", cert has
 * issuers or none. settings: more of its server block, with time-outs; "" for those of a
 * link that may be quiet for days. Returns once it listens. Owned. */
struct gateway *gateway_nginx(const char *folder, const char *upstream,
                              const struct cert *cert, const char *settings);

/* The same with haproxy; settings are of its "defaults" section. */
struct gateway *gateway_haproxy(const char *folder, const char *upstream,
                                const struct cert *cert, const char *settings);

int gateway_port(const struct gateway *g);
void gateway_signal(struct gateway *g, int signal); /* SIGHUP: read the files again */
void gateway_free(struct gateway *g);               /* ends it; accepts NULL */

#endif
