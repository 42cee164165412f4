/*
 * The tables themselves. Each one is a list of columns and a few pure functions; the big
 * array at the end names them all. Streams of noise are told apart by the STREAM_* numbers.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "demo/noise.h"
#include "demo/table.h"

#define NS_PER_MS INT64_C(1000000)
#define COUNT(array) (sizeof(array) / sizeof(*(array)))

enum {
    STREAM_PRICE = 1000,
    STREAM_TRADE = 2000,
    STREAM_BOOK = 3000,
    STREAM_LEADER = 4000,
    STREAM_PULSE = 5000,
    STREAM_TIDE = 6000,
    STREAM_WIDE = 7000,
    STREAM_BILLION = 8000,
    STREAM_TYPES = 9000
};

static const char *const symbols[] = {
    "AURA", "BOLT", "CEDR", "DUNE", "ECHO", "FERN", "GLAC", "HALO", "IRIS",
    "JADE", "KITE", "LYNX", "MOSS", "NOVA", "ONYX", "PINE", "QUAY", "REEF",
    "SAGE", "TERN", "UMBR", "VALE", "WREN", "XENO", "YARN", "ZEST"};

/* --- small helpers --- */

static void push_text(struct column *out, const char *text)
{
    column_push_bytes(out, bytes_of(text));
}

static double rounded(double v, double steps)
{
    return round(v * steps) / steps;
}

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b != 0 && (a < 0) != (b < 0));
}

static int64_t instant(const struct world *w, int64_t ms)
{
    return w->epoch_ns + ms * NS_PER_MS;
}

/* Price of a symbol at a time, in whole cents. */
static double price(const struct world *w, uint64_t symbol, int64_t ms)
{
    double base = 20 + 380 * noise_unit(w->seed, STREAM_PRICE, symbol);
    double walk = noise_walk(w->seed, STREAM_PRICE + 8 * symbol, (double)ms / 120000.0);

    return rounded(base * exp(0.06 * walk), 100);
}

/* --- billion: formulas of the row number --- */

enum {
    BILLION_ROW,
    BILLION_NAME,
    BILLION_SINE,
    BILLION_PRIME,
    BILLION_DIGITS,
    BILLION_TIME
};
#define BILLION_ROWS INT64_C(1000000000)

static int64_t billion_size(const struct world *w, int64_t at_ms)
{
    (void)w;
    (void)at_ms;
    return BILLION_ROWS;
}

static bool is_prime(int64_t n)
{
    if (n < 4)
        return n > 1;
    if (n % 2 == 0 || n % 3 == 0)
        return false;
    for (int64_t d = 5; d * d <= n; d += 6) {
        if (n % d == 0 || n % (d + 2) == 0)
            return false;
    }
    return true;
}

static int64_t digit_sum(int64_t n)
{
    int64_t sum = 0;

    for (; n > 0; n /= 10)
        sum += n % 10;
    return sum;
}

static void billion_cell(const struct world *w, int64_t id, size_t column, int64_t at_ms,
                         struct column *out)
{
    char name[NOISE_NAME_MAX];

    (void)at_ms;
    switch (column) {
    case BILLION_ROW:
        column_push_int(out, id);
        break;
    case BILLION_NAME:
        noise_name(w->seed + STREAM_BILLION, (uint64_t)id, name);
        push_text(out, name);
        break;
    case BILLION_SINE:
        column_push_double(out, sin((double)id / 25.0));
        break;
    case BILLION_PRIME:
        column_push_int(out, is_prime(id));
        break;
    case BILLION_DIGITS:
        column_push_int(out, digit_sum(id));
        break;
    default:
        column_push_int(out, instant(w, (id - BILLION_ROWS) * 1000));
    }
}

/* --- trades: rows appended at a steady rate --- */

enum {
    TRADES_TIME,
    TRADES_SYMBOL,
    TRADES_SIDE,
    TRADES_SIZE,
    TRADES_PRICE,
    TRADES_CHANGE,
    TRADES_VALUE,
    TRADES_VENUE,
    TRADES_ID
};
#define TRADES_BEFORE INT64_C(100000) /* rows at the start */

static int64_t trades_size(const struct world *w, int64_t at_ms)
{
    return TRADES_BEFORE + at_ms * w->trades_per_s / 1000;
}

static int64_t trade_ms(const struct world *w, int64_t id)
{
    return floor_div((id - TRADES_BEFORE) * 1000, w->trades_per_s);
}

static uint64_t trade_symbol(const struct world *w, int64_t id)
{
    double u = noise_unit(w->seed, STREAM_TRADE, (uint64_t)id);

    return (uint64_t)(u * u * (double)COUNT(symbols)); /* some trade more than others */
}

static int64_t trade_quantity(const struct world *w, int64_t id)
{
    double u = noise_unit(w->seed, STREAM_TRADE + 1, (uint64_t)id);

    return 1 + (int64_t)(10 * exp(5 * u * u)) * (u > 0.2 ? 10 : 1);
}

/* Percent since the price of the hour before. */
static double price_change(const struct world *w, uint64_t symbol, int64_t ms)
{
    double before = price(w, symbol, ms - 3600000);

    return rounded(100 * (price(w, symbol, ms) / before - 1), 100);
}

static void trades_cell(const struct world *w, int64_t id, size_t column, int64_t at_ms,
                        struct column *out)
{
    static const char *const venues[] = {"NORTH", "HARBOR", "DARK", "MIDWAY"};
    int64_t ms = trade_ms(w, id);
    uint64_t symbol = trade_symbol(w, id);
    uint64_t bits = noise_hash(w->seed, STREAM_TRADE + 2, (uint64_t)id);

    (void)at_ms;
    switch (column) {
    case TRADES_TIME:
        column_push_int(out, instant(w, ms) + (int64_t)(bits % 1000) * 1000);
        break;
    case TRADES_SYMBOL:
        push_text(out, symbols[symbol]);
        break;
    case TRADES_SIDE:
        push_text(out, bits & 1024 ? "buy" : "sell");
        break;
    case TRADES_SIZE:
        column_push_int(out, trade_quantity(w, id));
        break;
    case TRADES_PRICE:
        column_push_double(out, price(w, symbol, ms));
        break;
    case TRADES_CHANGE:
        column_push_double(out, price_change(w, symbol, ms));
        break;
    case TRADES_VALUE:
        column_push_double(
            out, rounded((double)trade_quantity(w, id) * price(w, symbol, ms), 100));
        break;
    case TRADES_VENUE:
        if (bits >> 60 == 0)
            column_push_null(out);
        else
            push_text(out, venues[(bits >> 32) % COUNT(venues)]);
        break;
    default:
        column_push_int(out, id);
    }
}

/* --- book: rows modified in place --- */

enum {
    BOOK_SYMBOL,
    BOOK_LEVEL,
    BOOK_BID_SIZE,
    BOOK_BID,
    BOOK_ASK,
    BOOK_ASK_SIZE,
    BOOK_SPREAD,
    BOOK_UPDATED
};
#define BOOK_LEVELS 10
#define BOOK_BEAT_MS 100 /* no cell changes more often */

static int64_t book_size(const struct world *w, int64_t at_ms)
{
    (void)w;
    (void)at_ms;
    return (int64_t)COUNT(symbols) * BOOK_LEVELS;
}

/* The number of the last change of a row, and when it was. Each row has a rhythm of its
 * own. */
static int64_t book_change(const struct world *w, int64_t id, int64_t at_ms, int64_t *when)
{
    uint64_t bits = noise_hash(w->seed, STREAM_BOOK, (uint64_t)id);
    int64_t period = BOOK_BEAT_MS * (4 + (int64_t)(bits % 60) + id % BOOK_LEVELS * 6);
    int64_t phase = (int64_t)((bits >> 16) % 1000) * BOOK_BEAT_MS;
    int64_t n = floor_div(at_ms + phase, period);

    *when = n * period - phase;
    return n;
}

static int64_t book_stamp(const struct world *w, int64_t at_ms)
{
    (void)w;
    return floor_div(at_ms, BOOK_BEAT_MS);
}

static int64_t book_version(const struct world *w, int64_t id, size_t column, int64_t at_ms)
{
    int64_t when;

    return column == BOOK_SYMBOL || column == BOOK_LEVEL ? 0
                                                         : book_change(w, id, at_ms, &when);
}

static double book_half_spread(const struct world *w, int64_t id, int64_t change)
{
    uint64_t bits = noise_hash(w->seed, STREAM_BOOK + (uint64_t)id, (uint64_t)change);

    return 0.01 * (double)(1 + bits % 3 + 3 * (uint64_t)(id % BOOK_LEVELS));
}

static void book_cell(const struct world *w, int64_t id, size_t column, int64_t at_ms,
                      struct column *out)
{
    int64_t when, change = book_change(w, id, at_ms, &when);
    uint64_t symbol = (uint64_t)(id / BOOK_LEVELS);
    uint64_t bits = noise_hash(w->seed, STREAM_BOOK + (uint64_t)id, (uint64_t)change);
    double half = book_half_spread(w, id, change);
    double middle = price(w, symbol, when);

    switch (column) {
    case BOOK_SYMBOL:
        push_text(out, symbols[symbol]);
        break;
    case BOOK_LEVEL:
        column_push_int(out, id % BOOK_LEVELS + 1);
        break;
    case BOOK_BID_SIZE:
        column_push_int(out, 100 * (int64_t)(1 + (bits >> 8) % 40));
        break;
    case BOOK_BID:
        column_push_double(out, rounded(middle - half, 100));
        break;
    case BOOK_ASK:
        column_push_double(out, rounded(middle + half, 100));
        break;
    case BOOK_ASK_SIZE:
        column_push_int(out, 100 * (int64_t)(1 + (bits >> 20) % 40));
        break;
    case BOOK_SPREAD:
        column_push_double(out, rounded(2 * half, 100));
        break;
    default:
        column_push_int(out, instant(w, when));
    }
}

/* --- leaders: rows change their order --- */

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

static int64_t leaders_beat(const struct world *w, int64_t at_ms)
{
    (void)w;
    return floor_div(at_ms, LEADERS_BEAT_MS);
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
        push_text(out, name);
        break;
    case LEADERS_TEAM:
        push_text(
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

/* --- pulse: a blink table --- */

enum { PULSE_TIME, PULSE_SENSOR, PULSE_VALUE, PULSE_UNIT, PULSE_OK };
#define PULSE_BEAT_MS 1000
#define PULSE_MOST 40 /* rows of one beat */

static int64_t pulse_beat(const struct world *w, int64_t at_ms)
{
    (void)w;
    return floor_div(at_ms, PULSE_BEAT_MS);
}

static int64_t pulse_size(const struct world *w, int64_t at_ms)
{
    return (int64_t)(noise_hash(w->seed, STREAM_PULSE, (uint64_t)pulse_beat(w, at_ms)) %
                     (PULSE_MOST + 1));
}

static int64_t pulse_id(const struct world *w, int64_t position, int64_t at_ms)
{
    return pulse_beat(w, at_ms) * PULSE_MOST + position;
}

static void pulse_cell(const struct world *w, int64_t id, size_t column, int64_t at_ms,
                       struct column *out)
{
    static const char *const kinds[][2] = {
        {"boiler", "°C"}, {"turbine", "rpm"}, {"intake", "kPa"}, {"grid", "kV"}};
    uint64_t bits = noise_hash(w->seed, STREAM_PULSE + 1, (uint64_t)id);
    const char *const *kind = kinds[bits % COUNT(kinds)];
    char name[32];

    (void)at_ms;
    switch (column) {
    case PULSE_TIME:
        column_push_int(out, instant(w, id / PULSE_MOST * PULSE_BEAT_MS));
        break;
    case PULSE_SENSOR:
        (void)snprintf(name, sizeof(name), "%s-%u", kind[0], 1 + (unsigned)(bits >> 8) % 8);
        push_text(out, name);
        break;
    case PULSE_VALUE:
        column_push_double(out, rounded(1000 * noise_unit(w->seed, bits, 1), 10));
        break;
    case PULSE_UNIT:
        push_text(out, kind[1]);
        break;
    default:
        if (bits >> 61 == 0)
            column_push_null(out);
        else
            column_push_int(out, bits >> 60 != 3);
    }
}

/* --- tide: shrinks and grows at both ends --- */

enum { TIDE_ID, TIDE_NAME, TIDE_DEPTH, TIDE_BAR };
#define TIDE_BEAT_MS 200
#define TIDE_MIDDLE 100000

static int64_t tide_beat(const struct world *w, int64_t at_ms)
{
    (void)w;
    return floor_div(at_ms, TIDE_BEAT_MS);
}

/* A wave from 0 to height and back. */
static int64_t tide_wave(int64_t beat, int64_t period, int64_t height)
{
    double angle = 6.283185307179586 * (double)(beat % period) / (double)period;

    return (int64_t)lround(0.5 * (1 - cos(angle)) * (double)height);
}

static int64_t tide_first(const struct world *w, int64_t at_ms)
{
    return TIDE_MIDDLE - tide_wave(tide_beat(w, at_ms), 230, 30);
}

static int64_t tide_size(const struct world *w, int64_t at_ms)
{
    int64_t last = TIDE_MIDDLE + tide_wave(tide_beat(w, at_ms), 150, 200);

    return last - tide_first(w, at_ms);
}

static int64_t tide_id(const struct world *w, int64_t position, int64_t at_ms)
{
    return tide_first(w, at_ms) + position;
}

static void tide_cell(const struct world *w, int64_t id, size_t column, int64_t at_ms,
                      struct column *out)
{
    double depth = 4 + 3.5 * noise_curve(w->seed, STREAM_TIDE, (double)id / 8);
    char text[64] = "";

    (void)at_ms;
    switch (column) {
    case TIDE_ID:
        column_push_int(out, id);
        break;
    case TIDE_NAME:
        noise_name(w->seed + STREAM_TIDE, (uint64_t)id, text);
        push_text(out, text);
        break;
    case TIDE_DEPTH:
        column_push_double(out, rounded(depth, 100));
        break;
    default:
        for (int i = 0; i < (int)(2 * depth) && i < 16; i++)
            (void)strcat(text, "█");
        push_text(out, text);
    }
}

/* --- wide: many columns --- */

#define WIDE_COLUMNS 10000
#define WIDE_ROWS 1000

static int64_t wide_size(const struct world *w, int64_t at_ms)
{
    (void)w;
    (void)at_ms;
    return WIDE_ROWS;
}

static void wide_cell(const struct world *w, int64_t id, size_t column, int64_t at_ms,
                      struct column *out)
{
    char name[NOISE_NAME_MAX];

    (void)at_ms;
    switch (column % 3) {
    case 0:
        column_push_int(out, id * WIDE_COLUMNS + (int64_t)column);
        break;
    case 1:
        column_push_double(
            out,
            rounded(noise_unit(w->seed + STREAM_WIDE, (uint64_t)id, column) * 100, 1000));
        break;
    default:
        noise_name(w->seed + STREAM_WIDE + column, (uint64_t)id, name);
        push_text(out, name);
    }
}

/* --- empty --- */

static int64_t empty_size(const struct world *w, int64_t at_ms)
{
    (void)w;
    (void)at_ms;
    return 0;
}

static void empty_cell(const struct world *w, int64_t id, size_t column, int64_t at_ms,
                       struct column *out)
{
    (void)w;
    (void)id;
    (void)column;
    (void)at_ms;
    column_push_null(out);
}

/* --- types: every type, with nulls and awkward text --- */

#define TYPES_ROWS 64
#define NULL_EVERY 7

static int64_t types_size(const struct world *w, int64_t at_ms)
{
    (void)w;
    (void)at_ms;
    return TYPES_ROWS;
}

static void push_awkward(struct column *out, int64_t id)
{
    static const char *const texts[] = {
        "plain",
        "",
        " blanks around ",
        "tab\there",
        "two\nlines",
        "bell \a and escape \033[31mred\033[0m",
        "title \033]0;gotcha\007 set",
        "日本語のテキスト",
        "한국어 글자",
        "e\xcc\x81 a\xcc\x8a o\xcc\x88",
        "👩‍👩‍👧‍👦 family",
        "flags 🇨🇭🇯🇵",
        "right to left: שלום עולם",
        "override \xe2\x80\xae"
        "txt.exe",
        "zero\xe2\x80\x8bwidth",
        "c1 \xc2\x9b"
        "31m",
        "a very long text that does not fit into any column of a usual width and has to be "
        "cut somewhere, but where exactly is not for this text to decide",
        "NULL",
        "0x7f \x7f",
        "\xef\xbf\xbd replacement"};

    push_text(out, texts[(size_t)id % COUNT(texts)]);
}

/* Numbers from the edges of a type of so many bits, then ordinary ones. The lowest of all
 * means null on the wire, so it is left out. */
static int64_t edge_int(int bits, int64_t id)
{
    int64_t high = (int64_t)(UINT64_MAX >> (65 - bits));

    switch (id) {
    case 1:
        return high;
    case 2:
        return -high;
    case 3:
        return -1;
    default:
        return (int64_t)noise_hash(1, 2, (uint64_t)id) % (high / 2);
    }
}

static double edge_double(bool single, int64_t id)
{
    static const double edges[] = {0.0,  -0.0,     NAN, INFINITY, -INFINITY,
                                   1e-7, 123456.5, 0.1, 1e15};

    if (id < (int64_t)COUNT(edges))
        return single ? (double)(float)edges[id] : edges[id];
    double v = 1e4 * (noise_unit(3, 4, (uint64_t)id) - 0.5);
    return single ? (double)(float)v : v;
}

/* Minimal big-endian two's complement. */
static void push_big(struct column *out, int64_t v, bool scaled)
{
    uint8_t bytes[4 + 9] = {2, 0, 0, 0}; /* scale 2 */
    uint8_t *p = bytes + 4;
    size_t n = 0;
    int top = 56;

    while (top > 0 && (v >> (top - 1) == 0 || v >> (top - 1) == -1))
        top -= 8;
    for (; top >= 0; top -= 8)
        p[n++] = (uint8_t)((uint64_t)v >> top);
    column_push_bytes(out, scaled ? (struct bytes){bytes, 4 + n} : (struct bytes){p, n});
}

static void push_list(struct column *out, int64_t id)
{
    const struct type *item = column_type(out)->item;
    struct column *items = column_new(item);

    for (int64_t i = 0; i < id % 5; i++) {
        if ((id + i) % NULL_EVERY == 0)
            column_push_null(items);
        else if (item->kind == KIND_STRING)
            push_awkward(items, id + i);
        else if (item->kind == KIND_DOUBLE)
            column_push_double(items, (double)(id * i) / 4);
        else
            column_push_int(items, id * 10 + i);
    }
    column_push_list(out, items);
}

static void push_period_duration(struct column *out, int64_t id)
{
    uint8_t bytes[16] = {0};

    bytes[0] = (uint8_t)id;
    bytes[4] = (uint8_t)(id * 2);
    bytes[11] = (uint8_t)id;
    column_push_bytes(out, (struct bytes){bytes, sizeof(bytes)});
}

static void push_kind(const struct world *w, int64_t id, struct column *out)
{
    uint8_t raw[5] = {0, 0xff, (uint8_t)id, 0x1b, 0x80};

    switch (column_type(out)->kind) {
    case KIND_BYTE:
        column_push_int(out, edge_int(8, id));
        break;
    case KIND_SHORT:
        column_push_int(out, edge_int(16, id));
        break;
    case KIND_INT:
        column_push_int(out, edge_int(32, id));
        break;
    case KIND_LONG:
        column_push_int(out, edge_int(64, id));
        break;
    case KIND_CHAR:
        column_push_int(out, id < 3 ? 27 + id : 0x41 + id * 37);
        break;
    case KIND_BOOL:
        column_push_int(out, id & 1);
        break;
    case KIND_FLOAT:
    case KIND_DOUBLE:
        column_push_double(out, edge_double(column_type(out)->kind == KIND_FLOAT, id));
        break;
    case KIND_STRING:
        push_awkward(out, id);
        break;
    case KIND_INSTANT:
        column_push_int(out, instant(w, id * 86400000 * 31) + id);
        break;
    case KIND_DATE:
        column_push_int(out, id * 401 - 9000);
        break;
    case KIND_TIME:
        column_push_int(out, id * INT64_C(1350000000001));
        break;
    case KIND_DURATION:
        column_push_int(out, (id - 20) * INT64_C(98765432100));
        break;
    case KIND_PERIOD:
        column_push_int(out, id - 10);
        break;
    case KIND_PERIOD_DURATION:
        push_period_duration(out, id);
        break;
    case KIND_BIG_INTEGER:
    case KIND_BIG_DECIMAL:
        push_big(out, edge_int(62, id), column_type(out)->kind == KIND_BIG_DECIMAL);
        break;
    case KIND_BINARY:
        column_push_bytes(out, (struct bytes){raw, (size_t)id % 6});
        break;
    case KIND_LIST:
        push_list(out, id);
        break;
    case KIND_UNKNOWN:
        column_push_null(out);
    }
}

static void types_cell(const struct world *w, int64_t id, size_t column, int64_t at_ms,
                       struct column *out)
{
    (void)at_ms;
    if (column == 0)
        column_push_int(out, id);
    else if ((id + (int64_t)column) % NULL_EVERY == 0)
        column_push_null(out);
    else
        push_kind(w, id, out);
}

/* --- the list --- */

struct column_def {
    const char *name;
    enum kind kind;
    enum kind item; /* of KIND_LIST */
    const char *about;
};

static const struct column_def billion_columns[] = {
    {"Row", KIND_LONG, 0, "number of the row"},
    {"Name", KIND_STRING, 0, ""},
    {"Sine", KIND_DOUBLE, 0, "sine of Row / 25"},
    {"Prime", KIND_BOOL, 0, "is Row a prime number?"},
    {"DigitSum", KIND_INT, 0, ""},
    {"Time", KIND_INSTANT, 0, "one second for each row"}};
static const struct column_def trades_columns[] = {
    {"Time", KIND_INSTANT, 0, ""},
    {"Symbol", KIND_STRING, 0, ""},
    {"Side", KIND_STRING, 0, ""},
    {"Size", KIND_INT, 0, ""},
    {"Price", KIND_DOUBLE, 0, ""},
    {"Change", KIND_DOUBLE, 0, "percent within an hour"},
    {"Value", KIND_DOUBLE, 0, "Size * Price"},
    {"Venue", KIND_STRING, 0, ""},
    {"Id", KIND_LONG, 0, ""}};
static const struct column_def book_columns[] = {
    {"Symbol", KIND_STRING, 0, ""}, {"Level", KIND_INT, 0, ""},
    {"BidSize", KIND_INT, 0, ""},   {"Bid", KIND_DOUBLE, 0, ""},
    {"Ask", KIND_DOUBLE, 0, ""},    {"AskSize", KIND_INT, 0, ""},
    {"Spread", KIND_DOUBLE, 0, ""}, {"Updated", KIND_INSTANT, 0, ""}};
static const struct column_def leaders_columns[] = {
    {"Rank", KIND_INT, 0, ""},
    {"Player", KIND_STRING, 0, ""},
    {"Team", KIND_STRING, 0, ""},
    {"Points", KIND_LONG, 0, ""},
    {"Form", KIND_LONG, 0, "points won in ten seconds"}};
static const struct column_def pulse_columns[] = {{"Time", KIND_INSTANT, 0, ""},
                                                  {"Sensor", KIND_STRING, 0, ""},
                                                  {"Value", KIND_DOUBLE, 0, ""},
                                                  {"Unit", KIND_STRING, 0, ""},
                                                  {"Ok", KIND_BOOL, 0, ""}};
static const struct column_def tide_columns[] = {{"Id", KIND_LONG, 0, ""},
                                                 {"Name", KIND_STRING, 0, ""},
                                                 {"Depth", KIND_DOUBLE, 0, "metres"},
                                                 {"Bar", KIND_STRING, 0, ""}};
static const struct column_def empty_columns[] = {{"Time", KIND_INSTANT, 0, ""},
                                                  {"Symbol", KIND_STRING, 0, ""},
                                                  {"Value", KIND_DOUBLE, 0, ""}};
static const struct column_def types_columns[] = {
    {"Row", KIND_INT, 0, "never null"},
    {"Byte", KIND_BYTE, 0, ""},
    {"Short", KIND_SHORT, 0, ""},
    {"Int", KIND_INT, 0, ""},
    {"Long", KIND_LONG, 0, ""},
    {"Char", KIND_CHAR, 0, ""},
    {"Bool", KIND_BOOL, 0, ""},
    {"Float", KIND_FLOAT, 0, ""},
    {"Double", KIND_DOUBLE, 0, ""},
    {"Text", KIND_STRING, 0, "awkward on purpose"},
    {"Instant", KIND_INSTANT, 0, ""},
    {"Date", KIND_DATE, 0, ""},
    {"TimeOfDay", KIND_TIME, 0, ""},
    {"Duration", KIND_DURATION, 0, ""},
    {"Period", KIND_PERIOD, 0, ""},
    {"PeriodDuration", KIND_PERIOD_DURATION, 0, ""},
    {"BigInteger", KIND_BIG_INTEGER, 0, ""},
    {"BigDecimal", KIND_BIG_DECIMAL, 0, ""},
    {"Bytes", KIND_BINARY, 0, ""},
    {"Ints", KIND_LIST, KIND_INT, ""},
    {"Doubles", KIND_LIST, KIND_DOUBLE, ""},
    {"Texts", KIND_LIST, KIND_STRING, ""}};

/* protocol: deephaven-core BarrageUtil, "deephaven:type" of each kind. */
static const char *java_of(const struct column_def *d)
{
    static const char *const names[] = {[KIND_BYTE] = "byte",
                                        [KIND_SHORT] = "short",
                                        [KIND_INT] = "int",
                                        [KIND_LONG] = "long",
                                        [KIND_CHAR] = "char",
                                        [KIND_BOOL] = "java.lang.Boolean",
                                        [KIND_FLOAT] = "float",
                                        [KIND_DOUBLE] = "double",
                                        [KIND_STRING] = "java.lang.String",
                                        [KIND_INSTANT] = "java.time.Instant",
                                        [KIND_DATE] = "java.time.LocalDate",
                                        [KIND_TIME] = "java.time.LocalTime",
                                        [KIND_DURATION] = "java.time.Duration",
                                        [KIND_PERIOD] = "java.time.Period",
                                        [KIND_PERIOD_DURATION] =
                                            "org.apache.arrow.vector.PeriodDuration",
                                        [KIND_BIG_INTEGER] = "java.math.BigInteger",
                                        [KIND_BIG_DECIMAL] = "java.math.BigDecimal",
                                        [KIND_BINARY] = "byte[]"};

    if (d->kind != KIND_LIST)
        return names[d->kind];
    return d->item == KIND_INT      ? "int[]"
           : d->item == KIND_DOUBLE ? "double[]"
                                    : "java.lang.String[]";
}

#define COLUMNS(list) .defs = (list), .n_defs = COUNT(list)

static const struct table_def {
    struct demo_table table;
    const struct column_def *defs;
    size_t n_defs;
} table_defs[] = {
    {.table = {.name = "billion",
               .about = "a thousand million rows of formulas",
               .size = billion_size,
               .cell = billion_cell},
     COLUMNS(billion_columns)},
    {.table = {.name = "book",
               .about = "an order book, modified in place",
               .size = book_size,
               .stamp = book_stamp,
               .version = book_version,
               .cell = book_cell},
     COLUMNS(book_columns)},
    {.table = {.name = "empty", .about = "no rows", .size = empty_size, .cell = empty_cell},
     COLUMNS(empty_columns)},
    {.table = {.name = "leaders",
               .about = "a leaderboard that reorders",
               .size = leaders_size,
               .id_at = leaders_id,
               .stamp = leaders_beat,
               .version = leaders_version,
               .cell = leaders_cell},
     COLUMNS(leaders_columns)},
    {.table = {.name = "pulse",
               .about = "a blink table: rows live for one second",
               .is_blink = true,
               .size = pulse_size,
               .id_at = pulse_id,
               .stamp = pulse_beat,
               .cell = pulse_cell},
     COLUMNS(pulse_columns)},
    {.table = {.name = "tide",
               .about = "shrinks and grows",
               .size = tide_size,
               .id_at = tide_id,
               .stamp = tide_beat,
               .cell = tide_cell},
     COLUMNS(tide_columns)},
    {.table = {.name = "trades",
               .about = "a market: rows appended",
               .is_append_only = true,
               .size = trades_size,
               .stamp = trades_size,
               .cell = trades_cell},
     COLUMNS(trades_columns)},
    {.table = {.name = "types",
               .about = "every type, nulls, awkward text",
               .size = types_size,
               .cell = types_cell},
     COLUMNS(types_columns)},
    {.table = {.name = "wide",
               .about = "ten thousand columns",
               .size = wide_size,
               .cell = wide_cell}}};

void world_init(struct world *w)
{
    w->ranks = MEM_NEW(struct demo_ranks);
}

void world_release(struct world *w)
{
    free(w->ranks);
    w->ranks = NULL;
}

static struct type *type_of(const struct column_def *d)
{
    return type_new(d->kind, d->kind == KIND_LIST ? type_new(d->item, NULL) : NULL);
}

static struct demo_column make_column(const struct column_def *d)
{
    return (struct demo_column){mem_strdup(d->name), java_of(d), d->about, type_of(d)};
}

static void make_wide(struct demo_table *t)
{
    static const enum kind kinds[] = {KIND_LONG, KIND_DOUBLE, KIND_STRING};

    t->n_columns = WIDE_COLUMNS;
    t->columns = MEM_ARRAY(struct demo_column, t->n_columns);
    for (size_t c = 0; c < t->n_columns; c++) {
        char *name = mem_printf("C%05zu", c);

        t->columns[c] = make_column(&(struct column_def){name, kinds[c % 3], 0, ""});
        free(name);
    }
}

size_t demo_tables_new(const struct world *w, struct demo_table **tables)
{
    struct demo_table *list = MEM_ARRAY(struct demo_table, COUNT(table_defs));

    (void)w;
    for (size_t i = 0; i < COUNT(table_defs); i++) {
        const struct table_def *d = &table_defs[i];

        list[i] = d->table;
        if (!d->defs) {
            make_wide(&list[i]);
            continue;
        }
        list[i].n_columns = d->n_defs;
        list[i].columns = MEM_ARRAY(struct demo_column, d->n_defs);
        for (size_t c = 0; c < d->n_defs; c++)
            list[i].columns[c] = make_column(&d->defs[c]);
    }
    *tables = list;
    return COUNT(table_defs);
}

void demo_tables_free(struct demo_table *tables, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        for (size_t c = 0; c < tables[i].n_columns; c++) {
            free(tables[i].columns[c].name);
            type_free(tables[i].columns[c].type);
        }
        free(tables[i].columns);
    }
    free(tables);
}

int64_t table_id_at(const struct demo_table *t, const struct world *w, int64_t position,
                    int64_t at_ms)
{
    return t->id_at ? t->id_at(w, position, at_ms) : position;
}

int64_t table_stamp(const struct demo_table *t, const struct world *w, int64_t at_ms)
{
    return t->stamp ? t->stamp(w, at_ms) : 0;
}

bool table_is_static(const struct demo_table *t)
{
    return !t->stamp;
}
