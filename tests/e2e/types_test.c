/* A column of each type, hostile texts, and formatting columns: every cell as it has to be
 * on the screen. The values are those of scripts/sample_tables.py. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "tests/support/pty.h"
#include "tests/support/server.h"
#include "tests/support/sheet.h"
#include "tests/support/viewer.h"

#define ROWS 9
#define X40 "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
#define Z38 "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz"
#define NINES30 "999999999999999999999999999999"
#define NINES40 "9999999999" NINES30
#define TO_11 "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, …"

struct expected_column {
    const char *name, *type;
    const char *cell[ROWS]; /* ordinary null min max zero negative nan inf -inf */
};

static const struct expected_column types[] = {
    /* clang-format off */
    {"What", "string", {"ordinary", "null", "min", "max", "zero", "negative", "nan", "inf", "-inf"}},
    {"Byte", "byte", {"1", "∅", "-127", "127", "0", "-1", "6", "7", "8"}},
    {"Short", "short", {"2", "∅", "-32767", "32767", "0", "-1", "6", "7", "8"}},
    {"Int", "int", {"3", "∅", "-2147483647", "2147483647", "0", "-1", "6", "7", "8"}},
    {"Long", "long", {"4", "∅", "-9223372036854775807", "9223372036854775807", "0", "-1",
                      "6", "7", "8"}},
    {"Char", "char", {"A", "∅", "␀", "<fffe>", "0", "␛", "€", "<d800>", "中"}},
    {"Float", "float", {"1.5", "∅", "1e-45", "3.4028235e+38", "0.0", "-0.0", "NaN", "Inf", "-Inf"}},
    {"Double", "double", {"0.1", "∅", "5e-324", "1.7976931348623157e+308", "0.0", "-0.0",
                          "NaN", "Inf", "-Inf"}},
    {"Boolean", "boolean", {"true", "∅", "false", "true", "false", "true", "false", "true", "false"}},
    {"String", "string", {"a", "∅", "\"\"", "é€", "0", "-1", "NaN", "null", X40}},
    {"Instant", "instant",
     {"2024-01-02 03:04:05.123456789", "∅", "1677-09-22 00:00:00.000000000",
      "2262-04-11 00:00:00.000000000", "1970-01-01 00:00:00.000000000",
      "1969-12-31 23:59:59.999999999", "2024-02-29 00:00:00.000000000",
      "2024-03-31 01:30:00.000000000", "2000-01-01 00:00:00.500000000"}},
    {"ZonedDateTime", "instant",
     {"2024-01-02 08:04:05", "∅", "1677-09-22 00:00:00", "2262-04-11 00:00:00",
      "1970-01-01 00:00:00", "1969-12-31 23:59:59", "2024-07-02 07:04:05",
      "1999-12-31 15:00:00", "2024-02-29 12:00:00"}},
    {"LocalDate", "date", {"2024-02-29", "∅", "0001-01-01", "9999-12-31", "1970-01-01",
                           "1969-12-31", "2000-01-01", "1900-03-01", "2100-12-31"}},
    {"LocalTime", "time", {"12:34:56.789012345", "∅", "00:00:00.000000000",
                           "23:59:59.999999999", "00:00:00.000000000", "00:00:00.000000001",
                           "12:00:00.000000000", "01:02:03.000000000", "23:00:00.000000000"}},
    {"Duration", "duration", {"PT1H2M3.5S", "∅", "PT-2562024H", "PT2562024H", "PT0S",
                              "PT-1S", "PT0.000000001S", "PT2400H", "PT1H30M"}},
    {"Period", "period", {"P1Y2M", "∅", "P-9999Y", "P9999Y", "P0D", "P-1M", "P1Y2M3D", "P12M", "P1M"}},
    {"BigInteger", "big integer", {"128", "∅", "-" NINES40, NINES40, "0", "-1", "127", "-128",
                                   "123456789012345678901234567890"}},
    {"BigDecimal", "big decimal", {"123.45", "∅", "-" NINES30 ".5", NINES30 ".5", "0", "-0.001",
                                   "1000", "0.000000000000000000000000000001",
                                   "12345678901234567890.123456789"}},
    {"UUID", "UUID",
     {"123e4567-e89b-12d3-a456-426614174000", "∅", "00000000-0000-0000-0000-000000000000",
      "ffffffff-ffff-ffff-ffff-ffffffffffff", "00000000-0000-0000-0000-000000000001",
      "80000000-0000-0000-8000-000000000000", "00000000-0000-0000-0000-000000000006",
      "00000000-0000-0000-0000-000000000007", "00000000-0000-0000-0000-000000000008"}},
    {"Bytes", "byte[]", {"[1, 2, -1]", "∅", "[-128]", "[127]", "[]", "[-1, -2]", TO_11, "[0]", "[0, 1]"}},
    {"Ints", "int[]", {"[1, null, 3]", "∅", "[-2147483647]", "[2147483647]", "[]", "[-1]", TO_11,
                       "[0]", "[null]"}},
    {"Strings", "string[]", {"[a, null, é]", "∅", "[\"\"]", "[" Z38 "…", "[]", "[-]",
                             "[s0, s1, s2, s3, s4, s5, s6, s7, s8, s9…", "[\"␛[31m\"]",
                             "[\"a,b\", \"c\\\"d\", \"[e]\"]"}},
    {"Doubles", "double[]", {"[0.5, null]", "∅", "[5e-324]", "[1.7976931348623157e+308]", "[]",
                             "[-0.5]", "[NaN]", "[Inf]", "[-Inf]"}},
    {"Longs", "long[]", {"[1, null, 3]", "∅", "[-9223372036854775807]", "[9223372036854775807]",
                         "[]", "[-1]", TO_11, "[0]", "[null]"}},
    /* clang-format on */
};

#define COLUMNS (sizeof(types) / sizeof(*types))

/* Summer time, the hour it starts, and the local mean time of 1677. */
static const struct expected_column in_vienna[] = {
    {"Instant",
     "instant",
     {"2024-01-02 04:04:05.123456789", "∅", "1677-09-22 01:05:21.000000000",
      "2262-04-11 02:00:00.000000000", "1970-01-01 01:00:00.000000000",
      "1970-01-01 00:59:59.999999999", "2024-02-29 01:00:00.000000000",
      "2024-03-31 03:30:00.000000000", "2000-01-01 01:00:00.500000000"}},
    {"ZonedDateTime",
     "instant",
     {"2024-01-02 09:04:05", "∅", "1677-09-22 01:05:21", "2262-04-11 02:00:00",
      "1970-01-01 01:00:00", "1970-01-01 00:59:59", "2024-07-02 09:04:05",
      "1999-12-31 16:00:00", "2024-02-29 13:00:00"}},
};

/* What stands for what with --ascii. */
static const char *const ascii_marks[][2] = {
    {"∅", "\\N"},    {"…", "~"},      {"␀", "^@"},      {"␛", "^["},
    {"é", "<00e9>"}, {"€", "<20ac>"}, {"中", "<4e2d>"},
};

struct look {
    bool ascii, vienna;
    bool seen[COLUMNS][ROWS];
    bool type_seen[COLUMNS];
};

static struct pty *open_with(const char *table, int rows, int cols, const char *option,
                             const char *value, const char *env)
{
    char *target = server_target(table);
    const char *argv[] = {target, option, value, NULL};
    struct pty *t = pty_start(
        &(struct pty_options){.rows = rows,
                              .cols = cols,
                              .argv = argv,
                              .env = env ? (const char *const[]){env, NULL} : NULL});

    free(target);
    pty_wait_text(t, " row 1 of ");
    return t;
}

static char *in_ascii(const char *text)
{
    char *out = mem_strdup("");

    while (*text) {
        size_t n = 1;
        const char *as = NULL;
        char *longer;

        for (size_t i = 0; i < sizeof(ascii_marks) / sizeof(*ascii_marks); i++) {
            if (strncmp(text, ascii_marks[i][0], strlen(ascii_marks[i][0])) == 0) {
                n = strlen(ascii_marks[i][0]);
                as = ascii_marks[i][1];
            }
        }
        longer = as ? mem_printf("%s%s", out, as) : mem_printf("%s%c", out, *text);
        free(out);
        out = longer;
        text += n;
    }
    return out;
}

static char *expected_cell(const struct look *l, size_t column, size_t row)
{
    const char *text = types[column].cell[row];

    for (size_t i = 0; l->vienna && i < sizeof(in_vienna) / sizeof(*in_vienna); i++) {
        if (strcmp(in_vienna[i].name, types[column].name) == 0)
            text = in_vienna[i].cell[row];
    }
    return l->ascii ? in_ascii(text) : mem_strdup(text);
}

static void compare(struct look *l, const struct sheet *s, size_t on_screen, size_t column)
{
    assert_int_equal(s->n_rows, ROWS);
    if (s->type[on_screen] && on_screen + 1 < s->n_columns) {
        assert_string_equal(s->type[on_screen], types[column].type);
        l->type_seen[column] = true;
    }
    for (size_t row = 0; row < ROWS; row++) {
        char *expected = expected_cell(l, column, row);
        /* sheet_read() gives a null by its one name */
        const char *want = strcmp(expected, "\\N") == 0 ? "∅" : expected;

        assert_int_equal(s->number[row], row + 1);
        if (s->cell[row][on_screen]) {
            if (strcmp(s->cell[row][on_screen], want) != 0)
                fail_msg("%s of \"%s\": expected \"%s\", found \"%s\"", types[column].name,
                         types[0].cell[row], want, s->cell[row][on_screen]);
            l->seen[column][row] = true;
        }
        free(expected);
    }
}

static void compare_screen(struct look *l, const struct pty *t)
{
    static struct sheet s; /* large; tests have one thread */

    assert_true(sheet_read(t, &s));
    for (size_t i = 0; i < s.n_columns; i++) {
        for (size_t c = 0; c < COLUMNS; c++) {
            if (strcmp(types[c].name, s.name[i]) == 0)
                compare(l, &s, i, c);
        }
    }
    sheet_release(&s);
}

/* The last cells of the last column: a text that ends in an ellipsis there looks cut by the
 * edge, unless there is room behind it. */
static void compare_last_column(struct look *l, const struct pty *t)
{
    for (size_t row = 0; row < ROWS; row++) {
        char *expected = expected_cell(l, COLUMNS - 1, row);
        char *line = pty_row(t, 3 + (int)row);
        size_t n = strlen(line), m = strlen(expected);

        if (n < m || strcmp(line + n - m, expected) != 0)
            fail_msg("the last column of row %zu is not \"%s\": \"%s\"", row + 1, expected,
                     line);
        l->seen[COLUMNS - 1][row] = true;
        free(expected);
        free(line);
    }
    l->type_seen[COLUMNS - 1] = true;
}

/* Goes through all columns from left to right. */
static void look_at_all(struct look *l, struct pty *t)
{
    for (size_t c = 0; c < COLUMNS; c++) {
        char text[64];

        (void)snprintf(text, sizeof(text), "%s (%s)   col %zu/%zu", types[c].name,
                       types[c].type, c + 1, COLUMNS);
        pty_wait_text(t, text);
        sheet_settle(t);
        compare_screen(l, t);
        if (c + 1 < COLUMNS)
            pty_keys(t, "l");
    }
    compare_last_column(l, t);
    for (size_t c = 0; c < COLUMNS; c++) {
        assert_true(l->type_seen[c]);
        for (size_t row = 0; row < ROWS; row++) {
            if (!l->seen[c][row])
                fail_msg("%s of \"%s\" was not on the screen", types[c].name,
                         types[0].cell[row]);
        }
    }
}

static void every_type_on_a_wide_screen(void **state)
{
    struct pty *t = open_with("types", 50, 200, NULL, NULL, NULL);
    struct look l = {.ascii = false};

    (void)state;
    look_at_all(&l, t);
    viewer_leave(t);
}

static void every_type_on_a_small_screen(void **state)
{
    struct pty *t = open_with("types", 24, 80, NULL, NULL, NULL);
    struct look l = {.ascii = false};

    (void)state;
    look_at_all(&l, t);
    viewer_leave(t);
}

static void instants_in_the_zone_asked_for(void **state)
{
    struct pty *t = open_with("types", 24, 200, "--zone", "Europe/Vienna", NULL);
    struct look l = {.vienna = true};

    (void)state;
    look_at_all(&l, t);
    viewer_leave(t);
}

static void check_ascii_only(const struct pty *t)
{
    size_t n;
    const uint8_t *out = pty_output(t, &n);

    for (size_t i = 0; i < n; i++) {
        if (out[i] > 0x7e)
            fail_msg("byte %02x at %zu of the output", out[i], i);
    }
}

static void every_type_in_ascii(void **state)
{
    struct pty *t = open_with("types", 24, 80, "--ascii", NULL, NULL);
    struct look l = {.ascii = true};

    (void)state;
    look_at_all(&l, t);
    check_ascii_only(t);
    viewer_leave(t);
}

/* Finds text in a row; fails the test when it is not there. Returns its first column. */
static int column_of(const struct pty *t, int row, const char *text)
{
    int rows, cols;

    pty_size(t, &rows, &cols);
    for (int start = 0; start < cols; start++) {
        const char *rest = text;
        struct pty_cell cell;

        for (int col = start; col < cols && *rest; col++) {
            pty_cell(t, row, col, &cell);
            if (strncmp(rest, cell.utf8, strlen(cell.utf8)) != 0)
                break;
            rest += cell.width ? strlen(cell.utf8) : 0;
        }
        if (!*rest)
            return start;
    }
    fail_msg("no \"%s\" in row %d", text, row);
    return -1;
}

static struct pty_cell cell_of(const struct pty *t, const char *column, int row)
{
    struct pty_cell cell;
    int col = column_of(t, 1, column);

    for (pty_cell(t, row, col, &cell); strcmp(cell.utf8, " ") == 0; col++)
        pty_cell(t, row, col + 1, &cell);
    return cell;
}

static void without_colours_cells_are_told_apart(void **state)
{
    struct pty *t = open_with("types", 24, 200, NULL, NULL, "NO_COLOR=1");
    struct pty_cell cell;

    (void)state;
    sheet_settle(t);
    for (int row = 0; row < 24; row++) {
        for (int col = 0; col < 200; col++) {
            pty_cell(t, row, col, &cell);
            if (cell.width != 0 && (cell.fg != -1 || cell.bg != -1))
                fail_msg("\"%s\" at row %d, column %d has colours %d on %d", cell.utf8, row,
                         col, cell.fg, cell.bg);
        }
    }
    assert_true(cell_of(t, "What", 3).reverse);  /* the current cell */
    assert_true(cell_of(t, "What", 1).reverse);  /* and its column */
    assert_false(cell_of(t, "What", 4).reverse); /* the text null */
    assert_string_equal(cell_of(t, "String", 4).utf8, "∅");
    assert_string_equal(cell_of(t, "String", 5).utf8, "\"");
    pty_cell(t, 9, column_of(t, 9, "NaN"), &cell); /* the number NaN, of Float */
    assert_true(cell.underline);
    assert_false(cell_of(t, "String", 9).underline); /* the text NaN */
    assert_string_equal(cell_of(t, "String", 9).utf8, "N");
    assert_true(cell_of(t, "Char", 8).underline); /* a mark */
    assert_false(cell_of(t, "Char", 3).underline);
    viewer_leave(t);
}

/* --- hostile texts
 * ------------------------------------------------------------------------ */

static const char *const awkward[][2] = {
    /* clang-format off */
    {"plain", "plain"},
    {"null", "∅"},
    {"empty", "\"\""},
    {"esc", "␛[31mred␛[0m"},
    {"osc52", "␛]52;c;aGVsbG8=␇"},
    {"osc title", "␛]0;title␛\\"},
    {"dcs", "␛Pq#0␛\\"},
    {"cr", "before␍after"},
    {"newline", "one␊two"},
    {"nul", "a␀b"},
    {"tab", "a␉b"},
    {"bel bs", "a␇␈b"},
    {"del", "a␡b"},
    {"c1 csi", "a<009b>31mb"},
    {"c1 osc", "a<009d>52;c;aGVsbG8=<009c>b"},
    {"rlo", "abc<202e>def<202c>ghi"},
    {"isolates", "a<2066>b<2069>c"},
    {"zwsp", "zero<200b>width"},
    {"bom", "<feff>abc"},
    {"line separator", "a<2028>b<2029>c"},
    {"zwj emoji", "\U0001F468<200d>\U0001F469<200d>\U0001F467"},
    {"flag", "\U0001F1E9\U0001F1EA"},
    {"emoji", "\U0001F600!"},
    {"variation", "\u2764<fe0f>\u2764<fe0e>"},
    {"skin tone", "\U0001F44D\U0001F3FD"},
    {"one mark", "e\u0301a"},
    {"lonely mark", "<0301>a"},
    {"1000 marks", "e\u0301\u0301\u0301<0301><0301><0301><0301><0301><0301><0…"},
    {"cjk", "中文字"},
    {"fullwidth", "\uff21\uff22"},
    {"hangul jamo", "\u1112<1161><11ab>"},
    {"arabic", "\u0633\u0644\u0627\u0645"},
    {"tag characters", "a<e0041><e0042>b"},
    {"private use", "a<e000>b"},
    {"unassigned", "a<3fffd>b"},
    {"lone surrogate", "a?b"},
    {"long", "012345678901234567890123456789012345678…"},
    {"long wide", "中中中中中中中中中中中中中中中中中中中…"},
    {"spaces", "  two"},
    {"nbsp", "a\u00a0b"},
    {"soft hyphen", "a<00ad>b"},
    /* clang-format on */
};

/* What stands in the columns from first to before last, without blanks at the end. */
static char *screen_text(const struct pty *t, int row, int first, int last)
{
    char text[2048] = "";
    size_t n = 0, kept = 0;
    struct pty_cell cell;

    for (int col = first; col < last; col++) {
        pty_cell(t, row, col, &cell);
        if (cell.width == 0)
            continue;
        n += (size_t)snprintf(text + n, sizeof(text) - n, "%s", cell.utf8);
        assert_true(n < sizeof(text));
        if (strcmp(cell.utf8, " ") != 0)
            kept = n;
    }
    return mem_strndup(text, kept);
}

static void hostile_texts_are_marks_and_keep_to_their_column(void **state)
{
    struct pty *t = open_with("awkward", 50, 120, NULL, NULL, NULL);
    int what, text, tail;

    (void)state;
    sheet_settle(t);
    what = column_of(t, 1, "What");
    text = column_of(t, 1, "Text");
    tail = column_of(t, 1, "Tail");
    for (size_t i = 0; i < sizeof(awkward) / sizeof(*awkward); i++) {
        int row = 3 + (int)i;
        char *name = screen_text(t, row, what, text);
        char *shown = screen_text(t, row, text, tail);
        char *end = screen_text(t, row, tail, 120);

        assert_string_equal(name, awkward[i][0]);
        if (strcmp(shown, awkward[i][1]) != 0)
            fail_msg("%s: expected \"%s\", found \"%s\"", name, awkward[i][1], shown);
        if (strcmp(end, "|end") != 0)
            fail_msg("%s: \"%s\" where |end should start", name, end);
        free(name);
        free(shown);
        free(end);
    }
    viewer_leave(t);
}

static void hostile_texts_in_ascii(void **state)
{
    struct pty *t = open_with("awkward", 50, 120, "--ascii", NULL, NULL);
    int tail;

    (void)state;
    sheet_settle(t);
    tail = column_of(t, 1, "Tail");
    for (size_t i = 0; i < sizeof(awkward) / sizeof(*awkward); i++)
        assert_int_equal(column_of(t, 3 + (int)i, "|end"), tail);
    pty_wait_row(t, 4, "\\N");
    pty_wait_row(t, 6, "^[[31mred^[[0m");
    pty_wait_row(t, 15, "a^?b");
    pty_wait_row(t, 29, "<0301>a");
    pty_wait_row(t, 31, "<4e2d><6587><5b57>");
    check_ascii_only(t);
    viewer_leave(t);
}

/* --- formatting columns
 * ------------------------------------------------------------------- */

static char *fmt_formula(const char *column, int64_t i)
{
    if (strcmp(column, "I") == 0)
        return mem_printf("%d", (int)i);
    if (strcmp(column, "S") == 0)
        return mem_printf("s%d", (int)i);
    return NULL;
}

static void formatting_columns_are_hidden(void **state)
{
    static struct sheet s;
    struct pty *t = open_with("fmt", 24, 120, NULL, NULL, NULL);

    (void)state;
    pty_wait_text(t, "I (long)   col 1/4");
    sheet_settle(t);
    assert_int_equal(sheet_check(t, fmt_formula), 2 * 19);
    assert_true(sheet_read(t, &s));
    assert_int_equal(s.n_columns, 4);
    assert_string_equal(s.name[0], "I");
    assert_string_equal(s.name[1], "D");
    assert_string_equal(s.name[2], "T");
    assert_string_equal(s.name[3], "S");
    sheet_release(&s);
    pty_keys(t, "$");
    pty_wait_text(t, "S (string)   col 4/4");
    pty_keys(t, "G");
    sheet_wait_status(t, 100, 100);
    sheet_settle(t);
    assert_int_equal(sheet_check(t, fmt_formula), 2 * 19);
    viewer_leave(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_type_on_a_wide_screen),
        cmocka_unit_test(every_type_on_a_small_screen),
        cmocka_unit_test(instants_in_the_zone_asked_for),
        cmocka_unit_test(every_type_in_ascii),
        cmocka_unit_test(without_colours_cells_are_told_apart),
        cmocka_unit_test(hostile_texts_are_marks_and_keep_to_their_column),
        cmocka_unit_test(hostile_texts_in_ascii),
        cmocka_unit_test(formatting_columns_are_hidden),
    };

    server_require();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
