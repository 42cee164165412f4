/*
 * client/ipc_flat.c - record batches for bulk readers: columns left where they lie.
 *
 * What Arrow and the model keep in the same way is borrowed from the body, once its offsets
 * have been walked: whoever reads a flat does not look again. The few codings that need
 * another value than the one that lies there (decimals, half floats, times in other units
 * than nanoseconds) go through slots and are copied.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "base/mem.h"
#include "client/ipc_view.h"

#define SLOTS_MAX ((uint64_t)16 << 20) /* cells and items of a column that is copied */
#define MS_OF_DAY 86400000

static bool lies_as_it_is(const struct ipc_field *f)
{
    switch (f->coding) {
    case CODING_INT:
        return f->factor == 1;
    case CODING_UINT:
    case CODING_BOOL:
    case CODING_FLOAT:
    case CODING_DOUBLE:
    case CODING_DATE_MS:
    case CODING_BYTES:
    case CODING_LIST:
        return true;
    default:
        return false;
    }
}

/* The field of column c and, in a list, those of its items. */
static bool can_borrow(const struct ipc_layout *l, size_t c)
{
    const struct ipc_field *f = &l->fields[l->columns[c].field];

    while (lies_as_it_is(f) && f->coding == CODING_LIST)
        f++;
    return lies_as_it_is(f);
}

static int64_t offset_at(const struct ipc_node *v, uint64_t i)
{
    return bytes_signed(v->offsets + i * v->f->width, v->f->width);
}

/* Bytes that a value has at least. */
static int64_t shortest(const struct ipc_field *f)
{
    return f->type->kind == KIND_BIG_INTEGER   ? 1
           : f->type->kind == KIND_BIG_DECIMAL ? 5
                                               : 0;
}

/* Offsets ascend and end within limit; every value that is there is long enough. */
static enum err_code check_offsets(const struct ipc_node *v, uint64_t limit, struct err *e)
{
    int64_t least = v->f->coding == CODING_BYTES ? shortest(v->f) : 0;
    int64_t from = v->n ? offset_at(v, 0) : 0;

    if (from < 0)
        return err_set(e, ERR_PROTO, "offset %" PRId64, from);
    for (uint64_t i = 0; i < v->n; i++) {
        int64_t to = offset_at(v, i + 1);
        bool here = !v->valid || v->valid[i / 8] >> (i % 8) & 1;

        if (to < from || (uint64_t)to > limit || (here && to - from < least))
            return err_set(e, ERR_PROTO,
                           "row %" PRIu64 " spans %" PRId64 " to %" PRId64 " of %" PRIu64,
                           i, from, to, limit);
        from = to;
    }
    return ERR_OK;
}

static enum err_code borrow(const struct ipc_node *v, struct flat *out, struct err *e)
{
    const struct ipc_field *f = v->f;

    *out = (struct flat){.type = f->type,
                         .n = v->n,
                         .valid = v->valid,
                         .data = v->data,
                         .offsets = v->offsets,
                         .width = (uint8_t)(f->coding == CODING_BOOL ? 0 : f->width),
                         .is_unsigned = f->coding == CODING_UINT,
                         .divisor = f->coding == CODING_DATE_MS ? MS_OF_DAY : 1};
    if (f->coding == CODING_BYTES)
        return check_offsets(v, v->data_len, e);
    if (f->coding != CODING_LIST)
        return ERR_OK;
    TRY(check_offsets(v, v[1].n, e));
    out->items = MEM_NEW(struct flat);
    return borrow(v + 1, out->items, e);
}

static enum err_code copy(const struct ipc_view *view, size_t c, struct flat *out,
                          struct err *e)
{
    struct rowset *columns = rowset_new_range((int64_t)c, (int64_t)c);
    struct column **all = MEM_ARRAY(struct column *, view->l->n_columns);
    uint64_t slots = SLOTS_MAX;
    struct ipc_wants wants = {.columns = columns, .slots_left = &slots};
    enum err_code rc = ipc_batch_decode(view->l, view->batch, view->body, &wants, all, e);

    if (rc == ERR_OK)
        flat_of_column(all[c], 0, column_length(all[c]), out);
    column_free(all[c]);
    free(all);
    rowset_free(columns);
    return rc;
}

static enum err_code read_column(struct ipc_view *view, size_t c, struct flat *out,
                                 struct err *e)
{
    uint64_t rows = (uint64_t)view->batch->length;

    if (!can_borrow(view->l, c))
        return copy(view, c, out, e);
    TRY(ipc_view_column(view, c, e));
    if (view->chain[0].n != rows)
        return err_set(e, ERR_PROTO, "%" PRIu64 " rows in a batch of %" PRIu64,
                       view->chain[0].n, rows);
    return borrow(view->chain, out, e);
}

enum err_code ipc_batch_flats(const struct ipc_layout *l, const struct wire_batch *batch,
                              struct bytes body, struct flat *out, struct err *e)
{
    struct ipc_view view = {.l = l, .batch = batch, .body = body};

    for (size_t c = 0; c < l->n_columns; c++)
        out[c] = (struct flat){.n = 0};
    TRY(ipc_view_check(&view, e));
    for (size_t c = 0; c < l->n_columns; c++) {
        enum err_code rc = read_column(&view, c, &out[c], e);

        if (rc != ERR_OK)
            return err_wrap(e, rc, "column %s", l->schema->columns[c].name);
    }
    return ERR_OK;
}
