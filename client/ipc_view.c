#include "client/ipc_view.h"

#include <inttypes.h>

static struct bytes buffer_at(const struct ipc_view *r, size_t i)
{
    struct wire_buffer b = r->batch->buffers[i];

    return (struct bytes){b.length > 0 ? r->body.data + b.offset : NULL, (size_t)b.length};
}

/* The buffer holds n values of width bytes. */
static enum err_code check_room(size_t i, struct bytes b, uint64_t n, uint64_t width,
                                struct err *e)
{
    if (width && n > b.len / width)
        return err_set(e, ERR_PROTO,
                       "buffer %zu has %zu bytes for %" PRIu64 " values of %" PRIu64, i,
                       b.len, n, width);
    return ERR_OK;
}

static enum err_code node_validity(struct ipc_view *r, struct ipc_node *v, size_t i,
                                   int64_t null_count, struct err *e)
{
    struct bytes b = buffer_at(r, i);

    if (b.len == 0 || v->n == 0) {
        if (null_count > 0 && v->n > 0)
            return err_set(e, ERR_PROTO, "%" PRId64 " nulls but no validity bitmap",
                           null_count);
        return ERR_OK;
    }
    if ((v->n - 1) / 8 >= b.len)
        return err_set(e, ERR_PROTO, "validity bitmap of %zu bytes for %" PRIu64 " rows",
                       b.len, v->n);
    v->valid = b.data;
    return ERR_OK;
}

static enum err_code node_offsets(struct ipc_view *r, struct ipc_node *v, size_t i,
                                  struct err *e)
{
    struct bytes b = buffer_at(r, i);

    if (v->n == 0)
        return ERR_OK; /* then the buffer may be empty, without the first 0 */
    if (v->n > INT64_MAX - 1)
        return err_set(e, ERR_PROTO, "node of %" PRIu64 " rows", v->n);
    TRY(check_room(i, b, v->n + 1, v->f->width, e));
    v->offsets = b.data;
    return ERR_OK;
}

static enum err_code node_data(const struct ipc_view *r, struct ipc_node *v, size_t i,
                               uint64_t width, struct err *e)
{
    struct bytes b = buffer_at(r, i);

    TRY(check_room(i, b, v->n, width, e));
    v->data = b.data;
    v->data_len = b.len;
    return ERR_OK;
}

/* Takes the buffers of one field, from index buffer on. */
static enum err_code node_buffers(struct ipc_view *r, struct ipc_node *v, size_t buffer,
                                  int64_t null_count, struct err *e)
{
    if (v->f->coding == CODING_UNKNOWN || v->f->coding == CODING_NULL)
        return ERR_OK;
    TRY(node_validity(r, v, buffer, null_count, e));
    switch (v->f->coding) {
    case CODING_BYTES:
        TRY(node_offsets(r, v, buffer + 1, e));
        return node_data(r, v, buffer + 2, 0, e);
    case CODING_LIST:
        return node_offsets(r, v, buffer + 1, e);
    case CODING_FIXED_LIST:
        return ERR_OK;
    case CODING_BOOL:
        TRY(node_data(r, v, buffer + 1, 0, e));
        if (v->n && (v->n - 1) / 8 >= v->data_len)
            return err_set(e, ERR_PROTO, "%" PRIu64 " bytes for %" PRIu64 " booleans",
                           v->data_len, v->n);
        return ERR_OK;
    default:
        return node_data(r, v, buffer + 1, v->f->width, e);
    }
}

/* Items that are bytes without a node of their own: see ipc_layout_fit(). */
static enum err_code view_bytes(const struct ipc_view *r, struct ipc_node *v,
                                const struct ipc_field *f, size_t buffer, struct err *e)
{
    *v = (struct ipc_node){.f = f};
    TRY(node_data(r, v, buffer, 0, e));
    v->n = v->data_len;
    return ERR_OK;
}

/* How many buffers later a column starts, behind the one whose number is not known. */
static size_t open_buffers(const struct ipc_view *r, size_t c)
{
    bool behind = r->l->has_open && c > r->l->open_column;

    return behind ? r->batch->n_buffers - r->l->n_buffers : 0;
}

enum err_code ipc_view_column(struct ipc_view *r, size_t c, struct err *e)
{
    const struct ipc_start at = r->l->columns[c];
    size_t buffer = at.buffer + open_buffers(r, c);

    for (size_t depth = 0;; depth++) {
        const struct ipc_field *f = &r->l->fields[at.field + depth];
        struct ipc_node *v = &r->chain[depth];

        if (depth > 0 && f->n_nodes == 0)
            return view_bytes(r, v, f, buffer, e);
        struct wire_node node = r->batch->nodes[at.node + depth];

        if (node.length < 0 || node.null_count < 0 || node.null_count > node.length)
            return err_set(e, ERR_PROTO,
                           "node of %" PRId64 " rows, %" PRId64 " of them null",
                           node.length, node.null_count);
        *v = (struct ipc_node){.f = f, .n = (uint64_t)node.length};
        TRY(node_buffers(r, v, buffer, node.null_count, e));
        buffer += f->n_buffers;
        if (f->coding != CODING_LIST && f->coding != CODING_FIXED_LIST)
            return ERR_OK;
        if (depth + 1 > WIRE_MAX_DEPTH)
            return err_set(e, ERR_PROTO, "lists nested deeper than %d", WIRE_MAX_DEPTH);
    }
}

/* Each begins at a multiple of 8 behind the one before (protocol: Arrow Columnar Format,
 * Encapsulated message format). Where an empty one is said to be does not matter. */
static enum err_code check_buffers(const struct ipc_view *r, struct err *e)
{
    uint64_t end = 0;

    for (size_t i = 0; i < r->batch->n_buffers; i++) {
        struct wire_buffer b = r->batch->buffers[i];

        if (b.length == 0)
            continue;
        if (b.offset < 0 || b.length < 0 || (uint64_t)b.length > r->body.len ||
            (uint64_t)b.offset > r->body.len - (uint64_t)b.length)
            return err_set(e, ERR_PROTO,
                           "buffer %zu at %" PRId64 " of %" PRId64
                           " bytes in a body of %zu",
                           i, b.offset, b.length, r->body.len);
        if (b.offset % 8 != 0 || (uint64_t)b.offset < end)
            return err_set(e, ERR_PROTO,
                           "buffer %zu at %" PRId64
                           ", expected a multiple of 8 from %" PRIu64 " on",
                           i, b.offset, end);
        end = (uint64_t)b.offset + (uint64_t)b.length;
    }
    return ERR_OK;
}

enum err_code ipc_view_check(const struct ipc_view *r, struct err *e)
{
    const struct ipc_layout *l = r->l;
    const struct wire_batch *b = r->batch;

    if (b->compressed)
        return err_set(e, ERR_PROTO, "compressed record batch, which was not asked for");
    if (b->length < 0)
        return err_set(e, ERR_PROTO, "record batch of %" PRId64 " rows", b->length);
    if (b->n_nodes != l->n_nodes)
        return err_set(e, ERR_PROTO, "record batch has %zu nodes, the schema %" PRIu32,
                       b->n_nodes, l->n_nodes);
    if (l->has_open ? b->n_buffers < l->n_buffers : b->n_buffers != l->n_buffers)
        return err_set(e, ERR_PROTO, "record batch has %zu buffers, the schema %" PRIu32,
                       b->n_buffers, l->n_buffers);
    return check_buffers(r, e);
}
