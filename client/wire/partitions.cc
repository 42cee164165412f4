/*
 * What is asked of a partitioned table, both ways.
 */
#include "client/wire/partitions.h"
#include "client/wire/internal.h"
#include "partitionedtable.pb.h"

using dhwire::fail;
using dhwire::guarded;
using dhwire::proto_walk;

enum err_code wire_merge_encode(struct bytes source, struct bytes result, struct buf *out,
                                struct err *e)
{
    return guarded("MergeRequest", e, [&] {
        dhwire::MergeRequest m;

        m.mutable_partitioned_table()->set_ticket(source.data, source.len);
        m.mutable_result_id()->set_ticket(result.data, result.len);
        dhwire::append_message(m, out);
    });
}

enum err_code wire_fetch_object_encode(struct bytes ticket, const char *type,
                                       struct buf *out, struct err *e)
{
    return guarded("FetchObjectRequest", e, [&] {
        dhwire::FetchObjectRequest m;

        m.mutable_source_id()->mutable_ticket()->set_ticket(ticket.data, ticket.len);
        m.mutable_source_id()->set_type(type);
        dhwire::append_message(m, out);
    });
}

namespace
{

void read_names(struct bytes in, struct wire_partitions *out)
{
    using message = dhwire::PartitionedTableDescriptor;

    for (proto_walk walk(in); walk.next();) {
        if (walk.number() != message::kKeyColumnNamesFieldNumber)
            walk.skip();
        else if (out->n == WIRE_PARTITION_KEYS_MAX)
            fail(ERR_LIMIT, "a partitioned table with more than %d keys",
                 WIRE_PARTITION_KEYS_MAX);
        else
            out->names[out->n++] = walk.bytes();
    }
}

/* The ticket of a TypedTicket, which is within it as in others. */
struct bytes typed_ticket(struct bytes in)
{
    struct bytes ticket = {nullptr, 0};

    for (proto_walk walk(in); walk.next();) {
        if (walk.number() == dhwire::TypedTicket::kTicketFieldNumber)
            dhwire::read_ticket(walk.bytes(), &ticket);
        else
            walk.skip();
    }
    return ticket;
}

} // namespace

enum err_code wire_partitions_decode(struct bytes in, struct wire_partitions *out,
                                     struct err *e)
{
    using message = dhwire::FetchObjectResponse;

    return guarded("FetchObjectResponse", e, [&] {
        *out = {};
        for (proto_walk walk(in); walk.next();) {
            if (walk.number() == message::kDataFieldNumber)
                read_names(walk.bytes(), out);
            else if (walk.number() == message::kTypedExportIdsFieldNumber)
                out->base = typed_ticket(walk.bytes());
            else
                walk.skip();
        }
    });
}

enum err_code wire_merge_decode(struct bytes in, struct bytes *source, struct bytes *result,
                                struct err *e)
{
    using message = dhwire::MergeRequest;

    return guarded("MergeRequest", e, [&] {
        struct bytes from = {nullptr, 0}, to = {nullptr, 0};

        for (proto_walk walk(in); walk.next();) {
            if (walk.number() == message::kPartitionedTableFieldNumber)
                dhwire::read_ticket(walk.bytes(), &from);
            else if (walk.number() == message::kResultIdFieldNumber)
                dhwire::read_ticket(walk.bytes(), &to);
            else
                walk.skip();
        }
        *source = from;
        *result = to;
    });
}

enum err_code wire_fetch_object_decode(struct bytes in, struct bytes *ticket,
                                       struct bytes *type, struct err *e)
{
    return guarded("FetchObjectRequest", e, [&] {
        struct bytes of = {nullptr, 0}, found = {nullptr, 0};

        for (proto_walk walk(in); walk.next();) {
            if (walk.number() == dhwire::FetchObjectRequest::kSourceIdFieldNumber)
                of = walk.bytes();
            else
                walk.skip();
        }
        for (proto_walk walk(of); walk.next();) {
            if (walk.number() == dhwire::TypedTicket::kTypeFieldNumber)
                found = walk.bytes();
            else
                walk.skip();
        }
        *ticket = typed_ticket(of);
        *type = found;
    });
}

enum err_code wire_partitions_encode(const struct bytes *names, size_t n, struct buf *out,
                                     struct err *e)
{
    return guarded("FetchObjectResponse", e, [&] {
        dhwire::PartitionedTableDescriptor d;
        dhwire::FetchObjectResponse m;

        for (size_t i = 0; i < n; i++)
            d.add_key_column_names(names[i].data, names[i].len);
        m.set_data(d.SerializeAsString());
        dhwire::append_message(m, out);
    });
}
