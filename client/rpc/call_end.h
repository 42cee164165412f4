/*
 * client/rpc/call_end.h - how a call ended, and what that means.
 *
 * Three things are told apart, because a user does different things about them: the
 * transport failed (ERR_LOST), the server refused just this call (ERR_REFUSED,
 * ERR_NOT_FOUND, ERR_LIMIT, ERR_AUTH), or it ended the call for a reason of its own
 * (ERR_SERVER, ERR_TIMEOUT, ERR_CANCELLED). The status alone does not tell: a server may
 * answer UNAVAILABLE, INTERNAL or UNKNOWN to one call of a healthy connection, and gRPC
 * gives the same statuses to what happens below it, in words of its own. Pure.
 */
#ifndef CLIENT_RPC_CALL_END_H
#define CLIENT_RPC_CALL_END_H

#include <stdbool.h>

#include "base/err.h"

struct call_metadata;

/* The two statuses that a login is refused with. */
#define CALL_STATUS_PERMISSION_DENIED 7
#define CALL_STATUS_UNAUTHENTICATED 16
#define CALL_STATUS_UNIMPLEMENTED 12 /* the server has no such method */
#define CALL_STATUS_UNAVAILABLE 14   /* what gRPC makes of a connection that breaks */

struct call_end {
    int status; /* gRPC status code, 0: OK */
    const char
        *message; /* borrowed; as the server or gRPC worded it, not yet safe to show */
    const struct call_metadata *trailers;
    bool has_trailers;     /* the server sent some besides the status */
    bool connected;        /* the channel was still connected afterwards */
    const struct err *why; /* a better reason why there is no connection; NULL: none */
};

enum call_fault {
    CALL_FINE,      /* status OK */
    CALL_TRANSPORT, /* the server did not say it: connection or stream broke */
    CALL_REFUSED,   /* the server's answer to this call; asking again brings the same */
    CALL_OTHER      /* any other status */
};

enum call_fault call_end_fault(const struct call_end *end);

/* The error for the end of a stream, or of a unary call that failed: code by fault and
 * status, message as worded, or plainer where the words are gRPC's. OK is ERR_ENDED: no
 * stream of ours ends by itself. */
enum err_code call_end_err(const struct call_end *end, struct err *e);

#endif
