/*
 * The small messages of Deephaven's services the other way round: requests read and replies
 * written as a server does.
 */
#include "application.pb.h"
#include "client/wire/internal.h"
#include "config.pb.h"
#include "console.pb.h"
#include "session.pb.h"
#include "table.pb.h"

using dhwire::fail;
using dhwire::guarded;
using dhwire::proto_walk;
using dhwire::read_ticket;

enum err_code wire_export_request_decode(struct bytes in, struct wire_export_request *out,
                                         struct err *e)
{
    using message = dhwire::ExportRequest;

    *out = {};
    return guarded("ExportRequest", e, [&] {
        struct wire_export_request m = {};

        for (proto_walk walk(in); walk.next();) {
            if (walk.number() == message::kSourceIdFieldNumber)
                read_ticket(walk.bytes(), &m.source);
            else if (walk.number() == message::kResultIdFieldNumber)
                read_ticket(walk.bytes(), &m.result);
            else
                walk.skip();
        }
        *out = m;
    });
}

enum err_code wire_release_decode(struct bytes in, struct bytes *ticket, struct err *e)
{
    return guarded("ReleaseRequest", e, [&] {
        struct bytes found = {nullptr, 0};

        for (proto_walk walk(in); walk.next();) {
            if (walk.number() == dhwire::ReleaseRequest::kIdFieldNumber)
                read_ticket(walk.bytes(), &found);
            else
                walk.skip();
        }
        *ticket = found;
    });
}

enum err_code wire_ticket_decode(struct bytes in, struct bytes *ticket, struct err *e)
{
    return guarded("Ticket", e, [&] {
        struct bytes found = {nullptr, 0};

        read_ticket(in, &found);
        *ticket = found;
    });
}

enum err_code wire_table_created_encode(const struct wire_table_created *in,
                                        struct buf *out, struct err *e)
{
    return guarded("ExportedTableCreationResponse", e, [&] {
        dhwire::ExportedTableCreationResponse m;

        if (in->ticket.len != 0)
            m.mutable_result_id()->mutable_ticket()->set_ticket(in->ticket.data,
                                                                in->ticket.len);
        else
            m.mutable_result_id()->set_batch_offset(in->offset);
        m.set_success(in->success);
        m.set_error_info(in->error_info.data, in->error_info.len);
        m.set_schema_header(in->schema_header.data, in->schema_header.len);
        m.set_is_static(in->is_static);
        m.set_size(in->size);
        dhwire::append_message(m, out);
    });
}

enum err_code wire_table_size_encode(struct bytes ticket, int64_t size,
                                     struct bytes failure, struct buf *out, struct err *e)
{
    return guarded("ExportedTableUpdateMessage", e, [&] {
        dhwire::ExportedTableUpdateMessage m;

        m.mutable_export_id()->set_ticket(ticket.data, ticket.len);
        m.set_size(size);
        m.set_update_failure_message(failure.data, failure.len);
        dhwire::append_message(m, out);
    });
}

enum err_code wire_log_line_encode(int64_t time_us, const char *level, struct bytes message,
                                   struct buf *out, struct err *e)
{
    return guarded("LogSubscriptionData", e, [&] {
        dhwire::LogSubscriptionData m;

        m.set_micros(time_us);
        m.set_log_level(level);
        m.set_message(message.data, message.len);
        dhwire::append_message(m, out);
    });
}

enum err_code wire_heap_encode(const struct wire_heap *in, struct buf *out, struct err *e)
{
    return guarded("GetHeapInfoResponse", e, [&] {
        dhwire::GetHeapInfoResponse m;

        m.set_max_memory(in->max);
        m.set_total_memory(in->total);
        m.set_free_memory(in->free);
        dhwire::append_message(m, out);
    });
}

enum err_code wire_termination_encode(const struct wire_termination *in, struct buf *out,
                                      struct err *e)
{
    return guarded("TerminationNotificationResponse", e, [&] {
        dhwire::TerminationNotificationResponse m;

        m.set_abnormal_termination(in->abnormal);
        m.set_reason(in->reason.data, in->reason.len);
        dhwire::append_message(m, out);
    });
}

enum err_code wire_constants_encode(const struct wire_pair *constants, size_t n,
                                    struct buf *out, struct err *e)
{
    return guarded("constants", e, [&] {
        dhwire::ConstantsResponse m;

        for (size_t i = 0; i < n; i++) {
            dhwire::ConfigEntry *entry = m.add_config_values();
            entry->set_key(constants[i].key.data, constants[i].key.len);
            entry->mutable_value()->set_string_value(constants[i].value.data,
                                                     constants[i].value.len);
        }
        dhwire::append_message(m, out);
    });
}

namespace
{

dhwire::FieldInfo *add_field(dhwire::FieldsChangeUpdate *m, int change)
{
    switch (change) {
    case WIRE_FIELD_CREATED:
        return m->add_created();
    case WIRE_FIELD_UPDATED:
        return m->add_updated();
    case WIRE_FIELD_REMOVED:
        return m->add_removed();
    default:
        fail(ERR_PROTO, "change %d, not 0 to 2", change);
    }
}

} // namespace

enum err_code wire_fields_encode(const struct wire_field_info *in, size_t n,
                                 struct buf *out, struct err *e)
{
    return guarded("FieldsChangeUpdate", e, [&] {
        dhwire::FieldsChangeUpdate m;

        for (size_t i = 0; i < n; i++) {
            dhwire::FieldInfo *f = add_field(&m, in[i].change);
            f->mutable_typed_ticket()->mutable_ticket()->set_ticket(in[i].ticket.data,
                                                                    in[i].ticket.len);
            f->mutable_typed_ticket()->set_type(in[i].type.data, in[i].type.len);
            f->set_field_name(in[i].name.data, in[i].name.len);
            f->set_field_description(in[i].description.data, in[i].description.len);
            f->set_application_name(in[i].app_name.data, in[i].app_name.len);
            f->set_application_id(in[i].app_id.data, in[i].app_id.len);
        }
        dhwire::append_message(m, out);
    });
}
