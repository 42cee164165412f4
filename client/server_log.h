/*
 * client/server_log.h - the reason that a server has written into its log.
 *
 * Of most that goes wrong inside of it, an expression that it cannot read among them, a
 * server tells an id, and the reason under that id to its log. The log is opened for one
 * such id and closed as soon as its line is there. Loop thread.
 *
 * Protocol: deephaven-core console.proto SubscribeToLogs; SessionService, which writes the
 * line. Clocks may differ, so all errors that the server still has are looked through.
 */
#ifndef CLIENT_SERVER_LOG_H
#define CLIENT_SERVER_LOG_H

#include "client/session.h"

#define LOG_ID_LEN 36               /* of a UUID as text */
#define LOG_REASON_MAX ERR_TEXT_MAX /* bytes of a reason, its end mark included */
#define LOG_WAIT_MS 3000            /* a line comes within 100 ms, or not at all */

/* The id that a text tells instead of a reason; false: it has none. */
bool server_log_id(const char *text, char id[LOG_ID_LEN + 1]);

/* What the text of a log line says happened: without names of Java's classes, with what
 * caused it. False: it is not the line of this id. */
bool server_log_reason(struct bytes line, const char *id, char out[LOG_REASON_MAX]);

/* Whether a log line is the one behind a message: that tells its id, or its reason. */
bool server_log_is_about(const char *line, const char *message);

struct server_log; /* opaque: a search under way */

/* What was to be explained (borrowed for the callback), with the reason in the place of the
 * id; or with the id, and why its line could not be read. The search is over. */
typedef void server_log_fn(void *ctx, const struct err *explained);

/* Looks for the reason that an error (copied) tells an id for. Owned until fn was called,
 * or server_log_stop(). NULL, and fn is not called: it tells no id, or the session is not
 * SESSION_READY. */
struct server_log *server_log_explain(struct session *session, const struct err *why,
                                      server_log_fn *fn, void *ctx);
void server_log_stop(struct server_log *l); /* accepts NULL */

#endif
