#include "tests/bench/floor_tree.h"

#include "client/tickets.h"
#include "client/upload.h"
#include "client/wire/hierarchy.h"
#include "model/nodes.h"

#define MESSAGE_MAX ((size_t)1 << 16)
#define DEPTH 2   /* of the first level below the root */
#define EXPAND 1  /* protocol: an action of a key table */
#define COLUMNS 3 /* of it: the value, its depth, what becomes of it */

static enum err_code encode_keys(const char *column, const char *text, int32_t export,
                                 struct floor_tree *out, struct err *e)
{
    struct column *value = column_new(type_new(KIND_STRING, NULL));
    struct column *depth = column_new(type_new(KIND_INT, NULL));
    struct column *action = column_new(type_new(KIND_BYTE, NULL));
    const struct upload_column columns[COLUMNS] = {
        {.name = column, .java_type = "java.lang.String", .cells = value},
        {.name = "__DEPTH__", .java_type = "int", .cells = depth},
        {.name = NODES_ACTION, .java_type = "byte", .cells = action}};
    enum err_code rc;

    column_push_bytes(value, bytes_of(text));
    column_push_int(depth, DEPTH);
    column_push_int(action, EXPAND);
    rc = upload_encode(export, columns, COLUMNS, &out->schema, &out->rows, e);
    column_free(value);
    column_free(depth);
    column_free(action);
    return rc;
}

static enum err_code encode_view(const char *rollup, int32_t keys, int32_t view,
                                 struct floor_tree *out, struct err *e)
{
    uint8_t of_keys[EXPORT_TICKET_LEN], of_view[EXPORT_TICKET_LEN];
    struct buf source;
    enum err_code rc;

    ticket_export(keys, of_keys);
    ticket_export(view, of_view);
    buf_init(&source, TICKET_MAX);
    rc = ticket_scope(rollup, &source, e);
    if (rc == ERR_OK)
        rc = wire_tree_view_encode(
            &(struct wire_tree_view){.source = buf_bytes(&source),
                                     .result = {of_view, sizeof(of_view)},
                                     .keys = {of_keys, sizeof(of_keys)},
                                     .action = bytes_of(NODES_ACTION)},
            &out->view, e);
    buf_release(&source);
    return rc;
}

enum err_code floor_tree_encode(const char *rollup, const char *column, const char *text,
                                int32_t keys, int32_t view, struct floor_tree *out,
                                struct err *e)
{
    buf_init(&out->schema, MESSAGE_MAX);
    buf_init(&out->rows, MESSAGE_MAX);
    buf_init(&out->view, MESSAGE_MAX);
    TRY(encode_keys(column, text, keys, out, e));
    return encode_view(rollup, keys, view, out, e);
}

void floor_tree_release(struct floor_tree *t)
{
    buf_release(&t->schema);
    buf_release(&t->rows);
    buf_release(&t->view);
}
