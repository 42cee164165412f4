#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ui/term/keyreader.h"

static void put(struct keyreader *r, const char *bytes, size_t n)
{
    size_t room;
    uint8_t *p = keyreader_space(r, &room);

    assert_true(room >= n);
    memcpy(p, bytes, n);
    keyreader_put(r, n);
}

static void expect_keys(const char *bytes, const uint32_t *codes, size_t n)
{
    struct keyreader r;
    struct key k;

    keyreader_init(&r, true);
    keyreader_add(&r, "\033[33~", K_F12); /* as terminfo would */
    put(&r, bytes, strlen(bytes));
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(keyreader_next(&r, true, &k), KEYREADER_KEY);
        assert_int_equal(k.code, codes[i]);
    }
    assert_int_equal(keyreader_next(&r, true, &k), KEYREADER_EMPTY);
}

#define EXPECT(bytes, ...)                                                                 \
    expect_keys(bytes, (const uint32_t[]){__VA_ARGS__},                                    \
                sizeof((const uint32_t[]){__VA_ARGS__}) / sizeof(uint32_t))

static void plain_keys_are_read(void **state)
{
    (void)state;
    EXPECT("jG", 'j', 'G');
    EXPECT("\x04\r\n\x7f\b\t", K_CTRL('d'), K_ENTER, K_ENTER, K_BACKSPACE, K_BACKSPACE,
           K_TAB);
    EXPECT("\xc3\xa9\xf0\x9f\x98\x80", 0xe9, 0x1f600);
}

static void special_keys_are_read_in_all_usual_forms(void **state)
{
    (void)state;
    EXPECT("\033[A\033OA\033[1;5H\033[1;5F", K_UP, K_UP, K_CTRL_HOME, K_CTRL_END);
    EXPECT("\033[1;5D\033[1;5C\033[5~\033[6~", K_CTRL_LEFT, K_CTRL_RIGHT, K_PGUP, K_PGDN);
    EXPECT("\033[H\033OF\033[1~\033[8~", K_HOME, K_END, K_HOME, K_END);
    EXPECT("\033OP\033[[A\033[33~x", K_F1, K_F1, K_F12, 'x');
}

static void unknown_sequences_do_not_leak_letters(void **state)
{
    (void)state;
    EXPECT("\033[1;7Qj", K_UNKNOWN, 'j');
    EXPECT("\033[200~j", K_UNKNOWN, 'j');
    EXPECT("\033Oxj", K_UNKNOWN, 'j');
    EXPECT("\033[<0;10;20Mj", K_UNKNOWN, 'j');
    EXPECT("\033[12;3", K_UNKNOWN);
    EXPECT("\033[1\033[A", K_UNKNOWN, K_UP);
}

static void esc_is_told_from_alt(void **state)
{
    (void)state;
    EXPECT("\033", K_ESC);
    EXPECT("\0331", K_ALT | '1');
    EXPECT("\033j", K_ESC, 'j');
    EXPECT("\033\033[A", K_ESC, K_UP);
    EXPECT("\033[", K_ESC, '[');
}

static void bad_utf8_is_no_text(void **state)
{
    (void)state;
    EXPECT("\xff"
           "a",
           K_UNKNOWN, 'a');
    EXPECT("\xc3"
           "a",
           K_UNKNOWN, 'a');
    EXPECT("\xed\xa0\x80"
           "a",
           K_UNKNOWN, 'a');
    EXPECT("\xe0\x80\x80", K_UNKNOWN);
    EXPECT("\xc2\x85", K_UNKNOWN);
    EXPECT("\xe6\xbc", K_UNKNOWN);
}

static void a_sequence_may_come_in_pieces(void **state)
{
    static const char bytes[] = "\033[1;5H\xe6\xbc\xa2";
    struct keyreader r;
    struct key k;
    size_t keys = 0;
    uint32_t got[2] = {0};

    (void)state;
    keyreader_init(&r, true);
    for (size_t i = 0; i < sizeof(bytes) - 1; i++) {
        enum keyreader_result res;
        put(&r, bytes + i, 1);
        res = keyreader_next(&r, false, &k);
        assert_int_not_equal(res, KEYREADER_EMPTY);
        if (res == KEYREADER_KEY)
            got[keys++] = k.code;
    }
    assert_int_equal(keys, 2);
    assert_int_equal(got[0], K_CTRL_HOME);
    assert_int_equal(got[1], 0x6f22);
}

static void random_bytes_are_always_used_up(void **state)
{
    unsigned seed = 4711;

    (void)state;
    print_message("seed %u\n", seed);
    srand(seed);
    for (int round = 0; round < 20000; round++) {
        static const char common[] = "\033\033\033[[O;~1A\xc3\xa9";
        struct keyreader r;
        struct key k;
        size_t keys = 0;

        keyreader_init(&r, round % 2 == 0);
        for (int i = 0; i < 60; i++) {
            char c =
                rand() % 3 ? common[(size_t)rand() % (sizeof(common) - 1)] : (char)rand();
            put(&r, &c, 1);
        }
        while (keyreader_next(&r, true, &k) == KEYREADER_KEY) {
            assert_true(++keys <= 60);
            assert_int_not_equal(k.code, K_NONE);
        }
        assert_int_equal(r.len, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_keys_are_read),
        cmocka_unit_test(special_keys_are_read_in_all_usual_forms),
        cmocka_unit_test(unknown_sequences_do_not_leak_letters),
        cmocka_unit_test(esc_is_told_from_alt),
        cmocka_unit_test(bad_utf8_is_no_text),
        cmocka_unit_test(a_sequence_may_come_in_pieces),
        cmocka_unit_test(random_bytes_are_always_used_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
