#include "demo/table_defs.h"

#include <math.h>

#include "base/mem.h"

#define NS_PER_MS INT64_C(1000000)

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

/* protocol: deephaven-core BarrageUtil, "deephaven:type" of each kind. */
const char *table_java(enum kind kind, enum kind item)
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

    if (kind != KIND_LIST)
        return kind < COUNT(names) ? names[kind] : NULL;
    return item == KIND_INT      ? "int[]"
           : item == KIND_DOUBLE ? "double[]"
           : item == KIND_STRING ? "java.lang.String[]"
                                 : NULL;
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

        out->columns[c] = (struct demo_column){.name = def->name ? mem_strdup(def->name)
                                                                 : mem_printf("C%05zu", c),
                                               .java = table_java(def->kind, def->item),
                                               .about = def->about,
                                               .type = type_of(def)};
    }
}
