/*
 * client/publish.h - gives a table of a session a ticket by which others can open it: a
 * shared one, or the name of a variable.
 *
 * What is published is a copy of the export, so that the table may be let go here. A shared
 * ticket means something as long as the session that published it; a variable lasts. The
 * server would give it the name of another one without a question, so that is looked for
 * first: also variables that it does not list, such as numbers. Loop thread.
 *
 * Protocol: deephaven-core session.proto ExportFromTicket, PublishFromTicket.
 */
#ifndef CLIENT_PUBLISH_H
#define CLIENT_PUBLISH_H

#include "client/session.h"

/* why (borrowed for the callback) is NULL when others can open it now; ERR_USAGE: the name
 * is taken. */
typedef void publish_fn(void *ctx, const struct err *why);

struct publish; /* opaque: under way */

/* The session is SESSION_READY and borrowed; table and as (of client/tickets.h) are
 * tickets, copied. ERR_LIMIT when export ids are used up. Owned until fn was called, or
 * until publish_drop(). */
enum err_code publish_start(struct session *session, struct bytes table, struct bytes as,
                            publish_fn *fn, void *ctx, struct publish **out, struct err *e);
void publish_drop(struct publish *p); /* accepts NULL */

#endif
