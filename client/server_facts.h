/*
 * client/server_facts.h - what a server tells of itself: its configuration, who it lets in,
 * how much memory it has left.
 *
 * Asked once for each session, and for the memory again and again. Loop thread.
 *
 * Protocol: deephaven-core config.proto GetConfigurationConstants and
 * GetAuthenticationConstants, console.proto GetHeapInfo.
 */
#ifndef CLIENT_SERVER_FACTS_H
#define CLIENT_SERVER_FACTS_H

#include "client/connection.h"

enum fact_kind { FACT_CONFIGURATION, FACT_LOGIN, FACT_KINDS };

/* Texts as sent, up to a NUL. */
struct server_fact {
    char *key, *value;
};

struct server_heap {
    int64_t used, total, max; /* bytes; used of total, which may grow to max */
};

struct server_facts; /* opaque */

/* Owned. The connection is borrowed. changed is called with ctx when an answer is there,
 * never from inside a call. Nothing is asked yet. */
struct server_facts *server_facts_new(struct connection *connection,
                                      void (*changed)(void *ctx), void *ctx);
void server_facts_free(struct server_facts *f); /* before the connection; accepts NULL */

/* Asks for what this session has not been asked for, and for the memory anew; nothing while
 * no call can be made. */
void server_facts_ask(struct server_facts *f);

/* Those of a kind; *n is 0 until they are there. Borrowed until changed(). */
const struct server_fact *server_facts_list(const struct server_facts *f,
                                            enum fact_kind kind, size_t *n);

/* Why there are none; NULL: they are there, or asked for. Borrowed likewise. */
const struct err *server_facts_why(const struct server_facts *f, enum fact_kind kind);

/* False: it is not known, and why (borrowed likewise), or NULL while it is asked for. */
bool server_facts_heap(const struct server_facts *f, struct server_heap *out,
                       const struct err **why);

#endif
