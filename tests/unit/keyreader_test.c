/* The table at the head has what terminals send; each entry is fed whole and cut. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "tests/support/stray.h"
#include "ui/term/keyreader.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))
#define KEYS_MAX 256

struct typed {
    uint32_t code[KEYS_MAX];
    size_t n;
    char pasted[PASTE_MAX + 1]; /* of the last paste */
    size_t left_out;
    bool ended;
    struct mouse mouse; /* the last report of it */
};

static void take(struct keyreader *r, struct typed *out)
{
    struct key k;

    while (keyreader_next(r, &k)) {
        assert_int_not_equal(k.code, K_NONE);
        assert_true(out->n < KEYS_MAX);
        out->code[out->n++] = k.code;
        if (k.code == K_MOUSE)
            out->mouse = *keyreader_mouse(r);
        if (k.code != K_PASTE)
            continue;
        const struct paste *p = keyreader_paste(r);
        memcpy(out->pasted, p->text, p->len + 1);
        out->left_out = p->left_out;
        out->ended = p->ended;
    }
}

static void put(struct keyreader *r, const char *bytes, size_t n)
{
    size_t room;
    uint8_t *p = keyreader_space(r, &room);

    assert_true(room >= n);
    memcpy(p, bytes, n);
    keyreader_put(r, n);
}

static void feed(struct keyreader *r, const char *bytes, size_t n, struct typed *out)
{
    put(r, bytes, n);
    take(r, out);
}

/* So much time passes without a byte. */
static void pass(struct keyreader *r, int ms, struct typed *out)
{
    int wait;

    while ((wait = keyreader_wait(r)) > 0 && wait <= ms) {
        keyreader_expire(r);
        take(r, out);
        ms -= wait;
    }
}

static void start(struct keyreader *r)
{
    keyreader_init(r);
    keyreader_add(r, "\033[33~", K_F12); /* as terminfo would */
}

static struct typed type(const char *bytes)
{
    struct typed out = {.n = 0};
    struct keyreader r;

    start(&r);
    feed(&r, bytes, strlen(bytes), &out);
    pass(&r, 10000, &out);
    return out;
}

static void expect_keys(const char *bytes, const uint32_t *codes, size_t n)
{
    struct typed got = type(bytes);

    assert_int_equal(got.n, n);
    for (size_t i = 0; i < n; i++)
        assert_int_equal(got.code[i], codes[i]);
}

#define EXPECT(bytes, ...)                                                                 \
    expect_keys(bytes, (const uint32_t[]){__VA_ARGS__},                                    \
                sizeof((const uint32_t[]){__VA_ARGS__}) / sizeof(uint32_t))
#define EXPECT_NOTHING(bytes) EXPECT(bytes "j", 'j')

/* --- keys --- */

static void plain_keys_are_read(void **state)
{
    (void)state;
    EXPECT("jG", 'j', 'G');
    EXPECT("\x04\r\x7f\b\t", K_CTRL('d'), K_ENTER, K_BACKSPACE, K_BACKSPACE, K_TAB);
    EXPECT("jk\n", 'j', 'k', K_ENTER);
    EXPECT("\xc3\xa9\xf0\x9f\x98\x80", 0xe9, 0x1f600);
}

static void special_keys_are_read_in_all_usual_forms(void **state)
{
    (void)state;
    EXPECT("\033[A\033OA\033[1;5H\033[1;5F", K_UP, K_UP, K_CTRL_HOME, K_CTRL_END);
    EXPECT("\033[1;5D\033[1;5C\033[5~\033[6~", K_CTRL_LEFT, K_CTRL_RIGHT, K_PGUP, K_PGDN);
    EXPECT("\033[H\033OF\033[1~\033[8~\033[Z", K_HOME, K_END, K_HOME, K_END, K_BACKTAB);
    EXPECT("\033OP\033[[A\033[[E\033[33~x", K_F1, K_F1, K_F5, K_F12, 'x');
    EXPECT("\033[7^\033Oc\033OM", K_CTRL_HOME, K_CTRL_RIGHT, K_ENTER);
    EXPECT("\x9b"
           "A\xc2\x9b"
           "B\x8fP",
           K_UP, K_DOWN, K_F1);
    EXPECT("\033[1;129A\033[1;1:1B\033[1;1:3B", K_UP, K_DOWN); /* num lock; released */
}

static void keys_told_by_their_character_are_read(void **state)
{
    (void)state;
    EXPECT("\033[106u\033[106;5u\033[106;2u", 'j', K_ENTER, 'J');
    EXPECT("\033[100;5u\033[27;5;100~\033[27;2;71~", K_CTRL('d'), K_CTRL('d'), 'G');
    EXPECT("\033[27u\033[13u\033[9;2u\033[127u\033[13;2u", K_ESC, K_ENTER, K_BACKTAB,
           K_BACKSPACE, K_ENTER);
    EXPECT("\033[49;3u\033[27;3;49~", K_ALT | '1', K_ALT | '1');
    EXPECT("\033[57:37;2u\033[57404u\033[57419;5u", '%', '5', K_UNKNOWN);
    EXPECT("\033[106;1:3u\033[57441;2uj", 'j'); /* released; Shift by itself */
    EXPECT("\033[64;5u\033[123;5u\033[55296u\033[99999999999u\033[106;9u", K_UNKNOWN,
           K_UNKNOWN, K_UNKNOWN, K_UNKNOWN, K_UNKNOWN);
}

static void keys_without_a_name_are_one_unknown_key_each(void **state)
{
    (void)state;
    EXPECT("\033[15;2~j", K_UNKNOWN, 'j');
    EXPECT("\033[1;2Aj", K_UNKNOWN, 'j');
    EXPECT("\033Oxj", K_UNKNOWN, 'j');
    EXPECT("\033[aj\033[3$", K_UNKNOWN, 'j', K_UNKNOWN);
    EXPECT("\033[[Zj", K_UNKNOWN, 'j');
}

static void alt_goes_with_any_character(void **state)
{
    (void)state;
    EXPECT("\0331\033j\033Q\033\r", K_ALT | '1', K_ALT | 'j', K_ALT | 'Q', K_ALT | K_ENTER);
    EXPECT("\033\xc3\xa9", K_ALT | 0xe9);
    EXPECT("\033\033[A\033[1;3A\033\033OA", K_ALT | K_UP, K_ALT | K_UP, K_ALT | K_UP);
    EXPECT("\033(", K_ALT | '(');
    EXPECT("\033 ", K_ALT | ' ');
}

static void a_lone_esc_is_a_key_after_a_wait(void **state)
{
    struct typed got = {.n = 0};
    struct keyreader r;

    (void)state;
    start(&r);
    feed(&r, "\033", 1, &got);
    pass(&r, KEYREADER_ESC_MS - 1, &got);
    assert_int_equal(got.n, 0);
    pass(&r, KEYREADER_ESC_MS, &got);
    assert_int_equal(got.n, 1);
    assert_int_equal(got.code[0], K_ESC);
    feed(&r, "1", 1, &got);
    assert_int_equal(got.code[1], '1');
    EXPECT("\033\033", K_ESC, K_ESC);
    EXPECT("\033\033\033", K_ESC, K_ESC, K_ESC);
}

static void alt_may_come_in_two_reads(void **state)
{
    struct typed got = {.n = 0};
    struct keyreader r;

    (void)state;
    start(&r);
    feed(&r, "\033", 1, &got);
    pass(&r, KEYREADER_ESC_MS - 1, &got);
    feed(&r, "7", 1, &got);
    assert_int_equal(got.n, 1);
    assert_int_equal(got.code[0], K_ALT | '7');
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
    EXPECT("\xe0\x80\x80"
           "a",
           K_UNKNOWN, 'a');
    EXPECT_NOTHING("\xc2\x85");
}

/* --- what is no key --- */

static void what_is_no_key_gives_none(void **state)
{
    (void)state;
    for (size_t i = 0; i < stray_count; i++) {
        struct typed got = {.n = 0};
        struct keyreader r;

        start(&r);
        feed(&r, stray[i].bytes, stray[i].len, &got);
        feed(&r, "j", 1, &got);
        if (got.n != 1 || got.code[0] != 'j')
            fail_msg("%s: %zu keys", stray[i].name, got.n);
    }
}

/* What follows counts from the next ESC, or control character. */
static void a_sequence_without_an_end_is_broken_off(void **state)
{
    (void)state;
    EXPECT_NOTHING("\033(B");
    EXPECT("\033[1\033[A", K_UP);
    EXPECT("\033[1\rj", 'j');
    EXPECT("\033]11;rgb\033[A", K_UP);
    EXPECT("\033]11;rgb\033\033[A", K_UP);
    EXPECT("\033]11;rgb\x03j", 'j');
    EXPECT("\033]11;rgb\rj", 'j');
    EXPECT("\033[M\033[A", K_UP);
    EXPECT("\033[1\xc3\xa9", 0xe9);
}

static void a_string_ends_by_itself_in_silence(void **state)
{
    struct typed got = {.n = 0};
    struct keyreader r;
    char part[4096];

    (void)state;
    start(&r);
    feed(&r, "\033_G", 3, &got);
    memset(part, 'Q', sizeof(part));
    for (int i = 0; i < 100; i++) {
        feed(&r, part, sizeof(part), &got);
        pass(&r, KEYREADER_STRING_MS - 1, &got);
    }
    assert_int_equal(got.n, 0);
    pass(&r, KEYREADER_STRING_MS, &got);
    feed(&r, "j", 1, &got);
    assert_int_equal(got.n, 1);
}

static void esc_ends_a_string_and_a_late_end_is_none(void **state)
{
    struct typed got = {.n = 0};
    struct keyreader r;

    (void)state;
    start(&r);
    feed(&r, "\033]0;x\033", 6, &got);
    pass(&r, KEYREADER_ESC_MS, &got);
    feed(&r, "\\", 1, &got);
    feed(&r, "j", 1, &got);
    assert_int_equal(got.n, 1);
    assert_int_equal(got.code[0], 'j');
}

/* --- cuts --- */

/* Two parts, with a pause that is shorter or longer than an Esc may wait. */
static void cut_at(const char *bytes, size_t n, size_t at, int ms, struct typed *got)
{
    struct keyreader r;

    start(&r);
    feed(&r, bytes, at, got);
    pass(&r, ms, got);
    feed(&r, bytes + at, n - at, got);
}

static bool is_harmless(uint32_t code)
{
    return code == K_ESC || code == K_UNKNOWN; /* Esc: its first byte, after the wait */
}

static void what_is_no_key_may_be_cut_anywhere(void **state)
{
    (void)state;
    for (size_t i = 0; i < stray_count; i++) {
        for (size_t at = 1; at < stray[i].len; at++) {
            struct typed soon = {.n = 0}, late = {.n = 0};

            cut_at(stray[i].bytes, stray[i].len, at, KEYREADER_ESC_MS - 1, &soon);
            cut_at(stray[i].bytes, stray[i].len, at, KEYREADER_ESC_MS * 4, &late);
            if (soon.n != 0)
                fail_msg("%s, cut at %zu: %zu keys", stray[i].name, at, soon.n);
            for (size_t k = 0; k < late.n; k++)
                if (!is_harmless(late.code[k]))
                    fail_msg("%s, cut at %zu: key %x", stray[i].name, at, late.code[k]);
        }
    }
}

/* Slower than Esc waits only behind the byte that follows ESC: before it, it is typing. */
static void what_is_no_key_may_drip(void **state)
{
    static const int pauses[] = {KEYREADER_ESC_MS - 1, KEYREADER_ESC_MS + 10, 900};

    (void)state;
    for (size_t i = 0; i < stray_count * COUNT(pauses); i++) {
        const struct stray *s = &stray[i / COUNT(pauses)];
        int pause = pauses[i % COUNT(pauses)];
        struct typed got = {.n = 0};
        struct keyreader r;

        start(&r);
        for (size_t at = 0; at < s->len; at++) {
            feed(&r, s->bytes + at, 1, &got);
            if (at > 0 || pause < KEYREADER_ESC_MS)
                pass(&r, pause, &got);
        }
        for (size_t k = 0; k < got.n; k++)
            if (!is_harmless(got.code[k]) || pause < KEYREADER_ESC_MS)
                fail_msg("%s, %d ms between bytes: key %x", s->name, pause, got.code[k]);
    }
}

static void keys_may_be_cut_anywhere(void **state)
{
    static const char *const keys[] = {
        "\033[1;5H\xe6\xbc\xa2", "\033OPj",      "\033[[Aj",    "\033[15~j",
        "\033[27;5;100~j",       "\033[106;3uj", "\033\033[Aj", "\0331j"};

    (void)state;
    for (size_t i = 0; i < COUNT(keys); i++) {
        struct typed whole = type(keys[i]);

        for (size_t at = 1; at < strlen(keys[i]); at++) {
            struct typed got = {.n = 0};

            cut_at(keys[i], strlen(keys[i]), at, KEYREADER_ESC_MS - 1, &got);
            assert_int_equal(got.n, whole.n);
            assert_memory_equal(got.code, whole.code, got.n * sizeof(got.code[0]));
        }
    }
}

static void a_sequence_after_a_late_esc_is_none_of_its_letters(void **state)
{
    struct typed got = {.n = 0};

    (void)state;
    cut_at("\033[A", 3, 1, 500, &got);
    assert_int_equal(got.n, 2);
    assert_int_equal(got.code[0], K_ESC);
    assert_int_equal(got.code[1], K_UP);
}

/* Esc, and after a pause what was typed then, each key by itself. */
static void type_after_esc(const char *keys, int pause, struct typed *got)
{
    struct keyreader r;

    start(&r);
    feed(&r, "\033", 1, got);
    pass(&r, KEYREADER_ESC_MS, got);
    for (size_t i = 0; keys[i]; i++) {
        pass(&r, pause, got);
        feed(&r, keys + i, 1, got);
    }
    pass(&r, KEYREADER_TOGETHER_MS, got);
}

static void keys_typed_after_esc_are_keys_within_a_frame(void **state)
{
    static const char *const typed[] = {"[", "]",  "[A", "]0", "[[", "][", "]l",
                                        "O", "P1", "_G", "^x", "XX", "\\", "\\]"};
    static const int pauses[] = {KEYREADER_TOGETHER_MS, 100, 900};

    (void)state;
    for (size_t i = 0; i < COUNT(typed) * COUNT(pauses); i++) {
        const char *keys = typed[i / COUNT(pauses)];
        struct typed got = {.n = 0};

        type_after_esc(keys, pauses[i % COUNT(pauses)], &got);
        assert_int_equal(got.n, 1 + strlen(keys));
        assert_int_equal(got.code[0], K_ESC);
        for (size_t k = 0; keys[k]; k++)
            assert_int_equal(got.code[1 + k], keys[k]);
    }
}

static void keys_put_together_after_esc_are_keys_when_they_fit_no_sequence(void **state)
{
    static const char *const together[] = {"_j", "[j", "[:", "]/", "[g", "]n"};

    (void)state;
    for (size_t i = 0; i < COUNT(together); i++) {
        struct typed got = {.n = 0};
        struct keyreader r;

        start(&r);
        feed(&r, "\033", 1, &got);
        pass(&r, 200, &got);
        feed(&r, together[i], 2, &got);
        assert_int_equal(got.n, 3);
        assert_int_equal(got.code[1], together[i][0]);
        assert_int_equal(got.code[2], together[i][1]);
    }
}

static void long_after_esc_nothing_is_the_rest_of_a_sequence(void **state)
{
    struct typed got = {.n = 0};

    (void)state;
    cut_at("\033_G", 3, 1, KEYREADER_ESC_MS + KEYREADER_LATE_MS, &got);
    assert_int_equal(got.n, 3);
    assert_int_equal(got.code[1], '_');
    assert_int_equal(got.code[2], 'G');
}

/* --- pastes --- */

static void expect_paste(const char *bytes, const char *text, size_t left_out)
{
    struct typed got = type(bytes);

    assert_int_equal(got.n, 2);
    assert_int_equal(got.code[0], K_PASTE);
    assert_int_equal(got.code[1], 'j');
    assert_true(got.ended);
    assert_string_equal(got.pasted, text);
    assert_int_equal(got.left_out, left_out);
}

#define PASTED(text) "\033[200~" text "\033[201~j"

static void a_paste_is_its_first_line(void **state)
{
    (void)state;
    expect_paste(PASTED("12"), "12", 0);
    expect_paste(PASTED("2\nQ"), "2", 1);
    expect_paste(PASTED("2\rQ\r"), "2", 1);
    expect_paste(PASTED("\r\n\r\nabc\r\n"), "abc", 0);
    expect_paste(PASTED(""), "", 0);
    expect_paste(PASTED("a\tb\x01\x7f\033[31mc\xc2\x85\xff\xc3\xa9"), "a b[31mc\xc3\xa9",
                 0);
    expect_paste(PASTED("\033[20\033[201\033"), "[20[201", 0);
    expect_paste("\x9b"
                 "200~x\x9b"
                 "201~j",
                 "x", 0);
}

static void a_paste_ends_at_its_first_end_mark(void **state)
{
    struct typed got = type("\033[200~a\033[201~G\033[201~j");

    (void)state;
    assert_int_equal(got.n, 3);
    assert_int_equal(got.code[0], K_PASTE);
    assert_int_equal(got.code[1], 'G');
    assert_int_equal(got.code[2], 'j');
}

static void a_paste_may_be_cut_anywhere(void **state)
{
    static const char bytes[] = PASTED("a\xe6\xbc\xa2\033b\nc");
    size_t n = sizeof(bytes) - 1;

    (void)state;
    for (size_t at = 2; at < n - 1; at++) {
        struct typed got = {.n = 0};

        cut_at(bytes, n, at, 500, &got);
        assert_int_equal(got.n, 2);
        assert_int_equal(got.code[0], K_PASTE);
        assert_string_equal(got.pasted, "a\xe6\xbc\xa2"
                                        "b");
        assert_int_equal(got.left_out, 1);
    }
}

static void a_paste_of_any_size_is_one_of_bounded_size(void **state)
{
    struct typed got = {.n = 0};
    struct keyreader r;
    char part[4000];

    (void)state;
    start(&r);
    memset(part, 'Q', sizeof(part));
    feed(&r, "\033[200~", 6, &got);
    for (int i = 0; i < 2500; i++)
        feed(&r, part, sizeof(part), &got);
    assert_int_equal(got.n, 0);
    feed(&r, "\033[201~j", 7, &got);
    assert_int_equal(got.n, 2);
    assert_int_equal(strlen(got.pasted), PASTE_MAX);
    assert_int_equal(got.left_out, 10000000 - PASTE_MAX);
}

static void a_paste_without_an_end_is_told_and_ends_with_ctrl_c(void **state)
{
    struct typed got = {.n = 0};
    struct keyreader r;

    (void)state;
    start(&r);
    feed(&r, "\033[200~ab\x03", 9, &got);
    pass(&r, KEYREADER_PASTE_MS, &got);
    assert_int_equal(got.n, 1);
    assert_false(got.ended);
    assert_string_equal(got.pasted, "ab");
    feed(&r, "c\x03", 2, &got); /* no pause before it: pasted */
    pass(&r, KEYREADER_PASTE_MS, &got);
    assert_int_equal(got.n, 2);
    assert_string_equal(got.pasted, "c");
    feed(&r, "\x03", 1, &got);
    assert_int_equal(got.n, 3);
    assert_true(got.ended);
    feed(&r, "j", 1, &got);
    assert_int_equal(got.code[3], 'j');
}

static void a_line_end_inside_of_a_read_is_the_mark_of_a_paste(void **state)
{
    struct typed got = {.n = 0};
    struct keyreader r;

    (void)state;
    start(&r);
    feed(&r, "2\nQ", 3, &got);
    feed(&r, "\nQ", 2, &got); /* it goes on */
    pass(&r, KEYREADER_ESC_MS, &got);
    feed(&r, "j\n", 2, &got);
    assert_int_equal(got.n, 3);
    assert_int_equal(got.code[0], K_PASTE);
    assert_string_equal(got.pasted, "2");
    assert_int_equal(got.left_out, 2);
    assert_int_equal(got.code[1], 'j');
    assert_int_equal(got.code[2], K_ENTER);
}

static void a_sequence_ends_a_paste_without_markers(void **state)
{
    struct typed got = {.n = 0};
    struct keyreader r;

    (void)state;
    start(&r);
    feed(&r, "2\nQ", 3, &got);
    feed(&r, "\033[Aj", 4, &got);
    assert_int_equal(got.n, 3);
    assert_int_equal(got.code[0], K_PASTE);
    assert_int_equal(got.code[1], K_UP);
    assert_int_equal(got.code[2], 'j');
}

static void a_paste_is_wiped_when_it_was_taken(void **state)
{
    struct keyreader r;
    struct key k;

    (void)state;
    start(&r);
    put(&r, "\033[200~secret\033[201~j", 19);
    assert_true(keyreader_next(&r, &k));
    assert_string_equal(keyreader_paste(&r)->text, "secret");
    assert_true(keyreader_next(&r, &k));
    for (size_t i = 0; i + 6 <= sizeof(r); i++)
        assert_memory_not_equal((const char *)&r + i, "secret", 6);
}

/* --- any bytes --- */

static void random_bytes_are_the_same_keys_however_they_are_cut(void **state)
{
    unsigned seed = 4711;

    (void)state;
    print_message("seed %u\n", seed);
    srand(seed);
    for (int round = 0; round < 20000; round++) {
        static const char common[] = "\033\033\033[[O]P_;~1AM<?$\\\a\xc3\xa9\x9b\x9d";
        struct typed whole = {.n = 0}, cut = {.n = 0};
        struct keyreader a, b;
        char bytes[60];

        start(&a);
        start(&b);
        for (size_t i = 0; i < sizeof(bytes); i++) {
            bytes[i] =
                rand() % 3 ? common[(size_t)rand() % (sizeof(common) - 1)] : (char)rand();
            if (bytes[i] == '\n') /* with it reads count */
                bytes[i] = '\r';
            feed(&b, &bytes[i], 1, &cut);
        }
        feed(&a, bytes, sizeof(bytes), &whole);
        assert_int_equal(whole.n, cut.n);
        assert_memory_equal(whole.code, cut.code, cut.n * sizeof(cut.code[0]));
        pass(&a, 60000, &whole);
        assert_int_equal(a.pos, a.len);
        assert_true(whole.n <= sizeof(bytes) + 1);
    }
}

/* --- the mouse --- */

static struct typed report(const char *bytes)
{
    struct typed out = {.n = 0};
    struct keyreader r;

    start(&r);
    keyreader_want_mouse(&r, true);
    feed(&r, bytes, strlen(bytes), &out);
    assert_int_equal(keyreader_wait(&r), 0); /* nothing of it is held */
    return out;
}

static void expect_mouse(const char *bytes, struct mouse expected)
{
    struct typed got = report(bytes);

    assert_int_equal(got.n, 1);
    assert_int_equal(got.code[0], K_MOUSE);
    assert_int_equal(got.mouse.event, expected.event);
    assert_int_equal(got.mouse.row, expected.row);
    assert_int_equal(got.mouse.col, expected.col);
    assert_int_equal(got.mouse.down, expected.down);
    assert_int_equal(got.mouse.right, expected.right);
}

static void reports_of_the_mouse_are_read_where_they_are_wanted(void **state)
{
    (void)state;
    expect_mouse("\033[<0;33;71M", (struct mouse){MOUSE_PRESS, 70, 32, 0, 0});
    expect_mouse("\033[<32;1;1M", (struct mouse){MOUSE_DRAG, 0, 0, 0, 0});
    expect_mouse("\033[<0;33;71m", (struct mouse){MOUSE_RELEASE, 70, 32, 0, 0});
    expect_mouse("\033[<64;200;300M", (struct mouse){MOUSE_WHEEL, 299, 199, -1, 0});
    expect_mouse("\033[<65;2;3M", (struct mouse){MOUSE_WHEEL, 2, 1, 1, 0});
    expect_mouse("\033[<66;2;3M", (struct mouse){MOUSE_WHEEL, 2, 1, 0, -1});
    expect_mouse("\033[<67;2;3M", (struct mouse){MOUSE_WHEEL, 2, 1, 0, 1});
    expect_mouse("\033[<69;2;3M", (struct mouse){MOUSE_WHEEL, 2, 1, 0, 1});  /* Shift */
    expect_mouse("\033[<80;2;3M", (struct mouse){MOUSE_WHEEL, 2, 1, 0, -1}); /* Ctrl */
    expect_mouse("\033[<0;65535;65535M", (struct mouse){MOUSE_PRESS, 65534, 65534, 0, 0});
    expect_mouse("\033[M !\"", (struct mouse){MOUSE_PRESS, 1, 0, 0, 0}); /* of old */
    expect_mouse("\033[M#!\"", (struct mouse){MOUSE_RELEASE, 1, 0, 0, 0});
    expect_mouse("\033[M`!\"", (struct mouse){MOUSE_WHEEL, 1, 0, -1, 0});
    expect_mouse("\033[Ma!\"", (struct mouse){MOUSE_WHEEL, 1, 0, 1, 0});
}

static void what_is_no_report_of_the_mouse_is_nothing(void **state)
{
    static const char *const bad[] = {
        "\033[<2;33;71m", /* another button is released */
        "\033[<64;33;71m",
        "\033[<1;33;71M", /* the middle button, the right one */
        "\033[<2;33;71M",
        "\033[<35;33;71M",  /* moved without any */
        "\033[<128;33;71M", /* a button that no mouse has */
        "\033[<0;0;71M",    /* places that are none */
        "\033[<0;1;0M",
        "\033[<0;65536;1M",
        "\033[<0;1;99999999999M",
        "\033[<4294967296;1;1M",
        "\033[<0;18446744073709551617;1M", /* longer than any report */
        "\033[<0;1M",
        "\033[<M",
        "\033[<;;M",
        "\033[<0;1;1;1M",
        "\033[<0;-1;1M",
        "\033[<0:1:1M",
        "\033[<0;1;1 M",
        "\033[< 0;1;1M",
        "\033[MC!!", /* of old: moved without any; left of the screen; too far */
        "\033[M  !",
    };

    (void)state;
    for (size_t i = 0; i < COUNT(bad); i++) {
        struct typed got = report(bad[i]);

        if (got.n != 0)
            fail_msg("%s: %zu keys", bad[i] + 1, got.n);
    }
}

static void reports_of_the_mouse_do_not_hold_up_keys(void **state)
{
    static const uint32_t expected[] = {'j', K_MOUSE, 'k', K_ESC, K_MOUSE, K_MOUSE, 'l'};
    struct typed got = report("j\033[<64;2;3Mk\033\033[<0;9;9M\033[<65;9;9Ml");

    (void)state;
    assert_int_equal(got.n, COUNT(expected));
    for (size_t i = 0; i < got.n; i++)
        assert_int_equal(got.code[i], expected[i]);
    got = report("\033[<0;1"); /* unfinished: what comes next ends it */
    assert_int_equal(got.n, 0);
    got = report("\033[<0;1\033[<0;2;2Mj");
    assert_int_equal(got.n, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_keys_are_read),
        cmocka_unit_test(special_keys_are_read_in_all_usual_forms),
        cmocka_unit_test(keys_told_by_their_character_are_read),
        cmocka_unit_test(keys_without_a_name_are_one_unknown_key_each),
        cmocka_unit_test(alt_goes_with_any_character),
        cmocka_unit_test(a_lone_esc_is_a_key_after_a_wait),
        cmocka_unit_test(alt_may_come_in_two_reads),
        cmocka_unit_test(bad_utf8_is_no_text),
        cmocka_unit_test(what_is_no_key_gives_none),
        cmocka_unit_test(a_sequence_without_an_end_is_broken_off),
        cmocka_unit_test(a_string_ends_by_itself_in_silence),
        cmocka_unit_test(esc_ends_a_string_and_a_late_end_is_none),
        cmocka_unit_test(what_is_no_key_may_be_cut_anywhere),
        cmocka_unit_test(what_is_no_key_may_drip),
        cmocka_unit_test(keys_may_be_cut_anywhere),
        cmocka_unit_test(a_sequence_after_a_late_esc_is_none_of_its_letters),
        cmocka_unit_test(keys_typed_after_esc_are_keys_within_a_frame),
        cmocka_unit_test(keys_put_together_after_esc_are_keys_when_they_fit_no_sequence),
        cmocka_unit_test(long_after_esc_nothing_is_the_rest_of_a_sequence),
        cmocka_unit_test(a_paste_is_its_first_line),
        cmocka_unit_test(a_paste_ends_at_its_first_end_mark),
        cmocka_unit_test(a_paste_may_be_cut_anywhere),
        cmocka_unit_test(a_paste_of_any_size_is_one_of_bounded_size),
        cmocka_unit_test(a_paste_without_an_end_is_told_and_ends_with_ctrl_c),
        cmocka_unit_test(a_line_end_inside_of_a_read_is_the_mark_of_a_paste),
        cmocka_unit_test(a_sequence_ends_a_paste_without_markers),
        cmocka_unit_test(a_paste_is_wiped_when_it_was_taken),
        cmocka_unit_test(random_bytes_are_the_same_keys_however_they_are_cut),
        cmocka_unit_test(reports_of_the_mouse_are_read_where_they_are_wanted),
        cmocka_unit_test(what_is_no_report_of_the_mouse_is_nothing),
        cmocka_unit_test(reports_of_the_mouse_do_not_hold_up_keys),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
