#include "demo/outgoing.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/num.h"
#include "client/ipc_encode.h"
#include "client/rowset_codec.h"
#include "client/wire/wire.h"

#define MESSAGE_MAX ((size_t)100 << 20) /* protocol: the server's own limit */
#define FIRST_BATCH_ROWS 4096

struct id_list {
    int64_t *ids; /* owned */
    size_t n, next;
};

struct outgoing {
    const struct selection *view;
    const struct world *world;
    struct outgoing_options options;
    struct outgoing_update what; /* its borrowed sets are not used after outgoing_new() */
    uint64_t batch_rows;
    enum err_code rc; /* of building the metadata */
    struct err why;
    struct buf metadata;
    struct rowset *columns; /* those with data, below n_columns */
    struct rowset *keys;    /* NULL, or where added rows are */
    struct id_list added;   /* the added rows themselves otherwise */
    uint64_t n_added, next_added;
    struct id_list *modified; /* per column */
    bool started;
};

/* --- metadata --- */

struct parts {
    struct buf viewport, columns, added, removed, included;
    struct buf *modified;
    struct wire_opt *opts;
};

static struct wire_opt opt(const struct buf *b)
{
    return (struct wire_opt){buf_bytes(b), true};
}

static void encode_set(struct outgoing *o, const struct rowset *set, struct buf *out)
{
    if (o->rc == ERR_OK)
        o->rc = rowset_encode(set, out, &o->why);
}

static void encode_effective(struct outgoing *o, const struct outgoing_update *u,
                             struct parts *p, struct wire_update *m)
{
    m->reverse = u->reverse;
    if (!u->is_snapshot)
        return;
    if (u->viewport) {
        encode_set(o, u->viewport, &p->viewport);
        m->viewport = opt(&p->viewport);
    }
    if (u->columns) {
        if (o->rc == ERR_OK)
            o->rc = bitset_encode(u->columns, &p->columns, &o->why);
        m->columns = opt(&p->columns);
    }
}

/* Finds what was modified, remembers the rows and encodes the indexes. */
static void encode_modified(struct outgoing *o, const struct outgoing_update *u,
                            struct parts *p, struct wire_update *m)
{
    size_t n = o->view->n_columns;

    p->modified = MEM_ARRAY(struct buf, n);
    p->opts = MEM_ARRAY(struct wire_opt, n);
    o->modified = MEM_ARRAY(struct id_list, n);
    for (size_t c = 0; c < n; c++) {
        struct rowset *rows = rowset_new();

        if (u->has_modified && rowset_has(o->columns, (int64_t)c)) {
            rowset_free(rows);
            rows =
                viewport_rows_modified(o->view->table, o->world, u->after, u->delta->added,
                                       o->view->columns[c].source, u->before_ms, u->at_ms);
        }
        struct rowset_iter it = rowset_iter(rows);
        int64_t i;

        o->modified[c].ids = MEM_ARRAY(int64_t, (size_t)rowset_count(rows));
        while (rowset_next(&it, &i))
            o->modified[c].ids[o->modified[c].n++] = u->after->ids[i];
        buf_init(&p->modified[c], MESSAGE_MAX);
        encode_set(o, rows, &p->modified[c]);
        p->opts[c] = opt(&p->modified[c]);
        rowset_free(rows);
    }
    m->modified = p->opts;
    m->n_modified = n;
    m->has_modified = true;
}

static void encode_positions(struct outgoing *o, const struct outgoing_update *u,
                             struct parts *p, struct wire_update *m)
{
    struct rowset_iter it = rowset_iter(u->delta->added);
    int64_t i;

    o->n_added = rowset_count(u->delta->added);
    o->added.ids = MEM_ARRAY(int64_t, (size_t)o->n_added);
    while (rowset_next(&it, &i))
        o->added.ids[o->added.n++] = u->after->ids[i];
    encode_set(o, u->delta->added, &p->added);
    encode_set(o, u->delta->removed, &p->removed);
    m->added = opt(&p->added);
    m->removed = opt(&p->removed);
    m->table_size = u->table_size;
    encode_modified(o, u, p, m);
}

static void encode_keys(struct outgoing *o, const struct outgoing_update *u,
                        struct parts *p, struct wire_update *m)
{
    static const uint8_t no_shift[] = {0x20, 0x20, 0x20};
    struct rowset *all =
        u->table_size > 0 ? rowset_new_range(0, u->table_size - 1) : rowset_new();

    o->keys = rowset_copy(u->keys);
    o->n_added = rowset_count(u->keys);
    encode_set(o, all, &p->added);
    encode_set(o, u->keys, &p->included);
    m->added = opt(&p->added);
    m->included = opt(&p->included);
    m->shift = (struct wire_opt){{no_shift, sizeof(no_shift)}, true};
    rowset_free(all);
}

static void encode_metadata(struct outgoing *o, const struct outgoing_update *u)
{
    int64_t seq = table_is_static(o->view->table) ? -1 : u->at_ms;
    struct wire_update m = {
        .first_seq = seq, .last_seq = seq, .is_snapshot = u->is_snapshot};
    struct parts p = {0};

    buf_init(&p.viewport, MESSAGE_MAX);
    buf_init(&p.columns, MESSAGE_MAX);
    buf_init(&p.added, MESSAGE_MAX);
    buf_init(&p.removed, MESSAGE_MAX);
    buf_init(&p.included, MESSAGE_MAX);
    if (u->after)
        encode_positions(o, u, &p, &m);
    else
        encode_keys(o, u, &p, &m);
    encode_effective(o, u, &p, &m);
    if (o->rc == ERR_OK)
        o->rc = wire_update_encode(&m, &o->metadata, &o->why);
    buf_release(&p.viewport);
    buf_release(&p.columns);
    buf_release(&p.added);
    buf_release(&p.removed);
    buf_release(&p.included);
    for (size_t c = 0; p.modified && c < o->view->n_columns; c++)
        buf_release(&p.modified[c]);
    free(p.modified);
    free(p.opts);
}

struct outgoing *outgoing_new(const struct selection *view, const struct world *w,
                              const struct outgoing_options *o,
                              const struct outgoing_update *u)
{
    struct outgoing *out = MEM_NEW(struct outgoing);
    struct rowset *all =
        view->n_columns ? rowset_new_range(0, (int64_t)view->n_columns - 1) : rowset_new();

    out->view = view;
    out->world = w;
    out->options = *o;
    out->what = *u;
    out->batch_rows = o->batch_rows > 0 ? (uint64_t)o->batch_rows : UINT64_MAX;
    if (out->batch_rows > FIRST_BATCH_ROWS)
        out->batch_rows = FIRST_BATCH_ROWS;
    out->columns = u->columns ? rowset_intersect(u->columns, all) : rowset_copy(all);
    rowset_free(all);
    buf_init(&out->metadata, MESSAGE_MAX);
    encode_metadata(out, u);
    return out;
}

void outgoing_free(struct outgoing *o)
{
    if (!o)
        return;
    for (size_t c = 0; o->modified && c < o->view->n_columns; c++)
        free(o->modified[c].ids);
    free(o->modified);
    free(o->added.ids);
    rowset_free(o->keys);
    rowset_free(o->columns);
    buf_release(&o->metadata);
    free(o);
}

/* --- batches --- */

static int64_t added_id(const struct outgoing *o, uint64_t i)
{
    if (!o->keys)
        return o->added.ids[i];
    return table_id_at(o->view->table, o->world, rowset_key_at(o->keys, i), o->what.at_ms);
}

static void compute(const struct outgoing *o, size_t c, int64_t id, struct column *out)
{
    selection_cell(o->view, o->world, id, c, o->what.at_ms, out);
}

/* A batch's columns, all without data so far. Owned, as are the columns in it. */
static struct batch_column *batch_columns(const struct outgoing *o)
{
    struct batch_column *list = MEM_ARRAY(struct batch_column, o->view->n_columns);

    for (size_t c = 0; c < o->view->n_columns; c++) {
        list[c].type = selection_type(o->view, c);
        list[c].list_limit = o->options.list_limit;
    }
    return list;
}

static void batch_columns_free(const struct outgoing *o, struct batch_column *list)
{
    for (size_t c = 0; c < o->view->n_columns; c++)
        column_free((struct column *)list[c].column);
    free(list);
}

static struct batch_column *added_columns(const struct outgoing *o, uint64_t rows)
{
    struct batch_column *list = batch_columns(o);
    struct rowset_iter it = rowset_iter(o->columns);
    int64_t c;

    while (rowset_next(&it, &c)) {
        struct column *column = column_new(list[c].type);

        for (uint64_t i = 0; i < rows; i++)
            compute(o, (size_t)c, added_id(o, o->next_added + i), column);
        list[c].column = column;
        list[c].n = (size_t)rows;
    }
    return list;
}

static uint64_t modified_left(const struct outgoing *o)
{
    uint64_t most = 0;

    for (size_t c = 0; o->modified && c < o->view->n_columns; c++) {
        uint64_t left = o->modified[c].n - o->modified[c].next;

        most = left > most ? left : most;
    }
    return most;
}

static struct batch_column *modified_columns(const struct outgoing *o, uint64_t rows)
{
    struct batch_column *list = batch_columns(o);

    for (size_t c = 0; c < o->view->n_columns; c++) {
        const struct id_list *m = o->modified ? &o->modified[c] : NULL;
        struct column *column;

        if (!m || m->next == m->n) /* also of an update without any row */
            continue;
        column = column_new(list[c].type);
        for (size_t i = m->next; i < m->n && i - m->next < rows; i++)
            compute(o, c, m->ids[i], column);
        list[c].column = column;
        list[c].n = column_length(column);
    }
    return list;
}

static enum err_code encode(struct outgoing *o, bool adds, uint64_t rows, struct buf *out,
                            struct err *e)
{
    struct batch_column *list = adds ? added_columns(o, rows) : modified_columns(o, rows);
    struct bytes metadata = {0}; /* goes with the first batch */
    enum err_code rc;

    if (!o->started)
        metadata = buf_bytes(&o->metadata);
    rc = batch_encode(list, o->view->n_columns, rows, o->options.deephaven_nulls, metadata,
                      out, e);

    batch_columns_free(o, list);
    return rc;
}

static void advance(struct outgoing *o, bool adds, uint64_t rows)
{
    o->started = true;
    if (adds) {
        o->next_added += rows;
        return;
    }
    for (size_t c = 0; o->modified && c < o->view->n_columns; c++) {
        struct id_list *m = &o->modified[c];

        m->next += (size_t)min_u64(rows, m->n - m->next);
    }
}

/* As many as would fit if all were alike, and less than there were. */
static uint64_t fewer_rows(uint64_t rows, size_t limit, size_t size)
{
    double fit = (double)rows * (double)limit / (double)size;
    uint64_t fewer = fit >= 1 ? (uint64_t)fit : 1;

    return min_u64(fewer, rows - 1);
}

enum err_code outgoing_next(struct outgoing *o, struct buf *out, bool *done, struct err *e)
{
    size_t start = out->len;
    size_t limit =
        o->options.max_message > 0 ? (size_t)o->options.max_message : MESSAGE_MAX;

    if (o->rc != ERR_OK) {
        *e = o->why;
        return o->rc;
    }
    for (;;) {
        bool adds = o->next_added < o->n_added;
        uint64_t left = adds ? o->n_added - o->next_added : modified_left(o);
        uint64_t rows = min_u64(left, o->batch_rows);

        TRY(encode(o, adds, rows, out, e));
        if (out->len - start > limit && rows > 1) {
            o->batch_rows = fewer_rows(rows, limit, out->len - start);
            out->len = start;
            continue;
        }
        advance(o, adds, rows);
        *done = o->next_added == o->n_added && modified_left(o) == 0;
        return ERR_OK;
    }
}
