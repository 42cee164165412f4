/*
 * Keys in any order that move, select and copy, beside a model of them: what arrives in the
 * clipboard is what was selected, the status line and the screen say the same, and sizes
 * change in between.
 */
#include <inttypes.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/num.h"
#include "tests/support/program.h"
#include "tests/support/sheet.h"
#include "tests/support/trial.h"
#include "ui/table/selection.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))
#define KEYS 80
#define FIRST_ROW 3       /* of cells */
#define SELECTED_COLOR 3  /* of the background */
#define NEAR INT64_C(300) /* rows, while something is selected */

static const char *const columns[] = {"Row", "Name", "Sine", "Prime", "DigitSum", "Time"};
#define COLUMNS COUNT(columns)

static struct prng numbers;
static size_t n_copies, n_cells;

/* --- the model --- */

static struct model {
    int64_t row; /* of the cursor, from 0 */
    size_t column;
    enum selection_kind kind;
    int64_t from_row; /* where the selection began */
    size_t from_column;
    char separator;
} m;

/* What a copy is of; both ends are in it. */
struct area {
    int64_t first_row, last_row; /* none when the last is before the first */
    size_t first_column, last_column;
    bool names;
};

static void select_kind(enum selection_kind kind)
{
    if (m.kind == SELECTION_NONE) {
        m.from_row = m.row;
        m.from_column = m.column;
    }
    m.kind = m.kind == kind ? SELECTION_NONE : kind;
}

static struct area selected(bool whole_rows)
{
    bool none = m.kind == SELECTION_NONE;
    struct area a = {
        .first_row = none ? m.row : min_i64(m.row, m.from_row),
        .last_row = none ? m.row : max_i64(m.row, m.from_row),
        .first_column = none || m.column < m.from_column ? m.column : m.from_column,
        .last_column = none || m.column > m.from_column ? m.column : m.from_column};

    if (m.kind == SELECTION_COLUMNS) {
        a.first_row = 0;
        a.last_row = TRIAL_ROWS - 1;
    }
    if (whole_rows || m.kind == SELECTION_ROWS) {
        a.first_column = 0;
        a.last_column = COLUMNS - 1;
    }
    return a;
}

/* A cell as it is copied, and not as it is shown. */
static bool is_cell(const char *text, size_t len, const char *column, int64_t row)
{
    char *want = trial_formula(column, row), *got = mem_strndup(text, len);
    bool same;

    if (want && strcmp(column, "Time") == 0) {
        want[10] = 'T';
        mem_addf(&want, ".000000000Z");
    }
    same = want ? strcmp(got, want) == 0 : strtod(got, NULL) == sin((double)row / 25.0);
    free(got);
    free(want);
    return same;
}

/* One line of a copy, names when row < 0; moves *text behind it. */
static bool is_line(const char **text, const struct area *a, int64_t row)
{
    const char ends[] = {m.separator, '\n', '\0'};

    for (size_t c = a->first_column; c <= a->last_column; c++) {
        size_t len = strcspn(*text, ends);

        if (row < 0 ? strncmp(*text, columns[c], len) != 0 || columns[c][len] != '\0'
                    : !is_cell(*text, len, columns[c], row))
            return false;
        *text += len;
        if (c < a->last_column && *(*text)++ != m.separator)
            return false;
    }
    return true;
}

static bool is_copy_of(const char *text, const struct area *a)
{
    bool first = true;

    for (int64_t row = a->names ? a->first_row - 1 : a->first_row; row <= a->last_row;
         row++) {
        if (!first && *text++ != '\n')
            return false;
        if (!is_line(&text, a, row < a->first_row ? -1 : row))
            return false;
        first = false;
    }
    return *text == '\0';
}

/* --- keys --- */

static size_t below(size_t n)
{
    return (size_t)prng_below(&numbers, n);
}

static void type(struct pty *t, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void type(struct pty *t, const char *format, ...)
{
    va_list ap;
    char *keys;

    va_start(ap, format);
    keys = mem_vprintf(format, ap);
    va_end(ap);
    pty_keys(t, keys);
    free(keys);
}

static void move_rows(struct pty *t, int64_t by)
{
    if (by == 0) /* 0 is no count, but the first column */
        return;
    type(t, "%" PRId64 "%c", by < 0 ? -by : by, by < 0 ? 'k' : 'j');
    m.row = max_i64(0, min_i64(m.row + by, TRIAL_ROWS - 1));
}

static void move_columns(struct pty *t)
{
    int64_t by = (int64_t)below(COLUMNS) + 1;
    bool left = below(2) == 0;

    type(t, "%" PRId64 "%c", by, left ? 'h' : 'l');
    by = (int64_t)m.column + (left ? -by : by);
    m.column = (size_t)max_i64(0, min_i64(by, (int64_t)COLUMNS - 1));
}

/* Anywhere, or near where a selection began. */
static void jump(struct pty *t)
{
    int64_t to = (int64_t)prng_below(&numbers, (uint64_t)TRIAL_ROWS);

    if (m.kind != SELECTION_NONE)
        to = max_i64(0, min_i64(m.from_row + (int64_t)below(2 * (size_t)NEAR) - NEAR,
                                TRIAL_ROWS - 1));
    else if (below(4) == 0)
        to = below(2) ? 0 : TRIAL_ROWS - 1;
    type(t, "%" PRId64 "G", to + 1);
    m.row = to;
}

static void change_format(struct pty *t)
{
    m.separator = below(2) ? '\t' : ',';
    type(t, ":set copy-format %s<Enter>", m.separator == ',' ? "csv" : "tsv");
}

struct awaited {
    struct area area;
    size_t from; /* in the output: before it may be another copy of the same */
};

static bool has_arrived(struct pty *t, void *ctx)
{
    const struct awaited *a = ctx;
    size_t n;
    const uint8_t *out = pty_output(t, &n);
    char *text = pty_clipboard(out + a->from, n - a->from);
    bool arrived = text && is_copy_of(text, &a->area);

    free(text);
    return arrived;
}

static void copy(struct pty *t)
{
    static const char *const keys[] = {"y", "Y", "zy", "zY"};
    const char *key = keys[below(COUNT(keys))];
    struct area a = selected(strcmp(key, "Y") == 0);
    size_t from;

    (void)pty_output(t, &from);
    pty_keys(t, key);
    a.names = key[0] == 'z';
    if (a.names && m.kind == SELECTION_NONE) {
        a.first_column = 0;
        a.last_column = COLUMNS - 1;
    }
    if (strcmp(key, "zY") == 0)
        a.last_row = a.first_row - 1;
    if (a.last_row - a.first_row > 2 * NEAR) {
        pty_wait_text(t, "not copied: ");
        return;
    }
    pty_wait(t, has_arrived, &(struct awaited){a, from}, key);
    m.kind = SELECTION_NONE;
    n_copies++;
}

static void random_key(struct pty *t)
{
    static const struct {
        const char *keys;
        enum selection_kind kind;
    } kinds[] = {{"v", SELECTION_CELLS}, {"V", SELECTION_ROWS}, {"gv", SELECTION_COLUMNS}};
    size_t kind = below(COUNT(kinds));

    switch (below(8)) {
    case 0:
        move_columns(t);
        break;
    case 1:
        jump(t);
        break;
    case 2:
    case 3:
        pty_keys(t, kinds[kind].keys);
        select_kind(kinds[kind].kind);
        break;
    case 4:
        copy(t);
        break;
    case 5:
        if (below(3) == 0) {
            pty_keys(t, "<Esc>");
            m.kind = SELECTION_NONE;
        } else {
            change_format(t);
        }
        break;
    default:
        move_rows(t, (int64_t)below(60) - 30);
        break;
    }
}

/* --- the screen --- */

static void random_size(struct pty *t)
{
    static const int sizes[][2] = {{24, 100}, {10, 90}, {50, 160}};
    const int *size = sizes[below(COUNT(sizes))];

    pty_resize(t, size[0], size[1]);
}

static bool line_is_marked(const struct pty *t, int line)
{
    struct pty_cell cell;
    int rows, cols;

    pty_size(t, &rows, &cols);
    for (int col = 0; col < cols; col++) {
        pty_cell(t, line, col, &cell);
        if (cell.bg == SELECTED_COLOR)
            return true;
    }
    return false;
}

/* But for the row of the cursor, whose cell has a look of its own. */
static void check_marks(const struct pty *t)
{
    static struct sheet s;
    struct area a = selected(false);

    assert_true(sheet_read(t, &s));
    for (size_t i = 0; i < s.n_rows; i++) {
        int64_t row = s.number[i] - 1;
        bool want = m.kind != SELECTION_NONE && row >= a.first_row && row <= a.last_row;

        if (row != m.row && line_is_marked(t, FIRST_ROW + (int)i) != want)
            fail_msg("row %" PRId64 " is %smarked", row + 1, want ? "not " : "");
    }
    sheet_release(&s);
}

static void look(struct pty *t)
{
    struct area a = selected(false);
    char text[128] = "";

    sheet_settle(t);
    sheet_wait_status(t, m.row + 1, TRIAL_ROWS);
    if (m.kind != SELECTION_NONE)
        pty_wait_text(
            t, selection_text(m.kind,
                              &(struct selection_area){a.first_row, a.last_row,
                                                       a.first_column, a.last_column},
                              text, sizeof(text)));
    else
        pty_wait_gone(t, " selected");
    n_cells += trial_check_cells(t);
    check_marks(t);
}

static void after_any_keys_what_arrives_is_what_was_selected(void **state)
{
    struct pty *t = trial_view(trial_server(), "billion", NULL);

    (void)state;
    m = (struct model){.separator = '\t'};
    pty_let_copy(t);
    trial_start(t);
    for (size_t i = program_rounds(KEYS); i > 0; i--) {
        random_key(t);
        if (below(12) == 0)
            random_size(t);
        if (below(6) == 0)
            look(t);
    }
    pty_keys(t, "<Esc>");
    m.kind = SELECTION_NONE;
    look(t);
    print_message("%zu copies, %zu cells on the screen\n", n_copies, n_cells);
    assert_true(n_copies > 1 && n_cells > 100);
    trial_leave(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(after_any_keys_what_arrives_is_what_was_selected),
    };

    numbers = prng_start();
    return cmocka_run_group_tests(tests, trial_serve_group, trial_end_group);
}
