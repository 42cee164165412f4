#include "client/barrage_request.h"

#include "client/rowset_codec.h"

enum err_code barrage_request(const struct wire_subscribe *request,
                              const struct rowset *rows, const struct rowset *columns,
                              struct buf *out, struct err *e)
{
    struct wire_subscribe r = *request;
    struct buf row_bytes, column_bytes, wrapper;
    enum err_code rc;

    buf_init(&row_bytes, BARRAGE_REQUEST_MAX);
    buf_init(&column_bytes, BARRAGE_REQUEST_MAX);
    buf_init(&wrapper, BARRAGE_REQUEST_MAX);
    rc = rowset_encode(rows, &row_bytes, e);
    if (rc == ERR_OK && columns)
        rc = bitset_encode(columns, &column_bytes, e);
    if (rc == ERR_OK) {
        r.viewport = (struct wire_opt){buf_bytes(&row_bytes), true};
        r.columns = (struct wire_opt){buf_bytes(&column_bytes), columns != NULL};
        rc = wire_subscribe_encode(&r, &wrapper, e);
    }
    if (rc == ERR_OK)
        rc = wire_flight_data_encode(
            &(struct wire_flight_data){.app_metadata = buf_bytes(&wrapper)}, out, e);
    buf_release(&row_bytes);
    buf_release(&column_bytes);
    buf_release(&wrapper);
    return rc;
}
