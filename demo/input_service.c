/*
 * What is written at a time is true from the next tick on, as nothing may change in what
 * clients can have been told already. The answer waits until then, so that whoever has it
 * reads what was written.
 */
#include "demo/input_service.h"

#include <stdlib.h>

#include "base/mem.h"
#include "client/wire/wire.h"
#include "demo/derived.h"
#include "demo/request.h"
#include "demo/written.h"

struct write {
    struct selection table, rows; /* owned */
    struct column **cells;        /* owned; rows in the order of the table's columns */
    size_t n;
};

static void release(struct write *w)
{
    for (size_t c = 0; c < w->n; c++)
        column_free(w->cells[c]);
    free(w->cells);
    selection_release(&w->table);
    selection_release(&w->rows);
}

/* Both tables; REFUSED also where nothing can be written into the first. */
static enum resolved find_tables(struct request *r, struct write *w, struct refusal *why)
{
    struct bytes table, rows;
    enum resolved found;
    struct err e;

    if (wire_input_request_decode(buf_bytes(&r->message), &table, &rows, &e) != ERR_OK)
        return ticket_refusal(why, GRPC_STATUS_INVALID_ARGUMENT, "%s", e.msg);
    found = ticket_resolve(r->server, r->login, table, "inputTable", &w->table, why);
    if (found == RESOLVED)
        found = ticket_resolve(r->server, r->login, rows, "tableToAdd", &w->rows, why);
    if (found == RESOLVED && !selection_is_input(&w->table))
        return ticket_refusal(why, GRPC_STATUS_INVALID_ARGUMENT,
                              "Table can't be used as an input table");
    return found;
}

static enum resolved incompatible(const struct write *w, size_t c, struct refusal *why)
{
    return ticket_refusal(why, GRPC_STATUS_INVALID_ARGUMENT,
                          "Provided tables's columns are not compatible: expected %s %.80s",
                          selection_java(&w->table, c), w->table.columns[c].name);
}

/* The first n columns of the table, and no others, are in the rows. */
static enum resolved check_columns(struct write *w, size_t n, size_t *places,
                                   struct refusal *why)
{
    for (size_t c = 0; c < n; c++) {
        places[c] = selection_find(&w->rows, bytes_of(w->table.columns[c].name));
        if (places[c] == SIZE_MAX ||
            selection_type(&w->rows, places[c])->kind != selection_type(&w->table, c)->kind)
            return incompatible(w, c, why);
    }
    if (w->rows.n_columns > n || !table_is_static(w->rows.table))
        return ticket_refusal(why, GRPC_STATUS_INVALID_ARGUMENT,
                              "Provided tables's columns are not compatible: expected %zu "
                              "columns that do not change, found %zu",
                              n, w->rows.n_columns);
    return RESOLVED;
}

static enum resolved read_cells(struct server *s, struct write *w, size_t n,
                                struct refusal *why)
{
    int64_t size = table_size(w->rows.table, &s->world, 0);
    size_t *places = MEM_ARRAY(size_t, n);
    enum resolved rc = check_columns(w, n, places, why);

    if (rc == RESOLVED && size > WRITTEN_MAX)
        rc = ticket_refusal(why, GRPC_STATUS_INVALID_ARGUMENT,
                            "the demo server writes %d rows at most", WRITTEN_MAX);
    if (rc == RESOLVED)
        w->cells = MEM_ARRAY(struct column *, n);
    for (; rc == RESOLVED && w->n < n; w->n++)
        w->cells[w->n] = derived_read(&w->rows, &s->world, places[w->n], 0, size);
    free(places);
    return rc;
}

static enum resolved apply(struct server *s, struct write *w, bool deletes, int64_t at_ms,
                           struct refusal *why)
{
    struct written *table = w->table.table->written;
    struct err e;

    if (deletes && written_keys(table) == 0)
        return ticket_refusal(why, GRPC_STATUS_INVALID_ARGUMENT,
                              "Provided input table does not support delete.");
    if (read_cells(s, w, deletes ? written_keys(table) : w->table.n_columns, why) !=
        RESOLVED)
        return REFUSED;
    if (deletes)
        written_delete(table, (const struct column *const *)w->cells, at_ms);
    else if (written_add(table, (const struct column *const *)w->cells, at_ms, &e) !=
             ERR_OK)
        return ticket_refusal(why, GRPC_STATUS_INVALID_ARGUMENT, "%s", e.msg);
    return RESOLVED;
}

static bool serve_write(struct request *r, bool deletes)
{
    struct server *s = r->server;
    int64_t due_ms = server_table_ms(s) + s->options.tick_ms;
    struct write w = {.n = 0};
    struct refusal why;
    enum resolved found = find_tables(r, &w, &why);

    if (found == RESOLVED)
        found = apply(s, &w, deletes, due_ms, &why);
    release(&w);
    if (found == NOT_YET)
        return false;
    if (found == REFUSED)
        return request_refuse(r, &why);
    r->due_ms = due_ms;
    r->open = true; /* answered in time */
    return false;
}

bool serve_add(struct request *r)
{
    return serve_write(r, false);
}

bool serve_delete(struct request *r)
{
    return serve_write(r, true);
}

void serve_write_tick(struct request *r)
{
    if (server_table_ms(r->server) >= r->due_ms)
        (void)request_reply_empty(r);
}
