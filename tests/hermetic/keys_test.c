/*
 * What comes from the keyboard's side that is no key: replies and reports of a terminal,
 * cut anywhere, and pastes. Commands while something lies on a table.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/mem.h"
#include "tests/support/sheet.h"
#include "tests/support/stopwatch.h"
#include "tests/support/stray.h"
#include "tests/support/trial.h"
#include "ui/term/keyreader.h"

#define LANES 8  /* viewers that are fed at the same time, to save some */
#define SOON 5   /* ms between two parts: shorter than Esc waits */
#define LATER 80 /* longer */
#define ROW 500

#define STATUS_ROW 22
#define MESSAGE_ROW 23
#define PASTE(text) "\033[200~" text "\033[201~"

static struct pty *view(void)
{
    struct pty *t = trial_view(trial_server(), "billion", NULL);

    trial_start(t);
    pty_keys(t, "500G");
    sheet_wait_status(t, ROW, TRIAL_ROWS);
    sheet_settle(t);
    return t;
}

static void sleep_ms(int ms)
{
    struct timespec s = {.tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000};

    nanosleep(&s, NULL);
}

static void write_text(struct pty *t, const char *text)
{
    pty_write(t, text, strlen(text));
}

/* --- what is no key --- */

/* Everything but the first line, which has the round trip, and the message line. */
static char *picture(struct pty *t)
{
    char *all = mem_strdup("");

    for (int row = 1; row <= STATUS_ROW; row++) {
        char *line = pty_row(t, row), *longer = mem_printf("%s%s\n", all, line);

        free(line);
        free(all);
        all = longer;
    }
    return all;
}

struct lane {
    struct pty *t;
    char *before;
    size_t which;   /* what it is fed */
    size_t at, to;  /* cut here; bytes that were fed */
    int64_t fed_ms; /* when the last of them were */
};

static void check_lane(struct lane *l, const char *what)
{
    char *now = picture(l->t);

    if (strcmp(now, l->before) != 0 || pty_cursor_visible(l->t))
        fail_msg("after %s:\n%s", what, now);
    free(now);
}

/* To be ended. */
static struct lane lane_begin(size_t which, size_t at)
{
    struct lane l = {.t = view(), .which = which, .at = at};

    l.before = picture(l.t);
    return l;
}

static void lane_end(struct lane *l)
{
    free(l->before);
    pty_free(l->t);
}

/* The next part of what a lane is fed; false when all of it was. */
typedef bool next_part(struct lane *l);

/* Feeds the next bytes. Where this test had no processor and they come so late that they
 * are typing, another viewer is fed all of it anew. */
static void feed_part(struct lane *l, size_t to)
{
    int64_t before = l->fed_ms, now = trial_now_ms(), in_time = KEYREADER_STRING_MS;

    if (l->to == 1)
        in_time = to < stray[l->which].len ? KEYREADER_ESC_MS : KEYREADER_LATE_MS;
    pty_write(l->t, stray[l->which].bytes + l->to, to - l->to);
    if (l->to > 0 && trial_now_ms() - before >= in_time) {
        print_message("%s: fed too late\n", stray[l->which].name);
        lane_end(l);
        *l = lane_begin(l->which, l->at);
        return;
    }
    l->to = to;
    l->fed_ms = now;
}

/* Once the ESC may be a key, only all that is left in one piece is no typing. */
static bool next_byte(struct lane *l)
{
    size_t len = stray[l->which].len;
    bool late = l->to == 1 && trial_now_ms() - l->fed_ms > KEYREADER_ESC_MS / 2;

    if (l->to == len)
        return false;
    feed_part(l, late ? len : l->to + 1);
    return true;
}

/* The two that begin it together: slower than Esc waits they would be typing. */
static bool next_behind_two(struct lane *l)
{
    if (l->to == 0)
        feed_part(l, 1);
    return next_byte(l);
}

/* In two parts, with the cut behind each byte in turn. */
static bool next_half(struct lane *l)
{
    size_t len = stray[l->which].len;

    if (l->to == len) {
        l->to = 0;
        l->at++;
    }
    if (l->at >= len)
        return false;
    feed_part(l, l->to == 0 ? l->at : len);
    return true;
}

static void feed_all(struct lane *lanes, next_part *next, int pause)
{
    bool any = true;

    for (size_t i = 0; i < LANES; i++) {
        lanes[i].which = i;
        lanes[i].at = 1;
        lanes[i].to = 0;
    }
    while (any) {
        any = false;
        for (size_t i = 0; i < LANES; i++) {
            struct lane *l = &lanes[i];

            if (l->which >= stray_count)
                continue;
            any = true;
            if (next(l))
                continue;
            check_lane(l, stray[l->which].name);
            l->which += LANES;
            l->at = 1;
            l->to = 0;
        }
        sleep_ms(pause);
    }
    for (size_t i = 0; i < LANES; i++) {
        sheet_sync(lanes[i].t);
        check_lane(&lanes[i], "all of them");
    }
}

static void what_a_terminal_sends_changes_nothing(void **state)
{
    struct lane lanes[LANES];

    (void)state;
    for (size_t i = 0; i < LANES; i++)
        lanes[i] = lane_begin(i, 1);
    for (size_t i = 0; i < stray_count; i++)
        pty_write(lanes[0].t, stray[i].bytes, stray[i].len);
    sheet_sync(lanes[0].t);
    check_lane(&lanes[0], "all of them at once");
    feed_all(lanes, next_byte, SOON);
    feed_all(lanes, next_half, SOON);
    feed_all(lanes, next_behind_two, LATER);
    feed_all(lanes, next_half, LATER);
    for (size_t i = 0; i < LANES; i++) {
        free(lanes[i].before);
        trial_leave(lanes[i].t);
    }
}

/* Where letters would be typed. */
static void what_a_terminal_sends_is_no_text_at_a_prompt(void **state)
{
    struct pty *t = view();

    (void)state;
    pty_keys(t, ":12");
    for (size_t i = 0; i < stray_count; i++)
        pty_write(t, stray[i].bytes, stray[i].len);
    pty_keys(t, "34");
    pty_wait_row(t, MESSAGE_ROW, ":1234");
    pty_keys(t, "<Enter>");
    sheet_wait_status(t, 1234, TRIAL_ROWS);
    trial_leave(t);
}

static void a_string_without_an_end_gives_the_keyboard_back(void **state)
{
    struct pty *t = view();

    (void)state;
    write_text(t, "\033]52;c;Q");
    for (int i = 0; i < 1000; i++)
        write_text(t, "QGq:QGq:QGq:QGq:QGq:QGq:QGq:QGq:");
    pty_keys(t, "<Esc>j"); /* at once */
    sheet_wait_status(t, ROW + 1, TRIAL_ROWS);
    write_text(t, "\033_GQ");
    pty_wait_read(t);
    pty_wait_quiet(t, KEYREADER_STRING_MS + 500); /* by itself */
    pty_keys(t, "j");
    sheet_wait_status(t, ROW + 2, TRIAL_ROWS);
    trial_leave(t);
}

static void a_lone_esc_is_a_key(void **state)
{
    struct pty *t = view();

    (void)state;
    pty_keys(t, ":12");
    pty_wait_row(t, MESSAGE_ROW, ":12");
    write_text(t, "\033");
    pty_wait_gone(t, ":12");
    pty_keys(t, "12");
    pty_wait_row(t, STATUS_ROW, "12");
    write_text(t, "\033");
    pty_wait_row(t, STATUS_ROW, " row 500 of");
    trial_leave(t);
}

/* Each would begin a sequence behind ESC; none waits for what may follow. */
static void the_keys_of_a_sort_are_answered_at_once_after_a_prompt_was_left(void **state)
{
    static const struct {
        const char *key, *shown;
    } keys[] = {{"[", "Ship ▲"}, {"]", "Ship ▼"}};
    struct pty *t = trial_view(trial_server(), "ships", NULL);

    (void)state;
    pty_wait_text(t, "row 1 of ");
    for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
        struct stopwatch w;

        pty_keys(t, ":12");
        pty_wait_row(t, MESSAGE_ROW, ":12");
        write_text(t, "\033");
        pty_wait_gone(t, ":12");
        w = stopwatch_start_both(pty_pid(t), demo_program_pid(trial_server()));
        write_text(t, keys[i].key);
        pty_wait_text(t, keys[i].shown);
        assert_in_range(stopwatch_ms(&w), 0, 900); /* not for as long as Esc counts */
    }
    trial_leave(t);
}

/* ESC and a letter, cut but soon enough; where this test had no processor in between, once
 * more. */
static void write_alt(struct pty *t, const char *letter)
{
    int64_t since;

    for (;; pty_wait_quiet(t, KEYREADER_LATE_MS + LATER)) {
        since = trial_now_ms();
        write_text(t, "\033");
        sleep_ms(SOON);
        if (trial_now_ms() - since < KEYREADER_ESC_MS / 2)
            break;
    }
    write_text(t, letter);
}

/* Alt-q is not Esc and q, and Alt-Q does not quit. */
static void alt_with_a_key_is_not_that_key(void **state)
{
    struct pty *t = view();

    (void)state;
    pty_keys(t, "<M-q><M-Q><M-G>");
    pty_wait_row(t, MESSAGE_ROW, "no such key: <A-G>");
    write_alt(t, "j");
    sheet_sync(t);
    sheet_wait_status(t, ROW, TRIAL_ROWS);
    trial_leave(t);
}

/* --- pastes --- */

static void a_paste_at_a_prompt_is_its_first_line(void **state)
{
    struct pty *t = view();

    (void)state;
    pty_keys(t, ":");
    write_text(t, PASTE("2\rQ"));
    pty_wait_row(t, MESSAGE_ROW, ":2");
    pty_wait_row(t, STATUS_ROW, "only its first line was pasted, without 1 character");
    pty_keys(t, "7<Enter>");
    sheet_wait_status(t, 27, TRIAL_ROWS);
    pty_keys(t, "x"); /* no prompt here */
    pty_wait_row(t, MESSAGE_ROW, "no such key: x");
    trial_leave(t);
}

static void a_paste_cut_anywhere_is_the_same(void **state)
{
    static const char paste[] = PASTE("1\xe6\xbc\xa2\x1b"
                                      "2\nQ");
    struct pty *t = view();

    (void)state;
    for (size_t at = 2; at < sizeof(paste) - 1; at++) {
        pty_keys(t, ":");
        pty_write(t, paste, at);
        sleep_ms(LATER);
        pty_write(t, paste + at, sizeof(paste) - 1 - at);
        pty_wait_row(t, MESSAGE_ROW,
                     ":1\xe6\xbc\xa2"
                     "2");
        pty_keys(t, "<C-c>");
        pty_wait_gone(t, ":1");
    }
    sheet_wait_status(t, ROW, TRIAL_ROWS);
    trial_leave(t);
}

static void a_paste_is_ignored_where_no_text_is_typed(void **state)
{
    struct pty *t = view();

    (void)state;
    write_text(t, PASTE("Gq:2\rQ"));
    pty_wait_row(t, MESSAGE_ROW, "pasted text is ignored here");
    pty_keys(t, "3");
    pty_wait_gone(t, "pasted text");
    write_text(t, "2\nQ"); /* without marks */
    pty_wait_row(t, MESSAGE_ROW, "pasted text is ignored here");
    pty_keys(t, "?");
    write_text(t, PASTE("q"));
    pty_wait_row(t, MESSAGE_ROW, "pasted text is ignored here");
    pty_wait_row(t, STATUS_ROW, "help: lines 1 to");
    pty_keys(t, "q");
    sheet_wait_status(t, ROW, TRIAL_ROWS);
    trial_leave(t);
}

static void a_paste_without_marks_is_told_by_its_line_end(void **state)
{
    struct pty *t = view();

    (void)state;
    pty_keys(t, ":");
    pty_wait_row(t, MESSAGE_ROW, ":");
    write_text(t, "2\nQ");
    pty_wait_row(t, STATUS_ROW, "without 1 character");
    pty_keys(t, "<Enter>");
    sheet_wait_status(t, 2, TRIAL_ROWS);
    trial_leave(t);
}

static void a_paste_goes_into_the_filter_of_a_list(void **state)
{
    struct pty *t = view();

    (void)state;
    pty_keys(t, "C/");
    write_text(t, PASTE("no such column\nq"));
    pty_wait_text(t, "/no such column");
    pty_wait_row(t, STATUS_ROW, "column 0 of 0");
    pty_wait_row(t, MESSAGE_ROW, "without 1 character");
    pty_keys(t, "<Esc>q:tabs<Enter>/");
    pty_wait_row(t, STATUS_ROW, "tab 1 of 1");
    write_text(t, PASTE("no such tab"));
    pty_wait_text(t, "/no such tab");
    pty_wait_row(t, STATUS_ROW, "tab 0 of 0");
    pty_keys(t, "<Esc>q");
    trial_leave(t);
}

static void a_paste_of_10_mb_is_bounded(void **state)
{
    struct pty *t = view();
    size_t n = 10000000;
    char *text = mem_calloc(1, n);

    (void)state;
    memset(text, 'Q', n);
    for (int prompt = 0; prompt < 2; prompt++) {
        pty_keys(t, prompt ? ":" : "H");
        write_text(t, "\033[200~");
        pty_write(t, text, n);
        write_text(t, "\033[201~");
        if (prompt)
            pty_wait_row(t, STATUS_ROW, "without 9995904 characters");
        else
            pty_wait_row(t, MESSAGE_ROW, "pasted text is ignored here");
        pty_keys(t, prompt ? "<C-u>7<Enter>" : "j");
    }
    sheet_wait_status(t, 7, TRIAL_ROWS);
    trial_check_keys(t);
    trial_leave(t); /* looks at its memory, too */
    free(text);
}

static void a_paste_without_an_end_is_told_and_ends_with_ctrl_c(void **state)
{
    struct pty *t = view();

    (void)state;
    pty_keys(t, ":");
    write_text(t, "\033[200~7");
    pty_wait_row(t, STATUS_ROW, "does not end: ^c ends it");
    pty_wait_row(t, MESSAGE_ROW, ":7");
    pty_keys(t, "<C-c>");
    pty_wait_gone(t, "^c ends it");
    pty_keys(t, "<Enter>");
    sheet_wait_status(t, 7, TRIAL_ROWS);
    trial_leave(t);
}

static void a_pasted_key_logs_in_and_is_not_shown(void **state)
{
    char path[] = "/tmp/dhview-key-XXXXXX";
    int fd = mkstemp(path);
    FILE *f = fdopen(fd, "w");
    char *spec = mem_printf("--psk-file %s", path);
    const uint8_t *out;
    size_t n;

    (void)state;
    assert_non_null(f);
    (void)fputs("s3cret-of-all\n", f);
    (void)fclose(f);
    struct demo_program *d = trial_serve(spec);
    struct pty *t = trial_view(d, "billion", NULL);
    pty_wait_text(t, "key for ");
    write_text(t, PASTE("s3cret-of-all\r\n"));
    pty_keys(t, "<Enter>");
    trial_start(t);
    out = pty_output(t, &n);
    assert_null(memmem(out, n, "s3cret", 6));
    trial_leave(t);
    demo_program_free(d);
    (void)remove(path);
    free(spec);
}

/* --- asking for marks --- */

static size_t count(const struct pty *t, const char *text)
{
    size_t n, found = 0;
    const uint8_t *out = pty_output(t, &n), *end = out + n;

    while (n > 0 && (out = memmem(out, (size_t)(end - out), text, strlen(text))) != NULL) {
        found++;
        out++;
    }
    return found;
}

static void pastes_are_marked_only_while_it_runs(void **state)
{
    struct pty *t = view();

    (void)state;
    assert_int_equal(count(t, "\033[?2004h"), 1);
    pty_keys(t, "<C-z>");
    pty_wait_stopped(t);
    assert_int_equal(count(t, "\033[?2004l"), 1);
    pty_kill(t, SIGCONT);
    sheet_sync(t);
    assert_int_equal(count(t, "\033[?2004h"), 2);
    pty_kill(t, SIGABRT);
    assert_int_equal(pty_wait_exit(t), -SIGABRT);
    pty_check_restored(t);
    assert_int_equal(count(t, "\033[?2004l"), 2);
    pty_free(t);
}

static bool wrote_its_name(struct pty *t, void *ctx)
{
    (void)ctx;
    return count(t, "billion") > 0;
}

static void a_terminal_that_is_no_ansi_is_not_asked_for_marks(void **state)
{
    char *target = mem_printf("%s/billion", demo_program_address(trial_server()));
    struct pty *t = pty_start(
        &(struct pty_options){.argv = (const char *const[]){target, "--ascii", NULL},
                              .env = (const char *const[]){"TERM=vt52", NULL}});
    (void)state;
    pty_wait(t, wrote_its_name, NULL, "the name of the table");
    pty_kill(t, SIGTERM);
    (void)pty_wait_exit(t);
    assert_int_equal(count(t, "2004"), 0);
    pty_free(t);
    free(target);
}

/* --- commands while something lies on a table --- */

static void a_row_number_is_about_what_is_on_top(void **state)
{
    static const char *const lines[] = {":12<Enter>", ":last-row<Enter>",
                                        ":5 move-page<Enter>", ":first-row<Enter>",
                                        ":3 move-row<Enter>"};
    struct pty *t = view();

    (void)state;
    pty_keys(t, "?");
    pty_wait_row(t, STATUS_ROW, "help: lines 1 to");
    pty_keys(t, ":12<Enter>");
    pty_wait_row(t, STATUS_ROW, "help: lines 12 to");
    pty_keys(t, ":open-go-row<Enter>5<Enter>");
    pty_wait_row(t, STATUS_ROW, "help: lines 5 to");
    for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++)
        pty_keys(t, lines[i]);
    pty_wait_row(t, STATUS_ROW, "help: lines 4 to");
    pty_keys(t, "qC:2<Enter>");
    pty_wait_row(t, STATUS_ROW, "column 2 of");
    pty_keys(t, "qz<Enter>:2<Enter>");
    pty_wait_row(t, STATUS_ROW, "line 2 of");
    pty_keys(t, "q");
    sheet_wait_status(t, ROW, TRIAL_ROWS);
    pty_keys(t, ":12<Enter>");
    sheet_wait_status(t, 12, TRIAL_ROWS);
    trial_leave(t);
}

static void what_a_view_cannot_do_is_said_and_not_done_below_it(void **state)
{
    static const char *const lines[] = {
        "50%",         "go-percent",   "open-go-column", "open-columns", "pause",
        "follow",      "hide-column",  "freeze-columns", "go-back",      "open-cell",
        "open-row",    "move-column",  "fit-columns",    "scroll-to",    "cursor-to",
        "change-rate", "show-columns", "resubscribe",    "toggle",       "open-filter",
    };
    struct pty *t = view();
    char *before = picture(t), *after;

    (void)state;
    pty_keys(t, "?");
    for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
        char *line = mem_printf(":%s<Enter>", lines[i]);

        pty_keys(t, line);
        pty_wait_row(t, MESSAGE_ROW, "that does nothing here");
        pty_keys(t, "<C-l>");
        pty_wait_gone(t, "that does nothing here");
        free(line);
    }
    pty_keys(t, "q");
    sheet_sync(t);
    after = picture(t);
    assert_string_equal(after, before);
    pty_keys(t, ":search-again<Enter>");
    pty_wait_row(t, MESSAGE_ROW, "that does nothing here");
    trial_leave(t);
    free(before);
    free(after);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_terminal_sends_changes_nothing),
        cmocka_unit_test(what_a_terminal_sends_is_no_text_at_a_prompt),
        cmocka_unit_test(a_string_without_an_end_gives_the_keyboard_back),
        cmocka_unit_test(a_lone_esc_is_a_key),
        cmocka_unit_test(the_keys_of_a_sort_are_answered_at_once_after_a_prompt_was_left),
        cmocka_unit_test(alt_with_a_key_is_not_that_key),
        cmocka_unit_test(a_paste_at_a_prompt_is_its_first_line),
        cmocka_unit_test(a_paste_cut_anywhere_is_the_same),
        cmocka_unit_test(a_paste_is_ignored_where_no_text_is_typed),
        cmocka_unit_test(a_paste_without_marks_is_told_by_its_line_end),
        cmocka_unit_test(a_paste_goes_into_the_filter_of_a_list),
        cmocka_unit_test(a_paste_of_10_mb_is_bounded),
        cmocka_unit_test(a_paste_without_an_end_is_told_and_ends_with_ctrl_c),
        cmocka_unit_test(a_pasted_key_logs_in_and_is_not_shown),
        cmocka_unit_test(pastes_are_marked_only_while_it_runs),
        cmocka_unit_test(a_terminal_that_is_no_ansi_is_not_asked_for_marks),
        cmocka_unit_test(a_row_number_is_about_what_is_on_top),
        cmocka_unit_test(what_a_view_cannot_do_is_said_and_not_done_below_it),
    };

    return cmocka_run_group_tests(tests, trial_serve_group, trial_end_group);
}
