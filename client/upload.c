#include "client/upload.h"

#include <stdlib.h>

#include "base/mem.h"
#include "client/ipc_encode.h"
#include "client/wire/wire.h"

#define PART_MAX ((size_t)1 << 20) /* bytes of a descriptor, and of a schema */
#define PAIR_TYPE "deephaven:type"

/* A list's field is followed by that of its items. */
static enum err_code encode_schema(const struct upload_column *columns, size_t n,
                                   struct buf *out, struct err *e)
{
    struct wire_field *fields = MEM_ARRAY(struct wire_field, 2 * n);
    struct wire_pair *pairs = MEM_ARRAY(struct wire_pair, n);
    struct wire_schema s = {.fields = fields, .pairs = pairs, .n_pairs = n, .n_columns = n};
    enum err_code rc;

    for (size_t i = 0; i < n; i++) {
        const struct type *type = column_type(columns[i].cells);
        struct wire_field *f = &fields[s.n_fields++];

        pairs[i] = (struct wire_pair){bytes_of(PAIR_TYPE), bytes_of(columns[i].java_type)};
        *f = *ipc_field_of(type->kind);
        f->name = bytes_of(columns[i].name);
        f->nullable = true;
        if (columns[i].zone)
            f->zone = bytes_of(columns[i].zone);
        f->first_pair = i;
        f->n_pairs = 1;
        if (type->item) {
            fields[s.n_fields] = *ipc_field_of(type->item->kind);
            fields[s.n_fields++].nullable = true;
        }
    }
    rc = wire_schema_encode(&s, out, e);
    free(fields);
    free(pairs);
    return rc;
}

static enum err_code encode_first(int32_t export, const struct upload_column *columns,
                                  size_t n, struct buf *out, struct err *e)
{
    struct buf descriptor, header;
    enum err_code rc;

    buf_init(&descriptor, PART_MAX);
    buf_init(&header, PART_MAX);
    rc = wire_flight_export_encode(export, &descriptor, e);
    if (rc == ERR_OK)
        rc = encode_schema(columns, n, &header, e);
    if (rc == ERR_OK)
        rc = wire_flight_data_encode(
            &(struct wire_flight_data){.descriptor = buf_bytes(&descriptor),
                                       .data_header = buf_bytes(&header)},
            out, e);
    buf_release(&descriptor);
    buf_release(&header);
    return rc;
}

enum err_code upload_encode(int32_t export, const struct upload_column *columns, size_t n,
                            struct buf *schema, struct buf *rows, struct err *e)
{
    struct batch_column *parts = MEM_ARRAY(struct batch_column, n);
    size_t n_rows = column_length(columns[0].cells);
    enum err_code rc = encode_first(export, columns, n, schema, e);

    for (size_t i = 0; i < n; i++)
        parts[i] = (struct batch_column){
            .type = column_type(columns[i].cells), .column = columns[i].cells, .n = n_rows};
    if (rc == ERR_OK)
        rc = batch_encode(parts, n, n_rows, false, (struct bytes){0}, rows, e);
    free(parts);
    return rc;
}
