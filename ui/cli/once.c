/*
 * Few rows of a table as it is are asked for by its name, in the call that logs in: nothing
 * is there before the first of them. Anything else is a table of its own on the server
 * first (client/table), which needs the schema: for texts of filters, for columns that do
 * not go over the wire whole, and for how many rows may be asked for at once.
 *
 * A value that the wire cannot carry ends the rows. Then they come with the columns of its
 * kind as text, from the first one on, so that a column has one form; but where rows are
 * gone to a pipe, only those behind them, which Arrow's one schema does not allow.
 */
#include "ui/cli/once.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/num.h"
#include "client/stream_policy.h"
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
    enum exporter_format format;
    struct exporter *exporter;
    bool has_begun;             /* its header is out, and stays */
    int64_t done;               /* rows that stay, from snapshots before this one */
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
    if (o->has_begun)
        return ERR_OK;
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

static void renew_exporter(struct once *o)
{
    struct writer_sink sink = {put, o->script};

    exporter_free(o->exporter);
    o->exporter = exporter_new(o->format, o->script->options->no_header, &sink);
}

/* Only those rows are wanted that have not come yet. */
static void leave_out_done(struct once *o)
{
    int64_t done = (int64_t)snapshot_rows_done(o->snapshot);

    o->has_begun = true;
    if (done == 0)
        return;
    o->done += done;
    if (o->rows.from_end) /* the last of them are the next ones */
        o->rows.last = o->rows.first + snapshot_rows_due(o->snapshot) - done - 1;
    else
        o->rows.first += done;
    (void)fprintf(stderr,
                  "dhview: behind row %" PRId64 " more columns are text, since there are "
                  "values that come in no other way\n",
                  o->done);
}

/* What was put stays only where it cannot be taken back. */
static void ask_as_text(struct once *o)
{
    bool taken_back = output_take_back(o->script->output);
    struct err e;

    if (taken_back)
        renew_exporter(o);
    else
        leave_out_done(o);
    snapshot_free(o->snapshot);
    o->snapshot = NULL;
    o->by_name = false;
    if (taken_back || o->format != EXPORTER_ARROW) {
        chosen_build(o->chosen);
        return;
    }
    (void)err_set(&e, ERR_SERVER, "the schema is written: --output FILE begins again");
    chosen_fail(o->chosen, &e, false);
}

/* The table is to be asked for in another way. */
static bool comes_otherwise(struct once *o, const struct err *why)
{
    if (o->by_name)
        return o->is_not_whole || end_may_be_a_value(why);
    return chosen_as_text(o->chosen, why);
}

static void on_ended(void *ctx, const struct err *why)
{
    struct once *o = ctx;
    struct err e;

    if (why && comes_otherwise(o, why)) {
        ask_as_text(o);
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
    o->by_name = false; /* what has the name may be no table, but parts of one */
    snapshot_free(o->snapshot);
    o->snapshot = NULL;
    open_rows(o, table_ticket(t), table_schema(t)->n_columns);
}

/* --- the job --- */

static enum err_code start(struct script *s, void **ctx, struct err *e)
{
    enum exporter_format format;
    struct once *o;

    TRY(selection_format(s->options, EXPORTER_CSV, &format, e));
    o = MEM_NEW(struct once);
    o->script = s;
    o->format = format;
    renew_exporter(o);
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

static void on_fields(void *ctx)
{
    struct once *o = ctx;

    chosen_listed(o->chosen, false);
}

static void on_fields_ended(void *ctx)
{
    struct once *o = ctx;

    chosen_listed(o->chosen, true);
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
    *due += *due < 0 ? 0 : o->done;
    return (uint64_t)o->done + (o->snapshot ? snapshot_rows_done(o->snapshot) : 0);
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
    .fields = on_fields,
    .fields_ended = on_fields_ended,
    .drained = on_drained,
    .rows = count_rows,
    .free = free_once,
};
