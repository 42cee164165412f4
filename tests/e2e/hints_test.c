/* What a table's maker wants of its looks: layout hints and a description. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/mem.h"
#include "tests/support/pty.h"
#include "tests/support/server.h"
#include "tests/support/sheet.h"
#include "tests/support/viewer.h"

static char *formula(const char *column, int64_t i)
{
    return mem_printf("%" PRId64, i * 100 + (column[0] - 'A'));
}

static void settle(struct pty *t, const char *columns)
{
    sheet_settle(t);
    (void)sheet_check(t, formula);
    sheet_check_columns(t, columns);
}

static void hints_lay_a_table_out_and_keys_change_it(void **state)
{
    const struct viewer_setting *z = VIEWER_SETTING(state);
    struct pty *t = viewer_open("hinted", z);

    settle(t, "K B D C I H J E G L A ");
    pty_wait_row(t, 0, "hinted  letters, laid out by hints");
    pty_wait_text(t, "K (long)   col 1/11   1 hidden");
    pty_wait_row(t, 1, z->ascii ? "B |" : "B │"); /* two are frozen */
    viewer_check_look(t, z);
    pty_keys(t, "!"); /* one is */
    settle(t, "K B D C I H J E G L A ");
    pty_wait_row(t, 1, z->ascii ? "K |" : "K │");
    pty_keys(t, "cI<Enter>2g>g-");
    settle(t, "K B D C F H J I E G L ");
    pty_keys(t, "G");
    sheet_wait_status(t, 1000, 1000);
    settle(t, "K B D C F H J I E G L ");
    pty_keys(t, "<C-r>"); /* what the user did comes before hints */
    pty_wait_text(t, "subscribed anew");
    settle(t, "K B D C F H J I E G L ");
    viewer_check_look(t, z);
    viewer_leave(t);
}

/* Letters without hints, all or those given, as formulas of empty_table(). */
static void make_plain(const char *letters)
{
    struct buf formulas;

    buf_init(&formulas, 1024);
    for (const char *l = letters; *l; l++) {
        char *one = mem_printf("%s%c=ii * 100 + %d", l > letters ? "; " : "", *l, *l - 'A');

        assert_int_equal(buf_append_text(&formulas, one, NULL), ERR_OK);
        free(one);
    }
    server_control("make relaid 1000 view %.*s", (int)formulas.len,
                   (const char *)formulas.data);
    buf_release(&formulas);
}

static void ask_anew(struct pty *t)
{
    pty_wait_text(t, "relaid was replaced on the server: ^r shows the new one");
    pty_keys(t, "<C-r>");
    pty_wait_text(t, "subscribed anew");
}

static void a_table_asked_for_anew_is_laid_out_as_its_maker_wants_now(void **state)
{
    struct pty *t;

    make_plain("ABCDEFGH");
    t = viewer_open("relaid", VIEWER_SETTING(state));
    settle(t, "A B C D E F G H ");
    make_plain("HGXFEDCBA");
    ask_anew(t);
    settle(t, "H G X F E D C B A ");
    server_control("derive relaid hinted L; K; J; I; H; G; F; E; D; C; B; A");
    ask_anew(t);
    settle(t, "K B D L J E G H C I A ");
    pty_wait_text(t, "1 hidden");
    make_plain("ABCDEFGH");
    ask_anew(t);
    settle(t, "A B C D E F G H ");
    assert_false(pty_has(t, "hidden"));
    viewer_leave(t);
    server_control("forget relaid");
}

static void what_the_user_did_stays_where_the_table_is_laid_out_anew(void **state)
{
    struct pty *t;

    make_plain("ABCDEFGH");
    t = viewer_open("relaid", VIEWER_SETTING(state));
    settle(t, "A B C D E F G H ");
    pty_keys(t, "cF<Enter>4g<lt>l-$5>"); /* F behind A, B hidden, H wider */
    settle(t, "A F C D E G H ");
    pty_wait_row(t, 1, "G          H");
    make_plain("HGXFEDCBA");
    ask_anew(t);
    settle(t, "H G X E D C A F ");
    pty_wait_row(t, 1, "         H     G");
    server_control("derive relaid hinted A; B; C; D; E; F; G; H; I; J; K; L");
    ask_anew(t);
    settle(t, "K D C I H J E G L A ");
    pty_keys(t, "g-0");
    sheet_sync(t);
    pty_keys(t, "!"); /* B, frozen by its maker, is not, and stays in sight */
    settle(t, "K B D C I H J E G L ");
    make_plain("ABCDEFGHK");
    ask_anew(t);
    settle(t, "K A F B C D E G H ");
    pty_wait_row(t, 1, "K │");
    viewer_leave(t);
    server_control("forget relaid");
}

static void hidden_ones_are_listed(void **state)
{
    const struct viewer_setting *z = VIEWER_SETTING(state);
    struct pty *t = viewer_open("hinted", z);

    pty_keys(t, "C/F<Enter>");
    pty_wait_text(t, "column 1 of 1, 11 shown");
    pty_wait_text(t, "[ ] F");
    viewer_check_look(t, z);
    pty_keys(t, "<Space><Esc>q");
    settle(t, "K B D C I F H J E G L A ");
    viewer_leave(t);
}

static void a_small_screen_has_no_room_for_a_description(void **state)
{
    struct pty *t = viewer_open("hinted", &viewer_small);

    (void)state;
    for (int cols = 80; cols > 30; cols -= 7) {
        pty_resize(t, 24, cols);
        sheet_settle(t);
        pty_wait_row(t, 0, "● live");
    }
    assert_false(pty_has(t, "letters"));
    viewer_leave(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        VIEWER_LOOKS(hints_lay_a_table_out_and_keys_change_it),
        VIEWER_SIZES(a_table_asked_for_anew_is_laid_out_as_its_maker_wants_now),
        VIEWER_SIZES(what_the_user_did_stays_where_the_table_is_laid_out_anew),
        VIEWER_LOOKS(hidden_ones_are_listed),
        cmocka_unit_test(a_small_screen_has_no_room_for_a_description),
    };

    server_require();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
