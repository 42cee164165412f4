/*
 * A row is a chain of versions, the newest first, each a slot of all columns. A version
 * knows for each column since which version the cell has been as it is, so that of a row
 * that was written again only the cells that differ count as changed.
 *
 * A row that was taken out and is put in again is another one, in the same place.
 *
 * The rows that are there at a time are listed when that is asked for, once for all
 * questions between two writes.
 */
#include "demo/written.h"

#include <stdlib.h>

#include "base/mem.h"

#define NONE SIZE_MAX

struct row {
    int64_t from_ms, until_ms; /* INT64_MAX: it is there still */
    size_t newest;
    size_t next; /* the one that has its place after it, or NONE */
    bool again;  /* it has that of another */
};

struct version {
    int64_t from_ms;
    size_t before; /* of the same row, or NONE */
};

struct written {
    struct column **columns; /* owned; a slot for each version */
    size_t n_columns, n_keys;
    struct row *rows;
    size_t n_rows, rows_cap;
    struct version *versions;
    size_t n_versions, versions_cap;
    size_t *since; /* of each version, n_columns each */
    size_t since_cap;
    int64_t *times; /* of writes, ascending */
    size_t n_times, times_cap;

    int64_t listed_stamp; /* -1: never */
    int64_t *listed;      /* ids of the rows that were there then */
    size_t n_listed, listed_cap;
};

struct written *written_new(struct column **columns, size_t n, size_t n_keys)
{
    struct written *w = MEM_NEW(struct written);

    w->columns = columns;
    w->n_columns = n;
    w->n_keys = n_keys;
    w->listed_stamp = -1;
    return w;
}

void written_free(struct written *w)
{
    if (!w)
        return;
    for (size_t c = 0; c < w->n_columns; c++)
        column_free(w->columns[c]);
    free(w->columns);
    free(w->rows);
    free(w->versions);
    free(w->since);
    free(w->times);
    free(w->listed);
    free(w);
}

size_t written_keys(const struct written *w)
{
    return w->n_keys;
}

/* --- writing --- */

static bool same_cell(const struct column *a, size_t i, const struct column *b, size_t k)
{
    struct value x = column_get(a, i), y = column_get(b, k);

    return value_equal(&x, &y);
}

static bool has_keys(const struct written *w, size_t version,
                     const struct column *const *keys, size_t i)
{
    for (size_t c = 0; c < w->n_keys; c++) {
        if (!same_cell(w->columns[c], version, keys[c], i))
            return false;
    }
    return true;
}

/* The newest row with the keys in slot i, which may have been taken out; NONE: there never
 * was one. */
static size_t find_row(const struct written *w, const struct column *const *keys, size_t i)
{
    for (size_t r = 0; w->n_keys > 0 && r < w->n_rows; r++)
        if (w->rows[r].next == NONE && has_keys(w, w->rows[r].newest, keys, i))
            return r;
    return NONE;
}

static bool is_there(const struct written *w, size_t row)
{
    return row != NONE && w->rows[row].until_ms == INT64_MAX;
}

static void note_time(struct written *w, int64_t at_ms)
{
    if (w->n_times > 0 && w->times[w->n_times - 1] == at_ms)
        return;
    MEM_GROW(w->times, w->times_cap, w->n_times + 1);
    w->times[w->n_times++] = at_ms;
}

/* A version of what is in slot i, after another of the same row. */
static size_t add_version(struct written *w, const struct column *const *cells, size_t i,
                          size_t before, int64_t at_ms)
{
    size_t v = w->n_versions++;

    MEM_GROW(w->versions, w->versions_cap, w->n_versions);
    MEM_GROW(w->since, w->since_cap, w->n_versions * w->n_columns);
    w->versions[v] = (struct version){at_ms, before};
    for (size_t c = 0; c < w->n_columns; c++) {
        struct value cell = column_get(cells[c], i);
        bool same = before != NONE && same_cell(w->columns[c], before, cells[c], i);

        w->since[v * w->n_columns + c] = same ? w->since[before * w->n_columns + c] : v;
        column_push_value(w->columns[c], &cell);
    }
    return v;
}

static void put_row(struct written *w, const struct column *const *cells, size_t i,
                    int64_t at_ms)
{
    size_t row = find_row(w, cells, i);

    if (is_there(w, row)) {
        w->rows[row].newest = add_version(w, cells, i, w->rows[row].newest, at_ms);
        return;
    }
    MEM_GROW(w->rows, w->rows_cap, w->n_rows + 1);
    if (row != NONE)
        w->rows[row].next = w->n_rows;
    w->rows[w->n_rows++] = (struct row){
        at_ms, INT64_MAX, add_version(w, cells, i, NONE, at_ms), NONE, row != NONE};
}

enum err_code written_add(struct written *w, const struct column *const *cells,
                          int64_t at_ms, struct err *e)
{
    size_t n = column_length(cells[0]);

    if (n > WRITTEN_MAX - w->n_versions)
        return err_set(e, ERR_LIMIT,
                       "the demo server takes %d rows for this table, %zu more than there "
                       "were so far",
                       WRITTEN_MAX, WRITTEN_MAX - w->n_versions);
    for (size_t i = 0; i < n; i++)
        put_row(w, cells, i, at_ms);
    note_time(w, at_ms);
    return ERR_OK;
}

void written_delete(struct written *w, const struct column *const *keys, int64_t at_ms)
{
    for (size_t i = 0; i < column_length(keys[0]); i++) {
        size_t row = find_row(w, keys, i);

        if (is_there(w, row))
            w->rows[row].until_ms = at_ms;
    }
    note_time(w, at_ms);
}

/* --- reading --- */

int64_t written_stamp(const struct written *w, int64_t at_ms)
{
    size_t n = w->n_times;

    while (n > 0 && w->times[n - 1] > at_ms)
        n--;
    return (int64_t)n;
}

/* Of the rows that one has its place with, the one that was there then, or NONE. */
static size_t row_at(const struct written *w, size_t first, int64_t at_ms)
{
    size_t r = first;

    while (r != NONE && !(w->rows[r].from_ms <= at_ms && at_ms < w->rows[r].until_ms))
        r = w->rows[r].next;
    return r;
}

static void list(struct written *w, int64_t at_ms)
{
    int64_t stamp = written_stamp(w, at_ms);

    if (stamp == w->listed_stamp)
        return;
    w->listed_stamp = stamp;
    w->n_listed = 0;
    MEM_GROW(w->listed, w->listed_cap, w->n_rows);
    for (size_t i = 0; i < w->n_rows; i++) {
        size_t r = w->rows[i].again ? NONE : row_at(w, i, at_ms);

        if (r != NONE)
            w->listed[w->n_listed++] = (int64_t)r;
    }
}

int64_t written_size(struct written *w, int64_t at_ms)
{
    list(w, at_ms);
    return (int64_t)w->n_listed;
}

int64_t written_id_at(struct written *w, int64_t position, int64_t at_ms)
{
    list(w, at_ms);
    return w->listed[position];
}

static size_t version_at(const struct written *w, int64_t id, int64_t at_ms)
{
    size_t v = w->rows[id].newest;

    while (w->versions[v].from_ms > at_ms && w->versions[v].before != NONE)
        v = w->versions[v].before;
    return v;
}

int64_t written_version(const struct written *w, int64_t id, size_t column, int64_t at_ms)
{
    if (column >= w->n_columns) /* the position of a row */
        return 0;
    return (int64_t)w->since[version_at(w, id, at_ms) * w->n_columns + column];
}

void written_cell(const struct written *w, int64_t id, size_t column, int64_t at_ms,
                  struct column *out)
{
    struct value v = column_get(w->columns[column], version_at(w, id, at_ms));

    column_push_value(out, &v);
}
