/*
 * A change is a line of JSON, in the order in which somebody who keeps the rows in a list
 * can apply them: what goes, from the last to the first, then what comes, from the first to
 * the last, then what is another value. What broke off is asked for again
 * (client/comeback); the rows then come anew, after a line that says so.
 */
#include "ui/cli/follow.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/num.h"
#include "base/text.h"
#include "client/comeback.h"
#include "client/follower.h"
#include "client/loss.h"
#include "ui/cli/chosen.h"
#include "ui/cli/selection.h"

#define MESSAGE_BYTES (8 << 20) /* asked of the server for one message */

struct follow {
    struct script *script;
    struct snapshot_rows rows;
    struct chosen *chosen;
    struct comeback *comeback; /* NULL: not connected yet */
    struct follower *follower; /* NULL: none at the moment */
    struct writer *writer;     /* of the stream at hand */
    size_t n_columns;
    bool until;
    bool was_there; /* rows were printed before: the next stream begins anew */
    uint64_t lines;
};

static void over(struct follow *f)
{
    follower_free(f->follower);
    f->follower = NULL;
    writer_free(f->writer);
    f->writer = NULL;
}

/* --- lines --- */

/* The values of one row, from columns of an update: at[c] says where in each. */
struct picked {
    struct flat *flats; /* one for each column */
    uint64_t *at;       /* WRITER_NONE: nothing of that column */
    size_t n;
};

static struct picked pick(struct column *const *columns, size_t n)
{
    struct picked p = {MEM_ARRAY(struct flat, n), MEM_ARRAY(uint64_t, n), n};

    for (size_t c = 0; c < n; c++)
        if (columns[c])
            flat_of_column(columns[c], 0, column_length(columns[c]), &p.flats[c]);
    return p;
}

static void picked_release(struct picked *p)
{
    for (size_t c = 0; c < p->n; c++)
        flat_release(&p->flats[c]);
    free(p->flats);
    free(p->at);
}

static enum err_code print_removed(struct follow *f, const struct rowset *rows,
                                   struct err *e)
{
    for (uint64_t i = rowset_count(rows); i-- > 0; f->lines++)
        TRY(writer_change(f->writer, "remove", rowset_key_at(rows, i), NULL, NULL, e));
    return ERR_OK;
}

static enum err_code print_added(struct follow *f, const struct update *u, struct err *e)
{
    struct picked p = pick(u->added_data, f->n_columns);
    struct rowset_iter it = rowset_iter(u->added);
    enum err_code rc = ERR_OK;
    int64_t row;

    for (uint64_t i = 0; rc == ERR_OK && rowset_next(&it, &row); i++, f->lines++) {
        for (size_t c = 0; c < p.n; c++)
            p.at[c] = u->added_data[c] ? i : WRITER_NONE;
        rc = writer_change(f->writer, "add", row, p.flats, p.at, e);
    }
    picked_release(&p);
    return rc;
}

/* Rows of which a column is another value; owned. */
static struct rowset *modified_rows(const struct update *u)
{
    struct rowset *rows = rowset_new();

    for (size_t c = 0; c < u->n_columns; c++) {
        struct rowset *more = u->modified[c] ? rowset_union(rows, u->modified[c]) : NULL;

        if (!more)
            continue;
        rowset_free(rows);
        rows = more;
    }
    return rows;
}

static enum err_code print_modified(struct follow *f, const struct update *u, struct err *e)
{
    struct rowset *rows = modified_rows(u);
    struct picked p = pick(u->modified_data, f->n_columns);
    uint64_t *next = MEM_ARRAY(uint64_t, p.n); /* value of each column to come */
    struct rowset_iter it = rowset_iter(rows);
    enum err_code rc = ERR_OK;
    int64_t row;

    while (rc == ERR_OK && rowset_next(&it, &row)) {
        for (size_t c = 0; c < p.n; c++) {
            bool has = u->modified[c] && rowset_has(u->modified[c], row);

            p.at[c] = has ? next[c]++ : WRITER_NONE;
        }
        rc = writer_change(f->writer, "modify", row, p.flats, p.at, e);
        f->lines++;
    }
    free(next);
    picked_release(&p);
    rowset_free(rows);
    return rc;
}

static enum err_code print_update(struct follow *f, const struct update *u, struct err *e)
{
    TRY(print_removed(f, u->removed, e));
    TRY(print_added(f, u, e));
    TRY(print_modified(f, u, e));
    return writer_end(f->writer, e);
}

/* The first row that has come, in the format that was asked for. */
static enum err_code print_first(struct follow *f, const struct update *u, struct err *e)
{
    struct picked p = pick(u->added_data, f->n_columns);
    enum err_code rc = writer_batch(f->writer, p.flats, 1, e);

    picked_release(&p);
    if (rc == ERR_OK)
        rc = writer_end(f->writer, e);
    if (rc != ERR_OK)
        return rc;
    f->lines++;
    script_finish(f->script);
    return ERR_OK;
}

/* --- the stream --- */

static enum err_code on_schema(void *ctx, const struct schema *schema, struct err *e)
{
    struct follow *f = ctx;
    const struct options *o = f->script->options;
    struct writer_sink sink = {output_put, f->script->output};
    enum exporter_format format;
    struct writer_options options = {WRITER_JSON, o->no_header};

    if (f->until) {
        TRY(selection_format(o, EXPORTER_CSV, &format, e));
        options.format = (enum writer_format)format;
    }
    f->n_columns = schema->n_columns;
    f->writer = writer_new(&options, &sink);
    TRY(exporter_write_header(f->writer, schema, e));
    if (f->was_there && !f->until)
        TRY(writer_change(f->writer, "reset", -1, NULL, NULL, e));
    return ERR_OK;
}

static enum err_code on_update(void *ctx, const struct update *u, struct err *e)
{
    struct follow *f = ctx;

    if (f->script->over)
        return ERR_OK;
    f->was_there = true;
    if (!f->until)
        TRY(print_update(f, u, e));
    else if (f->lines == 0 && !rowset_empty(u->added))
        TRY(print_first(f, u, e));
    follower_hold(f->follower, output_is_full(f->script->output));
    return ERR_OK;
}

/* It may pass: it is asked for again, which is told in words that may be the server's. */
static bool waits(struct follow *f, const struct err *why)
{
    char *safe;

    if (!comeback_wait(f->comeback, why))
        return false;
    safe = text_clean_line(why->msg, true);
    (void)fprintf(stderr, "dhview: %s; it is asked for again\n", safe);
    free(safe);
    return true;
}

static void on_ended(void *ctx, const struct err *why)
{
    struct follow *f = ctx;
    struct err copy = *why;

    over(f);
    if (chosen_as_text(f->chosen, &copy))
        chosen_build(f->chosen);
    else if (!waits(f, &copy))
        chosen_fail(f->chosen, &copy, true);
}

static const struct follower_handler follower_handler = {on_schema, on_update, on_ended};

static void on_ready(void *ctx, struct table *t)
{
    struct follow *f = ctx;
    const struct options *options = f->script->options;
    struct follower_options o = {
        .ticket = table_ticket(t),
        .rows = f->rows,
        .interval_ms = (int32_t)options->interval_ms,
        .max_message = (int32_t)min_i64(options->max_message, MESSAGE_BYTES),
    };
    struct err e;

    if (follower_open(connection_session(f->script->connection), &o, &follower_handler, f,
                      &f->follower, &e) != ERR_OK)
        chosen_fail(f->chosen, &e, false);
}

/* A server that has come back may be without the table for a while. */
static bool on_broke(void *ctx, const struct err *why)
{
    struct follow *f = ctx;

    return (f->was_there || loss_of_call_may_pass(why)) && waits(f, why);
}

/* --- the jobs --- */

static void on_again(void *ctx)
{
    struct follow *f = ctx;

    over(f);
    chosen_build(f->chosen);
}

static void on_gone(void *ctx, const struct err *why)
{
    struct follow *f = ctx;

    chosen_fail(f->chosen, why, false);
}

static const struct comeback_handler comeback_handler = {on_again, on_gone};

static enum err_code start(struct script *s, bool until, void **ctx, struct err *e)
{
    struct follow *f = MEM_NEW(struct follow);
    enum err_code rc = selection_rows(s->options->rows, &f->rows, e);

    f->script = s;
    f->until = until;
    if (until)
        f->rows = (struct snapshot_rows){0, 0, false};
    if (rc == ERR_OK)
        rc = chosen_new(s, on_ready, on_broke, f, &f->chosen, e);
    if (rc != ERR_OK) {
        free(f);
        return rc;
    }
    chosen_watch(f->chosen);
    *ctx = f;
    return ERR_OK;
}

static enum err_code start_follow(struct script *s, void **ctx, struct err *e)
{
    const struct options *o = s->options;

    if (o->no_header)
        return err_set(e, ERR_USAGE, "--no-header: --follow prints json, without one");
    if (o->output)
        return err_set(e, ERR_USAGE,
                       "--follow has no end at which a file could be "
                       "replaced; use > FILE");
    if (o->format && strcasecmp(o->format, "json") != 0)
        return err_set(e, ERR_USAGE, "--follow prints json, not %s", o->format);
    return start(s, false, ctx, e);
}

static enum err_code start_until(struct script *s, void **ctx, struct err *e)
{
    enum exporter_format format;

    if (s->options->rows)
        return err_set(e, ERR_USAGE, "--until looks at all rows; --rows is for --once");
    TRY(selection_format(s->options, EXPORTER_CSV, &format, e));
    if (format == EXPORTER_ARROW)
        return err_set(e, ERR_USAGE, "--until prints csv, tsv or json");
    return start(s, true, ctx, e);
}

/* Also when the connection has come back: comeback_new() heard of that before us. */
static void on_live(void *ctx)
{
    struct follow *f = ctx;

    if (f->comeback)
        return;
    f->comeback = comeback_new(f->script->connection, &comeback_handler, f);
    chosen_build(f->chosen);
}

static void on_fields(void *ctx)
{
    struct follow *f = ctx;

    chosen_listed(f->chosen, false);
}

static void on_fields_ended(void *ctx)
{
    struct follow *f = ctx;

    chosen_listed(f->chosen, true);
}

static void on_drained(void *ctx)
{
    struct follow *f = ctx;

    if (f->follower)
        follower_hold(f->follower, false);
}

static uint64_t count_lines(void *ctx, int64_t *due)
{
    const struct follow *f = ctx;

    *due = -1;
    return f->lines;
}

static void free_follow(void *ctx)
{
    struct follow *f = ctx;

    if (!f)
        return;
    over(f);
    comeback_free(f->comeback);
    chosen_free(f->chosen);
    free(f);
}

const struct script_job follow_job = {
    .start = start_follow,
    .live = on_live,
    .fields = on_fields,
    .fields_ended = on_fields_ended,
    .drained = on_drained,
    .rows = count_lines,
    .free = free_follow,
    .comes_back = true,
};

const struct script_job until_job = {
    .start = start_until,
    .live = on_live,
    .fields = on_fields,
    .fields_ended = on_fields_ended,
    .drained = on_drained,
    .rows = count_lines,
    .free = free_follow,
    .comes_back = true,
};
