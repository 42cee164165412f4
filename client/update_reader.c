/*
 * The metadata of an update comes with its first batch and says how many rows are to come,
 * added ones and then, for each column, modified ones. These counts are kept as what is
 * left (added_left, modified_left, column_left), every batch is checked against them before
 * a byte of it is decoded, and at zero the update is complete.
 *
 * Nothing is made for a number that a peer merely claims: cells_left bounds what metadata
 * may announce, slots_left what all batches of one update may bring. Whether there is
 * memory for what it does send is asked before (mem_room), as the steps cannot fail.
 */
#include "client/update_reader.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/mem.h"
#include "client/ipc.h"
#include "client/rowset_codec.h"
#include "client/wire/wire.h"

/* Memory that the parts of a message come to at most, in times of their bytes. */
#define METADATA_FACTOR ((uint64_t)40) /* a range of rows takes two bytes */
#define HEADER_FACTOR ((uint64_t)4)    /* a schema, or one node for each column */

struct update_reader {
    enum replica_mode mode;
    bool deephaven_nulls;
    bool failed;
    struct ipc_layout *layout; /* owned; NULL before the schema */
    size_t n_columns;
    struct rowset *columns; /* owned; effective: those of the last snapshot */
    struct update *update;  /* owned; being filled, or NULL between updates */
    uint64_t added_left;    /* rows of added batches still to come */
    uint64_t modified_left; /* rows of modified batches still to come */
    uint64_t *column_left;  /* owned; per column: modified rows still to come */
    uint64_t cells_left;    /* cells that the metadata of the update may still announce */
    uint64_t slots_left;    /* cells and list items that the update may still bring */
};

struct update_reader *update_reader_new(enum replica_mode mode, bool deephaven_nulls)
{
    struct update_reader *r = MEM_NEW(struct update_reader);

    r->mode = mode;
    r->deephaven_nulls = deephaven_nulls;
    r->columns = rowset_new();
    return r;
}

void update_reader_free(struct update_reader *r)
{
    if (!r)
        return;
    ipc_layout_free(r->layout);
    rowset_free(r->columns);
    update_free(r->update);
    free(r->column_left);
    free(r);
}

/* --- metadata --- */

static enum err_code read_set(const struct wire_opt *in, const char *what,
                              struct rowset **out, struct err *e)
{
    struct rowset *set = NULL;

    if (!in->present)
        return ERR_OK;
    enum err_code rc = rowset_decode(in->bytes, &set, e);
    if (rc != ERR_OK)
        return err_wrap(e, rc, "%s", what);
    rowset_free(*out);
    *out = set;
    return ERR_OK;
}

static enum err_code read_sets(const struct update_reader *r, const struct wire_update *w,
                               struct update *u, struct err *e)
{
    TRY(read_set(&w->added, "added rows", &u->added, e));
    TRY(read_set(&w->removed, "removed rows", &u->removed, e));
    TRY(read_set(&w->included, "included rows", &u->included, e));
    if (w->shift.present) {
        enum err_code rc = shift_decode(w->shift.bytes, &u->shift, e);

        if (rc != ERR_OK)
            return err_wrap(e, rc, "shifts");
    }
    if (!w->is_snapshot) /* effective_* mean nothing on a delta */
        return ERR_OK;
    TRY(read_set(&w->viewport, "effective viewport", &u->viewport, e));
    if (!w->columns.present)
        return ERR_OK;
    return bitset_decode(w->columns.bytes, r->n_columns, &u->columns, e);
}

/* Whether the bytes are the empty set; most columns of most updates are. */
static bool none_modified(const struct wire_opt *in)
{
    static const uint8_t end = 0x20;

    return !in->present || in->bytes.len == 0 ||
           bytes_equal(in->bytes, (struct bytes){&end, 1});
}

/* Refuses an update before its first row is read, and before its sets of rows take much
 * memory, when it would be too large. */
static enum err_code announce(struct update_reader *r, uint64_t rows, uint64_t columns,
                              struct err *e)
{
    if (columns && rows > r->cells_left / columns)
        return err_set(e, ERR_LIMIT,
                       "update of more than %" PRIu64 " cells: %" PRIu64 " rows of %" PRIu64
                       " columns where %" PRIu64 " cells are left",
                       UPDATE_MAX_CELLS, rows, columns, r->cells_left);
    r->cells_left -= rows * columns;
    return ERR_OK;
}

/* Counts the rows of every column: the longest of all, wanted or not, says how many rows
 * the batches hold. Sets are kept for the wanted columns only. */
static enum err_code read_modified(struct update_reader *r, const struct wire_update *w,
                                   struct update *u, struct err *e)
{
    r->modified_left = 0;
    for (size_t c = 0; c < r->n_columns; c++)
        r->column_left[c] = 0;
    if (w->n_modified != 0 && w->n_modified != r->n_columns)
        return err_set(e, ERR_PROTO, "modified rows of %zu columns, the table has %zu",
                       w->n_modified, r->n_columns);
    for (size_t c = 0; c < w->n_modified; c++) {
        struct rowset *set = NULL;

        if (none_modified(&w->modified[c]))
            continue;
        TRY(read_set(&w->modified[c], "modified rows", &set, e));
        uint64_t n = rowset_count(set);

        if (n > r->modified_left)
            r->modified_left = n;
        if (!rowset_has(r->columns, (int64_t)c)) {
            rowset_free(set);
            continue;
        }
        u->modified[c] = set;
        r->column_left[c] = n;
        TRY(announce(r, n, 1, e));
    }
    return ERR_OK;
}

static void set_effective(struct update_reader *r, const struct update *u)
{
    rowset_free(r->columns);
    r->columns = u->columns ? rowset_copy(u->columns)
                            : rowset_new_range(0, (int64_t)r->n_columns - 1);
}

static enum err_code begin_update(struct update_reader *r, const struct wire_update *w,
                                  struct err *e)
{
    struct update *u = update_new(r->n_columns);

    r->update = u; /* released with the reader if anything below fails */
    r->slots_left = r->cells_left = UPDATE_MAX_CELLS;
    u->is_snapshot = w->is_snapshot;
    u->reverse = w->is_snapshot && w->reverse;
    if (w->table_size < 0) /* no size at all is -1 only here */
        return err_set(e, ERR_MISFIT, "table of %" PRId64 " rows", w->table_size);
    /* Key streams leave the size out, which reads as 0; there the keys say it. */
    u->table_size = r->mode == REPLICA_KEYS && w->table_size == 0 ? -1 : w->table_size;
    TRY(read_sets(r, w, u, e));
    if (u->is_snapshot)
        set_effective(r, u);
    r->added_left = rowset_count(u->included ? u->included : u->added);
    TRY(announce(r, r->added_left, rowset_count(r->columns), e));
    return read_modified(r, w, u, e);
}

/* --- batches --- */

static enum err_code check_rows(const char *what, int64_t rows, uint64_t left,
                                struct err *e)
{
    if (rows <= 0 || (uint64_t)rows > left)
        return err_set(e, ERR_PROTO,
                       "batch of %" PRId64 " %s rows where %" PRIu64 " are due", rows, what,
                       left);
    return ERR_OK;
}

static struct ipc_wants wants(struct update_reader *r, const uint64_t *rows)
{
    return (struct ipc_wants){.columns = r->columns,
                              .rows = rows,
                              .deephaven_nulls = r->deephaven_nulls,
                              .slots_left = &r->slots_left};
}

static enum err_code take_added(struct update_reader *r, const struct wire_batch *b,
                                struct bytes body, struct err *e)
{
    struct ipc_wants w = wants(r, NULL);

    TRY(check_rows("added", b->length, r->added_left, e));
    TRY(ipc_batch_decode(r->layout, b, body, &w, r->update->added_data, e));
    r->added_left -= (uint64_t)b->length;
    return ERR_OK;
}

static enum err_code take_modified(struct update_reader *r, const struct wire_batch *b,
                                   struct bytes body, struct err *e)
{
    struct ipc_wants w = wants(r, r->column_left);
    struct rowset_iter it = rowset_iter(r->columns);
    struct update *u = r->update;
    int64_t c;

    TRY(check_rows("modified", b->length, r->modified_left, e));
    TRY(ipc_batch_decode(r->layout, b, body, &w, u->modified_data, e));
    r->modified_left -= (uint64_t)b->length;
    while (rowset_next(&it, &c)) {
        uint64_t want = u->modified[c] ? rowset_count(u->modified[c]) : 0;

        r->column_left[c] = want - column_length(u->modified_data[c]);
    }
    return ERR_OK;
}

static enum err_code take_batch(struct update_reader *r, const struct wire_batch *b,
                                struct bytes body, struct err *e)
{
    if (r->added_left)
        return take_added(r, b, body, e);
    if (r->modified_left)
        return take_modified(r, b, body, e);
    if (b->length != 0)
        return err_set(e, ERR_PROTO, "batch of %" PRId64 " rows in an update without any",
                       b->length);
    return ERR_OK;
}

static enum err_code finish_update(struct update_reader *r, struct update **out,
                                   struct err *e)
{
    struct rowset_iter it = rowset_iter(r->columns);
    int64_t c;

    while (rowset_next(&it, &c)) {
        if (r->column_left[c])
            return err_set(e, ERR_PROTO,
                           "%" PRIu64 " modified rows of column %" PRId64 " never came",
                           r->column_left[c], c);
    }
    *out = r->update;
    r->update = NULL;
    return ERR_OK;
}

/* --- messages --- */

static enum err_code feed_metadata(struct update_reader *r, struct bytes metadata,
                                   struct err *e)
{
    struct wire_update w = {0};
    bool has = false;
    enum err_code rc = mem_room(metadata.len * METADATA_FACTOR, e);

    if (rc == ERR_OK)
        rc = wire_update_decode(metadata, &w, &has, e);
    if (rc != ERR_OK)
        return err_wrap(e, rc, "update metadata");
    if (has && r->update)
        rc = err_set(e, ERR_PROTO, "new update while %" PRIu64 " rows of the last are due",
                     r->added_left + r->modified_left);
    else if (!has && !r->update)
        rc = err_set(e, ERR_PROTO, "record batch without update metadata");
    else if (has)
        rc = begin_update(r, &w, e);
    wire_update_release(&w);
    return rc;
}

static enum err_code feed_batch(struct update_reader *r, const struct wire_flight_data *fd,
                                const struct wire_message *m, struct update **out,
                                struct err *e)
{
    TRY(ipc_batch_due(m, fd->data_body.len, e));
    ipc_layout_fit(r->layout, &m->batch);
    TRY(feed_metadata(r, fd->app_metadata, e));
    TRY(take_batch(r, &m->batch, fd->data_body, e));
    if (r->added_left || r->modified_left)
        return ERR_OK;
    return finish_update(r, out, e);
}

static enum err_code feed_schema(struct update_reader *r, const struct wire_message *m,
                                 struct schema **out, struct err *e)
{
    if (m->header != WIRE_HEADER_SCHEMA)
        return err_set(e, ERR_PROTO, "message of kind %d before the schema",
                       (int)m->header);
    TRY(ipc_schema_decode(&m->schema, out, &r->layout, e));
    r->n_columns = (*out)->n_columns;
    r->column_left = MEM_ARRAY(uint64_t, r->n_columns);
    return ERR_OK;
}

static enum err_code feed(struct update_reader *r, struct bytes in,
                          struct update_reader_out *out, struct err *e)
{
    struct wire_flight_data fd;
    struct wire_message m;
    enum err_code rc;

    TRY(wire_flight_data_decode(in, &fd, e));
    TRY(mem_room(fd.data_header.len * HEADER_FACTOR, e));
    TRY(wire_message_decode(fd.data_header, &m, e));
    if (!r->layout)
        rc = feed_schema(r, &m, &out->schema, e);
    else if (m.header == WIRE_HEADER_SCHEMA)
        rc = err_set(e, ERR_PROTO, "a second schema on the stream");
    else
        rc = feed_batch(r, &fd, &m, &out->update, e);
    wire_message_release(&m);
    return rc;
}

enum err_code update_reader_feed(struct update_reader *r, struct bytes flight_data,
                                 struct update_reader_out *out, struct err *e)
{
    *out = (struct update_reader_out){NULL, NULL};
    if (r->failed)
        return err_set(e, ERR_PROTO, "the stream has already failed");
    enum err_code rc = feed(r, flight_data, out, e);
    r->failed = rc != ERR_OK;
    return rc;
}
