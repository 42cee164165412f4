/*
 * Requests for operations on tables: one alone, or a chain of them as a Batch, and what is
 * asked of a table without making another.
 *
 * Every request has its result and its source under the same names, whatever their numbers,
 * so that one template writes them for all. A condition is a tree that is written from the
 * root; its depth is limited, since others may have made it.
 */
#include "client/wire/operations.h"
#include "client/wire/internal.h"
#include "client/wire/put_operations.h"
#include "table.pb.h"

using dhwire::fail;
using dhwire::guarded;
using dhwire::proto_walk;

namespace
{

/* protobuf takes characters, we have bytes. */
std::string text_of(struct bytes b)
{
    return b.len == 0 ? std::string()
                      : std::string(reinterpret_cast<const char *>(b.data), b.len);
}

/* --- literals and conditions --- */

void put_literal(const struct wire_literal &in, dhwire::Literal *out)
{
    switch (in.kind) {
    case WIRE_LITERAL_TEXT:
        out->set_string_value(text_of(in.text));
        break;
    case WIRE_LITERAL_DOUBLE:
        out->set_double_value(in.real);
        break;
    case WIRE_LITERAL_BOOL:
        out->set_bool_value(in.truth);
        break;
    case WIRE_LITERAL_LONG:
        out->set_long_value(in.number);
        break;
    case WIRE_LITERAL_TIME:
        out->set_nano_time_value(in.number);
        break;
    case WIRE_LITERAL_NONE:
        fail(ERR_PROTO, "a value of no kind");
    }
}

void put_column(const struct wire_condition &c, dhwire::Reference *out)
{
    if (c.n_columns == 0)
        fail(ERR_PROTO, "condition %d names no column", static_cast<int>(c.kind));
    out->set_column_name(text_of(c.columns[0]));
}

dhwire::CaseSensitivity case_of(const struct wire_condition &c)
{
    return c.ignores_case ? dhwire::IGNORE_CASE : dhwire::MATCH_CASE;
}

dhwire::MatchType match_of(const struct wire_condition &c)
{
    return c.inverted ? dhwire::INVERTED : dhwire::REGULAR;
}

/* protocol: only with the column on the left does the server read the operation right. */
void put_compare(const struct wire_condition &c, dhwire::CompareCondition *out)
{
    if (c.n_literals != 1)
        fail(ERR_PROTO, "a comparison with %zu values", c.n_literals);
    out->set_operation(
        static_cast<dhwire::CompareCondition::CompareOperation>(c.comparison));
    out->set_case_sensitivity(case_of(c));
    put_column(c, out->mutable_lhs()->mutable_reference());
    put_literal(c.literals[0], out->mutable_rhs()->mutable_literal());
}

void put_in(const struct wire_condition &c, dhwire::InCondition *out)
{
    put_column(c, out->mutable_target()->mutable_reference());
    for (size_t i = 0; i < c.n_literals; i++)
        put_literal(c.literals[i], out->add_candidates()->mutable_literal());
    out->set_case_sensitivity(case_of(c));
    out->set_match_type(match_of(c));
}

void put_invoke(const struct wire_condition &c, dhwire::InvokeCondition *out)
{
    out->set_method(text_of(c.text));
    put_column(c, out->add_arguments()->mutable_reference());
}

void put_matches(const struct wire_condition &c, dhwire::MatchesCondition *out)
{
    put_column(c, out->mutable_reference());
    out->set_regex(text_of(c.text));
    out->set_case_sensitivity(case_of(c));
    out->set_match_type(match_of(c));
}

void put_contains(const struct wire_condition &c, dhwire::ContainsCondition *out)
{
    put_column(c, out->mutable_reference());
    out->set_search_string(text_of(c.text));
    out->set_case_sensitivity(case_of(c));
    out->set_match_type(match_of(c));
}

void put_search(const struct wire_condition &c, dhwire::SearchCondition *out)
{
    out->set_search_string(text_of(c.text));
    for (size_t i = 0; i < c.n_columns; i++)
        out->add_optional_references()->set_column_name(text_of(c.columns[i]));
}

void put_condition(const struct wire_condition &c, int depth, dhwire::Condition *out);

void put_children(const struct wire_condition &c, int depth, dhwire::ConditionList *out)
{
    for (size_t i = 0; i < c.n_children; i++)
        put_condition(c.children[i], depth, out->add_filters());
}

void put_not(const struct wire_condition &c, int depth, dhwire::NotCondition *out)
{
    if (c.n_children != 1)
        fail(ERR_PROTO, "the opposite of %zu conditions", c.n_children);
    put_condition(c.children[0], depth, out->mutable_filter());
}

void put_condition(const struct wire_condition &c, int depth, dhwire::Condition *out)
{
    if (depth == WIRE_MAX_DEPTH)
        fail(ERR_LIMIT, "conditions nested more than %d deep", WIRE_MAX_DEPTH);
    switch (c.kind) {
    case WIRE_CONDITION_ALL:
        put_children(c, depth + 1, out->mutable_and_());
        break;
    case WIRE_CONDITION_ANY:
        put_children(c, depth + 1, out->mutable_or_());
        break;
    case WIRE_CONDITION_NOT:
        put_not(c, depth + 1, out->mutable_not_());
        break;
    case WIRE_CONDITION_COMPARE:
        put_compare(c, out->mutable_compare());
        break;
    case WIRE_CONDITION_IN:
        put_in(c, out->mutable_in());
        break;
    case WIRE_CONDITION_INVOKE:
        put_invoke(c, out->mutable_invoke());
        break;
    case WIRE_CONDITION_IS_NULL:
        put_column(c, out->mutable_is_null()->mutable_reference());
        break;
    case WIRE_CONDITION_MATCHES:
        put_matches(c, out->mutable_matches());
        break;
    case WIRE_CONDITION_CONTAINS:
        put_contains(c, out->mutable_contains());
        break;
    case WIRE_CONDITION_SEARCH:
        put_search(c, out->mutable_search());
        break;
    case WIRE_CONDITION_NONE:
        fail(ERR_PROTO, "a condition of no kind");
    }
}

} // namespace

void dhwire::put_filter(const struct wire_condition &c, dhwire::Condition *out)
{
    put_condition(c, 0, out);
}

void dhwire::put_sort(const struct wire_sort &in, dhwire::SortDescriptor *out)
{
    out->set_column_name(text_of(in.column));
    out->set_is_absolute(in.absolute);
    out->set_direction(static_cast<dhwire::SortDescriptor::SortDirection>(in.direction));
}

namespace
{

/* --- aggregations --- */

void put_spec(const struct wire_aggregation &a, dhwire::AggSpec *out)
{
    switch (a.kind) {
    case WIRE_AGG_ABS_SUM:
        out->mutable_abs_sum();
        break;
    case WIRE_AGG_AVG:
        out->mutable_avg();
        break;
    case WIRE_AGG_COUNT_DISTINCT:
        out->mutable_count_distinct();
        break;
    case WIRE_AGG_DISTINCT:
        out->mutable_distinct()->set_include_nulls(a.with_nulls);
        break;
    case WIRE_AGG_FIRST:
        out->mutable_first();
        break;
    case WIRE_AGG_GROUP:
        out->mutable_group();
        break;
    case WIRE_AGG_LAST:
        out->mutable_last();
        break;
    case WIRE_AGG_MAX:
        out->mutable_max();
        break;
    case WIRE_AGG_MEDIAN:
        out->mutable_median()->set_average_evenly_divided(true);
        break;
    case WIRE_AGG_MIN:
        out->mutable_min();
        break;
    case WIRE_AGG_STD:
        out->mutable_std();
        break;
    case WIRE_AGG_SUM:
        out->mutable_sum();
        break;
    case WIRE_AGG_UNIQUE: /* protocol: it has to be said what stands for several values */
        out->mutable_unique()->mutable_non_unique_sentinel()->set_null_value(0);
        break;
    case WIRE_AGG_VAR:
        out->mutable_var();
        break;
    case WIRE_AGG_COUNT:
    case WIRE_AGG_NONE:
        fail(ERR_PROTO, "aggregation %d of columns", static_cast<int>(a.kind));
    }
}

} // namespace

void dhwire::put_aggregation(const struct wire_aggregation &a, dhwire::Aggregation *out)
{
    if (a.n_texts == 0)
        fail(ERR_PROTO, "aggregation %d of nothing", static_cast<int>(a.kind));
    if (a.kind == WIRE_AGG_COUNT) {
        out->mutable_count()->set_column_name(text_of(a.texts[0]));
        return;
    }
    put_spec(a, out->mutable_columns()->mutable_spec());
    for (size_t i = 0; i < a.n_texts; i++)
        out->mutable_columns()->add_match_pairs(text_of(a.texts[i]));
}

namespace
{

/* --- one operation --- */

void put_source(const struct wire_source &in, dhwire::TableReference *out)
{
    if (in.ticket.data != nullptr)
        out->mutable_ticket()->set_ticket(text_of(in.ticket));
    else
        out->set_batch_offset(in.offset);
}

template <typename Request> Request *result(const struct wire_op &op, Request *out)
{
    if (op.result.data != nullptr)
        out->mutable_result_id()->set_ticket(text_of(op.result));
    return out;
}

template <typename Request> Request *tickets(const struct wire_op &op, Request *out)
{
    put_source(op.source, out->mutable_source_id());
    return result(op, out);
}

template <typename Request> Request *joined(const struct wire_op &op, Request *out)
{
    put_source(op.source, out->mutable_left_id());
    put_source(op.right, out->mutable_right_id());
    for (size_t i = 0; i < op.n_added; i++)
        out->add_columns_to_add(text_of(op.added[i]));
    return result(op, out);
}

template <typename Add> void put_texts(const struct wire_op &op, Add add)
{
    for (size_t i = 0; i < op.n_texts; i++)
        add(text_of(op.texts[i]));
}

void put(const struct wire_op &op, dhwire::EmptyTableRequest *out)
{
    result(op, out)->set_size(op.first);
}

void put(const struct wire_op &op, dhwire::TimeTableRequest *out)
{
    if (op.n_texts != 1)
        fail(ERR_PROTO, "a time table of %zu periods", op.n_texts);
    result(op, out)->set_period_string(text_of(op.texts[0]));
    out->set_start_time_nanos(op.first);
}

void put(const struct wire_op &op, dhwire::NaturalJoinTablesRequest *out)
{
    joined(op, out);
    put_texts(op, [&](const std::string &t) { out->add_columns_to_match(t); });
}

void put(const struct wire_op &op, dhwire::AjRajTablesRequest *out)
{
    if (op.n_texts == 0)
        fail(ERR_PROTO, "an as-of join by no column");
    joined(op, out)->set_as_of_column(text_of(op.texts[op.n_texts - 1]));
    for (size_t i = 0; i + 1 < op.n_texts; i++)
        out->add_exact_match_columns(text_of(op.texts[i]));
}

void put(const struct wire_op &op, dhwire::FetchTableRequest *out)
{
    tickets(op, out);
}

void put(const struct wire_op &op, dhwire::SnapshotTableRequest *out)
{
    tickets(op, out);
}

void put(const struct wire_op &op, dhwire::ApplyPreviewColumnsRequest *out)
{
    tickets(op, out)->set_convert_arrays(op.convert_arrays);
    put_texts(op, [&](const std::string &t) { out->add_unpreviewed_types(t); });
}

void put(const struct wire_op &op, dhwire::SelectOrUpdateRequest *out)
{
    tickets(op, out);
    put_texts(op, [&](const std::string &t) { out->add_column_specs(t); });
}

void put(const struct wire_op &op, dhwire::DropColumnsRequest *out)
{
    tickets(op, out);
    put_texts(op, [&](const std::string &t) { out->add_column_names(t); });
}

void put(const struct wire_op &op, dhwire::SelectDistinctRequest *out)
{
    tickets(op, out);
    put_texts(op, [&](const std::string &t) { out->add_column_names(t); });
}

void put(const struct wire_op &op, dhwire::FilterTableRequest *out)
{
    tickets(op, out);
    for (size_t i = 0; i < op.n_conditions; i++)
        put_condition(op.conditions[i], 0, out->add_filters());
}

void put(const struct wire_op &op, dhwire::UnstructuredFilterTableRequest *out)
{
    tickets(op, out);
    put_texts(op, [&](const std::string &t) { out->add_filters(t); });
}

void put(const struct wire_op &op, dhwire::SortTableRequest *out)
{
    tickets(op, out);
    for (size_t i = 0; i < op.n_sorts; i++)
        dhwire::put_sort(op.sorts[i], out->add_sorts());
}

void put(const struct wire_op &op, dhwire::HeadOrTailRequest *out)
{
    tickets(op, out)->set_num_rows(op.first);
}

void put(const struct wire_op &op, dhwire::SliceRequest *out)
{
    tickets(op, out);
    out->set_first_position_inclusive(op.first);
    out->set_last_position_exclusive(op.last);
}

void put(const struct wire_op &op, dhwire::AggregateRequest *out)
{
    tickets(op, out)->set_preserve_empty(op.preserve_empty);
    for (size_t i = 0; i < op.n_aggregations; i++)
        dhwire::put_aggregation(op.aggregations[i], out->add_aggregations());
    put_texts(op, [&](const std::string &t) { out->add_group_by_columns(t); });
}

void put(const struct wire_op &op, dhwire::WhereInRequest *out)
{
    put_source(op.source, out->mutable_left_id());
    put_source(op.right, out->mutable_right_id());
    result(op, out)->set_inverted(op.inverted);
    put_texts(op, [&](const std::string &t) { out->add_columns_to_match(t); });
}

void put(const struct wire_op &op, dhwire::ColumnStatisticsRequest *out)
{
    if (op.n_texts != 1)
        fail(ERR_PROTO, "statistics of %zu columns", op.n_texts);
    tickets(op, out)->set_column_name(text_of(op.texts[0]));
    if (op.limit >= 0)
        out->set_unique_value_limit(op.limit);
}

void put_op(const struct wire_op &op, dhwire::BatchTableRequest::Operation *out)
{
    switch (op.kind) {
    case WIRE_OP_EMPTY:
        put(op, out->mutable_empty_table());
        break;
    case WIRE_OP_TIME:
        put(op, out->mutable_time_table());
        break;
    case WIRE_OP_NATURAL_JOIN:
        put(op, out->mutable_natural_join());
        break;
    case WIRE_OP_AS_OF_JOIN:
        put(op, out->mutable_aj());
        break;
    case WIRE_OP_DROP:
        put(op, out->mutable_drop_columns());
        break;
    case WIRE_OP_VIEW:
        put(op, out->mutable_view());
        break;
    case WIRE_OP_UPDATE_VIEW:
        put(op, out->mutable_update_view());
        break;
    case WIRE_OP_DISTINCT:
        put(op, out->mutable_select_distinct());
        break;
    case WIRE_OP_FILTER:
        put(op, out->mutable_filter());
        break;
    case WIRE_OP_WHERE:
        put(op, out->mutable_unstructured_filter());
        break;
    case WIRE_OP_SORT:
        put(op, out->mutable_sort());
        break;
    case WIRE_OP_HEAD:
        put(op, out->mutable_head());
        break;
    case WIRE_OP_TAIL:
        put(op, out->mutable_tail());
        break;
    case WIRE_OP_FETCH:
        put(op, out->mutable_fetch_table());
        break;
    case WIRE_OP_PREVIEW:
        put(op, out->mutable_apply_preview_columns());
        break;
    case WIRE_OP_WHERE_IN:
        put(op, out->mutable_where_in());
        break;
    case WIRE_OP_AGGREGATE:
        put(op, out->mutable_aggregate());
        break;
    case WIRE_OP_SNAPSHOT:
        put(op, out->mutable_snapshot());
        break;
    case WIRE_OP_STATISTICS:
        put(op, out->mutable_column_statistics());
        break;
    case WIRE_OP_SLICE:
        put(op, out->mutable_slice());
        break;
    case WIRE_OP_NONE:
        fail(ERR_PROTO, "an operation of no kind");
    }
}

} // namespace

enum err_code wire_batch_request_encode(const struct wire_op *ops, size_t n,
                                        struct buf *out, struct err *e)
{
    return guarded("BatchTableRequest", e, [&] {
        dhwire::BatchTableRequest m;

        for (size_t i = 0; i < n; i++)
            put_op(ops[i], m.add_ops());
        dhwire::append_message(m, out);
    });
}

enum err_code wire_op_encode(const struct wire_op *op, struct buf *out, struct err *e)
{
    return guarded("table request", e, [&] {
        dhwire::BatchTableRequest::Operation m;

        put_op(*op, &m); /* its only field is the request */
        std::string whole = m.SerializeAsString();
        proto_walk walk({reinterpret_cast<const uint8_t *>(whole.data()), whole.size()});
        walk.next();
        struct bytes request = walk.bytes();
        dhwire::check_room(out, 0, request.len);
        dhwire::append(out, request.data, request.len);
    });
}

enum err_code wire_seek_encode(const struct wire_seek *in, struct buf *out, struct err *e)
{
    return guarded("SeekRowRequest", e, [&] {
        dhwire::SeekRowRequest m;

        m.mutable_source_id()->set_ticket(text_of(in->source));
        m.set_starting_row(in->start);
        m.set_column_name(text_of(in->column));
        put_literal(in->value, m.mutable_seek_value());
        m.set_insensitive(in->ignores_case);
        m.set_contains(in->contains);
        m.set_is_backward(in->backward);
        dhwire::append_message(m, out);
    });
}

enum err_code wire_seek_reply_decode(struct bytes in, int64_t *row, struct err *e)
{
    return guarded("SeekRowResponse", e, [&] {
        int64_t found = 0;

        for (proto_walk walk(in); walk.next();) {
            if (walk.number() == dhwire::SeekRowResponse::kResultRowFieldNumber)
                found = walk.sint64();
            else
                walk.skip();
        }
        if (found < -1 || found == INT64_MAX)
            fail(ERR_PROTO, "expected a row, or -1, found %lld",
                 static_cast<long long>(found));
        *row = found;
    });
}
