/*
 * client/partition_keys.h - asks by which columns a partitioned table is split.
 *
 * Loop thread. Protocol: deephaven-core object.proto FetchObject; what the server exports
 * with its answer is released at once, also when it was dropped before.
 */
#ifndef CLIENT_PARTITION_KEYS_H
#define CLIENT_PARTITION_KEYS_H

#include "client/session.h"

struct partition_keys; /* opaque: under way */

/* names are borrowed for the callback; NULL where it could not be told why (else NULL). Not
 * called after partition_keys_drop(). */
typedef void partition_keys_fn(void *ctx, const char *const *names, size_t n,
                               const struct err *why);

/* session_can_call() must hold. Borrowed until fn was called or it is dropped. */
struct partition_keys *partition_keys_ask(struct session *session, struct bytes ticket,
                                          partition_keys_fn *fn, void *ctx);
void partition_keys_drop(struct partition_keys *p); /* accepts NULL */

#endif
