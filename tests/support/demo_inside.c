#include "tests/support/demo_inside.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "demo/calls.h"
#include "demo/request.h"
#include "demo/state.h"
#include "demo/table.h"

#define STRIDE 50021 /* a prime: steps through all numbers below any other prime */

size_t inside_logins(const struct server *s)
{
    size_t n = 0;

    for (const struct login *l = s->logins; l; l = l->next)
        n++;
    return n;
}

size_t inside_exports(const struct server *s)
{
    size_t n = 0;

    for (const struct login *l = s->logins; l; l = l->next) {
        for (size_t i = 0; i < l->n_exports; i++)
            n += l->exports[i].state == EXPORT_READY;
    }
    return n;
}

size_t inside_streams(const struct server *s)
{
    size_t n = 0;

    for (const struct served_stream *st = s->streams; st; st = st->next)
        n++;
    return n;
}

void inside_fail_stream(struct server *s, const char *text)
{
    struct served_stream *st = s->streams;

    assert_non_null(st);
    while (st->next)
        st = st->next;
    exchange_fail(st->exchange, GRPC_STATUS_INVALID_ARGUMENT, text);
}

void inside_fail_newest(struct server *s, const char *text)
{
    assert_non_null(s->streams);
    exchange_fail(s->streams->exchange, GRPC_STATUS_INVALID_ARGUMENT, text);
}

static bool is_open_call(const struct request *r, const char *method)
{
    const char *name = strrchr(r->method->name, '/');

    return r->open && strcmp(name + 1, method) == 0;
}

size_t inside_open(const struct server *s, const char *method)
{
    size_t n = 0;

    for (const struct request *r = s->requests; r; r = r->next)
        n += is_open_call(r, method);
    return n;
}

void inside_fail_open(struct server *s, const char *method, int status, const char *text)
{
    struct request *next;

    for (struct request *r = s->requests; r; r = next) {
        next = r->next;
        if (is_open_call(r, method))
            request_fail(r, (grpc_status_code)status, text);
    }
}

void inside_forget(struct server *s)
{
    while (s->logins)
        calls_end_login(s, s->logins);
}

void inside_hide_exports(struct server *s, bool hide)
{
    enum export_state from = hide ? EXPORT_READY : EXPORT_RELEASED;

    for (struct login *l = s->logins; l; l = l->next) {
        for (size_t i = 0; i < l->n_exports; i++) {
            struct export *x = &l->exports[i];

            if (x->state == from && x->view.table) /* released ones have none */
                x->state = hide ? EXPORT_RELEASED : EXPORT_READY;
        }
    }
}

struct column *inside_cell(const struct server *s, const char *table, int64_t row,
                           size_t column)
{
    for (size_t i = 0; i < s->n_tables; i++) {
        const struct demo_table *t = &s->tables[i];
        struct column *cell;

        if (strcmp(t->name, table) != 0)
            continue;
        cell = column_new(t->columns[column].type);
        t->cell(&s->world, row, column, 0, cell);
        return cell;
    }
    fail_msg("no table %s", table);
    return NULL;
}

void inside_offer(struct server *s, size_t n)
{
    static struct demo_table *real;
    static size_t n_real;
    struct demo_table *tables;

    if (real) {
        for (size_t i = 0; i < s->n_tables; i++)
            free((char *)s->tables[i].name);
        free(s->tables);
        s->tables = real;
        s->n_tables = n_real;
        real = NULL;
    }
    if (n == 0)
        return;
    tables = MEM_ARRAY(struct demo_table, n);
    for (size_t i = 0; i < n; i++) {
        tables[i] = s->tables[0];
        tables[i].name = mem_printf("t%06zu", i * STRIDE % n);
    }
    real = s->tables;
    n_real = s->n_tables;
    s->tables = tables;
    s->n_tables = n;
}
