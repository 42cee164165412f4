/*
 * A stream has columns numbered three ways: those of its root, which everybody above uses;
 * those of the part that it may be on, a table with fewer columns; and those of its
 * replica, which are the part's. `columns` says which of root's it can give, `map` turns a
 * column of root into one of the replica. Both are NULL while the two are the same.
 */
#include "client/stream.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/hierarchy.h"

/* Protocol: large snapshots come in pieces, one in an update cycle, and the first of a
 * stream are small (BarrageUtil.minSnapshotCellCount). Up to so many cells all are there
 * before a part could be asked for; measured with server 42.7 (tests/bench, `verywide`). */
#define BLIND_CELLS 100000

static const struct schema *schema_of(const struct stream *s)
{
    return table_schema(s->root);
}

bool stream_asked_too_much(const struct stream *s)
{
    uint64_t rows = rowset_count(subscription_asked(s->subscription)->rows);

    return s->is_blind && table_is_wide(s->root) &&
           rows * schema_of(s)->n_columns > BLIND_CELLS;
}

bool stream_is_void(const struct stream *s)
{
    const struct replica *r = subscription_replica(s->subscription);

    return subscription_ended(s->subscription) && !(r && replica_viewport(r));
}

/* What of the viewport this stream can be asked, in its own columns; owned by the caller.
 * protocol: a tree is read forwards, and never without some of its columns. */
static struct viewport viewport_for(const struct stream *s, const struct viewport *v)
{
    bool tree = recipe_is_tree(table_recipe(s->root));
    struct viewport out = {.rows = rowset_copy(v->rows), .reverse = v->reverse && !tree};
    struct rowset *shared;
    struct rowset_iter it;
    int64_t column;

    if (!s->columns) {
        out.columns = rowset_copy(v->columns);
        if (schema_of(s))
            hierarchy_add_columns(schema_of(s), out.columns);
        return out;
    }
    shared = rowset_intersect(s->columns, v->columns);
    out.columns = rowset_new();
    it = rowset_iter(shared);
    while (rowset_next(&it, &column))
        rowset_add(out.columns, (int64_t)s->map[column], (int64_t)s->map[column]);
    rowset_free(shared);
    return out;
}

void stream_request(struct stream *s, const struct viewport *v)
{
    struct viewport own = viewport_for(s, v);

    if (!viewport_equal(&own, subscription_asked(s->subscription)))
        subscription_request(s->subscription, &own);
    viewport_release(&own);
}

bool stream_covers(const struct stream *s, const struct viewport *v)
{
    return !s->columns || rowset_contains(s->columns, v->columns);
}

bool stream_is_complete(const struct stream *s, const struct viewport *v)
{
    return subscription_settled(s->subscription) && stream_covers(s, v);
}

void stream_add_pending(const struct stream *s, struct pending_answer *a)
{
    uint64_t since;

    if (!s || s->done || !subscription_pending(s->subscription, &since))
        return;
    if (!a->pending || since < a->since_ms)
        a->since_ms = since;
    a->pending = true;
}

/* --- columns --- */

/* Gives the stream these columns (given) of its root, in this order. */
static void set_columns(struct stream *s, struct rowset *columns)
{
    size_t n = schema_of(s)->n_columns, next = 0;

    s->columns = columns;
    s->map = MEM_ARRAY(size_t, n);
    for (size_t i = 0; i < n; i++) {
        if (!rowset_has(columns, (int64_t)i))
            s->map[i] = WINDOW_NO_COLUMN;
        else
            s->map[i] = s->part ? next++ : i;
    }
}

static struct rowset *all_columns(const struct schema *schema)
{
    return schema->n_columns > 0 ? rowset_new_range(0, (int64_t)schema->n_columns - 1)
                                 : rowset_new();
}

static void limit_blind(struct stream *s)
{
    struct rowset *withheld = table_withheld(s->root);
    struct rowset *all = all_columns(schema_of(s));

    if (withheld)
        set_columns(s, rowset_subtract(all, withheld));
    rowset_free(withheld);
    rowset_free(all);
}

/* The schema that the stream has brought has the columns of its root, by name. */
static bool fits(const struct stream *s, const struct schema *got)
{
    const struct schema *want = schema_of(s);
    size_t n = s->part ? (size_t)rowset_count(s->columns) : want->n_columns;

    if (got->n_columns != n)
        return false;
    for (size_t i = 0; i < want->n_columns; i++) {
        size_t own = s->map ? s->map[i] : i;

        if (own != WINDOW_NO_COLUMN &&
            (strcmp(want->columns[i].name, got->columns[own].name) != 0 ||
             (!want->columns[i].as_text &&
              strcmp(want->columns[i].java_type, got->columns[own].java_type) != 0)))
            return false;
    }
    return true;
}

enum err_code stream_take_schema(struct stream *s, struct err *e)
{
    const struct schema *got = replica_schema(subscription_replica(s->subscription));

    table_take_schema(s->root, got);
    if (!fits(s, got))
        return err_set(e, ERR_REFUSED, "its name stands for another table now");
    if (s->is_blind)
        limit_blind(s);
    return ERR_OK;
}

struct viewport stream_translate(const struct viewport *v, const struct schema *from,
                                 const struct schema *to)
{
    int64_t column, n = (int64_t)rowset_count(v->columns);
    struct rowset_iter it = rowset_iter(v->columns);
    struct viewport out;

    viewport_copy(&out, v);
    if (!from || !to)
        return out;
    rowset_remove(out.columns, 0, ROWSET_MAX_KEY);
    while (rowset_next(&it, &column)) {
        int64_t at = column < (int64_t)from->n_columns
                         ? schema_find(to, from->columns[column].name)
                         : -1;

        if (at >= 0)
            rowset_add(out.columns, at, at);
    }
    if (n > 0)
        rowset_add(out.columns, 0, n - 1);
    rowset_remove(out.columns, (int64_t)to->n_columns, ROWSET_MAX_KEY);
    return out;
}

/* --- life --- */

/* A narrow table's part has all its columns; a wide one's those that are asked for. */
static enum err_code make_part(struct stream *s, const struct viewport *v, struct err *e)
{
    const struct schema *schema = schema_of(s);
    struct rowset *all = all_columns(schema);
    struct rowset *columns =
        rowset_intersect(all, table_is_wide(s->root) ? v->columns : all);

    rowset_free(all);
    s->part = table_part(s->root, columns);
    set_columns(s, columns);
    return table_build(s->part, e);
}

static enum err_code subscribe(struct stream *s, struct connection *connection,
                               const struct stream_options *o, const struct viewport *v,
                               const struct subscription_handler *handler, struct err *e)
{
    struct subscription_options options = {
        .ticket = table_ticket(s->part ? s->part : s->root),
        .interval_ms = o->interval_ms > o->least_ms ? o->interval_ms : o->least_ms,
        .max_message = o->max_message,
        .list_limit = o->list_limit,
        .columns_known = !s->is_blind,
    };
    struct viewport own = viewport_for(s, v);
    enum err_code rc = subscription_open(connection_session(connection), &options, &own,
                                         handler, s, &s->subscription, e);

    viewport_release(&own);
    return rc;
}

enum err_code stream_open(struct connection *connection, struct table *root,
                          const struct stream_options *o, const struct viewport *v,
                          const struct subscription_handler *handler, void *owner,
                          struct stream **out, struct err *e)
{
    struct stream *s = MEM_NEW(struct stream);
    enum err_code rc = ERR_OK;

    s->owner = owner;
    s->root = root;
    s->interval_ms = o->interval_ms;
    s->least_ms = o->least_ms;
    s->is_blind = !table_schema(root);
    if (session_state(connection_session(connection)) == SESSION_READY)
        rc = table_build(root, e);
    if (rc == ERR_OK && (table_is_wide(root) || table_may_harm(root)))
        rc = make_part(s, v, e);
    if (rc == ERR_OK)
        rc = subscribe(s, connection, o, v, handler, e);
    if (rc == ERR_OK)
        *out = s;
    else
        stream_free(s);
    return rc;
}

void stream_free(struct stream *s)
{
    if (!s)
        return;
    subscription_close(s->subscription);
    table_free(s->part);
    rowset_free(s->columns);
    free(s->map);
    free(s);
}

void stream_retire(struct stream *s, struct stream **list)
{
    subscription_stop(s->subscription);
    s->retired = *list;
    *list = s;
}

void stream_free_retired(struct stream **list)
{
    while (*list) {
        struct stream *s = *list;

        *list = s->retired;
        stream_free(s);
    }
}

/* --- what is told of it --- */

struct window stream_window(const struct stream *s, const struct schema *root)
{
    const struct replica *replica = subscription_replica(s->subscription);

    return replica ? (struct window){.schema = root, .replica = replica, .map = s->map}
                   : (struct window){0};
}

struct err stream_end_reason(const struct stream *s, const struct err *why)
{
    enum recipe_op op;
    const struct err *failure = s->part ? table_failure(s->part, &op) : NULL;

    if (!failure)
        failure = table_failure(s->root, &op);
    return failure ? *failure : *why;
}
