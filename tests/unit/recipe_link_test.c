/* A recipe as the end of a TARGET: what is written is read back, and nothing else is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "model/recipe_link.h"
#include "model/recipe_text.h"

/* Every kind of operation, condition and literal. */
static const char *const links[] = {
    "op=filter,Price,%3E5,greater,Price,digits,5",
    "op=filter,S,a%20%7C%7C%20%22b%2C%26%22,in,S,2,text,a,text,b%2C%26",
    "op=filter,S,!A,not,nocase,in,S,1,text,A",
    "op=filter,S,~x,any,2,null,S,not,nocase,contains,S,x%25",
    "op=filter,S,f*,matches,S,%5CQf%5CE.*",
    "op=filter,T,2026,all,2,greatereq,T,time,-5,less,T,time,7",
    "op=filter,D,nan,any,2,nan,D,lesseq,D,digits,-Infinity",
    "op=filter,D,1.5,in,D,1,double,1.5",
    "op=filter,B,true,in,B,1,bool,1",
    "op=filter,C,c,in,C,1,char,c",
    "op=filter,I,5,in,I,1,long,-9223372036854775808",
    "op=filter,LD,2026,less,LD,date,2026-01-01",
    "op=filter,Z,2026,formula,epochNanos(Z)%20%3E%205",
    "op=filter,I,x,none",
    "op=filter,G%2C%20H,x,all,2,in,G,1,text,a,in,H,1,long,5", /* of several columns */
    "op=filter,I,*,all,0",
    "op=search,abc,search,2,A,B,abc",
    "op=where,A%20%3E%205%20%26%26%20B%20%3D%3D%20`x`",
    "op=sort,up,A,down,B,absup,C,absdown,D&op=reverse",
    "op=distinct,A,B&op=head,10&op=tail,0&op=slice,-5,0",
    "op=aggregate,1,A,Count,,N,Sum,B,B_Sum&op=aggregate,0,Max,B,B",
    "op=rollup,rows,2,A,B,Count,,Count,Sum,X,X&op=sort,down,X",
    "op=add,N,A%2B1&op=drop,A&op=select,N,\xc3\xa4",
    "op=snapshot&op=head,3",
    "op=join,1,A,0,quotes,",
    "op=join,2,A,B%3DC,2,D,E%3DF,an%20odd%2C%20name,op%3Dhead%2C5%26op%3Dreverse",
    "op=asof,1,T%3DU,0,quotes,op%3Djoin%2C1%2CA%2C0%2Cinner%2Cop%253Dhead%252C5",
};

/* What is wrong, and how it is told. */
static const struct {
    const char *link, *error;
} wrong[] = {
    {"", "operation 1: expected op=, found \"\""},
    {"op=reverse&", "operation 2: expected op=, found \"\""},
    {"psk=x", "operation 1: expected op=, found \"psk\""},
    {"op=", "operation 1: expected an operation, found \"\""},
    {"op=jump,1", "operation 1: expected an operation, found \"jump\""},
    {"op=reverse,1", "operation 1: expected the end of reverse, found \"1\""},
    {"op=head", "operation 1: expected a number, found its end"},
    {"op=head,-1", "operation 1: expected a number of 0 or more, found \"-1\""},
    {"op=head,9223372036854775808",
     "operation 1: expected a number of 0 or more, found \"9223372036854775808\""},
    {"op=reverse&op=slice,3,2", "slice: its last row comes before its first"},
    {"op=slice,-2,-3", "slice: its last row comes before its first"},
    {"op=rollup,all,1,A,Count,,N", "operation 1: expected rows or groups, found \"all\""},
    {"op=rollup,rows,1,A,Median,X,X", "rollup: the server makes no Median for it"},
    {"op=rollup,rows,0,Count,,N", "rollup: expected a column to roll up by"},
    {"op=rollup,rows,1,A,Count,,N&op=rollup,rows,1,A,Count,,N", "it is rolled up already"},
    {"op=rollup,rows,1,A,Count,,N&op=head,5",
     "the rows of a tree can only be sorted and filtered by values"},
    {"op=sort", "operation 1: expected up, down, absup or absdown, found its end"},
    {"op=sort,A", "operation 1: expected up, down, absup or absdown, found \"A\""},
    {"op=select,A%3Dexit()",
     "operation 1: expected the name of a column, found \"A=exit()\""},
    {"op=drop,", "operation 1: expected the name of a column, found \"\""},
    {"op=where,%4", "operation 1: expected two hex digits after %, found \"4\""},
    {"op=where,%00", "operation 1: expected two hex digits after %, found \"00\""},
    {"op=filter,A,x,less,A,digits,secret",
     "operation 1: expected digits, found \"secret\""}, /* a variable of the server */
    {"op=filter,A,x,less,A,digits,e", "operation 1: expected digits, found \"e\""},
    {"op=filter,A,x,less,A,date,a'",
     "operation 1: expected a date or a time, found \"a'\""},
    {"op=filter,A,x,in,A,1,word,x",
     "operation 1: expected a kind of value, found \"word\""},
    {"op=filter,A,x,in,A,5,text,x", "operation 1: expected 5 fields, found 2"},
    {"op=filter,A,x,any,99,none", "operation 1: expected 99 fields, found 1"},
    {"op=filter,A,x,equals,A",
     "operation 1: expected a kind of condition, found \"equals\""},
    {"op=filter,A,x,in,A,1,double,1e999",
     "operation 1: expected a number, found \"1e999\""},
    {"op=filter,A,x,not,all,0", "operation 1: expected all alone, without not or nocase"},
    {"op=filter,A,x,nocase,null,A",
     "operation 1: expected null alone, without not or nocase"},
    {"op=filter,A,x,in,A,2,text,a,digits,1",
     "operation 1: expected a value for in, found digits"},
    {"op=aggregate,0,Mode,A,A", "operation 1: expected an aggregation, found \"Mode\""},
    {"op=snapshot,1", "operation 1: expected the end of snapshot, found \"1\""},
    {"op=join,0,0,t,", "operation 1: expected a column, found none"},
    {"op=join,9,A", "operation 1: expected 9 fields, found 1"},
    {"op=join,1,A%3D,0,t,", "operation 1: expected a column, or LEFT=RIGHT, found \"A=\""},
    {"op=join,1,A%3Df(),0,t,",
     "operation 1: expected a column, or LEFT=RIGHT, found \"A=f()\""},
    {"op=asof,1,A%3E%3DB,0,t,",
     "operation 1: expected a column, or LEFT=RIGHT, found \"A>=B\""},
    {"op=join,1,A,0", "operation 1: expected the name of a variable, found its end"},
    {"op=join,1,A,0,t", "operation 1: expected operations, found its end"},
    {"op=join,1,A,0,t,,1", "operation 1: expected the end of join, found \"1\""},
    {"op=join,1,A,0,t,op%3Dfly",
     "operation 1: operation 1: expected an operation, found \"fly\""},
    {"op=join,1,A,0,t,op%3Drollup%2Crows%2C1%2CA%2CCount%2C%2CN",
     "t is a tree, which cannot be joined"},
};

static struct recipe *source(void)
{
    return recipe_new("trades", bytes_of("s/trades"));
}

static struct recipe *read_link(const char *ops)
{
    struct recipe *r = source(), *out = NULL;
    struct err e = {0};

    if (recipe_link_read(r, ops, &out, &e) != ERR_OK)
        fail_msg("%s: %s", ops, e.msg);
    recipe_free(r);
    return out;
}

static struct recipe *read_link_given(char *ops)
{
    struct recipe *r = read_link(ops);

    free(ops);
    return r;
}

static char *write_link(const struct recipe *r)
{
    struct buf out;
    char *text;

    buf_init(&out, RECIPE_LINK_MAX);
    assert_int_equal(recipe_link_write(r, &out, NULL), ERR_OK);
    text = mem_strndup(out.len ? (const char *)out.data : "", out.len);
    buf_release(&out);
    return text;
}

static void what_is_written_is_read_back(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(links) / sizeof(*links); i++) {
        struct recipe *first = read_link(links[i]), *second;
        char *text = write_link(first);

        assert_int_equal(*text, '?');
        second = read_link(text + 1);
        assert_true(recipe_equal(first, second));
        free(text);
        recipe_free(first);
        recipe_free(second);
    }
}

static void a_recipe_without_edits_has_no_link(void **state)
{
    struct recipe *r = source();
    char *text = write_link(r);

    (void)state;
    assert_string_equal(text, "");
    free(text);
    recipe_free(r);
}

static void all_operations_of_a_link_are_one_edit(void **state)
{
    struct recipe *r = read_link("op=head,5&op=reverse"), *undone = recipe_undo(r);
    size_t n;

    (void)state;
    (void)recipe_steps(r, &n);
    assert_int_equal(n, 3);
    (void)recipe_steps(undone, &n);
    assert_int_equal(n, 1);
    recipe_free(r);
    recipe_free(undone);
}

static void an_error_says_what_was_expected_and_found(void **state)
{
    struct recipe *r = source();

    (void)state;
    for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
        struct recipe *out = NULL;
        struct err e = {0};

        assert_int_equal(recipe_link_read(r, wrong[i].link, &out, &e), ERR_USAGE);
        assert_string_equal(e.msg, wrong[i].error);
        assert_null(out);
    }
    recipe_free(r);
}

/* times copies of a text, behind a start. */
static char *repeated(const char *start, const char *text, int times)
{
    char *out = mem_strdup(start);

    while (times-- > 0)
        mem_addf(&out, "%s", text);
    return out;
}

static void assert_over_a_limit(char *ops, const char *error)
{
    struct recipe *r = source(), *out = NULL;
    struct err e = {0};

    assert_int_equal(recipe_link_read(r, ops, &out, &e), ERR_LIMIT);
    assert_string_equal(e.msg, error);
    recipe_free(r);
    free(ops);
}

/* A join with a table that is a join, and so on; owned. */
static char *nested(int depth)
{
    char *ops = mem_strdup("");

    while (depth-- > 0) {
        char *outer = mem_strdup("op=join,1,A,0,t,");

        for (const char *p = ops; *p; p++)
            mem_addf(&outer, strchr("=,%&", *p) ? "%%%02X" : "%c", *p);
        free(ops);
        ops = outer;
    }
    return ops;
}

static void a_link_has_limits(void **state)
{
    (void)state;
    recipe_free(read_link_given(nested(8)));
    assert_over_a_limit(nested(9), "operation 1: operation 1: operation 1: operation 1: "
                                   "operation 1: operation 1: operation 1: operation 1: "
                                   "operation 1: joins of more than 8 tables in one "
                                   "another");
    assert_over_a_limit(repeated("op=reverse", "&op=reverse", 64),
                        "more than 64 operations");
    assert_over_a_limit(repeated("op=filter,A,x", ",any,1", 40),
                        "operation 1: more than 16 conditions in each other");
    assert_over_a_limit(repeated("op=drop", ",A", 5000),
                        "operation 1: more than 4096 fields");
    assert_over_a_limit(repeated("op=where,", "1234567890", 7000),
                        "operations of more than 65536 bytes");
}

static void assert_code(const struct recipe_step *s, const char *expected)
{
    char *text = recipe_step_code_text(s);

    assert_string_equal(text, expected);
    free(text);
}

static void expressions_are_known_as_such(void **state)
{
    static const char *const plain =
        "op=filter,A,x,in,A,1,long,5&op=sort,up,A&op=select,A&op=head,5";
    static const char *const code =
        "op=where,A%20>%205&op=add,B,A&op=filter,Z,x,all,2,null,Z,formula,f(Z)";
    struct recipe *r = read_link(plain);
    size_t n;
    const struct recipe_step *steps = recipe_steps(r, &n);

    (void)state;
    for (size_t i = 0; i < n; i++)
        assert_null(recipe_step_code_text(&steps[i]));
    recipe_free(r);
    r = read_link(code);
    steps = recipe_steps(r, &n);
    for (size_t i = 1; i < n; i++)
        assert_true(recipe_step_runs_code(&steps[i]));
    assert_code(&steps[1], "where A > 5");
    assert_code(&steps[3], "filter Z: f(Z)"); /* not what the link calls it */
    recipe_free(r);
    r = read_link("op=join,1,A,0,quotes,op%3Dhead%2C5%26op%3Dadd%2CB%2Cf(A)");
    assert_code(&recipe_steps(r, &n)[1], "join with quotes:\n  add B = f(A)");
    recipe_free(r);
}

static void steps_are_told_in_words(void **state)
{
    static const char *const expected[] = {
        "filter A: x",
        "filter any column: abc",
        "where A > 5",
        "sort by A, B without sign descending",
        "reverse",
        "distinct A, B",
        "Sum of A for each B, C",
        "Count, Max of A",
        "add N = A+1",
        "drop A, B",
        "select A",
        "head 10",
        "tail 5",
        "slice -5 0",
        "slice 2 to the end",
        "snapshot",
        "natural join with quotes on A, B=C, adding D",
        "as-of join with quotes on T",
    };
    struct recipe *r =
        read_link("op=filter,A,x,null,A&op=search,abc,search,1,A,abc&op=where,A%20>%205&"
                  "op=sort,up,A,absdown,B&op=reverse&op=distinct,A,B&"
                  "op=aggregate,2,B,C,Sum,A,A&op=aggregate,0,Count,,N,Max,A,A&"
                  "op=add,N,A%2B1&op=drop,A,B&op=select,A&op=head,10&op=tail,5&"
                  "op=slice,-5,0&op=slice,2,9223372036854775807&op=snapshot&"
                  "op=join,2,A,B%3DC,1,D,quotes,op%3Dhead%2C5&op=asof,1,T,0,quotes,");
    size_t n;
    const struct recipe_step *steps = recipe_steps(r, &n);

    (void)state;
    assert_int_equal(n, 1 + sizeof(expected) / sizeof(*expected));
    assert_null(recipe_step_text(&steps[0]));
    for (size_t i = 1; i < n; i++) {
        char *text = recipe_step_text(&steps[i]);

        assert_string_equal(text, expected[i - 1]);
        free(text);
    }
    recipe_free(r);
}

static void a_join_with_what_is_no_variable_has_no_link(void **state)
{
    static const char *const on[] = {"A"};
    struct recipe *r = source(), *right = recipe_new_time("PT1S", 0), *joined = NULL;
    struct buf out;
    struct err e = {0};

    (void)state;
    buf_init(&out, RECIPE_LINK_MAX);
    assert_int_equal(recipe_joined(r, right, false, on, 1, NULL, 0, &joined, &e), ERR_OK);
    assert_int_equal(recipe_link_write(joined, &out, &e), ERR_USAGE);
    assert_string_equal(e.msg,
                        "a link joins no more than variables, and time PT1S is none");
    buf_release(&out);
    recipe_free(joined);
    recipe_free(right);
    recipe_free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read_back),
        cmocka_unit_test(a_recipe_without_edits_has_no_link),
        cmocka_unit_test(all_operations_of_a_link_are_one_edit),
        cmocka_unit_test(an_error_says_what_was_expected_and_found),
        cmocka_unit_test(a_link_has_limits),
        cmocka_unit_test(expressions_are_known_as_such),
        cmocka_unit_test(steps_are_told_in_words),
        cmocka_unit_test(a_join_with_what_is_no_variable_has_no_link),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
