/*
 * Two tables of one market: its trades, appended, and its order book, modified in place.
 */
#include <math.h>

#include "demo/noise.h"
#include "demo/table_defs.h"

static const char *const symbols[] = {
    "AURA", "BOLT", "CEDR", "DUNE", "ECHO", "FERN", "GLAC", "HALO", "IRIS",
    "JADE", "KITE", "LYNX", "MOSS", "NOVA", "ONYX", "PINE", "QUAY", "REEF",
    "SAGE", "TERN", "UMBR", "VALE", "WREN", "XENO", "YARN", "ZEST"};

/* Price of a symbol at a time, in whole cents. */
static double price(const struct world *w, uint64_t symbol, int64_t ms)
{
    double base = 20 + 380 * noise_unit(w->seed, STREAM_PRICE, symbol);
    double walk = noise_walk(w->seed, STREAM_PRICE + 8 * symbol, (double)ms / 120000.0);

    return table_round(base * exp(0.06 * walk), 100);
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
    return table_floor_div((id - TRADES_BEFORE) * 1000, w->trades_per_s);
}

static uint64_t trade_symbol(const struct world *w, int64_t id)
{
    const size_t n = COUNT(symbols);
    double u = noise_unit(w->seed, STREAM_TRADE, (uint64_t)id);

    return (uint64_t)(u * u * (double)n); /* some trade more than others */
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

    return table_round(100 * (price(w, symbol, ms) / before - 1), 100);
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
        column_push_int(out, table_instant(w, ms) + (int64_t)(bits % 1000) * 1000);
        break;
    case TRADES_SYMBOL:
        table_push_text(out, symbols[symbol]);
        break;
    case TRADES_SIDE:
        table_push_text(out, bits & 1024 ? "buy" : "sell");
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
            out, table_round((double)trade_quantity(w, id) * price(w, symbol, ms), 100));
        break;
    case TRADES_VENUE:
        if (bits >> 60 == 0)
            column_push_null(out);
        else
            table_push_text(out, venues[(bits >> 32) % COUNT(venues)]);
        break;
    default:
        column_push_int(out, id);
    }
}

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

const struct table_def table_trades = {.table = {.name = "trades",
                                                 .about = "a market: rows appended",
                                                 .is_append_only = true,
                                                 .size = trades_size,
                                                 .stamp = trades_size,
                                                 .cell = trades_cell},
                                       .n_columns = COUNT(trades_columns),
                                       COLUMNS(trades_columns)};

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
    int64_t n = table_floor_div(at_ms + phase, period);

    *when = n * period - phase;
    return n;
}

static int64_t book_stamp(const struct world *w, int64_t at_ms)
{
    (void)w;
    return table_floor_div(at_ms, BOOK_BEAT_MS);
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
        table_push_text(out, symbols[symbol]);
        break;
    case BOOK_LEVEL:
        column_push_int(out, id % BOOK_LEVELS + 1);
        break;
    case BOOK_BID_SIZE:
        column_push_int(out, 100 * (int64_t)(1 + (bits >> 8) % 40));
        break;
    case BOOK_BID:
        column_push_double(out, table_round(middle - half, 100));
        break;
    case BOOK_ASK:
        column_push_double(out, table_round(middle + half, 100));
        break;
    case BOOK_ASK_SIZE:
        column_push_int(out, 100 * (int64_t)(1 + (bits >> 20) % 40));
        break;
    case BOOK_SPREAD:
        column_push_double(out, table_round(2 * half, 100));
        break;
    default:
        column_push_int(out, table_instant(w, when));
    }
}

static const struct column_def book_columns[] = {
    {"Symbol", KIND_STRING, 0, ""}, {"Level", KIND_INT, 0, ""},
    {"BidSize", KIND_INT, 0, ""},   {"Bid", KIND_DOUBLE, 0, ""},
    {"Ask", KIND_DOUBLE, 0, ""},    {"AskSize", KIND_INT, 0, ""},
    {"Spread", KIND_DOUBLE, 0, ""}, {"Updated", KIND_INSTANT, 0, ""}};

const struct table_def table_book = {.table = {.name = "book",
                                               .about = "an order book, modified in place",
                                               .size = book_size,
                                               .stamp = book_stamp,
                                               .version = book_version,
                                               .cell = book_cell},
                                     .n_columns = COUNT(book_columns),
                                     COLUMNS(book_columns)};
