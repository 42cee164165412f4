#include "demo/fault/hostile.h"

#include <stdlib.h>

#include "base/mem.h"
#include "demo/fault/faults.h"

#define ROWS 40
#define LONG_ROW 3
#define LONG_TEXT ((size_t)1 << 20) /* bytes in the cells of that row */

static const char *const names[] = {"zz\033]52;c;ZXZpbA==\007name",
                                    "zz\xc2\x9b"
                                    "31mname",
                                    "zz\xe2\x80\xae"
                                    "eman",
                                    "zz\r\nname", "zzhostile"};

static const char *const columns[] = {"Plain", "\033[2J\033]0;title\007",
                                      "\xe2\x80\xae"
                                      "backwards",
                                      "two\nlines\r\t",
                                      "\xc2\x9b"
                                      "31mC1\x7f"};

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static int64_t size_of(const struct world *w, int64_t at_ms)
{
    (void)w;
    (void)at_ms;
    return ROWS;
}

/* From row to row a byte more, so that every character is cut in the middle somewhere. */
static void cell(const struct world *w, int64_t id, size_t column, int64_t at_ms,
                 struct column *out)
{
    size_t n = id == LONG_ROW ? LONG_TEXT : 1 + 2 * (size_t)id + column;
    char *text = faults_hostile_text(n);

    (void)w;
    (void)at_ms;
    column_push_bytes(out, (struct bytes){(const uint8_t *)text, n});
    free(text);
}

static void make(struct demo_table *t, const char *name)
{
    *t = (struct demo_table){.name = name,
                             .about = "\033[31mtext\033]52;c;ZXZpbA==\007 \xe2\x80\xae ab",
                             .size = size_of,
                             .cell = cell};
    t->n_columns = COUNT(columns);
    t->columns = MEM_ARRAY(struct demo_column, t->n_columns);
    for (size_t c = 0; c < t->n_columns; c++)
        t->columns[c] = (struct demo_column){.name = mem_strdup(columns[c]),
                                             .java = "java.lang.String",
                                             .about = t->about,
                                             .type = type_new(KIND_STRING, NULL)};
}

size_t hostile_tables_add(struct demo_table **tables, size_t n)
{
    *tables = mem_realloc(*tables, n + COUNT(names), sizeof(**tables));
    for (size_t i = 0; i < COUNT(names); i++)
        make(&(*tables)[n + i], names[i]);
    return n + COUNT(names);
}
