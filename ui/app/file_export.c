#include "ui/app/file_export.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/number.h"
#include "base/text.h"
#include "client/clock.h"
#include "client/exporter.h"
#include "client/extract.h"
#include "client/server_log.h"
#include "client/stream_policy.h"
#include "ui/app/state.h"
#include "ui/app/write_line.h"
#include "ui/cli/child.h"
#include "ui/cli/output.h"
#include "ui/term/theme.h"
#include "ui/widget/key_hints.h"

#define TELL_MS 250       /* between two looks at how far it is */
#define SECONDS_MOST 1e15 /* 30 million years: more is no number of them that fits */
#define NAME_COLUMNS 22   /* of a file in a question: a label has half of 80 */

struct file_export {
    struct app *app;         /* borrowed */
    struct write_line asked; /* but for its place, which may be gone */
    char *asked_path;        /* owned: the file that may be replaced, while that is asked */
    char *path; /* owned: the file, or ! and a command; NULL: none is written */
    const struct app_server *server; /* borrowed: whose table it is */
    struct table *table;             /* owned: what is written, should it be text */
    bool is_static;                  /* the table does not change */
    bool paused;                     /* other rows than these are on the screen */
    struct snapshot_rows rows;
    char **names; /* owned, as is each: of n_names columns; 0: all */
    size_t n_names;
    uint64_t start_ms;
    uv_timer_t tick;
    struct extract *extract;
    struct server_log *log; /* is asked for the reason of the end; NULL: it is not */
    struct exporter *exporter;
    struct output *output;
    struct child *child; /* the command that reads it; NULL: none, or it has ended */
    bool over;           /* all is written, or as much as the command has read */
    char *said;          /* owned: what is said when the command has ended, too */
};

/* --- the end --- */

static void free_names(struct file_export *x)
{
    for (size_t i = 0; i < x->n_names; i++)
        free(x->names[i]);
    free(x->names);
    x->names = NULL;
    x->n_names = 0;
}

void file_export_stop(struct file_export *x)
{
    (void)uv_timer_stop(&x->tick);
    child_cancel(x->child); /* first: a write that it keeps waiting ends with it */
    server_log_stop(x->log);
    extract_free(x->extract);
    exporter_free(x->exporter);
    output_free(x->output);
    table_free(x->table);
    free_names(x);
    free(x->path);
    free(x->said);
    x->table = NULL;
    x->child = NULL;
    x->said = NULL;
    x->log = NULL;
    x->extract = NULL;
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

/* The command has ended, and all that it has read was written. */
static void finish_command(struct file_export *x)
{
    if (x->child || !x->over)
        return;
    if (!x->said) {
        fail(x, "the command has ended before it had read all");
        return;
    }
    tab_say(app_tab(x->app), STYLE_MESSAGE, x->said);
    file_export_stop(x);
}

static void on_command_end(void *ctx, struct bytes printed, const struct err *why)
{
    struct file_export *x = ctx;

    (void)printed; /* nothing: it was not asked to */
    x->child = NULL;
    if (why)
        fail(x, why->msg);
    else
        finish_command(x);
}

/* "out.csv: 240 rows, 20,000 bytes, in 0.2 s"; owned. */
static char *describe(const struct file_export *x)
{
    int64_t n = (int64_t)extract_rows_done(x->extract);
    bool parts = !extract_is_one_moment(x->extract) && !x->is_static;
    const char *note = parts       ? " not as of one moment"
                       : x->paused ? " as they are now, not as paused"
                                   : "";
    uint64_t ms = clock_ms() - x->start_ms;
    char rows[NUMBER_LEN], bytes[NUMBER_LEN];

    return mem_printf("%s: %s row%s%s, %s bytes, in %" PRIu64 ".%" PRIu64 " s", x->path,
                      number_grouped(n, rows), n == 1 ? "" : "s", note,
                      number_grouped((int64_t)output_bytes(x->output), bytes), ms / 1000,
                      ms / 100 % 10);
}

static void on_done(void *ctx)
{
    struct file_export *x = ctx;

    x->over = true;
    x->said = describe(x);
    finish_command(x);
}

static void on_failed(void *ctx, const struct err *why)
{
    struct file_export *x = ctx;

    x->over = true;
    extract_hold(x->extract, true); /* no row is wanted any more */
    if (why)
        fail(x, why->msg);
    else
        finish_command(x); /* which may tell why nobody reads */
}

static void on_drained(void *ctx)
{
    struct file_export *x = ctx;

    extract_hold(x->extract, false);
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
    extract_hold(x->extract, x->over || output_is_full(x->output));
    return ERR_OK;
}

static enum err_code open_rows(struct file_export *x, struct table *table, struct err *e);

/* A value may be the reason. Then all comes once more, with more columns as text, unless a
 * command has read some of it. */
static bool begins_again(struct file_export *x, const struct err *why)
{
    struct err e;

    if (!end_may_be_a_value(why) || !table_as_text_more(x->table) ||
        !output_take_back(x->output))
        return false;
    extract_free(x->extract);
    exporter_free(x->exporter);
    x->extract = NULL;
    x->exporter = NULL;
    if (open_rows(x, x->table, &e) != ERR_OK)
        fail(x, e.msg);
    return true;
}

static void on_explained(void *ctx, const struct err *why)
{
    struct file_export *x = ctx;

    x->log = NULL;
    fail(x, why->msg);
}

/* The server may have told the reason to its log alone. */
static void fail_by_server(struct file_export *x, const struct err *why)
{
    struct err named = *why;

    table_explain(x->table, &named);
    x->log = server_log_explain(connection_session(x->server->connection), &named,
                                on_explained, x);
    if (!x->log)
        fail(x, named.msg);
}

static void on_ended(void *ctx, const struct err *why)
{
    struct file_export *x = ctx;
    struct err e;

    if (why && begins_again(x, why))
        return;
    if (why) {
        fail_by_server(x, why);
    } else if (exporter_end(x->exporter, &e) != ERR_OK) {
        fail(x, e.msg);
    } else {
        output_end(x->output); /* which may be gone now */
    }
}

static const struct snapshot_handler snapshot_handler = {on_schema, on_batch, on_ended};

/* --- the start --- */

static void on_tick(uv_timer_t *timer)
{
    app_mark_dirty(timer->data);
}

/* What is written of a table: rows, and columns as displayed; n_columns 0: all it has. */
struct part {
    struct snapshot_rows rows;
    size_t first_column, n_columns;
};

/* Cells and columns that are selected are columns as they are shown, and rows are whole. */
static struct part part_of(struct grid *g, bool shown)
{
    struct part out = {.rows = {0, INT64_MAX, false}};
    struct selection_area a;
    enum selection_kind kind = grid_selected(g, &a);

    if (kind == SELECTION_CELLS || kind == SELECTION_ROWS)
        out.rows = (struct snapshot_rows){a.first_row, a.last_row, false};
    if (kind == SELECTION_CELLS || kind == SELECTION_COLUMNS) {
        out.first_column = a.first_column;
        out.n_columns = a.last_column - a.first_column + 1;
    } else if (shown) {
        out.n_columns = columns_count(grid_columns(g));
    }
    return out;
}

static void keep_part(struct file_export *x, struct tab *t)
{
    struct grid *g = table_view_grid(t->table);
    struct part part = part_of(g, x->asked.shown);
    struct table *table = table_view_table(t->table);
    struct recipe *same = recipe_of_source(table_recipe(table), table_source(table));

    x->rows = part.rows;
    x->n_names = part.n_columns;
    x->names = MEM_ARRAY(char *, part.n_columns);
    for (size_t i = 0; i < part.n_columns; i++)
        x->names[i] = mem_strdup(columns_name(grid_columns(g), part.first_column + i));
    x->is_static = table_static(table);
    x->paused = table_view_paused(t->table);
    x->table = table_new(x->server->connection, same, table_schema(table), NULL, NULL);
}

static enum err_code open_rows(struct file_export *x, struct table *table, struct err *e)
{
    struct writer_sink sink = {output_put, x->output};
    struct extract_options o = {.table = table,
                                .rows = x->rows,
                                .names = (const char *const *)x->names,
                                .n = x->n_names,
                                .max_message = (int32_t)x->app->options->max_message};

    x->exporter = exporter_new(x->asked.format, false, &sink);
    return extract_open(x->server->connection, &o, &snapshot_handler, x, &x->extract, e);
}

/* Runs a command that reads what is written. */
static enum err_code open_command(struct file_export *x, const char *command, struct err *e)
{
    const char *const args[] = {"/bin/sh", "-c", command, NULL};
    struct child_wish wish = {.name = "the command", .args = args};
    enum err_code rc;
    int fds[2];

    if (pipe2(fds, O_CLOEXEC) != 0)
        return err_set(e, ERR_IO, "no pipe for the command: %s", strerror(errno));
    wish.input_fd = fds[0];
    rc = child_start(&x->app->loop, &wish, on_command_end, x, &x->child, e);
    (void)close(fds[0]);
    x->output = output_new_fd(&x->app->loop, fds[1], &output_handler, x);
    return rc;
}

static enum err_code begin(struct file_export *x, struct tab *t, const char *path,
                           struct err *e)
{
    keep_part(x, t);
    if (*path == '!')
        TRY(open_command(x, path + 1, e));
    else
        TRY(output_open(&x->app->loop, path, &output_handler, x, &x->output, e));
    return open_rows(x, table_view_table(t->table), e);
}

static void start(struct file_export *x, struct tab *t)
{
    struct err e;

    x->path = mem_strdup(x->asked_path);
    x->server = t->server;
    x->over = false;
    x->start_ms = clock_ms();
    if (begin(x, t, x->path, &e) != ERR_OK) {
        tab_say(t, STYLE_MESSAGE_ERROR, e.msg);
        file_export_stop(x);
        return;
    }
    (void)grid_end_selection(table_view_grid(t->table));
    (void)uv_timer_start(&x->tick, on_tick, TELL_MS, TELL_MS);
}

/* The name is cut in its middle, so that what is asked for is seen behind it. */
static void ask(struct file_export *x)
{
    struct buf name;
    char *label;

    buf_init(&name, SIZE_MAX);
    (void)text_clean_middle(bytes_of(x->asked_path), x->app->env.ascii, NAME_COLUMNS,
                            &name);
    label = mem_printf("replace %.*s? (y, n) ", (int)name.len, (const char *)name.data);
    question_open(x->app->question, QUESTION_REPLACE, label);
    free(label);
    buf_release(&name);
}

/* What --format of the program names, else csv. */
static enum exporter_format usual_format(const struct app *a)
{
    enum exporter_format out = EXPORTER_CSV;

    (void)(a->options->format && exporter_format_named(a->options->format, &out));
    return out;
}

/* A pipe and a device are written as they are. */
static bool would_be_replaced(const char *path)
{
    struct stat st;

    return *path != '!' && stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

void file_export_start(struct tab *t, const char *line)
{
    struct file_export *x = t->app->file_export;
    struct err e;

    if (x->path) {
        tab_say_keys(t, STYLE_MESSAGE_WARN,
                     "a file is being written; {cancel} gives it up");
        return;
    }
    if (!table_view_table(t->table)) {
        tab_say(t, STYLE_MESSAGE_WARN, "there is no table here yet");
        return;
    }
    if (write_line_parse(line, usual_format(t->app), &x->asked, &e) != ERR_OK) {
        tab_say(t, STYLE_MESSAGE_ERROR, e.msg);
        return;
    }
    free(x->asked_path);
    x->asked_path = app_full_path(x->asked.place);
    if (would_be_replaced(x->asked_path))
        ask(x);
    else
        start(x, t);
}

void file_export_answer(struct app *a, const char *text)
{
    struct tab *t = app_tab(a);

    if (!question_says_yes(text) || !tab_table_in_sight(t) || !table_view_table(t->table))
        tab_say(t, STYLE_MESSAGE, "the file stays as it is");
    else
        start(a->file_export, t);
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

void file_export_leave(struct app *a, const struct app_server *s)
{
    struct file_export *x = a->file_export;

    if (x->path && x->server == s)
        fail(x, "the last tab of its server was closed");
}

/* At the rate so far. */
static uint64_t seconds_left(uint64_t ms, int64_t done, int64_t due)
{
    double s = (double)ms / 1000 * (double)(due - done) / (double)done;

    return (uint64_t)(s < SECONDS_MOST ? s : SECONDS_MOST);
}

void file_export_status(const struct app *a, char *out, size_t size)
{
    const struct file_export *x = a->file_export;
    int64_t due = x->path ? extract_rows_due(x->extract) : -1, done;
    char rows[NUMBER_LEN], all[NUMBER_LEN], rate[NUMBER_LEN], seconds[NUMBER_LEN];
    char left[48] = "", key[KEY_HINT_LEN];
    uint64_t ms = x->path ? clock_ms() - x->start_ms : 0;

    *out = '\0';
    if (!x->path)
        return;
    done = (int64_t)extract_rows_done(x->extract);
    if (due > 0 && done > 0 && done < due)
        (void)snprintf(left, sizeof(left), ", %s left",
                       number_time(seconds_left(ms, done, due), seconds));
    (void)snprintf(out, size, "writing %s of %s rows, %sB/s%s; %s ends it",
                   number_rough(done, rows), due < 0 ? "?" : number_rough(due, all),
                   number_rough((int64_t)(output_bytes(x->output) * 1000 / (ms + 1)), rate),
                   left, key_hint(MODE_GRID, "cancel", key));
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
    free(x->asked_path);
    free(x);
}
