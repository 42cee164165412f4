/*
 * A replica beside a model of the server: a table kept as a plain array of rows, which
 * ticks, is scrolled, changes columns and grows in pieces. After every message each cell of
 * the table is compared. Programs are lists of numbers, so that a failing one can be
 * shrunk.
 *
 * DHVIEW_SEED repeats a run, DHVIEW_ROUNDS sets how many programs are tried.
 */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/mem.h"
#include "tests/support/build.h"

#define COLUMNS 3
#define LETTERS "lsI"
#define MAX_ROWS 64
#define MAX_STEPS 40
#define ROUNDS 1500

/* --- random numbers and programs --- */

static uint64_t seed;

static uint64_t next_random(uint64_t *s)
{
    uint64_t z = *s += UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

static uint64_t number_from_env(const char *name, uint64_t otherwise)
{
    const char *text = getenv(name);

    return text ? strtoull(text, NULL, 0) : otherwise;
}

struct program {
    enum replica_mode mode;
    bool fault; /* the server forgets to send a change */
    size_t n;
    uint64_t steps[MAX_STEPS]; /* each seeds the choices of one step */
};

/* --- the server --- */

struct row {
    int64_t key;
    int64_t value[COLUMNS];
    bool here; /* the client has been sent it and has not been told to drop it */
    int old;   /* its index among the rows that the client holds, -1: not held */
    int at;    /* its table position there */
    int from;  /* its table position before the last message, which kept it; -1: not kept */
    bool changed[COLUMNS]; /* since the last message */
};

struct server {
    uint64_t random;
    struct row rows[MAX_ROWS];
    int n;
    int64_t last_value;
    /* what the client was told last */
    struct rowset *viewport; /* owned; NULL: all (key mode) */
    struct rowset *columns;  /* owned */
    bool reverse;
    int n_held;            /* rows that the client holds */
    struct schema *schema; /* borrowed from the replica */
    bool fault;
};

static int pick(struct server *s, int n)
{
    return n > 0 ? (int)(next_random(&s->random) % (uint64_t)n) : 0;
}

static void fill_row(struct server *s, struct row *r, int64_t key)
{
    *r = (struct row){.key = key, .old = -1, .from = -1};
    for (int c = 0; c < COLUMNS; c++)
        r->value[c] = ++s->last_value;
}

static void insert_row(struct server *s, int at, int64_t key)
{
    memmove(&s->rows[at + 1], &s->rows[at], (size_t)(s->n - at) * sizeof(struct row));
    fill_row(s, &s->rows[at], key);
    s->n++;
}

static void delete_row(struct server *s, int at)
{
    memmove(&s->rows[at], &s->rows[at + 1], (size_t)(s->n - at - 1) * sizeof(struct row));
    s->n--;
}

/* The value of a cell as text, the same for the update and the expectation. */
static char *cell_text(int column, int64_t v)
{
    if (v % 11 == 0)
        return mem_strdup("null");
    if (column == 0)
        return mem_printf("%" PRId64, v);
    if (column == 1)
        return mem_printf(v % 2 ? "v%" PRId64 : "a longer text %" PRId64, v);
    return v % 3 == 0 ? mem_strdup("()") : mem_printf("(%" PRId64 ",null)", v % 1000);
}

static void push_cell(struct column *c, int column, int64_t v)
{
    char *text = cell_text(column, v);

    if (v % 11 == 0) {
        column_push_null(c);
    } else if (column == 0) {
        column_push_int(c, v);
    } else if (column == 1) {
        column_push_bytes(c, bytes_of(text));
    } else {
        struct column *items = column_new(column_type(c)->item);
        if (v % 3) {
            column_push_int(items, v % 1000);
            column_push_null(items);
        }
        column_push_list(c, items);
    }
    free(text);
}

/* Whether the row at a table position belongs to what a viewport selects. */
static bool covers(const struct rowset *viewport, bool reverse, int at, int n)
{
    return !viewport || rowset_has(viewport, reverse ? n - 1 - at : at);
}

static void add_cells(struct server *s, struct column **data, int at)
{
    for (int c = 0; c < COLUMNS; c++) {
        if (!rowset_has(s->columns, c))
            continue;
        if (!data[c])
            data[c] = column_new(s->schema->columns[c].type);
        push_cell(data[c], c, s->rows[at].value[c]);
    }
}

static void add_modified(struct server *s, struct update *u, int at, int64_t index)
{
    for (int c = 0; c < COLUMNS; c++) {
        struct row *r = &s->rows[at];

        if (!r->changed[c] || !rowset_has(s->columns, c))
            continue;
        if (s->fault) { /* once */
            s->fault = false;
            continue;
        }
        if (!u->modified[c]) {
            u->modified[c] = rowset_new();
            u->modified_data[c] = column_new(s->schema->columns[c].type);
        }
        rowset_add(u->modified[c], index, index);
        push_cell(u->modified_data[c], c, r->value[c]);
    }
}

static void settle(struct server *s)
{
    for (int i = 0; i < s->n; i++)
        memset(s->rows[i].changed, 0, sizeof(s->rows[i].changed));
}

/* A row set of one or two ranges, part of it behind the end of the table. */
static struct rowset *random_viewport(struct server *s)
{
    struct rowset *v = rowset_new();
    int first = pick(s, MAX_ROWS);

    if (pick(s, 12) == 0)
        return v;
    rowset_add(v, first, first + pick(s, 20));
    if (pick(s, 3) == 0) {
        first = pick(s, MAX_ROWS);
        rowset_add(v, first, first + pick(s, 8));
    }
    return v;
}

static struct rowset *random_columns(struct server *s)
{
    struct rowset *set = rowset_new();

    for (int c = 0; c < COLUMNS; c++) {
        if (pick(s, 3))
            rowset_add(set, c, c);
    }
    return set;
}

/* --- viewport mode --- */

static void edit_table(struct server *s)
{
    for (int k = 1 + pick(s, 5); k > 0; k--) {
        int what = pick(s, 4);

        if (what == 0 && s->n < MAX_ROWS) {
            insert_row(s, pick(s, s->n + 1), 0);
        } else if (what == 1 && s->n > 0) {
            delete_row(s, pick(s, s->n));
        } else if (s->n > 0) {
            struct row *r = &s->rows[pick(s, s->n)];
            int c = pick(s, COLUMNS);
            r->value[c] = ++s->last_value;
            r->changed[c] = true;
        }
    }
}

/* The message that takes the client from its old rows to those now selected. */
static struct update *viewport_update(struct server *s, bool resend)
{
    struct update *u = update_new(COLUMNS);
    int64_t index = 0;

    if (s->n_held)
        rowset_add(u->removed, 0, s->n_held - 1);
    u->table_size = s->n;
    for (int i = 0; i < s->n; i++) {
        struct row *r = &s->rows[i];

        r->from = -1;
        if (!covers(s->viewport, s->reverse, i, s->n)) {
            r->old = -1;
            continue;
        }
        if (r->old >= 0 && !resend && pick(s, 10)) {
            rowset_remove(u->removed, r->old, r->old);
            r->from = r->at;
            add_modified(s, u, i, index);
        } else {
            rowset_add(u->added, index, index);
            add_cells(s, u->added_data, i);
        }
        r->old = (int)index++;
        r->at = i;
    }
    s->n_held = (int)index;
    settle(s);
    return u;
}

/* A snapshot of a part of what was asked for; all of it when the last piece is due. */
static struct update *viewport_snapshot(struct server *s, const struct rowset *target,
                                        bool reverse, const struct rowset *columns,
                                        bool last)
{
    bool fresh = !rowset_contains(s->columns, columns) || reverse != s->reverse;
    struct rowset *overlap = rowset_intersect(s->viewport, target);
    struct rowset *part = rowset_new_range(0, pick(s, (int)rowset_count(target) + 1) - 1);
    struct rowset *first = rowset_keys_at(target, part);

    rowset_free(s->viewport);
    s->viewport = last ? rowset_copy(target) : rowset_union(overlap, first);
    rowset_free(s->columns);
    s->columns = rowset_copy(columns);
    s->reverse = reverse;
    struct update *u = viewport_update(s, fresh);
    u->is_snapshot = true;
    u->viewport = rowset_copy(s->viewport);
    u->columns =
        rowset_count(columns) == COLUMNS && pick(s, 2) ? NULL : rowset_copy(columns);
    u->reverse = reverse;
    rowset_free(overlap);
    rowset_free(part);
    rowset_free(first);
    return u;
}

/* --- key mode --- */

/* Moves a block of rows by as much as its neighbours leave room for. */
static void shift_block(struct server *s, struct shift *shift, int from, int to)
{
    int64_t low = from > 0 ? s->rows[from - 1].key + 1 : 0;
    int64_t high = to + 1 < s->n ? s->rows[to + 1].key - 1 : s->rows[to].key + 50;
    int64_t down = s->rows[from].key - low;
    int64_t up = high - s->rows[to].key;
    int64_t delta = pick(s, (int)(down + up + 1)) - down;

    if (delta == 0)
        return;
    assert_int_equal(shift_add(shift, s->rows[from].key, s->rows[to].key, delta, NULL),
                     ERR_OK);
    for (int i = from; i <= to; i++)
        s->rows[i].key += delta;
}

static void shift_rows(struct server *s, struct update *u)
{
    u->shift = shift_new();
    for (int from = pick(s, 6); from < s->n; from += 1 + pick(s, 6)) {
        int to = from + pick(s, 5);

        if (to >= s->n)
            to = s->n - 1;
        shift_block(s, u->shift, from, to);
        from = to;
    }
}

static void add_keys(struct server *s, struct update *u)
{
    for (int k = pick(s, 6); k > 0 && s->n < MAX_ROWS; k--) {
        int at = pick(s, s->n + 1);
        int64_t low = at > 0 ? s->rows[at - 1].key + 1 : 0;
        int64_t high = at < s->n ? s->rows[at].key - 1 : low + 20;

        if (high < low)
            continue;
        int64_t key = low + pick(s, (int)(high - low < 1000 ? high - low + 1 : 1000));
        insert_row(s, at, key);
        rowset_add(u->added, key, key);
    }
}

static void remove_keys(struct server *s, struct update *u)
{
    for (int k = pick(s, 4); k > 0 && s->n > 0; k--) {
        int at = pick(s, s->n);

        rowset_add(u->removed, s->rows[at].key, s->rows[at].key);
        delete_row(s, at);
    }
}

static void modify_keys(struct server *s, struct update *u)
{
    for (int i = 0; i < s->n; i++) {
        struct row *r = &s->rows[i];

        if (!r->here || (u->included && rowset_has(u->included, r->key)) || pick(s, 4))
            continue;
        int c = pick(s, COLUMNS);
        r->value[c] = ++s->last_value;
        r->changed[c] = true;
        add_modified(s, u, i, r->key);
    }
    settle(s);
}

/* Data for rows that the client must have and has not; sometimes for others as well. */
static void include_rows(struct server *s, struct update *u)
{
    u->included = rowset_new();
    for (int i = 0; i < s->n; i++) {
        struct row *r = &s->rows[i];
        bool covered = covers(s->viewport, s->reverse, i, s->n);

        if ((covered && !r->here) || pick(s, 10) == 0) {
            rowset_add(u->included, r->key, r->key);
            add_cells(s, u->added_data, i);
        }
    }
}

static void drop_uncovered(struct server *s)
{
    for (int i = 0; i < s->n; i++)
        s->rows[i].here = covers(s->viewport, s->reverse, i, s->n);
}

static struct update *key_delta(struct server *s)
{
    struct update *u = update_new(COLUMNS);

    remove_keys(s, u);
    if (pick(s, 2))
        shift_rows(s, u);
    add_keys(s, u);
    include_rows(s, u);
    modify_keys(s, u);
    drop_uncovered(s);
    if (rowset_equal(u->included, u->added) && pick(s, 2)) {
        rowset_free(u->included);
        u->included = NULL;
    }
    u->table_size = pick(s, 2) ? s->n : -1;
    return u;
}

/* Snapshots repeat all keys and cover more and more positions, in the end all of them. */
static struct update *key_snapshot(struct server *s, bool last)
{
    struct update *u = update_new(COLUMNS);

    rowset_free(s->viewport);
    s->viewport = last ? NULL : random_viewport(s);
    s->reverse = !last && pick(s, 4) == 0;
    for (int i = 0; i < s->n; i++)
        rowset_add(u->added, s->rows[i].key, s->rows[i].key);
    include_rows(s, u);
    drop_uncovered(s);
    u->is_snapshot = true;
    u->viewport = rowset_copy(s->viewport);
    u->columns = rowset_copy(s->columns);
    u->reverse = s->reverse;
    return u;
}

/* --- comparing --- */

static bool cell_agrees(const struct server *s, const struct replica *r, int at, int c,
                        char **why)
{
    struct value v = replica_cell(r, (size_t)c, at);
    bool here = covers(s->viewport, s->reverse, at, s->n) && rowset_has(s->columns, c);
    char *want = here ? cell_text(c, s->rows[at].value[c]) : mem_strdup("absent");
    char *got = text_of_value(&v);
    bool same = strcmp(want, got) == 0;

    if (!same)
        *why = mem_printf("row %d column %d is %s, not %s", at, c, got, want);
    free(want);
    free(got);
    return same;
}

/* Whether the rows that were kept are known to have gone where they are. */
static bool moves_agree(const struct server *s, const struct replica *r, char **why)
{
    int to[MAX_ROWS];

    for (int p = 0; p < MAX_ROWS; p++)
        to[p] = -1;
    for (int i = 0; i < s->n; i++)
        if (s->rows[i].from >= 0)
            to[s->rows[i].from] = i;
    for (int p = 0; p < MAX_ROWS; p++) {
        if (replica_moved_to(r, p) == to[p])
            continue;
        *why = mem_printf("the row at %d went to %" PRId64 ", not %d", p,
                          replica_moved_to(r, p), to[p]);
        return false;
    }
    return true;
}

static bool agrees(const struct server *s, const struct replica *r, char **why)
{
    int held = 0;

    for (int i = 0; i < s->n; i++) {
        bool here = covers(s->viewport, s->reverse, i, s->n);

        for (int c = 0; c < COLUMNS; c++) {
            if (!cell_agrees(s, r, i, c, why))
                return false;
        }
        if (replica_row_at(r, i) != (here ? held : -1) ||
            (here && replica_position(r, (size_t)held) != i)) {
            *why = mem_printf("position %d is held row %" PRId64, i, replica_row_at(r, i));
            return false;
        }
        held += here;
    }
    if (replica_held(r) != (size_t)held || replica_table_size(r) != s->n ||
        replica_row_at(r, s->n) >= 0 || replica_reverse(r) != s->reverse ||
        !rowset_equal(replica_columns(r), s->columns)) {
        *why = mem_printf("%zu rows of %" PRId64 " held, not %d of %d", replica_held(r),
                          replica_table_size(r), held, s->n);
        return false;
    }
    return replica_mode(r) == REPLICA_KEYS || moves_agree(s, r, why);
}

/* --- running --- */

static bool apply(struct server *s, struct replica *r, struct update *u, char **why)
{
    struct err e;

    if (replica_apply(r, u, &e) != ERR_OK) {
        *why = mem_strdup(e.msg);
        return false;
    }
    return agrees(s, r, why);
}

static bool change_viewport(struct server *s, struct replica *r, char **why)
{
    struct rowset *target = random_viewport(s);
    bool reverse = pick(s, 3) == 0;
    struct rowset *columns = pick(s, 2) ? random_columns(s) : rowset_copy(s->columns);
    bool ok = true;

    for (int pieces = pick(s, 3); ok && pieces > 0; pieces--) {
        ok = apply(s, r, viewport_snapshot(s, target, reverse, columns, false), why);
        if (ok && pick(s, 2)) {
            edit_table(s);
            ok = apply(s, r, viewport_update(s, false), why);
        }
    }
    ok = ok && apply(s, r, viewport_snapshot(s, target, reverse, columns, true), why);
    rowset_free(target);
    rowset_free(columns);
    return ok;
}

static bool run_step(struct server *s, struct replica *r, enum replica_mode mode,
                     char **why)
{
    int what = pick(s, 6);

    if (mode == REPLICA_KEYS)
        return apply(s, r, what ? key_delta(s) : key_snapshot(s, pick(s, 2)), why);
    if (what == 0)
        return change_viewport(s, r, why);
    edit_table(s);
    return what == 1 || apply(s, r, viewport_update(s, false), why); /* or wait for more */
}

/* The step that failed and why (owned), or -1. */
static int run(const struct program *p, char **why)
{
    struct replica *r = replica_new(build_schema(LETTERS), p->mode);
    struct server s = {.random = p->n ? p->steps[0] : 0,
                       .viewport = rowset_new(),
                       .columns = rowset_new(),
                       .fault = p->fault};
    int failed = -1;

    s.schema = (struct schema *)(uintptr_t)replica_schema(r);
    if (p->mode == REPLICA_KEYS)
        rowset_add(s.columns, 0, COLUMNS - 1);
    for (int i = 0; i < 20; i++)
        insert_row(&s, i, i * 7);
    struct update *first = p->mode == REPLICA_KEYS ? key_snapshot(&s, false) : NULL;
    if (first && !apply(&s, r, first, why))
        failed = 0;
    for (size_t i = 0; failed < 0 && i < p->n; i++) {
        s.random = p->steps[i];
        if (!run_step(&s, r, p->mode, why))
            failed = (int)i;
    }
    rowset_free(s.viewport);
    rowset_free(s.columns);
    replica_free(r);
    return failed;
}

static bool fails(const struct program *p)
{
    char *why = NULL;
    bool failed = run(p, &why) >= 0;

    free(why);
    return failed;
}

/* Drops steps as long as the program still fails. */
static void shrink(struct program *p)
{
    for (size_t chunk = p->n; chunk > 0; chunk /= 2) {
        for (size_t at = 0; at + chunk <= p->n;) {
            struct program less = *p;

            less.n -= chunk;
            memmove(&less.steps[at], &less.steps[at + chunk],
                    (less.n - at) * sizeof(less.steps[0]));
            if (fails(&less))
                *p = less;
            else
                at++;
        }
    }
}

static struct program random_program(uint64_t *random, enum replica_mode mode)
{
    struct program p = {.mode = mode, .n = MAX_STEPS};

    for (size_t i = 0; i < p.n; i++)
        p.steps[i] = next_random(random);
    return p;
}

static void report(struct program *p)
{
    char *why = NULL;

    shrink(p);
    int step = run(p, &why);
    print_message("seed %" PRIu64 ", %s mode, shrunk to %zu steps:\n", seed,
                  p->mode == REPLICA_KEYS ? "key" : "viewport", p->n);
    for (size_t i = 0; i < p->n; i++)
        print_message("  0x%016" PRIx64 "\n", p->steps[i]);
    print_message("step %d: %s\n", step, why);
    free(why);
}

static void try_many(enum replica_mode mode)
{
    uint64_t random = seed;

    for (uint64_t i = number_from_env("DHVIEW_ROUNDS", ROUNDS); i > 0; i--) {
        struct program p = random_program(&random, mode);

        if (!fails(&p))
            continue;
        report(&p);
        fail_msg("the replica differs from the server");
    }
}

static void viewports_agree_with_the_server(void **state)
{
    (void)state;
    try_many(REPLICA_VIEWPORT);
}

static void keyed_replicas_agree_with_the_server(void **state)
{
    (void)state;
    try_many(REPLICA_KEYS);
}

/* A server that forgets one change must be caught, else the comparison proves nothing. */
static void a_planted_fault_is_found_and_shrunk(void **state)
{
    (void)state;
    for (int mode = REPLICA_VIEWPORT; mode <= REPLICA_KEYS; mode++) {
        uint64_t random = seed;
        struct program p = random_program(&random, (enum replica_mode)mode);

        p.fault = true;
        for (int tries = 0; !fails(&p); tries++) {
            assert_true(tries < 100);
            p = random_program(&random, (enum replica_mode)mode);
            p.fault = true;
        }
        shrink(&p);
        assert_true(fails(&p));
        assert_true(p.n < MAX_STEPS / 2);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(viewports_agree_with_the_server),
        cmocka_unit_test(keyed_replicas_agree_with_the_server),
        cmocka_unit_test(a_planted_fault_is_found_and_shrunk),
    };

    seed = number_from_env("DHVIEW_SEED", (uint64_t)time(NULL));
    print_message("DHVIEW_SEED=%" PRIu64 "\n", seed);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
