/*
 * Requests that make hierarchical tables, and views of them, of others, both ways.
 */
#include "client/wire/hierarchy.h"
#include "client/wire/internal.h"
#include "client/wire/put_operations.h"
#include "hierarchicaltable.pb.h"

using dhwire::guarded;
using dhwire::proto_walk;
using dhwire::read_ticket;

namespace
{

void put_ticket(struct bytes in, dhwire::Ticket *out)
{
    out->set_ticket(in.data, in.len);
}

} // namespace

enum err_code wire_rollup_encode(const struct wire_rollup *in, struct buf *out,
                                 struct err *e)
{
    return guarded("RollupRequest", e, [&] {
        dhwire::RollupRequest m;

        put_ticket(in->result, m.mutable_result_rollup_table_id());
        put_ticket(in->source, m.mutable_source_table_id());
        for (size_t i = 0; i < in->n_aggregations; i++)
            dhwire::put_aggregation(in->aggregations[i], m.add_aggregations());
        for (size_t i = 0; i < in->n_names; i++)
            m.add_group_by_columns(in->names[i].data, in->names[i].len);
        m.set_include_constituents(in->constituents);
        dhwire::append_message(m, out);
    });
}

enum err_code wire_apply_encode(const struct wire_apply *in, struct buf *out, struct err *e)
{
    return guarded("HierarchicalTableApplyRequest", e, [&] {
        dhwire::HierarchicalTableApplyRequest m;

        put_ticket(in->result, m.mutable_result_hierarchical_table_id());
        put_ticket(in->source, m.mutable_input_hierarchical_table_id());
        for (size_t i = 0; i < in->n_conditions; i++)
            dhwire::put_filter(in->conditions[i], m.add_filters());
        for (size_t i = 0; i < in->n_sorts; i++)
            dhwire::put_sort(in->sorts[i], m.add_sorts());
        dhwire::append_message(m, out);
    });
}

enum err_code wire_tree_view_encode(const struct wire_tree_view *in, struct buf *out,
                                    struct err *e)
{
    return guarded("HierarchicalTableViewRequest", e, [&] {
        dhwire::HierarchicalTableViewRequest m;

        put_ticket(in->result, m.mutable_result_view_id());
        put_ticket(in->source, m.mutable_hierarchical_table_id());
        if (in->keys.len > 0) {
            put_ticket(in->keys, m.mutable_expansions()->mutable_key_table_id());
            m.mutable_expansions()->set_key_table_action_column(in->action.data,
                                                                in->action.len);
        }
        dhwire::append_message(m, out);
    });
}

enum err_code wire_apply_result_decode(struct bytes in, struct bytes *result, struct err *e)
{
    using message = dhwire::HierarchicalTableApplyRequest;

    return guarded("HierarchicalTableApplyRequest", e, [&] {
        struct bytes found = {nullptr, 0};

        for (proto_walk walk(in); walk.next();) {
            if (walk.number() == message::kResultHierarchicalTableIdFieldNumber)
                read_ticket(walk.bytes(), &found);
            else
                walk.skip();
        }
        *result = found;
    });
}

namespace
{

void walk_keys(struct bytes in, struct wire_tree_view *out)
{
    using message = dhwire::HierarchicalTableViewKeyTableDescriptor;

    for (proto_walk walk(in); walk.next();) {
        if (walk.number() == message::kKeyTableIdFieldNumber)
            read_ticket(walk.bytes(), &out->keys);
        else if (walk.number() == message::kKeyTableActionColumnFieldNumber)
            out->action = walk.bytes();
        else
            walk.skip();
    }
}

} // namespace

enum err_code wire_tree_view_decode(struct bytes in, struct wire_tree_view *out,
                                    struct err *e)
{
    using message = dhwire::HierarchicalTableViewRequest;

    *out = {};
    return guarded("HierarchicalTableViewRequest", e, [&] {
        struct wire_tree_view m = {};

        for (proto_walk walk(in); walk.next();) {
            if (walk.number() == message::kResultViewIdFieldNumber)
                read_ticket(walk.bytes(), &m.result);
            else if (walk.number() == message::kHierarchicalTableIdFieldNumber)
                read_ticket(walk.bytes(), &m.source);
            else if (walk.number() == message::kExpansionsFieldNumber)
                walk_keys(walk.bytes(), &m);
            else
                walk.skip();
        }
        *out = m;
    });
}
