/*
 * The messages of input tables; see services.cc for how they are written and read.
 */
#include <cstring>

#include "client/wire/internal.h"
#include "inputtable.pb.h"

using dhwire::guarded;
using dhwire::proto_walk;
using dhwire::read_ticket;

enum err_code wire_input_request_encode(struct bytes table, struct bytes rows,
                                        struct buf *out, struct err *e)
{
    return guarded("InputTableRequest", e, [&] {
        dhwire::InputTableRequest m;

        m.mutable_input_table()->set_ticket(table.data, table.len);
        m.mutable_rows()->set_ticket(rows.data, rows.len);
        dhwire::append_message(m, out);
    });
}

enum err_code wire_input_request_decode(struct bytes in, struct bytes *table,
                                        struct bytes *rows, struct err *e)
{
    using message = dhwire::InputTableRequest;

    return guarded("InputTableRequest", e, [&] {
        struct bytes to = {nullptr, 0}, what = {nullptr, 0};

        for (proto_walk walk(in); walk.next();) {
            if (walk.number() == message::kInputTableFieldNumber)
                read_ticket(walk.bytes(), &to);
            else if (walk.number() == message::kRowsFieldNumber)
                read_ticket(walk.bytes(), &what);
            else
                walk.skip();
        }
        *table = to;
        *rows = what;
    });
}

namespace
{

/* The part behind the last "/" names the message. */
bool is_error_list(struct bytes type_url)
{
    static const char name[] = ".InputTableValidationErrorList";
    constexpr size_t n = sizeof(name) - 1;

    return type_url.len >= n && memcmp(type_url.data + type_url.len - n, name, n) == 0;
}

void read_error(struct bytes in, struct wire_input_error *out)
{
    using message = dhwire::InputTableValidationErrorList::InputTableValidationError;

    for (proto_walk walk(in); walk.next();) {
        switch (walk.number()) {
        case message::kMessageFieldNumber:
            out->message = walk.bytes();
            break;
        case message::kRowFieldNumber:
            out->row = walk.int64();
            break;
        case message::kColumnFieldNumber:
            out->column = walk.bytes();
            break;
        default:
            walk.skip();
        }
    }
}

void read_error_list(struct bytes in, struct wire_input_error *out)
{
    using message = dhwire::InputTableValidationErrorList;

    for (proto_walk walk(in); walk.next();) {
        if (walk.number() == message::kValidationErrorsFieldNumber && out->message.len == 0)
            read_error(walk.bytes(), out);
        else
            walk.skip();
    }
}

void read_detail(struct bytes in, struct wire_input_error *out)
{
    using message = dhwire::RpcStatus::Any;
    struct bytes type = {nullptr, 0}, value = {nullptr, 0};

    for (proto_walk walk(in); walk.next();) {
        if (walk.number() == message::kTypeUrlFieldNumber)
            type = walk.bytes();
        else if (walk.number() == message::kValueFieldNumber)
            value = walk.bytes();
        else
            walk.skip();
    }
    if (is_error_list(type))
        read_error_list(value, out);
}

} // namespace

enum err_code wire_input_error_decode(struct bytes in, struct wire_input_error *out,
                                      struct err *e)
{
    return guarded("google.rpc.Status", e, [&] {
        struct wire_input_error first = {{nullptr, 0}, {nullptr, 0}, -1};

        for (proto_walk walk(in); walk.next();) {
            if (walk.number() == dhwire::RpcStatus::kDetailsFieldNumber)
                read_detail(walk.bytes(), &first);
            else
                walk.skip();
        }
        *out = first;
    });
}
