/* Rows as csv, tsv and json lines: every kind of value, whole; quotes; pieces; failures. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "model/writer.h"

#define COLUMNS 24

/* A table that is made column by column; rows are as long as the first. */
struct table {
    struct column *columns[COLUMNS];
    const char *names[COLUMNS];
    struct type *types[COLUMNS]; /* owned */
    size_t n;
};

struct out {
    struct buf text;
    size_t pieces;
    size_t room; /* fails once more than this has come */
};

static enum err_code take(void *ctx, struct bytes text, struct err *e)
{
    struct out *out = ctx;

    out->pieces++;
    if (text.len > out->room - out->text.len)
        return err_set(e, ERR_IO, "no room");
    return buf_append(&out->text, text.data, text.len, e);
}

static struct column *add_type(struct table *t, const char *name, struct type *type)
{
    t->types[t->n] = type;
    t->names[t->n] = name;
    t->columns[t->n] = column_new(type);
    return t->columns[t->n++];
}

static struct column *add(struct table *t, const char *name, enum kind kind)
{
    return add_type(t, name, type_new(kind, NULL));
}

static void push_text(struct column *c, const char *text)
{
    column_push_bytes(c, bytes_of(text));
}

static enum err_code write_rows(struct writer *w, const struct table *t, struct err *e)
{
    struct flat flats[COLUMNS];
    size_t rows = t->n ? column_length(t->columns[0]) : 0;
    enum err_code rc;

    for (size_t c = 0; c < t->n; c++)
        flat_of_column(t->columns[c], 0, rows, &flats[c]);
    rc = writer_batch(w, flats, rows, e);
    for (size_t c = 0; c < t->n; c++)
        flat_release(&flats[c]);
    return rc;
}

static enum err_code write_all(const struct table *t, const struct writer_options *o,
                               struct out *out, struct err *e)
{
    struct writer_sink sink = {take, out};
    struct writer *w = writer_new(o, &sink);
    enum err_code rc = writer_header(w, t->names, t->n, e);

    buf_init(&out->text, SIZE_MAX);
    if (rc == ERR_OK)
        rc = write_rows(w, t, e);
    if (rc == ERR_OK)
        rc = writer_end(w, e);
    writer_free(w);
    return rc;
}

static void table_release(struct table *t)
{
    for (size_t c = 0; c < t->n; c++) {
        column_free(t->columns[c]);
        type_free(t->types[c]);
    }
}

static void assert_written(const struct table *t, enum writer_format format,
                           const char *expected)
{
    struct writer_options o = {.format = format};
    struct out out = {.room = SIZE_MAX};
    struct err e;

    assert_int_equal(write_all(t, &o, &out, &e), ERR_OK);
    assert_int_equal(buf_append(&out.text, "", 1, &e), ERR_OK);
    assert_string_equal((const char *)out.text.data, expected);
    buf_release(&out.text);
}

static void test_null_is_empty_and_an_empty_text_has_quotes(void **state)
{
    struct table t = {.n = 0};
    struct column *a = add(&t, "A", KIND_STRING), *b = add(&t, "B", KIND_LONG);

    (void)state;
    push_text(a, "");
    column_push_null(a);
    column_push_null(b);
    column_push_int(b, 7);
    assert_written(&t, WRITER_CSV, "A,B\n\"\",\n,7\n");
    assert_written(&t, WRITER_TSV, "A\tB\n\"\"\t\n\t7\n");
    assert_written(&t, WRITER_JSON, "{\"A\":\"\",\"B\":null}\n{\"A\":null,\"B\":7}\n");
    table_release(&t);
}

static void test_what_a_cell_would_break_out_with_is_quoted(void **state)
{
    struct table t = {.n = 0};
    struct column *c = add(&t, "a,\"b\"\n", KIND_STRING);

    (void)state;
    push_text(c, "x,y");
    push_text(c, "x\ty");
    push_text(c, "two\nlines");
    push_text(c, "carriage\rreturn");
    push_text(c, "say \"yes\"");
    push_text(c, " space ");
    assert_written(&t, WRITER_CSV,
                   "\"a,\"\"b\"\"\n\"\n\"x,y\"\nx\ty\n\"two\nlines\"\n"
                   "\"carriage\rreturn\"\n\"say \"\"yes\"\"\"\n space \n");
    assert_written(&t, WRITER_TSV,
                   "\"a,\"\"b\"\"\n\"\nx,y\n\"x\ty\"\n\"two\nlines\"\n"
                   "\"carriage\rreturn\"\n\"say \"\"yes\"\"\"\n space \n");
    table_release(&t);
}

static void test_a_json_text_is_escaped_and_is_always_utf8(void **state)
{
    struct table t = {.n = 0};
    struct column *c = add(&t, "\"k\"", KIND_STRING);

    (void)state;
    push_text(c, "\"\\\b\f\n\r\t\x01\x7f");
    push_text(c, "gr\u00fc\u00df \U0001f600");
    push_text(c, "bad \xff\xc3 end");
    assert_written(&t, WRITER_JSON,
                   "{\"\\\"k\\\"\":\"\\\"\\\\\\b\\f\\n\\r\\t\\u0001\\u007f\"}\n"
                   "{\"\\\"k\\\"\":\"gr\u00fc\u00df \U0001f600\"}\n"
                   "{\"\\\"k\\\"\":\"bad \ufffd\ufffd end\"}\n");
    table_release(&t);
}

static void test_numbers_have_all_their_digits(void **state)
{
    static const uint8_t big[] = {0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
    static const uint8_t decimal[] = {2, 0, 0, 0, 0x30, 0x39};
    struct table t = {.n = 0};

    (void)state;
    column_push_int(add(&t, "Long", KIND_LONG), INT64_C(9007199254740993));
    column_push_int(add(&t, "Low", KIND_LONG), INT64_MIN);
    column_push_double(add(&t, "Small", KIND_DOUBLE), 1e-30);
    column_push_double(add(&t, "Tenths", KIND_DOUBLE), 0.1 + 0.2);
    column_push_double(add(&t, "Float", KIND_FLOAT), (double)0.1F);
    column_push_double(add(&t, "Inf", KIND_DOUBLE), (double)-INFINITY);
    column_push_double(add(&t, "NaN", KIND_DOUBLE), (double)NAN);
    column_push_bytes(add(&t, "Big", KIND_BIG_INTEGER), (struct bytes){big, sizeof(big)});
    column_push_bytes(add(&t, "Decimal", KIND_BIG_DECIMAL),
                      (struct bytes){decimal, sizeof(decimal)});
    assert_written(&t, WRITER_CSV,
                   "Long,Low,Small,Tenths,Float,Inf,NaN,Big,Decimal\n"
                   "9007199254740993,-9223372036854775808,1e-30,0.30000000000000004,0.1,"
                   "-Infinity,NaN,18446744073709551615,123.45\n");
    assert_written(&t, WRITER_JSON,
                   "{\"Long\":9007199254740993,\"Low\":-9223372036854775808,"
                   "\"Small\":1e-30,\"Tenths\":0.30000000000000004,\"Float\":0.1,"
                   "\"Inf\":\"-Infinity\",\"NaN\":\"NaN\",\"Big\":18446744073709551615,"
                   "\"Decimal\":123.45}\n");
    table_release(&t);
}

static void test_times_have_nine_digits_and_instants_an_offset(void **state)
{
    static const uint8_t interval[16] = {14, 0, 0, 0, 3, 0, 0, 0, 1};
    struct table t = {.n = 0};

    (void)state;
    column_push_int(add(&t, "I", KIND_INSTANT), INT64_C(1774882991204000001));
    column_push_int(add(&t, "Old", KIND_INSTANT), -1);
    column_push_int(add(&t, "D", KIND_DATE), 20000);
    column_push_int(add(&t, "T", KIND_TIME), INT64_C(50591204000000));
    column_push_int(add(&t, "Du", KIND_DURATION), INT64_C(3723000000001));
    column_push_int(add(&t, "P", KIND_PERIOD), 14);
    column_push_bytes(add(&t, "PD", KIND_PERIOD_DURATION),
                      (struct bytes){interval, sizeof(interval)});
    assert_written(&t, WRITER_CSV,
                   "I,Old,D,T,Du,P,PD\n"
                   "2026-03-30T15:03:11.204000001Z,1969-12-31T23:59:59.999999999Z,"
                   "2024-10-04,14:03:11.204000000,PT1H2M3.000000001S,P1Y2M,"
                   "P1Y2M3DT0.000000001S\n");
    table_release(&t);
}

static void test_a_character_and_a_boolean_are_what_they_are(void **state)
{
    struct table t = {.n = 0};
    struct column *c = add(&t, "C", KIND_CHAR), *b = add(&t, "B", KIND_BOOL);

    (void)state;
    column_push_int(c, ',');
    column_push_int(c, 0xd800); /* half of a pair */
    column_push_int(b, 1);
    column_push_int(b, 0);
    assert_written(&t, WRITER_CSV, "C,B\n\",\",true\n\ufffd,false\n");
    assert_written(&t, WRITER_JSON,
                   "{\"C\":\",\",\"B\":true}\n{\"C\":\"\ufffd\",\"B\":false}\n");
    table_release(&t);
}

static void test_a_list_is_a_json_array_in_one_cell(void **state)
{
    struct table t = {.n = 0};
    struct column *l = add_type(&t, "L", type_new(KIND_LIST, type_new(KIND_STRING, NULL)));
    struct column *b = add(&t, "B", KIND_BINARY);
    struct column *items = column_new(t.types[0]->item);

    (void)state;
    push_text(items, "a\"b");
    column_push_null(items);
    push_text(items, "");
    column_push_list(l, items);
    column_push_list(l, column_new(t.types[0]->item));
    column_push_null(l);
    column_push_bytes(b, (struct bytes){(const uint8_t *)"\x01\xff", 2});
    column_push_bytes(b, (struct bytes){NULL, 0});
    column_push_null(b);
    assert_written(
        &t, WRITER_CSV,
        "L,B\n\"[\"\"a\\\"\"b\"\",null,\"\"\"\"]\",\"[1,-1]\"\n\"[]\",\"[]\"\n,\n");
    assert_written(&t, WRITER_JSON,
                   "{\"L\":[\"a\\\"b\",null,\"\"],\"B\":[1,-1]}\n{\"L\":[],\"B\":[]}\n"
                   "{\"L\":null,\"B\":null}\n");
    table_release(&t);
}

static void test_no_header_and_tables_without_rows_or_columns(void **state)
{
    struct writer_options o = {.format = WRITER_CSV, .no_header = true};
    struct table t = {.n = 0};
    struct out out = {.room = SIZE_MAX};
    struct err e;

    (void)state;
    assert_written(&t, WRITER_CSV, "\n");
    assert_written(&t, WRITER_JSON, "");
    (void)add(&t, "A", KIND_LONG);
    assert_written(&t, WRITER_CSV, "A\n");
    assert_int_equal(write_all(&t, &o, &out, &e), ERR_OK);
    assert_int_equal(out.text.len, 0);
    buf_release(&out.text);
    table_release(&t);
}

static void test_a_change_is_a_line_with_the_columns_that_it_names(void **state)
{
    static const uint64_t all[] = {0, 1}, second[] = {WRITER_NONE, 0},
                          none[] = {WRITER_NONE, WRITER_NONE};
    struct writer_options o = {.format = WRITER_JSON};
    struct table t = {.n = 0};
    struct column *a = add(&t, "A", KIND_LONG), *b = add(&t, "B", KIND_STRING);
    struct out out = {.room = SIZE_MAX};
    struct writer_sink sink = {take, &out};
    struct writer *w = writer_new(&o, &sink);
    struct flat flats[2];
    struct err e;

    (void)state;
    buf_init(&out.text, SIZE_MAX);
    column_push_int(a, 1);
    push_text(b, "x");
    column_push_null(b);
    flat_of_column(a, 0, 1, &flats[0]);
    flat_of_column(b, 0, 2, &flats[1]);
    assert_int_equal(writer_header(w, t.names, 2, &e), ERR_OK);
    assert_int_equal(writer_change(w, "add", 0, flats, all, &e), ERR_OK);
    assert_int_equal(writer_change(w, "modify", 4, flats, second, &e), ERR_OK);
    assert_int_equal(writer_change(w, "modify", 5, flats, none, &e), ERR_OK);
    assert_int_equal(writer_change(w, "remove", 9, NULL, NULL, &e), ERR_OK);
    assert_int_equal(writer_change(w, "reset", -1, NULL, NULL, &e), ERR_OK);
    assert_int_equal(writer_end(w, &e), ERR_OK);
    assert_int_equal(buf_append(&out.text, "", 1, &e), ERR_OK);
    assert_string_equal((const char *)out.text.data,
                        "{\"op\":\"add\",\"row\":1,\"values\":{\"A\":1,\"B\":null}}\n"
                        "{\"op\":\"modify\",\"row\":5,\"values\":{\"B\":\"x\"}}\n"
                        "{\"op\":\"modify\",\"row\":6,\"values\":{}}\n"
                        "{\"op\":\"remove\",\"row\":10}\n{\"op\":\"reset\"}\n");
    flat_release(&flats[0]);
    flat_release(&flats[1]);
    writer_free(w);
    buf_release(&out.text);
    table_release(&t);
}

/* 20,000 digits of scale 3: 10^19999 - 1, as two's complement. */
static void test_a_decimal_of_20000_digits_is_written_whole(void **state)
{
    struct writer_options o = {.format = WRITER_JSON};
    struct table t = {.n = 0};
    struct column *c = add(&t, "D", KIND_BIG_DECIMAL);
    struct out out = {.room = SIZE_MAX};
    uint8_t value[4 + 8306] = {3};
    struct err e;

    (void)state;
    memset(value + 5, 0xa5, sizeof(value) - 5);
    column_push_bytes(c, (struct bytes){value, sizeof(value)});
    assert_int_equal(write_all(&t, &o, &out, &e), ERR_OK);
    assert_true(out.text.len > 20000); /* 8305 bytes are 2.408 digits each */
    assert_memory_equal(out.text.data + out.text.len - 6, ".", 1);
    buf_release(&out.text);
    table_release(&t);
}

static void test_a_number_too_long_for_digits_is_refused(void **state)
{
    struct writer_options o = {.format = WRITER_CSV};
    struct table t = {.n = 0};
    struct column *c = add(&t, "B", KIND_BIG_INTEGER);
    struct out out = {.room = SIZE_MAX};
    uint8_t *value = mem_calloc(65537, 1);
    struct err e;

    (void)state;
    column_push_bytes(c, (struct bytes){value, 65537});
    assert_int_equal(write_all(&t, &o, &out, &e), ERR_LIMIT);
    assert_string_equal(e.msg,
                        "big integer of 65537 bytes; up to 65536 can be written in digits");
    free(value);
    buf_release(&out.text);
    table_release(&t);
}

/* Rows of some 100 KB in all, and one text that is longer than a piece. */
static void long_table(struct table *t, char *text, size_t len)
{
    struct column *c = add(t, "S", KIND_STRING);

    memset(text, 'x', len);
    for (int i = 0; i < 1000; i++)
        column_push_bytes(c, (struct bytes){(const uint8_t *)text, 99});
    column_push_bytes(c, (struct bytes){(const uint8_t *)text, len});
}

static void test_text_goes_on_in_pieces_and_in_order(void **state)
{
    static char text[200000];
    struct writer_options o = {.format = WRITER_CSV};
    struct table t = {.n = 0};
    struct out out = {.room = SIZE_MAX};
    struct err e;

    (void)state;
    long_table(&t, text, sizeof(text));
    assert_int_equal(write_all(&t, &o, &out, &e), ERR_OK);
    assert_int_equal(out.text.len, 2 + 1000 * 100 + sizeof(text) + 1);
    assert_in_range(out.pieces, 4, 5);
    assert_memory_equal(out.text.data + 2 + 99 * 1000 + 999, "\n", 1);
    buf_release(&out.text);
    table_release(&t);
}

static void test_nothing_is_written_after_the_sink_has_failed(void **state)
{
    static char text[200000];
    struct writer_options o = {.format = WRITER_CSV};
    struct table t = {.n = 0};
    struct out out = {.room = 70000};
    struct err e;

    (void)state;
    long_table(&t, text, sizeof(text));
    assert_int_equal(write_all(&t, &o, &out, &e), ERR_IO);
    assert_string_equal(e.msg, "no room");
    assert_int_equal(out.pieces, 2);
    buf_release(&out.text);
    table_release(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_null_is_empty_and_an_empty_text_has_quotes),
        cmocka_unit_test(test_what_a_cell_would_break_out_with_is_quoted),
        cmocka_unit_test(test_a_json_text_is_escaped_and_is_always_utf8),
        cmocka_unit_test(test_numbers_have_all_their_digits),
        cmocka_unit_test(test_times_have_nine_digits_and_instants_an_offset),
        cmocka_unit_test(test_a_character_and_a_boolean_are_what_they_are),
        cmocka_unit_test(test_a_list_is_a_json_array_in_one_cell),
        cmocka_unit_test(test_no_header_and_tables_without_rows_or_columns),
        cmocka_unit_test(test_a_change_is_a_line_with_the_columns_that_it_names),
        cmocka_unit_test(test_a_decimal_of_20000_digits_is_written_whole),
        cmocka_unit_test(test_a_number_too_long_for_digits_is_refused),
        cmocka_unit_test(test_text_goes_on_in_pieces_and_in_order),
        cmocka_unit_test(test_nothing_is_written_after_the_sink_has_failed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
