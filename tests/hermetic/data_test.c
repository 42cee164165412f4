/*
 * The viewer and data that is late, in pieces, too much, too long, hostile, or damaged at
 * random (see demo/faults.h and tests/support/trial.h).
 */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "tests/support/program.h"
#include "tests/support/sheet.h"
#include "tests/support/trial.h"

#define POPUP_KEYS 20

/* With a message of 100 MiB, or a cell that large. */
#ifdef __SANITIZE_ADDRESS__
#define HUGE_MB 1200
#else
#define HUGE_MB 600
#endif

/* --- late answers, pieces, floods --- */

static void late_answers_are_never_drawn_as_the_new_window(void **state)
{
    struct demo_program *d = trial_serve("request.2=delay:700 request.4=delay:300 "
                                         "request.5=delay:500 request.7=delay:400 "
                                         "request.8=delay:200");
    struct pty *t = trial_view(d, "billion", NULL);

    (void)state;
    trial_start(t);
    for (int i = 0; i < 6; i++) {
        static const char *const there[] = {"5000G", "900000000G", "50%",
                                            "G",     "77G",        "123456789G"};

        pty_keys(t, there[i]);
        trial_watch_cells(t, 150);
    }
    trial_check_keys(t);
    sheet_wait_status(t, 123456789, TRIAL_ROWS);
    sheet_settle(t);
    (void)sheet_check(t, trial_formula);
    trial_leave(t);
    demo_program_free(d);
}

static void pieces_of_eight_rows_paint_one_by_one(void **state)
{
    struct demo_program *d = trial_serve("--growth 48"); /* cells; six columns */
    struct pty *t = trial_view(d, "billion", NULL);

    (void)state;
    trial_start(t);
    for (int i = 0; i < 5; i++) {
        char *keys = mem_printf("%dG", 1000 * (i + 1));

        pty_keys(t, keys);
        trial_watch_cells(t, 60);
        sheet_wait_status(t, 1000 * (i + 1), TRIAL_ROWS);
        sheet_settle(t);
        (void)sheet_check(t, trial_formula);
        free(keys);
    }
    trial_leave(t);
    demo_program_free(d);
}

static void a_flood_of_updates_blocks_no_key(void **state)
{
    static const struct {
        const char *spec, *table;
    } floods[] = {{"message.2=flood:4000", "billion"},
                  {"message.2=flood:4000", "leaders"},
                  {"--rate 10000 --tick-ms 1 --interval-ms 1", "trades"},
                  {"--tick-ms 1 --interval-ms 1", "book"}};

    (void)state;
    for (size_t i = 0; i < sizeof(floods) / sizeof(*floods); i++) {
        struct demo_program *d = trial_serve(floods[i].spec);
        struct pty *t = trial_view(d, floods[i].table, NULL);

        print_message("row 11: %s, %s\n", floods[i].spec, floods[i].table);
        pty_wait_text(t, " row 1 of ");
        trial_check_keys(t);
        pty_keys(t, "G");
        if (strcmp(floods[i].table, "billion") == 0)
            trial_watch_cells(t, 500);
        trial_check_keys(t);
        trial_leave(t);
        demo_program_free(d);
    }
}

/* --- sizes --- */

static void a_message_over_the_limit_is_an_error_that_names_it(void **state)
{
    static const struct {
        const char *spec, *option, *limit;
        bool taken;
    } sizes[] = {
        {"message.3=pad:1048575", "--max-message=1M", "1048576", true},
        {"message.3=pad:1048576", "--max-message=1M", "1048576", true},
        {"message.3=pad:1048577", "--max-message=1M", "1048576", false},
        {"message.3=pad:33554432", NULL, "33554432", true}, /* what holds by default */
        {"message.3=pad:33554433", NULL, "33554432", false},
        {"message.3=pad:104857600", "--max-message=100M", "104857600", true},
        {"message.3=pad:104857601", "--max-message=100M", "104857600", false}};

    (void)state;
    trial_memory(HUGE_MB);
    for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
        struct demo_program *d = trial_serve(sizes[i].spec);
        struct pty *t = trial_view(d, "billion", sizes[i].option);

        print_message("row 6: %s\n", sizes[i].spec);
        trial_start(t);
        pty_keys(t, "5000G");
        sheet_wait_status(t, 5000, TRIAL_ROWS);
        if (sizes[i].taken) {
            sheet_settle(t);
            (void)sheet_check(t, trial_formula);
        } else {
            pty_wait_row(t, 0, TRIAL_OLD);
            pty_wait_text(t, sizes[i].limit);
            (void)trial_check_cells(t);
        }
        trial_check_keys(t);
        trial_leave(t);
        demo_program_free(d);
    }
    trial_memory(0);
}

/* --- huge cells --- */

/* Opens the popup of the current cell, whose contents end with a text, and times the keys
 * that go to its end and back. */
static void check_popup(struct pty *t, const char *last)
{
    int64_t took[POPUP_KEYS];

    pty_keys(t, "<Enter>");
    pty_wait_text(t, "lines 1 to ");
    do { /* what is known at first is less */
        pty_keys(t, "gg");
        pty_wait_text(t, "lines 1 to ");
        pty_keys(t, "G");
        pty_wait_gone(t, "lines 1 to ");
    } while (!pty_has(t, last));
    for (size_t i = 0; i < POPUP_KEYS; i++) {
        int64_t before = trial_now_ms();

        pty_keys(t, i % 2 ? "G" : "gg");
        if (i % 2)
            pty_wait_gone(t, "lines 1 to ");
        else
            pty_wait_text(t, "lines 1 to ");
        took[i] = trial_now_ms() - before;
    }
    trial_check_median(took, POPUP_KEYS);
    pty_keys(t, "q");
    pty_wait_gone(t, "lines ");
}

/* The cell is in the fourth row, in the second column. */
static struct pty *huge_cell(const struct demo_program *d, const char *table,
                             const char *option)
{
    struct pty *t = trial_view(d, table, option);

    print_message("row 22: %s, %s\n", table, option ? option : "no option");
    pty_wait_text(t, " row 1 of 1,000");
    pty_keys(t, "4G$");
    pty_wait_text(t, " row 4 of 1,000");
    return t;
}

static void a_huge_text_is_cut_to_its_column(void **state)
{
    struct demo_program *d = trial_serve("names=huge:100000000");
    struct pty *t = trial_view(d, "zzhuge_text", NULL);

    (void)state;
    trial_memory(HUGE_MB);
    pty_wait_row(t, 0, TRIAL_OLD);
    pty_wait_text(t, "33554432"); /* the limit */
    trial_check_keys(t);
    trial_leave(t);
    t = huge_cell(d, "zzhuge_text", "--max-message=100M");
    pty_wait_text(t, "abcdefghijklmnopqrstuvwxyzabcdefghijk");
    trial_check_keys(t);
    check_popup(t, "100000000 bytes, of which the first 1048576 are shown");
    pty_keys(t, "G");
    pty_wait_text(t, " row 1,000 of 1,000");
    trial_check_keys(t);
    trial_leave(t);
    trial_memory(0);
    demo_program_free(d);
}

static void a_huge_list_is_asked_for_cut_and_whole_in_the_popup(void **state)
{
    struct demo_program *d = trial_serve("names=huge:10000000");
    struct pty *t = huge_cell(d, "zzhuge_list", NULL);

    (void)state;
    pty_wait_text(t, "[0, 1, 2, 3, 4, 5, 6");
    trial_check_keys(t);
    pty_keys(t, "<Enter>"); /* 40 MB, above the limit of 32 MiB */
    pty_wait_text(t, "65 are here");
    pty_wait_text(t, "33554432");
    pty_keys(t, "q");
    pty_wait_gone(t, "lines ");
    trial_check_keys(t);
    trial_leave(t); /* with the usual amount of memory */
    trial_memory(HUGE_MB);
    t = huge_cell(d, "zzhuge_list", "--max-message=64M");
    check_popup(t, "9,934,464 more items are not shown");
    trial_check_keys(t);
    trial_leave(t);
    trial_memory(0);
    demo_program_free(d);
}

/* --- text --- */

static void hostile_names_and_cells_show_as_placeholders(void **state)
{
    static const char *const targets[] = {"zz%1b]52;c;ZXZpbA==%07name", "zz%c2%9b31mname",
                                          "zz%e2%80%aeeman", "zz%0d%0aname", "zzhostile"};
    struct demo_program *d = trial_serve("names=hostile");

    (void)state;
    for (size_t i = 0; i < sizeof(targets) / sizeof(*targets); i++) {
        struct pty *t = trial_view(d, targets[i], NULL);

        print_message("rows 20 to 22: %s\n", targets[i]);
        pty_wait_text(t, "Plain");
        pty_wait_text(t, " row 1 of 40");
        pty_keys(t, "Glll$");
        pty_wait_text(t, " row 40 of 40");
        trial_check_keys(t);
        pty_keys(t, "ggt"); /* the list, with all the names in it */
        pty_wait_text(t, "zzhostile");
        trial_check_keys(t);
        trial_leave(t);
    }
    demo_program_free(d);
}

/* --- random faults --- */

static char *random_fault(struct prng *p)
{
    static const char *const lies[] = {"rows",  "node",    "offset", "length", "body",
                                       "added", "removed", "size",   "mods"};
    unsigned message = 1 + (unsigned)prng_below(p, 4);

    switch (prng_below(p, 4)) {
    case 0:
        return mem_printf("message.%u=truncate:%u", message,
                          1 + (unsigned)prng_magnitude(p, 10));
    case 1: {
        size_t which = (size_t)prng_below(p, sizeof(lies) / sizeof(*lies));
        /* as many columns as 2^20 are a matter of the fuzzers */
        unsigned bits = strcmp(lies[which], "mods") == 0 ? 20 : 62;

        return mem_printf("message.%u=%s:%" PRIu64, message, lies[which],
                          prng_magnitude(p, bits));
    }
    default:
        return mem_printf("message.%u=flip:%u", message, 1 + (unsigned)prng_below(p, 8));
    }
}

static bool has_begun(struct pty *t, void *ctx)
{
    (void)ctx;
    return pty_has(t, " row ") || *pty_stderr(t);
}

/* A cell whose bits were turned over is another cell, and no one can tell. */
static void use(struct pty *t, bool any_cells)
{
    pty_keys(t, "5000G");
    trial_check_keys(t);
    if (!any_cells)
        (void)trial_check_cells(t);
    trial_leave(t);
}

static void random_faults_neither_crash_nor_block(void **state)
{
    static const char *const tables[] = {"billion", "leaders", "types", "book"};
    struct prng p = prng_start();
    size_t rounds = program_rounds(20), n_ended = 0;

    (void)state;
    for (size_t i = 0; i < rounds; i++) {
        const char *table = tables[prng_below(&p, 4)];
        char *fault = random_fault(&p);
        struct demo_program *d;
        struct pty *t;

        uint64_t seed = prng_below(&p, 1000000);
        trial_seed(seed);
        print_message("%zu: dhview-demo --seed %" PRIu64 " --fault %s; table %s\n", i, seed,
                      fault, table);
        d = trial_serve(fault);
        t = trial_view(d, table, NULL);
        pty_wait(t, has_begun, NULL, "a table, or an error");
        if (*pty_stderr(t)) {
            trial_ended(t, 1, "bad message");
            n_ended++;
        } else {
            use(t, strstr(fault, "flip") || strcmp(table, "billion") != 0);
        }
        demo_program_free(d);
        free(fault);
    }
    print_message("%zu faults, %zu at the start\n", rounds, n_ended);
    trial_seed(0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(late_answers_are_never_drawn_as_the_new_window),
        cmocka_unit_test(pieces_of_eight_rows_paint_one_by_one),
        cmocka_unit_test(a_flood_of_updates_blocks_no_key),
        cmocka_unit_test(a_message_over_the_limit_is_an_error_that_names_it),
        cmocka_unit_test(a_huge_text_is_cut_to_its_column),
        cmocka_unit_test(a_huge_list_is_asked_for_cut_and_whole_in_the_popup),
        cmocka_unit_test(hostile_names_and_cells_show_as_placeholders),
        cmocka_unit_test(random_faults_neither_crash_nor_block),
    };

    return cmocka_run_group_tests(tests, NULL, trial_tell);
}
