#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "ui/table/cell_text.h"

static const struct draw_env utf8 = {.ascii = false}, ascii = {.ascii = true};

/* All lines of a value of that type, as text; owned by the caller. */
static char *lines_of(const struct type *type, const char *java_type, const struct value *v,
                      bool whole, const struct draw_env *env)
{
    struct schema_column c = {.name = "Price",
                              .java_type = java_type,
                              .description = "",
                              .type = (struct type *)(uintptr_t)type,
                              .arrow_name = "arrow"};
    struct pager *p = pager_new(true, 0);
    struct surface *s;
    char *dump;

    cell_text_add(p, &c, v, whole, env);
    pager_prepare(p, 2000, 100, env->ascii);
    s = surface_new((int)pager_lines(p), 100);
    pager_draw(p, s, (struct rect){0, 0, surface_rows(s), 100}, env->ascii);
    dump = surface_dump(s);
    surface_free(s);
    pager_free(p);
    return dump;
}

static void expect(enum kind kind, const char *java_type, struct value v, const char *want)
{
    struct type type = {.kind = kind};
    char *got;

    v.type = &type;
    got = lines_of(&type, java_type, &v, true, &utf8);
    assert_string_equal(got, want);
    free(got);
}

#define INT(n) ((struct value){.state = VALUE_SET, .i = (n)})
#define TEXT(s)                                                                            \
    ((struct value){.state = VALUE_SET, .bytes = {(const uint8_t *)(s), sizeof(s) - 1}})

static void numbers_are_grouped(void **state)
{
    (void)state;
    expect(KIND_LONG, "long", INT(-1234567),
           "column   Price\ntype     long\nvalue    -1234567\ngrouped  -1,234,567\n");
    expect(KIND_DOUBLE, "double", ((struct value){.state = VALUE_SET, .d = 0.1}),
           "column  Price\ntype    double\nvalue   0.1\n");
}

static void times_have_all_digits_and_their_nanoseconds(void **state)
{
    (void)state;
    expect(KIND_INSTANT, "java.time.Instant", INT(1704164645123456789),
           "column    Price\ntype      instant   java.time.Instant\n"
           "value     2024-01-02 03:04:05.123456789\nzone      UTC\n"
           "UTC       2024-01-02 03:04:05.123456789\nepoch ns  1704164645123456789\n");
    expect(KIND_TIME, "java.time.LocalTime", INT(1),
           "column  Price\ntype    time   java.time.LocalTime\n"
           "value   00:00:00.000000001\nns      1\n");
}

static void an_instant_is_shown_in_its_zone_and_in_utc(void **state)
{
    struct type type = {.kind = KIND_INSTANT};
    struct value v = {.state = VALUE_SET, .type = &type, .i = 1704164645000000000};
    struct draw_env env = {.ascii = false};
    struct zone *zone;
    char *got;

    (void)state;
    assert_int_equal(zone_open("Asia/Tokyo", &zone, NULL), ERR_OK);
    env.zone = zone;
    got = lines_of(&type, "java.time.Instant", &v, true, &env);
    assert_non_null(strstr(got, "value     2024-01-02 12:04:05.000000000\n"));
    assert_non_null(strstr(got, "zone      Asia/Tokyo\n"));
    assert_non_null(strstr(got, "UTC       2024-01-02 03:04:05.000000000\n"));
    free(got);
    zone_free(zone);
}

static void a_zone_that_the_server_keeps_to_itself_is_said_to_be_missing(void **state)
{
    (void)state;
    expect(KIND_INSTANT, "java.time.ZonedDateTime", INT(1704164645123456789),
           "column    Price\ntype      instant   java.time.ZonedDateTime\n"
           "value     2024-01-02 03:04:05.123456789\nzone      UTC\n"
           "UTC       2024-01-02 03:04:05.123456789\nepoch ns  1704164645123456789\n"
           "own zone  not sent by the server\n");
}

static void a_class_sent_as_text_is_the_type(void **state)
{
    (void)state;
    expect(KIND_STRING, "java.lang.Thing", (struct value){.state = VALUE_NULL},
           "column  Price\ntype    Thing   java.lang.Thing\nvalue   ∅  (null)\n");
}

static void null_empty_and_missing_differ(void **state)
{
    (void)state;
    expect(KIND_STRING, "java.lang.String", (struct value){.state = VALUE_NULL},
           "column  Price\ntype    string   java.lang.String\nvalue   ∅  (null)\n");
    expect(KIND_STRING, "", TEXT(""),
           "column  Price\ntype    string\nvalue   \"\"  (an empty text)\n"
           "length  0 characters, 0 bytes\n");
    expect(KIND_STRING, "", (struct value){.state = VALUE_ABSENT},
           "column  Price\ntype    string\nvalue   ···\n");
}

static void a_huge_text_is_shown_in_part(void **state)
{
    struct type type = {.kind = KIND_STRING};
    size_t n = (size_t)100000000;
    char *text = MEM_ARRAY(char, n), *got;
    struct value v = {
        .state = VALUE_SET, .type = &type, .bytes = {(const uint8_t *)text, n}};

    (void)state;
    memset(text, 'x', n);
    memcpy(text + CELL_TEXT_SHOWN - 1, "\xc3\xa9", 2); /* not cut in the middle */
    got = lines_of(&type, "", &v, true, &utf8);
    assert_non_null(
        strstr(got, "length  100000000 bytes, of which the first 1048575 are shown\n"));
    assert_null(strstr(got, "not UTF-8"));
    free(got);
    free(text);
}

static void a_huge_list_is_shown_in_part(void **state)
{
    struct type item = {.kind = KIND_INT}, type = {.kind = KIND_LIST, .item = &item};
    struct column *items = column_new(&item);
    struct value v = {.state = VALUE_SET, .type = &type, .list = items};
    struct schema_column c = {.name = (char *)(uintptr_t) "Price",
                              .java_type = (char *)(uintptr_t) "int[]",
                              .description = (char *)(uintptr_t) "",
                              .type = &type};
    struct pager *p = pager_new(true, 0);

    (void)state;
    for (int64_t i = 0; i < 1000000; i++)
        column_push_int(items, i);
    cell_text_add(p, &c, &v, true, &utf8);
    pager_prepare(p, 20, 100, false);
    /* column, type, count, items, and what is not shown */
    assert_int_equal(pager_lines(p), 3 + CELL_ITEMS_SHOWN + 1);
    assert_true(pager_search(p, "[65535]", 1));
    assert_true(pager_search(p, "934,464 more items are not shown", 1));
    pager_free(p);
    column_free(items);
}

static void marks_are_named_by_their_code_points(void **state)
{
    (void)state;
    expect(KIND_STRING, "", TEXT("a\x1b[31m\x1b[0m\xe2\x80\xae\xff"),
           "column  Price\ntype    string\nvalue   a␛[31m␛[0m<202e><ff>\n"
           "length  12 characters, 14 bytes\nmarks   U+001B control, 2 times\n"
           "        U+202E format, not seen\n        byte 0xff, not UTF-8\n");
    expect(KIND_CHAR, "char", INT(0x1b),
           "column  Price\ntype    char\nvalue   ␛\ncode    U+001B control\n");
}

static void marks_of_all_kinds_are_not_listed_for_ever(void **state)
{
    struct type type = {.kind = KIND_STRING};
    uint8_t text[64];
    struct value v = {.state = VALUE_SET, .type = &type, .bytes = {text, 0}};
    char *got;
    size_t lines = 0;

    (void)state;
    for (uint8_t c = 0; c < 40; c++) /* C0, then bytes that are no text */
        text[v.bytes.len++] = c < 0x20 ? c : (uint8_t)(0x80 + c);
    got = lines_of(&type, "", &v, true, &utf8);
    assert_non_null(strstr(got, "and others"));
    for (const char *p = got; (p = strchr(p, '\n')) != NULL; p++)
        lines++;
    assert_true(lines < 45);
    free(got);
}

static void a_list_is_shown_item_by_item(void **state)
{
    struct type item = {.kind = KIND_INT}, type = {.kind = KIND_LIST, .item = &item};
    struct column *items = column_new(&item);
    struct value v = {.state = VALUE_SET, .type = &type, .list = items};
    char *got;

    (void)state;
    for (int i = 0; i < 1000; i++)
        column_push_int(items, i * 3);
    column_push_null(items);
    got = lines_of(&type, "int[]", &v, true, &utf8);
    assert_non_null(strstr(got, "type    int[]\nitems   1,001\n[0]     0\n[1]     3\n"));
    assert_non_null(strstr(got, "[999]   2997\n[1000]  ∅\n"));
    free(got);
    got = lines_of(&type, "int[]", &v, false, &ascii);
    assert_non_null(strstr(got, "1,001 are here, the rest is on its way"));
    assert_non_null(strstr(got, "[1000]  \\N\n"));
    free(got);
    column_free(items);
}

static void bytes_are_shown_one_by_one(void **state)
{
    (void)state;
    expect(KIND_BINARY, "byte[]", TEXT("\x01\xff"),
           "column  Price\ntype    byte[]\nitems   2\n[0]        1  0x01\n"
           "[1]       -1  0xff\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_grouped),
        cmocka_unit_test(times_have_all_digits_and_their_nanoseconds),
        cmocka_unit_test(an_instant_is_shown_in_its_zone_and_in_utc),
        cmocka_unit_test(a_zone_that_the_server_keeps_to_itself_is_said_to_be_missing),
        cmocka_unit_test(a_class_sent_as_text_is_the_type),
        cmocka_unit_test(null_empty_and_missing_differ),
        cmocka_unit_test(a_huge_text_is_shown_in_part),
        cmocka_unit_test(a_huge_list_is_shown_in_part),
        cmocka_unit_test(marks_are_named_by_their_code_points),
        cmocka_unit_test(marks_of_all_kinds_are_not_listed_for_ever),
        cmocka_unit_test(a_list_is_shown_item_by_item),
        cmocka_unit_test(bytes_are_shown_one_by_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
