/*
 * The messages of the console and of the server's log; see services.cc for how they are
 * written and read.
 */
#include "client/wire/internal.h"
#include "console.pb.h"

using dhwire::guarded;
using dhwire::proto_walk;

enum err_code wire_log_request_encode(const char *const *levels, size_t n, int64_t after_us,
                                      struct buf *out, struct err *e)
{
    return guarded("LogSubscriptionRequest", e, [&] {
        dhwire::LogSubscriptionRequest m;

        for (size_t i = 0; i < n; i++)
            m.add_levels(levels[i]);
        m.set_last_seen_log_timestamp(after_us);
        dhwire::append_message(m, out);
    });
}

enum err_code wire_log_line_decode(struct bytes in, struct wire_log_line *out,
                                   struct err *e)
{
    using message = dhwire::LogSubscriptionData;

    return guarded("LogSubscriptionData", e, [&] {
        struct wire_log_line line = {};

        for (proto_walk walk(in); walk.next();) {
            if (walk.number() == message::kMicrosFieldNumber)
                line.time_us = walk.int64();
            else if (walk.number() == message::kLogLevelFieldNumber)
                line.level = walk.bytes();
            else if (walk.number() == message::kMessageFieldNumber)
                line.message = walk.bytes();
            else
                walk.skip();
        }
        *out = line;
    });
}

enum err_code wire_console_types_decode(struct bytes in, struct bytes *first, struct err *e)
{
    using message = dhwire::GetConsoleTypesResponse;

    return guarded("GetConsoleTypesResponse", e, [&] {
        struct bytes found = {nullptr, 0};

        for (proto_walk walk(in); walk.next();) {
            if (walk.number() == message::kConsoleTypesFieldNumber && found.len == 0)
                found = walk.bytes();
            else
                walk.skip();
        }
        *first = found;
    });
}

enum err_code wire_start_console_encode(struct bytes ticket, struct bytes language,
                                        struct buf *out, struct err *e)
{
    return guarded("StartConsoleRequest", e, [&] {
        dhwire::StartConsoleRequest m;

        m.mutable_result_id()->set_ticket(ticket.data, ticket.len);
        m.set_session_type(language.data, language.len);
        dhwire::append_message(m, out);
    });
}

enum err_code wire_command_encode(struct bytes console, struct bytes code, struct buf *out,
                                  struct err *e)
{
    return guarded("ExecuteCommandRequest", e, [&] {
        dhwire::ExecuteCommandRequest m;

        m.mutable_console_id()->set_ticket(console.data, console.len);
        m.set_code(code.data, code.len);
        dhwire::append_message(m, out);
    });
}

enum err_code wire_command_result_decode(struct bytes in, struct wire_command_result *out,
                                         struct err *e)
{
    using message = dhwire::ExecuteCommandResponse;

    return guarded("ExecuteCommandResponse", e, [&] {
        struct wire_command_result r = {};

        for (proto_walk walk(in); walk.next();) {
            switch (walk.number()) {
            case message::kErrorMessageFieldNumber:
                r.error = walk.bytes();
                break;
            case message::kChangesFieldNumber:
                r.changes = walk.bytes();
                break;
            case message::kStartTimestampFieldNumber:
                r.start_ns = walk.int64();
                break;
            case message::kEndTimestampFieldNumber:
                r.end_ns = walk.int64();
                break;
            default:
                walk.skip();
            }
        }
        *out = r;
    });
}

enum err_code wire_heap_decode(struct bytes in, struct wire_heap *out, struct err *e)
{
    using message = dhwire::GetHeapInfoResponse;

    return guarded("GetHeapInfoResponse", e, [&] {
        struct wire_heap heap = {};

        for (proto_walk walk(in); walk.next();) {
            if (walk.number() == message::kMaxMemoryFieldNumber)
                heap.max = walk.int64();
            else if (walk.number() == message::kTotalMemoryFieldNumber)
                heap.total = walk.int64();
            else if (walk.number() == message::kFreeMemoryFieldNumber)
                heap.free = walk.int64();
            else
                walk.skip();
        }
        *out = heap;
    });
}
