/*
 * tests/support/connect_proxy.h - a proxy of HTTP that makes one tunnel per connection,
 * whatever is asked for, to one server.
 *
 * Tests only.
 */
#ifndef TESTS_SUPPORT_CONNECT_PROXY_H
#define TESTS_SUPPORT_CONNECT_PROXY_H

struct connect_proxy; /* opaque */

/* answer: what it says to CONNECT, such as "200 OK"; only then there is a tunnel. NULL: it
 * says nothing. Owned. */
struct connect_proxy *connect_proxy_new(const char *upstream, const char *answer);
void connect_proxy_free(struct connect_proxy *p);

const char *connect_proxy_address(const struct connect_proxy *p); /* borrowed */
/* From now on it answers 407 to who does not send this with Proxy-Authorization. */
void connect_proxy_want(struct connect_proxy *p, const char *login);

int connect_proxy_connections(struct connect_proxy *p);

/* Fails the test unless the text was in what it was asked last. */
void connect_proxy_check_asked(struct connect_proxy *p, const char *text);

#endif
