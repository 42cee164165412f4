/*
 * Tables that clients write into; what is here are their first rows.
 */
#include "demo/table_defs.h"

/* --- stock: has a key --- */

enum { STOCK_ITEM, STOCK_COUNT, STOCK_PRICE, STOCK_CHECKED, STOCK_SINCE };

#define STOCK_DAY 20000 /* since 1970 */

static const struct {
    const char *item;
    int64_t count;
    double price;
} stock[] = {{"anchor", 4, 189.5},  {"buoy", 12, 74.25}, {"compass", 7, 42},
             {"davit", 1, 1310},    {"ensign", 30, 9.8}, {"fender", 48, 17.5},
             {"grapnel", 5, 31.25}, {"hawser", 16, 96},  {"inclinometer", 2, 58.4}};

static int64_t stock_size(const struct world *w, int64_t at_ms)
{
    (void)w;
    (void)at_ms;
    return COUNT(stock);
}

static void stock_cell(const struct world *w, int64_t id, size_t column, int64_t at_ms,
                       struct column *out)
{
    (void)w;
    (void)at_ms;
    switch (column) {
    case STOCK_ITEM:
        table_push_text(out, stock[id].item);
        break;
    case STOCK_COUNT:
        column_push_int(out, stock[id].count);
        break;
    case STOCK_PRICE:
        column_push_double(out, stock[id].price);
        break;
    case STOCK_CHECKED:
        if (id % 4 == 3)
            column_push_null(out);
        else
            column_push_int(out, id % 2);
        break;
    default:
        column_push_int(out, STOCK_DAY + 37 * id);
    }
}

static const struct column_def stock_columns[] = {{"Item", KIND_STRING, 0, "the key"},
                                                  {"Count", KIND_INT, 0, ""},
                                                  {"Price", KIND_DOUBLE, 0, "of one"},
                                                  {"Checked", KIND_BOOL, 0, ""},
                                                  {"Since", KIND_DATE, 0, ""}};

const struct table_def table_stock = {.table = {.name = "stock",
                                                .about = "an input table with a key",
                                                .size = stock_size,
                                                .cell = stock_cell},
                                      .is_input = true,
                                      .n_keys = 1,
                                      .n_columns = COUNT(stock_columns),
                                      COLUMNS(stock_columns)};

/* --- notes: only grows --- */

static const char *const notes[] = {"cast off", "tide turned"};

static int64_t notes_size(const struct world *w, int64_t at_ms)
{
    (void)w;
    (void)at_ms;
    return COUNT(notes);
}

static void notes_cell(const struct world *w, int64_t id, size_t column, int64_t at_ms,
                       struct column *out)
{
    (void)at_ms;
    if (column == 0)
        column_push_int(out, table_instant(w, id * 60000));
    else
        table_push_text(out, notes[id]);
}

static const struct column_def notes_columns[] = {{"Time", KIND_INSTANT, 0, ""},
                                                  {"Text", KIND_STRING, 0, ""}};

const struct table_def table_notes = {.table = {.name = "notes",
                                                .about = "an input table that only grows",
                                                .is_append_only = true,
                                                .size = notes_size,
                                                .cell = notes_cell},
                                      .is_input = true,
                                      .n_columns = COUNT(notes_columns),
                                      COLUMNS(notes_columns)};
