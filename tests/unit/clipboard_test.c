#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "tests/support/pty.h"
#include "ui/term/clipboard.h"

static char *written(unsigned forms, const char *text)
{
    struct buf out;
    char *all;

    buf_init(&out, 1 << 20);
    assert_int_equal(clipboard_write(forms, bytes_of(text), &out, NULL), ERR_OK);
    all = mem_strndup((const char *)out.data, out.len);
    buf_release(&out);
    return all;
}

static void expect(unsigned forms, const char *text, const char *want)
{
    char *all = written(forms, text);

    assert_string_equal(all, want);
    free(all);
}

static void a_text_is_one_sequence(void **state)
{
    (void)state;
    expect(CLIPBOARD_PLAIN, "ab\n", "\033]52;c;YWIK\a");
    expect(CLIPBOARD_PLAIN, "a", "\033]52;c;YQ==\a");
    assert_int_equal(clipboard_size(3), strlen("\033]52;c;YWIK\a"));
    assert_int_equal(clipboard_size(1), strlen("\033]52;c;YQ==\a"));
}

/* Sizes at which terminals are known to stop. */
static void a_text_of_the_room_there_is_fits_and_one_byte_more_does_not(void **state)
{
    static const size_t limits[] = {64, 1024, 3072, 6144, 100000, 1000000};

    (void)state;
    for (size_t i = 0; i < sizeof(limits) / sizeof(*limits); i++) {
        size_t room = clipboard_room(limits[i]);

        assert_true(clipboard_size(room) <= limits[i]);
        assert_true(clipboard_size(room + 1) > limits[i]);
    }
    assert_int_equal(clipboard_room(0), 0);
}

static void tmux_gets_it_wrapped(void **state)
{
    (void)state;
    expect(CLIPBOARD_WRAPPED, "ab\n", "\033Ptmux;\033\033]52;c;YWIK\a\033\\");
}

static void screen_gets_it_in_pieces_that_it_takes(void **state)
{
    char *text = mem_calloc(1, 1001), *all;
    size_t pieces = 0;

    (void)state;
    memset(text, 'x', 1000);
    all = written(CLIPBOARD_PIECES, text);
    for (const char *p = all, *end; *p; p = end + 2, pieces++) {
        assert_memory_equal(p, "\033P", 2);
        end = strstr(p, "\033\\");
        assert_non_null(end);
        assert_in_range(end - p - 2, 1, CLIPBOARD_PIECE);
    }
    assert_int_equal(pieces,
                     (clipboard_size(1000) + CLIPBOARD_PIECE - 1) / CLIPBOARD_PIECE);
    free(all);
    free(text);
}

static void all_of_it_keeps_to_the_grammar_and_can_be_read_back(void **state)
{
    static const unsigned forms[] = {CLIPBOARD_PLAIN, CLIPBOARD_WRAPPED, CLIPBOARD_PIECES,
                                     CLIPBOARD_PLAIN | CLIPBOARD_PIECES};
    char text[1200];

    (void)state;
    for (size_t len = 1; len < sizeof(text); len += 113) {
        memset(text, 'y', len);
        text[len] = '\0';
        for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++) {
            char *all = written(forms[i], text);
            char *fault = pty_grammar((const uint8_t *)all, strlen(all), PTY_COPIES);
            char *read = pty_clipboard((const uint8_t *)all, strlen(all));

            assert_null(fault);
            assert_string_equal(read, text);
            free(read);
            free(all);
        }
    }
}

/* --- where it goes --- */

static struct clipboard_route route(const char *term, const char *tmux, const char *screen)
{
    return clipboard_route(&(struct clipboard_place){term, tmux, screen, true});
}

static void a_terminal_gets_it_as_it_is(void **state)
{
    struct clipboard_route r = route("xterm-256color", NULL, NULL);

    (void)state;
    assert_int_equal(r.forms, CLIPBOARD_PLAIN);
    assert_false(r.ask_tmux);
    assert_null(r.caveat);
}

static void a_terminal_that_would_show_it_gets_nothing(void **state)
{
    struct clipboard_place old = {"vt52", NULL, NULL, false};

    (void)state;
    assert_int_equal(clipboard_route(&old).forms, 0);
    assert_int_equal(route("linux", NULL, NULL).forms, 0);
}

static void tmux_is_asked_and_screen_gets_pieces(void **state)
{
    (void)state;
    assert_true(route("tmux-256color", "/tmp/tmux-0/default,1,0", NULL).ask_tmux);
    assert_int_equal(route("screen", NULL, "123.pts-0").forms, CLIPBOARD_PIECES);
}

static void of_screen_in_tmux_no_more_is_told_than_is_known(void **state)
{
    struct clipboard_route r = route("screen", "/tmp/tmux-0/default,1,0", "123.pts-0");

    (void)state;
    assert_int_equal(r.forms, CLIPBOARD_PLAIN | CLIPBOARD_PIECES);
    assert_false(r.ask_tmux);
    assert_non_null(r.caveat);
    assert_true(route("tmux-256color", "/tmp/tmux-0/default,1,0", "123.pts-0").ask_tmux);
}

static void behind_another_ssh_what_must_be_so_is_told(void **state)
{
    (void)state;
    assert_non_null(route("tmux-256color", NULL, NULL).caveat);
    assert_int_equal(route("tmux-256color", NULL, NULL).forms,
                     CLIPBOARD_PLAIN | CLIPBOARD_WRAPPED);
    assert_non_null(route("screen-256color", NULL, NULL).caveat);
    assert_int_equal(route("screen-256color", NULL, NULL).forms,
                     CLIPBOARD_PLAIN | CLIPBOARD_PIECES);
}

static void what_tmux_lets_through_is_used(void **state)
{
    static const struct {
        const char *answer;
        unsigned forms; /* 0: none */
    } cases[] = {
        {"on 0", CLIPBOARD_PLAIN},
        {"on off", CLIPBOARD_PLAIN},
        {"external 1", CLIPBOARD_WRAPPED},
        {"external on", CLIPBOARD_WRAPPED},
        {"off all", CLIPBOARD_WRAPPED},
        {"external ", CLIPBOARD_WRAPPED}, /* 3.2 */
        {"external 0", 0},
        {"off off", 0},
        {"", 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct clipboard_route r = {0};
        struct err e;
        enum err_code rc = clipboard_tmux(cases[i].answer, &r, &e);

        assert_int_equal(rc == ERR_OK, cases[i].forms != 0);
        assert_int_equal(r.forms, cases[i].forms);
        if (rc != ERR_OK)
            assert_non_null(strstr(e.msg, "set-clipboard on"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_is_one_sequence),
        cmocka_unit_test(a_text_of_the_room_there_is_fits_and_one_byte_more_does_not),
        cmocka_unit_test(tmux_gets_it_wrapped),
        cmocka_unit_test(screen_gets_it_in_pieces_that_it_takes),
        cmocka_unit_test(all_of_it_keeps_to_the_grammar_and_can_be_read_back),
        cmocka_unit_test(a_terminal_gets_it_as_it_is),
        cmocka_unit_test(a_terminal_that_would_show_it_gets_nothing),
        cmocka_unit_test(tmux_is_asked_and_screen_gets_pieces),
        cmocka_unit_test(of_screen_in_tmux_no_more_is_told_than_is_known),
        cmocka_unit_test(behind_another_ssh_what_must_be_so_is_told),
        cmocka_unit_test(what_tmux_lets_through_is_used),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
