/*
 * Operations on tables as a server reads them. The generated classes keep what was read,
 * and the plain structs handed out borrow from them: a server's requests are small, and
 * refused when they are not.
 */
#include <deque>
#include <string>

#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include "client/wire/hierarchy.h"
#include "client/wire/internal.h"
#include "client/wire/operations.h"
#include "hierarchicaltable.pb.h"
#include "table.pb.h"

using dhwire::fail;
using dhwire::guarded;
using dhwire::proto_walk;
using dhwire::read_ticket;

namespace
{

/* What a wire_operations refers to. Vectors never grow once their place is given away. */
struct memory {
    dhwire::BatchTableRequest request;
    dhwire::RollupRequest rollup;
    std::vector<wire_op> ops;
    std::deque<std::vector<struct bytes>> texts;
    std::deque<std::vector<wire_literal>> literals;
    std::deque<std::vector<wire_condition>> conditions;
    std::deque<std::vector<wire_sort>> sorts;
    std::deque<std::vector<wire_aggregation>> aggregations;
};

struct bytes borrow(const std::string &s)
{
    return {reinterpret_cast<const uint8_t *>(s.data()), s.size()};
}

/* Moves a vector to where it stays; its elements through *out. */
template <typename T>
const T *keep(std::deque<std::vector<T>> *place, std::vector<T> &&list)
{
    place->push_back(std::move(list));
    return place->back().data();
}

template <typename List> std::vector<struct bytes> borrow_all(const List &texts)
{
    std::vector<struct bytes> list;

    for (const std::string &text : texts)
        list.push_back(borrow(text));
    return list;
}

template <typename List> void set_texts(memory *m, const List &texts, wire_op *op)
{
    op->n_texts = static_cast<size_t>(texts.size());
    op->texts = keep(&m->texts, borrow_all(texts));
}

/* --- conditions --- */

wire_literal read_literal(const dhwire::Literal &in)
{
    wire_literal out = {};

    out.kind = static_cast<wire_literal_kind>(in.value_case());
    switch (in.value_case()) {
    case dhwire::Literal::kStringValue:
        out.text = borrow(in.string_value());
        break;
    case dhwire::Literal::kDoubleValue:
        out.real = in.double_value();
        break;
    case dhwire::Literal::kBoolValue:
        out.truth = in.bool_value();
        break;
    case dhwire::Literal::kLongValue:
        out.number = in.long_value();
        break;
    case dhwire::Literal::kNanoTimeValue:
        out.number = in.nano_time_value();
        break;
    case dhwire::Literal::VALUE_NOT_SET:
        break;
    }
    return out;
}

void set_column(memory *m, const dhwire::Reference &in, wire_condition *out)
{
    out->n_columns = 1;
    out->columns = keep(&m->texts, {borrow(in.column_name())});
}

/* A column and a literal each, the form that is read; any other has no kind. */
bool is_plain(const dhwire::Value &column, const dhwire::Value &literal)
{
    return column.has_reference() && literal.has_literal();
}

void read_compare(memory *m, const dhwire::CompareCondition &in, wire_condition *out)
{
    int operation = in.operation();

    if (!is_plain(in.lhs(), in.rhs()) || operation < WIRE_LESS ||
        operation > WIRE_NOT_EQUAL)
        return;
    out->kind = WIRE_CONDITION_COMPARE;
    out->comparison = static_cast<wire_comparison>(operation);
    out->ignores_case = in.case_sensitivity() == dhwire::IGNORE_CASE;
    set_column(m, in.lhs().reference(), out);
    out->n_literals = 1;
    out->literals = keep(&m->literals, {read_literal(in.rhs().literal())});
}

void read_in(memory *m, const dhwire::InCondition &in, wire_condition *out)
{
    std::vector<wire_literal> list;

    for (const dhwire::Value &v : in.candidates()) {
        if (!v.has_literal())
            return;
        list.push_back(read_literal(v.literal()));
    }
    if (!in.target().has_reference())
        return;
    out->kind = WIRE_CONDITION_IN;
    out->ignores_case = in.case_sensitivity() == dhwire::IGNORE_CASE;
    out->inverted = in.match_type() == dhwire::INVERTED;
    set_column(m, in.target().reference(), out);
    out->n_literals = list.size();
    out->literals = keep(&m->literals, std::move(list));
}

void read_invoke(memory *m, const dhwire::InvokeCondition &in, wire_condition *out)
{
    if (in.has_target() || in.arguments_size() != 1 || !in.arguments(0).has_reference())
        return;
    out->kind = WIRE_CONDITION_INVOKE;
    out->text = borrow(in.method());
    set_column(m, in.arguments(0).reference(), out);
}

/* Contains and Matches. */
template <typename Pattern>
void read_pattern(memory *m, const Pattern &in, const std::string &text,
                  wire_condition *out)
{
    out->text = borrow(text);
    out->ignores_case = in.case_sensitivity() == dhwire::IGNORE_CASE;
    out->inverted = in.match_type() == dhwire::INVERTED;
    set_column(m, in.reference(), out);
}

void read_search(memory *m, const dhwire::SearchCondition &in, wire_condition *out)
{
    std::vector<struct bytes> columns;

    for (const dhwire::Reference &r : in.optional_references())
        columns.push_back(borrow(r.column_name()));
    out->text = borrow(in.search_string());
    out->n_columns = columns.size();
    out->columns = keep(&m->texts, std::move(columns));
}

wire_condition read_condition(memory *m, const dhwire::Condition &in);

template <typename List>
const wire_condition *read_conditions(memory *m, const List &in, size_t *n)
{
    std::vector<wire_condition> list;

    for (const dhwire::Condition &c : in)
        list.push_back(read_condition(m, c));
    *n = list.size();
    return keep(&m->conditions, std::move(list));
}

/* As deep as protobuf's own parser goes, which limits messages in messages. */
wire_condition read_condition(memory *m, const dhwire::Condition &in)
{
    wire_condition out = {};

    switch (in.data_case()) {
    case dhwire::Condition::kAnd:
        out.kind = WIRE_CONDITION_ALL;
        out.children = read_conditions(m, in.and_().filters(), &out.n_children);
        break;
    case dhwire::Condition::kOr:
        out.kind = WIRE_CONDITION_ANY;
        out.children = read_conditions(m, in.or_().filters(), &out.n_children);
        break;
    case dhwire::Condition::kNot:
        out.kind = WIRE_CONDITION_NOT;
        out.n_children = 1;
        out.children = keep(&m->conditions, {read_condition(m, in.not_().filter())});
        break;
    case dhwire::Condition::kCompare:
        read_compare(m, in.compare(), &out);
        break;
    case dhwire::Condition::kIn:
        read_in(m, in.in(), &out);
        break;
    case dhwire::Condition::kInvoke:
        read_invoke(m, in.invoke(), &out);
        break;
    case dhwire::Condition::kIsNull:
        out.kind = WIRE_CONDITION_IS_NULL;
        set_column(m, in.is_null().reference(), &out);
        break;
    case dhwire::Condition::kMatches:
        out.kind = WIRE_CONDITION_MATCHES;
        read_pattern(m, in.matches(), in.matches().regex(), &out);
        break;
    case dhwire::Condition::kContains:
        out.kind = WIRE_CONDITION_CONTAINS;
        read_pattern(m, in.contains(), in.contains().search_string(), &out);
        break;
    case dhwire::Condition::kSearch:
        out.kind = WIRE_CONDITION_SEARCH;
        read_search(m, in.search(), &out);
        break;
    case dhwire::Condition::DATA_NOT_SET:
        break;
    }
    return out;
}

/* --- operations --- */

wire_source read_source(const dhwire::TableReference &in)
{
    if (in.has_ticket())
        return {borrow(in.ticket().ticket()), -1};
    return {{nullptr, 0}, in.has_batch_offset() ? in.batch_offset() : -1};
}

/* What all operations have. */
template <typename Request> wire_op start_op(int kind, const Request &in)
{
    wire_op op = {};

    op.kind = static_cast<wire_op_kind>(kind);
    op.source = read_source(in.source_id());
    op.result = borrow(in.result_id().ticket());
    op.limit = -1;
    return op;
}

/* One that is refused, whatever it says. */
wire_op unread(int kind)
{
    wire_op op = {};

    op.kind = static_cast<wire_op_kind>(kind);
    return op;
}

wire_op read_fetch(int kind, const dhwire::FetchTableRequest &in)
{
    return start_op(kind, in);
}

wire_op read_preview(memory *m, int kind, const dhwire::ApplyPreviewColumnsRequest &in)
{
    wire_op op = start_op(kind, in);

    op.convert_arrays = in.convert_arrays();
    set_texts(m, in.unpreviewed_types(), &op);
    return op;
}

/* WhereIn and NaturalJoin. */
template <typename Request> wire_op start_join(memory *m, int kind, const Request &in)
{
    wire_op op = {};

    op.kind = static_cast<wire_op_kind>(kind);
    op.source = read_source(in.left_id());
    op.right = read_source(in.right_id());
    op.result = borrow(in.result_id().ticket());
    op.limit = -1;
    set_texts(m, in.columns_to_match(), &op);
    return op;
}

wire_op read_natural_join(memory *m, int kind, const dhwire::NaturalJoinTablesRequest &in)
{
    wire_op op = start_join(m, kind, in);

    op.n_added = static_cast<size_t>(in.columns_to_add_size());
    op.added = keep(&m->texts, borrow_all(in.columns_to_add()));
    return op;
}

wire_op read_where_in(memory *m, int kind, const dhwire::WhereInRequest &in)
{
    wire_op op = start_join(m, kind, in);

    op.inverted = in.inverted();
    return op;
}

wire_op read_update(memory *m, int kind, const dhwire::SelectOrUpdateRequest &in)
{
    wire_op op = start_op(kind, in);

    set_texts(m, in.column_specs(), &op);
    return op;
}

/* DropColumns and SelectDistinct. */
template <typename Request> wire_op read_named(memory *m, int kind, const Request &in)
{
    wire_op op = start_op(kind, in);

    set_texts(m, in.column_names(), &op);
    return op;
}

wire_op read_filter(memory *m, int kind, const dhwire::FilterTableRequest &in)
{
    wire_op op = start_op(kind, in);

    op.conditions = read_conditions(m, in.filters(), &op.n_conditions);
    return op;
}

wire_op read_where(memory *m, int kind, const dhwire::UnstructuredFilterTableRequest &in)
{
    wire_op op = start_op(kind, in);

    set_texts(m, in.filters(), &op);
    return op;
}

wire_op read_sort(memory *m, int kind, const dhwire::SortTableRequest &in)
{
    wire_op op = start_op(kind, in);
    std::vector<wire_sort> sorts;

    for (const dhwire::SortDescriptor &s : in.sorts())
        sorts.push_back(
            {borrow(s.column_name()), static_cast<int>(s.direction()), s.is_absolute()});
    op.n_sorts = sorts.size();
    op.sorts = keep(&m->sorts, std::move(sorts));
    return op;
}

wire_op read_head(int kind, const dhwire::HeadOrTailRequest &in)
{
    wire_op op = start_op(kind, in);

    op.first = in.num_rows();
    return op;
}

wire_op read_slice(int kind, const dhwire::SliceRequest &in)
{
    wire_op op = start_op(kind, in);

    op.first = in.first_position_inclusive();
    op.last = in.last_position_exclusive();
    return op;
}

wire_op read_statistics(memory *m, int kind, const dhwire::ColumnStatisticsRequest &in)
{
    wire_op op = start_op(kind, in);

    op.n_texts = 1;
    op.texts = keep(&m->texts, {borrow(in.column_name())});
    op.limit = in.has_unique_value_limit() ? in.unique_value_limit() : -1;
    return op;
}

wire_aggregation read_aggregation(memory *m, const dhwire::Aggregation &in)
{
    wire_aggregation out = {};
    std::vector<struct bytes> texts;

    if (in.has_count()) {
        out.kind = WIRE_AGG_COUNT;
        texts.push_back(borrow(in.count().column_name()));
    } else if (in.has_columns()) {
        const dhwire::AggSpec &spec = in.columns().spec();

        out.kind = static_cast<wire_aggregate>(spec.type_case());
        out.with_nulls = spec.count_distinct().count_nulls() ||
                         spec.distinct().include_nulls() || spec.unique().include_nulls();
        texts = borrow_all(in.columns().match_pairs());
    }
    out.n_texts = texts.size();
    out.texts = keep(&m->texts, std::move(texts));
    return out;
}

template <typename List>
const wire_aggregation *read_aggregations(memory *m, const List &in, size_t *n)
{
    std::vector<wire_aggregation> list;

    for (const dhwire::Aggregation &a : in)
        list.push_back(read_aggregation(m, a));
    *n = list.size();
    return keep(&m->aggregations, std::move(list));
}

wire_op read_aggregate(memory *m, int kind, const dhwire::AggregateRequest &in)
{
    wire_op op = start_op(kind, in);

    op.preserve_empty = in.preserve_empty();
    op.aggregations = read_aggregations(m, in.aggregations(), &op.n_aggregations);
    set_texts(m, in.group_by_columns(), &op);
    return op;
}

wire_op read_op(memory *m, const dhwire::BatchTableRequest::Operation &in)
{
    using operation = dhwire::BatchTableRequest::Operation;
    int kind = in.op_case();

    switch (in.op_case()) {
    case operation::kDropColumns:
        return read_named(m, kind, in.drop_columns());
    case operation::kView:
        return read_update(m, kind, in.view());
    case operation::kUpdateView:
        return read_update(m, kind, in.update_view());
    case operation::kSelectDistinct:
        return read_named(m, kind, in.select_distinct());
    case operation::kFilter:
        return read_filter(m, kind, in.filter());
    case operation::kUnstructuredFilter:
        return read_where(m, kind, in.unstructured_filter());
    case operation::kSort:
        return read_sort(m, kind, in.sort());
    case operation::kHead:
        return read_head(kind, in.head());
    case operation::kTail:
        return read_head(kind, in.tail());
    case operation::kFetchTable:
        return read_fetch(kind, in.fetch_table());
    case operation::kApplyPreviewColumns:
        return read_preview(m, kind, in.apply_preview_columns());
    case operation::kAggregate:
        return read_aggregate(m, kind, in.aggregate());
    case operation::kSnapshot:
        return start_op(kind, in.snapshot());
    case operation::kColumnStatistics:
        return read_statistics(m, kind, in.column_statistics());
    case operation::kSlice:
        return read_slice(kind, in.slice());
    case operation::kNaturalJoin:
        return read_natural_join(m, kind, in.natural_join());
    case operation::kWhereIn:
        return read_where_in(m, kind, in.where_in());
    case operation::kEmptyTable: /* the demo server has none of these */
    case operation::kTimeTable:
    case operation::kAj:
        return unread(kind);
    case operation::OP_NOT_SET:
        break;
    }
    return wire_op();
}

void read_all(std::unique_ptr<memory> m, struct wire_operations *out)
{
    for (const auto &op : m->request.ops())
        m->ops.push_back(read_op(m.get(), op));
    out->ops = m->ops.data();
    out->n = m->ops.size();
    out->memory = m.release();
}

void check_length(struct bytes in)
{
    if (in.len > WIRE_MAX_OPERATIONS_BYTES)
        fail(ERR_LIMIT, "%zu bytes, over %zu", in.len, WIRE_MAX_OPERATIONS_BYTES);
}

template <typename Message> void parse(Message *m, const void *data, size_t len)
{
    if (len != 0 && !m->ParseFromArray(data, static_cast<int>(len)))
        fail(ERR_PROTO, "%zu bytes that are no such message", len);
}

/* An Operation whose one field, of that number, holds what is given. */
std::string wrapped(int kind, struct bytes in)
{
    constexpr unsigned length_delimited = 2;
    std::string raw;
    {
        google::protobuf::io::StringOutputStream stream(&raw);
        google::protobuf::io::CodedOutputStream out(&stream);

        out.WriteTag((static_cast<unsigned>(kind) << 3) | length_delimited);
        out.WriteVarint32(static_cast<uint32_t>(in.len));
        if (in.len != 0)
            out.WriteRaw(in.data, static_cast<int>(in.len));
    }
    return raw;
}

} // namespace

enum err_code wire_batch_request_decode(struct bytes in, struct wire_operations *out,
                                        struct err *e)
{
    *out = {};
    return guarded("BatchTableRequest", e, [&] {
        auto m = std::make_unique<memory>();

        check_length(in);
        parse(&m->request, in.data, in.len);
        read_all(std::move(m), out);
    });
}

enum err_code wire_op_decode(enum wire_op_kind kind, struct bytes in,
                             struct wire_operations *out, struct err *e)
{
    *out = {};
    return guarded("table request", e, [&] {
        auto m = std::make_unique<memory>();

        check_length(in);
        std::string raw = wrapped(kind, in);
        parse(m->request.add_ops(), raw.data(), raw.size());
        read_all(std::move(m), out);
    });
}

namespace
{

void read_rollup(memory *m, struct wire_rollup *out)
{
    const dhwire::RollupRequest &in = m->rollup;
    std::vector<struct bytes> names = borrow_all(in.group_by_columns());

    out->source = borrow(in.source_table_id().ticket());
    out->result = borrow(in.result_rollup_table_id().ticket());
    out->n_names = names.size();
    out->names = keep(&m->texts, std::move(names));
    out->aggregations = read_aggregations(m, in.aggregations(), &out->n_aggregations);
    out->constituents = in.include_constituents();
}

} // namespace

enum err_code wire_rollup_decode(struct bytes in, struct wire_rollup *out,
                                 struct wire_operations *memory, struct err *e)
{
    *out = {};
    *memory = {};
    return guarded("RollupRequest", e, [&] {
        auto m = std::make_unique<struct memory>();

        check_length(in);
        parse(&m->rollup, in.data, in.len);
        read_rollup(m.get(), out);
        memory->memory = m.release();
    });
}

void wire_operations_release(struct wire_operations *o)
{
    delete static_cast<memory *>(o->memory);
    *o = {};
}

namespace
{

/* From the bytes, so that its text borrows from them. */
void walk_literal(struct bytes in, struct wire_literal *out)
{
    for (proto_walk walk(in); walk.next();) {
        wire_literal l = {};

        switch (walk.number()) {
        case WIRE_LITERAL_TEXT:
            l.text = walk.bytes();
            break;
        case WIRE_LITERAL_DOUBLE:
            l.real = walk.real();
            break;
        case WIRE_LITERAL_BOOL:
            l.truth = walk.boolean();
            break;
        case WIRE_LITERAL_LONG:
        case WIRE_LITERAL_TIME:
            l.number = walk.sint64();
            break;
        default:
            walk.skip();
            continue;
        }
        l.kind = static_cast<wire_literal_kind>(walk.number());
        *out = l; /* members of a oneof: last wins */
    }
}

void walk_seek(struct bytes in, struct wire_seek *out)
{
    using message = dhwire::SeekRowRequest;

    for (proto_walk walk(in); walk.next();) {
        switch (walk.number()) {
        case message::kSourceIdFieldNumber:
            read_ticket(walk.bytes(), &out->source);
            break;
        case message::kStartingRowFieldNumber:
            out->start = walk.sint64();
            break;
        case message::kColumnNameFieldNumber:
            out->column = walk.bytes();
            break;
        case message::kSeekValueFieldNumber:
            walk_literal(walk.bytes(), &out->value);
            break;
        case message::kInsensitiveFieldNumber:
            out->ignores_case = walk.boolean();
            break;
        case message::kContainsFieldNumber:
            out->contains = walk.boolean();
            break;
        case message::kIsBackwardFieldNumber:
            out->backward = walk.boolean();
            break;
        default:
            walk.skip();
        }
    }
}

} // namespace

enum err_code wire_seek_decode(struct bytes in, struct wire_seek *out, struct err *e)
{
    *out = {};
    return guarded("SeekRowRequest", e, [&] {
        struct wire_seek m = {};

        walk_seek(in, &m);
        *out = m;
    });
}

enum err_code wire_seek_reply_encode(int64_t row, struct buf *out, struct err *e)
{
    return guarded("SeekRowResponse", e, [&] {
        dhwire::SeekRowResponse m;

        m.set_result_row(row);
        dhwire::append_message(m, out);
    });
}
