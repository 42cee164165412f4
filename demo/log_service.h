/*
 * demo/log_service.h - the server's log, which tells the reasons that clients are told by
 * an id alone: ConsoleService/SubscribeToLogs.
 *
 * The last LOG_LINES lines are kept, and told to who asks, all of level ERROR. Between them
 * may be any number of others, which are made for the reader (server_options.log_per_s).
 * Loop thread only.
 */
#ifndef DEMO_LOG_SERVICE_H
#define DEMO_LOG_SERVICE_H

#include "demo/state.h"

/* Writes down a reason under a new id, which it gives. Logs that are open are told with the
 * next tick. */
void log_reason(struct server *s, const char *reason, char id[LOG_ID_LEN + 1]);
void log_release(struct server *s);

/* Answers with what there is, and with what comes. Always true. */
bool serve_log(struct request *r);
void serve_log_tick(struct request *r); /* it may be over afterwards */

#endif
