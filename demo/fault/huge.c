#include "demo/fault/huge.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "demo/table_defs.h"

#define ROWS 1000
#define HUGE_ROW 3

static int64_t size_of(const struct world *w, int64_t at_ms)
{
    (void)w;
    (void)at_ms;
    return ROWS;
}

/* Of every row the same pattern, so that whatever is seen of it can be checked. */
static void text_cell(const struct world *w, int64_t id, size_t column, int64_t at_ms,
                      struct column *out)
{
    static const char pattern[] = "abcdefghijklmnopqrstuvwxyz";
    size_t n = (size_t)(id == HUGE_ROW ? w->huge : id % 20), period = sizeof(pattern) - 1;
    char *text;

    (void)at_ms;
    if (column == 0) {
        column_push_int(out, id);
        return;
    }
    text = MEM_ARRAY(char, n);
    for (size_t i = 0; i < n; i += period)
        memcpy(text + i, pattern, n - i < period ? n - i : period);
    column_push_bytes(out, (struct bytes){(const uint8_t *)text, n});
    free(text);
}

static void list_cell(const struct world *w, int64_t id, size_t column, int64_t at_ms,
                      struct column *out)
{
    int64_t n = id == HUGE_ROW ? w->huge : id % 20;
    struct column *items;

    (void)at_ms;
    if (column == 0) {
        column_push_int(out, id);
        return;
    }
    items = column_new(column_type(out)->item);
    for (int64_t i = 0; i < n; i++)
        column_push_int(items, i);
    column_push_list(out, items);
}

static const struct column_def text_columns[] = {{"Row", KIND_LONG, 0, ""},
                                                 {"Text", KIND_STRING, 0, "huge in row 4"}};
static const struct column_def list_columns[] = {
    {"Row", KIND_LONG, 0, ""}, {"List", KIND_LIST, KIND_INT, "huge in row 4"}};

static const struct table_def defs[] = {{.table = {.name = "zzhuge_list",
                                                   .about = "a list of any length",
                                                   .size = size_of,
                                                   .cell = list_cell},
                                         .n_columns = COUNT(list_columns),
                                         COLUMNS(list_columns)},
                                        {.table = {.name = "zzhuge_text",
                                                   .about = "a text of any length",
                                                   .size = size_of,
                                                   .cell = text_cell},
                                         .n_columns = COUNT(text_columns),
                                         COLUMNS(text_columns)}};

size_t huge_tables_add(struct demo_table **tables, size_t n)
{
    *tables = mem_realloc(*tables, n + COUNT(defs), sizeof(**tables));
    for (size_t i = 0; i < COUNT(defs); i++)
        table_make(&defs[i], &(*tables)[n + i]);
    return n + COUNT(defs);
}
