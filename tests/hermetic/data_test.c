/*
 * The viewer and data that is late, in pieces, too much, hostile, or damaged at random (see
 * demo/fault/faults.h and tests/support/trial.h).
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

#define ASKED_MS 3000    /* rows are asked for by then, if they are */
#define COLUMNS_NEAR 512 /* of 10,001, those near the screen */

/* --- late answers, pieces, floods --- */

static void late_answers_are_never_drawn_as_the_new_rows(void **state)
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
        sheet_wait_status(t, (int64_t)1000 * (i + 1), TRIAL_ROWS);
        sheet_settle(t);
        (void)sheet_check(t, trial_formula);
        free(keys);
    }
    trial_leave(t);
    demo_program_free(d);
}

/* --- ten thousand columns in pieces --- */

/* A cell of "wide" that is a number, by a formula of its own; NULL for other columns. */
static char *wide_formula(const char *column, int64_t row)
{
    bool whole = column[0] == 'C' && strspn(column + 1, "0123456789") == 5 &&
                 strlen(column) == 6; /* others are cut */
    int64_t c = whole ? atoll(column + 1) : -1;

    return c >= 0 && c % 3 == 0 ? mem_printf("%" PRId64, row * 10000 + c) : NULL;
}

/* What is seen of a cell: right, not there, or no claim. */
enum seen { SEEN_NOTHING, SEEN_RIGHT, SEEN_MISSING };

struct look {
    struct sheet sheet;
    enum seen seen[SHEET_ROWS_MAX][SHEET_COLUMNS_MAX];
    size_t right, missing;
};

static enum seen see(const struct sheet *s, size_t r, size_t c)
{
    char *expected = wide_formula(s->name[c], s->number[r] - 1);
    const char *found = s->cell[r][c];
    enum seen seen = SEEN_NOTHING;

    if (expected && (!found || strstr(found, "·")))
        seen = SEEN_MISSING;
    else if (expected && strcmp(expected, found) == 0)
        seen = SEEN_RIGHT;
    else if (expected)
        fail_msg("row %" PRId64 ", %s: \"%s\"", s->number[r], s->name[c], found);
    free(expected);
    return seen;
}

/* Between two frames. */
static void look(struct pty *t, struct look *l)
{
    pty_wait_quiet(t, 6);
    sheet_release(&l->sheet);
    memset(l->seen, 0, sizeof(l->seen));
    l->right = l->missing = 0;
    if (!sheet_read(t, &l->sheet))
        return;
    for (size_t r = 0; r < l->sheet.n_rows; r++) {
        for (size_t c = 0; c < l->sheet.n_columns; c++) {
            l->seen[r][c] = see(&l->sheet, r, c);
            l->right += l->seen[r][c] == SEEN_RIGHT;
            l->missing += l->seen[r][c] == SEEN_MISSING;
        }
    }
}

/* A cell that was right, still is on the screen, and is not there any more. */
static bool has_flashed(const struct look *before, const struct look *now)
{
    for (size_t c = 0; c < before->sheet.n_columns; c++) {
        int at = sheet_column(&now->sheet, before->sheet.name[c]);

        for (size_t r = 0; at >= 0 && r < before->sheet.n_rows; r++) {
            int64_t q = before->sheet.number[r] - now->sheet.number[0];

            if (before->seen[r][c] == SEEN_RIGHT && q >= 0 &&
                q < (int64_t)now->sheet.n_rows && now->seen[q][at] == SEEN_MISSING)
                return true;
        }
    }
    return false;
}

/* Types keys and looks at what happens until all is there; true when some of it was and
 * some was not. */
static bool go(struct pty *t, const char *keys)
{
    static struct look looks[2]; /* large */
    bool partly = false;
    size_t i = 0;

    look(t, &looks[0]);
    pty_keys(t, keys);
    for (int64_t end = trial_now_ms() + 600;
         trial_now_ms() < end || looks[i].missing > 0 || looks[i].right == 0;) {
        i = 1 - i;
        look(t, &looks[i]);
        if (has_flashed(&looks[1 - i], &looks[i])) {
            look(t, &looks[i]); /* half a frame may have been seen */
            if (has_flashed(&looks[1 - i], &looks[i]))
                fail_msg("after %s a cell was there and is gone", keys);
        }
        partly = partly || (looks[i].right > 0 && looks[i].missing > 0);
        if (trial_now_ms() > end + 20000)
            fail_msg("%zu cells never come", looks[i].missing);
    }
    sheet_release(&looks[0].sheet);
    sheet_release(&looks[1].sheet);
    return partly;
}

static void check_columns_asked(struct trial_trace *trace)
{
    uint64_t most = 0;

    trial_trace_read(trace);
    assert_true(trace->n > 3);
    /* the first is sent before the columns are known, and asks for all of them */
    for (size_t i = 1; i < trace->n; i++) {
        uint64_t n = rowset_count(trace->list[i].columns);

        most = n > most ? n : most;
    }
    print_message("row 10: %zu requests, at most %" PRIu64 " columns\n", trace->n, most);
    assert_in_range(most, 1, COLUMNS_NEAR);
}

static void ten_thousand_columns_come_in_pieces_without_a_flash(void **state)
{
    static const char *const keys[] = {"40l", "30j", "$", "G", "0", "500l", "gg", "40l"};
    struct trial_trace trace;
    bool partly = false;

    (void)state;
    trial_trace_start(&trace);
    char *spec = mem_printf("message.4=delay:300 message.6=delay:300 --columns 10001 "
                            "--growth 256 --trace %s",
                            trace.path);
    struct demo_program *d = trial_serve(spec);
    struct pty *t = trial_view(d, "wide", NULL);

    pty_wait_text(t, " row 1 of 1,000");
    partly = go(t, "l");
    for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
        partly = go(t, keys[i]) || partly;
    assert_true(partly);
    trial_check_keys(t);
    trial_leave(t);
    demo_program_free(d);
    check_columns_asked(&trace);
    trial_trace_release(&trace);
    free(spec);
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

/* Whether a row has been asked for, and the answer is a message of its own, soon. */
static bool is_asked_for(struct pty *t, struct trial_trace *trace, int64_t row)
{
    struct rowset *part = rowset_new_range(row, row);
    bool asked = false;

    for (int64_t end = trial_now_ms() + ASKED_MS; !asked && trial_now_ms() < end;) {
        pty_wait_quiet(t, 60);
        trial_trace_read(trace);
        for (size_t i = 0; i < trace->n; i++)
            asked = asked || rowset_contains(trace->list[i].rows, part);
        if (pty_has(t, TRIAL_OLD)) /* nothing is any more */
            break;
    }
    rowset_free(part);
    return asked;
}

/* A cell whose bits were turned over is another cell, and no one can tell. Rows that came
 * in later messages have to be right all the same, as long as they are shown as current;
 * the message that is damaged is one of the first four. */
static void use(struct pty *t, struct trial_trace *trace, bool is_billion, bool is_flipped)
{
    static const int64_t jumps[] = {5000, 77000, 123456789, 900000000};
    size_t asked = 0;

    for (size_t i = 0; i < sizeof(jumps) / sizeof(*jumps); i++) {
        char *keys = mem_printf("%" PRId64 "G", jumps[i]);

        pty_keys(t, keys);
        free(keys);
        if (i == 0)
            trial_check_keys(t);
        if (is_billion && is_flipped)
            asked += is_asked_for(t, trace, jumps[i] - 1);
        if (is_billion && (!is_flipped || asked == 4) && !pty_has(t, TRIAL_OLD))
            (void)trial_check_cells(t);
    }
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
        char *fault = random_fault(&p), *spec;
        struct trial_trace trace;
        struct demo_program *d;
        struct pty *t;

        uint64_t seed = prng_below(&p, 1000000);
        trial_seed(seed);
        print_message("%zu: dhview-demo --seed %" PRIu64 " --fault %s; table %s\n", i, seed,
                      fault, table);
        trial_trace_start(&trace);
        spec = mem_printf("%s --trace %s", fault, trace.path);
        d = trial_serve(spec);
        t = trial_view(d, table, NULL);
        pty_wait(t, has_begun, NULL, "a table, or an error");
        if (*pty_stderr(t)) {
            trial_ended(t, 1, "bad message");
            n_ended++;
        } else {
            use(t, &trace, strcmp(table, "billion") == 0 && !strstr(fault, "message.1="),
                strstr(fault, "flip") != NULL);
        }
        demo_program_free(d);
        trial_trace_release(&trace);
        free(spec);
        free(fault);
    }
    print_message("%zu faults, %zu at the start\n", rounds, n_ended);
    trial_seed(0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(late_answers_are_never_drawn_as_the_new_rows),
        cmocka_unit_test(pieces_of_eight_rows_paint_one_by_one),
        cmocka_unit_test(ten_thousand_columns_come_in_pieces_without_a_flash),
        cmocka_unit_test(a_flood_of_updates_blocks_no_key),
        cmocka_unit_test(hostile_names_and_cells_show_as_placeholders),
        cmocka_unit_test(random_faults_neither_crash_nor_block),
    };

    return cmocka_run_group_tests(tests, NULL, trial_tell);
}
