#include "tests/support/sheet.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/mem.h"

#define MAGENTA 5 /* of STYLE_STALE */
#define RULE "│"
#define FRAME_MS 20      /* a frame is with the terminal within that */
#define ASCII_RULE " | " /* after frozen columns */
#define HIDDEN_MARK "⋮"
#define ASCII_HIDDEN_MARK ":" /* no name has one */

/* Where the cells of a line begin, after the gutter's rule; NULL: not a line of the table.
 */
static char *after_rule(char *line, size_t *gutter)
{
    *gutter = strspn(line, " ~,0123456789");
    if (line[*gutter] == '|')
        return line + *gutter + 1;
    return strncmp(line + *gutter, RULE, strlen(RULE)) == 0 ? line + *gutter + strlen(RULE)
                                                            : NULL;
}

/* Splits at two or more blanks; out gets copies. */
static size_t split(const char *line, char **out, size_t max)
{
    size_t n = 0;

    while (*line == ' ')
        line++;
    while (*line && n < max) {
        const char *end = strstr(line, "  ");

        if (!end)
            end = line + strlen(line);
        out[n++] = mem_strndup(line, (size_t)(end - line));
        while (*end == ' ')
            end++;
        line = end;
    }
    return n;
}

static bool ends_in_ellipsis(const char *text)
{
    size_t n = strlen(text);

    return (n >= 3 && strcmp(text + n - 3, "…") == 0) || (n >= 1 && text[n - 1] == '~');
}

/* Dots stand for a cell that is to come; a frame that is half drawn may leave some of them
 * beside other text. */
static bool is_pending(const char *text)
{
    return strstr(text, "·") != NULL || strncmp(text, "..", 2) == 0;
}

/* Reads "1,234" or "12"; -1 for anything else. */
static int64_t read_number(const char *text, size_t n)
{
    int64_t out = 0;
    bool any = false;

    for (size_t i = 0; i < n; i++) {
        if (text[i] == ',' || text[i] == ' ')
            continue;
        if (text[i] < '0' || text[i] > '9')
            return -1;
        out = out * 10 + (text[i] - '0');
        any = true;
    }
    return any ? out : -1;
}

/* A last column cut by the edge: its name, or a cell, ends in an ellipsis or is not there.
 */
static void read_row(struct sheet *s, int64_t number, const char *text)
{
    size_t row = s->n_rows++;
    size_t n = split(text, s->cell[row], SHEET_COLUMNS_MAX);

    s->number[row] = number;
    for (size_t i = 0; i < n; i++) {
        if (is_pending(s->cell[row][i]))
            s->pending = true;
        if (strcmp(s->cell[row][i], "\\N") == 0) {
            free(s->cell[row][i]);
            s->cell[row][i] = mem_strdup("∅");
        }
        if (i + 1 >= s->n_columns && ends_in_ellipsis(s->cell[row][i])) {
            free(s->cell[row][i]);
            s->cell[row][i] = NULL;
        }
    }
}

/* The rule after frozen columns and the marks of hidden ones are no text of a column. */
static void blank_out(char *line, const char *mark)
{
    for (char *at = line; (at = strstr(at, mark)) != NULL;)
        memset(at, ' ', strlen(mark));
}

static void read_line(struct sheet *s, char *line)
{
    size_t gutter;
    char *cells = after_rule(line, &gutter);
    int64_t number;

    if (!cells)
        return;
    if (s->n_columns == 0) {
        blank_out(cells, HIDDEN_MARK);
        blank_out(cells, ASCII_HIDDEN_MARK);
    }
    blank_out(cells, RULE);
    blank_out(cells, ASCII_RULE);
    number = read_number(line, gutter);
    if (number >= 0 && s->n_rows < SHEET_ROWS_MAX)
        read_row(s, number, cells);
    else if (s->n_columns == 0)
        s->n_columns = split(cells, s->name, SHEET_COLUMNS_MAX);
    else if (s->n_rows == 0 && !s->type[0])
        (void)split(cells, s->type, SHEET_COLUMNS_MAX);
}

/* The marks of changed numbers stand in the blanks before them. */
static void blank_marks(char *screen)
{
    static const char *const marks[] = {"▲", "▼"};

    for (size_t i = 0; i < 2; i++) {
        for (char *p = screen; (p = strstr(p, marks[i])); p++) {
            *p = ' ';
            memmove(p + 1, p + strlen(marks[i]), strlen(p + strlen(marks[i])) + 1);
        }
    }
}

/* Those of a sort in the header have a number behind them, perhaps between bars. */
static void blank_sort(char *p, size_t mark)
{
    if (p[-1] == '|')
        p[-1] = ' ';
    memset(p, ' ', mark);
    for (p += mark; *p == '|' || (*p >= '0' && *p <= '9'); p++)
        *p = ' ';
}

static void blank_header(char *screen)
{
    static const char *const marks[] = {"▲", "▼", "⌕"};
    char *line = strstr(screen, RULE), *end = line ? strchr(line, '\n') : NULL;

    if (!end)
        return;
    *end = '\0';
    for (size_t i = 0; i < 3; i++)
        for (char *p = line; (p = strstr(p, marks[i])) != NULL;)
            blank_sort(p, strlen(marks[i]));
    *end = '\n';
}

bool sheet_read(const struct pty *t, struct sheet *out)
{
    char *screen = pty_screen(t);
    char *rest = screen;

    memset(out, 0, sizeof(*out));
    blank_header(screen);
    blank_marks(screen);
    while (rest && *rest) {
        char *end = strchr(rest, '\n');

        if (end)
            *end++ = '\0';
        read_line(out, rest);
        rest = end;
    }
    free(screen);
    return out->n_columns > 0;
}

void sheet_release(struct sheet *s)
{
    for (size_t c = 0; c < SHEET_COLUMNS_MAX; c++) {
        free(s->name[c]);
        free(s->type[c]);
        for (size_t r = 0; r < s->n_rows; r++)
            free(s->cell[r][c]);
    }
    memset(s, 0, sizeof(*s));
}

int sheet_column(const struct sheet *s, const char *name)
{
    for (size_t i = 0; i < s->n_columns; i++) {
        if (strcmp(s->name[i], name) == 0)
            return (int)i;
    }
    return -1;
}

static bool nothing_pending(struct pty *t, void *ctx)
{
    static struct sheet s; /* large; tests have one thread */
    bool ok = sheet_read(t, &s) && !s.pending;

    (void)ctx;
    sheet_release(&s);
    return ok;
}

void sheet_sync(struct pty *t)
{
    static unsigned serial;
    char text[32];

    /* What is typed into a prompt shows when all keys before it have been taken. */
    (void)snprintf(text, sizeof(text), ":settle%u", ++serial);
    pty_keys(t, text);
    pty_wait_text(t, text);
    pty_keys(t, "<Esc>");
    pty_wait_gone(t, text);
}

void sheet_settle(struct pty *t)
{
    sheet_sync(t);
    do {
        pty_wait(t, nothing_pending, NULL, "no cell pending");
        pty_wait_quiet(t, FRAME_MS); /* header and rows may be of two frames until then */
    } while (!nothing_pending(t, NULL));
}

static const struct pty *looked_at; /* while its cells are compared */

static _Noreturn void fail_cell(const struct sheet *s, size_t row, size_t column,
                                const char *expected)
{
    char *screen = pty_screen(looked_at);

    for (char *rest = screen, *line; (line = strsep(&rest, "\n")) != NULL;)
        print_error("%s\n", line);
    fail_msg("row %" PRId64 ", column %s: expected \"%s\", found \"%s\"", s->number[row],
             s->name[column], expected, s->cell[row][column]);
    abort(); /* fail_msg() does not return */
}

static void check_cell(const struct sheet *s, size_t row, size_t column,
                       sheet_formula *formula, size_t *compared)
{
    char *expected;

    if (ends_in_ellipsis(s->name[column]))
        return; /* whose column this is cannot be read */
    expected = formula(s->name[column], s->number[row] - 1);

    if (expected && s->cell[row][column]) {
        if (strcmp(expected, s->cell[row][column]) != 0)
            fail_cell(s, row, column, expected);
        ++*compared;
    }
    free(expected);
}

static size_t check_all(struct sheet *s, sheet_formula *formula)
{
    size_t compared = 0;

    for (size_t r = 0; r < s->n_rows; r++) {
        if (r > 0)
            assert_int_equal(s->number[r], s->number[r - 1] + 1);
        for (size_t c = 0; c < s->n_columns; c++)
            check_cell(s, r, c, formula, &compared);
    }
    sheet_release(s);
    return compared;
}

size_t sheet_check(const struct pty *t, sheet_formula *formula)
{
    static struct sheet s;
    size_t compared;

    looked_at = t;
    if (!sheet_read(t, &s) || s.n_rows == 0) {
        char *screen = pty_screen(t);

        fail_msg("no table with rows on the screen:\n%s", screen);
    }
    compared = check_all(&s, formula);
    assert_true(compared > 0);
    return compared;
}

/* The length of a text without the ellipsis it ends in. */
static size_t kept_length(const char *text)
{
    return strlen(text) - (text[strlen(text) - 1] == '~' ? 1 : strlen("…"));
}

/* Takes out what may differ from the formula: what is pending, and the end of what is cut.
 */
static void leave_out(struct sheet *s, size_t row, size_t column, sheet_formula *formula)
{
    char **cell = &s->cell[row][column];
    char *expected;

    if (!*cell || (!is_pending(*cell) && !ends_in_ellipsis(*cell)))
        return;
    expected = formula(s->name[column], s->number[row] - 1);
    if (expected && !is_pending(*cell) && !ends_in_ellipsis(s->name[column]) &&
        strncmp(expected, *cell, kept_length(*cell)) != 0)
        fail_cell(s, row, column, expected);
    free(expected);
    free(*cell);
    *cell = NULL;
}

size_t sheet_check_known(const struct pty *t, sheet_formula *formula)
{
    static struct sheet s;

    looked_at = t;
    (void)sheet_read(t, &s);
    for (size_t r = 0; r < s.n_rows; r++)
        for (size_t c = 0; c < s.n_columns; c++)
            leave_out(&s, r, c, formula);
    return check_all(&s, formula);
}

void sheet_check_columns(const struct pty *t, const char *names)
{
    static struct sheet s;
    char got[512] = "";
    size_t n = 0;

    assert_true(sheet_read(t, &s));
    for (size_t i = 0; i < s.n_columns && n < strlen(names); i++)
        n += (size_t)snprintf(got + n, sizeof(got) - n, "%s ", s.name[i]);
    sheet_release(&s);
    assert_string_equal(got, names);
}

size_t sheet_check_old(const struct pty *t, const struct sheet_area *a, int cursor_row)
{
    size_t marked = 0;

    for (int row = a->first_row; row <= a->last_row; row++) {
        for (int col = a->first_col; row != cursor_row && col < a->end_col; col++) {
            struct pty_cell cell;

            pty_cell(t, row, col, &cell);
            if (cell.utf8[0] < '0' || cell.utf8[0] > 'z')
                continue;
            if (cell.fg != MAGENTA)
                fail_msg("\"%s\" in row %d, column %d looks current", cell.utf8, row, col);
            marked++;
        }
    }
    return marked;
}

bool sheet_status(const struct pty *t, int64_t *row, int64_t *rows)
{
    char *screen = pty_screen(t);
    char *at = strstr(screen, "\n row ");
    char *of = at ? strstr(at, " of ") : NULL;
    char *end = of ? strpbrk(of + 4, " \n") : NULL;
    bool ok = end != NULL;

    if (ok) {
        *row = read_number(at + 6, (size_t)(of - at - 6));
        *rows = read_number(of + 4, (size_t)(end - of - 4));
    }
    free(screen);
    return ok;
}

struct wanted_status {
    int64_t row, rows;
};

static bool has_status(struct pty *t, void *ctx)
{
    const struct wanted_status *w = ctx;
    int64_t row, rows;

    return sheet_status(t, &row, &rows) && row == w->row && rows == w->rows;
}

void sheet_wait_status(struct pty *t, int64_t row, int64_t rows)
{
    struct wanted_status w = {row, rows};
    char what[80];

    (void)snprintf(what, sizeof(what), "row %" PRId64 " of %" PRId64, row, rows);
    pty_wait(t, has_status, &w, what);
}

/* --- formulas, as in scripts/sample_tables.py --- */

static char *instant(int64_t i)
{
    time_t at = (time_t)(1704067200 + i);
    struct tm tm;
    char text[32];

    (void)gmtime_r(&at, &tm);
    (void)strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &tm);
    return mem_strdup(text);
}

static char *quarters(int64_t i)
{
    static const char *const fraction[] = {"0", "25", "5", "75"};

    return mem_printf("%" PRId64 ".%s", i / 4, fraction[i % 4]);
}

char *sheet_formula_million(const char *column, int64_t i)
{
    if (strcmp(column, "I") == 0)
        return mem_printf("%" PRId64, i);
    if (strcmp(column, "S") == 0)
        return mem_printf("row-%" PRId64, i);
    if (strcmp(column, "D") == 0)
        return quarters(i);
    if (strcmp(column, "N") == 0)
        return i % 5 == 0 ? mem_strdup("∅") : mem_printf("%" PRId64, i % 1000);
    if (strcmp(column, "B") == 0)
        return mem_strdup(i % 3 == 0 ? "true" : "false");
    if (strcmp(column, "T") == 0)
        return instant(i);
    if (strcmp(column, "C") == 0)
        return mem_printf("%c", (char)('a' + i % 26));
    if (strcmp(column, "L") == 0)
        return mem_printf("%" PRId64, i * i % 1000003);
    return NULL;
}

static char *numbered(const char *column, int64_t i, int64_t columns)
{
    return column[0] == 'C'
               ? mem_printf("%" PRId64, i * columns + (int64_t)atoll(column + 1))
               : NULL;
}

char *sheet_formula_wide(const char *column, int64_t i)
{
    return numbered(column, i, 1000);
}

char *sheet_formula_verywide(const char *column, int64_t i)
{
    return numbered(column, i, 10000);
}

char *sheet_formula_appending(const char *column, int64_t i)
{
    return strcmp(column, "X") == 0 ? mem_printf("%" PRId64, i * 3) : NULL;
}
