/*
 * Random frames painted one after the other, read by a terminal of its own: after each, the
 * terminal shows the frame. Both with the short ways of an ANSI terminal and without.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>
#include <vterm.h>

#include "ui/term/paint.h"

#define ROWS 12
#define COLS 40
#define FRAMES 60
#define ROUNDS 60

static unsigned seed;
static char styles[STYLE_COUNT][40];

static unsigned pick(unsigned n)
{
    return (unsigned)rand_r(&seed) % n;
}

static const char *move(int row, int col)
{
    static char text[32];

    (void)snprintf(text, sizeof(text), "\033[%d;%dH", row + 1, col + 1);
    return text;
}

/* The colour of a style, another for each, so that a wrong one is seen; but every fifth
 * looks like the one before it. */
static int style_color(int style)
{
    return style == STYLE_DEFAULT ? 0 : style % 5 == 4 ? style - 1 : style;
}

/* Every third style has a background as well, which a blank shows. */
static bool has_background(int style)
{
    return style_color(style) % 3 == 2;
}

static int add_rgb(char *out, size_t size, int base, uint32_t rgb)
{
    return snprintf(out, size, ";%d;2;%u;%u;%u", base + 8, (unsigned)(rgb >> 16 & 0xff),
                    (unsigned)(rgb >> 8 & 0xff), (unsigned)(rgb & 0xff));
}

/* What no colour is given for is as in the style. Terminals take 16 numbers at most. */
static const char *tinted(uint8_t style, struct tint tint)
{
    static char text[80];
    int n = tint.fg && tint.bg ? 2 : (int)strlen(styles[style]) - 1; /* without its m */

    (void)snprintf(text, sizeof(text), "%.*s", n, styles[style]);
    if (tint.fg)
        n += add_rgb(text + n, sizeof(text) - (size_t)n, 30, tint.fg);
    if (tint.bg)
        n += add_rgb(text + n, sizeof(text) - (size_t)n, 40, tint.bg);
    (void)snprintf(text + n, sizeof(text) - (size_t)n, "m");
    return text;
}

static struct paint_terminal terminal(bool ansi, bool no_last_cell)
{
    struct paint_terminal t = {
        .clear = "\033[H\033[2J", .move = move, .ansi = ansi, .no_last_cell = no_last_cell};

    t.tint = pick(4) ? tinted : NULL;
    for (int i = 0; i < STYLE_COUNT; i++) {
        int color = 16 + style_color(i);

        if (i == STYLE_DEFAULT)
            (void)snprintf(styles[i], sizeof(styles[i]), "\033[m");
        else if (has_background(i))
            (void)snprintf(styles[i], sizeof(styles[i]), "\033[;38;5;%d;48;5;%dm", color,
                           color);
        else
            (void)snprintf(styles[i], sizeof(styles[i]), "\033[;38;5;%dm", color);
        t.style[i] = (struct paint_style){styles[i], has_background(i)};
    }
    return t;
}

static void scribble(struct surface *s, int row)
{
    static const char *const words[] = {"a", "1234567", "é",  "中文",
                                        "😀", "∅",       "  ", "row-17"};

    (void)surface_str(s, row, (int)pick(COLS + 4) - 2, COLS, words[pick(8)],
                      (uint8_t)pick(STYLE_COUNT), false);
}

/* Few colours, so that neighbours have the same. */
static void colour(struct surface *s)
{
    struct rect r = {(int)pick(ROWS), (int)pick(COLS), 1 + (int)pick(3), 1 + (int)pick(12)};

    surface_tint(s, r,
                 (struct tint){pick(2) ? TINT_SET + pick(2) * 0x123456 : 0,
                               pick(2) ? TINT_SET + 0xabcdef : 0});
}

/* As a table does: some cells change, or the rows move by one or a page, or all is new. */
static void next_frame(struct surface *s)
{
    char *line;
    int by = 1 + (int)pick(3);

    switch (pick(8)) {
    case 0:
        surface_clear(s);
        for (int i = 0; i < 30; i++)
            scribble(s, (int)pick(ROWS));
        break;
    case 1: /* the middle rows are lines of text that move */
        for (int row = 2; row < ROWS - 1; row++) {
            static int first;

            if (row == 2)
                first += pick(2) ? by : -by;
            line = malloc(COLS + 1);
            (void)snprintf(line, COLS + 1, "line %d of the table %d", first + row,
                           (first + row) * 37);
            surface_fill(s, (struct rect){row, 0, 1, COLS}, STYLE_DEFAULT);
            (void)surface_str(s, row, 0, COLS, line, STYLE_CELL, false);
            free(line);
        }
        break;
    case 2:
        for (unsigned i = pick(6); i > 0; i--)
            colour(s);
        break;
    case 3:
        surface_fill(s, (struct rect){(int)pick(ROWS), (int)pick(COLS), 1, COLS},
                     pick(2) ? STYLE_DEFAULT : STYLE_STATUS);
        break;
    default:
        for (unsigned i = pick(6); i > 0; i--)
            scribble(s, (int)pick(ROWS));
        break;
    }
}

/* Cells of a wide cluster that has no room: it would be cut, or fill the last cell. */
static bool stays_blank(const struct paint_terminal *t, const struct surface *s, int row,
                        int col)
{
    int end = t->no_last_cell && row == ROWS - 1 ? COLS - 1 : COLS;

    return surface_cell(s, row, col)->width == 2 && col + 1 >= end;
}

/* A colour that the terminal shows: of a style, or TINT_SET + that of a tint. */
static uint32_t seen_color(const VTermColor *c)
{
    if (VTERM_COLOR_IS_DEFAULT_FG(c) || VTERM_COLOR_IS_DEFAULT_BG(c))
        return 0;
    if (VTERM_COLOR_IS_INDEXED(c))
        return (uint32_t)(c->indexed.idx - 16);
    return TINT_SET + ((uint32_t)c->rgb.red << 16) + ((uint32_t)c->rgb.green << 8) +
           c->rgb.blue;
}

static void check_cell(VTermScreen *screen, const struct paint_terminal *t,
                       const struct surface *s, int row, int col)
{
    const struct cell *c = surface_cell(s, row, col);
    VTermScreenCell seen;
    struct tint tint = t->tint ? surface_cell(s, row, col)->tint : (struct tint){0, 0};
    uint32_t color = (uint32_t)style_color(c->style);
    uint32_t back = has_background(c->style) ? color : 0;
    char text[8] = "";

    vterm_screen_get_cell(screen, (VTermPos){row, col}, &seen);
    if (c->width == 0)
        return;
    if (seen.chars[0] == 0)
        seen.chars[0] = ' ';
    if (seen.chars[0] < 0x80)
        text[0] = (char)seen.chars[0];
    if (c->len == 1 && strncmp(text, c->utf8, 1) != 0)
        fail_msg("seed %u: row %d, column %d: expected '%.1s', found '%s'", seed, row, col,
                 c->utf8, text);
    if (c->len > 1)
        assert_true(seen.chars[0] >= 0x80);
    if (strncmp(c->utf8, " ", 1) != 0)
        assert_int_equal(seen_color(&seen.fg), tint.fg ? tint.fg : color);
    assert_int_equal(seen_color(&seen.bg), tint.bg ? tint.bg : back);
}

static void paint_and_check(VTerm *vt, struct paint *p, const struct paint_terminal *t,
                            const struct surface *s)
{
    VTermScreen *screen = vterm_obtain_screen(vt);
    struct buf out;
    struct err e;

    buf_init(&out, 1 << 20);
    assert_int_equal(paint_frame(p, s, &out, &e), ERR_OK);
    vterm_input_write(vt, (const char *)out.data, out.len);
    vterm_screen_flush_damage(screen);
    for (int row = 0; row < ROWS; row++) {
        for (int col = 0; col < COLS; col++) {
            if (!(t->no_last_cell && row == ROWS - 1 && col == COLS - 1) &&
                !stays_blank(t, s, row, col))
                check_cell(screen, t, s, row, col);
        }
    }
    buf_clear(&out);
    assert_int_equal(paint_frame(p, s, &out, &e), ERR_OK);
    assert_int_equal(out.len, 0); /* the same frame again costs nothing */
    buf_release(&out);
}

static void run(bool ansi, bool no_last_cell)
{
    for (int round = 0; round < ROUNDS; round++) {
        struct paint_terminal t = terminal(ansi, no_last_cell);
        VTerm *vt = vterm_new(ROWS, COLS);
        struct surface *s = surface_new(ROWS, COLS);
        struct paint *p = paint_new(&t);

        vterm_set_utf8(vt, 1);
        vterm_screen_reset(vterm_obtain_screen(vt), 1);
        paint_resize(p, ROWS, COLS);
        if (ansi) /* what was left behind must not matter: a scroll region, say */
            vterm_input_write(vt, "\033[1;6r", 6);
        for (int i = 0; i < FRAMES; i++) {
            next_frame(s);
            paint_and_check(vt, p, &t, s);
            if (pick(20) == 0)
                paint_forget(p);
        }
        paint_free(p);
        surface_free(s);
        vterm_free(vt);
    }
}

static void an_ansi_terminal_shows_every_frame(void **state)
{
    (void)state;
    run(true, false);
}

static void a_plain_terminal_shows_every_frame(void **state)
{
    (void)state;
    run(false, true);
}

/* The bytes as a terminal shows them that has other widths: two clusters are other text. */
static void write_as_seen(VTerm *vt, const struct buf *out)
{
    static const struct {
        const char *sent, *seen;
    } other[] = {{"😀", "E"}, {"e\xcc\x81", "ee"}};

    for (size_t at = 0; at < out->len;) {
        const char *p = (const char *)out->data + at, *seen = p;
        size_t n = 1;

        for (size_t i = 0; i < 2; i++) {
            size_t len = strlen(other[i].sent);

            if (out->len - at >= len && memcmp(p, other[i].sent, len) == 0) {
                seen = other[i].seen;
                n = len;
            }
        }
        vterm_input_write(vt, seen, n > 1 ? strlen(seen) : 1);
        at += n;
    }
}

static void a_cluster_of_disputed_width_disturbs_its_row_only(void **state)
{
    struct paint_terminal t = terminal(true, false);

    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        VTerm *vt = vterm_new(ROWS, COLS);
        struct surface *s = surface_new(ROWS, COLS);
        struct paint *p = paint_new(&t);
        int row = (int)pick(ROWS);
        struct buf out;

        vterm_set_utf8(vt, 1);
        vterm_screen_reset(vterm_obtain_screen(vt), 1);
        buf_init(&out, 1 << 20);
        paint_resize(p, ROWS, COLS);
        for (int i = 0; i < ROWS; i++)
            (void)surface_str(s, i, (int)pick(COLS / 2), COLS, "some text", STYLE_CELL,
                              false);
        assert_int_equal(paint_frame(p, s, &out, NULL), ERR_OK);
        for (int i = 0; i < ROWS; i++)
            (void)surface_str(s, i, (int)pick(COLS), COLS, "17", STYLE_CELL, false);
        (void)surface_str(s, row, (int)pick(COLS - 4), COLS, pick(2) ? "😀" : "e\xcc\x81",
                          STYLE_CELL, false);
        assert_int_equal(paint_frame(p, s, &out, NULL), ERR_OK);
        assert_int_equal(paint_cursor(p, 0, 0, &out, NULL), ERR_OK);
        write_as_seen(vt, &out);
        vterm_screen_flush_damage(vterm_obtain_screen(vt));
        for (int i = 0; i < ROWS * COLS; i++)
            if (i / COLS != row)
                check_cell(vterm_obtain_screen(vt), &t, s, i / COLS, i % COLS);
        buf_release(&out);
        paint_free(p);
        surface_free(s);
        vterm_free(vt);
    }
}

static void output(const struct surface *s, struct paint *p, struct buf *out)
{
    buf_clear(out);
    assert_int_equal(paint_frame(p, s, out, NULL), ERR_OK);
}

/* Styles 3 and 4 look alike. */
static void a_tint_is_named_once_for_styles_that_look_alike(void **state)
{
    struct paint_terminal t = terminal(true, false);
    struct surface *s = surface_new(ROWS, COLS);
    struct paint *p;
    struct buf out;
    size_t named = 0;

    (void)state;
    t.tint = tinted;
    p = paint_new(&t);
    buf_init(&out, 1 << 20);
    paint_resize(p, ROWS, COLS);
    (void)surface_str(s, 5, 10, 4, "abcd", 3, false);
    (void)surface_str(s, 5, 14, 4, "efgh", 4, false);
    surface_tint(s, (struct rect){5, 10, 1, 8}, (struct tint){0, TINT_SET + 0x123456});
    output(s, p, &out);
    for (size_t i = 0; i + 5 <= out.len; i++)
        named += memcmp(out.data + i, ";48;2", 5) == 0;
    assert_int_equal(named, 1);
    paint_free(p);
    surface_free(s);
    buf_release(&out);
}

static void what_changes_little_costs_little(void **state)
{
    struct paint_terminal t = terminal(true, false);
    struct surface *s = surface_new(ROWS, COLS);
    struct paint *p = paint_new(&t);
    struct buf out;

    (void)state;
    buf_init(&out, 1 << 20);
    paint_resize(p, ROWS, COLS);
    for (int row = 0; row < ROWS; row++)
        (void)surface_str(s, row, 0, COLS, "some text that fills most of a line",
                          STYLE_CELL, false);
    output(s, p, &out);
    (void)surface_str(s, 5, 10, 7, "1234567", STYLE_CELL, false);
    output(s, p, &out);
    assert_in_range(out.len, 1, 7 + 24);
    surface_fill(s, (struct rect){7, 5, 1, COLS}, STYLE_DEFAULT);
    output(s, p, &out);
    assert_in_range(out.len, 1, 24); /* the end of a line is erased, not written */
    /* lines that are alike do not look like lines that moved */
    (void)surface_str(s, 0, 10, 7, "7654321", STYLE_CELL, false);
    (void)surface_str(s, ROWS - 1, 10, 7, "7654321", STYLE_CELL, false);
    output(s, p, &out);
    assert_in_range(out.len, 1, 2 * (7 + 24));
    paint_free(p);
    surface_free(s);
    buf_release(&out);
}

static void the_last_cell_is_left_alone_by_what_is_wide(void **state)
{
    struct paint_terminal t = terminal(true, true);
    struct surface *s = surface_new(ROWS, COLS);
    struct paint *p = paint_new(&t);
    struct buf out;

    (void)state;
    buf_init(&out, 1 << 20);
    paint_resize(p, ROWS, COLS);
    (void)surface_str(s, ROWS - 2, COLS - 2, 2, "中", STYLE_CELL, false);
    output(s, p, &out);
    assert_non_null(memmem(out.data, out.len, "中", strlen("中")));
    (void)surface_str(s, ROWS - 1, COLS - 3, 3, "a文", STYLE_CELL, false);
    output(s, p, &out);
    assert_non_null(memchr(out.data, 'a', out.len));
    assert_null(memmem(out.data, out.len, "文", strlen("文")));
    paint_free(p);
    surface_free(s);
    buf_release(&out);
}

static void a_full_buffer_is_an_error_and_painted_anew(void **state)
{
    struct paint_terminal t = terminal(true, false);
    struct surface *s = surface_new(ROWS, COLS);
    struct paint *p = paint_new(&t);
    struct buf small, large;

    (void)state;
    buf_init(&small, 20);
    buf_init(&large, 1 << 20);
    paint_resize(p, ROWS, COLS);
    (void)surface_str(s, 0, 0, COLS, "more than fits into so few bytes", STYLE_CELL, false);
    assert_int_equal(paint_frame(p, s, &small, NULL), ERR_LIMIT);
    output(s, p, &large);
    assert_non_null(memmem(large.data, large.len, "more than fits", 14));
    assert_non_null(memmem(large.data, large.len, t.clear, strlen(t.clear)));
    paint_free(p);
    surface_free(s);
    buf_release(&small);
    buf_release(&large);
}

int main(void)
{
    const char *given = getenv("DHVIEW_SEED");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_ansi_terminal_shows_every_frame),
        cmocka_unit_test(a_plain_terminal_shows_every_frame),
        cmocka_unit_test(a_cluster_of_disputed_width_disturbs_its_row_only),
        cmocka_unit_test(a_tint_is_named_once_for_styles_that_look_alike),
        cmocka_unit_test(what_changes_little_costs_little),
        cmocka_unit_test(the_last_cell_is_left_alone_by_what_is_wide),
        cmocka_unit_test(a_full_buffer_is_an_error_and_painted_anew),
    };

    seed = given ? (unsigned)strtoul(given, NULL, 10) : (unsigned)time(NULL);
    print_message("seed %u (DHVIEW_SEED)\n", seed);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
