/*
 * Barrage messages: update metadata from a server, subscription and snapshot requests to
 * it.
 *
 * The payload of the wrapper is a flatbuffer of its own at any address, so the wrapper is
 * copied, verified, and its payload then moved to the aligned start of the copy.
 */
#include <cstring>

#include "barrage_generated.h"
#include "client/wire/internal.h"

namespace barrage = dhwire::barrage;

using dhwire::array;
using dhwire::array_new;
using dhwire::fail;
using dhwire::size_of;
using dhwire::span_of;

using byte_list = flatbuffers::Vector<int8_t>;

namespace
{

constexpr uint32_t magic = 0x6e687064; /* "dphn" */

struct payload {
    array<uint8_t> memory; /* empty when the wrapper has another magic */
    size_t len = 0;
    barrage::MessageType type = barrage::MessageType::None;

    struct bytes bytes() const
    {
        return {memory.get(), len};
    }
};

payload unwrap(struct bytes in)
{
    payload p;
    array<uint8_t> copy = dhwire::aligned_copy(in, "wrapper");
    auto wrapper = dhwire::verified_root<barrage::Wrapper>({copy.get(), in.len}, "wrapper");

    if (wrapper->magic() != magic)
        return p;
    struct bytes inner = span_of(wrapper->msg_payload());
    p.type = wrapper->msg_type();
    p.len = inner.len;
    if (inner.len != 0)
        std::memmove(copy.get(), inner.data, inner.len);
    p.memory = std::move(copy);
    return p;
}

struct wire_opt opt_of(const byte_list *v)
{
    return {span_of(v), v != nullptr};
}

/* Each set of modified rows is to be decoded, so columns that share the bytes of one could
 * take any amount of time and memory; no server writes them so. */
void copy_update(const barrage::UpdateMetadata *m, size_t payload, struct wire_update *out)
{
    size_t n = size_of(m->mod_column_nodes());
    size_t total = 0;

    if (n > WIRE_MAX_FIELDS)
        fail(ERR_LIMIT, "modifications of %zu columns, over %d", n, WIRE_MAX_FIELDS);
    auto modified = array_new<struct wire_opt>(n);
    for (size_t i = 0; i < n; i++) {
        modified[i] = opt_of(m->mod_column_nodes()
                                 ->Get(static_cast<flatbuffers::uoffset_t>(i))
                                 ->modified_rows());
        total += modified[i].bytes.len;
    }
    if (total > payload)
        fail(ERR_PROTO, "modified rows of %zu bytes in a payload of %zu", total, payload);
    out->first_seq = m->first_seq();
    out->last_seq = m->last_seq();
    out->is_snapshot = m->is_snapshot();
    out->viewport = opt_of(m->effective_viewport());
    out->reverse = m->effective_reverse_viewport();
    out->columns = opt_of(m->effective_column_set());
    out->added = opt_of(m->added_rows());
    out->removed = opt_of(m->removed_rows());
    out->shift = opt_of(m->shift_data());
    out->included = opt_of(m->added_rows_included());
    out->modified = modified.release();
    out->n_modified = n;
    out->has_modified = m->mod_column_nodes() != nullptr;
    out->table_size = m->table_size();
}

} // namespace

enum err_code wire_update_decode(struct bytes in, struct wire_update *out, bool *has,
                                 struct err *e)
{
    *out = {};
    *has = false;
    return dhwire::guarded("Barrage update", e, [&] {
        if (in.len == 0)
            return;
        payload p = unwrap(in);
        if (p.type != barrage::MessageType::UpdateMetadata)
            return;
        auto meta = dhwire::verified_root<barrage::UpdateMetadata>(p.bytes(), "payload");
        copy_update(meta, p.len, out); /* the last that can fail */
        out->copy = p.memory.release();
        *has = true;
    });
}

void wire_update_release(struct wire_update *u)
{
    free(u->modified);
    free(u->copy);
    *u = {};
}

namespace
{

using builder = dhwire::message_builder;

flatbuffers::Offset<byte_list> put_bytes(builder *b, struct bytes in)
{
    b->check_room(in.len);
    return b->CreateVector(reinterpret_cast<const int8_t *>(in.data), in.len);
}

flatbuffers::Offset<byte_list> put_opt(builder *b, struct wire_opt in)
{
    return in.present ? put_bytes(b, in.bytes) : 0;
}

void put_subscription(builder *b, const struct wire_subscribe *in)
{
    auto ticket = put_opt(b, {in->ticket, in->ticket.len != 0});
    auto columns = put_opt(b, in->columns);
    auto viewport = put_opt(b, in->viewport);
    auto options = barrage::CreateSubscriptionOptions(
        *b, in->deephaven_nulls, in->interval_ms, in->batch_size, in->max_message_size,
        false, in->list_limit);

    b->Finish(barrage::CreateSubscriptionRequest(*b, ticket, columns, viewport, options,
                                                 in->reverse));
}

void put_snapshot(builder *b, const struct wire_subscribe *in)
{
    auto ticket = put_opt(b, {in->ticket, in->ticket.len != 0});
    auto columns = put_opt(b, in->columns);
    auto viewport = put_opt(b, in->viewport);
    auto options = barrage::CreateSnapshotOptions(*b, in->deephaven_nulls, in->batch_size,
                                                  in->max_message_size, in->list_limit);

    b->Finish(barrage::CreateSnapshotRequest(*b, ticket, columns, viewport, options,
                                             in->reverse));
}

template <typename Request> void copy_request(const Request *r, struct wire_subscribe *out)
{
    out->ticket = span_of(r->ticket());
    out->columns = opt_of(r->columns());
    out->viewport = opt_of(r->viewport());
    out->reverse = r->reverse_viewport();
    if (r->options() == nullptr)
        return;
    out->deephaven_nulls = r->options()->use_deephaven_nulls();
    out->batch_size = r->options()->batch_size();
    out->max_message_size = r->options()->max_message_size();
    out->list_limit = r->options()->preview_list_length_limit();
}

void copy_subscription(const barrage::SubscriptionRequest *r, struct wire_subscribe *out)
{
    copy_request(r, out);
    out->type = WIRE_BARRAGE_SUBSCRIPTION;
    if (r->options() == nullptr)
        return;
    if (r->options()->columns_as_list())
        fail(ERR_PROTO, "columns_as_list is not supported");
    out->interval_ms = r->options()->min_update_interval_ms();
}

void copy_snapshot(const barrage::SnapshotRequest *r, struct wire_subscribe *out)
{
    copy_request(r, out);
    out->type = WIRE_BARRAGE_SNAPSHOT;
}

flatbuffers::Offset<barrage::UpdateMetadata> put_update(builder *b,
                                                        const struct wire_update *in)
{
    auto viewport = put_opt(b, in->viewport);
    auto columns = put_opt(b, in->columns);
    auto added = put_opt(b, in->added);
    auto removed = put_opt(b, in->removed);
    auto shift = put_opt(b, in->shift);
    auto included = put_opt(b, in->included);
    std::vector<flatbuffers::Offset<barrage::ModColumnMetadata>> modified;

    for (size_t i = 0; i < in->n_modified; i++)
        modified.push_back(
            barrage::CreateModColumnMetadata(*b, put_opt(b, in->modified[i])));
    auto nodes = in->has_modified ? b->CreateVector(modified) : 0;
    return barrage::CreateUpdateMetadata(*b, in->first_seq, in->last_seq, in->is_snapshot,
                                         viewport, in->reverse, columns, added, removed,
                                         shift, included, nodes, in->table_size);
}

/* Wraps what inner holds and appends it. */
void put_wrapper(const builder &inner, barrage::MessageType type)
{
    builder outer(inner.out);

    auto bytes = put_bytes(&outer, {inner.GetBufferPointer(), inner.GetSize()});
    outer.Finish(barrage::CreateWrapper(outer, magic, type, bytes));
    outer.append_finished();
}

} // namespace

enum err_code wire_update_encode(const struct wire_update *in, struct buf *out,
                                 struct err *e)
{
    return dhwire::guarded("Barrage update", e, [&] {
        builder inner(out);

        inner.Finish(put_update(&inner, in));
        put_wrapper(inner, barrage::MessageType::UpdateMetadata);
    });
}

enum err_code wire_subscribe_encode(const struct wire_subscribe *in, struct buf *out,
                                    struct err *e)
{
    return dhwire::guarded("Barrage request", e, [&] {
        builder inner(out);

        if (in->type == WIRE_BARRAGE_SUBSCRIPTION)
            put_subscription(&inner, in);
        else if (in->type == WIRE_BARRAGE_SNAPSHOT)
            put_snapshot(&inner, in);
        else
            fail(ERR_PROTO, "type %d is no request", static_cast<int>(in->type));
        put_wrapper(inner, static_cast<barrage::MessageType>(in->type));
    });
}

enum err_code wire_subscribe_decode(struct bytes in, struct wire_subscribe *out,
                                    struct err *e)
{
    *out = {};
    return dhwire::guarded("Barrage request", e, [&] {
        struct wire_subscribe s = {};
        payload p = unwrap(in);

        if (p.type == barrage::MessageType::SubscriptionRequest)
            copy_subscription(
                dhwire::verified_root<barrage::SubscriptionRequest>(p.bytes(), "payload"),
                &s);
        else if (p.type == barrage::MessageType::SnapshotRequest)
            copy_snapshot(
                dhwire::verified_root<barrage::SnapshotRequest>(p.bytes(), "payload"), &s);
        else
            fail(ERR_PROTO, "type %d is no request", static_cast<int>(p.type));
        s.copy = p.memory.release();
        *out = s;
    });
}

void wire_subscribe_release(struct wire_subscribe *s)
{
    free(s->copy);
    *s = {};
}
