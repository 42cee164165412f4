#include "ui/app/file_export.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/num.h"
#include "base/number.h"
#include "client/clock.h"
#include "client/exporter.h"
#include "ui/app/state.h"
#include "ui/cli/output.h"
#include "ui/term/theme.h"

#define MESSAGE_BYTES (8 << 20) /* asked of the server for one message */
#define TELL_MS 250             /* between two looks at how far it is */

struct file_export {
    struct app *app; /* borrowed */
    enum exporter_format format;
    char *asked;    /* owned: the file that may be replaced, while that is asked */
    char *path;     /* owned: the file; NULL: none is written */
    bool is_static; /* the table does not change */
    bool ending;    /* all rows have come */
    uint64_t start_ms;
    uv_timer_t tick;
    struct snapshot *snapshot;
    struct exporter *exporter;
    struct output *output;
};

/* --- the end --- */

void file_export_stop(struct file_export *x)
{
    (void)uv_timer_stop(&x->tick);
    snapshot_free(x->snapshot);
    exporter_free(x->exporter);
    output_free(x->output);
    free(x->path);
    x->snapshot = NULL;
    x->exporter = NULL;
    x->output = NULL;
    x->path = NULL;
    app_mark_dirty(x->app);
}

static void fail(struct file_export *x, const char *why)
{
    char *text = mem_printf("%s is not written: %s", x->path, why);

    tab_say(app_tab(x->app), STYLE_MESSAGE_ERROR, text);
    free(text);
    file_export_stop(x);
}

static void on_done(void *ctx)
{
    struct file_export *x = ctx;
    int64_t n = (int64_t)snapshot_rows_done(x->snapshot);
    bool parts = !snapshot_is_one_moment(x->snapshot) && !x->is_static;
    uint64_t ms = clock_ms() - x->start_ms;
    char rows[NUMBER_LEN], bytes[NUMBER_LEN], *text;

    text = mem_printf("%s: %s row%s, %s bytes, in %" PRIu64 ".%" PRIu64 " s%s", x->path,
                      number_grouped(n, rows), n == 1 ? "" : "s",
                      number_grouped((int64_t)output_bytes(x->output), bytes), ms / 1000,
                      ms / 100 % 10, parts ? "; not as of one moment" : "");
    tab_say(app_tab(x->app), STYLE_MESSAGE, text);
    free(text);
    file_export_stop(x);
}

static void on_failed(void *ctx, const struct err *why)
{
    fail(ctx, why ? why->msg : "nobody reads it");
}

static void on_drained(void *ctx)
{
    struct file_export *x = ctx;

    snapshot_hold(x->snapshot, false);
}

static const struct output_handler output_handler = {on_drained, on_failed, on_done};

/* --- rows --- */

static enum err_code on_schema(void *ctx, const struct schema *schema, struct bytes message,
                               struct err *e)
{
    struct file_export *x = ctx;

    return exporter_schema(x->exporter, schema, message, e);
}

static enum err_code on_batch(void *ctx, const struct snapshot_batch *b, struct err *e)
{
    struct file_export *x = ctx;

    TRY(exporter_batch(x->exporter, b, e));
    snapshot_hold(x->snapshot, output_is_full(x->output));
    return ERR_OK;
}

static void on_ended(void *ctx, const struct err *why)
{
    struct file_export *x = ctx;
    struct err e;

    if (why) {
        fail(x, why->msg);
    } else if (exporter_end(x->exporter, &e) != ERR_OK) {
        fail(x, e.msg);
    } else {
        x->ending = true;
        output_end(x->output); /* x->output may be gone now */
    }
}

static const struct snapshot_handler snapshot_handler = {on_schema, on_batch, on_ended};

/* --- the start --- */

static void on_tick(uv_timer_t *timer)
{
    app_mark_dirty(timer->data);
}

/* All rows, or those that are selected. */
static struct snapshot_rows rows_of(const struct tab *t)
{
    struct selection_area a;

    if (grid_selected(table_view_grid(t->table), &a) == SELECTION_NONE)
        return (struct snapshot_rows){0, INT64_MAX, false};
    return (struct snapshot_rows){a.first_row, a.last_row, false};
}

static enum err_code open_rows(struct file_export *x, struct tab *t, struct err *e)
{
    struct table *table = table_view_table(t->table);
    struct snapshot_options o = {
        .ticket = table_ticket(table),
        .rows = rows_of(t),
        .n_columns = table_schema(table)->n_columns,
        .max_message = (int32_t)min_i64(x->app->options->max_message, MESSAGE_BYTES)};

    x->is_static = table_static(table);
    return snapshot_open(connection_session(t->server->connection), &o, &snapshot_handler,
                         x, &x->snapshot, e);
}

static enum err_code begin(struct file_export *x, struct tab *t, const char *path,
                           struct err *e)
{
    struct writer_sink sink;

    if (!session_can_call(connection_session(t->server->connection)))
        return err_set(e, ERR_LOST, "the connection is gone");
    TRY(output_open(&x->app->loop, path, &output_handler, x, &x->output, e));
    sink = (struct writer_sink){output_put, x->output};
    x->exporter = exporter_new(x->format, false, &sink);
    return open_rows(x, t, e);
}

static void start(struct file_export *x, struct tab *t, const char *path)
{
    struct err e;

    x->path = mem_strdup(path);
    x->ending = false;
    x->start_ms = clock_ms();
    if (begin(x, t, path, &e) != ERR_OK) {
        tab_say(t, STYLE_MESSAGE_ERROR, e.msg); /* which names the file */
        file_export_stop(x);
        return;
    }
    (void)grid_end_selection(table_view_grid(t->table));
    (void)uv_timer_start(&x->tick, on_tick, TELL_MS, TELL_MS);
}

static char *at_home(const char *path)
{
    const char *home = getenv("HOME");

    return strncmp(path, "~/", 2) == 0 && home ? mem_printf("%s%s", home, path + 1)
                                               : mem_strdup(path);
}

static void ask(struct file_export *x)
{
    char *label = mem_printf("replace %s? (y, n) ", x->asked);

    question_open(x->app->question, QUESTION_REPLACE, label);
    free(label);
}

void file_export_start(struct tab *t, const char *path)
{
    struct file_export *x = t->app->file_export;

    if (x->path) {
        tab_say(t, STYLE_MESSAGE_WARN, "a file is being written; Esc gives it up");
        return;
    }
    if (!table_view_table(t->table)) {
        tab_say(t, STYLE_MESSAGE_WARN, "there is no table here yet");
        return;
    }
    if (*path == '!' || !exporter_format_of_file(path, &x->format)) {
        tab_say(t, STYLE_MESSAGE_ERROR,
                "w: expected a file whose name ends in .csv, .tsv, .json or .arrow");
        return;
    }
    free(x->asked);
    x->asked = at_home(path);
    if (access(x->asked, F_OK) == 0)
        ask(x);
    else
        start(x, t, x->asked);
}

void file_export_answer(struct app *a, const char *text)
{
    struct tab *t = app_tab(a);

    if ((*text != 'y' && *text != 'Y') || !tab_table_in_sight(t) ||
        !table_view_table(t->table))
        tab_say(t, STYLE_MESSAGE, "the file stays as it is");
    else
        start(a->file_export, t, a->file_export->asked);
}

/* --- while it runs --- */

bool file_export_cancel(struct app *a)
{
    struct file_export *x = a->file_export;

    if (!x->path)
        return false;
    fail(x, "it was given up");
    return true;
}

void file_export_status(const struct app *a, char *out, size_t size)
{
    const struct file_export *x = a->file_export;
    int64_t due = x->path ? snapshot_rows_due(x->snapshot) : -1, done;
    char rows[NUMBER_LEN], all[NUMBER_LEN], rate[NUMBER_LEN], left[48] = "";
    uint64_t ms = x->path ? clock_ms() - x->start_ms : 0;

    *out = '\0';
    if (!x->path)
        return;
    done = (int64_t)snapshot_rows_done(x->snapshot);
    if (due > 0 && done > 0 && done < due)
        (void)snprintf(left, sizeof(left), ", %.0f s left",
                       (double)ms / 1000 * (double)(due - done) / (double)done);
    (void)snprintf(out, size, "writing %s of %s rows, %sB/s%s; Esc ends it",
                   number_rough(done, rows), due < 0 ? "?" : number_rough(due, all),
                   number_rough((int64_t)(output_bytes(x->output) * 1000 / (ms + 1)), rate),
                   left);
}

/* --- life --- */

struct file_export *file_export_new(struct app *a)
{
    struct file_export *x = MEM_NEW(struct file_export);

    x->app = a;
    (void)uv_timer_init(&a->loop, &x->tick);
    x->tick.data = a;
    return x;
}

void file_export_free(struct file_export *x)
{
    free(x->asked);
    free(x);
}
