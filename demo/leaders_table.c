/*
 * A leaderboard: rows change their order.
 */
#include <stdlib.h>

#include "base/mem.h"
#include "demo/noise.h"
#include "demo/table_defs.h"

enum { LEADERS_RANK, LEADERS_PLAYER, LEADERS_TEAM, LEADERS_POINTS, LEADERS_FORM };
#define LEADERS_COUNT 120
#define LEADERS_BEAT_MS 500
#define LEADERS_KEPT 4 /* orders kept, so that old and new are both at hand */

struct order {
    int64_t beat;
    int64_t player[LEADERS_COUNT]; /* by rank */
    int64_t rank[LEADERS_COUNT];   /* by player */
};

struct demo_ranks {
    size_t n, next;
    struct order kept[LEADERS_KEPT];
};

struct demo_ranks *leaders_ranks_new(void)
{
    return MEM_NEW(struct demo_ranks);
}

static int64_t leaders_beat(const struct world *w, int64_t at_ms)
{
    (void)w;
    return table_floor_div(at_ms, LEADERS_BEAT_MS);
}

static int64_t leader_points(const struct world *w, int64_t id, int64_t beat)
{
    double skill = noise_unit(w->seed, STREAM_LEADER, (uint64_t)id);
    double form = noise_curve(w->seed, STREAM_LEADER + 1 + (uint64_t)id, (double)beat / 12);

    return 1000 + (int64_t)(5000 * skill + 450 * form) + beat;
}

struct contender {
    int64_t points, player;
};

static int by_points(const void *a, const void *b)
{
    const struct contender *x = a, *y = b;

    if (x->points != y->points)
        return x->points > y->points ? -1 : 1;
    return (x->player > y->player) - (x->player < y->player);
}

static void compute_order(const struct world *w, int64_t beat, struct order *o)
{
    struct contender list[LEADERS_COUNT];

    o->beat = beat;
    for (int64_t i = 0; i < LEADERS_COUNT; i++)
        list[i] = (struct contender){leader_points(w, i, beat), i};
    qsort(list, LEADERS_COUNT, sizeof(*list), by_points);
    for (int64_t i = 0; i < LEADERS_COUNT; i++) {
        o->player[i] = list[i].player;
        o->rank[list[i].player] = i;
    }
}

static const struct order *order_at(const struct world *w, int64_t at_ms)
{
    int64_t beat = leaders_beat(w, at_ms);
    struct demo_ranks *r = w->ranks;
    struct order *o;

    for (size_t i = 0; i < r->n; i++) {
        if (r->kept[i].beat == beat)
            return &r->kept[i];
    }
    o = &r->kept[r->next];
    r->next = (r->next + 1) % LEADERS_KEPT;
    if (r->n < LEADERS_KEPT)
        r->n++;
    compute_order(w, beat, o);
    return o;
}

static int64_t leaders_size(const struct world *w, int64_t at_ms)
{
    (void)w;
    (void)at_ms;
    return LEADERS_COUNT;
}

static int64_t leaders_id(const struct world *w, int64_t position, int64_t at_ms)
{
    return order_at(w, at_ms)->player[position];
}

static int64_t leaders_form(const struct world *w, int64_t id, int64_t beat)
{
    return leader_points(w, id, beat) - leader_points(w, id, beat - 20);
}

static int64_t leaders_version(const struct world *w, int64_t id, size_t column,
                               int64_t at_ms)
{
    switch (column) {
    case LEADERS_RANK:
        return order_at(w, at_ms)->rank[id];
    case LEADERS_POINTS:
        return leader_points(w, id, leaders_beat(w, at_ms));
    case LEADERS_FORM:
        return leaders_form(w, id, leaders_beat(w, at_ms));
    default:
        return 0;
    }
}

static void leaders_cell(const struct world *w, int64_t id, size_t column, int64_t at_ms,
                         struct column *out)
{
    static const char *const teams[] = {"Amber",  "Cobalt", "Coral",
                                        "Indigo", "Jade",   "Onyx"};
    char name[NOISE_NAME_MAX];

    switch (column) {
    case LEADERS_RANK:
        column_push_int(out, order_at(w, at_ms)->rank[id] + 1);
        break;
    case LEADERS_PLAYER:
        noise_name(w->seed + STREAM_LEADER, (uint64_t)id, name);
        table_push_text(out, name);
        break;
    case LEADERS_TEAM:
        table_push_text(
            out,
            teams[noise_hash(w->seed, STREAM_LEADER, (uint64_t)id + 7) % COUNT(teams)]);
        break;
    case LEADERS_POINTS:
        column_push_int(out, leader_points(w, id, leaders_beat(w, at_ms)));
        break;
    default:
        column_push_int(out, leaders_form(w, id, leaders_beat(w, at_ms)));
    }
}

static const struct column_def leaders_columns[] = {
    {"Rank", KIND_INT, 0, ""},
    {"Player", KIND_STRING, 0, ""},
    {"Team", KIND_STRING, 0, ""},
    {"Points", KIND_LONG, 0, ""},
    {"Form", KIND_LONG, 0, "points won in ten seconds"}};

const struct table_def table_leaders = {.table = {.name = "leaders",
                                                  .about = "a leaderboard that reorders",
                                                  .size = leaders_size,
                                                  .id_at = leaders_id,
                                                  .stamp = leaders_beat,
                                                  .version = leaders_version,
                                                  .cell = leaders_cell},
                                        .n_columns = COUNT(leaders_columns),
                                        COLUMNS(leaders_columns)};
