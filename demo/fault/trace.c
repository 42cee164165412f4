#include "demo/fault/trace.h"

#include <inttypes.h>
#include <string.h>

static void put_set(FILE *out, const struct rowset *rs)
{
    size_t n;
    const struct rowrange *r = rowset_ranges(rs, &n);

    if (n == 0)
        (void)fputs("none", out);
    for (size_t i = 0; i < n; i++) {
        (void)fprintf(out, "%s%" PRId64, i ? "," : "", r[i].first);
        if (r[i].last > r[i].first)
            (void)fprintf(out, "-%" PRId64, r[i].last);
    }
}

void trace_request(FILE *out, int64_t at_ms, const struct selection *v,
                   const struct rowset *viewport, const struct rowset *columns,
                   bool reverse)
{
    struct rowset *of_table = rowset_new();
    struct rowset_iter it = rowset_iter(columns);
    int64_t c;

    while (rowset_next(&it, &c)) {
        if ((uint64_t)c < v->n_columns && v->columns[c].source != SELECTION_POSITION)
            rowset_add(of_table, (int64_t)v->columns[c].source,
                       (int64_t)v->columns[c].source);
    }
    (void)fprintf(out, "request ms=%" PRId64 " table=%s width=%zu rows=", at_ms,
                  v->table->name, v->n_columns);
    put_set(out, viewport);
    (void)fputs(" columns=", out);
    put_set(out, of_table);
    (void)fprintf(out, " reverse=%d\n", reverse);
    (void)fflush(out);
    rowset_free(of_table);
}

void trace_open(FILE *out, const struct trace_counts *now, struct trace_counts *before)
{
    if (memcmp(now, before, sizeof(*now)) == 0)
        return;
    *before = *now;
    (void)fprintf(out, "open sessions=%zu streams=%zu exports=%zu counters=%zu\n",
                  now->sessions, now->streams, now->exports, now->counters);
    (void)fflush(out);
}
