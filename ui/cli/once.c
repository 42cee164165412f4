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
#include "client/text_types.h"
#include "ui/cli/chosen.h"
#include "ui/cli/selection.h"

#define FEW_ROWS 1000
#define MESSAGE_BYTES (8 << 20) /* asked of the server for one message */

struct once {
    struct script *script; /* borrowed */
    struct snapshot_rows rows;
    struct chosen *chosen;
    bool is_static; /* the table does not change */
    struct snapshot *snapshot;
    struct exporter *exporter;
    bool by_name, is_not_whole; /* the table cannot be had by its name after all */
};

/* --- rows --- */

/* The output is opened after the options have been looked at. */
static enum err_code put(void *ctx, struct bytes text, struct err *e)
{
    struct script *s = ctx;

    return output_put(s->output, text, e);
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

    o->is_not_whole = o->by_name && !is_plain(schema);
    if (o->is_not_whole)
        return err_set(e, ERR_REFUSED, "columns that are not for everybody");
    return exporter_schema(o->exporter, schema, message, e);
}

static enum err_code on_batch(void *ctx, const struct snapshot_batch *b, struct err *e)
{
    struct once *o = ctx;

    TRY(exporter_batch(o->exporter, b, e));
    snapshot_hold(o->snapshot, output_is_full(o->script->output));
    return ERR_OK;
}

static void tell_slices(const struct once *o)
{
    if (!snapshot_is_one_moment(o->snapshot) && !o->is_static)
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
        chosen_build(o->chosen);
    } else if (why) {
        chosen_fail(o->chosen, why, true);
    } else if (exporter_end(o->exporter, &e) != ERR_OK) {
        chosen_fail(o->chosen, &e, false);
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
        chosen_fail(o->chosen, &e, false);
}

static void on_ready(void *ctx, struct table *t)
{
    struct once *o = ctx;

    o->is_static = table_static(t);
    open_rows(o, table_ticket(t), table_schema(t)->n_columns);
}

/* --- the job --- */

static enum err_code start(struct script *s, void **ctx, struct err *e)
{
    struct writer_sink sink = {put, s};
    enum exporter_format format;
    struct once *o;

    TRY(selection_format(s->options, EXPORTER_CSV, &format, e));
    o = MEM_NEW(struct once);
    o->script = s;
    o->exporter = exporter_new(format, s->options->no_header, &sink);
    *ctx = o;
    TRY(selection_rows(s->options->rows, &o->rows, e));
    return chosen_new(s, on_ready, NULL, o, &o->chosen, e);
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
        chosen_build(o->chosen);
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
    exporter_free(o->exporter);
    chosen_free(o->chosen);
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
