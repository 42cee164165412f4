/*
 * Tables whose cells are formulas of row and column, at no time another: a thousand million
 * rows, ten thousand columns, none of either.
 */
#include <math.h>

#include "demo/noise.h"
#include "demo/table_defs.h"

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
        table_push_text(out, name);
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
        column_push_int(out, table_instant(w, (id - BILLION_ROWS) * 1000));
    }
}

static const struct column_def billion_columns[] = {
    {"Row", KIND_LONG, 0, "number of the row"},
    {"Name", KIND_STRING, 0, ""},
    {"Sine", KIND_DOUBLE, 0, "sine of Row / 25"},
    {"Prime", KIND_BOOL, 0, "is Row a prime number?"},
    {"DigitSum", KIND_INT, 0, ""},
    {"Time", KIND_INSTANT, 0, "one second for each row"}};

const struct table_def table_billion = {
    .table = {.name = "billion",
              .about = "a thousand million rows of formulas",
              .row_column = "Row",
              .size = billion_size,
              .cell = billion_cell},
    .n_columns = COUNT(billion_columns),
    COLUMNS(billion_columns)};

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
            out, table_round(noise_unit(w->seed + STREAM_WIDE, (uint64_t)id, column) * 100,
                             1000));
        break;
    default:
        noise_name(w->seed + STREAM_WIDE + column, (uint64_t)id, name);
        table_push_text(out, name);
    }
}

static const struct column_def wide_columns[] = {
    {NULL, KIND_LONG, 0, ""}, {NULL, KIND_DOUBLE, 0, ""}, {NULL, KIND_STRING, 0, ""}};

const struct table_def table_wide = {.table = {.name = "wide",
                                               .about = "ten thousand columns",
                                               .size = wide_size,
                                               .cell = wide_cell},
                                     .n_columns = WIDE_COLUMNS,
                                     COLUMNS(wide_columns)};

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

static const struct column_def empty_columns[] = {{"Time", KIND_INSTANT, 0, ""},
                                                  {"Symbol", KIND_STRING, 0, ""},
                                                  {"Value", KIND_DOUBLE, 0, ""}};

const struct table_def table_empty = {
    .table = {.name = "empty", .about = "no rows", .size = empty_size, .cell = empty_cell},
    .n_columns = COUNT(empty_columns),
    COLUMNS(empty_columns)};

/* --- bare: rows without columns, of which there is one more each tenth of a second --- */

#define BARE_ROWS 10
#define BARE_STEP_MS 100

static int64_t bare_stamp(const struct world *w, int64_t at_ms)
{
    (void)w;
    return table_floor_div(at_ms, BARE_STEP_MS);
}

static int64_t bare_size(const struct world *w, int64_t at_ms)
{
    return BARE_ROWS + bare_stamp(w, at_ms);
}

const struct table_def table_bare = {.table = {.name = "bare",
                                               .about = "rows without columns",
                                               .is_append_only = true,
                                               .size = bare_size,
                                               .stamp = bare_stamp,
                                               .cell = empty_cell}};
