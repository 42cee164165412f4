/*
 * All messages of an upload are kept until the last has come: the first has the schema and
 * says which export the rows become, the others are batches of rows. They are decoded as
 * the viewer decodes those of a server, and are a table of values then. Whatever is wrong
 * fails the export as well, as others may wait for it.
 */
#include "demo/upload_service.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/mem.h"
#include "client/ipc.h"
#include "demo/calls.h"
#include "demo/derived.h"
#include "demo/request.h"
#include "demo/table_defs.h"

struct upload {
    struct schema *schema;     /* owned */
    struct ipc_layout *layout; /* owned; borrows from schema */
    struct column **cells;     /* owned, one for each column */
    int64_t rows;
    uint64_t slots_left;
};

static void release(struct upload *u)
{
    for (size_t c = 0; u->cells && c < u->schema->n_columns; c++)
        column_free(u->cells[c]);
    free(u->cells);
    ipc_layout_free(u->layout);
    schema_free(u->schema);
}

static const char *java_of(const struct type *t)
{
    return table_java(t->kind, t->item ? t->item->kind : KIND_UNKNOWN);
}

static enum err_code check_types(const struct schema *s, struct err *e)
{
    for (size_t c = 0; c < s->n_columns; c++) {
        const struct schema_column *column = &s->columns[c];

        if (!java_of(column->type))
            return err_set(e, ERR_REFUSED,
                           "the demo server takes no column of that type: %.80s (%.80s)",
                           column->name, column->java_type);
    }
    return ERR_OK;
}

static enum err_code start(struct upload *u, const struct wire_schema *s, struct err *e)
{
    TRY(ipc_schema_decode(s, &u->schema, &u->layout, e));
    TRY(check_types(u->schema, e));
    u->cells = MEM_ARRAY(struct column *, u->schema->n_columns);
    for (size_t c = 0; c < u->schema->n_columns; c++)
        u->cells[c] = column_new(u->schema->columns[c].type);
    u->slots_left = DERIVED_CELLS_MAX;
    return ERR_OK;
}

static enum err_code add_batch(struct upload *u, const struct wire_message *m,
                               struct bytes body, struct err *e)
{
    size_t n = u->schema->n_columns;
    struct ipc_wants wants = {.slots_left = &u->slots_left};
    struct rowset *all;
    enum err_code rc;

    TRY(ipc_batch_due(m, body.len, e));
    if (m->batch.length > DERIVED_ROWS_MAX - u->rows)
        return err_set(e, ERR_LIMIT, "the demo server takes %d rows at most",
                       DERIVED_ROWS_MAX);
    all = n > 0 ? rowset_new_range(0, (int64_t)n - 1) : rowset_new();
    wants.columns = all;
    rc = ipc_batch_decode(u->layout, &m->batch, body, &wants, u->cells, e);
    rowset_free(all);
    u->rows += m->batch.length;
    return rc;
}

static enum err_code add_message(struct upload *u, const struct wire_flight_data *fd,
                                 struct err *e)
{
    struct wire_message m;
    enum err_code rc;

    TRY(wire_message_decode(fd->data_header, &m, e));
    if (u->layout)
        rc = add_batch(u, &m, fd->data_body, e);
    else if (m.header == WIRE_HEADER_SCHEMA)
        rc = start(u, &m.schema, e);
    else
        rc = err_set(e, ERR_PROTO, "expected a schema first");
    wire_message_release(&m);
    return rc;
}

static enum err_code read_all(const struct request *r, const struct wire_flight_data *first,
                              struct upload *u, struct err *e)
{
    struct wire_flight_data fd;
    struct bytes message;
    size_t at = 0;

    TRY(add_message(u, first, e));
    while (request_next(r, &at, &message)) {
        TRY(wire_flight_data_decode(message, &fd, e));
        TRY(add_message(u, &fd, e));
    }
    return ERR_OK;
}

/* The table of what came; takes the columns out of u. */
static void make_table(struct upload *u, struct selection *out)
{
    size_t n = u->schema->n_columns;
    struct derived_column *columns = MEM_ARRAY(struct derived_column, n);

    for (size_t c = 0; c < n; c++) {
        struct schema_column *from = &u->schema->columns[c];

        columns[c] = (struct derived_column){.name = mem_strdup(from->name),
                                             .java = java_of(from->type),
                                             .type = from->type,
                                             .values = u->cells[c]};
        from->type = NULL;
        u->cells[c] = NULL;
    }
    derived_values(columns, n, u->rows, "rows that were sent", out);
}

/* Frees the request. */
static void finish(struct request *r, int32_t id, const struct wire_flight_data *first)
{
    struct server *s = r->server;
    struct login *l = r->login;
    struct upload u = {0};
    struct selection made;
    struct err e;

    if (read_all(r, first, &u, &e) == ERR_OK) {
        make_table(&u, &made);
        login_export_add(l, id, EXPORT_READY)->view = made;
        (void)request_reply_empty(r);
    } else {
        login_export_fail(l, id, GRPC_STATUS_INVALID_ARGUMENT, e.msg);
        request_fail(r, GRPC_STATUS_INVALID_ARGUMENT, e.msg);
    }
    release(&u);
    calls_retry(s);
}

bool serve_put(struct request *r)
{
    uint8_t room[EXPORT_TICKET_LEN];
    struct wire_flight_data first;
    struct refusal why;
    struct err e;
    int32_t id;

    r->collects = true;
    if (!r->half_closed)
        return false;
    if (wire_flight_data_decode(buf_bytes(&r->message), &first, &e) != ERR_OK ||
        wire_flight_export_decode(first.descriptor, &id, &e) != ERR_OK) {
        request_fail(r, GRPC_STATUS_INVALID_ARGUMENT, e.msg);
        return true;
    }
    if (!ticket_result(r->login, ticket_of_export(id, room), &id, &why))
        return request_refuse(r, &why);
    finish(r, id, &first);
    return true;
}
