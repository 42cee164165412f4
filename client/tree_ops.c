#include "client/tree_ops.h"

#include "client/step_ops.h"
#include "client/upload.h"
#include "client/wire/hierarchy.h"
#include "client/wire/partitions.h"
#include "client/wire/wire.h"

#define SERVICE "/io.deephaven.proto.backplane.grpc.HierarchicalTableService/"
#define COPY "/io.deephaven.proto.backplane.grpc.SessionService/ExportFromTicket"
#define MERGE "/io.deephaven.proto.backplane.grpc.PartitionedTableService/Merge"
#define REQUEST_MAX ((size_t)1 << 20)
#define KEYS_BYTES_MAX ((size_t)16 << 20)
#define CONDITIONS_MAX 256 /* that are applied to a tree at once */

/* A rollup groups and aggregates as an aggregation does. */
static enum err_code rollup(const struct recipe_step *step, struct bytes source,
                            struct bytes result, struct buf *out, struct err *e)
{
    struct recipe_step aggregate = *step;
    struct step_ops ops = {0};
    enum err_code rc;

    aggregate.op = RECIPE_AGGREGATE;
    step_ops_add(&ops, source, &aggregate);
    rc = wire_rollup_encode(
        &(struct wire_rollup){.source = source,
                              .result = result,
                              .names = ops.ops[0].texts,
                              .n_names = ops.ops[0].n_texts,
                              .aggregations = ops.ops[0].aggregations,
                              .n_aggregations = ops.ops[0].n_aggregations,
                              .constituents = step->last != 0},
        out, e);
    step_ops_release(&ops);
    return rc;
}

/* protocol: there is no condition that is never true. */
static enum err_code add_conditions(const struct wire_op *op, struct wire_condition *out,
                                    size_t *n, struct err *e)
{
    if (op->kind != WIRE_OP_FILTER)
        return err_set(e, ERR_USAGE, "filter: no row of a tree could have such a value");
    for (size_t i = 0; i < op->n_conditions; i++) {
        if (*n == CONDITIONS_MAX)
            return err_set(e, ERR_LIMIT, "more than %d conditions at once", CONDITIONS_MAX);
        out[(*n)++] = op->conditions[i];
    }
    return ERR_OK;
}

static enum err_code apply_ops(const struct step_ops *ops, struct wire_apply *m,
                               struct wire_condition *conditions, struct err *e)
{
    m->conditions = conditions;
    for (size_t i = 0; i < ops->n; i++) {
        const struct wire_op *op = &ops->ops[i];

        if (op->kind != WIRE_OP_SORT)
            TRY(add_conditions(op, conditions, &m->n_conditions, e));
        else {
            m->sorts = op->sorts;
            m->n_sorts = op->n_sorts;
        }
    }
    return ERR_OK;
}

static enum err_code apply(const struct recipe_step *steps, size_t n, struct bytes source,
                           struct bytes result, struct buf *out, struct err *e)
{
    struct wire_condition conditions[CONDITIONS_MAX];
    struct wire_apply m = {.source = source, .result = result};
    struct step_ops ops = {0};
    enum err_code rc;

    for (size_t i = 0; i < n; i++)
        step_ops_add(&ops, source, &steps[i]);
    rc = apply_ops(&ops, &m, conditions, e);
    if (rc == ERR_OK)
        rc = wire_apply_encode(&m, out, e);
    step_ops_release(&ops);
    return rc;
}

static enum err_code keys(const struct nodes *nodes, int32_t export, struct tree_request *r,
                          struct err *e)
{
    struct upload_column columns[HIERARCHY_KEYS_MAX + 1];
    size_t n = nodes_key_size(nodes) + 1;

    for (size_t i = 0; i < n; i++) {
        struct nodes_column c = nodes_column(nodes, i);

        columns[i] = (struct upload_column){c.name, c.java_type, c.cells, NULL};
    }
    return upload_encode(export, columns, n, &r->message, &r->more, e);
}

static enum err_code view(const struct tree_source *source, struct bytes result,
                          struct buf *out, struct err *e)
{
    return wire_tree_view_encode(&(struct wire_tree_view){.source = source->ticket,
                                                          .result = result,
                                                          .keys = source->keys,
                                                          .action = bytes_of(NODES_ACTION)},
                                 out, e);
}

enum err_code tree_request(const struct recipe_step *steps, size_t n,
                           const struct tree_source *source, const struct exports *exports,
                           struct export_id result, struct tree_request *out, struct err *e)
{
    uint8_t room[EXPORT_TICKET_LEN];
    struct bytes ticket = exports_ticket(exports, result, room);

    buf_init(&out->message, REQUEST_MAX);
    buf_init(&out->more, KEYS_BYTES_MAX);
    switch (steps[0].op) {
    case RECIPE_FETCH:
        out->method = COPY;
        return wire_export_request_encode(
            &(struct wire_export_request){source->ticket, ticket}, &out->message, e);
    case RECIPE_MERGE:
        out->method = MERGE;
        out->is_told = true;
        return wire_merge_encode(source->ticket, ticket, &out->message, e);
    case RECIPE_ROLLUP:
        out->method = SERVICE "Rollup";
        return rollup(&steps[0], source->ticket, ticket, &out->message, e);
    case RECIPE_KEYS:
        out->method = UPLOAD_METHOD;
        return keys(steps[0].nodes, result.id, out, e);
    case RECIPE_NODES:
        out->method = SERVICE "View";
        return view(source, ticket, &out->message, e);
    default:
        out->method = SERVICE "Apply";
        return apply(steps, n, source->ticket, ticket, &out->message, e);
    }
}

void tree_request_release(struct tree_request *r)
{
    buf_release(&r->message);
    buf_release(&r->more);
}
