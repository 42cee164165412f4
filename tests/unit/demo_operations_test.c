/*
 * What the demo server makes of a table by each operation: requests go through their
 * encoder and its own reader, rows are compared as text.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "demo/derived.h"
#include "demo/operations.h"
#include "demo/seek.h"
#include "demo/tables.h"
#include "model/format.h"
#include "tests/support/wire_literals.h"

#define TEXT_MAX 4000
#define MESSAGE_MAX ((size_t)1 << 20)
#define NOW_MS 90000 /* since the start */

/* --- a table with a bit of everything --- */

enum { ROWS = 6, COLUMNS = 13 };
#define SECOND INT64_C(1000000000)

static struct derived_column column_new_of(const char *name, enum kind kind)
{
    struct derived_column c = {
        .name = mem_strdup(name), .java = "java", .type = type_new(kind, NULL)};

    c.values = column_new(c.type);
    return c;
}

/* INT64_MIN stands for null. */
static struct derived_column ints(const char *name, enum kind kind, const int64_t v[ROWS])
{
    struct derived_column c = column_new_of(name, kind);

    for (int i = 0; i < ROWS; i++) {
        if (v[i] == INT64_MIN)
            column_push_null(c.values);
        else
            column_push_int(c.values, v[i]);
    }
    return c;
}

static struct derived_column reals(const char *name, enum kind kind, const double v[ROWS])
{
    struct derived_column c = column_new_of(name, kind);

    for (int i = 0; i < ROWS; i++) {
        if (v[i] == -1)
            column_push_null(c.values);
        else
            column_push_double(c.values, v[i]);
    }
    return c;
}

static struct derived_column texts(const char *name, enum kind kind, size_t n,
                                   const char *const v[ROWS])
{
    struct derived_column c = column_new_of(name, kind);

    for (int i = 0; i < ROWS; i++) {
        if (v[i])
            column_push_bytes(c.values,
                              (struct bytes){(const uint8_t *)v[i], n ? n : strlen(v[i])});
        else
            column_push_null(c.values);
    }
    return c;
}

#define N INT64_MIN

static void make_table(struct selection *out)
{
    struct derived_column *c = MEM_ARRAY(struct derived_column, COLUMNS);

    c[0] = ints("K", KIND_LONG, (const int64_t[]){0, 1, 2, 3, 4, 5});
    c[1] = ints("I", KIND_INT, (const int64_t[]){3, N, -5, 7, 3, 0});
    c[2] = reals("D", KIND_DOUBLE, (const double[]){1.5, NAN, -1, -2.5, INFINITY, 1.5});
    c[3] = texts("S", KIND_STRING, 0,
                 (const char *const[]){"foo", "Foo", NULL, "", "ÄA", "äa bar"});
    c[4] = ints("C", KIND_CHAR, (const int64_t[]){'a', 'B', N, 'b', 'A', 0x20ac});
    c[5] = ints("B", KIND_BOOL, (const int64_t[]){1, 0, N, 1, 0, 0});
    c[6] = ints("T", KIND_INSTANT, (const int64_t[]){0, SECOND, N, -SECOND, 1, 2});
    c[7] = ints("LD", KIND_DATE, (const int64_t[]){0, 1, N, -1, 20000, 0});
    c[8] = ints("LT", KIND_TIME, (const int64_t[]){0, SECOND, N, 3600 * SECOND, 1, 2});
    c[9] = ints("DU", KIND_DURATION, (const int64_t[]){0, SECOND, N, -SECOND, 1, 2});
    c[10] = texts("BD", KIND_BIG_DECIMAL, 5, /* 1.5, 1.5 with another scale, 0, -1 ... */
                  (const char *const[]){"\1\0\0\0\x0f", "\2\0\0\0\x7f", NULL, "\0\0\0\0\0",
                                        "\0\0\0\0\xff", "\1\0\0\0\x0f"});
    c[11] = texts("BI", KIND_BIG_INTEGER, 1,
                  (const char *const[]){"\5", "\x7f", NULL, "\xff", "\0", "\5"});
    c[12] = ints("Y", KIND_BYTE, (const int64_t[]){127, -127, N, 1, 0, 1});
    derived_values(c, COLUMNS, ROWS, "", out);
}

/* --- one operation --- */

struct bench {
    struct world world;
    struct demo_table *tables;
    size_t n_tables;
    struct selection table;
    const struct selection *right; /* of joins; borrowed; NULL: the table */
    struct err e;
};

static int bench_start(void **state)
{
    struct bench *b = MEM_NEW(struct bench);

    b->world.seed = 1;
    b->world.trades_per_s = 50;
    world_init(&b->world);
    b->n_tables = demo_tables_new(&b->world, &b->tables);
    make_table(&b->table);
    *state = b;
    return 0;
}

static int bench_stop(void **state)
{
    struct bench *b = *state;

    selection_release(&b->table);
    demo_tables_free(b->tables, b->n_tables);
    world_release(&b->world);
    free(b);
    return 0;
}

static void named_table(struct bench *b, const char *name, struct selection *out)
{
    for (size_t i = 0; i < b->n_tables; i++) {
        if (strcmp(b->tables[i].name, name) == 0) {
            selection_of_table(&b->tables[i], out);
            return;
        }
    }
    fail_msg("no table %s", name);
}

/* Through the messages of a batch of one. */
static enum err_code apply(struct bench *b, const struct wire_op *op,
                           const struct selection *source, struct selection *out)
{
    struct wire_op sent = *op;
    struct wire_operations read;
    struct buf m;
    enum err_code rc;

    *out = (struct selection){0};
    sent.source.ticket = bytes_of("s/x");
    buf_init(&m, MESSAGE_MAX);
    assert_int_equal(wire_batch_request_encode(&sent, 1, &m, &b->e), ERR_OK);
    assert_int_equal(wire_batch_request_decode(buf_bytes(&m), &read, &b->e), ERR_OK);
    assert_int_equal(read.n, 1);
    assert_int_equal(read.ops[0].kind, op->kind);
    rc = operation_check(&read.ops[0], &b->e);
    if (rc == ERR_OK)
        rc = operation_apply(&read.ops[0], source, b->right ? b->right : &b->table,
                             &b->world, NOW_MS, out, &b->e);
    wire_operations_release(&read);
    buf_release(&m);
    return rc;
}

static void put_cell(struct bench *b, const struct selection *v, size_t c, int64_t row,
                     struct buf *text)
{
    struct column *one = derived_read(v, &b->world, c, row, 1);
    struct value value = column_get(one, 0);

    if (value.state == VALUE_SET)
        format_value(&value, &(struct format_options){.time_digits = 0}, text);
    else
        (void)buf_append_text(text, "null", NULL);
    column_free(one);
}

/* "a,b;c,d": rows of cells. Owned. */
static char *text_of(struct bench *b, const struct selection *v)
{
    int64_t size = table_size(v->table, &b->world, 0);
    struct buf text;
    char *out;

    buf_init(&text, TEXT_MAX);
    for (int64_t row = 0; row < size; row++) {
        (void)buf_append_text(&text, row ? ";" : "", NULL);
        for (size_t c = 0; c < v->n_columns; c++) {
            (void)buf_append_text(&text, c ? "," : "", NULL);
            put_cell(b, v, c, row, &text);
        }
    }
    out = mem_strndup(text.len ? (const char *)text.data : "", text.len);
    buf_release(&text);
    return out;
}

static void expect_rows(struct bench *b, const struct selection *v, const char *wanted)
{
    char *found = text_of(b, v);

    assert_string_equal(found, wanted);
    free(found);
}

static void expect(struct bench *b, const struct wire_op *op, const char *wanted)
{
    struct selection out;

    if (apply(b, op, &b->table, &out) != ERR_OK)
        fail_msg("refused: %s", b->e.msg);
    expect_rows(b, &out, wanted);
    selection_release(&out);
}

static void expect_error(struct bench *b, const struct wire_op *op, enum err_code code,
                         const char *part)
{
    struct selection out;

    assert_int_equal(apply(b, op, &b->table, &out), code);
    if (!strstr(b->e.msg, part))
        fail_msg("\"%s\" is not in \"%s\"", part, b->e.msg);
}

/* --- filters --- */

static struct wire_literal text_literal(const char *s)
{
    return (struct wire_literal){.kind = WIRE_LITERAL_TEXT, .text = bytes_of(s)};
}

/* The numbers K of the rows that a condition leaves, or the code and words of its refusal.
 */
static void expect_filter(struct bench *b, const struct wire_condition *c,
                          const char *wanted)
{
    struct wire_op op = {.kind = WIRE_OP_FILTER, .conditions = c, .n_conditions = 1};
    struct bytes k = bytes_of("K");
    struct selection filtered, view;

    if (apply(b, &op, &b->table, &filtered) != ERR_OK) {
        if (strncmp(b->e.msg, wanted, strlen(wanted)) != 0 || !*wanted)
            fail_msg("\"%s\" instead of \"%s\"", b->e.msg, wanted);
        return;
    }
    assert_int_equal(selection_select(&filtered, &k, 1, &view, &b->e), ERR_OK);
    expect_rows(b, &view, wanted);
    selection_release(&view);
    selection_release(&filtered);
}

struct compare_case {
    const char *column;
    enum wire_comparison comparison;
    struct wire_literal literal;
    const char *wanted;
};

static void orderings_put_null_first_and_leave_out_nan(void **state)
{
    static const struct compare_case cases[] = {
        {"I", WIRE_LESS, TEXT("3"), "1;2;5"},
        {"I", WIRE_LESS_EQUAL, TEXT("3"), "0;1;2;4;5"},
        {"I", WIRE_GREATER, LONG(0), "0;3;4"},
        {"I", WIRE_GREATER_EQUAL, LONG(0), "0;3;4;5"},
        {"I", WIRE_GREATER, TEXT("1.5"), "Failed to convert literal value <1.5>"},
        {"Y", WIRE_LESS, TEXT("300"), "Failed to convert literal value <300>"},
        {"D", WIRE_LESS, TEXT("1.5"), "2;3"},
        {"D", WIRE_GREATER, TEXT("-1e2"), "0;3;4;5"},
        {"D", WIRE_GREATER_EQUAL, TEXT("Infinity"), "4"},
        {"D", WIRE_LESS_EQUAL, TEXT("-Infinity"), "2"},
        {"D", WIRE_LESS_EQUAL, TEXT("nan"), "Failed to convert literal value <nan>"},
        {"S", WIRE_LESS, TEXT("\"foo\""), "1;2;3"},
        {"S", WIRE_GREATER_EQUAL, TEXT("`foo`"), "0;4;5"},
        {"S", WIRE_GREATER_EQUAL, TEXT("x"), "Failed to convert literal value <x>"},
        {"C", WIRE_GREATER, TEXT("\"A\""), "0;1;3;5"},
        {"B", WIRE_LESS, BOOLEAN(true), "1;2;4;5"},
        {"T", WIRE_LESS, TIME(1), "0;2;3"},
        {"T", WIRE_LESS, LONG(1), "Failed to convert literal value"},
        {"LD", WIRE_LESS, TEXT("'1970-01-01'"), "2;3"},
        {"LD", WIRE_GREATER_EQUAL, TEXT("'1970-02-30'"), "Failed to convert"},
        {"LT", WIRE_GREATER, TEXT("'00:00:00.5'"), "1;3"},
        {"LT", WIRE_GREATER, TEXT("'24:00'"), "Failed to convert"},
        {"DU", WIRE_LESS, TEXT("'PT1S'"), "Unsupported type class java.time.Duration"},
        {"BD", WIRE_GREATER_EQUAL, TEXT("1.5"), "0;5"},
        {"BD", WIRE_LESS, TEXT("1.50"), "1;2;3;4"},
        {"BD", WIRE_GREATER, TEXT("-1e3"), "0;1;3;4;5"},
        {"BI", WIRE_LESS_EQUAL, TEXT("-1"), "2;3"},
        {"BI", WIRE_GREATER, TEXT("12345678901234567890123"), ""},
        {"Nope", WIRE_LESS, LONG(0), "Column \"Nope\" doesn't exist"}};

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct bytes column = bytes_of(cases[i].column);
        struct wire_condition c = {.kind = WIRE_CONDITION_COMPARE,
                                   .comparison = cases[i].comparison,
                                   .columns = &column,
                                   .n_columns = 1,
                                   .literals = &cases[i].literal,
                                   .n_literals = 1};

        print_message("%s %d\n", cases[i].column, cases[i].comparison);
        expect_filter(*state, &c, cases[i].wanted);
    }
}

struct in_case {
    const char *column;
    struct wire_literal literals[2];
    size_t n;
    bool ignores_case, inverted;
    const char *wanted;
};

static void in_finds_equal_values_and_inverted_keeps_null(void **state)
{
    static const struct in_case cases[] = {
        {"I", {LONG(3)}, 1, false, false, "0;4"},
        {"I", {LONG(3)}, 1, false, true, "1;2;3;5"},
        {"I", {LONG(3), LONG(0)}, 2, false, false, "0;4;5"},
        {"I", {{0}}, 0, false, false, ""},
        {"I", {TEXT("3")}, 1, false, false, "Failed to convert literal"},
        {"D", {REAL(1.5)}, 1, false, false, "0;5"},
        {"D", {REAL(1.5)}, 1, false, true, "1;2;3;4"},
        {"D", {REAL(INFINITY)}, 1, false, false, "Failed to convert literal"},
        {"S", {TEXT("foo")}, 1, false, false, "0"},
        {"S", {TEXT("FOO")}, 1, true, false, "0;1"},
        {"S", {TEXT("FOO")}, 1, true, true, "2;3;4;5"},
        {"S", {TEXT("äa")}, 1, true, false, "4"},
        {"S", {TEXT("")}, 1, false, false, "3"},
        {"C", {TEXT("a")}, 1, false, false, "0"},
        {"C", {TEXT("a")}, 1, true, false, "0"},
        {"C", {TEXT("€")}, 1, false, false, "5"},
        {"C", {TEXT("ab")}, 1, false, false, "Failed to convert literal"},
        {"B", {BOOLEAN(false)}, 1, false, false, "1;4;5"},
        {"T", {TIME(1)}, 1, false, false, "4"},
        {"BI", {LONG(5)}, 1, false, false, "0;5"}};

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct bytes column = bytes_of(cases[i].column);
        struct wire_condition c = {.kind = WIRE_CONDITION_IN,
                                   .columns = &column,
                                   .n_columns = 1,
                                   .literals = cases[i].literals,
                                   .n_literals = cases[i].n,
                                   .ignores_case = cases[i].ignores_case,
                                   .inverted = cases[i].inverted};

        expect_filter(*state, &c, cases[i].wanted);
    }
}

struct text_case {
    enum wire_condition_kind kind;
    const char *text;
    bool ignores_case, inverted;
    const char *wanted;
};

static void contains_and_matches_drop_null_and_fold_ascii(void **state)
{
    static const struct text_case cases[] = {
        {WIRE_CONDITION_CONTAINS, "oo", false, false, "0;1"},
        {WIRE_CONDITION_CONTAINS, "fo", false, true, "1;3;4;5"},
        {WIRE_CONDITION_CONTAINS, "FOO", true, false, "0;1"},
        {WIRE_CONDITION_CONTAINS, "ÄA", true, false, "4"},
        {WIRE_CONDITION_CONTAINS, "", false, false, "0;1;3;4;5"},
        {WIRE_CONDITION_MATCHES, "\\Qf\\E.*", false, false, "0"},
        {WIRE_CONDITION_MATCHES, "\\QF\\E.*", true, true, "3;4;5"},
        {WIRE_CONDITION_MATCHES, ".*\\Qbar\\E", false, false, "5"},
        {WIRE_CONDITION_MATCHES, ".*\\QA\\E.*", true, false, "4;5"},
        {WIRE_CONDITION_MATCHES, "(?iu)\\QÄA\\E.*", false, false, "4;5"},
        {WIRE_CONDITION_MATCHES, "f.o", false, false, "0"},
        {WIRE_CONDITION_MATCHES, "f[o]+", false, false,
         "the demo server reads no regular"}};

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct bytes column = bytes_of("S");
        struct wire_condition c = {.kind = cases[i].kind,
                                   .columns = &column,
                                   .n_columns = 1,
                                   .text = bytes_of(cases[i].text),
                                   .ignores_case = cases[i].ignores_case,
                                   .inverted = cases[i].inverted};

        expect_filter(*state, &c, cases[i].wanted);
    }
}

static void not_goes_down_to_the_leaves(void **state)
{
    struct bytes i = bytes_of("I"), d = bytes_of("D"), s = bytes_of("S");
    struct wire_literal zero = LONG(0), foo = text_literal("foo");
    struct wire_condition more = {.kind = WIRE_CONDITION_COMPARE,
                                  .comparison = WIRE_GREATER,
                                  .columns = &i,
                                  .n_columns = 1,
                                  .literals = &zero,
                                  .n_literals = 1};
    struct wire_condition null = {
        .kind = WIRE_CONDITION_IS_NULL, .columns = &s, .n_columns = 1};
    struct wire_condition nan = {.kind = WIRE_CONDITION_INVOKE,
                                 .columns = &d,
                                 .n_columns = 1,
                                 .text = bytes_of("isNaN")};
    struct wire_condition equal = {.kind = WIRE_CONDITION_IN,
                                   .columns = &s,
                                   .n_columns = 1,
                                   .literals = &foo,
                                   .n_literals = 1};
    struct wire_condition two[] = {more, equal};
    struct wire_condition any = {
        .kind = WIRE_CONDITION_ANY, .children = two, .n_children = 2};
    struct wire_condition all = {
        .kind = WIRE_CONDITION_ALL, .children = two, .n_children = 2};
    struct wire_condition none = {.kind = WIRE_CONDITION_ANY};
    struct wire_condition search = {.kind = WIRE_CONDITION_SEARCH,
                                    .columns = &s,
                                    .n_columns = 1,
                                    .text = bytes_of("o")};
    const struct not_case {
        const struct wire_condition *c;
        const char *as_it_is, *inverted;
    } cases[] = {{&more, "0;3;4", "1;2;5"},        {&null, "2", "0;1;3;4;5"},
                 {&nan, "1", "0;2;3;4;5"},         {&any, "0;3;4", "1;2;5"},
                 {&all, "0", "1;2;3;4;5"},         {&none, "0;1;2;3;4;5", "0;1;2;3;4;5"},
                 {&search, "0;1", "Not of Search"}};

    for (size_t k = 0; k < sizeof(cases) / sizeof(*cases); k++) {
        struct wire_condition inverted = {
            .kind = WIRE_CONDITION_NOT, .children = cases[k].c, .n_children = 1};

        expect_filter(*state, cases[k].c, cases[k].as_it_is);
        expect_filter(*state, &inverted, cases[k].inverted);
    }
}

static void search_goes_by_the_type_of_each_column(void **state)
{
    static const struct search_case {
        const char *column, *text, *wanted;
    } cases[] = {{"S", "OO", "0;1"}, {"I", "3", "0;4"},    {"I", "-5", "2"},
                 {"I", "3x", ""},    {"D", "1.5", "0;5"},  {"D", "1", "0;5"},
                 {"D", "-2", "3"},   {"B", "TRUE", "0;3"}, {"C", "a", "0"},
                 {"BI", "127", "1"}, {"LD", "1970", ""},   {"Y", "1", "3;5"}};

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct bytes column = bytes_of(cases[i].column);
        struct wire_condition c = {.kind = WIRE_CONDITION_SEARCH,
                                   .columns = &column,
                                   .n_columns = 1,
                                   .text = bytes_of(cases[i].text)};

        expect_filter(*state, &c, cases[i].wanted);
    }
}

static void where_reads_the_simple_forms_and_says_so_of_others(void **state)
{
    static const struct where_case {
        const char *text, *wanted;
    } cases[] = {{"I > 0", "0;3;4"},
                 {"I = 3 && D < 2", "0"},
                 {"I != 3", "1;2;3;5"},
                 {"S = `foo`", "0"},
                 {"S == \"\"", "3"},
                 {"S = null", "2"},
                 {"S != null && C >= 'b'", "3;5"},
                 {"isNull(S)", "2"},
                 {"!isNull(S)&&!isNaN(D)", "0;3;4;5"},
                 {"B = true", "0;3"},
                 {"T > '1970-01-01T00:00:00.5 UTC'", "1"},
                 {"LD = '1970-01-01'", "0;5"},
                 {"DU = 'PT1S'", "1"},
                 {"DU < '-PT0.5S'", "2;3"},
                 {"BD != 1.50", "1;2;3;4"},
                 {"I > 0 || I < 0", "the demo server reads COLUMN OP VALUE"},
                 {"S.startsWith(`f`)", "the demo server reads COLUMN OP VALUE"},
                 {"", "the demo server reads COLUMN OP VALUE"},
                 {"S = `foo", "the demo server reads COLUMN OP VALUE"},
                 {"X = 1", "Column \"X\" doesn't exist"}};
    struct bench *b = *state;

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct bytes text = bytes_of(cases[i].text), k = bytes_of("K");
        struct wire_op op = {.kind = WIRE_OP_WHERE, .texts = &text, .n_texts = 1};
        struct selection out, view;

        print_message("%s\n", cases[i].text);
        if (apply(b, &op, &b->table, &out) != ERR_OK) {
            assert_memory_equal(b->e.msg, cases[i].wanted, strlen(cases[i].wanted));
            continue;
        }
        assert_int_equal(selection_select(&out, &k, 1, &view, &b->e), ERR_OK);
        expect_rows(b, &view, cases[i].wanted);
        selection_release(&view);
        selection_release(&out);
    }
}

/* --- order --- */

struct sort_case {
    struct wire_sort keys[3];
    size_t n;
    const char *wanted;
};

#define KEY(name, how)                                                                     \
    {                                                                                      \
        {(const uint8_t *)(name), sizeof(name) - 1}, (how), false                          \
    }
#define ABSOLUTE(name, how)                                                                \
    {                                                                                      \
        {(const uint8_t *)(name), sizeof(name) - 1}, (how), true                           \
    }

static void sorts_put_null_first_nan_last_and_keep_ties(void **state)
{
    static const struct sort_case cases[] = {
        {{KEY("I", WIRE_ASCENDING)}, 1, "1;2;5;0;4;3"},
        {{KEY("I", WIRE_DESCENDING)}, 1, "3;0;4;5;2;1"},
        {{KEY("D", WIRE_ASCENDING)}, 1, "2;3;0;5;4;1"},
        {{KEY("D", WIRE_DESCENDING)}, 1, "1;4;0;5;3;2"},
        {{KEY("S", WIRE_ASCENDING)}, 1, "2;3;1;0;4;5"},
        {{KEY("I", WIRE_ASCENDING), KEY("K", WIRE_DESCENDING)}, 2, "1;2;5;4;0;3"},
        {{KEY("", WIRE_REVERSE)}, 1, "5;4;3;2;1;0"},
        {{KEY("I", WIRE_ASCENDING), KEY("", WIRE_REVERSE)}, 2, "3;4;0;5;2;1"},
        {{KEY("", WIRE_REVERSE), KEY("I", WIRE_ASCENDING)}, 2, "1;2;5;4;0;3"},
        {{ABSOLUTE("I", WIRE_ASCENDING)}, 1, "1;5;0;4;2;3"},
        {{KEY("I", WIRE_ASCENDING), KEY("I", WIRE_DESCENDING)}, 2, "1;2;5;0;4;3"},
        {{KEY("BD", WIRE_ASCENDING)}, 1, "2;4;3;1;0;5"},
        {{ABSOLUTE("BD", WIRE_ASCENDING)}, 1, "a column of"},
        {{ABSOLUTE("S", WIRE_ASCENDING)}, 1, "a column of"},
        {{KEY("Nope", WIRE_ASCENDING), KEY("No", WIRE_ASCENDING)},
         2,
         "column(s) not found: Nope, No"},
        {{KEY("", WIRE_ASCENDING)}, 1, "column(s) not found: "},
        {{KEY("", WIRE_ASCENDING), KEY("No", WIRE_ASCENDING)},
         2,
         "column(s) not found: , No"}};
    struct bench *b = *state;

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct wire_op op = {
            .kind = WIRE_OP_SORT, .sorts = cases[i].keys, .n_sorts = cases[i].n};
        struct bytes k = bytes_of("K");
        struct selection out, view;

        print_message("sort %zu\n", i);
        if (apply(b, &op, &b->table, &out) != ERR_OK) {
            assert_memory_equal(b->e.msg, cases[i].wanted, strlen(cases[i].wanted));
            continue;
        }
        assert_int_equal(selection_select(&out, &k, 1, &view, &b->e), ERR_OK);
        expect_rows(b, &view, cases[i].wanted);
        selection_release(&view);
        selection_release(&out);
    }
}

static void a_sorted_table_says_by_what(void **state)
{
    struct bench *b = *state;
    struct wire_sort key = KEY("I", WIRE_DESCENDING);
    struct wire_op op = {.kind = WIRE_OP_SORT, .sorts = &key, .n_sorts = 1};
    struct selection out;

    assert_int_equal(apply(b, &op, &b->table, &out), ERR_OK);
    assert_string_equal(out.table->sorted_by, "I=Descending");
    selection_release(&out);
}

/* --- pieces --- */

static void pieces_of_a_table_are_cut_at_its_ends(void **state)
{
    static const struct piece_case {
        enum wire_op_kind kind;
        int64_t first, last;
        const char *wanted;
    } cases[] = {{WIRE_OP_HEAD, 2, 0, "0;1"},
                 {WIRE_OP_HEAD, 0, 0, ""},
                 {WIRE_OP_HEAD, 9, 0, "0;1;2;3;4;5"},
                 {WIRE_OP_TAIL, 2, 0, "4;5"},
                 {WIRE_OP_TAIL, INT64_MAX, 0, "0;1;2;3;4;5"},
                 {WIRE_OP_SLICE, 1, 3, "1;2"},
                 {WIRE_OP_SLICE, -2, 0, "4;5"},
                 {WIRE_OP_SLICE, -3, -1, "3;4"},
                 {WIRE_OP_SLICE, 1, -1, "1;2;3;4"},
                 {WIRE_OP_SLICE, 9, 12, ""},
                 {WIRE_OP_SLICE, INT64_MIN, 0, "0;1;2;3;4;5"}};
    struct bench *b = *state;
    struct bytes k = bytes_of("K");
    struct selection view;

    assert_int_equal(selection_select(&b->table, &k, 1, &view, &b->e), ERR_OK);
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct wire_op op = {
            .kind = cases[i].kind, .first = cases[i].first, .last = cases[i].last};
        struct selection out;

        print_message("%d %ld\n", cases[i].kind, (long)cases[i].first);
        assert_int_equal(apply(b, &op, &view, &out), ERR_OK);
        expect_rows(b, &out, cases[i].wanted);
        selection_release(&out);
    }
    selection_release(&view);
    expect_error(b, &(struct wire_op){.kind = WIRE_OP_HEAD, .first = -1}, ERR_REFUSED,
                 "-1");
    expect_error(b, &(struct wire_op){.kind = WIRE_OP_SLICE, .first = 3, .last = 2},
                 ERR_REFUSED, "Cannot slice with");
}

/* --- columns --- */

static void columns_are_named_added_and_dropped(void **state)
{
    struct bench *b = *state;
    struct bytes view[] = {bytes_of("New = I"), bytes_of("K")};
    struct bytes drop[] = {bytes_of("I"),  bytes_of("D"),  bytes_of("S"),  bytes_of("C"),
                           bytes_of("B"),  bytes_of("T"),  bytes_of("LD"), bytes_of("LT"),
                           bytes_of("BD"), bytes_of("BI"), bytes_of("Y")};
    struct bytes add = bytes_of("P = ii"), formula = bytes_of("X = I + 1");
    struct bytes missing = bytes_of("Nope");
    struct wire_op op = {.kind = WIRE_OP_VIEW, .texts = view, .n_texts = 2};
    struct selection dropped, added;

    expect(b, &op, "3,0;null,1;-5,2;7,3;3,4;0,5");
    op = (struct wire_op){.kind = WIRE_OP_DROP, .texts = drop, .n_texts = 11};
    assert_int_equal(apply(b, &op, &b->table, &dropped), ERR_OK);
    expect_rows(b, &dropped, "0,PT0S;1,PT1S;2,null;3,PT-1S;4,PT0S;5,PT0S");
    op = (struct wire_op){.kind = WIRE_OP_UPDATE_VIEW, .texts = &add, .n_texts = 1};
    assert_int_equal(apply(b, &op, &dropped, &added), ERR_OK);
    expect_rows(b, &added, "0,PT0S,0;1,PT1S,1;2,null,2;3,PT-1S,3;4,PT0S,4;5,PT0S,5");
    selection_release(&added);
    selection_release(&dropped);
    op.texts = &formula;
    expect_error(b, &op, ERR_REFUSED, "the demo server cannot compute \"I + 1\"");
    op = (struct wire_op){.kind = WIRE_OP_DROP, .texts = &missing, .n_texts = 1};
    expect_error(b, &op, ERR_USAGE, "Column \"Nope\" doesn't exist");
}

/* --- values --- */

static void distinct_values_come_in_order_of_appearance(void **state)
{
    struct bench *b = *state;
    struct bytes i = bytes_of("I"), both[] = {bytes_of("I"), bytes_of("BI")};
    struct bytes missing = bytes_of("Nope");
    struct wire_op op = {.kind = WIRE_OP_DISTINCT, .texts = &i, .n_texts = 1};

    expect(b, &op, "3;null;-5;7;0");
    op = (struct wire_op){.kind = WIRE_OP_DISTINCT, .texts = both, .n_texts = 2};
    expect(b, &op, "3,5;null,127;-5,null;7,-1;3,0;0,5");
    op = (struct wire_op){.kind = WIRE_OP_DISTINCT, .texts = &missing, .n_texts = 1};
    expect_error(b, &op, ERR_NOT_FOUND, "column(s) not found: Nope");
}

struct total_case {
    enum wire_aggregate kind;
    bool with_nulls;
    const char *columns[4];
    const char *wanted;
};

static void totals_follow_the_types_of_columns(void **state)
{
    static const struct total_case cases[] = {
        {WIRE_AGG_COUNT, false, {"Count"}, "6"},
        {WIRE_AGG_SUM, false, {"I", "B", "BI", "BD"}, "8,2,136,3.27"},
        {WIRE_AGG_SUM, false, {"D"}, "NaN"},
        {WIRE_AGG_ABS_SUM, false, {"I", "BI", "Y"}, "18,138,256"},
        {WIRE_AGG_AVG, false, {"I", "Y"}, "1.6,0.4"},
        {WIRE_AGG_MIN, false, {"I", "D", "S", "T"}, "-5,NaN,,1969-12-31 23:59:59"},
        {WIRE_AGG_MAX, false, {"I", "D", "S", "BD"}, "7,NaN,äa bar,1.5"},
        {WIRE_AGG_MEDIAN, false, {"I", "D", "S", "Y"}, "3.0,NaN,foo,1"},
        {WIRE_AGG_FIRST, false, {"S", "I"}, "foo,3"},
        {WIRE_AGG_LAST, false, {"S", "I"}, "äa bar,0"},
        {WIRE_AGG_COUNT_DISTINCT, false, {"I", "D", "S"}, "4,3,5"},
        {WIRE_AGG_DISTINCT, true, {"I"}, "[-5, 0, 3, 7, null]"},
        {WIRE_AGG_UNIQUE, false, {"I", "K"}, "null,null"},
        {WIRE_AGG_DISTINCT, false, {"I"}, "[-5, 0, 3, 7]"},
        {WIRE_AGG_VAR, false, {"Y"}, "8064.8"}};
    struct bench *b = *state;

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct bytes columns[4];
        struct wire_aggregation a = {
            .kind = cases[i].kind, .with_nulls = cases[i].with_nulls, .texts = columns};
        struct wire_op op = {
            .kind = WIRE_OP_AGGREGATE, .aggregations = &a, .n_aggregations = 1};

        print_message("total %zu\n", i);
        for (; a.n_texts < 4 && cases[i].columns[a.n_texts]; a.n_texts++)
            columns[a.n_texts] = bytes_of(cases[i].columns[a.n_texts]);
        expect(b, &op, cases[i].wanted);
    }
}

static void aggregates_have_groups_and_names(void **state)
{
    struct bench *b = *state;
    struct bytes count = bytes_of("N"), sum = bytes_of("Total=I"), by = bytes_of("B");
    struct wire_aggregation list[] = {
        {.kind = WIRE_AGG_COUNT, .texts = &count, .n_texts = 1},
        {.kind = WIRE_AGG_SUM, .texts = &sum, .n_texts = 1}};
    struct wire_op op = {.kind = WIRE_OP_AGGREGATE,
                         .texts = &by,
                         .n_texts = 1,
                         .aggregations = list,
                         .n_aggregations = 2};
    struct bytes text = bytes_of("S");

    expect(b, &op, "true,2,10;false,3,3;null,1,-5");
    list[0].texts = &by;
    expect_error(b, &op, ERR_USAGE, "Duplicate output column");
    list[0] = (struct wire_aggregation){.kind = WIRE_AGG_SUM, .texts = &text, .n_texts = 1};
    expect_error(b, &op, ERR_USAGE, "does not take a column of");
    op.n_aggregations = 0;
    expect_error(b, &op, ERR_REFUSED, "must have at least one aggregations");
}

static void totals_of_no_rows_are_one_row_only_when_that_is_asked_for(void **state)
{
    struct bench *b = *state;
    struct bytes count = bytes_of("N"), sum = bytes_of("I");
    struct wire_aggregation list[] = {
        {.kind = WIRE_AGG_COUNT, .texts = &count, .n_texts = 1},
        {.kind = WIRE_AGG_SUM, .texts = &sum, .n_texts = 1}};
    struct wire_op head = {.kind = WIRE_OP_HEAD};
    struct wire_op op = {
        .kind = WIRE_OP_AGGREGATE, .aggregations = list, .n_aggregations = 2};
    struct selection none, out;

    assert_int_equal(apply(b, &head, &b->table, &none), ERR_OK);
    assert_int_equal(apply(b, &op, &none, &out), ERR_OK);
    expect_rows(b, &out, "");
    selection_release(&out);
    op.preserve_empty = true;
    assert_int_equal(apply(b, &op, &none, &out), ERR_OK);
    expect_rows(b, &out, "0,null");
    selection_release(&out);
    selection_release(&none);
}

/* --- two tables --- */

/* A view of the table, or of its first rows; owned by the caller. */
static void view_of(struct bench *b, int64_t rows, const struct bytes *specs, size_t n,
                    struct selection *out)
{
    struct wire_op head = {.kind = WIRE_OP_HEAD, .first = rows};
    struct wire_op view = {.kind = WIRE_OP_VIEW, .texts = specs, .n_texts = n};
    struct selection first;

    assert_int_equal(apply(b, &head, &b->table, &first), ERR_OK);
    assert_int_equal(apply(b, &view, &first, out), ERR_OK);
    selection_release(&first);
}

static void expect_join(struct bench *b, const struct wire_op *op,
                        const struct selection *left, const char *wanted)
{
    struct selection out;

    if (apply(b, op, left, &out) != ERR_OK) {
        assert_int_equal(b->e.code, ERR_USAGE);
        assert_string_equal(b->e.msg, wanted);
        return;
    }
    expect_rows(b, &out, wanted);
    selection_release(&out);
}

static void rows_are_found_and_joined_by_equal_values(void **state)
{
    struct bytes i = bytes_of("I"), i_s[] = {i, bytes_of("S")}, i_k[] = {i, bytes_of("K")};
    struct bytes same = bytes_of("I==I"), added = bytes_of("T=S"), text = bytes_of("I=S");
    struct wire_op in = {.kind = WIRE_OP_WHERE_IN, .texts = &i, .n_texts = 1};
    struct wire_op join = {.kind = WIRE_OP_NATURAL_JOIN, .texts = &i, .n_texts = 1};
    struct bench *b = *state;
    struct bytes pair = bytes_of("I=J"), j = bytes_of("J = I");
    struct selection left, right, all, named;

    in.right.ticket = join.right.ticket = bytes_of("s/y");
    view_of(b, ROWS, &i, 1, &left);
    view_of(b, 3, i_s, 2, &right);
    view_of(b, ROWS, i_k, 2, &all);
    view_of(b, 3, &j, 1, &named);
    b->right = &right;
    expect_join(b, &in, &left, "3;null;-5;3");
    in.inverted = true;
    expect_join(b, &in, &left, "7;0");
    expect_join(b, &join, &left, "3,foo;null,Foo;-5,null;7,null;3,foo;0,null");
    join.texts = &same;
    join.added = &added;
    join.n_added = 1;
    expect_join(b, &join, &left, "3,foo;null,Foo;-5,null;7,null;3,foo;0,null");
    expect_join(b, &join, &right, "3,foo,foo;null,Foo,Foo;-5,null,null");
    join.n_added = 0;
    expect_join(b, &join, &right, "both tables have a column \"S\"");
    join.texts = &text;
    expect_join(b, &join, &left, "a column of int does not match one of string");
    join.texts = i_k + 1;
    expect_join(b, &join, &left, "Column \"K\" doesn't exist in this table");
    b->right = &named;
    join.texts = &pair;
    expect_join(b, &join, &left, "3,3;null,null;-5,-5;7,null;3,3;0,null");
    b->right = &all;
    join.texts = &i;
    expect_join(b, &join, &left, "Natural Join found duplicate right key for row 0");
    b->right = NULL;
    selection_release(&left);
    selection_release(&right);
    selection_release(&all);
    selection_release(&named);
}

static void a_tree_is_neither_side_of_a_join(void **state)
{
    struct bytes ship = bytes_of("Ship");
    struct wire_op in = {.kind = WIRE_OP_WHERE_IN, .texts = &ship, .n_texts = 1};
    struct bench *b = *state;
    struct selection ships, tree;
    struct demo_table of_tree;

    in.right.ticket = bytes_of("s/y");
    named_table(b, "ships", &ships);
    of_tree = *ships.table;
    of_tree.shape = TABLE_TREE;
    selection_of_table(&of_tree, &tree);
    b->right = &tree;
    expect_join(b, &in, &ships, "a hierarchical table is none that this works on");
    b->right = &ships;
    expect_join(b, &in, &tree, "a hierarchical table is none that this works on");
    b->right = NULL;
    selection_release(&ships);
    selection_release(&tree);
}

/* --- seek --- */

static void seek_goes_round_and_looks_at_the_start_last(void **state)
{
    static const struct seek_case {
        const char *column;
        struct wire_literal value;
        int64_t start;
        bool ignores_case, contains, backward;
        int64_t wanted;
    } cases[] = {{"I", LONG(3), 0, false, false, false, 4},
                 {"I", LONG(3), 4, false, false, false, 0},
                 {"I", LONG(3), -1, false, false, false, 4},
                 {"I", LONG(7), 3, false, false, false, 3},
                 {"I", LONG(8), 3, false, false, false, -1},
                 {"I", LONG(3), 4, false, false, true, 0},
                 {"I", LONG(3), 99, false, false, false, 0},
                 {"I", REAL(7.9), 0, false, false, false, 3},
                 {"D", REAL(1.5), 0, false, false, false, 5},
                 {"S", TEXT("FOO"), 0, true, false, false, 1},
                 {"S", TEXT("a b"), 0, false, true, false, 5},
                 {"C", TEXT("b"), 0, false, false, false, 3},
                 {"B", BOOLEAN(true), 0, false, false, false, 3},
                 {"T", TIME(1), 0, false, false, false, 4},
                 {"BI", TEXT("5"), 0, false, false, false, 5}};
    struct bench *b = *state;
    int64_t row;

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct wire_seek seek = {.source = bytes_of("s/x"),
                                 .column = bytes_of(cases[i].column),
                                 .value = cases[i].value,
                                 .start = cases[i].start,
                                 .ignores_case = cases[i].ignores_case,
                                 .contains = cases[i].contains,
                                 .backward = cases[i].backward};
        struct wire_seek read;
        struct buf m;

        print_message("seek %zu\n", i);
        buf_init(&m, MESSAGE_MAX);
        assert_int_equal(wire_seek_encode(&seek, &m, &b->e), ERR_OK);
        assert_int_equal(wire_seek_decode(buf_bytes(&m), &read, &b->e), ERR_OK);
        assert_int_equal(seek_row(&b->table, &b->world, &read, &row, &b->e), ERR_OK);
        assert_int_equal(row, cases[i].wanted);
        buf_release(&m);
    }
    struct wire_seek date = {.column = bytes_of("LD"), .value = TEXT("1970-01-01")};
    assert_int_equal(seek_row(&b->table, &b->world, &date, &row, &b->e), ERR_REFUSED);
    struct wire_seek part = {.column = bytes_of("I"), .value = LONG(3), .contains = true};
    assert_int_equal(seek_row(&b->table, &b->world, &part, &row, &b->e), ERR_USAGE);
}

static void a_tree_is_not_searched(void **state)
{
    struct wire_seek seek = {.column = bytes_of("Id"), .value = LONG(3)};
    struct bench *b = *state;
    struct selection folders;
    int64_t row;

    named_table(b, "folders", &folders);
    assert_int_equal(seek_row(&folders, &b->world, &seek, &row, &b->e), ERR_USAGE);
    assert_string_equal(b->e.msg, "a hierarchical table is none that this works on");
    selection_release(&folders);
}

/* --- tables of any size, and limits --- */

static void a_table_of_any_size_is_cut_by_its_row_numbers(void **state)
{
    struct bench *b = *state;
    struct selection billion, range, turned, one;
    struct bytes where = bytes_of("Row >= 999999990 && Row < 999999995");
    struct bytes more = bytes_of("Row > 999999991 && Prime = false"), row = bytes_of("Row");
    struct wire_sort key = KEY("Row", WIRE_DESCENDING);
    struct wire_op op = {.kind = WIRE_OP_WHERE, .texts = &where, .n_texts = 1};

    named_table(b, "billion", &billion);
    assert_int_equal(apply(b, &op, &billion, &range), ERR_OK);
    assert_int_equal(table_size(range.table, &b->world, 0), 5);
    op = (struct wire_op){.kind = WIRE_OP_SORT, .sorts = &key, .n_sorts = 1};
    assert_int_equal(apply(b, &op, &range, &turned), ERR_OK);
    op = (struct wire_op){.kind = WIRE_OP_WHERE, .texts = &more, .n_texts = 1};
    assert_int_equal(apply(b, &op, &turned, &one), ERR_OK);
    selection_release(&range);
    assert_int_equal(selection_select(&one, &row, 1, &range, &b->e), ERR_OK);
    expect_rows(b, &range, "999999994;999999993;999999992");
    selection_release(&range);
    selection_release(&one);
    selection_release(&turned);
    selection_release(&billion);
}

static void what_would_take_long_is_refused(void **state)
{
    struct bench *b = *state;
    struct selection billion, out;
    struct bytes name = bytes_of("Name"), where = bytes_of("Name = `x`");
    struct wire_sort key = KEY("Name", WIRE_ASCENDING);
    struct wire_aggregation first = {.kind = WIRE_AGG_FIRST, .texts = &name, .n_texts = 1};
    const struct wire_op ops[] = {
        {.kind = WIRE_OP_WHERE, .texts = &where, .n_texts = 1},
        {.kind = WIRE_OP_SORT, .sorts = &key, .n_sorts = 1},
        {.kind = WIRE_OP_DISTINCT, .texts = &name, .n_texts = 1},
        {.kind = WIRE_OP_AGGREGATE, .aggregations = &first, .n_aggregations = 1}};

    named_table(b, "billion", &billion);
    for (size_t i = 0; i < sizeof(ops) / sizeof(*ops); i++) {
        assert_int_equal(apply(b, &ops[i], &billion, &out), ERR_REFUSED);
        assert_non_null(strstr(b->e.msg, "the demo server"));
    }
    selection_release(&billion);
}

static void tables_that_change_are_left_alone(void **state)
{
    struct bench *b = *state;
    struct selection trades, out;
    struct wire_op op = {.kind = WIRE_OP_HEAD, .first = 5};

    named_table(b, "trades", &trades);
    assert_int_equal(apply(b, &op, &trades, &out), ERR_REFUSED);
    assert_non_null(strstr(b->e.msg, "on a table that changes"));
    selection_release(&trades);
}

/* The text of a cell at a time. Owned. */
static char *cell_then(struct bench *b, const struct selection *v, int64_t row, size_t c,
                       int64_t at_ms)
{
    struct column *one = column_new(selection_type(v, c));
    int64_t id = table_id_at(v->table, &b->world, row, at_ms);
    struct value value;
    struct buf text;
    char *out;

    selection_cell(v, &b->world, id, c, at_ms, one);
    value = column_get(one, 0);
    buf_init(&text, TEXT_MAX);
    format_value(&value, &(struct format_options){.time_digits = 9}, &text);
    out = mem_strndup((const char *)text.data, text.len);
    buf_release(&text);
    column_free(one);
    return out;
}

static void a_copy_of_a_table_that_changes_stays_as_it_was(void **state)
{
    static const char *const names[] = {"book", "trades", "tide", "pulse"};
    struct bench *b = *state;
    struct wire_op copy = {.kind = WIRE_OP_SNAPSHOT},
                   head = {.kind = WIRE_OP_HEAD, .first = 5};
    struct selection source, out, top;

    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        named_table(b, names[i], &source);
        assert_int_equal(apply(b, &copy, &source, &out), ERR_OK);
        assert_true(table_is_static(out.table));
        assert_int_equal(table_size(out.table, &b->world, 2 * NOW_MS),
                         table_size(source.table, &b->world, NOW_MS));
        for (size_t c = 0; c < source.n_columns; c++) {
            char *then = cell_then(b, &source, 1, c, NOW_MS);
            char *now = cell_then(b, &out, 1, c, 2 * NOW_MS);

            assert_string_equal(now, then);
            free(then);
            free(now);
        }
        assert_int_equal(apply(b, &head, &out, &top), ERR_OK);
        selection_release(&top);
        selection_release(&out);
        selection_release(&source);
    }
}

static void tables_on_top_of_each_other_have_an_end(void **state)
{
    struct bench *b = *state;
    struct wire_op op = {.kind = WIRE_OP_HEAD, .first = 5};
    struct selection at, next;
    enum err_code rc = ERR_OK;
    int n = 0;

    selection_copy(&at, &b->table);
    for (; rc == ERR_OK && n < 2 * DERIVED_DEPTH_MAX; n++) {
        rc = apply(b, &op, &at, &next);
        if (rc != ERR_OK)
            break;
        selection_release(&at);
        at = next;
    }
    assert_int_equal(n, DERIVED_DEPTH_MAX);
    assert_non_null(strstr(b->e.msg, "tables of each other"));
    selection_release(&at);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(orderings_put_null_first_and_leave_out_nan),
        cmocka_unit_test(in_finds_equal_values_and_inverted_keeps_null),
        cmocka_unit_test(contains_and_matches_drop_null_and_fold_ascii),
        cmocka_unit_test(not_goes_down_to_the_leaves),
        cmocka_unit_test(search_goes_by_the_type_of_each_column),
        cmocka_unit_test(where_reads_the_simple_forms_and_says_so_of_others),
        cmocka_unit_test(sorts_put_null_first_nan_last_and_keep_ties),
        cmocka_unit_test(a_sorted_table_says_by_what),
        cmocka_unit_test(pieces_of_a_table_are_cut_at_its_ends),
        cmocka_unit_test(columns_are_named_added_and_dropped),
        cmocka_unit_test(distinct_values_come_in_order_of_appearance),
        cmocka_unit_test(totals_follow_the_types_of_columns),
        cmocka_unit_test(aggregates_have_groups_and_names),
        cmocka_unit_test(totals_of_no_rows_are_one_row_only_when_that_is_asked_for),
        cmocka_unit_test(rows_are_found_and_joined_by_equal_values),
        cmocka_unit_test(a_tree_is_neither_side_of_a_join),
        cmocka_unit_test(seek_goes_round_and_looks_at_the_start_last),
        cmocka_unit_test(a_tree_is_not_searched),
        cmocka_unit_test(a_table_of_any_size_is_cut_by_its_row_numbers),
        cmocka_unit_test(what_would_take_long_is_refused),
        cmocka_unit_test(tables_that_change_are_left_alone),
        cmocka_unit_test(a_copy_of_a_table_that_changes_stays_as_it_was),
        cmocka_unit_test(tables_on_top_of_each_other_have_an_end)};

    return cmocka_run_group_tests(tests, bench_start, bench_stop);
}
