/*
 * The Python that a recipe is written as, run in the console of a real server: what it
 * gives is compared there with what it should give, written by hand.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/mem.h"
#include "model/recipe_code.h"
#include "model/recipe_link.h"
#include "tests/support/server.h"

/* Rows with nulls, NaN and infinities, texts that need escapes, ties. */
static const char table[] =
    "from deephaven import empty_table\n"
    "code_odd = ['a', None, '', 'A', 'b`\"\\\\', '\\\\E|\\n', '\xc3\xa4', '\xc3\x84', "
    "\"it's\", 'a']\n"
    "code_base = empty_table(10).update([\n"
    "    'I = ii % 4 == 1 ? null : (int)ii % 5 - 2', 'L = ii * 1000000000L',\n"
    "    'D = ii == 0 ? Double.NaN : ii == 1 ? Double.POSITIVE_INFINITY :'\n"
    "    '    ii == 2 ? Double.NEGATIVE_INFINITY : ii == 3 ? null : ii * 0.5',\n"
    "    'S = (String)code_odd[(int)ii]', 'C = ii == 4 ? null : (char)(ii + 36)',\n"
    "    'B = ii % 3 == 0 ? null : ii % 3 == 1',\n"
    "    'T = ii == 5 ? null : \\'2026-11-20T10:00:00 UTC\\' + (long)ii * SECOND',\n"
    "    'X = java.math.BigDecimal.valueOf(ii, 1)'])\n";

/* The ops of a link, and another way to the same table. */
static const struct {
    const char *ops, *expected;
} cases[] = {
    {"op=filter,I,x,in,I,2,long,1,long,-2", "where('I == 1 || I == -2')"},
    {"op=filter,I,x,not,in,I,1,long,1", "where('I != 1')"},
    {"op=filter,I,x,less,I,digits,1", "where('isNull(I) || I < 1')"},
    {"op=filter,L,x,greatereq,L,digits,4000000000", "where('ii >= 4')"},
    {"op=filter,D,x,greatereq,D,digits,Infinity", "where('ii == 1')"},
    {"op=filter,D,x,lesseq,D,digits,-Infinity", "where('ii == 2 || ii == 3')"},
    {"op=filter,D,x,greater,D,digits,-Infinity", "where('ii == 1 || ii > 3')"},
    {"op=filter,D,x,nan,D", "where('ii == 0')"},
    {"op=filter,D,x,not,nan,D", "where('ii != 0')"},
    {"op=filter,D,x,in,D,1,double,2.5", "where('ii == 5')"},
    {"op=filter,S,x,null,S", "where('ii == 1')"},
    {"op=filter,S,x,not,null,S", "where('ii != 1')"},
    {"op=filter,S,x,in,S,2,text,a,text,", "where('ii == 0 || ii == 2 || ii == 9')"},
    {"op=filter,S,x,in,S,2,text,b%60%22%5C,text,%5CE%7C%0A", "where('ii == 4 || ii == 5')"},
    {"op=filter,S,x,nocase,in,S,1,text,%C3%84", "where('ii == 6 || ii == 7')"},
    {"op=filter,S,x,not,nocase,in,S,1,text,a", "where('ii != 0 && ii != 3 && ii != 9')"},
    {"op=filter,S,x,greatereq,S,text,b", "where('!isNull(S) && S.compareTo(`b`) >= 0')"},
    {"op=filter,S,x,nocase,contains,S,A", "where('ii == 0 || ii == 3 || ii == 9')"},
    {"op=filter,S,x,not,contains,S,%5CE", "where('ii != 1 && ii != 5')"},
    {"op=filter,S,x,matches,S,%5CQ%5CE%5C%5CE%5CQ%7C%5CE.*", "where('ii == 5')"},
    {"op=filter,C,x,in,C,2,char,',char,%25", "where('ii == 3 || ii == 1')"},
    {"op=filter,C,x,greater,C,char,'", "where('ii > 3 && ii != 4')"},
    {"op=filter,B,x,in,B,1,bool,1", "where('ii % 3 == 1')"},
    {"op=filter,T,x,less,T,time,1795168802000000000", "where('ii < 2 || ii == 5')"},
    {"op=filter,T,x,in,T,1,time,1795168802000000000", "where('ii == 2')"},
    {"op=filter,X,x,all,2,greatereq,X,digits,0.3,lesseq,X,digits,0.3", "where('ii == 3')"},
    {"op=filter,I,x,any,2,null,I,all,2,greater,I,digits,-2,less,I,digits,0",
     "where('isNull(I) || I == -1')"},
    {"op=filter,I,x,none", "head(0)"},
    {"op=filter,I,x,all,0", "head(10)"},
    {"op=search,x,search,3,I,L,S,2", "where('I == 2 || S == `2`')"},
    {"op=where,S%20%3D%3D%20%60a%60", "where('ii == 0 || ii == 9')"},
    {"op=sort,up,B,down,I", "sort_descending('I').sort('B')"},
    {"op=sort,absdown,I,up,L",
     "update_view('K = abs(I)').sort('L').sort_descending('K').drop_columns('K')"},
    {"op=sort,up,S&op=reverse", "sort('S').reverse()"},
    {"op=distinct,B,I", "select_distinct(['B', 'I'])"},
    {"op=aggregate,1,B,Count,,N&op=sort,down,N",
     "count_by('N', by='B').sort_descending('N')"},
    {"op=aggregate,0,Sum,I,I,Max,I,I__Max",
     "view(['I', 'I__Max = I']).agg_by([agg.sum_('I'), agg.max_('I__Max')])"},
    {"op=add,I,I%20*%202&op=drop,D,X&op=select,S,I", "view(['S', 'I = I * 2'])"},
    {"op=slice,2,-3&op=head,4&op=tail,1", "where('ii == 5')"},
    {"op=head,4&op=snapshot", "where('ii < 4')"},
    {"op=select,L,S&op=join,1,L,2,I,N%3DD,code_base,op%3Dhead%2C4",
     "update_view(['I = ii < 4 ? I : NULL_INT', 'N = ii < 4 ? D : NULL_DOUBLE'])"
     ".view(['L', 'S', 'I', 'N'])"},
    {"op=select,S,L&op=asof,1,L%3DL,1,M%3DT,code_base,op%3Dslice%2C0%2C4",
     "update_view('M = ii < 4 ? T : \\'2026-11-20T10:00:03 UTC\\'')"
     ".view(['S', 'L', 'M'])"},
};

static char *code_of(const char *ops)
{
    struct recipe *r = recipe_new("code_base", bytes_of("s/code_base")), *made = NULL;
    struct err e = {0};
    char *code = NULL;

    if (recipe_link_read(r, ops, &made, &e) != ERR_OK)
        fail_msg("%s: %s", ops, e.msg);
    assert_int_equal(recipe_code(made, &code, &e), ERR_OK);
    recipe_free(r);
    recipe_free(made);
    return code;
}

static void the_code_gives_the_same_table(void **state)
{
    (void)state;
    server_python(table);
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        char *code = code_of(cases[i].ops);
        char *script = mem_printf(
            "%s\n"
            "import jpy\n"
            "from deephaven import agg\n"
            "code_diff = jpy.get_type('io.deephaven.engine.util.TableTools').diff(\n"
            "    t.j_table, code_base.%s.j_table, 3)\n"
            "assert not code_diff, \"case %zu: \" + code_diff\n",
            code, cases[i].expected, i);

        server_python(script);
        free(script);
        free(code);
    }
    server_python("del code_base, code_odd, code_diff, t, left_1\n");
}

/* r is given. */
static void check_code(struct recipe *r, const char *expected)
{
    struct recipe *first = NULL;
    char *code = NULL, *script;

    assert_int_equal(recipe_head(r, 3, &first, NULL), ERR_OK);
    assert_int_equal(recipe_code(first, &code, NULL), ERR_OK);
    script =
        mem_printf("%s\nfrom deephaven import empty_table\nimport jpy\n"
                   "code_made = empty_table(3)%s\n"
                   "assert t.size == 3\n"
                   "code_diff = jpy.get_type('io.deephaven.engine.util.TableTools').diff("
                   "t.j_table, code_made.j_table, 3)\n"
                   "assert not code_diff, code_diff\n"
                   "del t, code_made, code_diff\n",
                   code, expected);
    server_python(script);
    free(script);
    free(code);
    recipe_free(first);
    recipe_free(r);
}

static void the_code_of_a_table_of_nothing_makes_it(void **state)
{
    (void)state;
    check_code(recipe_new_empty(5), "");
    check_code(recipe_new_time("PT0.5S", 1795168800000000000),
               ".update(\"Timestamp = '2026-11-20T10:00:00 UTC' + ii * 500000000L\")");
}

static void what_is_no_variable_has_no_code(void **state)
{
    struct recipe *r = recipe_new("shared table", bytes_of("h1234"));
    char *code = NULL;
    struct err e;

    (void)state;
    assert_int_equal(recipe_code(r, &code, &e), ERR_USAGE);
    assert_string_equal(e.msg, "only a variable of the query scope has a name in Python, "
                               "and shared table is none");
    recipe_free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_code_gives_the_same_table),
        cmocka_unit_test(the_code_of_a_table_of_nothing_makes_it),
        cmocka_unit_test(what_is_no_variable_has_no_code),
    };

    server_require();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
