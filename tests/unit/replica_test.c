/* A replica in both modes: the protocol's own examples, and what it must refuse whole. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "tests/support/build.h"

/* An update in words; NULL parts are absent. */
struct words {
    const char *viewport; /* given: a snapshot */
    const char *columns;
    const char *removed, *added, *included;
    const char *data[2];     /* of added rows, per column */
    const char *modified[2]; /* rows, per column */
    const char *changes[2];  /* their data */
    int64_t size;
    bool snapshot, reverse;
    int64_t shift[3]; /* first, last, delta; delta 0: none */
};

static void set(struct rowset **to, const char *text)
{
    if (!text)
        return;
    rowset_free(*to);
    *to = build_set(text);
}

static struct update *update_of(const struct replica *r, const struct words *w)
{
    const struct schema *s = replica_schema(r);
    struct update *u = update_new(s->n_columns);

    u->is_snapshot = w->snapshot || w->viewport;
    u->reverse = w->reverse;
    u->table_size = w->size;
    set(&u->viewport, w->viewport);
    set(&u->columns, w->columns);
    set(&u->removed, w->removed);
    set(&u->added, w->added);
    set(&u->included, w->included);
    for (size_t c = 0; c < s->n_columns; c++) {
        const struct type *t = s->columns[c].type;

        if (w->data[c])
            u->added_data[c] = build_column(t, w->data[c]);
        set(&u->modified[c], w->modified[c]);
        if (w->changes[c])
            u->modified_data[c] = build_column(t, w->changes[c]);
    }
    if (w->shift[2]) {
        u->shift = shift_new();
        assert_int_equal(shift_add(u->shift, w->shift[0], w->shift[1], w->shift[2], NULL),
                         ERR_OK);
    }
    return u;
}

#define APPLY(r, ...) apply((r), &(const struct words){__VA_ARGS__})
#define REFUSE(r, why, ...)                                                                \
    refuse((r), ERR_PROTO, (why), &(const struct words){__VA_ARGS__})
/* Only a fresh subscription helps. */
#define MISFIT(r, why, ...)                                                                \
    refuse((r), ERR_MISFIT, (why), &(const struct words){__VA_ARGS__})

static void apply(struct replica *r, const struct words *w)
{
    struct err e = {.msg = ""};

    if (replica_apply(r, update_of(r, w), &e) != ERR_OK)
        fail_msg("%s", e.msg);
}

static void refuse(struct replica *r, enum err_code code, const char *why,
                   const struct words *w)
{
    uint64_t before = hash_of_replica(r);
    struct err e = {.msg = ""};

    assert_int_equal(replica_apply(r, update_of(r, w), &e), code);
    if (!strstr(e.msg, why))
        fail_msg("\"%s\" does not say \"%s\"", e.msg, why);
    assert_true(hash_of_replica(r) == before);
}

static void expect(const struct replica *r, const char *want)
{
    char *got = text_of_replica(r);

    assert_string_equal(got, want);
    free(got);
}

/* Two columns, rows 10 to 14 of a table of 100 in the viewport. */
static struct replica *viewport_of_five(void)
{
    struct replica *r = replica_new(build_schema("is"), REPLICA_VIEWPORT);

    APPLY(r, .viewport = "10-14", .added = "0-4", .size = 100,
          .data = {"10,11,12,13,14", "a,b,c,d,e"});
    return r;
}

static void a_snapshot_fills_the_viewport(void **state)
{
    (void)state;
    struct replica *r = viewport_of_five();

    expect(r, "size=100 viewport=10-14 columns=0-1\n"
              "10: 10 a\n11: 11 b\n12: 12 c\n13: 13 d\n14: 14 e");
    assert_int_equal(replica_generation(r), 1);
    assert_int_equal(replica_cell(r, 0, 9).state, VALUE_ABSENT);
    assert_int_equal(replica_cell(r, 0, 15).state, VALUE_ABSENT);
    assert_int_equal(replica_cell(r, 2, 10).state, VALUE_ABSENT);
    assert_int_equal(replica_row_at(r, 14), 4);
    assert_int_equal(replica_position(r, 5), -1);
    replica_free(r);
}

static void a_row_inserted_above_moves_the_rows_below(void **state)
{
    (void)state;
    struct replica *r = viewport_of_five();

    APPLY(r, .removed = "4", .added = "0", .data = {"9", "z"}, .size = 101);
    expect(r, "size=101 viewport=10-14 columns=0-1\n"
              "10: 9 z\n11: 10 a\n12: 11 b\n13: 12 c\n14: 13 d");
    replica_free(r);
}

static void a_deleted_row_brings_the_next_one(void **state)
{
    (void)state;
    struct replica *r = viewport_of_five();

    APPLY(r, .removed = "1", .added = "4", .data = {"15", "f"}, .size = 99,
          .modified = {"0,3", ""}, .changes = {"100,140", ""});
    expect(r, "size=99 viewport=10-14 columns=0-1\n"
              "10: 100 a\n11: 12 c\n12: 13 d\n13: 140 e\n14: 15 f");
    replica_free(r);
}

static void scrolling_keeps_the_overlap(void **state)
{
    (void)state;
    struct replica *r = viewport_of_five();

    APPLY(r, .viewport = "12-16", .removed = "0-1", .added = "3-4",
          .data = {"15,16", "f,g"}, .size = 100);
    expect(r, "size=100 viewport=12-16 columns=0-1\n"
              "12: 12 c\n13: 13 d\n14: 14 e\n15: 15 f\n16: 16 g");
    replica_free(r);
}

static void a_reverse_viewport_ends_at_the_last_row(void **state)
{
    (void)state;
    struct replica *r = viewport_of_five();

    APPLY(r, .viewport = "0-2", .reverse = true, .removed = "0-4", .added = "0-2",
          .data = {"97,98,99", "x,y,z"}, .size = 100);
    expect(r, "size=100 viewport=0-2 columns=0-1 reverse\n97: 97 x\n98: 98 y\n99: 99 z");
    APPLY(r, .removed = "0", .added = "2", .data = {"100", "new"}, .size = 101);
    expect(r,
           "size=101 viewport=0-2 columns=0-1 reverse\n98: 98 y\n99: 99 z\n100: 100 new");
    assert_int_equal(replica_cell(r, 0, 97).state, VALUE_ABSENT);
    replica_free(r);
}

static void ranges_of_a_viewport_join_without_gaps(void **state)
{
    (void)state;
    struct replica *r = replica_new(build_schema("i"), REPLICA_VIEWPORT);

    APPLY(r, .viewport = "2-3,1000000000000-1000000000001,2000000000000", .added = "0-3",
          .data = {"1,2,3,4"}, .size = 1000000000002);
    expect(r, "size=1000000000002 viewport=2-3,1000000000000-1000000000001,2000000000000"
              " columns=0\n2: 1\n3: 2\n1000000000000: 3\n1000000000001: 4");
    replica_free(r);
}

static void columns_come_and_go(void **state)
{
    (void)state;
    struct replica *r = viewport_of_five();

    APPLY(r, .viewport = "10-14", .columns = "1", .size = 100);
    expect(r, "size=100 viewport=10-14 columns=1\n10: a\n11: b\n12: c\n13: d\n14: e");
    assert_int_equal(replica_cell(r, 0, 10).state, VALUE_ABSENT);
    /* a server that did not resend: what is not here is absent, not the old value */
    APPLY(r, .viewport = "10-14", .columns = "0-1", .removed = "0-2", .added = "0-2",
          .data = {"1,2,3", "A,B,C"}, .size = 100);
    expect(r, "size=100 viewport=10-14 columns=0-1\n"
              "10: 1 A\n11: 2 B\n12: 3 C\n13: absent d\n14: absent e");
    replica_free(r);
}

static void data_of_foreign_columns_is_ignored(void **state)
{
    (void)state;
    struct replica *r = viewport_of_five();

    APPLY(r, .viewport = "10-14", .columns = "0", .removed = "0-4", .added = "0",
          .data = {"1", "x,y,z"}, .modified = {NULL, "77"}, .changes = {NULL, "q"},
          .size = 11);
    expect(r, "size=11 viewport=10-14 columns=0\n10: 1");
    replica_free(r);
}

static void an_unknown_size_keeps_the_old_one(void **state)
{
    (void)state;
    struct replica *r = viewport_of_five();

    APPLY(r, .size = -1);
    assert_int_equal(replica_table_size(r), 100);
    assert_int_equal(replica_generation(r), 2);
    replica_free(r);
}

/* As a server (42.7) tells it when another viewport is asked for. */
static void a_blink_table_that_is_told_as_empty_has_no_rows_left(void **state)
{
    struct schema *s = build_schema("is");
    struct replica *r;

    (void)state;
    s->is_blink = true;
    r = replica_new(s, REPLICA_VIEWPORT);
    APPLY(r, .viewport = "0-9", .size = 0);
    APPLY(r, .added = "0-1", .data = {"1,2", "a,b"}, .size = 2);
    APPLY(r, .size = 0);
    APPLY(r, .viewport = "0-19", .size = 0);
    assert_int_equal(replica_held(r), 0);
    APPLY(r, .added = "0-2", .data = {"3,4,5", "c,d,e"}, .size = 3);
    expect(r, "size=3 viewport=0-19 columns=0-1\n0: 3 c\n1: 4 d\n2: 5 e");
    replica_free(r);
}

static void what_does_not_fit_a_viewport_changes_nothing(void **state)
{
    (void)state;
    struct replica *r = viewport_of_five();

    MISFIT(r, "removed row 5", .removed = "5", .size = 100);
    MISFIT(r, "in a viewport of 5", .added = "0", .data = {"1", "x"}, .size = 100);
    MISFIT(r, "added row 5", .removed = "0", .added = "5", .data = {"1", "x"}, .size = 100);
    MISFIT(r, "in a viewport of 5", .added = "0-9223372036854775806", .size = 100);
    REFUSE(r, "data for 1 added rows of 2", .removed = "0-1", .added = "0-1",
           .data = {"1", "x,y"}, .size = 100);
    REFUSE(r, "data for 0 added rows of 1", .removed = "0", .added = "0",
           .data = {"1", NULL}, .size = 100);
    REFUSE(r, "data for 1 added rows of 0", .data = {"1", NULL}, .size = 100);
    MISFIT(r, "modified row 5", .modified = {"5"}, .changes = {"1"}, .size = 100);
    REFUSE(r, "2 modified rows and data for 1", .modified = {"0-1"}, .changes = {"1"},
           .size = 100);
    MISFIT(r, "4 rows", .size = 4, .snapshot = false);
    MISFIT(r, "14 rows, 15 of them", .size = 14);
    MISFIT(r, "14 rows", .viewport = "10-14", .reverse = true, .size = 14);
    REFUSE(r, "without a viewport", .snapshot = true, .size = 100);
    REFUSE(r, "shifts", .shift = {0, 1, 1}, .size = 100);
    REFUSE(r, "without data", .removed = "0", .added = "0", .included = "1",
           .data = {"1", "x"}, .size = 100);
    REFUSE(r, "effective column 2", .viewport = "10-14", .columns = "2", .size = 100);
    MISFIT(r, "table of -2 rows", .size = -2);
    MISFIT(r, "in a viewport of 3", .viewport = "10-12", .size = 100);
    replica_free(r);
}

static void an_update_of_another_width_is_refused(void **state)
{
    (void)state;
    struct replica *r = viewport_of_five();
    struct err e;

    assert_int_equal(replica_apply(r, update_new(3), &e), ERR_PROTO);
    replica_free(r);
}

static void empty_slots_are_bounded(void **state)
{
    (void)state;
    struct replica *r = replica_new(build_schema("is"), REPLICA_VIEWPORT);

    /* with no columns a viewport of any length costs nothing; a column for it would */
    APPLY(r, .viewport = "0-99999999999", .columns = "", .added = "0-99999999999",
          .size = 100000000000);
    assert_int_equal(replica_held(r), 100000000000);
    refuse(r, ERR_LIMIT, "new columns",
           &(const struct words){
               .viewport = "0-99999999999", .columns = "0", .size = 100000000000});
    replica_free(r);
}

/* Keys 0, 10, ... 50 of one column, the first two with data. */
static struct replica *growing(void)
{
    struct replica *r = replica_new(build_schema("i"), REPLICA_KEYS);

    APPLY(r, .viewport = "0-1", .added = "0,10,20,30,40,50", .included = "0,10",
          .data = {"100,110"}, .size = 6);
    return r;
}

static void growth_repeats_all_keys_and_keeps_the_data(void **state)
{
    (void)state;
    struct replica *r = growing();

    expect(r, "size=6 viewport=0-1 columns=0 keys=0,10,20,30,40,50\n0: 100\n1: 110");
    assert_int_equal(replica_cell(r, 0, 2).state, VALUE_ABSENT);
    APPLY(r, .viewport = "0-3", .added = "0,10,20,30,40,50", .included = "20,30",
          .data = {"120,130"}, .size = 6);
    expect(r, "size=6 viewport=0-3 columns=0 keys=0,10,20,30,40,50\n"
              "0: 100\n1: 110\n2: 120\n3: 130");
    APPLY(r, .snapshot = true, .added = "0,10,20,30,40,50", .included = "40,50",
          .data = {"140,150"}, .size = 6);
    assert_null(replica_viewport(r));
    assert_int_equal(replica_held(r), 6);
    assert_int_equal(replica_cell(r, 0, 5).i, 150);
    replica_free(r);
}

static void a_delta_between_rounds_scopes_rows_in_and_out(void **state)
{
    (void)state;
    struct replica *r = growing();

    /* row 0 goes: key 20 slides into the two covered positions without being added */
    APPLY(r, .removed = "0", .included = "20", .data = {"120"}, .size = 5);
    expect(r, "size=5 viewport=0-1 columns=0 keys=10,20,30,40,50\n0: 110\n1: 120");
    /* a row comes in front: key 20 slides out, its data with it */
    APPLY(r, .added = "5", .data = {"105"}, .size = 6);
    expect(r, "size=6 viewport=0-1 columns=0 keys=5,10,20,30,40,50\n0: 105\n1: 110");
    replica_free(r);
}

static void removes_come_before_shifts_before_adds(void **state)
{
    (void)state;
    struct replica *r = growing();

    APPLY(r, .snapshot = true, .added = "0,10,20,30,40,50", .included = "20,30,40,50",
          .data = {"120,130,140,150"}, .size = 6);
    APPLY(r, .removed = "10", .shift = {20, 40, -10}, .added = "40", .data = {"999"},
          .modified = {"20"}, .changes = {"777"}, .size = 6);
    expect(r, "size=6 viewport=none columns=0 keys=0,10,20,30,40,50\n"
              "0: 100\n1: 120\n2: 777\n3: 140\n4: 999\n5: 150");
    replica_free(r);
}

static void cumulative_snapshots_build_up(void **state)
{
    (void)state;
    struct replica *r = replica_new(build_schema("i"), REPLICA_KEYS);

    APPLY(r, .viewport = "0-1", .added = "0-9", .included = "8-9", .reverse = true,
          .data = {"8,9"}, .size = -1);
    expect(r, "size=10 viewport=0-1 columns=0 reverse keys=0-9\n8: 8\n9: 9");
    APPLY(r, .viewport = "0-2", .added = "0-9", .included = "7", .reverse = true,
          .data = {"7"}, .size = -1);
    expect(r, "size=10 viewport=0-2 columns=0 reverse keys=0-9\n7: 7\n8: 8\n9: 9");
    replica_free(r);
}

static void what_does_not_fit_the_keys_changes_nothing(void **state)
{
    (void)state;
    struct replica *r = growing();

    MISFIT(r, "removed row keys", .removed = "5", .size = 6);
    MISFIT(r, "data for row keys", .included = "5", .data = {"1"}, .size = 6);
    MISFIT(r, "not here", .modified = {"20"}, .changes = {"1"}, .size = 6);
    REFUSE(r, "data for 2 added rows of 1", .added = "60", .data = {"1,2"}, .size = 7);
    MISFIT(r, "1 rows, 2 of them", .size = 1);
    REFUSE(r, "", .shift = {0, 0, 15}, .size = 6); /* would pass over key 10 */
    replica_free(r);
}

/* "column@position+direction ..." of the last update. */
static void expect_changes(const struct replica *r, const char *want)
{
    char got[512] = "";
    size_t n, len = 0;
    const struct replica_change *c = replica_changes(r, &n);

    for (size_t i = 0; i < n && len < sizeof(got); i++)
        len += (size_t)snprintf(got + len, sizeof(got) - len, "%s%zu@%" PRId64 "%s",
                                i ? " " : "", c[i].column, c[i].position,
                                c[i].direction > 0   ? "+"
                                : c[i].direction < 0 ? "-"
                                                     : "");
    assert_string_equal(got, want);
}

static void changes_are_cells_that_differ(void **state)
{
    (void)state;
    struct replica *r = viewport_of_five();

    expect_changes(r, "");
    assert_false(replica_only_modified(r));
    assert_true(replica_was_snapshot(r));
    APPLY(r, .modified = {"0-3", "1,4"}, .changes = {"11,11,null,12", "b,E"}, .size = 100);
    expect_changes(r, "0@10+ 0@12 0@13- 1@14");
    assert_true(replica_only_modified(r));
    assert_false(replica_was_snapshot(r));
    assert_false(replica_rows_moved(r));
    APPLY(r, .modified = {"2", ""}, .changes = {"null", ""}, .size = 100);
    expect_changes(r, "");
    APPLY(r, .size = 107);
    expect_changes(r, "");
    assert_true(replica_only_modified(r));
    assert_false(replica_rows_moved(r));
    APPLY(r, .viewport = "10-14", .size = 107); /* the same was asked again */
    assert_true(replica_was_snapshot(r));
    assert_true(replica_only_modified(r));
    APPLY(r, .viewport = "10-13", .removed = "4", .size = 107);
    assert_false(replica_only_modified(r));
    replica_free(r);
}

/* Where the rows went that were at 10 to 14. */
static void expect_moves(const struct replica *r, const char *want)
{
    char got[128] = "";
    size_t len = 0;

    for (int64_t p = 10; p < 15; p++)
        len += (size_t)snprintf(got + len, sizeof(got) - len, "%s%" PRId64,
                                p > 10 ? " " : "", replica_moved_to(r, p));
    assert_string_equal(got, want);
}

static void moved_and_repainted_rows_are_no_changes(void **state)
{
    (void)state;
    struct replica *r = viewport_of_five();

    APPLY(r, .removed = "2", .added = "2", .data = {"99", "C"}, .size = 100);
    expect_changes(r, "");
    assert_false(replica_rows_moved(r));
    expect_moves(r, "10 11 -1 13 14");
    APPLY(r, .removed = "1", .added = "4", .data = {"15", "f"}, .size = 99,
          .modified = {"0,3,4", ""}, .changes = {"100,140,16", ""});
    expect_changes(r, "0@10+ 0@13+");
    assert_true(replica_rows_moved(r));
    expect_moves(r, "10 -1 11 12 13");
    assert_false(replica_only_modified(r));
    APPLY(r, .viewport = "12-16", .removed = "0-1", .added = "3-4",
          .data = {"15,16", "f,g"}, .size = 100);
    expect_changes(r, "");
    assert_false(replica_rows_moved(r)); /* the viewport did */
    expect_moves(r, "-1 -1 12 13 14");
    replica_free(r);
}

static void changes_of_a_reverse_viewport_have_table_positions(void **state)
{
    (void)state;
    struct replica *r = viewport_of_five();

    APPLY(r, .viewport = "0-2", .reverse = true, .removed = "0-4", .added = "0-2",
          .data = {"97,98,99", "x,y,z"}, .size = 100);
    APPLY(r, .removed = "0", .added = "2", .data = {"100", "new"}, .size = 101,
          .modified = {"0", ""}, .changes = {"90", ""});
    expect_changes(r, "0@98-");
    assert_false(replica_rows_moved(r));
    assert_int_equal(replica_moved_to(r, 97), -1);
    assert_int_equal(replica_moved_to(r, 99), 99);
    APPLY(r, .size = 103); /* a server that grew the table and sent no rows */
    assert_true(replica_rows_moved(r));
    assert_int_equal(replica_moved_to(r, 98), 100);
    assert_int_equal(replica_moved_to(r, 101), -1);
    replica_free(r);
}

static void changes_by_key_have_table_positions(void **state)
{
    (void)state;
    struct replica *r = replica_new(build_schema("i"), REPLICA_KEYS);

    APPLY(r, .snapshot = true, .added = "10,20,30", .data = {"1,2,3"}, .size = 3);
    APPLY(r, .added = "40", .data = {"4"}, .modified = {"20,40"}, .changes = {"9,9"},
          .size = 4);
    expect_changes(r, "0@1+");
    assert_false(replica_rows_moved(r));
    assert_int_equal(replica_moved_to(r, 2), 2);
    APPLY(r, .removed = "10", .modified = {"30"}, .changes = {"1"}, .size = 3);
    expect_changes(r, "0@1-");
    assert_true(replica_rows_moved(r));
    assert_int_equal(replica_moved_to(r, 2), -1);
    replica_free(r);
}

static void the_list_of_changes_is_bounded(void **state)
{
    enum { ROWS = REPLICA_MAX_CHANGES + 10 };
    struct replica *r = replica_new(build_schema("l"), REPLICA_VIEWPORT);
    struct err e;

    (void)state;
    for (int64_t round = 0; round < 2; round++) {
        struct update *u = update_new(1);
        struct column *data = column_new(replica_schema(r)->columns[0].type);

        for (int64_t i = 0; i < ROWS; i++)
            column_push_int(data, i + round);
        u->is_snapshot = round == 0;
        u->table_size = ROWS;
        if (u->is_snapshot) {
            u->viewport = rowset_new_range(0, ROWS - 1);
            rowset_add(u->added, 0, ROWS - 1);
            u->added_data[0] = data;
        } else {
            u->modified[0] = rowset_new_range(0, ROWS - 1);
            u->modified_data[0] = data;
        }
        assert_int_equal(replica_apply(r, u, &e), ERR_OK);
        size_t n;
        (void)replica_changes(r, &n);
        assert_int_equal(n, round ? REPLICA_MAX_CHANGES : 0);
        assert_int_equal(replica_changes_cut(r), round == 1);
    }
    replica_free(r);
}

static void a_clone_stays_as_the_replica_was(void **state)
{
    (void)state;
    struct replica *r = replica_new(build_schema("is"), REPLICA_VIEWPORT);

    APPLY(r, .viewport = "3-5", .columns = "0-1", .added = "0-2", .size = 9,
          .data = {"1,null,absent", "a,a text longer than a slot,null"});
    struct replica *clone = replica_clone(r);
    char *before = text_of_replica(r);

    expect(clone, before);
    APPLY(r, .removed = "0", .added = "2", .data = {"7", "z"}, .size = 8);
    expect(clone, before);
    replica_free(r); /* the clone borrows nothing from it */
    expect(clone, before);
    assert_int_equal(replica_generation(clone), 1);
    free(before);
    replica_free(clone);
}

static void a_clone_knows_which_columns_are_not_here(void **state)
{
    (void)state;
    struct replica *r = replica_new(build_schema("is"), REPLICA_VIEWPORT);

    APPLY(r, .viewport = "0-1", .columns = "1", .added = "0-1", .size = 2,
          .data = {NULL, "a,b"});
    struct replica *clone = replica_clone(r);
    assert_int_equal(replica_cell(clone, 0, 0).state, VALUE_ABSENT);
    assert_int_equal(replica_cell(clone, 1, 1).state, VALUE_SET);
    assert_int_equal(replica_cell(clone, 1, -1).state, VALUE_ABSENT);
    replica_free(clone);
    replica_free(r);
}

static void a_table_without_columns_has_rows(void **state)
{
    (void)state;
    struct replica *r = replica_new(build_schema(""), REPLICA_VIEWPORT);
    struct update *u = update_new(0);
    struct err e = {.msg = ""};

    u->is_snapshot = true;
    u->viewport = build_set("0-9");
    set(&u->added, "0-9");
    u->table_size = 30;
    assert_int_equal(replica_apply(r, u, &e), ERR_OK);
    assert_int_equal(replica_held(r), 10);
    assert_true(rowset_empty(replica_columns(r)));
    replica_free(r);
}

static void more_keys_than_can_be_counted_are_refused(void **state)
{
    (void)state;
    struct replica *r = replica_new(build_schema("i"), REPLICA_KEYS);
    char *all = mem_printf("0-%" PRId64, INT64_MAX);

    REFUSE(r, "more than 2^63 - 1 row keys", .snapshot = true, .added = all, .included = "",
           .size = -1);
    free(all);
    replica_free(r);
}

/* A row may be held without its data: the first data is no change of it. */
static void the_first_data_of_a_cell_is_no_change(void **state)
{
    (void)state;
    struct replica *r = replica_new(build_schema("is"), REPLICA_VIEWPORT);

    APPLY(r, .viewport = "0-2", .added = "0-2", .size = 3, .data = {"1,absent,3", "a,b,c"});
    APPLY(r, .modified = {"0-2"}, .changes = {"1,2,4"}, .size = 3);
    expect_changes(r, "0@2+");
    replica_free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_snapshot_fills_the_viewport),
        cmocka_unit_test(a_row_inserted_above_moves_the_rows_below),
        cmocka_unit_test(a_deleted_row_brings_the_next_one),
        cmocka_unit_test(scrolling_keeps_the_overlap),
        cmocka_unit_test(a_reverse_viewport_ends_at_the_last_row),
        cmocka_unit_test(ranges_of_a_viewport_join_without_gaps),
        cmocka_unit_test(columns_come_and_go),
        cmocka_unit_test(data_of_foreign_columns_is_ignored),
        cmocka_unit_test(an_unknown_size_keeps_the_old_one),
        cmocka_unit_test(a_blink_table_that_is_told_as_empty_has_no_rows_left),
        cmocka_unit_test(what_does_not_fit_a_viewport_changes_nothing),
        cmocka_unit_test(an_update_of_another_width_is_refused),
        cmocka_unit_test(empty_slots_are_bounded),
        cmocka_unit_test(growth_repeats_all_keys_and_keeps_the_data),
        cmocka_unit_test(a_delta_between_rounds_scopes_rows_in_and_out),
        cmocka_unit_test(removes_come_before_shifts_before_adds),
        cmocka_unit_test(cumulative_snapshots_build_up),
        cmocka_unit_test(what_does_not_fit_the_keys_changes_nothing),
        cmocka_unit_test(changes_are_cells_that_differ),
        cmocka_unit_test(moved_and_repainted_rows_are_no_changes),
        cmocka_unit_test(changes_of_a_reverse_viewport_have_table_positions),
        cmocka_unit_test(changes_by_key_have_table_positions),
        cmocka_unit_test(the_list_of_changes_is_bounded),
        cmocka_unit_test(a_clone_stays_as_the_replica_was),
        cmocka_unit_test(a_clone_knows_which_columns_are_not_here),
        cmocka_unit_test(a_table_without_columns_has_rows),
        cmocka_unit_test(more_keys_than_can_be_counted_are_refused),
        cmocka_unit_test(the_first_data_of_a_cell_is_no_change),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
