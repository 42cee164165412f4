/*
 * Work whose instructions are counted (see check): counts NAME FOLDER, with FOLDER the
 * recorded messages. What comes before and after counted() is not looked at. The messages
 * are trusted: they are in the tree.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "client/step_ops.h"
#include "client/update_reader.h"
#include "client/wire/operations.h"
#include "model/quick_filter.h"
#include "model/writer.h"
#include "ui/table/grid.h"
#include "ui/term/paint.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))
#define ROWS 24
#define COLS 80
#define OUT_MAX (1 << 20)
#define MESSAGES_MAX 32

static const char *folder;

static _Noreturn void die(const char *what, const char *why)
{
    (void)fprintf(stderr, "counts: %s: %s\n", what, why);
    exit(2);
}

static void need(enum err_code rc, const struct err *e)
{
    if (rc != ERR_OK)
        die("refused", e->msg);
}

/* --- recorded messages --- */

struct messages {
    struct bytes m[MESSAGES_MAX]; /* data owned, as each */
    size_t n;
};

static bool read_message(const char *stream, size_t number, struct bytes *out)
{
    char *path = mem_printf("%s/%s/%03zu.s2c.bin", folder, stream, number);
    FILE *f = fopen(path, "rbe");
    uint8_t *data;

    free(path);
    if (!f)
        return false;
    data = MEM_ARRAY(uint8_t, OUT_MAX);
    *out = (struct bytes){data, fread(data, 1, OUT_MAX, f)};
    (void)fclose(f);
    return true;
}

/* What the server sent, without what was sent to it. */
static struct messages read_stream(const char *stream)
{
    struct messages out = {.n = 0};

    for (size_t i = 0; i < MESSAGES_MAX; i++)
        out.n += read_message(stream, i, &out.m[out.n]);
    if (out.n == 0)
        die(stream, "no messages there");
    return out;
}

static void messages_release(struct messages *m)
{
    for (size_t i = 0; i < m->n; i++)
        free((void *)(uintptr_t)m->m[i].data);
}

/* --- a table on a screen --- */

struct screen {
    struct update_reader *reader;
    struct replica *replica; /* NULL before the schema */
    struct grid *grid;
    struct surface *surface;
    struct paint *paint;
    struct buf out;
};

static const char *move_to(int row, int col)
{
    static char text[32];

    (void)snprintf(text, sizeof(text), "\033[%d;%dH", row + 1, col + 1);
    return text;
}

static const struct paint_terminal *terminal(void)
{
    static struct paint_terminal t = {
        .clear = "\033[m\033[H\033[J", .move = move_to, .ansi = true};

    for (size_t i = 0; i < STYLE_COUNT; i++)
        t.style[i].on = i % 2 ? "\033[1m" : "\033[m";
    return &t;
}

static void screen_open(struct screen *s, enum replica_mode mode)
{
    *s = (struct screen){.reader = update_reader_new(mode, true),
                         .grid = grid_new(false),
                         .surface = surface_new(ROWS, COLS),
                         .paint = paint_new(terminal())};
    paint_resize(s->paint, ROWS, COLS);
    buf_init(&s->out, OUT_MAX);
}

static void screen_close(struct screen *s)
{
    grid_free(s->grid);
    surface_free(s->surface);
    paint_free(s->paint);
    replica_free(s->replica);
    update_reader_free(s->reader);
    buf_release(&s->out);
}

static void take(struct screen *s, struct bytes message, enum replica_mode mode)
{
    struct update_reader_out got;
    struct err e;

    need(update_reader_feed(s->reader, message, &got, &e), &e);
    if (got.schema)
        s->replica = replica_new(got.schema, mode);
    if (got.update)
        need(replica_apply(s->replica, got.update, &e), &e);
}

static void frame(struct screen *s)
{
    const struct rect r = {0, 0, ROWS, COLS};
    const struct draw_env env = {.ascii = false};
    struct window w = window_of(s->replica);
    struct err e;

    grid_set_window(s->grid, &w);
    grid_prepare(s->grid, r, &env);
    surface_clear(s->surface);
    grid_draw(s->grid, s->surface, r, &env);
    buf_clear(&s->out);
    need(paint_frame(s->paint, s->surface, &s->out, &e), &e);
}

/* --- page: a page down, on rows that are held --- */

static struct screen s;

static void page(int direction)
{
    const struct binding b = {.action = ACT_MOVE_PAGE, .arg = {direction}};

    (void)grid_action(s.grid, &(struct key_match){.binding = &b, .count = 1});
    frame(&s);
}

static void page_prepare(void)
{
    struct messages m = read_stream("growth-viewport");

    screen_open(&s, REPLICA_VIEWPORT);
    for (size_t i = 0; i < 8; i++) /* as far as the first window goes */
        take(&s, m.m[i], REPLICA_VIEWPORT);
    frame(&s);
    page(+1); /* all widths are known */
    page(-1);
    messages_release(&m);
}

static void page_run(void)
{
    for (int i = 0; i < 5; i++) {
        page(+1);
        page(+1);
        page(-1);
        page(-1);
    }
}

static void screen_end(void)
{
    screen_close(&s);
}

/* --- update: what comes is decoded, applied and shown --- */

static const char *const streams[] = {"append-reverse", "modify-unequal", "shrink",
                                      "sorted-descending"};
static struct messages sent[COUNT(streams)];

static void update_prepare(void)
{
    for (size_t i = 0; i < COUNT(streams); i++)
        sent[i] = read_stream(streams[i]);
}

static void update_run(void)
{
    for (size_t i = 0; i < COUNT(streams); i++) {
        screen_open(&s, REPLICA_VIEWPORT);
        for (size_t k = 0; k < sent[i].n; k++) {
            take(&s, sent[i].m[k], REPLICA_VIEWPORT);
            frame(&s);
        }
        screen_close(&s);
    }
}

static void update_end(void)
{
    for (size_t i = 0; i < COUNT(streams); i++)
        messages_release(&sent[i]);
}

/* --- filter: from the text that is typed to the request --- */

static const struct {
    const char *type, *text;
} typed[] = {
    {"long", ">=5 && <1000000"},
    {"int", "!=7"},
    {"double", "1.5 || nan"},
    {"java.lang.String", "foo* || !~bar"},
    {"boolean", "true"},
    {"java.math.BigDecimal", "<=12.340"},
    {"java.time.Instant", ">2026-11-20 14:00"},
    {"java.time.LocalDate", "2026-11"},
};

static void compile(const char *type, const char *text)
{
    static const uint8_t source[] = {'s', '/', 't'}, result[] = {'e', 1, 0, 0, 0};
    const struct quick_filter_column c = {"C", type};
    const struct when_now now = {NULL, INT64_C(1800000000000000000)};
    struct recipe *r = recipe_new("t", (struct bytes){source, sizeof(source)}), *filtered;
    struct condition *condition = NULL;
    const struct recipe_step *steps;
    struct step_ops ops = {0};
    struct buf request;
    size_t at, n;
    struct err e;

    buf_init(&request, OUT_MAX);
    need(quick_filter_parse(text, &c, &now, &condition, &at, &e), &e);
    need(recipe_filtered(r, "C", text, condition, &filtered, &e), &e);
    steps = recipe_steps(filtered, &n);
    for (size_t i = 0; i < n; i++)
        step_ops_add(&ops, (struct bytes){source, sizeof(source)}, &steps[i]);
    step_ops_keep(&ops, (struct bytes){result, sizeof(result)});
    need(wire_batch_request_encode(ops.ops, ops.n, &request, &e), &e);
    step_ops_release(&ops);
    buf_release(&request);
    condition_free(condition);
    recipe_free(filtered);
    recipe_free(r);
}

static void filter_run(void)
{
    for (size_t i = 0; i < COUNT(typed); i++)
        compile(typed[i].type, typed[i].text);
}

/* --- csv, json: rows that are written --- */

static struct flat flats[16];
static uint64_t n_rows;

static void write_prepare(void)
{
    struct messages m = read_stream("full-static");
    struct window w;

    screen_open(&s, REPLICA_KEYS);
    for (size_t i = 0; i < m.n; i++)
        take(&s, m.m[i], REPLICA_KEYS);
    w = window_of(s.replica);
    n_rows = (uint64_t)window_rows(&w);
    for (size_t c = 0; c < w.schema->n_columns; c++) {
        struct column *column = column_new(window_type(&w, c));

        for (uint64_t i = 0; i < n_rows; i++) {
            struct value v = window_cell(&w, c, (int64_t)i);

            column_push_value(column, &v);
        }
        flat_of_column(column, 0, column_length(column), &flats[c]);
        column_free(column);
    }
    messages_release(&m);
}

static enum err_code drop(void *ctx, struct bytes text, struct err *e)
{
    (void)ctx;
    (void)text;
    (void)e;
    return ERR_OK;
}

static void write_as(enum writer_format format)
{
    static const char *const names[] = {"I", "S", "D", "B"};
    const struct writer_options o = {.format = format};
    const struct writer_sink sink = {drop, NULL};
    struct writer *w = writer_new(&o, &sink);
    struct err e;

    need(writer_header(w, names, COUNT(names), &e), &e);
    for (int i = 0; i < 10; i++)
        need(writer_batch(w, flats, n_rows, &e), &e);
    need(writer_end(w, &e), &e);
    writer_free(w);
}

static void csv_run(void)
{
    write_as(WRITER_CSV);
}

static void json_run(void)
{
    write_as(WRITER_JSON);
}

static void write_end(void)
{
    for (size_t i = 0; i < COUNT(flats); i++)
        flat_release(&flats[i]);
    screen_end();
}

/* --- */

static void nothing(void)
{
}

static const struct work {
    const char *name;
    void (*prepare)(void), (*run)(void), (*end)(void);
} works[] = {
    {"page", page_prepare, page_run, screen_end},
    {"update", update_prepare, update_run, update_end},
    {"filter", nothing, filter_run, nothing},
    {"csv", write_prepare, csv_run, write_end},
    {"json", write_prepare, json_run, write_end},
};

void counted(const struct work *w);

/* By its name it is found. */
__attribute__((noinline)) void counted(const struct work *w)
{
    w->run();
}

int main(int argc, char **argv)
{
    if (argc != 3)
        die("usage", "counts page|update|filter|csv|json FOLDER");
    folder = argv[2];
    for (size_t i = 0; i < COUNT(works); i++) {
        if (strcmp(works[i].name, argv[1]) != 0)
            continue;
        works[i].prepare();
        counted(&works[i]);
        works[i].end();
        return 0;
    }
    die(argv[1], "no such work");
}
