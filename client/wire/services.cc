/*
 * The small messages of Deephaven's services: generated classes write them, a walk over
 * their fields reads them so that what is read borrows from the bytes given.
 */
#include "application.pb.h"
#include "client/wire/internal.h"
#include "config.pb.h"
#include "session.pb.h"
#include "table.pb.h"

using dhwire::fail;
using dhwire::guarded;
using dhwire::proto_walk;
using dhwire::read_ticket;

enum err_code wire_release_encode(struct bytes ticket, struct buf *out, struct err *e)
{
    return guarded("ReleaseRequest", e, [&] {
        dhwire::ReleaseRequest m;

        m.mutable_id()->set_ticket(ticket.data, ticket.len);
        dhwire::append_message(m, out);
    });
}

enum err_code wire_export_request_encode(const struct wire_export_request *in,
                                         struct buf *out, struct err *e)
{
    return guarded("ExportRequest", e, [&] {
        dhwire::ExportRequest m;

        m.mutable_source_id()->set_ticket(in->source.data, in->source.len);
        m.mutable_result_id()->set_ticket(in->result.data, in->result.len);
        dhwire::append_message(m, out);
    });
}

/* protocol: CloseSession takes a HandshakeRequest whose auth_protocol is 0. */
enum err_code wire_close_session_encode(struct buf *out, struct err *e)
{
    return guarded("HandshakeRequest", e,
                   [&] { dhwire::append_message(dhwire::HandshakeRequest(), out); });
}

namespace dhwire
{

void read_ticket(struct bytes in, struct bytes *out)
{
    for (proto_walk walk(in); walk.next();) {
        if (walk.number() == dhwire::Ticket::kTicketFieldNumber)
            *out = walk.bytes();
        else
            walk.skip();
    }
}

} // namespace dhwire

namespace
{

/* Of an operation that is not kept, its place in the batch stands instead of a ticket. */
void read_result(struct bytes in, struct wire_table_created *out)
{
    for (proto_walk walk(in); walk.next();) {
        if (walk.number() == dhwire::TableReference::kTicketFieldNumber) {
            read_ticket(walk.bytes(), &out->ticket);
        } else if (walk.number() == dhwire::TableReference::kBatchOffsetFieldNumber) {
            int64_t offset = walk.sint64();

            if (offset < 0 || offset > INT32_MAX)
                fail(ERR_PROTO, "operation %lld of a batch",
                     static_cast<long long>(offset));
            out->offset = static_cast<int32_t>(offset);
            out->ticket = {nullptr, 0}; /* the other member of a oneof: last wins */
        } else {
            walk.skip();
        }
    }
}

void read_created(struct bytes in, struct wire_table_created *out)
{
    using message = dhwire::ExportedTableCreationResponse;

    for (proto_walk walk(in); walk.next();) {
        switch (walk.number()) {
        case message::kResultIdFieldNumber:
            read_result(walk.bytes(), out);
            break;
        case message::kSuccessFieldNumber:
            out->success = walk.boolean();
            break;
        case message::kErrorInfoFieldNumber:
            out->error_info = walk.bytes();
            break;
        case message::kSchemaHeaderFieldNumber:
            out->schema_header = walk.bytes();
            break;
        case message::kIsStaticFieldNumber:
            out->is_static = walk.boolean();
            break;
        case message::kSizeFieldNumber:
            out->size = walk.sint64();
            break;
        default:
            walk.skip();
        }
    }
}

} // namespace

enum err_code wire_table_created_decode(struct bytes in, struct wire_table_created *out,
                                        struct err *e)
{
    return guarded("ExportedTableCreationResponse", e, [&] {
        struct wire_table_created m = {};

        read_created(in, &m);
        *out = m;
    });
}

enum err_code wire_table_size_decode(struct bytes in, struct wire_table_size *out,
                                     struct err *e)
{
    using message = dhwire::ExportedTableUpdateMessage;

    return guarded("ExportedTableUpdateMessage", e, [&] {
        struct wire_table_size m = {};

        for (proto_walk walk(in); walk.next();) {
            if (walk.number() == message::kExportIdFieldNumber)
                read_ticket(walk.bytes(), &m.ticket);
            else if (walk.number() == message::kSizeFieldNumber)
                m.size = walk.sint64();
            else if (walk.number() == message::kUpdateFailureMessageFieldNumber)
                m.failure = walk.bytes();
            else
                walk.skip();
        }
        *out = m;
    });
}

enum err_code wire_termination_decode(struct bytes in, struct wire_termination *out,
                                      struct err *e)
{
    using message = dhwire::TerminationNotificationResponse;

    return guarded("TerminationNotificationResponse", e, [&] {
        struct wire_termination m = {};

        for (proto_walk walk(in); walk.next();) {
            if (walk.number() == message::kAbnormalTerminationFieldNumber)
                m.abnormal = walk.boolean();
            else if (walk.number() == message::kReasonFieldNumber)
                m.reason = walk.bytes();
            else
                walk.skip();
        }
        *out = m;
    });
}

namespace
{

struct constant {
    struct bytes key = {nullptr, 0};
    struct wire_opt value = {{nullptr, 0}, false};
};

void read_value(struct bytes in, struct wire_opt *out)
{
    for (proto_walk walk(in); walk.next();) {
        if (walk.number() == dhwire::ConfigValue::kStringValueFieldNumber)
            *out = {walk.bytes(), true};
        else
            walk.skip();
    }
}

constant read_entry(struct bytes in)
{
    constant c;

    for (proto_walk walk(in); walk.next();) {
        if (walk.number() == dhwire::ConfigEntry::kKeyFieldNumber)
            c.key = walk.bytes();
        else if (walk.number() == dhwire::ConfigEntry::kValueFieldNumber)
            read_value(walk.bytes(), &c.value);
        else
            walk.skip();
    }
    return c;
}

} // namespace

enum err_code wire_constant_decode(struct bytes in, const char *key, struct bytes *value,
                                   bool *found, struct err *e)
{
    return guarded("constants", e, [&] {
        struct wire_opt v = {{nullptr, 0}, false};

        for (proto_walk walk(in); walk.next();) {
            if (walk.number() != dhwire::ConstantsResponse::kConfigValuesFieldNumber) {
                walk.skip();
                continue;
            }
            constant c = read_entry(walk.bytes());
            if (bytes_equal(c.key, bytes_of(key)))
                v = c.value; /* a key that repeats: last wins, as in any protobuf map */
        }
        *found = v.present;
        if (v.present)
            *value = v.bytes;
    });
}

enum err_code wire_constants_decode(struct bytes in, struct wire_constant **out, size_t *n,
                                    struct err *e)
{
    const int entries = dhwire::ConstantsResponse::kConfigValuesFieldNumber;

    return guarded("constants", e, [&] {
        size_t total = 0, used = 0;

        for (proto_walk walk(in); walk.next(); walk.skip())
            if (walk.number() == entries && ++total > WIRE_MAX_CONSTANTS)
                fail(ERR_LIMIT, "more than %d entries", WIRE_MAX_CONSTANTS);
        auto list = dhwire::array_new<struct wire_constant>(total);
        for (proto_walk walk(in); walk.next();) {
            if (walk.number() != entries) {
                walk.skip();
                continue;
            }
            constant c = read_entry(walk.bytes());
            list[used++] = {c.key, c.value.bytes};
        }
        *out = list.release();
        *n = total;
    });
}

namespace
{

struct change_list {
    int number; /* of the field in FieldsChangeUpdate */
    enum wire_field_change change;
};

/* In the order to apply them: a type change may come as removed and created in one message.
 */
constexpr change_list change_lists[] = {
    {dhwire::FieldsChangeUpdate::kRemovedFieldNumber, WIRE_FIELD_REMOVED},
    {dhwire::FieldsChangeUpdate::kCreatedFieldNumber, WIRE_FIELD_CREATED},
    {dhwire::FieldsChangeUpdate::kUpdatedFieldNumber, WIRE_FIELD_UPDATED},
};

void read_typed_ticket(struct bytes in, struct wire_field_info *out)
{
    for (proto_walk walk(in); walk.next();) {
        if (walk.number() == dhwire::TypedTicket::kTicketFieldNumber)
            read_ticket(walk.bytes(), &out->ticket);
        else if (walk.number() == dhwire::TypedTicket::kTypeFieldNumber)
            out->type = walk.bytes();
        else
            walk.skip();
    }
}

void read_field_info(struct bytes in, struct wire_field_info *out)
{
    using message = dhwire::FieldInfo;

    for (proto_walk walk(in); walk.next();) {
        switch (walk.number()) {
        case message::kTypedTicketFieldNumber:
            read_typed_ticket(walk.bytes(), out);
            break;
        case message::kFieldNameFieldNumber:
            out->name = walk.bytes();
            break;
        case message::kFieldDescriptionFieldNumber:
            out->description = walk.bytes();
            break;
        case message::kApplicationNameFieldNumber:
            out->app_name = walk.bytes();
            break;
        case message::kApplicationIdFieldNumber:
            out->app_id = walk.bytes();
            break;
        default:
            walk.skip();
        }
    }
}

/* Also checks the whole message, so that the later walks over it cannot fail. */
size_t count_listed(struct bytes in)
{
    struct wire_field_info unused = {};
    size_t n = 0;

    for (proto_walk walk(in); walk.next();) {
        bool known = false;

        for (const change_list &list : change_lists)
            known = known || walk.number() == list.number;
        if (!known) {
            walk.skip();
            continue;
        }
        read_field_info(walk.bytes(), &unused);
        if (++n > WIRE_MAX_LISTED)
            fail(ERR_LIMIT, "more than %d entries", WIRE_MAX_LISTED);
    }
    return n;
}

} // namespace

enum err_code wire_fields_decode(struct bytes in, struct wire_field_info **out, size_t *n,
                                 struct err *e)
{
    return guarded("FieldsChangeUpdate", e, [&] {
        size_t total = count_listed(in);
        auto infos = dhwire::array_new<struct wire_field_info>(total);
        size_t used = 0;

        for (const change_list &list : change_lists) {
            for (proto_walk walk(in); walk.next();) {
                if (walk.number() != list.number) {
                    walk.skip();
                    continue;
                }
                infos[used].change = list.change;
                read_field_info(walk.bytes(), &infos[used++]);
            }
        }
        *out = infos.release();
        *n = total;
    });
}
