/*
 * Arrow IPC messages: schemas and record batch headers.
 *
 * A flatbuffer is verified whole before anything in it is read. Fields are counted in a
 * first pass, which applies the limits, and copied out in pre-order in a second one.
 */
#include <cstring>

#include "arrow_message_generated.h"
#include "client/wire/internal.h"

namespace arrow = dhwire::arrow;

using dhwire::array_new;
using dhwire::fail;
using dhwire::size_of;

using field_list = flatbuffers::Vector<flatbuffers::Offset<arrow::Field>>;
using pair_list = flatbuffers::Vector<flatbuffers::Offset<arrow::KeyValue>>;

namespace
{

struct bytes text_span(const flatbuffers::String *s)
{
    return s == nullptr ? bytes{nullptr, 0} : bytes{s->Data(), s->size()};
}

struct totals {
    size_t fields = 0;
    size_t pairs = 0;
    size_t text = 0; /* bytes */
};

void count_text(const flatbuffers::String *s, totals *sum)
{
    size_t n = text_span(s).len;

    if (n > WIRE_MAX_TEXT - sum->text)
        fail(ERR_LIMIT, "names and metadata of %zu bytes and %zu more, over %zu", sum->text,
             n, WIRE_MAX_TEXT);
    sum->text += n;
}

void count_pairs(const pair_list *list, totals *sum)
{
    size_t n = size_of(list);

    for (size_t i = 0; i < n; i++) {
        const arrow::KeyValue *pair = list->Get(static_cast<flatbuffers::uoffset_t>(i));
        count_text(pair->key(), sum);
        count_text(pair->value(), sum);
    }
    sum->pairs += n;
}

void count_fields(const field_list *list, int depth, totals *sum)
{
    if (size_of(list) == 0)
        return;
    if (depth > WIRE_MAX_DEPTH)
        fail(ERR_LIMIT, "fields nested deeper than %d", WIRE_MAX_DEPTH);
    if (list->size() > WIRE_MAX_FIELDS - sum->fields)
        fail(ERR_LIMIT, "%zu fields and %u more, over %d", sum->fields, list->size(),
             WIRE_MAX_FIELDS);
    sum->fields += list->size();
    for (const arrow::Field *f : *list) {
        count_text(f->name(), sum);
        count_pairs(f->custom_metadata(), sum);
        count_fields(f->children(), depth + 1, sum);
    }
}

void copy_pairs(const pair_list *list, struct wire_pair *out)
{
    for (size_t i = 0; i < size_of(list); i++) {
        const arrow::KeyValue *pair = list->Get(static_cast<flatbuffers::uoffset_t>(i));
        out[i] = {text_span(pair->key()), text_span(pair->value())};
    }
}

int float_bits(arrow::Precision precision)
{
    switch (precision) {
    case arrow::Precision::HALF:
        return 16;
    case arrow::Precision::SINGLE:
        return 32;
    case arrow::Precision::DOUBLE:
        return 64;
    }
    fail(ERR_PROTO, "unknown precision %d, not 0 to 2", static_cast<int>(precision));
}

int width_of(const arrow::Field *f)
{
    switch (f->type_type()) {
    case arrow::Type::Int:
        return f->type_as_Int()->bit_width();
    case arrow::Type::FloatingPoint:
        return float_bits(f->type_as_FloatingPoint()->precision());
    case arrow::Type::Decimal:
        return f->type_as_Decimal()->bit_width();
    case arrow::Type::Time:
        return f->type_as_Time()->bit_width();
    case arrow::Type::FixedSizeBinary:
        return f->type_as_FixedSizeBinary()->byte_width();
    case arrow::Type::FixedSizeList:
        return f->type_as_FixedSizeList()->list_size();
    default:
        return 0;
    }
}

template <typename Unit> int checked_unit(Unit unit, Unit last)
{
    int n = static_cast<int>(unit);

    if (n < 0 || n > static_cast<int>(last))
        fail(ERR_PROTO, "unknown unit %d, not 0 to %d", n, static_cast<int>(last));
    return n;
}

int unit_of(const arrow::Field *f)
{
    switch (f->type_type()) {
    case arrow::Type::Date:
        return checked_unit(f->type_as_Date()->unit(), arrow::DateUnit::MILLISECOND);
    case arrow::Type::Time:
        return checked_unit(f->type_as_Time()->unit(), arrow::TimeUnit::NANOSECOND);
    case arrow::Type::Timestamp:
        return checked_unit(f->type_as_Timestamp()->unit(), arrow::TimeUnit::NANOSECOND);
    case arrow::Type::Interval:
        return checked_unit(f->type_as_Interval()->unit(),
                            arrow::IntervalUnit::MONTH_DAY_NANO);
    case arrow::Type::Union:
        return checked_unit(f->type_as_Union()->mode(), arrow::UnionMode::DENSE);
    case arrow::Type::Duration:
        return checked_unit(f->type_as_Duration()->unit(), arrow::TimeUnit::NANOSECOND);
    default:
        return 0;
    }
}

void copy_type(const arrow::Field *f, struct wire_field *out)
{
    out->type = static_cast<int>(f->type_type());
    if (f->type() == nullptr) {
        if (f->type_type() != arrow::Type::NONE)
            fail(ERR_PROTO, "a field of type %d has no type table", out->type);
        return;
    }
    out->bit_width = width_of(f);
    if (out->bit_width < 0)
        fail(ERR_PROTO, "a field of type %d has width %d", out->type, out->bit_width);
    out->is_signed = f->type_type() == arrow::Type::Int && f->type_as_Int()->is_signed();
    out->unit = unit_of(f);
    if (f->type_type() == arrow::Type::Decimal)
        out->scale = f->type_as_Decimal()->scale();
}

/* Fills s, which has room for all fields and pairs, in pre-order. */
void copy_fields(const field_list *list, struct wire_schema *s)
{
    if (list == nullptr)
        return;
    for (const arrow::Field *f : *list) {
        struct wire_field *out = &s->fields[s->n_fields++];

        out->name = text_span(f->name());
        copy_type(f, out);
        out->nullable = f->nullable();
        out->dictionary = f->dictionary() != nullptr;
        out->n_children = size_of(f->children());
        out->first_pair = s->n_pairs;
        out->n_pairs = size_of(f->custom_metadata());
        copy_pairs(f->custom_metadata(), s->pairs + s->n_pairs);
        s->n_pairs += out->n_pairs;
        copy_fields(f->children(), s);
    }
}

void copy_schema(const arrow::Schema *schema, struct wire_schema *out)
{
    struct wire_schema s = {};
    totals sum;

    if (schema->endianness() != arrow::Endianness::Little)
        fail(ERR_PROTO, "byte order %d, not little-endian",
             static_cast<int>(schema->endianness()));
    count_pairs(schema->custom_metadata(), &sum);
    sum.pairs = 0; /* those of fields only */
    count_fields(schema->fields(), 1, &sum);
    auto fields = array_new<struct wire_field>(sum.fields);
    auto pairs = array_new<struct wire_pair>(sum.pairs);
    auto table_pairs = array_new<struct wire_pair>(size_of(schema->custom_metadata()));
    s.fields = fields.get();
    s.pairs = pairs.get();
    s.table_pairs = table_pairs.get();
    copy_fields(schema->fields(), &s);
    copy_pairs(schema->custom_metadata(), s.table_pairs);
    s.n_table_pairs = size_of(schema->custom_metadata());
    s.n_columns = size_of(schema->fields());
    *out = s;
    fields.release();
    pairs.release();
    table_pairs.release();
}

/* By copy: the verifier does not check the alignment of structs inside a vector. */
template <typename T> T struct_at(const flatbuffers::Vector<const T *> *v, size_t i)
{
    T out;

    std::memcpy(&out, v->Data() + i * sizeof(T), sizeof(T));
    return out;
}

void copy_batch(const arrow::RecordBatch *batch, struct wire_batch *out)
{
    size_t n_nodes = size_of(batch->nodes());
    size_t n_buffers = size_of(batch->buffers());
    auto nodes = array_new<struct wire_node>(n_nodes);
    auto buffers = array_new<struct wire_buffer>(n_buffers);

    if (batch->length() < 0)
        fail(ERR_PROTO, "record batch of %lld rows",
             static_cast<long long>(batch->length()));
    for (size_t i = 0; i < n_nodes; i++) {
        arrow::FieldNode node = struct_at(batch->nodes(), i);
        if (node.length() < 0 || node.null_count() < 0)
            fail(ERR_PROTO, "node %zu of %lld rows, %lld of them null", i,
                 static_cast<long long>(node.length()),
                 static_cast<long long>(node.null_count()));
        nodes[i] = {node.length(), node.null_count()};
    }
    for (size_t i = 0; i < n_buffers; i++) {
        arrow::Buffer buffer = struct_at(batch->buffers(), i);
        if (buffer.offset() < 0 || buffer.length() < 0)
            fail(ERR_PROTO, "buffer %zu at %lld of %lld bytes", i,
                 static_cast<long long>(buffer.offset()),
                 static_cast<long long>(buffer.length()));
        buffers[i] = {buffer.offset(), buffer.length()};
    }
    *out = {batch->length(),   nodes.release(), n_nodes,
            buffers.release(), n_buffers,       batch->compression() != nullptr};
}

void copy_message(const arrow::Message *m, struct wire_message *out)
{
    int kind = static_cast<int>(m->header_type());

    if (m->version() != arrow::MetadataVersion::V5)
        fail(ERR_PROTO, "metadata version %d, not 4 (V5)", static_cast<int>(m->version()));
    if (kind > WIRE_HEADER_SPARSE)
        fail(ERR_PROTO, "unknown header type %d, not 0 to %d", kind, WIRE_HEADER_SPARSE);
    if (kind != WIRE_HEADER_NONE && m->header() == nullptr)
        fail(ERR_PROTO, "header type %d without a header", kind);
    if (m->body_length() < 0)
        fail(ERR_PROTO, "body of %lld bytes", static_cast<long long>(m->body_length()));
    out->header = static_cast<enum wire_header>(kind);
    out->body_length = m->body_length();
    if (kind == WIRE_HEADER_SCHEMA)
        copy_schema(m->header_as_Schema(), &out->schema);
    if (kind == WIRE_HEADER_BATCH)
        copy_batch(m->header_as_RecordBatch(), &out->batch);
}

} // namespace

enum err_code wire_message_decode(struct bytes in, struct wire_message *out, struct err *e)
{
    *out = {};
    return dhwire::guarded("Arrow message", e, [&] {
        constexpr uintptr_t alignment = 8;
        struct wire_message m = {};
        dhwire::array<uint8_t> copy;

        if (reinterpret_cast<uintptr_t>(in.data) % alignment != 0) {
            copy = dhwire::aligned_copy(in, "flatbuffer");
            in.data = copy.get();
        }
        copy_message(dhwire::verified_root<arrow::Message>(in, "flatbuffer"), &m);
        if (m.header == WIRE_HEADER_SCHEMA) /* nothing else borrows */
            m.copy = copy.release();
        *out = m;
    });
}

void wire_message_release(struct wire_message *m)
{
    free(m->schema.fields);
    free(m->schema.pairs);
    free(m->schema.table_pairs);
    free(m->batch.nodes);
    free(m->batch.buffers);
    free(m->copy);
    *m = {};
}

/* Arrow IPC encapsulation: continuation mark, length of the flatbuffer, flatbuffer, padding
 * that the length need not count. */
enum err_code wire_unwrap_message(struct bytes in, struct bytes *out, struct err *e)
{
    constexpr size_t prefix = 8;
    constexpr uint32_t mark = 0xffffffff;

    if (in.len < prefix)
        return err_set(e, ERR_PROTO, "encapsulated message: %zu bytes, too short", in.len);
    if (bytes_u32(in.data) != mark)
        return err_set(e, ERR_PROTO, "encapsulated message: starts with 0x%08x, not 0x%08x",
                       bytes_u32(in.data), mark);
    uint32_t len = bytes_u32(in.data + 4);
    if (len > in.len - prefix)
        return err_set(e, ERR_PROTO,
                       "encapsulated message: length %u, but %zu bytes follow", len,
                       in.len - prefix);
    *out = {in.data + prefix, len};
    return ERR_OK;
}
