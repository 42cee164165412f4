/*
 * The list of tables, and what is the same for all of them.
 */
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "demo/table_defs.h"

#define NS_PER_MS INT64_C(1000000)

static const struct table_def *const list[] = {
    &table_bare,  &table_billion, &table_book,   &table_empty, &table_leaders,
    &table_pulse, &table_tide,    &table_trades, &table_types, &table_wide}; /* by name */

void table_push_text(struct column *out, const char *text)
{
    column_push_bytes(out, bytes_of(text));
}

double table_round(double v, double steps)
{
    return round(v * steps) / steps;
}

int64_t table_floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b != 0 && (a < 0) != (b < 0));
}

int64_t table_instant(const struct world *w, int64_t ms)
{
    return w->epoch_ns + ms * NS_PER_MS;
}

void world_init(struct world *w)
{
    w->ranks = leaders_ranks_new();
}

void world_release(struct world *w)
{
    free(w->ranks);
    w->ranks = NULL;
}

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

static struct type *type_of(const struct column_def *d)
{
    return type_new(d->kind, d->kind == KIND_LIST ? type_new(d->item, NULL) : NULL);
}

void table_make(const struct table_def *d, struct demo_table *out)
{
    *out = d->table;
    out->n_columns = d->n_columns;
    out->columns = MEM_ARRAY(struct demo_column, d->n_columns);
    for (size_t c = 0; c < d->n_columns; c++) {
        const struct column_def *def = &d->defs[c % d->n_defs];

        out->columns[c] = (struct demo_column){def->name ? mem_strdup(def->name)
                                                         : mem_printf("C%05zu", c),
                                               java_of(def), def->about, type_of(def)};
    }
}

size_t demo_tables_new(const struct world *w, struct demo_table **tables)
{
    *tables = MEM_ARRAY(struct demo_table, COUNT(list));
    for (size_t i = 0; i < COUNT(list); i++) {
        struct table_def def = *list[i];

        if (list[i] == &table_wide && w->wide_columns)
            def.n_columns = w->wide_columns;
        table_make(&def, &(*tables)[i]);
    }
    return COUNT(list);
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
