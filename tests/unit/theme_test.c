#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "ui/term/theme.h"

static const char *const themes[] = {"terminal", "dark", "light", "mono"};
#define N_THEMES (sizeof(themes) / sizeof(*themes))

/* Of text and background; green on white, in xterm, has 2.16. */
#define LEAST_CONTRAST 2.1

static void names_are_unique(void **state)
{
    (void)state;
    for (unsigned i = 0; i < STYLE_COUNT; i++)
        for (unsigned k = 0; k < i; k++)
            assert_string_not_equal(theme_style(i)->name, theme_style(k)->name);
}

static void an_id_out_of_range_is_the_default(void **state)
{
    (void)state;
    assert_ptr_equal(theme_style(STYLE_COUNT), theme_style(STYLE_DEFAULT));
    assert_ptr_equal(theme_style(255), theme_style(STYLE_DEFAULT));
}

static void colours_are_among_the_sixteen(void **state)
{
    (void)state;
    for (unsigned i = 0; i < STYLE_COUNT; i++) {
        const struct style *s = theme_style(i);
        assert_in_range(s->fg + 1, 0, 16);
        assert_in_range(s->bg + 1, 0, 16);
        assert_true(s->looks < 16 && s->mono < 16);
    }
    assert_int_equal(theme_style(STYLE_DEFAULT)->bg, HUE_DEFAULT);
}

static bool differ(unsigned a, unsigned b, bool mono)
{
    const struct style *x = theme_style(a), *y = theme_style(b);

    return mono ? x->mono != y->mono
                : x->fg != y->fg || x->bg != y->bg || x->looks != y->looks;
}

static void what_must_be_told_apart_differs_with_and_without_colour(void **state)
{
    static const unsigned pairs[][2] = {
        {STYLE_CELL, STYLE_CELL_CURRENT},
        {STYLE_CELL, STYLE_SELECTED},
        {STYLE_CELL_CURRENT, STYLE_SELECTED},
        {STYLE_CELL, STYLE_PENDING},
        {STYLE_CELL, STYLE_NULL},
        {STYLE_CELL, STYLE_EMPTY},
        {STYLE_CELL, STYLE_NAN},
        {STYLE_CELL, STYLE_STALE},
        {STYLE_CELL, STYLE_TEXT_MARK},
        {STYLE_STALE, STYLE_PENDING},
        {STYLE_HEADER, STYLE_HEADER_CURRENT},
        {STYLE_TAB, STYLE_TAB_CURRENT},
        {STYLE_MESSAGE, STYLE_MESSAGE_ERROR},
        {STYLE_MESSAGE, STYLE_MESSAGE_WARN},
        {STYLE_CONNECTION, STYLE_CONNECTION_BAD},
    };
    (void)state;
    for (size_t t = 0; t < N_THEMES; t++) {
        assert_true(theme_use(themes[t]));
        for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
            assert_true(differ(pairs[i][0], pairs[i][1], false));
            assert_true(differ(pairs[i][0], pairs[i][1], true));
        }
    }
}

/* --- to be read --- */

/* The first 16 colours of xterm and of the Linux console, which is black, and where bold is
 * bright. */
static const unsigned xterm[16] = {
    0x000000, 0xcd0000, 0x00cd00, 0xcdcd00, 0x0000ee, 0xcd00cd, 0x00cdcd, 0xe5e5e5,
    0x7f7f7f, 0xff0000, 0x00ff00, 0xffff00, 0x5c5cff, 0xff00ff, 0x00ffff, 0xffffff};
static const unsigned console[16] = {
    0x000000, 0xaa0000, 0x00aa00, 0xaa5500, 0x0000aa, 0xaa00aa, 0x00aaaa, 0xaaaaaa,
    0x555555, 0xff5555, 0x55ff55, 0xffff55, 0x5555ff, 0xff55ff, 0x55ffff, 0xffffff};

static unsigned rgb_of(const unsigned *palette, int color)
{
    static const unsigned level[] = {0, 0x5f, 0x87, 0xaf, 0xd7, 0xff};
    unsigned n = (unsigned)color - 16;

    if (color < 16)
        return palette[color];
    if (color >= 232)
        return (8 + 10 * ((unsigned)color - 232)) * 0x10101;
    return level[n / 36] << 16 | level[n / 6 % 6] << 8 | level[n % 6];
}

/* Near enough to the curve of sRGB, without a library for it. */
static double linear(unsigned channel)
{
    double c = (double)(channel & 0xff) / 255;

    return c * c * (0.8 * c + 0.2);
}

static double contrast(unsigned a, unsigned b)
{
    double la = 0.2126 * linear(a >> 16) + 0.7152 * linear(a >> 8) + 0.0722 * linear(a);
    double lb = 0.2126 * linear(b >> 16) + 0.7152 * linear(b >> 8) + 0.0722 * linear(b);

    return la > lb ? (la + 0.05) / (lb + 0.05) : (lb + 0.05) / (la + 0.05);
}

static void check_contrast(const char *theme, unsigned id, int colors,
                           const unsigned *palette, unsigned background)
{
    struct theme_look l = theme_look(theme_style(id), colors);
    bool brightens = palette == console && colors == 8 && (l.looks & LOOK_BOLD);
    unsigned bg = l.bg == HUE_DEFAULT ? background : rgb_of(palette, l.bg);
    double found;

    if (l.fg == HUE_DEFAULT)
        return; /* whoever chose the background chose this as well */
    found = contrast(rgb_of(palette, l.fg + (brightens ? HUE_BRIGHT : 0)), bg);
    if (found < LEAST_CONTRAST)
        fail_msg("%s of %s, %d colours: %d on %06x has a contrast of %.2f",
                 theme_style(id)->name, theme, colors, l.fg, bg, found);
}

static void every_theme_can_be_read_on_what_it_is_for(void **state)
{
    static const int colors[] = {8, 16, 256};

    (void)state;
    for (size_t t = 0; t < N_THEMES; t++) {
        bool black = strcmp(themes[t], "light") != 0;
        bool white = strcmp(themes[t], "dark") != 0;

        assert_true(theme_use(themes[t]));
        for (unsigned id = 0; id < STYLE_COUNT; id++)
            for (size_t c = 0; c < sizeof(colors) / sizeof(*colors); c++) {
                if (black)
                    check_contrast(themes[t], id, colors[c], xterm, 0x000000);
                if (black)
                    check_contrast(themes[t], id, colors[c], console, 0x000000);
                if (white)
                    check_contrast(themes[t], id, colors[c], xterm, 0xffffff);
            }
    }
}

/* Whatever pair a user takes, however few colours there are. */
static void no_text_stands_on_its_own_colour(void **state)
{
    static const int colors[] = {8, 16, 256};

    (void)state;
    for (int fg = HUE_DEFAULT; fg < 256; fg++)
        for (int bg = HUE_BLACK; bg < 256; bg++)
            for (size_t c = 0; c < sizeof(colors) / sizeof(*colors) && fg != bg; c++) {
                struct style s = {.fg = (int16_t)fg, .bg = (int16_t)bg};
                struct theme_look l = theme_look(&s, colors[c]);

                assert_int_not_equal(l.fg, l.bg);
                assert_int_not_equal(l.fg, HUE_DEFAULT);
                assert_true(l.fg < colors[c] && l.bg < colors[c]);
            }
}

/* --- colours of others --- */

static unsigned distance(unsigned a, unsigned b)
{
    int sum = 0;

    for (int shift = 0; shift < 24; shift += 8) {
        int d = (int)(a >> shift & 0xff) - (int)(b >> shift & 0xff);

        sum += d * d;
    }
    return (unsigned)sum;
}

static struct theme_look tint(uint32_t fg, uint32_t bg, int colors)
{
    return theme_tint(theme_style(STYLE_CELL), fg ? THEME_RGB + fg : 0,
                      bg ? THEME_RGB + bg : 0, colors);
}

static void any_colour_becomes_the_nearest_of_256(void **state)
{
    (void)state;
    for (unsigned i = 1; i < 40000; i++) {
        unsigned rgb = i * 2654435761u >> 8, best = UINT32_MAX;
        struct theme_look l = tint(rgb, 0, 256);

        for (int c = 16; c < 256; c++)
            if (distance(rgb, rgb_of(xterm, c)) < best)
                best = distance(rgb, rgb_of(xterm, c));
        assert_int_equal(distance(rgb, rgb_of(xterm, l.fg)), best);
        assert_int_equal(l.bg, HUE_DEFAULT);
    }
    assert_int_equal(tint(0xff0000, 0, 256).fg, 196);
    assert_int_equal(tint(0x808080, 0, 256).fg, 244);
}

static void
a_colour_is_as_given_where_there_are_all_and_a_hue_where_there_are_few(void **state)
{
    struct theme_look l = tint(0x123456, 0xfedcba, THEME_RGB);

    (void)state;
    assert_int_equal(l.fg, THEME_RGB + 0x123456);
    assert_int_equal(l.bg, THEME_RGB + 0xfedcba);
    assert_int_equal(tint(0xff0000, 0, 16).fg, HUE_RED);
    assert_int_equal(tint(0xff0000, 0, 8).fg, HUE_RED);
    assert_int_equal(tint(0xffff00, 0x000080, 16).fg, HUE_YELLOW);
    assert_int_equal(tint(0xffff00, 0x000080, 16).bg, HUE_BLUE);
}

static void a_text_without_a_colour_can_be_read_on_any_background(void **state)
{
    static const int colors[] = {8, 16, 256, THEME_RGB};

    (void)state;
    for (unsigned rgb = 0x40; rgb < 0x1000000; rgb += 0x10fe1)
        for (size_t c = 0; c < 4; c++) {
            struct theme_look l = tint(0, rgb, colors[c]);
            unsigned bg =
                l.bg >= THEME_RGB ? (unsigned)l.bg - THEME_RGB : rgb_of(xterm, l.bg);

            assert_true(l.fg == HUE_WHITE || l.fg == HUE_BLACK);
            assert_true(contrast(rgb_of(xterm, l.fg), bg) >= LEAST_CONTRAST);
            l = tint(rgb, rgb, colors[c]); /* nor is one of the same colour lost */
            assert_int_not_equal(l.fg, l.bg);
        }
}

static void a_colour_of_others_leaves_what_looks_tell(void **state)
{
    (void)state;
    for (unsigned i = 0; i < STYLE_COUNT; i++) {
        struct theme_look l = theme_tint(theme_style(i), THEME_RGB, 0, 256);

        assert_int_equal(l.looks, theme_style(i)->mono);
    }
}

/* --- lines of one's own --- */

static void take(const char *name, const char *value)
{
    struct err e = {.msg = ""};

    if (theme_set(name, value, &e) != ERR_OK)
        fail_msg("%s = %s: %s", name, value, e.msg);
}

static void refuse(const char *name, const char *value, const char *part)
{
    struct style before = *theme_style(STYLE_HEADER);
    struct err e = {.msg = ""};

    assert_int_equal(theme_set(name, value, &e), ERR_USAGE);
    if (!strstr(e.msg, part))
        fail_msg("expected \"%s\", found \"%s\"", part, e.msg);
    assert_memory_equal(&before, theme_style(STYLE_HEADER), sizeof(before));
}

static void a_style_is_set_by_its_name(void **state)
{
    (void)state;
    take("header", "red on 230 bold underline");
    assert_int_equal(theme_style(STYLE_HEADER)->fg, HUE_RED);
    assert_int_equal(theme_style(STYLE_HEADER)->bg, 230);
    assert_int_equal(theme_style(STYLE_HEADER)->looks, LOOK_BOLD | LOOK_UNDERLINE);
    take("gutter", "dim bright-black");
    assert_int_equal(theme_style(STYLE_GUTTER)->fg, HUE_BRIGHT + HUE_BLACK);
    assert_int_equal(theme_style(STYLE_GUTTER)->looks, LOOK_DIM);
    take("null", "");
    assert_int_equal(theme_style(STYLE_NULL)->fg, HUE_DEFAULT);
    assert_true(theme_use("terminal")); /* without them */
    assert_int_equal(theme_style(STYLE_HEADER)->fg, HUE_DEFAULT);
    assert_false(theme_use("no such"));
}

static void what_is_no_style_is_named(void **state)
{
    (void)state;
    refuse("haeder", "red", "no style is called \"haeder\"; did you mean \"header\"?");
    refuse("header", "rad", "found \"rad\"; did you mean \"red\"?");
    refuse("header", "red blue", "found \"blue\"");
    refuse("header", "256", "found \"256\"");
    refuse("header", "99999999999999999999", "found \"99");
    refuse("header", "red on", "behind \"on\", found nothing");
    refuse("header", "on blue on red", "a colour of the text");
    refuse("header", "red on bold", "found \"bold\"");
    refuse("header", "red on red", "a text in that of its background");
    refuse("header", "16 on black", "a text in that of its background");
    refuse("header", "default on white", "a colour of the text");
    refuse("header", "on white", "a colour of the text");
}

static void what_is_told_of_a_style_sets_it_again(void **state)
{
    char text[120];

    (void)state;
    for (size_t t = 0; t < N_THEMES; t++)
        for (unsigned id = 0; id < STYLE_COUNT; id++) {
            struct style before;

            assert_true(theme_use(themes[t]));
            before = *theme_style(id);
            theme_describe(&before, text, sizeof(text));
            assert_true(theme_use("terminal"));
            take(before.name, text);
            assert_int_equal(theme_style(id)->fg, before.fg);
            assert_int_equal(theme_style(id)->bg, before.bg);
            assert_int_equal(theme_style(id)->looks, before.looks);
        }
}

static int as_at_the_start(void **state)
{
    (void)state;
    return theme_use("terminal") ? 0 : -1;
}

#define TEST(f) cmocka_unit_test_teardown(f, as_at_the_start)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(names_are_unique),
        TEST(an_id_out_of_range_is_the_default),
        TEST(colours_are_among_the_sixteen),
        TEST(what_must_be_told_apart_differs_with_and_without_colour),
        TEST(every_theme_can_be_read_on_what_it_is_for),
        TEST(no_text_stands_on_its_own_colour),
        TEST(any_colour_becomes_the_nearest_of_256),
        TEST(a_colour_is_as_given_where_there_are_all_and_a_hue_where_there_are_few),
        TEST(a_text_without_a_colour_can_be_read_on_any_background),
        TEST(a_colour_of_others_leaves_what_looks_tell),
        TEST(a_style_is_set_by_its_name),
        TEST(what_is_no_style_is_named),
        TEST(what_is_told_of_a_style_sets_it_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
