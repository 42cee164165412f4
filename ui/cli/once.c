/*
 * Few rows of a table as it is are asked for by its name, in the call that logs in: nothing
 * is there before the first of them. Anything else is a table of its own on the server
 * first (client/table), which needs the schema: for texts of filters, for columns that do
 * not go over the wire whole, and for how many rows may be asked for at once.
 */
#include "ui/cli/once.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/num.h"
#include "client/table.h"
#include "client/text_types.h"
#include "ui/cli/selection.h"

#define FEW_ROWS 1000
#define MESSAGE_BYTES (8 << 20) /* asked of the server for one message */

struct once {
    struct script *script; /* borrowed */
    struct snapshot_rows rows;
    enum writer_format format;
    struct table *source;
    struct table *table; /* what is written: edited, or the source; NULL: not known yet */
    struct snapshot *snapshot;
    struct writer *writer;
    bool by_name, is_not_whole; /* the table cannot be had by its name after all */
};

/* Our own words, or the server's about the table. */
static void fail(struct once *o, const struct err *why, bool by_server)
{
    struct err named = *why;

    if (by_server)
        table_explain(o->source, &named);
    connection_name_err(o->script->connection, &named);
    script_end(o->script, &named);
}

/* --- rows --- */

static enum err_code start_writer(struct once *o, const struct schema *schema,
                                  struct err *e)
{
    struct writer_sink sink = {output_put, o->script->output};
    struct writer_options options = {o->format, o->script->options->no_header};
    const char **names = MEM_ARRAY(const char *, schema->n_columns);
    enum err_code rc;

    for (size_t i = 0; i < schema->n_columns; i++)
        names[i] = schema->columns[i].name;
    o->writer = writer_new(&options, &sink);
    rc = writer_header(o->writer, names, schema->n_columns, e);
    free(names);
    return rc;
}

/* Its columns are what is to be written, as they come. */
static bool is_plain(const struct schema *s)
{
    const char *types[TEXT_TYPES_MAX];

    for (size_t i = 0; i < s->n_columns; i++)
        if (s->columns[i].is_format || s->columns[i].is_row_style)
            return false;
    return text_types_wanted(s, 0, types) == 0;
}

static enum err_code on_schema(void *ctx, const struct schema *schema, struct bytes message,
                               struct err *e)
{
    struct once *o = ctx;

    (void)message;
    o->is_not_whole = o->by_name && !is_plain(schema);
    if (o->is_not_whole)
        return err_set(e, ERR_REFUSED, "columns that are not for everybody");
    return start_writer(o, schema, e);
}

static enum err_code on_batch(void *ctx, const struct snapshot_batch *b, struct err *e)
{
    struct once *o = ctx;

    TRY(writer_batch(o->writer, b->columns, b->rows, e));
    snapshot_hold(o->snapshot, output_is_full(o->script->output));
    return ERR_OK;
}

static void fetch(struct once *o);

static void tell_slices(const struct once *o)
{
    if (!snapshot_is_one_moment(o->snapshot) && !table_static(o->table))
        (void)fputs("dhview: these rows are not as of one moment: there are many, and the "
                    "table changes\n",
                    stderr);
}

static void on_ended(void *ctx, const struct err *why)
{
    struct once *o = ctx;
    struct err e;

    if (o->is_not_whole && o->by_name) {
        snapshot_free(o->snapshot);
        o->snapshot = NULL;
        o->by_name = false;
        fetch(o);
    } else if (why) {
        fail(o, why, true);
    } else if (writer_end(o->writer, &e) != ERR_OK) {
        fail(o, &e, false);
    } else {
        tell_slices(o);
        script_finish(o->script);
    }
}

static const struct snapshot_handler snapshot_handler = {on_schema, on_batch, on_ended};

static void open_rows(struct once *o, struct bytes ticket, size_t n_columns)
{
    const struct options *options = o->script->options;
    struct snapshot_options s = {
        .ticket = ticket,
        .rows = o->rows,
        .n_columns = n_columns,
        .max_message = (int32_t)min_i64(options->max_message, MESSAGE_BYTES),
    };
    struct err e;

    if (snapshot_open(connection_session(o->script->connection), &s, &snapshot_handler, o,
                      &o->snapshot, &e) != ERR_OK)
        fail(o, &e, false);
}

/* --- the table --- */

static enum err_code choose_table(struct once *o, struct err *e)
{
    struct recipe *r = NULL;

    TRY(selection_recipe(o->script->options, o->script->target.ops, table_recipe(o->source),
                         table_schema(o->source), &r, e));
    if (recipe_has_edits(r)) {
        o->table = table_edited(o->source, r);
        return ERR_OK;
    }
    recipe_free(r);
    o->table = o->source;
    return ERR_OK;
}

/* What is missing of the table is asked for; once nothing is, its rows. */
static void go_on(struct once *o)
{
    struct err e;

    if (!o->table && choose_table(o, &e) != ERR_OK)
        fail(o, &e, false);
    else if (table_build(o->table, &e) != ERR_OK)
        fail(o, &e, false);
    else if (!table_asks(o->table) && table_schema(o->table))
        open_rows(o, table_ticket(o->table), table_schema(o->table)->n_columns);
}

static void on_told(void *ctx, struct table *t)
{
    struct once *o = ctx;
    enum recipe_op op;
    const struct err *why = table_failure(t, &op);

    if (o->snapshot || o->script->over)
        return;
    if (!why)
        why = table_interruption(t);
    if (why)
        fail(o, why, true);
    else if (table_schema(t) && !table_asks(t))
        go_on(o);
}

static void fetch(struct once *o)
{
    struct err e;

    if (table_build(o->source, &e) != ERR_OK)
        fail(o, &e, false);
}

/* --- the job --- */

static enum err_code start(struct script *s, void **ctx, struct err *e)
{
    struct once *o;
    struct snapshot_rows rows;
    enum writer_format format;

    if (!s->target.name)
        return err_set(e, ERR_USAGE, "expected a table behind the server, HOST/TABLE");
    TRY(selection_rows(s->options->rows, &rows, e));
    TRY(selection_format(s->options, WRITER_CSV, &format, e));
    o = MEM_NEW(struct once);
    o->script = s;
    o->rows = rows;
    o->format = format;
    *ctx = o;
    return ERR_OK;
}

static bool is_few_as_they_are(const struct once *o)
{
    const struct options *s = o->script->options;

    return o->rows.last - o->rows.first < FEW_ROWS && !o->script->target.ops &&
           s->where.n == 0 && s->filter.n == 0 && !s->sort && !s->columns;
}

static void on_open(void *ctx)
{
    struct once *o = ctx;
    struct script *s = o->script;
    struct bytes ticket = buf_bytes(&s->target.ticket);

    if (!o->source)
        o->source =
            table_new(s->connection, recipe_new(s->target.name, ticket), NULL, on_told, o);
    o->by_name = is_few_as_they_are(o);
    if (o->by_name)
        open_rows(o, ticket, 0);
    else
        session_probe(connection_session(s->connection));
}

static void on_live(void *ctx)
{
    struct once *o = ctx;

    if (!o->by_name)
        fetch(o);
}

static void on_drained(void *ctx)
{
    struct once *o = ctx;

    if (o->snapshot)
        snapshot_hold(o->snapshot, false);
}

static uint64_t count_rows(void *ctx, int64_t *due)
{
    const struct once *o = ctx;

    *due = o->snapshot ? snapshot_rows_due(o->snapshot) : -1;
    return o->snapshot ? snapshot_rows_done(o->snapshot) : 0;
}

static void free_once(void *ctx)
{
    struct once *o = ctx;

    if (!o)
        return;
    snapshot_free(o->snapshot);
    writer_free(o->writer);
    if (o->table != o->source)
        table_free(o->table);
    if (o->source)
        table_free(o->source);
    free(o);
}

const struct script_job once_job = {
    .start = start,
    .open = on_open,
    .live = on_live,
    .drained = on_drained,
    .rows = count_rows,
    .free = free_once,
};
