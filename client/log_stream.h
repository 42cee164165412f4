/*
 * client/log_stream.h - a server's log as it is written, for as long as somebody reads it.
 *
 * Begins with the lines that the server still has. A stream that breaks off is replaced
 * after a wait by client/backoff, or with the next session, and goes on behind the last
 * line that came. A server ends it for a reader that is too slow, and has let lines go by
 * then: that is told, too. Loop thread.
 *
 * Protocol: deephaven-core console.proto SubscribeToLogs; ConsoleServiceGrpcImpl.
 */
#ifndef CLIENT_LOG_STREAM_H
#define CLIENT_LOG_STREAM_H

#include "client/connection.h"

struct log_stream_handler {
    /* A line, with its time since 1970 by the server's clock; texts are borrowed for the
     * callback, and as sent. */
    void (*line)(void *ctx, int64_t time_us, struct bytes level, struct bytes text);
    /* Lines may be missing between the last one and the next. */
    void (*gap)(void *ctx);
    /* log_stream_why() has changed. */
    void (*changed)(void *ctx);
};

struct log_stream; /* opaque */

/* Owned. The connection is borrowed, handler and ctx as well. Asks at once, if there is a
 * session; no callback comes from inside. */
struct log_stream *log_stream_new(struct connection *connection,
                                  const struct log_stream_handler *handler, void *ctx);
/* Before the connection is closed. Accepts NULL; the loop needs one more turn. */
void log_stream_free(struct log_stream *l);

/* Ends the stream, or has it go on behind the last line. */
void log_stream_sleep(struct log_stream *l, bool asleep);

/* Why nothing is heard now; borrowed, NULL: it is, or was just asked for. */
const struct err *log_stream_why(const struct log_stream *l);

#endif
