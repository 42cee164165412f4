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
#include "ui/table/column_groups.h"
#include "ui/table/columns.h"
#include "ui/table/columns_fields.h"
#include "ui/table/columns_line.h"
#include "ui/table/layout_hints.h"

#define MANY 50000 /* columns */

static const struct draw_env env = {0};

/* A schema with one column for each letter, named by names ("A,B,C"), and layout hints. */
static struct schema *schema_named(const char *letters, const char *names,
                                   const char *hints)
{
    struct schema *s = build_schema(letters);

    for (size_t i = 0; i < s->n_columns; i++) {
        size_t len = strcspn(names, ",");

        s->columns[i].name =
            pool_copy(&s->texts, (struct bytes){(const uint8_t *)names, len});
        names += len + (names[len] == ',');
    }
    if (hints) {
        s->n_attributes = 1;
        s->attributes = MEM_ARRAY(struct schema_attribute, 1);
        s->attributes[0].name = "LayoutHints";
        s->attributes[0].value = hints;
    }
    return s;
}

/* Displayed names in order, "|" after the frozen ones. */
static void expect_order(const struct columns *c, const char *want)
{
    char got[256] = "";
    size_t n = 0;

    for (size_t i = 0; i < columns_count(c); i++)
        n += (size_t)snprintf(got + n, sizeof(got) - n, "%s%s", columns_name(c, i),
                              i + 1 == columns_frozen(c) ? "|" : " ");
    if (n > 0)
        got[n - 1 + (got[n - 1] == '|')] = '\0';
    assert_string_equal(got, want);
    for (size_t i = 0; i < columns_count(c); i++) {
        assert_int_equal(columns_order(c)[i], columns_look(c, i)->schema);
        assert_int_equal(columns_find(c, columns_order(c)[i]), i);
    }
}

struct fixture {
    struct schema *s;
    struct columns *c;
};

static struct fixture start(const char *letters, const char *names, const char *hints)
{
    struct fixture f = {schema_named(letters, names, hints), columns_new(false)};

    columns_set_schema(f.c, f.s);
    return f;
}

static void end(struct fixture *f)
{
    columns_free(f->c);
    schema_free(f->s);
}

static void see(struct columns *c, size_t i, const struct schema *s, const char *cells)
{
    const struct type *type = s->columns[columns_look(c, i)->schema].type;
    struct column *data = build_column(type, cells);

    for (size_t k = 0; k < column_length(data); k++) {
        struct value v = column_get(data, k);

        columns_see(c, i, 0, &v, NULL, &env);
    }
    column_free(data);
}

/* Places as "index@x+room", the rule as "|x". */
static void expect_line(struct columns *c, int body, size_t left, const char *want)
{
    struct columns_line line = columns_line_empty();
    char got[256] = "";
    size_t n = 0;

    columns_place(c, body, left, &line);
    for (size_t i = 0; i < line.n; i++) {
        if (i == line.frozen && line.rule >= 0)
            n += (size_t)snprintf(got + n, sizeof(got) - n, "|%d ", line.rule);
        n += (size_t)snprintf(got + n, sizeof(got) - n, "%zu@%d+%d ", line.places[i].index,
                              line.places[i].x, line.places[i].room);
    }
    if (n > 0)
        got[n - 1] = '\0';
    assert_string_equal(got, want);
    assert_int_equal(line.shown + line.frozen, line.n);
    columns_line_release(&line);
}

static void columns_stand_two_blanks_apart_and_the_edge_cuts_the_last(void **state)
{
    struct fixture f = start("llll", "AAAA,BBBBBB,CCCC,DDDD", NULL);

    (void)state;
    expect_line(f.c, 100, 0, "0@0+4 1@6+6 2@14+4 3@20+4");
    expect_line(f.c, 16, 0, "0@0+4 1@6+6 2@14+2");
    expect_line(f.c, 14, 0, "0@0+4 1@6+6");
    expect_line(f.c, 1, 2, "2@0+1");
    expect_line(f.c, 100, 2, "2@0+4 3@6+4");
    end(&f);
}

static void frozen_columns_stay_and_a_rule_ends_them(void **state)
{
    struct fixture f = start("lllll", "AAAA,BBBB,CCCC,DDDD,EEEE", NULL);

    (void)state;
    columns_freeze(f.c, 2);
    expect_line(f.c, 40, 0, "0@0+4 1@6+4 |11 2@13+4 3@19+4 4@25+4");
    expect_line(f.c, 40, 3, "0@0+4 1@6+4 |11 3@13+4 4@19+4");
    end(&f);
}

static void frozen_columns_never_take_more_than_half_the_line(void **state)
{
    struct fixture f = start("lllll", "AAAA,BBBB,CCCC,DDDD,EEEE", NULL);

    (void)state;
    columns_freeze(f.c, 5);
    assert_int_equal(columns_frozen(f.c), 5);
    for (int body = 1; body < 80; body++) {
        struct columns_line line = columns_line_empty();

        columns_place(f.c, body, 0, &line);
        assert_true(line.frozen < 5); /* one is always left to scroll */
        assert_true(line.rule < 0 || line.rule + 2 <= body / 2);
        assert_true(line.n > line.frozen);
        assert_int_equal(line.places[line.frozen].index, line.frozen);
        columns_line_release(&line);
    }
    expect_line(f.c, 26, 0, "0@0+4 1@6+4 |11 2@13+4 3@19+4 4@25+1");
    expect_line(f.c, 24, 0, "0@0+4 |5 1@7+4 2@13+4 3@19+4");
    expect_line(f.c, 12, 0, "0@0+4 1@6+4");
    end(&f);
}

static void a_place_of_the_line_is_of_a_column_or_of_the_gap_behind_it(void **state)
{
    /* column of each place, a capital letter for its gap; "." for none */
    static const char expected[] = "aaaaAAbbbbBBBccccCCdddd";
    struct fixture f = start("lllll", "AAAA,BBBB,CCCC,DDDD,EEEE", NULL);
    struct columns_line line = columns_line_empty();
    bool behind;

    (void)state;
    columns_freeze(f.c, 2);
    columns_place(f.c, 26, 0, &line);
    for (int x = 0; expected[x]; x++) {
        const struct column_place *p = columns_place_at(&line, x, &behind);

        assert_int_equal((behind ? 'A' : 'a') + (int)p->index, expected[x]);
    }
    assert_null(columns_place_at(&line, -1, &behind));
    columns_place(f.c, 100, 0, &line);
    assert_int_equal(columns_place_at(&line, 30, &behind)->index, 4);
    assert_true(behind);
    assert_null(columns_place_at(&line, 31, &behind));
    columns_line_release(&line);
    end(&f);
}

static void scrolling_shows_a_column_whole_and_wastes_no_room(void **state)
{
    struct fixture f = start("llllll", "AAAA,BBBB,CCCC,DDDD,EEEE,FFFF", NULL);

    (void)state;
    assert_int_equal(columns_scroll(f.c, 16, 0, 2), 0);
    assert_int_equal(columns_scroll(f.c, 15, 0, 2), 1);
    assert_int_equal(columns_scroll(f.c, 16, 4, 1), 1);
    assert_int_equal(columns_scroll(f.c, 16, 5, 5), 3); /* room for three at the end */
    assert_int_equal(columns_scroll(f.c, 1000, 5, 5), 0);
    assert_int_equal(columns_scroll(f.c, 2, 0, 3), 3); /* wider than the line */
    assert_int_equal(columns_last_whole(f.c, 16, 1), 3);
    assert_int_equal(columns_last_whole(f.c, 1, 1), 1);
    assert_int_equal(columns_first_for(f.c, 16, 3), 1);
    columns_freeze(f.c, 1);
    assert_int_equal(columns_scroll(f.c, 17, 3, 0), 3); /* it is in sight already */
    assert_int_equal(columns_scroll(f.c, 17, 0, 3), 2);
    assert_int_equal(columns_scroll(f.c, 17, 3, 1), 1);
    assert_int_equal(columns_first_for(f.c, 17, 0), 1);
    columns_hide(f.c, 2, 3);
    assert_int_equal(columns_last_whole(f.c, 17, 5), 2);
    assert_int_equal(columns_first_for(f.c, 17, 5), 1);
    assert_int_equal(columns_scroll(f.c, 17, 5, 5), 1);
    end(&f);
}

static void columns_grow_with_what_is_seen_and_do_not_shrink(void **state)
{
    struct fixture f = start("sdl", "Txt,Dbl,Lng", NULL);
    const struct column_look *d;

    (void)state;
    assert_int_equal(columns_look(f.c, 0)->width, 6); /* "string" */
    see(f.c, 0, f.s, "a,longer than that");
    assert_int_equal(columns_look(f.c, 0)->width, 16);
    see(f.c, 0, f.s, "a,null,absent");
    assert_int_equal(columns_look(f.c, 0)->width, 16);
    see(f.c, 0, f.s, "0123456789012345678901234567890123456789012345678901234567890");
    assert_int_equal(columns_look(f.c, 0)->width, 40);
    see(f.c, 1, f.s, "12345.5,1.000244140625");
    d = columns_look(f.c, 1);
    assert_int_equal(d->before, 5);
    assert_int_equal(d->after, 13);
    assert_int_equal(d->width, 18);
    see(f.c, 2, f.s, "-9223372036854775807");
    assert_int_equal(columns_look(f.c, 2)->width, 20);
    end(&f);
}

static void a_fit_column_shrinks_to_what_is_seen_next(void **state)
{
    struct fixture f = start("sd", "Txt,D", NULL);

    (void)state;
    see(f.c, 0, f.s, "much longer than that");
    columns_fit(f.c, 0);
    see(f.c, 0, f.s, "a,shorter");
    assert_int_equal(columns_look(f.c, 0)->width, 7);
    see(f.c, 0, f.s, "0123456789012345678901234567890123456789012345678901234567890");
    assert_int_equal(columns_look(f.c, 0)->width, 61); /* asked for: no usual limit */
    columns_fit_all(f.c);
    see(f.c, 0, f.s, "0123456789012345678901234567890123456789012345678901234567890");
    assert_int_equal(columns_look(f.c, 0)->width, 40);
    see(f.c, 1, f.s, "1000000000.5");
    columns_fit_all(f.c);
    see(f.c, 1, f.s, "1.25");
    assert_int_equal(columns_look(f.c, 1)->before, 1);
    assert_int_equal(columns_look(f.c, 1)->after, 3);
    assert_int_equal(columns_look(f.c, 1)->width, 6); /* "double" */
    end(&f);
}

static void a_name_has_the_room_that_it_is_drawn_with(void **state)
{
    struct schema *s = schema_named("ls", "Größe,漢字漢字漢字漢字", NULL);

    (void)state;
    for (int ascii = 0; ascii < 2; ascii++) {
        struct columns *c = columns_new(ascii);

        columns_set_schema(c, s);
        assert_int_equal(columns_look(c, 0)->width, ascii ? 15 : 5);
        assert_int_equal(columns_look(c, 1)->width, ascii ? 40 : 16); /* the usual limit */
        columns_fit(c, 0);
        columns_fit(c, 1);
        assert_int_equal(columns_look(c, 0)->width, ascii ? 15 : 5);
        assert_int_equal(columns_look(c, 1)->width, ascii ? 48 : 16);
        columns_free(c);
    }
    schema_free(s);
}

static void a_column_made_narrower_does_not_grow_by_itself(void **state)
{
    struct fixture f = start("s", "Txt", NULL);

    (void)state;
    columns_resize(f.c, 0, -2);
    assert_int_equal(columns_look(f.c, 0)->width, 4);
    see(f.c, 0, f.s, "much longer than that");
    assert_int_equal(columns_look(f.c, 0)->width, 4);
    columns_resize(f.c, 0, INT64_MIN);
    assert_int_equal(columns_look(f.c, 0)->width, COLUMN_WIDTH_MIN);
    columns_resize(f.c, 0, INT64_MAX);
    assert_int_equal(columns_look(f.c, 0)->width, COLUMN_WIDTH_MAX);
    columns_fit(f.c, 0);
    see(f.c, 0, f.s, "short");
    assert_int_equal(columns_look(f.c, 0)->width, 6);
    columns_resize(f.c, 0, 2);
    see(f.c, 0, f.s, "much longer than that"); /* made wider: it still does */
    assert_int_equal(columns_look(f.c, 0)->width, 21);
    end(&f);
}

static void hidden_columns_are_marked_and_come_back_where_they_were(void **state)
{
    struct fixture f = start("lllll", "A,B,C,D,E", NULL);
    uint64_t version = columns_version(f.c);

    (void)state;
    assert_int_equal(columns_hide(f.c, 1, 2), 2);
    assert_true(columns_version(f.c) != version);
    expect_order(f.c, "A D E");
    assert_false(columns_hidden_before(f.c, 0));
    assert_true(columns_hidden_before(f.c, 1));
    assert_false(columns_hidden_before(f.c, 3));
    assert_int_equal(columns_find_name(f.c, "B"), -1);
    assert_int_equal(columns_hide(f.c, 2, 1), 1);
    assert_true(columns_hidden_before(f.c, 2));
    assert_int_equal(columns_hide(f.c, 0, INT64_MAX), 1);
    expect_order(f.c, "D");
    assert_int_equal(columns_hide(f.c, 0, 1), 0); /* the last one stays */
    assert_false(columns_set_hidden(f.c, 3, true));
    assert_int_equal(columns_show_all(f.c), 4);
    expect_order(f.c, "A B C D E");
    end(&f);
}

static void a_moved_column_stays_on_its_side_of_the_rule(void **state)
{
    struct fixture f = start("lllll", "A,B,C,D,E", NULL);

    (void)state;
    assert_int_equal(columns_move(f.c, 0, 2), 2);
    expect_order(f.c, "B C A D E");
    assert_int_equal(columns_move(f.c, 4, -1), 3);
    expect_order(f.c, "B C A E D");
    assert_int_equal(columns_move(f.c, 2, INT64_MIN), 0);
    expect_order(f.c, "A B C E D");
    columns_freeze(f.c, 2);
    expect_order(f.c, "A B|C E D");
    assert_int_equal(columns_move(f.c, 0, INT64_MAX), 1);
    assert_int_equal(columns_move(f.c, 4, -4), 2);
    expect_order(f.c, "B A|D C E");
    assert_int_equal(columns_hide(f.c, 3, 1), 1);
    assert_int_equal(columns_move(f.c, 2, 1), 3); /* past the hidden one */
    expect_order(f.c, "B A|E D");
    columns_show_all(f.c);
    expect_order(f.c, "B A|C E D");
    end(&f);
}

static void a_hidden_frozen_column_is_frozen_when_it_comes_back(void **state)
{
    struct fixture f = start("llll", "A,B,C,D", NULL);

    (void)state;
    columns_freeze(f.c, 2);
    columns_hide(f.c, 0, 1);
    expect_order(f.c, "B|C D");
    assert_true(columns_entry(f.c, 0).hidden && columns_entry(f.c, 0).frozen);
    columns_show_all(f.c);
    expect_order(f.c, "A B|C D");
    assert_int_equal(columns_shift(f.c, 1, 1), 1);
    assert_int_equal(columns_shift(f.c, 3, -3), 2);
    expect_order(f.c, "A B|D C");
    columns_freeze(f.c, 0);
    expect_order(f.c, "A B D C");
    end(&f);
}

static void formatting_columns_are_not_displayed(void **state)
{
    struct schema *s = schema_named("llll", "A,AF,Row,B", NULL);
    struct columns *c = columns_new(false);

    (void)state;
    s->columns[1].is_format = true;
    s->columns[2].is_row_style = true;
    columns_set_schema(c, s);
    expect_order(c, "A B");
    assert_int_equal(columns_all(c), 2);
    columns_free(c);
    schema_free(s);
}

static void layout_hints_set_order_hidden_and_frozen(void **state)
{
    static const struct {
        const char *hints, *want;
    } cases[] = {
        {"front=D,C;", "D C A B E"},
        {"back=A,B;", "C D E A B"},
        {"hide=B,D;", "A C E"},
        {"freeze=E,A;", "E A|B C D"},
        {"noSavedLayouts;front=C;back=A;hide=B;freeze=E;", "E|C D A"},
        {"freeze=A;front=A,B", "A|B C D E"}, /* the first word counts */
        {"hide=A,B,C,D,E;", "E"},            /* one is left */
        {"front=;back=,,;hide", "A B C D E"},
        {"front=Nope,E;hide=,B,B", "E A C D"},
        {"frontier=E;front", "A B C D E"},
        {"front=A;front=E", "A B C D E"},
        {";;=;", "A B C D E"},
        {"columnGroups=name:G::children:D,B::color:#0000ff;", "A C D B E"},
        {"columnGroups=name:G::children:A,E|name:H::children:C,B;", "A E C B D"},
        {"front=D;back=A;freeze=C,B;columnGroups=name:G::children:B,D,A;", "C B|D A E"},
        {"hide=B;columnGroups=name:G::children:A,B,D", "A D C E"},
        {"columnGroups=name:G::children:H,E|name:H::children:D,A", "B C D A E"},
        {"columnGroups=name:G::children:B,E|name:H::children:A,G", "A B E C D"},
        {"columnGroups=name:G::children:A,E|name:H::children:C,E,D",
         "A E B C D"}, /* taken */
        {"columnGroups=name:G::children:G,B,H,B|name:H::children:G,H", "A B C D E"},
        {"columnGroups=name:G::children:,,Nope,D,,A|||name|:|::|children:C,B", "C B D A E"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct fixture f = start("lllll", "A,B,C,D,E", cases[i].hints);

        expect_order(f.c, cases[i].want);
        end(&f);
    }
}

/* head, n times part, and tail; owned. */
static char *repeated(const char *head, size_t n, const char *part, const char *tail)
{
    size_t at = strlen(head), len = strlen(part);
    char *out = mem_calloc(1, at + n * len + strlen(tail) + 1);

    memcpy(out, head, at);
    for (size_t i = 0; i < n; i++, at += len)
        memcpy(out + at, part, len);
    memcpy(out + at, tail, strlen(tail));
    return out;
}

/* Would be thousands of millions of steps, were each name looked for among all. */
static void hints_of_any_length_cost_little(void **state)
{
    char *letters = repeated("", MANY, "l", ""), *names = repeated("", MANY, "A,", "");
    char *groups =
        repeated("columnGroups=", COLUMN_GROUPS_MAX, "name:G|", "name:G::children:E,A");
    char *all[] = {repeated("front=", MANY, "A,", ";"), repeated("hide=", MANY, "A,", ";"),
                   repeated("columnGroups=name:G::children:", 40 * MANY, "x,", "B,A"),
                   groups};
    clock_t begin = clock();
    struct fixture f;

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        f = start(letters, names, all[i]);
        assert_int_equal(columns_count(f.c), i == 0 ? MANY : 1);
        columns_set_schema(f.c, f.s); /* found again, all of them */
        assert_int_equal(columns_all(f.c), MANY);
        end(&f);
    }
    for (size_t i = 2; i < 4; i++) { /* what is beyond the limits is not read */
        f = start("lllll", "A,B,C,D,E", all[i]);
        expect_order(f.c, "A B C D E");
        end(&f);
    }
    assert_true(clock() - begin < 5 * CLOCKS_PER_SEC);
    for (size_t i = 0; i < 4; i++)
        free(all[i]);
    free(letters);
    free(names);
}

static void what_was_done_to_columns_is_kept_for_the_same_names(void **state)
{
    struct fixture f = start("sllll", "A,B,C,D,E", NULL);
    struct schema *again = schema_named("lsllls", "X,A,D,C,B,Y", "hide=A;front=Y");

    (void)state;
    see(f.c, 0, f.s, "as wide as this");
    columns_resize(f.c, 1, 5);
    columns_move(f.c, 2, -2);
    columns_freeze(f.c, 1);
    columns_hide(f.c, 3, 1);
    expect_order(f.c, "C|A B E");
    columns_set_schema(f.c, NULL); /* gone for a while */
    columns_set_schema(f.c, again);
    expect_order(f.c, "C|Y X B");
    assert_int_equal(columns_look(f.c, 0)->schema, 3);
    assert_int_equal(columns_look(f.c, 3)->width, 9);
    assert_true(columns_entry(f.c, 4).hidden);
    assert_string_equal(columns_entry(f.c, 4).name, "D");
    columns_show_all(f.c);
    expect_order(f.c, "C|Y X A D B");
    assert_int_equal(columns_look(f.c, 3)->width, 15);
    schema_free(f.s);
    f.s = again;
    end(&f);
}

static void move_d_to_the_front(struct columns *c)
{
    columns_move(c, 3, -3);
}

static void move_a_there_and_b_here(struct columns *c)
{
    columns_move(c, 0, 4);
    columns_move(c, 0, 1);
}

static void hide_b_and_d(struct columns *c)
{
    columns_hide(c, 1, 1);
    columns_hide(c, 2, 1);
}

static void show_all(struct columns *c)
{
    columns_show_all(c);
}

static void freeze_two(struct columns *c)
{
    columns_freeze(c, 2);
}

static void freeze_none(struct columns *c)
{
    columns_freeze(c, 0);
}

static void freeze_what_was_moved(struct columns *c)
{
    columns_move(c, 4, -4);
    columns_freeze(c, 2);
    columns_move(c, 4, -2);
}

static void widen(struct columns *c)
{
    columns_resize(c, 1, 3);
    columns_fit(c, 0);
}

static void move_in_vain(struct columns *c)
{
    columns_move(c, 0, -3);
    columns_shift(c, 4, 1);
}

static void nothing(struct columns *c)
{
    (void)c;
}

/* Tables of A to E become others; what is done in between is the user's. */
static void the_users_doing_stays_and_the_rest_follows_the_new_table(void **state)
{
    static const struct {
        const char *hints;
        void (*act)(struct columns *c);
        const char *names, *then, *want;
    } cases[] = {
        /* nothing done: just the new table */
        {NULL, nothing, "C,B,A", NULL, "C B A"},
        {NULL, widen, "C,B,A,F", NULL, "C B A F"},
        {NULL, move_in_vain, "C,B,A", NULL, "C B A"},
        {NULL, nothing, "A,B,X,C,D,E", NULL, "A B X C D E"},
        {NULL, nothing, "A,B,C,D,E", "front=E;back=A;hide=B;freeze=D", "D|E C A"},
        {"front=E;back=A;hide=B;freeze=D", nothing, "A,B,C,D,E", NULL, "A B C D E"},
        {"freeze=A", nothing, "A,B,C,D,E", "freeze=C,B", "C B|A D E"},
        {NULL, nothing, "E,D,C,B,A", "columnGroups=name:G::children:E,A", "E A D C B"},
        /* moved */
        {NULL, move_d_to_the_front, "A,B,C,D,E", NULL, "D A B C E"},
        {NULL, move_d_to_the_front, "C,B,A,D", NULL, "D C B A"},
        {NULL, move_d_to_the_front, "A,X,B,C,E", NULL, "A X B C E"},
        {NULL, move_d_to_the_front, "A,B,C,D,E", "front=E;hide=B", "D E A C"},
        {NULL, move_d_to_the_front, "A,B,C,D,E", "freeze=A", "A|D B C E"},
        {NULL, move_d_to_the_front, "A,B,C,D,E", "freeze=A,D", "D A|B C E"},
        {NULL, move_a_there_and_b_here, "A,B,C,D,E", NULL, "C B D E A"},
        {NULL, move_a_there_and_b_here, "E,D,C,B,A,X", NULL, "E A D C B X"},
        {NULL, move_a_there_and_b_here, "A,B,D,X", NULL,
         "B D A X"}, /* nearest that is left */
        /* hidden and shown */
        {NULL, hide_b_and_d, "D,C,B,A,X", "hide=A", "C X"},
        {"hide=B,C", show_all, "A,B,C,D", "hide=B,D", "A B C"},
        {"hide=B", nothing, "A,B,C", "hide=C", "A B"},
        {NULL, hide_b_and_d, "B,D", NULL, "B"}, /* one is left */
        /* frozen */
        {NULL, freeze_two, "C,B,A", "freeze=C", "A B|C"},
        {NULL, freeze_two, "X,B,C", NULL, "B|X C"},
        {NULL, freeze_two, "X,C", "freeze=C", "C|X"}, /* none of them is left */
        {"freeze=C", freeze_none, "A,B,C", "freeze=C", "C A B"},
        {NULL, freeze_what_was_moved, "A,B,C,D,E", NULL, "E A|D B C"},
        {NULL, freeze_what_was_moved, "D,C,B,A,E", "front=C", "E A|D C B"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct fixture f = start("lllll", "A,B,C,D,E", cases[i].hints);
        char letters[] = "llllll";
        struct schema *then;

        letters[(strlen(cases[i].names) + 1) / 2] = '\0';
        then = schema_named(letters, cases[i].names, cases[i].then);
        cases[i].act(f.c);
        columns_set_schema(f.c, then);
        expect_order(f.c, cases[i].want);
        columns_set_schema(f.c, NULL);
        columns_set_schema(f.c, then); /* nothing is done twice */
        expect_order(f.c, cases[i].want);
        schema_free(f.s);
        f.s = then;
        end(&f);
    }
}

static void a_width_that_was_set_stays_with_another_type(void **state)
{
    struct fixture f = start("ll", "A,B", NULL);
    struct schema *typed = schema_named("ss", "A,B", NULL);

    (void)state;
    see(f.c, 1, f.s, "1234567890123456");
    columns_resize(f.c, 0, -1);
    columns_set_schema(f.c, typed);
    see(f.c, 0, typed, "much longer than that");
    assert_int_equal(columns_look(f.c, 0)->width, 3);
    assert_int_equal(columns_look(f.c, 1)->width, 6);
    schema_free(f.s);
    f.s = typed;
    end(&f);
}

static void another_table_starts_anew(void **state)
{
    struct fixture f = start("sll", "A,B,C", NULL);
    struct schema *other = schema_named("ll", "P,Q", "front=Q");
    struct schema *typed = schema_named("ll", "Q,P", NULL);

    (void)state;
    columns_freeze(f.c, 2);
    columns_set_schema(f.c, other);
    expect_order(f.c, "Q P");
    see(f.c, 0, other, "123456789012");
    type_free(typed->columns[0].type);
    typed->columns[0].type = type_new(KIND_STRING, NULL);
    columns_set_schema(f.c, typed);
    expect_order(f.c, "Q P");
    assert_int_equal(columns_look(f.c, 0)->width, 6); /* another type: measured anew */
    schema_free(f.s);
    schema_free(other);
    f.s = typed;
    end(&f);
}

static void names_that_repeat_are_kept_apart(void **state)
{
    struct fixture f = start("llll", "A,A,B,A", NULL);
    struct schema *again = schema_named("llll", "A,A,B,A", NULL);

    (void)state;
    columns_hide(f.c, 1, 1);
    columns_move(f.c, 2, -2);
    assert_int_equal(columns_order(f.c)[0], 3);
    columns_set_schema(f.c, again);
    expect_order(f.c, "A A B");
    assert_int_equal(columns_all(f.c), 4);
    schema_free(f.s);
    f.s = again;
    end(&f);
}

static void what_was_done_to_a_column_is_kept_while_the_table_lacks_it(void **state)
{
    struct schema *all = schema_named("lll", "A,B,C", NULL);
    struct schema *some = schema_named("l", "A", NULL);
    struct columns *c = columns_new(false);
    int width;

    (void)state;
    columns_set_schema(c, all);
    columns_resize(c, 2, 20);
    width = columns_look(c, 2)->width;
    assert_int_equal(columns_hide(c, 1, 1), 1);
    expect_order(c, "A C");
    columns_set_schema(c, some);
    expect_order(c, "A");
    columns_set_schema(c, all);
    expect_order(c, "A C");
    assert_int_equal(columns_look(c, 1)->width, width);
    assert_int_equal(columns_show_all(c), 1);
    columns_set_schema(c, some);
    columns_set_schema(c, all);
    expect_order(c, "A B C");
    columns_free(c);
    schema_free(all);
    schema_free(some);
}

/* What the columns of one table say, taken by those of another; owned. */
static char *fields_of(const struct columns *c)
{
    struct link_writer w = {.rc = ERR_OK};
    struct buf text;
    char *out;

    buf_init(&text, 4096);
    w.out = &text;
    columns_put_fields(c, &w);
    assert_int_equal(w.rc, ERR_OK);
    out = mem_strndup((const char *)text.data, text.len);
    buf_release(&text);
    return out;
}

static enum err_code take_fields(struct columns *c, const char *fields, struct err *e)
{
    struct link_reader r;
    enum err_code rc;

    assert_int_equal(link_reader_init(&r, fields + 1, strlen(fields + 1), e), ERR_OK);
    rc = columns_take_fields(c, &r);
    link_reader_release(&r);
    return rc;
}

static void a_layout_comes_back_from_its_fields(void **state)
{
    struct fixture f = start("lllll", "A,B,C,D,E", NULL);
    struct fixture same = start("lllll", "A,B,C,D,E", NULL);
    struct fixture other = start("llll", "E,X,C,B", NULL);
    char *fields, *again;

    (void)state;
    (void)columns_move(f.c, 4, -4);
    (void)columns_hide(f.c, 2, 1); /* B */
    columns_resize(f.c, 1, 7);     /* A */
    columns_freeze(f.c, 2);
    expect_order(f.c, "E A|C D");
    fields = fields_of(f.c);
    assert_int_equal(take_fields(same.c, fields, NULL), ERR_OK);
    expect_order(same.c, "E A|C D");
    assert_int_equal(columns_look(same.c, 1)->width, columns_look(f.c, 1)->width);
    again = fields_of(same.c);
    assert_string_equal(again, fields);
    free(again);
    assert_int_equal(take_fields(other.c, fields, NULL), ERR_OK);
    expect_order(other.c, "E C|X"); /* A is not there, nobody spoke of X */
    free(fields);
    end(&f);
    end(&same);
    end(&other);
}

static void fields_that_are_none_of_a_layout_are_refused(void **state)
{
    static const char *const wrong[] = {",x", ",0,5,A", ",0,1,A,x,0", ",-1,0", ",0,-1"};
    struct fixture f = start("ll", "A,B", NULL);

    (void)state;
    for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
        struct err e = {.msg = ""};

        assert_int_equal(take_fields(f.c, wrong[i], &e), ERR_USAGE);
        assert_true(*e.msg != '\0');
    }
    assert_int_equal(take_fields(f.c, ",9,2,A,0,1,B,0,1", NULL), ERR_OK);
    expect_order(f.c, "B|"); /* one is always shown */
    end(&f);
}

static struct value_format *format_for(const struct fixture *f, size_t column,
                                       const char *text)
{
    struct value_format *out = NULL;
    size_t at;

    assert_int_equal(value_format_parse(text, f->s->columns[column].type, &out, &at, NULL),
                     ERR_OK);
    return out;
}

static void a_column_with_a_format_is_as_wide_as_that_needs(void **state)
{
    struct fixture f = start("dd", "A,B", NULL);

    (void)state;
    see(f.c, 0, f.s, "1234567.123456,1.5");
    assert_int_equal(columns_look(f.c, 0)->width, 14);
    columns_set_format(f.c, "A", format_for(&f, 0, "#,##0.0;(#,##0.0)"));
    assert_int_equal(columns_look(f.c, 0)->width, 6); /* double */
    see(f.c, 0, f.s, "1234567.123456,-1.5");
    assert_int_equal(columns_look(f.c, 0)->before, 9);
    assert_int_equal(columns_look(f.c, 0)->after, 3); /* .5) */
    assert_int_equal(columns_look(f.c, 0)->width, 12);
    columns_fit(f.c, 0);
    assert_non_null(columns_look(f.c, 0)->format);
    columns_set_format(f.c, "A", NULL);
    see(f.c, 0, f.s, "1234567.123456");
    assert_int_equal(columns_look(f.c, 0)->width, 14);
    columns_resize(f.c, 1, 20);
    columns_set_format(f.c, "B", format_for(&f, 1, "0"));
    assert_int_equal(columns_look(f.c, 1)->width, 26); /* that the user chose stays */
    end(&f);
}

static void a_format_is_found_again_by_the_name_of_its_column(void **state)
{
    struct fixture f = start("dl", "A,B", NULL);
    struct schema *other = schema_named("ls", "B,C", NULL);
    struct schema *text = schema_named("s", "A", NULL);

    (void)state;
    (void)columns_hide(f.c, 0, 1);
    columns_set_format(f.c, "A", format_for(&f, 0, "0.00"));
    columns_set_schema(f.c, other); /* A is away, and changed meanwhile */
    columns_set_format(f.c, "A", format_for(&f, 0, "0.0"));
    columns_set_schema(f.c, text);
    assert_null(columns_look(f.c, 0)->format); /* it is no number there */
    columns_set_schema(f.c, f.s);
    (void)columns_show_all(f.c);
    assert_string_equal(value_format_text(columns_look(f.c, 0)->format), "0.0");
    assert_null(columns_look(f.c, 1)->format);
    end(&f);
    schema_free(other);
    schema_free(text);
}

static void formats_come_back_from_fields(void **state)
{
    struct fixture f = start("dl", "A,B", NULL), same = start("dl", "A,B", NULL);
    struct fixture other = start("sl", "A,B", NULL);
    char *fields, *plain;

    (void)state;
    plain = fields_of(f.c);
    columns_set_format(f.c, "A", format_for(&f, 0, "#,##0.0 ',%'"));
    fields = fields_of(f.c);
    assert_int_equal(take_fields(same.c, fields, NULL), ERR_OK);
    assert_string_equal(value_format_text(columns_look(same.c, 0)->format), "#,##0.0 ',%'");
    assert_int_equal(take_fields(other.c, fields, NULL), ERR_OK);
    assert_null(columns_look(other.c, 0)->format);
    *strrchr(plain, ',') = '\0'; /* as it was before there were formats */
    assert_int_equal(take_fields(same.c, plain, NULL), ERR_OK);
    assert_null(columns_look(same.c, 0)->format);
    free(fields);
    free(plain);
    end(&f);
    end(&same);
    end(&other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_done_to_a_column_is_kept_while_the_table_lacks_it),
        cmocka_unit_test(columns_stand_two_blanks_apart_and_the_edge_cuts_the_last),
        cmocka_unit_test(frozen_columns_stay_and_a_rule_ends_them),
        cmocka_unit_test(frozen_columns_never_take_more_than_half_the_line),
        cmocka_unit_test(a_place_of_the_line_is_of_a_column_or_of_the_gap_behind_it),
        cmocka_unit_test(scrolling_shows_a_column_whole_and_wastes_no_room),
        cmocka_unit_test(columns_grow_with_what_is_seen_and_do_not_shrink),
        cmocka_unit_test(a_fit_column_shrinks_to_what_is_seen_next),
        cmocka_unit_test(a_name_has_the_room_that_it_is_drawn_with),
        cmocka_unit_test(a_column_made_narrower_does_not_grow_by_itself),
        cmocka_unit_test(hidden_columns_are_marked_and_come_back_where_they_were),
        cmocka_unit_test(a_moved_column_stays_on_its_side_of_the_rule),
        cmocka_unit_test(a_hidden_frozen_column_is_frozen_when_it_comes_back),
        cmocka_unit_test(formatting_columns_are_not_displayed),
        cmocka_unit_test(layout_hints_set_order_hidden_and_frozen),
        cmocka_unit_test(hints_of_any_length_cost_little),
        cmocka_unit_test(what_was_done_to_columns_is_kept_for_the_same_names),
        cmocka_unit_test(the_users_doing_stays_and_the_rest_follows_the_new_table),
        cmocka_unit_test(a_width_that_was_set_stays_with_another_type),
        cmocka_unit_test(another_table_starts_anew),
        cmocka_unit_test(names_that_repeat_are_kept_apart),
        cmocka_unit_test(a_layout_comes_back_from_its_fields),
        cmocka_unit_test(a_column_with_a_format_is_as_wide_as_that_needs),
        cmocka_unit_test(a_format_is_found_again_by_the_name_of_its_column),
        cmocka_unit_test(formats_come_back_from_fields),
        cmocka_unit_test(fields_that_are_none_of_a_layout_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
