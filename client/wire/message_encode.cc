/*
 * Arrow IPC messages as a server writes them: schemas and record batch headers.
 */
#include "arrow_message_generated.h"
#include "client/wire/internal.h"

namespace arrow = dhwire::arrow;

using dhwire::fail;
using dhwire::guarded;

using builder = dhwire::message_builder;
using field_offset = flatbuffers::Offset<arrow::Field>;
using pair_offset = flatbuffers::Offset<arrow::KeyValue>;

namespace
{

flatbuffers::Offset<flatbuffers::String> put_text(builder *b, struct bytes in)
{
    b->check_room(in.len);
    return b->CreateString(reinterpret_cast<const char *>(in.data), in.len);
}

flatbuffers::Offset<flatbuffers::Vector<pair_offset>>
put_pairs(builder *b, const struct wire_pair *pairs, size_t n)
{
    std::vector<pair_offset> list;

    for (size_t i = 0; i < n; i++) {
        auto key = put_text(b, pairs[i].key);
        auto value = put_text(b, pairs[i].value);
        list.push_back(arrow::CreateKeyValue(*b, key, value));
    }
    return n == 0 ? 0 : b->CreateVector(list);
}

arrow::Precision precision_of(const struct wire_field *f)
{
    switch (f->bit_width) {
    case 16:
        return arrow::Precision::HALF;
    case 32:
        return arrow::Precision::SINGLE;
    case 64:
        return arrow::Precision::DOUBLE;
    default:
        fail(ERR_PROTO, "a float of %d bits", f->bit_width);
    }
}

template <typename Unit> Unit unit_of(const struct wire_field *f)
{
    return static_cast<Unit>(f->unit);
}

flatbuffers::Offset<void> put_timestamp(builder *b, const struct wire_field *f)
{
    flatbuffers::Offset<flatbuffers::String> zone;

    if (f->zone.len > 0)
        zone = b->CreateString(reinterpret_cast<const char *>(f->zone.data), f->zone.len);
    return arrow::CreateTimestamp(*b, unit_of<arrow::TimeUnit>(f), zone).Union();
}

flatbuffers::Offset<void> put_type(builder *b, const struct wire_field *f)
{
    switch (f->type) {
    case WIRE_TYPE_NULL:
        return arrow::CreateNull(*b).Union();
    case WIRE_TYPE_INT:
        return arrow::CreateInt(*b, f->bit_width, f->is_signed).Union();
    case WIRE_TYPE_FLOAT:
        return arrow::CreateFloatingPoint(*b, precision_of(f)).Union();
    case WIRE_TYPE_BINARY:
        return arrow::CreateBinary(*b).Union();
    case WIRE_TYPE_UTF8:
        return arrow::CreateUtf8(*b).Union();
    case WIRE_TYPE_BOOL:
        return arrow::CreateBool(*b).Union();
    case WIRE_TYPE_DATE:
        return arrow::CreateDate(*b, unit_of<arrow::DateUnit>(f)).Union();
    case WIRE_TYPE_TIME:
        return arrow::CreateTime(*b, unit_of<arrow::TimeUnit>(f), f->bit_width).Union();
    case WIRE_TYPE_TIMESTAMP:
        return put_timestamp(b, f);
    case WIRE_TYPE_INTERVAL:
        return arrow::CreateInterval(*b, unit_of<arrow::IntervalUnit>(f)).Union();
    case WIRE_TYPE_LIST:
        return arrow::CreateList(*b).Union();
    case WIRE_TYPE_STRUCT:
        return arrow::CreateStruct_(*b).Union();
    case WIRE_TYPE_RUN_END:
        return arrow::CreateRunEndEncoded(*b).Union();
    case WIRE_TYPE_DURATION:
        return arrow::CreateDuration(*b, unit_of<arrow::TimeUnit>(f)).Union();
    default:
        fail(ERR_PROTO, "type %d cannot be written", f->type);
    }
}

field_offset put_field(builder *b, const struct wire_schema *s, size_t *next, int depth);

/* Fields of one level; *next is the pre-order index of the first and moves past the last.
 */
std::vector<field_offset> put_fields(builder *b, const struct wire_schema *s, size_t n,
                                     size_t *next, int depth)
{
    std::vector<field_offset> list;

    if (n != 0 && depth > WIRE_MAX_DEPTH)
        fail(ERR_LIMIT, "fields nested deeper than %d", WIRE_MAX_DEPTH);
    for (size_t i = 0; i < n; i++) {
        if (*next >= s->n_fields)
            fail(ERR_PROTO, "more fields announced than the %zu there are", s->n_fields);
        list.push_back(put_field(b, s, next, depth));
    }
    return list;
}

field_offset put_field(builder *b, const struct wire_schema *s, size_t *next, int depth)
{
    const struct wire_field *f = &s->fields[(*next)++];

    if (f->n_pairs > s->n_pairs || f->first_pair > s->n_pairs - f->n_pairs)
        fail(ERR_PROTO, "metadata %zu and %zu more of a field, of %zu pairs", f->first_pair,
             f->n_pairs, s->n_pairs);
    auto inner = put_fields(b, s, f->n_children, next, depth + 1);
    auto children = inner.empty() ? 0 : b->CreateVector(inner);
    auto name = put_text(b, f->name);
    auto pairs = put_pairs(b, s->pairs + f->first_pair, f->n_pairs);
    auto type = put_type(b, f);
    auto dictionary = f->dictionary ? arrow::CreateDictionaryEncoding(*b) : 0;
    return arrow::CreateField(*b, name, f->nullable, static_cast<arrow::Type>(f->type),
                              type, dictionary, children, pairs);
}

void put_message(builder *b, arrow::MessageHeader kind, flatbuffers::Offset<void> header,
                 int64_t body_length)
{
    b->Finish(
        arrow::CreateMessage(*b, arrow::MetadataVersion::V5, kind, header, body_length));
    b->append_finished();
}

} // namespace

enum err_code wire_schema_encode(const struct wire_schema *in, struct buf *out,
                                 struct err *e)
{
    return guarded("Arrow schema", e, [&] {
        builder b(out);
        size_t next = 0;

        auto fields = b.CreateVector(put_fields(&b, in, in->n_columns, &next, 1));
        auto pairs = put_pairs(&b, in->table_pairs, in->n_table_pairs);
        auto schema = arrow::CreateSchema(b, arrow::Endianness::Little, fields, pairs);
        put_message(&b, arrow::MessageHeader::Schema, schema.Union(), 0);
    });
}

enum err_code wire_batch_encode(const struct wire_batch *in, int64_t body_length,
                                struct buf *out, struct err *e)
{
    return guarded("Arrow record batch", e, [&] {
        builder b(out);
        std::vector<arrow::FieldNode> nodes;
        std::vector<arrow::Buffer> buffers;

        b.check_room((in->n_nodes + in->n_buffers) * sizeof(arrow::Buffer));
        for (size_t i = 0; i < in->n_nodes; i++)
            nodes.emplace_back(in->nodes[i].length, in->nodes[i].null_count);
        for (size_t i = 0; i < in->n_buffers; i++)
            buffers.emplace_back(in->buffers[i].offset, in->buffers[i].length);
        auto node_list = b.CreateVectorOfStructs(nodes);
        auto buffer_list = b.CreateVectorOfStructs(buffers);
        auto batch = arrow::CreateRecordBatch(b, in->length, node_list, buffer_list);
        put_message(&b, arrow::MessageHeader::RecordBatch, batch.Union(), body_length);
    });
}

/* protocol: ExportedTableCreationResponse.schema_header; the length leaves the padding out.
 */
enum err_code wire_wrap_message(struct bytes message, struct buf *out, struct err *e)
{
    constexpr size_t prefix = 8, alignment = 8;
    constexpr int most = std::numeric_limits<int32_t>::max();
    const uint8_t zeros[alignment] = {0};
    uint8_t head[prefix] = {0xff, 0xff, 0xff, 0xff};
    size_t start = out->len;

    if (message.len > static_cast<size_t>(most))
        return err_set(e, ERR_LIMIT, "encapsulated message of %zu bytes, over %d",
                       message.len, most);
    for (size_t i = 0; i < 4; i++)
        head[4 + i] = static_cast<uint8_t>(message.len >> (8 * i));
    enum err_code rc = buf_append(out, head, prefix, e);
    if (rc == ERR_OK)
        rc = buf_append(out, message.data, message.len, e);
    if (rc == ERR_OK)
        rc = buf_append(out, zeros, (alignment - message.len % alignment) % alignment, e);
    if (rc != ERR_OK)
        out->len = start;
    return rc;
}
