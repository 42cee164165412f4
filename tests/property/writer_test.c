/*
 * model/writer over hostile texts: what it writes is read back equal by a slow reader of
 * RFC 4180, by Python's csv module and by jansson. The texts have quotes, separators, line
 * ends of all kinds, NUL, bytes that are no UTF-8, halves of pairs, formulas, marks of
 * direction; some are long, and some tables have no row, or ten thousand columns.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>
#include <utf8proc.h>

#include "base/mem.h"
#include "model/writer.h"
#include "tests/support/folder.h"
#include "tests/support/program.h"

#define ROUNDS 60
#define PARTS_MAX 8
#define LONG_BYTES 70000 /* of one cell in so many */
#define LONG_EVERY 4000
#define WIDE 10000

struct cell {
    uint8_t *data; /* owned; NULL: null */
    size_t len, cap;
};

struct table {
    size_t n_columns, n_rows;
    char **names; /* owned; each another one, of hostile text, too, without a NUL */
    struct cell *cells;
};

static struct prng numbers;

static size_t below(size_t n)
{
    return (size_t)prng_below(&numbers, n);
}

/* --- tables --- */

static const struct bytes parts[] = {
#define PART(text)                                                                         \
    {                                                                                      \
        (const uint8_t *)(text), sizeof(text) - 1                                          \
    }
    PART("\""),
    PART("\"\""),
    PART(","),
    PART("\t"),
    PART("\n"),
    PART("\r"),
    PART("\r\n"),
    PART("a"),
    PART(" "),
    PART("=cmd|' /C calc'!A0"),
    PART("@SUM(1+1)"),
    PART("\\"),
    PART("\xe2\x80\xa8"),
    /* line separator */ PART("\xe2\x80\xae"), /* right to left */
    PART("\xc2\x85"),
    PART("\xef\xbb\xbf"),
    PART("\xff"),
    PART("\xc3"),
    PART("\xe2\x80"),
    PART("\xed\xa0\x80"), /* half of a pair */
    PART("\xf0\x9f\x98\x80"),
    PART("\x1b]0;x\x07"),
    PART("NULL"),
    PART("\x7f"),
    PART("/*"),
    PART("#"),
    PART("\0"),
#undef PART
};
#define PARTS (sizeof(parts) / sizeof(*parts))

static void add(struct cell *c, struct bytes part)
{
    MEM_GROW(c->data, c->cap, c->len + part.len + 1);
    memcpy(c->data + c->len, part.data, part.len);
    c->len += part.len;
}

static struct cell random_cell(size_t n_parts)
{
    struct cell c = {0};

    if (below(8) == 0)
        return c;
    add(&c, (struct bytes){(const uint8_t *)"", 0});
    for (size_t n = below(PARTS_MAX); n > 0; n--)
        add(&c, parts[below(n_parts)]);
    if (below(LONG_EVERY) == 0)
        while (c.len < LONG_BYTES)
            add(&c, parts[below(n_parts)]);
    return c;
}

static struct table random_table(size_t n_columns, size_t n_rows)
{
    struct table t = {n_columns, n_rows, MEM_ARRAY(char *, n_columns),
                      MEM_ARRAY(struct cell, n_columns * n_rows + 1)};

    for (size_t i = 0; i < n_columns; i++) {
        struct cell name = random_cell(PARTS - 1);

        t.names[i] = mem_printf("%.0zu%.*s", i, (int)name.len,
                                name.data ? (const char *)name.data : "");
        free(name.data);
    }
    for (size_t i = 0; i < n_columns * n_rows; i++)
        t.cells[i] = random_cell(PARTS);
    return t;
}

static void table_release(struct table *t)
{
    for (size_t i = 0; i < t->n_columns; i++)
        free(t->names[i]);
    for (size_t i = 0; i < t->n_columns * t->n_rows; i++)
        free(t->cells[i].data);
    free(t->names);
    free(t->cells);
}

static struct cell *cell_at(const struct table *t, size_t row, size_t column)
{
    return &t->cells[row * t->n_columns + column];
}

/* Its text is borrowed. */
static struct cell name_of(const struct table *t, size_t column)
{
    return (struct cell){.data = (uint8_t *)t->names[column],
                         .len = strlen(t->names[column])};
}

/* --- written --- */

static enum err_code take(void *ctx, struct bytes text, struct err *e)
{
    return buf_append(ctx, text.data, text.len, e);
}

static struct flat column_of(const struct table *t, size_t c, size_t from, size_t to)
{
    static const struct type text = {.kind = KIND_STRING};
    struct column *column = column_new(&text);
    struct flat out;

    for (size_t row = from; row < to; row++) {
        const struct cell *cell = cell_at(t, row, c);

        if (cell->data)
            column_push_bytes(column, (struct bytes){cell->data, cell->len});
        else
            column_push_null(column);
    }
    flat_of_column(column, 0, to - from, &out);
    column_free(column);
    return out;
}

static void write_rows(struct writer *w, const struct table *t, size_t from, size_t to)
{
    struct flat *columns = MEM_ARRAY(struct flat, t->n_columns);
    struct err e;

    for (size_t c = 0; c < t->n_columns; c++)
        columns[c] = column_of(t, c, from, to);
    assert_int_equal(writer_batch(w, columns, to - from, &e), ERR_OK);
    for (size_t c = 0; c < t->n_columns; c++)
        flat_release(&columns[c]);
    free(columns);
}

/* Row by row, or all at once. */
static struct buf written(const struct table *t, enum writer_format format)
{
    struct writer_options o = {.format = format};
    struct buf out;
    struct writer_sink sink = {take, &out};
    struct writer *w = writer_new(&o, &sink);
    struct err e;

    buf_init(&out, SIZE_MAX);
    assert_int_equal(writer_header(w, (const char *const *)t->names, t->n_columns, &e),
                     ERR_OK);
    for (size_t row = 0, n; row < t->n_rows; row += n) {
        n = below(2) ? t->n_rows - row : 1;
        write_rows(w, t, row, row + n);
    }
    assert_int_equal(writer_end(w, &e), ERR_OK);
    writer_free(w);
    return out;
}

/* --- csv and tsv --- */

/* Takes a quoted cell, whose first quote is passed; false: it has no end. */
static bool read_quoted(struct bytes text, size_t *at, struct cell *out)
{
    for (; *at < text.len; (*at)++) {
        if (text.data[*at] == '"' && (++*at == text.len || text.data[*at] != '"'))
            return true;
        add(out, (struct bytes){text.data + *at, 1});
    }
    return false;
}

static struct cell read_cell(struct bytes text, size_t *at, uint8_t separator)
{
    struct cell out = {0};

    if (*at < text.len && text.data[*at] == '"') {
        (*at)++;
        add(&out, (struct bytes){(const uint8_t *)"", 0});
        assert_true(read_quoted(text, at, &out));
        return out;
    }
    while (*at < text.len && text.data[*at] != separator && text.data[*at] != '\n') {
        assert_int_not_equal(text.data[*at], '"');
        assert_int_not_equal(text.data[*at], '\r');
        add(&out, (struct bytes){text.data + (*at)++, 1});
    }
    return out; /* nothing without quotes is null */
}

static void expect_cell(const struct cell *found, const struct cell *want, size_t row,
                        size_t column)
{
    bool same = !found->data == !want->data && found->len == want->len &&
                (want->len == 0 || memcmp(found->data, want->data, want->len) == 0);

    if (!same)
        fail_msg("row %zu, column %zu: found %zu bytes \"%.*s\", expected %zu \"%.*s\"",
                 row, column, found->len, (int)found->len, (const char *)found->data,
                 want->len, (int)want->len, (const char *)want->data);
}

static void check_line(const struct table *t, struct bytes text, size_t *at, size_t row,
                       uint8_t separator)
{
    for (size_t c = 0; c < t->n_columns; c++) {
        struct cell found = read_cell(text, at, separator);
        struct cell name = name_of(t, c);

        expect_cell(&found, row == 0 ? &name : cell_at(t, row - 1, c), row, c);
        free(found.data);
        assert_true(*at < text.len);
        assert_int_equal(text.data[(*at)++], c + 1 < t->n_columns ? separator : '\n');
    }
}

static void check_text(const struct table *t, struct bytes text, uint8_t separator)
{
    size_t at = 0;

    for (size_t row = 0; row <= t->n_rows; row++)
        check_line(t, text, &at, row, separator);
    assert_int_equal(at, text.len);
}

/* --- json --- */

/* The text with a mark for each byte that is no UTF-8. */
static struct cell with_marks(const struct cell *c)
{
    struct cell out = {0};
    utf8proc_int32_t cp;

    add(&out, (struct bytes){(const uint8_t *)"", 0});
    for (size_t i = 0; i < c->len;) {
        utf8proc_ssize_t n =
            utf8proc_iterate(c->data + i, (utf8proc_ssize_t)(c->len - i), &cp);

        if (n > 0)
            add(&out, (struct bytes){c->data + i, (size_t)n});
        else
            add(&out, bytes_of("\ufffd"));
        i += n > 0 ? (size_t)n : 1;
    }
    return out;
}

/* How many marks stand for a half of a pair is not told: runs of them are one. */
static void join_marks(struct cell *c)
{
    static const char two[] = "\ufffd\ufffd";
    uint8_t *at;

    while ((at = memmem(c->data, c->len, two, 6)) != NULL) {
        memmove(at, at + 3, (size_t)(c->data + c->len - at) - 3);
        c->len -= 3;
    }
}

static void check_json_cell(const json_t *value, const struct cell *want, size_t row,
                            size_t column)
{
    struct cell marked = {0}, found = {0};

    if (!want->data) {
        assert_true(json_is_null(value));
        return;
    }
    assert_true(json_is_string(value));
    add(&found, (struct bytes){(const uint8_t *)json_string_value(value),
                               json_string_length(value)});
    marked = with_marks(want);
    join_marks(&marked);
    join_marks(&found);
    expect_cell(&found, &marked, row, column);
    free(found.data);
    free(marked.data);
}

/* A name that is no UTF-8 is not looked up. */
static void check_json_row(const struct table *t, struct bytes line, size_t row)
{
    json_error_t error;
    json_t *object = json_loadb((const char *)line.data, line.len, JSON_ALLOW_NUL, &error);

    if (!object)
        fail_msg("row %zu: %s", row, error.text);
    for (size_t c = 0; c < t->n_columns; c++) {
        const json_t *value = json_object_get(object, t->names[c]);

        if (value)
            check_json_cell(value, cell_at(t, row, c), row, c);
    }
    json_decref(object);
}

static void check_json(const struct table *t, struct bytes text)
{
    for (size_t row = 0; row < t->n_rows; row++) {
        const uint8_t *end = memchr(text.data, '\n', text.len);
        size_t len;

        assert_non_null(end);
        len = (size_t)(end - text.data);
        check_json_row(t, (struct bytes){text.data, len}, row);
        text = (struct bytes){end + 1, text.len - len - 1};
    }
    assert_int_equal(text.len, 0);
}

/* --- tests --- */

static void check_all(struct table *t)
{
    static const uint8_t separators[] = {[WRITER_CSV] = ',', [WRITER_TSV] = '\t'};
    struct buf out;

    for (enum writer_format f = WRITER_CSV; f <= WRITER_TSV; f++) {
        out = written(t, f);
        check_text(t, buf_bytes(&out), separators[f]);
        buf_release(&out);
    }
    out = written(t, WRITER_JSON);
    check_json(t, buf_bytes(&out));
    buf_release(&out);
    table_release(t);
}

static void hostile_texts_are_read_back_equal(void **state)
{
    (void)state;
    for (size_t i = program_rounds(ROUNDS); i > 0; i--) {
        struct table t = random_table(1 + below(6), below(30));

        check_all(&t);
    }
}

static void ten_thousand_columns_are_read_back_equal(void **state)
{
    struct table t = random_table(WIDE, 2);

    (void)state;
    check_all(&t);
}

/* What Python makes of a file, line by line. */
static void expect_python(const struct table *t, const char *path, uint8_t separator)
{
    char *command =
        mem_printf("python3 '" TEST_SOURCE_DIR "/tests/property/read_text.py' %s '%c'",
                   path, separator);
    FILE *f = popen(command, "re"); /* NOLINT(cert-env33-c): names of our own */
    char byte[3];

    assert_non_null(f);
    for (size_t i = 0; i < t->n_columns * (t->n_rows + 1); i++) {
        struct cell name = name_of(t, i % t->n_columns);
        const struct cell *want = i < t->n_columns ? &name : &t->cells[i - t->n_columns];

        for (size_t b = 0; b < want->len; b++) {
            assert_int_equal(fread(byte, 1, 2, f), 2);
            byte[2] = '\0';
            assert_int_equal(strtoul(byte, NULL, 16), want->data[b]);
        }
        assert_int_equal(fgetc(f), i % t->n_columns + 1 < t->n_columns ? ' ' : '\n');
    }
    assert_int_equal(fgetc(f), EOF);
    assert_int_equal(pclose(f), 0);
    free(command);
}

static void python_reads_the_same(void **state)
{
    static const uint8_t separators[] = {[WRITER_CSV] = ',', [WRITER_TSV] = '\t'};
    static char folder[] = "/tmp/dhview-writer-XXXXXX";
    struct table t = random_table(5, 400);
    char *path;

    (void)state;
    folder_make(folder);
    path = mem_printf("%s/rows", folder);
    for (enum writer_format format = WRITER_CSV; format <= WRITER_TSV; format++) {
        struct buf out = written(&t, format);
        FILE *f = fopen(path, "we");

        assert_non_null(f);
        assert_int_equal(fwrite(out.data, 1, out.len, f), out.len);
        assert_int_equal(fclose(f), 0);
        expect_python(&t, path, separators[format]);
        buf_release(&out);
    }
    folder_remove(folder);
    free(path);
    table_release(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hostile_texts_are_read_back_equal),
        cmocka_unit_test(ten_thousand_columns_are_read_back_equal),
        cmocka_unit_test(python_reads_the_same),
    };

    numbers = prng_start();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
