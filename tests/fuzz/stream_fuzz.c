/*
 * A DoExchange stream from its bytes to painted cells: update_reader, replica, grid,
 * surface.
 *
 * Input: one byte of switches, then FlightData messages, each behind its length. After each
 * message that completed something, and once for the error that ends a stream, the grid is
 * prepared and drawn. An update that is refused must leave the replica as it was, and
 * nothing on the surface may be a control character or broken UTF-8.
 */
#include <string.h>

#include "client/update_reader.h"
#include "tests/fuzz/fuzz.h"
#include "tests/support/build.h"
#include "ui/table/grid.h"
#include "ui/term/surface.h"
#include "ui/term/theme.h"

#define ROWS 12
#define COLS 70
#define HASHED_MAX 100000 /* cells; more would take the time of many inputs */

enum switches { KEYS = 1, NULLS = 2, ASCII = 4, AT_END = 8, SIDEWAYS = 16 };

static void check_cell(const struct surface *s, int row, int col, bool ascii)
{
    const struct cell *c = surface_cell(s, row, col);

    FUZZ_CHECK(c->width <= 2 && c->len <= TEXT_CLUSTER_MAX);
    FUZZ_CHECK((c->width == 0) == (c->len == 0));
    FUZZ_CHECK(c->style < STYLE_COUNT);
    fuzz_check_text(c->utf8, c->len, ascii);
    for (size_t i = c->len; i < sizeof(c->utf8); i++)
        FUZZ_CHECK(c->utf8[i] == 0);
    if (c->width == 0)
        FUZZ_CHECK(col > 0 && surface_cell(s, row, col - 1)->width == 2);
    if (c->width == 2)
        FUZZ_CHECK(col + 1 < COLS && surface_cell(s, row, col + 1)->width == 0);
}

static void paint(struct grid *g, struct surface *s, const struct draw_env *env)
{
    struct rect r = {0, 0, ROWS, COLS};
    struct viewport_screen screen;
    struct info_line status;

    grid_prepare(g, r, env);
    surface_clear(s);
    grid_draw(g, s, r, env);
    for (int row = 0; row < ROWS; row++)
        for (int col = 0; col < COLS; col++)
            check_cell(s, row, col, env->ascii);
    info_line_init(&status);
    grid_status(g, &status);
    info_line_draw(&status, s, (struct rect){0, 0, 1, COLS}, env->ascii);
    info_line_release(&status);
    for (int col = 0; col < COLS; col++)
        check_cell(s, 0, col, env->ascii);
    grid_screen(g, &screen);
    FUZZ_CHECK(screen.height >= 1 && screen.n_columns >= 1);
}

static void move(struct grid *g, enum action action, int n)
{
    struct binding b = {.action = action, .arg = {.n = n}};
    struct key_match m = {.result = KEYS_ACTION, .binding = &b, .count = 1};

    FUZZ_CHECK(grid_action(g, &m));
}

static void steer(struct grid *g, uint8_t switches)
{
    if (switches & AT_END)
        move(g, ACT_LAST_ROW, 0);
    if (switches & SIDEWAYS)
        move(g, ACT_MOVE_COLUMN_PAGE, 1);
}

static bool hashable(const struct replica *r)
{
    uint64_t columns = rowset_count(replica_columns(r)) + 1;

    return replica_held(r) <= HASHED_MAX / columns;
}

static void apply(struct replica *r, struct update *u)
{
    bool hashed = hashable(r);
    uint64_t before = hashed ? hash_of_replica(r) : 0;
    uint64_t generation = replica_generation(r);
    struct err e = {0};

    if (replica_apply(r, u, &e) == ERR_OK) {
        FUZZ_CHECK(replica_generation(r) == generation + 1);
        return;
    }
    FUZZ_CHECK(e.code == ERR_PROTO || e.code == ERR_MISFIT || e.code == ERR_LIMIT);
    FUZZ_CHECK(e.msg[0] != '\0');
    FUZZ_CHECK(replica_generation(r) == generation);
    FUZZ_CHECK(!hashed || hash_of_replica(r) == before);
}

/* Positions that rows claim must lead back to them. */
static void check_positions(const struct replica *r)
{
    size_t held = replica_held(r);

    FUZZ_CHECK(replica_table_size(r) >= 0);
    for (size_t i = 0; i < held && i < 64; i++) {
        int64_t at = replica_position(r, i);

        FUZZ_CHECK(at == -1 || replica_row_at(r, at) == (int64_t)i);
        FUZZ_CHECK(at < replica_table_size(r));
    }
}

struct stream {
    struct update_reader *reader;
    struct replica *replica;
    struct grid *grid;
    enum replica_mode mode;
    uint8_t switches;
};

static void show(const struct stream *t)
{
    struct window w = window_of(t->replica);

    grid_set_window(t->grid, &w);
}

/* False when the stream has ended. */
static bool feed(struct stream *t, struct bytes in)
{
    struct update_reader_out out;
    struct err e = {0};
    uint8_t *copy = fuzz_exact(in);
    enum err_code rc =
        update_reader_feed(t->reader, (struct bytes){copy, in.len}, &out, &e);

    free(copy); /* nothing may point into it any more */
    if (rc != ERR_OK) {
        FUZZ_CHECK(e.code == rc && e.msg[0] != '\0');
        FUZZ_CHECK(out.schema == NULL && out.update == NULL);
        return false;
    }
    if (out.schema) {
        FUZZ_CHECK(!t->replica);
        t->replica = replica_new(out.schema, t->mode);
        show(t);
    }
    if (out.update) {
        FUZZ_CHECK(t->replica);
        apply(t->replica, out.update);
        show(t);
        check_positions(t->replica);
    }
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes in = {data, size};
    uint8_t switches = fuzz_byte(&in);
    struct stream t = {.mode = switches & KEYS ? REPLICA_KEYS : REPLICA_VIEWPORT,
                       .switches = switches};
    struct draw_env env = {.ascii = switches & ASCII};
    struct surface *s = surface_new(ROWS, COLS);
    struct bytes message;

    t.reader = update_reader_new(t.mode, switches & NULLS);
    t.grid = grid_new(env.ascii);
    while (fuzz_message(&in, &message)) {
        bool alive = feed(&t, message);

        if (!alive)
            grid_set_stale(t.grid, true);
        steer(t.grid, switches);
        paint(t.grid, s, &env);
        if (!alive)
            break;
    }
    update_reader_free(t.reader); /* as the client does: first the reader, then the types */
    grid_free(t.grid);
    replica_free(t.replica);
    surface_free(s);
    return 0;
}
