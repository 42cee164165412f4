/*
 * What gRPC says of itself arrives as if a server had sent it: a stream that is reset, or
 * whose connection breaks, ends with a status that the transport makes up (gRPC 1.51,
 * chttp2_transport.cc), without any trailing metadata. Server 42.7 sends some with most of
 * its refusals (authorization, grpc-status-details-bin), but need not. So gRPC's own words
 * decide first, and where they are not known, whether the connection is gone too.
 */
#include "client/rpc/call_end.h"

#include <grpc/status.h>
#include <string.h>

/* What gRPC says of itself, and what it means to a user. An entry that ends in a blank,
 * a mark or a digit is the beginning of a text whose rest follows ours. */
static const struct words {
    const char *grpc, *plain;
    enum call_fault fault;
    enum err_code code;
} grpc_words[] = {
    /* clang-format off */
    {"failed to connect to all addresses;", "failed to connect to all addresses;",
     CALL_TRANSPORT, ERR_LOST},
    {"DNS resolution failed ", "DNS resolution failed ", CALL_TRANSPORT, ERR_LOST},
    {"empty address list:", "empty address list:", CALL_TRANSPORT, ERR_LOST},
    {"GOAWAY received", "the server is closing the connection (GOAWAY)",
     CALL_TRANSPORT, ERR_LOST},
    {"Stream removed", "broken off without a status", CALL_TRANSPORT, ERR_LOST},
    {"Socket closed", "the server closed the connection", CALL_TRANSPORT, ERR_LOST},
    {"Endpoint read failed", "the connection broke", CALL_TRANSPORT, ERR_LOST},
    {"No status received", "the server ended the stream without a status",
     CALL_TRANSPORT, ERR_LOST},
    {"Received RST_STREAM with error code ", "the server reset the stream: HTTP/2 error ",
     CALL_TRANSPORT, ERR_LOST},
    {"Received http2 header with status: 5", "a gateway answers for the server: HTTP status 5",
     CALL_TRANSPORT, ERR_LOST},
    {"Received http2 header with status: ", "is that a Deephaven server? HTTP status ",
     CALL_TRANSPORT, ERR_LOST},
    {"frame of size ", "the server sent more than there was room for: frame of size ",
     CALL_TRANSPORT, ERR_LOST},
    {"received initial metadata size exceeds limit",
     "headers or trailers: size exceeds limit (8 KiB)", CALL_TRANSPORT, ERR_LOST},
    {"Deadline Exceeded", "no answer in time", CALL_OTHER, ERR_TIMEOUT},
    {"Buffers full", "a message is too large (see --max-message)", CALL_OTHER, ERR_LIMIT},
    /* clang-format on */
};

static const char *const status_names[] = {
    "OK",
    "CANCELLED",
    "UNKNOWN",
    "INVALID_ARGUMENT",
    "DEADLINE_EXCEEDED",
    "NOT_FOUND",
    "ALREADY_EXISTS",
    "PERMISSION_DENIED",
    "RESOURCE_EXHAUSTED",
    "FAILED_PRECONDITION",
    "ABORTED",
    "OUT_OF_RANGE",
    "UNIMPLEMENTED",
    "INTERNAL",
    "UNAVAILABLE",
    "DATA_LOSS",
    "UNAUTHENTICATED",
};

static const char *status_name(int status)
{
    size_t n = sizeof(status_names) / sizeof(*status_names);

    return status >= 0 && (size_t)status < n ? status_names[status] : "unknown status";
}

static bool is_open(const char *words)
{
    return strchr(" :;5", words[strlen(words) - 1]) != NULL;
}

static const struct words *find_words(const char *message)
{
    for (size_t i = 0; i < sizeof(grpc_words) / sizeof(*grpc_words); i++) {
        const char *words = grpc_words[i].grpc;

        if (is_open(words) ? strncmp(message, words, strlen(words)) == 0
                           : strcmp(message, words) == 0)
            return &grpc_words[i];
    }
    return NULL;
}

/* What gRPC makes of a connection that breaks, in words that we do not know. */
static bool broke(const struct call_end *end)
{
    return !end->has_trailers && !end->connected &&
           (end->status == GRPC_STATUS_UNAVAILABLE || end->status == GRPC_STATUS_INTERNAL ||
            end->status == GRPC_STATUS_UNKNOWN);
}

/* What the server's answer to one call says of that call; ERR_SERVER: of the server. A
 * server, or a gateway before it, that is not available may be so soon: the call is lost
 * as with a connection, whose state another call tells. */
static enum err_code code_of_status(int status)
{
    switch (status) {
    case GRPC_STATUS_UNAUTHENTICATED:
        return ERR_AUTH;
    case GRPC_STATUS_NOT_FOUND:
        return ERR_NOT_FOUND;
    case GRPC_STATUS_RESOURCE_EXHAUSTED:
        return ERR_LIMIT;
    case GRPC_STATUS_CANCELLED:
        return ERR_CANCELLED;
    case GRPC_STATUS_UNAVAILABLE:
    case GRPC_STATUS_DEADLINE_EXCEEDED: /* the gateway's: of ours gRPC tells in its words */
        return ERR_LOST;
    case GRPC_STATUS_INVALID_ARGUMENT:
    case GRPC_STATUS_FAILED_PRECONDITION:
    case GRPC_STATUS_OUT_OF_RANGE:
    case GRPC_STATUS_ALREADY_EXISTS:
    case GRPC_STATUS_PERMISSION_DENIED:
    case GRPC_STATUS_UNIMPLEMENTED:
        return ERR_REFUSED;
    default:
        return ERR_SERVER;
    }
}

static bool is_refusal(enum err_code code)
{
    return code == ERR_REFUSED || code == ERR_NOT_FOUND || code == ERR_LIMIT ||
           code == ERR_AUTH;
}

enum call_fault call_end_fault(const struct call_end *end)
{
    const struct words *words = find_words(end->message);

    if (end->status == GRPC_STATUS_OK)
        return CALL_FINE;
    if (end->why)
        return CALL_TRANSPORT;
    if (words)
        return words->fault;
    if (broke(end))
        return CALL_TRANSPORT;
    return is_refusal(code_of_status(end->status)) ? CALL_REFUSED : CALL_OTHER;
}

enum err_code call_end_err(const struct call_end *end, struct err *e)
{
    const struct words *words = find_words(end->message);
    enum err_code code =
        call_end_fault(end) == CALL_TRANSPORT ? ERR_LOST : code_of_status(end->status);

    if (end->status == GRPC_STATUS_OK)
        return err_set(e, ERR_ENDED, "the server ended the stream");
    if (end->why)
        return err_set(e, end->why->code, "%s", end->why->msg);
    if (words)
        return err_set(e, words->code, "%s%s", words->plain,
                       end->message + strlen(words->grpc));
    if (*end->message == '\0')
        return err_set(e, code, "%s (%s)", err_text(code), status_name(end->status));
    return err_set(e, code, "%s", end->message);
}
