/* base/text: what reaches a terminal, and how wide it is there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>
#include <wchar.h>

#include "base/text.h"

/* All clusters of in, each in front of a '|', marks with a '!' before it. */
static const char *clusters_n(const void *in, size_t n, bool ascii)
{
    static char out[4096];
    struct text_iter it = text_iter((struct bytes){in, n}, ascii);
    struct text_cluster c;
    size_t used = 0;

    out[0] = '\0';
    while (text_next(&it, &c) && used + 32 < sizeof(out)) {
        assert_int_equal(strlen(c.utf8), c.len);
        used += (size_t)snprintf(out + used, sizeof(out) - used, "%s%s|", c.utf8,
                                 c.mark ? "!" : "");
    }
    assert_int_equal(it.pos, n);
    return out;
}

static const char *clusters(const char *in, bool ascii)
{
    return clusters_n(in, strlen(in), ascii);
}

static const char *cleaned(const char *in, bool ascii, size_t width, size_t *used)
{
    static char out[256];
    struct buf b;

    buf_init(&b, sizeof(out) - 1);
    *used = text_clean(bytes_of(in), ascii, width, &b);
    memcpy(out, b.len ? (const char *)b.data : "", b.len);
    out[b.len] = '\0';
    buf_release(&b);
    return out;
}

static void plain_text_passes(void **state)
{
    (void)state;
    assert_string_equal(clusters("aZ ~", false), "a|Z| |~|");
    assert_string_equal(clusters("é€日🙂", false), "é|€|日|🙂|");
    assert_string_equal(clusters("", false), "");
    assert_string_equal(clusters_n(NULL, 0, false), "");
}

static void widths_are_one_or_two(void **state)
{
    (void)state;
    assert_int_equal(text_width(bytes_of("abc"), false, 100), 3);
    assert_int_equal(text_width(bytes_of("日本"), false, 100), 4);
    assert_int_equal(text_width(bytes_of("e\u0301"), false, 100), 1);
    assert_int_equal(text_width(bytes_of("日本"), false, 3), 3);
    assert_int_equal(text_width(bytes_of("\u202e"), false, 100), 6);
    assert_int_equal(text_width(bytes_of("日"), true, 100), 6);
}

static void control_characters_become_pictures(void **state)
{
    (void)state;
    assert_string_equal(clusters_n("\0\t\x1b\x7f", 4, false),
                        "\u2400!|\u2409!|\u241b!|\u2421!|");
    assert_string_equal(clusters_n("\0\x1b\x7f", 3, true), "^!|@!|^!|[!|^!|?!|");
    assert_string_equal(clusters("\xc2\x9b", false), "<!|0!|0!|9!|b!|>!|");
}

static void escape_sequences_lose_their_escape(void **state)
{
    size_t used;

    (void)state;
    assert_string_equal(cleaned("\x1b]52;c;YQ==\a", false, 80, &used),
                        "\u241b]52;c;YQ==\u2407");
    assert_int_equal(used, 12);
    assert_string_equal(cleaned("\x1b[31m", true, 80, &used), "^[[31m");
    assert_int_equal(used, 6);
}

static void characters_that_hide_are_named(void **state)
{
    static const uint32_t hidden[] = {
        0x061c, 0x200e, 0x200f, 0x202a, 0x202b,   0x202c,   0x202d,  0x202e, 0x2066,
        0x2067, 0x2068, 0x2069, 0x200b, 0x200c,   0x200d,   0x2060,  0x2061, 0x2062,
        0x2063, 0x2064, 0xfeff, 0x00ad, 0xfe00,   0xfe0f,   0x180e,  0x115f, 0x1160,
        0x3164, 0xffa0, 0x2028, 0x2029, 0xe0001,  0xe007f,  0xe0100, 0x034f, 0x0378,
        0xfdd0, 0xffff, 0xe000, 0x0080, 0x10fffd, 0x10ffff, 0xf0000, 0x85,
    };

    (void)state;
    for (size_t i = 0; i < sizeof(hidden) / sizeof(hidden[0]); i++) {
        char in[8] = "", expect[16], got[32];
        size_t used;

        (void)utf8proc_encode_char((utf8proc_int32_t)hidden[i], (utf8proc_uint8_t *)in);
        (void)snprintf(expect, sizeof(expect), "<%04x>", (unsigned)hidden[i]);
        (void)snprintf(got, sizeof(got), "%s", cleaned(in, false, 80, &used));
        assert_string_equal(got, expect);
        assert_int_equal(used, strlen(expect));
        assert_string_equal(cleaned(in, true, 80, &used), expect);
    }
}

static void bad_utf8_is_named_byte_by_byte(void **state)
{
    size_t used;

    (void)state;
    assert_string_equal(cleaned("a\xff"
                                "b",
                                false, 80, &used),
                        "a<ff>b");
    assert_string_equal(cleaned("\xc0\xaf", false, 80, &used), "<c0><af>"); /* overlong */
    assert_string_equal(cleaned("\xe0\x80\x80", false, 80, &used), "<e0><80><80>");
    assert_string_equal(cleaned("\xe2\x82", false, 80, &used), "<e2><82>"); /* cut short */
    assert_string_equal(cleaned("\xe2\x82z", true, 80, &used), "<e2><82>z");
    assert_string_equal(cleaned("\xf4\x90\x80\x80", false, 80, &used), "<f4><90><80><80>");
    assert_string_equal(cleaned("\xf5\x80\x80\x80", false, 80, &used), "<f5><80><80><80>");
    assert_string_equal(cleaned("\xed\xa0\x80", false, 80, &used),
                        "<d800>"); /* surrogate */
}

static void ascii_mode_names_everything_else(void **state)
{
    (void)state;
    assert_string_equal(clusters("€", true), "<!|2!|0!|a!|c!|>!|");
    assert_string_equal(clusters("e\u0301", true), "e|<!|0!|3!|0!|1!|>!|");
}

static void combining_marks_join_their_base(void **state)
{
    (void)state;
    assert_string_equal(clusters("e\u0301x", false), "e\u0301|x|");
    assert_string_equal(clusters("a\u0301\u0302\u0303\u0304", false),
                        "a\u0301\u0302\u0303|<!|0!|3!|0!|4!|>!|");
    assert_string_equal(clusters("\u0301", false), "<!|0!|3!|0!|1!|>!|");
    assert_string_equal(clusters("\x1b\u0301", false), "\u241b!|<!|0!|3!|0!|1!|>!|");
}

static void a_cluster_never_passes_its_maximum(void **state)
{
    /* A base of four bytes, marks of four bytes: only two fit into 13. */
    const char *in = "\U0001D49C\U0001D167\U0001D168\U0001D169";

    (void)state;
    assert_string_equal(clusters(in, false),
                        "\U0001D49C\U0001D167\U0001D168|<!|1!|d!|1!|6!|9!|>!|");
}

static void a_thousand_marks_are_shown_one_by_one(void **state)
{
    char in[2001];
    size_t used;

    (void)state;
    in[0] = 'a';
    for (size_t i = 0; i < 1000; i++)
        memcpy(in + 1 + 2 * i, "\u0301", 2);
    assert_int_equal(text_width((struct bytes){(uint8_t *)in, sizeof(in)}, false, 1000000),
                     1 + 997 * 6);
    in[2000] = '\0';
    assert_string_equal(cleaned(in, false, 8, &used), "a\u0301\u0301\u0301<0301>\u2026");
}

static void joined_emoji_fall_apart_visibly(void **state)
{
    (void)state;
    assert_string_equal(clusters("👩\u200d🔬", false), "👩|<!|2!|0!|0!|d!|>!|🔬|");
    assert_string_equal(clusters("🇦🇹", false), "🇦|🇹|");
}

static void cut_text_ends_in_an_ellipsis(void **state)
{
    size_t used;

    (void)state;
    assert_string_equal(cleaned("abcdef", false, 6, &used), "abcdef");
    assert_int_equal(used, 6);
    assert_string_equal(cleaned("abcdefg", false, 6, &used), "abcde\u2026");
    assert_int_equal(used, 6);
    assert_string_equal(cleaned("abcdefg", true, 6, &used), "abcde~");
    assert_string_equal(cleaned("ab", false, 1, &used), "\u2026");
    assert_string_equal(cleaned("ab", false, 0, &used), "");
    assert_int_equal(used, 0);
    assert_string_equal(cleaned("", false, 0, &used), "");
}

static void a_wide_character_at_the_edge_is_left_out(void **state)
{
    size_t used;

    (void)state;
    assert_string_equal(cleaned("日本", false, 4, &used), "日本");
    assert_string_equal(cleaned("日本", false, 3, &used), "日\u2026");
    assert_int_equal(used, 3);
    assert_string_equal(cleaned("日本", false, 2, &used), "\u2026");
    assert_int_equal(used, 1);
    assert_string_equal(cleaned("a日", false, 2, &used), "a\u2026");
}

static void a_full_buffer_cuts_between_clusters(void **state)
{
    struct buf b;

    (void)state;
    buf_init(&b, 4);
    assert_int_equal(text_clean(bytes_of("a日本"), false, 80, &b), 3);
    assert_int_equal(b.len, 4);
    buf_release(&b);
}

static void a_line_is_cleaned_whole(void **state)
{
    char *s = text_clean_line("t\x1b[2J\xff\u202e", false);
    char *empty = text_clean_line("", true);

    (void)state;
    assert_string_equal(s, "t\u241b[2J<ff><202e>");
    assert_string_equal(empty, "");
    free(s);
    free(empty);
}

static void a_huge_text_costs_what_is_shown(void **state)
{
    /* The bytes behind the first ones do not exist: reading them would end the program. */
    size_t n = 64;
    uint8_t *data = malloc(n);
    struct text_iter it;
    struct text_cluster c;

    (void)state;
    assert_non_null(data);
    memset(data, 'x', n);
    it = text_iter((struct bytes){data, 100 * 1000 * 1000}, false);
    for (int i = 0; i < 60; i++)
        assert_true(text_next(&it, &c));
    assert_int_equal(it.pos, 60);
    assert_int_equal(text_width((struct bytes){data, 100 * 1000 * 1000}, false, 60), 60);
    free(data);
}

static void search_ignores_case(void **state)
{
    (void)state;
    assert_true(text_contains("Trades", "ADE"));
    assert_true(text_contains("Öl", "öL"));
    assert_true(text_contains("abc", ""));
    assert_true(text_contains("", ""));
    assert_false(text_contains("", "a"));
    assert_false(text_contains("abc", "abcd"));
    assert_true(text_contains("a\xff"
                              "b",
                              "\xff"
                              "B"));
    assert_false(text_contains("a\xff", "\xfe"));
}

/* Columns a character adds when it is shown as it is, after a base if it needs one; -1 when
 * it is shown as a mark. */
static int columns_of(uint32_t cp)
{
    uint8_t in[8] = {'a'};
    size_t n = (size_t)utf8proc_encode_char((utf8proc_int32_t)cp, in + 1);
    struct text_iter it = text_iter((struct bytes){in + 1, n}, false);
    struct text_cluster c;

    if (text_next(&it, &c) && !c.mark)
        return c.width;
    it = text_iter((struct bytes){in, n + 1}, false);
    return text_next(&it, &c) && c.len == n + 1 ? 0 : -1;
}

/* ncurses and tmux ask the C library: where a character is shown as it is, both must agree.
 */
static void widths_agree_with_the_c_library(void **state)
{
    int wrong = 0, shown = 0;

    (void)state;
    if (!setlocale(LC_CTYPE, "C.UTF-8")) {
        print_message("no C.UTF-8 locale here\n");
        skip();
    }
    for (uint32_t cp = 0x20; cp <= 0x10ffff; cp++) {
        bool surrogate = cp >= 0xd800 && cp < 0xe000;
        int ours = surrogate ? -1 : columns_of(cp);

        if (ours < 0)
            continue;
        shown++;
        if (ours != wcwidth((wchar_t)cp) && wrong++ < 50)
            print_message("U+%04X: %d columns here, %d in the C library\n", (unsigned)cp,
                          ours, wcwidth((wchar_t)cp));
    }
    print_message("%d characters shown as they are\n", shown);
    assert_int_equal(wrong, 0);
    assert_true(shown > 100000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_text_passes),
        cmocka_unit_test(widths_are_one_or_two),
        cmocka_unit_test(control_characters_become_pictures),
        cmocka_unit_test(escape_sequences_lose_their_escape),
        cmocka_unit_test(characters_that_hide_are_named),
        cmocka_unit_test(bad_utf8_is_named_byte_by_byte),
        cmocka_unit_test(ascii_mode_names_everything_else),
        cmocka_unit_test(combining_marks_join_their_base),
        cmocka_unit_test(a_cluster_never_passes_its_maximum),
        cmocka_unit_test(a_thousand_marks_are_shown_one_by_one),
        cmocka_unit_test(joined_emoji_fall_apart_visibly),
        cmocka_unit_test(cut_text_ends_in_an_ellipsis),
        cmocka_unit_test(a_wide_character_at_the_edge_is_left_out),
        cmocka_unit_test(a_full_buffer_cuts_between_clusters),
        cmocka_unit_test(a_line_is_cleaned_whole),
        cmocka_unit_test(a_huge_text_costs_what_is_shown),
        cmocka_unit_test(search_ignores_case),
        cmocka_unit_test(widths_agree_with_the_c_library),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
