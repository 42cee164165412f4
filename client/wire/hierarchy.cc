/*
 * Requests that make hierarchical tables, and views of them, of others.
 */
#include "client/wire/hierarchy.h"
#include "client/wire/internal.h"
#include "client/wire/put_operations.h"
#include "hierarchicaltable.pb.h"

using dhwire::guarded;

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
            m.mutable_expansions()->set_key_table_action_column(in->action);
        }
        dhwire::append_message(m, out);
    });
}
