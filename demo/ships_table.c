/*
 * Ships that called at a port: a table that never changes, for filters, totals and the
 * like. Cells are plain formulas of the row number, which a real server can work out as
 * well.
 */
#include <math.h>

#include "demo/table_defs.h"

#define SHIPS_ROWS 240
#define SECOND INT64_C(1000000000)
#define START_NS (INT64_C(1767225600) * SECOND) /* 2026-01-01 */

enum {
    SHIPS_SHIP,
    SHIPS_FLAG,
    SHIPS_CLASS,
    SHIPS_LENGTH,
    SHIPS_CREW,
    SHIPS_PASSENGERS,
    SHIPS_CONTAINERS,
    SHIPS_DRAFT,
    SHIPS_CARGO,
    SHIPS_FEE,
    SHIPS_INSURED,
    SHIPS_ARRIVED,
    SHIPS_STAY,
    SHIPS_BUILT,
    SHIPS_TIDE,
    SHIPS_PILOT
};

static int64_t ships_size(const struct world *w, int64_t at_ms)
{
    (void)w;
    (void)at_ms;
    return SHIPS_ROWS;
}

/* Each column has nulls at its own distance; 0: it has none. */
static bool is_null(int64_t id, size_t column)
{
    static const int64_t every[] = {
        [SHIPS_FLAG] = 17,  [SHIPS_CLASS] = 19, [SHIPS_LENGTH] = 23,  [SHIPS_CREW] = 29,
        [SHIPS_CARGO] = 13, [SHIPS_FEE] = 31,   [SHIPS_ARRIVED] = 37, [SHIPS_STAY] = 41,
        [SHIPS_BUILT] = 43, [SHIPS_TIDE] = 47,  [SHIPS_PILOT] = 7};

    return column < COUNT(every) && every[column] && id % every[column] == 5;
}

/* Big-endian two's complement, as short as can be, of what is not negative. */
static size_t big_endian(int64_t v, uint8_t bytes[8])
{
    size_t n = 1;

    while (n < 8 && v >> (8 * n - 1) != 0)
        n++;
    for (size_t i = 0; i < n; i++)
        bytes[i] = (uint8_t)(v >> (8 * (n - 1 - i)));
    return n;
}

static void push_integer(struct column *out, int64_t v)
{
    uint8_t bytes[8];

    column_push_bytes(out, (struct bytes){bytes, big_endian(v, bytes)});
}

/* protocol: a BigDecimal comes without zeros at its end. */
static void push_cents(struct column *out, int64_t cents)
{
    uint8_t bytes[4 + 8] = {2};

    while (bytes[0] > 0 && cents % 10 == 0) {
        cents /= 10;
        bytes[0]--;
    }
    column_push_bytes(out, (struct bytes){bytes, 4 + big_endian(cents, bytes + 4)});
}

static void push_cargo(struct column *out, int64_t id)
{
    if (id % 60 == 20)
        column_push_double(out, NAN);
    else if (id % 80 == 30)
        column_push_double(out, id % 160 == 30 ? INFINITY : -INFINITY);
    else
        column_push_double(out, (double)(id * 7919 % 10007 - 500) * 0.25);
}

static void push_text(struct column *out, int64_t id, size_t column)
{
    static const char *const names[] = {"Albatross", "Beluga", "Cormorant", "Dolphin",
                                        "Egret",     "Fulmar", "Gannet",    "Heron",
                                        "Ibis",      "Jabiru", "Kittiwake", "Lapwing",
                                        "Murre",     "Noddy",  "Osprey",    "Petrel"};
    static const char *const flags[] = {"Norge", "Sverige", "Österreich", "ÅLAND", "åland",
                                        "norge", ""};

    if (column == SHIPS_SHIP)
        table_push_text(out, names[id * 5 % (int64_t)COUNT(names)]);
    else
        table_push_text(out, flags[id * 3 % (int64_t)COUNT(flags)]);
}

static int64_t whole_number(int64_t id, size_t column)
{
    switch (column) {
    case SHIPS_CLASS:
        return 'A' + id % 5;
    case SHIPS_LENGTH:
        return 20 + id * 137 % 380;
    case SHIPS_CREW:
        return id * 11 % 90;
    case SHIPS_PASSENGERS:
        return id * 307 % 2500;
    case SHIPS_CONTAINERS:
        return id * 91193 % 1000003 - 1000;
    case SHIPS_ARRIVED:
        return START_NS + id * 5417 * SECOND;
    case SHIPS_STAY:
        return (id * 977 % 5000 + 600) * SECOND;
    case SHIPS_BUILT:
        return 9000 + id * 173 % 11000;
    case SHIPS_TIDE:
        return id * 3571 % 86400 * SECOND;
    default:
        return id % 3 == 0;
    }
}

static void ships_cell(const struct world *w, int64_t id, size_t column, int64_t at_ms,
                       struct column *out)
{
    (void)w;
    (void)at_ms;
    if (is_null(id, column)) {
        column_push_null(out);
        return;
    }
    switch (column) {
    case SHIPS_SHIP:
    case SHIPS_FLAG:
        push_text(out, id, column);
        break;
    case SHIPS_DRAFT:
        column_push_double(out, (double)(id * 29 % 64) * 0.25);
        break;
    case SHIPS_CARGO:
        push_cargo(out, id);
        break;
    case SHIPS_FEE:
        push_cents(out, id * 7907 % 100000);
        break;
    case SHIPS_INSURED:
        push_integer(out, id * 900719925474);
        break;
    default:
        column_push_int(out, whole_number(id, column));
    }
}

static const struct column_def ships_columns[] = {
    {"Ship", KIND_STRING, 0, "never null"},
    {"Flag", KIND_STRING, 0, "some empty, some null"},
    {"Class", KIND_CHAR, 0, ""},
    {"Length", KIND_INT, 0, "metres"},
    {"Crew", KIND_BYTE, 0, ""},
    {"Passengers", KIND_SHORT, 0, ""},
    {"Containers", KIND_LONG, 0, "since it was built"},
    {"Draft", KIND_FLOAT, 0, "metres"},
    {"Cargo", KIND_DOUBLE, 0, "tons; some are no number"},
    {"Fee", KIND_BIG_DECIMAL, 0, ""},
    {"Insured", KIND_BIG_INTEGER, 0, ""},
    {"Arrived", KIND_INSTANT, 0, ""},
    {"Stay", KIND_DURATION, 0, ""},
    {"Built", KIND_DATE, 0, ""},
    {"Tide", KIND_TIME, 0, "high water of that day"},
    {"Pilot", KIND_BOOL, 0, ""}};

const struct table_def table_ships = {.table = {.name = "ships",
                                                .about = "to filter, sort and add up",
                                                .size = ships_size,
                                                .cell = ships_cell},
                                      .n_columns = COUNT(ships_columns),
                                      COLUMNS(ships_columns)};
